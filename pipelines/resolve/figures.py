"""Figures: claims of one story about the same quantity in the world, and what they say together.

PURE. Readings (`figure_reading`), parts and wholes (`figure_parts`), clusters (`figure_clusters`), verdicts
(`agreement`); here they come together as rows, and get ids that stay.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipelines.model import Figure, FigureClaim, FigureObservation, IdRedirect, hash_key
from pipelines.resolve.agreement import Verdict, judge
from pipelines.resolve.figure_clusters import Embed, Node, cluster
from pipelines.resolve.figure_parts import parts_across, split
from pipelines.resolve.figure_reading import ClaimRow, Reading, are_apart, read_claim
from pipelines.resolve.vectors import embed as embed_texts

# Claims of a story beyond this many each make a figure of their own: no story of one event has as many.
MAX_CLAIMS = 20_000


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What figures need to know of a story; names of places by entity id are given apart."""

    story_id: str
    event_on: date | None = None
    place_entity_id: str | None = None


@dataclass(slots=True)
class Figures:
    """Rows to write, and the figure of each claim."""

    figures: list[Figure] = field(default_factory=list)
    claims: list[FigureClaim] = field(default_factory=list)
    observations: list[FigureObservation] = field(default_factory=list)
    redirects: list[IdRedirect] = field(default_factory=list)
    claim_figure: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """A figure before it has an id: members that report the whole, and parts, each with the reason."""

    same: list[int]
    parts: dict[int, str] = field(default_factory=dict)
    earlier: dict[int, str] = field(default_factory=dict)
    is_on_top: bool = False

    def all(self) -> list[int]:
        return [*self.same, *self.parts, *self.earlier]


def find_figures(
    stories: Sequence[tuple[StoryFacts, Sequence[ClaimRow]]],
    place_names: Mapping[str, str] | None = None,
    run_id: str = "",
    embed: Embed = embed_texts,
) -> Figures:
    """The figures of whole stories.

    Give every claim of a story. A figure keeps the id its members bear (the oldest of several, the others
    are redirected to it); a new one takes the hash of its founding claim: lowest `ingest_date`,
    `document_id`, `start_char`.
    """
    found = Figures()
    drafts: list[tuple[StoryFacts, list[Reading], _Draft]] = []
    for story, rows in stories:
        readings = _read(story, rows)
        drafts.extend((story, readings, draft) for draft in _drafts(readings, embed))
    ids = _ids([[readings[i].row for i in draft.all()] for _, readings, draft in drafts], found, run_id)
    for (story, readings, draft), figure_id in zip(drafts, ids, strict=True):
        _write(found, story, readings, draft, figure_id, place_names or {}, run_id)
    return found


def _read(story: StoryFacts, rows: Sequence[ClaimRow]) -> list[Reading]:
    days = [row.published_on for row in rows if row.published_on is not None]
    event_on = story.event_on or (min(days) if days else None)
    ordered = sorted(rows, key=_founding)
    return [read_claim(row, event_on) for row in ordered]


def _founding(row: ClaimRow) -> tuple[date, str, int, str]:
    return (row.ingest_date, row.document_id, row.start_char, row.claim_id)


# --- which claims are one figure ---------------------------------------------------------------


def _drafts(readings: Sequence[Reading], embed: Embed) -> list[_Draft]:
    parted = split(readings)
    whole = [i for i in range(len(readings)) if i not in parted.satellites]
    own = [readings[i] for i in whole if not readings[i].is_other_event]
    kinds = Counter((r.row.document_id, r.row.category) for r in own)
    nodes = [
        Node(r, i in parted.mains, not r.is_other_event and kinds[r.row.document_id, r.row.category] == 1)
        for i in whole
        for r in (readings[i],)
    ]
    groups = cluster(nodes[:MAX_CLAIMS], embed) + [[i] for i in range(MAX_CLAIMS, len(nodes))]
    drafts = [_Draft([whole[k] for k in sorted(members)]) for members in groups]
    for draft in drafts:
        _part_within(readings, draft)
    main = _main_tolls(readings, drafts, parted.mains)
    drafts = _gather_groups(readings, drafts, main)
    _hang(readings, drafts, main, parted.satellites)
    return sorted(drafts, key=lambda d: min(d.all()))


def _part_within(readings: Sequence[Reading], draft: _Draft) -> None:
    if len(draft.same) > 1 and readings[draft.same[0]].is_toll:
        draft.parts = parts_across(readings, draft.same)
        draft.same = [i for i in draft.same if i not in draft.parts]


def _main_tolls(readings: Sequence[Reading], drafts: Sequence[_Draft], mains: set[int]) -> dict[str, _Draft]:
    """The story's own toll of each category: the one that most sources lead with."""
    ranked: dict[str, list[tuple[int, int, int, _Draft]]] = defaultdict(list)
    for draft in drafts:
        own = [i for i in draft.same if i in mains]
        if own:
            sources = len({readings[i].row.source_key for i in own})
            generic = sum(not readings[i].groups for i in own)
            ranked[readings[own[0]].row.category or ""].append((sources, generic, -min(own), draft))
    return {category: max(found, key=lambda f: f[:3])[3] for category, found in ranked.items()}


def _gather_groups(
    readings: Sequence[Reading], drafts: Sequence[_Draft], main: Mapping[str, _Draft]
) -> list[_Draft]:
    """Counts of one group alone ("two women") become parts of the toll of everybody, where there is one."""
    kept = []
    for draft in drafts:
        first = readings[draft.same[0]]
        toll = main.get(first.row.category or "") if first.is_toll and not first.is_other_event else None
        if toll is None or toll is draft or not _is_part_of(readings, draft, toll):
            kept.append(draft)
            continue
        toll.parts.update(
            dict.fromkeys(draft.same, "part: counts one group, fewer than what is reported of all")
        )
        toll.parts.update(draft.parts)
    return kept


def _is_part_of(readings: Sequence[Reading], draft: _Draft, toll: _Draft) -> bool:
    if not all(readings[i].groups for i in draft.same) or any(readings[i].groups for i in toll.same):
        return False
    low = min(readings[i].amount.low for i in toll.same)
    return all(readings[i].amount.high < low for i in draft.same)


def _hang(
    readings: Sequence[Reading],
    drafts: list[_Draft],
    main: Mapping[str, _Draft],
    satellites: Mapping[int, tuple[int | None, str]],
) -> None:
    """Put every satellite to its whole; one without becomes a figure of its own."""
    home = {i: draft for draft in drafts for i in draft.all()}
    for i in sorted(satellites):
        whole, why = satellites[i]
        reading = readings[i]
        draft = home.get(whole) if whole is not None else None
        if draft is not None and reading.family != readings[draft.same[0]].family:
            draft = None
        if draft is None and reading.is_toll and not reading.is_other_event:
            draft = _toll_for(readings, reading, main)
        if draft is None:
            draft = _Draft([i], is_on_top=reading.is_toll and reading.role == "additional")
            drafts.append(draft)
        elif reading.role == "earlier":
            draft.earlier[i] = why
        else:
            draft.parts[i] = why
        home[i] = draft


def _toll_for(readings: Sequence[Reading], part: Reading, main: Mapping[str, _Draft]) -> _Draft | None:
    toll = main.get(part.row.category or "")
    if toll is None or any(are_apart(part.groups, readings[i].groups) for i in toll.same):
        return None
    top = max(readings[i].amount.high for i in toll.same)
    return toll if part.amount.low <= top else None


# --- ids ---------------------------------------------------------------------------------------


def _ids(drafts: Sequence[Sequence[ClaimRow]], found: Figures, run_id: str) -> list[str]:
    """An id for each group of claims; what no group keeps is redirected to where its oldest claim went."""
    founders: dict[str, tuple[tuple[date, str, int, str], int]] = {}
    for at, rows in enumerate(drafts):
        for row in rows:
            if row.figure_id is not None:
                founders[row.figure_id] = min(
                    founders.get(row.figure_id, (_founding(row), at)), (_founding(row), at)
                )
    kept: dict[int, str] = {}
    for figure_id, (_, at) in sorted(founders.items(), key=lambda item: (item[1], item[0])):
        kept.setdefault(at, figure_id)
    taken = set(kept.values())
    ids = []
    for at, rows in enumerate(drafts):
        figure_id = kept.get(at) or _new_id(rows, taken)
        taken.add(figure_id)
        ids.append(figure_id)
    for old, (_, at) in sorted(founders.items()):
        if old != ids[at]:
            found.redirects.append(
                IdRedirect(table_name="figures", old_id=old, new_id=ids[at], since_run_id=run_id)
            )
    return ids


def _new_id(rows: Sequence[ClaimRow], taken: set[str]) -> str:
    founding = min(rows, key=_founding).claim_id
    figure_id = hash_key("figures", founding)
    while figure_id in taken:
        figure_id = hash_key("figures", figure_id)
    return figure_id


# --- rows --------------------------------------------------------------------------------------


def _write(  # noqa: PLR0917
    found: Figures,
    story: StoryFacts,
    readings: Sequence[Reading],
    draft: _Draft,
    figure_id: str,
    place_names: Mapping[str, str],
    run_id: str,
) -> None:
    told = [readings[i] for i in draft.same]
    everything = [readings[i].row for i in draft.all()]
    verdict = judge(told)
    if draft.is_on_top:
        verdict.without_best("on_top")
    unit, factor, offset = _unit(told)
    place = _most([r.row.place_entity_id for r in told]) or (
        story.place_entity_id if any(r.is_toll for r in told) and not told[0].is_other_event else None
    )

    def stated(value: float | None) -> float | None:
        return None if value is None else _tidy((value - offset) / factor)

    found.figures.append(
        Figure(
            figure_id=figure_id,
            story_id=story.story_id,
            label=_label(told, place_names.get(place or "")),
            category=_most([r.row.category for r in told]),
            unit=unit,
            place_entity_id=place,
            as_of_on=verdict.as_of_on,
            as_of_on_precision=verdict.as_of_on_precision,
            low=stated(verdict.low),
            best=stated(verdict.best),
            high=stated(verdict.high),
            claim_count=len(everything),
            source_count=len({row.outlet_id or row.document_id for row in everything}),
            outlet_count=len({row.outlet_id for row in everything if row.outlet_id}),
            independent_source_count=len({row.source_key or row.document_id for row in everything}),
            agreement=verdict.agreement,
            method=verdict.method,
            run_id=run_id,
        )
    )
    found.observations.extend(
        FigureObservation(
            figure_id=figure_id,
            as_of_on=seen.as_of_on,
            low=stated(seen.low),
            best=stated(seen.best),
            high=stated(seen.high),
            run_id=run_id,
        )
        for seen in verdict.observations
    )
    for i, (relation, why) in _relations(readings, draft, verdict).items():
        row = readings[i].row
        found.claims.append(
            FigureClaim(
                figure_id=figure_id, claim_id=row.claim_id, relation=relation, evidence=why, run_id=run_id
            )
        )
        found.claim_figure[row.claim_id] = figure_id


def _relations(readings: Sequence[Reading], draft: _Draft, verdict: Verdict) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for i in draft.same:
        claim = readings[i].row.claim_id
        if claim in verdict.revising:
            found[i] = ("revises", verdict.revising[claim])
        else:
            found[i] = ("same", _why_same(readings, i, draft, verdict))
    found.update((i, ("same", why)) for i, why in draft.earlier.items())
    found.update((i, ("part_of", why)) for i, why in draft.parts.items())
    return dict(sorted(found.items()))


def _why_same(readings: Sequence[Reading], i: int, draft: _Draft, verdict: Verdict) -> str:
    mine = readings[i]
    if len(draft.same) == 1:
        return "the only report of it"
    others = [readings[k] for k in draft.same if k != i]
    shared = [f"category {mine.row.category}"] if mine.row.category else []
    if mine.head and any(o.head == mine.head for o in others):
        shared.append(f"noun {mine.head}")
    if mine.years and any(o.years & mine.years for o in others):
        shared.append(f"year {max(mine.years)}")
    words = ", ".join(shared) or "like words around it"
    state = {
        "conflict": "sources differ",
        "round_equal": "equal when rounded",
        "agree": "within the hedges",
        "single": "one source",
    }[verdict.agreement]
    return f"same {words}; {state}"


def _unit(told: Sequence[Reading]) -> tuple[str | None, float, float]:
    """The unit most claims are in, with its factor and offset to the base unit."""
    unit = _most([r.row.unit for r in told])
    first = next((r for r in told if r.row.unit == unit), told[0])
    return unit, first.amount.factor, first.amount.value - first.row.value * first.amount.factor


def _tidy(value: float) -> float:
    """A value without the noise of going to the base unit and back."""
    return float(f"{value:.12g}")


def _most[T](values: Sequence[T | None]) -> T | None:
    """The commonest value that is not None, the earliest of several."""
    if len(values) == 1:
        return values[0]
    counts = Counter(value for value in values if value is not None)
    return max(counts, key=lambda v: counts[v]) if counts else None


# Quotation marks have no place in a label; an apostrophe inside a word has.
_MARKS = re.compile(r"[“”\"„«»]|(?<!\w)['‘’]|['’](?!\w)")


def _label(told: Sequence[Reading], place: str | None) -> str | None:
    """A noun and a place: "troops, Nagorno-Karabakh"; for a toll its category."""
    noun = told[0].row.category if told[0].is_toll else _most([r.row.noun for r in told])
    what = _MARKS.sub("", noun or told[0].row.category or "").strip().replace("_", " ")
    groups = (
        {group for r in told for facet, group in r.groups if facet != "kind"} if told[0].is_toll else set()
    )
    if len(groups) == 1:
        what = f"{what} ({groups.pop()})"
    return ", ".join(part for part in (what, place) if part) or None
