"""The lake through the command line: runs of two deployments, the past, a rollback, a forgetting, a kill."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from dask_cluster import ROOT
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.settings import load_settings
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.lake import Lake

pytest.importorskip("duckdb_extension_ducklake")


def publish(home: Path, release_id: str, outlets: int) -> Path:
    """A release with so many outlets."""
    warehouse = Warehouse(home / "releases" / release_id / "dateline.duckdb")
    warehouse.prepare(None)
    with warehouse.connect() as connection:
        connection.execute(
            """INSERT INTO main.outlets (outlet_id, name, method)
               SELECT 'o' || i, repeat('name ' || i, 20), 'page' FROM range(?) AS r(i)""",
            [outlets],
        )
    (home / "current").unlink(missing_ok=True)
    (home / "current").symlink_to(Path("releases") / release_id, target_is_directory=True)
    return warehouse.path


def test_push_list_look_back_purge(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dateline(*given: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, list(given))
        return done.exit_code, done.output

    publish(home, "20260401T090000-aaaaaa", 1)
    code, said = dateline("lake", "push")
    assert (code, "no lake is set" in said) == (2, True)
    monkeypatch.setenv("DATELINE_LAKE", str(tmp_path / "lake.ducklake"))
    code, said = dateline("lake", "list")
    assert (code, "set DATELINE_LAKE_DATA" in said) == (2, True)
    monkeypatch.setenv("DATELINE_LAKE_DATA", str(tmp_path / "lake"))
    assert dateline("lake", "push")[0] == 0
    publish(home, "20260402T090000-bbbbbb", 3)
    code, said = dateline("lake", "push")
    assert (code, "release 20260402T090000-bbbbbb" in said) == (0, True)
    assert [line.split()[0] for line in dateline("lake", "list")[1].splitlines() if "T0" in line] == [
        "20260402T090000-bbbbbb",
        "20260401T090000-aaaaaa",
    ]
    count = "SELECT count(*) AS n FROM main.outlets"
    assert '{"n": 1}' in dateline("sql", count, "--as-of", "20260401T090000-aaaaaa", "--format", "json")[1]
    code, said = dateline("sql", count, "--as-of", "2001-01-01")
    assert (code, "is before anything kept" in said) == (2, True)
    code, said = dateline("lake", "purge")
    assert (code, "say --yes" in said) == (2, True)
    assert dateline("lake", "purge", "--yes")[0] == 0
    assert dateline("sql", count, "--as-of", "20260401T090000-aaaaaa")[0] == 2


def run(home: Path, *given: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *given],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATELINE_HOME": str(home), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.long
def test_two_newsrooms_run_into_one_lake(tmp_path: Path) -> None:
    """Real runs of two deployments at once into one PostgreSQL; then one forgets a document."""
    sys.path.insert(0, str(ROOT / "tests" / "contract"))
    from postgres_server import postgres

    articles = sorted((ROOT / "seeds" / "articles").iterdir())
    with postgres() as address:
        shared = {"DATELINE_LAKE": f"postgres:{address}", "DATELINE_LAKE_DATA": str(tmp_path / "lake")}
        homes = {name: tmp_path / name for name in ("city", "world")}
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "pipelines.cli", "run", str(articles[at]), str(articles[at + 1])],
                cwd=ROOT,
                env={
                    **os.environ,
                    **shared,
                    "PYTHONPATH": str(ROOT),
                    "DATELINE_HOME": str(home),
                    "DATELINE_LAKE_NAME": name,
                },
                stdout=subprocess.DEVNULL,
            )
            for at, (name, home) in enumerate(homes.items())
        ]
        assert [process.wait() for process in running] == [0, 0]
        for name, home in homes.items():
            env = {**shared, "DATELINE_LAKE_NAME": name}
            query = "SELECT * FROM marts.quote_feed ORDER BY ALL"
            now = run(home, "sql", query, "--format", "csv", **env)
            assert now.count("\n") > 2
            assert run(home, "sql", query, "--format", "csv", "--as-of", "2999-01-01", **env) == now
        env = {**shared, "DATELINE_LAKE_NAME": "city"}
        sql = "SELECT document_id, text FROM main.documents ORDER BY 1"
        rows = run(homes["city"], "sql", sql, "--format", "csv", **env).splitlines()
        document = rows[1].split(",", 1)[0]
        run(homes["city"], "forget", document, "--why", "a test", **env)
        left = run(homes["city"], "sql", sql, "--format", "csv", "--as-of", "2999-01-01", **env)
        assert document not in left
        # The ruling that forgot it names it; nothing else does.
        held = [
            file.parent.name
            for file in (tmp_path / "lake" / "city").rglob("*.parquet")
            if document in str(duckdb.sql(f"FROM read_parquet('{file}')").fetchall())
        ]
        assert held == ["rulings"]


COMMIT = """
import sys
from pathlib import Path
from pipelines.settings import load_settings
from pipelines.warehouse.lake import Lake
print("ready", flush=True)
Lake.of(load_settings()).commit(Path(sys.argv[1]), sys.argv[2], "me")
"""


@pytest.mark.long
def test_a_kill_in_mid_commit_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Killed -9 at twelve moments of a commit: the lake holds the old release or the new one, whole."""
    sys.path.insert(0, str(ROOT / "tests" / "contract"))
    from postgres_server import postgres

    home = tmp_path / "home"
    first = publish(home, "20260401T090000-aaaaaa", 2000)
    second = publish(home, "20260402T090000-bbbbbb", 5000)
    with postgres() as address:
        env = {
            "DATELINE_HOME": str(home),
            "DATELINE_LAKE": f"postgres:{address}",
            "DATELINE_LAKE_DATA": str(tmp_path / "lake"),
        }
        lake = Lake.of(load_settings(env))
        assert lake is not None
        lake.commit(first, "20260401T090000-aaaaaa", "me")
        began = time.monotonic()
        lake.commit(second, "20260402T090000-bbbbbb", "me")
        length = time.monotonic() - began
        seen = set()
        for moment in range(12):
            lake.commit(first, "20260401T090000-aaaaaa", "me")
            words = [sys.executable, "-c", COMMIT, str(second), "20260402T090000-bbbbbb"]
            process = subprocess.Popen(
                words, env={**os.environ, **env, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
            )
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(length * (moment + 1) / 12)
            process.send_signal(signal.SIGKILL)
            process.wait()
            newest = lake.snapshots()[-1]
            with lake.open(newest) as connection:
                found = connection.execute("SELECT count(*) FROM main.outlets").fetchone()
            seen.add((newest.release_id, found))
        whole = {("20260401T090000-aaaaaa", (2000,)), ("20260402T090000-bbbbbb", (5000,))}
        assert seen <= whole
        assert ("20260401T090000-aaaaaa", (2000,)) in seen
        done = lake.commit(second, "20260402T090000-bbbbbb", "me")
        assert done.release_id == "20260402T090000-bbbbbb"
    shutil.rmtree(tmp_path / "lake")
