"""A real Dask scheduler and worker processes over TCP, for the tests of the cluster engine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A scheduler and workers, each a process of its own with a log of its own under `folder`."""

    def __init__(self, folder: Path, protocol: str = "tcp", env: Mapping[str, str] | None = None) -> None:
        self.folder, self.env = folder, {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
        port, self.page = free_port(), free_port()
        self.address = f"{protocol}://127.0.0.1:{port}"
        self.workers: list[subprocess.Popen[Any]] = []
        where = ["--host", "127.0.0.1", "--protocol", protocol, "--port", str(port)]
        self.scheduler = self._start("scheduler", [*where, "--dashboard-address", f"127.0.0.1:{self.page}"])
        self._wait_for(port)

    def add_worker(self, *options: str, env: Mapping[str, str] | None = None) -> int:
        """Start a worker of one thread without a nanny; returns its process id."""
        given = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", *options]
        name = f"worker{len(self.workers)}"
        self.workers.append(self._start("worker", [self.address, *given], env, name))
        return self.workers[-1].pid

    def close(self) -> None:
        """End every process."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def logs(self) -> str:
        """Everything that scheduler and workers wrote."""
        return "\n".join(log.read_text("utf-8", "replace") for log in sorted(self.folder.glob("*.log")))

    def _start(
        self, kind: str, given: list[str], env: Mapping[str, str] | None = None, name: str | None = None
    ) -> subprocess.Popen[Any]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name or kind}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_" + kind, *given],
                cwd=self.folder,
                env={**self.env, **(env or {})},
                stdout=log,
                stderr=log,
            )

    def _wait_for(self, port: int) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError(f"no scheduler: {self.logs()}")
