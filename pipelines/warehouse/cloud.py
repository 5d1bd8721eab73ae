"""Landing of cloud folders: files below an address that fsspec knows how to open (s3://, gs://, az://, ftp:// …).

A file comes a piece at a time and is kept under the address of its folder; the store's listing tells whether it
changed. A sidecar beside a file counts as it does in a local folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pipelines.ingest.fetch import shown
from pipelines.ingest.landing import IN_MEMORY
from pipelines.ingest.sources import MAX_SIDECAR, SIDECAR_SUFFIX
from pipelines.ingest.streams import CHUNK
from pipelines.log import without_secrets
from pipelines.warehouse.intake import (
    Given,
    Input,
    is_excluded,
    land_bytes,
    pass_over,
    reject_input,
    remember_mark,
)
from pipelines.warehouse.session import Session

# What stores call the size, the time of the last change, and a hash or version of a file's bytes.
_LOOKS = (
    "size", "mtime", "modify", "modified", "updated", "created", "LastModified", "last_modified",
    "last_write_time", "server_modified", "etag", "ETag", "e_tag", "md5Hash", "content_md5", "crc32c", "checksum",
    "generation", "sha", "rev", "VersionId", "version_id",
)  # fmt: skip

Listing = Mapping[str, Mapping[str, Any]]


class _StoreError(Exception):
    """What a store's driver raised, on one line, without credentials."""


class _TooLargeError(Exception):
    """A file beyond the limit."""


def land_cloud(session: Session, address: str, given: Given) -> None:
    """Land the files below an address, or the one that it names. Failures are rejections: the run goes on."""
    try:
        system, root, found = _listing(address)
    except _StoreError as error:
        reject_input(session, shown(address), "unreachable", str(error))
        return
    if not found:
        reject_input(session, shown(address), "unreachable", "nothing there")
    for path in sorted(found):
        inside = path.removeprefix(root).strip("/")
        is_hidden = any(part.startswith(".") for part in PurePosixPath(inside).parts)
        if not is_hidden and not path.endswith(SIDECAR_SUFFIX):
            place = f"{shown(address).rstrip('/')}/{inside}".removesuffix("/")
            _land_file(session, system, path, place, found, given)


def _listing(address: str) -> tuple[Any, str, Listing]:
    """The store, the address as it calls it, and all files below, each with what it tells of it."""
    if "::" in address:
        # A store opened through another one: what it leads to would be asked with none of the rules.
        raise _StoreError("a chain of addresses (::) is not opened")
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(address)
        system.invalidate_cache()
        return system, root, system.find(root, detail=True)
    except Exception as error:
        # Each store's driver raises errors of its own (no credentials, no such bucket).
        raise _StoreError(_told(error, address)) from error


def _land_file(
    session: Session, system: Any, path: str, place: str, found: Listing, given: Given
) -> None:
    if is_excluded(place, given.excluded):
        pass_over(session, excluded=1)
        return
    beside = path + SIDECAR_SUFFIX if path + SIDECAR_SUFFIX in found else None
    mark = _mark([found[path], *([found[beside]] if beside else [])], given)
    known = session.ledger.known_input(place)
    if known and mark and known.reader == mark and known.outlet == given.outlet:
        pass_over(session, unchanged=known.record_count)
        return
    target = session.folder / "cloud"
    try:
        limit = session.settings.max_cloud_bytes
        data = _taken(system, path, found[path].get("size"), limit, target)
        side = _taken(system, beside, None, MAX_SIDECAR, target.with_name("sidecar")) if beside else None
    except _TooLargeError as error:
        reject_input(session, place, "too_large", str(error))
        return
    except _StoreError as error:
        reject_input(session, place, "unreachable", str(error))
        return
    name = path.rpartition("/")[2]
    source = Input.of_bytes(session, place, name, data, given, side if isinstance(side, bytes) else None)
    count = land_bytes(session, source, data, given.excluded)
    if mark:
        remember_mark(session.ledger, place, mark, given.outlet, count)


def _mark(looks: list[Mapping[str, Any]], given: Given) -> str | None:
    """What the ledger knows a file by, until the store tells otherwise of it, or the list of sources does.

    None where a store tells but the size, or nothing: then only its bytes can say whether it changed.
    """
    told = [{key: str(look[key]) for key in _LOOKS if look.get(key) is not None} for look in looks]
    if any(not look.keys() - {"size"} for look in told):
        return None
    said = {key: value for key, value in given.defaults.items() if value}
    return f"cloud/{hashlib.sha256(json.dumps([told, said], sort_keys=True).encode()).hexdigest()[:24]}"


def _taken(system: Any, path: str, size: object, limit: int, target: Path) -> bytes | Path:
    """A file's bytes, or where they wait when they are many. Raises _TooLargeError and _StoreError.

    What the store says of its size is not believed: bytes are counted as they come.
    """
    if isinstance(size, int) and size > limit:
        raise _TooLargeError(f"{size} bytes, more than {limit} (DATELINE_MAX_CLOUD_BYTES)")
    count, held = 0, bytearray()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for piece in _pieces(system, path):
            count += len(piece)
            if count > limit:
                raise _TooLargeError(f"more than {limit} bytes (DATELINE_MAX_CLOUD_BYTES)")
            if count <= IN_MEMORY:
                held += piece
            else:
                file.write(held)
                held = bytearray()
                file.write(piece)
    if isinstance(size, int) and count != size:
        raise _StoreError(f"{count} bytes of {size}: it changed while it was read, or the line broke")
    return target if count > IN_MEMORY else bytes(held)


def _pieces(system: Any, path: str) -> Iterator[bytes]:
    try:
        with system.open(path, "rb") as remote:
            while piece := remote.read(CHUNK):
                yield piece
    except Exception as error:
        raise _StoreError(_told(error)) from error


def _told(error: Exception, address: str = "") -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    try:
        secret = urlsplit(address).password
    except ValueError:
        secret = None
    return without_secrets(text.replace(secret, "…") if secret else text)[:300]
