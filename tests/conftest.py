"""Fixtures that several rooms of tests share."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, settings

from pipelines.views.build import create_views
from pipelines.warehouse.schema import create_schema

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

# How long an example takes says something about the machine, not about the code.
settings.register_profile("dateline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dateline")


# The rooms whose files take longest go first, so that the last files of a run on several cores are short.
_ROOMS = ("integration", "browser", "contract", "golden", "fuzz", "property", "unit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order tests by room; within a room they stay as they are."""
    root = Path(__file__).parent

    def room(item: pytest.Item) -> int:
        parts = item.path.relative_to(root).parts if item.path.is_relative_to(root) else ()
        return _ROOMS.index(parts[0]) if parts and parts[0] in _ROOMS else len(_ROOMS)

    items.sort(key=room)


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    """Tests see the defaults, whatever the shell that runs them has set."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("DATELINE_")}
    yield
    os.environ.update(kept)


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with every table and view, and no row."""
    connection = duckdb.connect()
    create_schema(connection)
    create_views(connection)
    return connection


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty deployment; settings and Dagster point at it for the length of a test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DATELINE_HOME", str(folder))
    monkeypatch.setenv("DAGSTER_HOME", str(folder / "dagster"))
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A published release of the sample reports, made once for all workers. Copy it to write in it."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    folder = shared / "sample_home"
    with (shared / "sample_home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "current").exists():
            root = Path(__file__).resolve().parents[1]
            command = [sys.executable, "-m", "pipelines.cli", "run", str(root / "seeds" / "articles")]
            env = {**os.environ, "DATELINE_HOME": str(folder), "PYTHONPATH": str(root)}
            subprocess.run(command, env=env, check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture
def parsed_texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that extraction has parsed since, in that order."""
    from pipelines.extract import extractor

    asked: list[str] = []
    parse = extractor.parse

    def kept_and_parsed(texts: Iterable[str], nlp: Any = None) -> Iterator[Any]:
        kept = list(texts)
        asked.extend(kept)
        return parse(kept, nlp)

    monkeypatch.setattr(extractor, "parse", kept_and_parsed)
    return asked
