"""Changes apart from levels, limits of age, heights, parts of a unit: each rule with a case either way."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import NumericClaim


def claims(text: str) -> list[NumericClaim]:
    (found,) = extract([SourceText("d", text)])
    return found.claims


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # a change and the level it led to, or a range
        ("The peso fell 0.4 cents to 5.2 cents.", [(0.4, "down"), (5.2, None)]),
        ("Fares rose about $3 to $41.", [(3, "up"), (41, None)]),
        ("Fares rose $2 to $3.", [(2, "up")]),
        ("A ticket costs $2 to $30.", [(2, None)]),
        # how far a change may go
        ("Rents have climbed by up to 15 percent.", [(15, "up")]),
        ("The share jumped as high as $45.", [(45, None)]),
        ("It closed $2 higher at $40.", [(2, "up"), (40, None)]),
        ("Water levels rise from 3 percent to 4 percent.", [(3, None), (4, None)]),
        # said again in another unit takes the direction, not the unit
        ("The population shrank by 1 million, or 4%.", [(1e6, "down"), (4, "down")]),
    ],
)
def test_direction(text: str, wanted: list[tuple[float, str | None]]) -> None:
    assert [(c.value, c.direction) for c in claims(text)] == wanted


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Turnout crept up to 61 percent.", "exact"),
        ("Growth inched back up to 4.8 percent.", "exact"),
        ("Fines can go up to $500.", "at_most"),
        ("Rents rose up to 20 percent.", "at_most"),
        ("The share sank to as low as $12.", "at_least"),
        ("As few as 12 lynx are left.", "at_least"),
    ],
)
def test_bound(text: str, bound: str) -> None:
    assert [c.bound for c in claims(text)] == [bound]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Vaccines for children under 5 are free.", [(5, "year_of_age")]),
        ("Pupils under 5 teachers learned less.", [(5, None)]),
        ("It cost under 50 crowns.", [(50, None)]),
        ("The keeper is 6'2\" tall.", [(74, "inch")]),
        ("He stands 5 foot 10.", [(70, "inch")]),
        ("A 6-foot wall went up.", [(6, "foot")]),
        ("It took an hour and three quarters.", [(1.75, "hour")]),
        ("It took an hour and 45 minutes.", [(105, "minute")]),
        ("The bank raised rates by half a point.", [(0.5, "point")]),
        ("The bank made a quarter-point cut.", [(0.25, "point")]),
        ("It pumps 80,000 b/d.", [(80000, "barrel/day")]),
        ("They lost 300 or 10 percent of the herd.", [(300, "percent"), (10, "percent")]),
        ("They lost 300, or 10 percent, of the herd.", [(300, None), (10, "percent")]),
        ("It runs 20, 30, or 40 kilometres.", [(20, "kilometre"), (30, "kilometre"), (40, "kilometre")]),
        ("Quarter of a million homes lose power", [(250000, None)]),
        ("Third of Britons skip breakfast", [(1 / 3, None)]),
        ("Third of its kind, the ship sailed.", []),
        ("It drew from 3 and 5 dollars a head.", [(3, "USD/head")]),
        ("They felt a magnitude-6.1 earthquake.", [(6.1, None)]),
    ],
)
def test_value_and_unit(text: str, wanted: list[tuple[float, str | None]]) -> None:
    assert [(c.value, c.unit) for c in claims(text)] == wanted


@pytest.mark.parametrize(
    ("out", "kept"),
    [
        ("She made a 911 call from the roof.", "She counted 911 crows from the roof."),
        ("At one point the crowd cheered.", "They won by one point."),
        ("It was built in nineteen ninety-nine.", "It took nineteen days."),
        ("Clips come in 1080p.", "Buns cost 80p."),
    ],
)
def test_what_is_no_claim(out: str, kept: str) -> None:
    assert not claims(out)
    assert claims(kept)
