"""Every rule of every table: a good row passes it, and a row made bad in one place fails it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import audit_rows
import pandas as pd
import pytest

from pipelines.audit import dataset, derived, details, validate
from pipelines.audit.derived import KnownIds, Partition
from pipelines.audit.suites import DATASET, HISTORY, Rule, SuiteError, load_suites, rules
from pipelines.model import TABLES

Tables = dict[str, pd.DataFrame]
Edit = Callable[[Tables, str], list[int]]

TABLE_RULES = [rule for rule in rules() if rule.suite not in (DATASET, HISTORY)]
LATER = audit_rows.TODAY + timedelta(days=2)


def put(row: int = 0, **values: Any) -> Edit:
    """Set columns of one row."""

    def edit(tables: Tables, table: str) -> list[int]:
        made = tables[table]
        for column, value in values.items():
            made[column] = made[column].astype(object)
            made.at[row, column] = value
        return [row]

    return edit


def same(*columns: str) -> Edit:
    """Give row 1 the values of row 0."""

    def edit(tables: Tables, table: str) -> list[int]:
        made = tables[table]
        for column in columns:
            made.loc[1, column] = made.loc[0, column]
        return [0, 1]

    return edit


def shift(column: str, by: int, row: int = 0) -> Edit:
    """Move an offset."""

    def edit(tables: Tables, table: str) -> list[int]:
        tables[table].loc[row, column] += by
        return [row]

    return edit


def menu(tables: Tables, table: str) -> list[int]:
    """Call every body a menu."""
    tables["segments"]["role"] = "navigation"
    return list(tables[table].index)


def of_other_document(column: str, source: str, key: str) -> Edit:
    """Point the first row at a row of another document."""

    def edit(tables: Tables, table: str) -> list[int]:
        tables[table].loc[0, column] = tables[source][key].iloc[-1]
        return [0]

    return edit


def own_key(column: str) -> Edit:
    """Point the first row at itself."""

    def edit(tables: Tables, table: str) -> list[int]:
        tables[table].loc[0, column] = tables[table].loc[0, TABLES[table].key[0]]
        return [0]

    return edit


def overlap(tables: Tables, table: str) -> list[int]:
    """Start the menu inside the title."""
    tables[table].loc[1, "start_char"] -= 3
    return [1]


def spans(prefix: str) -> dict[str, Edit]:
    """Bad rows for the rules that every table of spans has."""
    return {
        f"{prefix}_key_not_null": put(**{KEYS[prefix]: None}),
        f"{prefix}_key_unique": same(KEYS[prefix]),
        f"{prefix}_required_filled": put(confidence=None),
        f"{prefix}_provenance_given": put(method=""),
        f"{prefix}_document_known": put(document_id="elsewhere"),
        f"{prefix}_start_not_negative": put(start_char=-1),
        f"{prefix}_end_after_start": lambda t, n: put(end_char=int(t[n].loc[0, "start_char"]))(t, n),
        f"{prefix}_end_within_document": put(end_char=100_000),
        f"{prefix}_offsets_hold": shift("start_char", 1),
        f"{prefix}_confidence_in_range": put(confidence=1.5),
        f"{prefix}_segment_holds": put(segment_no=0),
        f"{prefix}_sentence_holds": of_other_document("sentence_id", "sentences", "sentence_id"),
    }


def companion(prefix: str, stem: str, text: str) -> dict[str, Edit]:
    """Bad rows for a text column with offsets of its own."""
    return {
        f"{prefix}_{stem}_whole": put(**{f"{stem}_end_char": None}),
        f"{prefix}_{stem}_offsets_hold": put(**{text: "other words"}),
    }


KEYS = {
    "segments": "segment_id",
    "sentences": "sentence_id",
    "mentions": "mention_id",
    "quotes": "quote_id",
    "scare_quotes": "scare_quote_id",
    "claims": "claim_id",
}

BAD: dict[str, Edit] = {
    "documents_key_not_null": put(document_id=None),
    "documents_key_unique": same("document_id"),
    "documents_required_filled": put(source_label=None),
    "documents_no_blank_text": put(byline=" "),
    "documents_text_sha256_shape": put(text_sha256="ABC"),
    "documents_source_sha256_shape": put(source_sha256="12"),
    "documents_text_hash_holds": put(text_sha256="0" * 64),
    "documents_char_count_holds": shift("char_count", 1),
    "documents_word_count_holds": shift("word_count", -1),
    "documents_outlet_known": put(outlet_id="o9"),
    "documents_duplicate_known": own_key("duplicate_of_document_id"),
    "documents_duplicate_whole": put(duplicate_similarity=1.0),
    "documents_duplicate_similarity_in_range": put(duplicate_similarity=1.2),
    "documents_published_on_not_ahead": put(published_on=LATER),
    "documents_published_at_not_ahead": put(published_at=audit_rows.INGESTED_AT + timedelta(days=2)),
    "documents_published_on_not_ancient": put(published_on=date(26, 3, 9)),
    "documents_published_on_explained": put(published_on_method=None),
    "documents_published_on_precision_known": put(published_on_precision="week"),
    "documents_published_on_method_known": put(published_on_method="guess"),
    "documents_first_seen_not_ahead": put(first_seen_at=datetime(2026, 3, 12)),
    "documents_ingest_date_not_ahead": put(ingest_date=LATER),
    "documents_language_shape": put(language="English"),
    "documents_extraction_status_known": put(extraction_status="finished"),
    "document_sources_key_unique": same("document_id", "source_uri"),
    "document_sources_required_filled": put(source_sha256=None),
    "document_sources_document_known": put(document_id="elsewhere"),
    "document_sources_source_sha256_shape": put(source_sha256="x" * 64),
    "outlets_key_not_null": put(outlet_id=None),
    "outlets_key_unique": same("outlet_id"),
    "outlets_required_filled": put(name=None),
    "outlets_no_blank_text": put(owner=""),
    "outlets_name_given": put(name="  "),
    "outlets_domain_shape": put(domain="https://valea.example/"),
    "outlets_country_code_shape": put(country_code="mda"),
    **spans("segments"),
    "segments_number_unique": same("segment_no"),
    "segments_number_not_negative": put(segment_no=-2),
    "segments_do_not_overlap": overlap,
    "segments_role_known": put(role="sidebar"),
    **spans("sentences"),
    "sentences_number_unique": same("sentence_no"),
    "sentences_number_not_negative": put(sentence_no=-1),
    **spans("mentions"),
    "mentions_no_blank_text": put(name=""),
    "mentions_label_known": put(label="DATE"),
    "mentions_type_known": put(mention_type="title"),
    **companion("mentions", "role", "role_text"),
    **spans("quotes"),
    "quotes_no_blank_text": put(venue=""),
    "quotes_not_from_page_furniture": menu,
    "quotes_kind_known": put(kind="free"),
    "quotes_cue_class_known": put(cue_class="thought"),
    "quotes_quoted_spans_hold": put(quoted_spans=[{"start_char": 0, "end_char": 4}]),
    "quotes_kind_fits_marks": put(kind="indirect"),
    "quotes_quotation_known": put(quotation_id="gone"),
    "quotes_parent_known": own_key("parent_quote_id"),
    "quotes_speaker_name_real": put(speaker_name="Unknown "),
    "quotes_said_on_not_ahead": put(said_on=LATER),
    "quotes_said_on_explained": put(said_on_precision=None),
    "quotes_said_on_precision_known": put(said_on_precision="evening"),
    **companion("quotes", "cue", "cue"),
    **companion("quotes", "speaker", "speaker_surface"),
    **companion("quotes", "speaker_role", "speaker_role"),
    **companion("quotes", "speaker_affiliation", "speaker_affiliation"),
    **spans("scare_quotes"),
    "scare_quotes_reason_given": put(reason=" "),
    **spans("claims"),
    "claims_no_blank_text": put(unit=""),
    "claims_not_from_page_furniture": menu,
    "claims_value_finite": put(value=float("inf")),
    "claims_interval_ordered": put(value_low=9.0, value_high=5.0),
    "claims_value_in_interval": put(value_low=1.0, value_high=5.0),
    "claims_range_has_both_ends": put(bound="range", value_low=1200.0),
    "claims_bound_known": put(bound="roughly"),
    "claims_direction_known": put(direction="sideways"),
    "claims_stock_or_flow_known": put(stock_or_flow="both"),
    "claims_category_known": put(category="unicorns"),
    "claims_unit_known": put(row=1, unit="fortnights"),
    "claims_impossibly_low": put(value=0.0),
    "claims_impossibly_high": put(value=50e6),
    "claims_unusually_low": put(value=3.0),
    "claims_unusually_high": put(value=2e6),
    "claims_quote_holds": of_other_document("quote_id", "quotes", "quote_id"),
    "claims_related_claim_known": put(row=1, related_claim_id="gone"),
    "claims_relation_known": put(row=1, relation="like"),
    "claims_relation_whole": put(row=1, relation=None),
    "claims_as_of_on_explained": put(as_of_on=None),
    "claims_as_of_on_precision_known": put(as_of_on_precision="noon"),
    **companion("claims", "noun", "noun"),
    **companion("claims", "place", "place_surface"),
    **companion("claims", "source", "source_surface"),
}


@pytest.fixture(autouse=True)
def word_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit_rows.write_word_tables(tmp_path)
    monkeypatch.setenv("DATELINE_REFERENCE", str(tmp_path))


def found_by(rule: Rule, tables: Tables) -> list[int]:
    """Positions of the rows that fail a rule."""
    partition = Partition(tables, audit_rows.INGESTED_AT, KnownIds())
    frame = tables[rule.suite]
    outcome = validate.outcomes(partition, rule.suite, frame, [rule])[rule.name]
    assert outcome.error is None
    assert outcome.success == (len(outcome.rows) == 0)
    return outcome.rows.tolist()


@pytest.mark.parametrize("rule", TABLE_RULES, ids=lambda rule: rule.name)
def test_a_good_row_passes_and_a_bad_row_fails(rule: Rule) -> None:
    tables = audit_rows.partition(2)
    if rule.suite == "outlets":
        extra = {"outlet_id": "o2", "name": "Deal Post", "method": "option"}
        outlets = [*tables["outlets"].to_dict("records"), extra]
        tables["outlets"] = audit_rows.frame("outlets", outlets)
    assert not tables[rule.suite].empty
    assert found_by(rule, tables) == []
    bad = BAD[rule.name](tables, rule.suite)
    assert found_by(rule, tables) == bad


def test_no_bad_row_is_left_without_a_rule() -> None:
    made_for_segments = {"segments_segment_holds", "segments_sentence_holds", "sentences_sentence_holds"}
    assert set(BAD) - made_for_segments == {rule.name for rule in TABLE_RULES}


def test_every_column_a_rule_reads_exists() -> None:
    for rule in TABLE_RULES:
        for column in validate.columns(rule):
            assert column in TABLES[rule.suite].column_names or column in derived.DERIVED, rule.name
        assert rule.detail is None or rule.detail in details.DETAILS, rule.name


def test_every_derived_column_detail_and_check_is_used() -> None:
    read = {column for rule in TABLE_RULES for column in validate.columns(rule)}
    assert set(derived.DERIVED) == read & set(derived.DERIVED)
    assert {rule.detail for rule in TABLE_RULES} - {None} == set(details.DETAILS)
    assert {rule.expectation for rule in load_suites()[DATASET]} == set(dataset.CHECKS)


# ---------------------------------------------------------------------------------------------
# What a range applies to
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ({"category": "share", "unit_dimension": "percent", "unit": "percent", "value": 101.0}, False),
        ({"category": "share", "unit_dimension": "percent", "unit": "percent", "value": 100.0}, True),
        ({"category": "troops", "unit_dimension": "percent", "value": 9e6}, True),
        ({"category": "troops", "unit_dimension": "count", "value": 4e6, "value_high": 6e6}, False),
        ({"category": "troops", "unit_dimension": "count", "value": 5e6}, True),
        ({"category": "distance", "unit_dimension": "length", "value": 9e30}, True),
        ({"category": None, "unit_dimension": "count", "value": 9e30}, True),
    ],
)
def test_a_range_is_for_amounts_of_its_category(claim: dict[str, Any], holds: bool) -> None:
    tables = audit_rows.partition(1)
    put(**claim)(tables, "numeric_claims")
    (rule,) = [rule for rule in TABLE_RULES if rule.name == "claims_impossibly_high"]
    assert (found_by(rule, tables) == []) is holds


@pytest.mark.parametrize(
    ("category", "dimension", "value", "holds"),
    [
        ("troops", "count", 5_000_000.0, True),
        ("troops", "count", 50_000_000.0, False),
        ("troops", "count", 0.0, False),
        ("percent_of_whole", "percent", 100.0, True),
        ("percent_of_whole", "percent", 101.0, False),
        ("percent_of_whole", "percent", -1.0, False),
        ("percent_change", "percent", 400.0, True),
        ("age", "age", 125.0, True),
        ("age", "age", 126.0, False),
        ("age_of_thing", "age", 800.0, True),
        ("attendees", "count", 3_200_000_000.0, True),
        ("attendees", "count", 11_000_000_000.0, False),
        ("attacks", "count", 1_400_000.0, True),
    ],
)
def test_the_shipped_ranges(
    monkeypatch: pytest.MonkeyPatch, category: str, dimension: str, value: float, holds: bool
) -> None:
    monkeypatch.delenv("DATELINE_REFERENCE")
    tables = audit_rows.partition(1)
    put(category=category, unit_dimension=dimension, value=value)(tables, "numeric_claims")
    limits = [r for r in TABLE_RULES if r.name in ("claims_impossibly_low", "claims_impossibly_high")]
    assert all(found_by(rule, tables) == [] for rule in limits) is holds


@pytest.mark.parametrize(
    ("unit", "holds"),
    [("kilometre", True), ("USD", True), ("USD/share", True), ("foot/second", True), ("USDX", False)],
)
def test_units_currencies_and_prices_are_known(unit: str, holds: bool) -> None:
    tables = audit_rows.partition(1)
    put(unit=unit)(tables, "numeric_claims")
    (rule,) = [rule for rule in TABLE_RULES if rule.name == "claims_unit_known"]
    assert (found_by(rule, tables) == []) is holds


def test_a_day_ahead_is_grace_for_time_zones() -> None:
    tables = audit_rows.partition(1)
    put(published_on=audit_rows.TODAY + timedelta(days=1))(tables, "documents")
    (rule,) = [rule for rule in TABLE_RULES if rule.name == "documents_published_on_not_ahead"]
    assert found_by(rule, tables) == []


def test_a_year_beyond_nanoseconds_is_a_bad_row_and_no_error() -> None:
    tables = audit_rows.partition(1)
    put(published_on=date(9999, 12, 31))(tables, "documents")
    (rule,) = [rule for rule in TABLE_RULES if rule.name == "documents_published_on_not_ahead"]
    assert found_by(rule, tables) == [0]


# ---------------------------------------------------------------------------------------------
# Rule files
# ---------------------------------------------------------------------------------------------

GOOD = """
[[rule]]
name = "quotes_fine"
severity = "warning"
why = "Because."
expectation = "expect_column_values_to_not_be_null"
column = "kind"
"""


def test_a_rule_file_gives_its_rules(tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_text(GOOD)
    (rule,) = load_suites(tmp_path)["quotes"]
    assert (rule.suite, rule.name, rule.severity, rule.why) == (
        "quotes",
        "quotes_fine",
        "warning",
        "Because.",
    )
    assert (rule.expectation, rule.column, rule.kwargs) == (
        "expect_column_values_to_not_be_null",
        "kind",
        {},
    )


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("quotes", GOOD + GOOD, "again"),
        ("quotes", GOOD.replace("quotes_fine", "Quotes-fine"), "lower-case"),
        ("quotes", GOOD.replace('severity = "warning"', 'severity = "mild"'), "severity"),
        ("quotes", GOOD.replace('why = "Because."', ""), "no why"),
        ("quotes", GOOD.replace('why = "Because."', 'why = " "'), "not a text"),
        ("quotes", GOOD.replace("column =", "colum ="), "unknown key"),
        ("quotes", GOOD.replace("expect_column", "column"), "no expectation"),
        ("quotes", GOOD.replace("expectation =", "sql ="), "has expectation"),
        ("quotes", GOOD + "kwargs = 3\n", "kwargs"),
        ("quotes", "rules = 1", "[[rule]]"),
        ("quotes", "[[rule]", "quotes.toml"),
        ("quotations", GOOD, "no table"),
        ("history", GOOD, "has keys or sql or within"),
        ("dataset", GOOD, "blocking"),
    ],
)
def test_a_wrong_rule_file_says_what_is_wrong(
    tmp_path: Path, file: str, content: str, complaint: str
) -> None:
    (tmp_path / f"{file}.toml").write_text(content)
    with pytest.raises(SuiteError, match=complaint.replace("[", r"\[")):
        load_suites(tmp_path)


def test_a_folder_without_rules_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no rule files"):
        load_suites(tmp_path)


def test_names_are_unique_and_whys_are_sentences() -> None:
    names = [rule.name for rule in rules()]
    assert len(names) == len(set(names))
    assert [rule.name for rule in rules() if not rule.why.endswith(".")] == []
