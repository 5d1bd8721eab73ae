"""Tables: chosen columns under plain headings, pages of rows, and the whole of it to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import streamlit as st

from dashboard import wording
from dashboard.markup import is_web
from dashboard.release import Release, Row, library
from pipelines.settings import load_settings
from pipelines.spreadsheet import csv_safe

PAGE_ROWS = 25

# More rows than this are a job for `dateline export`.
MOST_DOWNLOADED = 100_000


@dataclass(frozen=True)
class Query:
    """The rows of a view that meet a condition, in an order; `values` belong to the condition."""

    view: str
    where: str
    values: Mapping[str, Any]
    order: str
    columns: str = "*"

    def total(self, release: Release) -> int:
        """How many rows there are."""
        query = f"SELECT count(*) AS n FROM marts.{self.view} WHERE {self.where}"  # noqa: S608
        return int(release.one(query, **self.values)["n"])

    def page(self, release: Release, number: int = 1, size: int = PAGE_ROWS) -> list[Row]:
        """The rows of one page, numbered from 1."""
        return release.rows(
            f"{self._ordered} LIMIT $n OFFSET $skipped", **self.values, n=size, skipped=(number - 1) * size
        )

    def whole(self, release: Release) -> pa.Table:
        """Every row that may be downloaded."""
        return release.table(f"{self._ordered} LIMIT $n", **self.values, n=MOST_DOWNLOADED)

    @property
    def _ordered(self) -> str:
        # View, columns, condition and order are constants of the pages; what was typed is in `values`.
        return f"SELECT {self.columns} FROM marts.{self.view} WHERE {self.where} ORDER BY {self.order}"  # noqa: S608


def table(
    rows: Sequence[Row],
    headings: Mapping[str, str],
    *,
    key: str,
    alt: str,
    on_row: Callable[[Row], None] | None = None,
) -> None:
    """Draw rows under headings (column to heading); with `on_row`, a click on a row calls it."""
    frame = pd.DataFrame(
        {heading: [cell(row.get(name)) for row in rows] for name, heading in headings.items()}
    )
    config: dict[str, Any] = {}
    for name, heading in headings.items():
        present = [row.get(name) for row in rows if row.get(name) is not None]
        if present and all(is_web(value) for value in present):
            config[heading] = st.column_config.LinkColumn(heading, display_text="open", width="small")
        elif present and all(_is_number(value) for value in present):
            config[heading] = st.column_config.NumberColumn(heading, format="localized")
        elif present and all(isinstance(value, datetime) for value in present):
            config[heading] = st.column_config.DatetimeColumn(heading, format="D MMM YYYY, HH:mm")
        elif present and all(isinstance(value, date) for value in present):
            config[heading] = st.column_config.DateColumn(heading, format="D MMM YYYY", width=105)
    options: dict[str, Any] = {
        "hide_index": True,
        "column_config": config,
        "alt": alt,
        "key": key,
        "placeholder": "",
    }
    if on_row is None:
        st.dataframe(frame, **options)
        return

    def chosen() -> None:
        selected = st.session_state[key]["selection"]["rows"]
        if selected and selected[0] < len(rows):
            on_row(rows[selected[0]])

    st.dataframe(frame, on_select=chosen, selection_mode="single-row", **options)


def cell(value: Any) -> Any:
    """A value for a cell: lists as names in a row, numbers without needless digits."""
    if isinstance(value, list):
        return wording.several(value, 6)
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def pager(total: int, key: str, size: int = PAGE_ROWS) -> int:
    """Draw page numbers where there are several pages; returns the page to show, from 1."""
    pages = -(-total // size)
    if pages <= 1:
        return 1
    return int(st.pagination(pages, key=key))


def downloads(query: Query, name: str) -> None:
    """Buttons that hand out the whole answer, as CSV and as Parquet; made when pressed."""
    home = str(load_settings().home.path)

    def answer() -> Any:
        with library(home).reading() as release:
            if release is None:
                raise RuntimeError("no release is published any more")
            return query.whole(release)

    def as_csv() -> bytes:
        found = answer()
        made = io.StringIO()
        writer = csv.writer(made, lineterminator="\n")
        writer.writerow(found.column_names)
        for row in zip(*(column.to_pylist() for column in found.columns), strict=True):
            writer.writerow([csv_safe("; ".join(map(str, v)) if isinstance(v, list) else v) for v in row])
        return made.getvalue().encode("utf-8-sig")

    def as_parquet() -> bytes:
        made = io.BytesIO()
        pq.write_table(answer(), made, compression="zstd")
        return made.getvalue()

    with st.container(horizontal=True):
        st.download_button(
            "CSV", as_csv, f"dateline-{name}.csv", "text/csv", key=f"csv-{name}", icon=":material/download:",
            on_click="ignore", help="This table with all its columns, at most 100,000 rows",
        )  # fmt: skip
        st.download_button(
            "Parquet", as_parquet, f"dateline-{name}.parquet", "application/vnd.apache.parquet",
            key=f"parquet-{name}", icon=":material/download:", on_click="ignore",
            help="This table with all its columns, at most 100,000 rows",
        )  # fmt: skip


def nothing(what: str, hint: str) -> None:
    """Say that there is nothing to show, and what to do about it."""
    st.caption(f":material/info: {what} {hint}")
