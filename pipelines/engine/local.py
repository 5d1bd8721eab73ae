"""The local engine: extraction in this process, or in a pool of spawned processes.

Workers return Arrow IPC bytes, never spaCy objects. A worker that dies costs nothing: its chunk and those
in flight are extracted again in a new pool. Whatever ends the run, Ctrl-C and a kill too, ends the workers.
`multiprocessing.Pool` and `nlp.pipe(n_process)` are not used: both hang when a worker is killed.
"""

from __future__ import annotations

import logging
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
from multiprocessing.process import BaseProcess
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

# Between two looks at whether all workers live.
_LOOK_SECONDS = 0.2

Tables = dict[str, pa.Table]

logger = logging.getLogger(__name__)


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
                        flying.append(pool.submit(chunks[ahead], run_id))
                        ahead += 1
                    tables = unpack_tables(flying.popleft().result())
                    first, breaks = first + 1, 0
                    yield tables
            except BrokenProcessPool as error:
                breaks += 1
                logger.warning(
                    "a worker died: extracting again from chunk %d of %d on", first + 1, len(chunks)
                )
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


class _Pool:
    """A pool whose results are waited for only while all of its workers live.

    The executor watches its workers too, but not while it reads: of one killed while it writes a result it
    waits for the other half, as long as anybody, this process too, could still write it; and the others wait
    for the lock that the dead one holds. Nothing ever comes.
    """

    def __init__(self, workers: int) -> None:
        from pipelines.extract.ops import choose

        self._executor = ProcessPoolExecutor(
            workers, _Workers(), initializer=_worker_start, initargs=(choose(),)
        )
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._end_with_a_worker, daemon=True)
        self._watch.start()

    def submit(self, sources: Sequence[SourceText], run_id: str) -> Future[dict[str, bytes]]:
        """Have a worker extract documents. Raises BrokenProcessPool where one has died."""
        with self._lock:
            if self._is_over.is_set():
                raise BrokenProcessPool("a worker died")
            return self._executor.submit(_worker, sources, run_id)

    def end(self) -> None:
        """End the workers at once: nothing that they work on is wanted any more; a chunk takes seconds."""
        with self._lock:
            self._is_over.set()
            for process in self._processes():
                process.kill()
            results: Any = self._executor._result_queue
            results._writer.close()

    def close(self) -> None:
        """End the workers and wait until they have gone."""
        self.end()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._watch.join()

    def _processes(self) -> list[BaseProcess]:
        return list((self._executor._processes or {}).values())

    def _end_with_a_worker(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            if wait([process.sentinel for process in self._processes()], timeout=0):
                self.end()


@contextmanager
def _pool(workers: int) -> Iterator[_Pool]:
    """A pool of spawned workers; left early, by Ctrl-C or an error, it does not wait for what they do."""
    with _one_thread_each():
        pool = _Pool(workers)
        try:
            yield pool
        finally:
            pool.close()
