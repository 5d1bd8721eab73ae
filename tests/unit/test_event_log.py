"""Dagster's event log with its connections kept holds what the shipped one would hold."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.defs.event_log import KeptEventLog, keep_open


@dg.asset
def rows() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"dagster/row_count": 3})


@dg.asset_check(asset=rows)
def there_are_rows() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("DAGSTER_EVENT_BATCH_SIZE", raising=False)
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def stored(folder: Path, *, is_kept: bool) -> tuple[Counter[str], str, dict[str, int]]:
    """Kinds of events of a run as a fresh instance reads them, the check's state, rows of the index."""
    folder.mkdir()
    job = dg.define_asset_job("job", executor_def=dg.in_process_executor)
    defs = dg.Definitions(assets=[rows], asset_checks=[there_are_rows], jobs=[job])
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        if is_kept:
            keep_open(instance)
            assert isinstance(instance.event_log_storage, KeptEventLog)
        run_id = defs.resolve_job_def("job").execute_in_process(instance=instance).run_id
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        kinds = Counter(str(x.dagster_event_type) for x in instance.all_logs(run_id))
        [check] = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(dg.AssetKey("rows"), "there_are_rows"), limit=9
        )
        state = check.status.value
    [index] = folder.rglob("index.db")
    with sqlite3.connect(index) as connection:
        counts = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("event_logs", "asset_keys", "asset_check_executions")
        }
    connection.close()
    return kinds, state, counts


def test_a_run_leaves_the_same_events_as_with_the_log_that_dagster_ships(folder: Path) -> None:
    shipped = stored(folder / "shipped", is_kept=False)
    assert stored(folder / "kept", is_kept=True) == shipped
    assert shipped[0]["DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED"] == 1
    assert shipped[1] == "FAILED"


def test_any_other_storage_stays_as_it_is() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        before = instance.event_log_storage
        keep_open(instance)
        assert instance.event_log_storage is before
