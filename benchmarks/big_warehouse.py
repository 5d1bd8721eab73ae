"""A warehouse of ten million numeric claims, made from a small one by copying its rows under new keys.

    python benchmarks/big_warehouse.py RELEASE.duckdb FOLDER [--claims 10000000]

Writes FOLDER/dateline.duckdb, then prints one JSON line a measurement: the seconds that publishing takes (the
checkpoint, the copy of the closed file, its flush), those of each rule over the whole history, and of each
view as a dashboard asks it: its first hundred rows, one story's or one outlet's rows, and a count. Every copy
has documents, stories, entities, statements and figures of its own; outlets are shared.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from pathlib import Path

import duckdb

from pipelines.audit.suites import HISTORY, load_suites
from pipelines.model import TABLES, TableSpec
from pipelines.views.build import create_views
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.schema import qualified, quote_name, quote_text

# Shared by all copies, or kept once.
ONCE = {"outlets", "claim_categories", "units", "dates", "migrations", "extraction_changes", "id_redirects"}

# Copies that go into the file in one statement: whole groups of rows are written, and memory stays flat.
_AT_ONCE = 16
# As many copies share their people, bodies and places: names recur in the news for weeks.
_SHARING = 20


def build(source: Path, target: Path, claims: int) -> int:
    """Copy the release's rows until there are as many claims; returns how many there are.

    Ids are other hashes in every copy, in no order, as real ones are; dates move on by a day a copy, runs by
    a day every 16.
    """
    warehouse = Warehouse(target)
    warehouse.prepare(None)
    with warehouse.connect() as connection:
        connection.execute("SET memory_limit = '6GB'")
        connection.execute(f"ATTACH {quote_text(str(source))} AS small (READ_ONLY)")
        row = connection.execute("SELECT count(*) FROM small.main.numeric_claims").fetchone()
        times = -(-claims // (row[0] if row else 1))
        for first in range(0, times, _AT_ONCE):
            for spec in TABLES.values():
                _copy(connection, spec, first, min(first + _AT_ONCE, times))
            connection.execute("CHECKPOINT")
    return times * (row[0] if row else 0)


def _copy(connection: duckdb.DuckDBPyConnection, spec: TableSpec, first: int, last: int) -> None:
    if spec.schema != "main" or spec.name in ONCE:
        first, last = (first, 1) if first == 0 else (0, 0)
    elif spec.name in ("entities", "entity_aliases"):
        first, last = -(-first // _SHARING), -(-last // _SHARING)
    if first < last:
        sharing = 1 if spec.name in ("entities", "entity_aliases") else _SHARING
        columns = ", ".join(_copied(spec, column.name, column.sql_type, sharing) for column in spec.columns)
        connection.execute(
            f"INSERT INTO {qualified(spec)} BY NAME "
            f"SELECT {columns} FROM range({first}, {last}) AS n(copy), small.{qualified(spec)}"
        )


def _copied(spec: TableSpec, name: str, kind: str, sharing: int) -> str:
    """A column in copy number `copy`: other ids and later days; the very first copy is the release itself."""
    column = quote_name(name)
    if spec.schema != "main" or spec.name in ONCE or name in ("outlet_id", "since_run_id"):
        return column
    if name == "run_id":
        day = f"DATE '2024-01-01' + (copy // {_AT_ONCE})::INTEGER"
        return f"strftime({day}, '%Y%m%d') || substr({column}, 9) AS {column}"
    if name.endswith("_id") and kind == "VARCHAR":
        number = f"copy // {sharing}" if name.endswith("entity_id") else "copy"
        return (
            f"CASE WHEN {number} = 0 THEN {column} ELSE "
            f"substr(md5({column} || ({number})::VARCHAR), 1, length({column})) END AS {column}"
        )
    if kind == "DATE":
        return f"{column} + copy::INTEGER AS {column}"
    if name == "source_uri":
        return f"{column} || '?' || copy AS {column}"
    if (spec.name, name) == ("stories", "label"):
        return f"{column} || ' ' || copy AS {column}"
    return column


def publish_seconds(target: Path) -> dict[str, float]:
    """What publishing does to a closed file: start the next from it, flush it, move it."""
    copy = target.with_name("next.duckdb")
    start = time.monotonic()
    shutil.copyfile(target, copy)
    copied = time.monotonic() - start
    start = time.monotonic()
    handle = os.open(copy, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    copy.unlink()
    return {"copy": copied, "flush": time.monotonic() - start, "megabytes": target.stat().st_size / 1e6}


def _timed(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.monotonic()
        connection.execute(query).fetchall()
        best = min(best, time.monotonic() - start)
        if best > 2:
            break
    return best


_FILTERS = ("story_id", "outlet_id", "speaker_entity_id", "document_id", "figure_id", "statement_id")


def view_seconds(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, float]:
    """The view's first rows, the rows of one value of each of its keys, and its count."""
    name = f"marts.{quote_name(view)}"
    found = {"first 100": _timed(connection, f"FROM {name} LIMIT 100")}
    if found["first 100"] > 20:
        return found
    columns = {row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()}
    for key in _FILTERS:
        if key in columns:
            value = connection.execute(f"SELECT {key} FROM {name} WHERE {key} IS NOT NULL LIMIT 1").fetchone()
            if value:
                found[key] = _timed(connection, f"FROM {name} WHERE {key} = '{value[0]}' LIMIT 1000")
    found["count"] = _timed(connection, f"SELECT count(*) FROM {name}")
    return found


def main() -> None:
    """Build, then measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("release", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", type=int, default=10_000_000)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    target = given.folder / "dateline.duckdb"
    if not target.exists():
        start = time.monotonic()
        claims = build(given.release, target, given.claims)
        print(json.dumps({"claims": claims, "built in": round(time.monotonic() - start, 1)}), flush=True)
    print(json.dumps({"publish": publish_seconds(target)}), flush=True)
    with Warehouse(target).connect() as connection:
        start = time.monotonic()
        views = create_views(connection)
        print(json.dumps({"views": round(time.monotonic() - start, 3)}), flush=True)
        for view in views:
            seconds = {key: round(taken, 3) for key, taken in view_seconds(connection, view).items()}
            print(json.dumps({view: seconds}), flush=True)
        for rule in load_suites().get(HISTORY, []):
            start = time.monotonic()
            for part in filter(None, (rule.sql, rule.within)):
                connection.execute(f"SELECT count(*) FROM ({part})").fetchall()
            print(json.dumps({rule.name: round(time.monotonic() - start, 3)}), flush=True)


if __name__ == "__main__":
    main()
