"""Rows as they were before rulings changed them, so that every run starts from what was found.

They lie in schema `unruled` of the database itself: a table there for each table of `main` that rulings
touched, with the rows as they were; `_added`, the keys of rows that rulings made; `_applied`, the rulings
that this file carries. So they are published, kept and rolled back with the rows they belong to. A run puts
them back (`lift`) before it loads anything, and applies the rulings that stand to what it has resolved: a
ruling that was undone has left no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.model import TABLES, TableSpec, to_arrow
from pipelines.warehouse.schema import qualified, quote_name

SCHEMA = "unruled"


class Changes:
    """Changes rows of schema `main`, keeping each as it was. Conditions are SQL of the program's own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {SCHEMA}._added (table_name VARCHAR, row_key VARCHAR)"
        )

    def update(self, table: str, settings: Mapping[str, Any], where: str, values: Sequence[Any] = ()) -> None:
        """Set columns of the rows that `where` finds."""
        self._keep(table, where, values)
        columns = ", ".join(f"{quote_name(name)} = ?" for name in settings)
        self.connection.execute(
            f"UPDATE {qualified(TABLES[table])} SET {columns} WHERE {where}",  # noqa: S608
            [*settings.values(), *values],
        )

    def delete(self, table: str, where: str, values: Sequence[Any] = ()) -> None:
        """Take out the rows that `where` finds."""
        self._keep(table, where, values)
        self.connection.execute(f"DELETE FROM {qualified(TABLES[table])} WHERE {where}", list(values))  # noqa: S608

    def insert(self, table: str, rows: Iterable[Any]) -> None:
        """Add rows of `table`'s class."""
        spec = TABLES[table]
        self.connection.register("incoming", to_arrow(table, rows))
        self.connection.execute(f"INSERT INTO {qualified(spec)} BY NAME FROM incoming")
        self.connection.execute(
            f"INSERT INTO {SCHEMA}._added SELECT ?, {_key(spec)} FROM incoming AS t",  # noqa: S608
            [table],
        )
        self.connection.unregister("incoming")

    def _keep(self, table: str, where: str, values: Sequence[Any]) -> None:
        """Keep the rows that `where` finds, once each, but for those that a ruling made."""
        spec = TABLES[table]
        twin = f"{SCHEMA}.{quote_name(table)}"
        self.connection.execute(f"CREATE TABLE IF NOT EXISTS {twin} AS FROM {qualified(spec)} LIMIT 0")
        self.connection.execute(
            f"""INSERT INTO {twin} BY NAME
                SELECT t.* FROM (FROM {qualified(spec)} WHERE {where}) AS t
                WHERE {_key(spec)} NOT IN (SELECT {_key(spec)} FROM {twin} AS t)
                  AND {_key(spec)} NOT IN (SELECT row_key FROM {SCHEMA}._added WHERE table_name = ?)""",  # noqa: S608
            [*values, table],
        )


def lift(connection: duckdb.DuckDBPyConnection) -> None:
    """Put every row back as it was before rulings, and forget what was kept."""
    tables = _tables(connection)
    if "_added" not in tables:
        return
    made = connection.execute("SELECT DISTINCT table_name FROM unruled._added").fetchall()
    added = {name for (name,) in made}
    for name in sorted((tables & TABLES.keys()) | added):
        spec = TABLES[name]
        connection.execute(
            f"""DELETE FROM {qualified(spec)} AS t
                WHERE {_key(spec)} IN (SELECT row_key FROM {SCHEMA}._added WHERE table_name = ?)""",  # noqa: S608
            [name],
        )
        if name in tables:
            twin = f"{SCHEMA}.{quote_name(name)}"
            connection.execute(
                f"""DELETE FROM {qualified(spec)} AS t
                    WHERE {_key(spec)} IN (SELECT {_key(spec)} FROM {twin} AS t)"""  # noqa: S608
            )
            connection.execute(f"INSERT INTO {qualified(spec)} BY NAME FROM {twin}")
            connection.execute(f"DROP TABLE {twin}")
    connection.execute(f"DROP TABLE {SCHEMA}._added")


def applied(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Rulings that a database carries, fitting or not, each with the run that first applied it."""
    if "_applied" not in _tables(connection):
        return {}
    return dict(connection.execute("SELECT ruling_id, since_run_id FROM unruled._applied").fetchall())


def record_applied(connection: duckdb.DuckDBPyConnection, since: Mapping[str, str]) -> None:
    """Write down the rulings that the database carries now."""
    rows = pa.table(
        {
            "ruling_id": pa.array(since.keys(), pa.string()),
            "since_run_id": pa.array(since.values(), pa.string()),
        }
    )
    connection.register("incoming", rows)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(f"CREATE OR REPLACE TABLE {SCHEMA}._applied AS FROM incoming")
    connection.unregister("incoming")


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = ? AND database_name = current_database()",
        [SCHEMA],
    )
    return {name for (name,) in found.fetchall()}


def _key(spec: TableSpec) -> str:
    """The key of a row of `t` as one text."""
    return "concat_ws(chr(31), " + ", ".join(f"t.{quote_name(name)}::VARCHAR" for name in spec.key) + ")"
