# ruff: noqa: E501
"""Figures in the work file: written for the stories that were touched, with ids that last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from views_rows import ask, claim, document, fill, quote

from pipelines.audit.history import check_history
from pipelines.model import Segment, Sentence, Story
from pipelines.views.build import create_views
from pipelines.warehouse.figures import update_figures
from pipelines.warehouse.schema import create_schema


def report(
    key: str, n: int, *, outlet: str | None, day: int = 2, story: str = "s1", **more: Any
) -> list[Any]:
    """A report of one sentence with one count of the dead."""
    words = f"The ferry disaster off Port Amber killed {n} people."
    at = words.index(f"{n} ")
    made = replace(
        document(key, outlet=outlet, label=outlet or key, day=day, story_id=story, **more),
        text=words, char_count=len(words),
    )  # fmt: skip
    place = {"document_id": key, "segment_no": 0}
    span: dict[str, Any] = place | {"start_char": 0, "end_char": len(words), "surface": words}
    told = replace(
        claim(f"c-{key}", key, n, noun="people", category="killed", sentence_id=f"s-{key}"),
        start_char=at, end_char=at + len(str(n)), segment_no=0, surface=str(n),
    )  # fmt: skip
    segment = Segment(segment_id=f"g-{key}", role="body", **span)
    return [made, segment, Sentence(sentence_id=f"s-{key}", sentence_no=0, **span), told]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as own:
        create_schema(own)
        rows = [
            Story(story_id="s1", label="Ferry"),
            Story(story_id="s2"),
            *report("a", 8, outlet="gazette"),
            *report("b", 8, outlet="herald"),
            *report("c", 11, outlet="mail", day=3),
            *report("d", 40, outlet="post", story="s2"),
        ]
        fill(own, rows)
        yield own


def update(connection: duckdb.DuckDBPyConnection, *stories: str, run: str = "r1") -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE touched_stories (story_id VARCHAR)")
    for story in stories:
        connection.execute("INSERT INTO touched_stories VALUES (?)", [story])
    update_figures(connection, run)


def figures(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return ask(
        connection,
        """SELECT label, low, best, high, claim_count, source_count, independent_source_count, agreement
           FROM main.figures ORDER BY story_id, label""",
    )


FERRY = ("killed", 8.0, 11.0, 11.0, 3, 3, 3, "agree")


def test_figures_of_touched_stories_are_written_with_claims_and_days(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    update(connection, "s1")
    assert figures(connection) == [FERRY]
    assert ask(connection, "SELECT claim_id FROM main.numeric_claims WHERE figure_id IS NULL") == [("c-d",)]
    assert ask(
        connection, "SELECT claim_id, relation FROM main.figure_claims ORDER BY claim_id"
    ) == [("c-a", "same"), ("c-b", "same"), ("c-c", "revises")]  # fmt: skip
    assert ask(connection, "SELECT as_of_on, best FROM main.figure_observations ORDER BY 1") == [
        (date(2031, 5, 2), 8.0),
        (date(2031, 5, 3), 11.0),
    ]


def test_what_is_written_passes_the_rules_and_shows_in_the_views(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    update(connection, "s1", "s2")
    checked = {r.expectation: r.success for r in check_history(connection, "r1") if "figure" in r.expectation}
    checked.pop("history_figures_references_hold")  # no categories are loaded here
    assert checked and all(checked.values())
    create_views(connection)
    compared = "SELECT source_label, value, relation, best FROM marts.figure_comparison WHERE story_id = 's1' ORDER BY 1"
    assert ask(connection, compared) == [
        ("gazette", 8.0, "same", 11.0), ("herald", 8.0, "same", 11.0), ("mail", 11.0, "revises", 11.0),
    ]  # fmt: skip
    history = "SELECT as_of_on, best, best_change FROM marts.figure_history WHERE story_id = 's1' ORDER BY 1"
    assert ask(connection, history) == [(date(2031, 5, 2), 8.0, None), (date(2031, 5, 3), 11.0, 3.0)]


def test_a_later_report_keeps_the_id_and_leaves_other_stories_alone(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    update(connection, "s1", "s2")
    before = ask(connection, "SELECT story_id, figure_id, run_id FROM main.figures ORDER BY 1")
    fill(connection, report("e", 12, outlet="gazette", day=4))
    update(connection, "s1", run="r2")
    after = ask(connection, "SELECT story_id, figure_id, run_id FROM main.figures ORDER BY 1")
    assert [row[:2] for row in after] == [row[:2] for row in before]
    assert [row[2] for row in after] == ["r2", "r1"]
    assert figures(connection)[0][1:4] == (11.0, 12.0, 12.0)


def test_figures_of_stories_that_join_become_one_and_the_old_id_leads_there(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    fill(connection, report("e", 11, outlet="star", story="s2", day=3))
    connection.execute("DELETE FROM main.numeric_claims WHERE claim_id = 'c-d'")
    update(connection, "s1", "s2")
    old = dict(ask(connection, "SELECT story_id, figure_id FROM main.figures"))
    connection.execute("UPDATE main.documents SET story_id = 's1'")
    connection.execute("DELETE FROM main.stories WHERE story_id = 's2'")
    update(connection, "s1", run="r2")
    assert ask(connection, "SELECT figure_id FROM main.figures") == [(old["s1"],)]
    assert ask(connection, "SELECT table_name, old_id, new_id FROM main.id_redirects") == [
        ("figures", old["s2"], old["s1"])
    ]


def test_a_figure_goes_with_its_last_claim(connection: duckdb.DuckDBPyConnection) -> None:
    update(connection, "s1", "s2")
    connection.execute("DELETE FROM main.numeric_claims WHERE claim_id = 'c-d'")
    update(connection, "s2", run="r2")
    assert figures(connection) == [FERRY]
    assert ask(connection, "SELECT count(*) FROM main.figure_claims") == [(3,)]


def test_headlines_and_what_was_not_said_have_no_figure(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("UPDATE main.segments SET role = 'title' WHERE document_id = 'c'")
    fill(connection, [quote("q", "b", "killed 8 people", is_negated=True)])
    connection.execute("UPDATE main.numeric_claims SET quote_id = 'q' WHERE claim_id = 'c-b'")
    update(connection, "s1")
    assert ask(connection, "SELECT claim_id FROM main.figure_claims") == [("c-a",)]


def test_copies_of_one_agency_are_one_source(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("UPDATE main.documents SET agencies = ['AFP'] WHERE document_id IN ('a', 'b')")
    update(connection, "s1")
    assert figures(connection)[0][4:7] == (3, 3, 2)
