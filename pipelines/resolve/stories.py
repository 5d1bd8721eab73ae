"""Which documents are about one event: groups of documents that grow by group-average linkage.

Two groups are as alike as their documents are on average over all pairs, so a running topic cannot chain
its reports together: a newcomer must be like the story as a whole, not like its last report. A pair's
likeness is 0.6 times the cosine of its names and words, each weighted by its rarity in the window
(`pipelines.resolve.story_terms`), plus 0.4 times the cosine of the vectors of title and lead.

Groups join, the most alike first, while

- likeness, less 0.01 for every day between them, is at least 0.38; at least 0.46 where a group has no date
  of its own (a date taken from a story counts for nothing here);
- the names and words alone are alike by at least 0.18: vectors say that two texts are both about a shooting;
- the dated documents of both lie within ten days;
- what has no date arrived within 30 days of the other, or of its dates.

Documents that come in one run are placed together, so their order does not matter. A story that stands is
never taken apart by newcomers. Copies of a document follow it and have no say.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

TERM_SHARE = 0.6
LIKE = 0.38
LIKE_UNDATED = 0.46
LIKE_TERMS = 0.18
PER_DAY = 0.01
SPAN_DAYS = 10
ARRIVAL_DAYS = 30

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StoryMember:
    """A document as stories see it. `terms` and `vector` are unit vectors; `own_on` is no story's date."""

    document_id: str
    ingest_date: date
    own_on: date | None
    seen_on: date
    terms: Mapping[str, float]
    vector: Vector


@dataclass(slots=True)
class Group:
    """Documents taken for one story: sums over their unit vectors, and their dates.

    `key` is the story's id, or a document's that has none yet; `founded` is the founding document's day and
    id: of two groups that join, the earlier one's key stays.
    """

    key: str
    is_story: bool
    founded: tuple[date, str]
    size: int = 0
    terms: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    vector: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    first: date | None = None
    last: date | None = None
    seen_first: date | None = None
    seen_last: date | None = None

    def add(self, member: StoryMember) -> None:
        """Count a document in."""
        self._count(1, member.terms, member.vector.astype(np.float64))
        self._stretch((member.own_on, member.own_on), (member.seen_on, member.seen_on))

    def join(self, other: Group) -> None:
        """Count another group's documents in."""
        self._count(other.size, other.terms, other.vector)
        self._stretch((other.first, other.last), (other.seen_first, other.seen_last))
        self.is_story |= other.is_story

    def _count(self, size: int, terms: Mapping[str, float], vector: npt.NDArray[np.float64]) -> None:
        self.size += size
        for term, weight in terms.items():
            self.terms[term] += weight
        self.vector = self.vector + vector if self.vector.size else vector

    def _stretch(self, own: tuple[date | None, date | None], seen: tuple[date | None, date | None]) -> None:
        self.first, self.last = _low(self.first, own[0]), _high(self.last, own[1])
        self.seen_first, self.seen_last = _low(self.seen_first, seen[0]), _high(self.seen_last, seen[1])


def _low(a: date | None, b: date | None) -> date | None:
    return min((day for day in (a, b) if day), default=None)


def _high(a: date | None, b: date | None) -> date | None:
    return max((day for day in (a, b) if day), default=None)


def likeness(a: Group, b: Group) -> tuple[float, float]:
    """Mean likeness of a document of one group to one of the other, from 0 to 1, and that of terms alone."""
    few, many = (a.terms, b.terms) if len(a.terms) <= len(b.terms) else (b.terms, a.terms)
    pairs = a.size * b.size
    terms = sum(weight * many[term] for term, weight in few.items() if term in many) / pairs
    vectors = float(a.vector @ b.vector) / pairs
    return TERM_SHARE * terms + (1 - TERM_SHARE) * vectors, terms


def fit(a: Group, b: Group) -> float | None:
    """How far above what is asked two groups are alike; None where they are not one story.

    Rounded, so that sums taken in another order decide the same.
    """
    days = _days_between(a, b)
    if days is None:
        return None
    score, terms = likeness(a, b)
    asked = LIKE if a.first and b.first else LIKE_UNDATED
    above = round(score - PER_DAY * days - asked, 6)
    return above if above >= 0 and round(terms, 6) >= LIKE_TERMS else None


def _days_between(a: Group, b: Group) -> int | None:
    """Days between two groups' dates (0: they overlap, or one has none); None: too far apart."""
    if a.first and a.last and b.first and b.last:
        span = max(a.last, b.last) - min(a.first, b.first)
        between = max((b.first - a.last).days, (a.first - b.last).days, 0)
        return between if span.days <= SPAN_DAYS else None
    return 0 if _arrived_near(a, b) or _arrived_near(b, a) else None


def _arrived_near(a: Group, b: Group) -> bool:
    """Did what has no date arrive near the other: near its arrival, or near its dates."""
    spans = ((b.seen_first, b.seen_last), (b.first, b.last))
    return any(
        first and last and _gap(a.seen_first, a.seen_last, first, last) <= ARRIVAL_DAYS
        for first, last in spans
    )


def _gap(a_first: date | None, a_last: date | None, b_first: date, b_last: date) -> int:
    if a_first is None or a_last is None:
        return ARRIVAL_DAYS + 1
    return max((b_first - a_last).days, (a_first - b_last).days, 0)


def join_groups(groups: Mapping[str, Group], near: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For every key, the key of the group that it ends in. `near`: pairs of keys worth comparing.

    The groups are changed: those that stay hold the sums of what joined them.
    """
    neighbours: dict[str, set[str]] = {key: set() for key in groups}
    for a, b in near:
        if a != b and a in groups and b in groups:
            neighbours[a].add(b)
            neighbours[b].add(a)
    version = dict.fromkeys(groups, 0)
    ends = {key: key for key in groups}
    heap: list[tuple[float, tuple[date, str], tuple[date, str], str, int, str, int]] = []

    def offer(a: str, b: str) -> None:
        above = fit(groups[a], groups[b])
        if above is not None:
            a, b = sorted((a, b), key=lambda key: groups[key].founded)
            first, second = groups[a].founded, groups[b].founded
            heapq.heappush(heap, (-above, first, second, a, version[a], b, version[b]))

    for key in groups:
        for other in neighbours[key]:
            if key < other:
                offer(key, other)
    while heap:
        *_, stays, at, goes, other_at = heapq.heappop(heap)
        if version[stays] != at or version[goes] != other_at:
            continue
        if groups[goes].is_story and not groups[stays].is_story:
            stays, goes = goes, stays
        groups[stays].join(groups[goes])
        version[stays] += 1
        version[goes] = -1
        ends[goes] = stays
        moved = neighbours.pop(goes)
        for other in moved:
            neighbours[other].discard(goes)
            if other != stays:
                neighbours[other].add(stays)
                neighbours[stays].add(other)
        for other in sorted(neighbours[stays]):
            offer(stays, other)
    return {key: _end(ends, key) for key in ends}


def _end(ends: Mapping[str, str], key: str) -> str:
    while ends[key] != key:
        key = ends[key]
    return key
