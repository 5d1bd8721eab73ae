"""Which names at hand may be one slip of the hand apart: found by what they share, not by comparing all.

PURE.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from pipelines.resolve.name_keys import NameKey, slip_hashes

# What tells names apart: family and form.
type Form = tuple[str, str]


def near_slips(names: Iterable[NameKey]) -> dict[Form, set[Form]]:
    """For each name those that may be one slip from it; names with none are left out.

    Every pair that one slip parts is there; whether one does is for `entity_groups.are_slips` to say.
    """
    keys = {(key.family, key.form): key for key in names}
    forms = list(keys)
    shared: list[int] = []
    owners: list[int] = []
    for number, key in enumerate(keys.values()):
        own = slip_hashes(key)
        shared += own
        owners += [number] * len(own)
    found: dict[Form, set[Form]] = defaultdict(set)
    for group in _groups(np.array(shared, np.int64), np.array(owners, np.int64)):
        alike = {forms[number] for number in group}
        for form in alike:
            found[form] |= alike - {form}
    return dict(found)


def _groups(
    shared: np.ndarray[Any, np.dtype[np.int64]], owners: np.ndarray[Any, np.dtype[np.int64]]
) -> Iterator[list[int]]:
    """The owners of each value that more than one has."""
    if not len(shared):
        return
    order = np.argsort(shared, kind="stable")
    values, owners = shared[order], owners[order]
    starts = np.flatnonzero(np.diff(values, prepend=values[0] - 1))
    ends = np.append(starts[1:], len(values))
    several = ends - starts > 1
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        yield owners[start:end].tolist()
