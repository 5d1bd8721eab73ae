"""Kept views made whole in parts: of a view that joins many rows, all at once need not fit in memory.

The view's own SELECT runs once a part, in a database beside the work file whose tables hold the rows of a
range of keys. The tables cut so are those that a view's head names as its parts: each of its rows has its key
from the first of them, and rests on no row of another key in the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import duckdb

from pipelines.views.catalog import View
from pipelines.warehouse.connection import fetch
from pipelines.warehouse.schema import quote_name, quote_text

_PARTS = "made_in_parts"
# Rows of the first of the tables that are cut, in one part: so many, joined with what they point at, fit into
# the 500 MB of a run's database, 450,000 did not.
ROWS_A_PART = 250_000
# Rows whose keys say where to cut.
_ASKED = 10_000


def make_whole(connection: duckdb.DuckDBPyConnection, view: View) -> None:
    """Make or replace the table of a kept view that has parts, in as many as its rows need."""
    [(work,)] = connection.execute("SELECT current_database()").fetchall()
    target = f"{quote_name(work)}.{view.qualified}"
    create = f"CREATE OR REPLACE TABLE {target} AS {view.sql}"
    [key] = view.key
    bounds = _bounds(connection, view.parts[0], key)
    if not bounds:
        fetch(connection, create)
        return
    with _beside(connection, work, view):
        for number, held in enumerate(_ranges(f"t.{quote_name(key)}", bounds)):
            for name in view.depends_on:
                cut = f"WHERE {held}" if name in view.parts else ""
                connection.execute(
                    f"CREATE OR REPLACE VIEW {name} AS SELECT t.* FROM {quote_name(work)}.{name} AS t {cut}"  # noqa: S608
                )
            fetch(connection, f"INSERT INTO {target} {view.sql}" if number else create)


def _bounds(connection: duckdb.DuckDBPyConnection, table: str, key: str) -> list[str]:
    """Keys between which a table falls into parts of some `ROWS_A_PART` rows; none for one part."""
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608
    count = -(-rows // ROWS_A_PART)
    if count < 2:
        return []
    shares = [number / count for number in range(1, count)]
    [(found,)] = connection.execute(
        f"""SELECT quantile_disc(key, {shares}) FROM (
                SELECT {quote_name(key)} AS key FROM {table}
                USING SAMPLE reservoir({_ASKED} ROWS) REPEATABLE (1))"""  # noqa: S608
    ).fetchall()
    return sorted(set(found or ()))


def _ranges(column: str, bounds: Sequence[str]) -> Iterator[str]:
    """One condition a part; a row without key is of the first."""
    yield f"({column} < {quote_text(bounds[0])} OR {column} IS NULL)"
    for low, high in pairwise(bounds):
        yield f"{column} >= {quote_text(low)} AND {column} < {quote_text(high)}"
    yield f"{column} >= {quote_text(bounds[-1])}"


@contextmanager
def _beside(connection: duckdb.DuckDBPyConnection, work: str, view: View) -> Iterator[None]:
    """A database for the parts, in use until the table is made."""
    connection.execute(f"ATTACH ':memory:' AS {_PARTS}")
    try:
        for schema in {name.partition(".")[0] for name in view.depends_on} - {"main"}:
            connection.execute(f"CREATE SCHEMA {_PARTS}.{schema}")
        connection.execute(f"USE {_PARTS}.main")
        yield
    finally:
        connection.execute(f"USE {quote_name(work)}.main")
        connection.execute(f"DETACH {_PARTS}")
