"""A page's text cut into segments, one a line, each with its role; and what the page says of itself.

Three steps: `page_lines` looks at each line alone, `page_labels` gives the roles that its own words show,
`page_layout` the ones that its place shows. Nothing here knows an outlet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.ingest.agency_copy import copy_agencies
from pipelines.ingest.front_matter import front_matter_end
from pipelines.ingest.page_credits import agencies_in
from pipelines.ingest.page_labels import byline_of, label_line
from pipelines.ingest.page_layout import Layout, lay_out
from pipelines.ingest.page_lines import Line, key_of, page_lines, page_words
from pipelines.ingest.page_title import MAX_OUTLET_WORDS
from pipelines.ingest.printed_dates import PrintedDate, parse_printed, read_line
from pipelines.ingest.readers import Metadata
from pipelines.model import Segment

# A header is short: lines beyond it are not worth a look for dates in other languages.
HEADER_LINES = 40
_MORE_SITES = re.compile(r"skip to more (?P<outlet>\S.{0,30}?) sites\b", re.IGNORECASE)
_OWNER = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}(?:\s?[-–]\s?\d{4})?)?,?\s*(?P<outlet>[^.|©,]{3,40}?)"
    r"[.,|]?\s+all rights reserved",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Page:
    """A page in segments, in text order, and what it prints about itself; None or empty where it does not.

    `outlet` is set only where the page names itself beyond doubt. `agencies` are those whose copy the
    text is.
    """

    segments: list[Segment] = field(default_factory=list)
    title: str | None = None
    byline: str | None = None
    printed_date: PrintedDate | None = None
    outlet: str | None = None
    agencies: list[str] = field(default_factory=list)


def segment(text: str, metadata: Metadata | None = None) -> Page:
    """Cut `text` into segments. Any string; linear in its length.

    Segments do not overlap, are in order, and hold every character but white space. Keys and document ids
    are left to `document.make_document`.
    """
    known = metadata or Metadata()
    lines = page_lines(text)
    preamble = front_matter_end(text)
    for line in lines:
        if line.start < preamble:
            line.assign("boilerplate", "front_matter", 0.95)
        else:
            label_line(line)
    _foreign_dates(lines)
    _known_byline(lines, known.byline)
    layout = lay_out(lines, known.title)
    return Page(
        segments=[_segment(number, line) for number, line in enumerate(lines)],
        title=_title(lines, layout),
        byline=_byline(lines, layout),
        printed_date=_printed_date(lines, layout),
        outlet=layout.outlet or _outlet(lines),
        agencies=copy_agencies(lines, layout.body_at, known.byline),
    )


def _segment(number: int, line: Line) -> Segment:
    return Segment(
        segment_no=number,
        start_char=line.start,
        end_char=line.end,
        surface=line.text,
        role=line.role,
        method=line.rule,
        confidence=line.confidence,
    )


def _foreign_dates(lines: list[Line]) -> None:
    for line in lines[:HEADER_LINES]:
        if (
            not line.role
            and line.word_count <= 8
            and not line.is_prose
            and (found := parse_printed(line.core))
        ):
            line.printed = found
            line.assign("published", "date_line", 0.85)


def _known_byline(lines: list[Line], byline: str | None) -> None:
    """A line that prints the author that metadata names."""
    wanted = key_of(byline) if byline else ""
    for line in lines:
        if wanted and line.key in (wanted, f"by {wanted}") and line.role in ("", "byline"):
            line.byline = line.byline or line.core
            line.assign("byline", "byline_metadata", 0.95)


def _title(lines: list[Line], layout: Layout) -> str | None:
    if layout.title_at is None:
        return None
    parts = [part.strip() for part in lines[layout.title_at].core.split(" | ")]
    # "Opinion | Headline | The Courier": a section before it, a name behind it.
    if len(parts) > 1 and parts[0].casefold() in page_words("menu"):
        parts = parts[1:]
    if len(parts) > 1 and len(parts[-1].split()) <= MAX_OUTLET_WORDS and len(parts[0].split()) >= 3:
        parts = parts[:-1]
    return " | ".join(parts)


def _byline(lines: list[Line], layout: Layout) -> str | None:
    """The header's byline, else one below the body, else whom an agency's sign-off names as reporting."""
    found = [(i, line.byline) for i, line in enumerate(lines) if line.role == "byline" and line.byline]
    signed = [line.byline for line in lines if line.role == "credit" and line.byline]
    below = [name for _, name in found[-1:]] + signed
    return next((name for i, name in found if i <= layout.body_at), below[0] if below else None)


def _printed_date(lines: list[Line], layout: Layout) -> PrintedDate | None:
    """The header's date, a labelled publication first, an update last; else the footer's, the dateline's."""
    header_end = layout.body_at + 1
    dated = [
        (i, line) for i, line in enumerate(lines) if line.role in ("published", "byline") and line.printed
    ]
    in_header = [line for i, line in dated if i <= header_end]
    outside = [line for i, line in dated if i > header_end]
    for group in (in_header, outside[-2:]):
        if group:
            best = min(group, key=_date_rank)
            return _absolute(best)
    return _dateline_date(lines, layout)


def _date_rank(line: Line) -> int:
    said = set(line.key.split())
    if said & page_words("date_label_first"):
        return 0
    return 2 if said & page_words("date_label_update") else 1


def _absolute(line: Line) -> PrintedDate | None:
    """The date with its span in the document, not in the line."""
    found = line.printed
    if found is None:
        return None
    shift = line.start + max(0, line.text.find(line.core))
    return PrintedDate(found.on, found.precision, found.at, found.start + shift, found.end + shift)


def _dateline_date(lines: list[Line], layout: Layout) -> PrintedDate | None:
    """The full date that opens a press release: "GENEVA, 3 May 2024 – …"."""
    first = next((line for line in lines[layout.body_at :] if line.role == "body"), None)
    if first is None:
        return None
    head = re.split(r"\s[–—-]{1,2}\s?|\)", first.core[:100], maxsplit=1)[0]
    if len(head) == len(first.core[:100]):
        return None
    read = read_line(head)
    if read.printed is None or read.printed.precision != "day" or not read.rest[:1].isupper():
        return None
    if len(re.findall(r"[a-z]{3,}", re.sub(r"[A-Z][a-z]+", "", read.rest))) > 0:
        return None
    first.printed = read.printed
    return _absolute(first)


def _outlet(lines: list[Line]) -> str | None:
    """The outlet that the page names: its own skip link, or the owner of its copyright line."""
    for line in lines:
        if line.role == "navigation" and (match := _MORE_SITES.search(line.core)):
            return match["outlet"]
    for line in reversed(lines):
        if line.role == "boilerplate" and len(line.core) <= 200 and (match := _OWNER.match(line.core)):
            name = match["outlet"].strip()
            is_company = re.search(r"\b(?:Ltd|Inc|LLC|GmbH|PLC|Corp|Limited|Company|Group|Holdings)\b", name)
            if name[:1].isupper() and not is_company and not agencies_in(name, strict=True):
                return name
    return None


__all__ = ["Page", "byline_of", "segment"]
