"""`dateline serve`: a second process as the server, DuckDB's client as the reader, and hostile readers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dask_cluster import ROOT, free_port

from pipelines.settings import Home
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.extensions import load_extensions
from pipelines.warehouse.serve import Guard, ServeError, token_of

pytest.importorskip("duckdb_extension_quack")


def release(home: Home, name: str, outlet: str) -> None:
    """Publish a release with one outlet."""
    file = home.releases / name / "dateline.duckdb"
    warehouse = Warehouse(file)
    warehouse.prepare(None)
    with warehouse.connect() as connection:
        connection.execute(
            "INSERT INTO main.outlets (outlet_id, name, method) VALUES ('o1', ?, 'page')", [outlet]
        )
        connection.execute("CREATE VIEW marts.outlet_names AS SELECT name FROM main.outlets")
    link = home.path / ".next"
    link.symlink_to(Path("releases") / name, target_is_directory=True)
    link.replace(home.current)


class Reader:
    """DuckDB's client, as anybody would use it."""

    def __init__(self, port: int, token: str) -> None:
        self.address, self.token = f"quack:127.0.0.1:{port}", token
        self.connection = duckdb.connect()
        load_extensions(self.connection, "httpfs", "quack")

    def ask(self, sql: str, token: str | None = None) -> list[tuple[Any, ...]]:
        """Send one query; its rows."""
        call = "FROM quack_query(?, ?, token = ?)"
        return self.connection.execute(call, [self.address, sql, token or self.token]).fetchall()

    def ask_when_there(self, sql: str, wanted: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Ask until the answer is the wanted one, for a minute."""
        deadline, found = time.monotonic() + 60, []
        while found != wanted and time.monotonic() < deadline:
            try:
                found = self.ask(sql)
            except duckdb.Error:
                time.sleep(0.1)
        return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Home, Reader, subprocess.Popen[str]]]:
    home, port = Home(tmp_path / "home"), free_port()
    release(home, "20260401T090000-aaaaaa", "The First Example")
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "serve", "--port", str(port)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATELINE_HOME": str(home.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    token = home.path / "state" / "serve.token"
    deadline = time.monotonic() + 60
    while not (token.is_file() and token.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    reader = Reader(port, token.read_text().strip())
    reader.ask_when_there("SELECT 1", [(1,)])
    yield home, reader, process
    process.kill()
    process.wait()


HOSTILE = (
    "INSERT INTO main.outlets (outlet_id) VALUES ('x')",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE MACRO quack_check_token(a, b, c) AS true",
    "COPY main.outlets TO '{outside}'",
    "EXPORT DATABASE '{outside}'",
    "ATTACH '{outside}' AS evil",
    "FROM read_text('/etc/passwd')",
    "FROM glob('/etc/*')",
    "FROM '/etc/passwd'",
    "FROM read_blob('http://127.0.0.1:1/x')",
    "SELECT * FROM duckdb_secrets()",
    "SET enable_external_access = true",
    "SET memory_limit = '1MB'",
    "RESET lock_configuration",
    "LOAD httpfs",
    "INSTALL httpfs",
    "CALL quack_stop('{address}')",
    "FROM \"quack_stop\"('{address}')",
    "FROM query('FROM qua' || 'ck_stop(''{address}'')')",
    "CALL quack_serve('quack:127.0.0.1:9')",
    "FROM quack_query('{address}', 'SELECT 1', token = 'x')",
    "SELECT 1; DROP TABLE main.outlets",
    "BEGIN",
    "CHECKPOINT",
    "DETACH dateline",
    "SELECT",
    "",
    "(" * 5000,
)


def test_readers_read_and_nothing_else(
    served: tuple[Home, Reader, subprocess.Popen[str]], tmp_path: Path
) -> None:
    home, reader, process = served
    assert reader.ask("SELECT name FROM marts.outlet_names") == [("The First Example",)]
    with pytest.raises(duckdb.Error, match="Authentication failed"):
        reader.ask("SELECT 1", token="not-the-token-at-all")
    outside = tmp_path / "outside"
    for hostile in HOSTILE:
        with pytest.raises(duckdb.Error):
            reader.ask(hostile.format(outside=outside, address=reader.address))
            pytest.fail(f"let through: {hostile[:80]}")
    assert not outside.exists()
    assert reader.ask("SELECT count(*) FROM main.outlets") == [(1,)]

    # The client's own way: attach, see what is there, and join with what the reader has.
    reader.connection.execute(f"ATTACH '{reader.address}' AS dateline (TOKEN '{reader.token}')")
    attached = "SELECT name FROM dateline.marts.outlet_names"
    assert reader.connection.execute(attached).fetchall() == [("The First Example",)]

    # A new release: the next query that names the address sees it; an attached session attaches again.
    release(home, "20260402T090000-bbbbbb", "The Second Example")
    second = [("The Second Example",)]
    assert reader.ask_when_there("SELECT name FROM main.outlets", second) == second
    with pytest.raises(duckdb.Error, match="Invalid connection id"):
        reader.connection.execute(attached).fetchall()
    reader.connection.execute("DETACH dateline")
    reader.connection.execute(f"ATTACH '{reader.address}' AS dateline (TOKEN '{reader.token}')")
    assert reader.connection.execute(attached).fetchall() == second

    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "serving release 20260402T090000-bbbbbb" in said
    assert reader.token not in said


def test_the_token_is_the_owners_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    token, path = token_of(home)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(token) >= 32
    assert token_of(home) == (token, path)
    path.write_text("short\n")
    with pytest.raises(ServeError, match="at least 16 characters"):
        token_of(home)


@pytest.mark.parametrize(
    "query",
    [
        "FROM json_execute_serialized_sql('{}')",
        "SELECT * FROM JSON_Execute_Serialized_SQL('{}')",
        "FROM query('CALL quack_stop(1)')",
        "FROM enable_logging()",
        "FROM truncate_duckdb_logs()",
        "FROM duckdb_logs",
        "FROM force_checkpoint()",
    ],
)
def test_the_guard_bars_what_acts_or_runs_text(query: str) -> None:
    assert not Guard().allows("s", query)


@pytest.mark.parametrize(
    "query",
    [
        "FROM marts.speakers",
        "WITH a AS (SELECT 1 AS b) SELECT b FROM a WHERE b IN (SELECT 1)",
        "DESCRIBE main.quotes",
        "SUMMARIZE main.quotes",
        "SELECT 'quack_stop', 'DROP TABLE x'",
    ],
)
def test_the_guard_lets_reading_through(query: str) -> None:
    assert Guard().allows("s", query)
