"""The manual page of the command line, `man dateline`: the Markdown of the commands as roff.

Belongs here: the few marks that the page of the command line is written in. Does not belong here: any word of
it; those stand beside the commands and settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ITEM = re.compile(r"\* `(?P<term>.+?)`: ?(?P<text>.*)")
_HEADING = re.compile(r"#+ `?(?P<name>[^`]+)`?")


def man_page(lines: Iterable[str], settings: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines of the page. lines: the commands in Markdown; settings: environment variables and what they mean."""
    told = [line.rstrip() for line in lines]
    yield '.TH DATELINE 1 "" "" "Dateline"'
    yield ".SH NAME"
    yield r"dateline \- news text in, an audited warehouse out"
    yield from _body(told[1:] if told and _HEADING.fullmatch(told[0]) else told)
    yield ".SH ENVIRONMENT"
    for name, meaning in settings:
        yield from (".TP", rf"\fB{_text(name)}\fR", _line(meaning))


def _body(lines: list[str]) -> Iterator[str]:
    is_code = False
    for line in lines:
        if line.startswith("```"):
            is_code = not is_code
            yield from (".PP", ".RS 4", ".nf") if is_code else (".fi", ".RE")
        elif is_code:
            yield _line(line)
        elif item := _ITEM.fullmatch(line):
            yield from (".TP", rf"\fB{_text(item['term'])}\fR", _line(item["text"]))
        elif heading := _HEADING.fullmatch(line):
            yield f'.SH "{_text(heading["name"])}"'
        elif line.startswith(("* ", "- ")):
            yield from (".IP \\(bu 2", _line(line[2:]))
        elif re.fullmatch(r"\*\*.+\*\*:?", line):
            yield from (".PP", rf"\fB{_text(line.strip('*:'))}\fR")
        elif line:
            yield from (".PP", _line(line))


def _line(text: str) -> str:
    """A line of text: a full stop or an apostrophe at its start would be a request."""
    parts = text.split("`")
    found = "".join(rf"\fB{_text(part)}\fR" if number % 2 else _text(part) for number, part in enumerate(parts))
    return rf"\&{found}" if found.startswith((".", "'")) else found


def _text(text: str) -> str:
    """Text as roff prints it: backslashes as such, hyphens that can be copied, other signs by their number."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"[^\x00-\x7f]", lambda sign: rf"\[u{ord(sign[0]):04X}]", plain)
