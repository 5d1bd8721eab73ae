"""Full-text search over a published release: quotes, claims and documents that hold every word asked for.

A plain scan, by the table macros of `sql/macros/`; why no index: docs/explanation/search.md. Reads an open
release and changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from pipelines.views.macros import make_temporary

KINDS = ("quotes", "claims", "documents")

# What a snippet keeps of a text on either side of its first hit, in characters.
_AROUND = 140

_SELECT = {
    "quotes": """
        SELECT quote_id, surface, coalesce(speaker, speaker_surface), source_label, published_on, document_id,
               start_char, end_char, source_uri, is_phrase, count(*) OVER ()
        FROM search_quotes($words)""",
    "claims": """
        SELECT claim_id, coalesce(sentence, surface), coalesce(given_by, speaker), source_label, published_on,
               document_id, start_char, end_char, source_uri, is_phrase, count(*) OVER ()
        FROM search_claims($words)""",
    "documents": """
        SELECT document_id, text, title, source_label, published_on, document_id,
               0, length(text), source_uri, is_phrase, count(*) OVER ()
        FROM search_documents($words)""",
}
_ORDER = " ORDER BY is_phrase DESC, published_on DESC NULLS LAST, 1 LIMIT $many"


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that holds the words."""

    kind: str
    """quote, claim or document."""
    row_id: str
    text: str
    """The words quoted, the claim's sentence, or the stretch of the document around the first hit."""
    marks: list[tuple[int, int]]
    """Where the words stand in `text`: start and end, counted from 0, end-exclusive."""
    who: str | None
    """The speaker, who gave the number, or the document's title."""
    source_label: str
    published_on: date | None
    document_id: str
    start_char: int
    """First character of the row's span in `documents.text`."""
    end_char: int
    source_uri: str
    is_phrase: bool
    """True where the words stand side by side as given."""


@dataclass(frozen=True, slots=True)
class Found:
    """The hits shown, and how many there are in all."""

    hits: list[Hit]
    total: int


def search(connection: duckdb.DuckDBPyConnection, words: str, kind: str, limit: int) -> Found:
    """Rows of `kind` (of `KINDS`) with every word of `words`: as one phrase first, then the newest.

    Capitals do not count, nor (in quotes and claims) accents; words between double quotes stand side by side.
    `limit` 0: all of them. Nothing but blanks finds nothing.
    """
    make_temporary(connection, f"search_{kind}")
    many = limit or 2**31
    rows = connection.execute(_SELECT[kind] + _ORDER, {"words": words, "many": many}).fetchall()
    patterns = [fold(term)[0] for term in terms(words)]
    return Found([_hit(kind.removesuffix("s"), row, patterns) for row in rows], rows[0][-1] if rows else 0)


def terms(words: str) -> list[str]:
    """The words, and the phrases between double quotes, that are looked for."""
    found = (term.strip('"').strip() for term in re.findall(r'"[^"]+"|[^\s"]+', words))
    return [term for term in found if term]


def fold(text: str) -> tuple[str, list[int]]:
    """Text in small letters without accents, and for each of its characters the place in `text`."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        plain = unicodedata.normalize("NFD", "'" if char == "’" else char).lower()
        for small in plain:
            if not unicodedata.combining(small):
                folded.append(small)
                places.append(place)
    return "".join(folded), [*places, len(text)]


def _hit(kind: str, row: tuple[Any, ...], patterns: list[str]) -> Hit:
    row_id, text, who, source_label, published_on, document_id, start_char, end_char, uri, is_phrase, _ = row
    marks = find_marks(text, patterns)
    if kind == "document":
        text, marks = _snippet(text, marks)
    return Hit(
        kind,
        row_id,
        text,
        marks,
        who,
        source_label,
        published_on,
        document_id,
        start_char,
        end_char,
        uri,
        is_phrase,
    )


def find_marks(text: str, patterns: list[str]) -> list[tuple[int, int]]:
    """Every place of every folded pattern in a text; places that touch are one."""
    folded, places = fold(text)
    found = []
    for pattern in filter(None, patterns):
        at = folded.find(pattern)
        while at >= 0:
            found.append((places[at], places[at + len(pattern) - 1] + 1))
            at = folded.find(pattern, at + len(pattern))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _snippet(text: str, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The stretch around the longest mark, cut between words, with the marks that lie inside."""
    first = max(marks, key=lambda mark: mark[1] - mark[0], default=(0, 0))
    low, high = max(0, first[0] - _AROUND), min(len(text), first[1] + _AROUND)
    if low and (gap := text.find(" ", low, first[0])) >= 0:
        low = gap + 1
    if high < len(text) and (gap := text.rfind(" ", first[1], high)) >= 0:
        high = gap
    inside = [(start - low, end - low) for start, end in marks if low <= start and end <= high]
    return text[low:high], inside
