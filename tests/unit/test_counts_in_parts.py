"""Mentions and documents of an entity are counted a part of the entities at a time: with the same result."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.model import TABLES
from pipelines.warehouse import entity_counts
from pipelines.warehouse.schema import create_schema

# Eight entities; the mentions of every fifth stand in a headline, some by another surface than their name.
FILL = """
INSERT INTO main.entities BY NAME
    SELECT 'e' || i AS entity_id, 'Name ' || i AS name, 'person' AS entity_type,
           9 AS mention_count, 9 AS document_count FROM range(8) AS r(i);
INSERT INTO main.entity_aliases BY NAME
    SELECT entity_id, alias, 9 AS document_count
    FROM main.entities, (VALUES ('Long'), ('Short'), ('Gone')) AS a(alias);
INSERT INTO main.segments BY NAME
    SELECT 'g' || i AS segment_id, 'd' || i AS document_id, 0 AS segment_no,
           CASE i % 5 WHEN 0 THEN 'title' ELSE 'body' END AS role FROM range(10) AS r(i);
INSERT INTO main.entity_mentions BY NAME
    SELECT 'm' || i AS mention_id, 'd' || (i % 10) AS document_id, 0 AS segment_no,
           'e' || (i % 7) AS entity_id, CASE i % 6 WHEN 0 THEN 'pronoun' ELSE 'name' END AS mention_type,
           'Long' AS name, CASE i % 3 WHEN 0 THEN 'Long' ELSE 'Short' END AS surface FROM range(60) AS r(i);
"""


def counts(at_once: int, monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[object, ...]]]:
    monkeypatch.setattr(entity_counts, "_COUNTED_AT_ONCE", at_once)
    with duckdb.connect() as connection:
        create_schema(connection)
        for table in ("entities", "entity_aliases", "segments", "entity_mentions"):
            for column in TABLES[table].column_names:
                connection.execute(f"ALTER TABLE main.{table} ALTER {column} DROP NOT NULL")
        connection.execute(FILL)
        entity_counts.count_all(connection)
        return [
            connection.execute(query).fetchall()
            for query in (
                "SELECT entity_id, mention_count, document_count FROM main.entities ORDER BY ALL",
                "SELECT entity_id, alias, document_count FROM main.entity_aliases ORDER BY ALL",
            )
        ]


def test_counts_that_do_not_add_up_are_made_again() -> None:
    """A fault in what earlier runs left is no fault for ever."""
    with duckdb.connect() as connection:
        create_schema(connection)
        for table in ("documents", "entities", "entity_aliases", "segments", "entity_mentions"):
            for column in TABLES[table].column_names:
                connection.execute(f"ALTER TABLE main.{table} ALTER {column} DROP NOT NULL")
        connection.execute(FILL)
        connection.execute("UPDATE main.entity_mentions SET run_id = 'r1'")
        entity_counts.count_all(connection)
        right = connection.execute("SELECT entity_id, mention_count FROM main.entities").fetchall()
        for fault in (0, 1):
            connection.execute(f"UPDATE main.entities SET mention_count = mention_count + {fault}")
            connection.execute("CREATE OR REPLACE TEMP TABLE leaving (document_id VARCHAR)")
            entity_counts.note_leaving(connection)
            counts = entity_counts.Counts(connection, "r2", has_rulings=False)
            assert counts.is_part
            counts.count()
            found = connection.execute("SELECT entity_id, mention_count FROM main.entities").fetchall()
            assert sorted(found) == sorted(right)


def test_the_parts_make_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parts = counts(1000, monkeypatch), counts(9, monkeypatch)
    assert parts == whole
    entities, aliases = whole
    # Of its nine mentions one stands in a headline, one is no name: seven names in seven documents.
    assert len(entities) == 8 and entities[7] == ("e7", 0, 0)
    assert all(0 < mentions < 9 for _, mentions, _ in entities[:7])
    assert {documents for _, alias, documents in aliases if alias == "Gone"} == {0}
    assert all(documents for entity, alias, documents in aliases if alias != "Gone" and entity != "e7")
