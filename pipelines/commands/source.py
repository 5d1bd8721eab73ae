"""`dateline source`: add, exclude, list."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.common import WRONG_USE, AsJson, Why, deployment, open_ledger, print_json, stop, who

app = typer.Typer(no_args_is_help=True, help="Say what is read.")


@app.command("add")
def source_add(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="A file, folder, feed, page, or cloud folder (s3://…).")
    ],
    *,
    outlet: Annotated[str, typer.Option(help="Name of the outlet that publishes it.")] = "",
    language: Annotated[str, typer.Option(help="Its language (en), where documents do not say.")] = "",
    schedule: Annotated[str, typer.Option(help="Ask it every 15m, 6h or 1d; else with the daily run.")] = "",
    columns: Annotated[str, typer.Option(help="For rows: text=body;title=headline …")] = "",
    as_json: AsJson = False,
) -> None:
    """List a source, to be read by every run that is given none.

    Example: dateline source add https://example.com/feed.xml --outlet "The Daily Example" --schedule 15m
    """
    from pipelines.warehouse.remote import is_remote
    from pipelines.warehouse.sources import Source, SourceListError, add_source

    found = deployment()
    if not is_remote(address) and not Path(address).expanduser().exists():
        stop(WRONG_USE, f"{address}: no such file or folder")
    wanted = Source(address, outlet, language=language, schedule=schedule, columns=columns)
    try:
        source = add_source(found, wanted)
    except SourceListError as error:
        stop(WRONG_USE, str(error))
    if as_json:
        print_json({"list": str(found.home.sources), "source": asdict(source)})
    else:
        typer.echo(f"listed in {found.home.sources}: {source.address}")


@app.command("exclude")
def source_exclude(
    uri: Annotated[str, typer.Argument(help="A url, file or folder; what lies below it goes too.")],
    why: Why,
    undo: Annotated[bool, typer.Option("--undo", help="Take an exclusion back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Leave a source out of this and every later run. What is published already stays.

    Example: dateline source exclude ~/feeds/example/broken.txt --why "machine-made text"
    """
    from pipelines.warehouse.exclusions import exclude, include

    found = deployment()
    with open_ledger(found) as ledger:
        act = include if undo else exclude
        ruling, count = act(ledger, uri, who=who(), why=why)
    if as_json:
        print_json({"source": ruling, "excluded": not undo, "waiting_documents": count})
        return
    word = "included again" if undo else "excluded"
    typer.echo(f"{word}: {ruling}; {count} documents that wait for a release are {word}")


@app.command("list")
def source_list(as_json: AsJson = False) -> None:
    """List what is read without being named, and what is excluded.

    Example: dateline source list
    """
    from pipelines import report
    from pipelines.warehouse.sources import default_sources

    found = deployment()
    with open_ledger(found) as ledger:
        excluded = [(r.value, r.ruled_by, r.why) for r in ledger.rulings("exclude_source")]
    if as_json:
        print_json({"sources": [asdict(s) for s in default_sources(found)], "excluded": excluded})
    else:
        report.print_sources(default_sources(found), excluded)
