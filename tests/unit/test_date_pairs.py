"""Verdicts of dates on pairs of reports (`date_pairs.toml`): few missing, none wrong."""

from __future__ import annotations

from datetime import date

import pytest
from date_pair_scores import Verdicts, load, summary, verdicts

from pipelines.warehouse.figure_dates import dates_in


@pytest.fixture(scope="module")
def found() -> list[Verdicts]:
    return verdicts(load())


@pytest.mark.parametrize("is_held", [False, True])
def test_verdicts_are_right_and_most_are_found(found: list[Verdicts], is_held: bool) -> None:
    counts = summary([v for v in found if v.is_held == is_held])
    assert counts["wanted"] >= 15
    assert counts["given"] - counts["right"] <= 1
    assert counts["right"] >= 0.9 * counts["wanted"]


def test_nothing_is_said_where_another_thing_is_dated(found: list[Verdicts]) -> None:
    silent = [v for v in found if v.wanted == "none"]
    assert len(silent) >= 8
    assert [v.reports for v in silent if v.found] == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The siege began on 3 June.", [date(2031, 6, 3)]),
        ("It closed on Sunday.", [date(2031, 6, 15)]),
        ("It closed yesterday, not in 2029.", [date(2031, 6, 15), date(2029, 1, 1)]),
        ("It closed three weeks ago.", []),
        ("It opens on 3 February.", [date(2031, 2, 3)]),
    ],
)
def test_dates_that_say_which_they_mean(sentence: str, expected: list[date]) -> None:
    assert [found.on for _, _, found in dates_in(sentence, date(2031, 6, 16))] == expected


def test_without_a_day_of_publication_only_years_count() -> None:
    assert [f.on for _, _, f in dates_in("From 3 June and Sunday to 4 May 2030.", None)] == [date(2030, 5, 4)]
