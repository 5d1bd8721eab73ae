"""The cluster engine on a real scheduler and worker processes over TCP: the rows of the local engine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dask_cluster import ROOT, Cluster, free_port

from pipelines.engine import cluster, local
from pipelines.extract.extractor import SourceText
from pipelines.model import Segment

pytest.importorskip("distributed")

SECRET = "Okoro"


def sources(count: int) -> list[SourceText]:
    return [
        SourceText(
            f"d{n:03}", f'"Bridge {n} is gone," said Ines {SECRET}. About {n + 2} houses were damaged.'
        )
        for n in range(count)
    ]


def rows(chunks: Sequence[local.Tables]) -> dict[str, list[dict[str, object]]]:
    return {
        name: [row for chunk in chunks for row in chunk[name].to_pylist()] for name in local.EXTRACTED_TABLES
    }


def kill_when_busy(victim: int, seen: list[int], killed: list[int], after: int) -> threading.Thread:
    """Kill -9 process `victim` once `after` documents are done."""

    def act() -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if seen and seen[-1] >= after:
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
                return
            time.sleep(0.01)

    thread = threading.Thread(target=act)
    thread.start()
    return thread


def pages(running: Cluster) -> str:
    """Every page of the scheduler that answers, and each task's own."""
    base = f"http://127.0.0.1:{running.page}"
    found = []
    for path in ("/", "/info/main/workers.html", "/info/main/logs.html", "/json/counts.json", "/metrics"):
        try:
            with urllib.request.urlopen(base + path, timeout=5) as answer:
                found.append(answer.read().decode("utf-8", "replace"))
        except (urllib.error.URLError, OSError):
            continue
    return "\n".join(found)


def test_a_parcel_holds_what_was_put_in_and_shows_none_of_it() -> None:
    segment = Segment(document_id="d1", segment_no=0, role="body", start_char=0, end_char=5, surface="Words")
    given = [
        SourceText("d1", "Words", [segment], date(2026, 4, 1)),
        SourceText("d2", "Ωords", [], None),
        SourceText("d3", "Words again", None, None),
    ]
    parcel = cluster.Parcel(given)
    assert parcel.sources() == given
    assert repr(parcel) == str(parcel) == "<Parcel of 3 documents>"
    assert "Words" not in repr(cluster.Answer(tables={"quotes": b"Words"}))


def test_a_task_never_raises_and_names_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ValueError(f"cannot read {SECRET}")

    monkeypatch.setattr(cluster, "extract_tables", fail)
    answer = cluster.extract_parcel(cluster.Parcel(sources(1)), "r", cluster.versions())
    assert answer == cluster.Answer(failed="ValueError")


def test_another_version_is_named() -> None:
    mine = cluster.versions()
    with pytest.raises(cluster.ClusterError, match=r"w1 runs something else: spacy 2\.0 \(here "):
        cluster._compare("w1", {**mine, "spacy": "2.0"}, mine)
    cluster._compare("w1", dict(mine), mine)


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(cluster.ClusterError, match="no Dask scheduler answers"):
        list(cluster.run_cluster(sources(1), "r", address))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path / "cluster")
    yield started
    started.close()


def test_a_killed_worker_costs_nothing_on_a_cluster(
    running: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "CHUNK_DOCUMENTS", 2)
    given = sources(40)
    expected = rows(list(local.run_local(given, "r", workers=1)))
    victim = running.add_worker()
    running.add_worker()
    seen: list[int] = []
    killed: list[int] = []
    killer = kill_when_busy(victim, seen, killed, after=6)
    found = list(cluster.run_cluster(given, "r", running.address, lambda done, _: seen.append(done)))
    shown = pages(running)
    killer.join()
    assert killed
    assert seen == list(range(2, 41, 2))
    assert rows(found) == expected
    assert SECRET not in running.logs()
    assert "<html" in shown.lower()
    assert SECRET not in shown


@pytest.mark.long
def test_four_workers_one_killed_many_documents(running: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "CHUNK_DOCUMENTS", 5)
    given = sources(400)
    expected = rows(list(local.run_local(given, "r", workers=1)))
    victims = [running.add_worker() for _ in range(4)]
    seen: list[int] = []
    killed: list[int] = []
    killers = [kill_when_busy(victims[n], seen, killed, after=40 * (n + 1)) for n in range(2)]
    found = list(cluster.run_cluster(given, "r", running.address, lambda done, _: seen.append(done)))
    for killer in killers:
        killer.join()
    assert killed == victims[:2]
    assert rows(found) == expected


@pytest.mark.long
def test_a_chunk_that_ends_every_worker_is_named(running: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "CHUNK_DOCUMENTS", 1)
    monkeypatch.setattr(cluster, "_MAX_ATTEMPTS", 1)
    (running.folder / "poison.py").write_text(
        "import os\n"
        "from pipelines.engine import cluster\n"
        "whole = cluster.extract_tables\n"
        "def extract_tables(sources, run_id):\n"
        "    if any(s.document_id == 'd007' for s in sources):\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return whole(sources, run_id)\n"
        "def dask_setup(worker):\n"
        "    cluster.extract_tables = extract_tables\n"
    )
    running.add_worker("--nanny", "--preload", str(running.folder / "poison.py"))
    with pytest.raises(local.ExtractionError, match=r"ends its worker on one of: d007$"):
        list(cluster.run_cluster(sources(10), "r", running.address))


@pytest.mark.long
def test_a_worker_that_runs_something_else_is_refused(running: Cluster, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    table = (ROOT / "seeds" / "reference" / "cue_verbs.csv").read_text("utf-8")
    (tmp_path / "own" / "cue_verbs.csv").write_text(table + "zzz\n")
    running.add_worker()
    running.add_worker(env={"DATELINE_REFERENCE": str(tmp_path / "own")})
    time.sleep(5)
    with pytest.raises(cluster.ClusterError, match=r"runs something else: own word tables \w+ \(here none\)"):
        list(cluster.run_cluster(sources(4), "r", running.address))


@pytest.mark.long
def test_a_worker_of_two_threads_is_refused(running: Cluster) -> None:
    running.add_worker("--nthreads", "2")
    with pytest.raises(cluster.ClusterError, match="start workers with --nthreads 1"):
        list(cluster.run_cluster(sources(4), "r", running.address))


def dateline(home: Path, *given: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *given],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATELINE_HOME": str(home), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def extracted(home: Path) -> dict[str, str]:
    """Every extracted row of a release but what names the run."""
    found = {}
    for table in local.EXTRACTED_TABLES:
        done = dateline(
            home, "sql", f"SELECT * EXCLUDE (run_id) FROM main.{table} ORDER BY ALL", "--format", "json"
        )
        assert done.returncode == 0, done.stderr
        found[table] = done.stdout
    return found


def certificate(folder: Path) -> Path:
    """A certificate of the test's own for localhost and 127.0.0.1."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.mark.long
@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificates with openssl")
def test_the_same_release_from_a_cluster_over_tls(tmp_path: Path) -> None:
    own, article = certificate(tmp_path), str(min((ROOT / "seeds" / "articles").iterdir()))
    tls = {
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(own / "cert.pem"),
        **{
            f"DASK_DISTRIBUTED__COMM__TLS__{role}__{what}": str(own / f"{what.lower()}.pem")
            for role in ("SCHEDULER", "WORKER", "CLIENT")
            for what in ("CERT", "KEY")
        },
    }
    running = Cluster(tmp_path / "cluster", "tls", tls)
    try:
        for _ in range(2):
            running.add_worker("--protocol", "tls")
        at = {"DATELINE_ENGINE": "dask", "DATELINE_SCHEDULER": running.address}
        refused = dateline(tmp_path / "refused", "run", article, **at)
        assert refused.returncode == 3, refused.stdout
        clustered = dateline(tmp_path / "clustered", "run", article, **at, **tls)
        assert clustered.returncode == 0, clustered.stderr
    finally:
        running.close()
    assert "dateline-extract" not in clustered.stderr
    here = dateline(tmp_path / "here", "run", article)
    assert here.returncode == 0, here.stderr
    found = extracted(tmp_path / "clustered")
    assert found == extracted(tmp_path / "here")
    assert found["quotes"] and found["numeric_claims"]
