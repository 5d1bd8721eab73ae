"""The command line: which commands there are, and how one ends. The commands are in `pipelines.commands`.

Exit codes: 0 done; 1 the audit held the release back (the old one stays); 2 wrong usage or an unreadable
source; 3 a fault, with one line that says what to do; 130 stopped by the user.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from pipelines import __version__
from pipelines.commands import (
    correct,
    dashboard,
    export,
    forget,
    lake,
    query,
    release,
    run,
    serve,
    source,
    state,
)
from pipelines.commands.common import FAULT, STOPPED, WRONG_USE, expect_json, say_error, say_home_once

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
    query.search,
    query.explain,
    export.export,
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
    """Entry point of the `dateline` command: one line for an error, unless DATELINE_DEBUG is set."""
    # Read when numpy is loaded: a second thread takes as much of the processor again, and saves a tenth.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(_run())


def _run() -> int:
    if "--json" in sys.argv:
        expect_json()
    try:
        code = int(app(standalone_mode=False) or 0)
        if code == STOPPED:  # what Typer makes of Ctrl-C
            raise typer.Abort
        return code
    except typer.Abort:
        say_error(STOPPED, "stopped; what had landed is taken up by the next run")
        return STOPPED
    except Exception as error:
        # Typer brings its own copy of click's errors: told by what they can do, they are told in any version.
        if hasattr(error, "format_message"):
            return _wrong_use(error)
        if os.environ.get("DATELINE_DEBUG"):
            raise
        say_error(FAULT, f"{str(error).strip() or type(error).__name__} (DATELINE_DEBUG=1 shows where)")
        return FAULT


def _wrong_use(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return WRONG_USE
    asked = error.ctx.command_path if getattr(error, "ctx", None) else "dateline"
    say_error(WRONG_USE, f"{error.format_message().rstrip('.')} ('{asked} --help' shows how)")
    return WRONG_USE


if __name__ == "__main__":
    main()
