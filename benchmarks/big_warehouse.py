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
from pipelines.model import TABLES
from pipelines.views.build import create_views
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.schema import qualified, quote_name

# Shared by all copies, or kept once.
_ONCE = {"outlets", "claim_categories", "units", "dates", "migrations", "extraction_changes"}


def build(source: Path, target: Path, claims: int) -> int:
    """Copy the release's rows until there are as many claims; returns how many there are."""
    warehouse = Warehouse(target)
    warehouse.prepare(source)
    with warehouse.connect() as connection:
        row = connection.execute("SELECT count(*) FROM main.numeric_claims").fetchone()
        times = -(-claims // (row[0] if row else 1))
        for spec in TABLES.values():
            if spec.schema != "main" or spec.name in _ONCE:
                continue
            columns = ", ".join(_copied(column.name, column.sql_type) for column in spec.columns)
            connection.execute(
                f"INSERT INTO {qualified(spec)} BY NAME "
                f"SELECT {columns} FROM {qualified(spec)}, range(1, {times}) AS n(copy)"
            )
    return times * (row[0] if row else 0)


def _copied(name: str, kind: str) -> str:
    """A column in copy number `copy`: ids are other ids, everything else is the same."""
    column = quote_name(name)
    is_id = name.endswith("_id") and name not in ("outlet_id", "run_id", "since_run_id") and kind == "VARCHAR"
    if is_id or name in ("old_id", "new_id"):
        return f"lpad(copy::VARCHAR, 6, '0') || substr({column}, 7) AS {column}"
    if name == "source_uri":
        return f"{column} || '?' || copy AS {column}"
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
            connection.execute(f"SELECT count(*) FROM ({rule.sql})").fetchall()
            print(json.dumps({rule.name: round(time.monotonic() - start, 3)}), flush=True)


if __name__ == "__main__":
    main()
