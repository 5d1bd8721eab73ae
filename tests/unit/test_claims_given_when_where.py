"""Who gave a number, when and where it holds: the ways in which news says it, and look-alikes that do not."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import NumericClaim

SOURCES: list[tuple[str, list[str | None]]] = [
    # The verb whose object is the number, and its own clause alone.
    ("Amnesty documented 45 arrests in Rome.", ["Amnesty"]),
    ("Two hospitals reported 30 deaths.", [None, None]),
    ("The hospital reported 30 deaths.", ["hospital"]),
    ("The bank expects growth of 3%, while 40 firms closed.", ["bank", None]),
    ("Fans expected 12 songs.", [None]),
    # A forecaster's own forecast; a road that was raised is none.
    ("The IMF raised its growth forecast to 3%.", ["IMF"]),
    ("The firm raised its prices by 3%.", [None]),
    # Behind what is said, before a semicolon or the end.
    ("One in five waits, the Health Foundation found.", ["Health Foundation"]),
    ("In 2023 some 1,400 people drowned, the charity says; 300 more are missing.", ["charity", None]),
    ("More than 2,100 schools shut for the day, the ministry announced on Monday.", ["ministry"]),
    ("Nobody knows what the 40 men found.", [None]),
    # What others asked for or expected measures the number, and gives it not.
    ("The firm paid a fine of $4 million, less than what prosecutors had demanded.", [None]),
    (
        "Unemployment held at 4%, while employers added 139,000 jobs, far fewer than "
        "the 190,000 economists had expected.",
        [None, None, "economists"],
    ),
    ("The mayor's figure of 90 dead is wrong.", ["mayor"]),
    ("The mayor's car of 90 horsepower is old.", [None]),
    ("Claims by the union that 90 men were sacked are false.", ["union"]),
    # A sample is not what a poll found, and what is counted gives no number.
    ("The poll of 1,200 adults shows support at 53%.", [None, "poll"]),
    ("Ms Orr won 61 percent, with 80 percent of ballots counted.", [None, None]),
    ("The bank increased its growth forecast by 0.1 points.", ["bank"]),
]


PLACES: list[tuple[str, list[str | None]]] = [
    ("Nine people died in the town of Tyre.", ["Tyre"]),
    ("Nine people were rescued off the coast of Libya.", ["Libya"]),
    ("The mayor spoke of 9 deaths.", [None]),
    ("Nine people died in the Somali capital Mogadishu.", ["Mogadishu"]),
    ("Kyiv's estimate of 700,000 losses is high.", [None]),
    ("Some 400 people marched through Madrid.", ["Madrid"]),
    ("Nine people died in Kaduna state.", ["Kaduna"]),
    ("Nine people died when a fire broke out in a hotel in Marseille.", ["Marseille"]),
    ("The mayor said when he was in Marseille that nine people died.", [None]),
    ("A bus plunged into a ravine near Lima, killing 14.", ["Lima"]),
    ("The hospital reported 45 arrivals in Minsk and 19 in Warsaw.", ["Minsk", "Warsaw"]),
    ("Sales in Italy grew 9 percent, while those in Spain shrank 3 percent.", ["Italy", "Spain"]),
    ("Nine people died in the town of Wismar in Germany.", ["Wismar"]),
]

TIMES: list[tuple[str, list[str | None]]] = [
    ("Profit was £30m in the quarter to September.", ["2026-09-01"]),
    ("The team flew 30 men to September.", [None]),
    ("The firm will cut 1,900 jobs by the end of 2027.", ["2027-01-01"]),
    ("The firm will keep 1,900 jobs until the end of 2027.", [None]),
    ("Nine people died when a boat sank on Sunday.", ["2026-11-15"]),
    ("Clinics reported 312 cases and 9 deaths in May.", ["2026-05-01", "2026-05-01"]),
    ("It holds 408 kg of gold, up from 275 kg in February.", [None, "2026-02-01"]),
    ("The city recorded more than 400 fires in February.", ["2026-02-01"]),
]


def _claims(text: str) -> list[NumericClaim]:
    (found,) = extract([SourceText("d", text, None, date(2026, 11, 20))])
    return found.claims


@pytest.mark.parametrize(("text", "wanted"), SOURCES)
def test_source_of_a_claim(text: str, wanted: list[str | None]) -> None:
    assert [claim.source_surface for claim in _claims(text)] == wanted


@pytest.mark.parametrize(("text", "wanted"), PLACES)
def test_place_of_a_claim(text: str, wanted: list[str | None]) -> None:
    assert [claim.place_surface for claim in _claims(text)] == wanted


@pytest.mark.parametrize(("text", "wanted"), TIMES)
def test_time_of_a_claim(text: str, wanted: list[str | None]) -> None:
    got = [claim.as_of_on and claim.as_of_on.isoformat() for claim in _claims(text)]
    assert got == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It rose from 3,100 in 2019 to 6,900 now.", [(3100, None), (6900, None)]),
        ("Shares rose by $3 to $15.", [(3, "USD"), (15, "USD")]),
        ("Prices will rise by $3 to $5.", [(3, "USD")]),
        ("It killed a quarter to a third of the herd.", [(0.25, None)]),
        ("Petrol costs 1.89 euros, 14 cents more than in May.", [(1.89, "EUR"), (14, "EUR_cent")]),
        ("Petrol costs $1.89, 14 cents more than in May.", [(1.89, "USD"), (14, "US_cent")]),
    ],
)
def test_amounts_beside_years_and_euros(text: str, wanted: list[tuple[float, str | None]]) -> None:
    assert [(claim.value, claim.unit) for claim in _claims(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The number of families in Rome passed 1,500.", "more_than"),
        ("A number of lawmakers have passed 15 bills.", "exact"),
        ("The real figure is closer to 70,000 men.", "about"),
    ],
)
def test_bounds_of_tallies(text: str, wanted: str) -> None:
    assert [claim.bound for claim in _claims(text)] == [wanted]
