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
        "The firm paid N50 million.",
        "A multi-million-dollar deal was struck.",
        "The object J1149.5+6663 was seen.",
    ],
)
def test_part_of_a_code_or_a_word_is_no_amount(text: str) -> None:
    assert amounts(text) == []
