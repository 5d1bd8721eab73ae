"""Statements: one thing said, its wordings side by side; who states as fact what others attribute."""

from __future__ import annotations

import streamlit as st

from dashboard import evidence, markup, tables, wording
from dashboard.release import Row
from dashboard.session import Context, choose, chosen

FILTERS = ("since", "until", "source", "story", "speaker", "text")

_CONDITIONS = {
    "since": "last_published_on >= $since",
    "until": "first_published_on <= $until",
    "source": "list_contains(sources, $source)",
    "story": "story = $story",
    "speaker": "speaker = $speaker",
    "text": "contains(words, lower($text))",
}

_DRIFT_CONDITIONS = {
    "since": "published_on >= $since",
    "until": "published_on <= $until",
    "source": "(source_label = $source OR list_contains(attributed_by, $source))",
    "story": "story = $story",
    "speaker": "list_contains(given_by, $speaker)",
    "text": "concat_ws(' ', label, sentence) ILIKE '%' || $text || '%'",
}

_STATEMENT = "SELECT * FROM marts.statement_list WHERE statement_id = $id"

_WORDINGS = """
    SELECT *, wording = $shown_first AS is_first FROM marts.statement_reports WHERE statement_id = $id
    ORDER BY is_first DESC, published_on NULLS LAST, source_label, quote_id LIMIT 24"""

_KINDS = {"direct": "word for word", "mixed": "partly word for word", "indirect": "in the outlet’s words"}


def page(context: Context) -> None:
    """Draw the page."""
    where, values = context.filters.where(_CONDITIONS)
    query = tables.Query(
        "statement_list",
        where,
        values,
        "source_count DESC, wording_count DESC, last_published_on DESC NULLS LAST, statement_id",
        "* EXCLUDE (words)",
    )
    total = query.total(context.release)
    if total:
        above = st.container()
        rows = _listed(context, query, total)
        with above:
            wanted = chosen("statement") or rows[0]["statement_id"]
            known = next((row for row in rows if row["statement_id"] == wanted), None)
            _opened(context, known or context.release.one(_STATEMENT, id=wanted))
    else:
        tables.nothing("No statement fits.", "Clear the filters to see all.")
    _drift(context)


def _listed(context: Context, query: tables.Query, total: int) -> list[Row]:
    st.header("All statements")
    rows = query.page(context.release, tables.pager(total, "statements_page"))
    st.caption(
        f"{wording.count(total, 'statement')}, those with most sources first. Choose a row to open it."
    )
    headings = {
        "speaker": "Speaker", "wording": "Wording shown first", "said_on": "Said", "source_count": "Sources",
        "wording_count": "Wordings", "asserted_count": "Stated as fact", "sources": "Who", "story": "Story",
    }  # fmt: skip
    shown = [{**row, "wording": wording.cut(wording.spoken(row["wording"]), 120)} for row in rows]
    tables.table(shown, headings, key="statements", alt="Statements", on_row=_open)
    tables.downloads(query, "statements")
    return rows


def _open(row: Row) -> None:
    choose("statement", row["statement_id"])


def _opened(context: Context, found: Row) -> None:
    st.header("One statement, side by side")
    rows = (
        context.release.rows(_WORDINGS, id=found["statement_id"], shown_first=found["wording"])
        if found
        else []
    )
    if not rows:
        st.warning("This statement is not in the release shown: choose another below.")
        return
    statement_id, first = found["statement_id"], rows[0]
    speaker = found["speaker"] or "Nobody is named"
    markup.show(
        f"<h3>{markup.text(speaker)}</h3>",
        markup.line(
            "the speaker is inferred from another wording" if found["speaker_is_inferred"] else None,
            f"said on {wording.day(found['said_on'])}" if found["said_on"] else None,
            wording.count(found["wording_count"], "wording"),
            wording.count(found["independent_source_count"], "independent source"),
            found["story"],
            css="meta",
        ),
        markup.cards([_card(row, first) for row in rows]),
    )
    st.caption(
        "Against the first wording: words it does not have are underlined, words only it has are struck out. "
        "Wordings with little in common are left unmarked."
    )
    sentences = st.expander("The sentence in each source", key=f"sentences-{statement_id}", on_change="rerun")
    if sentences.open:
        with sentences:
            evidence.sources(context, "statement", statement_id)


def _card(row: Row, first: Row) -> str:
    same = row["quote_id"] == first["quote_id"] and row["start_char"] == first["start_char"]
    words = wording.spoken(row["wording"])
    shown = markup.text(words) if same else markup.differences(wording.spoken(first["wording"]), words)
    who = row["speaker_surface"] or "nobody named"
    cue = f"{who} ({row['cue']})" if row["cue"] else who
    return "".join(
        (
            f"<p><strong>{markup.text(row['source_label'])}</strong></p>",
            markup.line(wording.day(row["published_on"]), _KINDS.get(row["kind"], row["kind"]), css="meta"),
            f"<blockquote>{shown}</blockquote>",
            markup.line(cue, css="meta"),
            f"<p>{markup.link(row['source_uri'], 'Publisher’s page')}</p>"
            if markup.is_web(row["source_uri"])
            else "",
        )
    )


def _drift(context: Context) -> None:
    st.header("Stated as fact by one, attributed by another")
    where, values = context.filters.where(_DRIFT_CONDITIONS)
    query = tables.Query(
        "attribution_drift", where, values, "kind DESC, published_on DESC NULLS LAST, claim_id, sentence_id"
    )
    total = query.total(context.release)
    if not total:
        tables.nothing("Nothing of this kind was found.", "It needs two sources on one figure or statement.")
        return
    st.caption(wording.count(total, "case"))
    for row in query.page(context.release, tables.pager(total, "drift_page", 5), 5):
        with st.container(border=True):
            givers = wording.several(row["given_by"]) or "somebody"
            markup.show(
                f"<h3>{markup.text(wording.cut(wording.headline(row['label']), 110))}</h3>",
                markup.cards(
                    [
                        f"<p><strong>{markup.text(row['source_label'])}</strong> states it as fact</p>"
                        f"<blockquote>{markup.text(row['sentence'])}</blockquote>"
                        + markup.line(wording.day(row["published_on"]), css="meta"),
                        f"<p><strong>{markup.text(wording.several(row['attributed_by']))}</strong>: "
                        f"according to {markup.text(givers)}</p>"
                        f"<blockquote>{markup.text(row['attributed_sentence'])}</blockquote>"
                        + markup.line(wording.day(row["first_attributed_on"]), css="meta"),
                    ]
                ),
            )
            with st.container(horizontal=True):
                context.link(
                    "reader", "Read it in the report", ":material/chrome_reader_mode:",
                    document=row["document_id"], row=row["claim_id"] or row["sentence_id"],
                )  # fmt: skip
    tables.downloads(query, "attribution")
