"""Which claims of one story are about one quantity: pairs that could be, the best first, nothing forbidden.

PURE. A pair is judged on what is counted, the interval of the numbers and the words around them; a cluster
never holds two different numbers of one report, two groups of one kind (civilians, soldiers), two years or
two places. Cost grows with the claims of the story: in a big one each number meets only its neighbours in
size.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from pipelines.extract.gazetteer import fold, place
from pipelines.resolve.figure_reading import GENERIC, PEOPLE, Reading, are_apart
from pipelines.resolve.figure_values import OPEN_FACTOR, ROUND_TOLERANCE, meet, ratio
from pipelines.resolve.vectors import Vectors
from pipelines.resolve.wordings import content_words, stem

Embed = Callable[[Sequence[str]], Vectors]

# Up to this many claims of one measure every pair is looked at; beyond it, this many neighbours in size.
ALL_PAIRS = 500
NEIGHBOURS = 120
# Leading sentences, where a report tells its main numbers.
LEAD = 6
# A toll that grows further than this between reports is not taken for one without likeness of words.
TOLL_RATIO, TOLL_STEP = 5.0, 15.0
CONFLICT_RATIO = 3.0
# Unlike numbers without a noun in common, each the only one of its category in its report.
SOLE_RATIO, SOLE_LIKE = 1.6, 0.35
# What a content word in common is worth where each is the only number of its category in its report.
LIKE_OF_WORD = 0.1
# A stem shorter than this begins too many words.
LEAST_STEM = 4
SOLE = frozenset({"money", "employees"})
SHARES = frozenset({"share_of_whole", "percent_of_whole", "percent_rate", "percent_ratio", "index_points"})
# Counts below this are met everywhere: five states here and there are not the same five.
SMALL = 20
# Likeness of words from which two numbers of a kind that says little are one quantity, where their reports
# hold several of that kind: shares, small counts, numbers that meet only because a bound is open; then two
# unlike numbers. Each: with the noun in common, without.
LIKE_SHARES, LIKE_SMALL, LIKE_OPEN = (0.65, 0.8), (0.5, 0.75), (0.55, 0.75)
# Beyond this ratio a bound that is open says little of the other number, whatever else their reports hold.
NEAR_BOUND = 1.25
# "One voter" is hardly a number.
LIKE_ONE = 0.8
UNLIKE_MANY, UNLIKE_SHARES = 0.75, 0.85
# From this size on a count of a category is telling by itself: two strengths of 2,000 in one story are one.
STANDING = 100


@dataclass(slots=True)
class Node:
    """A claim among those to be put together. `is_main`: its report's own count for the category; `is_sole`:
    the one number of its category that its report has, those of older events apart."""

    reading: Reading
    is_main: bool = False
    is_sole: bool = False


@dataclass(slots=True)
class _Cluster:
    """Claims of one quantity so far. `floor` to `ceiling`: what all their intervals allow; empty where they
    conflict. `is_dated`: one tells of a time other than the story's."""

    members: list[int]
    values: dict[str, list[int]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    groups: frozenset[tuple[str, str]] = frozenset()
    places: frozenset[tuple[str, str]] = frozenset()
    is_main: bool = True
    is_dated: bool = False
    floor: float = -math.inf
    ceiling: float = math.inf
    smallest: float | None = None
    largest: float | None = None


def cluster(nodes: Sequence[Node], embed: Embed) -> list[list[int]]:
    """Clusters of nodes, as indices into `nodes`; every node is in one."""
    clusters = [_start(i, node) for i, node in enumerate(nodes)]
    home = list(range(len(nodes)))
    pairs = sorted(_pairs(nodes, embed), key=lambda p: (-p[0], p[1], p[2]))
    for _, i, j in pairs:
        a, b = home[i], home[j]
        if a == b or not _may_join(clusters[a], clusters[b], nodes):
            continue
        if len(clusters[a].members) < len(clusters[b].members):
            a, b = b, a
        _join(clusters[a], clusters[b])
        for member in clusters[b].members:
            home[member] = a
    _date_undated(clusters, home, nodes)
    groups: dict[int, list[int]] = defaultdict(list)
    for i, at in enumerate(home):
        groups[at].append(i)
    return list(groups.values())


def _date_undated(clusters: list[_Cluster], home: list[int], nodes: Sequence[Node]) -> None:
    """Large numbers told without their time join those told with it, where only one quantity can be meant.

    "It brought 1,960 soldiers" and "about 2,000 soldiers since 2020" are one strength, unless the story holds
    strengths of two times.
    """
    standing = sorted(set(home))
    for at in standing:
        if not _is_standing_number(clusters[at], nodes, dated=False):
            continue
        fitting = [
            other
            for other in standing
            if home[clusters[other].members[0]] == other
            and _is_standing_number(clusters[other], nodes, dated=True)
            and _counts_same(clusters[at], clusters[other], nodes)
        ]
        if len(fitting) == 1 and _may_join(clusters[fitting[0]], clusters[at], nodes):
            _join(clusters[fitting[0]], clusters[at])
            for member in clusters[at].members:
                home[member] = fitting[0]


def _is_standing_number(found: _Cluster, nodes: Sequence[Node], *, dated: bool) -> bool:
    """Whether all members are large counts of a telling category that is no toll, dated or not."""
    readings = [nodes[i].reading for i in found.members]
    return all(
        r.row.category is not None
        and r.row.category not in GENERIC
        and not r.is_toll
        and r.amount.value >= STANDING
        and r.is_other_event == dated
        and not (dated and r.is_elsewhere)
        for r in readings
    )


def _counts_same(one: _Cluster, other: _Cluster, nodes: Sequence[Node]) -> bool:
    """Same category and measure, and numbers that can be one."""
    pairs = [(nodes[i].reading, nodes[j].reading) for i in one.members for j in other.members]
    return all(a.row.category == b.row.category and a.family == b.family for a, b in pairs) and any(
        meet([a.amount, b.amount]) for a, b in pairs
    )


def _start(i: int, node: Node) -> _Cluster:
    row = node.reading.row
    return _Cluster(
        members=[i],
        values={row.document_id: [i]},
        years=node.reading.years,
        groups=node.reading.groups,
        places=frozenset({(row.place_entity_id, row.place_name or "")} if row.place_entity_id else ()),
        is_main=node.is_main,
        is_dated=node.reading.is_other_event,
        floor=node.reading.amount.low,
        ceiling=node.reading.amount.high,
        smallest=None if node.reading.amount.is_vague else abs(node.reading.amount.value),
        largest=None if node.reading.amount.is_vague else abs(node.reading.amount.value),
    )


def _join(kept: _Cluster, gone: _Cluster) -> None:
    kept.members = kept.members + gone.members
    for document, members in gone.values.items():
        kept.values.setdefault(document, []).extend(members)
    kept.years = kept.years & gone.years or kept.years | gone.years
    kept.groups |= gone.groups
    kept.places |= gone.places
    kept.is_main &= gone.is_main
    kept.is_dated |= gone.is_dated
    kept.floor, kept.ceiling = max(kept.floor, gone.floor), min(kept.ceiling, gone.ceiling)
    kept.smallest = min((v for v in (kept.smallest, gone.smallest) if v is not None), default=None)
    kept.largest = max((v for v in (kept.largest, gone.largest) if v is not None), default=None)


def _may_join(one: _Cluster, other: _Cluster, nodes: Sequence[Node]) -> bool:
    if one.years and other.years and one.years.isdisjoint(other.years):
        return False
    if are_apart(one.groups, other.groups) or not _places_fit(one.places, other.places):
        return False
    if not (one.is_main and other.is_main) and _spread(one, other) > CONFLICT_RATIO:
        return False
    is_toll = nodes[one.members[0]].reading.is_toll
    if one.is_dated != other.is_dated and not is_toll and not _all_meet(one, other):
        return False
    small, large = sorted((one, other), key=lambda c: len(c.values))
    return all(
        _fit_in_one_text(nodes[i].reading, nodes[j].reading)
        for document, members in small.values.items()
        for i in members
        for j in large.values.get(document, ())
    )


def _fit_in_one_text(one: Reading, other: Reading) -> bool:
    """Whether one report can give both numbers for one quantity: they are the same, or one rounds the other.

    Two shares of one survey, and an open bound beside a number that it allows, are two quantities: "at least
    25 delegates … a 26-delegate lead". Tolls are told apart before (`figure_parts`).
    """
    a, b = one.amount, other.amount
    if one.is_toll:
        return meet([a, b])
    if a.is_vague or b.is_vague:
        return a.is_vague and b.is_vague and a.value == b.value
    if ratio(a, b) < 1 + 1e-9:
        return True
    is_rounding = a.digits != b.digits and ratio(a, b) <= 1 + ROUND_TOLERANCE
    return is_rounding and not _is_share(one) and meet([a, b])


def _is_share(reading: Reading) -> bool:
    """Whether a claim is one of the shares, of which a report of a survey holds dozens."""
    return reading.row.unit_dimension in ("percent", "percentage_point") or reading.row.category in SHARES


def _all_meet(one: _Cluster, other: _Cluster) -> bool:
    """Whether one value fits every number of both: a time of its own leaves no room for a conflict."""
    floor, ceiling = max(one.floor, other.floor), min(one.ceiling, other.ceiling)
    return floor <= ceiling + 1e-9 * max(abs(floor), abs(ceiling))


def _spread(one: _Cluster, other: _Cluster) -> float:
    """How many times the smallest number of both the largest is: a chain of near numbers is no quantity."""
    numbers = [v for c in (one, other) for v in (c.smallest, c.largest) if v is not None]
    if not numbers or max(numbers) == min(numbers):
        return 1.0
    return max(numbers) / min(numbers) if min(numbers) > 0 else math.inf


def _places_fit(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> bool:
    """False where both name places and none of the one can be, hold or lie in one of the other."""
    ones, others = list(one), list(other)
    if not ones or not others:
        return True
    return any(a == b or _may_contain(name, other_name) for a, name in ones for b, other_name in others)


@lru_cache(maxsize=4096)
def _may_contain(name: str, other: str) -> bool:
    """Whether of two places one may lie in the other: a city and its country, Oakland and East Oakland.

    Two cities, two countries, places of different countries and two places that no table knows may not.
    """
    one, two = set(fold(name).split()), set(fold(other).split())
    if one and two and (one <= two or two <= one):
        return True
    a, b = place(name), place(other)
    if a is None and b is None:
        return False
    if a is None or b is None:
        return True
    return a.country_code == b.country_code and a.kind != b.kind


# --- pairs -----------------------------------------------------------------------------------


def _pairs(nodes: Sequence[Node], embed: Embed) -> list[tuple[float, int, int]]:
    """Pairs that could be one quantity, with their scores. Only what can pair by its numbers is embedded."""
    possible = list(_possible(nodes))
    if not possible:
        return []
    asked = sorted({i for i, others in possible for i in (i, *others)})
    at = {i: n for n, i in enumerate(asked)}
    contexts = embed([nodes[i].reading.context for i in asked])
    windows = embed([nodes[i].reading.window for i in asked])
    found: list[tuple[float, int, int]] = []
    for i, others in possible:
        one, those = at[i], [at[j] for j in others]
        alike = np.maximum(contexts[those] @ contexts[one], windows[those] @ windows[one])
        for j, likeness in zip(others, alike.tolist(), strict=True):
            score = pair_score(nodes[i], nodes[j], likeness)
            if score is not None:
                found.append((score, i, j))
    return found


def _possible(nodes: Sequence[Node]) -> Iterator[tuple[int, list[int]]]:
    """Each node with those after it in size with which its number and noun allow a pair."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for i, node in enumerate(nodes):
        blocks[node.reading.family].append(i)
    for members in blocks.values():
        members.sort(key=lambda i: (nodes[i].reading.amount.value, i))
        reach = len(members) if len(members) <= ALL_PAIRS else NEIGHBOURS
        for at, i in enumerate(members):
            others = [j for j in members[at + 1 : at + 1 + reach] if _may_pair(nodes[i], nodes[j])]
            if others:
                yield i, others


def _may_pair(one: Node, other: Node) -> bool:
    """False where no likeness of words could make two claims one quantity."""
    a, b = one.reading, other.reading
    if not (one.is_main and other.is_main):
        if a.row.document_id == b.row.document_id:
            if not _fit_in_one_text(a, b):
                return False
        elif ratio(a.amount, b.amount) > CONFLICT_RATIO:
            return False
    return _same_kind(a, b) and not _contradict(a, b)


def pair_score(one: Node, other: Node, likeness: float) -> float | None:
    """How surely two claims of one measure are about one quantity; None where they are not.

    `likeness`: cosine of the words around them, the numbers left out.
    """
    a, b = one.reading, other.reading
    if not _may_pair(one, other):
        return None
    agrees = meet([a.amount, b.amount])
    if one.is_main and other.is_main:
        return _toll_score(a, b, likeness, agrees=agrees)
    near = min(likeness + 0.03 * min(len(a.row.names & b.row.names), 3), 1.0)
    same_noun = a.head is not None and a.head == b.head
    if a.is_other_event != b.is_other_event and not _same_though_dated(a, b, near, same_noun, agrees):
        return None
    is_crowd = {a.row.category, b.row.category} == {"people", "protesters"}
    is_sole = one.is_sole and other.is_sole and (a.row.category == b.row.category or is_crowd)
    if agrees:
        return _agreeing(a, b, near, same_noun=same_noun, is_sole=is_sole)
    return _conflicting(a, b, near, same_noun=same_noun, is_sole=is_sole)


def _same_though_dated(a: Reading, b: Reading, near: float, same_noun: bool, agrees: bool) -> bool:
    """One sentence has a time of its own, the other none: only like words of a named group outweigh it."""
    if any(r.is_other_event and r.is_elsewhere for r in (a, b)):
        return False
    if a.is_toll and b.is_toll:
        return near >= 0.55 and same_noun and a.groups == b.groups and bool(a.groups)
    return near >= 0.6 and agrees


def _same_kind(a: Reading, b: Reading) -> bool:
    if a.row.category == b.row.category:
        return True
    either_generic = a.row.category in GENERIC or b.row.category in GENERIC
    return either_generic and ((a.head is not None and a.head == b.head) or _both_people(a, b))


def _both_people(a: Reading, b: Reading) -> bool:
    """One counts "people" without saying which, the other people of a category."""
    kinds = {a.row.category, b.row.category}
    return "people" in kinds and bool(kinds & PEOPLE)


def _contradict(a: Reading, b: Reading) -> bool:
    flows = {a.row.stock_or_flow, b.row.stock_or_flow} - {None}
    if len(flows) > 1 or (a.years and b.years and a.years.isdisjoint(b.years)):
        return True
    days = [r.row.as_of_on for r in (a, b) if r.row.as_of_on and r.row.as_of_on_precision == "day"]
    if len(days) == 2 and not a.is_toll and abs((days[0] - days[1]).days) > 3:
        return True
    return are_apart(a.groups, b.groups)


def _toll_score(a: Reading, b: Reading, likeness: float, *, agrees: bool) -> float | None:
    """Two reports' own counts of one event: they may differ, for tolls rise."""
    if agrees:
        return 3.0 + likeness
    step = abs(a.amount.value - b.amount.value)
    grown = ratio(a.amount, b.amount) <= TOLL_RATIO or step <= TOLL_STEP
    in_lead = a.row.position < LEAD and b.row.position < LEAD
    if grown and (likeness >= 0.15 or in_lead):
        return 1.5 + likeness
    return 1.0 + likeness if likeness >= 0.5 and ratio(a.amount, b.amount) <= 10 * TOLL_RATIO else None


def _agreeing(a: Reading, b: Reading, near: float, *, same_noun: bool, is_sole: bool) -> float | None:
    """Numbers that can be one: how like the words must be depends on how telling the numbers are."""
    apart = ratio(a.amount, b.amount)
    equal = apart < 1 + 1e-9
    if (a.row.unit_dimension == "duration" and apart > 1.25) or apart > OPEN_FACTOR:
        return None
    digits = [a.amount.digits, b.amount.digits]
    telling = equal and min(digits) >= 3
    rounded = not equal and max(digits) >= 3 and apart <= 1 + ROUND_TOLERANCE
    enough = _enough(a, b, telling=telling, rounded=rounded, equal=equal, same_noun=same_noun)
    is_open = not (equal or rounded or {a.amount.bound, b.amount.bound} <= {"exact", "about"})
    if enough is not None and not telling and (not is_sole or (is_open and apart > NEAR_BOUND)):
        enough = max(enough, _enough_among_many(a, b, is_open=is_open, same_noun=same_noun))
    if is_sole and a.row.category in SOLE and (rounded or (equal and min(digits) >= 2)):
        enough = -1.0
    if enough is None or near < enough:
        return None
    return 1.0 + near + 0.5 * equal + 0.5 * telling + 0.3 * same_noun


def _enough(
    a: Reading, b: Reading, *, telling: bool, rounded: bool, equal: bool, same_noun: bool
) -> float | None:
    """The least likeness of words for two numbers that meet; -1: any, None: none is enough.

    `telling`: the same number of three digits or more; `rounded`: one can be the other, rounded.
    """
    if a.row.category != b.row.category:
        if same_noun:
            return 0.0 if telling else 0.15 if rounded else 0.3
        return 0.0 if telling else 0.1 if rounded else None
    if a.row.category is not None and a.row.category not in GENERIC:
        large = min(a.amount.value, b.amount.value) >= 100 and (telling or rounded or equal)
        return -1.0 if telling or large else 0.15 if same_noun else 0.3
    if telling:
        return 0.0
    if rounded:
        return 0.1 if same_noun else 0.2
    if same_noun:
        return 0.3
    if _share_word(a, b) or (equal and min(a.amount.digits, b.amount.digits) >= 2):
        return 0.4
    return 0.55


def _enough_among_many(a: Reading, b: Reading, *, is_open: bool, same_noun: bool) -> float:
    """The least likeness of words for numbers of a kind of which a report holds several."""
    at = 0 if same_noun else 1
    if _is_share(a):
        return math.inf if is_open else LIKE_SHARES[at]
    if is_open:
        return LIKE_OPEN[at]
    if a.row.category not in GENERIC or a.row.unit_dimension != "count":
        return -1.0
    largest = max(a.amount.value, b.amount.value)
    return LIKE_ONE if largest <= 1 else LIKE_SMALL[at] if largest < SMALL else -1.0


def _conflicting(a: Reading, b: Reading, near: float, *, same_noun: bool, is_sole: bool) -> float | None:
    """Two different numbers are one quantity only where noun and words around say so, or where each is all
    that its report counts of a telling kind (`is_sole`): 4,058 troops here, 5,556 soldiers there."""
    if a.amount.is_vague or b.amount.is_vague or a.row.document_id == b.row.document_id:
        return None
    if a.is_window or b.is_window:
        return None
    apart = ratio(a.amount, b.amount)
    specific = a.row.category == b.row.category and a.row.category not in GENERIC
    # What costs most is asked last.
    may_differ = is_sole and apart <= SOLE_RATIO and _is_telling(a, b)
    if may_differ and near >= SOLE_LIKE - LIKE_OF_WORD * _share_stem(a, b):
        return 0.3 + near
    if not same_noun and not (specific and _share_word(a, b)):
        return None
    if specific:
        limit, enough = CONFLICT_RATIO, 0.45
    elif is_sole or a.row.category != b.row.category:
        limit, enough = (1.5, 0.45) if apart <= 1.5 else (2.0, 0.6)
    else:
        limit, enough = 1.5, UNLIKE_SHARES if _is_share(a) else UNLIKE_MANY
    if a.row.unit_dimension == "duration":
        limit = 1.5
    return 0.3 + near if apart <= limit and near >= enough else None


def _is_telling(a: Reading, b: Reading) -> bool:
    """Whether a report that gives one number of these categories can be taken to mean the story's."""
    one, other = a.row.category, b.row.category
    return one != other or one in SOLE or one not in GENERIC


def _share_stem(a: Reading, b: Reading) -> bool:
    """Whether the sentences share a content word in any form: "closing costs", "the closure will cost"."""
    ones, others = _stems(a.context), _stems(b.context)
    return any(x.startswith(y) or y.startswith(x) for x in ones for y in others)


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(found for word in content_words(text) if len(found := stem(word)) >= LEAST_STEM)


def _share_word(a: Reading, b: Reading) -> bool:
    return bool(_words(a.row.noun) & _words(b.row.noun))


def _words(noun: str | None) -> set[str]:
    text = (noun or "").lower().replace("-", " ")
    return {word for word in text.split() if len(word) > 3}
