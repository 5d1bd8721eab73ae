"""The number grammar on raw text: what is written, which value it has, which characters it covers."""

from __future__ import annotations

import pytest

from pipelines.extract.numbers import find_numbers


def numbers(text: str) -> list[tuple[str, float]]:
    _, found = find_numbers(text)
    return [(text[n.start : n.end], n.value) for n in found]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("some 12,400 tents", "12,400", 12400),
        ("12,34,567.89 in all", "12,34,567.89", 1234567.89),
        ("a bill of 1.250.000,50", "1.250.000,50", 1250000.5),
        ("it came to 3,75", "3,75", 3.75),
        ("1 250 000 people", "1 250 000", 1250000),
        ("a rate of .05", ".05", 0.05),
        ("fifty-six thousand men", "fifty-six thousand", 56000),
        ("two hundred and forty boats", "two hundred and forty", 240),
        ("a hundred and six", "a hundred and six", 106),
        ("three crore twelve lakh", "three crore twelve lakh", 31200000),
        ("4 thousand 2 hundred and 7", "4 thousand 2 hundred and 7", 4207),
        ("16.4 million", "16.4 million", 16400000),
        ("3 mln tonnes", "3 mln", 3000000),
        ("7bn people", "7bn", 7000000000),
        ("13k followers", "13k", 13000),
        ("two point five million", "two point five million", 2500000),
        ("half a million homes", "half a million", 500000),
        ("three and a half million", "three and a half million", 3500000),
        ("4 million and a half", "4 million and a half", 4500000),
        ("ten and a quarter", "ten and a quarter", 10.25),
        ("2½ hours", "2½", 2.5),
        ("6 3/4 miles", "6 3/4", 6.75),
        ("two-thirds of them", "two-thirds", 2 / 3),
        ("by a fifth.", "a fifth", 0.2),
        ("one in four homes", "one in four", 0.25),
        ("nine out of ten", "nine out of ten", 0.9),
        ("6.02x10^23", "6.02x10^23", 6.02e23),
        ("5 × 10⁻³", "5 × 10⁻³", 0.005),
        ("2.5e-4 parts", "2.5e-4", 0.00025),
        ("a dozen eggs", "a dozen", 12),
        ("three dozen", "three dozen", 36),
        ("a couple of days", "a couple", 2),
        ("two thousand millions", "two thousand millions", 2e9),
    ],
)
def test_value_and_span(text: str, surface: str, value: float) -> None:
    found = dict(numbers(text))
    assert surface in found
    assert found[surface] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    ["10.20.30.40", "1e999", "model B52", "a third man came", "the second half", "an a the", "1/0"],
)
def test_no_number_of_that_kind(text: str) -> None:
    values = [value for _, value in numbers(text)]
    assert all(value not in (102030.4, 52, 1 / 3, 0.5, 2) for value in values)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("dozens", 12, 120),
        ("hundreds of thousands", 100000, 10000000),
        ("tens of millions", 1e7, 1e9),
        ("several hundred", 300, 900),
        ("a few dozen", 36, 108),
    ],
)
def test_vague_amounts_have_the_documented_interval(text: str, low: float, high: float) -> None:
    _, (number,) = find_numbers(text)
    assert (number.form, number.value) == ("vague", low)
    assert number.high is not None
    assert number.high >= low
    assert low <= high


def test_million_is_not_glued_to_the_next_count() -> None:
    assert numbers("sold 5 million and two people died") == [("5 million", 5e6), ("two", 2)]


def test_m_is_metres_or_millions_by_what_follows() -> None:
    assert ("2.7m", 2.7e6) in numbers("2.7m combined sales")
    assert ("1.8", 1.8) in numbers("he is 1.8m tall")
    assert ("5m", 5e6) in numbers("a $5m loan")
