"""The rules over the whole work file: a good file passes each, and one bad row fails it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import audit_rows
import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from pipelines.audit.history import check_history
from pipelines.audit.suites import HISTORY, Rule, load_suites
from pipelines.model import (
    TABLES,
    CalendarDay,
    ClaimCategory,
    DocumentFeatures,
    DocumentRevision,
    DocumentSignature,
    Entity,
    EntityAlias,
    ExtractionChange,
    Figure,
    FigureClaim,
    FigureDateCheck,
    FigureObservation,
    IdRedirect,
    Migration,
    Statement,
    StatementAssertion,
    StatementQuote,
    Story,
    StoryDocument,
    Unit,
    ValidationResult,
    arrow_schema,
    to_arrow,
)
from pipelines.warehouse.entity_rows import ENTITY_COLUMNS
from pipelines.warehouse.schema import create_schema, qualified

HISTORY_RULES = load_suites()[HISTORY]
MAIN = [name for name, spec in TABLES.items() if spec.schema == "main"]

DAY = date(2026, 3, 9)


def later_rows(tables: dict[str, pd.DataFrame]) -> dict[str, list[Any]]:
    """Rows of the tables that are filled after the audit, for the documents, quotes and claims there."""
    quotes = tables["quotes"].to_dict("records")
    cover = {"speaker_is_inferred": False, "representative_quote_id": quotes[0]["quote_id"]}
    old = {"text_sha256": "a", "superseded_at": audit_rows.INGESTED_AT, "source_uri": "u", "text": "t"}
    old |= {"source_sha256": "s", "first_seen_at": audit_rows.INGESTED_AT, "ingest_date": DAY}
    return {
        "claim_categories": [
            ClaimCategory(category="troops", description="Soldiers.", unit_dimension="count", reason="None.")
        ],
        "units": [Unit(unit="hour", dimension="duration")],
        "dates": [
            CalendarDay(
                on_date=DAY,
                year=2026,
                month=3,
                day=9,
                iso_year=2026,
                iso_week=11,
                weekday=1,
                is_weekend=False,
            )
        ],
        "entities": [
            Entity(entity_id="e1", name="Ana Rusu", entity_type="person"),
            Entity(entity_id="e2", name="Orhei", entity_type="place"),
        ],
        "entity_aliases": [EntityAlias(entity_id="e1", alias="Rusu", method="surname")],
        "stories": [Story(story_id="s1", place_entity_id="e2", document_count=len(tables["documents"]))],
        "document_features": [
            DocumentFeatures(
                document_id=key, story_id="s1", text_sha256="a", seen_on=DAY, read_in_run="run-1"
            )
            for key in tables["documents"]["document_id"]
        ],
        "story_documents": [
            StoryDocument(story_id="s1", document_id=key) for key in tables["documents"]["document_id"]
        ],
        "statements": [Statement(statement_id="t1", story_id="s1", speaker_entity_id="e1", **cover)],
        "statement_quotes": [
            StatementQuote(
                statement_id="t1", quote_id=q["quote_id"], start_char=q["start_char"], end_char=q["end_char"]
            )
            for q in quotes
        ],
        "statement_assertions": [
            StatementAssertion(
                statement_id="t1",
                **{name: tables["sentences"].iloc[0][name] for name in _ASSERTED},
            )
        ],
        "figures": [
            Figure(
                figure_id="f1", story_id="s1", category="troops", place_entity_id="e2", low=1, best=2, high=2
            )
        ],
        "figure_claims": [
            FigureClaim(figure_id="f1", claim_id=key, relation="same")
            for key in tables["numeric_claims"]["claim_id"]
        ],
        "figure_observations": [FigureObservation(figure_id="f1", as_of_on=DAY)],
        "figure_date_checks": [
            FigureDateCheck(
                figure_id="f1",
                claim_id=tables["numeric_claims"].iloc[0]["claim_id"],
                **{name: tables["sentences"].iloc[0][name] for name in _ASSERTED},
            )
        ],
        "id_redirects": [
            IdRedirect(table_name="entities", old_id="e0", new_id="e1", since_run_id="r"),
            IdRedirect(table_name="entities", old_id="e00", new_id="e0", since_run_id="r"),
        ],
        "document_signatures": [
            DocumentSignature(document_id=key, component_id="d0", bands=[1], method="m")
            for key in tables["documents"]["document_id"]
        ],
        "migrations": [
            Migration(
                schema_version=1,
                description="First.",
                dateline_version="1",
                migrated_at=audit_rows.INGESTED_AT,
            )
        ],
        "extraction_changes": [
            ExtractionChange(
                run_id="r",
                table_name="quotes",
                document_id="d0",
                start_char=0,
                end_char=1,
                surface="x",
                change="added",
                field="(row)",
                old_version="1",
                new_version="2",
            )
        ],
        "document_revisions": [
            DocumentRevision(document_id="old2", superseded_by_document_id="d0", **old),
            DocumentRevision(document_id="old1", superseded_by_document_id="old2", **old),
        ],
    }


_ASSERTED = ("sentence_id", "document_id", "start_char", "end_char")

LINKS = """
UPDATE statements SET wording_count = (SELECT count(quote_id) FROM quotes), independent_source_count = 1,
  outlet_count = (SELECT count(DISTINCT outlet_id) FROM documents);
UPDATE figures SET claim_count = (SELECT count(claim_id) FROM numeric_claims), independent_source_count = 1,
  agreement = 'single', source_count = t.sources, outlet_count = t.outlets
  FROM (SELECT count(DISTINCT coalesce(outlet_id, document_id)) AS sources,
               count(DISTINCT outlet_id) AS outlets
        FROM documents SEMI JOIN numeric_claims USING (document_id)) AS t;
UPDATE documents SET story_id = 's1';
UPDATE quotes SET speaker_entity_id = 'e1', statement_id = 't1';
UPDATE numeric_claims SET place_entity_id = 'e2', source_entity_id = 'e1', figure_id = 'f1';
"""


@pytest.fixture(scope="module")
def filled() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with a row in every table of schema main."""
    connection = duckdb.connect()
    create_schema(connection)
    tables = audit_rows.partition(2)
    batches = {name: to_arrow(name, rows) for name, rows in later_rows(tables).items()}
    for name, frame in tables.items():
        rows = [{k: _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]
        batches[name] = pa.Table.from_pylist(rows, schema=arrow_schema(name))
    for name, batch in batches.items():
        connection.register("batch", batch)
        connection.execute(f"INSERT INTO {qualified(TABLES[name])} BY NAME SELECT * FROM batch")
    connection.execute(LINKS)
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
    "history_duplicates_repeat_an_original": """UPDATE documents
        SET duplicate_of_document_id = 'd1', duplicate_similarity = 1.0 WHERE document_id = 'd0'""",
    "history_id_redirects_end": "UPDATE id_redirects SET new_id = 'e00' WHERE old_id = 'e0'",
    "history_entities_are_held": """INSERT INTO entities
        SELECT * REPLACE ('x' AS entity_id) FROM entities LIMIT 1""",
    "history_documents_char_count_holds": "UPDATE documents SET char_count = 1 WHERE document_id = 'd0'",
    "history_stories_have_documents": "DELETE FROM story_documents WHERE document_id = 'd0'",
    "history_documents_in_one_story": """INSERT INTO story_documents
        SELECT * REPLACE ('other' AS story_id) FROM story_documents LIMIT 1""",
    "history_documents_dated_by_story": """UPDATE documents SET published_on_method = 'story'
        WHERE document_id = 'd0'""",
    "history_statement_quotes_offsets_hold": "UPDATE statement_quotes SET end_char = 9000",
    "history_statement_assertions_offsets_hold": "UPDATE statement_assertions SET end_char = 9000",
    "history_figure_date_checks_offsets_hold": "UPDATE figure_date_checks SET end_char = 9000",
    "history_statements_have_wordings": "DELETE FROM statement_quotes",
    "history_figures_have_claims": "DELETE FROM figure_claims",
    "history_figures_range_holds": "UPDATE figures SET best = 3",
    "history_figures_agreement_holds": "UPDATE figures SET agreement = 'agree'",
    "history_figures_counts_hold": "UPDATE figures SET claim_count = claim_count + 1",
    "history_figure_claims_match_claims": "UPDATE numeric_claims SET figure_id = NULL",
    "history_statements_counts_hold": "UPDATE statements SET wording_count = wording_count + 1",
    "history_statements_have_one_speaker": """
        UPDATE entities SET entity_type = 'person', name = 'Eva ' || name;
        UPDATE quotes SET speaker_entity_id = 'e2' WHERE document_id = 'd1'""",
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
            ("document_signatures", "document_signatures", "component_id"),
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
            ("document_features", "document_features", "story_id"),
            ("statements", "statements", "representative_quote_id"),
            ("statement_quotes", "statement_quotes", "quote_id"),
            ("statement_assertions", "statement_assertions", "sentence_id"),
            ("figures", "figures", "story_id"),
            ("figure_claims", "figure_claims", "claim_id"),
            ("figure_observations", "figure_observations", "figure_id"),
            ("figure_date_checks", "figure_date_checks", "other_claim_id"),
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
    # A founding document may have been replaced since: it is remembered, not pointed at.
    remembered = {"document_revisions": {"document_id"}, "entities": {"founding_document_id"}}
    own = set(spec.key) if len(spec.key) == 1 else set()
    needed = set(ids) - own - remembered.get(spec.name, set())
    asked = f"{rule.sql} {rule.within}"
    assert [name for name in needed if f"r.{name}" not in asked] == []


def test_a_circle_of_redirects_is_found_however_one_enters_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = [
        f"('entities', '{old}', '{new}', 'r')"
        for old, new in (("x", "y"), ("y", "z"), ("z", "y"), ("s", "s"))
    ]
    warehouse.execute(f"INSERT INTO id_redirects VALUES {', '.join(rows)}")
    result = found(warehouse)["history_id_redirects_end"]
    assert (result.unexpected_rows, result.detail) == (3, "e.g. entities s, entities y, entities z")


def test_whatever_points_at_an_entity_holds_it() -> None:
    """Every column that names an entity stands in the rule, but for aliases: a name alone holds nothing."""
    [rule] = [rule for rule in HISTORY_RULES if rule.name == "history_entities_are_held"]
    columns = [(s.name, c) for s, c in ENTITY_COLUMNS if s.name != "entity_aliases"]
    assert rule.sql is not None
    assert [
        pair for pair in columns if f"{pair[1]} FROM {pair[0]}" not in rule.sql.replace(" AS id", "")
    ] == []


def test_every_table_has_a_key_rule_and_every_span_table_an_offset_rule() -> None:
    by_kind = {
        kind: {r.kwargs["table"] for r in HISTORY_RULES if kind in r.name} for kind in ("_key_", "_offsets_")
    }
    assert by_kind["_key_"] == set(MAIN)
    # extraction_changes records the past: the text it points into may have been revised since.
    spans = {n for n in MAIN if "start_char" in TABLES[n].column_names} - {"extraction_changes"}
    assert spans == by_kind["_offsets_"]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("quotes", "cue"),
        ("quotes", "speaker_surface"),
        ("quotes", "speaker_role"),
        ("quotes", "speaker_affiliation"),
        ("numeric_claims", "noun"),
        ("numeric_claims", "place_surface"),
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
