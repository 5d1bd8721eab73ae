"""What a page is given: the open release, the filters in force, and links to other pages and rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.filters import Filters
from dashboard.release import Release
from pipelines.settings import Home


@dataclass
class Context:
    """Handed to every page."""

    release: Release
    home: Home
    filters: Filters = field(default_factory=Filters)
    pages: dict[str, Any] = field(default_factory=dict)

    def link(self, path: str, label: str, icon: str, **address: str) -> None:
        """Draw a link to another page, with the row to open there in its address."""
        st.page_link(self.pages[path], label=label, icon=icon, query_params=address)


Screen = Callable[[Context], None]


def chosen(name: str) -> str | None:
    """The id of the row that the address asks for."""
    found = st.query_params.get(name)
    return found or None


def choose(name: str, row_id: str | None) -> None:
    """Put the row to open into the address, or take it out."""
    if row_id:
        st.query_params[name] = row_id
    elif name in st.query_params:
        del st.query_params[name]
