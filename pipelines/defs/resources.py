"""The run that a Dagster run is: the lock, the ledger and the work file that its steps share.

Belongs here: opening and closing the run. Does not belong here: what a step does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from pipelines.defs.event_log import keep_open
from pipelines.settings import Home, load_settings
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.release import reconcile
from pipelines.warehouse.session import Session, open_session

TRIGGER_TAG = "dateline/trigger"


class DatelineRun(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One run of the pipeline, from taking the lock to letting it go.

    The in-process executor makes resources once a run, so every step sees the same one.
    """

    _session: Session | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[DatelineRun]:
        """Take the lock and start the run; whatever happens, end it."""
        tags: dict[str, str] = dict(context.run.tags) if context.run else {}
        settings = load_settings()
        _refuse_foreign_home(settings.home)
        if context.instance:
            keep_open(context.instance)
        with open_session(
            settings,
            trigger=trigger_of(tags),
            dagster_run_id=context.run.run_id if context.run else None,
            notice=lambda text: context.log.warning(text) if context.log else None,
        ) as session:
            free_slots_of_dead_runs(context)
            reconcile(session.home, session.ledger)
            self._session = session
            try:
                yield self
            finally:
                self._session = None

    @property
    def session(self) -> Session:
        """The run."""
        if self._session is None:
            raise RuntimeError("no run is open")
        return self._session

    @property
    def warehouse(self) -> Warehouse:
        """The database being built."""
        return Warehouse(self.session.work_file, self.session.settings.database_memory)


def _refuse_foreign_home(home: Home) -> None:
    """Keep two deployments apart: Dagster's history of a home lies in that home."""
    given = os.environ.get("DAGSTER_HOME")
    if given and Path(given).resolve() != home.dagster.resolve():
        raise dg.Failure(
            f"DAGSTER_HOME is {given}, but the warehouse is {home.path}: set DAGSTER_HOME={home.dagster}, "
            "or DATELINE_HOME to the other one",
            allow_retries=False,
        )


def trigger_of(tags: dict[str, str]) -> str:
    """What started a run, from its tags."""
    if TRIGGER_TAG in tags:
        return tags[TRIGGER_TAG]
    for tag, trigger in (
        ("dagster/schedule_name", "schedule"),
        ("dagster/sensor_name", "sensor"),
        ("dagster/backfill", "backfill"),
    ):
        if tag in tags:
            return trigger
    return "web"


def free_slots_of_dead_runs(context: dg.InitResourceContext) -> None:
    """Give back pool slots that runs which died in a step hold, or stand in line for between two steps.

    The home's lock is ours, so no other run is alive: what is in line before us would block us for ever.
    """
    instance: Any = context.instance
    storage = instance.event_log_storage if instance else None
    if storage is None or not storage.supports_global_concurrency_limits:
        return
    own = context.run.run_id if context.run else None
    for key in storage.get_concurrency_keys():
        found = storage.get_concurrency_info(key)
        for run_id in {step.run_id for step in (*found.claimed_slots, *found.pending_steps)} - {own}:
            storage.free_concurrency_slots_for_run(run_id)
