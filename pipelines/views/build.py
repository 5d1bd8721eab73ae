"""Views into a database: made in order, then described."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from pipelines.settings import Home
from pipelines.views import macros
from pipelines.views.catalog import SCHEMA, View, load_views
from pipelines.views.parts import make_whole
from pipelines.views.upkeep import Upkeep, upkeep
from pipelines.warehouse.connection import fetch, open_release
from pipelines.warehouse.migrations import SCHEMA_VERSION, file_version
from pipelines.warehouse.release import current_release
from pipelines.warehouse.schema import quote_name, quote_text


def create_views(
    connection: duckdb.DuckDBPyConnection,
    views: Sequence[View] | None = None,
    base: Path | None = None,
) -> list[str]:
    """Make or replace every view and table macro of `sql/` in schema `marts`, with their comments.

    A view in `marts` that no file makes any more is dropped. `base`: the release that the open file
    was copied from, against which kept views are brought up to date. Returns the names of the views, in
    order. Needs the tables of `pipelines.warehouse.schema`; raises `duckdb.Error` where one is missing.
    """
    wanted = load_views() if views is None else list(views)
    with upkeep(connection, base if are_current(connection) else None) as kept:
        for statement in statements(connection, wanted, kept):
            fetch(connection, statement)
    if views is None:
        for statement in (*macros.statements(), *_version_statements()):
            connection.execute(statement)
    return [view.name for view in wanted]


# A macro in `marts` that says which files the views were made from.
VERSION = "views_version"


def are_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the views of an open release were made from the files of `sql/` as they are today."""
    try:
        row = connection.execute(f"SELECT {SCHEMA}.{VERSION}()").fetchone()
    except duckdb.CatalogException:
        return False
    return row == (_version(),)


def is_outdated(home: Home) -> bool:
    """Whether the current release is to be published anew, by this version of Dateline."""
    if current_release(home) is None:
        return False
    with open_release(home.database) as connection:
        version = file_version(connection)
        return version < SCHEMA_VERSION or (version == SCHEMA_VERSION and not are_current(connection))


def _version() -> str:
    """The hash of everything that `sql/` says of views and macros."""
    made = hashlib.sha256()
    for view in load_views():
        told = (view.name, view.is_kept, view.key, view.sql, comment(view), view.columns)
        made.update(repr(told).encode())
    for statement in macros.statements():
        made.update(statement.encode())
    return made.hexdigest()


def _version_statements() -> Iterator[str]:
    yield f"CREATE OR REPLACE MACRO {SCHEMA}.{VERSION}() AS {quote_text(_version())}"
    yield f"COMMENT ON MACRO {SCHEMA}.{VERSION} IS 'Hash of the files that the views were made from.'"


def statements(connection: duckdb.DuckDBPyConnection, views: Sequence[View], kept: Upkeep) -> Iterator[str]:
    """The SQL that `create_views` runs; what is brought up to date or made in parts is so in passing."""
    yield f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"
    wanted = {view.name: _kind(view) for view in views}
    for name, kind in _existing(connection):
        if wanted.get(name) != kind:
            yield f"DROP {kind} {SCHEMA}.{quote_name(name)}"
    for view in views:
        if view.is_kept and kept.refresh(view):
            continue
        if view.parts:
            make_whole(connection, view)
        else:
            yield f"CREATE OR REPLACE {_kind(view)} {_qualified(view)} AS {view.sql}"
        # Replacing a view drops its comments.
        yield f"COMMENT ON {_kind(view)} {_qualified(view)} IS {quote_text(comment(view))}"
        for column, description in view.columns.items():
            target = f"{_qualified(view)}.{quote_name(column)}"
            yield f"COMMENT ON COLUMN {target} IS {quote_text(description)}"
    yield from kept.remember()


def comment(view: View) -> str:
    """What the database says of a view: its description, and the question it answers."""
    return f"{view.description} Example question: {view.question}"


def _qualified(view: View) -> str:
    return f"{SCHEMA}.{quote_name(view.name)}"


def _kind(view: View) -> str:
    return "TABLE" if view.is_kept else "VIEW"


def _existing(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Name and kind of everything in `marts`."""
    rows = connection.execute(
        """SELECT view_name AS name, 'VIEW' FROM duckdb_views()
           WHERE schema_name = $schema AND database_name = current_database()
           UNION ALL SELECT table_name, 'TABLE' FROM duckdb_tables()
           WHERE schema_name = $schema AND database_name = current_database() ORDER BY name""",
        {"schema": SCHEMA},
    )
    return rows.fetchall()
