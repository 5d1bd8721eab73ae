"""Query results in the forms that people and programs take them in: table, CSV, JSON, Markdown, Parquet."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import duckdb
from rich.console import Console

from pipelines import terminal
from pipelines.spreadsheet import write_csv

FORMATS = ("table", "csv", "json", "jsonl", "markdown", "parquet")

_BATCH = 10_000


class FormatError(ValueError):
    """A format that cannot be written where it was asked for; the message says what to do."""


def write_result(
    cursor: duckdb.DuckDBPyConnection, output: str, limit: int = 0, file: Path | None = None
) -> None:
    """Write what a query found in one of `FORMATS`, to `file` or to standard output.

    `limit` is for a table on a terminal or in a pipe: rows shown, 0 for all. Raises `FormatError`.
    """
    if output == "parquet":
        _write_parquet(cursor, file)
    elif output == "table" and file is None:
        _print_table(cursor, limit)
    else:
        with _opened(file) as out:
            _write_text(cursor, output, out)


@contextmanager
def _opened(file: Path | None) -> Iterator[TextIO]:
    if file is None:
        yield sys.stdout
    else:
        with file.open("w", encoding="utf-8", newline="") as handle:
            yield handle


def _columns(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    return [column[0] for column in cursor.description or []]


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := cursor.fetchmany(_BATCH):
        yield from batch


def _write_text(cursor: duckdb.DuckDBPyConnection, output: str, out: TextIO) -> None:
    columns = _columns(cursor)
    if output == "csv":
        write_csv(out, [columns])
        write_csv(out, ([cell_text(value) for value in row] for row in _rows(cursor)))
    elif output == "json":
        mark = "["
        for row in _rows(cursor):
            out.write(f"{mark}\n {as_json(columns, row)}")
            mark = ","
        out.write("[]\n" if mark == "[" else "\n]\n")
    elif output == "jsonl":
        out.writelines(as_json(columns, row) + "\n" for row in _rows(cursor))
    else:
        out.write(_markdown_row(columns) + "|" + "---|" * len(columns) + "\n")
        out.writelines(_markdown_row(row) for row in _rows(cursor))


def as_json(columns: Sequence[str], row: Sequence[Any]) -> str:
    """A row as one line of JSON: numbers stay numbers, what JSON has no form for becomes text."""
    record = dict(zip(columns, row, strict=True))
    return terminal.json_text(_plain(record))


def _plain(value: Any) -> Any:
    """A value without what JSON cannot hold: no decimal, no infinity."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def cell_text(value: Any) -> Any:
    """A value for a CSV cell: lists and structs as JSON."""
    if isinstance(value, dict | list | tuple):
        return json.dumps(_plain(value), ensure_ascii=False, default=str)
    return value


def _markdown_row(row: Sequence[Any]) -> str:
    cells = ("" if v is None else terminal.safe(v).replace("\\", "\\\\").replace("|", "\\|") for v in row)
    return "| " + " | ".join(cell.replace("<", "&lt;") for cell in cells) + " |\n"


def _write_parquet(cursor: duckdb.DuckDBPyConnection, file: Path | None) -> None:
    import pyarrow.parquet as pq

    if file is None and sys.stdout.isatty():
        raise FormatError("--format parquet is no text: name a file with --output")
    reader = cursor.to_arrow_reader(_BATCH)
    with pq.ParquetWriter(sys.stdout.buffer if file is None else file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _print_table(cursor: duckdb.DuckDBPyConnection, limit: int) -> None:
    columns = _columns(cursor)
    rows = cursor.fetchmany(limit + 1) if limit else cursor.fetchall()
    shown = rows[:limit] if limit else rows
    console = terminal.out()
    as_records = sys.stdout.isatty() and not terminal.fits(columns, shown, console.width)
    with paged(console, len(shown) * (len(columns) if as_records else 1)):
        if as_records:
            for line in terminal.records(columns, shown):
                console.print(line)
        else:
            console.print(terminal.table(columns, shown))
    if len(rows) > len(shown):
        terminal.err().print(f"first {limit} rows; --limit 0 shows all")


def paged(console: Console, lines: int) -> AbstractContextManager[object]:
    """Through the user's pager for what is longer than the terminal is high; else as it is."""
    if not (sys.stdout.isatty() and sys.stdin.isatty()) or lines < console.height:
        return nullcontext()
    os.environ.setdefault("LESS", "-FRX")
    return console.pager(styles=True)
