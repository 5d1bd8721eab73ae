"""Tiny stories through the whole extraction, and the figures drawn from them (`figure_texts.toml`)."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from figure_rows import FIRST_DAY

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import NumericClaim, Sentence
from pipelines.resolve.figure_reading import ClaimRow
from pipelines.resolve.figures import StoryFacts, find_figures

CASES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("figure_texts.toml").read_text(encoding="utf-8")
)["case"]


@cache
def all_rows() -> dict[int, list[ClaimRow]]:
    """The claims of every case, extracted in one go."""
    sources, about = [], {}
    for number, case in enumerate(CASES):
        for turn, report in enumerate(case["reports"]):
            head, text = report.split(": ", 1)
            day, outlet = head.split(" ", 1)
            published = None if day == "-" else date(2031, 5, int(day))
            key = f"{number}-{turn}"
            sources.append(SourceText(key, text, None, published))
            about[key] = (number, outlet, published)
    rows: dict[int, list[ClaimRow]] = {number: [] for number in range(len(CASES))}
    for extraction in extract(sources):
        number, outlet, published = about[extraction.document_id]
        sentences = {s.sentence_id: s for s in extraction.sentences}
        rows[number] += [claim_row(c, sentences, outlet, published) for c in extraction.claims]
    return rows


def claim_row(
    claim: NumericClaim, sentences: dict[str | None, Sentence], outlet: str, published: date | None
) -> ClaimRow:
    sentence = sentences[claim.sentence_id]
    names = ClaimRow.__dataclass_fields__.keys() & type(claim).__dataclass_fields__.keys() - {"flags"}
    return ClaimRow(
        **{name: getattr(claim, name) for name in names},
        flags=tuple(claim.flags),
        ingest_date=FIRST_DAY,
        sentence=sentence.surface,
        sentence_start=sentence.start_char,
        position=sentence.sentence_no,
        published_on=published,
        outlet_id=outlet,
        source_key=f"outlet:{outlet}",
    )


def shown(value: float | None) -> str:
    return "-" if value is None else f"{value:g}" if value < 1e6 else f"{value:.0f}"


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_figures_of_tiny_stories(number: int) -> None:
    case, rows = CASES[number], all_rows()[number]
    event = FIRST_DAY if any(r.published_on for r in rows) else None
    found = find_figures([(StoryFacts("story", event), rows)])
    value = {r.claim_id: r.value for r in rows}
    drawn = []
    for figure in found.figures:
        members = Counter(value[c.claim_id] for c in found.claims if c.figure_id == figure.figure_id)
        answer = [shown(figure.low), shown(figure.best), shown(figure.high), figure.agreement]
        drawn.append((figure.category, members, answer))
    for wanted in case.get("figures", []):
        category, rest = wanted.split(": ")
        values, answer = rest.split(" = ")
        assert (category, Counter(map(float, values.split())), answer.split()) in drawn
    for one, other in case.get("apart", []):
        assert value and {one, other} <= set(value.values())
        for _, members, _ in drawn:
            assert members[one] < 2 if one == other else not (members[one] and members[other])
