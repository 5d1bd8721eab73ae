"""Bytes to records: one text file is one record, a JSON Lines file one record a line.

Each input ends as a `Record` or as a `Rejection`, and a bad record never stops the ones behind it.

- `.txt`, `.text`, `.md`, `.markdown`: the decoded text, unchanged but for a byte-order mark. Markdown is
  read as it stands; front matter at its head (as web clippers write it) counts as the record's metadata.
- `.jsonl`, `.ndjson`: objects with `text` and optional `title`, `url`, `outlet`, `published`, `byline` (text
  or a list of names), `language`. Records are counted from 1, blank lines not among them.

A sidecar is one JSON object with the same optional keys. The outlet comes from the `outlet` option, else the
sidecar, else the record, else the page. A record's own title, url, date and byline go before its sidecar's,
and a url or title in the sidecar of a JSON Lines file, which would be every record's, is not read.
A sidecar that cannot be read rejects its file: stored without its url, the document would get another id.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from pipelines.ingest.encodings import DecodingError, decode, wide_encoding
from pipelines.ingest.front_matter import front_matter
from pipelines.ingest.urls import canonical_url

TEXT_SUFFIXES = frozenset({"txt", "text", "md", "markdown"})
LINES_SUFFIXES = frozenset({"jsonl", "ndjson"})
DEFAULT_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document beside its text. `published` is the date as given, not parsed."""

    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    published: str | None = None
    byline: str | None = None
    language: str | None = None
    outlet_method: str | None = None
    """Where the outlet comes from: option, sidecar, record or page (front matter)."""


@dataclass(frozen=True, slots=True)
class Record:
    """A text to store. `record_no` counts from 1 within a JSON Lines file and is None for a text file."""

    record_no: int | None
    text: str
    encoding: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Rejection:
    """An input, or one record of it, that could not be read.

    `reason`: empty, binary, too_long, undecodable, bad_record, unsupported_format or bad_sidecar.
    """

    record_no: int | None
    reason: str
    detail: str


class _BadMetadataError(ValueError):
    """Metadata of a wrong type, or text that no encoding can write."""


def read(
    data: bytes,
    name: str,
    *,
    sidecar: bytes | None = None,
    outlet: str | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> Iterator[Record | Rejection]:
    """The records of one input, read by the suffix of `name`. Never raises on any bytes.

    `max_bytes` bounds a text file, or one record's own text in UTF-8; a JSON Lines file may be larger.
    """
    suffix = name.rpartition(".")[2].casefold() if "." in name else ""
    if suffix not in TEXT_SUFFIXES | LINES_SUFFIXES:
        yield Rejection(
            None, "unsupported_format", f"no reader for {'.' + suffix if suffix else 'this name'}"
        )
        return
    try:
        beside = _sidecar_metadata(sidecar)
    except (ValueError, RecursionError) as error:
        yield Rejection(None, "bad_sidecar", _one_line(error))
        return
    # An argument of the command line may hold bytes that are no text in its locale.
    option = _clean(outlet.encode("utf-8", "replace").decode("utf-8")) if outlet else None
    if suffix in TEXT_SUFFIXES:
        yield _read_text(data, beside, option, max_bytes)
        return
    shared = replace(beside, title=None, url=None)
    count = 0
    for line_no, raw in enumerate(_lines(data), 1):
        if isinstance(raw, Rejection):
            yield raw
            return
        if raw.strip():
            count += 1
            yield _read_line(raw, count, line_no, shared=shared, option=option, max_bytes=max_bytes)
    if not count:
        yield Rejection(None, "empty", "no record")


def _read_text(data: bytes, beside: Metadata, option: str | None, max_bytes: int) -> Record | Rejection:
    if not data:
        return Rejection(None, "empty", "no bytes")
    if len(data) > max_bytes:
        return Rejection(None, "too_long", f"{len(data)} bytes, more than {max_bytes}")
    try:
        found = decode(data)
    except DecodingError as error:
        return Rejection(None, error.reason, error.detail)
    if not found.text.strip():
        return Rejection(None, "empty", "nothing but white space")
    given = front_matter(found.text)
    own = Metadata(**given, outlet_method="page" if "outlet" in given else None)
    return Record(None, found.text, found.encoding, _merged(beside, own, option))


def _lines(data: bytes) -> Iterator[bytes | Rejection]:
    if wide_encoding(data):
        try:
            data = decode(data).text.encode("utf-8")
        except DecodingError as error:
            yield Rejection(None, error.reason, error.detail)
            return
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield data[start:end]
        start = end + 1


def _read_line(
    raw: bytes, record_no: int, line_no: int, *, shared: Metadata, option: str | None, max_bytes: int
) -> Record | Rejection:
    def rejected(reason: str, detail: str) -> Rejection:
        return Rejection(record_no, reason, f"line {line_no}: {detail}")

    try:
        decoded = decode(raw)
        row = json.loads(decoded.text)
        if not isinstance(row, dict):
            raise _BadMetadataError("not a JSON object")
        own = _metadata(row, "record")
        text = row.get("text")
        if not isinstance(text, str):
            raise _BadMetadataError("no text" if text is None else "text is not a string")
        size = len(_encodable(text, "text").encode("utf-8"))
    except DecodingError as error:
        return rejected(error.reason, error.detail)
    except (ValueError, RecursionError) as error:
        return rejected("bad_record", _one_line(error))
    if not text.strip():
        return rejected("empty", "no text in the record")
    if "\x00" in text:
        return rejected("binary", "NUL characters in the text")
    if size > max_bytes:
        return rejected("too_long", f"{size} bytes of text, more than {max_bytes}")
    if shared.outlet:
        own = replace(own, outlet=shared.outlet, outlet_method=shared.outlet_method)
    return Record(record_no, text.removeprefix("\ufeff"), decoded.encoding, _merged(own, shared, option))


def _merged(first: Metadata, second: Metadata, option: str | None) -> Metadata:
    """What the first knows, else the second; the outlet of the option before both."""
    known = {f.name: getattr(first, f.name) or getattr(second, f.name) for f in fields(Metadata)}
    if first.outlet:
        known["outlet_method"] = first.outlet_method
    merged = Metadata(**known)
    return replace(merged, outlet=option, outlet_method="option") if option else merged


def _sidecar_metadata(sidecar: bytes | None) -> Metadata:
    if sidecar is None:
        return Metadata()
    row = json.loads(decode(sidecar).text)
    if not isinstance(row, dict):
        raise _BadMetadataError("not a JSON object")
    return _metadata(row, "sidecar")


def _metadata(row: dict[str, Any], method: str) -> Metadata:
    values = {
        key: _value(row.get(key), key)
        for key in ("title", "url", "outlet", "published", "byline", "language")
    }
    return Metadata(**values, outlet_method=method if values["outlet"] else None)


def _value(value: object, key: str) -> str | None:
    if value is None:
        return None
    if key == "published" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if key == "byline" and isinstance(value, list) and all(isinstance(name, str) for name in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        raise _BadMetadataError(f"{key} is not a string")
    return _clean(_encodable(value, key))


def _clean(value: str | None) -> str | None:
    return " ".join(value.replace("\x00", " ").split()) or None if value else None


def _encodable(value: str, key: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _BadMetadataError(f"{key} holds half of a character (a lone surrogate)") from error
    return value


def _one_line(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())


__all__ = ["Metadata", "Record", "Rejection", "canonical_url", "read"]
