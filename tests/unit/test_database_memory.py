"""A run's database holds in memory what it is given, and what does not fit goes beside its file."""

from pathlib import Path

import duckdb
import pytest

from pipelines.audit import memory as module
from pipelines.settings import load_settings
from pipelines.warehouse.connection import Warehouse, fetch, fitting_memory

MIB = 1 << 20


def machine(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    sizes = {"SC_PAGE_SIZE": 1000, "SC_PHYS_PAGES": megabytes * 1000}
    monkeypatch.setattr(module.os, "sysconf", sizes.__getitem__)


@pytest.mark.parametrize(
    ("megabytes", "file_megabytes", "expected"),
    [
        (24_000, 0, 500),
        (24_000, 4000, 500),
        (24_000, 20_000, 2500),
        (24_000, 100_000, 8000),
        (2000, 5000, 625),
        (1500, 5000, 500),
    ],
)
def test_memory_fits_the_machine_and_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, megabytes: int, file_megabytes: int, expected: int
) -> None:
    machine(monkeypatch, megabytes)
    file = tmp_path / "dateline.duckdb"
    with file.open("wb") as handle:
        handle.truncate(file_megabytes * 1_000_000)
    assert fitting_memory(file) == expected


def test_a_setting_is_what_the_database_holds(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).database_memory is None
    given = load_settings({"DATELINE_DATABASE_MEMORY": "50"}, tmp_path).database_memory
    with Warehouse(tmp_path / "dateline.duckdb", given).connect() as connection:
        connection.execute("CREATE TABLE many AS SELECT md5(i::VARCHAR) AS hash FROM range(700_000) AS r(i)")
        # Some 30 MB, and as much again for their order: they are sorted on disk.
        sorted_rows = "SELECT row_number() OVER (ORDER BY hash) AS place FROM many"
        counted = connection.execute(f"SELECT max(place) FROM ({sorted_rows})").fetchone()
        held = connection.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
    assert counted == (700_000,)
    assert held is not None and held[0] <= 50 * MIB
    assert [path.name for path in tmp_path.iterdir()] == ["dateline.duckdb"]


# A list is made in memory alone: some 16 MB of numbers here.
WHOLE = "SELECT len(list(i)) FROM range(2_000_000) AS r(i)"


def test_a_query_that_does_not_fit_gets_more_for_itself(tmp_path: Path) -> None:
    with Warehouse(tmp_path / "dateline.duckdb", 10).connect() as connection:
        limit = connection.execute("SELECT current_setting('memory_limit')").fetchall()
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(WHOLE).fetchall()
        assert fetch(connection, WHOLE) == [(2_000_000,)]
        assert connection.execute("SELECT current_setting('memory_limit')").fetchall() == limit


def test_no_query_gets_more_than_half_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine(monkeypatch, 28)
    with Warehouse(tmp_path / "dateline.duckdb", 10).connect() as connection:
        limit = connection.execute("SELECT current_setting('memory_limit')").fetchall()
        with pytest.raises(duckdb.OutOfMemoryException):
            fetch(connection, WHOLE)
        assert connection.execute("SELECT current_setting('memory_limit')").fetchall() == limit


def test_a_step_that_is_tried_again_has_more(tmp_path: Path) -> None:
    file = tmp_path / "dateline.duckdb"
    with pytest.raises(duckdb.OutOfMemoryException), Warehouse(file, 10).connect() as connection:
        connection.execute("BEGIN")
        connection.execute(WHOLE).fetchall()
    tries = 0
    while True:
        tries += 1
        try:
            with Warehouse(file, 10).connect() as connection:
                assert connection.execute(WHOLE).fetchall() == [(2_000_000,)]
            break
        except duckdb.OutOfMemoryException:
            assert tries < 5
    with Warehouse(tmp_path / "other.duckdb", 10).connect() as connection:
        assert connection.execute("SELECT current_setting('memory_limit')").fetchall() == [("9.5 MiB",)]
