"""No string may break the date readers, and every span lies inside its text."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.dates import find_expressions, parse_metadata, parse_printed, resolve_expression

WORDS = st.sampled_from(
    [
        "on", "Wednesday", "April", "Feb", "17", "31", "99", "0", "2024", "of", "in", "last", "next", "this",
        "year", "month", "ago", "two", "every", "yesterday", "(2019)", "10:30", "pm", "ET", "T", "Z", "the",
        "+04:00", ",", "-", "/", ":", "١٧", "",
    ]
)  # fmt: skip
DATELIKE = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join))
DAYS = st.one_of(st.none(), st.dates(), st.sampled_from([date.min, date.max, date(2024, 2, 29)]))


@settings(max_examples=300, deadline=None)
@given(DATELIKE, DAYS, st.sampled_from(["past", "future", None]))
def test_any_string_resolves_or_not(text, published_on, tense):
    end = 0
    for start, stop in find_expressions(text):
        assert end <= start < stop <= len(text)
        end = stop
        found = resolve_expression(text[start:stop], published_on, tense)
        if found and found.precision == "day" and published_on and found.method == "nearest_year":
            assert tense != "past" or found.on <= published_on
            assert tense != "future" or found.on >= published_on


@settings(max_examples=300, deadline=None)
@given(DATELIKE)
def test_any_string_is_printed_date_or_none(text):
    for found in (parse_printed(text), parse_metadata(text)):
        assert found is None or 0 <= found.start <= found.end <= len(text)
