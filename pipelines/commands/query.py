"""`dateline sql` and `dateline explain`: reading the published release."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.commands.common import (
    FAULT,
    WRONG_USE,
    AsJson,
    deployment,
    print_json,
    published,
    reader_may_leave,
    stop,
)
from pipelines.settings import Settings


def sql(
    query: Annotated[str | None, typer.Argument(help="A query; default: standard input.")] = None,
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    limit: Annotated[int, typer.Option(help="Rows shown in a table; 0: all.")] = 100,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="As it was: a release, a day, or a time (UTC)."),
    ] = None,
) -> None:
    """Query the published release, read-only. Without a query: list its tables and views.

    Example: dateline sql "select * from marts.troop_counts"
    """
    from pipelines import report

    settings = deployment()
    database = published(settings)
    if output not in ("table", "csv", "json"):
        stop(WRONG_USE, f"--format {output}: not one of table, csv, json")
    if query is None and not sys.stdin.isatty():
        query = sys.stdin.read()
    with _opened(settings, database, as_of) as connection, reader_may_leave():
        if not query or not query.strip():
            report.print_tables(connection)
            return
        import duckdb

        try:
            report.print_query(connection, query, output, limit)
        except duckdb.Error as error:
            stop(WRONG_USE, " ".join(str(error).split()))


@contextmanager
def _opened(settings: Settings, database: Path, as_of: str | None) -> Iterator[Any]:
    """The current release, or the warehouse as it was; ends the command where nothing is kept of that."""
    from pipelines.views.build import create_views
    from pipelines.warehouse.connection import open_release
    from pipelines.warehouse.extensions import ExtensionMissingError
    from pipelines.warehouse.history import HistoryError, open_as_of
    from pipelines.warehouse.lake import LakeError

    if as_of is None:
        with open_release(database) as connection:
            yield connection
        return
    try:
        with open_as_of(settings, as_of, create_views) as connection:
            yield connection
    except HistoryError as error:
        stop(WRONG_USE, str(error))
    except (LakeError, ExtensionMissingError) as error:
        stop(FAULT, str(error))


def explain(
    kind: Annotated[str, typer.Argument(metavar="figure|statement|quote|claim", help="What the id names.")],
    row_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, or how the id starts.")],
    as_json: AsJson = False,
) -> None:
    """Show a row, what it rests on, and the sentence in each source with the span marked.

    Example: dateline explain figure 3f2a9c
    """
    from pipelines import report
    from pipelines.explain import ExplainError
    from pipelines.explain import explain as find
    from pipelines.warehouse.connection import open_release

    with open_release(published(deployment())) as connection, reader_may_leave():
        try:
            found = find(connection, kind, row_id)
        except ExplainError as error:
            stop(WRONG_USE, str(error))
    if as_json:
        print_json(asdict(found))
    else:
        report.print_explanation(found)
