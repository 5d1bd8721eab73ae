# ruff: noqa: E501
"""Texts that hold many like numbers (surveys, counts of votes): what must not be put together, and what must."""

from __future__ import annotations

import pytest
from figure_rows import figures, members, row

from pipelines.resolve.figure_reading import ClaimRow
from pipelines.resolve.figure_values import amount, meet


def groups(rows: list[ClaimRow]) -> list[list[float]]:
    """The values of each figure with its parts, smallest figures first."""
    found = figures(rows)
    return sorted(members(found, figure, rows) for figure in found.figures)


def share(outlet: str, sentence: str, value: float, noun: str, offset: int = 0) -> ClaimRow:
    return row(
        outlet, 0, sentence, value, unit="percent", unit_dimension="percent", noun=noun,
        category="percent_of_whole", offset=offset,
    )  # fmt: skip


def count(outlet: str, sentence: str, value: float, noun: str, **more: object) -> ClaimRow:
    return row(outlet, 0, sentence, value, noun=noun, **({"category": "other_count"} | more))


def test_two_shares_of_one_survey_are_two() -> None:
    rows = [
        share("Gazette", "Among older voters [66] percent of voters back the bridge.", 66, "voters"),
        share("Gazette", "Among younger voters [67] percent of voters back the bridge.", 67, "voters", 200),
    ]
    assert groups(rows) == [[66], [67]]


def test_shares_of_two_surveys_do_not_conflict() -> None:
    rows = [
        share(
            "Gazette", "Some [41] percent of voters in the harbour ward would close the bridge.", 41, "voters"
        ),
        share("Gazette", "Only [12] percent of voters are undecided.", 12, "voters", 300),
        share("Herald", "In the hills [52] percent of voters want the old bridge kept open.", 52, "voters"),
        share("Herald", "A further [9] percent of voters did not answer.", 9, "voters", 300),
    ]
    assert groups(rows) == [[9], [12], [41], [52]]


def test_one_share_in_two_reports_is_one() -> None:
    rows = [
        share("Gazette", "The poll found that [41] percent of voters would close the bridge.", 41, "voters"),
        share("Herald", "The poll found [41] percent of voters would close the bridge.", 41, "voters"),
    ]
    assert groups(rows) == [[41, 41]]


def test_an_open_bound_beside_a_number_that_it_allows() -> None:
    """One report: at least 25 of one thing and 26 of another."""
    rows = [
        count("Gazette", "Roe has won at least [25] delegates so far.", 25, "delegates", bound="at_least"),
        count("Gazette", "Roe began the evening with a [26]-delegate lead.", 26, "delegates", offset=300),
    ]
    assert groups(rows) == [[25], [26]]


def test_a_rounding_in_the_same_report_is_the_same() -> None:
    rows = [
        count("Gazette", "The order frees [206,000] former prisoners to vote.", 206_000, "prisoners"),
        count(
            "Gazette", "More than [200,000] former prisoners are free to vote by the order.", 200_000,
            "prisoners", bound="more_than", offset=300,
        ),
    ]  # fmt: skip
    assert groups(rows) == [[200_000, 206_000]]


def test_a_vague_amount_is_no_number_of_the_same_report() -> None:
    rows = [
        count("Gazette", "The minister held [154] meetings with donors.", 154, "meetings"),
        count(
            "Gazette", "The minister held [hundreds] of meetings with officials.", 100, "meetings",
            value_low=100, value_high=999, is_vague=True, bound="range", offset=300,
        ),
    ]  # fmt: skip
    assert groups(rows) == [[100], [154]]


def test_how_far_back_is_looked_is_no_conflict() -> None:
    told = "Roe has won most of the past [{n}] contests in the league."
    rows = [
        count("Gazette", told.format(n=7), 7, "contests"),
        count("Herald", told.format(n=8), 8, "contests"),
    ]
    assert groups(rows) == [[7], [8]]


def test_the_part_of_a_number_is_not_the_number() -> None:
    rows = [
        count("Gazette", "Roe has won [seven] of the past eight contests.", 7, "contests"),
        count("Herald", "Roe has won six of the past [seven] contests.", 7, "contests"),
    ]
    assert groups(rows) == [[7], [7]]


def test_small_numbers_of_many_are_not_the_same_ones() -> None:
    rows = [
        count("Gazette", "Votes are counted in [five] states tonight.", 5, "states"),
        count("Gazette", "The storm has closed roads in [three] states.", 3, "states", offset=300),
        count("Herald", "The union of bakers has members in [five] states.", 5, "states"),
    ]
    assert [5, 5] not in groups(rows)


def test_the_one_small_number_of_each_report_may_conflict() -> None:
    rows = [
        count("Gazette", "The fire destroyed [14] vans of the bakery.", 14, "vans", category="vehicles"),
        count("Herald", "The fire destroyed [17] vans at the bakery.", 17, "vans", category="vehicles"),
    ]
    found = figures(rows)
    assert [f.agreement for f in found.figures] == ["conflict"]


@pytest.mark.parametrize(
    ("one", "other", "dimension", "expected"),
    [
        (66, 67, "percent", False),
        (40, 42, "percent", False),
        (46, 46.2, "percent", True),
        (110, 120, "count", False),
        (1960, 2000, "count", True),
        (1.1, 1.2, "length", False),
    ],
)
def test_neighbours_in_the_last_digit_are_two_numbers(
    one: float, other: float, dimension: str, expected: bool
) -> None:
    amounts = [amount(value, None, None, "exact", False, None, dimension) for value in (one, other)]
    assert meet(amounts) == expected


def toll(outlet: str, sentence: str, value: float, published: int = 0) -> ClaimRow:
    return row(outlet, published, sentence, value, noun="people", category="killed")


@pytest.mark.parametrize("word", ["gunman", "bomber", "suspect"])
def test_a_toll_with_the_one_who_did_it(word: str) -> None:
    rows = [
        toll("Gazette", "[Two] people were killed at the depot in Kell before the attacker died.", 2),
        toll("Herald", f"[Three] people, including the {word}, are dead after the attack at the depot.", 3),
        toll("Gazette", "The attack at the depot in Kell killed [two] people.", 2, published=1),
    ]
    (figure,) = figures(rows).figures
    assert (figure.low, figure.best, figure.high, figure.agreement) == (3, 3, 3, "single")


def test_another_number_is_no_toll_without_the_attacker() -> None:
    rows = [
        toll("Gazette", "[Five] people were killed at the depot in Kell.", 5),
        toll("Herald", "[Three] people, including the gunman, were killed at the depot in Kell.", 3),
    ]
    (figure,) = figures(rows).figures
    assert figure.agreement == "conflict"


def test_a_count_that_its_report_corrects_stands() -> None:
    told = "[{n}] people were injured when the stand fell in Kell{more}."
    rows = [
        row("Gazette", 0, told.format(n=7, more=""), 7, noun="people", category="injured"),
        row("Herald", 0, told.format(n=7, more=""), 7, noun="people", category="injured"),
        row("Herald", 1, told.format(n=6, more=", correcting the first count"), 6, noun="people",
            category="injured"),
    ]  # fmt: skip
    (figure,) = figures(rows).figures
    assert figure.best == 6
