"""Counts that a run brings up to date are those that one counts over all rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_pipeline import Deployment

from pipelines.warehouse import entity_counts
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.entity_rows import ORPHANS

COUNTS = (
    "SELECT entity_id, mention_count, document_count FROM main.entities ORDER BY ALL",
    "SELECT entity_id, alias, document_count FROM main.entity_aliases ORDER BY ALL",
)

# Portions: first reports; more of the same people and a second bearer of a surname; reports that are
# rewritten, one so that nobody is left in it.
PORTIONS: tuple[dict[str, str], ...] = (
    {
        "mill": "Mill reopens\n\nAda Lovelock, the owner, opened the old mill in Velden on Monday. "
        "“The wheel turns again,” Lovelock said.\n",
        "ferry": "Ferry stops\n\nThe ferry to Brightwater stopped on Monday, captain Otto Harke said.\n",
        "fair": "Fair draws a crowd\n\nVisitors came to Velden. “Every stall was full,” Lovelock said.\n",
    },
    {
        "bridge": "Lovelock at the bridge\n\nAda Lovelock came to the bridge in Velden on Sunday. "
        "“It will stand,” she said. Lovelock left early.\n",
        "race": "Boat race ends in rain\n\nRalph Lovelock, the winner, left Velden on Friday. "
        "“We were lucky,” Lovelock said.\n",
    },
    {
        "mill": "Mill closes\n\nThe old mill in Velden was closed. “The wheel stands,” said Ada Lovelock.\n",
        "ferry": "Ferry stops\n\nThe ferry stopped on Monday, and nobody knew why.\n",
    },
)


@pytest.fixture
def deployment(home: Path, tmp_path: Path) -> Deployment:
    """A deployment without documents."""
    return Deployment(home, tmp_path / "in")


def test_counts_brought_up_to_date_are_those_of_all_rows(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_part: list[bool] = []
    begin = entity_counts.Counts.__init__

    def watched(self: entity_counts.Counts, *given: object, **named: object) -> None:
        begin(self, *given, **named)  # type: ignore[arg-type]
        in_part.append(self.is_part)

    monkeypatch.setattr(entity_counts.Counts, "__init__", watched)
    for portion in PORTIONS:
        for name, text in portion.items():
            deployment.write(f"{name}.txt", text)
        run = deployment.run()
        assert run.outcome == "published", run.detail
        kept = [deployment.rows(query) for query in COUNTS]
        copy = tmp_path / "copy.duckdb"
        shutil.copyfile(deployment.settings.home.database, copy)
        with Warehouse(copy).connect() as connection:
            entity_counts.count_all(connection)
            assert [connection.execute(query).fetchall() for query in COUNTS] == kept
            for table, condition in ORPHANS.items():
                assert connection.execute(f"FROM main.{table} WHERE {condition}").fetchall() == []
            # A query for the rows of a run names their run, where rows lie, beside that of their documents.
            for table in ("segments", "sentences", "entity_mentions", "quotes", "numeric_claims"):
                elsewhere = f"""SELECT count(*) FROM main.{table} AS t JOIN main.documents AS d
                                USING (document_id) WHERE t.run_id <> d.run_id"""
                assert connection.execute(elsewhere).fetchone() == (0,), table
    assert in_part == [False, True, True]
    names = {name for (name,) in deployment.rows("SELECT name FROM main.entities")}
    assert {"Ada Lovelock", "Ralph Lovelock"} <= names and "Otto Harke" not in names
