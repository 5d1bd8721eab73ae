"""The evidence of a row: the sentence in each source, its span marked, with a way to the text around it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import markup, wording
from dashboard.session import Context
from pipelines.explain import ExplainError, Explanation, Passage, explain

_MOST_SHOWN = 30


def sources(context: Context, kind: str, row_id: str) -> None:
    """Draw the sentences behind a figure, statement, quote or claim."""
    try:
        with context.release.cursor() as cursor:
            found = explain(cursor, kind, row_id)
    except ExplainError as error:
        st.warning("This row is not in the release shown.", icon=":material/search_off:")
        st.text(str(error))
        return
    _rulings(found)
    for number, passage in enumerate(found.passages[:_MOST_SHOWN]):
        _passage(context, passage, f"{kind}-{row_id}-{number}")
    if (more := len(found.passages) - _MOST_SHOWN) > 0:
        st.caption(f"{more} more: dateline explain {kind} {found.row_id}")


def _rulings(found: Explanation) -> None:
    if found.rulings:
        markup.show(*(markup.line(f"Ruling: {ruling}", css="meta") for ruling in found.rulings))


def _passage(context: Context, passage: Passage, key: str) -> None:
    said = f"according to {passage.given_by}" if passage.given_by else None
    copy = "copy of another report" if passage.is_duplicate else None
    agencies = f"copy of {wording.several(passage.agencies)}" if passage.agencies else None
    sentence = markup.marked(passage.sentence, passage.mark_start, passage.mark_end)
    with st.container(key=f"source-{key}"):
        markup.show(
            f"<p><strong>{markup.text(passage.source_label)}</strong></p>",
            markup.line(wording.day(passage.published_on), said, agencies, copy, css="meta"),
            f"<blockquote>{sentence}</blockquote>",
        )
        with st.container(horizontal=True):
            context.link(
                "reader",
                "Read it in the report",
                ":material/chrome_reader_mode:",
                document=passage.document_id,
                row=passage.row_id,
            )
            original(passage.source_uri)


def original(address: Any) -> None:
    """A link to the publisher's page, where the document has one."""
    if markup.is_web(address):
        markup.show(f"<p>{markup.link(address, 'Publisher’s page')}</p>")
