"""Words of amounts that are said without a number: “a week”, “weeklong”, “tenfold”, “no injuries”.

Belongs here: sets of words that reading amounts (`single_amounts`) and the quick look for them
(`quick_look`) share. Does not belong here: how they are read.
"""

from __future__ import annotations

from functools import cache

from pipelines.extract.word_sets import Words
from pipelines.reference import read_table


@cache
def one_word_amounts() -> dict[str, tuple[float, str]]:
    """Value and unit of “weeklong”, “tenfold” and the like."""
    rows = read_table("one_word_amounts", ("word", "value", "unit"))
    return {row["word"]: (float(row["value"]), row["unit"]) for row in rows}


LONG_UNITS = Words("long_unit")
ONE_ARTICLES = Words("one_article")
PERIOD_WORDS = Words("period")
ABOUT_ONE = Words("about_one")
ONE_BEFORE = Words("about_one", "one_before")
FURTHER = Words("further")
AFTER_ONE = Words("after_one")
BESIDE_ONE = Words("about_one", "one_before", "after_one", "beside_one")
TOLLS = Words("toll")
COINS = Words("coin")
HALVED = frozenset({"duration", "length", "mass", "volume", "money", "age", "area"})
