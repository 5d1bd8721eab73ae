"""Units of measure and currencies: which words after or before a number name which unit.

Names and symbols come from `units.csv` and `currencies.csv`. A compound (“$52 a barrel”, “barrels per
day”) is two canonical names joined by `/`. Belongs here: the tables and matching them at a place in the
text. Does not belong here: what the unit is used for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache

from pipelines.extract.lexemes import Lexed, Lexeme, lex
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A unit found in the text: canonical name, dimension, last lexeme (or first, before a number).

    `factor` multiplies the number (“MEUR 120”, “75 USD million” carry a magnitude in the unit).
    """

    unit: str
    dimension: str
    last: int
    factor: float = 1.0
    minor_of: str | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    unit: str
    dimension: str
    needs_glue: bool = False
    is_tight: bool = False  # written without a space inside: m2, not “m 2”
    minor_of: str | None = None


_Phrases = dict[tuple[str, ...], _Entry]


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _key(phrase: str, *, exact: bool) -> tuple[str, ...]:
    return tuple(lexeme.text if exact else lexeme.lower for lexeme in lex(phrase))


@cache
def _names() -> _Phrases:
    """Unit and currency names in lower case."""
    found: _Phrases = {}
    for row in read_table("units", ("unit", "dimension", "aliases")):
        for alias in _split(row["aliases"]):
            found[_key(alias, exact=False)] = _Entry(row["unit"], row["dimension"])
    for row in read_table("currencies", ("code", "aliases", "minor_unit", "minor_aliases")):
        for alias in _split(row["aliases"]):
            key = _key(alias, exact=False)
            if key not in found:
                found[key] = _Entry(row["code"], "money")
        for alias in _split(row["minor_aliases"]):
            found[_key(alias, exact=False)] = _Entry(row["minor_unit"], "money", minor_of=row["code"])
    return found


@cache
def _symbols() -> _Phrases:
    """Symbols after a number, as written. One letter alone must be glued to the number."""
    found: _Phrases = {}
    for row in read_table("units", ("unit", "dimension", "symbols", "spaced")):
        for symbol in _split(row["symbols"]):
            glue = (len(symbol) == 1 and symbol.isalpha()) or (
                row["spaced"] == "words" and symbol in ("in", "pm")
            )
            entry = _Entry(row["unit"], row["dimension"], glue, is_tight=" " not in symbol)
            found[_key(symbol, exact=True)] = entry
    for row in read_table("currencies", ("code", "symbols", "minor_unit")):
        for symbol in _split(row["symbols"]):
            key = _key(symbol, exact=True)
            glue = len(symbol) < 3 and symbol.isalpha() and symbol != "RM"
            found.setdefault(key, _Entry(row["code"], "money", needs_glue=glue))
    found[("c",)] = _Entry("US_cent", "money", needs_glue=True, minor_of="USD")
    found[("p",)] = _Entry("penny", "money", needs_glue=True, minor_of="GBP")
    return found


@cache
def _before() -> _Phrases:
    """Currency signs and codes before a number, in lower case where they hold a sign."""
    found: _Phrases = {}
    for row in read_table("currencies", ("code", "symbols", "aliases")):
        for symbol in _split(row["symbols"]):
            found.setdefault(_key(symbol, exact=True), _Entry(row["code"], "money"))
            if not symbol.isalpha():
                found.setdefault(_key(symbol, exact=False), _Entry(row["code"], "money"))
        for name in _split(row["aliases"]):
            if len(name) > 4 and not name.startswith(("dollar", "pound", "mark", "sol", "euro")):
                found.setdefault(_key(name, exact=False), _Entry(row["code"], "money"))
    return found


@cache
def _longest(table: str) -> dict[str, int]:
    """Longest phrase by its first lexeme (last one for `before`)."""
    phrases = {"names": _names, "symbols": _symbols, "before": _before}[table]()
    longest: dict[str, int] = {}
    for key in phrases:
        edge = key[-1] if table == "before" else key[0]
        longest[edge] = max(longest.get(edge, 0), len(key))
    return longest


@cache
def _factors() -> dict[str, tuple[str, float]]:
    rows = read_table("units", ("unit", "base_unit", "factor"))
    return {row["unit"]: (row["base_unit"], float(row["factor"])) for row in rows if row["factor"]}


def convert(value: float, unit: str, other: str) -> float | None:
    """`value` of `unit` in `other`; None where they measure different things or are not linear."""
    one, two = _factors().get(unit), _factors().get(other)
    if one is None or two is None or one[0] != two[0]:
        return None
    return value * one[1] / two[1]


def unit_starts(dimensions: Set[str]) -> frozenset[str]:
    """The first words, in lower case, of every name and symbol of the units of these dimensions."""
    tables = (_names(), _symbols())
    return frozenset(
        key[0].lower() for table in tables for key, entry in table.items() if entry.dimension in dimensions
    )


def unit_ratio(larger: str, smaller: str) -> float | None:
    """How many of `smaller` make one `larger`, where that is a whole number above one; else None."""
    one, other = _factors().get(larger), _factors().get(smaller)
    if one is None or other is None or one[0] != other[0]:
        return None
    ratio = one[1] / other[1]
    whole = float(round(ratio))
    return whole if whole > 1 and abs(ratio - whole) < 1e-6 * whole else None


def named_unit(word: str) -> str | None:
    """The canonical unit that one word in lower case names, None for any other word."""
    entry = _names().get((word,))
    return entry.unit if entry is not None else None


@cache
def unit_dimensions() -> dict[str, str]:
    """Dimension of every canonical unit and currency."""
    return {
        entry.unit: entry.dimension for table in (_names(), _symbols(), _before()) for entry in table.values()
    }


# Nouns that a rate may be per, after “a” or “an”: others would make a rate of any object of a verb.
_RATE_NOUNS = Words("rate_noun")
_GAMES = Words("rate_base")
_RATE_TIMES = frozenset({"duration", "mass", "volume", "length", "area", "energy"})
_HYPHENS = frozenset("-‐‑")
_INCH_FOLLOWS = Words("inch_follows")


def odd_minutes(written: str) -> bool:
    """True for “2.1” and “2.125”: minutes of a clock have two digits."""
    return _ODD_MINUTES.fullmatch(written) is not None


_ODD_MINUTES = re.compile(r"\d+\.(\d|\d{3,})")


def counts_memory(lexemes: Sequence[Lexeme], at: int) -> bool:
    """True for the K of “64K of RAM”: its memory, not so many thousand things."""
    if lexemes[at].text != "K":
        return False
    return any(lexeme.lower in _MEMORY for lexeme in lexemes[at + 1 : at + 5])


_MEMORY = Words("memory_word")


class UnitReader:
    """Matches units in one text's lexemes."""

    def __init__(self, lexed: Lexed) -> None:
        self.lexemes = lexed.lexemes
        self.size = lexed.size
        self._lower = lexed.lower
        # An inch sign that would close an open quotation mark is that mark.
        has_mark = '"' in lexed.text
        marks = [at for at, lexeme in enumerate(self.lexemes) if lexeme.text == '"'] if has_mark else []
        self.open_marks = set(marks[1::2])

    def _glued(self, at: int) -> bool:
        return 0 < at < self.size and self.lexemes[at - 1].end == self.lexemes[at].start

    def after(self, at: int) -> UnitMatch | None:
        """The unit right after lexeme `at - 1`, with its rate if it has one; one hyphen may stand between."""
        found = self._plain(at)
        hyphened = self._lower(at) in _HYPHENS and self._glued(at) == self._glued(at + 1)
        if found is None and hyphened and at + 1 < self.size and self.lexemes[at + 1].kind == "word":
            found = self._plain(at + 1)
        return self.with_rate(found) if found else None

    def _plain(self, at: int) -> UnitMatch | None:
        if at >= self.size:
            return None
        if packed := _PACKED.get(self.lexemes[at].lower):
            return UnitMatch(packed[0], packed[1], at, packed[2])
        if self.lexemes[at].lower == "mb" and self._lower(at + 1) == "/" and self._lower(at + 2) == "d":
            return UnitMatch("barrel/day", "volume_rate", at + 2, 1e6)  # “102 mb/d”, as oil agencies write it
        if self.lexemes[at].text == "R" and self._is_near(at, _RADIATION):
            return UnitMatch("roentgen", "radiation", at)  # elsewhere “18 R” is rand
        if counts_memory(self.lexemes, at):
            return UnitMatch("kibibyte", "data", at)
        return self._coded(at) or self._longest_of(at)

    def _is_near(self, at: int, words: Words) -> bool:
        near = self.lexemes[max(0, at - 12) : at + 6]
        return any(lexeme.lower in words for lexeme in near)

    def _longest_of(self, at: int) -> UnitMatch | None:
        best: tuple[int, _Entry] | None = None
        exact, lower = self.lexemes[at].text, self.lexemes[at].lower
        for length in range(_longest("symbols").get(exact, 0), 0, -1):
            key = tuple(lexeme.text for lexeme in self.lexemes[at : at + length])
            entry = _symbols().get(key)
            if entry and len(key) == length and self._symbol_fits(entry, at, length):
                best = (length, entry)
                break
        for length in range(_longest("names").get(lower, 0), 0, -1):
            key = tuple(lexeme.lower for lexeme in self.lexemes[at : at + length])
            entry = _names().get(key)
            if entry and length == 1 and self._is_name(at):
                continue
            if entry and len(key) == length and (best is None or length > best[0]):
                best = (length, entry)
                break
        if best is None:
            return None
        length, entry = best
        return UnitMatch(entry.unit, entry.dimension, at + length - 1, minor_of=entry.minor_of)

    def _is_name(self, at: int) -> bool:
        """“8 Rand Miller”: a unit with a capital before another is the first part of a name."""
        word = self.lexemes[at].text
        after = self.lexemes[at + 1].text if at + 1 < self.size else ""
        return word.istitle() and word.lower() in _GIVEN_NAMES and after.istitle()

    def _symbol_fits(self, entry: _Entry, at: int, length: int) -> bool:
        """A symbol must end where a word ends; single letters must touch the number or close a phrase."""
        after = at + length
        last = self.lexemes[after - 1]
        if entry.is_tight and not all(self._glued(i) for i in range(at + 1, after)):
            return False
        if last.kind != "mark" and self._glued(after) and self.lexemes[after].kind in ("word", "digits"):
            return False
        if (
            last.kind == "mark"
            and self._glued(after)
            and self.lexemes[after].kind == "word"
            and last.text in '′″"'
        ):
            return False
        if last.kind == "mark" and self._glued(after) and self.lexemes[after].kind == "digits":
            return entry.dimension != "money"
        if after - 1 in self.open_marks:
            return False
        if entry.dimension == "temperature" and len(last.text) == 1 and not self._is_warm(at, after):
            return False
        if last.text in ("a", "p") and self._lower(after) == "." and self._lower(after + 1) == "m":
            return False
        if entry.unit == "inch" and self.lexemes[at].kind == "word":
            return self._lower(after) in _INCH_FOLLOWS or (
                self._glued(at) and self.lexemes[after - 2].kind == "digits"
            )
        if self.lexemes[at].text in ('"', "″") and not self._glued(at) and after < self.size:
            return self._lower(after) in _INCH_FOLLOWS
        if entry.unit == "percent" and self.lexemes[at].text == "pc":
            return self._glued(at)  # “8.7pc”
        if entry.unit == "stone" and self.lexemes[at].text == "st":
            return self._glued(at) and self._lower(after + 1) in ("lb", "lbs")
        if entry.unit == "times" and self.lexemes[at].text == "x":
            return self._glued(at) and self._lower(after) in _AFTER_TIMES
        if not entry.needs_glue or self._glued(at):
            return True
        if entry.unit == "picometre" and at and odd_minutes(self.lexemes[at - 1].text):
            return True  # “2.1 pm” is no time of day
        is_end = after >= self.size or self.lexemes[after].kind != "word"
        if self._lower(after) == "/":
            return True
        follows = self._lower(after) in _AFTER_LETTER
        return (is_end or follows) and self.lexemes[at].text in _SPACED_LETTERS

    def _is_warm(self, at: int, after: int) -> bool:
        """A bare C or F is a scale only beside a degree sign, a minus, or words of heat and cold."""
        if self.lexemes[at].kind == "mark" or at < 1:
            return True
        if self._lower(after) in _HYPHENS or (self._lower(after) == "." and self._glued(after + 1)):
            return False
        if self._lower(at - 2) in ("-", "−", "minus") or self._lower(after) in (
            "outside",
            "melting",
            "boiling",
        ):
            return True
        return self._is_near(at, _WARM)

    def _coded(self, at: int) -> UnitMatch | None:
        """“30 MUSD”, “75 USD million”: a magnitude inside or behind a currency code."""
        text = self.lexemes[at].text
        if len(text) == 4 and text[0] in "Mk" and text[1:].isupper():
            code = _symbols().get((text[1:],))
            if code and code.dimension == "money":
                return UnitMatch(code.unit, "money", at, 1e6 if text[0] == "M" else 1e3)
        factor = _CODE_MAGNITUDES.get(self._lower(at + 1))
        code = _symbols().get((text,))
        if factor and code and code.dimension == "money":
            return UnitMatch(code.unit, "money", at + 1, factor)
        return None

    def with_rate(self, found: UnitMatch) -> UnitMatch:
        """`found` joined with “per X”, “/X”, “a X” when that follows."""
        at = found.last + 1
        word = self._lower(at)
        if word in _HYPHENS and self._lower(at + 1) in ("a", "an", "per") and self._glued(at):
            at += 1
            word = self._lower(at)
        if word == "p" and self._lower(at + 1) == "." and self._lower(at + 2) == "a":
            return UnitMatch(f"{found.unit}/year", _rate_dimension(found, "duration"), at + 2, found.factor)
        if word in _PAID and found.dimension == "money":
            return UnitMatch(f"{found.unit}/{_PAID[word]}", "money", at, found.factor)
        if word not in ("per", "/", "a", "an", "each", "every"):
            return found
        if word in ("a", "an") and self._lower(at + 2) in ("earlier", "ago", "later", "before", "after"):
            return found
        below_at = at + 2 if self._lower(at + 1) in _HYPHENS else at + 1
        below = self._longest_of(below_at) if below_at < self.size else None
        if (
            below
            and below.dimension in _RATE_DIMENSIONS
            and (word in ("per", "/") or below.dimension in _RATE_TIMES)
        ):
            name = f"{found.unit}/{below.unit}"
            return UnitMatch(name, _rate_dimension(found, below.dimension), below.last, found.factor)
        noun = self.lexemes[below_at] if below_at < self.size else None
        if noun is None or noun.kind != "word" or not noun.text.islower():
            return found
        is_price = noun.lower in _RATE_NOUNS and found.dimension == "money"
        is_of_game = noun.lower in _GAMES and found.dimension == "points"
        if word == "per" or (word in ("a", "an") and (is_price or is_of_game)):
            return UnitMatch(f"{found.unit}/{noun.lower}", found.dimension, below_at, found.factor)
        return found

    def before(self, at: int) -> UnitMatch | None:
        """The currency right before lexeme `at`; `last` is then its first lexeme."""
        if at <= 0:
            return None
        last = self.lexemes[at - 1]
        if len(last.text) == 4 and last.text[0] in "Mk" and last.text[1:].isupper():
            code = _symbols().get((last.text[1:],))
            if code and code.dimension == "money":
                return UnitMatch(code.unit, "money", at - 1, 1e6 if last.text[0] == "M" else 1e3)
        longest = max(_longest("before").get(last.text, 0), _longest("before").get(last.lower, 0))
        for length in range(min(longest, at), 0, -1):
            first = at - length
            exact = tuple(lexeme.text for lexeme in self.lexemes[first:at])
            lower = tuple(lexeme.lower for lexeme in self.lexemes[first:at])
            entry = _before().get(exact) or (_before().get(lower) if not "".join(lower).isalpha() else None)
            if entry is None and length == 1 and len(lower[0]) > 4:
                entry = _before().get(lower)
            is_word = lower[:1] == ("a",) or (lower[:1] == ("s",) and not exact[0].isupper())
            if is_word and length > 1 and not self._glued(first + 1):
                continue  # “a $4 billion deal”, “A $15 Wage”
            if exact == ("N",) and not self._glued(at):
                continue  # “highway N 50”; naira touch their number
            if entry and not self._continues_word(first):
                return UnitMatch(entry.unit, "money", first)
        return None

    def _continues_word(self, first: int) -> bool:
        """True where the sign is the tail of a longer word, as in `FARM 5` or `B$`."""
        lexeme = self.lexemes[first]
        return lexeme.kind == "word" and self._glued(first) and self.lexemes[first - 1].kind == "word"


# Names of several of a unit: periods, and the gas trade's billions of cubic metres and feet.
_PACKED = {
    "fortnight": ("week", "duration", 2.0), "fortnights": ("week", "duration", 2.0),
    "quarters": ("month", "duration", 3.0), "bcm": ("cubic_metre", "volume", 1e9),
    "bcf": ("cubic_foot", "volume", 1e9), "tcf": ("cubic_foot", "volume", 1e12),
}  # fmt: skip
_GIVEN_NAMES = Words("given_name_unit")
_PAID = {"pa": "year", "pcm": "month", "pw": "week"}
_AFTER_TIMES = Words("after_times")
_WARM = Words("warmth")
_RADIATION = Words("radiation_word")
_CODE_MAGNITUDES = {"million": 1e6, "billion": 1e9, "trillion": 1e12, "mn": 1e6, "mln": 1e6, "bn": 1e9}
_RATE_DIMENSIONS = frozenset({
    "duration", "mass", "volume", "length", "area", "energy", "points", "money", "power",
})  # fmt: skip
_SPACED_LETTERS = frozenset({"m", "h", "l", "L", "C", "F", "g", "W", "V", "t", "p", "a", "R", "K", "d", "J"})
_AFTER_LETTER = Words("after_letter")


def _rate_dimension(above: UnitMatch, below: str) -> str:
    if above.dimension in ("money", "percent", "percentage_point", "times"):
        return above.dimension
    if above.dimension == "length" and below == "duration":
        return "speed"
    return f"{above.dimension}_rate" if below == "duration" else f"{above.dimension}_ratio"
