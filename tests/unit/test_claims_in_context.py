"""Amounts that only what stands around them names: minutes, memory, doses, polls, titles, keys, rows."""

from __future__ import annotations

import pytest

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.quantities import find_claims


def amounts(text: str) -> list[tuple[float, str | None]]:
    """Value and unit of every claim."""
    doc = next(iter(parse([text], load_model())))
    claims = find_claims(Context("d", text, [Paragraph(0, "body", 0, doc[:])]), [], [])
    return [(round(c.value, 6), c.unit) for c in claims]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # An m beside hours or seconds is minutes; alone and beside centimetres it is metres.
        ("The tape ran for 2h 30m.", [(150.0, "minute")]),
        ("She swam it in 1m 23s.", [(83.0, "second")]),
        ("A 2m 40cm pole fell.", [(240.0, "centimetre")]),
        ("He was 30m behind.", [(30.0, "metre")]),
        # Months divide a year, unless the list goes on in days.
        ("She was jailed for 2 years, 3 months.", [(27.0, "month")]),
        ("They sailed 2 years, 3 months and 9 days.", [(2.0, "year"), (3.0, "month"), (9.0, "day")]),
        ("The rope was 2 yd 7' long.", [(13.0, "foot")]),
        ("It holds 2 - ~7 litres.", [(2.0, "litre")]),
        # K of memory, and K of anything else.
        ("The machine shipped with 64K of RAM.", [(64.0, "kibibyte")]),
        ("The club sold 64K shirts.", [(64000.0, None)]),
        # R is a dose beside words of radiation, else rand.
        ("Her exposure was 2 R.", [(2.0, "roentgen")]),
        ("The fare to town is 18 R.", [(18.0, "ZAR")]),
        ("It fired at 7 TeV.", [(7.0, "teraelectronvolt")]),
        ("Her blood pressure was 140 mmHg.", [(140.0, "millimetre_of_mercury")]),
        ("The tank takes 40 US gallons.", [(40.0, "gallon")]),
        ("The tank takes 40 imperial gallons.", [(40.0, "imperial_gallon")]),
        ("The new reactor has 1,650 MWe.", [(1650.0, "megawatt")]),
        # Points between percentages, of an index, of a game.
        ("Turnout fell by 4.2 points to 61.3%.", [(4.2, "percentage_point"), (61.3, "percent")]),
        ("A new poll puts her seven points ahead.", [(7.0, "percentage_point")]),
        ("The Dow fell 30 points after the polls closed.", [(30.0, "point")]),
        ("They won by 12 points in the last game.", [(12.0, "point")]),
    ],
)
def test_what_stands_near_names_the_unit(text: str, wanted: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A month of protests closed the port.", [(1.0, "month")]),
        ("It followed a decade of talks.", [(1.0, "decade")]),
        ("It was a week of the Lenten fast.", []),
        ("Below a year of age no vaccine is given.", []),
        ("The firm has a week to decide.", [(1.0, "week")]),
        ("The coach had a year to forget.", []),
        ("The bridge was closed for an entire year.", [(1.0, "year")]),
        ("The show ran an hour.", [(1.0, "hour")]),
    ],
)
def test_one_of_a_length_of_time(text: str, wanted: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Titles, and lengths of time in marks or capitals that are none.
        ("He saw the film 13 Hours twice.", []),
        ("She directed “48 Hours” last spring.", []),
        ("They waited “48 hours” for a bus.", [(48.0, "hour")]),
        ("He filmed 13 hours of it.", [(13.0, "hour")]),
        # Keys and timestamps, and large counts.
        ("The post was stored at 1417651200 by the server.", []),
        ("The state has 141765120 voters.", [(141765120.0, None)]),
        ("The state counted 141,765,120.", [(141765120.0, None)]),
        # Cells of a row, and a number of things with a number.
        ("245 23 yen", [(23.0, "JPY")]),
        ("50 20 dollar bills lay there.", [(50.0, None), (20.0, "USD")]),
        # Any one of them, and one that something befell.
        ("One full turn takes 90 minutes.", [(90.0, "minute")]),
        ("One worker lost 90 pounds.", [(1.0, None), (90.0, "pound")]),
        # A name's number at the end, and an age behind a name.
        ("The list went on with Anna Berg Motors 15.", []),
    ],
)
def test_numbers_that_claim_nothing(text: str, wanted: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == wanted
