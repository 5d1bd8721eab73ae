"""Sensors whose run failed: tried again, ever later, so many times; nothing is asked for twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.defs import again
from pipelines.defs.again import MOST_TRIES, TRY_TAG
from pipelines.defs.automation import JOB, deferred_documents, drop_folder, listed_sources
from pipelines.model import Run
from pipelines.settings import load_settings
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.session import utc_now
from pipelines.warehouse.sources import Source, add_source

FAILURE, SUCCESS, WAITING, STARTED = (
    dg.DagsterRunStatus[name] for name in ("FAILURE", "SUCCESS", "NOT_STARTED", "STARTED")
)
Asked = dg.RunRequest | dg.SkipReason


class Watch:
    """A sensor that is looked at, and the runs that it gets."""

    def __init__(self, name: str, sensor: Callable[[dg.SensorEvaluationContext], Asked]) -> None:
        self.name, self.sensor = name, sensor
        self.instance = dg.DagsterInstance.ephemeral()
        self.cursor: str | None = None

    def look(self) -> Asked:
        context = dg.build_sensor_context(self.instance, cursor=self.cursor)
        found = self.sensor(context)
        self.cursor = context.cursor
        return found

    def ask(self) -> dg.RunRequest:
        found = self.look()
        assert isinstance(found, dg.RunRequest), found
        return found

    def words(self) -> str:
        found = self.look()
        assert isinstance(found, dg.SkipReason), found
        return str(found.skip_message)

    def run(self, request: dg.RunRequest, status: dg.DagsterRunStatus, outcome: str | None = None) -> str:
        run = dg.DagsterRun(
            job_name=JOB,
            run_id=str(uuid.uuid4()),
            status=status,
            tags={**request.tags, "dagster/sensor_name": self.name},
        )
        self.instance.add_run(run)
        if outcome:
            note(outcome, run.run_id)
        return run.run_id


def note(outcome: str, dagster_run_id: str | None = None, deferred: int = 0) -> None:
    """Put a run down in the ledger."""
    with closing(Ledger(load_settings().home.ledger)) as ledger:
        now = utc_now()
        run = Run(
            run_id=f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}", trigger="sensor", started_at=now,
            ingest_date=now.date(), outcome=outcome, dagster_run_id=dagster_run_id, deferred_count=deferred,
        )  # fmt: skip
        ledger.add("runs", [run])


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    def set_clock(minutes: float) -> None:
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        monkeypatch.setattr(again, "now", lambda: at)

    return set_clock


@pytest.fixture
def inbox(home: Path) -> Path:
    folder = load_settings().inbox
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Two people were hurt.", encoding="utf-8")
    return folder


def test_a_failed_run_of_the_drop_folder_is_tried_again_ever_later(
    inbox: Path, later: Callable[[float], None]
) -> None:
    watch = Watch("drop_folder", drop_folder)
    keys = set()
    for tries in range(1, MOST_TRIES + 1):
        request = watch.ask()
        assert request.tags.get(TRY_TAG) == (f"{tries} of {MOST_TRIES}" if tries > 1 else None)
        keys.add(request.run_key)
        watch.run(request, FAILURE, "failed")
        if tries < MOST_TRIES:
            wait = 2 ** (tries - 1)
            later(wait - 0.2)
            assert "tried again at" in watch.words()
            later(wait + 0.2)
    later(9999)
    assert watch.words().startswith(f"failed {MOST_TRIES} times: tried again when something changes")
    assert len(keys) == MOST_TRIES, "Dagster takes a key once"
    (inbox / "b.txt").write_text("More.", encoding="utf-8")
    assert TRY_TAG not in watch.ask().tags


def test_a_run_that_died_before_the_ledger_knew_it_is_tried_again(
    inbox: Path, later: Callable[[float], None]
) -> None:
    watch = Watch("drop_folder", drop_folder)
    watch.run(watch.ask(), FAILURE)
    later(1.2)
    assert watch.ask().tags[TRY_TAG].startswith("2 of")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(SUCCESS, "published"), (FAILURE, "held_back"), (dg.DagsterRunStatus.CANCELED, "failed")],
)
def test_what_is_done_or_waits_for_a_person_is_not_tried_again(
    inbox: Path, later: Callable[[float], None], status: dg.DagsterRunStatus, outcome: str
) -> None:
    watch = Watch("drop_folder", drop_folder)
    watch.run(watch.ask(), status, outcome)
    later(9999)
    assert watch.words() == "nothing new in the drop folder"


def test_runs_do_not_pile_up_before_a_long_one(inbox: Path) -> None:
    watch = Watch("drop_folder", drop_folder)
    watch.run(watch.ask(), WAITING)
    for number in range(3):
        (inbox / f"{number}.txt").write_text("More.", encoding="utf-8")
        assert "waits to start" in watch.words()
    (waiting,) = watch.instance.get_runs()
    watch.instance.delete_run(waiting.run_id)
    watch.run(dg.RunRequest(tags={}), STARTED)
    assert watch.ask(), "one that has begun may have read the folder before"


def test_a_source_that_is_due_is_asked_for_once(home: Path, later: Callable[[float], None]) -> None:
    add_source(load_settings(), Source("https://a.example/feed", schedule="1h"))
    note("published")
    watch = Watch("listed_sources", listed_sources)
    number = watch.run(watch.ask(), STARTED)
    assert "on its way" in watch.words()
    watch.instance.delete_run(number)
    watch.run(watch.ask(), FAILURE, "failed")
    assert "tried again at" in watch.words(), "not twice a minute"
    later(1.2)
    assert not watch.ask().run_config
    with closing(Ledger(load_settings().home.ledger)) as ledger:
        ledger.put("address:https://a.example/feed", f'{{"checked_at": "{utc_now().isoformat()}"}}')
    request = watch.ask()
    assert request.run_config["ops"]["landing"]["config"] == {"pending_only": True}, "what had landed"
    watch.run(request, SUCCESS, "published")
    assert watch.words() == "no listed source is due"


def test_a_source_whose_runs_never_get_to_it_is_asked_for_by_the_hour(
    home: Path, later: Callable[[float], None]
) -> None:
    add_source(load_settings(), Source("https://a.example/feed", schedule="15m"))
    note("published")
    watch = Watch("listed_sources", listed_sources)
    for tries in range(12):
        later(2 ** min(tries, MOST_TRIES - 1) + 0.2)
        watch.run(watch.ask(), FAILURE)
        later(2 ** min(tries, MOST_TRIES - 1) - 0.2)
        assert isinstance(watch.look(), dg.SkipReason)


def test_what_a_run_left_is_asked_for_again_when_its_run_fails(
    home: Path, later: Callable[[float], None]
) -> None:
    note("published", deferred=3)
    watch = Watch("deferred_documents", deferred_documents)
    watch.run(watch.ask(), FAILURE, "failed")
    assert "tried again at" in watch.words()
    later(1.2)
    watch.run(watch.ask(), SUCCESS, "published")
    assert watch.words() == "the last run left nothing"
