"""What every command needs: the deployment, its ledger and release, one way to stop and to print JSON."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from pipelines.settings import SettingError, Settings, load_settings

HELD_BACK, WRONG_USE, FAULT, STOPPED = 1, 2, 3, 130

# The deployment that the command at work uses, until it has been printed.
_homes: list[Path] = []
# Whether the command at work was asked for JSON: then an error is JSON too.
_json_wanted: list[bool] = []


def _note_json(wanted: bool) -> bool:
    _json_wanted[:] = [wanted]
    return wanted


AsJson = Annotated[
    bool, typer.Option("--json", callback=_note_json, is_eager=True, help="Print one JSON value, errors too.")
]
Now = Annotated[bool, typer.Option("--now", help="Run at once, for the rulings alone.")]
Why = Annotated[str, typer.Option("--why", help="The reason; kept with your name and the time.")]


def expect_json() -> None:
    """Say errors as JSON from now on, those of usage too."""
    _json_wanted[:] = [True]


def say_home_once(*_: object, **__: object) -> None:
    """Print, after a command that used a deployment, which one it was; on standard error, out of the way."""
    while _homes:
        typer.echo(f"home: {_homes.pop()}", err=True)


def forget_home() -> None:
    """Print no deployment after this command: it uses none."""
    _homes.clear()


def deployment() -> Settings:
    """The settings in force, also put into the environment for workers; ends the command on a bad one."""
    try:
        found = load_settings()
    except SettingError as error:
        stop(WRONG_USE, str(error))
    found.export(os.environ)
    _homes[:] = [found.home.path]
    return found


def open_ledger(found: Settings) -> Any:
    """The ledger, for a `with` that closes it."""
    from contextlib import closing

    from pipelines.warehouse.ledger import Ledger

    return closing(Ledger(found.home.ledger))


def published(found: Settings) -> Path:
    """The published file; ends the command where there is none yet."""
    if not found.home.database.is_file():
        stop(WRONG_USE, f"nothing is published in {found.home.path} yet: run 'dateline run SOURCE' first")
    return found.home.database


def who() -> str:
    """Who rules: the name of the user at the terminal."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Go on quietly when what reads our output, such as `head`, has seen enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(value: Any) -> None:
    """Print one JSON value."""
    from pipelines.terminal import json_text

    typer.echo(json_text(value, indent=1))


def stop(code: int, message: str) -> NoReturn:
    """End the command with one line on standard error, or with JSON where that was asked for."""
    say_error(code, message)
    raise typer.Exit(code)


def say_error(code: int, message: str) -> None:
    """One line on standard error; with `--json`, `{"error": ..., "code": ...}` on standard output instead."""
    from pipelines.terminal import safe

    if _json_wanted == [True]:
        print_json({"error": " ".join(message.split()), "code": code})
    else:
        typer.echo(f"dateline: {safe(message)}", err=True)
