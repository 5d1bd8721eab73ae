"""The warehouse's tables and comments, made from `pipelines.model`."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.model import TABLES, TableSpec

SCHEMAS = {
    "main": "One row per thing found, and what is the same across documents.",
    "audit": "A copy of the ledger: runs, rejections, validation results, quarantine, rulings.",
    "marts": "Views for dashboards, one file each under sql/.",
}


def quote_name(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A SQL string literal. For comments only: values go through parameters."""
    return "'" + text.replace("'", "''") + "'"


def qualified(spec: TableSpec) -> str:
    """The table's name with its schema; never with a catalog."""
    return f"{quote_name(spec.schema)}.{quote_name(spec.name)}"


def ddl() -> Iterator[str]:
    """Statements that make every schema and table with comments. Safe to run again.

    A file of an older version gets the nullable columns that it lacks.

    Keys are audited, not declared: an index on a large table triples the cost of a load.
    """
    for schema in SCHEMAS:
        yield f"CREATE SCHEMA IF NOT EXISTS {quote_name(schema)}"
    for spec in TABLES.values():
        columns = ", ".join(
            f"{quote_name(c.name)} {c.sql_type}{'' if c.nullable else ' NOT NULL'}" for c in spec.columns
        )
        yield f"CREATE TABLE IF NOT EXISTS {qualified(spec)} ({columns})"
        for c in spec.columns:
            if c.nullable:
                lacking = f"{quote_name(c.name)} {c.sql_type}"
                yield f"ALTER TABLE {qualified(spec)} ADD COLUMN IF NOT EXISTS {lacking}"
        yield f"COMMENT ON TABLE {qualified(spec)} IS {quote_text(spec.doc)}"
        for column in spec.columns:
            yield (
                f"COMMENT ON COLUMN {qualified(spec)}.{quote_name(column.name)} IS {quote_text(column.doc)}"
            )


def create_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every schema and table that is not there yet, and set all comments."""
    for statement in ddl():
        connection.execute(statement)
