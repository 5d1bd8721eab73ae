"""Names decided anew in the work file when later runs bring what older reports lacked."""

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
    "bees": """Honey is late

The ORB asked for help on Monday. “The spring was cold,” a neighbour said.
""",
    "court": """Judge hears the case

Jonathan Harringtan, a lawyer, came to the court in Velden on Tuesday.
""",
}
LATER = {
    "race": """Boat race ends in rain

Ralph Lovelock, the winner, left Velden on Friday. “We were lucky,” Lovelock said.
""",
    "honey": """Beekeepers meet

The Order of Rural Beekeepers (ORB) met in Velden on Friday.
""",
    "appeal": """Court sits again

Jonathan Harrington, a lawyer, spoke in Velden on Friday.
""",
    "verdict": """Court rules

Jonathan Harrington, a lawyer, left Velden on Saturday.
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


def test_older_names_follow_what_later_runs_tell(deployment: Deployment) -> None:
    for name, text in REPORTS.items():
        deployment.write(f"{name}.txt", text)
    assert deployment.run().outcome == "published"
    assert meant(deployment, "fair", "Lovelock") == {"Ada Lovelock"}
    assert meant(deployment, "bees", "ORB") == {"ORB"}
    [(bare,)] = deployment.rows("SELECT entity_id FROM main.entities WHERE name = 'ORB'")
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
    # An acronym that a report writes out is bound in the older one too, under the id that it had.
    assert meant(deployment, "bees", "ORB") == {"Order of Rural Beekeepers"}
    [(bound,)] = deployment.rows(
        "SELECT entity_id FROM main.entities WHERE name = 'Order of Rural Beekeepers'"
    )
    assert bound == bare
    # A slip joins the name that two reports write.
    assert meant(deployment, "court", "Jonathan Harringtan") == {"Jonathan Harrington"}


def test_an_id_told_apart_again_has_no_redirect(deployment: Deployment) -> None:
    slip, right = "Jonathan Harringtan", "Jonathan Harrington"
    text = "{name}, a lawyer, came to the court in {town} on Tuesday.\n"
    deployment.write("one.txt", text.format(name=right, town="Velden"))
    assert deployment.run().outcome == "published"
    deployment.write("two.txt", text.format(name=slip, town="Marrow"))
    assert deployment.run().outcome == "published"
    [(alone,)] = deployment.rows("SELECT entity_id FROM main.entities WHERE name = ?", [slip])
    deployment.write("three.txt", text.format(name=right, town="Kolding"))
    assert deployment.run().outcome == "published"
    assert meant(deployment, "two", slip) == {right}
    redirects = "SELECT old_id FROM main.id_redirects WHERE table_name = 'entities'"
    assert deployment.rows(redirects) == [(alone,)]
    deployment.write("four.txt", text.format(name=slip, town="Aalborg"))
    assert deployment.run().outcome == "published"
    assert meant(deployment, "two", slip) == meant(deployment, "four", slip) == {slip}
    assert deployment.rows("SELECT entity_id FROM main.entities WHERE name = ?", [slip]) == [(alone,)]
    assert deployment.rows(redirects) == []
