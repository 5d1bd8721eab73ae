"""Wires what becomes of a run that a sensor asked for: on its way, done, or failed and asked for again.

Belongs here: how often, and how much later each time. Does not belong here: what a sensor looks at.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from pipelines.settings import load_settings
from pipelines.warehouse.ledger import Ledger

# What a run was asked for by a sensor: the state of a folder, the run that left something.
ASKED_TAG = "dateline/asked_for"
TRY_TAG = "dateline/try"

# A run that fails is tried again after a minute, then after twice as long each time: for an hour in all.
MOST_TRIES = 7
FIRST_WAIT = timedelta(minutes=1)

_WAITS_TO_START = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Past:
    """What became of the runs that were asked for, the last one first."""

    is_asked: bool = False
    waits_to_start: bool = False
    is_under_way: bool = False
    """Waiting too."""
    failures: int = 0
    """Of the last runs in a row; one that an audit held back waits for a person, and is none."""
    ended_at: datetime | None = None

    @property
    def rests_until(self) -> datetime | None:
        """After failures: when the next run may be."""
        if self.is_under_way or not self.failures or not self.ended_at:
            return None
        return self.ended_at + FIRST_WAIT * (1 << (self.failures - 1))

    @property
    def rests(self) -> bool:
        """Whether it is too early for the next run."""
        return self.rests_until is not None and now() < self.rests_until

    @property
    def has_try_left(self) -> bool:
        """Whether what failed is to be tried again."""
        return not self.is_under_way and 0 < self.failures < MOST_TRIES


def past(context: dg.SensorEvaluationContext, tags: Mapping[str, str]) -> Past:
    """What became of the runs with these tags."""
    records = context.instance.get_run_records(dg.RunsFilter(tags=dict(tags)), limit=MOST_TRIES)
    if not records:
        return Past()
    last = records[0]
    failures = 0
    for record in records:
        if record.dagster_run.status is not dg.DagsterRunStatus.FAILURE:
            break
        if _outcome(record.dagster_run.run_id) == "held_back":
            break
        failures += 1
    ended = last.end_time or last.update_timestamp.timestamp()
    return Past(
        is_asked=True,
        waits_to_start=last.dagster_run.status in _WAITS_TO_START,
        is_under_way=not last.dagster_run.is_finished,
        failures=failures,
        ended_at=datetime.fromtimestamp(ended, UTC),
    )


def why_not(found: Past) -> str | None:
    """Why what was asked for is not tried again, or not yet; None where it is, now, or nothing failed."""
    if found.is_under_way:
        return "the run that was asked for is on its way"
    if found.failures and not found.has_try_left:
        return f"failed {found.failures} times: tried again when something changes, or by the daily run"
    if found.rests:
        return f"failed {found.failures} times: tried again at {found.rests_until:%H:%M:%S} UTC"
    return None


def try_tags(context: dg.SensorEvaluationContext, found: Past) -> dict[str, str]:
    """Tags of the next run; says in the sensor's log that it is another try."""
    if not found.failures:
        return {}
    number = f"{found.failures + 1} of {MOST_TRIES}"
    context.log.warning(f"the last run failed: try {number}")
    return {TRY_TAG: number}


def now() -> datetime:
    """Now, with its time zone."""
    return datetime.now(UTC)


def _outcome(dagster_run_id: str) -> str | None:
    """What the ledger says of a run; None for one that did not get so far."""
    file = load_settings().home.ledger
    if not file.is_file():
        return None
    with closing(Ledger(file)) as ledger:
        found = ledger.rows("runs", "dagster_run_id = ?", [dagster_run_id])
    return found[0].outcome if found else None
