"""Taking a release away: every table and view as Parquet by day or as CSV.

Reads an open release, writes into a folder of its own, changes nothing else. A folder that an export made
holds `export.json`, which says of what; only such a folder is ever replaced.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.model import TABLES
from pipelines.results import cell_text
from pipelines.spreadsheet import write_csv

FORMATS = ("parquet", "csv")
MANIFEST = "export.json"
_BATCH = 20_000

_RELATIONS = """
    SELECT schema_name || '.' || name FROM (
      SELECT schema_name, table_name AS name FROM duckdb_tables() WHERE database_name = current_database()
      UNION ALL
      SELECT schema_name, view_name FROM duckdb_views()
      WHERE database_name = current_database() AND NOT internal)
    WHERE schema_name IN ('main', 'marts') ORDER BY 1"""


class ExportError(ValueError):
    """A folder that must not be written, or a name that nothing has; the message says what to do."""


def export(
    connection: duckdb.DuckDBPyConnection,
    release: str,
    folder: Path,
    output: str,
    *,
    only: Sequence[str] = (),
    replace: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, int]:
    """Write tables and views into `folder`; returns the rows written, by name.

    `only`: names such as `quote_feed` or `main.quotes`; none: all of `main` and `marts`. As Parquet, what has
    a day (`ingest_date`, else that of its document) is laid out as `<name>/ingest_date=<day>/*.parquet`; the
    rest, and every CSV, is one file. Raises ExportError.
    """
    names = _chosen(connection, only)
    _make_room(folder, replace)
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    counts = {}
    for done, name in enumerate(names):
        progress(done, len(names))
        counts[name] = (_write_parquet if output == "parquet" else _write_csv)(connection, name, part)
    manifest = {"release": release, "format": output, "rows": counts}
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    part.rename(folder)
    progress(len(names), len(names))
    return counts


def _chosen(connection: duckdb.DuckDBPyConnection, only: Sequence[str]) -> list[str]:
    known = [name for (name,) in connection.execute(_RELATIONS).fetchall()]
    if not only:
        return known
    chosen = [name for name in known if name in only or name.partition(".")[2] in only]
    for wanted in only:
        if not any(name == wanted or name.partition(".")[2] == wanted for name in chosen):
            raise ExportError(f"no table or view {wanted}; 'dateline sql' lists them")
    return chosen


def _make_room(folder: Path, replace: bool) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MANIFEST).is_file():
        raise ExportError(f"{folder} holds other files: name a new folder")
    if not replace:
        raise ExportError(f"{folder} holds an earlier export: --replace writes it anew, or name a new folder")


def _query(name: str) -> tuple[str, bool]:
    """The SELECT that reads a relation, and whether its rows have a day. `name` comes from the catalog."""
    schema, _, bare = name.partition(".")
    quoted = f'"{schema}"."{bare}"'
    spec = TABLES.get(bare) if schema == "main" else None
    columns = {column.name for column in spec.columns} if spec else set()
    if spec and "ingest_date" not in columns and "document_id" in columns:
        day = "LEFT JOIN main.documents AS d USING (document_id) ORDER BY d.ingest_date"
        return f"SELECT t.*, d.ingest_date FROM {quoted} AS t {day}", True  # noqa: S608
    return f"FROM {quoted}", "ingest_date" in columns


def _write_parquet(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> int:
    import pyarrow as pa
    import pyarrow.dataset as ds

    query, has_day = _query(name)
    reader = connection.execute(query).to_arrow_reader(_BATCH)
    has_day = has_day or "ingest_date" in reader.schema.names
    count = 0

    def counted() -> Any:
        nonlocal count
        for batch in reader:
            count += batch.num_rows
            yield batch

    days = ds.partitioning(pa.schema([("ingest_date", pa.date32())]), flavor="hive") if has_day else None
    ds.write_dataset(
        counted(),
        folder / name,
        schema=reader.schema,
        format="parquet",
        partitioning=days,
        max_partitions=100_000,
        existing_data_behavior="overwrite_or_ignore",
    )
    return count


def _write_csv(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> int:
    cursor = connection.execute(_query(name)[0])
    count = 0
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
        write_csv(handle, [[column[0] for column in cursor.description or []]])
        while batch := cursor.fetchmany(_BATCH):
            write_csv(handle, ([cell_text(value) for value in row] for row in batch))
            count += len(batch)
    return count
