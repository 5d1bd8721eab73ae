"""Publishing: a closed work file becomes a release, and the link `current` moves to it in one step.

A reader that is open keeps its release, the next connection sees the new one, nobody meets a lock.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipelines.settings import Home
from pipelines.warehouse.connection import Warehouse, transaction
from pipelines.warehouse.ledger import AUDIT_TABLES, Ledger
from pipelines.warehouse.schema import qualified
from pipelines.warehouse.session import Session, utc_now

# Keys of small facts in the ledger: the release it agrees with, what publishing a run settles, and the
# release that a release was built from.
_CURRENT = "current_release"
_PROMISE = "promise:"
_BASE = "base:"

logger = logging.getLogger(__name__)


class ReleaseError(ValueError):
    """A release that is not there, or cannot be taken."""


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """A published release on disk."""

    release_id: str
    path: Path
    published_at: datetime
    size_bytes: int
    is_current: bool


def copy_ledger(session: Session, warehouse: Warehouse) -> dict[str, int]:
    """Write schema `audit` of the work file anew from the ledger; returns rows by table.

    The run's own row is written as it will stand once the release is published: readers see it only then.
    """
    counts = {}
    now = utc_now()
    with warehouse.connect() as connection, transaction(connection):
        for spec in AUDIT_TABLES:
            rows = session.ledger.rows(spec.name)
            for row in rows:
                if spec.name == "runs" and row.run_id == session.run_id:
                    row.outcome, row.release_id, row.finished_at = "published", session.run_id, now
            arrays = [
                pa.array([getattr(row, c.name) for row in rows], type=c.arrow_type) for c in spec.columns
            ]
            connection.register("incoming", pa.table(arrays, names=spec.column_names))
            connection.execute(f"DELETE FROM {qualified(spec)}")  # noqa: S608
            connection.execute(f"INSERT INTO {qualified(spec)} BY NAME FROM incoming")
            connection.unregister("incoming")
            counts[spec.name] = len(rows)
    return counts


def publish(session: Session, warehouse: Warehouse) -> Path:
    """Make the work file the current release; returns the release's folder.

    Moving the link is the commit: what the ledger says of it is set right by `reconcile` if a crash comes
    between the two.
    """
    home = session.home
    with warehouse.connect() as connection:
        connection.execute("CHECKPOINT")
    target = home.releases / session.run_id
    building = home.releases / f".{session.run_id}"
    building.mkdir(parents=True, exist_ok=True)
    warehouse.path.replace(building / "dateline.duckdb")
    _sync(building / "dateline.duckdb")
    _sync(building)
    building.replace(target)
    _sync(home.releases)
    _promise(session)
    _point_current(home, session.run_id)
    reconcile(home, session.ledger)
    session.run = session.ledger.run(session.run_id) or session.run
    logger.info("published %d documents", session.run.published_count, extra={"outcome": "published"})
    prune(home, session.settings.keep_releases)
    return target


def _promise(session: Session) -> None:
    """Write down, before the link moves, what moving it settles: a crash in between loses nothing."""
    ledger, work = session.ledger, session.work
    quarantined = {
        row.row_key
        for row in ledger.rows(
            "quarantined_rows", "run_id = ? AND table_name = 'documents'", [session.run_id]
        )
    }
    settlement: dict[str, list[int]] = {"released": [], "quarantined": [], "superseded": []}
    for row in (*work.documents, *work.sources):
        settlement["quarantined" if row.document_id in quarantined else "released"].append(row.seq)
    settlement["superseded"] = [row.seq for row in work.superseded]
    session.record()
    promise = {"settlement": settlement, "base": current_release(session.home)}
    ledger.put(_PROMISE + session.run_id, json.dumps(promise))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _point_current(home: Home, release_id: str) -> None:
    link = home.path / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release_id, target_is_directory=True)
    link.replace(home.current)
    _sync(home.path)


def current_release(home: Home) -> str | None:
    """Id of the published release, or None before the first."""
    try:
        name = home.current.readlink().name
    except OSError:
        return None
    return name if home.database.is_file() else None


def list_releases(home: Home) -> list[ReleaseInfo]:
    """Releases on disk, newest first."""
    now = current_release(home)
    found = []
    for folder in sorted(home.releases.glob("[0-9]*"), reverse=True):
        file = folder / "dateline.duckdb"
        if file.is_file():
            stat = file.stat()
            when = datetime.fromtimestamp(folder.stat().st_mtime, UTC).replace(tzinfo=None)
            found.append(ReleaseInfo(folder.name, file, when, stat.st_size, folder.name == now))
    return found


def prune(home: Home, keep: int) -> list[str]:
    """Remove all but the newest `keep` releases; the current one always stays. Returns what went.

    Call only while holding the run lock: a rollback may make current what is about to go.
    """
    gone = []
    for info in list_releases(home)[keep:]:
        if not info.is_current:
            shutil.rmtree(info.path.parent)
            gone.append(info.release_id)
    return gone


def rollback(home: Home, ledger: Ledger, release_id: str | None, *, who: str, why: str) -> str:
    """Make an earlier release the current one: the named one, or the one that the current was built from.

    What landed since is pending again, so the next run loads it again: exclude what was wrong first.
    Call only while holding the run lock. Raises ReleaseError when there is no such release.
    """
    # Of a publish that a crash cut short the ledger does not know yet what it was built from.
    reconcile(home, ledger)
    names = [info.release_id for info in list_releases(home)]
    if release_id is None:
        release_id = ledger.get(_BASE + (current_release(home) or ""))
        if release_id is None or release_id not in names:
            raise ReleaseError("there is no earlier release to go back to")
    if release_id not in names:
        raise ReleaseError(f"no release {release_id} (there are: {', '.join(names) or 'none'})")
    ledger.rule("rollback", release_id, who=who, why=why)
    _point_current(home, release_id)
    reconcile(home, ledger)
    return release_id


def reconcile(home: Home, ledger: Ledger) -> bool:
    """Bring the ledger in line with the release that `current` points at, if they differ.

    They differ after publishing, after a rollback, and when a crash came between the link and the ledger.
    An arrival is settled when the run that settled it is the release's, or that of one it was built from.
    Folders of releases that were never published are removed. Call only while holding the run lock.
    """
    _sweep(home, ledger)
    release_id = current_release(home)
    if ledger.get(_CURRENT) == release_id:
        return False
    with ledger.transaction():
        if release_id and (promised := ledger.get(_PROMISE + release_id)):
            promise = json.loads(promised)
            ledger.settle(release_id, promise["settlement"])
            ledger.put(_BASE + release_id, promise["base"])
            ledger.put(_PROMISE + release_id, None)
            _mark_published(ledger, release_id)
        else:
            ledger.resettle(_lineage(ledger, release_id))
        ledger.put(_CURRENT, release_id)
    return True


def _mark_published(ledger: Ledger, release_id: str) -> None:
    run = ledger.run(release_id)
    if run:
        run.outcome, run.release_id, run.detail = "published", release_id, None
        run.finished_at = utc_now()
        ledger.add("runs", [run])


def _lineage(ledger: Ledger, release_id: str | None) -> set[str]:
    """The runs whose work a release holds: its own, and those of the releases it was built from."""
    found: set[str] = set()
    while release_id and release_id not in found:
        found.add(release_id)
        release_id = ledger.get(_BASE + release_id)
    return found


def _sweep(home: Home, ledger: Ledger) -> None:
    """Remove what a run that died before its link moved left among the releases."""
    current = current_release(home)
    for folder in home.releases.glob("*") if home.releases.is_dir() else ():
        run = ledger.run(folder.name)
        is_published = run is not None and run.outcome == "published"
        if folder.is_dir() and folder.name != current and not is_published:
            shutil.rmtree(folder, ignore_errors=True)
