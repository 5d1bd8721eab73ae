"""Stories in a few words for tests of statements: who said what in which report."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from pipelines.extract.gazetteer import demonym, place
from pipelines.resolve.speaker_match import Speaker
from pipelines.resolve.statement_rows import Found, QuoteRow, SentenceRow, StoryRows
from pipelines.resolve.statements import find_statements
from pipelines.resolve.wordings import AmountInside, NameInside, Wording, part_of

DAY = date(2026, 3, 10)

MAYOR = Speaker("Ana Ruiz", "ruiz", "person", surfaces=("Ana Ruiz",), roles=("Mayor",))
CHIEF = Speaker("Tom Halloran", "halloran", "person", surfaces=("Halloran",), roles=("police chief",))

_SENTENCE = re.compile(r"[^.!?]+[.!?]?”?\s*")
_NUMBER = re.compile(r"\b\d+(?:,\d{3})*\b")


def wording(text: str, start: int = 0) -> Wording:
    """A wording with the countries and peoples in it as names, and the numbers in digits as amounts."""
    names, amounts = [], []
    for match in re.finditer(r"\b[A-Z][a-z]+\b", text):
        people, where = demonym(match[0]), place(match[0])
        code = people.country_code if people else where.country_code if where else None
        if code:
            names.append(NameInside(start + match.start(), start + match.end(), f"country:{code}", "place"))
    for match in _NUMBER.finditer(text):
        value = float(match[0].replace(",", ""))
        amounts.append(AmountInside(start + match.start(), start + match.end(), value, value))
    return Wording(start, start + len(text), text, tuple(names), tuple(amounts))


def quote(
    quote_id: str,
    text: str,
    speaker: Speaker = MAYOR,
    *,
    document: str | None = None,
    start: int = 0,
    kind: str | None = None,
    cue: str | None = "said",
    cue_start: int | None = None,
    said_on: date | None = None,
    outlet: str | None = None,
    quotation: str | None = None,
    ingested: date = DAY,
) -> QuoteRow:
    """A quote, the only one of its own document unless told otherwise."""
    document = document or f"doc-{quote_id}"
    is_direct = text[:1].isupper() and text[-1:] in ".!?"
    return QuoteRow(
        quote_id=quote_id,
        quotation_id=quotation or quote_id,
        document_id=document,
        ingest_date=ingested,
        wording=wording(text, start),
        kind=kind or ("direct" if is_direct else "indirect"),
        cue=cue,
        speaker=speaker,
        cue_start=cue_start,
        said_on=said_on,
        said_on_precision="day" if said_on else None,
        outlet_id=outlet,
        source_key=f"outlet:{outlet}" if outlet else f"document:{document}",
    )


def sentences(document: str, text: str) -> list[SentenceRow]:
    """The sentences of a text that starts its document."""
    whole = wording(text)
    found = []
    for n, match in enumerate(_SENTENCE.finditer(text)):
        start, end = match.start(), match.start() + len(match[0].rstrip())
        found.append(SentenceRow(f"{document}-s{n}", document, part_of(whole, start, end)))
    return found


def story(
    *quotes: QuoteRow, known: dict[str, str] | None = None, texts: dict[str, str] | None = None
) -> StoryRows:
    """A story of some quotes; `texts` of documents where sentences matter, else each quote is its text."""
    rows = {q.document_id: _own(q) for q in quotes}
    rows |= {document: sentences(document, text) for document, text in (texts or {}).items()}
    return StoryRows("story", quotes, rows, known or {})


def _own(row: QuoteRow) -> list[SentenceRow]:
    found = []
    for n, match in enumerate(_SENTENCE.finditer(row.wording.text)):
        start = row.wording.start_char + match.start()
        part = part_of(row.wording, start, start + len(match[0].rstrip()))
        found.append(SentenceRow(f"{row.document_id}-s{n}", row.document_id, part))
    return found


def clusters(found: Found) -> set[frozenset[str]]:
    """The quotes of each statement."""
    ids = set(found.statement_of.values())
    return {frozenset(q for q, s in found.statement_of.items() if s == i) for i in ids}


def joined(*quotes: QuoteRow) -> bool:
    """True where all quotes are wordings of one statement."""
    return len(find_statements(story(*quotes)).statements) == 1


def together(quotes: Iterable[QuoteRow]) -> set[frozenset[str]]:
    """The quotes of each statement of a story."""
    return clusters(find_statements(story(*quotes)))
