"""`dateline run` and `dateline extract`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.commands.common import (
    FAULT,
    HELD_BACK,
    WRONG_USE,
    AsJson,
    deployment,
    forget_home,
    open_ledger,
    print_json,
    reader_may_leave,
    say_home_once,
    stop,
)

if TYPE_CHECKING:
    from pipelines.model import Run
    from pipelines.settings import Settings


def run(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Files, folders, feeds, pages, archives; default: what sources.csv lists.",
        ),
    ] = None,
    outlet: Annotated[str | None, typer.Option(help="Name of the outlet that published them.")] = None,
    examples: Annotated[bool, typer.Option("--examples", help="End with rows from the views.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ingest, extract, audit, resolve and publish.

    Example: dateline run reports/ --outlet "The Daily Example"
    """
    from pipelines.defs.runner import Order, execute_all
    from pipelines.ingest.sources import SourceError, readable
    from pipelines.warehouse.remote import is_remote
    from pipelines.warehouse.sources import default_sources

    settings = deployment()
    given = sources or []
    if not given and not default_sources(settings) and not _something_waits(settings):
        stop(
            WRONG_USE,
            f"no sources: name a file or folder, list one with 'dateline source add PATH', "
            f"or put files into {settings.inbox}",
        )
    try:
        for source in given:
            if not is_remote(source):
                readable(source)
    except SourceError as error:
        stop(WRONG_USE, str(error))
    say_home_once()
    *earlier, last = _reported(settings, execute_all(settings, Order(sources=given, outlet=outlet)), as_json)
    report_run(settings, last, as_json, examples, {"earlier_runs": [asdict(run) for run in earlier]})


def _something_waits(settings: Settings) -> bool:
    """Whether a run has something to do without reading anything."""
    from pipelines.views.build import is_outdated
    from pipelines.warehouse.rulings import waiting

    if not settings.home.ledger.is_file():
        return False
    with open_ledger(settings) as ledger:
        if ledger.landed("state = 'pending'") or waiting(settings.home, ledger):
            return True
    return is_outdated(settings.home)


def _reported(settings: Settings, runs: Iterator[Run], as_json: bool) -> Iterator[Run]:
    """Say of a run that left documents to another how it ended, before that begins."""
    from pipelines import report

    for run in runs:
        if run.outcome == "published" and run.deferred_count and not as_json:
            with open_ledger(settings) as ledger, reader_may_leave():
                report.print_run(settings.home, ledger, run)
        yield run


def report_run(
    settings: Settings,
    done: Run,
    as_json: bool,
    examples: bool = False,
    more: dict[str, Any] | None = None,
) -> None:
    """Say what a run came to, and end with its exit code. `more` is said too where JSON is asked for."""
    from pipelines import report

    with open_ledger(settings) as ledger, reader_may_leave():
        if as_json:
            print_json({**(more or {}), **report.run_facts(settings.home, ledger, done)})
        else:
            report.print_run(settings.home, ledger, done)
        if examples and done.outcome in ("published", "nothing_new"):
            report.print_examples(settings.home)
    if done.outcome in ("published", "nothing_new"):
        return
    raise typer.Exit(HELD_BACK if done.outcome == "held_back" else FAULT)


def extract(
    file: Annotated[Path | None, typer.Argument(help="JSON Lines; default: standard input.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the extractors alone: JSON Lines in ({"doc_id", "text"}) and out, in input order.

    The keys of its records: docs/reference/extract-output.md.
    With --json the records are one list, read to the end before the first is printed.

    Example: echo '{"doc_id": "1", "text": "Three people were hurt, police said."}' | dateline extract
    """
    from pipelines.extract.jsonl import RecordError, extract_lines
    from pipelines.terminal import json_text

    deployment()
    forget_home()
    try:
        with sys.stdin if file is None else file.open(encoding="utf-8") as handle:
            records = extract_lines(handle)
            if as_json:
                print_json(list(records))
                return
            for record in records:
                sys.stdout.write(json_text(record) + "\n")
    except (RecordError, UnicodeDecodeError) as error:
        stop(WRONG_USE, str(error))
    except OSError as error:
        stop(WRONG_USE, f"{file}: {error.strerror}")
