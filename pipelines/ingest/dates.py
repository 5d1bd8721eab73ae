"""Dates: the one printed on a page, and the ones that prose speaks of.

`parse_printed` and `parse_metadata` (in `printed_dates`) read a publication date. `find_expressions` and
`resolve_expression` read dates in prose, against the day the text was published.

Rules of `resolve_expression`, by `method`:

- `absolute`: day, month or year are all written ("November 10, 2020", "September 2023", "in 2023"); of
  "19-20 September 2023" the first day.
- `nearest_year`: "April 15", "November" without a year. With tense `past` the latest such day not after
  publication, with `future` the first not before it, without a tense the nearest day; a month alone is the
  one ahead only within three months.
- `weekday`: a bare weekday is the latest such day not after publication, the day of publication included;
  with tense `future` the first not before it. A date beside it ("Wednesday, April 17") must fall on it.
- `last_named`, `next_named`: "last Wednesday", "next November", strictly before or after publication.
- `relative`: yesterday, tonight, last month, two years ago. The precision is that of the word.

None where the words fix no day, month or year: "this week", "the same month", a weekday that recurs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from pipelines.ingest.calendar_grammar import (
    DAY,
    GAP,
    YEAR,
    alternatives,
    day_number,
    make_date,
    number,
    numbers,
)
from pipelines.ingest.printed_dates import Precision, PrintedDate, parse_metadata, parse_printed

Tense = Literal["past", "future"]


# A month without a year is more often behind than ahead: "in May" in December is the May before.
MAX_MONTHS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class ResolvedDate:
    """A date from prose. A month is its first day, a year its first of January; `method` names the rule."""

    on: date
    precision: Precision
    method: str


def find_expressions(text: str) -> Iterator[tuple[int, int]]:
    """Spans of date expressions in prose, in order, without a preposition before them.

    Expressions that `resolve_expression` leaves open ("this week") are among them. Linear in the text.
    """
    match, at = _expression().match, 0
    if found := match(text):
        yield found.span()
        at = found.end()
    # Trying the whole pattern at every character would cost four times as much.
    for opening in _openings("ago" in text).finditer(text, at):
        if opening.start() >= at and (found := match(text, opening.start())):
            yield found.span()
            at = found.end()


def resolve_expression(
    text: str, published_on: date | None, tense: Tense | None = None
) -> ResolvedDate | None:
    """The first date expression in `text`, resolved against the day of publication, or None.

    Without `published_on` only what is written in full resolves. Rules: see the module.
    """
    match = _expression().search(text)
    if match is None:
        return None
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    return _resolve(found, published_on, tense)


_NUMBER_WORDS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_COUNTS = {"a": 1, "an": 1} | {word: count for count, word in enumerate(_NUMBER_WORDS, 1)}
_MONTH_CUES = "in since until by during of early late from mid- In Since By During Early Late"
_YEAR_CUES = (
    f"{_MONTH_CUES} before after for between to till mid spring summer fall autumn winter Until Between From"
)
_PERIODS = "months weeks days week month quarter half year years period"
# A feast, or the name of a paper, holds a weekday but is no date; a day that recurs is no one day.
_NOT_BEFORE_WEEKDAY = "Good Black Bloody Super Ash Palm Easter every each a any per Every Each A"
_NOT_AFTER_WEEKDAY = (
    r"(?! (?:Times|Mail|Express|Telegraph|Mirror|Post|Herald|Star|World"
    r"|Night (?:Live|Football)|before last)\b)"
)


def _after(cues: str) -> str:
    """A pattern that looks back for one of the words, hyphenated ones without a space."""
    return "|".join(rf"(?<=\b{cue}{'' if cue.endswith('-') else ' '})" for cue in cues.split())


def _after_period() -> str:
    """“The three months to September”: a pattern that looks back for a period and “to”."""
    return "|".join(rf"(?<=\b{period} to )" for period in _PERIODS.split())


@cache
def _expression() -> re.Pattern[str]:
    month, full_month = alternatives("month"), alternatives("month", full_only=True)
    weekday = alternatives("weekday", full_only=True)
    days = rf"{DAY}(?:{GAP}?(?:[-–—/]|and|to){GAP}?{DAY})?"
    part = rf"(?:{GAP}(?:morning|afternoon|evening|night))?"
    not_before = "".join(rf"(?<!\b{word} )" for word in _NOT_BEFORE_WEEKDAY.split())
    number_word = rf"(?:\d{{1,3}}|{'|'.join(_COUNTS)})"
    choices = (
        r"(?P<iso>(?:1[89]|20)\d\d-[01]\d-[0-3]\d)(?!\d)",
        rf"(?:(?P<dw>{weekday}),?{GAP}(?:the{GAP})?)?(?P<d1>{days})(?:{GAP}of)?{GAP}(?P<m1>{month})"
        rf"(?:,?{GAP}(?P<y1>{YEAR}))?",
        rf"(?:(?P<mw>{weekday}),?{GAP})?(?P<m2>{month}){GAP}(?P<d2>{days})(?![,.]\d|[:%\w])"
        rf"(?:,?{GAP}(?P<y2>{YEAR}))?",
        rf"(?P<m3>{month}),?{GAP}(?:of{GAP})?(?P<y3>{YEAR})",
        rf"(?P<open>{full_month}(?:{GAP}\d{{1,2}})?{GAP}of{GAP}"
        rf"(?:the{GAP}same|that|this|last|the{GAP}previous){GAP}year)",
        # "the last year" is a stretch of twelve months.
        rf"(?<!\bthe )(?P<near>[Ll]ast|[Nn]ext|[Tt]his(?:{GAP}past)?|[Ll]ate{GAP}last|[Ee]arly{GAP}next){GAP}"
        rf"(?:(?P<nw>{weekday}){part}|(?P<nm>{full_month}|month|year|week(?:end)?|night|morning|afternoon"
        rf"|evening|spring|summer|fall|autumn|winter))",
        rf"{not_before}(?P<w>{weekday}){_NOT_AFTER_WEEKDAY}{part}",
        rf"(?P<word>(?:the{GAP})?day{GAP}(?:before{GAP}yesterday|after{GAP}tomorrow)"
        rf"|[Yy]esterday|[Tt]oday(?!['’]s| [Ss]how\b)|[Tt]omorrow|[Tt]onight){part}",
        # "More than two years ago" names no year.
        rf"(?<!than )(?<!over )(?<!nearly )(?<!almost )(?P<count>{number_word}){GAP}"
        rf"(?P<unit>day|week|month|year)s?{GAP}ago",
        rf"(?:{_after(_MONTH_CUES)}|{_after_period()})(?P<m4>{full_month})(?![’']s)(?!{GAP}[A-Z])",
        rf"(?:{_after(_YEAR_CUES)}|(?<=\())(?P<y4>{YEAR})(?!-)",
        # Alone, as `find_expressions` hands them on without their preposition.
        rf"^\W*(?:(?P<y5>{YEAR})|(?P<m5>{full_month}))\W*$",
    )
    return re.compile(rf"(?<![\w$€£])(?:{'|'.join(choices)})(?!\w)")


@cache
def _openings(with_counts: bool) -> re.Pattern[str]:
    """Where an expression may begin; `with_counts`: also at the number words of "two years ago"."""
    forms = {form for kind in ("month", "weekday") for form in numbers(kind)}
    named = {rf"{form[0].upper()}(?:{form[1:3]}|{form[1:3].upper()})" for form in forms}
    counts = [rf"{word}\b" for word in _COUNTS] if with_counts else []
    near = r"[Ll]a(?:st|te)\b|[Nn]ext\b|[Tt]his\b|[Ee]arly\b"
    words = rf"the{GAP}day\b|day\b|[Yy]ester|[Tt]o(?:day|mor|nig)"
    return re.compile(rf"(?<![\w$€£])(?:{'|'.join([r'\d', *sorted(named), near, words, *counts])})")


def _resolve(found: dict[str, str], published_on: date | None, tense: Tense | None) -> ResolvedDate | None:
    if "iso" in found:
        year, month, day = (int(part) for part in found["iso"].split("-"))
        return _day(make_date(year, month, day), "absolute")
    for month_key, day_key, year_key, weekday_key in (("m1", "d1", "y1", "dw"), ("m2", "d2", "y2", "mw")):
        if month_key in found:
            month, day = number("month", found[month_key]), day_number(found[day_key])
            if year_key in found:
                return _day(make_date(int(found[year_key]), month, day), "absolute")
            weekday = number("weekday", found[weekday_key]) if weekday_key in found else None
            return _day(_nearest_day(month, day, weekday, published_on, tense), "nearest_year")
    if "m3" in found:
        return ResolvedDate(date(int(found["y3"]), number("month", found["m3"]), 1), "month", "absolute")
    for key in ("y4", "y5"):
        if key in found:
            return ResolvedDate(date(int(found[key]), 1, 1), "year", "absolute")
    if published_on is None or "open" in found:
        return None
    return _relative(found, published_on, tense)


def _relative(found: dict[str, str], published_on: date, tense: Tense | None) -> ResolvedDate | None:
    try:
        if "near" in found:
            return _near(found, published_on, tense)
        if "w" in found:
            return _day(_weekday(number("weekday", found["w"]), published_on, tense), "weekday")
        if month_word := found.get("m4") or found.get("m5"):
            on = _nearest_month(number("month", month_word), published_on, tense)
            return ResolvedDate(on, "month", "nearest_year")
        if "word" in found:
            return _day(_named_day(found["word"], published_on), "relative")
        return _ago(found["count"], found["unit"], published_on)
    except (OverflowError, ValueError):  # publication at the edge of the calendar
        return None


def _day(on: date | None, method: str) -> ResolvedDate | None:
    return ResolvedDate(on, "day", method) if on else None


def _nearest_day(
    month: int, day: int, weekday: int | None, published_on: date | None, tense: Tense | None
) -> date | None:
    if published_on is None:
        return None
    reach = 8 if (month, day) == (2, 29) else 1
    candidates = [
        on
        for year in range(published_on.year - reach, published_on.year + reach + 1)
        if (on := make_date(year, month, day)) and (weekday is None or on.weekday() == weekday)
    ]
    return _pick(candidates, published_on, tense)


def _nearest_month(month: int, published_on: date, tense: Tense | None) -> date:
    ahead = (month - published_on.month) % 12
    is_ahead = tense == "future" or (tense is None and ahead <= MAX_MONTHS_AHEAD)
    return _months_from(published_on, ahead if is_ahead or ahead == 0 else ahead - 12)


def _pick(candidates: list[date], published_on: date, tense: Tense | None) -> date | None:
    if tense == "past":
        candidates = [on for on in candidates if on <= published_on]
    elif tense == "future":
        candidates = [on for on in candidates if on >= published_on]
    return min(candidates, key=lambda on: (abs((on - published_on).days), on > published_on), default=None)


def _weekday(weekday: int, published_on: date, tense: Tense | None) -> date:
    back = (published_on.weekday() - weekday) % 7
    if tense == "future":
        return published_on + timedelta(days=(-back) % 7)
    return published_on - timedelta(days=back)


def _near(found: dict[str, str], published_on: date, tense: Tense | None) -> ResolvedDate | None:
    near = re.split(r"\s+", found["near"].casefold())
    step = 1 if "next" in near else -1 if {"last", "past"} & set(near) else 0
    if "nw" in found:
        weekday = number("weekday", found["nw"])
        if step == 0:
            return _day(_weekday(weekday, published_on, tense), "weekday")
        shift = (weekday - published_on.weekday()) * step % 7 or 7
        return _day(published_on + timedelta(days=step * shift), "last_named" if step < 0 else "next_named")
    word = found["nm"].casefold()
    if "past" in near and word not in numbers("month"):  # "this past year" is twelve months up to now
        return None
    if word == "year":
        return ResolvedDate(date(published_on.year + step, 1, 1), "year", "relative")
    if word == "month":
        return ResolvedDate(_months_from(published_on, step), "month", "relative")
    if word in ("night", "morning", "afternoon", "evening"):
        return None if step > 0 else _day(published_on + timedelta(days=step), "relative")
    try:
        month = number("month", found["nm"])
    except KeyError:  # a week or a season: neither day, month nor year
        return None
    year = published_on.year
    if (step < 0 and month >= published_on.month) or (step > 0 and month <= published_on.month):
        year += step
    method = {-1: "last_named", 0: "nearest_year", 1: "next_named"}[step]
    return ResolvedDate(date(year, month, 1), "month", method)


def _months_from(published_on: date, months: int) -> date:
    total = published_on.year * 12 + published_on.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _named_day(words: str, published_on: date) -> date:
    words = words.casefold()
    shifts = {"before": -2, "after": 2, "yesterday": -1, "tomorrow": 1}
    shift = next((days for word, days in shifts.items() if word in words), 0)
    return published_on + timedelta(days=shift)


def _ago(count_word: str, unit: str, published_on: date) -> ResolvedDate | None:
    count = int(count_word) if count_word.isdigit() else _COUNTS[count_word]
    if unit == "day":
        return _day(published_on - timedelta(days=count), "relative")
    if unit == "month":
        return ResolvedDate(_months_from(published_on, -count), "month", "relative")
    if unit == "year":
        return ResolvedDate(date(published_on.year - count, 1, 1), "year", "relative")
    return None


__all__ = [
    "Precision",
    "PrintedDate",
    "ResolvedDate",
    "Tense",
    "find_expressions",
    "parse_metadata",
    "parse_printed",
    "resolve_expression",
]
