"""A run: its lock, its identity, its folder, and how it ends.

Every run, from the command line or the daemon, takes the one lock of its home, waits for it, and says for
whom. A run whose process died is marked interrupted by the next one, which holds the lock and so knows.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from pipelines.log import run_log
from pipelines.model import Run
from pipelines.settings import Home, Settings
from pipelines.warehouse.alerts import ALARMING, alert
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.tombstones import Tombstones
from pipelines.warehouse.work import Work

logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Now, in UTC, without a time zone: as the tables hold it."""
    return datetime.now(UTC).replace(tzinfo=None)


def new_run_id(now: datetime) -> str:
    """An id that sorts by time and names a folder: 20260131T235959-1a2b3c."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


@dataclass(slots=True)
class Session:
    """A run while it holds the lock."""

    settings: Settings
    ledger: Ledger
    run: Run
    work: Work = field(default_factory=Work)
    forgotten: Tombstones = field(default_factory=Tombstones)

    @property
    def home(self) -> Home:
        """Where the deployment keeps what it writes."""
        return self.settings.home

    @property
    def run_id(self) -> str:
        """The run's id, and its release's."""
        return self.run.run_id

    @property
    def folder(self) -> Path:
        """The run's own working folder."""
        return self.home.work / self.run_id

    @property
    def work_file(self) -> Path:
        """The database being built."""
        return self.folder / "dateline.duckdb"

    def staged(self, table: str) -> Path:
        """Parquet file of a table's new rows as extracted."""
        return self.folder / "staged" / f"{table}.parquet"

    def kept(self, table: str) -> Path:
        """Parquet file of a table's new rows that passed the audit."""
        return self.folder / "kept" / f"{table}.parquet"

    def record(self) -> None:
        """Write the run's row to the ledger."""
        self.ledger.add("runs", [self.run])

    def finish(self, outcome: str, detail: str | None = None) -> None:
        """End the run with an outcome; the first outcome set stays."""
        if self.run.outcome == "running":
            self.run.outcome, self.run.detail = outcome, detail
            self.run.finished_at = utc_now()
            self.record()
            level = logging.ERROR if outcome in ALARMING else logging.INFO
            logger.log(level, "%s%s", outcome, f": {detail}" if detail else "", extra={"outcome": outcome})


@contextmanager
def run_lock(home: Home, holder: str, notice: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the home's one lock. When another holds it, say for whom we wait, once, and wait."""
    home.lock.parent.mkdir(parents=True, exist_ok=True)
    with home.lock.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            (notice or print)(f"waiting for {_holder(handle)}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            _write_holder(handle, holder)
            yield
        finally:
            handle.truncate(0)
            fcntl.flock(handle, fcntl.LOCK_UN)


def _holder(handle: IO[str]) -> str:
    handle.seek(0)
    try:
        held = json.loads(handle.read())
        return f"{held['who']} (process {held['pid']}, since {held['since']} UTC)"
    except (ValueError, KeyError):
        return "another run"


def _write_holder(handle: IO[str], holder: str) -> None:
    handle.truncate(0)
    since = utc_now().isoformat(sep=" ", timespec="seconds")
    handle.write(json.dumps({"who": holder, "pid": os.getpid(), "since": since}))
    handle.flush()


@contextmanager
def open_session(
    settings: Settings,
    *,
    trigger: str,
    dagster_run_id: str | None = None,
    ingest_date: date | None = None,
    notice: Callable[[str], None] | None = None,
) -> Iterator[Session]:
    """Start a run: take the lock, end what a crash left open, clear old working folders.

    On leaving, a run without an outcome is `failed`. The working folder goes, whatever the outcome: what
    landed is in landing and the ledger, and the next run starts from the last release.
    """
    settings.home.path.mkdir(parents=True, exist_ok=True)
    ended: list[Run] = []
    try:
        with run_lock(settings.home, f"a {trigger} run", notice):
            now = utc_now()
            run_id = new_run_id(now)
            with closing(Ledger(settings.home.ledger)) as ledger, run_log(settings.log, run_id):
                ended += _clear_up(settings.home, ledger)
                run = Run(
                    run_id=run_id,
                    trigger=trigger,
                    started_at=now,
                    ingest_date=ingest_date or now.date(),
                    dagster_run_id=dagster_run_id,
                )
                session = Session(settings, ledger, run, forgotten=Tombstones.of(ledger))
                session.record()
                logger.info("run started by %s", trigger)
                try:
                    yield session
                    session.finish("failed", "the run ended before it published")
                except BaseException as error:
                    session.finish("failed", f"{type(error).__name__}: {error}"[:500])
                    raise
                finally:
                    ended.append(session.run)
                    shutil.rmtree(session.folder, ignore_errors=True)
    finally:
        # The lock is free again: the next run need not wait for a slow address.
        for done in ended:
            alert(settings, done)


def _clear_up(home: Home, ledger: Ledger) -> list[Run]:
    """End what a crash left open, and clear its working folder; the runs that died."""
    died = [run for run_id in ledger.end_unfinished(utc_now()) if (run := ledger.run(run_id))]
    for run in died:
        logger.warning("run %s died; what it landed is taken by this one", run.run_id)
    shutil.rmtree(home.work, ignore_errors=True)
    return died
