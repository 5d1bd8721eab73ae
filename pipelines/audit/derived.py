"""Columns that rules look at and tables lack: does an offset hold, is a parent there, is a date ahead.

Each is one plain fact about a row, so that a rule stays one expectation in a file. A fact about an absent
value is True (or missing, for numbers): whether a value may be absent is another rule's business.

Belongs here: pure pandas and numpy over a partition's rows. Does not belong here: verdicts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipelines.audit.ranges import Ranges
from pipelines.model import TABLES

Bools = np.ndarray[Any, np.dtype[np.bool_]]
Positions = np.ndarray[Any, np.dtype[np.intp]]
Derive = Callable[["Partition", str, pd.DataFrame], Any]


@dataclass(frozen=True)
class KnownIds:
    """Keys that the warehouse holds already, beside those of the partition itself."""

    documents: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()


@dataclass
class Partition:
    """The rows of one run, with what the rules need to look up.

    `tables` holds frames by table name, columns as in `pipelines.model`; a table that is missing is empty.
    """

    tables: Mapping[str, pd.DataFrame]
    ingested_at: datetime
    known: KnownIds = field(default_factory=KnownIds)

    def rows(self, table: str) -> pd.DataFrame:
        """The partition's rows of a table."""
        return self._empty[table] if table not in self.tables else self.tables[table]

    @cached_property
    def _empty(self) -> dict[str, pd.DataFrame]:
        return {name: pd.DataFrame(columns=spec.column_names) for name, spec in TABLES.items()}

    @cached_property
    def ranges(self) -> Ranges:
        """Plausible ranges and units, from the word tables."""
        return Ranges.load()

    @cached_property
    def texts(self) -> list[str]:
        """The documents' texts, in the order of their rows; '' where a text is missing."""
        return [text if isinstance(text, str) else "" for text in self.rows("documents")["text"]]

    @cached_property
    def text_lengths(self) -> Positions:
        """Length of each document's text in code points."""
        return np.fromiter((len(text) for text in self.texts), dtype=np.intp, count=len(self.texts))

    def find(self, table: str, ids: pd.Series) -> Positions:
        """Where each id is a key in the table (position of the row), -1 where it is not."""
        return _positions(self._index(table), ids)

    def document_of(self, frame: pd.DataFrame) -> Positions:
        """Position of each row's document, -1 where it is not in the partition."""
        # Asked for by most columns of a table; the partition's frames live as long as it does.
        found = self._documents.get(id(frame))
        if found is None:
            found = self._documents[id(frame)] = self.find("documents", frame["document_id"])
        return found

    def segment_of(self, frame: pd.DataFrame) -> Positions:
        """Position of each row's segment, -1 where the document has none of that number."""
        return _positions(self._segments, pd.Series(self._segment_codes(frame)))

    def _segment_codes(self, frame: pd.DataFrame) -> Positions:
        # A document's position and a segment's number in one integer: many times faster than pairs.
        documents, numbers = self.document_of(frame), integers(frame["segment_no"])
        codes = documents.astype(np.int64) * 2**32 + numbers
        return np.where((documents < 0) | (numbers < 0), -1, codes)

    @cached_property
    def _segments(self) -> pd.Series:
        return _first_positions(pd.Series(self._segment_codes(self.rows("segments"))))

    def _index(self, table: str) -> pd.Series:
        if table not in self._indexes:
            self._indexes[table] = _first_positions(self.rows(table)[TABLES[table].key[0]])
        return self._indexes[table]

    @cached_property
    def _documents(self) -> dict[int, Positions]:
        return {}

    @cached_property
    def _indexes(self) -> dict[str, pd.Series]:
        return {}


def _first_positions(values: pd.Series) -> pd.Series:
    """Row positions indexed by value, the first where a value occurs twice, missing values left out."""
    keys = values.reset_index(drop=True)
    keys = keys[keys.notna()].drop_duplicates()
    return pd.Series(keys.index.to_numpy(), index=pd.Index(keys.to_numpy()))


def _positions(index: pd.Series, values: pd.Series) -> Positions:
    found = index.index.get_indexer(pd.Index(values.to_numpy()))
    where = np.where(found >= 0, index.to_numpy()[found] if len(index) else -1, -1)
    return np.where(values.isna().to_numpy(), -1, where).astype(np.intp)


def integers(values: pd.Series) -> Positions:
    """A column of whole numbers, -1 where it is NULL (no offset or number is below 0)."""
    return pd.to_numeric(values, errors="coerce").fillna(-1).to_numpy(dtype=np.int64)


def _lookup(values: pd.Series, at: Positions) -> Any:
    """The values at the positions; where a position is -1, the last value, for the caller to mask."""
    return values.to_numpy()[at] if len(values) else np.zeros(len(at))


# ---------------------------------------------------------------------------------------------
# Any table
# ---------------------------------------------------------------------------------------------


def required_columns(table: str) -> list[str]:
    """Columns that may not be NULL."""
    return [c.name for c in TABLES[table].columns if not c.nullable]


def text_columns(table: str) -> list[str]:
    """Columns where an empty text would stand for an unknown one."""
    return [c.name for c in TABLES[table].columns if c.nullable and c.sql_type == "VARCHAR"]


def is_blank(values: pd.Series) -> Bools:
    """Where a text is there and holds nothing but white space."""
    if values.isna().all():
        return np.zeros(len(values), dtype=bool)
    texts = values.astype("str")
    return np.asarray((texts.eq("") | texts.str.isspace()).fillna(False), dtype=bool)


def _required_filled(_: Partition, table: str, frame: pd.DataFrame) -> Bools:
    filled: Bools = frame[required_columns(table)].notna().all(axis=1).to_numpy()
    return filled


def _texts_not_blank(_: Partition, table: str, frame: pd.DataFrame) -> Bools:
    return ~_any(len(frame), (is_blank(frame[name]) for name in text_columns(table)))


def _provenance_given(_: Partition, table: str, frame: pd.DataFrame) -> Bools:
    names = [n for n in ("run_id", "extractor_version", "method") if n in frame]
    return ~_any(len(frame), (is_blank(frame[name]) | frame[name].isna().to_numpy() for name in names))


def _any(count: int, masks: Iterable[Bools]) -> Bools:
    found = np.zeros(count, dtype=bool)
    for mask in masks:
        found |= mask
    return found


def _whole(frame: pd.DataFrame, columns: Sequence[str]) -> Bools:
    """Where the columns are all there or all NULL."""
    given = frame[list(columns)].notna()
    return (given.all(axis=1) | ~given.any(axis=1)).to_numpy()


def _all_together(*columns: str) -> Derive:
    return lambda _p, _t, frame: _whole(frame, columns)


def _days_ahead(column: str) -> Derive:
    def derive(partition: Partition, _: str, frame: pd.DataFrame) -> pd.Series:
        today = _days(pd.Series([partition.ingested_at]))[0]
        ahead: pd.Series = _days(frame[column]).reset_index(drop=True) - today
        return ahead

    return derive


def _days(values: pd.Series) -> pd.Series:
    """Whole days since 1970; missing where there is no date."""
    return _seconds(values) // 86_400


def _seconds(values: pd.Series) -> pd.Series:
    # Seconds, not nanoseconds: a misread year 9999 must reach its rule, not overflow.
    times = pd.to_datetime(values, utc=True).astype("datetime64[s, UTC]")
    return times.astype("int64").astype("float64").where(times.notna())


# ---------------------------------------------------------------------------------------------
# Spans
# ---------------------------------------------------------------------------------------------


def _document_known(partition: Partition, table: str, frame: pd.DataFrame) -> Bools:
    found: Bools = partition.document_of(frame) >= 0
    if table == "document_sources":
        found = found | frame["document_id"].isin(list(partition.known.documents)).to_numpy()
    return found


def _document_char_count(partition: Partition, _: str, frame: pd.DataFrame) -> Any:
    at = partition.document_of(frame)
    lengths = _lookup(pd.Series(partition.text_lengths), at)
    return np.where(at >= 0, lengths, np.nan)


def _substring_holds(text: str, start: str, end: str) -> Derive:
    """Does `documents.text[start:end]` equal the text; True where text or offsets are NULL."""

    def derive(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
        texts = partition.texts
        rows = zip(
            partition.document_of(frame).tolist(),
            integers(frame[start]).tolist(),
            integers(frame[end]).tolist(),
            frame[text].tolist(),
            strict=True,
        )
        holds = (at >= 0 and a >= 0 and texts[at][a:b] == words for at, a, b, words in rows)
        absent: Bools = frame[[text, start, end]].isna().any(axis=1).to_numpy()
        return np.fromiter(holds, dtype=bool, count=len(frame)) | absent

    return derive


def _segment_holds(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    segments, at = partition.rows("segments"), partition.segment_of(frame)
    starts = _lookup(pd.Series(integers(segments["start_char"])), at)
    ends = _lookup(pd.Series(integers(segments["end_char"])), at)
    inside = (integers(frame["start_char"]) >= starts) & (integers(frame["end_char"]) <= ends)
    return np.asarray((at >= 0) & inside)


def _segment_role(partition: Partition, _: str, frame: pd.DataFrame) -> Any:
    at = partition.segment_of(frame)
    return np.where(at >= 0, _lookup(partition.rows("segments")["role"].astype(object), at), None)


def _within(table: str, column: str, *, whole: bool) -> Derive:
    """Does the row that `column` names exist, in the same document, and hold this row's start (and end)."""

    def derive(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
        outer, at = partition.rows(table), partition.find(table, frame[column])
        same = _lookup(pd.Series(partition.document_of(outer)), at) == partition.document_of(frame)
        starts = _lookup(pd.Series(integers(outer["start_char"])), at)
        ends = _lookup(pd.Series(integers(outer["end_char"])), at)
        first, last = integers(frame["start_char"]), integers(frame["end_char"])
        inside = (first >= starts) & ((last <= ends) if whole else (first < ends))
        return np.asarray(((at >= 0) & same & inside) | frame[column].isna().to_numpy())

    return derive


def _other_row(table: str, column: str) -> Derive:
    """Does the row that `column` names exist in the partition, and is it another row than this one."""

    def derive(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
        ids = frame[column]
        own = (ids == frame[TABLES[table].key[0]]).fillna(False).to_numpy(dtype=bool)
        return ((partition.find(table, ids) >= 0) & ~own) | ids.isna().to_numpy()

    return derive


def _segments_apart(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    # Document and offset in one integer: within a document, what earlier segments reach up to; a later
    # document's codes are all higher, so no group-wise work is needed.
    document = partition.document_of(frame).astype(np.int64) * 2**32
    starts, ends = document + integers(frame["start_char"]), document + integers(frame["end_char"])
    order = np.lexsort((ends, starts))
    reached = np.maximum.accumulate(ends[order])
    apart = np.ones(len(frame), dtype=bool)
    apart[order[1:]] = starts[order[1:]] >= reached[:-1]
    return apart


# ---------------------------------------------------------------------------------------------
# Documents, quotes, claims
# ---------------------------------------------------------------------------------------------


def _text_hash_holds(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    hashes = [hashlib.sha256(t.encode("utf-8", "surrogatepass")).hexdigest() for t in partition.texts]
    return np.array([a == b for a, b in zip(hashes, frame["text_sha256"], strict=True)], dtype=bool)


def _char_count_holds(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    return np.asarray(partition.text_lengths == integers(frame["char_count"]))


def _word_count_holds(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    words = np.array([len(text.split()) for text in partition.texts], dtype=np.int64)
    return np.asarray(words == integers(frame["word_count"]))


def _outlet_known(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    ids = frame["outlet_id"]
    found = (partition.find("outlets", ids) >= 0) | ids.isin(list(partition.known.outlets)).to_numpy()
    return found | ids.isna().to_numpy()


def _duplicate_known(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    ids = frame["duplicate_of_document_id"]
    found = (partition.find("documents", ids) >= 0) | ids.isin(list(partition.known.documents)).to_numpy()
    own = (ids == frame["document_id"]).fillna(False).to_numpy(dtype=bool)
    return (found & ~own) | ids.isna().to_numpy()


def _hours_ahead(column: str) -> Derive:
    def derive(partition: Partition, _: str, frame: pd.DataFrame) -> pd.Series:
        now = _seconds(pd.Series([partition.ingested_at]))[0]
        ahead: pd.Series = (_seconds(frame[column]).reset_index(drop=True) - now) / 3600
        return ahead

    return derive


def _year(column: str) -> Derive:
    def derive(_p: Partition, _t: str, frame: pd.DataFrame) -> pd.Series:
        times = pd.to_datetime(frame[column], utc=True).astype("datetime64[s, UTC]")
        return times.dt.year.reset_index(drop=True)

    return derive


def _quoted_spans_hold(_: Partition, __: str, frame: pd.DataFrame) -> Bools:
    rows = zip(frame["quoted_spans"], integers(frame["start_char"]), integers(frame["end_char"]), strict=True)
    return np.array([_ordered(spans, a, b) for spans, a, b in rows], dtype=bool)


def _ordered(spans: Any, start: int, end: int) -> bool:
    at = start
    for span in spans if spans is not None else ():
        if not at <= span["start_char"] < span["end_char"] <= end:
            return False
        at = span["end_char"]
    return True


def _kind_fits_marks(_: Partition, __: str, frame: pd.DataFrame) -> Bools:
    marked = np.array([spans is not None and len(spans) > 0 for spans in frame["quoted_spans"]], dtype=bool)
    expected = frame["kind"].isin(["direct", "mixed"]).to_numpy()
    return np.asarray(marked == expected)


def _quotation_known(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    return partition.find("quotes", frame["quotation_id"]) >= 0


def _speaker_name_folded(_: Partition, __: str, frame: pd.DataFrame) -> pd.Series:
    return frame["speaker_name"].astype(object).str.strip().str.casefold().reset_index(drop=True)


def _lowest(_: Partition, __: str, frame: pd.DataFrame) -> Any:
    return frame[["value", "value_low"]].apply(pd.to_numeric).min(axis=1).to_numpy()


def _highest(_: Partition, __: str, frame: pd.DataFrame) -> Any:
    return frame[["value", "value_high"]].apply(pd.to_numeric).max(axis=1).to_numpy()


def _value_in_interval(_: Partition, __: str, frame: pd.DataFrame) -> Bools:
    value, low, high = (pd.to_numeric(frame[c]) for c in ("value", "value_low", "value_high"))
    return ~((value < low) | (value > high)).to_numpy()


def _range_has_both_ends(_: Partition, __: str, frame: pd.DataFrame) -> Bools:
    both = frame[["value_low", "value_high"]].notna().all(axis=1)
    return ((frame["bound"] != "range") | both).to_numpy(dtype=bool)


def _category_known(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    category = frame["category"]
    return (category.isna() | category.isin(list(partition.ranges.categories))).to_numpy()


def _unit_known(partition: Partition, _: str, frame: pd.DataFrame) -> Bools:
    unit = frame["unit"]
    known = [name for name in unit.dropna().unique() if partition.ranges.knows_unit(name)]
    return (unit.isna() | unit.isin(known)).to_numpy()


def _limit(name: str) -> Derive:
    return lambda partition, _, frame: partition.ranges.limits(frame, name)


DERIVED: dict[str, Derive] = {
    "required_filled": _required_filled,
    "texts_not_blank": _texts_not_blank,
    "provenance_given": _provenance_given,
    "document_known": _document_known,
    "document_char_count": _document_char_count,
    "offset_holds": _substring_holds("surface", "start_char", "end_char"),
    "segment_holds": _segment_holds,
    "segment_role": _segment_role,
    "sentence_holds": _within("sentences", "sentence_id", whole=False),
    "segments_apart": _segments_apart,
    "text_hash_holds": _text_hash_holds,
    "char_count_holds": _char_count_holds,
    "word_count_holds": _word_count_holds,
    "outlet_known": _outlet_known,
    "duplicate_known": _duplicate_known,
    "duplicate_whole": _all_together("duplicate_of_document_id", "duplicate_similarity"),
    "published_on_days_ahead": _days_ahead("published_on"),
    "published_at_days_ahead": _days_ahead("published_at"),
    "ingest_date_days_ahead": _days_ahead("ingest_date"),
    "first_seen_hours_ahead": _hours_ahead("first_seen_at"),
    "published_on_year": _year("published_on"),
    "said_on_days_ahead": _days_ahead("said_on"),
    "quoted_spans_hold": _quoted_spans_hold,
    "kind_fits_marks": _kind_fits_marks,
    "quotation_known": _quotation_known,
    "parent_known": _other_row("quotes", "parent_quote_id"),
    "speaker_name_folded": _speaker_name_folded,
    "lowest": _lowest,
    "highest": _highest,
    "hard_low": _limit("hard_low"),
    "hard_high": _limit("hard_high"),
    "soft_low": _limit("soft_low"),
    "soft_high": _limit("soft_high"),
    "value_in_interval": _value_in_interval,
    "range_has_both_ends": _range_has_both_ends,
    "category_known": _category_known,
    "unit_known": _unit_known,
    "quote_holds": _within("quotes", "quote_id", whole=True),
    "related_claim_known": _other_row("numeric_claims", "related_claim_id"),
    "relation_whole": _all_together("relation", "related_claim_id"),
}
for _dated in ("published_on", "said_on", "as_of_on"):
    DERIVED[f"{_dated}_explained"] = _all_together(_dated, f"{_dated}_precision", f"{_dated}_method")
for _stem, _text in (
    ("role", "role_text"),
    ("cue", "cue"),
    ("speaker", "speaker_surface"),
    ("speaker_role", "speaker_role"),
    ("speaker_affiliation", "speaker_affiliation"),
    ("noun", "noun"),
    ("place", "place_surface"),
    ("source", "source_surface"),
):
    _start, _end = f"{_stem}_start_char", f"{_stem}_end_char"
    DERIVED[f"{_stem}_whole"] = _all_together(_text, _start, _end)
    DERIVED[f"{_stem}_holds"] = _substring_holds(_text, _start, _end)
