"""What an amount means: unit, bound, direction, noun, category, source, relations."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.quantities import find_claims
from pipelines.model import NumericClaim, Quote, row_key


@cache
def claims(text: str) -> tuple[NumericClaim, ...]:
    doc = next(iter(parse([text], load_model())))
    ctx = Context("d", text, [Paragraph(0, "body", 0, doc[:])], date(2024, 4, 17))
    return tuple(find_claims(ctx, [], []))


def one(text: str) -> NumericClaim:
    (claim,) = claims(text)
    return claim


def test_brackets_after_a_noun_are_no_minus() -> None:
    assert [c.value for c in claims("He bought a phone ($300) and left.")] == [300]


def test_a_list_of_calendar_units_stays_as_written() -> None:
    found = claims("He was away for 3 years, 2 months and 14 days.")
    assert [(c.value, c.unit) for c in found] == [(3, "year"), (2, "month"), (14, "day")]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("They sent a 3,000-strong brigade.", 3000, None),
        ("An eight-week siege began.", 8, "week"),
        ("It was a one-day strike.", 1, "day"),
        ("They stayed for a year and a half.", 1.5, "year"),
        ("She waited half an hour.", 30, "minute"),
        ("The bill was US$5m.", 5e6, "USD"),
        ("They lost 75 USD million.", 75e6, "USD"),
        ("Revenue of MEUR 120 was reported.", 120e6, "EUR"),
        ("The bag weighs 40kg.", 40, "kilogram"),
        ("He paid 20 million pounds.", 20e6, "GBP"),
        ("The baby weighed seven pounds.", 7, "pound"),
        ("Winds reached 87 mph.", 87, "mile/hour"),
        ("Oil sells at $52 a barrel.", 52, "USD/barrel"),
        ("The refinery makes 52,000 barrels a day.", 52000, "barrel/day"),
        ("Support fell by 3 percentage points.", 3, "percentage_point"),
        ("Rates rose 25 basis points.", 25, "basis_point"),
        ("Support fell by 3%.", 3, "percent"),
        ("The 36-year-old was released.", 36, "year_of_age"),
        ("It was minus 12 degrees Celsius.", -12, "celsius"),
        ("He is 5 feet 4 inches tall.", 64, "inch"),
        ("It took 1 hour and 15 minutes.", 75, "minute"),
        ("The flight took an hour and 20 minutes.", 80, "minute"),
        ("He was jailed for two years and three months.", 27, "month"),
        ("The fund made a profit of ($1.2m).", -1.2e6, "USD"),
        ("They argued for several quarters.", 9, "month"),
        ("It cost thirteen dollars and forty-five cents.", 13.45, "USD"),
        ("The plot covers 3923sq m.", 3923, "square_metre"),
        ("The plant makes 5 GWh.", 5, "gigawatt_hour"),
    ],
)
def test_value_and_unit(text: str, value: float, unit: str | None) -> None:
    claim = one(text)
    assert claim.value == pytest.approx(value)
    assert claim.unit == unit
    assert text[claim.start_char : claim.end_char] == claim.surface


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Some 120 men came.", "about"),
        ("Nearly 40 men came.", "about"),
        ("More than 40 men came.", "more_than"),
        ("At least 40 men came.", "at_least"),
        ("No fewer than 40 men came.", "at_least"),
        ("No more than 40 men came.", "at_most"),
        ("As many as 40 men came.", "at_most"),
        ("Fewer than 40 men came.", "less_than"),
        ("Only 40 men came.", "exact"),
        ("It takes 40 minutes or more.", "at_least"),
        ("There were 40-odd men.", "about"),
        ("Between 40 and 50 men came.", "range"),
    ],
)
def test_bound(text: str, bound: str) -> None:
    assert one(text).bound == bound


def test_bound_and_direction_together() -> None:
    claim = one("Shares rose by about 1.5%.")
    assert (claim.bound, claim.direction) == ("about", "up")


def test_the_level_is_apart_from_the_change() -> None:
    change, level, share = claims(
        "Imports rose by 43% – to $7.3 billion – and made up more than a third of all trade."
    )
    assert (change.value, change.unit, change.direction) == (43, "percent", "up")
    assert (level.value, level.unit, level.direction) == (7.3e9, "USD", None)
    assert (share.bound, share.unit_dimension, share.noun) == ("more_than", "share", "trade")


def test_a_direction_holds_for_those_without_a_verb_too() -> None:
    found = claims("Shares in Alder fell 3%, Birch 2% and Cedar 1.5%.")
    assert [(c.value, c.direction, c.noun) for c in found][1:] == [
        (2, "down", "Birch"),
        (1.5, "down", "Cedar"),
    ]
    assert [c.direction for c in claims("Sales rose 5%, while 30% of shops closed.")] == ["up", None]


def test_a_noun_stands_behind_the_amount_said_again() -> None:
    assert [c.noun for c in claims("The engine makes 450 Nm (332 lb-ft) of torque.")] == ["torque"] * 2


def test_two_percentages_that_are_compared_are_no_range() -> None:
    assert [(c.value, c.bound) for c in claims("She won, 52 percent to 47 percent.")] == [
        (52, "exact"),
        (47, "exact"),
    ]


def test_plus_behind_a_hyphen_is_a_bound() -> None:
    claim = one("It took four-plus months.")
    assert (claim.value, claim.unit, claim.bound) == (4, "month", "at_least")


def test_a_unit_with_long_is_one_of_it() -> None:
    claim = one("They called a week-long strike.")
    assert (claim.value, claim.unit, claim.noun) == (1, "week", "strike")


def test_change_from_to_is_two_joined_claims() -> None:
    start, level = claims("The price rose from $5 to $7 last year.")
    assert (start.value, level.value, level.relation) == (5, 7, "from_to")
    assert level.related_claim_id == row_key("d", "numeric_claims", start.start_char, start.end_char)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("A fund of $10 to $15 billion is planned.", 10e9, 15e9),
        ("An 8- to 16-metre mast stood there.", 8, 16),
        ("Prices range from 4 to 6 euros.", 4, 6),
        ("Between five and six million people voted.", 5e6, 6e6),
        ("It fits more than 10 and less than 40 people.", 10, 40),
        ("They earn between $48,000 and $90,000 a year.", 48000, 90000),
    ],
)
def test_ranges(text: str, low: float, high: float) -> None:
    claim = one(text)
    assert (claim.bound, claim.value, claim.value_low, claim.value_high) == ("range", low, low, high)


def test_vague_amount_is_flagged_and_has_an_interval() -> None:
    claim = one("Dozens of trucks crossed the river.")
    assert claim.is_vague
    assert (claim.value, claim.value_low, claim.value_high, claim.noun) == (12, 12, 120, "trucks")


def test_a_list_with_one_noun_each() -> None:
    found = claims("The force has 1,960 military personnel, 90 armoured carriers and 4 helicopters.")
    assert [(c.value, c.noun, c.category) for c in found] == [
        (1960, "military personnel", "troops"),
        (90, "armoured carriers", "vehicles"),
        (4, "helicopters", "aircraft"),
    ]


def test_a_list_that_shares_its_noun() -> None:
    found = claims("It comes with four-, five- and six-cylinder engines.")
    assert [(c.value, c.noun) for c in found] == [(4, "cylinder"), (5, "cylinder"), (6, "cylinder")]


def test_a_list_that_shares_its_unit() -> None:
    assert [c.unit for c in claims("He ran 20, 30 and 40 kilometres.")] == ["kilometre"] * 3


@pytest.mark.parametrize(
    ("text", "category", "noun"),
    [
        ("They sent fifty million peacekeepers.", "troops", "peacekeepers"),
        ("They keep a 2,000-strong force there.", "troops", "force"),
        ("The blast killed 12 people.", "killed", "people"),
        ("At least 40 people were wounded.", "injured", "people"),
        ("The death toll rose to 31.", "killed", "death toll"),
        ("An exodus of some 90,000 villagers followed.", "displaced", "villagers"),
        ("More than 5,000 children have fled.", "displaced", "children"),
        ("The town has 15,000 residents.", "population", "residents"),
        ("Police detained 200 people.", "detained", "people"),
        ("The 2,000 soldiers left.", "troops", "soldiers"),
        ("Two-thirds of the voters stayed home.", "share_of_whole", "voters"),
        ("Some 10% of the land was mined.", "percent_of_whole", "land"),
        ("Debt stands at 120% of GDP.", "percent_ratio", "GDP"),
        ("Exports grew 400%.", "percent_change", "Exports"),
        ("The 84-year-old man died.", "age", "man"),
        ("The Tower of London is almost 950 years old.", "age_of_thing", "Tower of London"),
        ("Anna Petrov is 60 years old.", "age", "Anna Petrov"),
    ],
)
def test_category_and_noun(text: str, category: str, noun: str) -> None:
    claim = one(text)
    assert (claim.category, claim.noun) == (category, noun)
    assert claim.noun_start_char is not None
    assert text[claim.noun_start_char : claim.noun_end_char] == noun


@pytest.mark.parametrize(
    ("text", "age"),
    [("Ann Lee, 44, was there.", 44), ("He will be 35 next month.", 35), ("Men aged 18 came.", 18)],
)
def test_ages_without_the_word_year(text: str, age: int) -> None:
    claim = one(text)
    assert (claim.value, claim.unit) == (age, "year_of_age")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("According to the health ministry, 45 patients recovered.", "health ministry"),
        ("By the council's count, 300 homes burned.", "council"),
        ("The cost was estimated by the World Bank at $3 million.", "World Bank"),
        ("The mayor estimates that 300 homes burned.", "mayor"),
        ("The fire burned 300 homes.", None),
    ],
)
def test_source(text: str, source: str | None) -> None:
    claim = one(text)
    assert claim.source_surface == source
    if source:
        assert claim.source_start_char is not None
        assert text[claim.source_start_char : claim.source_end_char] == source


def test_the_innermost_quote_around_gives_source_and_link() -> None:
    text = "“They told us that 40 homes burned,” Ann Lee said."
    doc = next(iter(parse([text], load_model())))
    ctx = Context("d", text, [Paragraph(0, "body", 0, doc[:])])
    at = text.index("Ann Lee")
    outer = Quote(start_char=1, end_char=35, surface=text[1:35], kind="direct", speaker_surface="Ann Lee",
                  speaker_start_char=at, speaker_end_char=at + 7)  # fmt: skip
    inner = Quote(start_char=19, end_char=34, surface=text[19:34], kind="indirect", speaker_surface="They",
                  speaker_start_char=1, speaker_end_char=5)  # fmt: skip
    (claim,) = find_claims(ctx, [], [outer, inner])
    assert claim.quote_id == row_key("d", "quotes", 19, 34)
    assert claim.source_surface == "They"


def test_as_of_is_the_date_in_the_clause() -> None:
    claim = one("In May 2021 they had 400 tanks.")
    assert (claim.as_of_on, claim.as_of_on_precision) == (date(2021, 5, 1), "month")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("The blast killed 59 people, including 120 Americans.", "part_exceeds_whole"),
        ("It lies 40 km (45 miles) away.", "conversion_disagrees"),
        ("Profit rose 5% to $10 million from $5 million.", "percent_disagrees"),
    ],
)
def test_a_number_that_its_sentence_contradicts_is_flagged(text: str, flag: str) -> None:
    assert [f for c in claims(text) for f in c.flags] == [flag]


@pytest.mark.parametrize(
    "text",
    [
        "The blast killed 59 people, including 12 Americans.",
        "It lies 40 km (25 miles) away.",
        "Profit rose 100% to $10 million from $5 million.",
    ],
)
def test_a_number_that_its_sentence_bears_out_is_not_flagged(text: str) -> None:
    assert not [f for c in claims(text) for f in c.flags]


def test_a_restated_amount_keeps_bound_and_noun() -> None:
    first, again = claims("Moths fly more than 100 kilometres (62 miles).")
    assert (again.relation, again.bound, again.noun) == ("restates", "more_than", first.noun)
