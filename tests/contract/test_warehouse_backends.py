"""What a reader of the warehouse may rely on, wherever releases are kept: in a folder, or in a lake."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from postgres_server import postgres

from pipelines.model import TABLES, Document, Quote, to_arrow
from pipelines.settings import Settings, load_settings
from pipelines.views.build import create_views
from pipelines.views.catalog import load_views
from pipelines.warehouse.connection import Warehouse, open_release
from pipelines.warehouse.history import HistoryError, open_as_of
from pipelines.warehouse.lake import Lake, LakeError
from pipelines.warehouse.schema import qualified

pytest.importorskip("duckdb_extension_ducklake")

NOW = datetime(2026, 4, 1, 9, 0)
FIRST, SECOND = "20260401T090000-aaaaaa", "20260402T090000-bbbbbb"


def document(key: str, text: str) -> Document:
    return Document(
        document_id=key,
        source_uri=f"https://news.example/{key}",
        source_label="The Daily Example",
        first_seen_at=NOW,
        ingested_at=NOW,
        ingest_date=date(2026, 4, 1),
        text=text,
        text_sha256=f"sha-{text}",
        source_sha256="s",
        char_count=len(text),
        word_count=2,
        agencies=["ANP"],
    )


def quote(key: str) -> Quote:
    return Quote(
        document_id=key,
        quote_id=f"q-{key}",
        quotation_id=f"q-{key}",
        segment_no=0,
        start_char=1,
        end_char=5,
        surface="word",
        kind="direct",
        quoted_spans=[{"start_char": 1, "end_char": 5}],
        method="marks",
    )


@cache
def empty_file() -> Path:
    """A file with every table and no row; it takes a second to make."""
    path = Path(tempfile.mkdtemp()) / "empty.duckdb"
    Warehouse(path).prepare(None)
    return path


def no_views(_: duckdb.DuckDBPyConnection) -> None:
    """Views take a second to make, and most tests ask none."""


def publish(
    settings: Settings,
    release_id: str,
    texts: dict[str, str],
    make_views: Callable[[duckdb.DuckDBPyConnection], object] = no_views,
) -> Path:
    """A release as a run would leave it, with these documents and a quote of each."""
    folder = settings.home.releases / release_id
    folder.mkdir(parents=True)
    warehouse = Warehouse(folder / "dateline.duckdb")
    shutil.copyfile(empty_file(), warehouse.path)
    with warehouse.connect() as connection:
        for table, rows in (
            ("documents", [document(key, text) for key, text in texts.items()]),
            ("quotes", [quote(key) for key in texts]),
        ):
            connection.register("incoming", to_arrow(table, rows))
            connection.execute(f"INSERT INTO {qualified(TABLES[table])} BY NAME FROM incoming")
        make_views(connection)
    settings.home.current.unlink(missing_ok=True)
    settings.home.current.symlink_to(Path("releases") / release_id, target_is_directory=True)
    if lake := Lake.of(settings):
        lake.commit(warehouse.path, release_id, settings.home.path.name)
    return warehouse.path


def kept_in_folder(tmp_path: Path) -> Iterator[Settings]:
    yield load_settings({"DATELINE_HOME": str(tmp_path / "home")})


def lake_of_a_file(tmp_path: Path) -> Iterator[Settings]:
    given = {"DATELINE_LAKE": str(tmp_path / "lake.ducklake"), "DATELINE_LAKE_DATA": str(tmp_path / "lake")}
    yield load_settings({"DATELINE_HOME": str(tmp_path / "home"), **given})


def lake_in_postgres(tmp_path: Path) -> Iterator[Settings]:
    with postgres() as address:
        given = {"DATELINE_LAKE": f"postgres:{address}", "DATELINE_LAKE_DATA": str(tmp_path / "lake")}
        yield load_settings({"DATELINE_HOME": str(tmp_path / "home"), **given})


def lake_on_s3(tmp_path: Path) -> Iterator[Settings]:
    """An object store of the test's own, where moto's server is installed."""
    program = shutil.which("moto_server")
    # It may be there and not run: a shim for another Python.
    if program is None or subprocess.run([program, "--help"], capture_output=True, check=False).returncode:
        pytest.skip("moto's server is not installed (pip install 'moto[s3,server]')")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    store = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
    server = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**keys, "AWS_ENDPOINT_URL": store}.items():
                patch.setenv(name, value)
            make_bucket(f"{store}/newsroom")
            given = {
                "DATELINE_LAKE": str(tmp_path / "lake.ducklake"),
                "DATELINE_LAKE_DATA": "s3://newsroom/lake",
            }
            yield load_settings({"DATELINE_HOME": str(tmp_path / "home"), **given})
    finally:
        server.kill()
        server.wait()


def make_bucket(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(url, method="PUT"), timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


LONG = pytest.mark.long


@pytest.fixture(
    params=[
        kept_in_folder,
        lake_of_a_file,
        pytest.param(lake_in_postgres, marks=LONG),
        pytest.param(lake_on_s3, marks=LONG),
    ],
    ids=["folder", "lake", "lake-postgres", "lake-s3"],
)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    yield from request.param(tmp_path)


Open = Callable[[str], AbstractContextManager[duckdb.DuckDBPyConnection]]


@pytest.fixture
def opened(settings: Settings) -> Open:
    return partial(open_as_of, settings, make_views=no_views)


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Every row of every table, and what every view looks like."""
    found: dict[str, Any] = {}
    for spec in TABLES.values():
        columns = ", ".join(spec.column_names)
        found[spec.name] = ask(connection, f"SELECT {columns} FROM {qualified(spec)} ORDER BY ALL")
    for view in load_views():
        found[view.name] = [row[:2] for row in ask(connection, f"DESCRIBE {view.qualified}")]
    found["feed"] = ask(connection, "SELECT quote_id, source_uri FROM marts.quote_feed ORDER BY ALL")
    return found


def test_every_table_and_view_is_the_releases(settings: Settings) -> None:
    file = publish(settings, FIRST, {"a": "one", "b": "two"}, create_views)
    with open_release(file) as connection:
        here = everything(connection)
    with open_as_of(settings, FIRST, create_views) as connection:
        there = everything(connection)
    assert there == here
    assert len(there["feed"]) == 2


def test_the_past_stays_as_it_was(settings: Settings, opened: Open) -> None:
    publish(settings, FIRST, {"a": "one", "b": "two"})
    between = datetime.now(UTC).isoformat()
    time.sleep(0.05)
    publish(settings, SECOND, {"b": "two, revised", "c": "three"})
    texts = "SELECT document_id, text FROM main.documents ORDER BY 1"
    for moment in (FIRST, between):
        with opened(moment) as connection:
            assert ask(connection, texts) == [("a", "one"), ("b", "two")], moment
            assert ask(connection, "SELECT quote_id FROM main.quotes ORDER BY 1") == [("q-a",), ("q-b",)]
    for moment in (SECOND, "2999-01-01"):
        with opened(moment) as connection:
            assert ask(connection, texts) == [("b", "two, revised"), ("c", "three")]


def test_before_anything_was_kept(settings: Settings, opened: Open) -> None:
    publish(settings, FIRST, {"a": "one"})
    with pytest.raises(HistoryError, match=f"is before anything kept .kept: {FIRST}"), opened("2001-01-01"):
        pass
    with pytest.raises(HistoryError, match="is neither a release nor a time"), opened("yesterday"):
        pass


HOSTILE = (
    "INSERT INTO main.quotes SELECT * FROM main.quotes",
    "DELETE FROM main.documents",
    "DELETE FROM lake.dateline.documents",
    "FROM read_text('/etc/passwd')",
    "COPY (SELECT 1) TO '{outside}'",
    "ATTACH '{outside}' AS evil",
    "INSTALL httpfs",
    "SET enable_external_access = true",
)


def test_a_reader_writes_nothing_and_sees_no_other_file(
    settings: Settings, opened: Open, tmp_path: Path
) -> None:
    publish(settings, FIRST, {"a": "one"})
    outside = tmp_path / "outside"
    with opened(FIRST) as connection:
        for hostile in HOSTILE:
            with pytest.raises(duckdb.Error):
                connection.execute(hostile.format(outside=outside))
        assert ask(connection, "SELECT count(*) FROM main.quotes") == [(1,)]
    assert not outside.exists()


def test_a_lake_takes_in_what_differs_alone(tmp_path: Path) -> None:
    [settings] = lake_of_a_file(tmp_path)
    lake = Lake.of(settings)
    assert lake is not None
    many = {**{f"d{n}": "one" for n in range(50)}, "new": "text"}
    file = publish(settings, FIRST, many)
    again = lake.commit(file, FIRST, settings.home.path.name)
    assert (again.inserted, again.deleted) == ({}, {})
    less = {f"d{n}": "one" for n in range(50)}
    file = publish(replace(settings, lake=None), SECOND, {**less, "d7": "changed", "d8": "changed"})
    done = lake.commit(file, SECOND, settings.home.path.name)
    assert [snapshot.release_id for snapshot in lake.snapshots()][-1] == SECOND
    assert {t: done.deleted.get(t) for t in ("documents", "quotes")} == {"documents": 3, "quotes": 1}
    assert {t: done.inserted.get(t) for t in ("documents", "quotes")} == {"documents": 2, "quotes": None}


def test_a_purged_lake_holds_no_word_of_what_is_gone(tmp_path: Path) -> None:
    [settings] = lake_of_a_file(tmp_path)
    lake = Lake.of(settings)
    assert lake is not None
    publish(settings, FIRST, {"a": "all of it staying", "b": "forgotten"})
    publish(settings, SECOND, {"a": "all of it staying"})

    def files_with(words: str) -> int:
        found = 0
        for file in (tmp_path / "lake").rglob("*.parquet"):
            rows = duckdb.sql(f"SELECT * FROM read_parquet('{file}')").fetchall()
            found += words in str(rows)
        return found

    def catalog_tables_with(words: str) -> list[str]:
        """The catalogue keeps each column's lowest and highest value."""
        with duckdb.connect(settings.lake or "", read_only=True) as catalog:
            names = [row[0] for row in catalog.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            return [name for name in names if words in str(catalog.execute(f"FROM {name}").fetchall())]

    assert files_with("forgotten") == 1
    assert "ducklake_file_column_stats" in catalog_tables_with("forgotten")
    assert lake.purge() > 0
    assert files_with("forgotten") == 0
    assert catalog_tables_with("forgotten") == []
    assert files_with("staying") == 1
    with open_as_of(settings, "2999-01-01", no_views) as connection:
        assert ask(connection, "SELECT text FROM main.documents") == [("all of it staying",)]


def test_two_deployments_never_write_under_one_name(tmp_path: Path) -> None:
    [settings] = lake_of_a_file(tmp_path)
    file = publish(settings, FIRST, {"a": "one"})
    lake = Lake.of(settings)
    assert lake is not None
    with pytest.raises(LakeError, match="another deployment writes to this lake as 'dateline'"):
        lake.commit(file, SECOND, "somebody else")


@pytest.mark.long
def test_many_writers_at_once(tmp_path: Path) -> None:
    """Four deployments commit three releases each into one lake at once: every one is there, whole."""
    with postgres() as address:
        homes = [
            load_settings(
                {
                    "DATELINE_HOME": str(tmp_path / f"home{n}"),
                    "DATELINE_LAKE": f"postgres:{address}",
                    "DATELINE_LAKE_DATA": str(tmp_path / "lake"),
                    "DATELINE_LAKE_NAME": f"newsroom{n}",
                }
            )
            for n in range(4)
        ]
        failed: list[BaseException] = []

        def write(settings: Settings) -> None:
            try:
                for m in range(1, 4):
                    texts = {f"{settings.lake_name}-{k}": f"text {m}" for k in range(m)}
                    publish(settings, f"2026040{m}T090000-aaaaaa", texts)
            except BaseException as error:
                failed.append(error)

        writers = [threading.Thread(target=write, args=[home]) for home in homes]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert failed == []
        for home in homes:
            lake = Lake.of(home)
            assert lake is not None
            assert len(lake.snapshots()) == 3
            for m in (2, 3):
                with open_as_of(home, f"2026040{m}T090000-aaaaaa", no_views) as connection:
                    found = ask(connection, "SELECT document_id, text FROM main.documents ORDER BY 1")
                    assert found == [(f"{home.lake_name}-{k}", f"text {m}") for k in range(m)]
        shutil.rmtree(tmp_path / "lake")
