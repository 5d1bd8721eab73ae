"""A published file is written for older clients: its format, and (long) clients that really read it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.views.build import create_views
from pipelines.views.catalog import load_views
from pipelines.views.macros import load_macros
from pipelines.warehouse.connection import STORAGE_VERSION, Warehouse

# Package, and how its own Python or program reads the file: every view, every macro.
CLIENTS = ("duckdb==1.2.2", "duckdb==2.0.0", "duckdb-cli==1.5.6")
_READ = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
for query in sys.argv[2:]:
    connection.execute(query).fetchall()
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as a run writes it, empty."""
    path = tmp_path_factory.mktemp("older") / "dateline.duckdb"
    warehouse = Warehouse(path)
    warehouse.prepare(None)
    with warehouse.connect() as connection:
        create_views(connection)
    return path


def queries() -> list[str]:
    """A query for every view and every table macro."""
    views = [f"SELECT * FROM {view.qualified}" for view in load_views()]
    return views + [f"SELECT * FROM marts.{macro.name}('bridge')" for macro in load_macros()]


def test_the_file_has_the_format_of_older_clients(file: Path) -> None:
    with duckdb.connect(str(file), read_only=True) as connection:
        row = connection.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal"
        ).fetchone()
    assert STORAGE_VERSION == "v1.2.0"
    assert row is not None
    assert str(row[0]).startswith(STORAGE_VERSION)


@pytest.mark.long
@pytest.mark.parametrize("client", CLIENTS)
def test_another_version_reads_every_view_and_macro(file: Path, client: str, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    got = subprocess.run(
        [str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", client],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    if got.returncode:
        pytest.skip(f"{client} cannot be had here: {got.stderr.strip().splitlines()[-1]}")
    if client.startswith("duckdb-cli"):
        command = [
            str(venv / "bin" / "duckdb"),
            "-readonly",
            "-bail",
            "-json",
            str(file),
            ";".join(queries()),
        ]
    else:
        command = [str(venv / "bin" / "python"), "-c", _READ, str(file), *queries()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Error" not in done.stderr


def test_the_docs_say_which_clients_were_tried() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "connect-superset.md").read_text(encoding="utf-8")
    assert [client for client in CLIENTS if client.partition("==")[2] not in page] == []
    assert json.dumps(STORAGE_VERSION).strip('"') in page
