"""The how-to page on backup and restore, run as it stands: rows are equal, and runs go on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import reliability as rel
from test_pipeline import Deployment

from pipelines.settings import Home
from pipelines.warehouse.release import current_release
from pipelines.warehouse.session import run_lock

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "back-up-and-restore.md"


def test_a_backup_is_a_deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, restored = tmp_path / "warehouse", tmp_path / "restored"
    backing_up, restoring = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)

    def shell(commands: str, seconds: float = 60) -> None:
        subprocess.run(["bash", "-euc", commands], cwd=tmp_path, check=True, timeout=seconds)

    def at(folder: Path) -> Deployment:
        monkeypatch.setenv("DATELINE_HOME", str(folder))
        monkeypatch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        return Deployment(folder, tmp_path / "in")

    deployment = at(home)
    deployment.write("bridge.txt", rel.BRIDGE)
    assert deployment.run().outcome == "published"
    with run_lock(Home(home), "a test"), pytest.raises(subprocess.TimeoutExpired):
        shell(backing_up.replace("flock ", "exec flock "), seconds=1)
    assert not (tmp_path / "backup").exists(), "a run at work is waited for"
    shell(backing_up)
    before = rel.rows(home)
    home.rename(tmp_path / "lost")
    shell(restoring)

    assert current_release(Home(restored)) is not None
    assert rel.differences(rel.rows(restored), before) == []
    deployment = at(restored)
    deployment.write("valley.txt", rel.VALLEY)
    run = deployment.run()
    assert (run.outcome, run.stored_count, run.unchanged_count) == ("published", 1, 1)
    assert deployment.one("SELECT count(*) FROM main.documents") == 2
    assert deployment.one("SELECT count(*) FROM audit.runs") == 2
