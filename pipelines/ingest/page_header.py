"""The header of a page: what stands between the headline and the first paragraph, and where that begins."""

from __future__ import annotations

import re

from pipelines.ingest.page_credits import NAME, agencies_in, is_staff
from pipelines.ingest.page_labels import MAX_ITEM_WORDS
from pipelines.ingest.page_lines import Line, page_words
from pipelines.ingest.page_title import is_cut_short, is_header_label

MAX_HEADING_WORDS = 14
MAX_DEK_WORDS = 60
MIN_DEK_WORDS = 6
MIN_LINE_WORDS = 8
# A header holds a dek, and a caption or two; what repeats further down is a liveblog, not a header.
MAX_HEADER_PARAGRAPHS = 3
MAX_HEADER_LINES = 30
# How far below a paragraph a byline, a date or a picture still makes it part of the header.
REACH = 5
_NAME_AND_JOB = re.compile(rf"{NAME.pattern}[, ]")
# "TEXAS (AP) - ", "PORT ARLEN, Wash. — ": how a wire's text begins.
_WIRE_START = re.compile(
    r"[A-Z][A-Z.'’/ -]{2,40}(?:, [A-Z][\w. ]{1,20})?(?: ?\([^()]{2,40}\))? ?(?:[–—]|--?) ?\S"
)
_SMALL_WORDS = frozenset(
    ("the", "a", "an", "from", "of", "in", "on", "for", "to", "with", "at", "by", "our", "your", "all")
)
MAX_NAMES_WORDS = 12
_BETWEEN_NAMES = re.compile(r",? and |, | & ")
_SIGN_OFFS = ("agency_sign_off", "reporting_by", "contributed_to")


def captions_beside_credits(lines: list[Line]) -> None:
    """Assign captions that the line below gives away.

    The first of two printings of a caption, cut or whole, and the line without a full stop right above a
    picture's text.
    """
    for line, below in zip(reversed(lines[:-1]), reversed(lines), strict=False):
        if line.role or line.mark:
            continue
        if line.key == below.key and line.word_count > 1 and line.key and not line.is_prose:
            line.assign("caption", "caption_twice", 0.7)
            below.assign("caption", "caption_twice", 0.7)
        elif is_cut_short(line, below) or _is_inside(line, below):
            line.assign("caption", "caption_cut", 0.85)
        elif below.role == "caption" and below.block == line.block and line.is_prose and not line.is_ended:
            line.assign("caption", "caption_beside", 0.75)


def _is_inside(line: Line, below: Line) -> bool:
    return below.role == "caption" and line.word_count >= 4 and not line.is_prose and line.key in below.key


def find_body(lines: list[Line], title_at: int | None) -> int:
    """Index of the first paragraph that is neither dek nor caption; the number of lines without one."""
    if title_at is None:
        return _first_sentence(lines)
    start = title_at + 1
    # Below byline or date a sentence opens the text however short it is.
    labelled = next(
        (i for i in range(start, len(lines)) if lines[i].role in ("byline", "published")), len(lines)
    )
    prose = [i for i in range(start, len(lines)) if not lines[i].role and _is_text(lines[i], i > labelled)]
    for count, i in enumerate(prose):
        is_far = count == MAX_HEADER_PARAGRAPHS or i > start + MAX_HEADER_LINES or i == prose[-1]
        if is_far or not _is_header_prose(lines, i, title_at):
            return i
    return len(lines)


def _is_text(line: Line, is_below_label: bool) -> bool:
    return line.is_prose or (
        is_below_label and line.is_ended and line.word_count > 1 and not line.is_question
    )


def _first_sentence(lines: list[Line]) -> int:
    """Where a page without a headline begins: its first sentence, even a short one, else a longer line."""
    free = [i for i, line in enumerate(lines) if not line.role]
    sentence = (i for i in free if lines[i].is_prose or (lines[i].is_ended and lines[i].word_count > 1))
    longer = (i for i in free if lines[i].word_count >= MIN_LINE_WORDS)
    return next(sentence, next(longer, len(lines)))


def _is_header_prose(lines: list[Line], i: int, title_at: int) -> bool:
    """A paragraph before the byline, date or picture of the header: a dek, or a caption."""
    line = lines[i]
    if line.word_count > MAX_DEK_WORDS or line.opens_quoted or line.is_turn or _WIRE_START.match(line.core):
        return False
    above = {other.role for other in lines[title_at + 1 : i]}
    has_prose = any(other.is_prose and not other.role for other in lines[title_at + 1 : i])
    for j in range(i + 1, min(i + REACH, len(lines))):
        below = lines[j]
        if below.role in ("byline", "published") and below.role in above:
            return False
        if is_header_label(below) or below.key == lines[title_at].key or is_signed(lines, j):
            return "byline" not in above
        if below.rule == "page_button":
            return not above & {"byline", "published", "list_item", "caption", "credit"} and not has_prose
        if below.role in ("credit", "caption"):
            is_adjacent = j == i + 1 and below.role == "credit"
            is_picture = is_adjacent or ("byline" not in above and not has_prose)
            return is_picture and below.rule not in _SIGN_OFFS
        if below.role or below.is_prose:
            is_wire = j == i + 1 and not below.role and _WIRE_START.match(below.core) is not None
            return (is_wire and not has_prose) or _is_above_byline(lines[i : i + REACH], above)
    return False


def _is_above_byline(near: list[Line], above: set[str]) -> bool:
    """A byline below two short paragraphs makes a dek and a caption of them."""
    at = next((n for n, below in enumerate(near) if below.rule == "byline_label"), None)
    is_short = at is not None and all(other.word_count <= MAX_ITEM_WORDS for other in near[:at])
    return is_short and "byline" not in above


def is_signed(lines: list[Line], i: int) -> bool:
    """Whether a person's name stands alone, with a date, an empty date label or a job below it."""
    if lines[i].role or not _is_name(lines[i]) or i + 1 == len(lines):
        return False
    return is_header_label(lines[i + 1]) or is_author_role(lines[i + 1])


def _is_name(line: Line) -> bool:
    """One name of two to five capitalised words, or several, without words of the language or of menus."""
    if not 2 <= line.word_count <= MAX_NAMES_WORDS or line.is_ended:
        return False
    names = _BETWEEN_NAMES.split(line.core)
    if not all(NAME.fullmatch(name) and len(name.split()) <= 5 for name in names):
        return False
    return not set(line.key.split()) & (
        page_words("menu") | (page_words("sentence_opener") - {"and"}) | _SMALL_WORDS
    )


def is_author_role(line: Line) -> bool:
    """Whether it is a job or a desk: "Senior correspondent", "Science editor, Kyiv"."""
    return (
        not line.is_ended and line.word_count <= 8 and bool(set(line.key.split()) & page_words("author_role"))
    )


def paragraphs_apart(lines: list[Line]) -> bool:
    """Whether the page sets paragraphs apart by blank lines, so that adjacent lines belong together."""
    return bool(lines) and lines[-1].block * 2 >= len(lines)


class Header:
    """The lines between the headline and the first paragraph; each rule looks at what came before it."""

    def __init__(self, lines: list[Line], title_at: int, body_at: int) -> None:
        self.lines = lines
        self.title_at = title_at
        self.body_at = body_at
        self.title_key = lines[title_at].key
        self.is_apart = paragraphs_apart(lines)
        self.prose = [line.key for line in lines[body_at:] if line.is_prose]
        self.seen: set[str] = set()
        self.in_summary = False

    def assign(self) -> None:
        """Give every line of the header a role."""
        for i in range(self.title_at + 1, self.body_at):
            line = self.lines[i]
            is_crumb = line.role == "list_item" and bool(line.key) and line.key in self.title_key
            if line.key == self.title_key or is_crumb:
                line.assign("boilerplate", "title_repeat", 0.9)
            elif not line.role:
                line.assign(*(self._author(i) or self._place(i)))
            self.seen.add(line.role)
            if line.role in ("byline", "published") or line.bullet:
                self.in_summary = False
            self.in_summary |= line.rule == "summary_heading"

    def _author(self, i: int) -> tuple[str, str, float] | None:
        line = self.lines[i]
        if "byline" in self.seen:
            return ("byline", "author_role", 0.7) if is_author_role(line) else None
        if i > self.title_at + MAX_HEADER_LINES:
            return None
        rule = None
        if line.word_count <= 6 and (agencies_in(line.core, strict=True) or is_staff(line.core)):
            rule = "agency_byline"
        elif line.word_count <= 8 and _NAME_AND_JOB.match(line.core) and is_author_role(line):
            rule = "byline_with_job"
        elif is_signed(self.lines, i) or self._is_author(line):
            rule = "byline_name"
        if rule is None:
            return None
        line.byline = line.core
        line.agencies = agencies_in(line.core, strict=True)
        return "byline", rule, 0.75

    def _is_author(self, line: Line) -> bool:
        # Whom the report itself speaks of is seldom its author, and a section is often what it speaks of.
        # At the head of a paragraph it may be the note on the author.
        if not _is_name(line) or line.core.isupper():
            return False
        return not any(f" {line.key} " in f"{text} " for text in self.prose)

    def _place(self, i: int) -> tuple[str, str, float]:
        line, above = self.lines[i], self.lines[i - 1]
        below = self.lines[i + 1] if i + 1 < len(self.lines) else None
        # An illustration has a maker but no caption.
        has_credit = below is not None and below.role == "credit" and not below.key.startswith("illustration")
        is_beside = below is not None and has_credit and below.block == line.block and self.is_apart
        # Too short for a dek: a section's name, a kicker.
        is_short = line.word_count < (4 if line.is_ended else MIN_DEK_WORDS)
        if self.in_summary and not line.is_prose:
            return "list_item", "summary_line", 0.75
        if self._heads_entry(i):
            return "heading", "heading_place", 0.7
        if above.role == "caption" and line.word_count <= 4 and not line.is_prose:
            return "credit", "credit_place", 0.6
        is_pictured = has_credit and (not line.is_prose or "byline" in self.seen)
        if "dek" in self.seen or is_beside or is_pictured:
            return "caption", "caption_place", 0.7
        if is_short:
            return "navigation", "header_rest", 0.6
        if self.seen & {"caption", "credit"}:
            return "caption", "header_rest", 0.6
        return "dek", "dek_place", 0.8

    def _heads_entry(self, i: int) -> bool:
        """The head of a summary list, or of the first entry of a liveblog."""
        line = self.lines[i]
        if line.is_prose or i + 1 == len(self.lines) or line.word_count > MAX_HEADING_WORDS:
            return False
        above = [other.role for other in self.lines[self.title_at + 1 : i]]
        if self.lines[i - 1].rule == "clock_line" or self.lines[i + 1].role == "list_item":
            return True
        if i + 1 != self.body_at:
            return False
        above = [other.role for other in self.lines[self.title_at + 1 : i]]
        return "list_item" in above or above.count("published") > 1
