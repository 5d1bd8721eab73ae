"""Taking rows out: nothing is lost, nothing that stays points at what left, nothing innocent leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipelines.audit.quarantine import REFERENCES, row_keys, separate

Tables = dict[str, pd.DataFrame]
IDS = ["a", "b", "c", "d"]


@st.composite
def partitions(draw: st.DrawFn) -> Tables:
    """Documents with segments, sentences, quotes and claims that point at each other, some at nothing."""

    def some(values: list[str]) -> str | None:
        return draw(st.sampled_from([*values, None]))

    documents = [
        {
            "document_id": d,
            "outlet_id": None,
            "duplicate_of_document_id": some(IDS),
            "duplicate_similarity": 1.0,
        }
        for d in IDS[: draw(st.integers(1, 4))]
    ]
    known = [row["document_id"] for row in documents]
    document = st.sampled_from(known)
    segments = [{"segment_id": f"g{d}{n}", "document_id": d, "segment_no": n} for d in known for n in (0, 1)]
    place = st.fixed_dictionaries({"document_id": document, "segment_no": st.integers(0, 1)})
    sentences = [{**draw(place), "sentence_id": f"s{n}"} for n in range(draw(st.integers(0, 4)))]
    sentence_ids = [row["sentence_id"] for row in sentences]
    quote_ids = [f"q{n}" for n in range(draw(st.integers(0, 4)))]
    quotes = [
        {
            **draw(place),
            "quote_id": quote_id,
            "sentence_id": some(sentence_ids),
            "quotation_id": draw(st.sampled_from(quote_ids)),
            "parent_quote_id": some(quote_ids),
        }
        for quote_id in quote_ids
    ]
    claim_ids = [f"c{n}" for n in range(draw(st.integers(0, 4)))]
    claims = [
        {
            **draw(place),
            "claim_id": claim_id,
            "sentence_id": some(sentence_ids),
            "quote_id": some(quote_ids),
            "related_claim_id": some(claim_ids),
            "relation": "part_of",
        }
        for claim_id in claim_ids
    ]
    made = {
        "documents": documents,
        "segments": segments,
        "sentences": sentences,
        "quotes": quotes,
        "numeric_claims": claims,
    }
    return {name: pd.DataFrame(rows) for name, rows in made.items() if rows}


@st.composite
def failures(draw: st.DrawFn) -> tuple[Tables, dict[str, np.ndarray]]:
    tables = draw(partitions())
    masks = {
        name: np.array(draw(st.lists(st.booleans(), min_size=len(f), max_size=len(f))), dtype=bool)
        for name, f in tables.items()
        if draw(st.booleans())
    }
    return tables, masks


def keys(frame: pd.DataFrame, columns: tuple[str, ...]) -> set[tuple[object, ...]]:
    return set(frame[list(columns)].dropna().itertuples(index=False, name=None))


@given(failures())
def test_every_row_stays_or_leaves(case: tuple[Tables, dict[str, np.ndarray]]) -> None:
    tables, masks = case
    found = separate(tables, masks)
    for name, frame in tables.items():
        failed = int(masks[name].sum()) if name in masks else 0
        carried = found.carried.get(name, {})
        assert len(found.kept[name]) + failed + len(carried) == len(frame)
        assert not any(masks[name][row] for row in carried if name in masks)


@given(failures())
def test_nothing_that_stays_points_at_what_left(case: tuple[Tables, dict[str, np.ndarray]]) -> None:
    tables, masks = case
    kept = separate(tables, masks).kept
    for r in REFERENCES:
        if r.table in kept and r.target in kept:
            before, after = (keys(t[r.target], r.target_columns) for t in (tables, kept))
            assert not keys(kept[r.table], r.columns) & (before - after)


@given(failures())
def test_a_row_is_carried_only_by_a_parent_it_needs(case: tuple[Tables, dict[str, np.ndarray]]) -> None:
    tables, masks = case
    found = separate(tables, masks)
    for name, carried in found.carried.items():
        for position, target in carried.items():
            row = tables[name].iloc[position]
            needed = [r for r in REFERENCES if (r.table, r.target) == (name, target) and not r.nullable]
            gone = [
                keys(tables[target], r.target_columns) - keys(found.kept[target], r.target_columns)
                for r in needed
            ]
            assert any(tuple(row[list(r.columns)]) in lost for r, lost in zip(needed, gone, strict=True))


@given(failures())
def test_a_reference_becomes_null_only_when_its_row_left(case: tuple[Tables, dict[str, np.ndarray]]) -> None:
    tables, masks = case
    kept = separate(tables, masks).kept
    for r in REFERENCES:
        if r.nullable and r.table in kept and r.target in kept:
            before = tables[r.table].loc[kept[r.table].index, r.columns[0]]
            forgotten = before[kept[r.table][r.columns[0]].isna() & before.notna()]
            assert not set(forgotten) & {key[0] for key in keys(kept[r.target], r.target_columns)}


@given(partitions())
def test_without_failures_nothing_changes(tables: Tables) -> None:
    found = separate(tables, {})
    assert found.carried == {}
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(found.kept[name], frame)


@given(st.lists(st.tuples(st.sampled_from([None, "x", "y"]), st.text(max_size=3)), max_size=8))
def test_keys_in_the_quarantine_differ(rows: list[tuple[str | None, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["document_id", "source_uri"], dtype=object)
    for table in ("documents", "document_sources"):
        key = row_keys(table, frame)
        made = [key(position) for position in range(len(frame))]
        assert all(made)
        if table == "documents":
            assert len(set(made)) == len(made)
