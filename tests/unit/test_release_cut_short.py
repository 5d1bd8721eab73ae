"""A publish that a crash cut short between the link and the ledger, and what a rollback makes of it."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pipelines.model import Run
from pipelines.settings import Home
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import current_release, list_releases, rollback

OLD, NEW = "20260401T050000-aaaaaa", "20260402T050000-bbbbbb"


def test_a_rollback_knows_what_the_release_was_built_from_and_keeps_it(tmp_path: Path) -> None:
    home, now = Home(tmp_path), datetime.now(UTC).replace(tzinfo=None)
    for name in (OLD, NEW):
        (home.releases / name).mkdir(parents=True)
        (home.releases / name / "dateline.duckdb").touch()
    home.current.symlink_to(Path("releases") / NEW, target_is_directory=True)
    with closing(Ledger(home.ledger)) as ledger:
        for name, outcome in ((OLD, "published"), (NEW, "interrupted")):
            run = Run(run_id=name, trigger="command", started_at=now, ingest_date=now.date(), outcome=outcome)
            ledger.add("runs", [run])
        ledger.put("current_release", OLD)
        ledger.put(f"promise:{NEW}", json.dumps({"settlement": {}, "base": OLD}))

        assert rollback(home, ledger, None, who="ann", why="a test") == OLD
        assert current_release(home) == OLD
        assert {info.release_id for info in list_releases(home)} == {OLD, NEW}
        assert rollback(home, ledger, NEW, who="ann", why="forward again") == NEW
