"""Numeric claims over any text: no exception, spans inside the text, never overlapping, linear time."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract.amounts import AmountReader
from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.numbers import find_numbers
from pipelines.extract.quick_look import may_hold_amount

WORDS = [
    "a",
    "an",
    "the",
    "one",
    "two",
    "half",
    "quarter",
    "third",
    "thirds",
    "of",
    "to",
    "from",
    "between",
    "and",
    "or",
    "-",
    "–",
    "$",
    "US$",
    "£",
    "%",
    "per",
    "cent",
    "million",
    "bn",
    "m",
    "k",
    "5",
    "10",
    "1,000",
    "2.5",
    ".5",
    "1/2",
    "½",
    "(",
    ")",
    ",",
    ".",
    ":",
    ";",
    "±",
    "+",
    "minus",
    "below",
    "zero",
    "feet",
    "inches",
    "foot",
    "6",
    "hours",
    "ten",
    "years",
    "old",
    "year",
    "dozen",
    "dozens",
    "hundred",
    "hundreds",
    "thousand",
    "2019",
    "19",
    "May",
    "3",
    "1e10",
    "10^6",
    "x9",
    '"',
    "'",
    "°C",
    "C",
    "F",
    "degrees",
    "GB",
    "S&P",
    "500",
    "G7",
    "no.",
    "point",
    "nought",
    "out",
    "in",
    "1.2.3",
    "12,34,567",
    "1.111,11",
    "C$",
    "MEUR",
    "120",
    "30",
    "USD",
    "strong",
    "about",
    "more",
    "than",
    "less",
    "at",
    "least",
    "up",
    "down",
    "over",
    "ago",
    "later",
    "few",
    "several",
    "pair",
    "quarters",
    "ended",
    "past",
    "decade",
    "men",
    "troops",
    "killed",
    "said",
    "rose",
    "fell",
    "1e999",
    "²",
    "⅓",
    "٣",
    "𝟓",
    ",,",
    "..",
    "--",
    "\u2028",
]

number_soup = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", " ", " "])), max_size=30).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
any_text = st.one_of(number_soup, st.text(max_size=200))


@settings(max_examples=400, deadline=None)
@given(any_text)
def test_grammar_gives_ordered_spans_and_finite_values(text: str) -> None:
    grammar, numbers = find_numbers(text)
    assert all(text[x.start : x.end] == x.text for x in grammar.lexemes)
    end = 0
    for number in numbers:
        assert end <= number.start < number.end <= len(text)
        assert math.isfinite(number.value)
        assert number.high is None or number.high >= number.value
        end = number.end


@settings(max_examples=400, deadline=None)
@given(any_text)
def test_amounts_never_overlap(text: str) -> None:
    reader = AmountReader(text)
    last = -1
    for amount in reader.read():
        assert last < amount.first <= amount.last < reader.size
        assert math.isfinite(amount.value)
        if amount.low is not None and amount.high is not None:
            assert amount.low <= amount.high
        last = amount.last


@settings(max_examples=60, deadline=None)
@given(st.lists(any_text, min_size=1, max_size=4).map("\n".join))
def test_claims_point_at_the_characters_they_claim(text: str) -> None:
    (found,) = extract([SourceText("d", text)])
    end = 0
    for claim in found.claims:
        assert end <= claim.start_char < claim.end_char <= len(text)
        assert text[claim.start_char : claim.end_char] == claim.surface
        if claim.noun is not None:
            assert text[claim.noun_start_char : claim.noun_end_char] == claim.noun
        if claim.place_surface is not None:
            assert text[claim.place_start_char : claim.place_end_char] == claim.place_surface
        if claim.source_surface is not None:
            assert text[claim.source_start_char : claim.source_end_char] == claim.source_surface
        assert 0 <= claim.confidence <= 1
        assert claim.value_low is None or claim.value_high is None or claim.value_low <= claim.value_high
        end = claim.end_char
    ids = {claim.claim_id for claim in found.claims}
    assert all(c.related_claim_id in ids for c in found.claims if c.related_claim_id)


@pytest.mark.parametrize(
    "pattern", ["1 ", "a ", "1-", "one in ", "5 feet 4 inches ", "two million and ", "$", "1,", "x10"]
)
def test_reading_amounts_is_linear(pattern: str) -> None:
    def seconds(size: int) -> float:
        text = (pattern * size)[:size]
        start = time.process_time()
        AmountReader(text).read()
        return time.process_time() - start

    small = min(seconds(4_000) for _ in range(3))
    large = min(seconds(32_000) for _ in range(2))
    # Eight times the text: a quadratic reader would need 64 times as long.
    assert large < 30 * small + 0.05


PROSE = [
    "the", "a", "an", "another", "past", "year", "ended", "week", "-", "long", "for", "third", "no", "nobody",
    "injuries", "penny", "town", "of", ".", "“", "”", "’s", "hour", "and", "half", "few", "full",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PROSE), max_size=8).map(" ".join))
def test_the_quick_look_never_hides_an_amount(text: str) -> None:
    assert may_hold_amount(text) or not AmountReader(text).read()
