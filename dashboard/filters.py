"""What a page is narrowed down to; every filter stands in the address, so that a view can be shared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import streamlit as st

from dashboard.release import Release

_CHOICES = "SELECT name FROM marts.filter_choices WHERE kind = $kind ORDER BY rank"

LABELS = {
    "since": "From",
    "until": "To",
    "source": "Source",
    "story": "Story",
    "category": "Category",
    "speaker": "Speaker",
    "text": "Words",
}


@dataclass(frozen=True)
class Filters:
    """The filters in force; None where a filter is not set, or not used by the page."""

    since: date | None = None
    until: date | None = None
    source: str | None = None
    story: str | None = None
    category: str | None = None
    speaker: str | None = None
    text: str | None = None

    def where(self, conditions: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        """The condition of a query, and its values.

        `conditions`: for each filter that a query knows, the SQL in which `$name` stands for its value.
        """
        used = {name: getattr(self, name) for name in conditions if getattr(self, name) is not None}
        parts = [f"({conditions[name]})" for name in used]
        return " AND ".join(parts) or "true", used

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed down."""
        return any(getattr(self, f.name) is not None for f in fields(self))


def sidebar(release: Release, used: Collection[str]) -> Filters:
    """Draw the filters; those that the page does not know are kept, and cannot be moved."""

    def names(kind: str) -> list[str]:
        return [row["name"] for row in release.rows(_CHOICES, kind=kind)]

    values: dict[str, Any] = {}
    st.sidebar.subheader("Filters")
    days = st.sidebar.columns(2)
    for column, name in zip(days, ("since", "until"), strict=True):
        values[name] = column.date_input(
            LABELS[name],
            value=None,
            min_value=date(1900, 1, 1),
            max_value=date(2199, 12, 31),
            format="YYYY-MM-DD",
            key=name,
            bind="query-params",
            disabled=name not in used,
            help="Day of publication",
        )
    for name in ("source", "story", "category", "speaker"):
        values[name] = st.sidebar.selectbox(
            LABELS[name],
            names(name),
            index=None,
            key=name,
            bind="query-params",
            accept_new_options=True,
            placeholder="Any" if name in used else "Not on this page",
            disabled=name not in used,
        )
    values["text"] = st.sidebar.text_input(
        LABELS["text"],
        key="text",
        bind="query-params",
        type="search",
        placeholder="Any" if "text" in used else "Not on this page",
        disabled="text" not in used,
    )
    found = Filters(**{name: value or None for name, value in values.items() if name in used})
    st.sidebar.button("Clear filters", on_click=_clear, disabled=not found.is_set, width="stretch")
    return found


def _clear() -> None:
    for name in LABELS:
        st.session_state[name] = "" if name == "text" else None
