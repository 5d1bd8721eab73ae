"""A text that recurs in a batch is parsed once, and its rows are those of a parse of its own."""

from dataclasses import asdict
from typing import Any

from pipelines.extract.extractor import Extraction, SourceText, extract

AGENCY = "Three miners died and “nobody warned us”, said Ada Brandt, who runs the pit."
FOOTER = "Write to the desk of the Harbour Mail with corrections."


def _rows(found: Extraction) -> list[dict[str, Any]]:
    tables = (found.sentences, found.mentions, found.quotes, found.scare_quotes, found.claims)
    return [asdict(row) for table in tables for row in table]


def test_a_recurring_text_is_parsed_once_with_the_same_rows(parsed_texts: list[str]) -> None:
    sources = [
        SourceText("a", f"{AGENCY}\n{FOOTER}"),
        SourceText("b", f"The town is quiet on Monday.\n{AGENCY}\n{AGENCY}\n{FOOTER}"),
        SourceText("c", f"{AGENCY}\n{FOOTER}"),
    ]
    alone = [_rows(found) for source in sources for found in extract([source])]
    parsed_texts.clear()
    together = [_rows(found) for found in extract(sources)]
    assert sorted(parsed_texts) == sorted({AGENCY, FOOTER, "The town is quiet on Monday."})
    assert together == alone
    # The second and third source hold the claim too: its keys tell the documents and the lines apart.
    claims = [found.claims for found in extract(sources)]
    assert [len(rows) for rows in claims] == [1, 2, 1]
    assert len({row.claim_id for rows in claims for row in rows}) == 4
