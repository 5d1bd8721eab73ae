"""What has held within a document is not asked again of it, until one of its rows is another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from pipelines.audit import proofs
from pipelines.audit.history import check_history
from pipelines.audit.suites import HISTORY, load_suites
from pipelines.model import TABLES, Document, Segment, to_arrow
from pipelines.warehouse.schema import create_schema

RULES = load_suites()[HISTORY]
WITHIN = [rule for rule in RULES if rule.within]
AT = datetime(2026, 3, 9)
TEXT = "Two bridges are closed."


def document(number: int) -> Document:
    return Document(
        document_id=f"d{number}",
        source_uri=f"file:///d{number}.txt",
        source_label="d",
        first_seen_at=AT,
        ingested_at=AT,
        ingest_date=AT.date(),
        text=TEXT,
        text_sha256="t",
        source_sha256="s",
        char_count=len(TEXT),
        word_count=4,
        extraction_status="not_supported_language",
    )


def segment(number: int) -> Segment:
    return Segment(
        segment_id=f"g{number}",
        document_id=f"d{number}",
        segment_no=0,
        start_char=0,
        end_char=len(TEXT),
        surface=TEXT,
        role="body",
    )


def add(connection: duckdb.DuckDBPyConnection, numbers: range) -> None:
    for table, rows in (("documents", map(document, numbers)), ("segments", map(segment, numbers))):
        connection.register("rows", to_arrow(table, list(rows)))
        connection.execute(f"INSERT INTO main.{table} BY NAME FROM rows")


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    create_schema(connection)
    add(connection, range(8))
    yield connection
    connection.close()


def failed(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {r.expectation: r.detail or "" for r in check_history(connection, "r") if not r.success}


def unproven(connection: duckdb.DuckDBPyConnection) -> int | None:
    return proofs.find_unproven(connection, RULES)


def test_what_held_is_not_asked_again(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert unproven(warehouse) is None
    assert failed(warehouse) == {}
    assert unproven(warehouse) == 0
    add(warehouse, range(8, 10))
    assert unproven(warehouse) == 2
    assert failed(warehouse) == {}
    assert unproven(warehouse) == 0


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (
            "UPDATE segments SET surface = 'No bridge' WHERE segment_id = 'g3'",
            "history_segments_offsets_hold",
        ),
        ("UPDATE segments SET end_char = 9 WHERE segment_id = 'g3'", "history_segments_offsets_hold"),
        ("UPDATE documents SET text = 'Other' WHERE document_id = 'd3'", "history_segments_offsets_hold"),
        (
            "UPDATE documents SET char_count = 1 WHERE document_id = 'd3'",
            "history_documents_char_count_holds",
        ),
        ("DELETE FROM documents WHERE document_id = 'd3'", "history_segments_references_hold"),
        ("UPDATE segments SET document_id = 'd' WHERE segment_id = 'g3'", "history_segments_references_hold"),
        (
            "INSERT INTO segments SELECT * REPLACE (5 AS start_char) FROM segments WHERE segment_id = 'g3'",
            "history_segments_offsets_hold",
        ),
        # A key borne twice: within a document, by a row that was changed, by a row of no document.
        (
            "INSERT INTO segments SELECT * REPLACE (1 AS segment_no) FROM segments WHERE segment_id = 'g3'",
            "history_segments_key_unique",
        ),
        ("UPDATE segments SET segment_id = 'g2' WHERE segment_id = 'g3'", "history_segments_key_unique"),
        (
            "INSERT INTO segments SELECT * REPLACE ('d9' AS document_id) FROM segments LIMIT 1",
            "history_segments_key_unique",
        ),
    ],
)
def test_an_old_row_that_changed_by_mistake_is_found(
    warehouse: duckdb.DuckDBPyConnection, change: str, rule: str
) -> None:
    assert failed(warehouse) == {}
    warehouse.execute(change)
    assert unproven(warehouse) in (1, 2)
    assert rule in failed(warehouse)
    # Nothing is proven by a run that did not hold.
    assert unproven(warehouse) is None
    assert rule in failed(warehouse)


def test_other_rules_prove_all_anew(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert failed(warehouse) == {}
    assert unproven(warehouse) == 0
    fewer = [rule for rule in RULES if rule.name != WITHIN[0].name]
    assert proofs.find_unproven(warehouse, fewer) is None


def test_a_copied_row_changes_the_sum(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Two rows alike must not cancel each other."""
    assert failed(warehouse) == {}
    warehouse.execute("INSERT INTO segments SELECT * FROM segments WHERE segment_id = 'g3'")
    warehouse.execute("INSERT INTO segments SELECT * FROM segments WHERE segment_id = 'g3'")
    assert unproven(warehouse) == 1


@pytest.mark.parametrize("rule", WITHIN, ids=lambda rule: rule.name)
def test_a_rule_within_a_document_reads_what_the_sum_is_made_of(rule: object) -> None:
    """Its tables are those of one document, its columns are summed, and its joins name the document."""
    assert isinstance(rule, type(WITHIN[0])) and rule.within
    parsed = sqlglot.parse_one(rule.within, read="duckdb")
    assert {table.name for table in parsed.find_all(exp.Table)} <= set(proofs.OF_DOCUMENT)
    columns = {column.name for column in parsed.find_all(exp.Column)}
    assert columns & proofs.ACROSS == set()
    for join in parsed.find_all(exp.Join):
        told = " ".join(
            part.sql() for key in ("on", "using") if (part := join.args.get(key)) and hasattr(part, "sql")
        )
        told += " ".join(part.sql() for part in join.args.get("using") or [])
        assert "document_id" in told, join.sql()


@pytest.mark.parametrize("copied", [0, 5_000])
def test_a_key_of_an_old_row_borne_by_a_new_one_is_found_however_rows_are_read(
    warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, copied: int
) -> None:
    monkeypatch.setattr(proofs, "_COPIED", copied)
    assert failed(warehouse) == {}
    add(warehouse, range(8, 10))
    assert failed(warehouse) == {}
    add(warehouse, range(10, 11))
    warehouse.execute("UPDATE segments SET segment_id = 'g1' WHERE segment_id = 'g10'")
    assert unproven(warehouse) == 1
    assert failed(warehouse) == {"history_segments_key_unique": "e.g. g1"}


def test_a_row_without_a_key_is_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert failed(warehouse) == {}
    warehouse.execute("ALTER TABLE segments ALTER segment_id DROP NOT NULL")
    warehouse.execute("UPDATE segments SET segment_id = NULL WHERE segment_id = 'g1'")
    assert unproven(warehouse) == 1
    assert "history_segments_key_unique" in failed(warehouse)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.keys], ids=lambda rule: rule.name)
def test_a_rule_of_keys_groups_one_table_by_its_key(rule: object) -> None:
    """It sees all rows of a key or none, and no column but the key, which the sum of a document holds."""
    assert isinstance(rule, type(WITHIN[0])) and rule.keys
    spec = TABLES[rule.kwargs["table"]]
    parsed = sqlglot.parse_one(rule.keys, read="duckdb")
    assert [table.name for table in parsed.find_all(exp.Table)] == [spec.name]
    assert {column.name for column in parsed.find_all(exp.Column)} == set(spec.key)
    group = parsed.args["group"]
    assert [part.name for part in group.expressions] == list(spec.key)
    assert set(spec.key) <= set(proofs.summed(spec)) and spec.name in proofs.OF_DOCUMENT


def test_a_sum_leaves_out_what_lies_across_documents_alone() -> None:
    """A new column is summed unless it is said to lie across; what is said is in the contracts."""
    columns = {name for table in proofs.OF_DOCUMENT for name in TABLES[table].column_names}
    assert columns >= proofs.ACROSS
    assert all("document_id" in proofs.summed(TABLES[table]) for table in proofs.OF_DOCUMENT)
    assert not any(
        column.nullable
        for table in proofs.OF_DOCUMENT
        for column in TABLES[table].columns
        if column.name == "document_id"
    )
