"""The local engine: extraction in this process, or in a pool of spawned processes.

Workers return Arrow IPC bytes, never spaCy objects. A worker that dies costs nothing: its chunk and those
in flight are extracted again in a new pool. Whatever ends the run, Ctrl-C and a kill too, ends the workers.
`multiprocessing.Pool` and `nlp.pipe(n_process)` are not used: both hang when a worker is killed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.model import to_arrow

# The extractors bring spaCy, a second of import: a run with nothing to extract never pays for it.
if TYPE_CHECKING:
    from pipelines.extract.extractor import Extraction, SourceText

EXTRACTED_TABLES = ("sentences", "entity_mentions", "quotes", "scare_quotes", "numeric_claims")

CHUNK_DOCUMENTS = 25

# Below this a pool's start-up (a model a worker) costs more than it saves.
POOL_FROM_DOCUMENTS = 100

# A chunk that breaks the pool this often is a fault of the chunk, not of the machine.
_MAX_BREAKS = 3

Tables = dict[str, pa.Table]


class ExtractionError(RuntimeError):
    """A chunk of documents that kills its worker every time; the message names the documents."""


def extract_tables(sources: Sequence[SourceText], run_id: str) -> Tables:
    """Extract a chunk in this process: one Arrow table for each of `EXTRACTED_TABLES`."""
    from pipelines.extract.extractor import extract, extractor_version

    version = extractor_version()
    found = list(extract(sources))
    tables = {}
    for name, rows in _rows(found).items():
        for row in rows:
            row.run_id, row.extractor_version = run_id, version
        tables[name] = to_arrow(name, rows)
    return tables


def _rows(found: list[Extraction]) -> dict[str, list[Any]]:
    return {
        "sentences": [row for x in found for row in x.sentences],
        "entity_mentions": [row for x in found for row in x.mentions],
        "quotes": [row for x in found for row in x.quotes],
        "scare_quotes": [row for x in found for row in x.scare_quotes],
        "numeric_claims": [row for x in found for row in x.claims],
    }


def run_local(
    sources: Sequence[SourceText],
    run_id: str,
    workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Tables]:
    """Extract documents in order, chunk by chunk. Raises ExtractionError for a chunk that kills workers."""
    chunks = [sources[i : i + CHUNK_DOCUMENTS] for i in range(0, len(sources), CHUNK_DOCUMENTS)]
    small = len(sources) < POOL_FROM_DOCUMENTS or workers == 1
    made = _in_process(chunks, run_id) if small else _in_pool(chunks, run_id, workers)
    done = 0
    for chunk, tables in zip(chunks, made, strict=True):
        yield tables
        done += len(chunk)
        if progress:
            progress(done, len(sources))


def _in_process(chunks: list[Sequence[SourceText]], run_id: str) -> Iterator[Tables]:
    for chunk in chunks:
        yield extract_tables(chunk, run_id)


_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes that start inside have one BLAS thread each: they read this when they load numpy."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _worker_start(ops: str) -> None:
    """Prepare a worker: the main process's choice of operations, Ctrl-C left to it, and no life after it."""
    os.environ["DATELINE_OPS"] = ops
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _worker(sources: Sequence[SourceText], run_id: str) -> dict[str, bytes]:
    return pack_tables(extract_tables(sources, run_id))


def pack_tables(tables: Tables) -> dict[str, bytes]:
    """Tables as Arrow IPC, to go from one process to another."""
    packed = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        packed[name] = sink.getvalue().to_pybytes()
    return packed


def unpack_tables(packed: dict[str, bytes]) -> Tables:
    """What `pack_tables` packed."""
    return {name: pa.ipc.open_stream(data).read_all() for name, data in packed.items()}


def _in_pool(chunks: list[Sequence[SourceText]], run_id: str, workers: int) -> Iterator[Tables]:
    """Results in order, at most four chunks a worker in flight, the pool made anew when a worker dies."""
    breaks = 0
    first = 0
    while first < len(chunks):
        with _pool(workers) as pool:
            flying: deque[Future[dict[str, bytes]]] = deque()
            ahead = first
            try:
                while first < len(chunks):
                    while ahead < len(chunks) and len(flying) < 4 * workers:
                        flying.append(pool.submit(_worker, chunks[ahead], run_id))
                        ahead += 1
                    tables = unpack_tables(flying.popleft().result())
                    first, breaks = first + 1, 0
                    yield tables
            except BrokenProcessPool as error:
                breaks += 1
                if breaks >= _MAX_BREAKS:
                    ids = ", ".join(source.document_id for source in chunks[first])
                    raise ExtractionError(f"extraction kills its process on one of: {ids}") from error


class _Worker(SpawnProcess):
    """A worker that ends when it is told to.

    A process keeps ignoring SIGTERM when what started it did (a trap in a shell, a supervisor). When one
    worker dies the pool terminates the others and waits for them, for ever if they ignore it.
    """

    def terminate(self) -> None:
        self.kill()


class _Workers(SpawnContext):
    Process = _Worker


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of spawned workers; left early, by Ctrl-C or an error, it does not wait for what they do."""
    from pipelines.extract.ops import choose

    with _one_thread_each():
        pool = ProcessPoolExecutor(workers, _Workers(), initializer=_worker_start, initargs=(choose(),))
        try:
            yield pool
        except BaseException:
            # Nothing that they work on is wanted any more, and a chunk takes seconds.
            for process in list((pool._processes or {}).values()):
                process.kill()
            # One killed while it writes leaves half a result, and the pool waits for the other half as long
            # as anybody, this process too, could still write it.
            results: Any = pool._result_queue
            results._writer.close()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
