"""Landing: every input's bytes are kept, and the ledger says what is new, changed, known or unreadable.

Identity follows docs/reference: a document is its canonical url, or its text where it has none; new text
at a known url, or at a known path of a bare file, is a revision.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import astuple, dataclass, field
from itertools import batched
from operator import attrgetter
from pathlib import Path
from stat import S_ISREG

from pipelines import __version__
from pipelines.ingest.document import document_id, text_sha256
from pipelines.ingest.kept import kept_lines, kept_name
from pipelines.ingest.landing import IN_MEMORY, Landing
from pipelines.ingest.readers import Metadata, Record, Rejection, read
from pipelines.ingest.records import with_defaults
from pipelines.ingest.sources import SourceError, discover, sidecar
from pipelines.ingest.streams import opened
from pipelines.model import RejectedDocument
from pipelines.warehouse.ledger import KnownInput, Landed, Ledger
from pipelines.warehouse.session import Session, utc_now

# A file written this short a time before it was read may be written again without a change of its time
# stamp or size; it is read once more on the next run.
_RACY_NS = 2_000_000_000

# What a file must look like still, to be passed over unread.
_LOOKS = attrgetter("place", "size", "mtime_ns", "sidecar_mtime_ns", "outlet", "reader")

# Records landed in one transaction: the ledger has other writers, who must not wait for a whole file.
_RECORDS_AT_ONCE = 500

# Files that share a transaction: a write of the ledger waits for the disk, longer than a small file takes.
_FILES_AT_ONCE = 100
_SMALL_BYTES = 100_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What a run was told of its inputs: their outlet, what stands for a sidecar, what is excluded."""

    outlet: str | None = None
    defaults: Mapping[str, object] = field(default_factory=dict)
    excluded: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """An input whose bytes have landed: as they came, or without the records that were forgotten.

    `data_sha256` is None where nothing of it may be kept; `landed_name` is the name it is read again by.
    """

    place: str
    file_name: str
    data_sha256: str | None
    sidecar: bytes | None
    sidecar_sha256: str | None
    outlet: str | None
    landed_name: str

    @classmethod
    def of_bytes(
        cls,
        session: Session,
        place: str,
        name: str,
        data: bytes | Path,
        given: Given,
        side: bytes | None = None,
    ) -> Input:
        """Land the bytes, or those of a file, and the sidecar with what the run was told; returns where they are."""
        landing = Landing(session.home.landing)
        beside = with_defaults(side, given.defaults)
        if session.forgotten and _holds_forgotten(session, name, data, beside, given):
            # Forgotten is forgotten: such bytes never reach the landing folder.
            found = _records(session, name, data, beside, given.outlet)
            lines = kept_lines(found, lambda record: not session.forgotten.cover_record(record))
            kept = landing.put(lines) if lines else None
            return cls(place, name, kept, beside, None, given.outlet, kept_name(name))
        landed = landing.put(beside) if beside else None
        return cls(place, name, landing.put(data), beside, landed, given.outlet, name)


def land(
    session: Session,
    sources: Sequence[str | Path],
    *,
    outlet: str | None = None,
    defaults: Mapping[str, object] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Read the sources, keep their bytes, and record arrivals and rejections in the ledger.

    `defaults` are what the list of sources says of them (`language`, `columns`), as a sidecar would. Fills the
    run's counts: read = stored + unchanged + duplicate + rejected + excluded. Raises
    `ingest.sources.SourceError` for a source that does not exist.
    """
    given = Given(outlet, defaults or {}, excluded_uris(session))
    paths = discover(sources)
    done = 0
    for group in _groups(paths):
        with session.ledger.transaction() if len(group) > 1 else nullcontext():
            for path, about in group:
                _land_file(session, path, about, given)
                done += 1
                if progress:
                    progress(done, len(paths))
    session.record()


def _groups(paths: Sequence[Path]) -> Iterator[list[tuple[Path, os.stat_result | None]]]:
    """Small files by the hundred, as one write of the ledger each; a large file by itself. With each what the
    system says of it; None where it says nothing."""
    group: list[tuple[Path, os.stat_result | None]] = []
    for path in paths:
        try:
            about = path.stat()
        except OSError:
            about = None
        is_small = about is not None and about.st_size <= _SMALL_BYTES
        if is_small:
            group.append((path, about))
        if group and (not is_small or len(group) == _FILES_AT_ONCE):
            yield group
            group = []
        if not is_small:
            yield [(path, about)]
    if group:
        yield group


def excluded_uris(session: Session) -> list[str]:
    """What `dateline source exclude` names."""
    return [ruling.value for ruling in session.ledger.rulings("exclude_source") if ruling.value]


def is_excluded(uri: str, excluded: Sequence[str]) -> bool:
    """Whether a uri is excluded by itself, as a record of an excluded file, or below an excluded folder."""
    return any(uri == x or uri.startswith((x.rstrip("/") + "/", x + "#")) for x in excluded)


def reject_source(session: Session, address: str, detail: str) -> None:
    """Record a listed source that cannot be read; the run goes on with the others."""
    reject_input(session, Path(address).absolute().as_uri(), "unreadable", detail)


def _land_file(session: Session, path: Path, about: os.stat_result | None, given: Given) -> None:
    # An absolute path with links as given: a link is a place of its own.
    place = path.as_uri()
    if is_excluded(place, given.excluded):
        pass_over(session, excluded=1)
        return
    try:
        stat = about or path.stat()
        if not S_ISREG(stat.st_mode):
            # A link to a device or a pipe: reading it may have no end.
            raise SourceError("not a file")
        side = sidecar(path)
        known = session.ledger.known_input(place)
        looks = KnownInput(
            place=place,
            size=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
            sidecar_mtime_ns=_sidecar_time(path) if side is not None else None,
            # An outlet once named for a file holds until another is named.
            outlet=given.outlet or (known.outlet if known else None),
            reader=f"{__version__}/{session.settings.max_bytes}{_told(given)}",
            record_count=0,
            read_at_ns=time.time_ns(),
        )
        if known and _is_unchanged(known, looks):
            pass_over(session, unchanged=known.record_count)
            return
        data = path if stat.st_size > IN_MEMORY else path.read_bytes()
    except OSError as error:
        reject_input(session, place, "unreadable", error.strerror or str(error))
        return
    told = Given(looks.outlet, given.defaults, given.excluded)
    source = Input.of_bytes(session, place, _name(path), data, told, side)
    if isinstance(data, Path) and source.data_sha256 and source.landed_name == source.file_name:
        # The file may change while it is read; what landed does not.
        data = Landing(session.home.landing).source(source.data_sha256)
    looks.record_count = land_bytes(session, source, data, given.excluded)
    session.ledger.remember_input(looks)


def land_bytes(session: Session, source: Input, data: bytes | Path, excluded: Sequence[str]) -> int:
    """Read the records of an input that has landed and note each in the ledger; returns their number."""
    records = _records(session, source.file_name, data, source.sidecar, source.outlet)
    count = 0
    for batch in batched(records, _RECORDS_AT_ONCE):
        with session.ledger.transaction():
            for found in batch:
                count += 1
                _land_one(session, source, found, excluded)
    return count


def remember_mark(ledger: Ledger, place: str, mark: str, outlet: str | None, count: int = 1) -> None:
    """Remember an input that is no local file by what tells this state of it from a later one."""
    ledger.remember_input(
        KnownInput(
            place=place, size=0, mtime_ns=0, sidecar_mtime_ns=None, outlet=outlet, reader=mark,
            record_count=count, read_at_ns=0,
        )
    )  # fmt: skip


def _records(
    session: Session, name: str, data: bytes | Path, side: bytes | None, outlet: str | None
) -> Iterator[Record | Rejection]:
    with opened(data) as source:
        yield from read(source, name, sidecar=side, outlet=outlet, max_bytes=session.settings.max_bytes)


def _holds_forgotten(session: Session, name: str, data: bytes | Path, side: bytes | None, given: Given) -> bool:
    """Whether a record of an input was forgotten. Costs a reading, in deployments that forgot something."""
    found = _records(session, name, data, side, given.outlet)
    return any(isinstance(one, Record) and session.forgotten.cover_record(one) for one in found)


def pass_over(session: Session, *, unchanged: int = 0, excluded: int = 0) -> None:
    """Count records that are not stored: known as they are, or excluded."""
    session.run.read_count += unchanged + excluded
    session.run.unchanged_count += unchanged
    session.run.excluded_count += excluded


def _land_one(session: Session, source: Input, found: Record | Rejection, excluded: Sequence[str]) -> None:
    place = source.place if found.record_no is None else f"{source.place}#{found.record_no}"
    if isinstance(found, Rejection):
        reject_input(session, place, found.reason, found.detail, source.data_sha256)
    else:
        _land_record(session, source, place, found, excluded)


def _told(given: Given) -> str:
    told = {key: value for key, value in given.defaults.items() if value}
    return f"/{json.dumps(told, sort_keys=True)}" if told else ""


def _name(path: Path) -> str:
    """A file's name as text: names of old archives need not be UTF-8."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _sidecar_time(path: Path) -> int | None:
    return path.with_name(path.name + ".meta.json").stat().st_mtime_ns


def _is_unchanged(known: KnownInput, looks: KnownInput) -> bool:
    same = _LOOKS(known) == _LOOKS(looks)
    newest = max(known.mtime_ns, known.sidecar_mtime_ns or 0)
    return same and newest < known.read_at_ns - _RACY_NS


def reject_input(
    session: Session, uri: str, reason: str, detail: str | None, sha256: str | None = None
) -> None:
    """Record an input that could not be read."""
    session.ledger.add(
        "rejected_documents",
        [
            RejectedDocument(
                run_id=session.run_id,
                source_uri=uri,
                reason=reason,
                detail=detail,
                source_sha256=sha256,
                rejected_at=utc_now(),
            )
        ],
    )
    session.run.read_count += 1
    session.run.rejected_count += 1
    logger.info("rejected: %s", reason, extra={"source_uri": uri})


def _metadata_sha256(metadata: Metadata) -> str:
    return hashlib.sha256(repr(astuple(metadata)).encode("utf-8", "surrogatepass")).hexdigest()


def _land_record(
    session: Session, source: Input, place: str, record: Record, excluded: Sequence[str]
) -> None:
    run, ledger = session.run, session.ledger
    url = record.metadata.url
    if url and is_excluded(url, excluded):
        pass_over(session, excluded=1)
        return
    key, sha256 = document_id(url, record.text), text_sha256(record.text)
    if session.forgotten.cover(key, sha256):
        pass_over(session, excluded=1)
        return
    arrival = Landed(
        run_id=session.run_id,
        kind="document",
        document_id=key,
        text_sha256=sha256,
        metadata_sha256=_metadata_sha256(record.metadata),
        place=place,
        source_uri=url or place,
        source_sha256=source.data_sha256 or "",
        file_name=source.landed_name,
        record_no=record.record_no,
        sidecar_sha256=source.sidecar_sha256,
        outlet=source.outlet,
        replaces_document_id=None,
        first_seen_at=run.started_at,
        ingest_date=run.ingest_date,
    )
    before = ledger.latest_at(place)
    if before and _same(before, arrival):
        pass_over(session, unchanged=1)
        return
    first = ledger.first_landing(arrival.document_id, arrival.text_sha256)
    if first:
        arrival.first_seen_at, arrival.ingest_date = first.first_seen_at, first.ingest_date
    if before and before.is_bare_file and before.document_id != arrival.document_id:
        arrival.replaces_document_id = before.document_id
    is_elsewhere = before is None or before.document_id != arrival.document_id
    if first and is_elsewhere and _is_current(session, arrival):
        arrival.kind = "source"
    ledger.add_landed(arrival)
    # Together, or a run that fails in between has read what it did nothing with.
    run.read_count += 1
    if arrival.kind == "source":
        run.duplicate_count += 1
    else:
        run.stored_count += 1
    about = {"document_id": arrival.document_id, "source_uri": arrival.source_uri}
    logger.info("landed a %s", arrival.kind, extra=about)


def _same(before: Landed, arrival: Landed) -> bool:
    return (before.document_id, before.text_sha256, before.metadata_sha256) == (
        arrival.document_id,
        arrival.text_sha256,
        arrival.metadata_sha256,
    )


def _is_current(session: Session, arrival: Landed) -> bool:
    """Whether this very revision is published or waits to be, at some other place."""
    latest = session.ledger.latest_arrival(arrival.document_id)
    return (
        latest is not None
        and latest.text_sha256 == arrival.text_sha256
        and latest.state in ("pending", "released")
        and session.ledger.stands_somewhere(arrival.document_id)
    )
