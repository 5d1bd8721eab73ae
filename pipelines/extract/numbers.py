"""A grammar of written numbers, on the raw text.

Cardinals (`cardinals`), fractions and mixed numbers, shares (“one in five”), vague amounts. Input is a
string, output is `Number`s whose spans are offsets into that very string: nothing is rewritten. Belongs
here: which characters write which number. Does not belong here: units, what is counted, or whether a number
is a claim.

Everything runs left to right over lexemes and looks a bounded way ahead, so time is linear in the text.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pipelines.extract.cardinals import (
    AFTER_ARTICLE,
    ARTICLES,
    BARE_NEEDS_NUMBER,
    FULL_MAGNITUDES,
    Cardinals,
    Number,
    magnitudes,
    number_words,
)
from pipelines.extract.lexemes import HYPHENS, VULGAR, finite, lex, times
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table


@cache
def _vague() -> dict[str, tuple[float, float]]:
    rows = read_table("vague_amounts", ("phrase", "low", "high"))
    return {row["phrase"]: (float(row["low"]), float(row["high"])) for row in rows}


@cache
def _behind_articles() -> frozenset[str]:
    """What may stand behind the article that a number begins with: “a few”, “a third”, “a-hundred”."""
    vague = {phrase.removeprefix("a ") for phrase in _vague()}
    parts = {word for word, (kind, _) in number_words().items() if kind in ("part", "parts")}
    return frozenset(vague | parts | AFTER_ARTICLE | HYPHENS | {"couple", "pair", "half"})


_ONE = ARTICLES | {"one"}
# After “a third” these words show a share, not an ordinal before its noun.
_SHARE_FOLLOWS = Words("share_follows")
_SHARE_PRECEDES = Words("share_precedes")
_QUARTERED = Words("quartered")
# “Third of its kind” is a rank; so is the third of “this” and of what ends in s but is not many.
_NOT_MANY = ("its", "his", "this", "ss", "us", "is", "series")
# “last three quarters” are nine months, “three quarters” a share.
_TIME_PRECEDES = Words("time_precedes")
_NOT_HALF = Words("before_named_half")
_HALF_WORDS = Words("half_word")
_NOT_FEW = Words("before_no_few")
_TIME_NOUNS = Words("no_odds")


class Grammar(Cardinals):
    """The numbers of one text."""

    def scan(self) -> list[Number]:
        """All numbers, left to right, never overlapping."""
        opening = self._opening_share()
        found = [opening] if opening else []
        at = opening.last + 1 if opening else 0
        starters = number_starters()
        # Most lexemes are words that begin no number: they are passed over here, without a call.
        for first in [i for i, x in enumerate(self.lexemes) if x.value is not None or x.lower in starters]:
            number = self.number(first) if first >= at else None
            if number is not None:
                found.append(number)
                at = number.last + 1
        return found

    def number(self, at: int) -> Number | None:
        """The longest number that starts at lexeme `at`."""
        lexeme = self.lexemes[at]
        if lexeme.kind == "mark" or (lexeme.kind == "digits" and lexeme.value is None):
            return None
        if lexeme.kind == "word" and lexeme.lower not in number_starters():
            return None
        if lexeme.kind == "digits" and self.is_glued_to_word(at):
            return None
        if lexeme.lower in FULL_MAGNITUDES and self._is_multiplied(at):
            return None
        if lexeme.lower in ARTICLES and self.lower(at + 1) not in _behind_articles():
            return None
        return self._vague(at) or self._half(at) or self._shares(at)

    def _is_multiplied(self, at: int) -> bool:
        """“N50 million”, “multi-million”: a magnitude of what is no number says nothing on its own."""
        left = at - 1 if self.lower(at - 1) not in HYPHENS else at - 2
        return self.lower(left) == "multi" or (left == at - 1 >= 0 and self.lexemes[left].kind == "digits")

    # -- vague amounts ---------------------------------------------------------------------------

    def _vague(self, at: int) -> Number | None:
        first = at
        article = self.lower(at) in ARTICLES
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
        where, factor = magnitudes().get(self.lower(after), ("", 1.0))
        if where == "after":
            value, last = value * factor, after
        return self.make(first, last, value, "words")

    def _vague_product(self, first: int, at: int, interval: tuple[float, float]) -> Number:
        """“tens of thousands”, “several hundred”, “a few dozen”."""
        low, high = interval
        last = at
        while last + 1 < self.size:
            of = self.after_hyphen(last + 1)  # “a tens-of-billions-of-dollars market”
            is_of = self.lower(of) == "of"
            after = self.after_hyphen(of + 1) if is_of else last + 1
            word = self.lower(after)
            plural = _vague().get(word) if is_of else None
            where, factor = magnitudes().get(word, ("", 1.0))
            if plural and word != "few":
                low, high = low * plural[0], high * plural[0]
            elif after == last + 1 and where == "after":
                low, high = low * factor, high * factor
            else:
                break
            last = after
        return replace(self.make(first, last, low, "vague"), high=high)

    def _opening_share(self) -> Number | None:
        """“Quarter of homes flooded”, “Third of a cup”: a share whose article a headline leaves out."""
        kind, size = number_words().get(self.lower(0), ("", 0.0))
        if kind != "part" or size < 3 or self.lower(1) != "of" or self.size < 3:
            return None
        whole = self.lexemes[2]
        is_many = whole.lower.endswith("s") and not whole.lower.endswith(_NOT_MANY)
        is_named = whole.kind == "word" and (is_many or whole.lower in ARTICLES or whole.lower == "all")
        value = None if starts_number(whole.lower) and whole.lower not in ARTICLES else 1 / size
        return self._of_magnitude(self.make(0, 0, value, "fraction")) if value and is_named else None

    # -- shares and mixed numbers ----------------------------------------------------------------

    def _half(self, at: int) -> Number | None:
        """“half of”, “half a million”, “half an hour”, “by half”."""
        first = at
        if self.lower(at) in _ONE:
            at = self.after_hyphen(at + 1)
        if self.lower(at) != "half":
            return None
        after = self.after_hyphen(at + 1)
        skip = after + 1 if self.lower(after) in ARTICLES else after
        is_time = self.lower(skip) == "hour"  # “in half an hour”, “the last half-hour”
        if first == at and self.lower(at - 1) in _NOT_HALF and not is_time:
            return None
        if (found := self.magnitude(skip, 0.5)) and self.lower(skip) in FULL_MAGNITUDES:
            return self.make(first, found[1], 0.5 * found[0], "words", found[0])
        if self.lower(after) == "dozen" or self.lower(skip) == "dozen":
            return self.make(first, skip, 6.0, "words", 12.0)
        if after > at + 1 and self.lower(after) in _HALF_WORDS:
            return None
        return self.make(first, at, 0.5, "fraction")

    def _shares(self, at: int) -> Number | None:
        found = self._fraction(at) or self._mixed(at)
        if found is None:
            return None
        return self._of_magnitude(found) if found.form == "fraction" else self._out_of(found)

    def _of_magnitude(self, share: Number) -> Number:
        """“three quarters billion”, “two thirds of a million”."""
        at = share.last + 1
        if self.lower(at) == "of" and self.lower(at + 1) in ARTICLES:
            at += 2
        if self.lower(at) in FULL_MAGNITUDES and self.lower(at) != "hundred":
            factor = magnitudes()[self.lower(at)][1]
            return self.make(share.first, at, share.value * factor, "words", factor)
        return share

    def _fraction(self, at: int) -> Number | None:
        """“two-thirds”, “a third”, “1/4”, “10 1/2”, “twenty-three fifths”."""
        first = at
        if self.lexemes[at].kind == "digits":
            return self._slash(at)
        if self.lower(at) in ARTICLES:
            value, last = 1.0, at
        else:
            cardinal = self.cardinal(at)
            if cardinal is None:
                return None
            value, last = cardinal.value, cardinal.last
        part = self.after_hyphen(last + 1)
        kind, size = number_words().get(self.lower(part), ("", 0.0))
        if kind == "parts" and first < part and self.lower(first - 1) not in _TIME_PRECEDES:
            if self.lower(first) in ARTICLES or (self.lower(part) == "quarters" and value != 3):
                return None
            return self.make(first, part, value / size, "fraction")
        hyphened = part > last + 1 and self.lower(first) == "one"
        if kind == "part" and value == 1.0 and (hyphened or self._is_share(first, part)):
            return self.make(first, part, 1 / size, "fraction")
        return None

    def _is_share(self, first: int, part: int) -> bool:
        after = self.lexemes[part + 1] if part + 1 < self.size else None
        if self.lower(self.after_hyphen(part + 1)) in _QUARTERED:
            return self.lower(part) == "quarter"
        if after is None or (after.kind == "mark" and after.text not in HYPHENS):
            return True
        if after.lower in FULL_MAGNITUDES:
            return True
        if self.lower(first) == "one" and self.lower(part) != "half":
            return after.kind == "word"
        if after.lower == "to" and self.lower(part + 2) in ARTICLES:
            end = number_words().get(self.lower(part + 3), ("", 0.0))[0]
            return end == "part"  # “a quarter to a third of them”
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
        part = self.after_hyphen(at + 1)  # “2 1/2”, and “2-1/2” as markets write it
        is_apart = part > at + 1 or not self.glued(part)
        if self._is_slash(part) and is_apart and self.lexemes[at].text.isdigit():
            whole, at = self.lexemes[at].value or 0.0, part
        if not self._is_slash(at):
            return None
        top, bottom = self.lexemes[at].value or 0.0, self.lexemes[at + 2].value or 0.0
        if whole:
            return self._whole_and_part(first, at + 2, whole + top / bottom)
        return self.make(first, at + 2, top / bottom, "fraction")

    def _whole_and_part(self, first: int, last: int, value: float) -> Number:
        """“1½” or “2 1/2”, times the magnitude that follows: “2 1/2 million”."""
        if found := self.magnitude(self.after_hyphen(last + 1), value):
            return self.make(first, found[1], times(value, found[0]), "words", found[0])
        letter = self.letter_magnitude(last + 1, first) if self.glued(last + 1) else None
        if letter is not None:
            return self.make(first, last + 1, times(value, letter), "words", letter)
        return self.make(first, last, value, "words")

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
        cardinal = self.cardinal(at)
        if cardinal is None:
            return None
        cardinal = self._point(cardinal)
        after = cardinal.last + 1
        if self.lower(after) in VULGAR and self.lexemes[after].value is not None:
            return self._whole_and_part(at, after, cardinal.value + (self.lexemes[after].value or 0.0))
        joined = self.after_hyphen(after)  # “four-and-a-half”
        if self.lower(joined) == "and":
            return self._and_part(cardinal, self.after_hyphen(joined + 1))
        return cardinal

    def _point(self, number: Number) -> Number:
        """“two point two million”, “nought point nought three”."""
        at = number.last + 1
        if self.lower(at) != "point" or number.scale > 1:
            return number
        digits = ""
        at += 1
        while at < self.size:
            kind, value = number_words().get(self.lower(at), ("", 0.0))
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
        if found := self.magnitude(at, exact):
            return self.make(number.first, found[1], times(exact, found[0]), "words", found[0])
        return self.make(number.first, at - 1, exact, "words")

    def _and_part(self, number: Number, at: int) -> Number:
        """`number` with “a half”, “three quarters” … after “and”, times the magnitude that follows."""
        part, last = None, at
        behind = self.after_hyphen(at + 1)
        if self.lower(at) in _ONE and self.lower(behind) == "half":
            part, last = 0.5, behind
        elif self.lower(at) == "half":
            part, last = 0.5, at
        else:
            top = 1.0
            start = at
            if self.lower(at) in ARTICLES:
                start = behind
            elif number_words().get(self.lower(at), ("", 0.0))[0] == "unit":
                top, start = number_words()[self.lower(at)][1], self.after_hyphen(at + 1)
            kind, size = number_words().get(self.lower(start), ("", 0.0))
            if kind in ("part", "parts") and start < self.size:
                named = self.lower(start) in ("quarter", "quarters", "third", "thirds")
                is_end = start + 1 >= self.size or self.lexemes[start + 1].kind == "mark"
                is_rank = kind == "part" and start == at and number.value >= 20  # “hundred and third”
                ok = (named or kind == "parts" or is_end) and not is_rank
                part, last = (top / size, start) if ok else (None, at)
        if part is None:
            return number
        if found := self.magnitude(last + 1, 0.5):
            own = part * found[0] if number.scale > found[0] else (number.value + part) * found[0]
            value = number.value + own if number.scale > found[0] else own
            return self.make(number.first, found[1], value, "words", found[0])
        return self.make(number.first, last, number.value + part * number.scale, "words", 1.0)

    def _out_of(self, number: Number) -> Number:
        """“one in five”, “two out of three”: a share."""
        if hyphened := self._hyphened_odds(number):
            return hyphened
        at = number.last + 1
        is_tenths = self.lower(at) == "of" and self.lower(at + 1) in ("10", "ten") and number.value < 10
        is_every = self.lower(at) in ("of", "in") and self.lower(at + 1) == "every"
        if self.lower(at) == "out" and self.lower(at + 1) == "of":
            at += 2
        elif (
            is_every
            or (is_tenths and number.value > 1)
            or (self.lower(at) == "in" and self.lower(number.first - 1) not in ("at", "on", "for"))
            or (self.lower(at) == "over" and number.last == number.first and number.value == 1)
        ):
            at += 1
        else:
            return number
        at += self.lower(at) == "every"
        whole = self.cardinal(at) if at < self.size else None
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
        return self.make(number.first, whole.last, number.value / whole.value, "fraction")

    def _hyphened_odds(self, number: Number) -> Number | None:
        """“a one-in-100 chance”; not “a 1-in-100-year flood”, which says how often."""
        at = number.last + 1
        is_in = self.lower(at + 1) == "in" and self.lower(at) in HYPHENS and self.lower(at + 2) in HYPHENS
        whole = self.cardinal(at + 3) if is_in and at + 3 < self.size else None
        if (
            whole is None
            or not 0 < number.value < whole.value <= 1e9
            or self._is_time_or_pair(whole.last + 1)
        ):
            return None
        return self.make(number.first, whole.last, number.value / whole.value, "fraction")

    def _is_time_or_pair(self, at: int) -> bool:
        word = self.lower(at)
        return (
            word in _TIME_NOUNS
            or word in HYPHENS
            or word in FULL_MAGNITUDES
            or word in ("%", "percent", "boxes")
        )


@cache
def number_starters() -> frozenset[str]:
    """Words in lower case that a written number can begin with, articles included."""
    names = {word for word, (kind, _) in number_words().items() if kind not in ("part", "parts")}
    scales = {form for form, (where, _) in magnitudes().items() if where == "after"}
    vague = {phrase.split()[-1] for phrase in _vague()}
    return frozenset(names | (scales - BARE_NEEDS_NUMBER) | vague | ARTICLES | {"half", "couple", "pair"})


def starts_number(word: str) -> bool:
    """True for a word in lower case that a written number can begin with (articles included)."""
    return word in number_starters()


def find_numbers(text: str) -> tuple[Grammar, list[Number]]:
    """A text with its lexemes, and its numbers in order. Never raises; linear in the text's length."""
    grammar = Grammar(text, lex(text))
    return grammar, grammar.scan()
