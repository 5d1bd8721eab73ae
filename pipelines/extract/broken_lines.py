"""Amounts that a line break cuts in two: “destroyed 1,200 / acres”, “reached 40 / million crowns”.

Lines are parsed one by one, so the unit or magnitude on the next line is out of reach, and what is left
would be another amount. Such a half is left out; a count whose noun stands on the next line takes none from
its own.
Belongs here: what a break has cut off. Does not belong here: which lines are joined to one segment.
"""

from __future__ import annotations

import re

from pipelines.extract.amounts import AmountReader
from pipelines.extract.cardinals import FULL_MAGNITUDES
from pipelines.extract.context import Paragraph
from pipelines.extract.lexemes import Lexed, lex
from pipelines.extract.single_amounts import Amount
from pipelines.extract.units import UnitReader

# One break, and small letters that go on behind it.
_GOES_ON = re.compile(r"[ \t]*\r?\n[ \t]*([a-z][^\r\n]{0,40})")
_NUMBER_ABOVE = re.compile(r"\d[ \t]*\r?\n[ \t]*\Z")
_LOOK_BACK = 24


def whole_amounts(
    text: str, paragraph: Paragraph, reader: AmountReader, amounts: list[Amount]
) -> list[Amount]:
    """The amounts of a paragraph of the document `text` without those that its line breaks cut."""
    if not amounts:
        return amounts
    first, last = amounts[0], amounts[-1]
    if last.last == reader.size - 1 and last.unit is None and (below := _GOES_ON.match(text, paragraph.end)):
        if _is_cut(below[1]):
            amounts = amounts[:-1]
        else:
            last.notes.append("line_end")
    if first.first == 0 and reader.lower(0) in FULL_MAGNITUDES:
        above = text[max(0, paragraph.start - _LOOK_BACK) : paragraph.start]
        amounts = amounts[1:] if _NUMBER_ABOVE.search(above) else amounts
    return amounts


def _is_cut(below: str) -> bool:
    """True where the next line begins with a magnitude or a unit."""
    lexed = Lexed(below, lex(below))
    return lexed.lower(0) in FULL_MAGNITUDES or UnitReader(lexed).after(0) is not None
