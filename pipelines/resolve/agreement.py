"""What the claims of one figure say together: range, preferred value, agreement, history.

PURE. `low` to `high` is what is reported and still stands, never a confidence interval. `best` is one of the
stated values, or NULL: never a mean, never a silent maximum. `method` names the rule that chose it:

| method | best is |
|---|---|
| `only` | the one number there is |
| `same` | the number that all give |
| `precise` | sources agree within hedges and rounding: exact over hedged, then digits, then sources |
| `latest` | a count that changed over days: the number of the latest day |
| `supported` | the latest day's number has one source and contradicts one with more: the number with more |
| `no_fall` | a toll that only rises; one later source with less, uncorrected: the one before |
| `majority` | sources conflict: the number that more independent sources give than any other |
| `attributed` | tolls in even conflict, of which an authority gives one alone: that one |
| `range`, `vague` | NULL: only a range, or a vague word |
| `on_top` | NULL: only what comes on top of others ("another three died") is told |
| `unresolved` | NULL: sources conflict, and nothing above decides |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.resolve.figure_reading import RISING, Reading
from pipelines.resolve.figure_values import Amount, is_rounded_apart, meet

# An event further before the first report than this is history: its numbers no longer rise.
FRESH_DAYS = 60
# The latest observation window goes back until it holds the numbers of this many independent sources.
WINDOW_SOURCES = 2


@dataclass(frozen=True, slots=True)
class Observation:
    """What was reported for one day, in base units."""

    as_of_on: date
    low: float
    best: float | None
    high: float


@dataclass(slots=True)
class Verdict:
    """What a figure says, in base units; `revising`: claims whose number took the place of an earlier one."""

    low: float | None = None
    best: float | None = None
    high: float | None = None
    agreement: str = "single"
    method: str = "only"
    as_of_on: date | None = None
    as_of_on_precision: str | None = None
    observations: list[Observation] = field(default_factory=list)
    revising: dict[str, str] = field(default_factory=dict)

    def without_best(self, method: str) -> None:
        """Prefer no value, of the figure and of its days, by the rule `method`."""
        self.best, self.method = None, method
        self.observations = [replace(seen, best=None) for seen in self.observations]


def judge(readings: Sequence[Reading]) -> Verdict:
    """The verdict on claims that report the whole (parts and earlier levels left out); at least one."""
    told = _one_a_source(_numerals_first(readings))
    has_history = _has_history(told)
    verdict = Verdict(observations=_observations(told, has_history=has_history))
    if has_history:
        standing = _window(told)
        verdict.best, verdict.method = _latest(standing, told)
        contested = _contested(told)
        verdict.agreement = "conflict" if contested else _agreement_over_days(standing, told)
        standing += [r for r in contested if r not in standing]
        verdict.revising = _revising(readings)
        if contested:
            revised = _revised_by_source(readings)
            verdict.revising = {claim: why for claim, why in verdict.revising.items() if claim in revised}
        verdict.as_of_on, verdict.as_of_on_precision = max(_times(standing))
    else:
        standing = told
        verdict.best, verdict.method = _prefer(standing)
        verdict.agreement = _agreement(standing)
        verdict.as_of_on, verdict.as_of_on_precision = _common_day(standing)
    solid = _solid(standing)
    verdict.low = min(r.amount.stated_low for r in solid)
    verdict.high = max(r.amount.stated_high for r in solid)
    return verdict


def _numerals_first(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Without victims named one by one that are not as many as a numeral elsewhere says: it always wins."""
    numerals = [r.amount for r in readings if not r.is_counted]
    if not numerals:
        return readings
    return [r for r in readings if not r.is_counted or any(meet([r.amount, a]) for a in numerals)]


def _day(reading: Reading) -> date | None:
    """The day on which a count was known: for a toll the day of publication, else the day it holds for."""
    row = reading.row
    return row.published_on or row.as_of_on if reading.is_toll else row.as_of_on or row.published_on


def _one_a_source(readings: Sequence[Reading]) -> list[Reading]:
    """A number that one source repeats on one day counts once, and that of one text and its copies on the
    first day it was printed."""
    printed: set[tuple[object, ...]] = set()
    kept: dict[tuple[object, ...], Reading] = {}
    for reading in sorted(readings, key=lambda r: (_day(r) is None, _order(r))):
        row, a = reading.row, reading.amount
        number = (a.stated_low, a.stated_high, a.bound)
        text = (row.copy_of or row.document_id, *number)
        if text not in printed:
            printed.add(text)
            kept.setdefault((row.source_key, _day(reading), *number), reading)
    return sorted(kept.values(), key=_order)


def _order(reading: Reading) -> tuple[date, str, int]:
    """By day, reports without one first: nothing says that they are the latest."""
    return (_day(reading) or date.min, reading.row.document_id, reading.row.start_char)


def _solid(readings: Sequence[Reading]) -> list[Reading]:
    """Without vague amounts where there is anything else."""
    return [r for r in readings if not r.amount.is_vague] or list(readings)


def _sources(readings: Sequence[Reading]) -> int:
    return len({r.row.source_key for r in readings})


# --- agreement -------------------------------------------------------------------------------


def _agreement(standing: Sequence[Reading]) -> str:
    amounts = [r.amount for r in standing]
    if not meet(amounts):
        return "conflict"
    if _sources(standing) == 1:
        return "single"
    return "round_equal" if is_rounded_apart(amounts) else "agree"


def _agreement_over_days(standing: Sequence[Reading], told: Sequence[Reading]) -> str:
    """Within a day numbers must agree; from day to day a count may change, a toll only upwards.

    A number that was there before the higher one, and is back after it, does not revise it: a conflict; so is
    a lower number that one source still gives when others have had the higher one for days.
    """
    last = max(_order(r)[0] for r in standing)
    latest = [r for r in standing if _order(r)[0] == last]
    earlier = [r for r in standing if _order(r)[0] < last]
    found = _agreement(latest)
    if found == "conflict":
        return found
    top = max(r.amount.high for r in latest)
    higher = [r for r in earlier if r.amount.low > top]
    before = [day for r in told if (day := _day(r)) is not None and meet([r.amount, latest[0].amount])]
    is_back = bool(before) and any(min(before) <= _order(r)[0] for r in higher)
    if not any(r.is_corrected for r in latest) and (is_back or any(_only_rises(r) for r in higher)):
        return "conflict"
    if any(_is_left_behind(r, latest, told) for r in earlier):
        return "conflict"
    return found if _sources(standing) == 1 else "agree" if found == "single" else found


def _is_left_behind(reading: Reading, latest: Sequence[Reading], told: Sequence[Reading]) -> bool:
    """A number that a source gave, and stands by, days after others had the higher one that is the latest."""
    if not reading.is_toll or any(reading.amount.high >= r.amount.low for r in latest):
        return False
    return any(
        r.row.source_key != reading.row.source_key
        and (day := _day(r)) is not None
        and day < _order(reading)[0]
        and meet([r.amount, *(x.amount for x in latest)])
        for r in told
    )


def _contested(told: Sequence[Reading]) -> list[Reading]:
    """Last numbers of sources that contradict the latest day's, and that another source contradicted on their
    own day.

    A later day with the other number revises nothing that its source said: only the source itself does, or
    words that say the number has moved.
    """
    last: dict[str, date] = {}
    for reading in told:
        if (day := _day(reading)) is not None:
            last[reading.row.source_key] = max(day, last.get(reading.row.source_key, day))
    latest = [r.amount for r in told if _day(r) == max(last.values())]
    return [
        reading
        for reading in told
        if (day := _day(reading)) is not None
        and day < max(last.values())
        and last[reading.row.source_key] == day
        and not any(meet([reading.amount, amount]) for amount in latest)
        and any(_speaks_against(other, reading) for other in told if _day(other) == day)
    ]


def _speaks_against(other: Reading, reading: Reading) -> bool:
    """A number of another source that contradicts a reading and is not told as its revision."""
    return (
        other.row.source_key != reading.row.source_key
        and not (other.is_rising or other.is_corrected)
        and not meet([other.amount, reading.amount])
    )


def _only_rises(reading: Reading) -> bool:
    return reading.row.category in RISING


# --- the preferred value ---------------------------------------------------------------------


def _prefer(standing: Sequence[Reading]) -> tuple[float | None, str]:
    """The value of numbers that hold for one time."""
    solid = _solid(standing)
    if all(r.amount.is_vague for r in solid):
        return None, "vague"
    if meet([r.amount for r in standing]):
        return _precise(solid)
    return _among(solid)


def _precise(solid: Sequence[Reading]) -> tuple[float | None, str]:
    pointed = [r for r in solid if r.amount.stated_low == r.amount.stated_high]
    if not pointed:
        return None, "range"
    best = max(pointed, key=lambda r: _rank(r, pointed))
    if len({r.amount.value for r in solid}) == 1:
        return best.amount.value, "only" if _sources(solid) == 1 else "same"
    return best.amount.value, "precise"


_BOUND_RANK = {"exact": 3, "about": 2, "at_least": 1, "more_than": 1}


def _rank(reading: Reading, among: Sequence[Reading]) -> tuple[int, int, int, int, int]:
    a = reading.amount
    day = _day(reading)
    return (
        _BOUND_RANK.get(a.bound, 0),
        a.digits,
        _sources([r for r in among if r.amount.value == a.value]),
        day.toordinal() if day else 0,
        -reading.row.start_char,
    )


def _among(solid: Sequence[Reading]) -> tuple[float | None, str]:
    """Of conflicting numbers, the one that more independent sources give; then what an authority gives."""
    camps = _camps(solid)
    counts = sorted((_sources(camp) for camp in camps), reverse=True)
    if counts[0] > counts[1]:
        return _precise(next(c for c in camps if _sources(c) == counts[0]))[0], "majority"
    official = [camp for camp in camps if any(r.is_official and r.is_toll for r in camp)]
    if len(official) == 1:
        return _precise(official[0])[0], "attributed"
    return None, "unresolved"


def _camps(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Readings by number: each joins the first camp whose numbers its own meets, exact numbers first."""
    camps: list[list[Reading]] = []
    for reading in sorted(readings, key=lambda r: (-_BOUND_RANK.get(r.amount.bound, 0), _order(r))):
        home = next((c for c in camps if meet([*(r.amount for r in c), reading.amount])), None)
        if home is None:
            camps.append([reading])
        else:
            home.append(reading)
    return camps


# --- history ---------------------------------------------------------------------------------


def _has_history(told: Sequence[Reading]) -> bool:
    """Counts of a fresh event from several days, or numbers that the text itself says have moved."""
    days = {day for r in told if (day := r.row.published_on) is not None}
    if len(days) < 2 or meet([r.amount for r in told]):
        return False
    first = min(days)
    if any(r.row.as_of_on is not None and (first - r.row.as_of_on).days > FRESH_DAYS for r in told):
        return False
    if any(r.years and max(r.years) < first.year - 1 for r in told):
        return False
    return any(r.is_toll or r.is_rising for r in told) or _sources(told) == 1


def _window(told: Sequence[Reading]) -> list[Reading]:
    """Each source's latest number, from the latest day back until two independent sources are heard.

    A report without a day is in the window unless its number was reported, and left, on earlier days.
    """
    latest: dict[str, list[Reading]] = {}
    undated = [r for r in told if _day(r) is None]
    for reading in told:
        if (day := _day(reading)) is None:
            continue
        own = latest.setdefault(reading.row.source_key, [])
        if own and _day(own[0]) != day:
            own.clear()
        own.append(reading)
    heard: list[Reading] = []
    by_day: dict[date, list[Reading]] = defaultdict(list)
    for own in latest.values():
        by_day[_order(own[0])[0]].extend(own)
    for day in sorted(by_day, reverse=True):
        if _sources(heard) >= WINDOW_SOURCES:
            break
        heard.extend(by_day[day])
    standing = {r.amount.value for r in heard}
    left = {r.amount.value for r in told if _day(r) is not None} - standing
    return heard + [r for r in undated if r.amount.value not in left]


def _latest(standing: Sequence[Reading], told: Sequence[Reading]) -> tuple[float | None, str]:
    """The value of a count that changed over days: the latest that is well supported."""
    dated = [r for r in standing if _day(r) is not None] or list(standing)
    last = max(_order(r)[0] for r in dated)
    newest = _solid([r for r in dated if _order(r)[0] == last])
    if all(r.amount.is_vague for r in newest):
        return _prefer(dated)
    if not meet([r.amount for r in newest]):
        return _unequal_day(newest, told)
    best, _ = _precise(newest)
    if best is None or _sources(newest) >= WINDOW_SOURCES or any(r.is_corrected for r in newest):
        return best, "latest"
    return _against_earlier(best, newest, told)


def _against_earlier(best: float, newest: Sequence[Reading], told: Sequence[Reading]) -> tuple[float, str]:
    """One source alone on the latest day: a rise stands, a fall gives way to what more sources said."""
    others = [r for r in told if r.row.source_key != newest[0].row.source_key and not r.amount.is_vague]
    if not others:
        return best, "latest"
    previous = max(_order(r)[0] for r in others)
    before, _ = _prefer([r for r in others if _order(r)[0] == previous])
    if before is None or before <= best:
        return best, "latest"
    support = _sources([r for r in told if r.amount.low <= before <= r.amount.high])
    mine = _sources([r for r in told if r.amount.low <= best <= r.amount.high])
    if support > mine:
        return before, "supported"
    return (before, "no_fall") if _only_rises(newest[0]) and support == mine else (best, "latest")


def _unequal_day(newest: Sequence[Reading], told: Sequence[Reading]) -> tuple[float | None, str]:
    """Sources differ on the latest day: a number reported on an earlier day is old, the other is the rise."""
    day = _order(newest[0])[0]
    old = {r.amount.value for r in told if _order(r)[0] < day}
    risen = [r for r in newest if r.amount.value not in old]
    if old and risen and len(risen) < len(newest) and meet([r.amount for r in risen]):
        rise = _precise(risen)[0]
        if rise is not None and rise > max(old):
            return rise, "latest"
    return _among(newest)


def _revising(readings: Sequence[Reading]) -> dict[str, str]:
    """Claims of later days whose number is not that of the first day, with what they replaced."""
    dated = sorted((r for r in readings if _day(r) is not None), key=_order)
    if not dated:
        return {}
    first = _order(dated[0])[0]
    start = [r.amount for r in dated if _order(r)[0] == first]
    told_so = _revised_by_source(readings)
    found: dict[str, str] = {}
    previous = dated[0]
    for reading in dated:
        if _order(reading)[0] > first and not any(meet([reading.amount, a]) for a in start):
            word = "up from" if reading.amount.value > start[0].value else "down from"
            doubt = "" if reading.row.claim_id in told_so else "; no source says that it changed"
            found[reading.row.claim_id] = _revision(reading, previous, word) + doubt
        if not meet([reading.amount, previous.amount]):
            previous = reading
    return found


def _revised_by_source(readings: Sequence[Reading]) -> set[str]:
    """Claims told as revisions: by their words, or because their own source had another number before."""
    own: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        own[reading.row.source_key].append(reading)
    return {
        r.row.claim_id
        for r in readings
        if r.is_rising
        or r.is_corrected
        or any(_order(o)[0] < _order(r)[0] and not meet([o.amount, r.amount]) for o in own[r.row.source_key])
    }


def _revision(reading: Reading, previous: Reading, word: str) -> str:
    earlier = previous if not meet([reading.amount, previous.amount]) else None
    text = f"reported {_day(reading)}"
    if earlier is not None:
        direction = "up" if reading.amount.value > earlier.amount.value else "down"
        text += f", {direction} from {earlier.row.value:g} on {_day(earlier)}"
    else:
        text += f", {word} the first day's number"
    if "down" in text and _only_rises(reading):
        text += "; a toll does not fall: a correction" if reading.is_corrected else "; a toll does not fall"
    return text


def _observations(told: Sequence[Reading], *, has_history: bool) -> list[Observation]:
    days: dict[date, list[Reading]] = defaultdict(list)
    for reading in told:
        day = _day(reading)
        if day is not None:
            days[day].append(reading)
    found = []
    for day, readings in sorted(days.items()):
        solid = _solid(readings)
        low, high = min(r.amount.stated_low for r in solid), max(r.amount.stated_high for r in solid)
        best = _unequal_day(solid, told)[0] if has_history and not meet([r.amount for r in solid]) else None
        found.append(Observation(day, low, _prefer(readings)[0] if best is None else best, high))
    return found


def _times(readings: Sequence[Reading]) -> list[tuple[date, str]]:
    """The days on which counts were known, with their precision."""
    days = [(_day(reading), reading.row) for reading in readings]
    return [
        (day, "day" if day == row.published_on else row.as_of_on_precision or "day")
        for day, row in days
        if day is not None
    ]


def _common_day(readings: Sequence[Reading]) -> tuple[date | None, str | None]:
    """The day, month or year most claims hold for, the earlier where even; its precision."""
    counts: dict[tuple[date, str], int] = defaultdict(int)
    for reading in readings:
        if reading.row.as_of_on is not None:
            counts[reading.row.as_of_on, reading.row.as_of_on_precision or "day"] += 1
    return min(counts, key=lambda time: (-counts[time], time)) if counts else (None, None)


def describe(amount: Amount, unit: str | None) -> str:
    """A claim's number in words, for evidence: "about 2000 metre"."""
    hedge = "" if amount.bound in ("exact", "range") else amount.bound.replace("_", " ") + " "
    low, high = amount.stated_low / amount.factor, amount.stated_high / amount.factor
    number = f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"
    return f"{hedge}{number}" + (f" {unit}" if unit else "")
