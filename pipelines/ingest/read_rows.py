"""Inputs of many records: JSON Lines, CSV and Parquet, a record a row, read through a column mapping."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.encodings import Decoded, DecodingError, decode, wide_encoding
from pipelines.ingest.records import (
    METADATA_KEYS,
    BadMetadataError,
    Reading,
    Record,
    Rejection,
    encodable,
    merged,
    metadata_of,
    one_line,
)
from pipelines.ingest.streams import seekable, whole

# Columns of a CSV cell: Python's own limit of 128 KiB is shorter than long reports.
_LONGEST_CELL = 1 << 27
# Bytes of a file that is held as a whole: CSV, and JSON Lines in UTF-16. It takes some ten times as much
# memory, and a small archive may unfold to gigabytes.
_LONGEST_FILE = 1 << 29
# Bytes by which an encoding is told.
_HEAD = 4096


def read_json_lines(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Rejection]:
    """Objects, one a line. Records are counted from 1, blank lines not among them."""
    count = 0
    for line_no, raw in enumerate(_lines(stream), 1):
        if isinstance(raw, Rejection):
            yield raw
            return
        if raw.strip():
            count += 1
            if reading.wants(count):
                yield _read_line(raw, count, line_no, reading)
    if not count:
        yield Rejection(None, "empty", "no record")


def _lines(stream: io.BufferedReader) -> Iterator[bytes | Rejection]:
    """Lines without their ends, one by one; a file in UTF-16 or UTF-32 is held as a whole."""
    head = stream.peek(_HEAD)[:_HEAD]
    lines: IO[bytes] = stream
    if wide_encoding(head):
        try:
            lines = io.BytesIO(_whole_text(stream).text.encode("utf-8"))
        except DecodingError as error:
            yield Rejection(None, error.reason, error.detail)
            return
    elif head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
    for line in lines:
        yield line.removesuffix(b"\n")


def _read_line(raw: bytes, record_no: int, line_no: int, reading: Reading) -> Record | Rejection:
    where = f"line {line_no}"
    try:
        decoded = decode(raw)
        row = json.loads(decoded.text)
        if not isinstance(row, dict):
            raise BadMetadataError("not a JSON object")
    except DecodingError as error:
        return Rejection(record_no, error.reason, f"{where}: {error.detail}")
    except (ValueError, RecursionError) as error:
        return Rejection(record_no, "bad_record", f"{where}: {one_line(error)}")
    return _row_record(row, record_no, where, decoded.encoding, reading)


def _whole_text(stream: io.BufferedReader) -> Decoded:
    """The text of a file that cannot be read piece by piece. Raises DecodingError, too for one too long."""
    data, size = whole(stream, _LONGEST_FILE)
    if size > _LONGEST_FILE:
        raise DecodingError("too_long", f"{size} bytes, more than {_LONGEST_FILE} at once: split the file")
    return decode(data)


def read_csv(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Rejection]:
    """Rows of a comma-, semicolon- or tab-separated file whose first line names the columns."""
    try:
        decoded = _whole_text(stream)
    except DecodingError as error:
        yield Rejection(None, error.reason, error.detail)
        return
    first_line = decoded.text.partition("\n")[0]
    delimiter = max(",;\t|", key=first_line.count)
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.DictReader(io.StringIO(decoded.text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Rejection(count + 1, "bad_record", f"line {rows.line_num}: {one_line(error)}")
            return
        if row is None:
            break
        count += 1
        if reading.wants(count):
            known = {key: value or None for key, value in row.items() if key is not None}
            yield _row_record(known, count, f"line {rows.line_num}", decoded.encoding, reading)
    if not count:
        yield Rejection(None, "empty", "no record")


def read_parquet(stream: io.BufferedReader, reading: Reading) -> Iterator[Record | Rejection]:
    """Rows of a Parquet file, a row group at a time. Only the columns that the mapping names are read."""
    with seekable(stream) as file:
        yield from _parquet_rows(file, reading)


def _parquet_rows(source: IO[bytes], reading: Reading) -> Iterator[Record | Rejection]:
    wanted = {key: reading.columns.get(key, key) for key in ("text", *METADATA_KEYS)}
    count = 0
    try:
        file = pq.ParquetFile(pa.PythonFile(source, mode="r"))
        columns = [name for name in wanted.values() if name in file.schema_arrow.names]
        if wanted["text"] not in columns:
            yield Rejection(None, "bad_record", _no_column(wanted["text"], file.schema_arrow.names))
            return
        for batch in file.iter_batches(batch_size=256, columns=columns):
            for row in batch.to_pylist():
                count += 1
                if reading.wants(count):
                    yield _row_record(_plain(row), count, f"row {count}", "utf-8", reading)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Rejection(count + 1 if count else None, "bad_record", one_line(error))
        return
    if not count:
        yield Rejection(None, "empty", "no record")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in row.items()}


def _no_column(name: str, names: list[str]) -> str:
    return f"no column {name!r} among {', '.join(names[:20])}: name it with columns"


def _row_record(
    row: dict[str, Any], record_no: int, where: str, encoding: str, reading: Reading
) -> Record | Rejection:
    """One row as a record: mapped, checked, and given what is known of the whole input."""

    def rejected(reason: str, detail: str) -> Rejection:
        return Rejection(record_no, reason, f"{where}: {detail}")

    for key, column in reading.columns.items():
        if column in row:
            row = {**row, key: row[column]}
    try:
        own = metadata_of(row, "record")
        text = row.get("text")
        if text is None and "text" in reading.columns:
            raise BadMetadataError(_no_column(reading.columns["text"], [str(key) for key in row]))
        if not isinstance(text, str):
            raise BadMetadataError("no text" if text is None else "text is not a string")
        size = len(encodable(text, "text").encode("utf-8"))
    except ValueError as error:
        return rejected("bad_record", one_line(error))
    if not text.strip():
        return rejected("empty", "no text in the record")
    if "\x00" in text:
        return rejected("binary", "NUL characters in the text")
    if size > reading.max_bytes:
        return rejected("too_long", f"{size} bytes of text, more than {reading.max_bytes}")
    # A url or title beside the whole input would be every record's.
    shared = replace(reading.beside, title=None, url=None)
    if shared.outlet:
        own = replace(own, outlet=shared.outlet, outlet_method=shared.outlet_method)
    return Record(record_no, text.removeprefix("\ufeff"), encoding, merged(own, shared, reading.outlet))
