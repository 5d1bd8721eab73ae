"""Ways in which English writes an amount, each beside a neighbour that says something else."""

from __future__ import annotations

from functools import cache

import pytest

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.quantities import find_claims
from pipelines.model import NumericClaim


@cache
def claims(text: str) -> tuple[NumericClaim, ...]:
    doc = next(iter(parse([text], load_model())))
    return tuple(find_claims(Context("d", text, [Paragraph(0, "body", 0, doc[:])]), [], []))


Amount = tuple[float, float | None, str | None]


def amounts(text: str) -> list[Amount]:
    """Value, high end and unit of every claim."""
    return [(round(c.value, 6), c.value_high, c.unit) for c in claims(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("About 1½ million bees died.", [(1.5e6, None, None)]),
        ("About 1½ bees a flower came.", [(1.5, None, None)]),
        ("The mine lost $2 1/2 million.", [(2.5e6, None, "USD")]),
        ("The mine lost £1½m.", [(1.5e6, None, "GBP")]),
        ("Shares slid 2-1/2 points.", [(2.5, None, "point")]),
        ("He called 24/7 for help.", []),
        ("The odds of a one-in-100 chance are low.", [(0.01, None, None)]),
        ("It was a 1-in-100-year flood.", [(100, None, "year")]),
        ("Rates rose 0.25 of a percentage point.", [(0.25, None, "percentage_point")]),
        ("Profit fell by a third to $2 million.", [(round(1 / 3, 6), None, None), (2e6, None, "USD")]),
        ("A third to a half of pupils left.", [(round(1 / 3, 6), 0.5, None)]),
        ("The repair takes a year or two.", [(1, 2, "year")]),
        ("He drove a mile or two.", [(1, 2, "mile")]),
        ("She saw 20 or 30 goats.", [(20, 30, None)]),
        ("She needs 270 or 280 votes.", [(270, None, None), (280, None, None)]),
        ("It was on May 10 or 20.", []),
    ],
)
def test_what_is_written_is_what_is_read(text: str, found: list[Amount]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "The firm paid Q50 million.",
        "A multi-million-dollar deal was struck.",
        "The object K2031.4+1187 was seen.",
    ],
)
def test_part_of_a_code_or_a_word_is_no_amount(text: str) -> None:
    assert amounts(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A weeklong strike ended.", [(1, None, "week")]),
        ("Prices rose tenfold.", [(10, None, "times")]),
        ("Its purpose is twofold.", []),
        ("It is a quarter mile away.", [(0.25, None, "mile")]),
        ("A quarter-century later it burned.", [(0.25, None, "century")]),
        ("He ate a quarter pounder.", []),
        ("Gusts of 100-ish mph came.", [(100, None, "mile/hour")]),
        ("They walked 30 odd miles.", [(30, None, "mile")]),
        ("The van cost $50 grand.", [(50000, None, "USD")]),
        ("She won two grand slams.", [(2, None, None)]),
        ("Wells pump 5m b/d.", [(5e6, None, "barrel/day")]),
        ("Wells pump 102 mb/d.", [(102e6, None, "barrel/day")]),
        ("Children under five stayed home.", [(5, None, "year_of_age")]),
        ("Under five ministers it decayed.", [(5, None, None)]),
        ("Women above the age of 30 voted.", [(30, None, "year_of_age")]),
        ("The under-21 team won.", []),
        ("Ander Silva: 7", []),
        ("Ohio: 7 dead.", [(7, None, None)]),
    ],
)
def test_units_that_hide(text: str, found: list[Amount]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Not even 10 lorries crossed.", "less_than"),
        ("Even 10 lorries crossed.", "exact"),
        ("The toll has passed 1,500.", "more_than"),
        ("The council passed 12 bylaws.", "exact"),
        ("The index climbed past 4,000.", "more_than"),
        ("The bus went past 20 shops.", "exact"),
        ("Repairs cost south of $30 million.", "less_than"),
        ("The fort lies south of 14 villages.", "exact"),
        ("Rooms start at $40.", "at_least"),
        ("The trail starts at 300 feet.", "exact"),
        ("The army sent perhaps 50 guards.", "about"),
        ("Perhaps two guards knew.", "exact"),
        ("Perhaps the 20 guards knew.", "exact"),
        ("She lost perhaps as much as $5 million.", "at_most"),
        ("Barely 200 guests came.", "about"),
        ("They had 30 odd dogs.", "about"),
    ],
)
def test_hedges_and_limits(text: str, bound: str) -> None:
    assert claims(text)[0].bound == bound


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("Costs in excess of $4 billion were reported.", "Costs"),
        ("The cost is thought to be north of $30 million.", "cost"),
        ("Thieves face a minimum of five years.", "Thieves"),
        ("They had 15 min. to leave.", None),
        ("They had 30 odd dogs.", "dogs"),
        ("Sales rose 10 percent year over year.", "Sales"),
        ("A magnitude 6.4 quake struck.", "magnitude"),
        ("A magnitude-6.4 quake struck.", None),
    ],
)
def test_words_of_a_bound_or_a_comparison_are_no_noun(text: str, noun: str | None) -> None:
    assert claims(text)[0].noun == noun


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Temperatures hit 40 degrees.", "temperature"),
        ("It was 12 degrees below zero.", "temperature"),
        ("The tower leans 4 degrees.", "angle"),
    ],
)
def test_degrees_of_heat_and_of_a_circle(text: str, category: str) -> None:
    assert claims(text)[0].category == category


def test_a_level_behind_past_is_no_rise_by_it() -> None:
    (claim,) = claims("The index climbed past 4,000.")
    assert claim.direction is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One need look no further.", []),
        ("A one-time rival spoke.", []),
        ("A one-time fee of $30 is due.", [(30, None, "USD")]),
        ("It is a tens-of-billions-of-dollars market.", [(1e10, 1e11, "USD")]),
        ("They slept in a five-star hotel.", []),
        ("Voters gave a $1,000 or $2,000 gift.", [(1000, None, "USD"), (2000, None, "USD")]),
    ],
)
def test_what_reading_news_taught(text: str, found: list[Amount]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("He is worth less than $2 billion or more than $60 billion.", "less_than"),
        ("He owns $1 billion or more.", "at_least"),
        ("Over one 14-year stretch she won.", "exact"),
        ("Maybe 50 years of talk were lost.", "exact"),
        ("Maybe 50 farms were lost.", "about"),
    ],
)
def test_bounds_that_reading_news_taught(text: str, bound: str) -> None:
    assert claims(text)[0].bound == bound


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("The mayor sent nearly 300 of them to Oslo.", None),
        ("The mayor sent nearly 300 of her guards to Oslo.", "guards"),
    ],
)
def test_who_sends_is_not_what_is_counted(text: str, noun: str | None) -> None:
    assert claims(text)[-1].noun == noun
