"""`make audit` says what it could not check, and fails on what is known."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_advisories.sh"


@pytest.mark.parametrize(
    ("says", "code", "expected", "said"),
    [
        ("No known vulnerabilities found", 0, 0, "none known"),
        ("Found 1 known vulnerability in 1 package", 1, 1, "Found 1 known"),
        ("ERROR: connection refused", 1, 0, "not checked"),
    ],
)
def test_the_outcome_is_told(says: str, code: int, expected: int, said: str, tmp_path: Path) -> None:
    tool = tmp_path / "bin" / "pip-audit"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    tool.chmod(0o755)
    done = subprocess.run(
        ["bash", str(SCRIPT)],
        env={**os.environ, "AUDIT_VENV": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, said in done.stdout) == (expected, True), done.stdout + done.stderr


def test_without_the_tool_it_says_not_checked(tmp_path: Path) -> None:
    environ = {**os.environ, "AUDIT_VENV": str(tmp_path / "none"), "PYTHON": "/bin/false"}
    done = subprocess.run(["bash", str(SCRIPT)], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, "not checked" in done.stdout) == (0, True)
