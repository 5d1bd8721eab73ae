"""Inputs of many records: JSON Lines, CSV and Parquet, a record a row, read through a column mapping."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.encodings import DecodingError, as_text, decode, wide_encoding
from pipelines.ingest.records import (
    METADATA_KEYS,
    BadMetadataError,
    Found,
    Reading,
    Record,
    Rejection,
    encodable,
    merged,
    metadata_of,
    one_line,
)
from pipelines.ingest.streams import CHUNK, TooLargeError, seekable, spooled

# Bytes of a row as it is written (a line of JSON, characters of a CSV record), or more where longer texts are
# read: escapes make six bytes of one, and other columns stand beside the text. Never more than the second.
_LONGEST_ROW, _LONGEST_EVER = 1 << 25, 1 << 29
# Every row is filled up to the number of columns: a short file of very many would take for ever.
_MOST_COLUMNS = 10_000
# Rows of a Parquet file in memory at once.
_BATCH_ROWS = 16
# Bytes by which an encoding is told.
_HEAD = 4096


def _longest(reading: Reading) -> int:
    return min(max(_LONGEST_ROW, 8 * reading.max_bytes), _LONGEST_EVER)


def read_json_lines(stream: io.BufferedReader, reading: Reading) -> Iterator[Found]:
    """Objects, one a line. Records are counted from 1, blank lines not among them."""
    count = line_no = 0
    longest = _longest(reading)
    try:
        with _utf8_lines(stream) as lines:
            while True:
                is_wanted = reading.wants(count + 1)
                raw, size = _line(lines, longest if is_wanted else CHUNK)
                if not size:
                    break
                line_no += 1
                if raw:
                    count += 1
                    yield _read_line(raw, size, count, line_no, reading) if is_wanted else None
    except DecodingError as error:
        yield Rejection(None, error.reason, error.detail)
        return
    if not count:
        yield Rejection(None, "empty", "no record")


@contextmanager
def _utf8_lines(stream: io.BufferedReader) -> Iterator[IO[bytes]]:
    """A file whose lines end in one byte: itself, or a copy where it is UTF-16 or UTF-32."""
    head = stream.peek(_HEAD)[:_HEAD]
    if not wide_encoding(head):
        if head.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        yield stream
        return
    with spooled() as copy:
        with seekable(stream) as file, as_text(file, "\n") as (text, _):
            while piece := text.read(CHUNK):
                copy.write(piece.encode("utf-8"))
        copy.seek(0)
        yield copy


def _line(lines: IO[bytes], longest: int) -> tuple[bytes, int]:
    """The next line and its size, its end with it; of a longer one the beginning. A blank one is no bytes."""
    line = piece = lines.readline(longest + 1)
    size, is_blank = len(line), not line.strip()
    while size > longest and piece and not piece.endswith(b"\n"):
        piece = lines.readline(CHUNK)
        size += len(piece)
        is_blank = is_blank and not piece.strip()
    return b"" if is_blank else line, size


def _read_line(raw: bytes, size: int, record_no: int, line_no: int, reading: Reading) -> Record | Rejection:
    where, longest = f"line {line_no}", _longest(reading)
    raw = raw.removesuffix(b"\n")
    if len(raw) > longest:
        return Rejection(record_no, "too_long", f"{where}: {size} bytes, more than {longest}")
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


def read_csv(stream: io.BufferedReader, reading: Reading) -> Iterator[Found]:
    """Rows of a comma-, semicolon- or tab-separated file whose first line names the columns."""
    try:
        with seekable(stream) as file, as_text(file, "") as (text, encoding):
            yield from _csv_rows(text, encoding, reading)
    except DecodingError as error:
        yield Rejection(None, error.reason, error.detail)


class _CsvLines:
    """Lines of a CSV file, of which no row may have more characters than the limit."""

    def __init__(self, text: IO[str], longest: int) -> None:
        self._text = text
        self.longest = longest
        self._left = longest
        self._first: str | None = None

    def first(self) -> str:
        """The first line, looked at."""
        self._first = next(self, "")
        return self._first

    def next_row(self) -> None:
        """A row begins: it may have the whole limit."""
        self._left = self.longest

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        if self._first:
            line, self._first = self._first, None
            return line
        line = self._text.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise TooLargeError(f"a row of more than {self.longest} characters")
        if not line:
            raise StopIteration
        return line


def _csv_rows(text: IO[str], encoding: str, reading: Reading) -> Iterator[Found]:
    lines = _CsvLines(text, _longest(reading))
    csv.field_size_limit(_LONGEST_EVER)
    count, rows = 0, None
    try:
        delimiter = max(",;\t|", key=lines.first().count)
        rows = csv.DictReader(lines, delimiter=delimiter, strict=True)
        if len(rows.fieldnames or ()) > _MOST_COLUMNS:
            raise csv.Error(f"more than {_MOST_COLUMNS} columns")
        while True:
            lines.next_row()
            row = next(rows, None)
            if row is None:
                break
            count += 1
            known = {key: value or None for key, value in row.items() if key is not None}
            where = f"line {rows.line_num}"
            is_wanted = reading.wants(count)
            yield _row_record(known, count, where, encoding, reading) if is_wanted else None
    except TooLargeError as error:
        yield Rejection(count + 1, "too_long", f"row {count + 1}: {error}")
        return
    except csv.Error as error:
        line = rows.line_num if rows else 1
        yield Rejection(count + 1, "bad_record", f"line {line}: {one_line(error)}")
        return
    if not count:
        yield Rejection(None, "empty", "no record")


def read_parquet(stream: io.BufferedReader, reading: Reading) -> Iterator[Found]:
    """Rows of a Parquet file, some at a time. Only the columns that the mapping names are read."""
    with seekable(stream) as file:
        yield from _parquet_rows(file, reading)


def _parquet_rows(source: IO[bytes], reading: Reading) -> Iterator[Found]:
    wanted = {key: reading.columns.get(key, key) for key in ("text", *METADATA_KEYS)}
    count = 0
    try:
        file = pq.ParquetFile(pa.PythonFile(source, mode="r"))
        columns = [name for name in wanted.values() if name in file.schema_arrow.names]
        if wanted["text"] not in columns:
            yield Rejection(None, "bad_record", _no_column(wanted["text"], file.schema_arrow.names))
            return
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
            for row in batch.to_pylist():
                count += 1
                is_wanted = reading.wants(count)
                yield _row_record(_plain(row), count, f"row {count}", "utf-8", reading) if is_wanted else None
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
