"""Names decided anew in the work file when later runs bring what older reports lacked: a second bearer."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_pipeline import Deployment

REPORTS = {
    "mill": """Mill reopens

Ada Lovelock, the owner, opened the old mill in Velden on Monday. “The wheel turns again,” Lovelock said.
""",
    "fair": """Fair draws a crowd

Visitors came to the fair in Velden on Sunday. “Every stall was full,” Lovelock said.
""",
}
LATER = {
    "race": """Boat race ends in rain

Ralph Lovelock, the winner, left Velden on Friday. “We were lucky,” Lovelock said.
""",
}


@pytest.fixture
def deployment(home: Path, tmp_path: Path) -> Deployment:
    """A deployment without documents."""
    return Deployment(home, tmp_path / "in")


def meant(deployment: Deployment, report: str, surface: str) -> set[str | None]:
    """Names of the entities that a surface means in a report."""
    rows = deployment.rows(
        """SELECT DISTINCT e.name FROM main.entity_mentions AS m
           JOIN main.documents AS d USING (document_id) LEFT JOIN main.entities AS e USING (entity_id)
           WHERE m.surface = ? AND d.source_uri LIKE ?""",
        [surface, f"%/{report}.txt"],
    )
    return {name for (name,) in rows}


def test_a_surname_of_older_reports_is_open_once_a_second_bearer_comes(deployment: Deployment) -> None:
    for name, text in REPORTS.items():
        deployment.write(f"{name}.txt", text)
    assert deployment.run().outcome == "published"
    assert meant(deployment, "fair", "Lovelock") == {"Ada Lovelock"}
    speakers = (
        "SELECT e.name FROM main.quotes AS q LEFT JOIN main.entities AS e ON e.entity_id = speaker_entity_id"
    )
    fair = f"{speakers} WHERE q.surface LIKE 'Every stall%'"
    assert deployment.rows(fair) == [("Ada Lovelock",)]

    for name, text in LATER.items():
        deployment.write(f"{name}.txt", text)
    run = deployment.run()
    assert run.outcome == "published", run.detail
    # A second bearer: the surname alone is nobody's for sure, nor is what it said.
    assert meant(deployment, "fair", "Lovelock") == {None}
    assert deployment.rows(fair) == [(None,)]
    assert meant(deployment, "mill", "Lovelock") == {"Ada Lovelock"}


def test_a_surname_that_rests_on_an_older_report_stays_a_name(deployment: Deployment) -> None:
    deployment.write("mill.txt", REPORTS["mill"])
    assert deployment.run().outcome == "published"
    deployment.write("bridge.txt", "Bridge opens\n\nAda Lovelock, the owner, opened it in Velden.\n")
    assert deployment.run().outcome == "published"
    names = """SELECT a.alias, a.document_count FROM main.entity_aliases AS a JOIN main.entities AS e
               USING (entity_id) WHERE e.name = 'Ada Lovelock' ORDER BY 1"""
    assert deployment.rows(names) == [("Ada Lovelock", 2), ("Lovelock", 1)]
