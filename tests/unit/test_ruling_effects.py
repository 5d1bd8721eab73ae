"""How a ruling is bound to rows again, and how its effect is taken back, on rows in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import duckdb
import pytest

from pipelines.model import TABLES, Document, Entity, IdRedirect, NumericClaim, Ruling, to_arrow
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.ruling_effects import Outcome, apply_rulings, live_entity, noun_span
from pipelines.warehouse.schema import create_schema, qualified
from pipelines.warehouse.unruled import applied, lift

NOW = datetime(2026, 3, 9, 12)
TEXT = "Some 120 people and 45 dogs left; 45 cats stayed, and 45 cats hid."


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    create_schema(connection)
    put(connection, "documents", document(TEXT))
    yield connection
    connection.close()


def put(connection: duckdb.DuckDBPyConnection, table: str, *rows: object) -> None:
    connection.register("rows", to_arrow(table, rows))
    connection.execute(f"INSERT INTO {qualified(TABLES[table])} BY NAME FROM rows")


def document(text: str) -> Document:
    return Document(
        document_id="d", source_uri="u", source_label="u", first_seen_at=NOW, ingested_at=NOW,
        ingest_date=date(2026, 3, 9), text=text, text_sha256="t", source_sha256="s",
        char_count=len(text), word_count=1,
    )  # fmt: skip


def claim(text: str, surface: str, start: int) -> NumericClaim:
    assert text[start : start + len(surface)] == surface
    return NumericClaim(
        claim_id=f"c{start}-{start + len(surface)}", document_id="d", start_char=start,
        end_char=start + len(surface), surface=surface, value=1, method="m",
    )  # fmt: skip


def ruling(surface: str, start: int, *, kind: str = "correct_claim", value: str | None = "7") -> Ruling:
    return Ruling(
        ruling_id=f"r{start}{kind}", kind=kind, table_name="numeric_claims", document_id="d",
        row_key="c", start_char=start, end_char=start + len(surface), surface=surface, field="value",
        value=value, ruled_by="t", ruled_at=NOW, why="w",
    )  # fmt: skip


def values(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    return dict(connection.execute("SELECT claim_id, value FROM main.numeric_claims").fetchall())


def status(outcome: Outcome) -> str:
    [found] = outcome.statuses.values()
    return found


def test_an_exact_span_goes_before_an_overlap(warehouse: duckdb.DuckDBPyConnection) -> None:
    put(warehouse, "numeric_claims", claim(TEXT, "Some 120", 0), claim(TEXT, "120", 5))
    assert status(apply_rulings(warehouse, [ruling("120", 5)], "run")) == "in_force"
    assert values(warehouse) == {"c0-8": 1, "c5-8": 7}


def test_the_largest_overlap_takes_a_ruling_whose_span_is_gone(warehouse: duckdb.DuckDBPyConnection) -> None:
    put(warehouse, "numeric_claims", claim(TEXT, "120 people", 5), claim(TEXT, "Some 1", 0))
    apply_rulings(warehouse, [ruling("Some 120 people", 0)], "run")
    assert values(warehouse) == {"c5-15": 7, "c0-6": 1}


def test_a_row_beside_the_span_does_not_take_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    put(warehouse, "numeric_claims", claim(TEXT, "45", 20))
    assert status(apply_rulings(warehouse, [ruling("120", 5)], "run")) == "orphaned"
    assert values(warehouse) == {"c20-22": 1}


def test_in_a_revised_text_only_the_one_row_with_the_same_words_takes_it(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    revised = "Now " + TEXT
    warehouse.execute("UPDATE main.documents SET text = ?", [revised])
    put(
        warehouse,
        "numeric_claims",
        claim(revised, "120", 9), claim(revised, "45", 24), claim(revised, "45", 38),
    )  # fmt: skip
    one, two = ruling("120", 5), ruling("45", 20)
    outcome = apply_rulings(warehouse, [one, two], "run")
    assert outcome.statuses == {one.ruling_id: "in_force", two.ruling_id: "orphaned"}
    assert values(warehouse) == {"c9-12": 7, "c24-26": 1, "c38-40": 1}


def test_the_later_ruling_wins_and_lifting_brings_the_row_back(warehouse: duckdb.DuckDBPyConnection) -> None:
    put(warehouse, "numeric_claims", claim(TEXT, "120", 5), claim(TEXT, "45", 20))
    before = warehouse.execute("FROM main.numeric_claims ORDER BY ALL").fetchall()
    first, second = ruling("120", 5), replace(ruling("120", 5), ruling_id="later", value="8")
    second.ruled_at = datetime(2026, 3, 10)
    gone = ruling("45", 20, kind="reject_claim")
    outcome = apply_rulings(warehouse, [second, gone, first], "run")
    assert values(warehouse) == {"c5-8": 8}
    assert [row.row_key for row in outcome.rejected] == ["c20-22"]
    assert set(applied(warehouse)) == {first.ruling_id, "later", gone.ruling_id}
    for _ in range(2):
        lift(warehouse)
        assert warehouse.execute("FROM main.numeric_claims ORDER BY ALL").fetchall() == before
    again = apply_rulings(warehouse, [second], "another run")
    assert (values(warehouse), status(again)) == ({"c5-8": 8, "c20-22": 1}, "in_force")
    assert applied(warehouse) == {"later": "run"}


def test_redirects_are_followed_and_a_circle_ends(warehouse: duckdb.DuckDBPyConnection) -> None:
    put(warehouse, "entities", Entity(entity_id="e", name="E", entity_type="person"))
    for old, new in (("a", "b"), ("b", "e"), ("x", "y"), ("y", "x")):
        put(
            warehouse,
            "id_redirects",
            IdRedirect(table_name="entities", old_id=old, new_id=new, since_run_id="r"),
        )
    found = [live_entity(warehouse, entity_id) for entity_id in ("a", "b", "e", "x", "nothing", None)]
    assert found == ["e", "e", "e", None, None, None]


def test_a_noun_is_whole_words_nearest_to_the_number() -> None:
    assert noun_span(TEXT, "cats", TEXT.index("45 cats hid")) == (TEXT.index("cats hid"), TEXT.index(" hid"))
    assert noun_span(TEXT, "cat", 0) is None
    assert noun_span("5 (six) men.", "(six)", 0) == (2, 7)


def test_an_older_ledger_and_an_older_file_get_the_columns_they_lack(tmp_path) -> None:
    import sqlite3

    Ledger(tmp_path / "ledger.sqlite").close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as old:
        old.execute("ALTER TABLE rulings DROP COLUMN row_key")
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.add("rulings", [ruling("120", 5)])
    assert ledger.rows("rulings")[0].row_key == "c"
    ledger.close()
    connection = duckdb.connect()
    create_schema(connection)
    connection.execute("ALTER TABLE audit.rulings DROP COLUMN row_key")
    create_schema(connection)
    put(connection, "rulings", ruling("120", 5))
    assert connection.execute("SELECT row_key FROM audit.rulings").fetchall() == [("c",)]
    connection.close()
