"""Text for a terminal: hostile text stays text, colour respects NO_COLOR and pipes."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

# Explicit directional formatting: it can make a line read otherwise than it is stored.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe(value: object) -> str:
    """A value as one line of text, with control and direction-changing characters shown, not obeyed."""
    text = "" if value is None else str(value)
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char in "\n\r\t":
        return " "
    if char in _BIDI or unicodedata.category(char) in ("Cc", "Cs"):
        return f"\\u{ord(char):04x}"
    return char


# Inside a JSON string; what JSON itself leaves as it is. Some readers of lines end one at U+2028 too.
_NOT_AS_IT_IS = re.compile(
    r"[\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON that is the same data and harmless to print: what a terminal would obey is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _NOT_AS_IT_IS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


# Width where no terminal says one: rows of a table stay on one line each, for grep and for tests.
_PIPE_WIDTH = 100_000


def out() -> Console:
    """Standard output. In a pipe lines are as long as their text."""
    is_pipe = not sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=is_pipe, width=_PIPE_WIDTH if is_pipe else None)


def err() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


# A word longer than this, such as an address, is cut to fit; a shorter one, such as an id, stands whole.
_LONGEST_WORD = 28
# Text in lines shorter than this is hard to read.
_NARROWEST_TEXT = 18
# Between two columns of a table.
_GAP = 3


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> Table:
    """A table of values; NULL is shown as such, numbers stand to the right. Words stay whole if they fit."""
    made = Table(box=SIMPLE_HEAD, title=title, title_justify="left", show_edge=False, pad_edge=False)
    cells = [[cell(value) for value in row] for row in rows]
    for index, (name, least) in enumerate(zip(columns, _least_widths(columns, cells), strict=True)):
        is_number = any(isinstance(row[index], int | float) for row in rows)
        is_one_word = max(map(cell_len, [name, *(row[index].plain for row in cells)])) <= least
        made.add_column(
            Text(name), justify="right" if is_number else "left", overflow="fold", no_wrap=is_one_word
        )
    for row in cells:
        made.add_row(*row)
    return made


def say(console: Console, text: Text | str, indent: int = 0) -> None:
    """Print a text; on a terminal broken between words, its lines indented."""
    console.print(
        Padding(text, (0, 0, 0, indent), expand=False)
        if console.is_terminal
        else Text(" " * indent).append(text)
    )


def fits(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> bool:
    """Whether a table of these values can be read at a width in characters: no word cut, no slivers."""
    least = _least_widths(columns, [[cell(value) for value in row] for row in rows])
    return sum(least) + _GAP * (len(least) - 1) <= width


def _least_widths(columns: Sequence[str], cells: Sequence[Sequence[Text]]) -> list[int]:
    return [_least_width([Text(name), *(row[at] for row in cells)]) for at, name in enumerate(columns)]


def _least_width(column: Sequence[Text]) -> int:
    longest = max(cell.cell_len for cell in column)
    word = max((cell_len(word) for cell in column for word in cell.plain.split()), default=0)
    return min(longest, max(_NARROWEST_TEXT, min(word, _LONGEST_WORD)))


def records(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[Text]:
    """Lines for rows with more columns than fit side by side: a line a column; what is NULL is left out."""
    width = max(map(len, columns))
    for number, row in enumerate(rows, 1):
        yield Text(f"row {number}", style="bold")
        for name, value in zip(columns, row, strict=True):
            if value is not None:
                yield Text(f"  {name:<{width}}  ", style="cyan").append(cell(value).plain, "default")


def cell(value: Any) -> Text:
    """A value as a table shows it: on one line, numbers with commas, lists as their members."""
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, bool):
        return Text(str(value).lower())
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return Text(f"{int(value):,}")
    if isinstance(value, list):
        return Text(", ".join("NULL" if inner is None else safe(inner) for inner in value))
    return Text(safe(value))
