"""Wires when runs happen: the job of the whole graph, the daily schedule, the drop folder's sensor.

Belongs here: triggers. Does not belong here: what a run does.
"""

import hashlib
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

import dagster as dg

from pipelines.ingest.sources import discover
from pipelines.settings import load_settings
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.sources import due_sources

JOB = "dateline"


@dg.failure_hook(required_resource_keys={"dateline"})
def note_failure(context: dg.HookContext) -> None:
    """Put down why a step failed as why the run did; one that was held back has said so already."""
    error = context.op_exception
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    context.resources.dateline.session.finish("failed", reason)


job = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all(),
    description="Land, extract, audit, load, resolve, and publish: the whole road.",
    # Runs of one home would only wait for one another's lock.
    tags={"dagster/concurrency_key": "dateline"},
    executor_def=dg.in_process_executor,
    hooks={note_failure},
)


def loggers(style: str) -> dict[str, dg.LoggerDefinition]:
    """Dagster's own lines, in the style of the setting `log`."""
    return {"console": dg.json_console_logger if style == "json" else dg.colored_console_logger}


def today() -> str:
    """Today's partition (UTC)."""
    return datetime.now(UTC).date().isoformat()


@dg.schedule(
    name="daily",
    job_name=JOB,
    cron_schedule=load_settings().schedule,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Read every listed source once a day. What a stopped scheduler missed, the next run takes in."""
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat(), partition_key=today())


# Every sensor looks twice a minute, asks for a run of the whole job, and is on from the start.
_watch = partial(
    dg.sensor,
    job_name=JOB,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
)


@_watch(name="drop_folder")
def drop_folder(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Run when the files of the drop folder are others than at the last look."""
    inbox = load_settings().inbox
    if not inbox.is_dir():
        return dg.SkipReason(f"no drop folder at {inbox}")
    looks = [
        (str(path), stat.st_size, stat.st_mtime_ns) for path in discover([inbox]) if (stat := _stat(path))
    ]
    cursor = hashlib.sha256(repr(looks).encode("utf-8", "surrogatepass")).hexdigest()
    if not looks or cursor == context.cursor:
        return dg.SkipReason("nothing new in the drop folder")
    context.update_cursor(cursor)
    return dg.RunRequest(
        run_key=cursor,
        partition_key=today(),
        run_config={"ops": {"landing": {"config": {"sources": [str(inbox)]}}}},
    )


@_watch(name="listed_sources")
def listed_sources(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Run when a source with a schedule of its own (`15m`, `6h`) is due: feeds, pages, cloud folders."""
    settings = load_settings()
    if not settings.home.ledger.is_file():
        return dg.SkipReason("no run yet: the daily run comes first")
    now = datetime.now(UTC).replace(tzinfo=None)
    with closing(Ledger(settings.home.ledger)) as ledger:
        waiting = due_sources(settings, ledger, now)
    if not waiting:
        return dg.SkipReason("no listed source is due")
    return dg.RunRequest(run_key=f"due-{now:%Y%m%dT%H%M}", partition_key=today())


@_watch(name="deferred_documents")
def deferred_documents(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Run again when the last run published as many documents as a run may, and left others.

    What a rollback or an audit held back waits for a person or the next reading, as ever.
    """
    settings = load_settings()
    if not settings.home.ledger.is_file():
        return dg.SkipReason("no run yet")
    with closing(Ledger(settings.home.ledger)) as ledger:
        last = ledger.last_run()
    if last is None or last.outcome != "published" or not last.deferred_count:
        return dg.SkipReason("the last run left nothing")
    return dg.RunRequest(
        run_key=f"after-{last.run_id}",
        partition_key=today(),
        run_config={"ops": {"landing": {"config": {"pending_only": True}}}},
    )


def _stat(path: Any) -> Any:
    try:
        return path.stat()
    except OSError:
        return None
