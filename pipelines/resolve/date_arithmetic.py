"""Durations and ages against dates: what the dates of a story say that a stated duration must be.

PURE. "Nine months into the blockade", printed on a day, and "the blockade began in December 2022" are two
reports of one length of time. What can be compared:

| stated | with | the dates say |
|---|---|---|
| time that has passed ("nine months into the strike") | its beginning | day of publication less that day |
| the same told as it goes on ("the strike has lasted two weeks") | its beginning | the same |
| when it was ("collapsed three weeks ago") | its day | the same |
| how long something took ("a one-day offensive") | first and last day | last day less first day |
| what is left ("another year and a half") and the whole ("five years") | its beginning | whether ends meet |
| an age | day or year of birth | day of publication less that day |

Only dates that name their day, month or year count, and only in a sentence that tells of the same thing.
Where dates that could be meant lead to different verdicts, there is none.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from pipelines.model import FigureDateCheck
from pipelines.resolve.figure_reading import ClaimRow, cue
from pipelines.resolve.figure_values import amount, last_unit, significant_digits
from pipelines.resolve.vectors import Vectors
from pipelines.resolve.wordings import content_words, stem

Embed = Callable[[Sequence[str]], Vectors]

# Likeness of words from which two sentences tell of one thing: where a time is shared, and where none is.
LIKE, LIKE_ALONE = 0.4, 0.5
# Shorter stems begin too many words: they must be equal.
LEAST_STEM, SHORT_STEM = 3, 4
# How far from its date a verb of beginning may stand, in characters.
CUE_REACH = 90
# A number of days that differs by more than this factor is of something else.
FURTHEST = 2.5
# So many durations of one kind, and so many dates, of one story are looked at, in the order of reports.
MOST_STATED, MOST_DATES = 200, 500
_DAYS = {"decade": 3652.5, "year": 365.25, "month": 30.44, "week": 7.0, "day": 1.0}


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in its sentence. `on`: its first day; `precision`: day, month or year; `persons`: people whom
    the sentence names, by entity id."""

    document_id: str
    sentence_id: str
    start_char: int
    end_char: int
    surface: str
    on: date
    precision: str
    sentence: str
    sentence_start: int
    persons: frozenset[str] = frozenset()

    @property
    def last(self) -> date:
        """The last day it can mean."""
        if self.precision == "year":
            return date(self.on.year, 12, 31)
        if self.precision == "month":
            return self.on.replace(day=calendar.monthrange(self.on.year, self.on.month)[1])
        return self.on


@dataclass(frozen=True, slots=True)
class _Stated:
    """A duration in days: the interval that its wording allows, and the step it is told in. `day`: of its
    publication; `kind`: elapsed, ago, left or length; `about`: stems of the words that say of what, of which
    a sentence with a date must have `needed`."""

    row: ClaimRow
    day: date | None
    low: float
    high: float
    step: float
    kind: str
    about: frozenset[str]
    needed: int = 1


@dataclass(frozen=True, slots=True)
class _Range:
    """A first and a last day, written as one."""

    span: DateSpan
    first: date
    last: date
    end_char: int


def check_dates(  # noqa: PLR0917
    rows: Sequence[ClaimRow],
    dates: Sequence[DateSpan],
    figure_of: Mapping[str, str],
    published: Mapping[str, date],
    embed: Embed,
    persons: frozenset[str] = frozenset(),
) -> list[FigureDateCheck]:
    """What the dates of one story say of its durations and ages; one row a claim and date that decide.

    `figure_of`: the figure of each claim; `published`: the day of each document that has one; `persons`:
    the entities that are people.
    """
    if not dates:
        return []
    stated = [
        found for row in rows if row.claim_id in figure_of and (found := _read(row, published)) is not None
    ]
    dates = dates[:MOST_DATES]
    all_found = [
        *_lengths(stated, dates, embed),
        *_elapsed(stated, dates),
        *_ago(stated, dates),
        *_ends(stated, dates, embed),
        *_ages(rows, dates, published, persons),
    ]
    checks = [replace(c, figure_id=figure_of[c.claim_id]) for c in all_found if c.claim_id in figure_of]
    by_key = {(c.figure_id, c.claim_id, c.sentence_id, c.start_char): c for c in reversed(checks)}
    return [by_key[key] for key in sorted(by_key)]


# --- what is stated --------------------------------------------------------------------------

_LEFT_OVER = re.compile(r"^\s*(?:left|remaining|to go|to run|more)\b")
_FURTHER = re.compile(r"\b(?:another|a further)\s*$|^(?:another|a further)\b", re.IGNORECASE)
_MORE = re.compile(r"\bmore\b(?! than)", re.IGNORECASE)
_INTO = re.compile(r"^\s*(?:into|since)\s+(?P<what>[^,.;:—–]{3,60})")
_AGO = re.compile(r"^\s+ago\b")
_HEDGE = r"(?:(?:about|some|at least|around|nearly|almost|roughly|more than|over|just|now)\s+)*"
# "the road has been closed for", "the strike has lasted": words, then the verb, then the number.
_GOES_ON = re.compile(
    rf"(?P<what>[^,;:—–]{{3,80}}?)\s+(?:has|have)\s+(?P<state>(?:\w+\s+){{0,8}}?)(?:for|lasted)\s+{_HEDGE}$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:—–]|\b(?:and|but|which|while|after|before|when)\b")
# What says only that something goes on.
_LASTING = frozenset({"last", "drag", "continu", "stretch", "rag", "endur"})


def _read(row: ClaimRow, published: Mapping[str, date]) -> _Stated | None:
    """A claim of the dimension duration in a unit of a day or more, and what it tells."""
    if row.unit_dimension != "duration" or row.unit not in _DAYS or row.value <= 0 or row.is_vague:
        return None
    unit = _DAYS[row.unit]
    start = min(max(row.start_char - row.sentence_start, 0), len(row.sentence))
    end = min(max(row.end_char - row.sentence_start, start), len(row.sentence))
    left, own, right = row.sentence[:start], row.sentence[start:end], row.sentence[end:]
    step = unit if row.value == int(row.value) else unit / 4
    step = max(step, last_unit(row.value, significant_digits(row.value)) * unit / 2 if row.value >= 10 else 0)
    given = amount(row.value, row.value_low, row.value_high, row.bound, False, None, "duration")
    low, high = given.stated_low * unit, given.stated_high * unit
    if row.bound in ("at_least", "more_than"):
        high = float("inf")
    elif row.bound in ("at_most", "less_than"):
        low = 0.0
    kind, about, needed = "length", _thing(row, left), 1
    if _LEFT_OVER.match(right) or _FURTHER.search(left) or _FURTHER.search(own) or _MORE.search(own):
        kind = "left"
    elif passed := _INTO.match(right):
        kind, about = "elapsed", _stems(passed["what"])
    elif _AGO.match(right):
        kind, about = "ago", _stems(_beside(left, right))
        needed = max(2, -(-3 * len(about) // 4))
    elif ("for" in left or "lasted" in left) and (lasting := _GOES_ON.search(left)):
        kind, about = "elapsed", _stems(f"{lasting['what']} {lasting['state']}") - _LASTING
        needed = min(2, len(about)) if _stems(lasting["what"]) else len(about) + 1
    return _Stated(row, published.get(row.document_id), low, high, step, kind, about, needed)


def _thing(row: ClaimRow, left: str) -> frozenset[str]:
    """What took the time: the noun of the number, else the clause before it."""
    return _stems(row.noun or "") or _stems(_CLAUSE.split(left)[-1])


def _beside(left: str, right: str) -> str:
    """What happened so long ago: the clause before the number, else the one behind "ago"."""
    before = _CLAUSE.split(left)[-1]
    return before if _stems(before) else _CLAUSE.split(_AGO.sub("", right).lstrip(" ,"))[0]


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(found for word in content_words(text) if len(found := stem(word)) >= LEAST_STEM)


def _shared(ones: frozenset[str], others: frozenset[str]) -> int:
    """How many stems of the one are, or begin, or continue, one of the other."""
    return sum(x in others or any(_begins(x, y) or _begins(y, x) for y in others) for x in ones)


def _begins(one: str, other: str) -> bool:
    return len(one) >= SHORT_STEM and other.startswith(one)


class _Likeness:
    """Likeness of sentences, each embedded once."""

    def __init__(self, sentences: Sequence[str], embed: Embed) -> None:
        self._at = {sentence: n for n, sentence in enumerate(dict.fromkeys(sentences))}
        self._vectors = embed(list(self._at))

    def of(self, one: str, other: str) -> float:
        """Cosine of two of the sentences."""
        return float(self._vectors[self._at[one]] @ self._vectors[self._at[other]])


# --- dates -----------------------------------------------------------------------------------

_DAY_RANGE = re.compile(r"(?<!\d)(\d{1,2})\s?(?:[-–—]|to|and)\s?(\d{1,2})(?!\d)")
_BETWEEN = re.compile(r"^\s*(?:to|and|until|till|through|[-–—])\s*(?:the\s*)?$")
_OPENS_RANGE = re.compile(r"\b(?:from|between)\s+(?:the\s+)?$", re.IGNORECASE)
_BORN = re.compile(r"\bborn\b[^.;]{0,30}$", re.IGNORECASE)


def _ranges(dates: Sequence[DateSpan]) -> Iterator[_Range]:
    """First and last days: "19-20 September 2023", "from 3 May to 10 June 2024"."""
    ordered = sorted(dates, key=lambda d: (d.document_id, d.start_char))
    for at, span in enumerate(ordered):
        days = _DAY_RANGE.search(span.surface)
        if days and span.precision == "day" and span.on.day == int(days[1]) < int(days[2]):
            month = calendar.monthrange(span.on.year, span.on.month)[1]
            if int(days[2]) <= month:
                yield _Range(span, span.on, span.on.replace(day=int(days[2])), span.end_char)
            continue
        after = ordered[at + 1] if at + 1 < len(ordered) else None
        if after is None or after.sentence_id != span.sentence_id or not span.on < after.on:
            continue
        a, b = span.start_char - span.sentence_start, span.end_char - span.sentence_start
        between = span.sentence[b : after.start_char - span.sentence_start]
        if (
            span.precision == after.precision == "day"
            and _BETWEEN.match(between)
            and _OPENS_RANGE.search(span.sentence[:a])
        ):
            yield _Range(span, span.on, after.on, after.end_char)


def _starts(dates: Sequence[DateSpan]) -> list[tuple[DateSpan, frozenset[str]]]:
    """Dates on which a sentence says that something began, with the stems of the words around."""
    return [(span, _stems(" … ".join(_around(span)))) for span in dates if _says(span) == "begins"]


def _around(span: DateSpan) -> tuple[str, str]:
    """What stands before a date and behind it."""
    start, end = span.start_char - span.sentence_start, span.end_char - span.sentence_start
    return span.sentence[max(start - CUE_REACH, 0) : start], span.sentence[end : end + CUE_REACH]


def _says(span: DateSpan) -> str | None:
    """Whether something `begins` or `ends` on a date: the last such word before it, else the first behind."""
    left, right = (text.lower() for text in _around(span))
    if left.rstrip().endswith("since"):
        return "begins"
    before = [(m.end(), kind) for kind in ("begins", "ends") for m in cue(kind).finditer(left)]
    behind = [(m.start(), kind) for kind in ("begins", "ends") for m in cue(kind).finditer(right)]
    if before:
        return max(before)[1]
    return min(behind)[1] if behind else None


# --- the checks ------------------------------------------------------------------------------


def _lengths(stated: Sequence[_Stated], dates: Sequence[DateSpan], embed: Embed) -> Iterator[FigureDateCheck]:
    """How long something took against its first and last day, written as a range."""
    yield from _between(stated, dates)
    ranges = list(_ranges(dates))
    own: dict[tuple[str, int], list[DateSpan]] = defaultdict(list)
    for span in dates:
        own[span.document_id, span.sentence_start].append(span)
    dated = [s for s in stated if s.kind == "length"]
    if not ranges or not dated:
        return
    sentences = [s.row.sentence for s in dated[:MOST_STATED]] + [r.span.sentence for r in ranges]
    alike = _Likeness(sentences, embed)
    for one in dated[:MOST_STATED]:
        times = own.get((one.row.document_id, one.row.sentence_start), ())
        stems = _stems(one.row.sentence)
        meant = [
            r
            for r in ranges
            if _is_of(one, r, times)
            and _shared(stems, _stems(r.span.sentence))
            and alike.of(one.row.sentence, r.span.sentence) >= LIKE
        ]
        days = {(r.first, r.last) for r in meant}
        if len(days) == 1 and _is_near(one, 0, (meant[0].last - meant[0].first).days + 1):
            yield _length(one, meant[0])


def _is_of(one: _Stated, found: _Range, times: Sequence[DateSpan]) -> bool:
    """Whether a range can be meant: its sentence has the thing; the claim's own dates, if any, hold it."""
    if times:
        return any(t.on <= found.first and found.last <= t.last for t in times) or found.span in times
    return bool(one.about) and _shared(one.about, _stems(found.span.sentence)) == len(one.about)


def _between(stated: Sequence[_Stated], dates: Sequence[DateSpan]) -> Iterator[FigureDateCheck]:
    """How long something took against the day on which it began and the day on which it ended."""
    lengths = [s for s in stated if s.kind == "length" and s.about][:MOST_STATED]
    if not lengths:
        return
    starts = _starts(dates)
    ends = [(s, _stems(" … ".join(_around(s)))) for s in dates if _says(s) == "ends"] if starts else []
    for one in lengths:
        first, last = (
            {s for s, stems in side if _shared(one.about, stems) == len(one.about)} for side in (starts, ends)
        )
        if len({(s.on, s.precision) for s in first}) != 1 or len({(s.on, s.precision) for s in last}) != 1:
            continue
        a, b = min(first, key=_place), min(last, key=_place)
        if a.precision == b.precision == "day" and a.on < b.on:
            check = _length(one, _Range(a, a.on, b.on, a.end_char))
            if _is_near(one, 0, (b.on - a.on).days + 1):
                yield check
        elif a.last < b.on and a.precision != "year":
            yield from _months_between(one, a, b)


def _place(span: DateSpan) -> tuple[str, int]:
    return span.document_id, span.start_char


def _months_between(one: _Stated, first: DateSpan, last: DateSpan) -> Iterator[FigureDateCheck]:
    """The same where a month is all that is known of a day."""
    low, high = (last.on - first.last).days, (last.last - first.on).days
    meets = low < one.high + one.step and high > one.low - one.step
    text = f"{_written(first)} to {_written(last)}: {_days(low, high)}"
    if _is_near(one, low, high):
        verdict = "agree" if meets else "conflict"
        yield _check(one.row, first, first.end_char, low, high, verdict, text)


def _length(one: _Stated, found: _Range) -> FigureDateCheck:
    apart = (found.last - found.first).days
    slack = one.step / 2
    if one.low - slack < apart + 1 < one.high + slack:
        verdict = "agree"
    elif one.low - slack < apart + 1 and apart - 1 < one.high + slack:
        verdict = "open"
    else:
        verdict = "conflict"
    least = max(apart - 1, 0)
    text = f"{found.first} to {found.last}: {apart + 1} calendar days, {least} to {apart + 1} days of time"
    return _check(one.row, found.span, found.end_char, least, apart + 1, verdict, text)


def _elapsed(stated: Sequence[_Stated], dates: Sequence[DateSpan]) -> Iterator[FigureDateCheck]:
    """Time that has passed by the day of publication against the day of a beginning."""
    passed = [s for s in stated if s.kind == "elapsed"][:MOST_STATED]
    starts = _starts(dates) if passed else []
    for one in passed:
        if one.day is None:
            continue
        meant = [s for s, stems in starts if s.last <= one.day and _shared(one.about, stems) >= one.needed]
        yield from _agreed(one, meant, one.day)


def _ago(stated: Sequence[_Stated], dates: Sequence[DateSpan]) -> Iterator[FigureDateCheck]:
    """So long ago, against a date on which the same thing happened in another sentence."""
    told = [s for s in stated if s.kind == "ago" and s.day is not None][:MOST_STATED]
    around = [(s, _stems(" … ".join(_around(s)))) for s in dates] if told else []
    for one in told:
        if one.day is None:
            continue
        meant = [
            s
            for s, stems in around
            if s.last <= one.day
            and _shared(one.about, stems) >= one.needed
            and (s.document_id, s.sentence_start) != (one.row.document_id, one.row.sentence_start)
        ]
        yield from _agreed(one, meant, one.day)


def _agreed(one: _Stated, meant: Sequence[DateSpan], day: date) -> Iterator[FigureDateCheck]:
    found = []
    for span in meant:
        low, high = (day - span.last).days, (day - span.on).days
        if low < one.high + one.step and high > one.low - one.step:
            verdict = "agree"
        else:
            near = low < one.high + 2 * one.step and high > one.low - 2 * one.step
            verdict = "open" if near else "conflict"
        text = f"from {_written(span)} to {day}: {_days(low, high)}"
        if _is_near(one, low, high):
            found.append(_check(one.row, span, span.end_char, low, high, verdict, text))
    if len(found) == len(meant) and len({check.verdict for check in found}) == 1:
        yield found[0]


def _is_near(one: _Stated, low: float, high: float) -> bool:
    """Whether what the dates say can be meant at all: beyond some times the number it is another thing."""
    return low <= FURTHEST * max(one.low, one.step) and one.low <= FURTHEST * max(high, one.step)


def _ends(stated: Sequence[_Stated], dates: Sequence[DateSpan], embed: Embed) -> Iterator[FigureDateCheck]:
    """What is left and the whole from its beginning: two ends of one thing."""
    wholes = [s for s in stated if s.kind == "length"][:MOST_STATED]
    rests = [s for s in stated if s.kind == "left" and s.day is not None][:MOST_STATED]
    starts = _starts(dates) if wholes and rests else []
    if not starts:
        return
    alike = _Likeness([s.row.sentence for s in (*wholes, *rests)], embed)
    for whole in wholes:
        for rest in rests:
            if whole.low >= rest.low and (check := _end(rest, whole, starts, alike)) is not None:
                yield check
                break


def _end(
    rest: _Stated,
    whole: _Stated,
    starts: Sequence[tuple[DateSpan, frozenset[str]]],
    alike: _Likeness,
) -> FigureDateCheck | None:
    """The check of a whole by what is left, where both tell of one thing."""
    stems, both = _stems(rest.row.sentence), _stems(whole.row.sentence)
    if _shared(stems, both) < 2 or alike.of(rest.row.sentence, whole.row.sentence) < LIKE_ALONE:
        return None
    meant = [s for s, own in starts if _shared(stems, own) and _shared(both, own)]
    return next(_two_ends(rest, whole, meant), None)


def _two_ends(rest: _Stated, whole: _Stated, meant: Sequence[DateSpan]) -> Iterator[FigureDateCheck]:
    day, found = rest.day, []
    for span in meant:
        if day is None or span.last > day:
            return
        low, high = rest.low - rest.step, rest.high + rest.step
        passed = (day - span.last).days, (day - span.on).days
        verdict = "agree" if whole.low <= high + passed[1] and low + passed[0] <= whole.high else "conflict"
        text = (
            f"begun {_written(span)}, {_days(*passed)} before {day}; with what was left then "
            f"({_shown(rest.row)}) that makes {_days(rest.low + passed[0], rest.high + passed[1])}"
        )
        least, most = rest.low + passed[0], rest.high + passed[1]
        check = _check(whole.row, span, span.end_char, least, most, verdict, text)
        if not _is_near(whole, least, most):
            return
        found.append(replace(check, other_claim_id=rest.row.claim_id))
    if len({check.verdict for check in found}) == 1:
        yield found[0]


def _ages(
    rows: Sequence[ClaimRow],
    dates: Sequence[DateSpan],
    published: Mapping[str, date],
    persons: frozenset[str],
) -> Iterator[FigureDateCheck]:
    """An age against a birth, where either sentence names one person alone."""
    births: dict[str, list[DateSpan]] = defaultdict(list)
    for span in dates:
        if len(span.persons) == 1 and _BORN.search(span.sentence[: span.start_char - span.sentence_start]):
            births[next(iter(span.persons))].append(span)
    for row in rows:
        people, day = row.names & persons, published.get(row.document_id)
        if row.unit_dimension != "age" or day is None or len(people) != 1:
            continue
        for span in births.get(next(iter(people)), ())[:1]:
            low, high = _age(span.last, day), _age(span.on, day)
            off = max(low - row.value, row.value - high)
            verdict = "agree" if off <= 0 else "open" if off <= 1 else "conflict"
            text = f"born {_written(span)}, on {day}: {low} to {high} years"
            check = _check(row, span, span.end_char, low, high, verdict, text)
            yield replace(check, expected_low=float(low), expected_high=float(high))


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


# --- rows ------------------------------------------------------------------------------------


def _check(  # noqa: PLR0917
    row: ClaimRow, span: DateSpan, end_char: int, low: float, high: float, verdict: str, text: str
) -> FigureDateCheck:
    unit = _DAYS.get(row.unit or "", 1.0)
    return FigureDateCheck(
        figure_id="",
        claim_id=row.claim_id,
        document_id=span.document_id,
        sentence_id=span.sentence_id,
        start_char=span.start_char,
        end_char=end_char,
        expected_low=round(low / unit, 2),
        expected_high=None if high == float("inf") else round(high / unit, 2),
        verdict=verdict,
        evidence=f"stated {_shown(row)}; {text}",
    )


def _written(span: DateSpan) -> str:
    shape = {"year": "%Y", "month": "%Y-%m"}.get(span.precision, "%Y-%m-%d")
    return span.on.strftime(shape)


def _days(low: float, high: float) -> str:
    a, b = (f"{max(x, 0) / 365.25:.1f} years" if x >= 730 else f"{max(x, 0):.0f} days" for x in (low, high))
    return a if a == b else f"{a} to {b}"


def _shown(row: ClaimRow) -> str:
    hedge = "" if row.bound == "exact" else row.bound.replace("_", " ") + " "
    return f"{hedge}{row.value:g} {row.unit or 'years'}"
