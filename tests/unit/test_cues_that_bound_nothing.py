"""Words that bound an amount in one place and are a plain preposition, particle or adjective in another."""

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


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Heirs handed over $9 million to the museum.", "exact"),
        ("Heirs raised over $9 million for the museum.", "more_than"),
        ("The clerks turned over 4,000 pages.", "exact"),
        ("The clerks copied over 4,000 pages.", "more_than"),
        ("The dispute over two islets goes on.", "exact"),
        ("The bridge will cost $80 million over six years.", "exact"),
        ("The bridge stood for over 60 years.", "more_than"),
        ("It took over six hours to lift the wreck.", "more_than"),
        ("The mill shut over 20 years ago.", "more_than"),
        ("Sales fell over a five-month stretch.", "exact"),
        ("Her shop is worth less than the $4 million he claims.", "exact"),
        ("Her shop is worth less than $4 million.", "less_than"),
        ("Papers within the 30 boxes were lost.", "exact"),
        ("The hut lies within 30 miles of the lake.", "at_most"),
        ("They rallied around one candidate.", "exact"),
        ("They found around one million coins.", "about"),
        ("He talked about 11 cases.", "exact"),
        ("He closed about 11 cases.", "about"),
        ("She wrote about a 6-year-old girl.", "exact"),
        ("Nurses want a $19 minimum wage.", "exact"),
        ("It costs $19 minimum.", "at_least"),
        ("He is a 30-something clerk.", "about"),
        ("Pupils under the age of 12 stayed away.", "less_than"),
    ],
)
def test_bound_or_not(text: str, bound: str) -> None:
    assert claims(text)[-1 if "$80" in text else 0].bound == bound


@pytest.mark.parametrize(
    "text",
    [
        "The film is about a 2011 flood.",
        "They argued about the 2012 budget.",
        "He was freed under the 2013 amnesty.",
        "Catches are below 2014 levels.",
    ],
)
def test_a_year_behind_a_preposition_is_no_amount(text: str) -> None:
    assert claims(text) == ()


def test_a_number_like_a_year_behind_a_bound_is_an_amount() -> None:
    assert [c.value for c in claims("The hall seats about 2,012 guests and over 1,950 came.")] == [2012, 1950]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("The margin of error is plus or minus 3 percentage points.", 3, "percentage_point"),
        ("It was minus 3 degrees at dawn.", -3, "degree"),
        ("The levy is a quarter of 1 percent.", 0.25, "percent"),
        ("Costs fell by half a percentage point.", 0.5, "percentage_point"),
        ("Rates rose by a tenth of one percentage point.", 0.1, "percentage_point"),
        ("He got half of 12 percent.", 0.5, None),
        ("One of every eight bulbs failed.", 0.125, None),
        ("Two in every five bulbs failed.", 0.4, None),
        ("The siege lasted four-and-a-half months.", 4.5, "month"),
        ("Helium was cooled to near absolute zero.", 0, "kelvin"),
        ("The gap is 3.4 pm wide.", 3.4, "picometre"),
        ("A mile is about 1.6 kilometres.", 1, "mile"),
        ("‘Clerks Call For A $21 Wage’", 21, "USD"),
        ("It cost A$21 a head.", 21, "AUD/head"),
    ],
)
def test_value_and_unit(text: str, value: float, unit: str | None) -> None:
    assert claims(text)[0].value == pytest.approx(value)
    assert claims(text)[0].unit == unit


def test_a_clock_time_and_one_day_are_no_amounts() -> None:
    assert claims("The shop shuts at 3.40 pm.") == ()
    assert claims("He hopes he one day will sail.") == ()
    assert [c.value for c in claims("He waited one day.")] == [1]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Most are for it, 61%-33%.", [61, 33]),
        ("More than half — 57 percent — agreed.", [0.5, 57]),
        ("Sales rose from $310 million in 2014 to $420 million.", [310e6, 420e6]),
        ("He went from 31 percent on May 12 to 35 percent.", [31, 35]),
        ("In a poll of April 4-6, 52 percent agreed.", [52]),
        ("They eat from 1900 to 2400 calories.", [1900]),
        ("Fees rise from the current $6 to $8.", [6, 8]),
        ("The rate ticked up from 4 percent to 5 percent.", [4, 5]),
        ("It takes 10 – 12 days.", [10]),
    ],
)
def test_two_amounts_or_one_range(text: str, values: list[float]) -> None:
    assert [c.value for c in claims(text)] == values


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Voters 45 and older stayed at home.", "year_of_age"),
        ("Women 20 to 34 were asked.", "year_of_age"),
        ("Anyone 65 or over rides free.", "year_of_age"),
        ("Only 45 voters and older ones came.", None),
        ("The jury chose 20 to 34 women.", None),
    ],
)
def test_ages_behind_people(text: str, unit: str | None) -> None:
    assert claims(text)[0].unit == unit


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("The lower 90 percent would gain nothing.", None),
        ("Output was lower by 9 percent.", "down"),
        ("Women make up 40 percent of the crew.", None),
        ("Rents are up 40 percent.", "up"),
        ("Gold climbed back above 5 percent.", None),
        ("Gold climbed 5 percent.", "up"),
        ("He lost, 54 percent to 46 percent.", None),
        ("The party lost 54 percent to 46 percent.", None),
        ("The party lost 4 percent of its members.", "down"),
    ],
)
def test_direction_or_not(text: str, direction: str | None) -> None:
    assert claims(text)[0].direction == direction


@pytest.mark.parametrize(
    "text",
    [
        "The families settled old scores.",
        "Her test scores rose.",
        "He pays into a 401(k) plan.",
        "They sent six- and seven-figure gifts.",
        "It was a two-way race.",
        "He won in a year when nobody ran.",
    ],
)
def test_figures_of_speech_are_no_amounts(text: str) -> None:
    assert claims(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Scores of cabins burned.", 20, None),
        ("He owns 401 (kind) plans.", 401, None),
        ("They sent six seven-page letters.", 6, None),
        ("He won within a year.", 1, "year"),
        ("Behind her came 8 Rand Miller.", 8, None),
        ("The toll is 8 rand.", 8, "ZAR"),
        ("She is nearly 40.", 40, "year_of_age"),
        ("It is nearly 40.", 40, None),
    ],
)
def test_amounts_that_look_like_them(text: str, value: float, unit: str | None) -> None:
    assert (claims(text)[0].value, claims(text)[0].unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The stock rose 3 to 20 after the news.", [(3, "up"), (20, None)]),
        ("The club gained 2 to 3 seats.", [(2, None)]),
        ("The index fell 120 to 7,400.", [(120, "down"), (7400, None)]),
        ("The firm lost 120 vans.", [(120, None)]),
        ("He lost 12 of 20 games.", [(12, None), (20, None)]),
    ],
)
def test_a_bare_change_and_its_level(text: str, found: list[tuple[float, str | None]]) -> None:
    assert [(c.value, c.direction) for c in claims(text)] == found


def test_a_number_in_a_name_takes_no_unit_from_its_neighbour() -> None:
    found = claims("It rose 5% for the Vela 500 and 6% for the rest.")
    assert [(c.value, c.unit) for c in found] == [(5, "percent"), (6, "percent")]
    assert [c.unit for c in claims("Of the lot, 20 and 30 percent failed.")] == ["percent", "percent"]


def test_the_year_two_thousand_is_a_date() -> None:
    assert claims("It will open by the year two thousand.") == ()
    assert [c.value for c in claims("It drew two thousand guests.")] == [2000]


def test_a_child_turns_an_age() -> None:
    assert [c.unit for c in claims("He pays until the child turns 18.")] == ["year_of_age"]
    assert [c.unit for c in claims("The child turns 18 pages.")] == [None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The share is 4.2 percent, up from 3.9 in May.", [(4.2, "percent"), (3.9, "percent")]),
        ("The toll rose to 45 rupees from 38.", [(45, "INR"), (38, "INR")]),
        ("The fee is 4 euros, down from 12 last year.", [(4, "EUR"), (12, "EUR")]),
        ("The fee is 4 euros, up from 2019.", [(4, "EUR")]),
        ("The share is 30 percent, down from 45 members.", [(30, "percent"), (45, None)]),
    ],
)
def test_where_a_level_came_from_has_its_unit(text: str, found: list[tuple[float, str | None]]) -> None:
    assert [(c.value, c.unit) for c in claims(text)] == found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It holds 2x10^6 cells.", [2e6]),
        ("It holds 3 × 10⁶ cells.", [3e6]),
        ("The hall is 12 x 24 feet.", [12, 24]),
        ("The plot is 3 x 107 feet.", [3, 107]),
        ("The screen is 1280x1024.", []),
    ],
)
def test_a_power_has_a_mark_of_one(text: str, values: list[float]) -> None:
    assert [c.value for c in claims(text)] == values


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Half of the pupils were under 30.", "year_of_age"),
        ("Half of the prices were under 30.", None),
        ("Half of the pupils were under 30 metres up.", "metre"),
    ],
)
def test_people_under_a_number_are_of_an_age(text: str, unit: str | None) -> None:
    assert claims(text)[1].unit == unit


def test_a_change_in_a_unit_and_its_bare_level() -> None:
    found = claims("Output fell 20,000 barrels a day to 9.8 million.")
    assert [(c.value, c.unit) for c in found] == [(20000, "barrel/day"), (9.8e6, "barrel/day")]
    assert [c.bound for c in claims("It weighs 20 kilograms to 25.")] == ["range"]


def test_a_mean_change_goes_up_and_a_mean_does_not() -> None:
    assert [c.direction for c in claims("Rents rose by an average of 5 percent.")] == ["up"]
    assert [c.direction for c in claims("Rents make an average of 5 percent.")] == [None]


def test_counts_of_two_things_are_no_change() -> None:
    assert [c.relation for c in claims("It carried eight sailors from 35 countries.")] == [None, None]
    assert [c.relation for c in claims("It grew to 450 stores from 360.")] == ["from_to", None]


def test_what_is_worth_an_amount_is_not_worth() -> None:
    assert claims("He owns a 51% stake worth $3 billion.")[0].noun == "stake"


def test_x_is_times_before_a_comparison_alone() -> None:
    assert [(c.value, c.unit) for c in claims("The chip is 3x faster.")] == [(3, "times")]
    assert claims("He drives a 4x4 truck.") == ()


def test_gas_is_sold_in_billions_of_cubic_metres() -> None:
    assert [(c.value, c.unit) for c in claims("The pipe carries 12 bcm.")] == [(12e9, "cubic_metre")]
    assert [c.unit for c in claims("The pipe carries 12 bcms.")] == [None]


def test_than_a_year_ago_tells_when() -> None:
    assert [c.value for c in claims("Oil is 30 percent dearer than a year ago.")] == [30]
    assert [c.value for c in claims("It shut more than a year ago.")] == [1]


def test_them_are_those_just_counted() -> None:
    assert claims("He led 800 men, most of them under 25.")[1].unit == "year_of_age"
    assert claims("He sold 800 cars, most of them under 25.")[1].unit is None


def test_attributes_of_one_noun_share_it() -> None:
    assert [c.noun for c in claims("A 10-day, 200-km march began.")] == ["march", "march"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It was the one hundred and third goal.", []),
        ("He is the two hundred and fiftieth mayor.", []),
        ("She was born in the twenty-first century.", []),
        ("It ran for one hundred and three miles.", [103]),
        ("He ate twenty-one figs.", [21]),
        ("He drank two and a third bottles.", [7 / 3]),
    ],
)
def test_ordinals_in_words_are_no_amounts(text: str, values: list[float]) -> None:
    assert [c.value for c in claims(text)] == pytest.approx(values)


@pytest.mark.parametrize(
    ("text", "low", "unit"),
    [
        ("The lens covers 75 -300mm.", 75, "millimetre"),
        ("It was -30 degrees.", -30, "degree"),
        ("He ran for one and a quarter of an hour.", 1.25, "hour"),
        ("He ran for one and a quarter of the track.", 1.25, None),
    ],
)
def test_minus_signs_and_parts_of_a_unit(text: str, low: float, unit: str | None) -> None:
    assert (claims(text)[0].value, claims(text)[0].unit) == (low, unit)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Inflation eased to 8.7pc.", 8.7, "percent"),
        ("The state spent $2-bln on jets.", 2e9, "USD"),
        ("The bank set aside £500-600m.", 5e8, "GBP"),
        ("The track is 500-600m long.", 500, "metre"),
        ("He weighed 13st 7lb.", 189, "pound"),
        ("She earns £85,000 pa.", 85000, "GBP/year"),
        ("The room is 20 by 30 feet.", 20, "foot"),
        ("He divided 20 by 4.", 20, None),
        ("Rates are a full percentage point higher.", 1, "percentage_point"),
    ],
)
def test_ways_of_writing_units(text: str, value: float, unit: str | None) -> None:
    assert (claims(text)[0].value, claims(text)[0].unit) == (value, unit)


@pytest.mark.parametrize("text", ["Call 555-1234.", "She was born in ’95.", "He finished 1st of all."])
def test_telephone_numbers_short_years_and_ranks(text: str) -> None:
    assert claims(text) == ()


def test_a_range_behind_a_call_without_telephone_is_one() -> None:
    assert [c.value for c in claims("Between 500-600 guests called.")] == [500]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("He earns $85,000 plus bonus.", "exact"),
        ("He earns $85,000 plus.", "at_least"),
        ("He saw 70 plus towns.", "at_least"),
    ],
)
def test_plus_adds_or_bounds(text: str, bound: str) -> None:
    assert claims(text)[0].bound == bound


def test_headlines_and_prepositions_of_place() -> None:
    assert claims("Vela index gains 1%")[0].direction == "up"
    assert claims("A bus falls into a 200-ft gorge.")[0].direction is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gravity is 9.81 m/s^2.", [(9.81, "metre/second_squared")]),
        ("Its speed is 9.81 m/s.", [(9.81, "metre/second")]),
        ("The plot is 3 m^2.", [(3, "square_metre")]),
        ("The curve is x^2.", []),
        ("His pulse was 72 bpm.", [(72, "beat/minute")]),
        ("She sold it at a dollar fifty.", [(1.5, "USD")]),
        ("She sold it at a dollar.", [(1, "USD")]),
    ],
)
def test_exponents_and_spoken_prices(text: str, found: list[tuple[float, str | None]]) -> None:
    assert [(c.value, c.unit) for c in claims(text)] == found


def test_a_weaker_bound_behind_does_not_weaken_the_one_before() -> None:
    assert claims("They cut more than 900 posts and rising.")[0].bound == "more_than"
    assert claims("They cut 900 and rising.")[0].bound == "at_least"


def test_a_person_who_gains_is_not_going_up() -> None:
    assert claims("She will gain 18.")[0].direction is None
    assert claims("The index will gain 18.")[0].direction == "up"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("The rate is down by a third.", "down"),
        ("Some came, up 40 on last year.", "up"),
        ("He picked up 40 men.", None),
        ("She was up 4 hours.", None),
    ],
)
def test_counts_that_are_up_or_down(text: str, direction: str | None) -> None:
    assert claims(text)[0].direction == direction


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Gold is above the $1,300 level.", "more_than"),
        ("Gold is above the $1,300 he paid.", "exact"),
        ("The party is near the 40-seat threshold.", "about"),
        ("She lived over 30 years abroad.", "more_than"),
    ],
)
def test_a_limit_with_the_is_a_bound(text: str, bound: str) -> None:
    assert claims(text)[0].bound == bound
