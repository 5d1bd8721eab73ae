"""A grammar of written numbers, on the raw text.

Digits in English, Indian and continental style, number words, magnitudes, fractions and mixed numbers,
powers of ten, vague amounts. Input is a string, output is `Number`s whose spans are offsets into that very
string: nothing is rewritten. Belongs here: which characters write which number. Does not belong here: units,
what is counted, or whether a number is a claim.

Everything runs left to right over tokens and looks a bounded way ahead, so time is linear in the text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

from pipelines.extract.lexemes import VULGAR, Lexeme, finite, lex, times
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
def _words() -> dict[str, tuple[str, float]]:
    rows = read_table("number_words", ("word", "kind", "value"))
    return {row["word"]: (row["kind"], float(row["value"])) for row in rows}


@cache
def _magnitudes() -> dict[str, tuple[str, float]]:
    rows = read_table("magnitudes", ("form", "factor", "where"))
    return {row["form"]: (row["where"], float(row["factor"])) for row in rows}


@cache
def _vague() -> dict[str, tuple[float, float]]:
    rows = read_table("vague_amounts", ("phrase", "low", "high"))
    return {row["phrase"]: (float(row["low"]), float(row["high"])) for row in rows}


@cache
def currency_signs() -> frozenset[str]:
    """Every sign or code that may stand right before an amount of money, in lower case."""
    rows = read_table("currencies", ("symbols",))
    return frozenset(s.strip().lower() for row in rows for s in row["symbols"].split(";") if s.strip())


_HYPHENS = frozenset("-‐‑")
_ARTICLES = frozenset({"a", "an"})
_FULL_MAGNITUDES = frozenset(
    {"hundred", "thousand", "million", "billion", "trillion", "quadrillion", "lakh", "crore"}
)
# After “a third” these words show a share, not an ordinal before its noun.
_SHARE_FOLLOWS = frozenset({
    "of", "more", "fewer", "less", "as", "the", "off", "higher", "lower", "bigger", "larger", "smaller",
    "say", "said", "says", "are", "were", "is", "was", "have", "had", "has", "in", "from", "to", "since",
    "this", "last", "by", "do", "did", "would", "will", "could", "that", "who", "on", "at", "and", "or",
    "over", "their", "its", "his", "her", "our", "a", "an",
})  # fmt: skip
_SHARE_PRECEDES = frozenset({
    "by", "than", "about", "almost", "nearly", "roughly", "around", "approximately", "over", "least",
    "under", "up", "some", "just", "only", "to", "is", "was", "further", "additional", "another",
})  # fmt: skip
# “last three quarters” are nine months, “three quarters” a share.
_TIME_PRECEDES = frozenset(
    {
        "next",
        "last",
        "past",
        "previous",
        "first",
        "final",
        "consecutive",
        "straight",
        "these",
        "latest",
        "recent",
    }
)
_METRE_FOLLOWS = frozenset({
    "tall", "long", "wide", "high", "deep", "thick", "away", "above", "below", "from", "north", "south",
    "east", "west", "off", "race", "sprint", "hurdles", "freestyle", "x", "by", "relay", "champion",
    "final", "down", "up", "across", "wave", "waves",
})  # fmt: skip
_PEOPLE = frozenset({"people", "men", "women", "children", "viewers"})
_NOT_PLURAL = ("ss", "us", "is")


class Grammar:
    """The numbers of one text. `lexemes` is what `lex` gave for it."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self.lexemes = lexemes
        self.size = len(lexemes)

    def scan(self) -> list[Number]:
        """All numbers, left to right, never overlapping."""
        found = []
        at = 0
        while at < self.size:
            number = self.number(at)
            if number is None:
                at += 1
            else:
                found.append(number)
                at = number.last + 1
        return found

    def number(self, at: int) -> Number | None:
        """The longest number that starts at lexeme `at`."""
        lexeme = self.lexemes[at]
        if lexeme.kind == "mark" or (lexeme.kind == "digits" and lexeme.value is None):
            return None
        if lexeme.kind == "word" and lexeme.lower not in _starters():
            return None
        if lexeme.kind == "digits" and self._is_glued_to_word(at):
            return None
        return self._vague(at) or self._half(at) or self._shares(at)

    # -- helpers over lexemes --------------------------------------------------------------------

    def lower(self, at: int) -> str:
        """The lexeme in lower case, '' outside the text."""
        return self.lexemes[at].lower if 0 <= at < self.size else ""

    def glued(self, at: int) -> bool:
        """True where lexeme `at` follows the one before it without a space."""
        return 0 < at < self.size and self.lexemes[at - 1].end == self.lexemes[at].start

    def after_hyphen(self, at: int) -> int:
        """The index of the next lexeme, over one hyphen if there is one."""
        if self.lower(at) in _HYPHENS and (self.glued(at) == self.glued(at + 1)):
            return at + 1
        return at

    def _is_glued_to_word(self, at: int) -> bool:
        if not self.glued(at):
            return False
        before = self.lexemes[at - 1]
        if before.kind == "word" and self.glued(at - 1) and self.lower(at - 2) == "$":
            return f"${before.lower}" not in currency_signs()
        return before.kind == "digits" or (before.kind == "word" and not self._is_code(before))

    def _is_code(self, lexeme: Lexeme) -> bool:
        """True for a currency code glued to its amount: USD10m, RM79, Rs20, MEUR120."""
        tail = lexeme.lower[1:] if lexeme.text[:1] in ("M", "k") and len(lexeme.text) == 4 else lexeme.lower
        return (len(lexeme.text) > 1 or lexeme.text == "R") and tail in currency_signs()

    def _make(self, first: int, last: int, value: float, form: str, scale: float = 1.0) -> Number:
        start, end = self.lexemes[first].start, self.lexemes[last].end
        return Number(first, last, start, end, value, form, scale)

    # -- vague amounts ---------------------------------------------------------------------------

    def _vague(self, at: int) -> Number | None:
        first = at
        article = self.lower(at) in _ARTICLES
        at += article
        phrase = f"a {self.lower(at)}" if article else self.lower(at)
        if phrase in ("a couple", "a pair") or (phrase == "couple" and self.lower(at + 1) == "of"):
            return self._couple(first, at)
        interval = _vague().get(phrase)
        if interval is None or (phrase == "few" and self.lower(at - 1) in _NOT_FEW):
            return None
        return self._vague_product(first, at, interval)

    def _couple(self, first: int, at: int) -> Number:
        value, last = 2.0, at
        after = at + 2 if self.lower(at + 1) == "of" else at + 1
        where, factor = _magnitudes().get(self.lower(after), ("", 1.0))
        if where == "after":
            value, last = value * factor, after
        return self._make(first, last, value, "words")

    def _vague_product(self, first: int, at: int, interval: tuple[float, float]) -> Number:
        """“tens of thousands”, “several hundred”, “a few dozen”."""
        low, high = interval
        last = at
        while last + 1 < self.size:
            after = last + 2 if self.lower(last + 1) == "of" else last + 1
            word = self.lower(after)
            plural = _vague().get(word) if after == last + 2 else None
            where, factor = _magnitudes().get(word, ("", 1.0))
            if plural and word != "few":
                low, high = low * plural[0], high * plural[0]
            elif after == last + 1 and where == "after":
                low, high = low * factor, high * factor
            else:
                break
            last = after
        return replace(self._make(first, last, low, "vague"), high=high)

    # -- half ------------------------------------------------------------------------------------

    def _half(self, at: int) -> Number | None:
        """“half of”, “half a million”, “half an hour”, “by half”."""
        first = at
        if self.lower(at) in (*_ARTICLES, "one"):
            at = self.after_hyphen(at + 1)
        if self.lower(at) != "half":
            return None
        if first == at and self.lower(at - 1) in _NOT_HALF:
            return None
        after = self.after_hyphen(at + 1)
        skip = after + 1 if self.lower(after) in _ARTICLES else after
        if (found := self._magnitude(skip, 0.5)) and self.lower(skip) in _FULL_MAGNITUDES:
            return self._make(first, found[1], 0.5 * found[0], "words", found[0])
        if self.lower(after) == "dozen" or self.lower(skip) == "dozen":
            return self._make(first, skip, 6.0, "words", 12.0)
        if after > at + 1 and self.lower(after) in _HALF_WORDS:
            return None
        return self._make(first, at, 0.5, "fraction")

    # -- cardinals and shares --------------------------------------------------------------------

    def _shares(self, at: int) -> Number | None:
        found = self._fraction(at) or self._mixed(at)
        if found is None:
            return None
        return self._of_magnitude(found) if found.form == "fraction" else self._out_of(found)

    def _of_magnitude(self, share: Number) -> Number:
        """“three quarters billion”, “two thirds of a million”."""
        at = share.last + 1
        if self.lower(at) == "of" and self.lower(at + 1) in _ARTICLES:
            at += 2
        if self.lower(at) in _FULL_MAGNITUDES and self.lower(at) != "hundred":
            factor = _magnitudes()[self.lower(at)][1]
            return self._make(share.first, at, share.value * factor, "words", factor)
        return share

    def _fraction(self, at: int) -> Number | None:
        """“two-thirds”, “a third”, “1/4”, “10 1/2”, “twenty-three fifths”."""
        first = at
        if self.lexemes[at].kind == "digits":
            return self._slash(at)
        if self.lower(at) in _ARTICLES:
            value, last = 1.0, at
        else:
            cardinal = self._cardinal(at)
            if cardinal is None:
                return None
            value, last = cardinal.value, cardinal.last
        part = self.after_hyphen(last + 1)
        kind, size = _words().get(self.lower(part), ("", 0.0))
        if kind == "parts" and first < part and self.lower(first - 1) not in _TIME_PRECEDES:
            if self.lower(first) in _ARTICLES or (self.lower(part) == "quarters" and value != 3):
                return None
            return self._make(first, part, value / size, "fraction")
        hyphened = part > last + 1 and self.lower(first) == "one"
        if kind == "part" and value == 1.0 and (hyphened or self._is_share(first, part)):
            return self._make(first, part, 1 / size, "fraction")
        return None

    def _is_share(self, first: int, part: int) -> bool:
        after = self.lexemes[part + 1] if part + 1 < self.size else None
        if after is None or (after.kind == "mark" and after.text not in _HYPHENS):
            return True
        if after.lower in _FULL_MAGNITUDES:
            return True
        if self.lower(first) == "one" and self.lower(part) != "half":
            return after.kind == "word"
        if after.lower in _SHARE_FOLLOWS:
            return (
                after.lower == "of"
                or self.lower(part) != "quarter"
                or self.lower(first - 1) in _SHARE_PRECEDES
            )
        return False

    def _slash(self, at: int) -> Number | None:
        """“1/4” and “10 1/2”; None for dates, 24/7 and other codes."""
        whole = 0.0
        first = at
        if self._is_slash(at + 1) and not self.glued(at + 1) and "/" not in self.lexemes[at].text:
            whole, at = self.lexemes[at].value or 0.0, at + 1
        if not self._is_slash(at):
            return None
        top, bottom = self.lexemes[at].value or 0.0, self.lexemes[at + 2].value or 0.0
        return self._make(first, at + 2, whole + top / bottom, "words" if whole else "fraction")

    def _is_slash(self, at: int) -> bool:
        if not (at + 2 < self.size and self.lower(at + 1) in ("/", "⁄")):
            return False
        top, bottom = self.lexemes[at], self.lexemes[at + 2]
        if not (top.text.isdigit() and bottom.text.isdigit() and top.value and bottom.value):
            return False
        if not (self.glued(at + 1) and self.glued(at + 2)) or self.lower(at + 3) in ("/", "⁄"):
            return False
        if top.value >= bottom.value:
            return False
        if bottom.value in (2, 3, 4, 5, 8, 16, 32, 64, 40, 100, 1000):
            return True
        return self.lower(at + 3) in ("of", "") and bottom.value <= 1000

    def _mixed(self, at: int) -> Number | None:
        """A cardinal with what may follow it: “and a half”, “½”, “and three quarters”, “point five”."""
        cardinal = self._cardinal(at)
        if cardinal is None:
            return None
        cardinal = self._point(cardinal)
        after = cardinal.last + 1
        if self.lower(after) in VULGAR and self.lexemes[after].value is not None:
            value = cardinal.value + (self.lexemes[after].value or 0.0)
            return self._make(at, after, value, "words")
        if self.lower(after) == "and":
            return self._and_part(cardinal, after + 1)
        return cardinal

    def _point(self, number: Number) -> Number:
        """“two point two million”, “nought point nought three”."""
        at = number.last + 1
        if self.lower(at) != "point" or number.scale > 1:
            return number
        digits = ""
        at += 1
        while at < self.size:
            kind, value = _words().get(self.lower(at), ("", 0.0))
            if kind in ("unit", "zero") or (kind == "teen" and not digits):
                digits += f"{value:.0f}"
            elif self.lexemes[at].text.isdecimal() and not digits:
                digits = self.lexemes[at].text
            else:
                break
            at += 1
        if not digits or not float(number.value).is_integer():
            return number
        exact = finite(f"{number.value:.0f}.{digits[:17]}")
        if exact is None:
            return number
        if found := self._magnitude(at, exact):
            return self._make(number.first, found[1], times(exact, found[0]), "words", found[0])
        return self._make(number.first, at - 1, exact, "words")

    def _and_part(self, number: Number, at: int) -> Number:
        """`number` with “a half”, “three quarters” … after “and”, times the magnitude that follows."""
        part, last = None, at
        if self.lower(at) in (*_ARTICLES, "one") and self.lower(at + 1) == "half":
            part, last = 0.5, at + 1
        elif self.lower(at) == "half":
            part, last = 0.5, at
        else:
            top = 1.0
            start = at
            if self.lower(at) in _ARTICLES:
                start = at + 1
            elif _words().get(self.lower(at), ("", 0.0))[0] == "unit":
                top, start = _words()[self.lower(at)][1], self.after_hyphen(at + 1)
            kind, size = _words().get(self.lower(start), ("", 0.0))
            if kind in ("part", "parts") and start < self.size:
                named = self.lower(start) in ("quarter", "quarters", "third", "thirds")
                is_end = start + 1 >= self.size or self.lexemes[start + 1].kind == "mark"
                ok = named or kind == "parts" or is_end
                part, last = (top / size, start) if ok else (None, at)
        if part is None:
            return number
        if found := self._magnitude(last + 1, 0.5):
            own = part * found[0] if number.scale > found[0] else (number.value + part) * found[0]
            value = number.value + own if number.scale > found[0] else own
            return self._make(number.first, found[1], value, "words", found[0])
        return self._make(number.first, last, number.value + part * number.scale, "words", 1.0)

    def _out_of(self, number: Number) -> Number:
        """“one in five”, “two out of three”: a share."""
        at = number.last + 1
        is_tenths = self.lower(at) == "of" and self.lower(at + 1) in ("10", "ten") and number.value < 10
        if self.lower(at) == "out" and self.lower(at + 1) == "of":
            at += 2
        elif (
            (is_tenths and number.value > 1)
            or (self.lower(at) == "in" and self.lower(number.first - 1) not in ("at", "on", "for"))
            or (self.lower(at) == "over" and number.last == number.first and number.value == 1)
        ):
            at += 1
        else:
            return number
        whole = self._cardinal(at) if at < self.size else None
        if whole is None or not number.value < whole.value <= 1e6 or number.scale > 1:
            return number
        if not (float(number.value).is_integer() and float(whole.value).is_integer()):
            return number
        if self.lower(at - 1) == "in" and (
            1000 < whole.value < 2200 or self._is_time_or_pair(whole.last + 1)
        ):
            return number
        if (
            self.lower(at - 1) == "over"
            and whole.last + 1 < self.size
            and self.lexemes[whole.last + 1].kind == "word"
        ):
            return number
        return self._make(number.first, whole.last, number.value / whole.value, "fraction")

    def _is_time_or_pair(self, at: int) -> bool:
        word = self.lower(at)
        return (
            word in _TIME_NOUNS
            or word in _HYPHENS
            or word in _FULL_MAGNITUDES
            or word in ("%", "percent", "boxes")
        )

    def _magnitude(self, at: int, value: float) -> tuple[float, int] | None:
        """The factor of the magnitude word at `at` and its index, “thousand million” taken together."""
        where, factor = _magnitudes().get(self.lower(at), ("", 0.0))
        if where != "after" or at >= self.size:
            return None
        last = at
        while (more := _magnitudes().get(self.lower(last + 1), ("", 0.0)))[0] == "after" and more[1] > factor:
            factor, last = factor * more[1], last + 1
        return factor, last

    def _cardinal(self, at: int) -> Number | None:
        """A whole or decimal number: digits or words, with magnitudes."""
        return _Cardinal(self, at).read()

    def letter_magnitude(self, at: int, digits: int) -> float | None:
        """The factor of a letter glued to digits (5m, 13.6M, 8bn's b): None where it is a unit or a code.

        `at` is the letter, `digits` the lexeme it follows.
        """
        where, factor = _magnitudes().get(self.lower(at), ("", 0.0))
        if where not in ("glued", "letter"):
            return None
        text = self.lexemes[at].text
        if where == "glued":
            if text == "K" and any(x.text in ("°", "°C", "º") for x in self.lexemes[max(0, at - 12) : at]):
                return None  # kelvin, beside degrees
            is_end = at + 1 >= self.size or self.lexemes[at + 1].kind == "mark"
            return factor if self.glued(at) or is_end else None
        if self._money_before(digits):
            return factor if self.glued(at) or text.isupper() else None
        if text == "M" or (text == "B" and not self.glued(at + 1)) or (text == "b" and self.glued(at)):
            is_end = at + 1 >= self.size or self.lexemes[at + 1].kind == "mark"
            return factor if self.glued(at) or is_end or self._plural_follows(at + 1) else None
        if text == "m" and self.glued(at) and self.lower(at + 1) not in _METRE_FOLLOWS:
            return factor if self._plural_follows(at + 1) or self._money_after(at + 1) else None
        return None

    def _money_before(self, at: int) -> bool:
        return self.lower(at - 1) in currency_signs() or self.lower(at - 1) in ("$", "£", "€")

    def _money_after(self, at: int) -> bool:
        return self.lower(at) in currency_signs() or self.lower(at) in _MONEY_WORDS

    def _plural_follows(self, at: int) -> bool:
        for lexeme in self.lexemes[at : at + 5]:
            if lexeme.kind != "word" or lexeme.lower in _METRE_FOLLOWS:
                return False
            word = lexeme.lower
            if word in _PEOPLE or (len(word) > 3 and word.endswith("s") and not word.endswith(_NOT_PLURAL)):
                return True
        return False


class _Cardinal:
    """Reads one cardinal: groups below a thousand, each with its magnitude, largest first."""

    def __init__(self, grammar: Grammar, at: int) -> None:
        self.g = grammar
        self.first = at
        self.at = at
        self.total = 0.0
        self.group: float | None = None
        self.last: int | None = None
        self.scale = math.inf  # factor of the last magnitude read
        self.is_words = False

    def read(self) -> Number | None:
        if self.g.lower(self.at) in _ARTICLES:
            if self.g.lower(self.at + 1) not in _AFTER_ARTICLE:
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
        return self.g._make(self.first, self.last, value, form, scale)

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
        if (not hyphened or lexeme.lower in _FULL_MAGNITUDES) and self._scale():
            return True
        self.at = was
        return False

    def _digits(self, at: int) -> bool:
        value = self.g.lexemes[at].value
        if (
            value is None
            or self.group is not None
            or (self.last is not None and self.g._is_glued_to_word(at))
        ):
            return False
        if self.last is not None:
            where, factor = _magnitudes().get(self.g.lower(at + 1), ("", 0.0))
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
        kind, value = _words().get(self.g.lower(at), ("", 0.0))
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
        where, factor = _magnitudes().get(word, ("", 0.0))
        if where != "after" or at >= self.g.size:
            return False
        if word in _BARE_NEEDS_NUMBER and self.group is None and self.last is None:
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
        kind, value = _words().get(after, ("", 0.0))
        in_hundreds = self.group is not None and self.group >= 100 and self.group % 100 == 0 and self.is_words
        after_scale = self.group is None and self.scale >= 100 and math.isfinite(self.scale)
        if kind in ("unit", "teen", "ten") and (in_hundreds or after_scale):
            is_ok = self.is_words or self.scale <= 1000 or self.g.lower(self.at + 2) in _FULL_MAGNITUDES
        elif after.isdecimal() and after_scale:
            is_ok = self.scale <= 100 and not self.g.glued(self.at + 2)
        else:
            is_ok = False
        part = self.g.after_hyphen(self.at + 2)
        if is_ok and _words().get(self.g.lower(part), ("", 0.0))[0] in ("part", "parts") and value < 20:
            is_ok = False
        if is_ok:
            self.at += 1
        return is_ok


# Nothing is counted on after these: “a dozen three” is not fifteen.
_TERMINAL = frozenset({12.0, 20.0})
_AFTER_ARTICLE = _FULL_MAGNITUDES | {"dozen", "score", "doz"}
# Written without a number before them these are something else (a score of 5, Cr).
_BARE_NEEDS_NUMBER = frozenset({
    "score", "scores", "cr", "mn", "mln", "mil", "mio", "bn", "bln", "bil", "tn", "trn", "tln", "trln",
    "lac", "lkh", "doz", "dozs", "millions", "billions", "trillions", "thousands", "hundreds", "dozens",
    "crores", "lakhs", "lacs",
})  # fmt: skip
_MONEY_WORDS = frozenset(
    {"dollars", "dollar", "euros", "euro", "pounds", "yen", "yuan", "roubles", "rubles", "us"}
)
_NOT_HALF = frozenset({
    "first", "second", "other", "last", "latter", "better", "this", "next", "top", "bottom", "in", "upper",
    "lower", "northern", "southern", "eastern", "western", "opening", "final", "early", "time", "later",
    "right", "left", "front", "each", "every", "previous", "following",
})  # fmt: skip
_HALF_WORDS = frozenset(
    {"time", "way", "back", "brother", "sister", "hearted", "baked", "life", "truth", "mast", "term", "backs"}
)
_NOT_FEW = frozenset(
    {
        "the",
        "these",
        "those",
        "very",
        "precious",
        "so",
        "too",
        "how",
        "as",
        "no",
        "last",
        "past",
        "next",
        "first",
    }
)
_TIME_NOUNS = frozenset({
    "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minute",
    "minutes", "seconds", "second", "decades", "decade", "cities", "countries", "states", "provinces",
    "regions", "locations", "places", "other", "separate", "different", "districts", "games", "matches",
    "innings", "sets", "attacks",
})  # fmt: skip


@cache
def _starters() -> frozenset[str]:
    number_words = {word for word, (kind, _) in _words().items() if kind not in ("part", "parts")}
    magnitudes = {form for form, (where, _) in _magnitudes().items() if where == "after"}
    vague = {phrase.split()[-1] for phrase in _vague()}
    return frozenset(
        number_words | (magnitudes - _BARE_NEEDS_NUMBER) | vague | _ARTICLES | {"half", "couple"}
    )


def starts_number(word: str) -> bool:
    """True for a word in lower case that a written number can begin with (articles included)."""
    return word in _starters()


def find_numbers(text: str) -> tuple[list[Lexeme], list[Number]]:
    """The lexemes of a text and its numbers, in order. Never raises; linear in the text's length."""
    lexemes = lex(text)
    return lexemes, Grammar(lexemes).scan()
