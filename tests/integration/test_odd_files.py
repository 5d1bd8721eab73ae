"""What lies in a folder and is no file: links to devices, pipes, circles. Reading them would have no end."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.ingest.sources import MAX_SIDECAR
from pipelines.settings import load_settings
from pipelines.warehouse.intake import land
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.session import open_session


def land_in_time(folder: Path) -> dict[str, str]:
    """Land a folder; the last parts of what was rejected, with the detail."""

    def work() -> None:
        with open_session(load_settings(), trigger="command") as session:
            land(session, [folder])
            session.finish("nothing_new")

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(20)
    assert not worker.is_alive(), "it waits for bytes that never end, or never come"
    with closing(Ledger(load_settings().home.ledger)) as ledger:
        assert [row.place.rpartition("/")[2] for row in ledger.landed("1")] == ["good.txt"]
        return {r.source_uri.rpartition("/")[2]: r.detail for r in ledger.rows("rejected_documents")}


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    found = tmp_path / "in"
    found.mkdir()
    (found / "good.txt").write_text("Two people were hurt, police said.", encoding="utf-8")
    return found


def test_what_is_no_file_is_not_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.txt"))
        (folder / "zeros.txt").symlink_to("/dev/zero")
        (folder / "to-pipe.txt").symlink_to(folder / "pipe.txt")
        (folder / "circle.txt").symlink_to(folder / "circle.txt")
        (folder / "nowhere.txt").symlink_to(folder / "gone.txt")
        (folder / "up").symlink_to(folder, target_is_directory=True)
        told = land_in_time(folder)
    assert told.keys() == {"zeros.txt", "to-pipe.txt", "circle.txt", "nowhere.txt"}
    assert told["zeros.txt"] == told["to-pipe.txt"] == "not a file"


@pytest.mark.parametrize("kind", ["zeros", "pipe", "folder", "long"])
def test_what_is_no_sidecar_rejects_its_file(folder: Path, kind: str) -> None:
    (folder / "bad.txt").write_text("Six people were hurt.", encoding="utf-8")
    beside = folder / "bad.txt.meta.json"
    if kind == "zeros":
        beside.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(beside)
    elif kind == "folder":
        beside.mkdir()
    else:
        beside.write_bytes(b" " * (MAX_SIDECAR + 1))
    assert list(land_in_time(folder)) == ["bad.txt"]
