"""The corpus that benchmarks measure on: any size, the same for a seed, never of days to come."""

from __future__ import annotations

import importlib
import sys
from datetime import date
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

# A block has some 250 documents, so this one lies beyond the first million.
LAST_BLOCK = 4200


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    yield importlib.import_module("corpus")
    for name in ("corpus", "corpus_prose", "stories_generator"):
        sys.modules.pop(name, None)


def block(corpus: Any, number: int) -> list[dict[str, str]]:
    return list(takewhile(lambda row: f"b{number}-" in row["url"], corpus.documents(1, number)))


def test_a_block_is_the_same_whatever_came_before_it(corpus: Any) -> None:
    """So nothing is kept between blocks: a million documents take the memory of some hundred."""
    first = block(corpus, 0)
    assert list(islice(corpus.documents(1), len(first) + 50)) == first + block(corpus, 1)[:50]
    assert next(corpus.documents(2)) != first[0]


def test_the_last_of_a_million_is_of_the_past(corpus: Any) -> None:
    """The audit quarantines what is of a day to come: such documents would measure the quarantine."""
    rows = block(corpus, LAST_BLOCK)
    assert max(row.get("published", "") for row in rows) < "2026-11"
    assert (
        min(date.fromisoformat(row["published"]).year for row in block(corpus, 0) if "published" in row)
        == 2010
    )


def test_documents_are_of_what_news_is_of(corpus: Any) -> None:
    """Copies, agencies, lines that recur on an outlet's pages, and words of its own in every block."""
    rows = [*block(corpus, 0), *block(corpus, 9)]
    texts = [row["text"] for row in rows]
    assert sum("Sign up for the" in text for text in texts) == len(texts)
    assert len({row["url"] for row in rows}) == len(rows)
    by_body: dict[str, int] = {}
    for text in texts:
        for line in set(text.split("\n\n")):
            if len(line.split()) > 20:
                by_body[line] = by_body.get(line, 0) + 1
    assert sum(count > 1 for count in by_body.values()) > 40, "copies repeat whole paragraphs"
    assert sum("Reuters" in text or "AFP" in text for text in texts) > 20
    early, late = (set(" ".join(row["text"] for row in block(corpus, n)).split()) for n in (0, 9))
    assert len(late - early) > 0.3 * len(late)
