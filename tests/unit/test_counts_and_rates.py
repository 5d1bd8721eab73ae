"""Counts beside rates, shares of a vote beside results of a game, and whose each number is: both ways."""

from __future__ import annotations

from functools import cache

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.nlp import load_model
from pipelines.extract.units import unit_dimensions
from pipelines.model import NumericClaim
from pipelines.reference import read_table
from pipelines.resolve.figure_values import measure


@cache
def claims(text: str) -> tuple[NumericClaim, ...]:
    return tuple(next(iter(extract([SourceText("d", text)], load_model()))).claims)


def only(text: str) -> NumericClaim:
    (claim,) = claims(text)
    return claim


@pytest.mark.parametrize(
    ("text", "unit", "noun"),
    [
        ("About 8,000 vehicles a day use the bridge.", "per_day", "vehicles"),
        ("The bridge carries 8,000 vehicles per day.", "per_day", "vehicles"),
        ("Some 40,000 people die on the roads each year.", "per_year", "people"),
        ("Every week 300 people call the line.", "per_week", "people"),
        ("Each year, thousands of pilgrims arrive in Marlow.", "per_year", "pilgrims"),
        ("The museum draws 5,000 visitors weekly.", "per_week", "visitors"),
        ("Women there have 2.1 children per woman.", "per_woman", "children"),
        ("The bridge carries 8,000 vehicles.", None, "vehicles"),
        ("The clinic treated 300 patients a week ago.", None, "patients"),
        ("The firm sold 300 cars a year earlier.", None, "cars"),
        ("They met 300 people a day after the storm.", None, "people"),
        ("The firm publishes 12 weekly papers.", None, "weekly papers"),
        ("Some 40,000 people died on the roads last year.", None, "people"),
    ],
)
def test_a_count_over_time_is_a_rate(text: str, unit: str | None, noun: str) -> None:
    claim = only(text)
    assert (claim.unit, claim.noun) == (unit, noun)
    assert (claim.category == "count_rate") == (unit is not None and unit != "per_woman")
    assert (claim.unit_dimension == "count") == (unit is None)


def test_a_rate_is_never_measured_like_a_count() -> None:
    rate, count = (
        only("About 8,000 vehicles a day use the bridge."),
        only("Some 8,000 vehicles use the bridge."),
    )
    assert measure(rate.unit, rate.unit_dimension) != measure(count.unit, count.unit_dimension)
    weekly = only("Some 56,000 vehicles a week use the bridge.")
    assert measure(rate.unit, rate.unit_dimension) == measure(weekly.unit, weekly.unit_dimension)


def test_every_period_of_a_rate_has_its_unit_of_time() -> None:
    rows = {row["unit"]: row for row in read_table("units", ("unit", "dimension", "base_unit", "factor"))}
    rates = [unit for unit, row in rows.items() if row["dimension"] == "count_rate"]
    assert len(rates) == 7
    for unit in rates:
        period = rows[unit.removeprefix("per_")]
        assert unit_dimensions()[period["unit"]] == "duration"
        assert float(rows[unit]["factor"]) == pytest.approx(1 / float(period["factor"]))


def test_what_a_rate_is_compared_with_is_one_too() -> None:
    made, before = claims("The plant makes 300 cars a day, up from 200 in May.")
    assert (before.unit, before.noun) == (made.unit, made.noun) == ("per_day", "cars")
    made, staff = claims("The plant makes 300 cars a day with 200 workers.")
    assert (staff.unit, staff.noun) == (None, "workers")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In the latest poll Orr lost to Rowe 47 to 25.", [(47, "percent", None), (25, "percent", "Orr")]),
        ("A poll had Rowe beating Orr 47 to 25.", [(47, "percent", "Rowe"), (25, "percent", "Orr")]),
        ("In a Gazette survey Rowe trails Orr 41 to 49.", [(41, "percent", "Rowe"), (49, "percent", "Orr")]),
        ("Rowe led Orr 56 percent to 32 percent.", [(56, "percent", "Rowe"), (32, "percent", "Orr")]),
        ("Voters approved the bond by 52.3 to 47.7.", [(52.3, "percent", None), (47.7, "percent", None)]),
        ("The House passed the bill 220 to 210.", [(220, None, None), (210, None, None)]),
        ("The Cubs beat the Sox 5 to 3.", []),
        ("Rovers won 3 to 1 on Saturday.", []),
        ("Some 41 to 49 people were polled.", [(41, None, "people")]),
    ],
)
def test_two_numbers_around_to(text: str, found: list[tuple[float, str | None, str | None]]) -> None:
    assert [(c.value, c.unit, c.noun) for c in claims(text)] == found


def test_a_fall_from_level_to_level_is_no_vote() -> None:
    change, level = claims("Shares of Acme fell 3 to 20.")
    assert (change.value, change.direction, level.value) == (3, "down", 20)
    assert "voters" not in (change.category, level.category)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Lakers 102, Celtics 99.", 0),
        ("Internet: 1, Alder: 0.", 0),
        ("The council approved it by a 3-to-1 vote.", 0),
        ("The station at AM 970 played on.", 0),
        ("He was ranked number 3 in the world.", 0),
        ("The fund of M\u00c31\u20444ller gave 1\u20444 away.", 1),
        ("Lakers fans bought 102 tickets, Celtics fans 99.", 2),
        ("They planted 3 to 10 trees.", 1),
        ("At last the 2016 nomination contests have started.", 0),
        ("In all 2016 people voted.", 1),
        ("These ideas may help the country one day.", 0),
        ("The ideas took one day.", 1),
        ("He set one foot in front of the other.", 0),
        ("The wall is one foot in height.", 1),
        ("The station played 970 songs.", 1),
        ("He used 1\u20444 of the paint.", 1),
    ],
)
def test_results_and_labels_count_nothing(text: str, count: int) -> None:
    assert len(claims(text)) == count


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("The budget deficit will end in three years.", None),
        ("The law cut aid to the poor over six years.", None),
        ("The force stayed neutral over three years.", "force"),
        ("The strike lasted three weeks.", "strike"),
        ("They met in a three-year siege.", "siege"),
        ("Of these firms, 90 percent were sold abroad.", None),
        ("She opposes tax cuts for the top 1 percent.", None),
        ("The plan ended with 58.9 percent voting against the rise.", None),
        ("The tax rate is 5 percent.", "tax rate"),
        ("Police seized 40 million euros' worth of cocaine.", "cocaine"),
        ("There is only one debate tonight.", "debate"),
        ("She stopped eating lunch to drop 25 pounds.", None),
        ("If we went to $15, there are no comparisons.", None),
        ("He spoke in a statement issued a half-hour before the event.", None),
        ("Outside the top three, the big change is a departure.", None),
        ("The toll in the city stands at 300.", "toll"),
        ("They say that there could be up to 18,000 from Alder.", None),
        ("Some firms fell 4%, compared with 3% for Alder Ltd. and 2% for the average.", "average"),
        ("Rowe leads Orr 1,428 to 1,153 in pledged delegates.", "pledged delegates"),
        ("It names 2,400 billionaires, compared with Orr's 1,864.", "billionaires"),
        ("She made a case with a 19 year old who knew him.", None),
        ("She met a 19-year-old pilot.", "pilot"),
        ("In some cases it takes two years.", None),
        ("The envoy met the three countries' leaders.", "countries"),
        ("Volunteers fed 300 elderly in the hall.", "elderly"),
        ("Volunteers fed 300 elderly patients in the hall.", "elderly patients"),
        ("It sent 50 more so-called special advisers.", "special advisers"),
        ("The state had seen crime figures of 300.", "crime figures"),
    ],
)
def test_what_is_counted(text: str, noun: str | None) -> None:
    assert claims(text)[-1].noun == noun


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("The town's 9,000 residents voted to leave.", "population"),
        ("Some 9,000 residents voted in the referendum.", "voters"),
        ("A force of 500 stayed behind.", "troops"),
        ("The city has a police force of 350.", "police"),
        ("The plant had 300 environmental violations.", "legal"),
        ("The army reported 300 ceasefire violations.", "attacks"),
        ("The pollen count reached 120 in Marlow.", "other_count"),
        ("He faces 12 counts of fraud.", "legal"),
        ("Some 90 percent were sent abroad.", "percent_of_whole"),
        ("She taxes the richest 1 percent.", "percent_of_whole"),
        ("The Alder Group holds 14.6 percent.", "percent_of_whole"),
        ("The Alder Group pays 14.6 percent.", "percent_rate"),
    ],
)
def test_category(text: str, category: str) -> None:
    assert claims(text)[0].category == category


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("The singer Ada Rowe died at 92.", "year_of_age"),
        ("Now 46 and living in Marlow, she sells boats.", "year_of_age"),
        ("The guests died at 92 hotels.", None),
        ("Now 46 boats are for sale.", None),
    ],
)
def test_an_age_without_the_word(text: str, unit: str | None) -> None:
    assert only(text).unit == unit


def test_none_older_than_is_an_age() -> None:
    age = next(c for c in claims("Of the twelve patients, none older than 50, four died.") if c.value == 50)
    assert (age.unit, age.bound, age.category) == ("year_of_age", "more_than", "age")
    assert only("There were more than 50 patients.").unit is None
