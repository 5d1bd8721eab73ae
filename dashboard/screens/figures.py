"""Figures: conflicts first, each a strip of the sources' numbers; a click opens the sentences."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from dashboard import charts, evidence, markup, tables, wording
from dashboard.release import Row
from dashboard.session import Context, choose, chosen

FILTERS = ("since", "until", "source", "story", "category", "speaker", "text")

_PAGE = 8

_CONDITIONS = {
    "since": "last_published_on >= $since",
    "until": "first_published_on <= $until",
    "source": "list_contains(sources, $source)",
    "story": "story = $story",
    "category": "category = $category",
    "speaker": "figure_id IN (SELECT figure_id FROM marts.figure_reports WHERE given_by = $speaker)",
    "text": "contains(words, lower($text))",
}

_ORDER = "prominence DESC, last_published_on DESC NULLS LAST, claim_count DESC, figure_id"

_KINDS = {"several": "Several sources", "conflict": "In conflict", "all": "All"}
_KIND_CONDITIONS = {"all": "true", "conflict": "agreement = 'conflict'", "several": "source_count > 1"}

# One parameter a figure, not one list: only of single values does DuckDB see which blocks can hold them.
_REPORTS = """
    SELECT * FROM marts.figure_reports WHERE figure_id IN ({ids})
    ORDER BY published_on NULLS LAST, source_label, claim_id LIMIT 400"""

_COLUMNS = "* EXCLUDE (prominence, words)"

# Sources in one strip; the sentences below it are all there.
_MOST_SOURCES = 20

_BAR_COLUMNS = {
    "label": "Figure", "low": "Lowest", "best": "Best", "high": "Highest", "unit": "Unit",
    "agreement": "Agreement", "source_count": "Sources", "sources": "Who", "place": "Place",
    "category": "Category", "story": "Story", "last_published_on": "Latest report",
}  # fmt: skip


def page(context: Context) -> None:
    """Draw the page."""
    st.caption(
        "The shaded band is the range of what was reported, lowest to highest: no confidence interval. "
        "Dashed line: the value the method prefers. Point: a stated number; thick bar: its hedge, or what a "
        "vague word may mean. "
        "Triangle: a number that replaced an earlier one."
    )
    kind = st.segmented_control(
        "Show", list(_KINDS), format_func=_KINDS.__getitem__, default="several", key="figure_kind",
        required=True, bind="query-params",
    )  # fmt: skip
    where, values = context.filters.where(_CONDITIONS)
    query = tables.Query(
        "figure_list", f"{_KIND_CONDITIONS[kind or 'several']} AND {where}", values, _ORDER, _COLUMNS
    )
    if opened := chosen("figure"):
        _opened(context, opened)
    total = query.total(context.release)
    if not total:
        tables.nothing("No figure fits.", "Clear the filters, or show all figures.")
        return
    rows = query.page(context.release, tables.pager(total, "figures_page", _PAGE), _PAGE)
    st.caption(f"{wording.count(total, 'figure')}, those in conflict first.")
    reports = _reports(context, rows)
    for row in rows:
        if row["figure_id"] != opened:
            _figure(row, reports.get(row["figure_id"], []))
    st.header("All figures as a table")
    listed = query.page(context.release, tables.pager(total, "figures_table_page"))
    shown = [{**r, "agreement": wording.AGREEMENT.get(r["agreement"], r["agreement"])} for r in listed]
    tables.table(shown, _BAR_COLUMNS, key="figures", alt="Figures", on_row=_open)
    tables.downloads(query, "figures")


def _reports(context: Context, figures: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    ids = {f"id{at}": figure["figure_id"] for at, figure in enumerate(figures)}
    query = _REPORTS.format(ids=", ".join(f"${name}" for name in ids))
    for row in context.release.rows(query, **ids):
        found.setdefault(row["figure_id"], []).append(row)
    return found


def _opened(context: Context, figure_id: str) -> None:
    """The figure that the address asks for, with its evidence."""
    found = context.release.rows("SELECT * FROM marts.figure_list WHERE figure_id = $id", id=figure_id)
    with st.container(border=True, key="opened"):
        if found:
            reports = _reports(context, found)
            _heading(found[0])
            _strip(found[0], reports.get(figure_id, []), "opened")
        st.subheader("The sentence in each source")
        evidence.sources(context, "figure", figure_id)
        st.button(
            "Close", icon=":material/close:", on_click=choose, args=("figure", None), key="close-figure"
        )


def _figure(row: Row, reports: list[Row]) -> None:
    with st.container(border=True, key=f"figure-{row['figure_id']}"):
        _heading(row)
        _strip(row, reports, row["figure_id"])
        st.button(
            "Show the sentences", icon=":material/format_quote:", on_click=_open, args=(row,),
            key=f"open-{row['figure_id']}",
        )  # fmt: skip


def _heading(row: Row) -> None:
    best = f"best {wording.amount(row['best'], row['unit'])}" if row["best"] is not None else None
    if row["low"] == row["high"]:
        best = None
    markup.show(
        f"<h3>{markup.text(wording.headline(row['label']))}: "
        f"{markup.text(wording.span(row['low'], row['high'], row['unit']))}</h3>",
        markup.line(
            wording.headline(wording.AGREEMENT.get(row["agreement"])),
            best,
            wording.count(row["source_count"], "source") if row["source_count"] > 1 else None,
            f"{row['independent_source_count']} independent"
            if row["independent_source_count"] != row["source_count"]
            else None,
            f"as of {wording.day(row['as_of_on'], row['as_of_on_precision'])}" if row["as_of_on"] else None,
            row["story"],
            css="meta",
        ),
    )


def _strip(row: Row, reports: list[Row], key: str) -> None:
    drawn = _points(row, reports)
    kept = list(dict.fromkeys(p["source"] for p in drawn))[:_MOST_SOURCES]
    drawn = [p for p in drawn if p["source"] in kept]
    if len(drawn) < 2 and key != "opened":
        return

    def clicked() -> None:
        points = st.session_state[f"strip-{key}"]["selection"].get("claim")
        if points:
            choose("figure", row["figure_id"])

    said = "; ".join(f"{p['source']}: {p['stated']}" for p in drawn[:12])
    charts.show(
        charts.figure_strip(drawn, row), f"{row['label']}, what each source says. {said}",
        key=f"strip-{key}", on_select=clicked, selection_mode="claim",
    )  # fmt: skip


def _points(figure: Row, reports: list[Row]) -> list[dict[str, Any]]:
    """The claims of a figure as its strip draws them, in the figure's unit; one in a unit that cannot be
    turned into it is left out."""
    factors = {report["unit"]: report["unit_factor"] for report in reports}
    lines = _lines(figure, reports)
    found = []
    for report in reports:
        own, wanted = factors[report["unit"]], factors.get(figure["unit"])
        factor = 1.0 if report["unit"] == figure["unit"] else own / wanted if own and wanted else None
        if report["value"] is not None and factor is not None:
            found.append(_point(report, factor, lines[report["document_id"]]))
    return found


def _lines(figure: Row, reports: list[Row]) -> dict[str, str]:
    """The line that each document's numbers stand on: its source's; its own where sources share a name."""
    labels = {r["document_id"]: wording.cut(r["source_label"], 30) for r in reports}
    if len(set(labels.values())) >= min(figure["source_count"] or 0, len(labels)):
        return labels
    seen: Counter[str] = Counter()
    found = {}
    for document_id, label in labels.items():
        seen[label] += 1
        found[document_id] = f"{label} · {seen[label]}"
    return found


def _point(report: Row, factor: float, line: str) -> dict[str, Any]:
    """What a strip draws of a claim: its number, the ends of its hedge, and how it was said."""
    value = report["value"]
    low = value if report["value_low"] is None else report["value_low"]
    high = value if report["value_high"] is None else report["value_high"]
    hedge = wording.BOUND.get(report["bound"], "")
    stated = f"{hedge} {wording.span(low, high, report['unit'])}".strip()
    return {
        "source": line,
        "value": value * factor,
        "low": low * factor,
        "high": high * factor,
        "stated": f"“{report['surface']}”" if report["is_vague"] else stated,
        "is_vague": report["is_vague"],
        "bound": report["bound"],
        "given_by": report["given_by"] or "own voice",
        "published": wording.day(report["published_on"]),
        "is_revision": report["relation"] == "revises",
        "claim_id": report["claim_id"],
    }


def _open(row: Row) -> None:
    choose("figure", row["figure_id"])
