"""Inputs that hold other inputs: compressed files, archives of files, web archives.

What they hold is read as it would be alone; records are counted from 1 through the whole archive. Limits keep
a small file from unfolding into a disk full of zeros.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO

from pipelines.ingest.read_pages import read_page
from pipelines.ingest.records import Reading, Record, Rejection, one_line

ARCHIVE_SUFFIXES = frozenset({"gz", "tgz", "bz2", "xz", "zip", "tar", "warc", "wacz"})

# A page of text packs to about a tenth; what unfolds to a thousand times its size holds nothing to read.
MAX_RATIO = 1_000
# Bytes that one archive may unfold to, its members added up.
MAX_UNPACKED = 8 << 30
# A zip in a gz is met in practice; deeper nesting only in attacks.
MAX_DEPTH = 3
_CHUNK = 1 << 20

Reader = Callable[[bytes, str, Reading, int], Iterator[Record | Rejection]]

_BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError,
           RuntimeError, NotImplementedError)  # fmt: skip


class _TooLargeError(ValueError):
    """An archive that unfolds beyond its limits."""


def read_archive(
    data: bytes, name: str, reading: Reading, *, read: Reader, depth: int
) -> Iterator[Record | Rejection]:
    """The records of an archive's members, in the archive's order, counted from 1.

    A member that cannot be read takes a number too. `read` reads a member by its name.
    """
    suffix = name.rpartition(".")[2].casefold()
    if depth >= MAX_DEPTH:
        yield Rejection(None, "bad_archive", f"archives nested more than {MAX_DEPTH} deep")
        return
    if not data:
        yield Rejection(None, "empty", "no bytes")
        return
    if suffix == "warc" or name.casefold().endswith(".warc.gz"):
        yield from _numbered(_web_archive(data, reading), 0)
        return
    count = 0
    try:
        for member, content in _members(data, name, suffix):
            inner = replace(reading, only=None)
            if isinstance(content, Rejection):
                found: Iterator[Record | Rejection] = iter([content])
            else:
                found = read(content, member, inner, depth + 1)
            for one in found:
                count += 1
                if reading.wants(count):
                    yield _named(replace(one, record_no=count), member)
    except _TooLargeError as error:
        yield Rejection(count + 1, "too_large", one_line(error))
        return
    except _BROKEN as error:
        yield Rejection(count + 1 if count else None, "bad_archive", one_line(error) or type(error).__name__)
        return
    if not count:
        yield Rejection(None, "empty", "nothing in the archive")


def _named(found: Record | Rejection, member: str) -> Record | Rejection:
    return replace(found, detail=f"{member}: {found.detail}") if isinstance(found, Rejection) else found


def _numbered(records: Iterator[Record | Rejection], count: int) -> Iterator[Record | Rejection]:
    for one in records:
        count += 1
        yield one
    if not count:
        yield Rejection(None, "empty", "nothing in the archive")


def _members(data: bytes, name: str, suffix: str) -> Iterator[tuple[str, bytes | Rejection]]:
    limit = min(MAX_UNPACKED, max(len(data), 1 << 16) * MAX_RATIO)
    lowered = name.casefold()
    if suffix in ("zip", "wacz"):
        yield from _zip_members(data, suffix, limit)
    elif suffix in ("tar", "tgz") or lowered.endswith((".tar.gz", ".tar.bz2", ".tar.xz")):
        yield from _tar_members(data, limit)
    else:
        yield name.rpartition(".")[0], _take(_unpacked(data, suffix), limit)


def _unpacked(data: bytes, suffix: str) -> BinaryIO:
    opened: dict[str, Callable[[BinaryIO], Any]] = {
        "gz": lambda packed: gzip.GzipFile(fileobj=packed),
        "bz2": bz2.BZ2File,
        "xz": lzma.LZMAFile,
    }
    stream: BinaryIO = opened[suffix](io.BytesIO(data))
    return stream


def _zip_members(data: bytes, suffix: str, limit: int) -> Iterator[tuple[str, bytes | Rejection]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            # A WACZ is a zip of web archives with an index beside them, which holds no text.
            is_aside = suffix == "wacz" and not info.filename.casefold().endswith((".warc", ".warc.gz"))
            if info.is_dir() or _is_hidden(info.filename) or is_aside:
                continue
            if info.flag_bits & 0x1:
                yield info.filename, Rejection(None, "bad_archive", "encrypted")
                continue
            with archive.open(info) as stream:
                content = _take(stream, limit)
            limit -= len(content)
            yield info.filename, content


def _tar_members(data: bytes, limit: int) -> Iterator[tuple[str, bytes | Rejection]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
        for info in archive:
            # Links and devices of an archive are never followed or made.
            if not info.isfile() or _is_hidden(info.name):
                continue
            stream = archive.extractfile(info)
            if stream is not None:
                content = _take(stream, limit)
                limit -= len(content)
                yield info.name, content


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _take(stream: IO[bytes], limit: int) -> bytes:
    """All bytes of a stream. Raises _TooLargeError past `limit`, before they are held."""
    pieces, size = [], 0
    while piece := stream.read(_CHUNK):
        size += len(piece)
        if size > limit:
            raise _TooLargeError(f"unfolds to more than {limit} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _web_archive(data: bytes, reading: Reading) -> Iterator[Record | Rejection]:
    """The HTML responses of a WARC file that succeeded, each with the url it was found at."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    count = 0
    try:
        for entry in ArchiveIterator(io.BytesIO(data), record_types=WarcRecordType.response, parse_http=True):
            headers = entry.http_headers
            if headers is None or headers.status_code != 200:
                continue
            if not str(entry.http_content_type or "").startswith(("text/html", "application/xhtml")):
                continue
            count += 1
            if not reading.wants(count):
                continue
            url = entry.headers.get("WARC-Target-URI")
            body = entry.reader.read(reading.max_bytes + 1)
            yield read_page(_unfolded(body, headers, reading.max_bytes), count, reading, url)
    except _TooLargeError as error:
        yield Rejection(count, "too_large", one_line(error))
    except _BROKEN as error:
        yield Rejection(count + 1 if count else None, "bad_archive", one_line(error) or type(error).__name__)


def _unfolded(body: bytes, headers: object, limit: int) -> bytes:
    """A response's body without its transfer's compression."""
    coding = str(getattr(headers, "get", lambda *_: "")("Content-Encoding", "") or "").casefold()
    if coding == "gzip" and body[:2] == b"\x1f\x8b":
        return _take(_unpacked(body, "gz"), limit + 1)
    return body
