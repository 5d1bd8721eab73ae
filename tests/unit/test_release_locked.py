"""A release that is open for reading: a query can read its tables, and nothing else on the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.connection import open_release

TRIED = (
    "COPY t TO '{dir}/stolen.csv'",
    "COPY (SELECT 1) TO '{dir}/stolen.parquet' (FORMAT parquet)",
    "COPY t FROM '{dir}/secret.csv'",
    "EXPORT DATABASE '{dir}/stolen'",
    "IMPORT DATABASE '{dir}/stolen'",
    "SELECT * FROM read_csv('{dir}/secret.csv')",
    "SELECT * FROM read_text('{dir}/secret.csv')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('{dir}/secret.csv')",
    "SELECT * FROM read_parquet('{dir}/x.parquet')",
    "SELECT * FROM glob('/etc/*')",
    "FROM '{dir}/secret.csv'",
    "FROM 'https://example.com/x.csv'",
    "ATTACH '{dir}/other.duckdb'",
    "ATTACH '{dir}/other.duckdb' AS o (READ_ONLY)",
    "ATTACH ':memory:' AS m; CREATE TABLE m.x AS SELECT 1; COPY m.x TO '{dir}/stolen.csv'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{dir}/evil.duckdb_extension'",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "SET GLOBAL enable_external_access = true",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "SET allowed_paths = ['/etc/passwd']",
    "SET temp_directory = '{dir}/stolen'",
    "SET home_directory = '/'",
    "SET secret_directory = '/'",
    "SET log_query_path = '{dir}/stolen.log'",
    "PRAGMA enable_profiling; PRAGMA profiling_output = '{dir}/stolen.json'; SELECT 1",
    "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "INSERT INTO t VALUES (2)",
    "UPDATE t SET i = 2",
    "DELETE FROM t",
    "DROP TABLE t",
    "CREATE TABLE u AS SELECT 1",
    "CREATE VIEW v AS SELECT 1",
    "ALTER TABLE t ADD COLUMN j INT",
    "CHECKPOINT; INSERT INTO t VALUES (3)",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("locked")
    (folder / "secret.csv").write_text("a\n1\n")
    with duckdb.connect(str(folder / "dateline.duckdb")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS i")
    yield folder / "dateline.duckdb"
    assert {path.name for path in folder.iterdir()} == {"dateline.duckdb", "secret.csv"}


@pytest.mark.parametrize("query", TRIED)
def test_a_query_reaches_nothing_else(file: Path, query: str) -> None:
    before = file.read_bytes()
    with open_release(file) as connection:
        with pytest.raises(duckdb.Error):
            connection.execute(query.replace("{dir}", str(file.parent)))
        assert connection.execute("SELECT i FROM t").fetchall() == [(1,)]
    assert file.read_bytes() == before


def test_what_is_open_beside_it_is_locked_too(file: Path) -> None:
    with open_release(file) as first, open_release(file) as second:
        for connection in (first, second):
            with pytest.raises(duckdb.Error):
                connection.execute("SELECT * FROM read_text('/etc/passwd')")


def test_the_next_connection_sees_the_new_release_while_an_old_one_is_open(tmp_path: Path) -> None:
    link = tmp_path / "current"
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        with duckdb.connect(str(tmp_path / str(number) / "dateline.duckdb")) as connection:
            connection.execute("CREATE TABLE t AS SELECT ? AS i", [number])
    link.symlink_to("1", target_is_directory=True)
    with open_release(link / "dateline.duckdb") as old:
        link.unlink()
        link.symlink_to("2", target_is_directory=True)
        with open_release(link / "dateline.duckdb") as new:
            assert new.execute("SELECT i FROM t").fetchall() == [(2,)]
        assert old.execute("SELECT i FROM t").fetchall() == [(1,)]
