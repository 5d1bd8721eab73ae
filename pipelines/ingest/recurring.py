"""Boilerplate learned from an outlet's own pages: lines that recur under five or more different headlines.

A line counts once a headline, so that one report at five addresses teaches nothing. Not every line that
recurs is boilerplate: background that a desk repeats word for word in its reports is what the outlet says.
What is taken for boilerplate is a short line that is no sentence, or one that speaks to the reader ("you",
"newsletter"); never a line with a number, a date or quotation marks in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.ingest.page_lines import is_ended, key_of, page_words
from pipelines.model import Document, Segment

MIN_HEADLINES = 5
RULE = "recurring_line"
# Titles, bylines, dates and credits recur by nature and keep their roles.
ROLES = ("body", "dek", "heading", "list_item", "caption", "footnote")
_MAX_WORDS = 40
_MIN_SENTENCE_WORDS = 4
_CONTENT = re.compile(r"[\d\"“”„«»]")


@dataclass(frozen=True, slots=True)
class OutletLine:
    """A line as an outlet prints it."""

    outlet_id: str
    surface: str


def headline_of(document: Document) -> str:
    """What a document's lines are counted under: its title, else itself."""
    return document.title or document.document_id


def may_be_boilerplate(surface: str) -> bool:
    """Whether a line that recurs is boilerplate by its words. Any string."""
    words = key_of(surface).split()
    if not words or len(words) > _MAX_WORDS or _CONTENT.search(surface):
        return False
    is_sentence = len(words) >= _MIN_SENTENCE_WORDS and is_ended(surface)
    return not is_sentence or bool(page_words("reader_address") & set(words))


def candidate_lines(documents: Iterable[Document], segments: Iterable[Segment]) -> dict[OutletLine, set[str]]:
    """Lines of documents with an outlet that may be boilerplate, each with its headlines."""
    by_id = {document.document_id: document for document in documents if document.outlet_id}
    found: dict[OutletLine, set[str]] = {}
    for row in segments:
        document = by_id.get(row.document_id)
        if document and document.outlet_id and row.role in ROLES and may_be_boilerplate(row.surface):
            found.setdefault(OutletLine(document.outlet_id, row.surface), set()).add(headline_of(document))
    return found


def relabel(
    documents: Iterable[Document], segments: Iterable[Segment], headlines: Mapping[OutletLine, set[str]]
) -> int:
    """Give recurring lines the role `boilerplate`, in place; returns how many.

    `headlines`: those that each line of `candidate_lines` stands under, here and in the warehouse.
    """
    outlets = {document.document_id: document.outlet_id for document in documents}
    count = 0
    for row in segments:
        outlet = outlets.get(row.document_id)
        if outlet is None or row.role not in ROLES:
            continue
        if len(headlines.get(OutletLine(outlet, row.surface), ())) >= MIN_HEADLINES:
            row.role, row.method, row.confidence = "boilerplate", RULE, 0.85
            count += 1
    return count
