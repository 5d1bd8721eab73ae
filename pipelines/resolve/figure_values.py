"""What values a claim allows: the interval that its hedge, its bound and its rounding leave open.

PURE. Two claims agree when their intervals meet. How wide an interval is:

| written | interval |
|---|---|
| a range, a vague amount | as stated, or as `vague_amounts.csv` documents it |
| `about` | half a unit of the last significant digit, at least 5 and at most 10 percent of the value |
| `exact`, rounded | under half a unit of the last significant digit, at most 5 percent (2,000: from 1,900) |
| `exact`, a percentage | the same, at most half a point: 66 percent is not 67, 40 is not 42 |
| `exact`, a count below 100 or without a zero at its end | the value alone |
| `at_least`, `more_than` | from the value to twice the value: who knew thrice as much would not write so |
| `at_most`, `less_than` | from half the value to the value |

Amounts in units of one dimension are compared in the dimension's base unit (a decade is ten years); money
stays in its currency.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.reference import read_table

# Rounding that nobody marked: at most this part of the value. 1,960 rounds to 2,000, 100,000 is not 120,000.
ROUND_TOLERANCE = 0.05
ABOUT_TOLERANCE = (0.05, 0.10)
# Two neighbours in the last digit are two numbers: their intervals must not touch.
WITHIN_HALF = 0.999
# How far an open bound reaches.
OPEN_FACTOR = 2.0
# Percentages are told to the point: 40 percent is not 42.
HALF_POINT = 0.5
_PERCENT = frozenset({"percent", "percentage_point"})
# Counts below this are not rounded by reporters: ten dead are not eleven.
SMALLEST_ROUNDED = 100

_KELVIN = {"celsius": (1.0, 273.15), "fahrenheit": (5 / 9, 255.3722222222222), "kelvin": (1.0, 0.0)}


@dataclass(frozen=True, slots=True)
class Amount:
    """A claim's value in the base unit of its dimension, with the interval it allows.

    `stated_low` and `stated_high`: what was written (equal unless a range), in the same unit; `digits`:
    significant digits of the value, the measure of precision; `factor`: base units in one stated unit.
    """

    value: float
    low: float
    high: float
    stated_low: float
    stated_high: float
    digits: int
    bound: str
    is_vague: bool
    factor: float

    @property
    def is_hedged(self) -> bool:
        """True where the writer marked the number as no exact one."""
        return self.bound != "exact" or self.is_vague


def amount(  # noqa: PLR0917
    value: float,
    value_low: float | None,
    value_high: float | None,
    bound: str,
    is_vague: bool,
    unit: str | None,
    unit_dimension: str,
) -> Amount:
    """The amount of a claim's fields."""
    factor, offset = _to_base(unit, unit_dimension)
    low = value if value_low is None else value_low
    high = max(value if value_high is None else value_high, low)
    digits = significant_digits(value)
    if is_vague or bound == "range" or high > low:
        opened = low, high
    else:
        opened = _opened(value, bound, digits, unit_dimension)
    return Amount(
        value=value * factor + offset,
        low=opened[0] * factor + offset,
        high=opened[1] * factor + offset,
        stated_low=min(low, value) * factor + offset,
        stated_high=max(high, value) * factor + offset,
        digits=digits,
        bound=bound,
        is_vague=is_vague,
        factor=factor,
    )


def _opened(value: float, bound: str, digits: int, dimension: str) -> tuple[float, float]:
    if bound in ("at_least", "more_than"):
        return tuple(sorted((value, value * OPEN_FACTOR)))  # type: ignore[return-value]
    if bound in ("at_most", "less_than"):
        return tuple(sorted((value / OPEN_FACTOR, value)))  # type: ignore[return-value]
    size = abs(value)
    half = last_unit(value, digits) / 2
    if bound == "about":
        width = min(max(half, ABOUT_TOLERANCE[0] * size), ABOUT_TOLERANCE[1] * size)
    elif dimension == "count" and (size < SMALLEST_ROUNDED or value % 10):
        width = 0.0
    elif dimension in _PERCENT:
        width = min(half, HALF_POINT) * WITHIN_HALF
    else:
        width = min(half * WITHIN_HALF, ROUND_TOLERANCE * size)
    return value - width, value + width


def significant_digits(value: float) -> int:
    """Digits from the first to the last that is not 0: 1,960 has three, 2,000 one, 0.25 two; 0 has one."""
    if not value or not math.isfinite(value):
        return 1
    return max(len(f"{abs(value):.12e}".split("e")[0].replace(".", "").rstrip("0")), 1)


def last_unit(value: float, digits: int) -> float:
    """What the last significant digit counts: 10 for 1,960, 1,000 for 2,000, 0.1 for 4.2."""
    if not value or not math.isfinite(value):
        return 1.0
    return float(10.0 ** (math.floor(math.log10(abs(value))) - digits + 1))


@cache
def _factors() -> dict[str, tuple[str, float]]:
    rows = read_table("units", ("unit", "dimension", "factor"))
    return {row["unit"]: (row["dimension"], float(row["factor"])) for row in rows if row["factor"]}


def _to_base(unit: str | None, dimension: str) -> tuple[float, float]:
    if unit in _KELVIN:
        return _KELVIN[unit]
    found = _factors().get(unit or "")
    return (found[1], 0.0) if found is not None and found[0] == dimension else (1.0, 0.0)


def measure(unit: str | None, dimension: str) -> str:
    """What amounts must share to be comparable: the dimension where units convert, else the unit itself."""
    converts = unit in _KELVIN or _factors().get(unit or "", ("", 0.0))[0] == dimension
    return dimension if unit is None or converts else f"{dimension}:{unit}"


def meet(amounts: Sequence[Amount]) -> bool:
    """True where one value lies in the interval of every amount; a rounding error is no gap."""
    low, high = max(a.low for a in amounts), min(a.high for a in amounts)
    return low <= high + 1e-9 * max(abs(low), abs(high))


def is_rounded_apart(amounts: Sequence[Amount]) -> bool:
    """True where amounts meet only because a number without a hedge is taken as rounded."""
    exact = [a.value for a in amounts if not a.is_hedged]
    return len(exact) > 1 and not math.isclose(min(exact), max(exact), rel_tol=1e-9)


def ratio(one: Amount, other: Amount) -> float:
    """How many times the larger value is the smaller; infinite where signs differ or one is 0."""
    if one.value == other.value:
        return 1.0
    if one.value * other.value <= 0:
        return math.inf
    small, large = sorted((abs(one.value), abs(other.value)))
    return large / small
