"""Text for a spreadsheet: a cell that would be a formula stays text.

A spreadsheet that opens a CSV file takes a cell that begins with one of these for a formula, which may fetch
an address or start a program. An apostrophe before it is what spreadsheets themselves write for “text”.
"""

from __future__ import annotations

from typing import Any

# With their wide forms, which some spreadsheets fold to the plain ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# A spreadsheet passes over these before it looks; str.strip does not know the invisible ones.
_PASSED_OVER = " \u00a0\u200b\u200c\u200d\u2060\ufeff\x00\"'"


def csv_safe(value: Any) -> Any:
    """A cell of a CSV file: text that would be a formula with an apostrophe before it, all else unchanged.

    Numbers, dates and None are what they are: only text can hold somebody else's formula. Parquet and JSON
    carry the text as it was written.
    """
    if isinstance(value, str) and value.lstrip(_PASSED_OVER).startswith(_FORMULA_STARTS):
        return "'" + value
    return value
