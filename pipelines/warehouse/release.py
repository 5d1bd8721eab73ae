"""Publishing: a closed work file becomes a release, and the link `current` moves to it in one step.

A reader that is open keeps its release, the next connection sees the new one, nobody meets a lock.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipelines.settings import Home
from pipelines.warehouse.connection import Warehouse, open_release, transaction
from pipelines.warehouse.ledger import AUDIT_TABLES, Landed, Ledger
from pipelines.warehouse.schema import qualified
from pipelines.warehouse.session import Session, utc_now

_CURRENT = "current_release"


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
    _point_current(home, session.run_id)
    _settle(session)
    prune(home, session.settings.keep_releases)
    return target


def _settle(session: Session) -> None:
    run, ledger, work = session.run, session.ledger, session.work
    quarantined = {
        row.row_key
        for row in ledger.rows("quarantined_rows", "run_id = ? AND table_name = 'documents'", [run.run_id])
    }
    with ledger.transaction():
        ledger.set_state("released", [r.seq for r in work.arrivals if r.document_id not in quarantined])
        ledger.set_state("quarantined", [r.seq for r in work.documents if r.document_id in quarantined])
        ledger.set_state("superseded", [r.seq for r in work.superseded])
        ledger.put(_CURRENT, run.run_id)
        run.release_id = run.run_id
        session.finish("published")


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
    """Remove all but the newest `keep` releases; the current one always stays. Returns what went."""
    gone = []
    for info in list_releases(home)[keep:]:
        if not info.is_current:
            shutil.rmtree(info.path.parent)
            gone.append(info.release_id)
    return gone


def rollback(home: Home, ledger: Ledger, release_id: str | None, *, who: str, why: str) -> str:
    """Make an earlier release the current one: the named one, or the one before the current.

    What landed since is pending again, so the next run loads it again: exclude what was wrong first.
    Raises ReleaseError when there is no such release.
    """
    releases = list_releases(home)
    names = [info.release_id for info in releases]
    current = current_release(home)
    if release_id is None:
        older = names[names.index(current) + 1 :] if current in names else names
        if not older:
            raise ReleaseError("there is no earlier release to go back to")
        release_id = older[0]
    if release_id not in names:
        raise ReleaseError(f"no release {release_id} (there are: {', '.join(names) or 'none'})")
    ledger.rule("rollback", release_id, who=who, why=why)
    _point_current(home, release_id)
    reconcile(home, ledger)
    return release_id


def reconcile(home: Home, ledger: Ledger) -> bool:
    """Bring the ledger in line with the release that `current` points at, if they differ.

    They differ after a rollback, or when a crash came between moving the link and the ledger's last word.
    """
    release_id = current_release(home)
    if ledger.get(_CURRENT) == release_id:
        return False
    held: set[tuple[str, str]] = set()
    replaced: set[tuple[str, str]] = set()
    places: set[tuple[str, str]] = set()
    if release_id is not None:
        with open_release(home.database) as connection:
            ask = connection.execute
            held = set(ask("SELECT document_id, text_sha256 FROM main.documents").fetchall())
            replaced = set(ask("SELECT document_id, text_sha256 FROM main.document_revisions").fetchall())
            places = set(ask("SELECT document_id, source_uri FROM main.document_sources").fetchall())
            quarantine = ask(
                "SELECT row_key, row FROM audit.quarantined_rows WHERE table_name = 'documents'"
            ).fetchall()
        bad = {(key, json.loads(row).get("text_sha256")) for key, row in quarantine}
    else:
        bad = set()
    with ledger.transaction():
        for row in ledger.landed("state <> 'excluded'"):
            ledger.set_state(_state(row, held, replaced, bad, places), [row.seq])
        ledger.put(_CURRENT, release_id)
        run = ledger.run(release_id) if release_id else None
        if run and run.outcome != "published":
            run.outcome, run.release_id, run.detail = "published", run.run_id, None
            ledger.add("runs", [run])
    return True


def _state(
    row: Landed,
    held: set[tuple[str, str]],
    replaced: set[tuple[str, str]],
    bad: set[tuple[str, str]],
    places: set[tuple[str, str]],
) -> str:
    revision = (row.document_id, row.text_sha256)
    if row.kind == "source":
        return "released" if (row.document_id, row.place) in places else "pending"
    if revision in held:
        return "released"
    if revision in replaced:
        return "superseded"
    return "quarantined" if revision in bad else "pending"
