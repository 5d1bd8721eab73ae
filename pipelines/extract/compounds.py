"""Amounts that are one though written as several: “thirteen dollars and forty-five cents”, “5 feet 4 inches”.

Belongs here: joining neighbours to one amount. Does not belong here: ranges and shared units (`amounts`).
"""

from __future__ import annotations

from pipelines.extract.amount_words import HALVED
from pipelines.extract.lexemes import times
from pipelines.extract.numbers import starts_number
from pipelines.extract.single_amounts import Amount, SingleAmounts
from pipelines.extract.units import unit_ratio

_CALENDAR = frozenset({"millennium", "century", "decade", "year", "month", "week", "day"})


class Compounds(SingleAmounts):
    """Joins the amounts of one paragraph that are parts of one."""

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
        if gap in (["'"], ["’"]) or (not gap and self.lower(left.last) == "foot"):
            return self._join_height(left, right, bool(gap))
        if gap == ["of"] and self._is_part_of_one(left, right):
            left.unit, left.dimension, left.last = right.unit, right.dimension, right.last
            return True
        self._name_clock_units(left, right, gap)
        if left.unit == "yard" and right.unit is None and self.lower(right.last + 1) in ("'", "’"):
            right.unit, right.dimension, right.last = "foot", "length", right.last + 1  # “2 yd 7'”
        if right.has_sign or len(gap) > 2 or any(x not in ("and", ",", "-", "(") for x in gap):
            return False
        if right.value < 0 or right.high is not None or left.high is not None:
            return False
        if gap == ["("]:
            return self._join_restated(left, right)
        at_end = right.last + 1 >= self.size or (
            right.last + 2 >= self.size and self.lower(right.last + 1) == "."
        )
        if right.number.form == "fraction" and gap == ["and"] and right.unit is None:
            return self._join_fraction(left, right)
        if (
            left.unit == "hour"
            and right.unit is None
            and at_end
            and right.value.is_integer()
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
        return gap in ([], ["and"], [","], [",", "and"]) and self._join_smaller(left, right, gap)

    def _name_clock_units(self, left: Amount, right: Amount, gap: list[str]) -> None:
        """“2h 30m”, “1m 23s”: beside hours or seconds an m is minutes, not metres."""
        if gap:
            return
        if left.unit == "hour" and right.unit == "metre" and self._is_clock(right):
            right.unit, right.dimension = "minute", "duration"
        elif left.unit == "metre" and right.unit == "second" and self._is_clock(left):
            left.unit, left.dimension = "minute", "duration"

    def _is_clock(self, amount: Amount) -> bool:
        return self.lexemes[amount.last].text == "m" and 0 <= amount.value < 60 and amount.value.is_integer()

    def _is_part_of_one(self, left: Amount, right: Amount) -> bool:
        """“half of 1 percent”, “a tenth of one percentage point”: a part of one, and no share of it."""
        is_part = left.unit is None and left.number.form == "fraction" and left.value < 1
        return is_part and right.value == 1 and right.dimension in ("percent", "percentage_point", "points")

    def _join_fraction(self, left: Amount, right: Amount) -> bool:
        """“an hour and three quarters”: the part counts in the unit before it."""
        is_part = 0 < right.value < 1 and self.lower(right.last + 1) != "of" and left.value.is_integer()
        if left.dimension not in HALVED or not is_part:
            return False
        left.value, left.last = left.value + right.value, right.last
        return True

    def _join_height(self, left: Amount, right: Amount, is_marked: bool) -> bool:
        """“6'2"”, “5 foot 10”: feet and inches, with the inches left out or not."""
        if not (right.value.is_integer() and 0 <= right.value < 12 and right.unit in (None, "inch")):
            return False
        if is_marked:
            touches = self.glued(left.last + 1) and self.glued(right.first)
            is_foot = left.unit is None and (right.unit == "inch" or 3 < left.value < 9)
            fits = touches and is_foot and left.number.form == "digits" == right.number.form
        else:
            after = self.lexemes[right.last + 1] if right.last + 1 < self.size else None
            is_last = after is None or after.kind == "mark" or after.lower in ("tall", "and", "in", "with")
            fits = left.unit == "foot" and (right.unit == "inch" or is_last)
        if fits and left.value.is_integer():
            left.value, left.unit, left.dimension = left.value * 12 + right.value, "inch", "length"
            left.last = right.last
        return fits and left.unit == "inch"

    def _join_tolerance(self, left: Amount, right: Amount) -> bool:
        """“2,000 ± 5 pounds”: the second number is how exact the first is."""
        left.unit, left.dimension, left.last = right.unit, right.dimension, right.last
        left.low, left.high = left.value - right.value, left.value + right.value
        return True

    def _join_smaller(self, left: Amount, right: Amount, gap: list[str]) -> bool:
        """“5 feet 4 inches”, “2 years and 3 months”: in the smaller unit, where it divides the larger."""
        if left.unit is None or right.unit is None or not left.value.is_integer():
            return False
        ratio = unit_ratio(left.unit, right.unit)
        is_listed = self.lower(left.first - 1) in (",", "and")
        is_listed = is_listed or ("," in gap and not self._is_year_and_months(left, right, gap))
        if (
            (left.unit in _CALENDAR and is_listed)
            or ratio is None
            or not 0 < right.value < (ratio if ratio % 10 == 0 else 4 * ratio)
        ):
            return False
        left.value = times(left.value, ratio) + right.value
        left.unit, left.last = right.unit, right.last
        return True

    def _is_year_and_months(self, left: Amount, right: Amount, gap: list[str]) -> bool:
        """“2 years, 3 months”, where no third part follows: months divide a year."""
        goes_on = self.lower(right.last + 1) in (",", "and") and (
            self.lower(right.last + 2)[:1].isdigit() or starts_number(self.lower(right.last + 2))
        )
        return gap == [","] and (left.unit, right.unit) == ("year", "month") and not goes_on

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
        spoken = (
            left.number.form == "article" and right.unit is None and right.value >= 10
        )  # “a dollar fifty”
        if not (is_minor or bare or spoken):
            return False
        left.value = float(f"{left.value + right.value / 100:.15g}")
        left.last = right.last
        return True
