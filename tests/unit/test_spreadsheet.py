"""No cell of a CSV file is a formula, and what is no formula is unchanged."""

from __future__ import annotations

import csv
import io
from datetime import date

import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.spreadsheet import csv_safe


@pytest.mark.parametrize("text", hostile.HOSTILE["formula"])
def test_a_formula_becomes_text(text: str) -> None:
    assert csv_safe(text) == "'" + text
    assert hostile.in_csv(text if "\r" not in text else f'"{text}"')


@pytest.mark.parametrize(
    "value", ["Ines Okoro", "1,200 people", "'quoted'", "", None, -5, 2.5, date(2026, 4, 3)]
)
def test_other_values_stay(value: object) -> None:
    assert csv_safe(value) == value


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6))
def test_no_text_comes_out_as_a_formula(cells: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow([csv_safe(cell) for cell in cells])
    assert hostile.in_csv(written.getvalue()) == []
    if cells:
        [row] = csv.reader(io.StringIO(written.getvalue(), newline=""))
        assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]
