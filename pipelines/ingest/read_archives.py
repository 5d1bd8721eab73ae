"""Inputs that hold other inputs: compressed files, archives of files, web archives.

What they hold is read as it would be alone; records are counted from 1 through the whole archive. Limits keep
a small file from unfolding into a disk full of zeros.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, Any, cast

from pipelines.ingest.read_pages import looks_like_html, read_page
from pipelines.ingest.records import Found, Reading, Record, Rejection, one_line
from pipelines.ingest.streams import Budget, TooLargeError, bounded, seekable
from pipelines.ingest.tar import TarError, tar_members

ARCHIVE_SUFFIXES = frozenset({"gz", "tgz", "bz2", "xz", "zip", "tar", "warc", "wacz"})

# A page of text packs to about a tenth; what unfolds to a thousand times its size holds nothing to read.
MAX_RATIO = 1_000
# Bytes that one archive may unfold to, its members added up.
MAX_UNPACKED = 8 << 30
# A zip in a gz is met in practice; deeper nesting only in attacks.
MAX_DEPTH = 3

# Bytes of a zip's list of members: it is held as a whole, at some twenty times its size.
MAX_DIRECTORY = 32 << 20

Reader = Callable[[io.BufferedReader, str, Reading, int], Iterator[Found]]
Member = tuple[str, io.BufferedReader | Rejection]

_BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, TarError,
           RuntimeError, NotImplementedError)  # fmt: skip


def read_archive(
    stream: io.BufferedReader, name: str, reading: Reading, *, read: Reader, depth: int
) -> Iterator[Found]:
    """The records of an archive's members, in the archive's order, counted from 1.

    A member that cannot be read takes a number too. `read` reads a member by its name, as a stream: no more
    of an archive is in memory than one record.
    """
    suffix = name.rpartition(".")[2].casefold()
    if depth >= MAX_DEPTH:
        yield Rejection(None, "bad_archive", f"archives nested more than {MAX_DEPTH} deep")
        return
    try:
        is_empty = not stream.peek(1)
    except _BROKEN as error:
        yield Rejection(None, "bad_archive", one_line(error) or type(error).__name__)
        return
    if is_empty:
        yield Rejection(None, "empty", "no bytes")
        return
    if suffix == "warc" or name.casefold().endswith(".warc.gz"):
        yield from _at_least_one(_web_archive(stream, reading))
        return
    count = 0
    try:
        for member, content in _members(stream, name, suffix):
            inner = replace(reading, before=reading.before + count)
            if isinstance(content, Rejection):
                found: Iterator[Found] = iter([content])
            else:
                found = read(content, member, inner, depth + 1)
            for one in found:
                count += 1
                is_wanted = one is not None and reading.wants(count)
                yield _named(replace(one, record_no=count), member) if one and is_wanted else None
    except TooLargeError as error:
        yield Rejection(count + 1, "too_large", one_line(error))
        return
    except _BROKEN as error:
        yield Rejection(count + 1 if count else None, "bad_archive", one_line(error) or type(error).__name__)
        return
    if not count:
        yield Rejection(None, "empty", "nothing in the archive")


def _named(found: Record | Rejection, member: str) -> Record | Rejection:
    return replace(found, detail=f"{member}: {found.detail}") if isinstance(found, Rejection) else found


def _at_least_one(records: Iterator[Found]) -> Iterator[Found]:
    first = next(records, Rejection(None, "empty", "nothing in the archive"))
    yield first
    yield from records


def _members(stream: io.BufferedReader, name: str, suffix: str) -> Iterator[Member]:
    lowered = name.casefold()
    if suffix in ("zip", "wacz"):
        with seekable(stream) as file:
            yield from _zip_members(file, suffix, Budget(_limit(file)))
        return
    budget = Budget(_limit(stream))
    if suffix in ("tar", "tgz") or lowered.endswith((".tar.gz", ".tar.bz2", ".tar.xz")):
        for name_inside, member in tar_members(bounded(_uncompressed(stream), budget)):
            if not _is_hidden(name_inside):
                yield name_inside, member
    else:
        yield name.rpartition(".")[0], bounded(_UNPACK[suffix](stream), budget)


def _limit(stream: IO[bytes]) -> int:
    """Bytes that an archive of this size may unfold to; one inside another counts against that one too."""
    if not stream.seekable():
        return MAX_UNPACKED
    at = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(at)
    return min(MAX_UNPACKED, max(size, 1 << 16) * MAX_RATIO)


_UNPACK: dict[str, Callable[[IO[bytes]], Any]] = {
    "gz": lambda packed: gzip.GzipFile(fileobj=packed),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ": "xz"}


def _uncompressed(stream: io.BufferedReader) -> IO[bytes]:
    """A tar file's own bytes, whatever its name says it is packed with."""
    head = stream.peek(8)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            unpacked: IO[bytes] = _UNPACK[kind](stream)
            return unpacked
    return stream


class _ShortReads:
    """A zip's file, of which no list of members longer than the limit is read: that is read at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Some bytes. Raises TooLargeError where more are asked for than the list may have."""
        if size > MAX_DIRECTORY:
            raise TooLargeError(f"a list of members of {size} bytes, more than {MAX_DIRECTORY}")
        return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _zip_members(file: IO[bytes], suffix: str, budget: Budget) -> Iterator[Member]:
    with zipfile.ZipFile(cast(IO[bytes], _ShortReads(file))) as archive:
        for info in archive.infolist():
            # A WACZ is a zip of web archives with an index beside them, which holds no text.
            is_aside = suffix == "wacz" and not info.filename.casefold().endswith((".warc", ".warc.gz"))
            if info.is_dir() or _is_hidden(info.filename) or is_aside:
                continue
            if info.flag_bits & 0x1:
                yield info.filename, Rejection(None, "bad_archive", "encrypted")
                continue
            with archive.open(info) as member:
                yield info.filename, bounded(member, budget)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _web_archive(stream: io.BufferedReader, reading: Reading) -> Iterator[Found]:
    """The HTML responses of a WARC file that succeeded, each with the url it was found at."""
    count = 0
    try:
        with seekable(stream) as file:
            for entry in _responses(file):
                count += 1
                if not reading.wants(count):
                    yield None
                else:
                    url = entry.headers.get("WARC-Target-URI")
                    body = entry.reader.read(reading.max_bytes + 1)
                    page = _unfolded(body, entry.http_headers, reading.max_bytes, count)
                    yield page if isinstance(page, Rejection) else read_page(page, count, reading, url)
    except TooLargeError as error:
        yield Rejection(count, "too_large", one_line(error))
    except _BROKEN as error:
        yield Rejection(count + 1 if count else None, "bad_archive", one_line(error) or type(error).__name__)
    except BaseException as error:
        # The reader of web archives is Rust: where it gives up on bytes, it raises past Exception.
        if type(error).__name__ != "PanicException":
            raise
        yield Rejection(count + 1 if count else None, "bad_archive", one_line(error)[:200])


def _responses(file: IO[bytes]) -> Iterator[Any]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    for entry in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
        headers = entry.http_headers
        if headers is None or headers.status_code != 200:
            continue
        if str(entry.http_content_type or "").startswith(("text/html", "application/xhtml")):
            yield entry


def _unfolded(body: bytes, headers: object, limit: int, record_no: int) -> bytes | Rejection:
    """A response's body without what its transfer put around it; one that is torn does not end the archive.

    Many crawlers keep a response as it came over the wire, some unfold it and leave its headers as they were.
    """

    def header(name: str) -> str:
        return str(getattr(headers, "get", lambda *_: "")(name, "") or "").strip().casefold()

    if len(body) > limit:
        return Rejection(record_no, "too_long", f"more than {limit} bytes")
    try:
        if header("Transfer-Encoding").endswith("chunked"):
            body = _unchunked(body)
        coding = header("Content-Encoding").removeprefix("x-")
        if coding == "gzip" and body[:2] == b"\x1f\x8b":
            return bounded(_UNPACK["gz"](io.BytesIO(body)), Budget(limit + 1)).read()
        if coding == "deflate" and not looks_like_html(body):
            return _inflated(body, limit)
        if coding in _NOT_UNPACKED and not looks_like_html(body):
            return Rejection(record_no, "bad_archive", f"content encoding {coding} is not read")
        return body
    except TooLargeError:
        return Rejection(record_no, "too_long", f"unfolds to more than {limit} bytes")
    except _BROKEN as error:
        return Rejection(record_no, "bad_archive", one_line(error) or type(error).__name__)


_NOT_UNPACKED = ("br", "zstd", "compress", "dcb", "dcz")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")


def _unchunked(body: bytes) -> bytes:
    """The pieces of a chunked transfer together; a body that does not begin as one was unfolded before.

    Raises ValueError where it breaks off.
    """
    match = _CHUNK_SIZE.match(body)
    if not match:
        return body
    pieces = []
    while match and (size := int(match[1], 16)):
        end = match.end() + size
        pieces.append(body[match.end() : end])
        at = next((end + len(mark) for mark in (b"\r\n", b"\n") if body.startswith(mark, end)), None)
        match = _CHUNK_SIZE.match(body, at) if at else None
    if not match:
        raise ValueError("its chunks break off")
    return b"".join(pieces)


def _inflated(body: bytes, limit: int) -> bytes:
    """What deflate packed: with its header, as the standard has it, or without. Raises zlib.error."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpack = zlib.decompressobj(window)
        try:
            data = unpack.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(data) > limit:
            raise TooLargeError(f"unfolds to more than {limit} bytes")
        if unpack.eof:
            return data
        break
    raise zlib.error("broken deflate")
