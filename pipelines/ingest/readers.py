"""Bytes to records: what an input holds, by the suffix of its name or the look of its bytes.

Each input ends as `Record`s or as a `Rejection`, and a bad record never stops the ones behind it.

- `.txt`, `.text`, `.md`, `.markdown`: the decoded text, unchanged but for a byte-order mark. Markdown is
  read as it stands; front matter at its head (as web clippers write it) counts as the record's metadata.
- `.jsonl`, `.ndjson`, `.csv`, `.tsv`, `.parquet`: a record a row (`read_rows`), with `text` and optional
  `title`, `url`, `outlet`, `published`, `byline` (text or a list of names), `language`; other names of the
  columns are given as `columns` in the sidecar or the list of sources.
- `.html`, `.htm`, `.xhtml`, and files without a known suffix that begin as a page does: the article
  (`read_pages`).
- `.warc`, `.wacz`, `.zip`, `.tar`, `.tar.gz`, `.tgz`, `.gz`, `.bz2`: what they hold (`read_archives`).

A sidecar is one JSON object with the same optional keys. The outlet comes from the `outlet` option, else the
sidecar, else the record, else the page. A record's own title, url, date and byline go before its sidecar's,
and a url or title in the sidecar of an input of many records, which would be every record's, is not read.
A sidecar that cannot be read rejects its file: stored without its url, the document would get another id.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Set
from typing import IO

from pipelines.ingest.encodings import DecodingError, decode
from pipelines.ingest.front_matter import front_matter
from pipelines.ingest.read_archives import ARCHIVE_SUFFIXES, read_archive
from pipelines.ingest.read_pages import looks_like_html, read_page
from pipelines.ingest.read_rows import read_csv, read_json_lines, read_parquet
from pipelines.ingest.records import (
    Found,
    Metadata,
    Reading,
    Record,
    Rejection,
    clean,
    merged,
    one_line,
    sidecar_row,
)
from pipelines.ingest.streams import stream_of, whole
from pipelines.ingest.urls import canonical_url

TEXT_SUFFIXES = frozenset({"txt", "text", "md", "markdown"})
PAGE_SUFFIXES = frozenset({"html", "htm", "xhtml"})
ROW_READERS = {
    "jsonl": read_json_lines,
    "ndjson": read_json_lines,
    "csv": read_csv,
    "tsv": read_csv,
    "parquet": read_parquet,
}
DEFAULT_MAX_BYTES = 5_000_000
# Bytes looked at to tell a page by its beginning.
HEAD = 4096


def read(
    data: bytes | IO[bytes],
    name: str,
    *,
    sidecar: bytes | None = None,
    outlet: str | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
    only: Set[int] | None = None,
) -> Iterator[Record | Rejection]:
    """The records of one input. Never raises on any bytes.

    `data` may be a binary file: an archive, a web archive, JSON Lines and Parquet are read piece by
    piece, and take the memory of their longest record. An error of the disk under it is raised.
    `max_bytes` bounds a text file, a page, or one record's own text in UTF-8; an input of many records may
    be larger. `only` names the records that are wanted; others are passed over unread, however long.
    """
    try:
        beside, columns = sidecar_row(sidecar)
    except (ValueError, RecursionError) as error:
        yield Rejection(None, "bad_sidecar", one_line(error))
        return
    # An argument of the command line may hold bytes that are no text in its locale.
    option = clean(outlet.encode("utf-8", "replace").decode("utf-8")) if outlet else None
    found = _read(stream_of(data), name, Reading(beside, option, columns, max_bytes, only))
    last = max(only, default=None) if only else None
    for one in found:
        if one is not None:
            yield one
            if last is not None and one.record_no == last:
                return


def _read(stream: io.BufferedReader, name: str, reading: Reading, depth: int = 0) -> Iterator[Found]:
    suffix = suffix_of(name)
    if suffix in ROW_READERS:
        yield from ROW_READERS[suffix](stream, reading)
    elif suffix in ARCHIVE_SUFFIXES:
        yield from read_archive(stream, name, reading, read=_read, depth=depth)
    elif depth and not reading.wants(1):
        # One document of an archive, and not one of those asked for: it may be what no memory holds. Its
        # bytes count against the archive's limits as before, or other members would get other numbers.
        whole(stream, 0)
        yield None
    elif suffix in TEXT_SUFFIXES:
        yield _read_text(stream, reading)
    elif suffix in PAGE_SUFFIXES or looks_like_html(stream.peek(HEAD)):
        yield _read_page(stream, reading)
    else:
        yield Rejection(
            None, "unsupported_format", f"no reader for {'.' + suffix if suffix else 'this name'}"
        )


def suffix_of(name: str) -> str:
    """The last suffix of a name, in small letters, without its dot; '' where it has none."""
    return name.rpartition(".")[2].casefold() if "." in name else ""


def _read_page(stream: io.BufferedReader, reading: Reading) -> Record | Rejection:
    data = _within_limit(stream, reading)
    return data if isinstance(data, Rejection) else read_page(data, None, reading)


def _within_limit(stream: io.BufferedReader, reading: Reading) -> bytes | Rejection:
    data, size = whole(stream, reading.max_bytes)
    if not size:
        return Rejection(None, "empty", "no bytes")
    if size > reading.max_bytes:
        return Rejection(None, "too_long", f"{size} bytes, more than {reading.max_bytes}")
    return data


def _read_text(stream: io.BufferedReader, reading: Reading) -> Record | Rejection:
    data = _within_limit(stream, reading)
    if isinstance(data, Rejection):
        return data
    try:
        found = decode(data)
    except DecodingError as error:
        return Rejection(None, error.reason, error.detail)
    if not found.text.strip():
        return Rejection(None, "empty", "nothing but white space")
    given = front_matter(found.text)
    own = Metadata(**given, outlet_method="page" if "outlet" in given else None)
    return Record(None, found.text, found.encoding, merged(reading.beside, own, reading.outlet))


__all__ = ["Metadata", "Record", "Rejection", "canonical_url", "read", "suffix_of"]
