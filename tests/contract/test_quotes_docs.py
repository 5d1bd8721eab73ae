"""The pages on quotes against the code: every example is run."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from pipelines.extract import scare
from pipelines.extract.extractor import SourceText, extract

ROOT = Path(__file__).parents[2]
EXPLANATION = (ROOT / "docs" / "explanation" / "quotes.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs" / "how-to" / "spacy-components.md").read_text(encoding="utf-8")


def _examples() -> list[list[str]]:
    table = EXPLANATION.split("| text | kind |", 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("row", _examples(), ids=lambda row: row[0])
def test_examples_of_the_conventions(row: list[str]) -> None:
    text, kind, surface, speaker, name = row
    ((quote,),) = (found.quotes for found in extract([SourceText("d", text)]))
    assert (quote.kind, quote.surface) == (kind, surface)
    assert (quote.speaker_surface, quote.speaker_name or "") == (speaker, name)


def test_the_threshold_is_the_one_in_the_code() -> None:
    assert f"threshold ({scare.THRESHOLD})" in EXPLANATION


def test_every_module_named_exists() -> None:
    table = EXPLANATION.split("| step |", 1)[1].split("\n\n", 1)[0]
    for cell in re.findall(r"^\|[^|]*\|([^|]*)\|", table, re.M)[1:]:
        for module in re.findall(r"`(\w+)`", cell):
            assert (ROOT / "pipelines" / "extract" / f"{module}.py").is_file(), module


def test_the_component_prints_what_the_page_shows() -> None:
    section = HOW_TO.split("## dateline_quotes", 1)[1]
    code, shown = re.findall(r"```(?:python|text)\n(.*?)```", section, re.S)[:2]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "spacy-components.md", "exec"), {})
    assert printed.getvalue() == shown
