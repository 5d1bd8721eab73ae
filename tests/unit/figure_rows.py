"""Claim rows written by hand, for tests of figures: a sentence with its number in brackets becomes a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from pipelines.model import Figure
from pipelines.resolve.figure_reading import ClaimRow
from pipelines.resolve.figures import Figures, StoryFacts, find_figures

FIRST_DAY = date(2031, 5, 1)
_NUMBER = re.compile(r"\[([^\]]*)\]")


def day(number: int) -> date:
    """The day of the event is 0."""
    return FIRST_DAY + timedelta(days=number)


def row(outlet: str, published: int | None, sentence: str, value: float, **more: Any) -> ClaimRow:
    """A claim of `outlet`'s report of that day; the number of `sentence` stands in brackets.

    Each outlet has one document a day, so two rows of one outlet and day are of one report.
    """
    found = _NUMBER.search(sentence)
    assert found is not None, sentence
    document = more.pop("document", f"{outlet}-{published}")
    plain = _NUMBER.sub(lambda m: m[1], sentence)
    start = more.pop("offset", 0)
    return ClaimRow(
        claim_id=more.pop("key", f"{document}-{start + found.start()}-{value:g}"),
        document_id=document,
        ingest_date=FIRST_DAY,
        start_char=start + found.start(),
        end_char=start + found.end() - 2,
        value=value,
        sentence=plain,
        sentence_start=start,
        published_on=None if published is None else day(published),
        outlet_id=outlet,
        source_key=more.pop("source_key", f"outlet:{outlet}"),
        **more,
    )


def figures(rows: Iterable[ClaimRow], event: int | None = 0, **more: Any) -> Figures:
    """The figures of one story."""
    story = StoryFacts("story", None if event is None else day(event))
    return find_figures([(story, list(rows))], **more)


def members(found: Figures, figure: Figure, rows: Sequence[ClaimRow]) -> list[float]:
    """The values of a figure's claims, sorted."""
    value = {r.claim_id: r.value for r in rows}
    return sorted(value[c.claim_id] for c in found.claims if c.figure_id == figure.figure_id)


def with_ids(rows: Iterable[ClaimRow], found: Figures) -> list[ClaimRow]:
    """The rows as a later run meets them: each bears the figure it was given."""
    return [replace(r, figure_id=found.claim_figure[r.claim_id]) for r in rows]
