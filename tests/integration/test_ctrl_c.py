"""Ctrl-C ends a run at once: it is no fault, for which a step would be tried again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError

from pipelines.defs.common import RETRY, OfFaults
from pipelines.model import Run
from pipelines.settings import Home
from pipelines.warehouse.ledger import Ledger

ARTICLE = min((Path(__file__).parents[2] / "seeds" / "articles").glob("*.jsonl"))

# The command itself, with a step that says that it has begun and then takes its time.
COMMAND = """
import signal, sys, time
# A test run in the background ignores Ctrl-C, and what it starts would too.
signal.signal(signal.SIGINT, signal.default_int_handler)
import pipelines.defs.extraction as extraction

def slow(*_):
    print("extracting", flush=True)
    time.sleep(60)

extraction.stage_extraction = slow
from pipelines.cli import main
main()
"""


def command(home: Path) -> subprocess.Popen[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "DAGSTER_"))}
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "run", str(ARTICLE)],
        env=env | {"DATELINE_HOME": str(home), "DATELINE_WORKERS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def runs(home: Path) -> list[Run]:
    ledger = Ledger(Home(home).ledger)
    try:
        found: list[Run] = ledger.rows("runs", "1 = 1", [])
        return found
    finally:
        ledger.close()


def test_ctrl_c_in_a_step_ends_the_run_at_once(tmp_path: Path) -> None:
    run = command(tmp_path)
    assert run.stdout
    assert run.stdout.readline() == "extracting\n"
    run.send_signal(signal.SIGINT)
    started = time.monotonic()
    out, err = run.communicate(timeout=50)
    assert time.monotonic() - started < 20
    assert "extracting" not in out, "the step was begun anew"
    assert run.returncode == 130
    assert "stopped; what had landed is taken up by the next run" in err
    [first] = runs(tmp_path)
    assert first.outcome == "failed"


def broken_off_query() -> None:
    """DuckDB tells a signal in a query as a RuntimeError."""
    try:
        raise DagsterExecutionInterruptedError
    except DagsterExecutionInterruptedError as error:
        raise RuntimeError("Query interrupted") from error


def test_what_somebody_ends_is_not_tried_again() -> None:
    assert isinstance(RETRY, OfFaults)
    for fault in (KeyboardInterrupt, DagsterExecutionInterruptedError):
        with pytest.raises(fault):
            try:
                raise fault
            except BaseException:
                RETRY.calculate_delay(1)
    with pytest.raises(DagsterExecutionInterruptedError):
        try:
            broken_off_query()
        except RuntimeError:
            RETRY.calculate_delay(1)


def test_a_fault_is_tried_again() -> None:
    for fault in (OSError("disk"), duckdb.OutOfMemoryException("memory"), RuntimeError("Query interrupted")):
        try:
            raise fault
        except Exception:
            assert RETRY.calculate_delay(2) == 3
