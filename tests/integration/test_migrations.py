"""A file of an older Dateline becomes one of today, a newer one is refused, and no row is lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.model import TABLES
from pipelines.resolve.name_keys import key_of, probe_keys
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.migrations import MIGRATIONS, SCHEMA_VERSION, NewerFileError, file_version, migrate

# The tables of release 0.1.0 as they were, and a row in each that changed since.
FIRST = Path(__file__).with_name("schema_v1.sql")

ROWS = """
INSERT INTO main.documents BY NAME SELECT 'd1' AS document_id, 'file:///a.txt' AS source_uri,
  'a.txt' AS source_label, now()::TIMESTAMP AS first_seen_at, now()::TIMESTAMP AS ingested_at,
  current_date AS ingest_date, 'Two hurt.' AS text,
  'x' AS text_sha256, 'y' AS source_sha256, 9 AS char_count, 2 AS word_count, [] AS agencies,
  'done' AS extraction_status, 'r' AS run_id, 'v' AS extractor_version;
INSERT INTO main.quotes BY NAME SELECT 'q1' AS quote_id, 'd1' AS document_id, 0 AS segment_no,
  0 AS start_char, 3 AS end_char, 'Two' AS surface, 'q1' AS quotation_id, 'direct' AS kind,
  [] AS quoted_spans,
  'speech' AS cue_class, false AS is_negated, false AS is_headline, 1.0 AS confidence, 'm' AS method,
  'r' AS run_id, 'v' AS extractor_version;
"""


def columns(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], tuple[str, bool]]:
    rows = connection.execute(
        """SELECT schema_name, table_name, column_name, data_type, is_nullable
           FROM duckdb_columns() WHERE NOT internal"""
    ).fetchall()
    return {(s, t, c): (kind, nullable) for s, t, c, kind, nullable in rows}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(FIRST.read_text(encoding="utf-8"))
        connection.execute(ROWS)
        # More rows than one of DuckDB's vectors holds, in a table that gained a list.
        connection.execute(
            """INSERT INTO main.entities BY NAME SELECT 'e' || i AS entity_id, 'n' AS name,
               'person' AS entity_type, 1 AS mention_count, 1 AS document_count, 'r' AS run_id
               FROM range(5000) AS t(i)"""
        )
    return path


def test_the_first_release_s_file_becomes_one_of_today(old: Path, tmp_path: Path) -> None:
    before = old.read_bytes()
    warehouse = Warehouse(tmp_path / "work.duckdb")
    warehouse.prepare(old)
    fresh = duckdb.connect()
    migrate(fresh)
    with warehouse.connect() as connection:
        assert columns(connection) == columns(fresh), "every table and column as in a file made today"
        assert connection.execute("SELECT surface, speaker_is_inferred FROM main.quotes").fetchall() == [
            ("Two", False)
        ]
        lists = connection.execute("SELECT role_countries, count(*) FROM main.entities GROUP BY 1")
        assert lists.fetchall() == [([], 5000)]
        assert file_version(connection) == SCHEMA_VERSION
    assert old.read_bytes() == before, "the release itself is never touched"


def test_names_of_an_older_file_are_found_by_a_slip(old: Path) -> None:
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            """INSERT INTO main.entity_aliases BY NAME SELECT 'e1' AS entity_id, 'Maria Kowalska' AS alias,
               'exact' AS method, 2 AS document_count,
               ['person=mr|kvlsk', 'person^8kow maria _', 'person$8ska maria _'] AS block_keys,
               'r' AS run_id"""
        )
        migrate(connection)
        ((blocks,),) = connection.execute("SELECT block_keys FROM main.entity_aliases").fetchall()
    assert blocks[0] == "person=mr|kvlsk"
    assert not [block for block in blocks if "^" in block or "$" in block]
    assert set(blocks) & set(probe_keys(key_of("person", "Maria Kowlaska")))


def test_migrating_again_changes_nothing(old: Path) -> None:
    with duckdb.connect(str(old)) as connection:
        assert file_version(connection) == 1
        assert migrate(connection) == 1
        first = connection.execute("FROM main.migrations").fetchall()
        assert migrate(connection) == SCHEMA_VERSION
        assert connection.execute("FROM main.migrations").fetchall() == first


def test_a_newer_file_is_refused_with_what_to_do(old: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(old)) as connection:
        migrate(connection)
        connection.execute("INSERT INTO main.migrations VALUES (99, 'later', '9.9', now()::TIMESTAMP)")
    with pytest.raises(NewerFileError, match=r"version 99.*upgrade Dateline"):
        Warehouse(tmp_path / "work.duckdb").prepare(old)


def test_versions_are_counted_without_a_gap() -> None:
    assert [step.schema_version for step in MIGRATIONS] == list(range(1, SCHEMA_VERSION + 1))
    assert all(step.description.endswith(".") for step in MIGRATIONS)


def test_an_empty_file_gets_every_table() -> None:
    with duckdb.connect() as connection:
        assert migrate(connection) == 0
        made = {(schema, table) for schema, table, _ in columns(connection)}
        assert made >= {(spec.schema, spec.name) for spec in TABLES.values()}
