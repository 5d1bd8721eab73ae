"""The local engine: the same rows from one process and from a pool, also when a worker is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from pipelines.engine import local
from pipelines.extract.extractor import SourceText


def sources(count: int) -> list[SourceText]:
    return [
        SourceText(f"d{n:03}", f'"Bridge {n} is gone," said Ines Okoro. About {n + 2} houses were damaged.')
        for n in range(count)
    ]


def rows(chunks: list[local.Tables]) -> dict[str, list[dict[str, object]]]:
    return {
        name: [row for chunk in chunks for row in chunk[name].to_pylist()] for name in local.EXTRACTED_TABLES
    }


def children(of: int | None = None) -> list[int]:
    of = of or os.getpid()
    # Children are listed with the thread that started them.
    listed = [pid for path in Path(f"/proc/{of}/task").glob("*/children") for pid in path.read_text().split()]
    return [int(pid) for pid in listed if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds its workers through /proc")
def test_a_killed_worker_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(local, "POOL_FROM_DOCUMENTS", 10)
    monkeypatch.setattr(local, "CHUNK_DOCUMENTS", 5)
    given = sources(40)
    expected = rows(list(local.run_local(given, "r", workers=1)))
    killed: list[int] = []

    def kill_one() -> None:
        deadline = time.monotonic() + 60
        while not killed and time.monotonic() < deadline:
            for pid in children()[:1]:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            time.sleep(0.05)

    killer = threading.Thread(target=kill_one)
    found: list[local.Tables] = []
    runner = threading.Thread(
        target=lambda: found.extend(local.run_local(given, "r", workers=2)), daemon=True
    )
    # As under a supervisor or a shell that ignores SIGTERM: what it starts ignores it too.
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        killer.start()
        runner.start()
        runner.join(timeout=300)
    finally:
        signal.signal(signal.SIGTERM, before)
    killer.join()
    assert killed
    assert not runner.is_alive(), "the pool waits for a worker that ignores SIGTERM"
    assert rows(found) == expected
    assert "a worker died: extracting again from chunk " in caplog.text


def die_in_mid_write(ops: str) -> None:
    """Prepare a worker as ever; the first result of all is written to its half, and its writer killed."""
    start_as_ever(ops)
    send = Connection._send

    def send_half(self: Connection, data: bytes, *more: object) -> None:
        once = Path(os.environ["DIE_ONCE"])
        if len(data) > 2000 and not once.exists():
            once.touch()
            os.write(self.fileno(), bytes(data)[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        send(self, data, *more)

    Connection._send = send_half


start_as_ever = local._worker_start


def test_a_worker_killed_in_mid_write_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of half a result the executor would wait for the other half, for ever."""
    monkeypatch.setattr(local, "POOL_FROM_DOCUMENTS", 10)
    monkeypatch.setattr(local, "CHUNK_DOCUMENTS", 5)
    given = sources(20)
    expected = rows(list(local.run_local(given, "r", workers=1)))
    monkeypatch.setattr(local, "_worker_start", die_in_mid_write)
    monkeypatch.setenv("DIE_ONCE", str(tmp_path / "once"))
    found: list[local.Tables] = []
    runner = threading.Thread(
        target=lambda: found.extend(local.run_local(given, "r", workers=2)), daemon=True
    )
    runner.start()
    runner.join(timeout=180)
    assert (tmp_path / "once").exists(), "no worker was killed"
    assert not runner.is_alive(), "the pool waits for the other half of a result"
    assert rows(found) == expected


def test_progress_counts_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "CHUNK_DOCUMENTS", 2)
    seen: list[tuple[int, int]] = []
    list(local.run_local(sources(5), "r", workers=1, progress=lambda done, total: seen.append((done, total))))
    assert seen == [(2, 5), (4, 5), (5, 5)]


_LONG_RUN = """
import signal, sys
# A test run in the background ignores Ctrl-C, and what it starts would too.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pipelines.engine import local
from pipelines.extract.extractor import SourceText
given = [SourceText(f"d{n:05}", f"About {n} houses were damaged, police said. " * 40) for n in range(20_000)]
if __name__ == "__main__":
    for _ in local.run_local(given, "r", workers=2):
        print("chunk", flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds its workers through /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_ends_a_run_ends_its_workers(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "long_run.py"
    script.write_text(_LONG_RUN)
    run = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path.cwd()
    )
    assert run.stdout
    assert run.stdout.readline() == b"chunk\n"
    workers = children(run.pid)
    assert len(workers) == 2
    run.send_signal(how)
    started = time.monotonic()
    run.communicate(timeout=20)
    assert run.returncode != 0
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() - started < 20:
        time.sleep(0.05)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    # Alone on a machine it takes a tenth of a second; five is what a person waits for.
    assert time.monotonic() - started < 5
