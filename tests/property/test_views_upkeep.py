"""Kept views brought up to date equal kept views made whole, whatever happened to the tables between."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.model import TABLES
from pipelines.views import parts
from pipelines.views import upkeep as module
from pipelines.views.build import create_views
from pipelines.views.catalog import View, load_views
from pipelines.views.keys import READ
from pipelines.views.upkeep import upkeep
from pipelines.warehouse.schema import create_schema

KEYED = [view for view in load_views() if view.key]

DOCUMENTS, FIGURES, ENTITIES, STORIES = 14, 7, 6, 4

# A row's own key, by table; the tables that tie two rows together have none.
OWN_KEY = {
    "documents": "document_id", "numeric_claims": "claim_id", "quotes": "quote_id",
    "entity_mentions": "mention_id", "sentences": "sentence_id", "figures": "figure_id",
    "statements": "statement_id", "stories": "story_id", "entities": "entity_id", "outlets": "outlet_id",
}  # fmt: skip
CHANGED = [table for table in READ if table != "units"]
# A sentence or quote that a row points at stands in the row's own document: it may go, not move.
WITHIN = {("numeric_claims", "quote_id"), ("numeric_claims", "sentence_id"), ("quotes", "sentence_id")}
FIXED = {("statement_assertions", "sentence_id"), ("statement_assertions", "evidence")}

FILL = f"""
INSERT INTO main.stories BY NAME
    SELECT 's' || i AS story_id, 'Story ' || i AS label, DATE '2031-05-01' + i::INT AS event_on,
           CASE i % 2 WHEN 0 THEN 'e' || i END AS place_entity_id FROM range({STORIES}) AS r(i);
INSERT INTO main.entities BY NAME
    SELECT 'e' || i AS entity_id, 'Name ' || i AS name, 'place' AS entity_type, 'AZ' AS country_code,
           CASE WHEN i < 4 THEN 40.0 + i END AS latitude, CASE WHEN i < 4 THEN 45.0 END AS longitude
    FROM range({ENTITIES}) AS r(i);
INSERT INTO main.outlets BY NAME
    SELECT 'o' || i AS outlet_id, 'Outlet ' || i AS name FROM range(1, 4) AS r(i);
INSERT INTO main.documents BY NAME
    SELECT 'd' || i AS document_id, 'file:///d' || i AS source_uri, 'Title ' || i AS title,
           'h' || i AS text_sha256,
           CASE i % 4 WHEN 0 THEN NULL ELSE 'o' || (i % 4) END AS outlet_id,
           'Source ' || (i % 4) AS source_label,
           CASE i % 5 WHEN 0 THEN NULL ELSE DATE '2031-05-01' + (i % 5)::INT END AS published_on,
           CASE i % 6 WHEN 5 THEN NULL ELSE 's' || (i % {STORIES}) END AS story_id, 100 + i AS word_count
    FROM range({DOCUMENTS}) AS r(i);
INSERT INTO main.segments BY NAME
    SELECT 'g' || i AS segment_id, 'd' || (i // 2) AS document_id, i % 2 AS segment_no,
           CASE i % 3 WHEN 0 THEN 'title' ELSE 'body' END AS role FROM range({2 * DOCUMENTS}) AS r(i);
INSERT INTO main.sentences BY NAME
    SELECT 'z' || i AS sentence_id, 'd' || (i // 2) AS document_id, 40 * (i % 2) AS start_char,
           40 * (i % 2) + 30 AS end_char, 'Sentence ' || i AS surface FROM range({2 * DOCUMENTS}) AS r(i);
INSERT INTO main.quotes BY NAME
    SELECT 'q' || i AS quote_id, 'q' || CASE i % 8 WHEN 7 THEN i - 1 ELSE i END AS quotation_id,
           'd' || (i // 2) AS document_id, 'z' || i AS sentence_id,
           40 * (i % 2) AS start_char, 40 * (i % 2) + 8 AS end_char,
           'Words ' || (i % 9) AS surface, 'direct' AS kind, 'said' AS cue, i % 11 = 0 AS is_negated,
           i % 13 = 0 AS is_headline, 'he' AS speaker_surface, 3 AS speaker_start_char,
           CASE i % 3 WHEN 0 THEN NULL ELSE 'e' || (i % {ENTITIES}) END AS speaker_entity_id,
           CASE i % 5 WHEN 4 THEN 'SPEAKER ' ELSE 'Speaker ' END || (i % 2) AS speaker_name,
           CASE i % 4 WHEN 1 THEN 'role ' || (i % 3) END AS speaker_role,
           CASE i % 6 WHEN 3 THEN 'body ' || (i % 2) END AS speaker_affiliation,
           't' || (i % {FIGURES}) AS statement_id
    FROM range({2 * DOCUMENTS}) AS r(i);
INSERT INTO main.numeric_claims BY NAME
    SELECT 'c' || i AS claim_id, 'd' || (i // 3) AS document_id, 'z' || (2 * (i // 3)) AS sentence_id,
           10 * (i % 3) AS start_char, 10 * (i % 3) + 2 AS end_char, '12' AS surface, 12.0 + i % 2 AS value,
           'exact' AS bound, false AS is_vague, 'troops' AS category,
           CASE i % 3 WHEN 1 THEN 'q' || (2 * (i // 3)) END AS quote_id,
           CASE i % 4 WHEN 0 THEN 'officials' END AS source_surface,
           CASE i % 8 WHEN 0 THEN 'e' || (i % {ENTITIES}) END AS source_entity_id,
           CASE i % 5 WHEN 4 THEN NULL ELSE 'f' || (i % {FIGURES}) END AS figure_id
    FROM range({3 * DOCUMENTS}) AS r(i);
INSERT INTO main.entity_mentions BY NAME
    SELECT 'm' || i AS mention_id, 'd' || (i // 3) AS document_id, i % 2 AS segment_no,
           10 * (i % 3) AS start_char, 10 * (i % 3) + 4 AS end_char, 'Name' AS surface,
           'name' AS mention_type,
           'e' || (i % {ENTITIES}) AS entity_id FROM range({3 * DOCUMENTS}) AS r(i);
INSERT INTO main.figures BY NAME
    SELECT 'f' || i AS figure_id, 's' || (i % {STORIES}) AS story_id, 'figure ' || i AS label,
           'troops' AS category, 'e' || (i % {ENTITIES}) AS place_entity_id, 12.0 AS low, 13.0 AS high,
           CASE i % 2 WHEN 0 THEN 'conflict' ELSE 'agree' END AS agreement, 2 AS source_count
    FROM range({FIGURES}) AS r(i);
INSERT INTO main.figure_claims BY NAME
    SELECT figure_id, claim_id, CASE WHEN claim_id LIKE '%7' THEN 'part_of' ELSE 'same' END AS relation
    FROM main.numeric_claims WHERE figure_id IS NOT NULL;
INSERT INTO main.statements BY NAME
    SELECT 't' || i AS statement_id, 's' || (i % {STORIES}) AS story_id,
           'e' || (i % {ENTITIES}) AS speaker_entity_id,
           'q' || i AS representative_quote_id, 2 AS wording_count, false AS speaker_is_inferred
    FROM range({FIGURES}) AS r(i);
INSERT INTO main.statement_quotes BY NAME
    SELECT statement_id, quote_id, start_char, end_char FROM main.quotes;
INSERT INTO main.statement_assertions BY NAME
    SELECT 't' || (i % {FIGURES}) AS statement_id, 'z' || (3 * i) AS sentence_id,
           'd' || ((3 * i) // 2) AS document_id, 0 AS start_char, 9 AS end_char, 'same words' AS evidence
    FROM range(6) AS r(i);
"""

Change = tuple[str, str, str | None, int, int]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """What happens to a row: which table, what, which column, which row, and which other row it is like."""
    table = draw(st.sampled_from(CHANGED))
    columns = [column for column in READ[table] if (table, column) not in FIXED]
    kind = draw(st.sampled_from(("update", "update", "delete", "copy")))
    return table, kind, draw(st.sampled_from(columns)), draw(st.integers(0, 99)), draw(st.integers(0, 99))


def change(connection: duckdb.DuckDBPyConnection, done: Change, number: int) -> None:
    """Make a change to a row, or to nothing where the table is empty."""
    table, kind, column, at, like = done
    rows = [row for (row,) in connection.execute(f"SELECT rowid FROM main.{table} ORDER BY ALL").fetchall()]
    if not rows:
        return
    row, other = rows[at % len(rows)], rows[like % len(rows)]
    if kind == "delete":
        connection.execute(f"DELETE FROM main.{table} WHERE rowid = ?", [row])
    elif kind == "copy":
        key = OWN_KEY.get(table)
        replaced = f"REPLACE ('new{number}' AS {key})" if key else ""
        connection.execute(
            f"INSERT INTO main.{table} SELECT * {replaced} FROM main.{table} WHERE rowid = ?", [row]
        )
    elif (table, column) in WITHIN:
        connection.execute(f"UPDATE main.{table} SET {column} = NULL WHERE rowid = ?", [row])
    else:
        value = f"(SELECT {column} FROM main.{table} WHERE rowid = $other)"
        connection.execute(
            f"UPDATE main.{table} SET {column} = {value} WHERE rowid = $row", {"row": row, "other": other}
        )


def forget(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Take a document out with all its rows."""
    for table in CHANGED:
        if "document_id" in TABLES[table].column_names:
            connection.execute(f"DELETE FROM main.{table} WHERE document_id = ?", [f"d{number % DOCUMENTS}"])


def differences(connection: duckdb.DuckDBPyConnection, view: View) -> list[tuple[object, ...]]:
    """Rows that the table has and the view has not, or the other way round."""
    kept, whole = f"(FROM {view.qualified})", f"({view.sql}\n)"
    return connection.execute(f"({kept} EXCEPT ALL {whole}) UNION ALL ({whole} EXCEPT ALL {kept})").fetchall()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with some rows in every table."""
    path = tmp_path_factory.mktemp("upkeep") / "first.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_schema(connection)
        for table, column in connection.execute(
            """SELECT table_name, column_name FROM duckdb_columns()
               WHERE schema_name = 'main' AND NOT is_nullable"""
        ).fetchall():
            connection.execute(f"ALTER TABLE main.{table} ALTER {column} DROP NOT NULL")
        connection.execute(FILL)
        create_views(connection)
        assert all(connection.execute(f"SELECT count(*) FROM {v.qualified}").fetchall()[0][0] for v in KEYED)
    return path


@pytest.fixture(scope="module")
def _never_too_much() -> None:
    module._MOST_APPENDED = 1e9


RUNS = st.lists(
    st.tuples(st.lists(changes(), max_size=12), st.none() | st.integers(0, 99)), min_size=1, max_size=2
)


@settings(max_examples=6)
@given(RUNS)
def test_upkeep_equals_making_them_whole(
    first: Path, _never_too_much: None, runs: list[tuple[list[Change], int | None]]
) -> None:
    _check(first, runs)


@pytest.mark.long
@settings(max_examples=100)
@given(RUNS)
def test_upkeep_equals_making_them_whole_at_length(
    first: Path, _never_too_much: None, runs: list[tuple[list[Change], int | None]]
) -> None:
    _check(first, runs)


# What people do to a few rows, and what names that join do.
DONE = {
    "a document goes": "DELETE FROM main.quotes WHERE document_id = 'd3'; "
    "DELETE FROM main.entity_mentions WHERE document_id = 'd3'; "
    "DELETE FROM main.documents WHERE document_id = 'd3'",
    "an entity gets another name": "UPDATE main.entities SET name = 'Another' WHERE entity_id = 'e1'",
    "two entities join": "UPDATE main.quotes SET speaker_entity_id = 'e2' WHERE speaker_entity_id = 'e1'; "
    "UPDATE main.entity_mentions SET entity_id = 'e2' WHERE entity_id = 'e1'; "
    "DELETE FROM main.entities WHERE entity_id = 'e1'",
    "a speaker is no longer resolved": "UPDATE main.quotes SET speaker_entity_id = NULL "
    "WHERE speaker_entity_id = 'e1'",
    "a speaker is written otherwise": "UPDATE main.quotes SET speaker_name = 'speaker 1' "
    "WHERE speaker_name = 'Speaker 1' AND document_id < 'd5'",
    "an outlet gets another name": "UPDATE main.outlets SET name = 'Another' WHERE outlet_id = 'o1'",
    "a document gets another outlet": "UPDATE main.documents SET outlet_id = 'o2', source_label = 'Source 2' "
    "WHERE document_id IN ('d4', 'd5')",
    "a document loses its outlet": "UPDATE main.documents SET outlet_id = NULL WHERE document_id = 'd5'",
    "a document gets another day": "UPDATE main.documents SET published_on = DATE '2031-06-01' "
    "WHERE document_id IN ('d5', 'd6')",
    "a document loses its day": "UPDATE main.documents SET published_on = NULL WHERE document_id = 'd6'",
}
OF_SEVERAL_COLUMNS = [view for view in KEYED if any(" and " in name for name in view.key)]


@pytest.mark.parametrize("done", DONE.values(), ids=list(DONE))
def test_keys_of_several_columns_follow(first: Path, _never_too_much: None, done: str) -> None:
    work = first.with_name("work.duckdb")
    shutil.copyfile(first, work)
    with duckdb.connect(str(work)) as connection:
        connection.execute(done)
        assert any(differences(connection, view) for view in OF_SEVERAL_COLUMNS)
        with upkeep(connection, first, most_documents=1e9) as kept:
            assert all(kept.refresh(view) for view in OF_SEVERAL_COLUMNS)
        for view in OF_SEVERAL_COLUMNS:
            assert differences(connection, view) == [], view.name
        shares = """SELECT sum(speaker_share) FROM marts.speaker_outlet_matrix
                    GROUP BY coalesce(outlet_id, document_id)"""
        for (share,) in connection.execute(shares).fetchall():
            assert share == pytest.approx(1.0)


def test_parts_give_the_whole(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROWS_A_PART", 2)
    work = first.with_name("parts.duckdb")
    shutil.copyfile(first, work)
    with duckdb.connect(str(work)) as connection:
        connection.execute("UPDATE main.figure_claims SET figure_id = NULL WHERE figure_id = 'f3'")
        for view in load_views():
            if view.parts:
                parts.make_whole(connection, view)
                assert differences(connection, view) == [], view.name
        [(keys,)] = connection.execute("SELECT list(figure_id) FROM marts.figure_reports").fetchall()
        told = [key for key in keys if key is not None]
        assert told == sorted(told)
        assert len(set(told)) > 2


def _check(first: Path, runs: list[tuple[list[Change], int | None]]) -> None:
    """Make the changes of each run to a copy of the release before it, and compare."""
    base = first
    for number, (made, forgotten) in enumerate(runs):
        work = first.with_name(f"run{number}.duckdb")
        shutil.copyfile(base, work)
        with duckdb.connect(str(work)) as connection:
            for at, done in enumerate(made):
                change(connection, done, 10 * number + at)
            if forgotten is not None:
                forget(connection, forgotten)
            with upkeep(connection, base, most_documents=1e9) as kept:
                for view in KEYED:
                    assert kept.refresh(view)
            for view in KEYED:
                assert differences(connection, view) == [], view.name
        base = work
