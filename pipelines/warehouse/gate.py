"""Between extraction and the load: a run's staged rows are audited, and only what passes goes on."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.audit.dataset import Account, RunHistory
from pipelines.model import Run, ValidationResult, arrow_schema
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import current_release
from pipelines.warehouse.session import Session
from pipelines.warehouse.stages import STAGED_TABLES

# They bring pandas: a run with nothing to audit never pays for that import.
if TYPE_CHECKING:
    import pandas as pd

    from pipelines.audit.validate import AuditResult

logger = logging.getLogger(__name__)


class HeldBackError(RuntimeError):
    """An approval that cannot be given: the run was not held back, or its documents are settled."""


def audit_staged(session: Session) -> AuditResult:
    """Audit the staged rows, write those that pass, and record the outcome in the ledger.

    A blocking failure that nobody approved ends the run as held back.
    """
    from pipelines.audit.derived import KnownIds
    from pipelines.audit.validate import validate

    frames = {table: _frame(session, table) for table in STAGED_TABLES}
    result = validate(
        frames,
        run_id=session.run_id,
        ingested_at=session.run.started_at,
        known=KnownIds(documents=_published(session)),
        history=run_history(session),
        waived=session.work.waived,
    )
    for table in STAGED_TABLES:
        _write_kept(session, table, result.kept[table])
    ledger = session.ledger
    for held in result.quarantined:
        document_id = json.loads(held.row).get("document_id")
        message = "%s row %s is held back: %s"
        about = {"document_id": document_id}
        logger.info(message, held.table_name, held.row_key, held.expectation, extra=about)
    session.run.published_count = len(result.kept["documents"])
    session.run.quarantined_count = len({(row.table_name, row.row_key) for row in result.quarantined})
    with ledger.transaction():
        ledger.add("validation_results", result.results)
        ledger.add("quarantined_rows", result.quarantined)
        session.record()
    hold_back(session, [*result.blocking, *result.errors])
    return result


def hold_back(session: Session, failures: Sequence[str]) -> None:
    """End the run as held back when there are failures, remembering what an approval would publish."""
    if failures:
        seqs = [row.seq for row in session.work.arrivals]
        session.ledger.put(_held_key(session.run_id), json.dumps({"seqs": seqs, "rules": list(failures)}))
        session.run.published_count = 0
        session.finish("held_back", "; ".join(failures))


def record_results(session: Session, results: Sequence[ValidationResult]) -> None:
    """Record results of checks over the whole history; a failure ends the run as held back."""
    session.ledger.add("validation_results", results)
    hold_back(session, [r.expectation for r in results if not r.success and not r.is_approved])


def let_pass(session: Session) -> dict[str, frozenset[str]]:
    """By history rule, the rows of the current release that break it and that a person let pass.

    They break it in every later release too, until they are mended: one approval is enough for them, and none
    for others.
    """
    from pipelines.audit.history import find_offending
    from pipelines.audit.suites import HISTORY, load_suites

    release = current_release(session.home)
    if release is None:
        return {}
    approved = session.ledger.rows("validation_results", "run_id = ? AND is_approved", [release])
    names = {result.expectation for result in approved}
    rules = [rule for rule in load_suites().get(HISTORY, []) if rule.name in names]
    if not rules:
        return {}
    with open_release(session.home.database) as connection:
        return {rule.name: find_offending(connection, rule) for rule in rules}


def held_back(ledger: Ledger, run_id: str) -> tuple[list[int], list[str]]:
    """The arrivals of a held-back run that are still pending, and the rules that held it.

    A run that only made the release anew (a ruling, an upgrade) has no arrivals. Raises HeldBackError when the
    run was not held back, or nothing of it is pending any more.
    """
    remembered = ledger.get(_held_key(run_id))
    if remembered is None:
        raise HeldBackError(f"run {run_id} was not held back")
    held = json.loads(remembered)
    pending = {row.seq for row in ledger.landed("state = 'pending'")}
    seqs = [seq for seq in held["seqs"] if seq in pending]
    if held["seqs"] and not seqs:
        raise HeldBackError(f"nothing of run {run_id} is pending any more")
    return seqs, held["rules"]


def _held_key(run_id: str) -> str:
    return f"held_back:{run_id}"


def _frame(session: Session, table: str) -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(session.staged(table)).to_pandas(
        integer_object_nulls=True, date_as_object=True
    )
    return frame


def _write_kept(session: Session, table: str, frame: pd.DataFrame) -> None:
    path = session.kept(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = pa.Table.from_pandas(frame, schema=arrow_schema(table), preserve_index=False)
    pq.write_table(rows, path)


def _published(session: Session) -> frozenset[str]:
    """Documents of the current release that get a further place in this run."""
    latest = (session.ledger.latest_arrival(row.document_id) for row in session.work.sources)
    return frozenset(row.document_id for row in latest if row is not None and row.state == "released")


def run_history(session: Session) -> RunHistory:
    """What earlier runs with new input published, and earlier days, oldest first; which inputs runs account for."""
    before = session.ledger.rows("runs", "outcome = 'published' AND published_count > 0")
    by_day: Counter[date] = Counter()
    for run in before:
        by_day[run.ingest_date] += run.published_count
    same_day = by_day.pop(session.run.ingest_date, 0)
    arrived = sum(row.state == "pending" for row in session.work.documents)
    return RunHistory(
        stored_counts=tuple(run.published_count for run in before),
        day_counts=tuple(by_day[day] for day in sorted(by_day)),
        same_day_count=same_day,
        stored_count=arrived,
        accounts=_accounts(session),
    )


def _accounts(session: Session) -> tuple[Account, ...]:
    """This run's inputs, and those of the runs since the last one that published."""
    runs: list[Run] = session.ledger.rows("runs", "run_id <> ?", [session.run_id])
    runs.sort(key=lambda run: run.started_at)
    last = max((i for i, run in enumerate(runs) if run.outcome == "published"), default=-1)
    own = len(session.ledger.landed("run_id = ?", [session.run_id]))
    return (*(_account(run) for run in runs[last + 1 :]), _account(session.run, own))


def _account(run: Run, arrival_count: int | None = None) -> Account:
    return Account(
        run_id=run.run_id,
        read=run.read_count,
        stored=run.stored_count,
        unchanged=run.unchanged_count,
        duplicate=run.duplicate_count,
        rejected=run.rejected_count,
        excluded=run.excluded_count,
        arrival_count=arrival_count,
    )
