"""From what landed to Parquet files of new rows: choose the work, read and segment, extract.

Reads the landing folder, the ledger and, read-only, the published release, and writes the run's folder;
holds no database that anybody writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.engine.choice import run_extraction
from pipelines.engine.local import EXTRACTED_TABLES
from pipelines.engine.neighbours import neighbours
from pipelines.extract.model_files import check_model_files
from pipelines.ingest.document import make_document
from pipelines.ingest.kept import shown_name
from pipelines.ingest.landing import Landing
from pipelines.ingest.readers import Record, read
from pipelines.ingest.recurring import candidate_lines, relabel
from pipelines.ingest.streams import opened
from pipelines.model import Document, DocumentSource, Outlet, Segment, arrow_schema, to_arrow
from pipelines.warehouse.ledger import Landed
from pipelines.warehouse.recurring import known_headlines
from pipelines.warehouse.session import Session
from pipelines.warehouse.work import Work

# The extractors bring spaCy, a second of import: a run with nothing new never pays for it.
if TYPE_CHECKING:
    from pipelines.extract.extractor import SourceText

READ_TABLES = ("documents", "document_sources", "outlets", "segments")
STAGED_TABLES = (*READ_TABLES, *EXTRACTED_TABLES)

# What landed was within the limit when it landed; a limit lowered since must not lose it.
ANY_SIZE = 1 << 62

logger = logging.getLogger(__name__)


class LandedRecordError(RuntimeError):
    """A landed record that cannot be read again as it was."""


def pending_work(session: Session, only: Sequence[int] | None = None) -> Work:
    """What landed and the current release lacks; of `only` these arrivals where given.

    In order of arrival, as many documents as setting `documents_per_run` allows; the run's row says how many
    are left.
    """
    chosen = None if only is None else set(only)
    ledger = session.ledger
    ledger.promote_sources()
    work = Work()
    pending = ledger.landed("state = 'pending'")
    for at, row in enumerate(pending):
        if chosen is None and len(work.documents) >= session.settings.documents_per_run:
            session.run.deferred_count = sum(left.kind == "document" for left in pending[at:])
            break
        if chosen is not None and row.seq not in chosen:
            continue
        if row.kind == "source":
            work.sources.append(row)
            continue
        latest = ledger.latest_arrival(row.document_id)
        is_latest = latest is not None and latest.seq == row.seq
        if is_latest and ledger.stands_somewhere(row.document_id):
            work.documents.append(row)
        else:
            work.superseded.append(row)
    work.documents.sort(key=lambda row: row.document_id)
    return work


def released_work(session: Session, days: Sequence[date]) -> Work:
    """Documents of the current release whose day partition is among `days`, to be extracted again."""
    marks = ", ".join("?" * len(days))
    rows = session.ledger.landed(
        f"kind = 'document' AND state IN ('released', 'quarantined') AND ingest_date IN ({marks})",
        list(days),
    )
    latest = {row.document_id: row for row in rows}
    current = [r for r in latest.values() if session.ledger.stands_somewhere(r.document_id)]
    return Work(documents=sorted(current, key=lambda row: row.document_id))


def stage_documents(session: Session) -> dict[str, int]:
    """Read the work's documents from landing and write documents, segments, outlets and sources.

    Returns rows written by table. Raises LandedRecordError when a landed record reads otherwise than it did.
    """
    from pipelines.extract.extractor import extractor_version, spoken_languages

    documents: list[Document] = []
    segments: list[Segment] = []
    outlets: dict[str, Outlet] = {}
    spoken = spoken_languages()
    for row, record in _records(session, session.work.documents):
        document, own_segments, outlet = make_document(
            record,
            source_uri=row.source_uri,
            source_sha256=row.source_sha256,
            file_name=shown_name(row.file_name),
            first_seen_at=row.first_seen_at,
            ingested_at=session.run.started_at,
            ingest_date=row.ingest_date,
            run_id=session.run_id,
            languages=spoken,
        )
        document.extractor_version = extractor_version()
        for segment in own_segments:
            segment.run_id, segment.extractor_version = session.run_id, document.extractor_version
        documents.append(document)
        segments.extend(own_segments)
        if outlet:
            outlets.setdefault(outlet.outlet_id, outlet)
    _label_recurring(session, documents, segments)
    documents.sort(key=lambda document: document.document_id)
    segments.sort(key=lambda segment: (segment.document_id, segment.segment_no))
    rows: dict[str, Sequence[Any]] = {
        "documents": documents,
        "document_sources": list(_places(session)),
        "outlets": sorted(outlets.values(), key=lambda outlet: outlet.outlet_id),
        "segments": segments,
    }
    for table, made in rows.items():
        write_table(session, table, [to_arrow(table, made)])
    return {table: len(made) for table, made in rows.items()}


def _label_recurring(session: Session, documents: list[Document], segments: list[Segment]) -> None:
    """Take lines that recur on an outlet's pages, in this run and the release, out of the prose."""
    headlines = candidate_lines(documents, segments)
    again = [document.document_id for document in documents]
    for line, known in known_headlines(session.home, headlines, again).items():
        headlines[line] |= known
    relabel(documents, segments, headlines)


def _places(session: Session) -> Iterator[DocumentSource]:
    seen = set()
    for row in (*session.work.documents, *session.work.sources):
        for uri in dict.fromkeys((row.source_uri, row.place)):
            if (row.document_id, uri) not in seen:
                seen.add((row.document_id, uri))
                yield DocumentSource(
                    document_id=row.document_id,
                    source_uri=uri,
                    source_sha256=row.source_sha256,
                    first_seen_at=row.first_seen_at if row.kind == "document" else session.run.started_at,
                    run_id=session.run_id,
                )


def _records(session: Session, rows: Iterable[Landed]) -> Iterator[tuple[Landed, Record]]:
    landing = Landing(session.home.landing)

    def key(row: Landed) -> tuple[str, str, str, str]:
        return (row.source_sha256, row.sidecar_sha256 or "", row.outlet or "", row.file_name)

    for (sha256, side, outlet, name), group in groupby(sorted(rows, key=key), key):
        wanted: dict[int | None, list[Landed]] = {}
        for row in group:
            wanted.setdefault(row.record_no, []).append(row)
        with opened(landing.source(sha256)) as data:
            for found in read(
                data,
                name,
                sidecar=landing.get(side) if side else None,
                outlet=outlet or None,
                max_bytes=ANY_SIZE,
                only={number for number in wanted if number is not None} or None,
            ):
                if isinstance(found, Record):
                    for row in wanted.pop(found.record_no, []):
                        yield row, found
        if wanted:
            lost = [row.place for left in wanted.values() for row in left]
            raise LandedRecordError(f"landed, but no longer readable: {', '.join(lost[:3])}")


def stage_extraction(session: Session, progress: Callable[[int, int], None] | None = None) -> dict[str, int]:
    """Extract the staged documents and write the tables of `EXTRACTED_TABLES`; returns rows by table.

    Raises ModelFilesError, before anything is extracted, where the model's files are not the published ones.
    """
    logger.info(check_model_files())
    sources = _source_texts(session)
    counts = dict.fromkeys(EXTRACTED_TABLES, 0)
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        for table in EXTRACTED_TABLES:
            path = session.staged(table)
            path.parent.mkdir(parents=True, exist_ok=True)
            writers[table] = pq.ParquetWriter(path, arrow_schema(table))
        for tables in run_extraction(sources, session.run_id, session.settings, progress):
            for name, rows in tables.items():
                counts[name] += rows.num_rows
                writers[name].write_table(rows)
    finally:
        for writer in writers.values():
            writer.close()
    return counts


def _source_texts(session: Session) -> list[SourceText]:
    from pipelines.extract.extractor import SourceText

    segments: dict[str, list[Segment]] = {}
    for row in pq.read_table(session.staged("segments")).to_pylist():
        segments.setdefault(row["document_id"], []).append(Segment(**row))
    documents = pq.read_table(
        session.staged("documents"), columns=["document_id", "text", "published_on", "extraction_status"]
    )
    found = [
        SourceText(
            document_id=row["document_id"],
            text=row["text"],
            segments=segments.get(row["document_id"], []),
            published_on=row["published_on"],
        )
        for row in documents.to_pylist()
        if row["extraction_status"] == "done"
    ]
    return neighbours(found)


def write_table(session: Session, table: str, parts: Iterable[pa.Table]) -> None:
    """Write a staged table from its parts."""
    path = session.staged(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, arrow_schema(table)) as writer:
        for part in parts:
            writer.write_table(part)
