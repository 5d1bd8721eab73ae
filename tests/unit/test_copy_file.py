"""The copy of a release that the next run writes on: whole, whatever the kernel can do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.warehouse.connection import copy_file

CONTENT = bytes(range(256)) * 5000
Copier = Callable[[int, int, int], int]


def refuse(source: int, target: int, count: int) -> int:
    raise OSError(18, "Invalid cross-device link")


def in_pieces(source: int, target: int, count: int) -> int:
    return os.write(target, os.read(source, min(count, 1000)))


def stops_halfway(source: int, target: int, count: int) -> int:
    left = os.fstat(source).st_size - os.lseek(source, 0, os.SEEK_CUR)
    return in_pieces(source, target, count) if left > len(CONTENT) // 2 else 0


@pytest.mark.parametrize("copier", [None, refuse, in_pieces, stops_halfway])
def test_a_copy_is_the_file(copier: Copier | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if copier:
        monkeypatch.setattr(os, "copy_file_range", copier, raising=False)
    source, target = tmp_path / "release", tmp_path / "work"
    source.write_bytes(CONTENT)
    target.write_bytes(b"what a run that broke off left behind" * 99_999)
    copy_file(source, target)
    assert target.read_bytes() == CONTENT
    with target.open("r+b") as work:
        work.write(b"changed")
    assert source.read_bytes() == CONTENT


def test_an_empty_file_and_a_system_without_the_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "copy_file_range", raising=False)
    (tmp_path / "empty").touch()
    copy_file(tmp_path / "empty", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b""
    (tmp_path / "full").write_bytes(CONTENT)
    copy_file(tmp_path / "full", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == CONTENT
