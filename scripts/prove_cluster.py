# ruff: noqa: S603, S607, T201 (runs ip and python, and says how far it is)
"""Extract on a cluster of separate hosts, break it in every way that hosts break, compare the rows.

Each host is a network namespace with an address of its own, joined by a bridge in a namespace of its own:
nothing outside them is touched, and all of them go away at the end. Needs root and iproute2 (`ip`).

Usage: python scripts/prove_cluster.py [DOCUMENTS]     writes docs/cluster.md
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "cluster.md"
HUB, CLIENT, SCHEDULER = "dateline-hub", "dateline-client", "dateline-sched"
WORKERS = [f"dateline-w{n}" for n in range(1, 5)]
PORT = 8786
ADDRESSES = {name: f"10.77.0.{n}" for n, name in enumerate((CLIENT, SCHEDULER, *WORKERS), 2)}
AT = f"tcp://{ADDRESSES[SCHEDULER]}:{PORT}"
NAMES = ("Ines Okoro", "Tomas Berg", "Lea Marchetti", "Samir Haddad", "Ruth Alden")


def ip(*words: str) -> None:
    """Run `ip` with these words; raises when it fails."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


def corpus(count: int) -> list[tuple[str, str]]:
    """Documents made up for the proof: four paragraphs each, all different."""
    made = []
    for n in range(count):
        who, other = NAMES[n % 5], NAMES[(n + 2) % 5]
        text = (
            f"Flood number {n} in the valley\n\n"
            f'"The bridge at kilometre {n} is gone," said {who}, who leads the county\'s crews. '
            f"About {n + 3} houses were damaged, and at least {n % 17 + 2} people were hurt.\n\n"
            f'{other} said the repair would cost ${n + 1} million. "We will not wait {n % 9 + 2} months."\n\n'
            f"According to the county, {n % 40 + 5}% of households had no power on Monday."
        )
        made.append((f"d{n:05}", text))
    return made


def client(address: str, count: int, out: Path) -> None:
    """Extract the corpus (`local`: in this process), say how far it is, write what came of it."""
    from pipelines.engine import cluster, local
    from pipelines.extract.extractor import SourceText

    local.CHUNK_DOCUMENTS = 5
    given = [SourceText(name, text) for name, text in corpus(count)]
    local.extract_tables(given[:1], "r")
    began = time.monotonic()
    digest, rows = hashlib.sha256(), 0

    def say(done: int, _: int) -> None:
        print(done, flush=True)

    run = (
        local.run_local(given, "r", 1, say)
        if address == "local"
        else cluster.run_cluster(given, "r", address, say)
    )
    for tables in run:
        for name in local.EXTRACTED_TABLES:
            rows += tables[name].num_rows
            digest.update(json.dumps(tables[name].to_pylist(), default=str).encode())
    facts = {"digest": digest.hexdigest(), "rows": rows, "seconds": round(time.monotonic() - began, 1)}
    out.write_text(json.dumps(facts))


@dataclass
class Hosts:
    """The namespaces and what runs in them."""

    folder: Path
    running: dict[str, subprocess.Popen[Any]] = field(default_factory=dict)

    def start(self, host: str, *words: str) -> subprocess.Popen[Any]:
        """Start a process on a host; its output goes to a file of the host's name."""
        env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with (self.folder / f"{host}.log").open("ab") as log:
            self.running[host] = subprocess.Popen(
                ["ip", "netns", "exec", host, sys.executable, *words], env=env, stdout=log, stderr=log
            )
        return self.running[host]

    def scheduler(self) -> None:
        """Start the scheduler on its host."""
        words = ("--host", ADDRESSES[SCHEDULER], "--port", str(PORT), "--no-dashboard")
        self.start(SCHEDULER, "-m", "distributed.cli.dask_scheduler", *words)
        time.sleep(3)

    def worker(self, host: str) -> None:
        """Start a worker of one thread on its host."""
        words = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", ADDRESSES[host])
        self.start(host, "-m", "distributed.cli.dask_worker", AT, *words)

    def kill(self, host: str) -> None:
        """Kill -9 what runs on a host."""
        process = self.running.pop(host)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def cut(self, host: str) -> None:
        """Cut a host's link. Nobody is told: packets go nowhere."""
        ip("-n", HUB, "link", "set", host.removeprefix("dateline-"), "down")

    def mend(self, host: str) -> None:
        """Put a host's link back."""
        ip("-n", HUB, "link", "set", host.removeprefix("dateline-"), "up")

    def lose(self, host: str) -> None:
        """A host is gone at once: its link and everything on it."""
        self.cut(host)
        self.kill(host)


@contextmanager
def hosts() -> Iterator[Hosts]:
    """A client, a scheduler and four workers, each on a host of its own."""
    spaces = (HUB, *ADDRESSES)
    with tempfile.TemporaryDirectory(prefix="prove_cluster") as folder:
        made = Hosts(Path(folder))
        try:
            for space in spaces:
                ip("netns", "add", space)
                ip("-n", space, "link", "set", "lo", "up")
            ip("-n", HUB, "link", "add", "br0", "type", "bridge")
            ip("-n", HUB, "link", "set", "br0", "up")
            for host, address in ADDRESSES.items():
                port = host.removeprefix("dateline-")
                ip("link", "add", port, "netns", HUB, "type", "veth", "peer", "name", "eth0", "netns", host)
                ip("-n", HUB, "link", "set", port, "master", "br0", "up")
                ip("-n", host, "addr", "add", f"{address}/24", "dev", "eth0")
                ip("-n", host, "link", "set", "eth0", "up")
            made.scheduler()
            for host in WORKERS:
                made.worker(host)
            yield made
        finally:
            for host in list(made.running):
                made.kill(host)
            for space in spaces:
                subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


@dataclass(frozen=True)
class Proof:
    """What is done to the hosts once `after` of the documents are done."""

    title: str
    act: Callable[[Hosts], None] | None
    after: float = 0.3


def _cut_for(seconds: float, host: str) -> Callable[[Hosts], None]:
    def act(made: Hosts) -> None:
        made.cut(host)
        time.sleep(seconds)
        made.mend(host)

    return act


def _restart_all(made: Hosts) -> None:
    made.kill(SCHEDULER)
    made.scheduler()
    for host in WORKERS:
        if made.running[host].poll() is None:
            made.kill(host)
        made.worker(host)


PROOFS = (
    Proof("nothing is broken", None),
    Proof("a worker is killed (-9)", lambda made: made.kill(WORKERS[0])),
    Proof("a host is lost: its link and all that ran on it", lambda made: made.lose(WORKERS[1])),
    Proof("a host's link is cut for good, its worker lives on", lambda made: made.cut(WORKERS[2])),
    Proof("a host's link is cut for 5 seconds", _cut_for(5, WORKERS[3])),
    Proof("the scheduler's link is cut for 5 seconds", _cut_for(5, SCHEDULER)),
    Proof("the scheduler is killed (-9), it and its workers start anew", _restart_all),
)


def run(proof: Proof, count: int) -> dict[str, Any]:
    """One proof on hosts of its own; returns what came of it."""
    with hosts() as made:
        out = made.folder / "facts.json"
        words = [str(Path(__file__)), "client", AT, str(count), str(out)]
        process = made.start(CLIENT, *words)
        log = made.folder / f"{CLIENT}.log"
        broken_at = None
        while process.poll() is None:
            done = [int(line) for line in log.read_text("utf-8", "replace").split() if line.isdigit()]
            if proof.act and broken_at is None and done and done[-1] >= proof.after * count:
                broken_at = done[-1]
                proof.act(made)
            time.sleep(0.05)
        if not out.is_file():
            raise SystemExit(f"{proof.title}: {log.read_text('utf-8', 'replace')[-3000:]}")
        facts: dict[str, Any] = json.loads(out.read_text())
        logs = "".join(file.read_text("utf-8", "replace") for file in made.folder.glob("*.log"))
        return {**facts, "broken_at": broken_at, "text_in_logs": any(name in logs for name in NAMES)}


def commit() -> str:
    """The commit that was run, with a plus where the tree held changes."""
    say = ["git", "-C", str(ROOT), "describe", "--always", "--exclude=*", "--dirty=+"]
    return subprocess.run(say, check=True, capture_output=True, text=True).stdout.strip()


def page(count: int, local: dict[str, Any], found: list[tuple[Proof, dict[str, Any]]]) -> str:
    """The page with what was seen."""
    from importlib.metadata import version

    lines = [
        "# What the cluster engine was seen to bear",
        "",
        "Made by `python scripts/prove_cluster.py` (as root): a client, a Dask scheduler and four workers,",
        "each in a network namespace of its own with its own address, joined by a bridge. Each line is a run",
        f"of its own on fresh hosts; the break comes after about a third of the {count} documents. *Equal*:",
        "every row of every table, in order, is that of the local engine in one process.",
        "",
        "| what is done to it | broken after | seconds | rows | equal | document text in a log |",
        "|---|---:|---:|---:|---|---|",
    ]
    for proof, facts in found:
        equal = "yes" if facts["digest"] == local["digest"] else "**NO**"
        text = "**YES**" if facts["text_in_logs"] else "none"
        after = "" if facts["broken_at"] is None else f"{facts['broken_at']} documents"
        lines.append(
            f"| {proof.title} | {after} | {facts['seconds']} | {facts['rows']:,} | {equal} | {text} |"
        )
    lines += [
        "",
        f"The local engine in one process took {local['seconds']} seconds for these {local['rows']:,} rows.",
        "The hosts share this machine's cores, so the times say how long a break delays a run, not how a",
        "cluster scales. A host that is silent is given up after 30 seconds, Dask's default",
        "(`distributed.comm.timeouts.tcp`).",
        "",
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, Linux {platform.release().split('-')[0]};",
        f"Python {platform.python_version()}, distributed {version('distributed')}.",
        f"{time.strftime('%Y-%m-%d')}, at {commit()}.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Run every proof and write the page; 1 when a run gave other rows or a log showed text."""
    if sys.argv[1:2] == ["client"]:
        client(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return 0
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "local.json"
        client("local", count, out)
        local = json.loads(out.read_text())
    found = []
    for proof in PROOFS:
        found.append((proof, run(proof, count)))
        print(proof.title, found[-1][1], flush=True)
    PAGE.write_text(page(count, local, found), encoding="utf-8")
    return int(any(f["digest"] != local["digest"] or f["text_in_logs"] for _, f in found))


if __name__ == "__main__":
    sys.exit(main())
