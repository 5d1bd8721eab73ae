"""Documents that share a paragraph are extracted together: it is parsed once, and no row changes."""

from __future__ import annotations

import random

import pyarrow as pa

from pipelines.engine.local import EXTRACTED_TABLES, extract_tables
from pipelines.engine.neighbours import neighbours
from pipelines.extract.extractor import SourceText
from pipelines.model import arrow_schema
from pipelines.warehouse.load import by_document

WIRE = [
    f"The {name} bridge has been closed to lorries since Tuesday; {n + 40} people work on it, officials said."
    for n, name in enumerate(("Aldern", "Brixal", "Corvane"))
]
LINE = (
    "All rights reserved; no part of this page may be copied, kept or passed on without a written permission."
)


def sources(count: int) -> list[SourceText]:
    """Texts of their own, every fourth of them a copy of one of three wires."""
    found = []
    for n in range(count):
        own = f"Ines Okoro said that hall {n} of the old mill at the river would open again before winter."
        text = WIRE[n // 4 % 3] + f"\nDesk {n} added nothing." if n % 4 == 0 else own
        found.append(SourceText(f"d{n:03}", f"{text}\n{LINE[:60]}"))
    return found


def test_copies_stand_behind_what_they_copy_and_no_document_is_lost() -> None:
    given = sources(40)
    found = neighbours(given)
    assert sorted(s.document_id for s in found) == [s.document_id for s in given]
    first = [s.document_id for s in found if s.text.startswith(WIRE[0])]
    at = [s.document_id for s in found].index(first[0])
    assert [s.document_id for s in found[at : at + len(first)]] == first == ["d000", "d012", "d024", "d036"]
    alone = [s.document_id for s in found if s.text.startswith("Ines")]
    assert alone == sorted(alone), "what shares nothing stays as it was"
    assert neighbours([]) == []


def test_a_short_line_that_recurs_joins_nothing() -> None:
    given = [SourceText(str(n), f"Page {n}\nFollow us") for n in range(9)]
    assert neighbours(given) == given


def test_a_paragraph_counts_before_a_line_of_the_page() -> None:
    """Every page ends with the same line: the longer text that a copy shares decides."""
    report = WIRE[1] + " " + WIRE[2]
    given = [
        SourceText("a", f"{WIRE[0]}\n{LINE}"),
        SourceText("b", f"{report}\n"),
        SourceText("c", f"{report}\n{LINE}"),
    ]
    assert [s.document_id for s in neighbours([*given, SourceText("d", WIRE[0])])] == ["a", "d", "b", "c"]


def test_rows_are_loaded_in_the_order_of_their_documents() -> None:
    given = [("b", 2), ("b", 1), ("c", 5), ("a", 9), ("a", 3), ("b", 0)]
    columns = [pa.chunked_array([part[:4], part[4:]]) for part in map(list, zip(*given, strict=True))]
    found = by_document(pa.table(columns, names=["document_id", "start_char"])).to_pydict()
    assert list(zip(found["document_id"], found["start_char"], strict=True)) == [
        ("a", 9), ("a", 3), ("b", 2), ("b", 1), ("b", 0), ("c", 5)
    ]  # fmt: skip
    assert by_document(arrow_schema("quotes").empty_table()).num_rows == 0


def test_a_copy_is_parsed_once_and_every_row_is_the_same(parsed_texts: list[str]) -> None:
    given = sources(48)
    random.Random(3).shuffle(given)

    def rows(order: list[SourceText]) -> tuple[list[str], int]:
        parsed_texts.clear()
        tables = extract_tables(order, "r")
        found = [repr(row) for name in EXTRACTED_TABLES for row in tables[name].to_pylist()]
        return sorted(found), sum(text in WIRE for text in parsed_texts)

    before, often = rows(given)
    after, seldom = rows(neighbours(given))
    assert before == after
    assert len(before) > 100
    assert seldom < often
    assert seldom <= len(WIRE) + 2, "each once, and once more where one of three batches ends among copies"
