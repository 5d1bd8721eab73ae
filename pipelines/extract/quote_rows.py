"""Rows of `quotes` and `scare_quotes` from the drafts of a document: speakers resolved, confidence looked up.

Belongs here: what a row says. Does not belong here: how quotes are found (`quotes`), who a speaker is
(`coreference`).
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from functools import cache, cached_property

from pipelines.extract.context import Context
from pipelines.extract.coreference import Discourse, Resolved
from pipelines.extract.cues import NONE
from pipelines.extract.drafts import DIRECT, Draft, ScareDraft
from pipelines.extract.passages import Passage
from pipelines.extract.speakers import MentionIndex, Speaker
from pipelines.extract.syntax import SUBJECT_DEPS
from pipelines.model import Mention, Quote, ScareQuote, SpanStruct, row_key
from pipelines.reference import read_table


class QuoteRows:
    """Makes the rows of one document. `passages` are its paragraphs that were read, in text order."""

    def __init__(self, ctx: Context, index: MentionIndex, passages: Sequence[Passage]) -> None:
        self.ctx = ctx
        self.index = index
        self.by_place = passages
        self.starts = [p.start for p in passages]

    def quotes(self, drafts: Sequence[Draft]) -> list[Quote]:
        """A row a draft, in the drafts' order; each speaker is resolved once."""
        discourse = Discourse(self.ctx.text, self.index, self._is_subject, self._is_quoted)
        resolved: dict[int, Resolved] = {}
        made: list[Quote] = []
        for draft in drafts:
            who = None
            if draft.speaker is not None:
                key = id(draft.speaker)
                if key not in resolved:
                    above = resolved.get(id(draft.parent.speaker)) if draft.parent is not None else None
                    resolved[key] = discourse.resolve(
                        draft.speaker, above.name if above is not None else None
                    )
                who = resolved[key]
            made.append(self._row(draft, who))
        return made

    def _is_subject(self, mention: Mention) -> bool:
        at = bisect.bisect_right(self.starts, mention.start_char) - 1
        if at < 0:
            return False
        syntax = self.by_place[at].syntax
        i = min(syntax.at(mention.end_char - 1), len(syntax) - 1)
        return syntax.deps[i] in SUBJECT_DEPS

    def _is_quoted(self, start: int, end: int) -> bool:
        """Whether words stand inside a stretch: who is named there rarely goes on speaking."""
        starts, ends = self._marked
        at = bisect.bisect_right(starts, start) - 1
        return at >= 0 and end <= ends[at]

    @cached_property
    def _marked(self) -> tuple[list[int], list[int]]:
        """Where the document's outermost stretches start and end: they are apart, so one look finds one."""
        every = [m for passage in self.by_place for m in passage.marked]
        return [m.start for m in every], [m.end for m in every]

    def _row(self, draft: Draft, who: Resolved | None) -> Quote:
        text = self.ctx.text
        founder = draft
        while founder.group is not None:
            founder = founder.group
        quote = Quote(
            start_char=draft.start,
            end_char=draft.end,
            surface=text[draft.start : draft.end],
            segment_no=draft.passage.paragraph.segment_no,
            kind=draft.kind,
            quoted_spans=[SpanStruct(start_char=a, end_char=b) for a, b in draft.spans],
            is_headline=draft.is_headline,
            method=draft.rule,
            confidence=confidence(draft.kind, draft.rule, draft.probability),
            cue_class=NONE,
        )
        if founder is not draft:  # else its own key, which the extractor fills in
            quote.quotation_id = row_key(self.ctx.document_id, "quotes", founder.start, founder.end)
        if draft.parent is not None:
            parent = draft.parent
            quote.parent_quote_id = row_key(self.ctx.document_id, "quotes", parent.start, parent.end)
        if draft.cue is not None and draft.cue_passage is not None:
            syntax = draft.cue_passage.syntax
            quote.cue_start_char = syntax.starts[draft.cue.first]
            quote.cue_end_char = syntax.ends[draft.cue.last]
            quote.cue = text[quote.cue_start_char : quote.cue_end_char]
            quote.cue_class = draft.cue.cue_class
            quote.is_negated = draft.cue.is_negated and draft.kind != DIRECT
        if draft.speaker is not None and who is not None:
            _fill_speaker(quote, draft.speaker, who, text)
        return quote

    def scare_quotes(self, scares: Sequence[ScareDraft]) -> list[ScareQuote]:
        """A row a stretch that is nobody's quote, in text order."""
        text = self.ctx.text
        return [
            ScareQuote(
                start_char=s.start,
                end_char=s.end,
                surface=text[s.start : s.end],
                segment_no=s.passage.paragraph.segment_no,
                reason=s.reason,
                method=s.reason,
            )
            for s in sorted(scares, key=lambda s: s.start)
        ]


def confidence(kind: str, rule: str, probability: float) -> float:
    """How often rows of this kind, rule and `scare.probability` were right on dev data, from 0 to 1.

    Right: the span is a quote of the gold, and its speaker's words are the gold's.
    """
    steps = _reliability().get((kind, rule)) or _reliability()[(kind, "")]
    at = bisect.bisect_right([low for low, _ in steps], probability) - 1
    return steps[max(0, at)][1]


@cache
def _reliability() -> dict[tuple[str, str], list[tuple[float, float]]]:
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in read_table("quote_confidence", ("kind", "rule", "probability_from", "confidence", "rows")):
        step = (float(row["probability_from"]), float(row["confidence"]))
        found.setdefault((row["kind"], row["rule"]), []).append(step)
    return {key: sorted(steps) for key, steps in found.items()}


def _fill_speaker(quote: Quote, speaker: Speaker, who: Resolved, text: str) -> None:
    quote.speaker_start_char, quote.speaker_end_char = speaker.start, speaker.end
    quote.speaker_surface = text[speaker.start : speaker.end]
    quote.speaker_name = who.name
    role = who.role or speaker.role
    if role is not None:
        quote.speaker_role_start_char, quote.speaker_role_end_char = role
        quote.speaker_role = text[role[0] : role[1]]
    affiliation = who.affiliation or speaker.affiliation
    if affiliation is not None:
        quote.speaker_affiliation_start_char, quote.speaker_affiliation_end_char = affiliation
        quote.speaker_affiliation = text[affiliation[0] : affiliation[1]]


__all__ = ["QuoteRows", "confidence"]
