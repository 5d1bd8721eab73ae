"""Progress bars for a person at a terminal; silent in a pipe, in Dagster, and below two seconds of work."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

# What takes less is over before a bar can be read.
_SHOW_AFTER_SECONDS = 2.0


def _rate(task: Task) -> float | None:
    """Steps a second since the start: parts of a job end several at once, so a moment says little."""
    return task.completed / task.elapsed if task.completed and task.elapsed else None


class _Rate(ProgressColumn):
    """Steps a second, once there is something to divide."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing yet."""
        rate = _rate(task)
        return Text("" if rate is None else f"{rate:,.1f}/s")


class _Left(ProgressColumn):
    """How long the rest takes at this rate."""

    def render(self, task: Task) -> Text:
        """The time, or nothing yet."""
        rate = _rate(task)
        if rate is None or task.remaining is None:
            return Text()
        return Text(f"{timedelta(seconds=round(task.remaining / rate))} left")


Report = Callable[[int, int], None]

# The terminal that standard error was before Dagster turned it into a file for the length of each step.
_terminal: list[IO[str]] = []


def keep_terminal() -> None:
    """Remember standard error, if it is a terminal: displays go there whatever becomes of it."""
    if not _terminal and sys.stderr.isatty():
        _terminal.append(os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8"))


def _screen() -> IO[str] | None:
    """Where a display goes; None where nobody would see it."""
    if _terminal:
        return _terminal[0]
    return sys.stderr if sys.stderr.isatty() else None


@contextmanager
def bar(what: str) -> Iterator[Report]:
    """A function to call with (done, total); shows a bar on standard error when that is a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        _Left(),
    )
    with _shown(what, *columns) as progress:
        yield lambda done, total: progress.update(_FIRST, completed=done, total=total)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, and for how long, where nothing can be counted."""
    with _shown(what, SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()):
        yield


# The task of a display that has one.
_FIRST = TaskID(0)


@contextmanager
def _shown(what: str, *columns: ProgressColumn) -> Iterator[Progress]:
    """A display with one task, drawn once it has taken long enough, and cleared at its end."""
    screen = _screen()
    progress = Progress(*columns, console=Console(file=screen or sys.stderr), transient=True)
    progress.add_task(what, total=None)
    if screen is None:
        yield progress
        return
    waiting = threading.Timer(_SHOW_AFTER_SECONDS, progress.start)
    waiting.daemon = True
    waiting.start()
    try:
        yield progress
    finally:
        waiting.cancel()
        waiting.join()
        progress.stop()
