"""Marking in the work file: a new copy, a revised text and a document that went each re-mark their group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest
from duplicate_reports import report

from pipelines.ingest.document import text_sha256
from pipelines.model import Document, Segment, to_arrow
from pipelines.warehouse.duplicates import mark_duplicates
from pipelines.warehouse.schema import create_schema


class Work:
    """A work file in memory with just what marking reads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.runs = 0

    def add(self, *documents: tuple[str, str], day: int = 1) -> None:
        """Documents as (id, text) in a run of their own; a known id is a revision."""
        self.runs += 1
        run_id = f"run{self.runs:02}"
        self.remove(*(key for key, _ in documents))
        at = datetime(2024, 5, day)
        rows = [
            Document(
                document_id=key,
                source_uri=f"file:///{key}",
                source_label=key,
                first_seen_at=at,
                ingested_at=at,
                ingest_date=at.date(),
                text=text,
                text_sha256=text_sha256(text),
                source_sha256="0",
                char_count=len(text),
                word_count=len(text.split()),
                run_id=run_id,
            )
            for key, text in documents
        ]
        segments = [
            Segment(
                segment_id=key, document_id=key, start_char=0, end_char=len(text), surface=text, role="body"
            )
            for key, text in documents
        ]
        for table, found in (("documents", rows), ("segments", segments)):
            self.connection.register("incoming", to_arrow(table, found))
            self.connection.execute(f"INSERT INTO main.{table} BY NAME FROM incoming")
        mark_duplicates(self.connection, run_id)

    def remove(self, *keys: str) -> None:
        for table in ("documents", "segments"):
            self.connection.execute(
                f"DELETE FROM main.{table} WHERE list_contains($keys, document_id)",
                {"keys": list(keys)},
            )

    def empty_run(self) -> None:
        self.runs += 1
        mark_duplicates(self.connection, f"run{self.runs:02}")

    def marks(self) -> dict[str, str | None]:
        rows = self.rows("SELECT document_id, duplicate_of_document_id FROM main.documents")
        return dict(rows)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


@pytest.fixture
def work() -> Iterator[Work]:
    with duckdb.connect() as connection:
        create_schema(connection)
        yield Work(connection)


REPORT = report(range(20))
EDITED = report([*range(18), 99])
LONGER = report(range(24))
OTHER = report(range(200, 220))


def test_copies_are_marked_across_runs_with_their_similarity(work: Work) -> None:
    work.add(("m", REPORT), ("x", OTHER), day=1)
    work.add(("a", EDITED), ("n", REPORT), day=2)
    assert work.marks() == {"m": None, "x": None, "a": "m", "n": "m"}
    found = dict(work.rows("SELECT document_id, duplicate_similarity FROM main.documents"))
    assert found["m"] is None and found["n"] == 1.0 and 0.75 < found["a"] < 1


def test_within_a_day_the_lower_id_is_the_original_whichever_came_first(work: Work) -> None:
    work.add(("b", REPORT))
    work.add(("a", EDITED))
    assert work.marks() == {"a": None, "b": "a"}


def test_a_revised_text_leaves_its_group(work: Work) -> None:
    work.add(("a", REPORT), ("b", EDITED), ("c", LONGER))
    assert work.marks() == {"a": None, "b": "a", "c": "a"}
    work.add(("a", OTHER))
    assert work.marks() == {"a": None, "b": None, "c": "b"}


def test_what_repeated_a_document_that_went_repeats_the_next(work: Work) -> None:
    work.add(("a", REPORT), ("b", EDITED), ("c", REPORT))
    work.remove("a")
    work.empty_run()
    assert work.marks() == {"b": None, "c": "b"}
    assert work.rows("SELECT document_id, component_id FROM main.document_signatures ORDER BY 1") == [
        ("b", "b"),
        ("c", "b"),
    ]


def test_only_what_the_run_touches_is_signed_again(work: Work) -> None:
    work.add(("a", REPORT), ("x", OTHER))
    work.add(("b", EDITED))
    work.empty_run()
    signed = work.rows("SELECT document_id, run_id FROM main.document_signatures ORDER BY 1")
    assert signed == [("a", "run01"), ("b", "run02"), ("x", "run01")]


def test_signatures_of_another_method_are_made_again(work: Work) -> None:
    work.add(("a", REPORT))
    work.connection.execute("UPDATE main.document_signatures SET method = 'older', bands = [1]")
    work.add(("b", REPORT))
    assert work.marks() == {"a": None, "b": "a"}


def test_boilerplate_and_menus_are_not_compared(work: Work) -> None:
    work.add(("a", REPORT), ("b", OTHER))
    footer = report(range(300, 360))
    for key in ("a", "b"):
        work.connection.execute(
            """INSERT INTO main.segments BY NAME
               SELECT 1 AS segment_no, $key || 's' AS segment_id, $key AS document_id, 0 AS start_char,
                      1 AS end_char, $footer AS surface, 'boilerplate' AS role, 1.0 AS confidence,
                      '' AS method, '' AS run_id, '' AS extractor_version""",
            {"key": key, "footer": footer},
        )
    work.connection.execute("UPDATE main.document_signatures SET method = 'stale'")
    work.empty_run()
    assert work.marks() == {"a": None, "b": None}


def test_two_orders_of_arrival_give_the_same_groups() -> None:
    texts = {"a": REPORT, "b": EDITED, "c": LONGER, "d": OTHER, "e": report([*range(200, 217), 5])}
    found = []
    for order in ("abcde", "edcba", "cadbe"):
        with duckdb.connect() as connection:
            create_schema(connection)
            work = Work(connection)
            for day, key in enumerate(order, 1):
                work.add((key, texts[key]), day=day)
            groups: dict[str, set[str]] = {}
            for key, original in work.marks().items():
                groups.setdefault(original or key, set()).add(key)
            found.append({frozenset(group) for group in groups.values()})
    assert found[0] == found[1] == found[2] == {frozenset("abc"), frozenset("de")}
