"""Whose copy a page is: agencies credited in its byline, source bar, dateline, sign-off or copyright line.

Copy is text that the agency wrote. An agency that only contributed to the outlet's own report ("with files
from AFP", "By Jane Doe with Reuters") made no copy and is left out, as is one that is quoted ("told TASS").
The words are those of `agencies.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.ingest.calendar_grammar import GAP
from pipelines.ingest.page_credits import agencies_in, is_staff
from pipelines.ingest.page_lines import Line

_DASH = r"[–—―−-]{1,2}"
# The dateline stands in the first paragraph, or in the second below a summary.
_DATELINE_LINES = 2
_MAX_ALONE_WORDS = 10
_DATELINES = (
    # "KYIV, April 3 (Agency) -", "(AGENCY) — "
    re.compile(rf"(?:[A-Z][^()/\[\]]{{1,60}}?)?[(\[](?P<agency>[^()\[\]]{{2,40}})[)\]]{GAP}?(?:{_DASH}|:)"),
    # "MOSCOW, August 29. /AGENCY/."
    re.compile(r"[A-Z][^()/]{1,60}?/(?P<agency>[^/]{2,30})/"),
    # "New Delhi, Apr 3 (AGENCY) The court …"
    re.compile(rf"[A-Z][^()/\d]{{1,40}}\d[^()/]{{0,12}}?\((?P<agency>[^()]{{2,40}})\){GAP}(?=[A-Z“\"'‘])"),
    # "AGENCY - The court …"
    re.compile(rf"(?P<agency>[A-Z][A-Za-z]{{1,20}}){GAP}{_DASH}{GAP}(?=[A-Z“\"'‘])"),
)
# "ORRIN – Agency", "ORRIN, April 3 (Agency)" on a line of its own, which may have been taken for a kicker.
_DATELINE_ALONE = re.compile(
    rf"[A-Z]{{2}}[A-Z.,'’ -]{{0,40}}[^()/|]{{0,30}}?"
    rf"(?:{GAP}?(?:{_DASH}|[|/]){GAP}?(?P<named>[A-Z][\w -]{{1,30}})|\((?P<bracketed>[^()]{{2,40}})\))$"
)
_ALONE_ROLES = ("dek", "navigation", "heading")
# "… the minister said. (AGENCY)", "… the minister said. — AGENCY"
_TAIL = re.compile(
    r"[.!?”\"’]\s?(?:[(\[](?P<bracketed>[^()\[\]]{2,40})[)\]]|(?<=\s)[–—-]{1,2}\s?(?P<dashed>[\w ,/]{2,40}))$"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)[ ©]*(?:\(c\) ?)?\d{4}(?:\s?[-–]\s?\d{4})?,?\s+"
    r"(?P<owner>[^.|©,]{2,40})(?:[.,|]|$)",
    re.IGNORECASE,
)
_CONTRIBUTION = re.compile(
    r"\bcontribut|^\W*with (?:additional |further )?(?:files?|reporting|inputs?|contributions?)\b"
    r"|\b(?:additional|further|with) (?:reporting|inputs?|material)\b"
    r"|\b(?:reporting|material) (?:for|in) this\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s+(?:and|with|plus|&)\s+|\s*&\s*", re.IGNORECASE)


def copy_agencies(lines: Sequence[Line], body_at: int, known_byline: str | None) -> list[str]:
    """Canonical names of the agencies whose copy the page is, in order, each once; empty for own reports.

    `lines` have their roles; `body_at` is the first line of the body; `known_byline` is the metadata's.
    """
    found = [*_above(lines, known_byline), *_datelines(lines, body_at), *_below(lines, body_at)]
    return list(dict.fromkeys(found))


def byline_agencies(byline: str) -> list[str]:
    """Agencies that wrote what a byline signs: "Jane Doe, AFP" and "AFP/Reuters", not "Jane Doe with AFP"."""
    found = agencies_in(byline)
    if not found:
        return []
    parts = [part for part in _JOINED.split(byline) if part.strip()]
    # "JANE DOE and JOE ROE, Agency": both are the agency's.
    alone = [part for part in parts if agencies_in(part, strict=True)]
    others = [part for part in parts if not agencies_in(part) and not _is_agencies(part)]
    return [] if alone and others else found


def _is_agencies(part: str) -> bool:
    """ "agencies", "Wire Services": further agencies, unnamed."""
    return is_staff(part) and re.search(r"agenc|wire", part, re.IGNORECASE) is not None


def _above(lines: Sequence[Line], known_byline: str | None) -> Iterator[str]:
    if known_byline:
        yield from byline_agencies(known_byline)
    for line in lines:
        if line.role == "byline" and line.agencies:
            yield from byline_agencies(line.byline or line.core)
        elif line.role == "published":
            yield from line.agencies


def _datelines(lines: Sequence[Line], body_at: int) -> Iterator[str]:
    heads = [line for line in lines[:body_at] if line.role in _ALONE_ROLES]
    body = [line for line in lines[body_at:] if line.role == "body"][:_DATELINE_LINES]
    for line in (*heads, *body):
        if line.word_count <= _MAX_ALONE_WORDS and (match := _DATELINE_ALONE.match(line.core)):
            yield from agencies_in(match["named"] or match["bracketed"], strict=True)
    deks = [line for line in heads if line.role == "dek"]
    for line in (*deks, *body):
        for pattern in _DATELINES:
            if (match := pattern.match(line.core)) and (named := agencies_in(match["agency"], strict=True)):
                yield from named
                break


def _below(lines: Sequence[Line], body_at: int) -> Iterator[str]:
    prose = [i for i, line in enumerate(lines) if i >= body_at and line.role == "body"]
    last = prose[-1] if prose else body_at
    if prose and (match := _TAIL.search(lines[last].core[-60:])):
        yield from agencies_in(match["bracketed"] or match["dashed"], strict=True)
    for i, line in enumerate(lines[body_at:], body_at):
        if line.role == "credit" and i > body_at:
            yield from _signed(line)
        elif i > last and line.word_count <= 40 and (match := _COPYRIGHT.match(line.core)):
            yield from agencies_in(match["owner"], strict=True)


def _signed(line: Line) -> Iterator[str]:
    """ "Reporting by Agency; additional reporting by …": each clause by itself."""
    if not line.agencies or not _CONTRIBUTION.search(line.core):
        yield from line.agencies
        return
    for clause in re.split(r"[;.]\s+", line.core):
        if not _CONTRIBUTION.search(clause):
            yield from agencies_in(clause)
