"""Runs the job in this process, for the command line: the same assets, under the same lock.

Belongs here: Dagster's instance and what a run is told. Does not belong here: what the user sees.
"""

from __future__ import annotations

import fcntl
import gc
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.defs.automation import JOB, today
from pipelines.defs.common import INTERRUPTS
from pipelines.defs.event_log import keep_open
from pipelines.defs.resources import TRIGGER_TAG
from pipelines.model import Run
from pipelines.progress import keep_terminal, step
from pipelines.settings import Home, Settings
from pipelines.warehouse.ledger import Ledger

# Dagster's settings of a deployment. Written once: a user may edit it.
DAGSTER_YAML = """\
# Dagster's settings for this deployment of Dateline.
telemetry:
  enabled: false
nux:
  enabled: false

# One run at a time: they share one work file and one lock.
concurrency:
  runs:
    max_concurrent_runs: 1
  pools:
    default_limit: 1

# A run whose process died is marked failed, and its pool slots are given back.
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 60
"""


# Objects made before Python looks for those that hold one another. Its own numbers are 700, 10, 10, at which
# a run of a thousand documents spends a tenth of its time looking through the model and Dagster again.
_COLLECT_AFTER = (10_000, 10, 20)


@dataclass(slots=True)
class Order:
    """What the command line asks of a run."""

    sources: Sequence[str] = ()
    outlet: str | None = None
    only: Sequence[int] = ()
    waived: Sequence[str] = ()
    reextract: bool = False
    pending_only: bool = False
    trigger: str = "command"
    tags: dict[str, str] = field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        """The run's configuration."""
        landing = {
            "sources": [str(Path(source).expanduser().resolve()) for source in self.sources],
            "outlet": self.outlet,
            "only": list(self.only),
            "waived": list(self.waived),
            "reextract": self.reextract,
            "pending_only": self.pending_only,
        }
        return {
            "ops": {"landing": {"config": {k: v for k, v in landing.items() if v}}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        }


def prepare_dagster(home: Home) -> None:
    """Make Dagster's home with its settings file, if it is not there yet."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    file = home.dagster / "dagster.yaml"
    if not file.exists():
        file.write_text(DAGSTER_YAML, encoding="utf-8")


def execute(settings: Settings, order: Order, instance: dg.DagsterInstance | None = None) -> Run:
    """Run the job to its end and return the run as the ledger has it.

    The run is recorded in the deployment's Dagster instance, or in `instance` where given. A run that fails
    in a step is returned with outcome `failed` and its reason in `detail`; what cannot start raises, and so
    does Ctrl-C (KeyboardInterrupt) when the run has ended.
    """
    prepare_dagster(settings.home)
    settings.export(os.environ)
    for chatty, level in (("dagster", logging.CRITICAL), ("alembic", logging.WARNING)):
        logging.getLogger(chatty).setLevel(level)
    keep_terminal()
    with step("starting"):
        from pipelines.definitions import defs

    with _collecting_seldom(), instance or _open_instance(settings.home) as recording:
        keep_open(recording)
        result = defs.resolve_job_def(JOB).execute_in_process(
            instance=recording,
            partition_key=today(),
            run_config=order.config(),
            tags={TRIGGER_TAG: order.trigger, **order.tags},
            raise_on_error=False,
        )
    if _was_interrupted(result):
        raise KeyboardInterrupt
    ledger = Ledger(settings.home.ledger)
    try:
        found = ledger.rows("runs", "dagster_run_id = ?", [result.run_id])
        if not found:
            raise RuntimeError(_first_failure(result) or "the run did not start")
        run: Run = found[0]
        return run
    finally:
        ledger.close()


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _open_instance(home: Home) -> dg.DagsterInstance:
    """Dagster's instance of a home. Two first runs at once would both make its tables: one waits."""
    with (home.dagster / ".opening").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        opened = dg.DagsterInstance.get()
        keep_open(opened)
        return opened


def execute_all(settings: Settings, order: Order) -> Iterator[Run]:
    """Run the job, and again for what a run left (setting `documents_per_run`), until nothing is left or a
    run does not publish; each run as it ends."""
    run = execute(settings, order)
    yield run
    while run.outcome == "published" and run.deferred_count:
        run = execute(settings, Order(pending_only=True, trigger=order.trigger, tags=order.tags))
        yield run


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether somebody ended the run: Dagster tells it as the run's failure."""
    names = {kind.__name__ for kind in INTERRUPTS}
    ends = [happened for happened in result.all_events if happened.is_job_failure]
    errors = [happened.job_failure_data.error for happened in ends]
    return any(error is not None and error.cls_name in names for error in errors)


def _first_failure(result: dg.ExecuteInProcessResult) -> str | None:
    """The innermost reason of the first failed step, in one line."""
    for happened in result.all_events:
        data = happened.event_specific_data
        error = getattr(data, "error", None) if happened.is_failure else None
        if error is not None:
            while error.cause is not None:
                error = error.cause
            return " ".join(str(error.message).split())[:500]
    return None
