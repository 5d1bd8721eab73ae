"""Landing and discovery: bytes by hash, and which files a run reads."""

import os
import stat

import pytest

from pipelines.ingest.landing import Landing, LandingError
from pipelines.ingest.sources import SourceError, discover, sidecar


def test_bytes_land_under_their_hash_once(tmp_path):
    landing = Landing(tmp_path / "deep" / "landing")
    name = landing.put(b"report")
    path = landing.folder / name
    before = path.stat()
    assert landing.put(b"report") == name
    assert landing.get(name) == b"report" and landing.has(name)
    assert path.stat().st_ino == before.st_ino
    assert [p.name for p in landing.folder.iterdir()] == [name]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(before.st_mode) == 0o666 & ~umask


def test_missing_and_damaged_bytes_are_told(tmp_path):
    landing = Landing(tmp_path)
    name = landing.put(b"report")
    with pytest.raises(LandingError, match="not in the landing folder"):
        landing.get("0" * 64)
    (tmp_path / name).write_bytes(b"reporT")
    with pytest.raises(LandingError, match="damaged"):
        landing.get(name)
    (tmp_path / name).write_bytes(b"rep")
    landing.put(b"report")
    assert landing.get(name) == b"report"


@pytest.mark.parametrize("name", ["", "../secret", "A" * 64, "0" * 63])
def test_a_name_that_is_no_hash(tmp_path, name):
    with pytest.raises(LandingError):
        Landing(tmp_path).get(name)


def test_no_part_file_stays_after_a_failure(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Landing(tmp_path).put(b"report")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_all_its_files_but_hidden_ones_and_sidecars(tmp_path):
    for name in ("b.txt", "a/x.md", "a/photo.jpg", "a/x.md.meta.json", ".hidden/y.txt", "a/.z.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = discover([tmp_path, str(tmp_path / "b.txt")])
    assert [p.relative_to(tmp_path).as_posix() for p in found] == [
        "a/gone.txt",
        "a/photo.jpg",
        "a/x.md",
        "b.txt",
    ]
    assert all(p.is_absolute() for p in found)
    assert sidecar(tmp_path / "a" / "x.md") == b"{}"
    assert sidecar(tmp_path / "b.txt") is None


def test_a_file_named_by_itself_may_be_hidden(tmp_path):
    (tmp_path / ".draft.txt").write_text("x")
    assert discover([tmp_path / ".draft.txt"]) == [tmp_path / ".draft.txt"]


def test_a_source_that_is_not_there_is_an_error_of_one_line(tmp_path):
    with pytest.raises(SourceError, match="missing") as caught:
        discover([tmp_path / "missing"])
    assert "\n" not in str(caught.value)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        discover([tmp_path / "pipe"])
    (tmp_path / "x.txt.meta.json").mkdir()
    with pytest.raises(SourceError):
        sidecar(tmp_path / "x.txt")
