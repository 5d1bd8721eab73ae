"""Taking failing rows out of a partition, with what hangs on them: pure pandas.

A quarantined document takes all its rows along. For any other quarantined row, a reference to it that may
be NULL becomes NULL, and a row whose reference may not be NULL leaves as `parent_quarantined`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from pipelines.model import TABLES, QuarantinedRow

PARENT_QUARANTINED = "parent_quarantined"

Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Reference:
    """`table.columns` point at rows of `target`. `together`: columns that mean nothing without them."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    together: tuple[str, ...] = ()

    @property
    def nullable(self) -> bool:
        """May the reference be NULL (by the row contracts)."""
        columns = {c.name: c.nullable for c in TABLES[self.table].columns}
        return all(columns[name] for name in self.columns)


_SPANS = ("segments", "sentences", "entity_mentions", "quotes", "scare_quotes", "numeric_claims")
_SEGMENT = ("document_id", "segment_no")

REFERENCES: tuple[Reference, ...] = (
    *(Reference(t, ("document_id",), "documents", ("document_id",)) for t in ("document_sources", *_SPANS)),
    *(Reference(t, _SEGMENT, "segments", _SEGMENT) for t in _SPANS[1:]),
    *(Reference(t, ("sentence_id",), "sentences", ("sentence_id",)) for t in _SPANS[2:]),
    Reference("documents", ("outlet_id",), "outlets", ("outlet_id",)),
    Reference(
        "documents",
        ("duplicate_of_document_id",),
        "documents",
        ("document_id",),
        together=("duplicate_similarity",),
    ),
    Reference("quotes", ("quotation_id",), "quotes", ("quote_id",)),
    Reference("quotes", ("parent_quote_id",), "quotes", ("quote_id",)),
    Reference("numeric_claims", ("quote_id",), "quotes", ("quote_id",)),
    Reference(
        "numeric_claims", ("related_claim_id",), "numeric_claims", ("claim_id",), together=("relation",)
    ),
)


@dataclass
class Separation:
    """What stays, and which rows were carried off with a parent: positions and the parent's table."""

    kept: dict[str, pd.DataFrame]
    carried: dict[str, dict[int, str]] = field(default_factory=dict)


def separate(tables: Mapping[str, pd.DataFrame], failing: Mapping[str, Bools]) -> Separation:
    """Part the rows that stay from those that leave.

    `failing` holds, by table, which rows failed by themselves; a table without failures may be missing.
    The frames handed in are not changed.
    """
    leaving = {
        name: failing.get(name, np.zeros(len(frame), dtype=bool)).copy() for name, frame in tables.items()
    }
    carried: dict[str, dict[int, str]] = {}
    if any(mask.any() for mask in leaving.values()):
        _carry(tables, leaving, carried)
    kept = {name: frame[~leaving[name]].copy() for name, frame in tables.items()}
    for reference in REFERENCES:
        if reference.nullable and reference.table in kept and reference.target in tables:
            gone = _gone(tables, leaving, reference)
            _forget(kept[reference.table], reference, gone)
    return Separation(kept, carried)


def _carry(
    tables: Mapping[str, pd.DataFrame], leaving: dict[str, Bools], carried: dict[str, dict[int, str]]
) -> None:
    # A row carried off can carry others; each round takes at least one, so this ends.
    changed = True
    while changed:
        changed = False
        for reference in REFERENCES:
            if reference.nullable or reference.table not in tables or reference.target not in tables:
                continue
            gone = _gone(tables, leaving, reference)
            frame = tables[reference.table]
            hit = _points_at(frame, reference.columns, gone) & ~leaving[reference.table]
            if hit.any():
                changed = True
                leaving[reference.table] |= hit
                at = np.flatnonzero(hit).tolist()
                carried.setdefault(reference.table, {}).update(dict.fromkeys(at, reference.target))


def _gone(
    tables: Mapping[str, pd.DataFrame], leaving: Mapping[str, Bools], reference: Reference
) -> set[tuple[Any, ...]]:
    """Keys of the target that only leaving rows bear."""
    mask = leaving[reference.target]
    if not mask.any():
        return set()
    frame = tables[reference.target][list(reference.target_columns)]
    keys = set(frame[mask].dropna().itertuples(index=False, name=None))
    staying = frame[~mask]
    again = staying[_points_at(staying, reference.target_columns, keys)]
    return keys - set(again.itertuples(index=False, name=None))


def _points_at(frame: pd.DataFrame, columns: Sequence[str], keys: set[tuple[Any, ...]]) -> Bools:
    hit: Bools = frame[columns[0]].isin([key[0] for key in keys]).to_numpy(dtype=bool, copy=True)
    if len(columns) > 1 and hit.any():
        rows = frame.loc[hit, list(columns)].itertuples(index=False, name=None)
        hit[np.flatnonzero(hit)] = [row in keys for row in rows]
    return hit


def _forget(frame: pd.DataFrame, reference: Reference, gone: set[tuple[Any, ...]]) -> None:
    hit = _points_at(frame, reference.columns, gone)
    if hit.any():
        for column in (*reference.columns, *reference.together):
            frame.loc[hit, column] = None


# ---------------------------------------------------------------------------------------------
# Rows of audit.quarantined_rows
# ---------------------------------------------------------------------------------------------


def records(frame: pd.DataFrame, positions: Sequence[int]) -> list[dict[str, Any]]:
    """Rows as plain Python values: NaN and NaT as None, numpy scalars as Python's."""
    rows = frame.iloc[list(positions)].to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def as_json(table: str, row: Mapping[str, Any]) -> str:
    """A row as JSON: dates in ISO 8601, whole numbers without a fraction, unknown as null."""
    whole = {c.name for c in TABLES[table].columns if c.sql_type in ("INTEGER", "BIGINT")}
    cast = {
        name: int(value) if name in whole and isinstance(value, float) and value.is_integer() else value
        for name, value in row.items()
    }
    return json.dumps(_finite(cast), default=_iso)


def _finite(value: Any) -> Any:
    # JSON has no infinity: such a value is kept as text.
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def row_keys(table: str, frame: pd.DataFrame) -> Callable[[int], str]:
    """A function from a row's position to its key as text.

    Rows without a key get their number; rows under one key are told apart by `#2`, `#3` …, for the
    quarantine has one row for each.
    """
    columns = list(TABLES[table].key)
    values = frame[columns].astype(object)
    keys = values[columns[0]].where(values.notna().all(axis=1), None)
    for column in columns[1:]:
        keys = keys.str.cat(values[column].astype(str), sep="|")
    nth = keys.groupby(keys).cumcount().to_numpy()
    texts = keys.tolist()

    def key(position: int) -> str:
        text = texts[position]
        if not isinstance(text, str) or not text:
            return f"(no key) row {position}"
        # A group's count of a missing key is not a number that anything uses.
        return text if nth[position] == 0 else f"{text}#{int(nth[position]) + 1}"

    return key


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and in which run rows were quarantined."""

    run_id: str
    at: datetime


def quarantined(
    stamp: Stamp,
    table: str,
    frame: pd.DataFrame,
    *,
    expectation: str,
    severity: str,
    reasons: Mapping[int, str],
) -> list[QuarantinedRow]:
    """The rows at the positions of `reasons`, as rows of the quarantine."""
    key = row_keys(table, frame)
    positions = list(reasons)
    made = []
    for position, row in zip(positions, records(frame, positions), strict=True):
        document_id = row.get("document_id")
        made.append(
            QuarantinedRow(
                run_id=stamp.run_id,
                table_name=table,
                row_key=key(position),
                document_id=None if document_id is None else str(document_id),
                expectation=expectation,
                severity=severity,
                reason=reasons[position],
                row=as_json(table, row),
                quarantined_at=stamp.at,
            )
        )
    return made
