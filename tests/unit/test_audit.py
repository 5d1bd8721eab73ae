"""The audit of a run: what leaves, what it takes along, what holds the release back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import audit_rows
import pandas as pd
import pyarrow as pa
import pytest

from pipelines.audit import dataset, derived, gx, validate
from pipelines.audit.dataset import Account, Counts, Verdict
from pipelines.audit.quarantine import REFERENCES
from pipelines.audit.suites import DATASET, HISTORY, Rule, load_suites
from pipelines.audit.validate import AuditResult, KnownIds, RunHistory
from pipelines.model import TABLES, QuarantinedRow, Run, arrow_schema
from pipelines.settings import load_settings
from pipelines.warehouse.gate import run_history
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.session import open_session

Tables = dict[str, pd.DataFrame]


@pytest.fixture(autouse=True)
def word_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit_rows.write_word_tables(tmp_path)
    monkeypatch.setenv("DATELINE_REFERENCE", str(tmp_path))


# What most of these tests need: a full audit has Great Expectations weigh every rule of every table.
FEW = {
    "claims_bound_known",
    "claims_impossibly_high",
    "claims_unusually_high",
    "claims_value_finite",
    "documents_duplicate_known",
    "documents_language_shape",
    "documents_outlet_known",
    "documents_published_on_not_ahead",
    "quotes_kind_known",
    "quotes_parent_known",
    "scare_quotes_key_not_null",
    "scare_quotes_key_unique",
    "segments_role_known",
}


def few_suites() -> dict[str, list[Rule]]:
    suites = {
        suite: [rule for rule in listed if rule.name in FEW or suite == DATASET]
        for suite, listed in load_suites().items()
    }
    return {suite: listed for suite, listed in suites.items() if listed}


@pytest.fixture
def few_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "load_suites", few_suites)


def audit(tables: Tables, **options: Any) -> AuditResult:
    given = {"known": KnownIds(), "history": RunHistory(), **options}
    return validate.validate(tables, run_id="run-1", ingested_at=audit_rows.INGESTED_AT, **given)


def change(tables: Tables, table: str, row: int, **values: Any) -> None:
    for column, value in values.items():
        tables[table][column] = tables[table][column].astype(object)
        tables[table].at[row, column] = value


def left(found: AuditResult) -> set[tuple[str, str]]:
    """Tables and rules of the quarantined rows."""
    return {(row.table_name, row.expectation) for row in found.quarantined}


def failed(found: AuditResult) -> set[str]:
    return {result.expectation for result in found.results if not result.success}


def test_good_rows_are_kept_as_they_are() -> None:
    tables = audit_rows.partition(3)
    found = audit(tables)
    assert (found.quarantined, found.blocking, found.errors) == ([], [], [])
    assert {r.expectation for r in found.results} == {
        rule.name for suite, listed in load_suites().items() if suite != HISTORY for rule in listed
    }
    assert all(result.success and result.run_id == "run-1" for result in found.results)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(found.kept[name], frame)


@pytest.mark.usefixtures("few_rules")
def test_counts_are_plain_integers() -> None:
    for result in audit(audit_rows.partition(1)).results:
        assert type(result.evaluated_rows) is int
        assert type(result.unexpected_rows) is int
        assert type(result.success) is bool


@pytest.mark.usefixtures("few_rules")
def test_an_impossible_number_leaves_with_its_reason_and_its_report_stays() -> None:
    tables = audit_rows.partition(2)
    claim_id = tables["numeric_claims"].loc[0, "claim_id"]
    change(tables, "numeric_claims", 0, value=50e6)
    found = audit(tables)
    (row,) = found.quarantined
    assert (row.table_name, row.row_key, row.expectation) == (
        "numeric_claims",
        claim_id,
        "claims_impossibly_high",
    )
    assert row.severity == "quarantine"
    assert "troops: from 1 to 5,000,000. No army is larger." in row.reason
    assert json.loads(row.row)["value"] == 50e6
    assert len(found.kept["documents"]) == 2
    assert claim_id not in set(found.kept["numeric_claims"]["claim_id"])
    assert (found.blocking, found.errors) == ([], [])


@pytest.mark.usefixtures("few_rules")
def test_what_a_row_out_of_a_table_was_referred_to_by_is_null() -> None:
    tables = audit_rows.partition(1)
    change(tables, "numeric_claims", 0, value=50e6)
    kept = audit(tables).kept["numeric_claims"]
    assert len(kept) == 1
    assert kept[["related_claim_id", "relation"]].isna().all(axis=None)
    assert tables["numeric_claims"].loc[1, "relation"] == "part_of"


@pytest.mark.usefixtures("few_rules")
def test_a_quarantined_quote_takes_its_other_paragraphs_and_leaves_its_numbers() -> None:
    tables = audit_rows.partition(1)
    change(tables, "quotes", 1, quotation_id=tables["quotes"].loc[0, "quote_id"])
    change(tables, "quotes", 0, kind="free")
    found = audit(tables)
    assert left(found) == {("quotes", "quotes_kind_known"), ("quotes", "parent_quarantined")}
    assert found.kept["quotes"].empty
    assert len(found.kept["numeric_claims"]) == 2
    assert found.kept["numeric_claims"]["quote_id"].isna().all()


@pytest.mark.usefixtures("few_rules")
def test_a_quarantined_document_takes_all_its_rows_along() -> None:
    tables = audit_rows.partition(2)
    change(tables, "documents", 0, published_on=audit_rows.TODAY + timedelta(days=9))
    change(tables, "documents", 1, duplicate_of_document_id="d0", duplicate_similarity=1.0)
    found = audit(tables)
    assert left(found) == {
        ("documents", "documents_published_on_not_ahead"),
        *(
            (name, "parent_quarantined")
            for name in audit_rows.AUDITED
            if name not in ("documents", "outlets")
        ),
    }
    for name, frame in found.kept.items():
        assert "document_id" not in frame or set(frame["document_id"]) == {"d1"}, name
    (document,) = found.kept["documents"].to_dict("records")
    assert pd.isna(document["duplicate_of_document_id"])
    assert pd.isna(document["duplicate_similarity"])
    carried = [row for row in found.quarantined if row.expectation == "parent_quarantined"]
    assert {row.document_id for row in carried} == {"d0"}
    assert all("documents" in row.reason for row in carried if row.table_name == "quotes")


@pytest.mark.usefixtures("few_rules")
def test_a_segment_that_leaves_takes_what_stands_in_it() -> None:
    tables = audit_rows.partition(1)
    change(tables, "segments", 2, role="sidebar")
    found = audit(tables)
    assert len(found.kept["segments"]) == 2
    assert all(found.kept[name].empty for name in ("sentences", "quotes", "numeric_claims", "scare_quotes"))
    assert len(found.kept["documents"]) == 1


def test_what_is_kept_passes_the_audit() -> None:
    tables = audit_rows.partition(6)
    change(tables, "documents", 0, text_sha256="0" * 64)
    change(tables, "segments", 5, segment_no=-1)
    change(tables, "sentences", 4, surface="other")
    change(tables, "quotes", 6, cue="whispered")
    change(tables, "numeric_claims", 9, value=float("inf"))
    change(tables, "entity_mentions", 5, label="DATE")
    found = audit(tables)
    assert left(found) >= {("documents", "documents_text_hash_holds"), ("quotes", "quotes_cue_offsets_hold")}
    again = audit(found.kept)
    assert again.quarantined == []
    assert failed(again) == set()


@pytest.mark.usefixtures("few_rules")
def test_what_is_kept_and_what_left_are_all_there_was() -> None:
    tables = audit_rows.partition(3)
    change(tables, "documents", 1, language="English")
    change(tables, "quotes", 0, kind="free")
    found = audit(tables)
    for name, frame in tables.items():
        gone = {row.row_key for row in found.quarantined if row.table_name == name}
        assert len(gone) + len(found.kept[name]) == len(frame)


@pytest.mark.usefixtures("few_rules")
def test_an_unusual_number_stays_with_a_flag() -> None:
    tables = audit_rows.partition(1)
    change(tables, "numeric_claims", 0, value=2e6)
    found = audit(tables)
    assert found.quarantined == []
    assert found.kept["numeric_claims"]["flags"].tolist() == [["claims_unusually_high"], []]
    assert tables["numeric_claims"]["flags"].tolist() == [[], []]
    assert failed(found) == {"claims_unusually_high"}


@pytest.mark.usefixtures("few_rules")
def test_rows_under_one_key_are_told_apart_in_the_quarantine() -> None:
    tables = audit_rows.partition(1)
    tables["scare_quotes"] = pd.concat([tables["scare_quotes"]] * 3, ignore_index=True)
    change(tables, "scare_quotes", 0, scare_quote_id=None)
    rows = [row for row in audit(tables).quarantined if row.table_name == "scare_quotes"]
    keys = [(row.row_key, row.expectation) for row in rows]
    assert len(set(keys)) == len(keys) >= 3
    assert ("(no key) row 0", "scare_quotes_key_not_null") in keys


@pytest.mark.usefixtures("few_rules")
def test_the_quarantined_row_is_whole_json() -> None:
    tables = audit_rows.partition(1)
    change(tables, "quotes", 0, kind="free", parent_quote_id=float("nan"))
    (row,) = [r for r in audit(tables).quarantined if r.expectation == "quotes_kind_known"]
    values = json.loads(row.row)
    assert list(values) == TABLES["quotes"].column_names
    assert values["said_on"] == "2026-03-09"
    assert values["parent_quote_id"] is None
    assert values["speaker_start_char"] == int(tables["quotes"].loc[0, "speaker_start_char"])
    assert isinstance(values["speaker_start_char"], int)
    assert values["quoted_spans"][0].keys() == {"start_char", "end_char"}
    assert isinstance(row, QuarantinedRow)


@pytest.mark.usefixtures("few_rules")
def test_an_infinite_value_is_json_too() -> None:
    tables = audit_rows.partition(1)
    change(tables, "numeric_claims", 0, value=float("inf"))
    (row, *_) = audit(tables).quarantined
    assert json.loads(row.row, parse_constant=pytest.fail)["value"] == "inf"


@pytest.mark.usefixtures("few_rules")
def test_known_documents_and_outlets_are_not_missed() -> None:
    tables = audit_rows.partition(1)
    change(tables, "documents", 0, duplicate_of_document_id="older", duplicate_similarity=1.0, outlet_id="o7")
    assert len(audit(tables).quarantined) > 2
    known = KnownIds(documents=frozenset({"older"}), outlets=frozenset({"o7"}))
    assert audit(tables, known=known).quarantined == []


def from_parquet(tables: Tables) -> Tables:
    """The frames as the load reads and writes them: through Arrow, lists as arrays."""
    made = {}
    for name, frame in tables.items():
        batch = pa.Table.from_pandas(frame, schema=arrow_schema(name), preserve_index=False)
        made[name] = batch.to_pandas(integer_object_nulls=True, date_as_object=True)
    return made


def test_rows_read_from_parquet_pass_and_what_is_kept_can_be_written() -> None:
    tables = from_parquet(audit_rows.partition(3))
    good = audit(tables)
    assert (good.quarantined, good.errors, failed(good)) == ([], [], set())
    change(tables, "documents", 0, language="English")
    change(tables, "quotes", 2, kind="free")
    change(tables, "numeric_claims", 4, value=2e6)
    found = audit(tables)
    written = from_parquet(found.kept)
    assert {name: len(frame) for name, frame in written.items()} == {
        name: len(frame) for name, frame in found.kept.items()
    }
    flags = [list(names) for names in written["numeric_claims"]["flags"]]
    assert flags == [[], [], ["claims_unusually_high"], []]
    assert pd.isna(written["numeric_claims"]["quote_id"].iloc[0])
    audited = audit(written)
    assert (audited.quarantined, audited.errors) == ([], [])


def test_no_rows_and_no_tables_pass() -> None:
    empty = {name: frame.iloc[:0] for name, frame in audit_rows.partition(1).items()}
    for tables in ({}, empty):
        found = audit(tables)
        assert (found.errors, found.blocking, failed(found)) == ([], [], set())


# ---------------------------------------------------------------------------------------------
# Audit errors
# ---------------------------------------------------------------------------------------------


def broken(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> AuditResult:
    monkeypatch.setattr(validate, "load_suites", lambda: {rule.suite: [rule]})
    return audit(audit_rows.partition(1))


@pytest.mark.parametrize(
    ("expectation", "column", "kwargs"),
    [
        ("expect_column_values_to_be_wonderful", "kind", {}),
        ("expect_column_values_to_be_in_set", "kind", {"no_such": 1}),
        ("expect_column_values_to_be_in_set", "no_such_column", {"value_set": [1]}),
        ("expect_column_values_to_be_between", "kind", {"min_value": 0}),
        ("expect_column_max_to_be_between", "start_char", {"max_value": 0}),
    ],
)
def test_a_rule_that_cannot_run_is_an_error_and_takes_no_row(
    monkeypatch: pytest.MonkeyPatch, expectation: str, column: str, kwargs: dict[str, Any]
) -> None:
    rule = Rule("quotes", "broken", "quarantine", "Because.", expectation, kwargs, None, column)
    found = broken(monkeypatch, rule)
    assert [error.split(":")[0] for error in found.errors] == ["broken"]
    assert found.quarantined == []
    (result,) = found.results
    assert not result.success
    assert result.detail is not None and result.detail.startswith("audit error")


@pytest.mark.usefixtures("few_rules")
def test_an_error_in_one_rule_leaves_the_others_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(derived.DERIVED, "parent_known", lambda *_: 1 / 0)
    tables = audit_rows.partition(1)
    change(tables, "quotes", 0, kind="free")
    found = audit(tables)
    assert [error.split(":")[0] for error in found.errors] == ["quotes_parent_known"]
    assert ("quotes", "quotes_kind_known") in left(found)


def test_a_dataset_rule_that_raises_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("dataset", "broken", "blocking", "Because.", "share_quarantined", {"max": 1})
    found = broken(monkeypatch, rule)
    assert len(found.errors) == 1
    assert found.blocking == []


# ---------------------------------------------------------------------------------------------
# The run as a whole
# ---------------------------------------------------------------------------------------------


def with_bad_claims(documents: int, bad_rows: int, of_documents: int) -> Tables:
    """A partition where `bad_rows` further claims of the first documents have an unknown bound."""
    tables = audit_rows.partition(documents)
    claims = tables["numeric_claims"]
    extra = []
    for number in range(bad_rows):
        row = claims.iloc[2 * (number % of_documents)].to_dict()
        extra.append({**row, "claim_id": f"c{number}", "bound": "roughly"})
    tables["numeric_claims"] = pd.concat([claims, pd.DataFrame(extra)], ignore_index=True)
    return tables


@pytest.mark.parametrize(
    ("documents", "bad_rows", "of_documents", "blocking"),
    [
        (4, 19, 2, []),
        (4, 20, 2, ["share_quarantined"]),
        (4, 40, 1, []),
        (5, 3, 3, ["documents_losing_rows"]),
        (6, 3, 3, []),
        (4, 4, 4, []),
    ],
)
@pytest.mark.usefixtures("few_rules")
def test_one_odd_report_never_holds_a_day_back(
    documents: int, bad_rows: int, of_documents: int, blocking: list[str]
) -> None:
    found = audit(with_bad_claims(documents, bad_rows, of_documents))
    assert found.blocking == blocking
    assert len(found.quarantined) == bad_rows


@pytest.mark.usefixtures("few_rules")
def test_a_waived_rule_stays_failed_and_does_not_block() -> None:
    found = audit(with_bad_claims(4, 20, 2), waived=frozenset({"share_quarantined"}))
    assert found.blocking == []
    (result,) = [r for r in found.results if r.expectation == "share_quarantined"]
    assert (result.success, result.is_approved, result.unexpected_rows) == (False, True, 20)
    assert result.detail is not None and "20 failed themselves, in 2 documents" in result.detail


@pytest.mark.usefixtures("few_rules")
def test_pages_without_a_sentence_hold_the_release() -> None:
    tables = audit_rows.partition(6)
    bare = ["d0", "d1"]
    for name in audit_rows.AUDITED[4:]:
        tables[name] = tables[name][~tables[name]["document_id"].isin(bare)].reset_index(drop=True)
    assert audit(tables).blocking == ["documents_without_sentence"]
    change(tables, "documents", 0, extraction_status="not_supported_language")
    assert audit(tables).blocking == []


@pytest.mark.usefixtures("few_rules")
def test_volume_is_judged_against_earlier_runs() -> None:
    tables = audit_rows.partition(2)
    assert audit(tables, history=daily([50, 60, 50, 40])).blocking == []
    assert audit(tables, history=daily([50, 60, 50, 40, 50])).blocking == ["volume_against_median"]


def test_days_are_counted_from_the_ledger(tmp_path: Path) -> None:
    """Portions of a day are one day; what was held back or brought nothing is none."""
    settings = load_settings({"DATELINE_HOME": str(tmp_path)}, tmp_path)
    now = datetime(2026, 3, 9, 6)
    with closing(Ledger(settings.home.ledger)) as ledger:
        earlier = [
            (1, 30, "published"),
            (1, 20, "published"),
            (2, 5, "held_back"),
            (3, 0, "published"),
            (3, 40, "published"),
            (9, 7, "published"),
        ]
        for number, (day, count, outcome) in enumerate(earlier):
            ledger.add(
                "runs",
                [
                    Run(
                        run_id=f"2026030{day}-{number}",
                        trigger="command",
                        started_at=now,
                        ingest_date=date(2026, 3, day),
                        outcome=outcome,
                        published_count=count,
                    )
                ],
            )
    with open_session(settings, trigger="command", ingest_date=date(2026, 3, 9)) as session:
        found = run_history(session)
    assert (found.stored_counts, found.day_counts, found.same_day_count) == ((30, 20, 40, 7), (50, 40), 7)


COUNTS = {
    "rows": 1000,
    "failing_rows": 60,
    "failing_documents": 3,
    "quarantined_rows": 60,
    "documents": 10,
    "empty_documents": 0,
    "history": RunHistory(),
}
THRESHOLDS = {rule.name: rule.kwargs for rule in load_suites()["dataset"]}


def daily(counts: list[int], now: int | None = None) -> RunHistory:
    """A run a day."""
    return RunHistory(counts, counts, stored_count=now)


def account(*numbers: int) -> RunHistory:
    return RunHistory(accounts=[Account("a", *numbers)])


def verdict(name: str, **counts: Any) -> Verdict:
    return dataset.CHECKS[name](Counts(**{**COUNTS, **counts}), **THRESHOLDS[name])


@pytest.mark.parametrize(
    ("name", "counts", "success"),
    [
        ("share_quarantined", {}, False),
        ("share_quarantined", {"quarantined_rows": 50}, True),
        ("share_quarantined", {"failing_rows": 19}, True),
        ("share_quarantined", {"failing_documents": 1}, True),
        ("share_quarantined", {"rows": 0, "failing_rows": 0, "quarantined_rows": 0}, True),
        ("documents_losing_rows", {"failing_documents": 5}, True),
        ("documents_losing_rows", {"failing_documents": 6}, False),
        ("documents_losing_rows", {"failing_documents": 4, "documents": 4}, True),
        ("documents_without_sentence", {"empty_documents": 3}, True),
        ("documents_without_sentence", {"empty_documents": 4}, False),
        ("documents_without_sentence", {"empty_documents": 4, "documents": 4}, True),
        ("volume_against_median", {"history": daily([100] * 4)}, True),
        ("volume_against_median", {"history": daily([100] * 5)}, False),
        ("volume_against_median", {"history": daily([100, 0, 0, 100, 100, 100])}, True),
        ("volume_against_median", {"history": daily([1000] * 9 + [10] * 7)}, True),
        ("volume_against_median", {"history": daily([10] * 9 + [1000] * 7)}, False),
        ("volume_against_median", {"history": daily([1] * 7)}, False),
        ("volume_against_median", {"history": daily([1] * 7), "documents": 9}, True),
        ("volume_against_median", {"history": daily([40] * 7, 8)}, True),
        ("volume_against_median", {"history": daily([40] * 7, 7)}, False),
        ("volume_against_median", {"history": daily([40] * 7, 0)}, True),
        # Five portions of one large input on the first day, then a few more: no day to compare with.
        ("volume_against_median", {"history": RunHistory([2000] * 5, (), 10_000, 100)}, True),
        # The rest of a day's input, after portions; the same as a day's only run.
        ("volume_against_median", {"history": RunHistory([2000] * 25, [10_000] * 5, 8000, 100)}, True),
        ("volume_against_median", {"history": RunHistory([2000] * 25, [10_000] * 5, 0, 100)}, False),
        # A day's first run of many; a run that is large for a run, of a day that is none too large.
        ("volume_against_median", {"history": RunHistory([20] * 60, [240] * 5, 0, 20)}, True),
        ("volume_against_median", {"history": RunHistory([20] * 60, [240] * 5, 40, 200)}, True),
        # A dump: too much for a run and for a day, in whatever order they came.
        ("volume_against_median", {"history": RunHistory([20] * 60, [240] * 5, 40, 2000)}, False),
        # Small for a run, but its day is five times too large already: no direction.
        ("volume_against_median", {"history": RunHistory([240] * 5, [240] * 5, 2000, 20)}, True),
        ("inputs_accounted_for", {"history": account(9, 1, 2, 3, 2, 1)}, True),
        ("inputs_accounted_for", {"history": account(10, 1, 2, 3, 2, 1)}, False),
        ("inputs_accounted_for", {"history": account(6, 1, 2, 3, 0, 0, 4)}, True),
        (
            "inputs_accounted_for",
            {"history": account(6, 1, 2, 3, 0, 0, 3)},
            False,
        ),
    ],
)
def test_dataset_rules_judge_counts(name: str, counts: dict[str, Any], success: bool) -> None:
    found = verdict(name, **counts)
    assert found.success is success
    assert str(found.evaluated) in found.detail


# ---------------------------------------------------------------------------------------------
# Architecture
# ---------------------------------------------------------------------------------------------


def test_great_expectations_is_imported_only_inside_functions() -> None:
    code = (
        "import sys, pipelines.audit.validate, pipelines.audit.history, pipelines.audit.data_docs;"
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_two_modules_know_great_expectations() -> None:
    root = Path(validate.__file__).parents[1]
    knowing = {p.name for p in root.rglob("*.py") if "import great_expectations" in p.read_text("utf-8")}
    knowing |= {p.name for p in root.rglob("*.py") if "from great_expectations" in p.read_text("utf-8")}
    assert knowing == {"gx.py", "data_docs.py"}


def test_analytics_are_off_before_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "true")
    gx.load.__wrapped__()
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    assert "posthog" not in sys.modules


def test_references_are_columns_of_their_tables() -> None:
    for reference in REFERENCES:
        assert {*reference.columns, *reference.together} <= set(TABLES[reference.table].column_names)
        assert set(reference.target_columns) <= set(TABLES[reference.target].column_names)
    assert {r.columns[0] for r in REFERENCES if r.table == "numeric_claims" and r.nullable} == {
        "sentence_id",
        "quote_id",
        "related_claim_id",
    }
