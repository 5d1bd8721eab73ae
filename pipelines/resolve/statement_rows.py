"""What the search for statements reads and what it finds: the rows of one story.

PURE. Belongs here: shapes. Does not belong here: any decision.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipelines.model import IdRedirect, Statement, StatementAssertion, StatementQuote
from pipelines.resolve.speaker_match import Speaker
from pipelines.resolve.wordings import Wording


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence of the body, offsets into its document."""

    sentence_id: str
    document_id: str
    wording: Wording


def overlapping(sentences: Sequence[SentenceRow], start: int, end: int) -> Sequence[SentenceRow]:
    """The sentences of one document, in text order, that share characters with a span."""
    first = bisect_right(sentences, start, key=lambda s: s.wording.end_char)
    last = bisect_left(sentences, end, key=lambda s: s.wording.start_char)
    return sentences[first:last]


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote of the body, not negated. `said_on` only where known to the day or month."""

    quote_id: str
    quotation_id: str
    document_id: str
    ingest_date: date
    wording: Wording
    kind: str
    cue: str | None
    speaker: Speaker
    cue_start: int | None = None
    said_on: date | None = None
    said_on_precision: str | None = None
    published_on: date | None = None
    outlet_id: str | None = None
    source_key: str = ""
    parent_quote_id: str | None = None
    is_ruled: bool = False

    @property
    def order(self) -> tuple[date, str, int]:
        """The founding order: of two members the one that comes first is the older."""
        return self.ingest_date, self.document_id, self.wording.start_char


@dataclass(frozen=True, slots=True)
class StoryRows:
    """One story. `sentences`: those of the body by document, in text order. `known`: the statement that a
    quote was in before."""

    story_id: str | None
    quotes: Sequence[QuoteRow]
    sentences: Mapping[str, Sequence[SentenceRow]] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NamedSpeaker:
    """A name that an unnamed speaker takes, with the reasons."""

    quote_id: str
    speaker_name: str | None
    speaker_entity_id: str | None
    evidence: str


@dataclass(slots=True)
class Found:
    """The statements of a story: rows to be written, and the statement of each quote."""

    statements: list[Statement] = field(default_factory=list)
    wordings: list[StatementQuote] = field(default_factory=list)
    assertions: list[StatementAssertion] = field(default_factory=list)
    named: list[NamedSpeaker] = field(default_factory=list)
    redirects: list[IdRedirect] = field(default_factory=list)
    statement_of: dict[str, str] = field(default_factory=dict)
