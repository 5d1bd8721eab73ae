"""Cloud folders through fsspec: over a real protocol (FTP, a server of our own), and what stores may do."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from ftp_server import Files, serving
from proof_notes import note
from test_remote import Site, land, ledger, site
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.warehouse import cloud
from pipelines.warehouse.sources import Source

__all__ = ["site"]

CRASH = b"Two people were hurt, police said."
EARLY, LATE = "20260301120000", "20260302120000"


@pytest.fixture
def store() -> Iterator[str]:
    files = {
        "/news/a.txt": (CRASH, EARLY),
        "/news/b/c.jsonl": (b'{"text": "One."}\n{"text": "Two."}\n', EARLY),
        "/news/b/c.jsonl.meta.json": (b'{"outlet": "Parapet Digest"}', EARLY),
        "/news/.git/d.txt": (b"Aside.", EARLY),
        "/other/a.txt": (b"Elsewhere.", EARLY),
    }
    with serving(files) as address:
        yield f"{address}/news"


def places() -> list[str]:
    with ledger() as kept:
        return [row.place.partition("@")[2] or row.place for row in kept.landed("1")]


def rejections() -> list[tuple[str, str]]:
    with ledger() as kept:
        return [(row.reason, row.detail) for row in kept.rows("rejected_documents")]


def test_a_folder_on_a_server_is_read_and_asked_only_for_what_changed(home: Path, store: str) -> None:
    source = Source(store)
    assert land(source) == {"stored": 3, "unchanged": 0, "rejected": 0, "excluded": 0}
    host = store.partition("@")[2]
    assert places() == [f"ftp://{host}/a.txt", f"ftp://{host}/b/c.jsonl#1", f"ftp://{host}/b/c.jsonl#2"]
    with ledger() as kept:
        assert [bool(row.sidecar_sha256) for row in kept.landed("1")] == [False, True, True]

    Files.read.clear()
    assert land(source) == {"stored": 0, "unchanged": 3, "rejected": 0, "excluded": 0}
    assert Files.read == [], "unchanged files cost a listing"

    # As long as before: the time of its change tells.
    Files.files["/news/a.txt"] = (CRASH.replace(b"Two", b"Six"), LATE)
    assert land(source) == {"stored": 1, "unchanged": 2, "rejected": 0, "excluded": 0}
    Files.files["/news/b/c.jsonl.meta.json"] = (b'{"outlet": "Parapet Gazette"}', LATE)
    assert land(source)["stored"] == 2, "a sidecar that changed counts"
    assert set(Files.read) == {"/news/a.txt", "/news/b/c.jsonl", "/news/b/c.jsonl.meta.json"}
    note("cloud", files=2, read_unchanged=0)


def test_two_servers_are_two_places(home: Path, store: str) -> None:
    assert land(Source(store))["stored"] == 3
    with serving({"/news/a.txt": (b"Another town, another crash.", EARLY)}) as other:
        assert land(Source(f"{other}/news"))["stored"] == 1
    assert len({place for place in places() if place.endswith("a.txt")}) == 2
    with ledger() as kept:
        assert not kept.landed("replaces_document_id IS NOT NULL")


def test_one_file_may_be_named(home: Path, store: str) -> None:
    assert land(Source(f"{store}/a.txt"))["stored"] == 1
    assert places() == [f"ftp://{store.partition('@')[2]}/a.txt"]


@pytest.mark.parametrize(("lies", "cut_at"), [(10, None), (0, 9)])
def test_half_a_file_is_no_document(home: Path, store: str, lies: int, cut_at: int | None) -> None:
    """A listing that is not true, and a line that breaks: asked for again by the next run."""
    Files.lies, Files.cut_at = lies, cut_at
    assert land(Source(f"{store}/a.txt")) == {"stored": 0, "unchanged": 0, "rejected": 1, "excluded": 0}
    Files.lies, Files.cut_at = 0, None
    assert land(Source(f"{store}/a.txt"))["stored"] == 1


def test_no_password_shows(home: Path, store: str, capfd: pytest.CaptureFixture[str]) -> None:
    os.environ["DATELINE_LOG"] = "json"
    try:
        land(Source(store))
        land(Source(store.replace("s3cret-word", "other-secret")))
    finally:
        del os.environ["DATELINE_LOG"]
    with ledger() as kept:
        told = repr(kept.rows("rejected_documents")) + repr(kept.landed("1")) + repr(kept.rows("runs"))
    assert "unreachable" in told
    told += "".join(capfd.readouterr()) + CliRunner().invoke(app, ["status"]).output
    assert "other-secret" not in told
    assert "s3cret-word" not in told.replace("530 no such ann:s3cret-word", "")


def test_a_file_larger_than_the_limit_is_rejected(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_MAX_CLOUD_BYTES", "1000")
    files = fsspec.filesystem("memory")
    files.pipe("/large/a.txt", b"x" * 2000)
    files.pipe("/large/b.txt", CRASH)
    assert land(Source("memory://large")) == {"stored": 1, "unchanged": 0, "rejected": 1, "excluded": 0}
    assert rejections() == [("too_large", "2000 bytes, more than 1000 (DATELINE_MAX_CLOUD_BYTES)")]


def test_bytes_are_counted_where_the_listing_lies(
    home: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_MAX_CLOUD_BYTES", "20")
    monkeypatch.setattr(cloud, "CHUNK", 8)
    files = fsspec.filesystem("memory")
    files.pipe("/lying/a.txt", CRASH)
    listed = type(files).find
    monkeypatch.setattr(
        type(files),
        "find",
        lambda *a, **k: {path: {**info, "size": None} for path, info in listed(*a, **k).items()},
    )
    assert land(Source("memory://lying"))["rejected"] == 1
    assert rejections() == [("too_large", "more than 20 bytes (DATELINE_MAX_CLOUD_BYTES)")]


def test_a_large_file_is_not_held(home: Path, tmp_path: Path) -> None:
    """`local://` streams from disk: what grows is ours."""
    line = json.dumps({"text": "About 12 people left.", "more": "x" * 1_000_000}) + "\n"
    (tmp_path / "in").mkdir()
    with (tmp_path / "in" / "rows.jsonl").open("w") as file:
        for _ in range(120):
            file.write(line)
    tracemalloc.start()
    counts = land(Source(f"local://{tmp_path}/in"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counts["stored"] + counts["unchanged"] + counts["rejected"] <= 120
    assert counts["stored"] == 1, "a hundred and twenty times the same"
    assert peak < 70 << 20


def test_a_store_that_tells_only_sizes_is_read_each_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/bare/a.txt", CRASH)
    listed = type(files).find
    monkeypatch.setattr(
        type(files),
        "find",
        lambda *a, **k: {path: {"size": info["size"]} for path, info in listed(*a, **k).items()},
    )
    assert land(Source("memory://bare"))["stored"] == 1
    assert land(Source("memory://bare"))["unchanged"] == 1
    files.pipe("/bare/a.txt", CRASH.replace(b"Two", b"Six"))
    assert land(Source("memory://bare"))["stored"] == 1


def test_no_other_store_is_opened_through_one(home: Path, site: str) -> None:
    """fsspec would open `zip://…::http://127.0.0.1/…`, with none of the rules of fetching."""
    for chained in (f"zip://*.txt::{site}/a.zip", f"filecache::{site}/a.txt", f"tar://::{site}/a"):
        assert land(Source(chained.replace("filecache::", "filecache://::")))["rejected"] == 1
    assert Site.asked == []
