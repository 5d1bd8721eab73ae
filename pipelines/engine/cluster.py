"""The cluster engine: the very same extraction on the workers of a Dask scheduler.

A chunk travels as one opaque parcel of compressed Arrow IPC and comes back as Arrow IPC; its key is a number.
So no document text can reach the scheduler's log or its pages: a parcel prints as the number of its
documents, and a task never raises, since Dask would log the call. What fails is told by document ids.
A worker that dies costs nothing: the scheduler gives its chunks to others.

Belongs here: connecting, checking versions, sending and taking back. Does not belong here: how a chunk is
extracted (`engine.local.extract_tables`).
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines import __version__
from pipelines.engine import local
from pipelines.engine.local import ExtractionError, Tables, extract_tables, pack_tables, unpack_tables
from pipelines.extract.extractor import SourceText, extractor_version
from pipelines.model import Segment, to_arrow

# Chunks sent ahead for each worker: one being extracted, the others on their way.
_AHEAD = 3

# A chunk that ends a worker this often, each time past the scheduler's own patience, is at fault itself.
_MAX_ATTEMPTS = 3

# Seconds: to reach the scheduler; for a first worker to be there; for a worker to load its model and answer.
_CONNECT, _FIRST_WORKER, _ANSWER = 30, 60, 180

_DOCUMENTS = pa.schema(
    [
        ("document_id", pa.string()),
        ("text", pa.large_string()),
        ("published_on", pa.date32()),
        ("has_segments", pa.bool_()),
    ]
)

logger = logging.getLogger(__name__)


class ClusterError(RuntimeError):
    """A cluster that cannot be reached, or does not run the same Dateline; the message says what to do."""


class Parcel:
    """A chunk of documents as compressed Arrow IPC. It prints as what it is, never as what it holds."""

    __slots__ = ("count", "documents", "segments")

    def __init__(self, sources: Sequence[SourceText]) -> None:
        self.count = len(sources)
        rows: dict[str, list[Any]] = {
            "document_id": [source.document_id for source in sources],
            "text": [source.text for source in sources],
            "published_on": [source.published_on for source in sources],
            "has_segments": [source.segments is not None for source in sources],
        }
        segments = [segment for source in sources for segment in source.segments or ()]
        self.documents = _to_bytes(pa.table(rows, schema=_DOCUMENTS))
        self.segments = _to_bytes(to_arrow("segments", segments))

    def __repr__(self) -> str:
        return f"<Parcel of {self.count} documents>"

    def sources(self) -> list[SourceText]:
        """The documents, as they were put in."""
        segments: dict[str, list[Segment]] = {}
        for row in _from_bytes(self.segments).to_pylist():
            segments.setdefault(row["document_id"], []).append(Segment(**row))
        return [
            SourceText(
                document_id=row["document_id"],
                text=row["text"],
                segments=segments.get(row["document_id"], []) if row["has_segments"] else None,
                published_on=row["published_on"],
            )
            for row in _from_bytes(self.documents).to_pylist()
        ]


@dataclass(slots=True)
class Answer:
    """What a worker sends back: the packed tables, or which documents failed with what kind of error.

    `other`: what the worker runs, when that is not what the run wants.
    """

    tables: dict[str, bytes] | None = None
    failed: str | None = None
    other: dict[str, str] | None = None

    def __repr__(self) -> str:
        return "<Answer>"


def _to_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _from_bytes(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(data).read_all()


@cache
def versions() -> dict[str, str]:
    """What rows depend on, of this process; equal on every machine that works on a run.

    `extractor` holds Dateline's version, the model's, and a digest of the rules and shipped word tables.
    """
    own = os.environ.get("DATELINE_REFERENCE")
    digest = hashlib.sha256()
    for path in sorted(Path(own).glob("*.csv")) if own else ():
        digest.update(path.name.encode() + path.read_bytes())
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "dateline": __version__,
        "extractor": extractor_version(),
        "spacy": version("spacy"),
        "own word tables": digest.hexdigest()[:8] if own else "none",
    }


def extract_parcel(parcel: Parcel, run_id: str, expected: dict[str, str]) -> Answer:
    """On a worker: extract a parcel. Never raises, so that no log quotes the call."""
    try:
        if versions() != expected:
            return Answer(other=versions())
        return Answer(tables=pack_tables(extract_tables(parcel.sources(), run_id)))
    except Exception as error:
        return Answer(failed=type(error).__name__)


def run_cluster(
    sources: Sequence[SourceText],
    run_id: str,
    scheduler: str,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Tables]:
    """Extract documents in order on the cluster at `scheduler`, chunk by chunk.

    TLS and time-outs are Dask's own configuration (docs/how-to/extract-on-a-cluster.md). Raises ClusterError
    when the scheduler or every worker is out of reach, or a worker does not run the same versions, and
    ExtractionError for a chunk that fails or ends its worker every time.
    """
    size = local.CHUNK_DOCUMENTS
    chunks = [sources[i : i + size] for i in range(0, len(sources), size)]
    if not chunks:
        return
    done = 0
    with _connected(scheduler) as client:
        _check_versions(client)
        for chunk, tables in zip(chunks, _Job(client, chunks, run_id).results(), strict=True):
            yield tables
            done += len(chunk)
            if progress:
                progress(done, len(sources))


@contextmanager
def _connected(scheduler: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            "the engine 'dask' needs an extra: in Dateline's folder, pip install '.[cluster]'"
        ) from error
    try:
        client: Any = distributed.Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=_CONNECT, set_as_default=False, name="dateline"
        )
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(f"no Dask scheduler answers at {scheduler}: {_short(error)}") from error
    try:
        yield client
    finally:
        client.close(timeout=5)


def _check_versions(client: Any) -> None:
    """Have every worker say what it runs, which loads its model, and refuse to begin when one differs."""
    try:
        client.wait_for_workers(1, timeout=_FIRST_WORKER)
    except TimeoutError as error:
        raise ClusterError("the scheduler has no workers: start some with 'dask worker'") from error
    many = {address: n for address, n in client.nthreads().items() if n != 1}
    if many:
        raise ClusterError(
            f"{', '.join(sorted(many))}: has several threads, and the parser is not made for that: "
            "start workers with --nthreads 1 and as many --nworkers as the machine has cores"
        )
    asked = {
        address: client.submit(
            versions, key=f"dateline-versions-{uuid.uuid4().hex}", workers=[address], pure=False
        )
        for address in client.nthreads()
    }
    expected = versions()
    for address, future in asked.items():
        try:
            found = future.result(timeout=_ANSWER)
        except ImportError as error:
            raise ClusterError(f"{address}: lacks a package that Dateline needs: {error.name}") from error
        except Exception as error:
            if address in client.nthreads():
                raise ClusterError(f"{address}: does not say what it runs: {_short(error)}") from error
            continue  # it left while being asked; a chunk that lands on its successor is checked there
        _compare(address, found, expected)


def _compare(address: str, found: dict[str, str], expected: dict[str, str]) -> None:
    differ = [
        f"{what} {found.get(what, 'none')} (here {value})"
        for what, value in expected.items()
        if found.get(what) != value
    ]
    if differ:
        raise ClusterError(
            f"{address} runs something else: {'; '.join(differ)}. Rows would depend on where a document "
            "went: install the same Dateline, model and word tables on every machine"
        )


class _Job:
    """The chunks of a run on their way: results in order, a bounded number of chunks in flight."""

    def __init__(self, client: Any, chunks: list[Sequence[SourceText]], run_id: str) -> None:
        self.client, self.chunks, self.run_id = client, chunks, run_id
        self.expected = versions()
        self.name = f"dateline-extract-{run_id}-{uuid.uuid4().hex[:8]}"
        self.workers = 1

    def results(self) -> Iterator[Tables]:
        """Each chunk's tables, in order. A chunk whose worker died or whose answer was lost is sent again."""
        flying: deque[Any] = deque()
        ahead = 0
        for number in range(len(self.chunks)):
            while ahead < len(self.chunks) and len(flying) < self._width():
                flying.append(self._send(ahead, 1))
                ahead += 1
            future = flying.popleft()
            answer = self._answer(number, future)
            if answer.other:
                _compare("a worker that joined", answer.other, self.expected)
            if answer.failed or answer.tables is None:
                raise ExtractionError(f"{answer.failed} in one of: {_ids(self.chunks[number])}")
            yield unpack_tables(answer.tables)

    def _width(self) -> int:
        """Chunks in flight: workers may come and go, so it is asked each time; not while we are cut off."""
        if self.client.status == "running":
            with suppress(OSError, TimeoutError):
                self.workers = len(self.client.nthreads()) or self.workers
        return max(2, _AHEAD * self.workers)

    def _send(self, number: int, attempt: int) -> Any:
        return self.client.submit(
            extract_parcel,
            Parcel(self.chunks[number]),
            self.run_id,
            self.expected,
            key=f"{self.name}-{number:06}-{attempt}",
            pure=False,
            priority=-number,
        )

    def _answer(self, number: int, future: Any) -> Answer:
        from distributed import KilledWorker

        ids = _ids(self.chunks[number])
        for attempt in range(2, _MAX_ATTEMPTS + 2):
            try:
                answer: Answer = future.result()
                return answer
            except KilledWorker as error:
                fault: Exception = ExtractionError(f"extraction ends its worker on one of: {ids}")
                cause: Exception = error
            except ImportError as error:
                raise ClusterError(f"a worker lacks a package that Dateline needs: {error.name}") from error
            except (CancelledError, OSError) as error:
                self._reconnect(error)
                fault, cause = ClusterError("the scheduler was lost again and again: run again"), error
            logger.warning("chunk %d of %d is sent again", number + 1, len(self.chunks))
            if attempt <= _MAX_ATTEMPTS:
                future = self._send(number, attempt)
        raise fault from cause

    def _reconnect(self, error: Exception) -> None:
        """Wait while Dask's client looks for the scheduler again; raise when it gave up."""
        while self.client.status == "connecting":
            time.sleep(0.2)
        if self.client.status != "running":
            raise ClusterError(f"the scheduler was lost: {_short(error)}; run again") from error


def _ids(chunk: Sequence[SourceText]) -> str:
    return ", ".join(source.document_id for source in chunk)


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
