"""Progress bars for a person at a terminal; silent in a pipe, in Dagster, and below two seconds of work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

# What takes less is over before a bar can be read.
_SHOW_AFTER_SECONDS = 2.0


class _Rate(ProgressColumn):
    """Steps a second, once there is something to divide."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing yet."""
        rate = task.finished_speed or task.speed
        return Text("" if rate is None else f"{rate:,.1f}/s")


Report = Callable[[int, int], None]


@contextmanager
def bar(what: str) -> Iterator[Report]:
    """A function to call with (done, total); shows a bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(what, total=None)
    start = time.monotonic()

    def report(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)
        if not progress.live.is_started and time.monotonic() - start > _SHOW_AFTER_SECONDS:
            progress.start()

    try:
        yield report
    finally:
        progress.stop()
