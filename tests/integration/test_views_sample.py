"""The tutorial and the README on the sample release: every query shows what the page says it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.defs.runner import Order, execute
from pipelines.settings import Home, load_settings
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


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A published release of the sample reports."""
    folder = tmp_path_factory.mktemp("sample") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_HOME", str(folder))
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        settings = load_settings()
        run = execute(settings, Order(sources=[str(ROOT / "seeds" / "articles")]))
        assert run.outcome == "published"
        yield settings.home


def test_the_readme_shows_what_comes_out(sample: Home) -> None:
    """After a wanted change: UPDATE_SNAPSHOTS=1 writes the new output into the README."""
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    block = re.search(r'dateline sql "\n(?P<query>.*?)"\n```\n\n```text\n(?P<output>.*?)```', text, re.DOTALL)
    assert block
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dateline")), "sql", block["query"]],
        env={**os.environ, "DATELINE_HOME": str(sample.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    output = "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        readme.write_text(text.replace(block["output"], output), "utf-8")
    else:
        assert block["output"] == output


def test_the_tutorial_shows_what_it_says(sample: Home) -> None:
    shown = answers(sample.database)

    assert len(shown["1"]) == 6
    assert {row["published_on_method"] for row in shown["1"]} >= {"metadata", "printed", "story"}
    troops = {(row["value"], row["bound"]) for row in shown["2"]}
    assert {(1960.0, "exact"), (2000.0, "about")} <= troops
    compared = [row for row in shown["3"] if row["agreement"] == "round_equal"]
    assert len({row["source_label"] for row in compared}) >= 3
    assert {(row["reported_low"], row["reported_high"]) for row in compared} == {(1960.0, 2000.0)}
    assert {row["speaker"] for row in shown["4"]} >= {"Dmitry Peskov", "Nikol Pashinyan"}
    assert {row["kind"] for row in shown["5"]} >= {"direct", "indirect"}
    assert len(shown["6"]) == 5
    assert all(row["surface"] in row["around"] for row in shown["6"])
    assert "many observers" in {row["speaker_surface"] for row in shown["7"]}
    assert "guarantees" in {row["surface"] for row in shown["8"]}
    assert len(shown["9"]) == 6
    assert shown["10"] == []
