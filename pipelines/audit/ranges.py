"""Plausible ranges of claim categories and the units table, as the audit reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipelines.reference import ReferenceError, read_table

_LIMITS = ("soft_low", "soft_high", "hard_low", "hard_high")


@dataclass(frozen=True)
class Ranges:
    """`categories`: a category's dimension, four limits (NaN: none), reason. `units`: with currencies."""

    categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()

    @classmethod
    def load(cls) -> Ranges:
        """Read `claim_categories`, `units` and `currencies`.

        Raises ReferenceError when a table is missing, lacks a column, or a limit is no number.
        """
        rows = read_table("claim_categories", ("category", "unit_dimension", *_LIMITS, "reason"))
        categories = {row["category"]: {**row, **{n: _number(row, n) for n in _LIMITS}} for row in rows}
        money = read_table("currencies", ("code", "minor_unit"))
        units = {row["unit"] for row in read_table("units", ("unit",))}
        units |= {row[name] for row in money for name in ("code", "minor_unit")}
        return cls(categories, frozenset(units - {""}))

    def knows_unit(self, unit: str) -> bool:
        """Is it a unit or currency of the tables, or one of those, or a count, per something."""
        return unit in self.units or unit.partition("/")[0] in self.units or unit.startswith("per_")

    def limits(self, claims: pd.DataFrame, name: str) -> Any:
        """Limit `name` of each claim's category; NaN where it has none or does not apply.

        A category's range is for amounts of its dimension, in the unit stated: '30 percent of the troops'
        is no number of troops.
        """
        by_category = {category: row[name] for category, row in self.categories.items()}
        dimensions = {category: row["unit_dimension"] for category, row in self.categories.items()}
        limit = claims["category"].map(by_category).astype("float64")
        fits = claims["category"].map(dimensions) == claims["unit_dimension"]
        return np.where(fits, limit, np.nan)

    def describe(self, claim: dict[str, Any]) -> str:
        """Which range a claim is outside of, and the category's reason."""
        row = self.categories.get(str(claim.get("category")))
        if row is None:
            return ""
        low, high = row["hard_low"], row["hard_high"]
        return f"{row['category']}: {_span(low, high)}. {row['reason']}".strip()


def _number(row: dict[str, str], name: str) -> float:
    text = row[name].replace(",", "").replace("_", "")
    try:
        return float(text) if text else float("nan")
    except ValueError as error:
        raise ReferenceError(f"claim_categories: {row['category']}: {name} is no number: {text}") from error


def _span(low: float, high: float) -> str:
    ends = [f"from {low:,.15g}"] if low == low else []  # noqa: PLR0124 (NaN: no limit)
    return " ".join([*ends, f"to {high:,.15g}"] if high == high else ends) or "no limit"  # noqa: PLR0124
