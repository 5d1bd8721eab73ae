"""Parts and wholes: which count of a report is its own toll, and which numbers are parts of a toll.

PURE. A report tells its toll first and then splits it ("twelve died … four at the scene"): of the counts of
one category, the first of anybody is its own, a larger one near the top takes its place, smaller ones are
parts. A part, a further number ("another three") and the level that a sentence replaces ("up from 12") never
speak for the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.resolve.figure_clusters import TOLL_RATIO, TOLL_STEP
from pipelines.resolve.figure_reading import Reading, are_apart
from pipelines.resolve.figure_values import meet, ratio

# A larger count more sentences after the first is not the report's own toll, unless it is called one.
MAIN_WITHIN = 3


@dataclass(slots=True)
class Split:
    """Indices into the readings: `mains`; `satellites`, each with the whole it hangs on (or None) and why."""

    mains: set[int] = field(default_factory=set)
    satellites: dict[int, tuple[int | None, str]] = field(default_factory=dict)


_WHY = {
    "counted": "victims named one by one: the same report's numeral counts",
    "part": "part of a whole named beside it",
    "additional": "in addition to what was reported before",
    "earlier": "the earlier level that its own sentence replaces",
}


def split(readings: Sequence[Reading]) -> Split:
    """The mains and satellites of one story's claims."""
    found = Split()
    by_claim = {r.row.claim_id: i for i, r in enumerate(readings)}
    reports: dict[tuple[str, str], list[int]] = defaultdict(list)
    besides = _besides(readings)
    for i, reading in enumerate(readings):
        whole = by_claim.get(reading.row.related_claim_id or "")
        if reading.role != "total" and i not in besides and not _is_own_toll(readings, i, whole):
            found.satellites[i] = (whole, _WHY[reading.role])
        elif reading.is_toll and not reading.is_other_event:
            reports[reading.row.document_id, reading.row.category or ""].append(i)
    for own in reports.values():
        own.sort(key=lambda i: readings[i].row.start_char)
        _split_report(readings, own, found)
    _hang_up(readings, found)
    return found


def _is_own_toll(readings: Sequence[Reading], i: int, whole: int | None) -> bool:
    """A part of another category's count: in "five were shot, two fatally" two is all killed."""
    if whole is None or readings[i].role != "part" or not readings[i].is_toll:
        return False
    return readings[whole].is_toll and readings[whole].row.category != readings[i].row.category


def _besides(readings: Sequence[Reading]) -> set[int]:
    """Counts on top of another category's: in "two killed and three others injured" three is all injured."""
    found = set()
    told: dict[str, list[Reading]] = defaultdict(list)
    for i, reading in enumerate(readings):
        row = reading.row
        before = told[row.document_id]
        is_first = all(r.row.category != row.category for r in before)
        if reading.role == "additional" and reading.is_toll and row.category != "killed" and is_first:
            in_sentence = any(r.row.sentence_start == row.sentence_start for r in before)
            if in_sentence or reading.head == "other":
                found.add(i)
        if reading.is_toll:
            before.append(reading)
    return found


def _split_report(readings: Sequence[Reading], own: Sequence[int], found: Split) -> None:
    """One report's counts of one category, in text order."""
    numerals = [i for i in own if not readings[i].is_counted]
    if numerals and len(numerals) < len(own):
        _split_report(readings, numerals, found)
        main = next((i for i in numerals if i in found.mains), None)
        found.satellites.update((i, (main, _WHY["counted"])) for i in own if readings[i].is_counted)
        return
    anybody = [i for i in own if not readings[i].groups and not readings[i].amount.is_vague]
    if not anybody:
        for i in _one_a_group(readings, own):
            found.mains.add(i)
        return
    main = _main(readings, anybody)
    found.mains.add(main)
    for i in own:
        if i == main:
            continue
        amounts = [readings[i].amount, readings[main].amount]
        if meet(amounts):
            found.mains.add(i)
        elif amounts[0].value < amounts[1].value and not amounts[0].is_vague:
            found.satellites[i] = (main, "part: less than the same report's count")


def _main(readings: Sequence[Reading], anybody: Sequence[int]) -> int:
    main = anybody[0]
    for i in anybody[1:]:
        mine, other = readings[main], readings[i]
        if other.amount.value <= mine.amount.value or (mine.is_total_worded and not other.is_total_worded):
            continue
        grown = (
            ratio(mine.amount, other.amount) <= TOLL_RATIO
            or other.amount.value - mine.amount.value <= TOLL_STEP
        )
        near = other.row.position - mine.row.position <= MAIN_WITHIN
        if grown and (other.is_total_worded or near):
            main = i
    return main


def _one_a_group(readings: Sequence[Reading], own: Sequence[int]) -> list[int]:
    """Counts of groups alone ("three men", "two women"): each speaks for its group."""
    kept: list[int] = []
    for i in own:
        rival = next((k for k in kept if not are_apart(readings[i].groups, readings[k].groups)), None)
        if rival is None or meet([readings[i].amount, readings[rival].amount]):
            kept.append(i)
        elif readings[i].amount.value > readings[rival].amount.value:
            kept[kept.index(rival)] = i
    return kept


def _hang_up(readings: Sequence[Reading], found: Split) -> None:
    """Give each satellite without a whole its own report's toll: of its category, else none."""
    toll = {
        (readings[i].row.document_id, readings[i].row.category): i for i in sorted(found.mains, reverse=True)
    }
    for i, (whole, why) in found.satellites.items():
        row = readings[i].row
        if whole is None or whole in found.satellites:
            nearest = toll.get((row.document_id, row.category))
            found.satellites[i] = (nearest, why)


def parts_across(readings: Sequence[Reading], members: Sequence[int]) -> dict[int, str]:
    """Members of a toll that count one group only, and fewer than what is known of everybody by then.

    "Three children were killed" in one report is no contradiction of twelve dead in another.
    """
    anybody = [i for i in members if not readings[i].groups]
    found = _without_attacker(readings, members)
    for i in members:
        if not readings[i].groups:
            continue
        known = [
            readings[k].amount
            for k in anybody
            if not _is_later(readings[k], readings[i])
            and readings[k].row.document_id != readings[i].row.document_id
        ]
        mine = readings[i].amount
        if known and all(a.low > mine.high for a in known) and not _are_all(readings, i, members):
            found[i] = "part: counts one group, fewer than others report of all"
    return found


def _without_attacker(readings: Sequence[Reading], members: Sequence[int]) -> dict[int, str]:
    """Counts of the victims alone, where others count the one who did it: "three, including the gunman"."""
    everybody = {readings[i].row.value for i in members if readings[i].with_attacker}
    return {
        i: "part: the victims without the one who did it, whom others count"
        for i in members
        if not readings[i].with_attacker
        and readings[i].amount.bound == "exact"
        and readings[i].row.value + 1 in everybody
    }


def _are_all(readings: Sequence[Reading], i: int, members: Sequence[int]) -> bool:
    """Whether the group of a count is everybody: another report gives the same group the number of all."""
    groups = readings[i].groups
    same = [
        k for k in members if readings[k].groups == groups and readings[k].row.value != readings[i].row.value
    ]
    anybody = [readings[k].amount for k in members if not readings[k].groups]
    return any(meet([readings[k].amount, a]) for k in same for a in anybody)


def _is_later(one: Reading, other: Reading) -> bool:
    """True where `one` was published after `other`."""
    a, b = one.row.published_on, other.row.published_on
    return a is not None and b is not None and a > b
