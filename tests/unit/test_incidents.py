"""Tolls of made-up local incidents, most of which no rule was made on, and victims told without a numeral."""

from __future__ import annotations

import pytest
from incident_scores import Outcome, load, outcomes, summary

from pipelines.extract.counted_victims import FLAG
from pipelines.extract.extractor import SourceText, extract


@pytest.fixture(scope="module")
def found() -> list[Outcome]:
    return outcomes(load())


def test_gold_tolls_lie_within_low_and_high(found: list[Outcome]) -> None:
    held = summary([o for o in found if o.is_held])
    assert held["all"] >= 50
    assert held["covered"] >= 0.9 * held["all"]


def test_best_is_right_more_often_than_the_latest_report(found: list[Outcome]) -> None:
    counts = summary(found)
    assert counts["best"] >= counts["latest"]
    assert counts["best"] >= 0.85 * counts["all"]


# What the opening of a report says of victims without a numeral: each text with killed and injured.
COUNTED = {
    "A 27-year-old man was shot dead on Keller Road on Friday, police said. No arrests were made.": "1 -",
    "A 17-year-old was shot and killed on a porch in Oakmont. Police have no suspects.": "1 -",
    "A mother and her two sons were killed in a fire on Elm Street. The house was destroyed.": "3 -",
    "Two men and a woman were killed in the crash. The road was closed for hours.": "3 -",
    "A man was killed and a woman was injured when a car left the road. It had rained.": "1 1",
    "Police in Bright shot and killed a man on Monday. An inquiry has begun.": "1 -",
    "A man shot and killed his wife before killing himself, police said. Neighbors heard shots.": "2 -",
    "A father drowned in the Tully River on Monday. The boy also died.": "2 -",
    "Rosa Delgado, 54, was struck and killed on Highway 61. The driver fled.": "1 -",
    "A man was critically injured in a shooting on Ames Street. He died at a hospital.": "1 -",
    "A woman was shot on Interstate 10. She was taken to a hospital in stable condition.": "- 1",
    "A worker was rushed to a trauma center after a fall. He is expected to live.": "- 1",
    "A second victim has died after the shooting at the park. Police want witnesses.": "- -",
    "The storm could have killed a man, officials said. It passed.": "- -",
    "Police said no officer was injured. A man was arrested.": "- -",
    "A man tried to kill his neighbor on Sunday. He was arrested.": "- -",
    "Residents were killed in the flood. The river rose fast.": "- -",
    "A man was shot on Dale Street. Police gave no more details.": "- -",
}


@pytest.mark.parametrize("text", COUNTED)
def test_victims_without_a_numeral(text: str) -> None:
    claims = next(iter(extract([SourceText("x", text)]))).claims
    counted = {c.category: c.value for c in claims if FLAG in c.flags}
    assert (
        " ".join(f"{counted.get(k, '-'):g}" if k in counted else "-" for k in ("killed", "injured"))
        == (COUNTED[text])
    )
    assert all(c.method == FLAG and not c.is_vague for c in claims if FLAG in c.flags)
