"""Text for a spreadsheet: a cell that would be a formula stays text.

A spreadsheet that opens a CSV file takes a cell that begins with one of these for a formula, which may fetch
an address or start a program. An apostrophe before it is what spreadsheets themselves write for “text”.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

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


def write_csv(out: TextIO, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV, every cell through `csv_safe`, each row ended by a line feed.

    A carriage return ends a row for most readers, and Python's writer quotes it only where it ends its own:
    what stands behind it would begin a cell, and could be a formula.
    """
    plain = csv.writer(out, lineterminator="\n")
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        cells = [csv_safe(value) for value in row]
        has_return = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (quoted if has_return else plain).writerow(cells)
