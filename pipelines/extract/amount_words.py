"""Words of amounts that are said without a number: “a week”, “weeklong”, “tenfold”, “no injuries”.

Belongs here: sets of words that reading amounts (`single_amounts`) and the quick look for them
(`quick_look`) share. Does not belong here: how they are read.
"""

from __future__ import annotations

from functools import cache

from pipelines.reference import read_table


@cache
def one_word_amounts() -> dict[str, tuple[float, str]]:
    """Value and unit of “weeklong”, “tenfold” and the like."""
    rows = read_table("one_word_amounts", ("word", "value", "unit"))
    return {row["word"]: (float(row["value"]), row["unit"]) for row in rows}


LONG_UNITS = frozenset({"hour", "day", "week", "month", "year", "decade", "century"})
ONE_ARTICLES = frozenset({"a", "an", "another", "the"})
PERIOD_WORDS = frozenset({"past", "last", "next", "coming", "fiscal", "financial"})
ABOUT_ONE = frozenset({
    "than", "least", "about", "nearly", "almost", "barely", "roughly", "around", "approximately",
    "over", "under", "within", "just", "only", "most",
})  # fmt: skip
ONE_BEFORE = ABOUT_ONE | {
    "for",
    "in",
    "after",
    "lasted",
    "last",
    "lasts",
    "took",
    "take",
    "takes",
    "spent",
    "spend",
    "waited",
    "wait",
    "hardly",
    "scarcely",
    "maybe",
    "perhaps",
    "long",
}
FURTHER = frozenset({"additional", "extra", "further", "full", "whole"})
BESIDE_ONE = ONE_BEFORE | {"later", "long", "ago", "earlier", "and", "of", "away", "wide", "deep"}
TOLLS = frozenset({"injuries", "deaths", "fatalities", "casualties", "arrests"})
COINS = frozenset({"penny", "cent", "dollar", "euro", "rupee"})
HALVED = frozenset({"duration", "length", "mass", "volume", "money", "age", "area"})
