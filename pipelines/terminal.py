"""Text for a terminal: hostile text stays text, colour respects NO_COLOR and pipes."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
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


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> Table:
    """A table of values; NULL is shown as such, numbers stand to the right."""
    made = Table(box=SIMPLE_HEAD, title=title, title_justify="left", show_edge=False, pad_edge=False)
    for index, name in enumerate(columns):
        is_number = any(isinstance(row[index], int | float) for row in rows)
        # Ids and names come first, and are there to be copied: they keep to one line.
        made.add_column(
            Text(name), justify="right" if is_number else "left", overflow="fold", no_wrap=index == 0
        )
    for row in rows:
        made.add_row(*(_cell(value) for value in row))
    return made


def _cell(value: Any) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, bool):
        return Text(str(value).lower())
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return Text(f"{int(value):,}")
    return Text(safe(value))
