"""Landing: every input's bytes are kept, and the ledger says what is new, changed, known or unreadable.

Identity follows docs/reference: a document is its canonical url, or its text where it has none; new text
at a known url, or at a known path of a bare file, is a revision.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from pipelines.ingest.document import document_id, text_sha256
from pipelines.ingest.landing import Landing
from pipelines.ingest.readers import Metadata, Record, Rejection, read
from pipelines.ingest.sources import discover, sidecar
from pipelines.model import RejectedDocument
from pipelines.warehouse.ledger import KnownInput, Landed
from pipelines.warehouse.session import Session, utc_now

# A file written this short a time before it was read may be written again without a change of its time
# stamp or size; it is read once more on the next run.
_RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class _Input:
    path: Path
    place: str
    data_sha256: str
    sidecar_sha256: str | None
    outlet: str | None


def land(
    session: Session,
    sources: Sequence[str | Path],
    *,
    outlet: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Read the sources, keep their bytes, and record arrivals and rejections in the ledger.

    Fills the run's counts: read = stored + unchanged + duplicate + rejected + excluded. Raises
    `ingest.sources.SourceError` for a source that does not exist.
    """
    landing = Landing(session.home.landing)
    excluded = [r.value for r in session.ledger.rulings("exclude_source") if r.value]
    paths = discover(sources)
    for done, path in enumerate(paths, 1):
        _land_file(session, landing, path, outlet, excluded)
        if progress:
            progress(done, len(paths))
    session.record()


def is_excluded(uri: str, excluded: Sequence[str]) -> bool:
    """Whether a uri is excluded by itself, as a record of an excluded file, or below an excluded folder."""
    return any(uri == x or uri.startswith((x.rstrip("/") + "/", x + "#")) for x in excluded)


def _land_file(
    session: Session, landing: Landing, path: Path, outlet: str | None, excluded: Sequence[str]
) -> None:
    place = path.resolve().as_uri()
    run = session.run
    if is_excluded(place, excluded):
        run.read_count += 1
        run.excluded_count += 1
        return
    try:
        stat = path.stat()
        side = sidecar(path)
        known = session.ledger.known_input(place)
        looks = KnownInput(
            place=place,
            size=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
            sidecar_mtime_ns=_sidecar_time(path) if side is not None else None,
            outlet=outlet,
            record_count=0,
            read_at_ns=time.time_ns(),
        )
        if known and _is_unchanged(known, looks):
            run.read_count += known.record_count
            run.unchanged_count += known.record_count
            return
        data = path.read_bytes()
    except OSError as error:
        _reject(session, place, "unreadable", error.strerror or str(error), None)
        return
    with session.ledger.transaction():
        source = _Input(path, place, landing.put(data), landing.put(side) if side else None, outlet)
        for found in read(data, path.name, sidecar=side, outlet=outlet, max_bytes=session.settings.max_bytes):
            looks.record_count += 1
            uri = place if found.record_no is None else f"{place}#{found.record_no}"
            if isinstance(found, Rejection):
                _reject(session, uri, found.reason, found.detail, source.data_sha256)
            else:
                _land_record(session, source, uri, found, excluded)
        session.ledger.remember_input(looks)


def _sidecar_time(path: Path) -> int | None:
    return path.with_name(path.name + ".meta.json").stat().st_mtime_ns


def _is_unchanged(known: KnownInput, looks: KnownInput) -> bool:
    same = astuple(known)[:5] == astuple(looks)[:5]
    newest = max(known.mtime_ns, known.sidecar_mtime_ns or 0)
    return same and newest < known.read_at_ns - _RACY_NS


def _reject(session: Session, uri: str, reason: str, detail: str | None, sha256: str | None) -> None:
    session.run.read_count += 1
    session.run.rejected_count += 1
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


def _metadata_sha256(metadata: Metadata) -> str:
    return hashlib.sha256(repr(astuple(metadata)).encode("utf-8", "surrogatepass")).hexdigest()


def _land_record(
    session: Session, source: _Input, place: str, record: Record, excluded: Sequence[str]
) -> None:
    run, ledger = session.run, session.ledger
    url = record.metadata.url
    run.read_count += 1
    if url and is_excluded(url, excluded):
        run.excluded_count += 1
        return
    arrival = Landed(
        run_id=session.run_id,
        kind="document",
        document_id=document_id(url, record.text),
        text_sha256=text_sha256(record.text),
        metadata_sha256=_metadata_sha256(record.metadata),
        place=place,
        source_uri=url or place,
        source_sha256=source.data_sha256,
        file_name=source.path.name,
        record_no=record.record_no,
        sidecar_sha256=source.sidecar_sha256,
        outlet=source.outlet,
        replaces_document_id=None,
        first_seen_at=run.started_at,
        ingest_date=run.ingest_date,
    )
    before = ledger.latest_at(place)
    if before and _same(before, arrival):
        run.unchanged_count += 1
        return
    first = ledger.first_landing(arrival.document_id, arrival.text_sha256)
    if first:
        arrival.first_seen_at, arrival.ingest_date = first.first_seen_at, first.ingest_date
    if before and before.document_id != arrival.document_id:
        arrival.replaces_document_id = before.document_id
    if first and before is None and _is_current(session, arrival):
        arrival.kind = "source"
        run.duplicate_count += 1
    else:
        run.stored_count += 1
    ledger.add_landed(arrival)


def _same(before: Landed, arrival: Landed) -> bool:
    return (before.document_id, before.text_sha256, before.metadata_sha256) == (
        arrival.document_id,
        arrival.text_sha256,
        arrival.metadata_sha256,
    )


def _is_current(session: Session, arrival: Landed) -> bool:
    """Whether this revision is the one its document has now (it may have been replaced since)."""
    latest = session.ledger.landed(
        "seq = (SELECT max(seq) FROM landed WHERE document_id = ? AND kind = 'document')",
        [arrival.document_id],
    )
    return (
        bool(latest)
        and latest[0].text_sha256 == arrival.text_sha256
        and session.ledger.stands_elsewhere(arrival.document_id)
    )
