"""Amounts: numbers with sign, unit and currency, joined to ranges and compounds, with bound cues.

Belongs here: everything that can be read off the characters, from the number outwards. Does not belong
here: whether the amount is a claim (`not_claims`) or what it counts (`nouns`), which need the parse.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

from pipelines.extract.lexemes import Lexeme, lex, times
from pipelines.extract.numbers import Number, find_numbers
from pipelines.extract.units import UnitMatch, UnitReader, unit_ratio
from pipelines.reference import read_table


@dataclass(slots=True)
class Amount:
    """One amount. `first` and `last` are lexeme indexes of the whole span, currency and unit included.

    `low` and `high` are set for ranges and vague amounts. `cue_first` is the first lexeme of the bound cue
    before it (equal to `first` without one).
    """

    first: int
    last: int
    number: Number
    value: float
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    dimension: str = "count"
    bound: str = "exact"
    direction: str | None = None
    is_range: bool = False
    is_strong: bool = False
    has_sign: bool = False
    cue_first: int = -1
    shares_unit: bool = False
    minor_of: str | None = None
    notes: list[str] = field(default_factory=list)
    parts: tuple[Amount, ...] = ()

    @property
    def is_vague(self) -> bool:
        """True for a vague amount with a documented interval."""
        return self.number.form == "vague"


_DASHES = frozenset("-–—‐‑−")
_HYPHENS = frozenset("-‐‑")
_MINUS = frozenset("-−–")
_MINUS_WORDS = frozenset({"minus", "negative"})
_RANGE_WORDS = frozenset({"to", "through", "till", "until", "thru"})
_ENDS = frozenset(",;:.!?()[]“”\"'’‘…")


@cache
def _bounds(position: str) -> dict[tuple[str, ...], str]:
    rows = read_table("bounds", ("phrase", "position", "bound"))
    return {
        tuple(x.lower for x in lex(row["phrase"])): row["bound"]
        for row in rows
        if row["position"] == position
    }


@cache
def _longest_bound(position: str) -> int:
    return max(len(key) for key in _bounds(position))


class AmountReader:
    """Reads the amounts of one paragraph."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lexemes: list[Lexeme]
        self.lexemes, self.numbers = find_numbers(text)
        self.units = UnitReader(self.lexemes)
        self.size = len(self.lexemes)

    def read(self) -> list[Amount]:
        """All amounts in order, spans never overlapping."""
        single: list[Amount] = []
        taken = -1
        for number in merge(self.numbers, self._article_units()):
            if number.first <= taken:
                continue
            amount = self._single(number, taken)
            single.append(amount)
            taken = amount.last
        amounts = self._ranges(self._compounds(single))
        self._share_units(amounts)
        for at, amount in enumerate(amounts):
            self._bound(amount, amounts[at - 1].last if at else -1)
        return self._limits(amounts)

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
            left.value, left.bound, left.is_range, left.last = left.low, "range", True, right.last
            left.unit, left.dimension = (
                right.unit or left.unit,
                right.dimension if right.unit else left.dimension,
            )
        return kept

    def _article_units(self) -> list[Number]:
        """“a month”, “an hour and a half”, “a gallon”: the article is the number one."""
        found = []
        for at, lexeme in enumerate(self.lexemes):
            if lexeme.lower not in _ONE_ARTICLES or at + 1 >= self.size:
                continue
            if lexeme.lower == "the":
                if self._is_period(at):
                    found.append(Number(at, at, lexeme.start, lexeme.end, 1.0, "article"))
                continue
            skip = (
                at + 2
                if self.lower(at + 1) in ("additional", "extra", "further", "full", "whole")
                else at + 1
            )
            unit = self.units.after(skip) if self.lexemes[at + 1].kind == "word" else None
            if unit and self._is_one(at, unit):
                found.append(Number(at, at, lexeme.start, lexeme.end, 1.0, "article"))
        return found

    def _is_period(self, at: int) -> bool:
        """“the year ended March 31”, “over the past decade”: one unit of time, said without its number."""
        middle = self.lower(at + 1)
        unit = self.units.after(at + 2 if middle in _PERIOD_WORDS else at + 1)
        if (
            unit is None
            or unit.dimension != "duration"
            or "/" in unit.unit
            or self.lower(unit.last).endswith("s")
        ):
            return False
        if middle in ("past", "last", "next", "coming"):
            return self.lower(at - 1) in _DURING and unit.unit in ("decade", "century")
        return self.lower(unit.last + 1) in ("ended", "ending") and unit.unit in ("year", "month", "week")

    def _is_one(self, at: int, unit: UnitMatch) -> bool:
        if unit.dimension not in _HALVED or unit.unit in _NOT_ONE or "/" in unit.unit:
            return False
        if self.lower(unit.last + 1) == "and" and self.lower(unit.last + 2) in (
            "a",
            "half",
            "one",
            "quarter",
        ):
            return self.lower(unit.last + 3) in ("half", "quarter") or self.lower(unit.last + 2) in (
                "half",
                "quarter",
            )
        before, after = self.lower(at - 1), self.lower(unit.last + 1)
        if unit.last + 1 >= self.size and at == 0:
            return True
        if unit.dimension == "duration":
            if self.lower(at) != "another" and after in ("ago", "earlier") and before not in _ABOUT_ONE:
                return False
            return before in _ONE_BEFORE or self.lower(at) == "another" or after in ("later", "long")
        if unit.dimension in ("volume", "mass", "length"):
            return (
                before not in _ENDS and not before.isdigit() and after in ("of", "", "away", "wide", "deep")
            ) or (before in _ABOUT_ONE)
        return False

    # -- one number with its unit ----------------------------------------------------------------

    def lower(self, at: int) -> str:
        """The lexeme in lower case, '' outside the text."""
        return self.lexemes[at].lower if 0 <= at < self.size else ""

    def glued(self, at: int) -> bool:
        """True where lexeme `at` follows the one before it without a space."""
        return 0 < at < self.size and self.lexemes[at - 1].end == self.lexemes[at].start

    def _single(self, number: Number, taken: int) -> Amount:
        amount = Amount(number.first, number.last, number, number.value)
        if number.high is not None:
            amount.low, amount.high = number.value, number.high
        before = self.units.before(number.first)
        if before is None and self.lower(number.first - 1) in _MINUS:
            before = self.units.before(number.first - 1)  # “$-5”
        before = before if before and before.last > taken else None
        after = self._unit_after(number)
        if after and (before is None or after.dimension == "money" or after.dimension in _OVER_MONEY):
            self._take_after(amount, after)
            if before and after.dimension == "money":
                amount.first = before.last
                amount.unit = before.unit if "/" not in after.unit else amount.unit
        elif before:
            self._take_before(amount, before)
        self._sign(amount, taken)
        self._below_zero(amount)
        self._strong(amount)
        return amount

    def _unit_after(self, number: Number) -> UnitMatch | None:
        at = number.last + 1
        if self.lower(at) == "of" and (
            number.form in ("fraction", "vague") or number.scale > 1 or self._couple(number)
        ):
            at += 2 if self.lower(at + 1) in ("a", "an") else 1
            found = self.units.after(at)
            return found if found and self.lexemes[at].kind == "word" else None
        if number.form == "fraction" and self.lower(at) in ("a", "an"):
            found = self.units.after(at + 1)
            return found if found and found.dimension in _HALVED else None
        skip = at
        while self.lower(skip) in _BETWEEN_UNIT and skip < at + 2:
            skip += 1
        found = self.units.after(at)
        if found is None and skip > at:
            found = self.units.after(skip)
            found = found if found and found.dimension in ("duration", "length", "money") else None
            if found and number.form != "article" and number.value > 1 and not self._is_plural(found):
                found = None  # “300,000 last year”
        is_hyphened = self.lower(at) in _HYPHENS and number.value < 1000
        if found and found.dimension == "duration" and not is_hyphened and not self._is_plural(found):
            is_year = 1900 <= number.value <= 2035 and number.end - number.start == 4
            found = None if is_year else found  # “the 1988 month”
        if found and found.unit == "pound" and not is_hyphened and self._is_sterling(number, found):
            found = replace(found, unit="GBP" + found.unit[5:], dimension="money")
        return found

    def _is_plural(self, unit: UnitMatch) -> bool:
        word = self.lower(unit.last)
        return word.endswith("s") or word in ("feet", "centuries", "millennia")

    def _couple(self, number: Number) -> bool:
        return "couple" in (self.lower(number.last), self.lower(number.last - 1))

    def _is_sterling(self, number: Number, found: UnitMatch) -> bool:
        if number.value >= 1e6:
            return True
        near = {x.lower for x in self.lexemes[max(0, number.first - 8) : found.last + 5]}
        return bool(near & _MONEY_CONTEXT)

    def _take_after(self, amount: Amount, found: UnitMatch) -> None:
        amount.unit, amount.dimension, amount.last = found.unit, found.dimension, found.last
        amount.minor_of = found.minor_of
        self._times(amount, found.factor)
        self._and_a_half(amount)

    def _take_before(self, amount: Amount, found: UnitMatch) -> None:
        last = amount.last
        if found.unit == "USD" and self.lower(last + 1) in ("us", "u"):  # “$75 U.S. per barrel”
            last += 4 if self.text.startswith("U.S.", self.lexemes[last + 1].start) else 1
            last = amount.last if last >= self.size or self.lower(last) not in ("us", ".") else last
        rated = self.units.with_rate(UnitMatch(found.unit, "money", last))
        amount.unit, amount.dimension = rated.unit, "money"
        amount.first, amount.last = found.last, rated.last
        self._times(amount, found.factor)

    def _times(self, amount: Amount, factor: float) -> None:
        if factor != 1.0:
            amount.value = times(amount.value, factor)

    def _and_a_half(self, amount: Amount) -> None:
        """“a year and a half”, “an hour and a quarter”: the part counts in the unit before it."""
        at = amount.last + 1
        if self.lower(at) != "and" or amount.dimension not in _HALVED:
            return
        at += 2 if self.lower(at + 1) in ("a", "one") else 1
        part = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}.get(self.lower(at))
        if part and self.lower(at + 1) not in ("of", "an", "a") and not self._is_noun_unit(at + 1):
            amount.value += part
            amount.last = at

    def _is_noun_unit(self, at: int) -> bool:
        return self.lower(at) in ("million", "billion", "thousand", "dozen")

    def _sign(self, amount: Amount, taken: int) -> None:
        at = amount.first - 1
        if at <= taken:
            return
        word = self.lower(at)
        if word in _HYPHENS and self.lower(at - 1) in _MINUS_WORDS and at - 1 > taken:
            at, word = at - 1, self.lower(at - 1)
        if word in _MINUS_WORDS or (word in _MINUS and self._is_minus(at, amount)):
            amount.first = at
            amount.value, amount.has_sign = -amount.value, True
            if amount.dimension == "percent":
                amount.direction = "down"
        elif word == "+" and self.glued(amount.first) and not self.glued(at):
            amount.has_sign = True
            amount.direction = "up" if amount.dimension in ("percent", "points", "money") else None
        is_inside = amount.dimension == "money" and amount.first < amount.number.first - 1
        if is_inside and self.lower(amount.number.first - 1) in _MINUS:
            amount.value, amount.has_sign = -amount.value, True  # “$-5”

    def _below_zero(self, amount: Amount) -> None:
        """“2 degrees below zero”."""
        if self.lower(amount.last + 1) == "below" and self.lower(amount.last + 2) == "zero":
            amount.value, amount.last = -abs(amount.value), amount.last + 2
            if amount.dimension == "count":
                amount.unit, amount.dimension = "degree", "angle"

    def _is_minus(self, at: int, amount: Amount) -> bool:
        """A minus touches its number and not what stands before it; temperatures may have a space."""
        if self.lexemes[at + 1].kind == "word":
            return False
        if not self.glued(at + 1):
            return amount.dimension in ("temperature", "angle") and not self._is_amount_end(at - 1)
        return at == 0 or not self.glued(at) or self.lower(at - 1) in ("(", "[", "=", "“", '"', ",")

    def _is_amount_end(self, at: int) -> bool:
        return at >= 0 and (self.lexemes[at].kind == "digits" or self.lower(at) in ("°", "c", "f", "%"))

    def _strong(self, amount: Amount) -> None:
        at = amount.last + 1
        if amount.unit is None and self.lower(at) in _HYPHENS and self.lower(at + 1) in ("strong", "odd"):
            amount.is_strong = self.lower(at + 1) == "strong"

    # -- compounds -------------------------------------------------------------------------------

    def _compounds(self, amounts: list[Amount]) -> list[Amount]:
        """“thirteen dollars and forty-five cents”, “5 feet 4 inches”, “6-foot-2”: one amount each."""
        joined: list[Amount] = []
        for amount in amounts:
            if joined and self._join(joined[-1], amount):
                continue
            joined.append(amount)
        return joined

    def _join(self, left: Amount, right: Amount) -> bool:
        gap = [x.lower for x in self.lexemes[left.last + 1 : right.first]]
        if gap in (["±"], ["+", "/", "-"]):
            return self._join_tolerance(left, right)
        if right.has_sign or len(gap) > 2 or any(x not in ("and", ",", "-", "(") for x in gap):
            return False
        if right.value < 0 or right.high is not None or left.high is not None:
            return False
        if gap == ["("]:
            return self._join_restated(left, right)
        at_end = right.last + 1 >= self.size or (
            right.last + 2 >= self.size and self.lower(right.last + 1) == "."
        )
        if (
            left.unit == "hour"
            and right.unit is None
            and at_end
            and right.value < 60
            and gap in ([], ["and"])
        ):
            left.value, left.unit, left.last = times(left.value, 60.0) + right.value, "minute", right.last
            return True
        if left.unit == "foot" and gap == ["-"] and right.unit is None and right.value < 12:
            left.value, left.unit, left.last = left.value * 12 + right.value, "inch", right.last
            return True
        if left.dimension == "money" and right.value < 100 and float(right.value).is_integer():
            return self._join_money(left, right, gap)
        return gap in ([], ["and"], [","], [",", "and"]) and self._join_smaller(left, right)

    def _join_tolerance(self, left: Amount, right: Amount) -> bool:
        """“2,000 ± 5 pounds”: the second number is how exact the first is."""
        left.unit, left.dimension, left.last = right.unit, right.dimension, right.last
        left.low, left.high = left.value - right.value, left.value + right.value
        return True

    def _join_smaller(self, left: Amount, right: Amount) -> bool:
        """“5 feet 4 inches”, “2 years and 3 months”: in the smaller unit, where it divides the larger."""
        if left.unit is None or right.unit is None or not left.value.is_integer():
            return False
        ratio = unit_ratio(left.unit, right.unit)
        if (
            left.unit in _CALENDAR
            or ratio is None
            or not 0 < right.value < (ratio if ratio % 10 == 0 else 4 * ratio)
        ):
            return False
        left.value = times(left.value, ratio) + right.value
        left.unit, left.last = right.unit, right.last
        return True

    def _join_restated(self, left: Amount, right: Amount) -> bool:
        """“forty-five (45)”: the same number written again is part of it."""
        same = right.unit is None and right.value == left.value and self.lower(right.last + 1) == ")"
        if same and left.unit is None and left.number.form != right.number.form:
            left.last = right.last + 1
            return True
        return False

    def _join_money(self, left: Amount, right: Amount, gap: list[str]) -> bool:
        is_minor = right.minor_of is not None or right.unit in ("US_cent", "penny")
        if left.minor_of or not float(left.value).is_integer() or gap not in ([], ["and"]):
            return False
        at_end = right.last + 1 >= self.size or (
            right.last + 2 >= self.size and self.lower(right.last + 1) == "."
        )
        bare = right.unit is None and at_end and left.number.scale == 1 and right.value >= 1
        if not (is_minor or bare):
            return False
        left.value = float(f"{left.value + right.value / 100:.15g}")
        left.last = right.last
        return True

    # -- ranges ----------------------------------------------------------------------------------

    def _ranges(self, amounts: list[Amount]) -> list[Amount]:
        joined: list[Amount] = []
        for amount in amounts:
            if joined and self._is_range(joined[-1], amount):
                self._make_range(joined[-1], amount)
            else:
                joined.append(amount)
        return joined

    def _is_range(self, left: Amount, right: Amount) -> bool:
        if left.is_range or left.is_vague or right.is_vague or right.first - left.last > 6:
            return False
        gap = [x.lower for x in self.lexemes[left.last + 1 : right.first]]
        kind = self._gap_kind(left, right, gap)
        if left.unit is None and right.unit and 1900 <= left.value <= 2035 and right.value < 1000:
            return False  # “in 2008 to 29 mpg”
        if kind is None or not _units_fit(left, right):
            return False
        opener = self._opener(left)
        if kind == "and":
            return opener == "between" or (
                opener == "from" and left.unit == right.unit and left.unit is not None
            )
        if left.unit and right.unit is None and left.dimension in ("percent", "percentage_point", "points"):
            return opener == "from"
        if kind == "or":
            return right.value == left.value + 1 and left.number.form == right.number.form == "words"
        return True

    def _gap_kind(self, left: Amount, right: Amount, gap: list[str]) -> str | None:
        words = [x for x in gap if x not in _DASHES]
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

    def _opener(self, amount: Amount) -> str:
        """“between” or “from” before the amount, over a bound cue."""
        at = amount.first - 1
        for _ in range(3):
            if self.lower(at) in ("between", "from"):
                return self.lower(at)
            if self.lower(at) not in _IN_RANGE:
                break
            at -= 1
        return ""

    def _make_range(self, left: Amount, right: Amount) -> None:
        gap = {x.lower for x in self.lexemes[left.last + 1 : right.first]}
        if self._opener(left) == "from" and gap & _RANGE_WORDS and self.lower(right.last + 1) != "to":
            left.parts = (replace(left), replace(right))
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

    def _share_units(self, amounts: list[Amount]) -> None:
        """“20, 30 and 40 kilometres”, “8 or $9”: the unit of the last holds for all."""
        for left, right in zip(reversed(amounts[:-1]), reversed(amounts[1:]), strict=True):
            if left.unit is not None or right.unit is None or right.first - left.last > 3 or left.is_vague:
                continue
            gap = [x.lower for x in self.lexemes[left.last + 1 : right.first]]
            words = [x for x in gap if x not in _HYPHENS]
            if words in (["of"], ["of", "the"], ["of", "its"], ["of", "their"]):
                is_part = right.dimension == "money" and left.number.form != "fraction"
                left.unit, left.dimension = (right.unit, "money") if is_part else (None, "count")
                continue
            if words in (["up"], ["down"]) and right.dimension == "points":
                left.unit, left.dimension = right.unit, "points"
                continue
            if words not in (["and"], ["or"], [","], [",", "and"], [",", "or"]):
                continue
            is_prefixed = right.first < right.number.first
            if is_prefixed and words != ["or"]:
                continue
            if right.dimension in _SHARED and left.number.form != "fraction":
                left.unit, left.dimension, left.shares_unit = right.unit, right.dimension, True

    # -- bound cues ------------------------------------------------------------------------------

    def _bound(self, amount: Amount, taken: int) -> None:
        amount.cue_first = amount.first
        at = amount.first
        while self.lower(at - 1) in _BEFORE_AMOUNT and at - 1 > taken:
            at -= 1
        for opener in ("between", "from"):
            if amount.is_range and self.lower(at - 1) == opener:
                amount.cue_first = at = at - 1
        found = self._cue_before(at, taken)
        if found:
            bound, first = found
            amount.cue_first = first
            if bound == "exact":
                again = self._cue_before(first, taken)
                bound = again[0] if again else bound
            self._set_bound(amount, bound)
        elif self.lower(amount.first - 1) in ("≈", "~"):
            self._set_bound(amount, "about")
        self._cue_after(amount)

    def _set_bound(self, amount: Amount, bound: str) -> None:
        if bound == "exact":
            return
        if amount.is_range:
            amount.notes.append(bound)
        else:
            amount.bound = bound

    def _cue_before(self, at: int, taken: int) -> tuple[str, int] | None:
        """The longest bound phrase that ends right before lexeme `at`."""
        for length in range(min(_longest_bound("before"), at - taken - 1), 0, -1):
            key = tuple(x.lower for x in self.lexemes[at - length : at])
            bound = _bounds("before").get(key)
            if bound:
                return bound, at - length
        return None

    def _cue_after(self, amount: Amount) -> None:
        at = amount.last + 1
        if self.lower(at) in _HYPHENS and self.lower(at + 1) in ("odd", "plus", "ish", "something"):
            at += 1
        elif self.lower(at) == "+" and not self.glued(at):
            return
        for start in (at, at + 1, at + 2):
            for length in range(_longest_bound("after"), 0, -1):
                key = tuple(x.lower for x in self.lexemes[start : start + length])
                bound = _bounds("after").get(key) if len(key) == length else None
                if bound and (start == at or length > 1) and self._after_fits(key, start + length):
                    if amount.bound == "exact" or bound in ("at_least", "at_most"):
                        self._set_bound(amount, bound)
                    return
            if start < self.size and self.lexemes[start].kind != "word":
                return

    def _after_fits(self, key: tuple[str, ...], after: int) -> bool:
        """“200 or more than 190” is two amounts; “maximum” must not belong to what follows."""
        if after < self.size and self.lexemes[after].lower == "than" and key[-1] != "than":
            return False
        if key[-1] in ("than", "over", "above", "below", "under", "less", "more", "plus", "max", "odd"):
            return not (after < self.size and self.lexemes[after].kind == "digits")
        return True


# Months and years have no fixed number of days: “3 years, 2 months and 14 days” stays as it is written.
_CALENDAR = frozenset({"millennium", "century", "decade", "year", "month", "week", "day"})
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


def _units_fit(left: Amount, right: Amount) -> bool:
    if left.unit == right.unit or left.unit is None:
        return left.minor_of is None
    if right.unit is None:
        return True
    return right.unit.startswith(f"{left.unit}/") or left.unit.startswith(f"{right.unit}/")


def merge(numbers: list[Number], articles: list[Number]) -> list[Number]:
    """Both lists in text order; an article that already belongs to a number is left out."""
    taken = {index for number in numbers for index in range(number.first, number.last + 1)}
    return sorted([*numbers, *(a for a in articles if a.first not in taken)], key=lambda n: n.first)


_ONE_ARTICLES = frozenset({"a", "an", "another", "the"})
_PERIOD_WORDS = frozenset({"past", "last", "next", "coming", "fiscal", "financial"})
_DURING = frozenset({"over", "in", "during", "for", "within", "throughout"})
_NOT_ONE = frozenset(
    {"second", "foot", "point", "degree", "yard", "stone", "pound", "dram", "mole", "league"}
)
_ABOUT_ONE = frozenset({
    "than", "least", "about", "nearly", "almost", "barely", "roughly", "around", "approximately", "half",
    "over", "under", "within", "just", "only", "most",
})  # fmt: skip
_ONE_BEFORE = _ABOUT_ONE | {
    "for",
    "in",
    "after",
    "lasted",
    "last",
    "lasts",
    "took",
    "take",
    "takes",
    "spent",
    "spend",
    "waited",
    "wait",
    "hardly",
    "scarcely",
    "maybe",
    "perhaps",
    "long",
}
_OVER_MONEY = frozenset({"percent"})
_HALVED = frozenset({"duration", "length", "mass", "volume", "money", "age", "area"})
_SHARED = frozenset({
    "percent", "percentage_point", "length", "mass", "volume", "money", "temperature", "duration", "speed",
    "age", "power", "area", "energy", "frequency", "angle", "data",
})  # fmt: skip
# Words that may stand between a number and its unit without changing it.
_BETWEEN_UNIT = frozenset({
    "more", "additional", "extra", "further", "full", "whole", "consecutive", "straight", "solid",
    "trading", "working", "business", "calendar", "previous", "successive", "long", "past", "last", "next",
    "coming", "fiscal", "financial",
})  # fmt: skip
_IN_RANGE = frozenset({
    "about", "around", "roughly", "some", "nearly", "almost", "approximately", "between", "perhaps",
    "maybe", "just", "even", "~", "possibly",
})  # fmt: skip
_BEFORE_AMOUNT = frozenset(
    {
        "a",
        "an",
        "the",
        "another",
        "even",
        "possibly",
        "perhaps",
        "maybe",
        "reported",
    }
)
_MONEY_CONTEXT = frozenset({
    "cost", "costs", "costing", "spent", "spend", "spends", "spending", "pay", "pays", "paid", "paying",
    "fine", "fined", "worth", "price", "prices", "priced", "fee", "fees", "salary", "wage", "wages",
    "budget", "debt", "bill", "bills", "sold", "sell", "bought", "buy", "earn", "earns", "earned", "tax",
    "loan", "money", "profit", "cash", "fund", "revenue", "sterling", "charge", "charged", "british",
})  # fmt: skip
