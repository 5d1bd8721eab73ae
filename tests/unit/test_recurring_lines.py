"""Boilerplate learned from an outlet's pages: what is taken for it, and what recurs and stays."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from pipelines.ingest.document import make_document
from pipelines.ingest.readers import Metadata, Record
from pipelines.ingest.recurring import candidate_lines, may_be_boilerplate, relabel
from pipelines.model import Document, Segment, to_arrow
from pipelines.settings import Home
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.recurring import known_headlines

AT = datetime(2024, 5, 1)
FOOTER = "Orrin life in pictures"
BACKGROUND = "The two towns have quarrelled over the bridge since the river changed its bed."


def _page(
    number: int, title: str | None = None, outlet: str | None = "Orrin Courier"
) -> tuple[Document, list[Segment]]:
    body = f"The council of ward {number} met on Tuesday and said that the road would stay closed until June."
    text = "\n\n".join([title or f"Council of ward {number} keeps the road closed", body, BACKGROUND, FOOTER])
    known = Metadata(url=f"https://courier.example/{number}", outlet=outlet)
    document, segments, _ = make_document(
        Record(None, text, "utf-8", known),
        source_uri="file:///x",
        source_sha256="0",
        file_name="x",
        first_seen_at=AT,
        ingested_at=AT,
        ingest_date=AT.date(),
        run_id="r",
    )
    for row in segments:
        # The page's own rules may know a line already; here the recurrence alone is to decide.
        row.role = "body" if row.surface == FOOTER else row.role
    return document, segments


def _labelled(pages: list[tuple[Document, list[Segment]]]) -> set[str]:
    documents = [document for document, _ in pages]
    segments = [row for _, rows in pages for row in rows]
    relabel(documents, segments, candidate_lines(documents, segments))
    return {row.surface for row in segments if row.method == "recurring_line"}


def test_a_line_under_five_headlines_is_boilerplate_and_background_stays() -> None:
    assert _labelled([_page(number) for number in range(5)]) == {FOOTER}
    assert _labelled([_page(number) for number in range(4)]) == set()


def test_one_report_at_five_addresses_teaches_nothing() -> None:
    assert _labelled([_page(number, "Road stays closed until June") for number in range(5)]) == set()


def test_pages_without_an_outlet_teach_nothing() -> None:
    assert _labelled([_page(number, outlet=None) for number in range(6)]) == set()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Orrin life in pictures", True),
        ("Read more from the valley", True),
        ("Subscribe to our newsletter and get the valley's news first.", True),
        (BACKGROUND, False),
        ("“No comment,” he said.", False),
        ("More than 10,000 people have fled.", False),
        ("On 3 May the bridge fell", False),
        ("", False),
        ("* * *", False),
    ],
)
def test_what_may_be_boilerplate(line: str, expected: bool) -> None:
    assert may_be_boilerplate(line) is expected


def test_the_release_counts_with_the_run(tmp_path: Path) -> None:
    home = Home(tmp_path)
    released, new = [_page(number) for number in range(4)], _page(9)
    folder = home.path / "releases" / "r"
    folder.mkdir(parents=True)
    warehouse = Warehouse(folder / "dateline.duckdb")
    warehouse.prepare(None)
    with warehouse.connect() as connection:
        for table, rows in (
            ("documents", [document for document, _ in released]),
            ("segments", [row for _, segments in released for row in segments]),
        ):
            connection.register("incoming", to_arrow(table, rows))
            connection.execute(f"INSERT INTO main.{table} BY NAME FROM incoming")
    home.current.symlink_to(folder)
    lines = candidate_lines([new[0]], new[1])
    for line, known in known_headlines(home, lines, [new[0].document_id]).items():
        lines[line] |= known
    assert relabel([new[0]], new[1], lines) == 1
    again = known_headlines(home, lines, [released[0][0].document_id])
    assert {line.surface: len(titles) for line, titles in again.items()} == {FOOTER: 3}


def test_the_first_run_knows_nothing(tmp_path: Path) -> None:
    document, segments = _page(1)
    assert known_headlines(Home(tmp_path), candidate_lines([document], segments), []) == {}
