"""The pages on numeric claims against the code: every example is run."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.not_claims import RULES

ROOT = Path(__file__).parents[2]
EXPLANATION = (ROOT / "docs" / "explanation" / "numeric-claims.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs" / "how-to" / "spacy-components.md").read_text(encoding="utf-8")


def _examples() -> list[list[str]]:
    table = EXPLANATION.split("| sentence |", 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("row", _examples(), ids=lambda row: row[0])
def test_examples_of_the_conventions(row: list[str]) -> None:
    sentence, value, high, bound, unit, noun = row
    ((claim,),) = (found.claims for found in extract([SourceText("d", sentence)]))
    assert claim.value == pytest.approx(float(value))
    assert (claim.value_high or "") == (float(high) if high else "")
    assert (claim.bound, claim.unit or "") == (bound, unit)
    assert not noun or claim.noun == noun


def test_every_rule_of_no_claim_is_on_the_page() -> None:
    table = EXPLANATION.split("| rule |", 1)[1].split("\n\n", 1)[0]
    named = re.findall(r"`(\w+)`", table)
    assert sorted(named) == sorted(rule.__name__ for rule in RULES)


def test_the_component_prints_what_the_page_shows() -> None:
    section = HOW_TO.split("## dateline_quantities", 1)[1]
    code, shown = re.findall(r"```(?:python|text)\n(.*?)```", section, re.S)[:2]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "spacy-components.md", "exec"), {})
    assert printed.getvalue() == shown
