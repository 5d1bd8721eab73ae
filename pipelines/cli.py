"""The command line: which commands there are, and how one ends. The commands are in `pipelines.commands`.

Exit codes: 0 done; 1 the audit held the release back (the old one stays); 2 wrong usage or an unreadable
source; 3 a fault, with one line that says what to do.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pipelines import __version__
from pipelines.commands import correct, dashboard, forget, lake, query, release, run, serve, source, state
from pipelines.commands.common import FAULT, say_home_once

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    result_callback=say_home_once,
)
for command in (
    run.run,
    run.extract,
    query.sql,
    query.explain,
    state.status,
    state.settings,
    state.data_docs,
    forget.forget,
    dashboard.dashboard,
    serve.serve,
):
    app.command()(command)
app.add_typer(release.app, name="release")
app.add_typer(source.app, name="source")
app.add_typer(lake.app, name="lake")
app.add_typer(correct.app, name="correct")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dateline {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Dateline: news text in, an audited warehouse out."""


def main() -> None:
    """Entry point of the `dateline` command: one line for a fault, unless DATELINE_DEBUG is set."""
    try:
        app()
    except Exception as error:
        if os.environ.get("DATELINE_DEBUG"):
            raise
        from pipelines.terminal import safe

        reason = safe(str(error).strip() or type(error).__name__)
        typer.echo(f"dateline: {reason} (DATELINE_DEBUG=1 shows where)", err=True)
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
