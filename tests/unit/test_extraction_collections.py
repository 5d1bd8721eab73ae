"""Extraction runs without garbage collection: what the rules make must not refer to itself."""

from __future__ import annotations

import gc

import pytest

from pipelines.extract import extractor, quantities
from pipelines.extract.extractor import SourceText, extract, extract_parsed
from pipelines.extract.nlp import parse

TEXT = """HARBOUR CLOSED AFTER STORM
At least 40 people were injured on Tuesday when the pier gave way, said Mayor Ana Ruiz, 52.
“We were told it was safe,” she said. “It was not.
“Nobody warned us.”
The port authority, which employs some 1,200 people, said that repairs would cost $4 million to $6 million.
According to a witness, ‘two or three’ boats sank; the “harbour of the future” had opened in 2019.
"""


def _paragraphs() -> list[extractor.Paragraph]:
    pieces = list(extractor._pieces(SourceText("d", TEXT)))
    return extractor._paragraphs(pieces, parse([piece.text for piece in pieces]))


def test_nothing_is_left_for_the_collector() -> None:
    extract_parsed(SourceText("d", TEXT), _paragraphs())  # tables are read, forms are kept
    paragraphs = _paragraphs()
    gc.collect()
    found = extract_parsed(SourceText("d", TEXT), paragraphs)
    assert found.quotes and found.claims and found.mentions
    del found, paragraphs
    assert gc.collect() == 0


def test_the_collector_goes_on_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    whole = quantities.find_claims
    monkeypatch.setattr(quantities, "find_claims", lambda *a: seen.append(gc.isenabled()) or whole(*a))
    list(extract([SourceText("d", TEXT)]))
    assert seen == [False] and gc.isenabled()

    def fails(*_: object) -> None:
        raise ValueError("a rule")

    monkeypatch.setattr(quantities, "find_claims", fails)
    with pytest.raises(ValueError, match="a rule"):
        list(extract([SourceText("d", TEXT)]))
    assert gc.isenabled()
