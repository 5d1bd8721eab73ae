"""Wires when runs happen: the job of the whole graph, the daily schedule, the drop folder's sensor.

Belongs here: triggers. Does not belong here: what a run does.
"""

import hashlib
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

import dagster as dg

from pipelines.defs.again import ASKED_TAG, past, try_tags, why_not
from pipelines.ingest.sources import discover
from pipelines.settings import load_settings
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.sources import due_sources

JOB = "dateline"
# Dagster's own, on every run that a sensor asked for.
_SENSOR_TAG = "dagster/sensor_name"


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
    """Run when the files of the drop folder are others than at the last look, and again if that run fails."""
    inbox = load_settings().inbox
    if not inbox.is_dir():
        return dg.SkipReason(f"no drop folder at {inbox}")
    looks = [
        (str(path), stat.st_size, stat.st_mtime_ns) for path in discover([inbox]) if (stat := _stat(path))
    ]
    state = hashlib.sha256(repr(looks).encode("utf-8", "surrogatepass")).hexdigest()
    if not looks:
        return dg.SkipReason("nothing in the drop folder")
    found = past(context, {ASKED_TAG: state})
    if state != context.cursor:
        if past(context, {_SENSOR_TAG: "drop_folder"}).waits_to_start:
            # It will read the folder as it finds it then.
            return dg.SkipReason("a run of the drop folder waits to start")
        context.update_cursor(state)
    elif not found.failures or why_not(found):
        return dg.SkipReason(why_not(found) or "nothing new in the drop folder")
    return dg.RunRequest(
        run_key=f"{state}/{found.failures}" if found.failures else state,
        partition_key=today(),
        run_config={"ops": {"landing": {"config": {"sources": [str(inbox)]}}}},
        tags={ASKED_TAG: state, **try_tags(context, found)},
    )


@_watch(name="listed_sources")
def listed_sources(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Run when a source with a schedule of its own (`15m`, `6h`) is due: feeds, pages, cloud folders.

    Of one run at a time: those that are due are so until it has asked them. What a run that failed had landed
    is taken by another try, or by the next run.
    """
    settings = load_settings()
    if not settings.home.ledger.is_file():
        return dg.SkipReason("no run yet: the daily run comes first")
    found = past(context, {_SENSOR_TAG: "listed_sources"})
    now = datetime.now(UTC).replace(tzinfo=None)
    with closing(Ledger(settings.home.ledger)) as ledger:
        waiting = due_sources(settings, ledger, now)
    if found.is_under_way or found.rests or not (waiting or found.has_try_left):
        return dg.SkipReason(why_not(found) or "no listed source is due")
    landed = {"ops": {"landing": {"config": {"pending_only": True}}}}
    return dg.RunRequest(
        run_key=f"due-{now:%Y%m%dT%H%M}",
        partition_key=today(),
        run_config={} if waiting else landed,
        tags=try_tags(context, found),
    )


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
        if last and last.outcome in ("failed", "interrupted"):
            # It changed nothing: what the one before it left is left still.
            last = ledger.last_run(settled=True)
    if last is None or last.outcome != "published" or not last.deferred_count:
        return dg.SkipReason("the last run left nothing")
    key = f"after-{last.run_id}"
    found = past(context, {ASKED_TAG: key})
    if found.is_asked and (not found.failures or why_not(found)):
        return dg.SkipReason(why_not(found) or "the rest has been asked for")
    return dg.RunRequest(
        run_key=f"{key}/{found.failures}" if found.failures else key,
        partition_key=today(),
        run_config={"ops": {"landing": {"config": {"pending_only": True}}}},
        tags={ASKED_TAG: key, **try_tags(context, found)},
    )


def _stat(path: Any) -> Any:
    try:
        return path.stat()
    except OSError:
        return None
