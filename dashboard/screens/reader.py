"""Reader: a report with everything found in it, the row beside each, and a desk for rulings."""

from __future__ import annotations

import streamlit as st

from dashboard import evidence, markup, ruling_desk, tables, wording
from dashboard.markup import Stretch
from dashboard.release import Row
from dashboard.session import Context, choose, chosen

FILTERS = ("since", "until", "source", "story", "text")

_CONDITIONS = {
    "since": "published_on >= $since",
    "until": "published_on <= $until",
    "source": "source_label = $source",
    "story": "story = $story",
    "text": "contains(words, lower($text))",
}

_BRIEF = "title, source_label, published_on, story, word_count, is_duplicate, source_uri, document_id"
_OFFERED = 200

_SPANS = """
    SELECT * FROM marts.document_spans WHERE document_id = $id AND run_id = $run
    ORDER BY start_char, end_char DESC, row_id LIMIT 5000"""

_KINDS = {"quote": "Quotes", "claim": "Numbers", "name": "Names", "scare_quote": "In marks, nobody’s quote"}

# The longest text drawn whole; the rest of a longer one is cut off, and said so.
_MOST_DRAWN = 120_000


def page(context: Context) -> None:
    """Draw the page."""
    where, values = context.filters.where(_CONDITIONS)
    query = tables.Query(
        "document_list", where, values, "published_on DESC NULLS LAST, source_label, document_id", _BRIEF
    )
    document_id = _pick(context, query)
    if document_id is None:
        return
    found = context.release.one("SELECT * FROM marts.document_feed WHERE document_id = $id", id=document_id)
    if not found:
        st.warning("This document is not in the release shown: choose another one above.")
        return
    rows = context.release.rows(_SPANS, id=document_id, run=found["run_id"])
    spans = [{**row, "number": number} for number, row in _numbered(rows)]
    kinds = st.pills(
        "Show in the text", list(_KINDS), format_func=_KINDS.__getitem__, selection_mode="multi",
        default=list(_KINDS), key="reader_kinds",
    )  # fmt: skip
    hit = chosen("row")
    left, right = st.columns([5, 4], gap="large")
    with left:
        _text(found, [s for s in spans if s["kind"] in kinds], hit)
    with right:
        _rows(context, spans, hit)


def _pick(context: Context, query: tables.Query) -> str | None:
    """Draw the list of documents; returns the one to read."""
    rows = query.page(context.release, 1, _OFFERED)
    wanted = chosen("document")
    if wanted and wanted not in {row["document_id"] for row in rows}:
        rows = [
            *context.release.rows(
                f"SELECT {_BRIEF} FROM marts.document_list WHERE document_id = $id",  # noqa: S608
                id=wanted,
            ),
            *rows,
        ]
    if not rows:
        tables.nothing("No document fits.", "Clear the filters to see all.")
        return None
    labels = {row["document_id"]: _label(row) for row in rows}
    ids = list(labels)
    st.session_state["reader_document"] = wanted if wanted in labels else ids[0]

    def changed() -> None:
        choose("document", st.session_state["reader_document"])
        choose("row", None)

    found: str = st.selectbox(
        f"Document ({wording.count(query.total(context.release), 'document')}, latest first)",
        ids, format_func=labels.__getitem__, key="reader_document", on_change=changed,
    )  # fmt: skip
    return found


def _label(row: Row) -> str:
    title = wording.cut(row["title"] or "No headline", 80)
    copy = "copy" if row["is_duplicate"] else None
    return " · ".join(
        str(v) for v in (title, row["source_label"], wording.day(row["published_on"]), copy) if v
    )


def _numbered(rows: list[Row]) -> list[tuple[int, Row]]:
    """Rows with their number within their kind, as the text shows it."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        seen[row["kind"]] = seen.get(row["kind"], 0) + 1
        found.append((seen[row["kind"]], row))
    return found


def _stretch(span: Row, hit: str | None) -> Stretch:
    return Stretch(span["start_char"], span["end_char"], span["kind"], span["number"], span["row_id"] == hit)


def _text(found: Row, spans: list[Row], hit: str | None) -> None:
    markup.show(
        f"<h2>{markup.text(found['title'] or 'No headline')}</h2>",
        markup.line(
            found["source_label"], wording.day(found["published_on"]), found["byline"],
            wording.count(found["word_count"], "word"),
            f"copy of {wording.several(found['agencies'])}" if found["agencies"] else None,
            "repeats an earlier report" if found["is_duplicate"] else None,
            css="meta",
        ),
        '<p class="meta"><span class="q"><sup>Q1</sup>quote, shaded</span> &nbsp; '
        '<span class="c"><sup>N1</sup>number, double line</span> &nbsp; '
        '<span class="n">name, dotted line</span> &nbsp; '
        '<span class="s"><sup>S1</sup>in marks but nobody’s quote, wavy line</span></p>',
    )  # fmt: skip
    evidence.original(found["source_uri"])
    body = found["text"]
    if len(body) > _MOST_DRAWN:
        st.caption(f"The first {_MOST_DRAWN:,} of {len(body):,} characters are shown.")
        body = body[:_MOST_DRAWN]
    with st.container(key="document_text"):
        markup.show(markup.document(body, [_stretch(span, hit) for span in spans]))


def _rows(context: Context, spans: list[Row], hit: str | None) -> None:
    rows = [span for span in spans if span["kind"] != "name"]
    st.subheader("What was found")
    if not rows:
        tables.nothing("No quote and no number was found.", "The report may be in another language.")
    else:
        shown = [
            {
                **row,
                "tag": _tag(row),
                "what": _what(row),
                "surface": wording.cut(wording.spoken(row["surface"]), 80),
            }
            for row in rows
        ]
        st.caption("Choose a row to see why it is there, and to correct it.")

        def opened(row: Row) -> None:
            choose("row", row["row_id"])

        tables.table(
            shown, {"tag": "In text", "what": "Read as", "surface": "Words"}, key="spans",
            alt="Quotes and numbers of this document", on_row=opened,
        )  # fmt: skip
        if row := next((r for r in rows if r["row_id"] == hit), None):
            _one(context, row)
    names = _names(spans)
    if names:
        with st.expander(f"Names ({len(names)})"):
            tables.table(
                names, {"label": "Name", "detail": "Type", "count": "Mentions"}, key="names",
                alt="Names in this document",
            )  # fmt: skip


def _tag(row: Row) -> str:
    return Stretch(0, 0, row["kind"], row["number"]).tag


def _what(row: Row) -> str:
    """A row in a few words: who is quoted, or how many of what."""
    if row["kind"] == "quote":
        return f"{row['label'] or 'nobody named'} ({row['detail']})"
    if row["kind"] == "claim":
        hedge = wording.BOUND.get(row["bound"], "")
        parts = (
            hedge,
            wording.amount(row["value"], row["unit"]),
            row["label"],
            f"({wording.words(row['detail'])})" if row["detail"] else "",
        )
        return " ".join(part for part in parts if part)
    return f"nobody’s quote ({wording.words(row['label'])})"


def _names(spans: list[Row]) -> list[Row]:
    found: dict[tuple[str, str], int] = {}
    for span in spans:
        if span["kind"] == "name":
            key = (span["label"] or span["surface"], wording.words(span["detail"]))
            found[key] = found.get(key, 0) + 1
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [{"label": name, "detail": kind, "count": count} for (name, kind), count in ranked]


def _one(context: Context, row: Row) -> None:
    with st.container(border=True, key="row_opened"):
        markup.show(
            f"<h3>{markup.text(_tag(row))}: {markup.text(_what(row))}</h3>",
            markup.line(
                f"rule {wording.words(row['method'])}",
                f"confidence {row['confidence']:.2f}" if row["confidence"] is not None else None,
                css="meta",
            ),
        )
        if row["kind"] == "scare_quote":
            markup.show(f"<blockquote>{markup.text(row['surface'])}</blockquote>")
            return
        evidence.sources(context, row["kind"], row["row_id"])
        ruling_desk.form(context, row)
