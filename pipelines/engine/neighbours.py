"""In which order documents are extracted: those that share a paragraph stand together.

A text that recurs among the documents of a batch is parsed once (`extract.extractor`). Documents come in the
order of their ids, which are hashes, and so a copy would hardly ever meet what it copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.extract.extractor import SourceText

# Characters from which a line says which copy a document is, and saves a parse worth the name.
_LONG = 80


def neighbours(sources: Sequence[SourceText]) -> list[SourceText]:
    """The same documents, each behind the first with which it shares its longest line that recurs.

    It depends on nothing but the documents and their order. Linear in the characters; keeps a number a line.
    """
    groups: dict[int, list[SourceText]] = {}
    group_of: dict[int, int] = {}
    for number, source in enumerate(sources):
        lines = sorted(
            (line for line in source.text.split("\n") if len(line) >= _LONG), key=len, reverse=True
        )
        keys = [hash(line) for line in lines]
        group = next((group_of[key] for key in keys if key in group_of), number)
        groups.setdefault(group, []).append(source)
        for key in keys:
            group_of.setdefault(key, group)
    return [source for members in groups.values() for source in members]
