"""The word tables behind numeric claims: sorted, complete, and in step with pint."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path

import pint
import pytest

from pipelines.extract.units import convert, unit_dimensions
from pipelines.extract.word_sets import Words
from pipelines.model import ClaimCategory, Unit
from pipelines.reference import ReferenceError, read_table, table_path

ROOT = Path(__file__).parents[2]

TABLES = (
    "amount_words", "bounds", "change_cues", "claim_categories", "currencies", "fates", "magnitudes",
    "not_claim_words", "number_words", "one_word_amounts", "units", "vague_amounts",
)  # fmt: skip

# Canonical names whose spelling pint does not know.
PINT = {
    "astronomical_unit": "astronomical_unit", "barrel": "oil_bbl", "kilometre/hour": "kilometer/hour",
    "mile/hour": "mile/hour", "metre/second": "meter/second", "kilometre/second": "kilometer/second",
    "foot/second": "foot/second", "ton": "short_ton", "decade": "10*year", "gallon": "gallon", "degree":
    "degree", "square_metre": "meter**2", "square_kilometre": "kilometer**2", "square_centimetre":
    "centimeter**2", "square_millimetre": "millimeter**2", "square_mile": "mile**2", "square_foot":
    "foot**2", "square_yard": "yard**2", "square_inch": "inch**2", "cubic_metre": "meter**3",
    "cubic_kilometre": "kilometer**3", "cubic_centimetre": "centimeter**3", "cubic_foot": "foot**3",
    "cubic_inch": "inch**3", "cubic_yard": "yard**3", "electronvolt": "electron_volt", "kiloelectronvolt":
    "kiloelectron_volt", "megaelectronvolt": "megaelectron_volt", "gigaelectronvolt": "gigaelectron_volt",
    "teraelectronvolt": "teraelectron_volt", "millimetre_of_mercury": "millimeter_Hg",
    **{f"per_{unit}": f"1/{unit}" for unit in ("second", "minute", "hour", "day", "week", "month", "year")},
}  # fmt: skip
BASES = {
    "per_second": "1/second",
    "litre": "liter",
    "square_metre": "meter**2",
    "cubic_metre": "meter**3",
    "metre/second": "meter/second",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_sorted_and_without_doubles(name: str) -> None:
    with table_path(name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    assert rows == sorted(rows)
    assert len({tuple(row) for row in rows}) == len(rows)


def test_factors_of_units_are_those_of_pint() -> None:
    registry = pint.UnitRegistry()
    checked = 0
    for row in read_table("units", ("unit", "base_unit", "factor")):
        if not row["factor"]:
            continue
        name = PINT.get(row["unit"], row["unit"])
        base = BASES.get(row["base_unit"], row["base_unit"])
        wanted = (1 * registry.parse_expression(name)).to(base).magnitude
        assert float(row["factor"]) == pytest.approx(wanted, rel=1e-9), row["unit"]
        checked += 1
    assert checked > 100


def test_columns_hold_the_fields_of_the_row_classes() -> None:
    for table, row_class in (("claim_categories", ClaimCategory), ("units", Unit)):
        read_table(table, tuple(field.name for field in dataclasses.fields(row_class)))


def test_category_bounds_are_in_order_and_explained() -> None:
    rows = read_table(
        "claim_categories", ("category", "reason", "hard_low", "soft_low", "soft_high", "hard_high")
    )
    assert len(rows) >= 30
    for row in rows:
        bounds = [float(row[c]) for c in ("hard_low", "soft_low", "soft_high", "hard_high") if row[c]]
        assert bounds == sorted(bounds), row["category"]
        assert row["reason"].endswith("."), row["category"]


def test_no_word_counts_into_two_categories() -> None:
    seen: dict[str, str] = {}
    for row in read_table("claim_categories", ("category", "unit_dimension", "lemmas")):
        for word in filter(None, row["lemmas"].split(";")):
            key = f"{row['unit_dimension']}:{word}"
            assert seen.setdefault(key, row["category"]) == row["category"], word


def test_every_dimension_of_a_unit_has_a_category() -> None:
    known = {row["unit_dimension"] for row in read_table("claim_categories", ("unit_dimension",))}
    missing = {d for d in unit_dimensions().values() if d not in known}
    assert missing <= {
        "resolution", "level", "amount_of_substance", "force", "magnetic_field", "electric_potential",
        "acceleration", "volume_rate", "electric_current",
        "electric_resistance", "electric_charge", "electric_capacitance",
    }  # fmt: skip


def test_convert() -> None:
    assert convert(100, "kilometre", "mile") == pytest.approx(62.137, rel=1e-4)
    assert convert(1, "kilometre", "year") is None
    assert convert(1, "USD", "EUR") is None


@pytest.mark.parametrize(("table", "reader"), [("amount_words", "Words"), ("quote_words", "QuoteWords")])
def test_every_kind_of_word_is_described_and_asked_for(table: str, reader: str) -> None:
    kinds = {row["kind"] for row in read_table(table, ("kind", "word", "source"))}
    page = (ROOT / "seeds/reference/README.md").read_text(encoding="utf-8")
    section = page.split(f"## Kinds of `{table}.csv`", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == kinds
    rules = (path.read_text(encoding="utf-8") for path in (ROOT / "pipelines/extract").glob("*.py"))
    asked = {kind for text in rules for args in re.findall(rf"= {reader}\(([^)]*)\)", text) for kind in
             re.findall(r"\w+", args)}  # fmt: skip
    assert asked == kinds


def test_a_set_of_words_reads_its_kinds_and_says_which_is_missing() -> None:
    coins = Words("coin")
    assert "penny" in coins
    assert "pebble" not in coins
    assert coins & {"penny", "pebble"} == {"penny"} == {"penny", "pebble"} & coins
    assert {"penny", "pebble"} - coins == {"pebble"}
    assert coins | {"pebble"} == {"pebble"} | coins == Words("coin").union({"pebble"})
    assert "" in Words("after_coin")
    assert Words("coin", "minus").issuperset({"penny", "minus"})
    with pytest.raises(ReferenceError, match="no words of kind pebble"):
        Words("pebble")
