"""What the views answer on a small warehouse whose rows were made by hand, checked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from views_rows import NOON, ask, claim, document, fill, quote, sentence

from pipelines.model import (
    Entity,
    Figure,
    FigureClaim,
    Outlet,
    QuarantinedRow,
    Run,
    ScareQuote,
    Story,
    ValidationResult,
)
from pipelines.views.build import create_views
from pipelines.warehouse.schema import create_schema

ROWS = [
    Outlet(outlet_id="herald", name="The Herald", country_code="NZ", method="sidecar"),
    Outlet(outlet_id="wire", name="Harbour Wire", method="option"),
    Story(story_id="st1", label="Peacekeepers for Ardenia"),
    document("h1", outlet="herald", label="The Herald", day=2, story_id="st1"),
    document("h2", outlet="herald", label="The Herald", day=4, duplicate_of_document_id="h1"),
    document("w1", outlet="wire", label="Harbour Wire", day=3, story_id="st1"),
    document("bare", outlet=None, label="note.txt", day=None),
    Entity(entity_id="e_varga", name="Ilona Varga", entity_type="person"),
    Entity(entity_id="e_ard", name="Ardenia", entity_type="place"),
    Entity(entity_id="e_mod", name="Ministry of Defence", entity_type="organization"),
    sentence("s1", "h1", "Ardenia will host 1,960 peacekeepers, Ilona Varga said."),
    sentence("s2", "w1", "About 2,000 soldiers are on their way."),
    # --- quotes
    quote(
        "q1",
        "h1",
        "We will host them",
        sentence_id="s1",
        speaker_surface="Ilona Varga",
        speaker_start_char=38,
        speaker_name="Ilona Varga",
        speaker_entity_id="e_varga",
        speaker_role="minister",
        cue="said",
    ),
    quote("q1b", "h1", "and gladly", at=60, quotation_id="q1", speaker_name="Ilona Varga",
          speaker_entity_id="e_varga", speaker_surface="Ilona Varga"),
    quote("q2", "w1", "they would come", kind="indirect", speaker_surface="Varga", speaker_name="Varga",
          speaker_entity_id="e_varga", speaker_role="defence minister", parent_quote_id="q3"),
    quote("q3", "w1", "Varga had told him they would come", kind="mixed", speaker_surface="an adviser"),
    quote("q4", "w1", "when they would leave", kind="indirect", is_negated=True, speaker_name="Ilona Varga",
          speaker_entity_id="e_varga", speaker_surface="Varga"),
    quote("q5", "h2", "Varga says yes", kind="indirect", is_headline=True, speaker_name="Ilona Varga",
          speaker_entity_id="e_varga", speaker_surface="Varga"),
    quote("q6", "bare", "No comment"),
    quote("q7", "bare", "Not yet", at=20, speaker_surface="Odd Lund", speaker_name="Odd Lund"),
    quote("q8", "h2", "Perhaps", kind="mixed", speaker_surface="ODD LUND", speaker_name="ODD LUND"),
    ScareQuote(scare_quote_id="x1", document_id="w1", start_char=0, end_char=5, surface="peace",
               reason="one_word"),
    # --- claims
    claim("c1", "h1", 1960.0, sentence_id="s1", category="troops", noun="peacekeepers",
          place_entity_id="e_ard", quote_id="q1"),
    claim("c2", "w1", 2000.0, sentence_id="s2", category="troops", noun="soldiers", place_entity_id="e_ard",
          bound="about"),
    claim("c3", "bare", 1500.0, value_low=1500.0, value_high=2500.0, bound="range", category="troops",
          place_entity_id="e_ard", source_surface="the ministry", source_start_char=3,
          source_entity_id="e_mod"),
    claim("c4", "w1", 9000.0, category="troops", place_entity_id="e_ard", quote_id="q4"),
    claim("c5", "h1", 300.0, category="troops", place_entity_id="e_ard", direction="up"),
    claim("c6", "h1", 40.0, category="killed", source_surface="officials", source_start_char=9),
    claim("c7", "w1", 7.0),
    claim("c8", "w1", 12.0, category="killed", quote_id="q3"),
]  # fmt: skip

# Troops: three readings and a part of them; and the rise, which is another figure.
COMPARED = [
    Figure(figure_id="f1", label="troops, Ardenia", category="troops", place_entity_id="e_ard",
           low=1500.0, best=1960.0, high=2500.0, agreement="agree"),
    Figure(figure_id="f2", label="troops, Ardenia", category="troops", place_entity_id="e_ard",
           low=300.0, best=300.0, high=300.0, agreement="single"),
    *(FigureClaim(figure_id="f1", claim_id=c, relation="same") for c in ("c1", "c2", "c3")),
    FigureClaim(figure_id="f2", claim_id="c5", relation="same"),
    FigureClaim(figure_id="f1", claim_id="c7", relation="part_of"),
]  # fmt: skip


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_schema(connection)
    fill(connection, [*ROWS, *COMPARED])
    connection.execute(
        """UPDATE main.numeric_claims AS c SET figure_id = f.figure_id FROM main.figure_claims AS f
           WHERE f.claim_id = c.claim_id"""
    )
    create_views(connection)
    return connection


def test_the_claim_feed_has_one_row_a_claim(warehouse) -> None:
    assert ask(warehouse, "SELECT claim_id FROM marts.claim_feed ORDER BY ALL") == [
        (f"c{n}",) for n in range(1, 9)
    ]


def test_a_claim_stands_beside_its_source_sentence_and_speaker(warehouse) -> None:
    query = """SELECT value, noun, place, sentence, given_by, speaker, outlet, published_on, story, title,
               source_uri, is_duplicate FROM marts.claim_feed WHERE claim_id = 'c1'"""
    assert ask(warehouse, query) == [
        (
            1960.0,
            "peacekeepers",
            "Ardenia",
            "Ardenia will host 1,960 peacekeepers, Ilona Varga said.",
            "Ilona Varga",
            "Ilona Varga",
            "The Herald",
            date(2031, 5, 2),
            "Peacekeepers for Ardenia",
            "Title of h1",
            "file:///in/h1.txt",
            False,
        )
    ]


def test_who_gave_a_number(warehouse) -> None:
    query = "SELECT claim_id, given_by, speaker, is_own_voice, is_negated FROM marts.claim_feed ORDER BY 1"
    assert ask(warehouse, query) == [
        ("c1", "Ilona Varga", "Ilona Varga", False, False),
        ("c2", None, None, True, False),
        ("c3", "Ministry of Defence", None, False, False),
        ("c4", None, None, False, True),  # what she did not say is no number of hers
        ("c5", None, None, True, False),
        ("c6", "officials", None, False, False),
        ("c7", None, None, True, False),
        ("c8", "an adviser", None, False, False),
    ]


def test_the_quote_feed_leaves_out_headlines_and_negated_rows_only(warehouse) -> None:
    assert ask(warehouse, "SELECT quote_id, speaker, reported_by FROM marts.quote_feed ORDER BY 1") == [
        ("q1", "Ilona Varga", None),
        ("q1b", "Ilona Varga", None),
        ("q2", "Ilona Varga", "an adviser"),
        ("q3", None, None),
        ("q6", None, None),
        ("q7", "Odd Lund", None),
        ("q8", "ODD LUND", None),
    ]


def test_unknown_is_null_in_the_feeds(warehouse) -> None:
    query = """SELECT speaker, speaker_surface, sentence, outlet, published_on, story, source_label
               FROM marts.quote_feed WHERE quote_id = 'q6'"""
    assert ask(warehouse, query) == [(None, None, None, None, None, None, "note.txt")]


def test_speakers_count_quotations_not_paragraphs(warehouse) -> None:
    query = """SELECT speaker, quote_count, direct_count, mixed_count, indirect_count, document_count,
               source_count, sources, roles, affiliations, first_quoted_on, last_quoted_on, speaker_entity_id
               FROM marts.speakers ORDER BY speaker"""
    assert ask(warehouse, query) == [
        (
            "Ilona Varga",
            2,
            1,
            0,
            1,
            2,
            2,
            ["Harbour Wire", "The Herald"],
            ["defence minister", "minister"],
            None,
            date(2031, 5, 2),
            date(2031, 5, 3),
            "e_varga",
        ),
        (
            "Odd Lund",
            2,
            1,
            1,
            0,
            2,
            2,
            ["The Herald", "note.txt"],
            None,
            None,
            date(2031, 5, 4),
            date(2031, 5, 4),
            None,
        ),
    ]


def test_every_quotation_is_of_a_named_an_unnamed_or_no_speaker(warehouse) -> None:
    query = """SELECT source_label, quote_count, named_quote_count, unnamed_quote_count,
               unattributed_quote_count, named_quote_share, speaker_count
               FROM marts.outlet_profile ORDER BY source_label"""
    assert ask(warehouse, query) == [
        ("Harbour Wire", 2, 1, 1, 0, 0.5, 1),
        ("The Herald", 2, 2, 0, 0, 1.0, 2),
        ("note.txt", 2, 1, 0, 1, 0.5, 1),
    ]
    named = ask(warehouse, "SELECT sum(named_quote_count) FROM marts.outlet_profile")
    assert named == ask(warehouse, "SELECT sum(quote_count) FROM marts.speakers")


def test_an_outlet_profile_counts_each_thing_once(warehouse) -> None:
    query = """SELECT source_label, outlet, country_code, document_count, duplicate_count, word_count,
               first_published_on, last_published_on, claim_count, attributed_claim_count,
               scare_quote_count, outlet_id, document_id FROM marts.outlet_profile ORDER BY source_label"""
    second, third, fourth = (date(2031, 5, day) for day in (2, 3, 4))
    assert ask(warehouse, query) == [
        ("Harbour Wire", "Harbour Wire", None, 1, 0, 100, third, third, 4, 2, 1, "wire", None),
        ("The Herald", "The Herald", "NZ", 2, 1, 200, second, fourth, 3, 2, 0, "herald", None),
        ("note.txt", None, None, 1, 0, 100, None, None, 1, 1, 0, None, "bare"),
    ]


def test_troop_counts_leave_out_other_categories_and_what_was_not_said(warehouse) -> None:
    query = """SELECT claim_id, value, low, high, bound, direction, source_label, given_by
               FROM marts.troop_counts ORDER BY claim_id"""
    assert ask(warehouse, query) == [
        ("c1", 1960.0, 1960.0, 1960.0, "exact", None, "The Herald", "Ilona Varga"),
        ("c2", 2000.0, 2000.0, 2000.0, "about", None, "Harbour Wire", None),
        ("c3", 1500.0, 1500.0, 2500.0, "range", None, "note.txt", "Ministry of Defence"),
        ("c5", 300.0, 300.0, 300.0, "exact", "up", "The Herald", None),
    ]


def test_numbers_are_compared_within_their_figure_without_its_parts(warehouse) -> None:
    query = """SELECT claim_id, label, place, direction, reported_low, reported_high, best, source_count,
               claim_count FROM marts.figure_comparison ORDER BY claim_id"""
    assert ask(warehouse, query) == [
        ("c1", "troops, Ardenia", "Ardenia", None, 1500.0, 2500.0, 1960.0, 3, 3),
        ("c2", "troops, Ardenia", "Ardenia", None, 1500.0, 2500.0, 1960.0, 3, 3),
        ("c3", "troops, Ardenia", "Ardenia", None, 1500.0, 2500.0, 1960.0, 3, 3),
        ("c5", "troops, Ardenia", "Ardenia", "up", 300.0, 300.0, 300.0, 1, 1),
    ]


# --- the audit's views ------------------------------------------------------------------------


def check(run: str, suite: str, name: str, **more: Any) -> ValidationResult:
    return ValidationResult(run_id=run, suite=suite, expectation=name, validated_at=NOON, **more)


def held(run: str, table: str, key: str, name: str) -> QuarantinedRow:
    return QuarantinedRow(
        run_id=run,
        table_name=table,
        row_key=key,
        expectation=name,
        severity="quarantine",
        reason="",
        row="{}",
        quarantined_at=NOON,
    )


AUDIT_ROWS = [
    Run(run_id="r1", trigger="command", started_at=NOON, finished_at=NOON + timedelta(seconds=2.5),
        outcome="published", ingest_date=NOON.date(), read_count=7, stored_count=3, unchanged_count=1,
        duplicate_count=1, rejected_count=1, excluded_count=1, quarantined_count=3, release_id="rel1"),
    Run(run_id="r2", trigger="schedule", started_at=NOON, ingest_date=NOON.date(), read_count=2,
        stored_count=1),
    check("r1", "quotes", "offsets_hold", severity="quarantine", success=True, evaluated_rows=10),
    check("r1", "quotes", "kind_known", severity="quarantine", success=False, evaluated_rows=8,
          unexpected_rows=2),
    check("r1", "dataset", "volume", severity="blocking", success=False, is_approved=True),
    check("r2", "dataset", "volume", severity="blocking", success=False),
    held("r1", "quotes", "a", "kind_known"),
    held("r1", "quotes", "b", "kind_known"),
    held("r1", "numeric_claims", "c", "parent_quarantined"),
]  # fmt: skip


@pytest.fixture(scope="module")
def audited() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_schema(connection)
    fill(connection, AUDIT_ROWS)
    create_views(connection)
    return connection


def test_data_quality_has_every_rule_and_every_held_row(audited) -> None:
    query = """SELECT run_id, suite, expectation, severity, success, evaluated_rows, unexpected_rows,
               unexpected_share, quarantined_row_count, is_approved FROM marts.data_quality
               ORDER BY run_id, suite, expectation"""
    assert ask(audited, query) == [
        ("r1", "dataset", "volume", "blocking", False, 0, 0, None, 0, True),
        ("r1", "numeric_claims", "parent_quarantined", "quarantine", None, None, None, None, 1, None),
        ("r1", "quotes", "kind_known", "quarantine", False, 8, 2, 0.25, 2, False),
        ("r1", "quotes", "offsets_hold", "quarantine", True, 10, 0, 0.0, 0, False),
        ("r2", "dataset", "volume", "blocking", False, 0, 0, None, 0, False),
    ]
    total = ask(audited, "SELECT sum(quarantined_row_count) FROM marts.data_quality")
    assert total == ask(audited, "SELECT count(*) FROM audit.quarantined_rows")
    assert ask(audited, "SELECT DISTINCT run_started_at FROM marts.data_quality") == [(NOON,)]


def test_pipeline_health_accounts_for_every_input(audited) -> None:
    query = """SELECT run_id, outcome, duration_seconds, unaccounted_count, expectation_count,
               failed_expectation_count, blocking_count, release_id FROM marts.pipeline_health ORDER BY 1"""
    assert ask(audited, query) == [
        ("r1", "published", 2.5, 0, 3, 2, 0, "rel1"),
        ("r2", "running", None, 1, 1, 1, 1, None),
    ]
