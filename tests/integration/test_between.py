"""What a person does while a run goes on: pruning waits, and no exclusion takes back what is published."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from test_lock import HOLD
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.settings import Home
from pipelines.warehouse.exclusions import exclude, include
from pipelines.warehouse.ledger import Landed, Ledger
from pipelines.warehouse.release import list_releases

RELEASES = [f"2026040{n}T050000-aaaaaa" for n in range(1, 5)]


@pytest.fixture
def releases(home: Path) -> Home:
    found = Home(home)
    for name in RELEASES:
        (found.releases / name).mkdir(parents=True)
        (found.releases / name / "dateline.duckdb").touch()
    found.current.symlink_to(Path("releases") / RELEASES[-1], target_is_directory=True)
    return found


def test_pruning_waits_for_a_run_and_for_a_rollback(releases: Home) -> None:
    """A rollback that goes on may just make current what would go."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout and other.stdin
    assert other.stdout.readline() == "held\n"
    done: list[Any] = []
    pruning = threading.Thread(
        target=lambda: done.append(CliRunner().invoke(app, ["release", "prune", "--keep", "1"])), daemon=True
    )
    pruning.start()
    pruning.join(3)
    assert pruning.is_alive(), "it did not wait"
    assert len(list_releases(releases)) == 4
    releases.current.unlink()
    releases.current.symlink_to(Path("releases") / RELEASES[1], target_is_directory=True)
    other.stdin.close()
    pruning.join(30)
    assert other.wait(10) == 0
    assert done[0].exit_code == 0
    assert f"waiting for the other one (process {other.pid}" in done[0].stderr
    assert {info.release_id for info in list_releases(releases)} == {RELEASES[1], RELEASES[-1]}, (
        "what was made current meanwhile stays"
    )


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    with closing(Ledger(Home(home).ledger)) as opened:
        now = datetime.now(UTC).replace(tzinfo=None)
        opened.add_landed(
            Landed(
                run_id="r",
                kind="document",
                document_id="d",
                text_sha256="t",
                metadata_sha256="m",
                place="file:///in/a.txt",
                source_uri="file:///in/a.txt",
                source_sha256="s",
                file_name="a.txt",
                record_no=None,
                sidecar_sha256=None,
                outlet=None,
                replaces_document_id=None,
                first_seen_at=now,
                ingest_date=now.date(),
            )
        )
        yield opened


@pytest.mark.parametrize("verb", [exclude, include])
def test_nothing_is_published_between_asking_and_excluding(
    ledger: Ledger, home: Path, monkeypatch: pytest.MonkeyPatch, verb: Any
) -> None:
    """A run that settles what waits must come before the question or after the answer."""
    (arrival,) = ledger.landed("1")
    if verb is include:
        exclude(ledger, "file:///in/a.txt", who="ann", why="test")
    as_ever = Ledger.landed
    refused: list[str] = []

    def asked(self: Ledger, *words: Any) -> Any:
        found = as_ever(self, *words)
        if self is ledger:
            with closing(sqlite3.connect(Home(home).ledger, timeout=0)) as run:
                try:
                    run.execute("UPDATE landed SET state = 'released' WHERE seq = ?", [arrival.seq])
                    run.commit()
                except sqlite3.OperationalError as error:
                    refused.append(str(error))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "landed", asked)
        verb(ledger, "file:///in/a.txt", who="ann", why="test")
    assert refused, "a run published between the question and the answer"
    assert [row.state for row in ledger.landed("1")] == ["excluded" if verb is exclude else "pending"]


def test_what_is_published_is_not_excluded(ledger: Ledger) -> None:
    (arrival,) = ledger.landed("1")
    ledger.set_state("released", [arrival.seq])
    assert exclude(ledger, "file:///in/a.txt", who="ann", why="test")[1] == 0
    assert [row.state for row in ledger.landed("1")] == ["released"]
