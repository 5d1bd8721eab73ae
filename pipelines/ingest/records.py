"""What readers make of an input: records with their metadata, or rejections with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, fields, replace
from typing import Any

from pipelines.ingest.encodings import decode

# What a record may say of itself beside its text, under these names.
METADATA_KEYS = ("title", "url", "outlet", "published", "byline", "language")


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
    """A text to store. `record_no` counts from 1 within an input of many records; None for one of its own."""

    record_no: int | None
    text: str
    encoding: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Rejection:
    """An input, or one record of it, that could not be read.

    `reason`: empty, binary, too_long, undecodable, bad_record, unsupported_format, bad_sidecar, no_text (a
    page without an article), unreadable_page, bad_archive or too_large (an archive beyond its limits).
    """

    record_no: int | None
    reason: str
    detail: str


# What a reader gives: a record, why there is none, or None for one that is passed over unread but counted.
Found = Record | Rejection | None


class BadMetadataError(ValueError):
    """Metadata of a wrong type, or text that no encoding can write."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one input is read: what stands beside it, and its limits."""

    beside: Metadata = field(default_factory=Metadata)
    """Metadata of the sidecar."""
    outlet: str | None = None
    """The outlet that the option or the list of sources names; goes before every other."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """For records of rows: which column holds `text`, `title` … (key: our name, value: the column's)."""
    max_bytes: int = 5_000_000
    only: Set[int] | None = None
    """Numbers of the records that are wanted; the others are passed over unread. None: all."""
    before: int = 0
    """Records of the whole input that come before this part of it (a member of an archive)."""

    def wants(self, record_no: int) -> bool:
        """Whether the record of that number, counted within this part, is to be read."""
        return self.only is None or self.before + record_no in self.only


def merged(first: Metadata, second: Metadata, option: str | None) -> Metadata:
    """What the first knows, else the second; the outlet of the option before both."""
    known = {f.name: getattr(first, f.name) or getattr(second, f.name) for f in fields(Metadata)}
    if first.outlet:
        known["outlet_method"] = first.outlet_method
    merged = Metadata(**known)
    return replace(merged, outlet=option, outlet_method="option") if option else merged


def sidecar_row(sidecar: bytes | None) -> tuple[Metadata, dict[str, str]]:
    """The metadata of a sidecar and its `columns`. Raises ValueError or RecursionError where it is none."""
    if sidecar is None:
        return Metadata(), {}
    row = json.loads(decode(sidecar).text)
    if not isinstance(row, dict):
        raise BadMetadataError("not a JSON object")
    return metadata_of(row, "sidecar"), columns_of(row.get("columns"))


def with_defaults(sidecar: bytes | None, defaults: Mapping[str, object]) -> bytes | None:
    """The sidecar with what the list of sources says where it is silent; one that is no object as it is."""
    given = {key: value for key, value in defaults.items() if value}
    if not given:
        return sidecar
    try:
        row = {} if sidecar is None else json.loads(decode(sidecar).text)
    except (ValueError, RecursionError):
        return sidecar
    if not isinstance(row, dict):
        return sidecar
    return json.dumps({**given, **row}, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")


def columns_of(value: object) -> dict[str, str]:
    """A column mapping: our names to those of the input. Raises BadMetadataError for anything else."""
    if value is None:
        return {}
    known = {"text", *METADATA_KEYS}
    if not isinstance(value, dict) or not all(
        key in known and isinstance(column, str) for key, column in value.items()
    ):
        raise BadMetadataError(f"columns is not an object of {', '.join(sorted(known))}")
    return dict(value)


def metadata_of(row: dict[str, Any], method: str) -> Metadata:
    """What a row says of itself. Raises BadMetadataError for a value of a wrong type."""
    values = {key: _value(row.get(key), key) for key in METADATA_KEYS}
    return Metadata(**values, outlet_method=method if values["outlet"] else None)


def _value(value: object, key: str) -> str | None:
    if value is None:
        return None
    if key == "published" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if key == "byline" and isinstance(value, list) and all(isinstance(name, str) for name in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        raise BadMetadataError(f"{key} is not a string")
    return clean(encodable(value, key))


def clean(value: str | None) -> str | None:
    """White space folded; None for nothing."""
    return " ".join(value.replace("\x00", " ").split()) or None if value else None


def encodable(value: str, key: str) -> str:
    """The value, if it can be written in UTF-8. Raises BadMetadataError where it cannot."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadMetadataError(f"{key} holds half of a character (a lone surrogate)") from error
    return value


def one_line(error: BaseException) -> str:
    """An error's message on one line."""
    return "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
