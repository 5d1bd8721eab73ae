"""Progress on a terminal: shown there whatever becomes of standard error, silent in a pipe."""

from __future__ import annotations

import os
import pty
import re
import sys
import time
from collections.abc import Iterator

import pytest

from pipelines import progress


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The far end of a terminal that is kept for displays, though standard error is none."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(progress, "_terminal", [terminal])
        monkeypatch.setattr(progress, "_SHOW_AFTER_SECONDS", 0.0)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "100")
        yield ours
    os.close(ours)


def drawn(screen: int) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", os.read(screen, 65536).decode())


def test_a_bar_says_how_fast_and_how_long_still(screen: int) -> None:
    with progress.bar("extracting") as report:
        time.sleep(0.3)
        report(25, 100)
        time.sleep(0.3)
    shown = drawn(screen)
    assert "extracting" in shown
    assert "25/100" in shown
    assert re.search(r"[\d.]+/s 0:00:00 0:00:0\d left", shown)


def test_a_step_is_named(screen: int) -> None:
    with progress.step("auditing"):
        time.sleep(0.3)
    assert "auditing" in drawn(screen)


def test_a_pipe_gets_nothing(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_terminal", [])
    monkeypatch.setattr(progress, "_SHOW_AFTER_SECONDS", 0.0)
    assert not sys.stderr.isatty()
    with progress.bar("extracting") as report, progress.step("auditing"):
        report(1, 2)
        time.sleep(0.1)
    assert capfd.readouterr() == ("", "")
