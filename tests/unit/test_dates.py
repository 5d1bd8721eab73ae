"""Dates in prose and on pages: each rule with a case, and the cases that must stay open."""

from datetime import date, datetime

import pytest

from pipelines.ingest.dates import find_expressions, parse_metadata, parse_printed, resolve_expression

THURSDAY = date(2024, 4, 18)


@pytest.mark.parametrize(
    ("text", "tense", "on", "precision", "method"),
    [
        ("on November 10, 2020", None, date(2020, 11, 10), "day", "absolute"),
        ("10th of November 2020", None, date(2020, 11, 10), "day", "absolute"),
        ("2020-11-10", None, date(2020, 11, 10), "day", "absolute"),
        ("19-20 September 2023", None, date(2023, 9, 19), "day", "absolute"),
        ("September 19 and 20, 2023", None, date(2023, 9, 19), "day", "absolute"),
        ("November 2020", None, date(2020, 11, 1), "month", "absolute"),
        ("in 2023", None, date(2023, 1, 1), "year", "absolute"),
        ("2023", None, date(2023, 1, 1), "year", "absolute"),
        ("the fall of 2023", None, date(2023, 1, 1), "year", "absolute"),
        ("back on April 16", None, date(2024, 4, 16), "day", "nearest_year"),
        ("17 April", "past", date(2024, 4, 17), "day", "nearest_year"),
        ("December 20", None, date(2023, 12, 20), "day", "nearest_year"),
        ("June 3", None, date(2024, 6, 3), "day", "nearest_year"),
        ("June 3", "past", date(2023, 6, 3), "day", "nearest_year"),
        ("April 16", "future", date(2025, 4, 16), "day", "nearest_year"),
        ("29 February", "future", date(2028, 2, 29), "day", "nearest_year"),
        ("Monday, April 17", None, date(2023, 4, 17), "day", "nearest_year"),
        ("November", None, date(2023, 11, 1), "month", "nearest_year"),
        ("in May", "future", date(2024, 5, 1), "month", "nearest_year"),
        ("in May", "past", date(2023, 5, 1), "month", "nearest_year"),
        ("in July", None, date(2024, 7, 1), "month", "nearest_year"),
        ("in August", None, date(2023, 8, 1), "month", "nearest_year"),
        ("in April", None, date(2024, 4, 1), "month", "nearest_year"),
        ("on Wednesday", None, date(2024, 4, 17), "day", "weekday"),
        ("Wednesday morning", "past", date(2024, 4, 17), "day", "weekday"),
        ("Thursday", None, THURSDAY, "day", "weekday"),
        ("Thursday", "future", THURSDAY, "day", "weekday"),
        ("Friday", None, date(2024, 4, 12), "day", "weekday"),
        ("Friday", "future", date(2024, 4, 19), "day", "weekday"),
        ("last Thursday", None, date(2024, 4, 11), "day", "last_named"),
        ("next Thursday", None, date(2024, 4, 25), "day", "next_named"),
        ("last September", None, date(2023, 9, 1), "month", "last_named"),
        ("last April", None, date(2023, 4, 1), "month", "last_named"),
        ("next April", None, date(2025, 4, 1), "month", "next_named"),
        ("yesterday", None, date(2024, 4, 17), "day", "relative"),
        ("today", None, THURSDAY, "day", "relative"),
        ("last night", None, date(2024, 4, 17), "day", "relative"),
        ("this morning", None, THURSDAY, "day", "relative"),
        ("the day before yesterday", None, date(2024, 4, 16), "day", "relative"),
        ("last month", None, date(2024, 3, 1), "month", "relative"),
        ("next year", None, date(2025, 1, 1), "year", "relative"),
        ("three days ago", None, date(2024, 4, 15), "day", "relative"),
        ("five months ago", None, date(2023, 11, 1), "month", "relative"),
        ("two years ago", None, date(2022, 1, 1), "year", "relative"),
    ],
)
def test_expression_resolves_by_its_rule(text, tense, on, precision, method):
    found = resolve_expression(text, THURSDAY, tense)
    assert found is not None
    assert (found.on, found.precision, found.method) == (on, precision, method)


@pytest.mark.parametrize(
    "text",
    [
        "this week",
        "last week",
        "last summer",
        "the last year",
        "this past year",
        "Saturday Night Live",
        "November of the same year",
        "every Wednesday",
        "Good Friday",
        "the Sunday Times",
        "more than two years ago",
        "two weeks ago",
        "April 31, 2024",
        "the 1990s",
        "they may march",
        "2,000 people",
        "",
    ],
)
def test_expression_that_fixes_no_date_stays_open(text):
    assert resolve_expression(text, THURSDAY) is None


@pytest.mark.parametrize("text", ["Wednesday", "April 16", "yesterday", "last year", "November"])
def test_without_publication_only_full_dates_resolve(text):
    assert resolve_expression(text, None) is None
    full = resolve_expression("April 16, 2021", None)
    assert full is not None and full.on == date(2021, 4, 16)


def test_found_expressions_are_the_spans_without_prepositions():
    text = (
        "In July 2023 the talks failed; on Wednesday, 300 men left. By May it was over (2019), the minister "
        "said on 3 March. The Sunday Times reported 2000 tents in 2021, and since 1994 nothing changed "
        "this week."
    )
    assert [text[a:b] for a, b in find_expressions(text)] == [
        "July 2023",
        "Wednesday",
        "May",
        "2019",
        "3 March",
        "2021",
        "1994",
        "this week",
    ]


PRINTED = date(2024, 4, 17)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("April 17, 2024", None),
        ("17 April 2024", None),
        ("Wednesday, 17th of April, 2024", None),
        ("APRIL 17 2024", None),
        ("Apr. 17, 2024 at 4:05 p.m. EDT", datetime(2024, 4, 17, 20, 5)),
        ("Updated 3:15 PM ET, Wed April 17, 2024", datetime(2024, 4, 17, 19, 15)),
        ("Wednesday 17 April 2024 12.30 BST", datetime(2024, 4, 17, 11, 30)),
        ("17 Apr 2024 1500 GMT", datetime(2024, 4, 17, 15, 0)),
        ("10:00 a.m. April 17, 2024 (GMT+4)", datetime(2024, 4, 17, 6, 0)),
        ("Published: 2024-04-17T23:30:00-05:00", datetime(2024, 4, 18, 4, 30)),
        ("2024-04-17T10:00Z", datetime(2024, 4, 17, 10, 0)),
        ("Updated on 17 April 2024, 08:12 PM IST", None),
        ("April 17, 2024 9:00 am", None),
        ("17/04/2024", None),
        ("4/17/24", None),
        ("2024/04/17", None),
        ("17.04.2024, 10:30 Uhr", None),
        ("Updated April 18, 2024 | Published April 17, 2024", None),
        ("April 17, 2024 · 5 min read", None),
        ("17 avril 2024", None),
        ("17 квітня 2024", None),
    ],
)
def test_printed_date(text, at):
    found = parse_printed(text)
    assert found is not None
    assert (found.on, found.precision, found.at) == (PRINTED, "day", at)
    assert 0 <= found.start < found.end <= len(text)


def test_ambiguous_day_and_month_needs_a_weekday():
    assert parse_printed("03/04/2024") is None
    by_weekday = parse_printed("Wed 03/04/2024")
    assert by_weekday is not None and by_weekday.on == date(2024, 4, 3)
    same_either_way = parse_printed("04/04/2024")
    assert same_either_way is not None and same_either_way.on == date(2024, 4, 4)


@pytest.mark.parametrize(
    "text",
    [
        "17 April",
        "2 hours ago",
        "April 31, 2024",
        "On 17 April 2024 the mayor resigned over the flood.",
        "The April 17, 2024 vote",
        "Updated On",
        "Chapter 12 2023",
        "",
    ],
)
def test_line_that_prints_no_date(text):
    assert parse_printed(text) is None


def test_month_alone_has_month_precision():
    found = parse_printed("April 2024")
    assert found is not None and (found.on, found.precision) == (date(2024, 4, 1), "month")


@pytest.mark.parametrize(
    ("text", "on", "precision", "at"),
    [
        ("2024-04-17", PRINTED, "day", None),
        ("2024-04-17 10:00:00", PRINTED, "day", None),
        ("2024-04-17T01:00:00+04:00", PRINTED, "day", datetime(2024, 4, 16, 21, 0)),
        ("Wed, 17 Apr 2024 10:00:00 GMT", PRINTED, "day", datetime(2024, 4, 17, 10, 0)),
        ("1713348000", PRINTED, "day", datetime(2024, 4, 17, 10, 0)),
        ("1713348000000", PRINTED, "day", datetime(2024, 4, 17, 10, 0)),
        ("20240417", PRINTED, "day", None),
        ("2024-04", date(2024, 4, 1), "month", None),
        ("2024", date(2024, 1, 1), "year", None),
        ("April 17, 2024", PRINTED, "day", None),
    ],
)
def test_metadata_date(text, on, precision, at):
    found = parse_metadata(text)
    assert found is not None and (found.on, found.precision, found.at) == (on, precision, at)


@pytest.mark.parametrize("text", ["", "soon", "2024-13-45", "0000-00-00", "99999999999999", "x" * 10_000])
def test_metadata_that_is_no_date(text):
    assert parse_metadata(text) is None
