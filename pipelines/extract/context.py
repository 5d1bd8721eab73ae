"""What an extractor reads: a document cut into paragraphs, each parsed on its own.

A paragraph is one line of prose with its role. Parsing line by line is why nothing glues across lines;
a speaker's context (who was last named) crosses them through `Context`.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter

from spacy.tokens import Span, Token

from pipelines.extract.syntax import Syntax
from pipelines.model import Segment


@dataclass(eq=False)
class Paragraph:
    """One parsed stretch of a document.

    `start` is the document offset of the span's first character. All offsets that extractors return are
    document offsets: use `at`, `end_of` and `offset`, never a token's `idx` alone, which counts from the
    start of the spaCy Doc that the paragraph was parsed in.
    """

    segment_no: int
    role: str
    start: int
    span: Span

    @cached_property
    def text(self) -> str:
        """The paragraph's characters, equal to `document[start:end]`."""
        return self.span.text

    @cached_property
    def end(self) -> int:
        """Document offset one past the last character."""
        return self.start + (self.span.end_char - self.span.start_char)

    @cached_property
    def offset(self) -> int:
        """What to add to a spaCy offset (`token.idx`, `span.start_char`) to get a document offset."""
        return self.start - self.span.start_char

    @cached_property
    def syntax(self) -> Syntax:
        """The parse as lists, copied out once for all extractors."""
        return Syntax(self.span, self.start, self.text)

    def at(self, token: Token) -> int:
        """Document offset of a token's first character."""
        return token.idx + self.offset

    def end_of(self, token: Token) -> int:
        """Document offset one past a token's last character."""
        return token.idx + len(token) + self.offset

    def char_span(self, start: int, end: int) -> Span | None:
        """The tokens that document offsets `start` to `end` touch, or None."""
        syntax, doc = self.syntax, self.span.doc
        if len(syntax) != len(doc):
            return doc.char_span(start - self.offset, end - self.offset, alignment_mode="expand")
        first, last = syntax.touched(start, end)
        return Span(doc, first, last) if first < last else None

    def sentence_bounds(self) -> Iterator[tuple[int, int]]:
        """First and one past the last document offset of each sentence."""
        syntax = self.syntax
        firsts = syntax.sentence_starts if len(syntax) else []
        for first, end in zip(firsts, [*firsts[1:], len(syntax)], strict=True):
            yield syntax.idx[first], syntax.ends[end - 1]


@dataclass(slots=True)
class Context:
    """A document as the extractors see it.

    `paragraphs` are in text order and hold every segment that is parsed: body and dek, and also titles,
    headings, list items and captions, which `role` tells apart. Only body and dek feed quotes and claims
    (`prose`); a title gives rows with `is_headline`. `segments` are the page's segments where they are
    known, also those that are not parsed (byline, credit, navigation …); empty for bare text.
    """

    document_id: str
    text: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    published_on: date | None = None
    segments: Sequence[Segment] = ()

    @property
    def prose(self) -> list[Paragraph]:
        """The paragraphs that feed quotes and claims."""
        return [p for p in self.paragraphs if p.role in PROSE_ROLES]

    def paragraph_at(self, char: int) -> Paragraph | None:
        """The paragraph that holds document offset `char`."""
        at = bisect.bisect_right(self.paragraphs, char, key=attrgetter("start")) - 1
        return self.paragraphs[at] if at >= 0 and char < self.paragraphs[at].end else None


PROSE_ROLES = frozenset({"body", "dek"})
PARSED_ROLES = frozenset({"title", "dek", "body", "heading", "list_item", "caption"})
