"""Pairs of reports that tell a time in two ways (`date_pairs.toml`) through extraction and date checks.

`PYTHONPATH=.:tests/unit python tests/unit/date_pair_scores.py` tells how many verdicts are right, and
what is wrong in the half that rules may be made on (with --all in both halves).
"""

from __future__ import annotations

import sys
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from test_figures_texts import claim_row

from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.model import FigureDateCheck
from pipelines.resolve.date_arithmetic import DateSpan, check_dates
from pipelines.resolve.vectors import embed
from pipelines.warehouse.figure_dates import dates_in

PAIRS = Path(__file__).with_name("date_pairs.toml")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One pair: the verdict it should have, and those found."""

    reports: tuple[str, ...]
    wanted: str
    found: tuple[str, ...]
    is_held: bool

    @property
    def is_right(self) -> bool:
        return set(self.found) == ({self.wanted} - {"none"})


def load() -> list[dict[str, Any]]:
    pairs: list[dict[str, Any]] = tomllib.loads(PAIRS.read_text(encoding="utf-8"))["pair"]
    return pairs


def verdicts(pairs: Sequence[dict[str, Any]]) -> list[Verdicts]:
    sources = []
    for number, pair in enumerate(pairs):
        for turn, report in enumerate(pair["reports"]):
            head, text = report.split(": ", 1)
            sources.append(SourceText(f"{number:03}-{turn}", text, None, date.fromisoformat(head.split()[0])))
    told: dict[int, list[tuple[SourceText, Extraction]]] = defaultdict(list)
    for source, extraction in zip(sources, extract(sources), strict=True):
        told[int(source.document_id[:3])].append((source, extraction))
    return [
        Verdicts(
            tuple(pair["reports"]), pair["verdict"], tuple(c.verdict for c in _checks(told[number])),
            pair.get("held", False),
        )
        for number, pair in enumerate(pairs)
    ]  # fmt: skip


def _checks(told: Sequence[tuple[SourceText, Extraction]]) -> list[FigureDateCheck]:
    rows, dates, published = [], [], {}
    people: set[str] = set()
    for source, extraction in told:
        day = source.published_on
        assert day is not None
        published[source.document_id] = day
        sentences = {s.sentence_id: s for s in extraction.sentences}
        rows += [claim_row(c, sentences, source.document_id, day) for c in extraction.claims]
        for sentence in extraction.sentences:
            persons = frozenset(
                m.surface
                for m in extraction.mentions
                if m.sentence_id == sentence.sentence_id and m.label == "PERSON" and " " in m.surface
            )
            people |= persons
            dates += [
                DateSpan(
                    source.document_id, sentence.sentence_id or "", sentence.start_char + a,
                    sentence.start_char + b, sentence.surface[a:b], found.on, found.precision,
                    sentence.surface, sentence.start_char, persons,
                )
                for a, b, found in dates_in(sentence.surface, day)
            ]  # fmt: skip
    named = [replace(r, names=frozenset(n for n in people if n in r.sentence)) for r in rows]
    return check_dates(named, dates, {r.claim_id: "f" for r in rows}, published, embed, frozenset(people))


def summary(found: Sequence[Verdicts]) -> dict[str, int]:
    """Pairs with a verdict to find, verdicts found, and how many are right."""
    given = [v for v in found if v.found]
    return {
        "wanted": sum(v.wanted != "none" for v in found),
        "given": len(given),
        "right": sum(v.is_right for v in given),
    }


if __name__ == "__main__":
    everything = verdicts(load())
    for held in (False, True):
        part = [v for v in everything if v.is_held == held]
        print("held" if held else "looked at", summary(part), f"{len(part)} pairs")
        if not held or "--all" in sys.argv:
            for v in part:
                if not v.is_right:
                    print("  ", v.wanted, v.found, *v.reports, sep="\n      ")
