"""Extraction by several workers, timed for `bench.py`: the pool of one machine, and a Dask cluster on it.

The same documents in the same chunks, whatever the number of workers. Two times are taken: `wall` of the
chunks in the middle, which every worker is busy with, its model loaded and its caches filled; and `whole`,
from the first call to the last row, with the start of the pool or the loading of the models.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

CHUNK_DOCUMENTS = 25

# Chunks before the clock starts and after it stops: enough that two workers begin and end busy.
EDGE = 4


def steady(ends: Sequence[float]) -> float:
    """Seconds from the end of the first `EDGE` chunks to where `EDGE` are left, given the ends of all."""
    if len(ends) <= 2 * EDGE:
        raise ValueError(f"{len(ends)} chunks: more than {2 * EDGE} are needed")
    return ends[-1 - EDGE] - ends[EDGE - 1]


def workers(kind: str, texts: Iterable[str]) -> dict[str, Any]:
    """Extract texts with DATELINE_WORKERS workers of the `pool` or of a `cluster` started for it.

    Returns documents and wall seconds of the middle and of the whole, CPU seconds of all processes, a digest
    of every row in order, and the memory of workers (MB, proportional share) as chunks ended.
    """
    from pipelines.engine import cluster, local
    from pipelines.extract.extractor import SourceText

    sources = [SourceText(str(n), text) for n, text in enumerate(texts)]
    count, size = int(os.environ["DATELINE_WORKERS"]), CHUNK_DOCUMENTS
    local.CHUNK_DOCUMENTS = size
    chunks: list[Sequence[SourceText]] = [sources[i : i + size] for i in range(0, len(sources), size)]
    ends, mb, found, digest = [], [0], [], hashlib.sha256()
    with _cluster(count) if kind == "cluster" else nullcontext("") as address:
        start = time.monotonic()
        run = cluster.run_cluster(sources, "r", address) if address else local._in_pool(chunks, "r", count)
        for tables in run:
            ends.append(time.monotonic())
            mb.append(max(_share_mb(), default=0))
            found.append(tables)
    # After the clock has stopped: with a worker on every core, this process has none to itself.
    for tables in found:
        for name in sorted(tables):
            digest.update(repr(tables[name].to_pydict()).encode())
    return {
        "documents": sum(len(chunk) for chunk in chunks[EDGE:-EDGE]),
        "wall": steady(ends),
        "whole_documents": len(sources),
        "whole": ends[-1] - start,
        "cpu": sum(os.times()[:4]),
        "rows": digest.hexdigest(),
        "mb": mb,
    }


@contextmanager
def _cluster(count: int) -> Iterator[str]:
    """A scheduler and so many workers on the loopback, each a process; gives the scheduler's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        running = [_start("scheduler", folder, "--host", "127.0.0.1", "--port", str(port))]
        worker = (address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        running += [_start("worker", folder, *worker) for _ in range(count)]
        try:
            _wait_for(address, count)
            yield address
        finally:
            for process in running:
                process.kill()
                process.wait()


def _start(kind: str, folder: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *words]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)


def _wait_for(address: str, count: int) -> None:
    import distributed

    deadline = time.monotonic() + 60
    while True:
        try:
            with distributed.Client(address, timeout=5, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(count, timeout=60)
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _share_mb() -> list[int]:
    """Memory of each child by proportional share: what two workers share counts half for each."""
    found = []
    for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split():
        try:
            rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        share = next(line for line in rolled.splitlines() if line.startswith("Pss:"))
        found.append(int(share.split()[1]) // 1024)
    return found
