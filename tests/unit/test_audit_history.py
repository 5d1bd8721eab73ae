"""The rules over the whole work file: a good file passes each, and one bad row fails it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import audit_rows
import duckdb
import pyarrow as pa
import pytest

from pipelines.audit.history import check_history
from pipelines.audit.suites import HISTORY, Rule, load_suites
from pipelines.model import TABLES, ValidationResult, arrow_schema
from pipelines.warehouse.schema import create_schema, qualified

HISTORY_RULES = load_suites()[HISTORY]
MAIN = [name for name, spec in TABLES.items() if spec.schema == "main"]

# Rows of the tables that are filled after the audit; %s stands for ids of extracted rows.
LATER_ROWS = """
INSERT INTO claim_categories (category, description, unit_dimension, reason)
  VALUES ('troops', 'Soldiers.', 'count', 'None.');
INSERT INTO units (unit, dimension) VALUES ('hour', 'duration');
INSERT INTO dates VALUES ('2026-03-09', 2026, 3, 9, 2026, 11, 1, false);
INSERT INTO entities (entity_id, name, entity_type, mention_count, document_count, run_id)
  VALUES ('e1', 'Ana Rusu', 'person', 1, 1, 'r'), ('e2', 'Orhei', 'place', 1, 1, 'r');
INSERT INTO entity_aliases (entity_id, alias, method, document_count, run_id)
  VALUES ('e1', 'Rusu', 'surname', 1, 'r');
INSERT INTO stories (story_id, place_entity_id, document_count, outlet_count, run_id)
  VALUES ('s1', 'e2', 2, 1, 'r');
INSERT INTO story_documents (story_id, document_id, is_primary, run_id)
  SELECT 's1', document_id, true, 'r' FROM documents;
INSERT INTO statements (statement_id, story_id, speaker_entity_id, speaker_is_inferred,
    representative_quote_id, wording_count, outlet_count, independent_source_count, run_id)
  SELECT 't1', 's1', 'e1', false, min(quote_id), 1, 1, 1, 'r' FROM quotes;
INSERT INTO statement_quotes (statement_id, quote_id, start_char, end_char, run_id)
  SELECT 't1', quote_id, start_char, end_char, 'r' FROM quotes;
INSERT INTO figures (figure_id, story_id, category, place_entity_id, claim_count, source_count,
    outlet_count, independent_source_count, run_id)
  VALUES ('f1', 's1', 'troops', 'e2', 1, 1, 1, 1, 'r');
INSERT INTO figure_claims (figure_id, claim_id, relation, run_id)
  SELECT 'f1', claim_id, 'same', 'r' FROM numeric_claims;
INSERT INTO figure_observations (figure_id, as_of_on, run_id) VALUES ('f1', '2026-03-09', 'r');
INSERT INTO id_redirects VALUES ('entities', 'e0', 'e1', 'r'), ('entities', 'e00', 'e0', 'r');
INSERT INTO document_revisions (document_id, text_sha256, superseded_by_document_id, superseded_at,
    source_uri, text, source_sha256, first_seen_at, ingest_date, run_id)
  VALUES ('old2', 'a', 'd0', now()::TIMESTAMP, 'u', 't', 's', now()::TIMESTAMP, '2026-03-09', 'r'),
         ('old1', 'a', 'old2', now()::TIMESTAMP, 'u', 't', 's', now()::TIMESTAMP, '2026-03-09', 'r');
UPDATE documents SET story_id = 's1';
UPDATE quotes SET speaker_entity_id = 'e1', statement_id = 't1';
UPDATE numeric_claims SET place_entity_id = 'e2', source_entity_id = 'e1', figure_id = 'f1';
"""


@pytest.fixture(scope="module")
def filled() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with a row in every table of schema main."""
    connection = duckdb.connect()
    create_schema(connection)
    for name, frame in audit_rows.partition(2).items():
        rows = [{k: _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]
        batch = pa.Table.from_pylist(rows, schema=arrow_schema(name))
        connection.register("batch", batch)
        connection.execute(f"INSERT INTO {qualified(TABLES[name])} SELECT * FROM batch")
    connection.execute(LATER_ROWS)
    yield connection
    connection.close()


@pytest.fixture
def warehouse(filled: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """That warehouse; what a test changes is rolled back."""
    filled.execute("BEGIN")
    yield filled
    filled.execute("ROLLBACK")


def _plain(value: Any) -> Any:
    is_missing = isinstance(value, float) and value != value
    return None if is_missing else int(value) if isinstance(value, float) and value.is_integer() else value


def found(connection: duckdb.DuckDBPyConnection) -> dict[str, ValidationResult]:
    return {result.expectation: result for result in check_history(connection, "run-1")}


def test_a_good_warehouse_passes_every_rule(warehouse: duckdb.DuckDBPyConnection) -> None:
    results = found(warehouse)
    assert [r for r in results.values() if not r.success] == []
    assert set(results) == {rule.name for rule in HISTORY_RULES}
    assert all(r.evaluated_rows > 0 and r.severity == "blocking" for r in results.values())


BAD: dict[str, str] = {
    "history_documents_char_count_holds": "UPDATE documents SET char_count = 1 WHERE document_id = 'd0'",
    "history_statement_quotes_offsets_hold": "UPDATE statement_quotes SET end_char = 9000",
    **{
        f"history_{short}_offsets_hold": f"UPDATE {table} SET start_char = start_char + 1"
        for short, table in (
            ("segments", "segments"),
            ("sentences", "sentences"),
            ("mentions", "entity_mentions"),
            ("quotes", "quotes"),
            ("scare_quotes", "scare_quotes"),
            ("claims", "numeric_claims"),
        )
    },
    **{
        f"history_{short}_references_hold": f"UPDATE {table} SET {column} = 'gone'"
        for short, table, column in (
            ("document_sources", "document_sources", "document_id"),
            ("document_revisions", "document_revisions", "superseded_by_document_id"),
            ("documents", "documents", "outlet_id"),
            ("entities", "entities", "parent_entity_id"),
            ("entity_aliases", "entity_aliases", "entity_id"),
            ("segments", "segments", "document_id"),
            ("sentences", "sentences", "document_id"),
            ("mentions", "entity_mentions", "entity_id"),
            ("quotes", "quotes", "speaker_entity_id"),
            ("scare_quotes", "scare_quotes", "sentence_id"),
            ("claims", "numeric_claims", "figure_id"),
            ("stories", "stories", "place_entity_id"),
            ("story_documents", "story_documents", "story_id"),
            ("statements", "statements", "representative_quote_id"),
            ("statement_quotes", "statement_quotes", "quote_id"),
            ("figures", "figures", "story_id"),
            ("figure_claims", "figure_claims", "claim_id"),
            ("figure_observations", "figure_observations", "figure_id"),
            ("id_redirects", "id_redirects", "new_id"),
        )
    },
}


def make_bad(rule: Rule) -> str:
    table = qualified(TABLES[rule.kwargs["table"]])
    if rule.name.endswith("_key_unique"):
        return f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1"
    return BAD[rule.name]


@pytest.mark.parametrize("rule", HISTORY_RULES, ids=lambda rule: rule.name)
def test_a_bad_row_fails_its_rule(warehouse: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    warehouse.execute(make_bad(rule))
    result = found(warehouse)[rule.name]
    assert not result.success
    assert result.unexpected_rows > 0
    assert result.detail is not None and result.detail.startswith("e.g. ")


@pytest.mark.parametrize("rule", [r for r in HISTORY_RULES if "_references_" in r.name], ids=lambda r: r.name)
def test_every_reference_of_a_table_is_looked_at(rule: Rule) -> None:
    """Columns that name another row by id, and `category`, stand in the rule's SQL."""
    spec = TABLES[rule.kwargs["table"]]
    ids = [n for n in spec.column_names if n.endswith("_id") and n not in ("run_id", "since_run_id")]
    own = {"document_revisions": {"document_id"}, "id_redirects": set()}.get(spec.name)
    needed = set(ids) - (own if own is not None else set(spec.key) if len(spec.key) == 1 else set())
    assert rule.sql is not None
    assert [name for name in needed if f"r.{name}" not in rule.sql] == []


def test_every_table_has_a_key_rule_and_every_span_table_an_offset_rule() -> None:
    by_kind = {
        kind: {r.kwargs["table"] for r in HISTORY_RULES if kind in r.name} for kind in ("_key_", "_offsets_")
    }
    assert by_kind["_key_"] == set(MAIN)
    assert {n for n in MAIN if "start_char" in TABLES[n].column_names} == by_kind["_offsets_"]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("quotes", "cue"),
        ("quotes", "speaker_surface"),
        ("quotes", "speaker_role"),
        ("quotes", "speaker_affiliation"),
        ("numeric_claims", "noun"),
        ("numeric_claims", "source_surface"),
        ("entity_mentions", "role_text"),
    ],
)
def test_offsets_of_the_words_beside_a_span_hold_too(
    warehouse: duckdb.DuckDBPyConnection, table: str, text: str
) -> None:
    warehouse.execute(f"UPDATE {table} SET {text} = {text} || '!' WHERE {text} IS NOT NULL")
    short = {"numeric_claims": "claims", "entity_mentions": "mentions"}.get(table, table)
    assert not found(warehouse)[f"history_{short}_offsets_hold"].success


def test_a_waived_rule_stays_failed(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("UPDATE documents SET outlet_id = 'gone'")
    name = "history_documents_references_hold"
    (result,) = [r for r in check_history(warehouse, "r", waived=frozenset({name})) if r.expectation == name]
    assert (result.success, result.is_approved) == (False, True)


def test_a_rule_that_cannot_run_is_an_audit_error(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("DROP TABLE scare_quotes")
    result = found(warehouse)["history_scare_quotes_key_unique"]
    assert not result.success
    assert result.detail is not None and result.detail.startswith("audit error: CatalogException")
