"""Hostile text goes through the feeds unchanged, and never multiplies or loses a row."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.model import NumericClaim, Quote, to_arrow
from pipelines.views.build import create_views
from pipelines.views.catalog import load_views
from pipelines.warehouse.schema import create_schema

NASTY = [
    "'; DROP TABLE main.quotes; --",
    "NULL",
    "",
    "%s {0} $1",
    '"',
    "\\",
    "\u202e",
    "\x00",
    "=1+1",
    "-- x",
]
TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
NAME = st.one_of(st.none(), TEXT)


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_schema(connection)
    # None is kept, so that each shows the rows of the example at hand.
    create_views(connection, [replace(view, is_kept=False) for view in load_views()])
    return connection


def put(connection: duckdb.DuckDBPyConnection, name: str, rows: list) -> None:
    connection.execute(f"DELETE FROM main.{name}")
    batch = to_arrow(name, rows)
    connection.register("batch", batch)
    connection.execute(f"INSERT INTO main.{name} SELECT * FROM batch")
    connection.unregister("batch")


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, NAME, NAME), max_size=5))
def test_words_and_names_come_out_as_they_went_in(warehouse, rows) -> None:
    quotes = [
        Quote(
            quote_id=str(no),
            quotation_id=str(no),
            start_char=0,
            end_char=len(words),
            surface=words,
            kind="direct",
            speaker_surface=surface,
            speaker_name=name,
        )
        for no, (words, surface, name) in enumerate(rows)
    ]
    claims = [
        NumericClaim(
            claim_id=str(no),
            start_char=0,
            end_char=len(words),
            surface=words,
            value=1.0,
            noun=surface,
            source_surface=name,
        )
        for no, (words, surface, name) in enumerate(rows)
    ]
    put(warehouse, "quotes", quotes)
    put(warehouse, "numeric_claims", claims)
    said = warehouse.execute(
        "SELECT surface, speaker_surface, speaker FROM marts.quote_feed ORDER BY quote_id"
    ).fetchall()
    assert said == rows
    counted = warehouse.execute(
        "SELECT surface, noun, given_by FROM marts.claim_feed ORDER BY claim_id"
    ).fetchall()
    assert counted == rows
    named = warehouse.execute("SELECT coalesce(sum(quote_count), 0) FROM marts.speakers").fetchone()
    assert named == (sum(name is not None for _, _, name in rows),)
