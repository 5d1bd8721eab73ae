"""Quotes before they are rows: what the rules have found, and how drafts of one paragraph bear on each other.

Belongs here: the draft and what a set of drafts must keep (one a span, the outer before the inner). Does not
belong here: how a draft is found (`quotes`), what its row says (`quote_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.extract.cues import ACCORDING_TO, SPEECH, Cue
from pipelines.extract.passages import Passage
from pipelines.extract.speakers import Speaker

_THINGS = frozenset({"it", "this", "that", "these", "those", "which"})
DIRECT, MIXED, INDIRECT = "direct", "mixed", "indirect"


@dataclass(slots=True)
class Draft:
    """A quote before its speaker is resolved. `group` ties the paragraphs and pieces of one quotation."""

    start: int
    end: int
    kind: str
    spans: list[tuple[int, int]]
    passage: Passage
    rule: str
    cue: Cue | None = None
    cue_passage: Passage | None = None
    speaker: Speaker | None = None
    group: Draft | None = None
    is_headline: bool = False
    parent: Draft | None = None
    probability: float = 1.0


@dataclass(slots=True)
class ScareDraft:
    """A marked stretch that is nobody's quote, and why."""

    start: int
    end: int
    reason: str
    passage: Passage


def is_main(draft: Draft) -> bool:
    """Said by a main clause's subject: who a reader takes to go on speaking."""
    if draft.cue is None:
        return draft.kind == DIRECT
    has_subject = draft.cue.how in ("subject", "inverted", "shared_subject", "beside", "according_to")
    return has_subject and draft.cue.cue_class in (SPEECH, ACCORDING_TO) and draft.parent is None


def each_span_once(found: list[Draft]) -> list[Draft]:
    """In text order, one draft a span: the first given wins, and takes over what pointed at the others."""
    kept: dict[tuple[int, int], Draft] = {}
    instead: dict[int, Draft] = {}
    for draft in found:
        instead[id(draft)] = kept.setdefault((draft.start, draft.end), draft)
    for draft in kept.values():
        group = draft.group and instead.get(id(draft.group), draft.group)
        parent = draft.parent and instead.get(id(draft.parent), draft.parent)
        draft.group = None if group is draft else group
        draft.parent = None if parent is draft else parent
    return sorted(kept.values(), key=lambda d: (d.start, -d.end))


def _is_person(draft: Draft) -> bool:
    """Not “it”, “this” or “which”: those point at a thing."""
    return draft.speaker is None or draft.speaker.head not in _THINGS


def outermost(found: list[Draft]) -> list[Draft]:
    """Without what stands inside another's content and is no clause said by somebody else."""
    kept: list[Draft] = []
    around: list[Draft] = []
    for draft in sorted(found, key=lambda d: (d.start, -d.end)):
        while around and around[-1].end <= draft.start:
            around.pop()
        assert draft.cue is not None
        is_said = draft.cue.cue_class == SPEECH and draft.rule == "content_clause" and _is_person(draft)
        if around and not is_said:
            continue
        if around:
            draft.parent = around[-1]
        kept.append(draft)
        around.append(draft)
    return kept


__all__ = ["DIRECT", "INDIRECT", "MIXED", "Draft", "ScareDraft", "each_span_once", "is_main", "outermost"]
