"""The tutorial's queries: planned as they are printed, in an order that does not change between two runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-questions.md"
QUERIES = re.findall(r"^```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_there_are_ten_questions_each_with_a_query() -> None:
    sections = re.split(r"^## \d+\. ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(sections) == 10
    for section in sections:
        assert section.splitlines()[0].endswith("?")
        assert "```sql" in section


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.split("FROM ")[1].split()[0])
def test_a_query_of_the_tutorial_runs(query: str, empty) -> None:
    names = [column[0] for column in empty.execute(query).description]
    assert len(set(names)) == len(names)
    assert "ORDER BY" in query
