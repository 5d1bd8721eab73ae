"""A run that is killed costs nothing: the next one gives the rows of an undisturbed run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.model import TABLES
from pipelines.warehouse.connection import open_release

DATELINE = str(Path(sys.executable).with_name("dateline"))
ARTICLES = Path(__file__).parents[2] / "seeds" / "articles"
OF_THE_RUN = {"run_id", "ingested_at", "first_seen_at", "superseded_at", "since_run_id"}


def start(home: Path) -> subprocess.Popen[bytes]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "DAGSTER_"))}
    return subprocess.Popen(
        [DATELINE, "run", str(ARTICLES)],
        env={**env, "DATELINE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with open_release(home / "current" / "dateline.duckdb") as connection:
        for spec in (spec for spec in TABLES.values() if spec.schema == "main"):
            columns = ", ".join(f'"{c}"' for c in spec.column_names if c not in OF_THE_RUN)
            query = f"SELECT {columns} FROM main.{spec.name} ORDER BY ALL"
            found[spec.name] = connection.execute(query).fetchall()
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    assert start(home).wait(180) == 0
    return rows(home)


# What lies in the run's folder when its process is killed.
MOMENTS = [
    pytest.param("staged/segments.parquet", marks=pytest.mark.long),
    "kept/quotes.parquet",
    "dateline.duckdb",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_made_good_by_the_next(
    moment: str, tmp_path: Path, undisturbed: dict[str, list[tuple[object, ...]]]
) -> None:
    home = tmp_path / "home"
    process = start(home)
    deadline = time.monotonic() + 120
    while not list(home.glob(f"work/*/{moment}")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert process.poll() is None, "the run was over before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert not (home / "current").exists()
    assert start(home).wait(180) == 0
    assert rows(home) == undisturbed
