"""How values read: numbers without needless digits, days, and what the views' words mean to a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

AGREEMENT = {
    "conflict": "sources conflict",
    "agree": "sources agree",
    "round_equal": "equal when rounded",
    "single": "one source",
}

BOUND = {
    "exact": "",
    "about": "about",
    "at_least": "at least",
    "more_than": "more than",
    "at_most": "at most",
    "less_than": "less than",
    "range": "",
}

SEVERITY = {"blocking": "holds the release", "quarantine": "holds the row back", "warning": "flags the row"}

OUTCOME = {
    "published": "published",
    "nothing_new": "nothing new",
    "held_back": "held back",
    "failed": "failed",
    "interrupted": "interrupted",
    "running": "running",
}

_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def number(value: float | None) -> str:
    """A number for a reader: 7.3 billion, 1,960, 33.3, 0.05; empty for None."""
    if value is None:
        return ""
    size = abs(value)
    for scale, word in _SCALES:
        if size >= scale:
            return f"{_short(value / scale)} {word}"
    return _short(value)


def _short(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3
    shown = f"{value:,.{digits}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def amount(value: float | None, unit: str | None) -> str:
    """A number with its unit: 43 %, USD 7.3 billion, 6 months."""
    shown = number(value)
    if not shown or unit is None:
        return shown
    if unit == "percent":
        return f"{shown} %"
    if _is_currency(unit):
        return f"{unit} {shown}"
    word = unit.replace("_", " ")
    return f"{shown} {word}{'' if value == 1 or len(word) < 3 or word.endswith('s') else 's'}"


def span(low: float | None, high: float | None, unit: str | None) -> str:
    """A range of what was reported: 5 to 7."""
    if low is None or high is None:
        return amount(low if high is None else high, unit)
    if low == high:
        return amount(high, unit)
    if unit and _is_currency(unit):
        return f"{unit} {number(low)} to {number(high)}"
    return f"{number(low)} to {amount(high, unit)}"


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isupper()


def day(value: date | datetime | None, precision: str | None = None) -> str:
    """A day as 17 Apr 2024, of the precision month as Apr 2024, of year as 2024; empty for None."""
    if value is None:
        return ""
    if precision == "year":
        return f"{value:%Y}"
    return f"{value:%b %Y}" if precision == "month" else f"{value.day} {value:%b %Y}"


def moment(value: datetime | None) -> str:
    """A time as 17 Apr 2024, 05:00 UTC."""
    return f"{day(value)}, {value:%H:%M} UTC" if value is not None else ""


def ago(value: datetime | None, now: datetime | None = None) -> str:
    """How long ago a UTC time was, in the largest unit that fits."""
    if value is None:
        return ""
    seconds = ((now or datetime.now(UTC).replace(tzinfo=None)) - value).total_seconds()
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(int(seconds // size), word) + " ago"
    return "just now"


def count(value: int | None, noun: str, plural: str | None = None) -> str:
    """A count with its noun: 1 source, 1,204 sources."""
    value = value or 0
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def words(value: str | None) -> str:
    """A name of the data, such as a category or a rule, as words: volume_against_median."""
    return (value or "").replace("_", " ")


def several(values: Iterable[Any] | None, most: int = 4) -> str:
    """Names in a row, the rest counted: A, B, C and 4 more. A name that recurs stands once: A (3)."""
    times = Counter(str(value) for value in values or [] if value is not None)
    found = [name if count == 1 else f"{name} ({count:,})" for name, count in times.items()]
    if len(found) <= most:
        return ", ".join(found)
    return f"{', '.join(found[: most - 1])} and {len(found) - most + 1} more"


def spoken(value: str | None) -> str:
    """The words of a quote, without the comma that leads over to its speaker."""
    return (value or "").rstrip(" ,")


def cut(value: str | None, length: int = 90) -> str:
    """A text on one line, cut at a word where it is longer."""
    flat = " ".join((value or "").split())
    if len(flat) <= length:
        return flat
    return flat[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def headline(value: str | None) -> str:
    """A label with a capital letter, as a heading begins."""
    shown = value or "No label"
    return shown[:1].upper() + shown[1:]
