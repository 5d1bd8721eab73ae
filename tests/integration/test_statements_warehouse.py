"""Statements in the work file: written for the stories that were touched, with ids that last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from views_rows import ask, document, fill, quote

from pipelines.audit.history import check_history
from pipelines.model import Entity, Mention, Sentence, Story, hash_key
from pipelines.warehouse.schema import create_schema
from pipelines.warehouse.statements import update_statements

NAMED = "Both governments decided on the early closure of the eastern base."
UNNAMED = "The early closure of the eastern base has been decided by both governments."
OTHER = "The harvest of this year was poor."
ADVISER = {"speaker_surface": "an adviser to the president of Moldova"}
ADVISER |= {"speaker_role": ADVISER["speaker_surface"]}


def report(key: str, words: str, *, story: str = "s1", day: int = 1, **speaker: Any) -> list[Any]:
    """A report of one sentence that is a quote."""

    made = replace(
        document(key, outlet=None, label=key, day=4, story_id=story),
        ingest_date=date(2031, 5, day),
        text=words,
        char_count=len(words),
    )
    span: dict[str, Any] = {"document_id": key, "start_char": 0, "end_char": len(words), "surface": words}
    said = quote(f"q-{key}", key, words, **speaker)
    return [made, Sentence(sentence_id=f"s-{key}", sentence_no=0, **span), said]


BRANDT = {"speaker_entity_id": "brandt", "speaker_name": "Otto Brandt", "speaker_surface": "Brandt"}
BRANDT |= {"speaker_role": "assistant to the president of Moldova"}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as own:
        create_schema(own)
        mention = Mention(
            mention_id="m", document_id="a", start_char=0, end_char=4, surface="Both", label="PERSON",
            entity_id="brandt",
        )  # fmt: skip
        rows = [
            Entity(entity_id="brandt", name="Otto Brandt", entity_type="person"),
            Story(story_id="s1"),
            Story(story_id="s2"),
            *report("a", NAMED, **BRANDT),
            *report("b", UNNAMED, day=2, **ADVISER),
            *report("c", OTHER, story="s2", **BRANDT),
        ]
        fill(own, [*rows, mention])
        yield own


def update(connection: duckdb.DuckDBPyConnection, *stories: str, run_id: str = "r") -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE touched_stories (story_id VARCHAR)")
    for story in stories:
        connection.execute("INSERT INTO touched_stories VALUES (?)", [story])
    update_statements(connection, run_id)


def speakers(connection: duckdb.DuckDBPyConnection) -> dict[str, Sequence[Any]]:
    rows = ask(
        connection,
        """SELECT quote_id, speaker_name, speaker_entity_id, speaker_is_inferred, speaker_evidence
           FROM main.quotes""",
    )
    return {row[0]: row[1:] for row in rows}


def statement_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    return dict(ask(connection, "SELECT quote_id, statement_id FROM main.quotes"))


def broken_rules(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = check_history(connection, "r")
    return [r.expectation for r in found if "statement" in r.expectation and not r.success]


def test_only_touched_stories_are_written_and_rules_hold(connection: duckdb.DuckDBPyConnection) -> None:
    update(connection, "s1")
    founder = hash_key("statements", "q-a")
    assert statement_of(connection) == {"q-a": founder, "q-b": founder, "q-c": None}
    update(connection, "s2")
    rows = ask(
        connection,
        """SELECT story_id, speaker_name, wording_count, independent_source_count, run_id
           FROM main.statements ORDER BY ALL""",
    )
    assert rows == [("s1", "Otto Brandt", 2, 2, "r"), ("s2", "Otto Brandt", 1, 1, "r")]
    assert broken_rules(connection) == []


def test_a_second_time_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    tables = ("statements", "statement_quotes", "statement_assertions", "id_redirects", "quotes")

    def everything() -> list[Any]:
        return [ask(connection, f"FROM main.{table} ORDER BY ALL") for table in tables]

    update(connection, "s1", "s2")
    before = everything()
    update(connection, "s1", "s2")
    assert everything() == before


def test_a_name_is_taken_and_taken_back_when_its_ground_goes(connection: duckdb.DuckDBPyConnection) -> None:
    update(connection, "s1")
    name, entity_id, is_inferred, evidence = speakers(connection)["q-b"]
    assert (name, entity_id, is_inferred) == ("Otto Brandt", "brandt", True)
    assert evidence.endswith("with quote q-a")
    for table in ("documents", "quotes", "sentences"):
        connection.execute(f"DELETE FROM main.{table} WHERE document_id = 'a'")
    update(connection, "s1")
    assert speakers(connection)["q-b"] == (None, None, False, None)
    assert statement_of(connection)["q-b"] == hash_key("statements", "q-a"), "the id lives on"
    assert broken_rules(connection) == []


def test_a_ruling_on_the_speaker_wins(connection: duckdb.DuckDBPyConnection) -> None:
    update(connection, "s1")
    connection.execute(
        """UPDATE main.quotes SET method = 'ruling', speaker_name = 'Eva Stan', speaker_entity_id = NULL
           WHERE quote_id = 'q-b'"""
    )
    update(connection, "s1")
    assert speakers(connection)["q-b"] == ("Eva Stan", None, False, None)
    assert statement_of(connection)["q-b"] != statement_of(connection)["q-a"]


def test_a_ruling_touches_its_story_when_made_and_when_undone(connection: duckdb.DuckDBPyConnection) -> None:
    update(connection, "s1")
    together = statement_of(connection)
    connection.execute("CREATE TABLE unruled.quotes AS FROM main.quotes WHERE quote_id = 'q-a'")
    connection.execute(
        """UPDATE main.quotes SET speaker_name = 'Eva Stan', speaker_entity_id = NULL, speaker_role = NULL
           WHERE quote_id = 'q-a'"""
    )
    update(connection)
    assert statement_of(connection)["q-a"] != statement_of(connection)["q-b"]
    connection.execute("DELETE FROM main.quotes WHERE quote_id = 'q-a'")
    connection.execute("INSERT INTO main.quotes FROM unruled.quotes")
    connection.execute("DROP TABLE unruled.quotes")
    update(connection)
    assert statement_of(connection)["q-a"] == statement_of(connection)["q-b"]
    assert statement_of(connection)["q-a"] == together["q-a"]
    assert broken_rules(connection) == []


def test_when_stories_join_the_older_id_stays_and_the_other_leads_to_it(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    fill(connection, report("d", UNNAMED, story="s2", day=3, **BRANDT))
    update(connection, "s1", "s2")
    old = statement_of(connection)["q-d"]
    assert old != statement_of(connection)["q-a"]
    connection.execute("UPDATE main.documents SET story_id = 's1' WHERE story_id = 's2'")
    connection.execute("DELETE FROM main.stories WHERE story_id = 's2'")
    update(connection, "s1", "s2", run_id="later")
    assert statement_of(connection)["q-d"] == statement_of(connection)["q-a"]
    assert ask(connection, "FROM main.id_redirects") == [
        ("statements", old, statement_of(connection)["q-a"], "later")
    ]
    assert ask(connection, "SELECT DISTINCT story_id FROM main.statements") == [("s1",)]
    assert broken_rules(connection) == []


def test_a_redirect_to_a_statement_that_is_gone_goes_too(connection: duckdb.DuckDBPyConnection) -> None:
    update(connection, "s2")
    [(alive,)] = ask(connection, "SELECT statement_id FROM main.statements")
    connection.execute("INSERT INTO main.id_redirects VALUES ('statements', 'older', ?, 'r')", [alive])
    connection.execute("DELETE FROM main.quotes WHERE quote_id = 'q-c'")
    update(connection, "s2")
    assert ask(connection, "FROM main.id_redirects") == []
    assert ask(connection, "FROM main.statements") == []
    assert ask(connection, "FROM main.statement_quotes") == []


def test_a_surname_that_turns_out_to_be_somebody_else_leaves_the_statement(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Found in a report of another story: the statement's own story is not among those touched."""
    alone = {"speaker_entity_id": "other", "speaker_name": "Brandt", "speaker_surface": "Brandt"}
    fill(
        connection,
        [Entity(entity_id="other", name="Brandt", entity_type="person"), *report("d", NAMED, **alone)],
    )
    update(connection, "s1", "s2")
    before = statement_of(connection)
    assert before["q-a"] == before["q-d"]
    connection.execute("UPDATE main.entities SET name = 'Eva Brandt' WHERE entity_id = 'other'")
    rule = "history_statements_have_one_speaker"
    assert not next(r for r in check_history(connection, "r") if r.expectation == rule).success
    update(connection, "s2")
    after = statement_of(connection)
    assert after["q-a"] != after["q-d"]
    assert next(r for r in check_history(connection, "r") if r.expectation == rule).success


def test_headlines_and_denials_are_in_no_statement(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("UPDATE main.quotes SET is_headline = true WHERE quote_id = 'q-a'")
    connection.execute("UPDATE main.quotes SET is_negated = true WHERE quote_id = 'q-c'")
    update(connection, "s1", "s2")
    assert [key for key, statement in statement_of(connection).items() if statement] == ["q-b"]
