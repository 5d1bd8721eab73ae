"""The body of a page, from its first paragraph on, and the footer behind its last one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.ingest.page_credits import NAME, agencies_in
from pipelines.ingest.page_header import (
    MAX_DEK_WORDS,
    MAX_HEADING_WORDS,
    MIN_DEK_WORDS,
    is_author_role,
    is_signed,
    paragraphs_apart,
)
from pipelines.ingest.page_lines import MIN_PROSE_WORDS, MIN_WRAP_CHARS, Line, page_words
from pipelines.ingest.page_title import is_photo_credit

MIN_CAPTION_WORDS = 15
MAX_BIO_PARAGRAPHS = 4
MAX_AUTHORS = 6
_WRITER = re.compile(r"(?:The (?:writer|author) (?:is|was)|About the author)\b")
_DASHES = ("-", "–")


def _leads_in(line: Line, following: Line | None) -> bool:
    """Whether "He said:" or "JOHN SMITH:" stands over what is said; not "Key points:" over a list."""
    if following is None or following.role == "list_item":
        return False
    is_speaker = line.core.isupper() or NAME.fullmatch(line.core[:-1].rstrip()) is not None
    last_word = line.key.rpartition(" ")[2]
    return (
        is_speaker
        or following.opens_quoted
        or last_word in page_words("lead_in")
        or (line.word_count >= MIN_PROSE_WORDS and not line.is_title_case)
    )


def _is_said(line: Line) -> bool:
    """A short line that somebody says or a sentence opens, and no heading begins like."""
    is_closed = line.core[-1:] in tuple("\"'”’»")
    if line.opens_quoted:
        # ‘No promises’ over a section is a heading, “No,” he said is not.
        return line.is_ended or not (is_closed and line.word_count <= 8)
    is_quoted_question = line.is_question and is_closed
    first = line.key.partition(" ")[0]
    opens_sentence = line.is_question and first in page_words("sentence_opener")
    return line.is_turn or is_quoted_question or opens_sentence


def _opens_related(line: Line) -> bool:
    """A label alone, over headlines of other reports; "Read more: …" with its headline is complete."""
    label = line.core.casefold().rstrip(" :")
    return line.rule == "footer_heading" or (
        line.rule == "related_prefix" and (label in page_words("related_prefix") or line.core.endswith(":"))
    )


class Body:
    """The lines from the first paragraph on."""

    def __init__(self, lines: list[Line], start: int, title_key: str) -> None:
        self.lines = lines
        self.start = start
        self.title_key = title_key
        prose = [i for i in range(start, len(lines)) if lines[i].is_prose and not lines[i].role]
        self.last_prose = prose[-1] if prose else start - 1
        self.cut = self._footer_cut(prose)
        longer = [
            line for line in lines[start : self.cut] if not line.role and line.word_count >= MIN_CAPTION_WORDS
        ]
        # Where full stops are missing throughout, a line without one is no sign of a caption.
        self.is_unpunctuated = sum(not line.is_ended for line in longer) * 2 > len(longer) >= 3
        self.is_apart = paragraphs_apart(lines)
        self.authors = _authors({line.byline for line in lines if line.byline})

    def assign(self) -> None:
        """Give every line from the first paragraph on its role."""
        self._timeline_heads()
        self._dialogue()
        # How many headlines of other reports a "Read more:" has been followed by; None outside such a list.
        related: int | None = None
        for i in range(self.start, len(self.lines)):
            line = self.lines[i]
            if _opens_related(line):
                related = 0
            elif line.is_prose or line.mark:
                related = None
            if i >= self.cut:
                if line.role in ("", "list_item", "navigation"):
                    is_prose = line.is_prose and not line.bullet and line.role == ""
                    line.assign("boilerplate" if is_prose else "navigation", "below_footer_heading", 0.7)
            elif line.key == self.title_key and line.key:
                line.assign("boilerplate", "title_repeat", 0.85)
            elif line.role == "list_item" and self._is_numbered_heading(i):
                line.assign("heading", "numbered_heading", 0.75)
            elif line.role == "list_item" and self._is_menu_item(i):
                line.assign("navigation", "menu_neighbour", 0.6)
            elif not line.role and related is not None and not (related and self._is_above_prose(i)):
                line.assign("navigation", "related_headline", 0.7)
                related += 1
            elif not line.role:
                line.assign(*self._role(i))

    def _is_above_prose(self, i: int) -> bool:
        return i + 1 < len(self.lines) and self.lines[i + 1].is_prose

    def _footer_cut(self, prose: list[int]) -> int:
        """Index of the heading that opens the footer ("Most read"), behind which nothing is the report's."""
        for i in range(self.start, len(self.lines)):
            line = self.lines[i]
            if line.rule not in ("footer_heading", "page_button"):
                continue
            below = sum(p > i and self.lines[p].is_ended for p in prose)
            folded = line.core.casefold().strip(" :|")
            is_hard = folded in page_words("footer_cut") and below * 2 <= len(prose)
            if is_hard or (line.rule == "footer_heading" and below <= 1 and len(prose) > 2):
                return i
        return len(self.lines)

    def _timeline_heads(self) -> None:
        """Several dates on lines of their own, each with text below, are the heads of a timeline."""
        inside = range(self.start, min(self.cut, self.last_prose))
        heads = [i for i in inside if self.lines[i].role == "published" and self.lines[i].printed]
        if len(heads) > 1:
            for i in heads:
                self.lines[i].assign("heading", "timeline", 0.7)

    def _dialogue(self) -> None:
        """Lines behind dashes, a question among them, are turns of a conversation and no list."""
        turns = [
            line for line in self.lines[self.start :] if line.role == "list_item" and line.bullet in _DASHES
        ]
        if any(line.is_question for line in turns):
            for line in turns:
                if line.is_ended:
                    line.assign("body", "dialogue", 0.8)

    def _is_numbered_heading(self, i: int) -> bool:
        """ "2. What comes next" between paragraphs, not between other items."""
        line = self.lines[i]
        is_short = line.bullet[:-1].isdigit() and not line.is_ended and line.word_count <= MAX_HEADING_WORDS
        is_between = self.lines[i - 1].is_prose and not self.lines[i - 1].bullet and self._is_above_prose(i)
        return is_short and is_between and not self.lines[i + 1].bullet

    def _is_menu_item(self, i: int) -> bool:
        line = self.lines[i]
        near = [self.lines[j] for j in (i - 1, i + 1) if self.start <= j < len(self.lines)]
        return (
            line.word_count <= 4
            and not line.is_ended
            and any(n.rule in ("menu_word", "menu_neighbour") for n in near)
        )

    def _role(self, i: int) -> tuple[str, str, float]:
        line = self.lines[i]
        if line.mark:
            return "heading", "heading_mark", 0.95
        if line.is_prose:
            if self._is_author_bio(i):
                return "boilerplate", "author_bio", 0.7
            if self._is_pictured(i):
                return "caption", "caption_before_credit", 0.7
            return "body", "paragraph", 0.95 if line.is_ended else 0.8
        below = self.lines[i + 1] if i + 1 < len(self.lines) else None
        above = self.lines[i - 1] if i > 0 else None
        folded = line.core.casefold()
        if line.word_count <= MIN_DEK_WORDS and (named := agencies_in(line.core, strict=True)):
            # Below the text it is the text's source, between paragraphs a picture's.
            line.agencies = named if i > self.last_prose else []
            return "credit", "agency_sign_off", 0.8
        if below is not None and is_photo_credit(below):
            return "caption", "caption_before_credit", 0.8
        if line.word_count >= 4 and any(cue in folded for cue in page_words("caption_cue")):
            return "caption", "caption_cue", 0.8
        if _is_said(line) or (line.is_ended and not line.is_question):
            return "body", "short_sentence", 0.75
        if above is not None and self._continues(above, line):
            return "body", "wrapped_line", 0.7
        if any(author.fullmatch(line.core) for author in self.authors):
            line.byline = line.core
            return "byline", "byline_again", 0.8
        if i > self.last_prose and (rule := self._author(i)):
            return "byline", rule, 0.7
        return self._short(i)

    def _is_pictured(self, i: int) -> bool:
        """A sentence with a picture's credit right under it, on a page that sets its paragraphs apart."""
        line, below = self.lines[i], self.lines[i + 1] if i + 1 < len(self.lines) else None
        is_beside = below is not None and below.rule == "photo_credit" and below.block == line.block
        return is_beside and self.is_apart and line.word_count <= MAX_DEK_WORDS and not line.opens_quoted

    def _author(self, i: int) -> str | None:
        """The author below the text: a name with a job under it, and that job."""
        line = self.lines[i]
        if is_signed(self.lines, i) and not self.authors:
            line.byline = line.core
            return "byline_name"
        return "author_role" if self.lines[i - 1].rule == "byline_name" and is_author_role(line) else None

    def _continues(self, above: Line, line: Line) -> bool:
        """The rest of a sentence that a fixed width has broken before a capital."""
        is_open = above.role == "body" and not above.is_ended and len(above.text) >= MIN_WRAP_CHARS
        return is_open and above.block == line.block and self.is_apart

    def _short(self, i: int) -> tuple[str, str, float]:
        """A line without a full stop: a heading when text or a list follows, else something beside it."""
        line = self.lines[i]
        following = next(self._following(i), None)
        if line.core.endswith(":"):
            return (
                ("body", "lead_in", 0.7) if _leads_in(line, following) else ("heading", "heading_colon", 0.7)
            )
        if self.lines[i - 1].rule == "clock_line" and line.word_count <= MAX_HEADING_WORDS:
            return "heading", "liveblog_entry", 0.8
        if line.word_count >= MIN_CAPTION_WORDS:
            return (
                ("body", "unpunctuated", 0.6) if self.is_unpunctuated else ("caption", "caption_length", 0.6)
            )
        if following is None:
            return (
                ("body", "unpunctuated", 0.5) if self.is_unpunctuated else ("navigation", "after_body", 0.6)
            )
        if line.word_count > MAX_HEADING_WORDS:
            return "caption", "caption_length", 0.5
        if (
            following.is_prose
            or following.role == "list_item"
            or following.opens_quoted
            or following.is_ended
        ):
            return "heading", "heading_place", 0.8
        if self.is_unpunctuated or line.is_question:
            return "body", "unpunctuated", 0.5
        return "navigation", "related_headline", 0.6

    def _following(self, i: int) -> Iterator[Line]:
        """The lines below that belong to the report, up to the footer."""
        for line in self.lines[i + 1 : self.cut]:
            if line.role in ("", "body", "list_item", "heading"):
                yield line

    def _is_author_bio(self, i: int) -> bool:
        """A paragraph at either end that says who wrote: "Jane Doe is a fellow at …", "Ms. Doe is …"."""
        line = self.lines[i]
        is_inside = self.start + 1 < i < self.last_prose - MAX_BIO_PARAGRAPHS
        if is_inside or line.word_count > MAX_DEK_WORDS or line.opens_quoted:
            return False
        if _WRITER.match(line.core):
            return True
        match = next((m for author in self.authors if (m := author.match(line.core))), None)
        rest = line.core[match.end() :].casefold().lstrip(" ,") if match else ""
        return rest.startswith(tuple(page_words("author_bio")))


def _authors(bylines: set[str]) -> list[re.Pattern[str]]:
    """Patterns for the names on bylines, in full, and for the surname behind a title."""
    found = []
    for byline in bylines:
        for name in re.findall(NAME, byline)[:MAX_AUTHORS]:
            surname = re.escape(name.split()[-1])
            found.append(re.compile(rf"(?:{re.escape(name)}|(?:Mr|Ms|Mrs|Mx|Dr|Prof)\.? {surname})\b"))
    return found
