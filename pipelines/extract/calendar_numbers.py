"""Numbers of the calendar and the clock, and ranks: years, days of a month, times, decades, ordinals.

Each function is one rule of `not_claims`: true where the number tells when or which, not how many.
"""

from __future__ import annotations

import re

from pipelines.extract.amounts import months
from pipelines.extract.candidates import DASHES, Candidate, rule_words
from pipelines.extract.cardinals import number_words
from pipelines.extract.units import odd_minutes
from pipelines.extract.word_sets import Words

_YEAR_CUES = Words("year_cue")
_FIRM_YEAR_CUES = Words("firm_year_cue")


def _year_like(value: float, low: int = 1900, high: int = 2035) -> bool:
    return value.is_integer() and low <= value <= high


def _is_plain_year(c: Candidate) -> bool:
    return bool(re.fullmatch(r"\d{4}", c.written))


def year(c: Candidate) -> bool:
    """“in 2019”, “the 2016 vote”, “2013-14”; not “2,000 men” nor “1950 rockets”."""
    a = c.amount
    if _is_spoken_year(c) or _is_short_year(c):
        return True
    if a.unit is not None or a.number.form != "digits" or a.number.scale != 1:
        return False
    if a.is_range and a.low is not None and a.high is not None:
        if "limits" in a.notes:
            return False
        is_dated = c.counted is None or (c.token is not None and c.token.ent_type_ == "DATE")
        return _year_like(a.low, 1000) and _year_like(a.high, 1000) and is_dated
    if c.lower(a.first - 1) in DASHES and c.glued(a.first) and re.fullmatch(r"\d{4}", c.text(a.first - 2)):
        return len(c.written) in (2, 4) and _year_like(float(c.text(a.first - 2)), 1000)
    if not _is_plain_year(c) or (c.has_cue and c.after not in _YEAR_STANDARDS):
        return False
    if _year_like(a.value):
        dated = c.token is not None and c.token.ent_type_ == "DATE" and a.value != 2000
        return c.counted is None or c.before in _FIRM_YEAR_CUES or dated or _is_of_event(c) or _is_which(c)
    is_old = _year_like(a.value, 1000, 2100)
    return is_old and c.counted is None and (c.before in _FIRM_YEAR_CUES or _is_dated(c) or _is_era(c))


# “below 2005 levels” measures against a year.
_YEAR_STANDARDS = Words("year_standard")


def _is_of_event(c: Candidate) -> bool:
    """“the Paris 2024 games”, “a Biden 2020 adviser”: a year inside a name that an article opens."""
    first = c.amount.first
    at = first - 1
    while first - at < 4 and c.text(at)[:1].isupper() and c.lower(at) not in _ARTICLES:
        at -= 1
    return at < first - 1 and c.lower(at) in _ARTICLES and c.lower(first) != "2000"


def _is_which(c: Candidate) -> bool:
    """“the 2016 nomination contests”, “its 2013 results”: no count so written stands behind a determiner.

    Round years may be counts: “the 2020 delegates”, but then also “the 2,020 delegates”.
    """
    at = c.span[0].i - 1 if c.span is not None else -1
    before = c.span.doc[at] if at >= 0 and c.span is not None else None
    is_which = before is not None and (before.tag_ in _QUALIFIERS or before.lower_ in _DEFINITE)
    return is_which and c.amount.value % 10 != 0


_ARTICLES = frozenset({"the", "a", "an"})
_DEFINITE = _ARTICLES | {"this", "that"}
_QUALIFIERS = frozenset({"PRP$", "POS", "JJ", "HYPH"})


def _is_short_year(c: Candidate) -> bool:
    """“the class of ’95”: two digits behind an apostrophe."""
    first = c.amount.first
    is_marked = c.before in ("'", "’", "‘") and c.glued(first) and not c.glued(first - 1)
    is_cued = c.lower(first - 2) in _FIRM_YEAR_CUES | {"of", "class", "back", "to", "from"}
    return is_marked and is_cued and c.is_bare and len(c.written) == 2 and c.counted is None


def _is_spoken_year(c: Candidate) -> bool:
    """“nineteen ninety-nine”: both halves of a year said in words."""
    a = c.amount
    if a.unit is not None or a.number.form != "words" or a.is_range:
        return False
    if c.before == "year" and 1000 <= a.value <= 2100:
        return True  # “the year two thousand”
    if c.written.lower() in _CENTURIES:
        return number_words().get(c.after, ("", 0.0))[0] in ("ten", "teen")
    return c.before in _CENTURIES and 10 <= a.value <= 99


_CENTURIES = Words("spoken_century")


def _is_dated(c: Candidate) -> bool:
    return c.token is not None and c.token.ent_type_ == "DATE" and c.before in _YEAR_CUES | {""}


def _is_era(c: Candidate) -> bool:
    before = {c.lower(at) for at in range(c.amount.first - 7, c.amount.first)}
    after = {c.lower(at) for at in range(c.amount.last + 1, c.amount.last + 4)}
    return bool(({"a", "d"} <= before) or (before | after) & {"ad", "bc", "ce", "bce"}) or {"b", "c"} <= after


def date(c: Candidate) -> bool:
    """A day beside a month name, a slashed or dotted date, an ISO date."""
    a = c.amount
    if a.unit is not None or a.number.form != "digits" or a.number.scale != 1:
        return False
    high = a.high if a.is_range and a.high is not None else a.value
    is_day = a.value.is_integer() and 1 <= a.value <= 31 and high <= 31
    before_at = a.first - 2 if c.before == "." else a.first - 1
    if is_day and c.lower(before_at) in months() and _is_month(c, before_at):
        return c.counted is None or c.text(before_at)[:1].isupper()
    if is_day and c.after in months() and _is_month(c, a.last + 1):
        return True
    if is_day and c.after == "of" and c.lower(a.last + 2) in months():
        return True
    return _is_slashed(c) or (is_day and _continues_days(c))


def _is_month(c: Candidate, at: int) -> bool:
    return (
        c.lower(at) not in ("may", "march", "mar", "sun", "sat")
        or c.text(at)[:1].isupper()
        or at > c.amount.last
        or (c.lower(at - 1) in ("on", "by", "until", "of", "since", "from", "till"))
    )


def _is_slashed(c: Candidate) -> bool:
    """11/20, 2019-09-01, 9/11, 24/7: digits joined by one mark, which no range rule took."""
    a = c.amount
    if a.is_range:
        first, last = a.first, a.last
        return any(
            c.lower(at) in ("/", "-") and c.glued(at) and c.glued(at + 1) and c.text(far).isdigit()
            for at, far in ((last + 1, last + 2), (first - 1, first - 2))
        )
    for step, far in ((a.first - 1, a.first - 2), (a.last + 1, a.last + 2)):
        mark, other = c.lower(step), c.text(far)
        touching = c.glued(max(step, far)) and c.glued(max(step, far) if step < far else a.first)
        if mark in ("/", "⁄") and other[:1].isdigit() and c.glued(max(step, far)):
            return a.number.form != "fraction" and c.glued(step if step > a.last else a.first)
        if mark in DASHES and touching and len(c.written) <= 2 and re.fullmatch(r"\d{4}", other):
            return True
    return False


def _continues_days(c: Candidate) -> bool:
    """“May 3, 4 and 5”, “March 7–9”: further days of a month just named."""
    at = c.amount.first - 1
    for _ in range(4):
        if c.lower(at) not in (",", "and", "-", "–", "to") and not c.text(at).isdigit():
            break
        at -= 1
    at = at - 1 if c.lower(at) == "." else at
    moved = at < c.amount.first - 1
    return moved and c.lower(at) in months() and c.text(at)[:1].isupper() and c.counted is None


def clock_time(c: Candidate) -> bool:
    """“4:39”, “11 a.m.”, “0401 GMT”, “five o'clock”."""
    a = c.amount
    if a.unit is not None and a.unit != "picometre" and not a.shares_unit:
        return False
    for step, far in ((a.first - 1, a.first - 2), (a.last + 1, a.last + 2)):
        if c.lower(step) == ":" and c.text(far)[:1].isdigit() and c.glued(a.first if step < a.first else far):
            return c.glued(step)
    after = c.after
    if a.is_range and c.lower(a.cue_first) == "from" and _is_opening(c):
        return True
    if c.before == "the" and after in ("from", "to") and _TRAIN.fullmatch(c.written) and a.unit is None:
        return True  # “the 8.15 from Leeds”
    if a.unit == "picometre":
        return a.value <= 12 and not odd_minutes(c.written)
    if after in ("a", "p") and c.lower(a.last + 2) == "." and c.lower(a.last + 3) == "m":
        return True
    if after in rule_words("clock") and a.value <= 2400:
        return after not in ("et", "est", "ist", "pt") or c.text(a.last + 1).isupper()
    return False


def _is_opening(c: Candidate) -> bool:
    """“opens from 9 to 5”: two hours of the day."""
    a = c.amount
    is_hours = a.unit is None and a.low is not None and a.high is not None and 1 <= a.low < a.high <= 24
    is_hours = is_hours or ("falls" in a.notes and a.unit is None and a.high is not None and a.high <= 12)
    near = {c.lower(at) for at in range(a.first - 12, a.last + 4)}
    return is_hours and c.counted is None and not near.isdisjoint(_OPENING)


_OPENING = Words("opening_hours")
_TRAIN = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")


def ordinal(c: Candidate) -> bool:
    """“22nd”, “96th-minute”, “twenty-first”, “hundred and fifth”: a rank, not an amount."""
    if _is_ordinal_in_words(c):
        return True
    return c.after in ORDINAL_ENDS and c.glued(c.amount.last + 1)


def _is_ordinal_in_words(c: Candidate) -> bool:
    """Round tens before a hyphen, or hundreds before “and”, that an ordinal word goes on."""
    a = c.amount
    if a.unit is not None or a.number.form != "words" or a.value < 20 or a.is_range:
        return False
    joint = c.after in DASHES and a.value < 100 and a.value % 10 == 0
    joint = joint or (c.after == "and" and a.value % 100 == 0)
    word = c.lower(a.last + 2)
    is_rank = number_words().get(word, ("", 0.0))[0] == "part" and word not in ("half", "quarter")
    return joint and (is_rank or word in rule_words("rank"))


ORDINAL_ENDS = Words("ordinal_end")


def decade(c: Candidate) -> bool:
    """“the 1960s”, “in his 30s”."""
    at = c.amount.last + 1
    if c.amount.unit == "second" and c.text(c.amount.last) == "s" and c.glued(c.amount.last):
        is_year = len(c.written) == 4 and _year_like(c.amount.value)
        named = c.text(c.amount.first - 1)[:1].isupper() and c.amount.first > 1
        return is_year or named or (c.written.endswith("0") and len(c.written) == 2)
    tail = c.after in ("s", "'s", "’s") or (c.after in ("'", "’") and c.lower(at + 1) == "s")
    return tail and c.glued(at) and c.is_bare
