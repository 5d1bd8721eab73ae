"""Cardinal numbers: digits or words with magnitudes, “two hundred and fifty-six thousand”, “$5m”.

Belongs here: one whole or decimal number. Does not belong here: fractions, vague amounts and shares
(`numbers`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from pipelines.extract.lexemes import HYPHENS, Lexed, Lexeme, times
from pipelines.extract.units import counts_memory
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table


@dataclass(frozen=True, slots=True)
class Number:
    """A written number: `first` and `last` are lexeme indexes (inclusive), `start` and `end` characters.

    `form` is digits, words, fraction or vague. `scale` is the last magnitude word's factor (1 if none).
    A vague number has an interval: `value` is its low end and `high` its high end.
    """

    first: int
    last: int
    start: int
    end: int
    value: float
    form: str
    scale: float = 1.0
    high: float | None = None


@cache
def number_words() -> dict[str, tuple[str, float]]:
    """Kind (zero, unit, teen, ten, part, parts) and value of every number word."""
    rows = read_table("number_words", ("word", "kind", "value"))
    return {row["word"]: (row["kind"], float(row["value"])) for row in rows}


@cache
def magnitudes() -> dict[str, tuple[str, float]]:
    """Place (after, glued, letter) and factor of every magnitude."""
    rows = read_table("magnitudes", ("form", "factor", "where"))
    return {row["form"]: (row["where"], float(row["factor"])) for row in rows}


@cache
def currency_signs() -> frozenset[str]:
    """Every sign or code that may stand right before an amount of money, in lower case."""
    rows = read_table("currencies", ("symbols",))
    return frozenset(s.strip().lower() for row in rows for s in row["symbols"].split(";") if s.strip())


ARTICLES = frozenset({"a", "an"})
FULL_MAGNITUDES = Words("magnitude")
_DASHES = frozenset("-–‐‑")
_SHORT_MAGNITUDES = Words("short_magnitude")
_METRE_FOLLOWS = Words("metre_follows")
_UNITS_OF_MILLIONS = Words("unit_of_millions")
_PEOPLE = Words("people")
_METRE_CONTEXT = Words("metre_context")
_MILLION_CONTEXT = Words("million_context")
_CLOSES_MILLIONS = Words("after_level")
_NEAR = 10
_NOT_PLURAL = ("ss", "us", "is")
# Nothing is counted on after these: “a dozen three” is not fifteen.
_TERMINAL = frozenset({12.0, 20.0})
# What may follow the article that a cardinal begins with.
AFTER_ARTICLE = Words("magnitude", "after_article")
# Written without a number before them these are something else (a score of 5, Cr).
BARE_NEEDS_NUMBER = Words("needs_number")
_MONEY_WORDS = Words("money_word")


class Cardinals(Lexed):
    """The cardinal numbers of one text, asked for place by place."""

    def cardinal(self, at: int) -> Number | None:
        """A whole or decimal number: digits or words, with magnitudes."""
        return _Reader(self, at).read()

    def after_hyphen(self, at: int) -> int:
        """The index of the next lexeme, over one hyphen if there is one."""
        if self.lower(at) in HYPHENS and (self.glued(at) == self.glued(at + 1)):
            return at + 1
        return at

    def is_glued_to_word(self, at: int) -> bool:
        """True where letters or digits touch lexeme `at` from the left: B52, but not US$5."""
        if not self.glued(at):
            return False
        before = self.lexemes[at - 1]
        if before.kind == "word" and self.glued(at - 1) and self.lower(at - 2) == "$":
            return f"${before.lower}" not in currency_signs()
        return before.kind == "digits" or (before.kind == "word" and not self._is_code(before, at))

    def _is_code(self, lexeme: Lexeme, at: int) -> bool:
        """True for a currency code glued to its amount at `at`: USD10m, RM79, Rs20, MEUR120, N5bn."""
        if lexeme.text == "N":  # naira in large amounts; “the N50” is a road
            is_grouped = "," in self.lexemes[at].text
            return is_grouped or magnitudes().get(self.lower(at + 1), ("", 0.0))[0] in ("after", "glued")
        tail = lexeme.lower[1:] if lexeme.text[:1] in ("M", "k") and len(lexeme.text) == 4 else lexeme.lower
        return (len(lexeme.text) > 1 or lexeme.text == "R") and tail in currency_signs()

    def make(self, first: int, last: int, value: float, form: str, scale: float = 1.0) -> Number:
        """The number that lexemes `first` to `last` write."""
        start, end = self.lexemes[first].start, self.lexemes[last].end
        return Number(first, last, start, end, value, form, scale)

    def magnitude(self, at: int, value: float) -> tuple[float, int] | None:
        """The factor of the magnitude word at `at` and its index, “thousand million” taken together."""
        where, factor = magnitudes().get(self.lower(at), ("", 0.0))
        if where != "after" or at >= self.size:
            return None
        last = at
        while (more := magnitudes().get(self.lower(last + 1), ("", 0.0)))[0] == "after" and more[1] > factor:
            factor, last = factor * more[1], last + 1
        return factor, last

    def letter_magnitude(self, at: int, digits: int) -> float | None:
        """The factor of a letter glued to digits (5m, 13.6M, 8bn's b): None where it is a unit or a code.

        `at` is the letter, `digits` the lexeme it follows.
        """
        where, factor = magnitudes().get(self.lower(at), ("", 0.0))
        if where not in ("glued", "letter"):
            return None
        text = self.lexemes[at].text
        if where == "glued":
            if text == "K" and any(x.text in ("°", "°C", "º") for x in self.lexemes[max(0, at - 12) : at]):
                return None  # kelvin, beside degrees
            if counts_memory(self.lexemes, at):
                return None
            is_end = at + 1 >= self.size or self.lexemes[at + 1].kind == "mark"
            return factor if self.glued(at) or is_end else None
        if self._money_before(digits):
            return factor if self.glued(at) or text.isupper() else None
        if text == "M" or (text == "B" and not self.glued(at + 1)) or (text == "b" and self.glued(at)):
            is_end = at + 1 >= self.size or self.lexemes[at + 1].kind == "mark"
            return factor if self.glued(at) or is_end or self._plural_follows(at + 1) else None
        if text == "m" and self.glued(at) and self.lower(at + 1) not in _METRE_FOLLOWS:
            is_million = self._plural_follows(at + 1) or self._money_after(at + 1)
            is_oil = self.lower(at + 1) == "b" and self.lower(at + 2) == "/"  # “5m b/d”
            is_million = is_million or is_oil or self._counts_millions(at)
            return factor if is_million or self.lower(at + 1) in _UNITS_OF_MILLIONS else None
        return None

    def _counts_millions(self, at: int) -> bool:
        """“waiting lists hit 7.6m”: m behind a decimal that closes a phrase, among people and no heights."""
        follows = self.lexemes[at + 1] if at + 1 < self.size else None
        is_closed = follows is None or follows.kind == "mark" or follows.lower in _CLOSES_MILLIONS
        if not is_closed or "." not in self.lexemes[at - 1].text:
            return False
        near = {lexeme.lower for lexeme in self.lexemes[max(0, at - _NEAR) : at + _NEAR]}
        return near.isdisjoint(_METRE_CONTEXT) and not near.isdisjoint(_MILLION_CONTEXT)

    def _money_before(self, at: int) -> bool:
        is_range = at > 2 and self.lower(at - 1) in _DASHES and self.lexemes[at - 2].kind == "digits"
        at -= 2 if is_range else 0  # “£500-600m”
        return self.lower(at - 1) in currency_signs() or self.lower(at - 1) in ("$", "£", "€")

    def _money_after(self, at: int) -> bool:
        return self.lower(at) in currency_signs() or self.lower(at) in _MONEY_WORDS

    def _plural_follows(self, at: int) -> bool:
        for lexeme in self.lexemes[at : at + 5]:
            if lexeme.kind != "word" or lexeme.lower in _METRE_FOLLOWS:
                return False
            word = lexeme.lower
            if word in _PEOPLE or (len(word) > 2 and lexeme.text[:-1].isupper() and word[-1] == "s"):
                return True  # “4.1m TEUs”
            if len(word) > 3 and word.endswith("s") and not word.endswith(_NOT_PLURAL):
                return True
        return False


class _Reader:
    """Reads one cardinal: groups below a thousand, each with its magnitude, largest first."""

    def __init__(self, cardinals: Cardinals, at: int) -> None:
        self.g = cardinals
        self.first = at
        self.at = at
        self.total = 0.0
        self.group: float | None = None
        self.last: int | None = None
        self.scale = math.inf  # factor of the last magnitude read
        self.is_words = False

    def read(self) -> Number | None:
        if self.g.lower(self.at) in ARTICLES:
            if self.g.lower(self.at + 1) not in AFTER_ARTICLE:
                return None
            self.group, self.at = 1.0, self.at + 1
            self.is_words = True
            if not self._scale():
                return None
        while self.at < self.g.size and self._step():
            pass
        if self.last is None:
            return None
        value = self.total + (self.group or 0.0)
        if not math.isfinite(value):
            return None
        scale = self.scale if self.group is None and math.isfinite(self.scale) else 1.0
        form = "words" if self.is_words else "digits"
        return self.g.make(self.first, self.last, value, form, scale)

    def _step(self) -> bool:
        at = self.g.after_hyphen(self.at) if self.last is not None else self.at
        hyphened = at > self.at
        lexeme = self.g.lexemes[at] if at < self.g.size else None
        if lexeme is None:
            return False
        if lexeme.lower == "and" and not hyphened:
            return self._and()
        if lexeme.kind == "digits":
            return not hyphened and self._digits(at)
        if self._word(at, hyphened):
            return True
        self.at, was = at, self.at
        is_short = hyphened and self.g.glued(at) and lexeme.lower in _SHORT_MAGNITUDES  # “$2-bln”
        if (not hyphened or lexeme.lower in FULL_MAGNITUDES or is_short) and self._scale():
            return True
        self.at = was
        return False

    def _digits(self, at: int) -> bool:
        value = self.g.lexemes[at].value
        if value is None or self.group is not None or (self.last is not None and self.g.is_glued_to_word(at)):
            return False
        if self.last is not None:
            where, factor = magnitudes().get(self.g.lower(at + 1), ("", 0.0))
            if self.g.lower(self.at - 1) == "and":
                if not value < self.scale:
                    return False
            elif where != "after" or factor >= self.scale or not self.scale > 1:
                return False
        self.group, self.last, self.at = value, at, at + 1
        factor_ = self.g.letter_magnitude(self.at, at) if self.at < self.g.size else None
        if factor_ is not None:
            self.total, self.group, self.scale = self.total + times(value, factor_), None, factor_
            self.last, self.at = self.at, self.g.size
        return True

    def _word(self, at: int, hyphened: bool) -> bool:
        kind, value = number_words().get(self.g.lower(at), ("", 0.0))
        group = self.group
        if self.scale in _TERMINAL:
            fits = False
        elif kind == "zero":
            fits = self.last is None
        elif kind == "unit":
            fits = group is None or (group >= 20 and group % 10 == 0)
        elif kind in ("teen", "ten"):
            fits = group is None or (group >= 100 and group % 100 == 0)
        else:
            fits = False
        if not fits or (self.last is not None and group is not None and not self.is_words):
            return False
        if hyphened and group is None:
            return False
        if self.last is not None and group is None and not self.is_words and self.g.lower(at - 1) != "and":
            return False
        self.group, self.last, self.at = (group or 0.0) + value, at, at + 1
        self.is_words = True
        return True

    def _scale(self) -> bool:
        """A magnitude after the group: “hundred” stays in it, the rest closes it."""
        at = self.at
        word = self.g.lower(at)
        where, factor = magnitudes().get(word, ("", 0.0))
        if where != "after" or at >= self.g.size:
            return False
        if word in BARE_NEEDS_NUMBER and self.group is None and self.last is None:
            return False
        if word == "hundred" and (self.group or 1.0) < 100 and self.is_words:
            self.group = (self.group or 1.0) * 100
            self.last, self.at, self.is_words = at, at + 1, True
            return True
        if self.group is None and self.last is not None:
            if factor <= self.scale:
                return False
            self.total *= factor
        elif factor >= self.scale:
            return False
        else:
            self.total += times(self.group if self.group is not None else 1.0, factor)
        if self.group is None and self.last is None:
            self.is_words = True
        self.group, self.scale, self.last, self.at = None, factor, at, at + 1
        return True

    def _and(self) -> bool:
        """“two hundred and fifty”, “a thousand and one”: words after “and” that fill the gap below."""
        if self.last is None:
            return False
        after = self.g.lower(self.at + 1)
        kind, value = number_words().get(after, ("", 0.0))
        in_hundreds = self.group is not None and self.group >= 100 and self.group % 100 == 0 and self.is_words
        after_scale = self.group is None and self.scale >= 100 and math.isfinite(self.scale)
        if kind in ("unit", "teen", "ten") and (in_hundreds or after_scale):
            is_ok = self.is_words or self.scale <= 1000 or self.g.lower(self.at + 2) in FULL_MAGNITUDES
        elif after.isdecimal() and after_scale:
            is_ok = self.scale <= 100 and not self.g.glued(self.at + 2)
        else:
            is_ok = False
        part = self.g.after_hyphen(self.at + 2)
        if is_ok and number_words().get(self.g.lower(part), ("", 0.0))[0] in ("part", "parts") and value < 20:
            is_ok = False
        if is_ok:
            self.at += 1
        return is_ok
