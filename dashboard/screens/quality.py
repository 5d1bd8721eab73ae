"""Data quality: rules by run, what was held back and why, and what drifts."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, tables, wording
from dashboard.release import Row
from dashboard.session import Context

FILTERS = ("since", "until", "text")

_RUNS = 12

_BY_RUN = """
    WITH latest AS (
      SELECT run_id, max(run_started_at) AS started FROM marts.data_quality
      GROUP BY run_id ORDER BY started DESC NULLS LAST LIMIT $n)
    SELECT q.run_started_at AS run_at, q.success, q.severity, count(*) AS count
    FROM marts.data_quality AS q JOIN latest USING (run_id)
    WHERE q.success IS NOT NULL
    GROUP BY ALL ORDER BY run_at DESC, severity"""

_DRIFTING = """
    SELECT run_started_at AS run_at, expectation AS rule, unexpected_share AS share FROM marts.data_quality
    WHERE list_contains($rules, expectation) AND unexpected_share IS NOT NULL
    ORDER BY run_started_at LIMIT 3000"""

_FAILING_MOST = """
    SELECT expectation AS rule FROM marts.data_quality WHERE unexpected_share > 0
    GROUP BY expectation ORDER BY max(unexpected_share) DESC, expectation LIMIT 6"""

_SHOWN = {"failed": "failed", "ran": "ran, failed or not"}

_DAY = {"since": "run_started_at >= $since", "until": "run_started_at < $until + INTERVAL 1 DAY"}


def page(context: Context) -> None:
    """Draw the page."""
    _rules(context)
    _held_back(context)
    _turned_away(context)
    _drift(context)
    _rulings(context)


def _rules(context: Context) -> None:
    st.header("Rules")
    found = context.release.rows(_BY_RUN, n=_RUNS)
    if not found:
        tables.nothing("No run has been audited yet.", "Start one: dateline run SOURCE")
        return
    totals: dict[tuple[str, str], int] = {}
    for row in found:
        outcome = "passed" if row["success"] else str(wording.SEVERITY.get(row["severity"]))
        key = (f"{wording.day(row['run_at'])}, {row['run_at']:%H:%M:%S}", outcome)
        totals[key] = totals.get(key, 0) + row["count"]
    bars = [{"run": run, "outcome": outcome, "count": count} for (run, outcome), count in totals.items()]
    charts.show(charts.rules_by_run(bars), "Rules by run: what passed, and what a failure did")
    where, values = context.filters.where(
        {**_DAY, "text": "concat_ws(' ', suite, expectation, detail) ILIKE '%' || $text || '%'"}
    )
    only = st.segmented_control(
        "Show rules that", list(_SHOWN), format_func=_SHOWN.__getitem__,
        default="failed", key="rules_shown", required=True,
    )  # fmt: skip
    condition = "success IS NOT true" if only == "failed" else "true"
    query = tables.Query(
        "data_quality", f"{condition} AND {where}", values,
        "run_started_at DESC NULLS LAST, success NULLS FIRST, unexpected_rows DESC NULLS LAST, suite, "
        "expectation",
    )  # fmt: skip
    total = query.total(context.release)
    if not total:
        tables.nothing("No rule failed.", "Choose “ran, failed or not” to see all of them.")
        return
    headings = {
        "run_started_at": "Run (UTC)", "suite": "Table", "expectation": "Rule", "severity": "A failure",
        "outcome": "Outcome", "evaluated_rows": "Rows", "unexpected_rows": "Failed",
        "quarantined_row_count": "Held back", "detail": "Detail",
    }  # fmt: skip
    rows = query.page(context.release, tables.pager(total, "rules_page"))
    tables.table([_rule(row) for row in rows], headings, key="rules", alt="Rules")
    tables.downloads(query, "rules")


def _rule(row: Row) -> Row:
    outcome = "passed" if row["success"] else "approved" if row["is_approved"] else "failed"
    return {
        **row,
        "suite": wording.words(row["suite"]),
        "expectation": wording.words(row["expectation"]),
        "severity": wording.SEVERITY.get(row["severity"], row["severity"]),
        "outcome": outcome,
    }


def _held_back(context: Context) -> None:
    st.header("Rows held back")
    where, values = context.filters.where(
        {**_DAY, "text": "concat_ws(' ', table_name, expectation, reason, surface) ILIKE '%' || $text || '%'"}
    )
    query = tables.Query(
        "held_back_rows", where, values, "quarantined_at DESC, table_name, expectation, row_key"
    )
    total = query.total(context.release)
    if not total:
        tables.nothing("No row was held back.", "A row that fails a rule would stand here with the reason.")
        return
    headings = {
        "run_started_at": "Run (UTC)", "table_name": "Table", "surface": "Words", "expectation": "Rule",
        "reason": "Reason", "source_label": "Source", "title": "Headline",
    }  # fmt: skip
    rows = query.page(context.release, tables.pager(total, "held_page"))
    shown = [
        {**r, "table_name": wording.words(r["table_name"]), "expectation": wording.words(r["expectation"])}
        for r in rows
    ]
    tables.table(shown, headings, key="held", alt="Rows held back, with the reason")
    tables.downloads(query, "held-back")


def _turned_away(context: Context) -> None:
    st.header("Inputs turned away")
    where, values = context.filters.where(
        {**_DAY, "text": "concat_ws(' ', source_uri, reason, detail) ILIKE '%' || $text || '%'"}
    )
    query = tables.Query("rejected_inputs", where, values, "rejected_at DESC, source_uri")
    total = query.total(context.release)
    if not total:
        tables.nothing("Every input could be read.", "One that could not would stand here with the reason.")
        return
    headings = {
        "run_started_at": "Run (UTC)", "source_uri": "Input", "reason": "Reason", "detail": "Detail",
    }  # fmt: skip
    rows = query.page(context.release, tables.pager(total, "rejected_page"))
    tables.table(
        [{**row, "reason": wording.words(row["reason"])} for row in rows], headings, key="rejected",
        alt="Inputs turned away, with the reason",
    )  # fmt: skip
    tables.downloads(query, "turned-away")


def _drift(context: Context) -> None:
    st.header("Drift")
    rules = [row["rule"] for row in context.release.rows(_FAILING_MOST)]
    lines = context.release.rows(_DRIFTING, rules=rules) if rules else []
    if lines:
        named = [{**row, "rule": wording.words(row["rule"])} for row in lines]
        charts.show(charts.failing_share(named), "Share of rows that fail, by rule and run")
    else:
        tables.nothing(
            "No rule has failed in any run.", "The share of failing rows would be drawn here, run by run."
        )
    st.subheader("What a new version of the extractor saw otherwise")
    changes = context.release.rows(
        """SELECT old_version, new_version, table_name, change, field, count(*) AS count
           FROM marts.extraction_diff GROUP BY ALL
           ORDER BY count DESC, table_name, field, change, new_version LIMIT 50"""
    )
    if not changes:
        tables.nothing(
            "No document was extracted again.", "A backfill over old days would show here what it changed."
        )
        return
    headings = {
        "old_version": "Before", "new_version": "Now", "table_name": "Table", "change": "Change",
        "field": "Column", "count": "Differences",
    }  # fmt: skip
    tables.table(changes, headings, key="changes", alt="What a new version of the extractor saw otherwise")
    tables.downloads(
        tables.Query("extraction_diff", "true", {}, "run_id, document_id, start_char"), "extraction-diff"
    )


def _rulings(context: Context) -> None:
    st.header("Rulings in force")
    query = tables.Query("rulings_in_force", "true", {}, "ruled_at DESC, ruling_id")
    total = query.total(context.release)
    if not total:
        tables.nothing(
            "Nobody has corrected anything.", "Corrections are made in the Reader, or by: dateline correct"
        )
        return
    headings = {
        "ruled_at": "When (UTC)", "ruled_by": "Who", "kind": "What", "surface": "Words", "field": "Column",
        "value": "Now", "why": "Why", "status": "Status",
    }  # fmt: skip
    rows = query.page(context.release, tables.pager(total, "rulings_page"))
    shown = [{**r, "kind": wording.words(r["kind"]), "status": wording.words(r["status"])} for r in rows]
    tables.table(shown, headings, key="rulings", alt="Rulings in force")
    tables.downloads(query, "rulings")
