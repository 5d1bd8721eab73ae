"""The published release, read-only: one handle for all sessions, given up when a newer release is out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.settings import Home
from pipelines.warehouse.connection import open_release

# Answers kept for a release: paging back and forth asks nothing twice.
_KEPT_ANSWERS = 200

Row = dict[str, Any]


class Release:
    """An open release. Several threads may ask at once."""

    def __init__(self, folder: Path) -> None:
        self.release_id = folder.name
        self.readers = 0
        self._stack = ExitStack()
        self._answers: OrderedDict[tuple[Any, ...], list[Row]] = OrderedDict()
        self._lock = threading.Lock()
        self.connection = self._stack.enter_context(open_release(folder / "dateline.duckdb"))

    def rows(self, query: str, **values: Any) -> list[Row]:
        """The answer to a query as dictionaries, remembered as long as the release is open."""
        key = (query, tuple(sorted((name, repr(value)) for name, value in values.items())))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        with self.cursor() as cursor:
            cursor.execute(query, values)
            names = [column[0] for column in cursor.description or []]
            found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        with self._lock:
            self._answers[key] = found
            while len(self._answers) > _KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return found

    def one(self, query: str, **values: Any) -> Row:
        """The first row of an answer; empty where there is none."""
        return next(iter(self.rows(query, **values)), {})

    def table(self, query: str, **values: Any) -> pa.Table:
        """The answer to a query as an Arrow table, not remembered: for downloads."""
        with self.cursor() as cursor:
            return cursor.sql(query, params=values).to_arrow_table()

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of the caller's own to the open release."""
        with self._lock:
            cursor = self.connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def close(self) -> None:
        """Give up the file."""
        self._stack.close()


class Library:
    """Hands out the current release, and closes every handle on an older one."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._current: Release | None = None
        self._retired: list[Release] = []
        self._lock = threading.Lock()

    def published(self) -> str | None:
        """The id of the release that `current` points at now."""
        try:
            return self.home.current.readlink().name
        except OSError:
            return None

    @contextmanager
    def reading(self) -> Iterator[Release | None]:
        """The current release for the length of one page; None before the first."""
        release = self._take()
        try:
            yield release
        finally:
            if release is not None:
                self._give_back(release)

    def _take(self) -> Release | None:
        with self._lock:
            wanted = self.published()
            if self._current is not None and self._current.release_id != wanted:
                self._retired.append(self._current)
                self._current = None
            self._close_unread()
            if wanted is None:
                return None
            if self._current is None:
                # By its own name, not through the link: DuckDB hands out a file that it has open by path.
                self._current = Release(self.home.releases / wanted)
            self._current.readers += 1
            return self._current

    def _give_back(self, release: Release) -> None:
        with self._lock:
            release.readers -= 1
            self._close_unread()

    def _close_unread(self) -> None:
        for release in [old for old in self._retired if old.readers == 0]:
            self._retired.remove(release)
            release.close()


@cache
def library(home: str) -> Library:
    """The one library of a home in this process: DuckDB opens a file once, and its locked settings stay."""
    return Library(Home(Path(home)))
