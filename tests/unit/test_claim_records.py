"""Numeric claims as `dateline extract` writes them."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.jsonl import record


def claims(text: str) -> list[dict[str, Any]]:
    (found,) = extract([SourceText("d", text)])
    return list(record(found)["claims"])


def test_a_change_between_two_levels_is_one_record_with_both() -> None:
    text = "Rents in the port fell from $900 to $750 a month last spring."
    (change,) = claims(text)
    assert (change["value"], change["value_low"], change["value_high"]) == (750, 750, 900)
    assert change["from_to"] == [900, 750]
    assert (change["bound"], change["unit"]) == ("range", "USD/month")
    assert text[change["start"] : change["end"]] == change["surface"] == "$900 to $750 a month"


def test_two_changes_in_one_sentence_stay_two_records() -> None:
    first, second = claims("Bread rose from $2 to $3 and milk rose from $1 to $4.")
    assert (first["from_to"], second["from_to"]) == ([2, 3], [1, 4])


@pytest.mark.parametrize(
    ("text", "low", "high", "bound"),
    [
        ("Tickets cost 4 to 6 euros.", 4, 6, "range"),
        ("They need roughly 10 to 15 lorries.", 10, 15, "about"),
        ("Dozens of lorries waited.", 12, 120, "exact"),
    ],
)
def test_an_interval_keeps_both_ends(text: str, low: float, high: float, bound: str) -> None:
    (claim,) = claims(text)
    assert (claim["value"], claim["value_high"], claim["bound"]) == (low, high, bound)
    assert "from_to" not in claim


def test_a_tolerance_is_no_interval() -> None:
    (claim,) = claims("The crate weighs 2,000 ± 5 pounds.")
    assert (claim["value"], claim["value_high"]) == (2000, None)
