# ruff: noqa: E501
"""Multi-report cases as claim rows: what is one figure, what is two, and what its sources say together.

Each family of cases is run for every category it holds for, in wordings of its own for each report.
"""

from __future__ import annotations

import pytest
from figure_rows import figures, members, row

from pipelines.model import Figure
from pipelines.resolve.figure_reading import ClaimRow

# Two wordings of one toll; the nouns are for anybody.
TOLLS = {
    "killed": ("[{n}] people were killed when the ferry sank off Port Amber.", "The ferry disaster off Port Amber left [{n}] people dead.", "people"),
    "injured": ("[{n}] people were injured when the ferry sank off Port Amber.", "The sinking of the ferry off Port Amber injured [{n}] people.", "people"),
    "missing": ("[{n}] people are missing after the ferry sank off Port Amber.", "Rescuers off Port Amber are looking for [{n}] people missing from the ferry.", "people"),
    "rescued": ("[{n}] people were rescued from the sinking ferry off Port Amber.", "Boats rescued [{n}] people when the ferry sank off Port Amber.", "people"),
    "detained": ("Police arrested [{n}] people at the march in Port Amber.", "[{n}] people were detained at the march in Port Amber.", "people"),
    "displaced": ("[{n}] people fled the flooded valley near Port Amber.", "The flood near Port Amber drove [{n}] people from the valley.", "people"),
    "infected": ("[{n}] people fell ill with cholera in Port Amber.", "The cholera outbreak in Port Amber has infected [{n}] people.", "people"),
    "hostages": ("Gunmen took [{n}] people hostage in Port Amber.", "[{n}] people were held hostage by gunmen in Port Amber.", "people"),
}  # fmt: skip

STOCKS = {
    "troops": ("The army deployed [{n}] soldiers along the northern border.", "[{n}] soldiers were deployed by the army along the northern border.", "soldiers"),
    "ships": ("The navy sent [{n}] ships to the strait.", "[{n}] ships were sent to the strait by the navy.", "ships"),
    "aircraft": ("The air force keeps [{n}] jets at the island base.", "[{n}] jets are kept at the island base of the air force.", "jets"),
    "protesters": ("[{n}] protesters gathered on the central square.", "On the central square [{n}] protesters gathered.", "protesters"),
    "voters": ("[{n}] voters signed the petition against the mine.", "The petition against the mine was signed by [{n}] voters.", "voters"),
    "population": ("The island is home to [{n}] inhabitants.", "[{n}] inhabitants live on the island.", "inhabitants"),
    "migrants": ("[{n}] migrants crossed the river in the spring.", "In the spring [{n}] migrants crossed the river.", "migrants"),
    "drones": ("The defence shot down [{n}] drones over the capital.", "Over the capital [{n}] drones were shot down by the defence.", "drones"),
}  # fmt: skip


def told(
    category: str, n: float, outlet: str = "Gazette", published: int | None = 0, turn: int = 0, **more: object
) -> ClaimRow:
    """One report's count, in its first or second wording."""
    *wordings, noun = (TOLLS | STOCKS)[category]
    sentence = wordings[turn].format(n=f"{n:g}")
    defaults: dict[str, object] = {"noun": noun, "category": category}
    return row(outlet, published, sentence, n, **(defaults | more))


def only(rows: list[ClaimRow]) -> Figure:
    found = figures(rows)
    assert len(found.figures) == 1, [(f.label, members(found, f, rows)) for f in found.figures]
    return found.figures[0]


def answer(figure: Figure) -> tuple[float | None, float | None, float | None, str | None]:
    return figure.low, figure.best, figure.high, figure.agreement


@pytest.mark.parametrize("category", TOLLS | STOCKS)
def test_one_number_in_two_wordings(category: str) -> None:
    figure = only([told(category, 17), told(category, 17, "Herald", turn=1)])
    assert answer(figure) == (17, 17, 17, "agree")
    assert (figure.claim_count, figure.independent_source_count, figure.method) == (2, 2, "same")


@pytest.mark.parametrize("category", TOLLS)
def test_a_toll_that_rises_is_one_figure_with_a_history(category: str) -> None:
    rows = [
        told(category, 8),
        told(category, 8, "Herald", turn=1),
        told(category, 11, "Mail", 1),
        told(category, 11, "Post", 1, turn=1),
    ]
    found = figures(rows)
    (figure,) = found.figures
    assert answer(figure) == (11, 11, 11, "agree")
    assert [(o.as_of_on.day, o.best) for o in found.observations] == [(1, 8), (2, 11)]
    assert sorted(c.relation for c in found.claims) == ["revises", "revises", "same", "same"]


@pytest.mark.parametrize("category", TOLLS)
def test_two_sources_of_one_day_conflict(category: str) -> None:
    figure = only([told(category, 8), told(category, 11, "Herald", turn=1)])
    assert answer(figure) == (8, None, 11, "conflict")
    assert figure.method == "unresolved"


@pytest.mark.parametrize("category", TOLLS)
def test_more_sources_outweigh_one(category: str) -> None:
    rows = [told(category, 8), told(category, 11, "Herald", turn=1), told(category, 8, "Mail", turn=1)]
    figure = only(rows)
    assert answer(figure) == (8, 8, 11, "conflict")
    assert figure.method == "majority"


@pytest.mark.parametrize("category", TOLLS)
def test_a_part_is_no_conflict(category: str) -> None:
    whole = told(category, 12, key="whole")
    part = row("Gazette", 0, "The ferry off Port Amber: 12 in all, [3] of them children.", 3, category=category,
               noun="children", relation="part_of", related_claim_id="whole", offset=500)  # fmt: skip
    found = figures([whole, part, told(category, 12, "Herald", turn=1)])
    (figure,) = found.figures
    assert answer(figure) == (12, 12, 12, "agree")
    assert [c.relation for c in found.claims if c.claim_id == part.claim_id] == ["part_of"]


@pytest.mark.parametrize("category", TOLLS)
def test_one_group_in_another_report_is_a_part(category: str) -> None:
    children = told(category, 3, "Herald", turn=1, noun="children")
    found = figures([told(category, 12), told(category, 12, "Mail"), children])
    (figure,) = found.figures
    assert answer(figure) == (12, 12, 12, "agree")
    assert [c.relation for c in found.claims if c.claim_id == children.claim_id] == ["part_of"]


@pytest.mark.parametrize("category", TOLLS)
@pytest.mark.parametrize(
    "before",
    ["In 2015 a similar event on this coast: ", "Years ago, in another town, ", "So far this year, "],
)
def test_another_event_in_the_background_stays_apart(category: str, before: str) -> None:
    old = before + TOLLS[category][0].format(n="20")
    rows = [told(category, 12), told(category, 12, "Herald", turn=1),
            row("Herald", 0, old, 20, category=category, noun="people", offset=900, position=9)]  # fmt: skip
    found = figures(rows)
    assert sorted(members(found, f, rows) for f in found.figures) == [[12, 12], [20]]


@pytest.mark.parametrize("category", TOLLS)
def test_another_place_stays_apart(category: str) -> None:
    rows = [told(category, 12, place_entity_id="p1", place_name="Lyon"),
            told(category, 9, "Herald", turn=1, place_entity_id="p2", place_name="Marseille")]  # fmt: skip
    assert len(figures(rows).figures) == 2


@pytest.mark.parametrize("category", TOLLS)
def test_a_city_and_its_country_are_one_place(category: str) -> None:
    figure = only([told(category, 12, place_entity_id="p1", place_name="Lyon"),
                   told(category, 12, "Herald", turn=1, place_entity_id="p2", place_name="France")])  # fmt: skip
    assert figure.agreement == "agree"


@pytest.mark.parametrize("category", ["killed", "injured", "detained"])
@pytest.mark.parametrize(
    ("one", "other"), [("civilians", "soldiers"), ("men", "women"), ("Syrians", "Iraqis")]
)
def test_groups_of_one_kind_stay_apart(category: str, one: str, other: str) -> None:
    rows = [told(category, 9, noun=one), told(category, 9, "Herald", turn=1, noun=other)]
    assert len(figures(rows).figures) == 2


@pytest.mark.parametrize("category", STOCKS)
def test_about_a_round_number_agrees_with_the_exact_one(category: str) -> None:
    figure = only([told(category, 2000, bound="about"), told(category, 1960, "Herald", turn=1)])
    assert answer(figure) == (1960, 1960, 2000, "agree")
    assert figure.method == "precise"


@pytest.mark.parametrize("category", STOCKS)
def test_a_round_number_without_a_hedge_agrees_by_rounding(category: str) -> None:
    figure = only([told(category, 2000), told(category, 1960, "Herald", turn=1)])
    assert answer(figure) == (1960, 1960, 2000, "round_equal")


@pytest.mark.parametrize("category", STOCKS)
def test_more_than_a_round_number_agrees_with_what_is_above(category: str) -> None:
    figure = only([told(category, 1900, bound="more_than"), told(category, 1960, "Herald", turn=1)])
    assert answer(figure) == (1900, 1960, 1960, "agree")


@pytest.mark.parametrize("category", STOCKS)
def test_two_counts_of_one_thing_conflict(category: str) -> None:
    figure = only(
        [told(category, 100000, bound="about"), told(category, 120000, "Herald", turn=1, bound="about")]
    )
    assert answer(figure) == (100000, None, 120000, "conflict")


@pytest.mark.parametrize("category", STOCKS)
def test_two_years_are_two_figures(category: str) -> None:
    rows = [told(category, 2000, as_of_on=None), told(category, 2000, "Herald", turn=1)]
    dated = [
        row(r.outlet_id or "", 0, f"In {year}, [{r.value:g}]" + r.sentence.split(f"{r.value:g}")[1], r.value,
            category=category, noun=r.noun)
        for r, year in zip(rows, (2028, 2029), strict=True)
    ]  # fmt: skip
    assert len(figures(dated).figures) == 2


@pytest.mark.parametrize("category", STOCKS)
def test_another_category_is_another_figure(category: str) -> None:
    other = next(name for name in STOCKS if name != category)
    assert len(figures([told(category, 2000), told(other, 2000, "Herald", turn=1)]).figures) == 2


MEASURES = [
    # name, sentence, value and unit of each report, dimension, category, answer (or "two")
    ("weeks", "The strike at the port lasted [n].", (6, "week"), (42, "day"), "duration", "duration", (6, 6, 6, "agree")),
    ("decades", "The general ruled the country for [n].", (3, "decade"), (30, "year"), "duration", "duration", (3, 3, 3, "agree")),
    ("hours", "The flight was delayed by [n].", (2, "hour"), (120, "minute"), "duration", "duration", (2, 2, 2, "agree")),
    ("days", "The siege of the town lasted [n].", (10, "day"), (13, "day"), "duration", "duration", (10, None, 13, "conflict")),
    ("lengths", "The road through the gorge is [n] long.", (5000, "metre"), (5, "kilometre"), "length", "distance", (5000, 5000, 5000, "agree")),
    ("miles", "The new pipeline is [n] long.", (100, "kilometre"), (62, "mile"), "length", "distance", (99.779328, 99.779328, 100, "round_equal")),
    ("masses", "Customs officers seized [n] of cocaine.", (2, "tonne"), (2000, "kilogram"), "mass", "mass", (2, 2, 2, "agree")),
    ("heat", "The temperature in the valley reached [n].", (40, "celsius"), (104, "fahrenheit"), "temperature", "temperature", (40, 40, 40, "agree")),
    ("dollars", "The bridge over the strait will cost [n].", (40e6, "USD"), (40e6, "USD"), "money", "money", (40e6, 40e6, 40e6, "agree")),
    ("rounded dollars", "The bridge over the strait will cost [n].", (1.2e9, "USD"), (1.23e9, "USD"), "money", "money", (1.2e9, 1.23e9, 1.23e9, "round_equal")),
    ("dear dollars", "The bridge over the strait will cost [n].", (300e6, "USD"), (420e6, "USD"), "money", "money", (300e6, None, 420e6, "conflict")),
    ("currencies", "The bridge over the strait will cost [n].", (40e6, "USD"), (40e6, "EUR"), "money", "money", "two"),
    ("dimensions", "The dam is [n].", (40, "metre"), (40, "year"), None, "other_measure", "two"),
    ("percent", "Exports of wine rose by [n].", (4.2, "percent"), (4.2, "percent"), "percent", "percent_change", (4.2, 4.2, 4.2, "agree")),
    ("rounded percent", "Exports of wine rose by [n].", (4, "percent"), (4.2, "percent"), "percent", "percent_change", (4, 4.2, 4.2, "round_equal")),
    ("percent in dispute", "Exports of wine rose by [n].", (4, "percent"), (6, "percent"), "percent", "percent_change", (4, None, 6, "conflict")),
    ("percent and points", "Exports of wine rose by [n].", (4, "percent"), (4, "percentage_point"), None, "percent_change", "two"),
]  # fmt: skip
_DIMENSION = {
    "metre": "length",
    "year": "duration",
    "percent": "percent",
    "percentage_point": "percentage_point",
}


@pytest.mark.parametrize("case", MEASURES, ids=[case[0] for case in MEASURES])
def test_measures(case: tuple[object, ...]) -> None:
    _, sentence, one, other, dimension, category, expected = case
    rows = []
    for outlet, (value, unit) in (("Gazette", one), ("Herald", other)):  # type: ignore[misc]
        rows.append(
            row(outlet, 0, str(sentence).replace("[n]", f"[{value:g}]"), value, unit=unit, category=category,
                unit_dimension=dimension or _DIMENSION[unit], noun=str(sentence).split()[1])
        )  # fmt: skip
    found = figures(rows)
    if expected == "two":
        assert len(found.figures) == 2
    else:
        (figure,) = found.figures
        assert answer(figure) == expected


@pytest.mark.parametrize("direction", [("up", "down"), ("down", "up")])
def test_a_rise_is_not_a_fall(direction: tuple[str, str]) -> None:
    rows = [
        row(outlet, 0, f"Exports of wine {word} by [4].", 4, unit="percent", unit_dimension="percent",
            category="percent_change", noun="Exports of wine", direction=way)
        for outlet, word, way in zip(("Gazette", "Herald"), ("rose", "fell"), direction, strict=True)
    ]  # fmt: skip
    assert len(figures(rows).figures) == 2


def test_a_level_is_not_what_came_to_it() -> None:
    rows = [
        told("troops", 2000, stock_or_flow="stock"),
        told("troops", 2000, "Herald", turn=1, stock_or_flow="flow"),
    ]
    assert len(figures(rows).figures) == 2


def test_two_numbers_of_one_report_are_two_quantities() -> None:
    rows = [
        row("Gazette", 0, "The city will pay [3] million for the bridge.", 3e6, unit="USD", unit_dimension="money", category="money", noun="city"),
        row("Gazette", 0, "The city will pay [5] million for the school.", 5e6, unit="USD", unit_dimension="money", category="money", noun="city", offset=200),
    ]  # fmt: skip
    assert len(figures(rows).figures) == 2


def test_a_number_that_another_source_contradicted_on_its_day_is_not_revised_by_others() -> None:
    first_day = [told("killed", 20, "Gazette"), told("killed", 28, "Courier", turn=1)]
    figure = only([*first_day, told("killed", 28, "Monitor", 1)])
    assert answer(figure) == (20, 28, 28, "conflict")


def test_its_own_source_revises_a_number() -> None:
    first_day = [told("killed", 20, "Gazette"), told("killed", 28, "Courier", turn=1)]
    figure = only([*first_day, told("killed", 28, "Gazette", 1)])
    assert answer(figure) == (28, 28, 28, "agree")


def test_the_only_counts_of_a_kind_conflict_though_their_nouns_differ() -> None:
    a = row(
        "Gazette",
        0,
        "The mission in the valley is to withdraw [4,058] troops.",
        4058,
        noun="troops",
        category="troops",
    )
    b = row(
        "Courier",
        1,
        "The mission in the valley is to withdraw [5,556] soldiers.",
        5556,
        noun="soldiers",
        category="troops",
    )
    assert only([a, b]).agreement == "conflict"


def test_two_counts_of_a_kind_in_one_report_leave_open_which_the_other_means() -> None:
    a = row(
        "Gazette",
        0,
        "The mission in the valley is to withdraw [4,058] troops.",
        4058,
        noun="troops",
        category="troops",
    )
    c = row("Gazette", 0, "The north sent [900] troops.", 900, offset=200, noun="troops", category="troops")
    b = row(
        "Courier",
        1,
        "The mission in the valley is to withdraw [5,556] soldiers.",
        5556,
        noun="soldiers",
        category="troops",
    )
    assert len(figures([a, b, c]).figures) == 3
