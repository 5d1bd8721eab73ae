"""Amounts: single ones and compounds joined to ranges, with shared units and bounds.

Belongs here: everything that can be read off the characters between two numbers. Does not belong here:
whether the amount is a claim (`not_claims`) or what it counts (`nouns`), which need the parse.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise

from pipelines.extract.bound_cues import BoundCues
from pipelines.extract.compounds import Compounds
from pipelines.extract.lexemes import HYPHENS, VULGAR, times
from pipelines.extract.nlp import lemma_of
from pipelines.extract.rate_bases import join_bases
from pipelines.extract.single_amounts import Amount
from pipelines.extract.units import unit_ratio
from pipelines.extract.word_sets import Words
from pipelines.reference import words

_DASHES = frozenset("-–—‐‑−")
_RANGE_WORDS = Words("range_link")


@cache
def months() -> frozenset[str]:
    """The names of the months and their short forms, in lower case."""
    return words("calendar_words", "form", {"kind": "month"})


@cache
def _verbs_of_change() -> frozenset[str]:
    return words("change_cues", "lemma", {"kind": "verb"}) - {"up", "down", "add", "cut"}


def is_verb_of_change(word: str) -> bool:
    """True for a form, in lower case, of a verb that says something went up or down."""
    return any(lemma_of(word, tag) in _verbs_of_change() for tag in ("VBD", "VBG", "VBZ"))


def _name_cents(amounts: list[Amount]) -> None:
    """“1.89 euros, 14 cents more”: cents beside euros are theirs; alone, or beside dollars, a dollar's."""
    for at, amount in enumerate(amounts):
        if amount.minor_of != "USD":
            continue
        near = {x.unit[:3] for x in amounts[max(0, at - 2) : at + 3] if x.unit and x.dimension == "money"}
        if "EUR" in near and "USD" not in near:
            amount.minor_of, amount.unit = "EUR", (amount.unit or "").replace("US_cent", "EUR_cent")


class AmountReader(Compounds):
    """Reads the amounts of one paragraph."""

    def read(self) -> list[Amount]:
        """All amounts in order, spans never overlapping."""
        amounts = join_bases(self, self._ranges(self._compounds(self.singles())))
        self._share_units(amounts)
        self._share_back(amounts)
        self._name_points(amounts)
        for amount in amounts:
            self._name_minutes(amount)
        _name_cents(amounts)
        cues = BoundCues(self.text, self.lexemes, self.lower)
        for at, amount in enumerate(amounts):
            cues.read(amount, amounts[at - 1].last if at else -1)
        return self._limits(amounts)

    def _name_points(self, amounts: list[Amount]) -> None:
        """“turnout rose 4 points to 61%”: points that lead to a percentage are percentage points."""
        for amount, level in pairwise(amounts):
            is_level = level.unit == "percent" and level.first == amount.last + 2
            if amount.unit == "point" and is_level and self.lower(amount.last + 1) in ("to", "from"):
                amount.unit, amount.dimension = "percentage_point", "percentage_point"

    def _name_minutes(self, amount: Amount) -> None:
        """“half an hour”, “¾ hour”: a fraction of one hour is minutes, as a fortnight is two weeks.

        A decimal is as written (“0.5 hours”), and “an hour and a half” is 1.5 of what it names.
        """
        if amount.unit != "hour" or not 0 < amount.value < 1 or amount.high is not None:
            return
        is_glyph = self.text[amount.number.start : amount.number.end] in VULGAR
        minutes = times(amount.value, 60.0)
        if (is_glyph or amount.number.form == "fraction") and minutes.is_integer():
            amount.value, amount.unit = minutes, "minute"

    def _limits(self, amounts: list[Amount]) -> list[Amount]:
        """“more than 10 and less than 40”: two limits of one amount make a range."""
        kept: list[Amount] = []
        for right in amounts:
            left = kept[-1] if kept else None
            gap = [x.lower for x in self.lexemes[left.last + 1 : right.cue_first]] if left else []
            pair = (
                _limit_pair(left, right) if left and gap in (["and"], ["but"], [","], [",", "but"]) else None
            )
            if left is None or pair is None:
                kept.append(right)
                continue
            left.low, left.high = pair
            left.notes.append("limits")
            left.value, left.bound, left.is_range, left.last = left.low, "range", True, right.last
            left.unit, left.dimension = (
                right.unit or left.unit,
                right.dimension if right.unit else left.dimension,
            )
        return kept

    def _ranges(self, amounts: list[Amount]) -> list[Amount]:
        joined: list[Amount] = []
        for amount in amounts:
            if joined and "below_zero" in amount.notes and amount.first - joined[-1].last == 2:
                self._below_zero_too(joined[-1], amount)
            if joined:
                self._to_smaller(joined[-1], amount)
            if joined and self._is_range(joined[-1], amount):
                self._make_range(joined[-1], amount)
            else:
                joined.append(amount)
        return joined

    def _below_zero_too(self, left: Amount, right: Amount) -> None:
        """“20 to 30 below zero”: what ends the range says it of both."""
        if (
            left.unit is None
            and left.value > 0
            and self.lower(left.last + 1) in ("to", "-", "–", "or", "and")
        ):
            left.value, left.unit, left.dimension = -left.value, right.unit, right.dimension

    def _to_smaller(self, left: Amount, right: Amount) -> None:
        """“30 minutes to an hour”, “six months to two years”: the end in the unit of the beginning.

        Behind “from” it may be a change, whose ends stay as they are named.
        """
        if left.unit is None or right.unit is None or left.unit == right.unit or right.is_range:
            return
        gap = [x.lower for x in self.lexemes[left.last + 1 : right.first]]
        opener = self._opener(left)
        before = self.lower(left.first - 1)
        is_change = before == "by" or is_verb_of_change(before)  # “rose by 20 minutes to two hours”
        is_span = (gap == ["to"] and opener == "" and not is_change) or (
            gap == ["and"] and opener == "between"
        )
        ratio = unit_ratio(right.unit, left.unit) if is_span and left.dimension in _SPANNED else None
        if ratio and times(right.value, ratio) > left.value:
            right.value, right.unit = times(right.value, ratio), left.unit

    def _is_range(self, left: Amount, right: Amount) -> bool:
        if left.is_range or left.is_vague or right.is_vague or right.first - left.last > 6:
            return False
        gap = [x.lower for x in self.lexemes[left.last + 1 : right.first]]
        kind = self._gap_kind(left, right, gap)
        if (right.unit or self._is_year_of_origin(left, right)) and self._is_dated(left, right):
            return False  # “in 2011 to 31 hectares”, “from 12 percent on May 3 to 15 percent”
        if kind == "dash" and (left.value > right.value or self._is_aside(left, right)):
            return False  # “59%-28%” compares two; “half — 55 percent” says one twice
        if kind is None or not _units_fit(left, right) or _is_share_of(left, right):
            return False
        opener = self._opener(left)
        if kind == "and":
            is_one_unit = left.unit == right.unit or (left.unit is None and left.value < right.value)
            return opener == "between" or (opener == "from" and is_one_unit and right.unit is not None)
        if left.unit and right.unit is None and left.dimension in ("percent", "percentage_point", "points"):
            return opener == "from"
        if (
            kind == "to"
            and left.value > right.value
            and opener == ""
            and left.dimension in ("percent", "points", "count")
        ):
            return False  # “won 52 percent to 47 percent” compares two
        if kind == "or":
            return self._is_either(left, right)
        return True

    def _is_either(self, left: Amount, right: Amount) -> bool:
        """“two or three”, “20 or 30”, “a day or two”: neighbours that say about how many."""
        if left.number.form == "article":
            return right.value == 2 and right.number.form == "words" and right.unit is None
        if right.value == left.value + 1:
            return left.number.form == right.number.form == "words"
        step = right.value - left.value
        if left.first < left.number.first:
            return False  # “a $1,000 or $2,000 gift” is a choice
        is_power = step >= 10 and step == 10 ** round(math.log10(step))
        return is_power and left.value % step == 0 < left.value < 10 * step

    def _gap_kind(self, left: Amount, right: Amount, gap: list[str]) -> str | None:
        words = [x for x in gap if x not in _DASHES]
        if words == ["~"] and gap[0] in _DASHES and len(gap) == 2:
            return "dash" if right.value > left.value else None  # “2 - ~7 litres”
        if not words:
            return "dash" if len(gap) == 1 and self._dash_fits(left, right) else None
        if words[0] in _RANGE_WORDS and all(x in _IN_RANGE for x in words[1:]):
            return "to"
        if words == ["up", "to"]:
            return "to"
        if words[0] == "and" and all(x in _IN_RANGE for x in words[1:]):
            return "and"
        return "or" if words == ["or"] else None

    def _dash_fits(self, left: Amount, right: Amount) -> bool:
        dash = left.last + 1
        if self.glued(dash) != self.glued(dash + 1) and not self.glued(dash + 1):
            return False
        return right.value > left.value or left.unit is not None

    def _is_dated(self, left: Amount, right: Amount) -> bool:
        """True where `left` is a year or the day behind a month: “in 2011 to $5m”, “on May 3 to 5%”."""
        if left.unit is not None or left.number.form != "digits" or not left.value.is_integer():
            return False
        if 1900 <= left.value <= 2035 and left.number.end - left.number.start == 4:
            is_near = left.value < right.value < 10 * left.value  # “2000 to 2500 dollars”
            return not is_near or self.lower(left.first - 1) in ("in", "since", "by", "during")
        month = self.lexemes[left.first - 1] if left.first else None
        return left.value <= 31 and month is not None and month.text[:1].isupper() and month.lower in months()

    def _is_year_of_origin(self, left: Amount, right: Amount) -> bool:
        """“from 3,100 in 2019 to 6,900”: what follows is no year, so the span is of no years."""
        opener = self.lower(left.first - 3) if self.lower(left.first - 1) in ("in", "since") else ""
        return opener == "from" and not 1900 <= right.value <= 2035

    def _share_back(self, amounts: list[Amount]) -> None:
        """“4.2 percent, up from 3.9 in May”, “to 45 rupees from 38”: an origin is in its level's unit."""
        for left, right in pairwise(amounts):
            if right.unit is not None or left.unit is None or left.dimension not in _SHARED:
                continue
            gap = [x.lower for x in self.lexemes[left.last + 1 : right.first]]
            is_level = self.lower(left.first - 1) in ("to", "at", "of", "was", "is")
            if gap[-2:] not in (["up", "from"], ["down", "from"]) and not (gap == ["from"] and is_level):
                continue
            after = self.lexemes[right.last + 1] if right.last + 1 < self.size else None
            is_closed = (
                after is None
                or (after.kind == "mark" and after.text not in "-–%")
                or (after.lower in _AFTER_ORIGIN)
            )
            is_plain = right.number.form == "digits" and not right.is_range and len(gap) <= 3
            if is_plain and is_closed and not 1900 <= right.value <= 2035:
                right.unit, right.dimension, right.shares_unit = left.unit, left.dimension, True

    def _is_in_name(self, left: Amount) -> bool:
        """“5% for the Vela 500 and 6% for the rest”: a number right behind a name inside a sentence."""
        at = left.first - 1
        name = self.lexemes[at] if at > 0 else None
        if name is None or name.kind != "word" or not name.text[:1].isupper() or left.bound != "exact":
            return False
        is_opening = self.lexemes[at - 1].kind == "mark" and self.lexemes[at - 1].text not in "&'’"
        return left.number.form == "digits" and not is_opening and name.lower not in _LINKS

    def _is_aside(self, left: Amount, right: Amount) -> bool:
        """“a half — 55 percent”, “$275 billion - half of it”: a dash that begins or ends an aside."""
        is_spaced = not self.glued(left.last + 1) and not self.glued(right.first)
        return is_spaced and (left.number.form == "fraction") != (right.number.form == "fraction")

    def _opener(self, amount: Amount) -> str:
        """“between” or “from” before the amount, over a bound cue."""
        at = amount.first - 1
        for _ in range(3):
            if self.lower(at) in ("between", "from"):
                return self.lower(at)
            if self.lower(at) not in _IN_RANGE and self.lower(at) not in _BEFORE_START:
                break
            at -= 1
        return ""

    def _make_range(self, left: Amount, right: Amount) -> None:
        gap = {x.lower for x in self.lexemes[left.last + 1 : right.first]}
        left.ends = (replace(left), replace(right))
        if self._opener(left) == "from" and gap & _RANGE_WORDS and self.lower(right.last + 1) != "to":
            left.parts = (replace(left), replace(right))
        elif self._is_level(left, right, gap):
            left.parts = (replace(left), replace(right))
            left.notes.append("level")
        low, high = left.value, right.value
        mantissa = right.value / right.number.scale if right.number.scale > 1 else 0.0
        if left.number.scale == 1 and mantissa > low >= 0 and left.number.form != "fraction":
            low = times(low, right.number.scale)
        if left.parts:
            unit, dimension = right.unit or left.unit, right.dimension if right.unit else left.dimension
            for part, value in zip(left.parts, (low, high), strict=True):
                part.value, part.unit, part.dimension = value, unit, dimension
        left.notes.append("falls" if high < low else "rises")
        left.low, left.high = min(low, high), max(low, high)
        left.value, left.is_range = left.low, True
        if right.unit:
            left.unit, left.dimension = right.unit, right.dimension
        left.last, left.bound = right.last, "range"

    def _is_level(self, left: Amount, right: Amount, gap: set[str]) -> bool:
        """“fell 40 cents to $52”: behind a verb of change this is a change and the level it led to."""
        if "to" not in gap or left.dimension in ("percent", "duration"):
            return False
        if left.unit is None and right.unit is None:
            return self._is_bare_change(left, right) and (
                right.value < left.value or right.value > 2 * left.value
            )
        if left.unit and right.unit is None and not self._is_bare_change(left, right):
            return False
        if not left.unit:
            return False
        # “rose by $3 to $15”: behind “by” a range that wide is rare.
        is_by = self.lower(left.first - 1) == "by" and right.unit is not None
        factor = _LEVEL_OVER_CHANGE_BY if is_by else _LEVEL_OVER_CHANGE
        return right.value < left.value or right.value > factor * left.value

    def _is_bare_change(self, left: Amount, right: Amount) -> bool:
        """“rose 3 to 20 after the news”: digits right behind a verb of change, that count nothing named."""
        after = self.lexemes[right.last + 1] if right.last + 1 < self.size else None
        is_closed = after is None or after.kind == "mark" or after.lower in _AFTER_LEVEL
        is_digits = self.lexemes[left.number.first].kind == "digits"
        verb = left.first - 2 if self.lower(left.first - 1) == "by" else left.first - 1
        return is_closed and is_digits and is_verb_of_change(self.lower(verb))

    def _share_units(self, amounts: list[Amount]) -> None:
        """“20, 30 and 40 kilometres”, “8 or $9”: the unit of the last holds for all."""
        for left, right in zip(reversed(amounts[:-1]), reversed(amounts[1:]), strict=True):
            if left.unit is not None or right.unit is None or right.first - left.last > 3 or left.is_vague:
                continue
            if self._is_dated(left, right) or self._is_in_name(left):
                continue
            gap = [x.lower for x in self.lexemes[left.last + 1 : right.first]]
            words = [x for x in gap if x not in HYPHENS]
            if words in (["of"], ["of", "the"], ["of", "its"], ["of", "their"]):
                is_part = right.dimension == "money" and left.number.form != "fraction"
                left.unit, left.dimension = (right.unit, "money") if is_part else (None, "count")
                continue
            if words in (["up"], ["down"]) and right.dimension == "points":
                left.unit, left.dimension = right.unit, "points"
                continue
            if words in (["by"], ["x"], ["×"]) and right.dimension == "length":
                left.unit, left.dimension, left.shares_unit = right.unit, "length", True  # “20 by 30 feet”
                continue
            if words not in (["and"], ["or"], [","], [",", "and"], [",", "or"]):
                continue
            is_prefixed = right.first < right.number.first
            if (is_prefixed and words != ["or"]) or self._is_restated(left, right, words):
                continue
            if right.dimension in _SHARED and left.number.form != "fraction" and self._is_listed(left, right):
                left.unit, left.dimension, left.shares_unit = right.unit, right.dimension, True

    def _is_listed(self, left: Amount, right: Amount) -> bool:
        """“10 and 20-year bonds”; in “fell to 0.8 and 7-day cases to 42” the hyphen begins something else."""
        if self.lower(right.number.last + 1) not in HYPHENS or self.lower(left.last + 1) in HYPHENS:
            return True
        return left.value.is_integer() and self.lower(left.first - 1) not in ("to", "at")

    def _is_restated(self, left: Amount, right: Amount, gap: list[str]) -> bool:
        """“shrank by 1 million, or 4 percent”: said again in another unit, unless a list ends in “or”."""
        if left.number.scale > 1 and right.dimension in ("percent", "percentage_point"):
            return True
        is_list = self.lower(left.first - 1) == "," and left.first > 1
        return gap == [",", "or"] and not (is_list and self.lexemes[left.first - 2].kind == "digits")


_AFTER_LEVEL = Words("after_level")
_AFTER_ORIGIN = Words("after_level", "after_origin")
# Months and years have no fixed number of days: a list, “3 years, 2 months and 14 days”, stays as written.
# A level is this many times what it changed by, or more; below it “$2 to $3” is a range.
_LEVEL_OVER_CHANGE = 5
_LEVEL_OVER_CHANGE_BY = 4
_LOWER = frozenset({"at_least", "more_than"})
_UPPER = frozenset({"at_most", "less_than"})


def _limit_pair(left: Amount, right: Amount) -> tuple[float, float] | None:
    """The low and high limit that two neighbours set for one amount, None where they set none."""
    if not (left.unit == right.unit or left.unit is None or right.unit is None):
        return None
    if left.bound in _LOWER and right.bound in _UPPER and left.value < right.value:
        return left.value, right.value
    if left.bound in _UPPER and right.bound in _LOWER and right.value < left.value:
        return right.value, left.value
    return None


def _is_share_of(left: Amount, right: Amount) -> bool:
    """“fell by a third to $2 million”: a share and an amount are no two ends of one range."""
    is_share = left.unit is None and left.number.form == "fraction" and left.value < 1
    return is_share and right.number.form != "fraction" and right.value >= 1


def _units_fit(left: Amount, right: Amount) -> bool:
    if left.unit == right.unit or left.unit is None:
        return left.minor_of is None
    if right.unit is None:
        return True
    return right.unit.startswith(f"{left.unit}/") or left.unit.startswith(f"{right.unit}/")


_SHARED = frozenset({
    "percent", "percentage_point", "length", "mass", "volume", "money", "temperature", "duration", "speed",
    "age", "power", "area", "energy", "frequency", "angle", "data",
})  # fmt: skip
_SPANNED = frozenset({"duration", "length", "mass", "volume", "area"})
# Written in capitals too in headlines, and no part of a name.
_LINKS = Words("headline_link")
# What may stand between “from” and where a change began: “from the current $7 to $12”.
_BEFORE_START = Words("before_start")
_IN_RANGE = Words("in_range")
