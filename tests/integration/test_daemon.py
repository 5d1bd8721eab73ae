"""The sensors and the schedule, by running the real daemon: what arrives is published with no hand on it."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import dagster as dg
import pytest
import reliability as rel
from test_remote import Site

from pipelines.defs.automation import drop_folder, listed_sources
from pipelines.defs.runner import prepare_dagster
from pipelines.model import Run
from pipelines.settings import Home, load_settings
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import current_release
from pipelines.warehouse.session import utc_now
from pipelines.warehouse.sources import Source, add_source

ROOT = Path(__file__).parents[2]
SOON = 300  # seconds that a run started by the daemon may take, on a machine with much else to do


@pytest.fixture
def site() -> Iterator[str]:
    Site.entries, Site.version, Site.broken = [("flood", "a")], 1, False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def daemon(home: Path, **settings: str) -> Iterator[None]:
    """`dagster-daemon run` for a deployment, ended with all that it started."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "DAGSTER_"))}
    prepare_dagster(Home(home))
    with home.with_suffix(".daemon.log").open("ab") as log:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("dagster-daemon")),
                "run",
                "-w",
                str(ROOT / "workspace.yaml"),
            ],
            # Not in the checkout: the `.env` there names another home, and wins.
            cwd=home.parent,
            env={
                **clean,
                "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), clean.get("PYTHONPATH")])),
                "DATELINE_HOME": str(home),
                "DAGSTER_HOME": str(home / "dagster"),
                "DATELINE_ALLOW_PRIVATE": "yes",
                **settings,
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
        assert process.poll() is None, home.with_suffix(".daemon.log").read_text(errors="replace")[-2000:]
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        rel.kill(process)


def published(home: Path) -> set[str]:
    """The last parts of the addresses of all documents in the release."""
    if current_release(Home(home)) is None:
        return set()
    with open_release(home / "current" / "dateline.duckdb") as connection:
        found = connection.execute("SELECT source_uri FROM main.document_sources").fetchall()
    return {uri.rpartition("/")[2] for (uri,) in found}


def wait_for(what: Callable[[], bool], home: Path) -> float:
    """Wait until it is so; the seconds it took."""
    begin = time.monotonic()
    while not what():
        if time.monotonic() - begin > SOON:
            log = home.with_suffix(".daemon.log").read_text(errors="replace")[-3000:]
            raise AssertionError(f"not within {SOON} seconds; the daemon said:\n{log}")
        time.sleep(0.2)
    return time.monotonic() - begin


def runs(home: Path) -> list[Run]:
    with closing(Ledger(Home(home).ledger)) as ledger:
        found: list[Run] = ledger.rows("runs")
    return sorted(found, key=lambda run: run.started_at)


def check_one_after_the_other(done: list[Run]) -> None:
    for before, after in itertools.pairwise(done):
        assert before.finished_at is not None
        assert before.finished_at <= after.started_at


@pytest.mark.long
def test_what_arrives_is_published_with_no_hand_on_it(tmp_path: Path, site: str) -> None:
    home = tmp_path / "home"
    settings = load_settings({"DATELINE_HOME": str(home)})
    add_source(settings, Source(f"{site}/feed.xml", schedule="1m"))
    settings.inbox.mkdir(parents=True)
    with daemon(home):
        (settings.inbox / "bridge.txt").write_text(rel.BRIDGE, encoding="utf-8")
        dropped = wait_for(lambda: "bridge.txt" in published(home), home)
        wait_for(lambda: "flood" in published(home), home)
        # Both at once: two sensors ask for a run each.
        Site.entries, Site.version = [("thaw", "a"), ("flood", "a")], 2
        (settings.inbox / "valley.txt").write_text(rel.VALLEY, encoding="utf-8")
        gained = wait_for(lambda: {"thaw", "valley.txt"} <= published(home), home)
        wait_for(lambda: all(run.finished_at for run in runs(home)), home)
    done = runs(home)
    assert {run.trigger for run in done} == {"sensor"}
    assert {run.outcome for run in done} <= {"published", "nothing_new"}
    check_one_after_the_other(done)
    rel.note("sensors", file_seconds=round(dropped), feed_and_file_seconds=round(gained), runs=len(done))


@pytest.mark.long
def test_a_missed_day_is_caught_up(tmp_path: Path) -> None:
    home, inputs = tmp_path / "home", tmp_path / "in"
    rel.write_first_day(inputs)
    add_source(load_settings({"DATELINE_HOME": str(home)}), Source(str(inputs)))
    # The day is a minute long here.
    with daemon(home, DATELINE_SCHEDULE="* * * * *"):
        wait_for(lambda: "bridge.txt" in published(home), home)
        wait_for(lambda: all(run.finished_at for run in runs(home)), home)
    count = len(runs(home))
    (inputs / "valley.txt").write_text(rel.VALLEY, encoding="utf-8")
    missed_from = utc_now()
    time.sleep(65)  # a tick of the schedule comes and goes without a daemon
    assert len(runs(home)) == count
    with daemon(home, DATELINE_SCHEDULE="* * * * *"):
        caught = wait_for(lambda: "valley.txt" in published(home), home)
    done = [run for run in runs(home) if run.outcome != "interrupted"]
    assert {run.trigger for run in done} == {"schedule"}
    (taken,) = [run for run in done if run.started_at > missed_from and run.stored_count]
    assert (taken.outcome, taken.stored_count) == ("published", 1)
    rel.note("missed day", caught_up_seconds=round(caught))


@pytest.mark.long
def test_two_runs_asked_for_at_once_run_one_after_the_other(tmp_path: Path) -> None:
    home, inputs, more = tmp_path / "home", tmp_path / "in", tmp_path / "more"
    rel.write_first_day(inputs)
    more.mkdir()
    (more / "valley.txt").write_text(rel.VALLEY, encoding="utf-8")
    both = [rel.start(home, inputs), rel.start(home, more)]
    assert [process.wait(SOON) for process in both] == [0, 0]
    done = runs(home)
    assert [run.outcome for run in done] == ["published", "published"]
    check_one_after_the_other(done)
    assert {"bridge.txt", "valley.txt"} <= published(home)
    rel.note("at once", runs=len(done))


def test_the_drop_folder_asks_once_for_each_state(home: Path) -> None:
    inbox = load_settings().inbox
    context = dg.build_sensor_context(dg.DagsterInstance.ephemeral())
    assert isinstance(drop_folder(context), dg.SkipReason)
    inbox.mkdir(parents=True)
    assert isinstance(drop_folder(context), dg.SkipReason)
    (inbox / "bridge.txt").write_text(rel.BRIDGE, encoding="utf-8")
    first = drop_folder(context)
    assert isinstance(first, dg.RunRequest)
    assert isinstance(drop_folder(context), dg.SkipReason)
    (inbox / "bridge.txt").write_text(rel.BRIDGE + "More.", encoding="utf-8")
    second = drop_folder(context)
    assert isinstance(second, dg.RunRequest)
    assert first.run_key != second.run_key


def test_a_source_is_asked_for_when_it_is_due(home: Path) -> None:
    settings, context = load_settings(), dg.build_sensor_context(dg.DagsterInstance.ephemeral())
    add_source(settings, Source("https://a.example/feed", schedule="1h"))
    assert isinstance(listed_sources(context), dg.SkipReason), "the first run is the day's"
    with closing(Ledger(home / "state" / "ledger.sqlite")) as ledger:
        assert isinstance(listed_sources(context), dg.RunRequest)
        for passed, is_due in ((timedelta(minutes=59), False), (timedelta(minutes=61), True)):
            checked = (utc_now() - passed).isoformat()
            ledger.put("address:https://a.example/feed", f'{{"checked_at": "{checked}"}}')
            assert isinstance(listed_sources(context), dg.RunRequest) is is_due
