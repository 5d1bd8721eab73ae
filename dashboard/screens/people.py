"""People: who is quoted, by whom and in which role, and who lets whom speak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from dashboard import charts, markup, tables, wording
from dashboard.release import Row
from dashboard.session import Context, choose, chosen

FILTERS = ("since", "until", "source", "speaker", "text")

_CONDITIONS = {
    "since": "last_quoted_on >= $since",
    "until": "first_quoted_on <= $until",
    "source": "list_contains(sources, $source)",
    "speaker": "speaker = $speaker",
    "text": "speaker ILIKE '%' || $text || '%'",
}

_QUOTE_CONDITIONS = {
    "since": "published_on >= $since",
    "until": "published_on <= $until",
    "source": "source_label = $source",
}

_KINDS = ("direct", "mixed", "indirect")
_CHARTED, _LINKED, _MOST_LINES, _MOST_SOURCES = 15, 10, 200, 12

_MATRIX = """
    SELECT speaker, source_label AS source, quote_count AS count FROM marts.speaker_outlet_matrix
    WHERE list_contains($speakers, speaker) ORDER BY quote_count DESC, speaker, source_label LIMIT $n"""


def page(context: Context) -> None:
    """Draw the page."""
    where, values = context.filters.where(_CONDITIONS)
    query = tables.Query(
        "speakers", where, values, "quote_count DESC, source_count DESC, speaker, speaker_entity_id"
    )
    total = query.total(context.release)
    if not total:
        tables.nothing("Nobody who is quoted fits.", "Clear the filters to see all.")
        return
    if context.filters.speaker:
        _one(context, _meant(query.page(context.release, 1)))
    rows = query.page(context.release, 1)
    st.header("Who is quoted")
    bars = [
        {"speaker": name, "kind": kind, "rank": rank, "count": row[f"{kind}_count"]}
        for name, row in _told_apart(rows[:_CHARTED])
        for rank, kind in enumerate(_KINDS)
    ]
    charts.show(charts.speakers(bars), "Who is quoted most")
    listed = query.page(context.release, tables.pager(total, "speakers_page"))
    st.caption(f"{wording.count(total, 'named speaker')}. Choose a row for the quotes.")
    headings = {
        "speaker": "Speaker", "quote_count": "Quotations", "source_count": "Sources", "sources": "Quoted by",
        "roles": "Roles", "affiliations": "Speaks for",
        "first_quoted_on": "First", "last_quoted_on": "Latest",
    }  # fmt: skip
    tables.table(listed, headings, key="speakers", alt="Speakers", on_row=_open)
    tables.downloads(query, "speakers")
    _network(context, rows[:_LINKED])


def _open(row: Row) -> None:
    st.session_state["speaker"] = row["speaker"]
    choose("person", row["speaker_entity_id"])


def _meant(rows: list[Row]) -> Row:
    """Of the speakers that bear one name, the one chosen; else the one quoted most."""
    return next((row for row in rows if row["speaker_entity_id"] == chosen("person")), rows[0])


def _told_apart(rows: list[Row]) -> Iterator[tuple[str, Row]]:
    """Speakers with their names; the second of a name is numbered."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row["speaker"]] += 1
        times = seen[row["speaker"]]
        yield row["speaker"] if times == 1 else f"{row['speaker']} ({times})", row


def _network(context: Context, rows: list[Row]) -> None:
    st.header("Who lets whom speak")
    names = [row["speaker"] for row in rows]
    found = context.release.rows(_MATRIX, speakers=names, n=_MOST_LINES)
    ranked = sorted(found, key=lambda r: (names.index(r["speaker"]), -r["count"]))
    sources = list(dict.fromkeys(r["source"] for r in sorted(found, key=lambda r: -r["count"])))[
        :_MOST_SOURCES
    ]
    drawn = [r for r in ranked if r["source"] in sources]
    charts.show(charts.network(drawn), "A network of speakers and the sources that quote them")
    with st.expander("The same as a table"):
        headings = {"speaker": "Speaker", "source": "Source", "count": "Quotations"}
        tables.table(ranked, headings, key="matrix", alt="Who quotes whom")


def _one(context: Context, row: Row) -> None:
    with st.container(border=True):
        markup.show(
            f"<h2>{markup.text(row['speaker'])}</h2>",
            markup.line(
                wording.count(row["quote_count"], "quotation"),
                wording.count(row["source_count"], "source"),
                wording.several(row["roles"], 6),
                wording.several(row["affiliations"], 6),
                css="meta",
            ),
        )
        if not row["speaker_entity_id"]:
            return
        _timeline(context, row)
        where, values = context.filters.where(_QUOTE_CONDITIONS)
        query = tables.Query(
            "speaker_quotes",
            f"speaker_entity_id = $entity AND {where}",
            {**values, "entity": row["speaker_entity_id"]},
            "published_on DESC NULLS LAST, source_label, document_id, start_char",
        )
        st.subheader("Quotes")
        total = query.total(context.release)
        quotes = query.page(context.release, tables.pager(total, "quotes_page", 8), 8)
        for quote in quotes:
            _quote(context, quote)
        tables.downloads(replace(query, view="quote_feed"), "quotes")


def _timeline(context: Context, row: Row) -> None:
    days = context.release.rows(
        """SELECT published_on AS day, quote_count, mention_count FROM marts.entity_timeline
           WHERE entity_id = $id AND published_on IS NOT NULL ORDER BY published_on LIMIT 730""",
        id=row["speaker_entity_id"],
    )
    if len(days) > 1:
        drawn = [
            {"day": d["day"], "name": name, "count": d[column]}
            for name, column in (("quotations", "quote_count"), ("mentions", "mention_count"))
            for d in days
        ]
        charts.show(charts.by_day(drawn, "In the news, day by day", "rows"), "In the news, day by day")


def _quote(context: Context, quote: Row) -> None:
    markup.show(
        f"<blockquote>{markup.text(wording.spoken(quote['surface']))}</blockquote>",
        markup.line(
            quote["source_label"], wording.day(quote["published_on"]), quote["kind"], quote["speaker_role"],
            quote["cue"], css="meta",
        ),
    )  # fmt: skip
    context.link(
        "reader", "Read it in the report", ":material/chrome_reader_mode:",
        document=quote["document_id"], row=quote["quote_id"],
    )  # fmt: skip
