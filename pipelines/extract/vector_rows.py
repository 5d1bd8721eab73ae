"""Which row of the vectors' table a word has, in 8 MB: as a dict of numbers it takes ten times that.

The model knows two thirds of a million forms. spaCy holds them as a Python dict, which every worker would
have for itself; here they are two arrays, sorted by key, that answer the same questions.
"""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from spacy.language import Language


class VectorRows(Mapping[int, int]):
    """Row by the hash of a form; it cannot be added to. Lookups take a microsecond."""

    def __init__(self, rows: Mapping[int, int]) -> None:
        keys = np.fromiter(rows.keys(), dtype=np.uint64, count=len(rows))
        numbers = np.fromiter(rows.values(), dtype=np.uint32, count=len(rows))
        order = np.argsort(keys)
        self._keys = array("Q", keys[order].tobytes())
        self._numbers = array("I", numbers[order].tobytes())

    def __getitem__(self, key: int) -> int:
        row: int | None = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def get(self, key: int, default: Any = None) -> Any:
        """The row of a form, `default` where it has none."""
        at = bisect.bisect_left(self._keys, key)
        return self._numbers[at] if at < len(self._keys) and self._keys[at] == key else default

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def compact_vectors(nlp: Language) -> None:
    """Put `VectorRows` in place of the dict of the pipeline's vectors. It cannot be saved after that."""
    table = nlp.vocab.vectors
    if isinstance(getattr(table, "key2row", None), dict):
        table.key2row = VectorRows(table.key2row)


__all__ = ["VectorRows", "compact_vectors"]
