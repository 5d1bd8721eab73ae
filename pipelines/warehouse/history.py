"""The warehouse as it was: a kept release, or, where there is a lake, any snapshot of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import duckdb

from pipelines.settings import Settings
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.lake import Lake
from pipelines.warehouse.release import list_releases


class HistoryError(ValueError):
    """A moment or a release that nothing is kept of; the message says what there is."""


@contextmanager
def open_as_of(
    settings: Settings, as_of: str, make_views: Callable[[duckdb.DuckDBPyConnection], object]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse as it was: `main`, `audit` and `marts`, as in a release.

    `as_of`: a release's id, a day (its end) or a time, UTC. Raises HistoryError.
    """
    lake = Lake.of(settings)
    if lake is None:
        kept = [(info.release_id, info.published_at) for info in list_releases(settings.home)]
        chosen = kept[_choose(as_of, kept)]
        with open_release(settings.home.releases / chosen[0] / "dateline.duckdb") as connection:
            yield connection
        return
    snapshots = list(reversed(lake.snapshots()))
    at = _choose(as_of, [(snapshot.release_id, snapshot.committed_at) for snapshot in snapshots])
    with lake.open(snapshots[at]) as connection:
        make_views(connection)
        lake.lock_down(connection)
        yield connection


def _choose(as_of: str, kept: list[tuple[str, datetime]]) -> int:
    """Which of the kept releases, newest first, was in force at a moment or bears an id."""
    for at, (release_id, _) in enumerate(kept):
        if release_id == as_of:
            return at
    moment = _moment(as_of)
    for at, (_, when) in enumerate(kept):
        if moment is not None and when <= moment:
            return at
    there = ", ".join(f"{name} ({when:%Y-%m-%d %H:%M:%S})" for name, when in kept[:5]) or "nothing"
    what = "is neither a release nor a time such as 2026-04-01 or 2026-04-01T09:30"
    raise HistoryError(f"--as-of {as_of}: {'is before anything kept' if moment else what} (kept: {there})")


def _moment(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo:
        when = when.astimezone(UTC).replace(tzinfo=None)
    return when + timedelta(days=1) if len(text) == len("2026-04-01") else when
