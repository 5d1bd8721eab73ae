"""What printed dates and dates in prose share: month and weekday words, and days that exist."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from pipelines.reference import read_table

# Spaces inside a date are few; a bound keeps every pattern linear.
GAP = r"(?:[ \t\u00a0\u2009\u202f]{1,3})"
YEAR = r"(?:1[89]|20)\d\d(?![\w%]|[,.]\d)"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\d)"


@cache
def numbers(kind: str) -> dict[str, int]:
    """Word, case-folded, to number: months from 1, weekdays from 0 (Monday). `kind`: month or weekday."""
    rows = read_table("calendar_words", ("form", "kind", "number"))
    return {row["form"].casefold(): int(row["number"]) for row in rows if row["kind"] == kind}


@cache
def alternatives(kind: str, *, full_only: bool = False) -> str:
    """A pattern for the words of a kind, capitalised or in capitals; short forms may end in a full stop."""
    forms = numbers(kind)
    full = {max((f for f in forms if forms[f] == n), key=len) for n in forms.values()}
    chosen = full if full_only else set(forms)
    parts = []
    for form in sorted(chosen, key=lambda f: (-len(f), f)):
        cased = rf"{form[0].upper()}(?:{form[1:]}|{form[1:].upper()})"
        # A stop behind a whole word may end its sentence: "May. 10" is a date, "in May. Then" is not.
        parts.append(rf"{cased}(?:\.(?= ?\d))?" if form in full else rf"{cased}\b\.?")
    return rf"(?:{'|'.join(parts)})"


def number(kind: str, word: str) -> int:
    """The number of a word that `alternatives` matched."""
    return numbers(kind)[word.rstrip(".").casefold()]


def day_number(word: str) -> int:
    """17 for "17th"."""
    match = re.match(r"\d+", word)
    return int(match.group()) if match else 0


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
