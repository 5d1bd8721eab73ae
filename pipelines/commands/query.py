"""`dateline sql` and `dateline explain`: reading the published release."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from pipelines.commands.common import (
    WRONG_USE,
    AsJson,
    deployment,
    print_json,
    published,
    reader_may_leave,
    stop,
)


def sql(
    query: Annotated[str | None, typer.Argument(help="A query; default: standard input.")] = None,
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    limit: Annotated[int, typer.Option(help="Rows shown in a table; 0: all.")] = 100,
) -> None:
    """Query the published release, read-only. Without a query: list its tables and views.

    Example: dateline sql "select * from marts.troop_counts"
    """
    from pipelines import report
    from pipelines.warehouse.connection import open_release

    settings = deployment()
    database = published(settings)
    if output not in ("table", "csv", "json"):
        stop(WRONG_USE, f"--format {output}: not one of table, csv, json")
    if query is None and not sys.stdin.isatty():
        query = sys.stdin.read()
    with open_release(database) as connection, reader_may_leave():
        if not query or not query.strip():
            report.print_tables(connection)
            return
        import duckdb

        try:
            report.print_query(connection, query, output, limit)
        except duckdb.Error as error:
            stop(WRONG_USE, " ".join(str(error).split()))


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
