"""Claims in weather, court, cricket, budget and crime reports, each beside a neighbour that differs."""

from __future__ import annotations

from functools import cache

import pytest

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.quantities import find_claims
from pipelines.model import NumericClaim


@cache
def claims(text: str) -> tuple[NumericClaim, ...]:
    """The claims of a document whose lines are parsed one by one."""
    at, paragraphs = 0, []
    for line in text.split("\n"):
        doc = next(iter(parse([line], load_model())))
        paragraphs.append(Paragraph(0, "body", at, doc[:]))
        at += len(line) + 1
    return tuple(find_claims(Context("d", text, paragraphs), [], []))


def amounts(text: str) -> list[tuple[float, str | None]]:
    """Value and unit of every claim."""
    return [(round(c.value, 6), c.unit) for c in claims(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3.\nThe council met.", []),
        ("3)\nThe council met.", []),
        ("3\nThe council met.", [(3, None)]),
        ("It was not 40 but 60 men who died.", [(60, None)]),
        ("The aid is worth not $3 million, but $5 million.", [(5e6, "USD")]),
        ("The Tokyo 2020 games cost $13bn.", [(13e9, "USD")]),
        ("Kip won in 2:03:11, 41 seconds ahead.", [(41, "second")]),
        ("He swam for 11 and 41 seconds.", [(11, "second"), (41, "second")]),
        ("The index fell to 0.8 and 7-day cases rose.", [(0.8, None), (7, "day")]),
        ("They sold 10 and 20-year bonds.", [(10, "year"), (20, "year")]),
        ("An inch and a half of rain fell.", [(1.5, "inch")]),
        ("An inch and a half of the street were lost.", [(1, "inch"), (0.5, None)]),
        ("It was over in half an hour.", [(30, "minute")]),
        ("They lost the last half-hour.", [(30, "minute")]),
        ("It takes ½ hour, or 1/4 hour by boat.", [(30, "minute"), (15, "minute")]),
        ("Three quarters of an hour passed.", [(45, "minute")]),
        ("The talk took an hour and a half.", [(1.5, "hour")]),
        ("Each test took 0.5 hours.", [(0.5, "hour")]),
        ("A quarter of hours worked were unpaid.", [(0.25, None)]),
        ("They queue half an hour a day.", [(0.5, "hour/day")]),
        ("Each cow drinks half a litre per day.", [(0.5, "litre/day")]),
        ("She won by two tenths of seconds.", [(0.2, "second")]),
        ("Goals came in the second half.", []),
    ],
)
def test_a_number_is_read_whole(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The fire burnt 1,200\nacres of pine.", []),
        ("The toll reached 40\nmillion crowns.", []),
        ("The fire burnt 1,200 acres\nof pine.", [(1200, "acre")]),
        ("The storm cost 40 million\nand no one was hurt.", [(4e7, None), (0, None)]),
        ("The toll is 40\n\nmillion crowns are lost.", [(40, None), (1e6, None)]),
    ],
)
def test_a_line_break_makes_no_other_amount(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found


def test_a_count_takes_no_noun_from_its_line_when_its_own_is_on_the_next() -> None:
    (cut,) = claims("The fire destroyed 250\nhomes and a school.")
    (whole,) = claims("The fire destroyed 250 homes\nand a school.")
    assert (cut.value, cut.noun) == (250, None)
    assert (whole.value, whole.noun) == (250, "homes")


def test_a_sentence_ends_between_two_numbers() -> None:
    toll, missing = claims("The death toll stood at 18. 13 people were missing.")
    assert (toll.value, toll.category, toll.noun) == (18, "killed", "death toll")
    assert (missing.value, missing.category) == (13, "missing")
    assert amounts("The river rose 18.13 metres.") == [(18.13, "metre")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Deaths rose to 42 per 100,000.", [(42, "per_100000")]),
        ("There were 3.1 burglaries per 1,000 residents.", [(3.1, "per_1000")]),
        ("The car burns 5.4 litres per 100 km.", [(5.4, "litre/100_kilometre")]),
        ("They charge £3 per 1,000 miles.", [(3, "GBP/1000_mile")]),
        ("For every 1,000 births, 29 babies died.", [(29, None)]),
        ("There are 1,000 residents.", [(1000, None)]),
        ("Five men came every 100 days.", [(5, None), (100, "day")]),
        ("Carbon rose to 420 parts per million.", [(420, "ppm")]),
    ],
)
def test_the_base_of_a_rate_is_no_claim(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The senate passed a N27.5trn budget.", [(27.5e12, "NGN")]),
        ("The clinic cost N50 million.", [(5e7, "NGN")]),
        ("The bag cost N5,000.", [(5000, "NGN")]),
        ("He drove along the N50 to Oker.", []),
        ("The object N2031 was seen.", []),
    ],
)
def test_naira_are_written_with_one_letter(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("All but two of the 33 miners were rescued.", "employees"),
        ("Two of the 33 miners were rescued.", "rescued"),
        ("All but 12 of the 40 migrants drowned.", "migrants"),
        ("Pant hit six sixes.", "sport"),
        ("Pant hit six men.", "casualties"),
    ],
)
def test_what_befell_the_rest_did_not_befall_these(text: str, category: str) -> None:
    assert claims(text)[0].category == category


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Crime showed a rise of 12%.", "up"),
        ("It was a 20.5 percent decline.", "down"),
        ("Crime fell after a rise to 12%.", None),
        ("The firm posted negative growth of 3%.", None),
        ("Homes cost 3.4 percent more than in May.", "up"),
        ("The town had 40% fewer crashes.", "down"),
        ("The margin is 3 percent, more or less.", None),
    ],
)
def test_a_change_may_be_said_by_a_noun(text: str, direction: str | None) -> None:
    assert claims(text)[0].direction == direction


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("Police found cocaine with a street value of £1.1m.", "street value"),
        ("They keep to the land that is 90 miles wide.", "land"),
        ("Alder was down 2%, Birch by 3%.", "Birch"),
        ("The crash wiped $340 million from the firm's value.", "value"),
        ("The party took 43 seats, five fewer than in 2020.", "seats"),
        ("Sanders raised $20 million in January alone.", "Sanders"),
        ("He made 74 off 61 balls.", "balls"),
    ],
)
def test_what_an_amount_is_of(text: str, noun: str) -> None:
    assert claims(text)[-1].noun == noun


def test_a_number_takes_no_noun_over_a_preposition() -> None:
    assert claims("He made 74 off 61 balls.")[0].noun != "balls"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He was jailed for a year and a day.", [(1, "year")]),
        ("The talks took a year and a half.", [(1.5, "year")]),
        ("They face a year in prison.", [(1, "year")]),
        ("He met a year in which nothing grew.", []),
        ("The dam is a year behind schedule.", [(1, "year")]),
        ("The club went a decade without a cup.", [(1, "decade")]),
        ("They pay $5 a year.", [(5, "USD/year")]),
        ("Rents are 9% more than a year ago.", [(9, "percent")]),
        ("He left more than a year ago.", [(1, "year")]),
        ("It was 20 to 30 below zero.", [(-30, "degree")]),
        ("It was 20 to 30 degrees.", [(20, "degree")]),
        ("He hit 38 points on 12-of-20 shooting.", [(38, "point")]),
        ("He hit 12 of 20 shots.", [(12, None), (20, None)]),
        ("Rates doubled to $3,900 per 40-foot box.", [(3900, "USD")]),
        (
            "There were 29 murders per million, against 18 in 2015.",
            [(29, "per_1000000"), (18, "per_1000000")],
        ),
        ("There were 29 murders per million, and 18 robbers fled.", [(29, "per_1000000"), (18, None)]),
        ("The rate rose from 12 to 14 per 1,000.", [(12, "per_1000"), (14, "per_1000")]),
        ("One in three patients was under 15.", [(0.333333, None), (15, "year_of_age")]),
    ],
)
def test_times_rates_and_limits(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "bound"),
    [("Rents are 9% more than two years ago.", "exact"), ("He left more than two years ago.", "more_than")],
)
def test_more_than_compares_behind_an_amount(text: str, bound: str) -> None:
    assert claims(text)[-1].bound == bound


@pytest.mark.parametrize(
    ("text", "noun", "category"),
    [
        ("The Lions have won 9 of their last 11.", None, "other_count"),
        ("The rangers shot 9 lions.", "lions", "animals"),
        ("They run a clinic for a city of 3 million.", "city", "population"),
        ("They visited three cities.", "cities", "places"),
        ("The quake, of magnitude 7.1, struck at noon.", "magnitude", "other_count"),
        ("Transits are down to 24 a day from 38.", None, "other_count"),
    ],
)
def test_what_a_count_is_not_of(text: str, noun: str | None, category: str) -> None:
    assert (claims(text)[0].noun, claims(text)[0].category) == (noun, category)


def test_the_whole_does_not_share_the_fate_of_a_part_in_dozens() -> None:
    freed, held = claims("Half a dozen of the 18 hostages were freed.")
    assert (freed.value, freed.category) == (6, "rescued")
    assert (held.value, held.category) == (18, "hostages")


@pytest.mark.parametrize(
    ("text", "relation"),
    [("The price went from $4 to $5.", "from_to"), ("Prices go from $4 to $5.", None)],
)
def test_what_went_changed_and_what_goes_spans(text: str, relation: str | None) -> None:
    assert claims(text)[-1].relation == relation


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Job openings fell by 240,000 to 8.1 million.", [(240000, None), (8.1e6, None)]),
        ("Prices rose by 2 to 3 after the news.", [(2, None)]),
        ("Waiting lists hit 7.6m, with 390,000 people on them.", [(7.6e6, None), (390000, None)]),
        ("The river rose to 7.6m, and 390,000 people fled.", [(7.6, "metre"), (390000, None)]),
        ("The port handled 4.1m TEUs.", [(4.1e6, None)]),
        ("He bought shares at 240p apiece.", [(240, "penny")]),
        ("They watched it in 240p.", []),
        ("The 8.15 from Leeds was late.", []),
        ("The 8.15 magnitude was a record.", [(8.15, None)]),
    ],
)
def test_millions_metres_pence_and_trains(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("The bill passed by 217 votes to 215.", "votes"),
        ("Labour gained 14 seats and lost two.", "seats"),
        ("The house has 543 seats; 272 are needed.", "seats"),
        ("Labour gained 14 seats and two mayors.", "mayors"),
        ("Amina and her brother, 9, fled.", "brother"),
    ],
)
def test_a_noun_left_out_is_that_of_the_count_before(text: str, noun: str) -> None:
    assert claims(text)[-1].noun == noun


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Police said two suspects fired 30 shots.", "people"),
        ("The firm fired 40 workers.", "employees"),
        ("The fire burned 46 structures.", "buildings"),
        ("The fire burned 46 people.", "injured"),
        ("Membership hit 1.2 million.", "other_count"),
        ("The van hit three.", "casualties"),
    ],
)
def test_what_is_done_to_whom(text: str, category: str) -> None:
    assert claims(text)[0].category == category


@pytest.mark.parametrize(
    ("text", "direction"),
    [("It costs £4.80, 30p up on last year.", "up"), ("It closed 42 points lower at 1,678.", "down")],
)
def test_up_and_down_behind_the_amount(text: str, direction: str) -> None:
    assert direction in [c.direction for c in claims(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He owed the bank Ush 4.2bn in tax.", [(4.2e9, "UGX")]),
        ("She took 3-24 off eight overs.", [(8, None)]),
        ("The clinic opens from 9 to 5.", []),
        ("The clinic opens from 8 to 17.", []),
        ("Prices rose from 9 to 5.", [(9, None), (5, None)]),
        ("The clinic opens 9 to 12 beds.", [(9, None)]),
    ],
)
def test_hours_figures_of_a_bowler_and_shillings(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("The 40-strong crew spent 12 days at sea.", "crew"),
        ("It admitted 85 patients on Friday and 102 on Saturday.", "patients"),
        ("They say 4.9 million need food aid.", None),
        ("Of the 121 people held, 77 have left.", "people"),
        ("Visitors rose to 3.8 million last year.", "Visitors"),
        ("Rail fares will go up 4.6% next March.", "Rail fares"),
        ("They launched 103 drones, of which 77 were downed.", "drones"),
    ],
)
def test_what_stands_near_is_not_what_is_counted(text: str, noun: str | None) -> None:
    assert claims(text)[-1].noun == noun


def test_an_aside_parts_no_count_from_what_befell_it() -> None:
    assert claims("One was killed and 11, including the driver, were hurt.")[-1].category == "injured"
    assert claims("The firm employs 11, including the driver, and no one was hurt.")[0].category != "injured"


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("Delays ran from half an hour to an hour.", 0.5, 1, "hour"),
        ("The drive takes 30 minutes to an hour.", 30, 60, "minute"),
        ("They face six months to two years in prison.", 6, 24, "month"),
        ("The work takes between a month and a year.", 1, 12, "month"),
        ("The strip is 500 metres to 2 kilometres wide.", 500, 2000, "metre"),
    ],
)
def test_a_range_whose_ends_have_different_units(text: str, low: float, high: float, unit: str) -> None:
    (claim,) = claims(text)
    assert (claim.value_low, claim.value_high, claim.unit, claim.bound) == (low, high, unit, "range")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The wait rose by 20 minutes to two hours.", [(20, "minute"), (2, "hour")]),
        ("The leave was cut from 6 weeks to 10 days.", [(6, "week"), (10, "day")]),
        ("They walked 30 minutes to 2 miles of beach.", [(30, "minute"), (2, "mile")]),
    ],
)
def test_a_change_or_another_measure_is_no_range(text: str, found: list[tuple[float, str | None]]) -> None:
    assert amounts(text) == found
