"""robots.txt as RFC 9309 has it: which paths of a host a reader may ask for.

The standard library's parser knows no `*` and `$` in paths, lets the first rule that fits decide instead of
the longest, and reads nothing of a file that begins with a byte-order mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

# Bytes that are read; the RFC has a reader take at least 500 KiB.
MAX_BYTES = 500 << 10

_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class _Rule:
    allows: bool
    pattern: str


@dataclass(slots=True)
class _Group:
    """What holds for some readers."""

    agents: list[str] = field(default_factory=list)
    rules: list[_Rule] = field(default_factory=list)
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host for one reader."""

    rules: tuple[_Rule, ...] = ()
    delay: float | None = None
    """Seconds it asks for between two requests."""

    @classmethod
    def parse(cls, data: bytes, agent: str) -> Robots:
        """The rules for a reader by its product name (`dateline`), else those for all. Never raises."""
        groups = _groups(data[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff"))
        name = agent.casefold()
        mine = [group for group in groups if name in group.agents]
        mine = mine or [group for group in groups if "*" in group.agents]
        delays = [group.delay for group in mine if group.delay is not None]
        return cls(tuple(rule for group in mine for rule in group.rules), max(delays, default=None))

    def allow(self, path: str) -> bool:
        """Whether a path, with its query, may be asked for: the longest rule that fits decides, and of two as
        long the one that allows."""
        wanted = _plain(path)
        if wanted == "/robots.txt":
            return True
        fitting = [(len(rule.pattern), rule.allows) for rule in self.rules if _fits(rule.pattern, wanted)]
        return max(fitting, default=(0, True))[1]


def _groups(text: str) -> list[_Group]:
    groups: list[_Group] = []
    is_naming = False
    for line in text.splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        key, value = match[1].casefold(), match[2].strip()
        if key == "user-agent":
            if not is_naming:
                groups.append(_Group())
            groups[-1].agents.append(value.partition("/")[0].strip().casefold())
            is_naming = True
        elif groups and key in ("allow", "disallow"):
            is_naming = False
            if value:
                groups[-1].rules.append(_Rule(key == "allow", _plain(value)))
        elif groups and key == "crawl-delay":
            is_naming = False
            if _SECONDS.fullmatch(value):
                groups[-1].delay = float(value)
    return groups


def _plain(path: str) -> str:
    """A path in one spelling of its percent escapes; `*` and `$` that are escaped stay so."""
    pieces = re.split(r"(%2[aA4])", path)
    return "".join(
        piece.upper() if at % 2 else quote(unquote_to_bytes(piece), safe="/*$?&=;:@+,!~'()#[]")
        for at, piece in enumerate(pieces)
    )


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says: `*` stands for anything, `$` at its end for the path's end.

    Takes time by the product of their lengths at most.
    """
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return not is_whole or at == len(path)
    *between, last = others
    for piece in between:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if is_whole:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0
