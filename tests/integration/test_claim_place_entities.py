"""The entity of a number's place: that of the mention with the same span, the place itself for a metonym."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.warehouse.resolution import _link_places

MENTIONS = [
    ("d1", "now", 10, 15, "paris", None),
    ("d1", "now", 40, 47, "government", "kremlin"),
    ("d2", "before", 10, 15, "other", None),
]
RUNS = {"d1": "now", "d2": "before"}


@pytest.fixture
def tables() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE main.documents (document_id VARCHAR, run_id VARCHAR)")
    connection.execute("INSERT INTO main.documents VALUES ('d1', 'now'), ('d2', 'before')")
    connection.execute(
        """CREATE TABLE main.entity_mentions (document_id VARCHAR, run_id VARCHAR, start_char INTEGER,
           end_char INTEGER, entity_id VARCHAR, literal_entity_id VARCHAR)"""
    )
    connection.executemany("INSERT INTO main.entity_mentions VALUES (?, ?, ?, ?, ?, ?)", MENTIONS)
    connection.execute(
        """CREATE TABLE main.numeric_claims (claim_id VARCHAR, document_id VARCHAR, run_id VARCHAR,
           place_surface VARCHAR, place_start_char INTEGER, place_end_char INTEGER,
           place_entity_id VARCHAR)"""
    )
    return connection


@pytest.mark.parametrize(
    ("document", "start", "end", "entity"),
    [
        ("d1", 10, 15, "paris"),
        ("d1", 40, 47, "kremlin"),
        ("d1", 60, 65, None),  # no mention there
        ("d2", 10, 15, None),  # a document of an earlier run keeps what it had
    ],
)
def test_place_entity(
    tables: duckdb.DuckDBPyConnection, document: str, start: int, end: int, entity: str | None
) -> None:
    tables.execute(
        "INSERT INTO main.numeric_claims VALUES ('c', ?, ?, 'words', ?, ?, NULL)",
        [document, RUNS[document], start, end],
    )
    _link_places(tables, "now")
    assert tables.execute("SELECT place_entity_id FROM main.numeric_claims").fetchall() == [(entity,)]
