"""Roles that a line has by where it stands: title, dek, body, headings, captions, what lies around a report.

Works on lines that `page_labels` has seen; a line with a role keeps it unless its place says otherwise. A
page is a header (menus, title, dek, byline, date, picture), the body from its first paragraph on, and a
footer behind the last one. A page whose first content is a paragraph has no title.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.ingest.page_body import Body
from pipelines.ingest.page_header import Header, captions_beside_credits, find_body
from pipelines.ingest.page_lines import Line
from pipelines.ingest.page_title import find_title


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found out of the page as a whole. Indices are into the page's lines.

    `body_at` is the first paragraph's, or the number of lines where there is none.
    """

    title_at: int | None
    body_at: int
    outlet: str | None


def lay_out(lines: list[Line], known_title: str | None) -> Layout:
    """Give every line without a role one, and settle where header and body are."""
    title_at, outlet = find_title(lines, known_title)
    title_key = ""
    if title_at is not None:
        title = lines[title_at]
        title_key = title.key
        title.assign("title", title.rule, title.confidence)
    captions_beside_credits(lines)
    body_at = find_body(lines, title_at)
    _before_title(lines[: body_at if title_at is None else title_at])
    if title_at is not None:
        Header(lines, title_at, body_at).assign()
    Body(lines, body_at, title_key).assign()
    _lists_as_text(lines)
    if title_at is not None and known_title is None:
        title_at, body_at = _sentence_as_text(lines, title_at, body_at)
    return Layout(title_at, body_at, outlet)


def _before_title(lines: list[Line]) -> None:
    for line in lines:
        if line.role in ("", "list_item"):
            is_notice = line.is_prose and not line.bullet
            line.assign("boilerplate" if is_notice else "navigation", "before_title", 0.7)


def _sentence_as_text(lines: list[Line], title_at: int, body_at: int) -> tuple[int | None, int]:
    """Without a text, a whole sentence is no headline but the text, and the line above it is its title."""
    sentence = lines[title_at]
    is_whole = sentence.is_prose and sentence.core.rstrip("”\"’' )")[-1:] in (".", "?", "!")
    if not is_whole or any(line.role in ("body", "dek") for line in lines):
        return title_at, body_at
    sentence.assign("body", "lone_sentence", 0.6)
    if title_at == 0 or lines[title_at - 1].role != "navigation":
        return None, title_at
    lines[title_at - 1].assign("title", "above_lone_sentence", 0.5)
    return title_at - 1, title_at


def _lists_as_text(lines: list[Line]) -> None:
    """Where all sentences stand behind bullets or numbers, they are the text."""
    if any(line.role in ("body", "dek") for line in lines):
        return
    for line in lines:
        if line.role == "list_item" and line.is_prose:
            line.assign("body", "list_is_text", 0.6)
