"""Files are landed in groups: every file once, in order, a large one by itself."""

from pathlib import Path

import pytest

from pipelines.warehouse import intake


def test_small_files_go_together_and_large_ones_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_FILES_AT_ONCE", 2)
    monkeypatch.setattr(intake, "_SMALL_BYTES", 10)
    paths = []
    for name, size in (("a", 1), ("b", 10), ("c", 5), ("d", 11), ("e", 0), ("gone", None), ("g", 2)):
        path = tmp_path / name
        if size is not None:
            path.write_bytes(b"x" * size)
        paths.append(path)
    groups = list(intake._groups(paths))
    assert [[path.name for path, _ in group] for group in groups] == [
        ["a", "b"],
        ["c"],
        ["d"],
        ["e"],
        ["gone"],
        ["g"],
    ]
    assert [path.name for group in groups for path, about in group if about is None] == ["gone"]
    assert list(intake._groups([])) == []
