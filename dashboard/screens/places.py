"""Map and timeline: where the news happened, and which days it is about."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import charts, tables, wording
from dashboard.release import Row
from dashboard.session import Context, choose, chosen

FILTERS = ("since", "until", "text")

_CONDITIONS = {
    "since": "published_on >= $since",
    "until": "published_on <= $until",
    "text": "place ILIKE '%' || $text || '%'",
}

_PLACES = """
    SELECT max(place) AS place, max(country_code) AS country, max(latitude) AS latitude,
           max(longitude) AS longitude, sum(document_count)::BIGINT AS documents,
           sum(mention_count)::BIGINT AS mentions, min(published_on) AS first, max(published_on) AS last,
           place_entity_id AS place_id
    FROM marts.place_timeline WHERE {where}
    GROUP BY place_entity_id ORDER BY documents DESC, mentions DESC, place LIMIT 400"""

_EXTENTS = {"close": "Where the news is", "world": "The whole world"}

_DAYS = """
    SELECT published_on AS day, sum(document_count)::BIGINT AS count, max(place) AS name
    FROM marts.place_timeline
    WHERE list_contains($ids, place_entity_id) AND published_on IS NOT NULL AND {where}
    GROUP BY place_entity_id, published_on ORDER BY published_on LIMIT 3000"""

# What the news says of a day, by the day it is about and not the day it was printed.
_ABOUT = {
    "events": "SELECT event_on AS day, count(*) AS count FROM marts.story_overview WHERE {where} GROUP BY 1",
    "statements": "SELECT said_on AS day, count(*) AS count FROM marts.statement_list "
    "WHERE {where} GROUP BY 1",
    "figures": "SELECT as_of_on AS day, count(*) AS count FROM marts.figure_list "
    "WHERE as_of_on_precision = 'day' AND {where} GROUP BY 1",
}
_ABOUT_DAY = {"events": "event_on", "statements": "said_on", "figures": "as_of_on"}


def page(context: Context) -> None:
    """Draw the page."""
    where, values = context.filters.where(_CONDITIONS)
    rows = context.release.rows(_PLACES.format(where=where), **values)
    st.header("Map")
    if rows:
        _map(context, rows, where, values)
    else:
        tables.nothing("No place with known coordinates fits.", "Clear the filters to see all.")
    _about(context)


def _map(context: Context, rows: list[Row], where: str, values: dict[str, Any]) -> None:
    shown = st.segmented_control(
        "Show", list(_EXTENTS), format_func=_EXTENTS.__getitem__, key="extent", required=True,
        default="close" if charts.is_regional(rows) else "world",
    )  # fmt: skip
    charts.show(charts.world(rows, close=shown == "close"), "Places in the news on a map")
    st.caption(f"{wording.count(len(rows), 'place')} with known coordinates. Choose a row for its figures.")
    headings = {
        "place": "Place", "country": "Country", "documents": "Documents", "mentions": "Mentions",
        "first": "First", "last": "Latest",
    }  # fmt: skip
    tables.table(rows, headings, key="places", alt="Places", on_row=_open)
    query = tables.Query("place_timeline", where, values, "place, published_on, place_entity_id")
    tables.downloads(query, "places")
    _one(context, rows)
    top = [row["place_id"] for row in rows[:6]]
    days = context.release.rows(_DAYS.format(where=where), ids=top, **values)
    if len({row["day"] for row in days}) > 1:
        st.header("Places, day by day")
        ranked = sorted(days, key=lambda r: [p["place"] for p in rows].index(r["name"]))
        title = "Documents that name the six places most in the news"
        charts.show(charts.by_day(ranked, title, "documents"), title)


def _open(row: Row) -> None:
    choose("place", row["place_id"])


def _one(context: Context, rows: list[Row]) -> None:
    place = next((row for row in rows if row["place_id"] == chosen("place")), None)
    if place is None:
        return
    figures = context.release.rows(
        """SELECT * FROM marts.figure_list WHERE place_entity_id = $id
           ORDER BY source_count DESC, last_published_on DESC NULLS LAST, figure_id LIMIT 25""",
        id=place["place_id"],
    )
    with st.container(border=True, key="place_opened"):
        st.subheader("Figures about the place chosen")
        st.text(place["place"])
        if not figures:
            tables.nothing("No figure is about this place.", "Choose another row above.")
            return
        headings = {
            "label": "Figure", "low": "Lowest", "best": "Best", "high": "Highest", "unit": "Unit",
            "agreement": "Agreement", "sources": "Who", "as_of_on": "As of", "story": "Story",
        }  # fmt: skip
        shown = [
            {
                **f,
                "agreement": wording.AGREEMENT.get(f["agreement"], ""),
                "as_of_on": wording.day(f["as_of_on"], f["as_of_on_precision"]),
            }
            for f in figures
        ]
        tables.table(shown, headings, key="place_figures", alt="Figures about the place")


def _about(context: Context) -> None:
    st.header("Which days the news is about")
    drawn = []
    for name, query in _ABOUT.items():
        column = _ABOUT_DAY[name]
        where, values = context.filters.where(
            {"since": f"{column} >= $since", "until": f"{column} <= $until"}
        )
        found = context.release.rows(
            f"{query.format(where=f'{column} IS NOT NULL AND {where}')} ORDER BY day DESC LIMIT 366", **values
        )
        drawn += [{"day": row["day"], "name": name, "count": row["count"]} for row in reversed(found)]
    if not drawn:
        tables.nothing("Nothing is dated.", "Widen the days or clear the filters.")
        return
    title = "Events, statements and figures by the day they are about"
    charts.show(charts.by_day(drawn, title, "rows", joined=False), title)
    with st.expander("The same as a table"):
        tables.table(
            sorted(drawn, key=lambda r: r["day"], reverse=True),
            {"day": "Day", "name": "What", "count": "How many"},
            key="about", alt=title,
        )  # fmt: skip
