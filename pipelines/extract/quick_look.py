"""A quick look at a text that tells whether it can hold an amount at all.

Half of all paragraphs hold none and are spared the grammar. Belongs here: what can be seen without lexemes.
Does not belong here: the amounts (`single_amounts`), for which this may say yes too often but never no.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from pipelines.extract.amount_words import (
    BESIDE_ONE,
    COINS,
    FURTHER,
    HALVED,
    LONG_UNITS,
    ONE_ARTICLES,
    PERIOD_WORDS,
    TOLLS,
    one_word_amounts,
)
from pipelines.extract.cardinals import ARTICLES, number_words
from pipelines.extract.numbers import number_starters
from pipelines.extract.units import unit_starts


@cache
def _number_words() -> frozenset[str]:
    """Words of which a text without digits needs at least one to hold an amount, articles left out."""
    parts = {word for word, (kind, _) in number_words().items() if kind in ("part", "parts")}
    return (number_starters() - ARTICLES) | parts | {"nobody", "none"} | TOLLS | one_word_amounts().keys()


@cache
def _units_of_one() -> frozenset[str]:
    """First words of the units that may stand for one of it behind an article: “a week”, “an hour”."""
    return unit_starts(HALVED) | COINS | LONG_UNITS | {"percentage"}


def may_hold_amount(text: str, tokens: Collection[str] | None = None) -> bool:
    """False where no amount can be in a text: a quick look that spares half of all paragraphs the grammar.

    `tokens` are its tokens in lower case where they are known, any cut of it that leaves words whole.
    """
    if _MAY_BE_DIGIT.search(text) and _DIGIT.search(text):
        return True
    known = _plain_words(text.lower().split() if tokens is None else tokens)
    if not known.isdisjoint(_number_words()):
        return True
    if known.isdisjoint(_units_of_one()):
        return False
    if not known.isdisjoint(LONG_UNITS) and "long" in known:
        return True
    words = _MARKS.sub(" ", text.lower()).split()
    return any(_may_be_one(words, at) for at, word in enumerate(words) if word in ONE_ARTICLES)


def _may_be_one(words: Sequence[str], at: int) -> bool:
    """What `_implied` asks of an article, as far as words without their marks can tell."""
    skip = at + 1 < len(words) and words[at + 1] in FURTHER
    after = words[at + 1 + skip : at + 7]
    if words[at] == "the":
        return bool(after) and (after[0] in PERIOD_WORDS or after[0] in LONG_UNITS)
    if not after or after[0] not in _units_of_one():
        return False
    near = {*after[1:], words[at - 1] if at else ""}
    is_end = at + 6 >= len(words)  # a length of time, or a weight, may close the text
    return (
        is_end
        or words[at] == "another"
        or after[0] == "percentage"
        or not near.isdisjoint(BESIDE_ONE)
        or not COINS.isdisjoint(after)
    )


def _plain_words(tokens: Collection[str]) -> set[str]:
    """The tokens, and the words that those with marks are made of."""
    known = set(tokens)
    marked = [token for token in known if len(token) > 1 and not token.isalpha()]
    return known.union(_MARKS.sub(" ", " ".join(marked)).split()) if marked else known


# Every digit is one of these, few other characters of English text are: asked for first, in half the time.
_MAY_BE_DIGIT = re.compile(r"[0-9\u00bc-\u00be\u0660-\u1fff\u2070-\U0010ffff]")
_DIGIT = re.compile(r"[\d½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]")
_MARKS = re.compile("[" + re.escape(".,;:!?()[]{}<>\"“”„‘’'`-‐‑–—−_/\\|*#…&+=~^@%$€£\u00a0") + "]")
