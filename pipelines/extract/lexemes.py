"""Lexemes of raw text: stretches of digits with their value, words, and single marks.

Spans are offsets into the very text; nothing is rewritten. Belongs here: which digits write which value, in
English, Indian and continental style and as powers. Does not belong here: number words (`numbers`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate, repeat
from typing import NamedTuple


class Lexeme(NamedTuple):
    """A stretch of digits, a word, or one other character. `value` is set for digits that write a number."""

    text: str
    lower: str
    start: int
    end: int
    kind: str  # digits, word or mark
    value: float | None = None


_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
VULGAR = {
    "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5,
    "⅘": 4 / 5, "⅙": 1 / 6, "⅚": 5 / 6, "⅐": 1 / 7, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8,
    "⅑": 1 / 9, "⅒": 1 / 10,
}  # fmt: skip

# One group around it all, so that `split` gives lexemes and the white space between them in turns.
_LEXEME = re.compile(
    r"""(
    # A word. Nothing else can begin with a letter, so words, which are most, are asked for first.
    (?![½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])[^\W\d_]+(?:['’][^\W\d_]+)*
    # A power.
  | (?:\d+(?:\.\d+)?|\.\d+)(?:
        [eE][-+−]?\d{1,3}(?![\w.])
      | \s?[x×*·]\s?(?:10|2)\s?(?:(?:\^|\*\*)\s?[-−+]?|[-−+])\d{1,3}(?![\w.])
      | \s?[x×*·]\s?10[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}
      | (?:\^|\*\*)[-−+]?\d{1,3}(?![\w.])
      | (?<=10)[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}
    )
    # Digits in groups of three with spaces between; other digits.
  | (?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:[.,]\d+)?(?![\d.,]*\d)
  | \d+(?:[.,]\d+)*|(?<![\w.])\.\d+(?:,\d{3})*
    # A vulgar fraction or a mark.
  | \S
    )""",
    re.VERBOSE,
)
_POWER = re.compile(
    r"(?P<mantissa>[\d.]+)(?:[eE](?P<e>[-+]?\d+)|\s?[x×*·]\s?(?P<base>10|2)\s?(?:\^|\*\*)?\s?(?P<b>[-+]?\d+)"
    r"|(?:\^|\*\*)(?P<p>[-+]?\d+)|(?P<s>[-+]?\d+))"
)


def lex(text: str) -> list[Lexeme]:
    """The lexemes of a text in order. White space is left out; spans are offsets into `text`."""
    # There is one for every word: made column by column, without a call in Python for each.
    pieces = _LEXEME.split(text)
    ends = list(accumulate(map(len, pieces)))
    texts = pieces[1::2]
    read = [_WORD if written[0].isalpha() else _kind_and_value(written) for written in texts]
    columns = zip(
        texts,
        [written.lower() for written in texts],
        ends[:-1:2],
        ends[1::2],
        [kind for kind, _ in read],
        [value for _, value in read],
        strict=True,
    )
    return list(map(tuple.__new__, repeat(Lexeme), columns))


_WORD: tuple[str, float | None] = ("word", None)
_MARK: tuple[str, float | None] = ("mark", None)
_PLAIN_DIGITS = re.compile(r"\.?\d[\d.,]*")
_SPACED_DIGITS = re.compile(r"[\d \u00a0\u2009\u202f]+(?:[.,]\d+)?")


@lru_cache(maxsize=8192)
def _kind_and_value(written: str) -> tuple[str, float | None]:
    """What a lexeme that begins with no letter is, and the number that it writes."""
    if written in VULGAR:
        return "digits", VULGAR[written]
    if _PLAIN_DIGITS.fullmatch(written):
        return "digits", _digits_value(written)
    if _SPACED_DIGITS.fullmatch(written):
        return "digits", _spaced_value(written)
    if written[0].isalnum() and not written[0].isdecimal():
        return _WORD  # “²”, “Ⅷ”
    return _MARK if len(written) == 1 else ("digits", _power_value(written))


def _digits_value(written: str) -> float | None:
    """The number that digits with points and commas write, None where they are a code or a list."""
    whole, mark, rest = written, "", ""
    if "," in written and "." in written:
        mark = "," if written.rfind(",") > written.rfind(".") else "."
        whole, _, rest = written.rpartition(mark)
        other = "." if mark == "," else ","
        if mark in whole or not _is_grouped(whole, other):
            return None
        whole = whole.replace(other, "")
    elif "," in written:
        if _is_grouped(written, ","):
            whole = written.replace(",", "")
        else:
            whole, mark, rest = written.partition(",")
            if "," in rest:
                return None
    elif written.count(".") > 1:
        if not _is_grouped(written, "."):
            return None
        whole = written.replace(".", "")
    elif "." in written:
        whole, mark, rest = written.partition(".")
    return finite(f"{whole or '0'}.{rest or '0'}")


def _is_grouped(written: str, mark: str) -> bool:
    """True for groups of three, or the Indian two-and-three."""
    first, *groups = written.split(mark)
    if not groups or not 1 <= len(first) <= 3 or len(groups[-1]) != 3:
        return False
    sizes = {len(group) for group in groups[:-1]}
    return sizes <= {3} or (sizes <= {2} and len(first) <= 2 and mark == ",")


def _spaced_value(written: str) -> float | None:
    return finite(re.sub(r"[ \u00a0\u2009\u202f]", "", written).replace(",", "."))


def _power_value(written: str) -> float | None:
    match = _POWER.fullmatch(written.translate(_SUPERSCRIPT))
    if not match:
        return None
    mantissa = finite(match["mantissa"])
    if mantissa is None:
        return None
    try:
        if match["e"]:
            return finite(f"{mantissa!r}e{int(match['e'])}")
        if match["base"]:
            exponent = int(match["b"])
            return mantissa * float(match["base"]) ** exponent if exponent else None
        power = mantissa ** int(match["p"] or match["s"])
    except (OverflowError, ZeroDivisionError, ValueError):
        return None
    return power if math.isfinite(power) else None


def finite(written: str) -> float | None:
    """The number that a string writes, None where it writes none or one beyond a float."""
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def times(value: float, factor: float) -> float:
    """The product without the noise of binary fractions: 16.4 times a million is 16400000."""
    return float(f"{value * factor:.15g}")


HYPHENS = frozenset("-‐‑")


class _Lowered(dict[int, str]):
    """The lexemes in lower case by index, '' outside the text."""

    def __missing__(self, at: int) -> str:
        return ""


class Lexed:
    """A text with its lexemes, and what may be asked about any index, inside the text or not.

    `lower(at)` is the lexeme in lower case, '' outside the text. The rules ask for it a thousand times a
    document: it is a dict's own lookup, which needs no call in Python.
    """

    lower: Callable[[int], str]

    def __init__(self, text: str, lexemes: list[Lexeme], lower: Callable[[int], str] | None = None) -> None:
        """`lower`: that of another `Lexed` of the same lexemes, where there is one."""
        self.text = text
        self.lexemes = lexemes
        self.size = len(lexemes)
        self.lower = lower or _Lowered(enumerate([lexeme.lower for lexeme in lexemes])).__getitem__

    def glued(self, at: int) -> bool:
        """True where lexeme `at` follows the one before it without a space."""
        return 0 < at < self.size and self.lexemes[at - 1].end == self.lexemes[at].start
