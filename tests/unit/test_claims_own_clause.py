"""Whose number, of when, of what: each beside a sentence where the same words belong to another number."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.nlp import load_model
from pipelines.model import NumericClaim

DAY = date(2026, 11, 20)


@cache
def claims(text: str) -> tuple[NumericClaim, ...]:
    """The claims of a document published on `DAY`."""
    return tuple(next(iter(extract([SourceText("d", text, None, DAY)], load_model()))).claims)


def dates(text: str) -> list[str | None]:
    return [str(c.as_of_on) if c.as_of_on else None for c in claims(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Twelve people died in Tuesday's blast.", ["2026-11-17"]),
        ("Tuesday's blast killed 12 people.", ["2026-11-17"]),
        ("Twelve people were killed at the market on Tuesday.", ["2026-11-17"]),
        ("Officials said on Monday that 12 people had died.", ["2026-11-16"]),
        ("Five people died and 20 were hurt on Monday.", ["2026-11-16", "2026-11-16"]),
        ("A person familiar with Thursday's meeting said five firms would join.", [None]),
        ("The wage, now $7.25 an hour, is to be raised to $15 by 2030.", [None, "2030-01-01"]),
        ("The Housing Act of 2015 covered 300,000 tenants.", [None]),
        ("The housing law covered 300,000 tenants in 2015.", ["2015-01-01"]),
        ("Since 2015, 40 states have passed such laws.", [None]),
        ("In 2015, 40 states passed such laws.", ["2015-01-01"]),
        ("Turnout fell from 66 percent in 2016 to 53 percent in 2020.", ["2016-01-01", "2020-01-01"]),
        ("The firm gave $75,000 to the fair, down from the $600,000 it gave in 2021.", [None, "2021-01-01"]),
        ("Her rating fell to 41 percent, from 57 percent in May.", [None, "2026-05-01"]),
        ("A poll released on Thursday gave Bergman 52 percent.", ["2026-11-19"]),
        ("The firm raised $19 million in January.", ["2026-01-01"]),
        ("The firm will raise $19 million in January.", ["2027-01-01"]),
    ],
)
def test_a_date_is_that_of_its_own_clause(text: str, found: list[str | None]) -> None:
    assert dates(text) == found


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A new Harlow Institute poll shows that 53 percent of voters back the bypass.",
         "new Harlow Institute poll"),
        ("Poll workers know that 53 percent of voters back the bypass.", None),
        ("Her rating in the latest Gazette poll stands at 53%.", "latest Gazette poll"),
        ("She finished with 53% in the poll.", None),
        ("The mayor's claim that 90 percent of buses run on time was disputed.", "mayor"),
        ("The mayor's bus was one that 90 percent of riders like.", None),
        ("Bergman, who put the damage at $3 million, asked for help.", "Bergman"),
        ("Bergman, who put $3 million into the firm, asked for help.", None),
        ("By the council's count, 40 houses burned.", "council"),
    ],
)  # fmt: skip
def test_who_measured_gave_the_number(text: str, source: str | None) -> None:
    (claim,) = [c for c in claims(text) if c.value > 1]
    assert claim.source_surface == source
    if source is not None and claim.source_start_char is not None:
        assert text[claim.source_start_char : claim.source_end_char] == source


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("The bridge was closed two years ago.", None),
        ("In the next two years the city will build schools.", None),
        ("Two years later the city built schools.", None),
        ("Over the next decade the plan would raise money.", None),
        ("A little more than a year later, in Marlow, the council led talks.", None),
        ("The levy is paid over six years.", "levy"),
        ("Other groups are expected to spend millions on leaflets.", None),
        ("The union is spending tens of millions on leaflets.", None),
        ("The union has millions of members.", "members"),
        ("Rivals spent nearly $1 billion in advertising costs.", "advertising costs"),
        ("The firm raised $19 million in January.", "firm"),
        ("Crowds burned two U.S. diplomatic compounds.", "U.S. diplomatic compounds"),
    ],
)
def test_what_is_counted_or_measured(text: str, noun: str | None) -> None:
    assert claims(text)[0].noun == noun


def test_what_one_has_is_what_others_have() -> None:
    shared = claims("Ada Rowe has 370 delegates. Ben Orr has 163, and Ann Bergman won 63.")
    assert [c.noun for c in shared] == ["delegates"] * 3
    for text in ("Ben Orr has 163 already.", "Ada Rowe, who has 163, trails Ben Orr."):
        (alone,) = claims(text)
        assert alone.noun is None


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("Four candidates and two speechwriters met 40 tenants.", ["people"] * 3),
        ("Four gadgets and two chandeliers hid 40 doodads.", ["other_count"] * 3),
        ("In the primary Rowe won 46 percent to Orr's 44 percent.", ["percent_of_whole"] * 2),
        ("The tax rate rose from 15 percent to 20 percent.", ["percent_rate"] * 2),
        ("On this issue 26% say they are conservative.", ["percent_of_whole"]),
        ("Unemployment was 5.4 percent.", ["percent_rate"]),
        ("Rowe leads by 17 points among renters, the poll says.", ["percentage_points"]),
        ("The index fell 17 points.", ["index_points"]),
        ("Rowe has won 13 races in the primary.", ["other_count"]),
        ("Rowe has won 13 races on grass.", ["sport"]),
        ("Two options are under discussion.", ["other_count"]),
        ("Traders sold 4,000 options.", ["shares_traded"]),
        ("Marlow Savings Bank rose 3 to 20.", ["other_count"] * 2),
        ("Marlow has 3 banks.", ["organizations"]),
        ("A candidate needs 2,383 delegates.", ["voters"]),
        ("He spoke to a crowd of about 500.", ["attendees"]),
        ("The show filled a 52,000-seat stadium.", ["other_count"]),
        ("They took 40 seats.", ["seats"]),
        ("The nation of 38 million has long been isolated.", ["population"]),
        ("The council of 38 nations has met.", ["countries"]),
        ("Among tenants, she is at minus six.", ["other_count"]),
        ("The tax would raise $75 billion a year.", ["money"]),
        ("The service costs $89.99 a year.", ["price"]),
        ("He is one of three candidates left in the race.", ["people"]),
        ("I am 1,000 percent behind Ada Rowe.", ["percent_rate"]),
    ],
)
def test_category(text: str, categories: list[str]) -> None:
    assert [c.category for c in claims(text)] == categories


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Ada Rowe (74) said the bridge was closed.", ["year_of_age"]),
        ("A poll of voters has Ada Rowe (34) ahead of Ben Orr (24).", [None, None]),
        ("The law covers tenants younger than 18.", ["year_of_age"]),
        ("The law covers more than 18.", [None]),
        ("Ada Rowe, who at 71 is about to retire, smiled.", ["year_of_age"]),
        ("Shares closed at 77, he said.", [None]),
        ("Support was strongest among blacks 30 to 44.", ["year_of_age"]),
    ],
)
def test_ages_without_their_word(text: str, units: list[str | None]) -> None:
    assert [c.unit for c in claims(text)] == units


def test_who_stands_for_the_speaker_that_it_hangs_on() -> None:
    text = "Ada Rowe, who said that 300 houses burned, asked the council for help."
    (claim,) = claims(text)
    assert claim.source_surface == "Ada Rowe"
    (asked,) = claims("Who said that 300 houses burned?")
    assert asked.source_surface is None


@pytest.mark.parametrize(
    ("text", "flags"),
    [("I have 2 million more votes than Rowe.", []), ("Two more people died.", ["additional"])],
)
def test_a_comparison_is_not_on_top(text: str, flags: list[str]) -> None:
    assert claims(text)[0].flags == flags


def test_a_word_for_the_number_keeps_what_it_counts() -> None:
    found = claims("The plant added 250 jobs in July. That number follows 290 in June.")
    assert [claim.noun for claim in found] == ["jobs", "jobs"]


def test_the_health_organisation_is_no_pronoun() -> None:
    (found,) = extract([SourceText("d", "The virus has infected 1,002 people, the WHO said on Monday.")])
    assert [claim.source_surface for claim in found.claims] == ["WHO"]


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("Some 900 people left; the council puts the figure at 640.", [None, "council"]),
        ("Some 900 people left, while the council puts the figure at 640.", [None, "council"]),
        ("Some 900 people left, according to Ana Diaz; 640 came back.", ["Ana Diaz", None]),
        ("Some 900 people left and 640 came back, according to Ana Diaz.", ["Ana Diaz", "Ana Diaz"]),
    ],
)
def test_a_source_is_that_of_its_own_stretch(text: str, sources: list[str | None]) -> None:
    assert [claim.source_surface for claim in claims(text)] == sources


@pytest.mark.parametrize(
    ("text", "noun", "category"),
    [
        ("The plant employs 2,300.", None, "employees"),
        ("The bridge was built for 3,000.", None, "other_count"),
        ("The organisers spoke of 350,000.", None, "other_count"),
        ("A father of two was shot dead.", None, "other_count"),
        ("The death toll passed 40.", "death toll", "killed"),
        ("Membership hit 350,000.", "Membership", None),
        ("Diamonds score 50 on that scale.", "Diamonds", None),
        ("The plant employs 2,300 workers.", "workers", "employees"),
    ],
)
def test_who_does_something_to_so_many_is_not_counted(
    text: str, noun: str | None, category: str | None
) -> None:
    (claim,) = claims(text)
    assert claim.noun == noun
    assert category in (None, claim.category)
