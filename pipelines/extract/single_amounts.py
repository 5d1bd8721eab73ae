"""One number with its sign, unit and currency, and the amounts that are said without a number.

Belongs here: what can be read around one number. Does not belong here: what joins two (`amounts`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

from pipelines.extract.amount_words import (
    ABOUT_ONE,
    AFTER_ONE,
    COINS,
    FURTHER,
    HALVED,
    LONG_UNITS,
    ONE_ARTICLES,
    ONE_BEFORE,
    PERIOD_WORDS,
    TOLLS,
    one_word_amounts,
)
from pipelines.extract.cardinals import ARTICLES, Number, number_words
from pipelines.extract.lexemes import HYPHENS, Lexed, times
from pipelines.extract.numbers import find_numbers
from pipelines.extract.units import UnitMatch, UnitReader, unit_ratio
from pipelines.extract.word_sets import Words


@dataclass(slots=True)
class Amount:
    """One amount. `first` and `last` are lexeme indexes of the whole span, currency and unit included.

    `low` and `high` are set for ranges and vague amounts. `cue_first` is the first lexeme of the bound cue
    before it (equal to `first` without one); `ends`: the two numbers of a range as they stand.
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
    ends: tuple[Amount, ...] = ()

    @property
    def is_vague(self) -> bool:
        """True for a vague amount with a documented interval."""
        return self.number.form == "vague"


class SingleAmounts(Lexed):
    """Reads the single amounts of one text."""

    def __init__(self, text: str) -> None:
        grammar, self.numbers = find_numbers(text)
        super().__init__(text, grammar.lexemes, grammar.lower)
        self.units = UnitReader(self)

    def singles(self) -> list[Amount]:
        """Every number with its unit, in order, spans never overlapping."""
        found: list[Amount] = []
        taken = -1
        for number in _merge(self.numbers, self._implied()):
            if number.first > taken:
                found.append(self._single(number, taken))
                taken = found[-1].last
        return found

    # -- amounts without a number ----------------------------------------------------------------

    def _implied(self) -> list[Number]:
        """“a month”, “an hour and a half”, “a gallon”, “week-long”: one, said without its number."""
        found = []
        lexemes = self.lexemes
        implied = _implied_by()
        for at in [i for i, lexeme in enumerate(lexemes) if lexeme.lower in implied]:
            lexeme = lexemes[at]
            if word := one_word_amounts().get(lexeme.lower):
                found.append(Number(at, at, lexeme.start, lexeme.end, word[0], "one_word"))
            if lexeme.lower in LONG_UNITS and self._is_long(at):
                found.append(Number(at, at, lexeme.start, lexeme.end, 1.0, "long"))
            if (last := self._none(at)) is not None:
                found.append(Number(at, last, lexeme.start, self.lexemes[last].end, 0.0, "none"))
            if lexeme.lower not in ONE_ARTICLES or at + 1 >= self.size:
                continue
            if lexeme.lower == "the":
                if self._is_period(at):
                    found.append(Number(at, at, lexeme.start, lexeme.end, 1.0, "article"))
                continue
            skip = at + 2 if self.lower(at + 1) in FURTHER else at + 1
            unit = self.units.after(skip) if self.lexemes[at + 1].kind == "word" else None
            if unit and self._is_one(at, unit):
                found.append(Number(at, at, lexeme.start, lexeme.end, 1.0, "article"))
        return found

    def _none(self, at: int) -> int | None:
        """The last lexeme of “no one”, “nobody”, “none”, “no” injuries; None where nothing of it is said."""
        word, after = self.lower(at), self.lower(at + 1)
        if word in ("nobody", "none"):
            return at
        if word != "no":
            return None
        if after == "one":
            return at + 1
        if after in HYPHENS and self.lower(at + 2) == "one":
            return at + 2
        return at if after in TOLLS or (after in _OF_TOLLS and self.lower(at + 2) in TOLLS) else None

    def _is_long(self, at: int) -> bool:
        """“a week-long strike”, not “a six-week-long strike”."""
        return (
            self.lower(at - 1) not in HYPHENS
            and self.lower(at + 1) in HYPHENS
            and self.lower(at + 2) == "long"
        )

    def _is_period(self, at: int) -> bool:
        """“the year ended March 31”, “over the past decade”: one unit of time, said without its number."""
        middle = self.lower(at + 1)
        if middle not in PERIOD_WORDS and middle not in LONG_UNITS:
            return False
        unit = self.units.after(at + 2 if middle in PERIOD_WORDS else at + 1)
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
        if self._opens_compound(unit) or self._is_coin(at, unit) or self._is_defined(at, unit):
            return True
        if unit.unit == "percentage_point":
            return True  # “a full percentage point”
        if unit.dimension not in HALVED or unit.unit in _NOT_ONE or "/" in unit.unit:
            return False
        if self.lower(unit.last + 1) == "or" and self.lower(unit.last + 2) == "two":
            return True  # “a mile or two”
        if self.lower(unit.last + 1) == "and" and self.lower(unit.last + 2) in (
            "a",
            "half",
            "one",
            "quarter",
        ):
            is_parted = self.lower(unit.last + 3) in ("half", "quarter") or self.lower(unit.last + 2) in (
                "half",
                "quarter",
            )
            if is_parted or self.units.after(unit.last + 3) is None:
                return is_parted  # but “a year and a day”
        before, after = self.lower(at - 1), self.lower(unit.last + 1)
        if after in ("when", "where") or (after == "in" and self.lower(unit.last + 2) in ("which", "whose")):
            return False  # “in a year in which nothing grew”
        if unit.last + 1 >= self.size and at == 0:
            return True
        if unit.dimension == "duration":
            is_before = self.lower(at) != "another" and after in ("ago", "earlier")
            if is_before and before == "than" and self._is_compared(at):
                return False  # “dearer than a year ago” and “9% more than a year ago” tell when
            if is_before and before not in ABOUT_ONE:
                return after == "earlier" and (at == 0 or before in _STOPS)  # “A day earlier, he left.”
            is_placed = before in ONE_BEFORE or self.lower(at) == "another" or after in AFTER_ONE
            is_placed = is_placed or (after == "in" and self.lower(unit.last + 2) in _KEPT_IN)
            is_placed = is_placed or self._ends_range(at)
            return is_placed or self._is_filled(unit) or self._is_deadline(before, unit)
        if unit.dimension in ("volume", "mass", "length"):
            return (
                before not in _ENDS and not before.isdigit() and after in ("of", "", "away", "wide", "deep")
            ) or (before in ABOUT_ONE)
        return False

    def _ends_range(self, at: int) -> bool:
        """“30 minutes to an hour”, “between half an hour and a day”: the article at either end."""
        if self.lower(at - 1) == "between":
            return True
        nearby = range(max(0, at - 8), at)
        is_end = self.lower(at - 1) == "to" or (
            self.lower(at - 1) == "and" and any(self.lower(i) == "between" for i in nearby)
        )
        unit = self.units.after(at - 2) if is_end and at > 2 else None
        return unit is not None and unit.dimension == "duration" and unit.last == at - 2

    def _is_filled(self, unit: UnitMatch) -> bool:
        """“a month of protests”: how long they went on; not “a year of age” nor “a week of the war”."""
        at = unit.last + 2
        if self.lower(at - 1) != "of" or unit.unit not in _FILLED or at >= self.size:
            return False
        what = self.lexemes[at]
        is_thing = what.kind == "word" and what.text.islower()
        return is_thing and what.lower not in _DETERMINERS and what.lower not in _NO_CONTENT

    def _is_deadline(self, before: str, unit: UnitMatch) -> bool:
        """“has a week to decide”, “gave them a year to leave”; not “had a year to forget”."""
        is_given = before in _BEFORE_DEADLINE and self.lower(unit.last + 1) == "to"
        return is_given and self.lower(unit.last + 2) not in _IDLE

    def _is_compared(self, at: int) -> bool:
        """True where what stands before “than” at `at - 1` compares something else with a time."""
        is_measured = at > 2 and (self.lexemes[at - 3].kind == "digits" or self.lower(at - 3) in _COMPARABLE)
        return is_measured or self.lower(at - 2) not in ("more", "less", "longer")

    def _opens_compound(self, unit: UnitMatch) -> bool:
        """“an hour and 20 minutes”, “a year and three months”: the first part of one length of time."""
        if unit.dimension != "duration" or self.lower(unit.last + 1) != "and":
            return False
        number = next((n for n in self.numbers if n.first == unit.last + 2), None)
        smaller = self.units.after(number.last + 1) if number is not None else None
        return smaller is not None and unit_ratio(unit.unit, smaller.unit) is not None

    def _is_defined(self, at: int, unit: UnitMatch) -> bool:
        """“A mile is 1.6 kilometres”: one of a unit, said to be so many of another."""
        if self.lower(at) == "another" or (at and self.lower(at - 1) not in _BEFORE_DEFINED):
            return False
        verb = unit.last + 1
        if self.lower(verb) not in _DEFINES:
            return False
        number = next((n for n in self.numbers if verb < n.first <= verb + 3), None)
        other = self.units.after(number.last + 1) if number is not None else None
        return other is not None and other.dimension == unit.dimension and other.unit != unit.unit

    def _is_coin(self, at: int, unit: UnitMatch) -> bool:
        """“it costs a penny”, “fell a cent to $3.04”: one of a coin, and not “a dollar amount”."""
        if self.lower(unit.last) not in COINS or unit.last != at + 1:
            return False
        after = self.lower(unit.last + 1)
        if number_words().get(after, ("", 0.0))[0] in ("teen", "ten"):
            return self.lower(unit.last) == "dollar"  # “a dollar fifty”
        return after in _AFTER_COIN and self.lower(at - 1) not in ("of", "against", "the", "for", "like")

    # -- one number with its unit ----------------------------------------------------------------

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
        self._absolute_zero(amount, taken)
        self._strong(amount)
        if tail := self._tail(number):
            inside = tail < amount.last
            amount.bound = _TAILS[self.lower(tail)] if amount.unit and inside else "exact"
        self._grand(amount)
        return amount

    def _tail(self, number: Number) -> int:
        """The index of “plus”, “odd” … between a number and its unit or noun; 0 without one."""
        at = number.last + 1
        at += self.lower(at) in HYPHENS
        is_near = number.form in ("digits", "words") and self.lower(at) in _TAILS
        return at if is_near else 0

    def _grand(self, amount: Amount) -> None:
        """“five grand”, “$50 grand”: thousands; not “two grand old hotels”."""
        at = amount.last + 1
        is_end = at + 1 >= self.size or self.lexemes[at + 1].kind == "mark"
        is_last = is_end or self.lower(at + 1) in _AFTER_GRAND
        if self.lower(at) == "grand" and is_last and amount.dimension in ("count", "money"):
            amount.last = at
            self._times(amount, 1000.0)

    def _unit_after(self, number: Number) -> UnitMatch | None:
        at = number.last + 1
        if number.form == "vague" and self.lower(at) in HYPHENS and self.lower(at + 1) == "of":
            return self.units.after(at + 2)  # “tens-of-billions-of-dollars”
        if number.form == "one_word":
            unit = one_word_amounts()[self.lower(number.first)][1]
            return UnitMatch(unit, "times" if unit == "times" else "duration", number.last)
        if number.form == "long":
            return UnitMatch(self.lower(number.first), "duration", number.first + 2)
        if self.lower(at) == "of" and (
            number.form in ("fraction", "vague")
            or number.scale > 1
            or (0 < number.value < 1 and self.lower(at + 1) in ARTICLES)  # “0.25 of a point”
            or self._couple(number)
            or (number.form == "words" and not number.value.is_integer())
        ):
            at += 2 if self.lower(at + 1) in ("a", "an") else 1
            found = self.units.after(at)
            is_share = number.form == "fraction" and number.value in _LARGE_SHARES
            if found and is_share and self._is_plural(found):
                return None  # “a third of hours worked” is a share; not so “two tenths of seconds”
            return found if found and self.lexemes[at].kind == "word" else None
        if tail := self._tail(number):
            return self.units.after(tail + 1)  # “four-plus months”, “30 odd miles”
        if number.form == "fraction" and self.lower(at) in ("a", "an"):
            found = self.units.after(at + 1)
            if found is None:
                return None
            above = found.dimension.removesuffix("_rate").removesuffix("_ratio")  # “half a litre a day”
            return found if above in HALVED or above == "speed" or found.unit in _PARTED else None
        skip = at
        while self.lower(skip) in _BETWEEN_UNIT and skip < at + 2:
            skip += 1
        found = self.units.after(at)
        if found is None and skip > at:
            found = self.units.after(skip)
            found = found if found and found.dimension in _FURTHERED else None
            if found and number.form != "article" and number.value > 1 and not self._is_plural(found):
                found = None  # “300,000 last year”
        is_hyphened = self.lower(at) in HYPHENS and number.value < 1000
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
            amount.low = times(amount.low, factor) if amount.low is not None else None
            amount.high = times(amount.high, factor) if amount.high is not None else None

    def _and_a_half(self, amount: Amount) -> None:
        """“a year and a half”, “an hour and a quarter”: the part counts in the unit before it."""
        at = amount.last + 1
        if self.lower(at) != "and" or amount.dimension not in HALVED:
            return
        is_one = self.lower(at + 1) in ("a", "one")
        at += 2 if is_one else 1
        part = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}.get(self.lower(at))
        is_part_of = self.lower(at + 1) in ("of", "an", "a")
        if is_part_of and is_one and self.lower(at + 1) == "of":
            is_part_of = self.lower(at + 2) in _DETERMINERS  # “an inch and a half of rain” is of one thing
        if part and not is_part_of and not self._is_noun_unit(at + 1):
            amount.value += part
            amount.last = at

    def _is_noun_unit(self, at: int) -> bool:
        return self.lower(at) in ("million", "billion", "thousand", "dozen")

    def _sign(self, amount: Amount, taken: int) -> None:
        at = amount.first - 1
        if at <= taken:
            return
        word = self.lower(at)
        if word in HYPHENS and self.lower(at - 1) in _MINUS_WORDS and at - 1 > taken:
            at, word = at - 1, self.lower(at - 1)
        if word == "minus" and self.lower(at - 1) in ("or", "/") and self.lower(at - 2) in ("plus", "+"):
            return  # “plus or minus 3 points” has no sign
        if word in _MINUS_WORDS or (word in _MINUS and self._is_minus(at, amount)):
            amount.first = at
            amount.value, amount.has_sign = -amount.value, True
            if amount.dimension == "percent":
                amount.direction = "down"
        elif word == "+" and self.glued(amount.first) and not self.glued(at):
            amount.has_sign = True
            amount.direction = "up" if amount.dimension in ("percent", "points", "money") else None
        self._in_brackets(amount)
        is_inside = amount.dimension == "money" and amount.first < amount.number.first - 1
        if is_inside and self.lower(amount.number.first - 1) in _MINUS:
            amount.value, amount.has_sign = -amount.value, True  # “$-5”

    def _in_brackets(self, amount: Amount) -> None:
        """“a profit of ($1.2m)”: bookkeepers write a loss in brackets; after a noun they only add."""
        is_bracketed = self.lower(amount.first - 1) == "(" and self.lower(amount.last + 1) == ")"
        if amount.dimension == "money" and is_bracketed and self.lower(amount.first - 2) in _STATES:
            amount.first, amount.last = amount.first - 1, amount.last + 1
            amount.value, amount.has_sign = -amount.value, True

    def _below_zero(self, amount: Amount) -> None:
        """“2 degrees below zero”."""
        if self.lower(amount.last + 1) == "below" and self.lower(amount.last + 2) == "zero":
            amount.value, amount.last = -abs(amount.value), amount.last + 2
            amount.notes.append("below_zero")
            if amount.dimension == "count":
                amount.unit, amount.dimension = "degree", "angle"

    def _absolute_zero(self, amount: Amount, taken: int) -> None:
        """“close to absolute zero”: nought on the scale that begins there."""
        is_zero = amount.unit is None and self.lower(amount.last) == "zero"
        if is_zero and self.lower(amount.first - 1) == "absolute" and amount.first - 1 > taken:
            amount.first, amount.unit, amount.dimension = amount.first - 1, "kelvin", "temperature"

    def _is_minus(self, at: int, amount: Amount) -> bool:
        """A minus touches its number and not what stands before it; temperatures may have a space."""
        if self.lexemes[at + 1].kind == "word":
            return False
        if self.lexemes[at - 1].kind == "digits" and at and amount.dimension not in ("percent", "count"):
            return False  # “75 -300mm” is a range
        if not self.glued(at + 1):
            return amount.dimension in ("temperature", "angle") and not self._is_amount_end(at - 1)
        return at == 0 or not self.glued(at) or self.lower(at - 1) in ("(", "[", "=", "“", '"', ",")

    def _is_amount_end(self, at: int) -> bool:
        return at >= 0 and (self.lexemes[at].kind == "digits" or self.lower(at) in ("°", "c", "f", "%"))

    def _strong(self, amount: Amount) -> None:
        at = amount.last + 1
        if amount.unit is None and self.lower(at) in HYPHENS and self.lower(at + 1) in ("strong", "odd"):
            amount.is_strong = self.lower(at + 1) == "strong"


def _merge(numbers: list[Number], articles: list[Number]) -> list[Number]:
    """Both lists in text order; an article that already belongs to a number is left out."""
    taken = {index for number in numbers for index in range(number.first, number.last + 1)}
    return sorted([*numbers, *(a for a in articles if a.first not in taken)], key=lambda n: n.first)


@cache
def _implied_by() -> frozenset[str]:
    """Words that an amount without a number may begin with."""
    return _IMPLIED_BY | one_word_amounts().keys()


_KEPT_IN = Words("kept_in")
_LARGE_SHARES = frozenset({1 / 2, 1 / 3, 2 / 3, 1 / 4, 3 / 4})
_FILLED = frozenset({"week", "month", "year", "decade", "century"})
_NO_CONTENT = Words("no_content")
_BEFORE_DEADLINE = Words("deadline_before")
_IDLE = Words("idle_infinitive")
_COMPARABLE = Words("compared_amount")
_MINUS = frozenset("-−–")
_MINUS_WORDS = Words("minus")
_DETERMINERS = Words("determiner")
_STOPS = frozenset(".!?“”\"‘’'")
_ENDS = frozenset(",;:.!?()[]“”\"'’‘…")
_DEFINES = Words("defining_verb")
_BEFORE_DEFINED = Words("before_defined")
_IMPLIED_BY = Words("long_unit", "one_article", "none")
_DURING = Words("during")
_NOT_ONE = frozenset(
    {"second", "foot", "point", "degree", "yard", "stone", "pound", "dram", "mole", "league"}
)
_STATES = Words("before_loss")
_OF_TOLLS = Words("before_toll")
_AFTER_COIN = Words("after_coin")
_AFTER_GRAND = Words("after_coin", "after_grand")
_OVER_MONEY = frozenset({"percent"})
_FURTHERED = frozenset({"duration", "length", "money", "percentage_point"})
_TAILS = {"plus": "at_least", "odd": "about", "ish": "about", "something": "about"}
_PARTED = frozenset({"point", "percent", "percentage_point", "basis_point"})
# Words that may stand between a number and its unit without changing it.
_BETWEEN_UNIT = Words("before_unit")
_MONEY_CONTEXT = Words("money_context")
