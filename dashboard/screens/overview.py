"""What came in, which stories there are, what was held back, and how fresh it is."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, tables, wording
from dashboard.session import Context

FILTERS = ("since", "until", "source", "story", "text")

_DAYS = {"published_on": "day of publication", "ingest_date": "day of arrival"}

_STORY_FILTERS = {
    "since": "last_published_on >= $since",
    "until": "first_published_on <= $until",
    "source": "list_contains(sources, $source)",
    "story": "label = $story",
    "text": "label ILIKE '%' || $text || '%'",
}


def page(context: Context) -> None:
    """Draw the page."""
    _totals(context)
    _intake(context)
    _stories(context)
    _runs(context)


def _totals(context: Context) -> None:
    found = {r["what"]: r["row_count"] for r in context.release.rows("FROM marts.release_totals")}
    held = context.release.one(
        """SELECT sum(quarantined_count)::BIGINT AS rows, sum(rejected_count)::BIGINT AS inputs,
                  count(*) FILTER (WHERE outcome = 'held_back') AS runs FROM marts.pipeline_health"""
    )
    shown = (
        ("Documents", found.get("documents", 0), None),
        ("Stories", found.get("stories", 0), None),
        ("Quotes", found.get("quotes", 0), None),
        ("Numbers", found.get("numbers", 0), None),
        (
            "In conflict",
            found.get("conflicts", 0),
            "Figures on which the sources contradict each other",
        ),
        ("Held back", held["rows"] or 0, "Rows that a rule kept out, in all runs: see Data quality"),
        ("Turned away", held["inputs"] or 0, "Inputs that could not be read, in all runs"),
    )
    with st.container(horizontal=True):
        for label, value, explanation in shown:
            st.metric(label, f"{value:,}", help=explanation, border=True)


def _intake(context: Context) -> None:
    st.header("What came in")
    day = st.segmented_control(
        "Count documents by", list(_DAYS), format_func=_DAYS.__getitem__, default="published_on",
        key="intake_day", required=True,
    )  # fmt: skip
    column = "ingest_date" if day == "ingest_date" else "published_on"
    where, values = context.filters.where(
        {"since": f"{column} >= $since", "until": f"{column} <= $until", "source": "outlet = $source"}
    )
    days = context.release.rows(
        # Column and condition are constants of this page.
        f"""SELECT {column} AS day, sum(document_count)::BIGINT AS documents,
                   sum(duplicate_count)::BIGINT AS copies, sum(unread_count)::BIGINT AS unread
            FROM marts.daily_intake WHERE {column} IS NOT NULL AND {where}
            GROUP BY {column} ORDER BY day DESC LIMIT 366""",  # noqa: S608
        **values,
    )
    if not days:
        tables.nothing("No document fits.", "Widen the days or clear the filters.")
        return
    bars = [
        {"day": row["day"], "kind": kind, "count": count}
        for row in days
        for kind, count in (("own text", row["documents"] - row["copies"]), ("copies", row["copies"]))
    ]
    title = f"Documents by {_DAYS[column]}"
    charts.show(charts.documents_by_day(bars, title), title)
    if column == "published_on" and (undated := _undated(context)):
        st.caption(f"{wording.count(undated, 'document')} of unknown date not drawn.")
    with st.expander("The same as a table"):
        headings = {"day": "Day", "documents": "Documents", "copies": "Copies", "unread": "Not searched"}
        tables.table(days, headings, key="days", alt=f"{title}: a row a day")


def _undated(context: Context) -> int:
    """Documents, of the source chosen, whose day of publication is unknown."""
    where, values = context.filters.where({"source": "outlet = $source"})
    query = f"SELECT sum(undated_count)::BIGINT AS documents FROM marts.daily_intake WHERE {where}"  # noqa: S608
    return context.release.one(query, **values)["documents"] or 0


def _stories(context: Context) -> None:
    st.header("Stories")
    where, values = context.filters.where(_STORY_FILTERS)
    query = tables.Query(
        "story_overview",
        where,
        values,
        "last_published_on DESC NULLS LAST, source_count DESC, document_count DESC, story_id",
    )
    total = query.total(context.release)
    if not total:
        tables.nothing("No story fits.", "Clear the filters to see all.")
        return
    rows = query.page(context.release, tables.pager(total, "stories_page"))
    drawn = [
        {
            "label": wording.cut(row["label"] or "No label", 60),
            "first": row["first_published_on"],
            "last": row["last_published_on"],
            "documents": row["document_count"],
            "conflicts": row["conflict_count"],
        }
        for row in rows
        if row["first_published_on"] is not None
    ]
    if drawn:
        charts.show(charts.stories_in_time(drawn), "Stories by day of publication")
    st.caption(
        wording.count(total, "story", "stories") + ", latest first. Choose a row for its figures. "
        "Diamond: sources conflict on a figure. Stories of unknown date stand in the table alone."
    )
    headings = {
        "label": "Story", "place": "Place", "event_on": "Event", "source_count": "Sources",
        "document_count": "Documents", "quote_count": "Quotes", "claim_count": "Numbers",
        "conflict_count": "In conflict", "last_published_on": "Latest report",
    }  # fmt: skip
    tables.table(rows, headings, key="stories", alt="Stories", on_row=_open_story)
    tables.downloads(query, "stories")
    if story := context.filters.story:
        with st.container(horizontal=True):
            context.link("figures", "Its figures", ":material/tag:", story=story)
            context.link("statements", "Its statements", ":material/format_quote:", story=story)


def _open_story(row: dict[str, object]) -> None:
    st.session_state["story"] = row["label"]


def _runs(context: Context) -> None:
    st.header("Runs")
    query = tables.Query("pipeline_health", "true", {}, "started_at DESC")
    rows = query.page(context.release, 1, 10)
    headings = {
        "started_at": "Started (UTC)", "outcome": "Outcome", "duration_seconds": "Seconds",
        "read_count": "Read",
        "stored_count": "New", "unchanged_count": "Unchanged", "rejected_count": "Turned away",
        "quarantined_count": "Rows held back", "detail": "Why",
    }  # fmt: skip
    shown = [
        {
            **row,
            "outcome": wording.OUTCOME.get(row["outcome"], row["outcome"]),
            "duration_seconds": round(row["duration_seconds"] or 0),
        }
        for row in rows
    ]
    tables.table(shown, headings, key="runs", alt="The last ten runs")
    tables.downloads(query, "runs")
