"""Incremental work, end to end: what a run does of input that is known, changed, or to be done again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from proof_notes import note
from reliability import BRIDGE, HARBOUR, VALLEY
from test_pipeline import Deployment

from pipelines.definitions import defs
from pipelines.defs import runner
from pipelines.defs.automation import JOB
from pipelines.engine import local
from pipelines.extract import extractor
from pipelines.warehouse import session

OPENED: list[str] = []
sys.addaudithook(lambda event, args: OPENED.append(str(args[0])) if event == "open" else None)


@contextmanager
def watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], list[str]]]:
    """Names of the input files that are opened inside, and ids of the documents that are extracted."""
    extracted: list[str] = []
    as_ever = local.extract_tables

    def seen(sources: Any, run_id: str) -> Any:
        extracted.extend(source.document_id for source in sources)
        return as_ever(sources, run_id)

    names: list[str] = []
    OPENED.clear()
    with monkeypatch.context() as patch:
        patch.setattr(local, "extract_tables", seen)
        yield names, extracted
    # Every file is asked for a sidecar; none has one.
    names += sorted(Path(p).name for p in OPENED if p.startswith(str(folder)) and p.endswith(".txt"))


@pytest.mark.long
def test_only_what_is_new_changed_or_asked_for_is_done(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Deployment(home, tmp_path / "in")
    now = datetime.now(UTC).replace(tzinfo=None)
    for days_ago, name, text in ((3, "a.txt", BRIDGE), (1, "b.txt", VALLEY), (0, "c.txt", HARBOUR)):
        day = now - timedelta(days=days_ago)
        with monkeypatch.context() as patch:
            patch.setattr(session, "utc_now", lambda day=day: day)
            patch.setattr(runner, "today", lambda day=day: day.date().isoformat())
            town.write(name, text)
            assert town.run().outcome == "published"
    let_settle(town)

    with watched(town.inputs, monkeypatch) as (opened, extracted):
        run = town.run()
    assert (run.outcome, run.read_count, run.unchanged_count) == ("nothing_new", 3, 3)
    assert (opened, extracted) == ([], []), "unchanged input costs a listing"

    town.write("a.txt", BRIDGE.replace("300", "350"))
    with watched(town.inputs, monkeypatch) as (opened, extracted):
        run = town.run()
    assert (run.outcome, run.stored_count, run.unchanged_count) == ("published", 1, 2)
    assert (opened, len(extracted)) == (["a.txt"], 1)
    assert town.one("SELECT count(*) FROM main.document_revisions") == 1

    # Another version of the rules, which finds no number any more.
    first_day = (now - timedelta(days=1)).date()
    with monkeypatch.context() as patch:
        patch.setattr(extractor, "extractor_version", lambda *_: "another/version/12345678")
        patch.setattr(local, "extract_tables", without_claims)
        tags = {
            "dagster/asset_partition_range_start": first_day.isoformat(),
            "dagster/asset_partition_range_end": first_day.isoformat(),
            "dagster/backfill": "again",
        }
        result = defs.resolve_job_def(JOB).execute_in_process(
            instance=dg.DagsterInstance.ephemeral(),
            tags=tags,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    assert result.success
    versions = dict(town.rows("SELECT source_label, extractor_version FROM main.documents"))
    again = [name for name, version in versions.items() if version == "another/version/12345678"]
    assert again == ["b.txt"], "the days that were asked for, and no others"
    difference = town.rows("SELECT DISTINCT table_name, change, new_version FROM marts.extraction_diff")
    assert difference == [("numeric_claims", "removed", "another/version/12345678")]
    surfaces = town.rows("SELECT surface FROM marts.extraction_diff ORDER BY surface")
    assert surfaces == [("1,300",), ("Nobody",)]
    (last,) = town.rows("SELECT trigger, read_count FROM audit.runs ORDER BY started_at DESC LIMIT 1")
    assert last == ("backfill", 0)
    note("incremental", inputs=3, opened=0, revisions=1, again=1, differences=len(surfaces))


def without_claims(sources: Any, run_id: str) -> local.Tables:
    tables = as_shipped(sources, run_id)
    return tables | {"numeric_claims": tables["numeric_claims"].slice(0, 0)}


as_shipped = local.extract_tables


def let_settle(town: Deployment) -> None:
    """Make the files old enough to be told by their time stamps, and have them read once more."""
    for file in town.inputs.iterdir():
        old = file.stat().st_mtime - 60
        os.utime(file, (old, old))
    town.run()
