"""Charts: rows in, an Altair chart out, its data inline. Nothing is fetched; no colour stands alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import streamlit as st
from altair.utils import schemapi

from dashboard import wording

# Altair would check every part of a chart as it is made, and the whole as it is drawn: most of a page's time.
# The tests check the charts of all pages.
schemapi.disable_debug_mode()
alt.theme.enable("none")

# Okabe and Ito: blue, orange, green, vermilion, purple, sky. Black and yellow are lost on one theme or other.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
)
GREY = "#7a7f88"

_LABEL_WIDTH = 190

# Ticks as people write them: 7.3 billion, not 7.3G.
_TICKS = """abs(datum.value) >= 1e12 ? format(datum.value / 1e12, ',~r') + ' trillion'
  : abs(datum.value) >= 1e9 ? format(datum.value / 1e9, ',~r') + ' billion'
  : abs(datum.value) >= 1e6 ? format(datum.value / 1e6, ',~r') + ' million' : format(datum.value, ',~r')"""
_SVG = {"embedOptions": {"renderer": "svg", "actions": False}}

Rows = Sequence[dict[str, Any]]


def show(chart: Any, said: str, **options: Any) -> None:
    """Draw a chart; `said`: what a screen reader says of it, `options`: those of `st.vega_lite_chart`."""
    st.vega_lite_chart(spec=spec(chart), alt=said, **options)


def spec(chart: Any) -> dict[str, Any]:
    """A chart as the browser gets it."""
    found: dict[str, Any] = chart.to_dict(validate=False)
    return found


def _data(rows: Rows) -> alt.InlineData:
    return alt.InlineData(values=[{k: _plain(v) for k, v in row.items()} for row in rows])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime) or not isinstance(value, date):
        return value.isoformat() if isinstance(value, datetime) else value
    # With a time: a browser west of Greenwich would show a bare day as the day before.
    return f"{value.isoformat()}T00:00:00"


def _day_axis(days: Iterable[date]) -> alt.Axis:
    """An axis of days: each of them where there are few, and never one day twice."""
    distinct = sorted(set(days))
    few = [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in distinct]
    values = few if len(few) <= 6 else alt.Undefined
    return alt.Axis(format="%-d %b %Y", labelOverlap=True, tickCount=8, values=values)


def _finish(chart: Any, title: str | None, height: int) -> Any:
    named = chart.properties(title=alt.TitleParams(title, anchor="start", fontSize=15)) if title else chart
    return (
        named.properties(
            height=height,
            usermeta=_SVG,
            width="container",
        )
        .configure_axis(labelLimit=_at_most(_LABEL_WIDTH))
        .configure_axisY(labelOverlap=False)
    )


def _at_most(width: int) -> alt.ExprRef:
    """A width in pixels that leaves the drawing most of a narrow window."""
    return alt.ExprRef(f"min({width}, containerSize()[0] * 0.4)")


def documents_by_day(rows: Rows, title: str) -> Any:
    """Bars of documents a day, copies set apart. rows: day, kind, count."""
    bars = (
        alt.Chart(_data(rows))
        .mark_bar()
        .encode(
            x=alt.X("day:T", title=None, axis=_day_axis(row["day"] for row in rows)),
            y=alt.Y("sum(count):Q", title="documents", axis=alt.Axis(tickMinStep=1, format=",d")),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=["own text", "copies"], range=[BLUE, ORANGE]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("kind:N", sort="descending"),
            tooltip=[
                alt.Tooltip("day:T", title="day", format="%-d %b %Y"),
                alt.Tooltip("kind:N", title="kind"),
                alt.Tooltip("sum(count):Q", title="documents", format=",d"),
            ],
        )
    )
    return _finish(bars, title, 300)


def stories_in_time(rows: Rows) -> Any:
    """Stories as lines from first to last report. rows: label, first, last, documents, conflicts."""
    data = _data(rows)
    names = [row["label"] for row in rows]
    y = alt.Y("label:N", sort=names, title=None, axis=alt.Axis(labelLimit=_at_most(300), grid=True))
    x = alt.X("first:T", title=None, axis=_day_axis(row[end] for row in rows for end in ("first", "last")))
    tooltip = [
        alt.Tooltip("label:N", title="story"),
        alt.Tooltip("first:T", title="first report", format="%-d %b %Y"),
        alt.Tooltip("last:T", title="last report", format="%-d %b %Y"),
        alt.Tooltip("documents:Q", title="documents"),
        alt.Tooltip("conflicts:Q", title="figures in conflict"),
    ]
    colour = alt.condition("datum.conflicts > 0", alt.value(VERMILION), alt.value(BLUE))
    shape = alt.condition("datum.conflicts > 0", alt.value("diamond"), alt.value("circle"))
    rule = alt.Chart(data).mark_rule(strokeWidth=3, opacity=0.55).encode(x=x, x2="last:T", y=y, color=colour)
    size = alt.Size("documents:Q", title="documents", scale=alt.Scale(range=[50, 320]), legend=None)
    points = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=1)
        .encode(x=x, y=y, color=colour, shape=shape, size=size, tooltip=tooltip)
    )
    return _finish(
        rule + points,
        "Stories by day of publication",
        90 + 24 * len(rows),
    )


def figure_strip(rows: Rows, figure: dict[str, Any]) -> Any:
    """One figure: a line a source, each number a point, each hedge a rule; the whole range behind it.

    rows: source, value, low, high (ends of the hedge), stated, is_vague, given_by, published, claim_id. A
    vague amount has a bar and no point: nobody stated a number.
    """
    data = _data(rows)
    names = list(dict.fromkeys(row["source"] for row in rows))
    y = alt.Y("source:N", sort=names, title=None, axis=alt.Axis(grid=True))
    axis = alt.Axis(tickCount=6, labelExpr=_TICKS)
    scale = alt.Scale(zero=False, nice=True, padding=14)
    tooltip = [
        alt.Tooltip("source:N", title="source"),
        alt.Tooltip("stated:N", title="stated"),
        alt.Tooltip("given_by:N", title="according to"),
        alt.Tooltip("published:N", title="published"),
    ]
    layers = []
    if figure["low"] is not None and figure["high"] is not None and figure["low"] != figure["high"]:
        ends = alt.InlineData(values=[{"low": figure["low"], "high": figure["high"]}])
        layers.append(
            alt.Chart(ends)
            .mark_rect(color=GREY, opacity=0.16)
            .encode(x=alt.X("low:Q", scale=scale, axis=axis, title=None), x2="high:Q")
        )
    if figure["best"] is not None:
        best = alt.InlineData(values=[{"best": figure["best"]}])
        layers.append(
            alt.Chart(best)
            .mark_rule(color=GREEN, strokeWidth=2, strokeDash=[5, 3])
            .encode(x=alt.X("best:Q", scale=scale, axis=axis, title=None))
        )
    x = alt.X("value:Q", title=None, scale=scale, axis=axis)
    hedged = alt.Chart(data).transform_filter("datum.low != datum.high")
    layers.append(
        hedged.mark_rule(strokeWidth=5, color=ORANGE, opacity=0.75).encode(
            x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q", y=y, tooltip=tooltip
        )
    )
    points = (
        alt.Chart(data)
        .transform_filter("!datum.is_vague")
        .mark_point(filled=True, size=110, opacity=1, color=BLUE, cursor="pointer")
        .encode(
            x=x,
            y=y,
            tooltip=tooltip,
            shape=alt.condition("datum.is_revision", alt.value("triangle"), alt.value("circle")),
        )
        .add_params(alt.selection_point(name="claim", fields=["claim_id"], on="click"))
    )
    layers.append(points)
    return _finish(alt.layer(*layers), None, 45 + 26 * len(names))


def speakers(rows: Rows) -> Any:
    """Bars of quotations a speaker, by kind. rows: speaker, kind, count; in order of rank."""
    names = list(dict.fromkeys(row["speaker"] for row in rows))
    kinds = ["direct", "mixed", "indirect"]
    bars = (
        alt.Chart(_data(rows))
        .mark_bar()
        .encode(
            y=alt.Y("speaker:N", sort=names, title=None, axis=alt.Axis(labelLimit=_at_most(220))),
            x=alt.X("count:Q", title="quotations", axis=alt.Axis(tickMinStep=1, format=",d")),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[BLUE, SKY, ORANGE]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("rank:O"),
            tooltip=["speaker:N", "kind:N", alt.Tooltip("count:Q", format=",d")],
        )
    )
    return _finish(
        bars,
        "Who is quoted most",
        200 + 24 * len(names),
    )


def network(rows: Rows) -> Any:
    """Speakers left, sources right, a line for who quotes whom. rows: speaker, source, count."""
    people = list(dict.fromkeys(row["speaker"] for row in rows))
    sources = sorted({row["source"] for row in rows})
    height = max(160, 26 * max(len(people), len(sources)))
    most = max((row["count"] for row in rows), default=1)

    def place(index: int, size: int) -> float:
        return (index + 0.5) / size

    left = {name: place(i, len(people)) for i, name in enumerate(people)}
    right = {name: place(i, len(sources)) for i, name in enumerate(sources)}
    lines = [
        {"x": 0, "x2": 1, "y": left[r["speaker"]], "y2": right[r["source"]], **r, "w": r["count"] / most}
        for r in rows
    ]
    ends = [
        {"x": side, "y": y, "name": wording.cut(name, 34), "full": name}
        for side, places in ((0, left), (1, right))
        for name, y in places.items()
    ]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.5, 1.5], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[1, 0], nice=False))
    over = alt.selection_point(fields=["speaker"], on="pointerover", empty=False, name="over")
    links = (
        alt.Chart(_data(lines))
        .mark_rule()
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("w:Q", scale=alt.Scale(domain=[0, 1], range=[1, 7]), legend=None),
            color=alt.condition(over, alt.value(VERMILION), alt.value(BLUE)),
            opacity=alt.condition(over, alt.value(1), alt.value(0.45)),
            tooltip=["speaker:N", "source:N", alt.Tooltip("count:Q", title="quotations", format=",d")],
        )
        .add_params(over)
    )
    dots = alt.Chart(_data(ends)).mark_point(filled=True, size=60, color=BLUE, opacity=1).encode(x=x, y=y)
    names_left = (
        alt.Chart(_data([e for e in ends if e["x"] == 0]))
        .mark_text(align="right", dx=-9, color=GREY, fontSize=12)
        .encode(x=x, y=y, text="name:N", tooltip="full:N")
    )
    names_right = (
        alt.Chart(_data([e for e in ends if e["x"] == 1]))
        .mark_text(align="left", dx=9, color=GREY, fontSize=12)
        .encode(x=x, y=y, text="name:N", tooltip="full:N")
    )
    return _finish(
        alt.layer(links, dots, names_left, names_right).configure_view(stroke=None),
        "Speakers left, sources right; the wider, the more quotations",
        height,
    )


def by_day(rows: Rows, title: str, unit: str, *, joined: bool = True) -> Any:
    """Counts over days, a sign and a line a name; `joined` False: no line. rows: day, name, count."""
    names = list(dict.fromkeys(row["name"] for row in rows))
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("day:T", title=None, axis=_day_axis(row["day"] for row in rows)),
        y=alt.Y("count:Q", title=unit, axis=alt.Axis(tickMinStep=1, format=",d")),
        color=alt.Color(
            "name:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=[BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY]),
            legend=alt.Legend(orient="top", labelLimit=240, columns=3),
        ),
        shape=alt.Shape("name:N", title=None, sort=names, scale=alt.Scale(domain=names)),
        tooltip=[
            alt.Tooltip("name:N", title="what"),
            alt.Tooltip("day:T", title="day", format="%-d %b %Y"),
            alt.Tooltip("count:Q", title=unit, format=",d"),
        ],
    )
    points = base.mark_point(filled=True, size=55, opacity=1)
    return _finish(base.mark_line(strokeWidth=2) + points if joined else points, title, 330)


@cache
def _world() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "world-110m.json").read_text("utf-8"))
    return found


def world(rows: Rows, *, close: bool) -> Any:
    """Places on the world's outlines. rows: place, latitude, longitude, documents, mentions, place_id.

    `close`: draw the part of the world that the places lie in, else the whole of it.
    """
    land = alt.Chart(
        alt.NamedData(name="world", format=alt.TopoDataFormat(feature="countries", type="topojson"))
    ).mark_geoshape(fill="#9aa1ab", fillOpacity=0.28, stroke=GREY, strokeWidth=0.5, clip=True)
    data = _data(rows)
    dots = (
        alt.Chart(data)
        .mark_circle(color=VERMILION, opacity=0.75, stroke="white", strokeWidth=0.7)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            size=alt.Size(
                "documents:Q",
                title="documents",
                scale=alt.Scale(type="sqrt", range=[40, 700]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("place:N", title="place"),
                alt.Tooltip("documents:Q", title="documents", format=",d"),
                alt.Tooltip("mentions:Q", title="mentions", format=",d"),
            ],
        )
    )
    names = (
        alt.Chart(_data(_apart(rows, close=close)))
        .mark_text(dy=-17, fontSize=11, color=GREY, fontWeight="bold")
        .encode(longitude="longitude:Q", latitude="latitude:Q", text="place:N")
    )
    drawn = alt.layer(land, dots, names)
    chart = _projected(drawn, rows) if close else drawn.project("equalEarth")
    chart = chart.configure_view(stroke=None)
    drawn = _finish(chart, "Places in the news (the larger, the more documents)", 460)
    # Put in last: a chart's parts are copied with every step.
    drawn.datasets = {"world": _world()}
    return drawn


def _extent(rows: Rows) -> tuple[float, float, float, float]:
    """West, south, east and north of the places, with room around them."""
    longitudes = [row["longitude"] for row in rows]
    latitudes = [row["latitude"] for row in rows]
    room = max(4.0, 0.12 * (max(longitudes) - min(longitudes)), 0.2 * (max(latitudes) - min(latitudes)))
    return (
        max(-180.0, min(longitudes) - room),
        max(-75.0, min(latitudes) - room),
        min(180.0, max(longitudes) + room),
        min(80.0, max(latitudes) + room),
    )


def is_regional(rows: Rows) -> bool:
    """Whether the places lie in one part of the world."""
    west, _, east, _ = _extent(rows)
    return east - west < 150


def _projected(chart: Any, rows: Rows) -> Any:
    """Mercator, scaled so that the places fill the width or height that the window gives."""
    west, south, east, north = _extent(rows)

    def up(latitude: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))

    wide, high = math.radians(east - west), up(north) - up(south)
    middle = math.degrees(2 * math.atan(math.exp((up(north) + up(south)) / 2)) - math.pi / 2)
    return chart.project(
        type="mercator",
        center=[(west + east) / 2, middle],
        scale=alt.ExprRef(f"min(width / {wide:.6f}, height / {high:.6f})"),
        translate=alt.ExprRef("[width / 2, height / 2]"),
    )


def _apart(rows: Rows, *, close: bool, most: int = 14) -> list[dict[str, Any]]:
    """The places whose names have room: the foremost first, none over another."""
    west, south, east, north = _extent(rows)
    across, up = ((east - west), (north - south)) if close else (360.0, 150.0)
    kept: list[dict[str, Any]] = []
    for row in rows:
        free = all(
            abs(row["longitude"] - other["longitude"]) > across * 0.11
            or abs(row["latitude"] - other["latitude"]) > up * 0.06
            for other in kept
        )
        if free and len(kept) < most:
            kept.append(row)
    return kept


def rules_by_run(rows: Rows) -> Any:
    """Bars of rules a run, by outcome. rows: run, outcome, count."""
    runs = list(dict.fromkeys(row["run"] for row in rows))
    order = ["passed", "flags the row", "holds the row back", "holds the release"]
    bars = (
        alt.Chart(_data(rows))
        .mark_bar()
        .encode(
            x=alt.X("count:Q", title="rules", axis=alt.Axis(tickMinStep=1, format=",d")),
            y=alt.Y("run:N", sort=runs, title=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "outcome:N",
                title=None,
                sort=order,
                scale=alt.Scale(domain=order, range=[BLUE, SKY, ORANGE, VERMILION]),
                legend=alt.Legend(orient="top", labelLimit=200),
            ),
            tooltip=["run:N", "outcome:N", alt.Tooltip("count:Q", title="rules")],
        )
    )
    return _finish(
        bars,
        "Rules by run: what passed, and what a failure did",
        170 + 34 * len(runs),
    )


def failing_share(rows: Rows) -> Any:
    """Share of failing rows over runs, a line a rule. rows: run_at, rule, share."""
    names = list(dict.fromkeys(row["rule"] for row in rows))
    runs = sorted({row["run_at"] for row in rows})
    ticks = [
        alt.DateTime(
            year=t.year, month=t.month, date=t.day, hours=t.hour, minutes=t.minute, seconds=t.second,
            milliseconds=t.microsecond // 1000,
        )
        for t in runs
    ]  # fmt: skip
    base = alt.Chart(_data(rows)).encode(
        x=alt.X(
            "run_at:T",
            title=None,
            axis=alt.Axis(
                format="%-d %b %H:%M",
                labelOverlap=True,
                tickCount=6,
                values=ticks if len(ticks) <= 6 else alt.Undefined,
            ),
        ),
        y=alt.Y("share:Q", title="rows that fail", axis=alt.Axis(format="~%")),
        color=alt.Color(
            "rule:N",
            title=None,
            scale=alt.Scale(domain=names, range=[BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY]),
            legend=alt.Legend(orient="bottom", labelLimit=320, columns=2),
        ),
        shape=alt.Shape("rule:N", title=None, scale=alt.Scale(domain=names)),
        tooltip=[
            "rule:N",
            alt.Tooltip("run_at:T", title="run", format="%-d %b %Y %H:%M"),
            alt.Tooltip("share:Q", format=".2%"),
        ],
    )
    drawn = base.mark_line() + base.mark_point(filled=True, size=60, opacity=1)
    return _finish(drawn, "Drift: share of rows that fail, by rule and run", 330)
