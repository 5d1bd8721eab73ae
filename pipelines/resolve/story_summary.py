"""What is said of a story as a whole: its most central document, its place, the day of its event, its dates.

Each is a small rule with thresholds written here; what the rule cannot tell stays None.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipelines.extract import gazetteer
from pipelines.resolve.stories import TERM_SHARE, StoryMember

# A document without a date takes its story's where so many dated documents lie within so many days.
DATE_DOCUMENTS = 2
DATE_SPAN_DAYS = 1

# A lead's date is the event's where it lies at most so many days before the first report; where one lead
# alone names it, fewer: "on Thursday" of a thing to come reads as the Thursday before.
EVENT_DAYS = 7
EVENT_DAYS_ALONE = 3

# A place less prominent than the first by no more than this share wins where it is more specific.
_SPECIFIC = 0.6
_LABEL_CHARS = 120


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a document fits its story: mean likeness to the others (None: it is alone), shared terms."""

    score: float | None
    shared: tuple[str, ...] = ()


def fits(members: Sequence[StoryMember]) -> dict[str, Fit]:
    """How well each document of a story fits it. Linear in the number of documents."""
    if len(members) == 1:
        return {members[0].document_id: Fit(None)}
    terms: dict[str, float] = defaultdict(float)
    for member in members:
        for term, weight in member.terms.items():
            terms[term] += weight
    vectors = np.sum([member.vector.astype(np.float64) for member in members], axis=0)
    found = {}
    for member in members:
        others = len(members) - 1
        shares = {t: w * (terms[t] - w) / others for t, w in member.terms.items()}
        own = member.vector.astype(np.float64)
        score = TERM_SHARE * sum(shares.values()) + (1 - TERM_SHARE) * float(own @ (vectors - own)) / others
        names = sorted(
            (t for t in shares if t[0] not in "wrk" and shares[t] > 1e-9), key=lambda t: -shares[t]
        )
        found[member.document_id] = Fit(round(min(max(score, 0.0), 1.0), 4), tuple(names[:3]))
    return found


def evidence(fit: Fit, names: Mapping[str, str], days: int | None) -> str:
    """Why a document is in its story, in words. `days`: from the story's first date; `names` of terms."""
    if fit.score is None:
        return "the only document"
    parts = []
    if shared := [names[term] for term in fit.shared if term in names]:
        parts.append(f"shares {' and '.join([', '.join(shared[:-1]), shared[-1]] if shared[1:] else shared)}")
    if days is None:
        parts.append("no date of its own")
    else:
        parts.append(
            "on the story's first day" if days == 0 else f"{days} day{'s'[: days > 1]} after its first"
        )
    parts.append(f"likeness {fit.score:.2f}")
    return "; ".join(parts)


def label(title: str | None, lead: str) -> str | None:
    """A story's label from its most central document: the title, else the start of the lead."""
    words = (title or "").strip() or lead.strip()
    if len(words) <= _LABEL_CHARS:
        return words or None
    return words[:_LABEL_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"


@dataclass(frozen=True, slots=True)
class PlaceUse:
    """A place in one document: `weight` 3 in the title, 2 in the lead, 1 below."""

    entity_id: str
    name: str
    weight: float


def story_place(uses: Iterable[PlaceUse]) -> str | None:
    """The most prominent place; a town goes before its country where it is nearly as prominent."""
    weights: dict[str, float] = defaultdict(float)
    names: dict[str, str] = {}
    for use in uses:
        weights[use.entity_id] += use.weight
        names[use.entity_id] = use.name
    if not weights:
        return None
    least = _SPECIFIC * max(weights.values())
    near = [entity_id for entity_id, weight in weights.items() if weight >= least]
    return min(near, key=lambda e: (_breadth(names[e]), -weights[e], names[e], e))


def _breadth(name: str) -> int:
    place = gazetteer.place(name)
    kind = place.kind if place else "town"
    # A capital is named for its government, and before the first sentence, more often than for what is there.
    return {"country": 2, "state": 1, "region": 1, "disputed": 1, "capital": 1}.get(kind, 0)


def event_day(lead_days: Iterable[Iterable[date]], dated: Iterable[date]) -> tuple[date, str] | None:
    """The day of the event with its method, from the dates that leads name and the dates of publication.

    lead: the day that most leads name (the earliest of several), not after the first report and at most a
    week before it (three days where one lead alone names it); publication: else the day of the
    first report. None without any date.
    """
    first = min(dated, default=None)
    named = Counter(day for days in lead_days for day in set(days))
    for day, count in list(named.items()):
        within = EVENT_DAYS if count > 1 else EVENT_DAYS_ALONE
        if not (count > 1 if first is None else first - timedelta(days=within) <= day <= first):
            del named[day]
    if named:
        most = max(named.values())
        return min(day for day, count in named.items() if count == most), "lead"
    return (first, "publication") if first else None


def story_date(dated: Iterable[date]) -> date | None:
    """The date that a document without one takes from its story: the middle one of the story's dates.

    None unless at least two documents have dates and these agree within a day.
    """
    days = sorted(dated)
    if len(days) < DATE_DOCUMENTS or (days[-1] - days[0]).days > DATE_SPAN_DAYS:
        return None
    return days[(len(days) - 1) // 2]
