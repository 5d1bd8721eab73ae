"""Bringing an older file's tables to those of today, forward only.

What a version adds follows from the contracts: a table or column that a file lacks is made, a column that may
not be NULL with its default. What that cannot say (a column renamed, values rewritten) is a statement of its
own in `MIGRATIONS`. A file is only ever migrated as a copy: the published release stays as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from pipelines import __version__
from pipelines.model import TABLES, Column, TableSpec
from pipelines.warehouse.refile import refile_slips
from pipelines.warehouse.schema import create_schema, qualified, quote_name, quote_text


@dataclass(frozen=True, slots=True)
class Step:
    """One version: what changed, and what the contracts cannot say: statements that run before the rest, and a
    rewriting of rows after it."""

    schema_version: int
    description: str
    statements: tuple[str, ...] = ()
    rewrite: Callable[[duckdb.DuckDBPyConnection], None] | None = None


MIGRATIONS: tuple[Step, ...] = (
    Step(1, "The first release."),
    Step(
        2,
        "Stories, statements and figures filled; nominal mentions; places of claims; signatures of documents; "
        "differences between versions of the extractor.",
    ),
    Step(3, "Names filed by what those one slip apart share.", rewrite=refile_slips),
)
SCHEMA_VERSION = MIGRATIONS[-1].schema_version


class NewerFileError(RuntimeError):
    """A file that a newer Dateline wrote: its tables are not known here."""


def file_version(connection: duckdb.DuckDBPyConnection) -> int:
    """The version of a file's tables; 0 for an empty file. The first release did not write its version."""
    tables = {
        f"{schema}.{name}"
        for schema, name in connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    }
    if "main.migrations" in tables:
        found = connection.execute("SELECT max(schema_version) FROM main.migrations").fetchone()
        return int(found[0]) if found and found[0] is not None else 0
    return 1 if "main.documents" in tables else 0


def migrate(connection: duckdb.DuckDBPyConnection) -> int:
    """Bring a file to today's tables; returns the version it had. Safe to run again.

    Raises NewerFileError, with what to do, for a file of a newer Dateline.
    """
    before = file_version(connection)
    if before > SCHEMA_VERSION:
        raise NewerFileError(
            f"the release has tables of version {before}, this Dateline {__version__} knows {SCHEMA_VERSION}: "
            "upgrade Dateline, or roll back to an older release"
        )
    if before:
        for step in MIGRATIONS[before:]:
            for statement in step.statements:
                connection.execute(statement)
        _add_columns(connection)
    create_schema(connection)
    for step in MIGRATIONS[before:] if before else ():
        if step.rewrite:
            step.rewrite(connection)
    known = {row[0] for row in connection.execute("SELECT schema_version FROM main.migrations").fetchall()}
    now = datetime.now(UTC).replace(tzinfo=None)
    for step in MIGRATIONS:
        if step.schema_version not in known:
            connection.execute(
                "INSERT INTO main.migrations VALUES (?, ?, ?, ?)",
                [step.schema_version, step.description, __version__, now],
            )
    return before


def _add_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """The columns that may not be NULL and that a file lacks, filled with their defaults."""
    present = {
        (schema, table, column)
        for schema, table, column in connection.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns()"
        ).fetchall()
    }
    for spec in TABLES.values():
        if not any((spec.schema, spec.name) == (schema, table) for schema, table, _ in present):
            continue
        for column in spec.columns:
            if column.nullable or (spec.schema, spec.name, column.name) in present:
                continue
            table, name = qualified(spec), quote_name(column.name)
            # Not as a default of the new column: DuckDB 1.5.5 fails on a list there from 2,048 rows on.
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {column.sql_type}")
            connection.execute(f"UPDATE {table} SET {name} = {_default(spec, column)}")  # noqa: S608
            connection.execute(f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL")


def _default(spec: TableSpec, column: Column) -> str:
    """The contract's default as SQL. Raises TypeError for a column that must be given: it needs a step."""
    field = next(f for f in dataclasses.fields(spec.row_class) if f.name == column.name)
    if field.default_factory is not dataclasses.MISSING:
        return f"CAST([] AS {column.sql_type})"
    value: Any = field.default
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return quote_text(value)
    raise TypeError(f"{spec.name}.{column.name} has no default: give it in a migration's statements")
