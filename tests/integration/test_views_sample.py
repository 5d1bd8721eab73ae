"""The tutorial on the sample release: every query runs there, and shows what the page says it shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pipelines.defs.runner import Order, execute
from pipelines.settings import load_settings
from pipelines.warehouse.connection import open_release

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-questions.md"


def answers(database: Path) -> dict[str, list[dict[str, Any]]]:
    """The answer to the first query of each numbered section, by the section's number."""
    sections = re.findall(
        r"^## (\d+)\. .*?^```sql\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    found = {}
    with open_release(database) as connection:
        for number, query in sections:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or []]
            found[number] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        feeds = connection.execute(
            """SELECT (SELECT count(*) FROM marts.claim_feed) - (SELECT count(*) FROM main.numeric_claims),
                      (SELECT count(*) FROM marts.quote_feed)
                      - (SELECT count(*) FROM main.quotes WHERE NOT is_headline AND NOT is_negated)"""
        ).fetchone()
    assert feeds == (0, 0)
    return found


def test_the_tutorial_shows_what_it_says(home: Path) -> None:
    settings = load_settings()
    run = execute(settings, Order(sources=[str(ROOT / "seeds" / "articles")]))
    assert run.outcome == "published"
    shown = answers(settings.home.database)

    assert len(shown["1"]) == 6
    assert any(row["published_on"] is None for row in shown["1"])
    troops = {(row["value"], row["bound"]) for row in shown["2"]}
    assert {(1960.0, "exact"), (2000.0, "about")} <= troops
    compared = [row for row in shown["3"] if row["category"] == "troops"]
    assert len({row["source_label"] for row in compared}) >= 3
    assert {(row["reported_low"], row["reported_high"]) for row in compared} == {(1960.0, 2000.0)}
    assert {row["speaker"] for row in shown["4"]} >= {"Dmitry Peskov", "Nikol Pashinyan"}
    assert {row["kind"] for row in shown["5"]} >= {"direct", "indirect"}
    assert len(shown["6"]) == 5
    assert all(row["surface"] in row["around"] for row in shown["6"])
    assert "an adviser" in {row["speaker_surface"] for row in shown["7"]}
    assert "guarantees" in {row["surface"] for row in shown["8"]}
    assert len(shown["9"]) == 6
    assert shown["10"] == []
