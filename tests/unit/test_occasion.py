from datetime import date

import pytest

from pipelines.extract.extractor import SourceText, extract

PUBLISHED = date(2026, 4, 3)  # a Friday


def first_quote(text: str, published_on: date | None = PUBLISHED) -> object:
    [found] = extract([SourceText("d", text, published_on=published_on)])
    assert found.quotes
    return found.quotes[0]


@pytest.mark.parametrize(
    ("text", "on", "precision", "method"),
    [
        ('"The bridge is gone," Ines Okoro said on Thursday.', date(2026, 4, 2), "day", "weekday"),
        ('On March 30, Ines Okoro said: "The bridge is gone."', date(2026, 3, 30), "day", "nearest_year"),
        (
            "Ines Okoro told reporters yesterday that the bridge was gone.",
            date(2026, 4, 2),
            "day",
            "relative",
        ),
        ('"The bridge is gone," Ines Okoro said.', None, None, None),
        ('Ines Okoro, who was elected in 2020, said: "The bridge is gone."', None, None, None),
        ('"The bridge fell on Monday," Ines Okoro said.', None, None, None),
        ("Ines Okoro said the bridge had been closed on Monday.", None, None, None),
    ],
)
def test_only_a_date_on_the_cue_dates_the_quote(
    text: str, on: date | None, precision: str | None, method: str | None
) -> None:
    quote = first_quote(text)
    assert (quote.said_on, quote.said_on_precision, quote.said_on_method) == (on, precision, method)


def test_a_weekday_needs_a_day_of_publication() -> None:
    assert first_quote('"The bridge is gone," Ines Okoro said on Thursday.', None).said_on is None


@pytest.mark.parametrize(
    ("text", "venue"),
    [
        ('"The bridge is gone," Ines Okoro said at a press conference on Thursday.', "at a press conference"),
        (
            'Ines Okoro said in an interview with Radio Velden: "The bridge is gone."',
            "in an interview with Radio Velden",
        ),
        ('"The bridge is gone," Ines Okoro said in tears.', None),
    ],
)
def test_a_venue_hangs_on_the_cue(text: str, venue: str | None) -> None:
    assert first_quote(text).venue == venue
