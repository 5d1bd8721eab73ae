"""`dateline sql`, `dateline search` and `dateline explain`: reading the published release."""

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
    query: Annotated[
        str | None, typer.Argument(help="A query; default: standard input, or a prompt.")
    ] = None,
    output: Annotated[
        str, typer.Option("--format", help="table, csv, json, jsonl, markdown or parquet.")
    ] = "table",
    *,
    limit: Annotated[int, typer.Option(min=0, help="Rows shown in a table; 0: all.")] = 100,
    file: Annotated[Path | None, typer.Option("--output", help="Write to this file.")] = None,
    as_json: AsJson = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="As it was: a release, a day, or a time (UTC)."),
    ] = None,
) -> None:
    """Query the published release, read-only. Without a query: a prompt; in a pipe, what there is to query.

    Example: dateline sql "select * from marts.troop_counts"
    """
    from pipelines import report
    from pipelines.results import FORMATS, FormatError, write_result

    settings = deployment()
    database = published(settings)
    output = "json" if as_json else output
    if output not in FORMATS:
        stop(WRONG_USE, f"--format {output}: not one of {', '.join(FORMATS)}")
    if query is None and not sys.stdin.isatty():
        query = sys.stdin.read()
    elif query is None and sys.stdout.isatty() and as_of is None:
        from pipelines.prompt import ask

        ask(settings.home, output, limit)
        return
    with _opened(settings, database, as_of) as connection, reader_may_leave():
        import duckdb

        try:
            if query and query.strip():
                write_result(connection.execute(query), output, limit, file)
            elif as_json:
                print_json(report.table_facts(connection))
            else:
                report.print_tables(connection)
        except (duckdb.Error, FormatError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
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


def search(
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help='All must stand in it; "side by side" in double quotes.')
    ],
    where: Annotated[str, typer.Option("--in", help="quotes, claims or documents.")] = "quotes",
    limit: Annotated[int, typer.Option(min=0, help="Hits shown; 0: all.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find quotes, claims or documents by their words: as one phrase first, then the newest.

    Example: dateline search "peace talks" --in quotes
    """
    from pipelines import report
    from pipelines.search import KINDS
    from pipelines.search import search as find
    from pipelines.warehouse.connection import open_release

    database = published(deployment())
    if where not in KINDS:
        stop(WRONG_USE, f"--in {where}: not one of {', '.join(KINDS)}")
    with open_release(database) as connection:
        found = find(connection, words, where, limit)
    with reader_may_leave():
        if as_json:
            print_json(asdict(found))
        else:
            report.print_found(found)


def explain(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="figure|statement|quote|claim",
            help="What the id names.",
            autocompletion=lambda: ["figure", "statement", "quote", "claim"],
        ),
    ],
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
