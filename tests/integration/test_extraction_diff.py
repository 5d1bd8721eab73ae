"""Two versions of the extractor over one text: what came, what went, what changed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from views_rows import ask, claim, document, fill, quote

from pipelines.model import Mention, ScareQuote, to_arrow
from pipelines.views.build import create_views
from pipelines.warehouse.schema import create_schema
from pipelines.warehouse.version_diff import COMPARED, note_changes

OLD = replace(document("d1", outlet=None, label="Herald", day=4), extractor_version="v1")
NEW = replace(OLD, extractor_version="v2")


def compared(documents: list[Any], **rows: list[Any]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_schema(connection)
    before = [
        quote("q1", "d1", "We lost the bridge", speaker_name="Okoro", speaker_surface="Okoro"),
        quote("q2", "d1", "All is well", at=40, speaker_name="Brandt", speaker_is_inferred=True),
        claim("c1", "d1", 12, noun="people"),
    ]
    fill(connection, [OLD, *before])
    connection.register("new_documents", to_arrow("documents", documents))
    for table in COMPARED:
        connection.register(f"incoming_{table}", to_arrow(table, rows.get(table, [])))
    note_changes(connection, cast("Any", SimpleNamespace(run_id="r2")))
    create_views(connection)
    return connection


@pytest.fixture
def diff() -> duckdb.DuckDBPyConnection:
    return compared(
        [NEW],
        quotes=[
            quote("q1", "d1", "We lost the bridge", speaker_name="Ines Okoro", speaker_surface="Okoro"),
            quote("q2", "d1", "All is well", at=40),
        ],
        scare_quotes=[
            ScareQuote(
                scare_quote_id="s", document_id="d1", start_char=9, end_char=12, surface="old", reason="term"
            )
        ],
        entity_mentions=[
            Mention(mention_id="m", document_id="d1", start_char=0, end_char=2, surface="We", label="ORG")
        ],
    )


def test_each_difference_is_a_row(diff: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT table_name, change, field, surface, old_value, new_value, difference_count
               FROM marts.extraction_diff ORDER BY ALL"""
    assert ask(diff, query) == [
        ("entity_mentions", "added", "(row)", "We", None, None, 1),
        ("numeric_claims", "removed", "(row)", "12", None, None, 1),
        ("quotes", "changed", "speaker_name", "We lost the bridge", "Okoro", "Ines Okoro", 1),
        ("scare_quotes", "added", "(row)", "old", None, None, 1),
    ]
    assert ask(diff, "SELECT DISTINCT old_version, new_version, source_label FROM marts.extraction_diff") == [
        ("v1", "v2", "Herald")
    ]


@pytest.mark.parametrize(
    "documents",
    [[OLD], [replace(NEW, text_sha256="other text")], []],
    ids=["the same version", "another text", "other documents"],
)
def test_only_another_version_over_the_same_text_is_compared(documents: list[Any]) -> None:
    assert ask(compared(documents), "SELECT count(*) FROM marts.extraction_diff") == [(0,)]
