"""Names in bylines and credit lines, which are not prose: 'By Jane Doe', 'Image: Jane Doe/AGENCY'."""

from __future__ import annotations

import re
from typing import Protocol

from pipelines.extract import gazetteer
from pipelines.extract.name_rules import Candidate


class Stretch(Protocol):
    """What is needed of a stretch of a byline, credit or caption."""

    start: int
    end: int
    role: str
    paragraph: int
    taken: list[Candidate]


_UPPER = "A-ZÀ-ÖØ-ÞĀ-Ž"
_PERSON = (
    rf"[{_UPPER}][\w’'-]+(?: [A-Z]\.)?(?: (?:de|van|von|al|el|bin|der|la))?(?: [{_UPPER}][\w’'-]+){{1,2}}"
)
_BYLINE = re.compile(
    rf"(?:^|\b[Bb]y |,\s*|\band |[|•·–-]\s*)(?![Bb]y )({_PERSON})(?=$|\s*(?:,|\band\b|[|•·–(\n-]| in ))"
)
_CREDIT = re.compile(
    rf"(?:Image|Photo|Picture|Foto|Photograph|Credit|Source|Copyright|©)s?(?: [Bb]y| [Cc]redit)?\s*:?\s*"
    rf"({_PERSON})?\s*(?:[/|,–-]|\bvia\b)?\s*([A-Z][\w.-]*(?: [A-Z][\w.-]*)?)?"
)
_DOMAIN = re.compile(r"(?<![\w@/.])(?:[a-z0-9-]+\.)+(?:com|org|net|gov|mil|int|info|news|[a-z]{2})\b(?!/)")


def fill(text: str, stretch: Stretch) -> None:
    """Add the people, agencies and sites that a byline or credit names to what the stretch holds."""
    if stretch.role == "byline":
        for match in _BYLINE.finditer(text[stretch.start : stretch.end]):
            label = "ORG" if gazetteer.organization_kind(match.group(1)) is not None else "PERSON"
            _add(stretch, stretch.start + match.start(1), stretch.start + match.end(1), label, "byline")
    for match in _CREDIT.finditer(text, stretch.start, stretch.end):
        if match.group(1):
            _add(stretch, match.start(1), match.end(1), "PERSON", "credit")
    if stretch.role in ("byline", "credit") or "©" in text[stretch.start : stretch.end]:
        _agencies(text, stretch)
    if stretch.role == "credit":
        for match in _DOMAIN.finditer(text, stretch.start, stretch.end):
            _add(stretch, match.start(), match.end(), "ORG", "credit")
    elif stretch.role == "caption":
        credit = _CREDIT.search(text, stretch.start, stretch.end)
        if credit:
            _agencies(text, stretch, credit.start())


def _agencies(text: str, stretch: Stretch, low: int | None = None) -> None:
    """Agencies of the table, in any case ('REUTERS')."""
    for match in re.finditer(r"[A-Za-z][\w-]*", text[low or stretch.start : stretch.end]):
        start = (low or stretch.start) + match.start()
        for name in (match.group(), match.group().title()):
            if gazetteer.organization_kind(name) in ("agency", "media"):
                _add(stretch, start, start + len(match.group()), "ORG", "credit")
                break


def _add(stretch: Stretch, start: int, end: int, label: str, method: str) -> None:
    if any(c.start < end and start < c.end for c in stretch.taken):
        return
    stretch.taken = sorted(
        [*stretch.taken, Candidate(start, end, label, method, stretch.paragraph)], key=lambda c: c.start
    )
