"""Local incidents (`incidents.toml`) through extraction and figures: how often their tolls come out right.

`PYTHONPATH=.:tests/unit python tests/unit/incident_scores.py [FILE.toml] [--all]` prints the scores, and what
is wrong in the half that rules may be made on (with --all in both halves).
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from test_figures_texts import claim_row

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Figure
from pipelines.resolve.figure_reading import ClaimRow
from pipelines.resolve.figures import Figures, StoryFacts, find_figures

INCIDENTS = Path(__file__).with_name("incidents.toml")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One count of one incident: `gold`, the story's figure for it (None: there is none), the latest report's
    number; `is_held`: no rule was made looking at it."""

    name: str
    kind: str
    gold: float
    is_held: bool
    low: float | None
    best: float | None
    high: float | None
    latest: float | None

    @property
    def is_covered(self) -> bool:
        """The gold count lies within low and high; no figure says of nobody that he came to harm."""
        if self.low is None or self.high is None:
            return self.gold == 0
        return self.low <= self.gold <= self.high

    @property
    def is_best(self) -> bool:
        return _right(self.best, self.gold)

    @property
    def is_latest(self) -> bool:
        return _right(self.latest, self.gold)


def _right(value: float | None, gold: float) -> bool:
    return value == gold or (value is None and gold == 0)


def load(path: Path = INCIDENTS) -> list[dict[str, Any]]:
    incidents: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["incident"]
    return incidents


def outcomes(incidents: Sequence[dict[str, Any]]) -> list[Outcome]:
    """Every gold count with what the figures say of it."""
    rows = _rows(incidents)
    found = []
    for number, incident in enumerate(incidents):
        story = find_figures([(StoryFacts("story", None), rows[number])])
        for kind in ("killed", "injured"):
            if kind in incident:
                found.append(_outcome(incident, kind, story, rows[number]))
    return found


def _rows(incidents: Sequence[dict[str, Any]]) -> dict[int, list[ClaimRow]]:
    sources, about = [], {}
    for number, incident in enumerate(incidents):
        for turn, report in enumerate(incident["reports"]):
            head, text = report.split(": ", 1)
            day, outlet = head.split(" ", 1)
            published = date(2031, 5, int(day))
            key = f"{number:03}-{turn}"
            sources.append(SourceText(key, text.replace(" // ", "\n\n"), None, published))
            about[key] = (number, outlet, published)
    rows: dict[int, list[ClaimRow]] = {number: [] for number in range(len(incidents))}
    for extraction in extract(sources):
        number, outlet, published = about[extraction.document_id]
        sentences = {s.sentence_id: s for s in extraction.sentences}
        rows[number] += [claim_row(c, sentences, outlet, published) for c in extraction.claims]
    return rows


def _outcome(incident: dict[str, Any], kind: str, story: Figures, rows: Sequence[ClaimRow]) -> Outcome:
    figure = main_figure(story, kind, rows)
    told = [r for r in rows if r.category == kind and r.unit_dimension == "count"]
    last = max((r.document_id for r in told), default=None)
    first = min((r for r in told if r.document_id == last), key=lambda r: r.start_char, default=None)
    return Outcome(
        name=incident["name"],
        kind=kind,
        gold=float(incident[kind]),
        is_held=incident.get("held", False),
        low=figure.low if figure else None,
        best=figure.best if figure else None,
        high=figure.high if figure else None,
        latest=first.value if first else None,
    )


def main_figure(story: Figures, kind: str, rows: Sequence[ClaimRow]) -> Figure | None:
    """The figure of a category that most sources give; of several the one told first."""
    at = {r.claim_id: (r.document_id, r.start_char) for r in rows}
    first = {
        f.figure_id: min(at[c.claim_id] for c in story.claims if c.figure_id == f.figure_id)
        for f in story.figures
    }
    ranked = sorted(
        (f for f in story.figures if f.category == kind),
        key=lambda f: (-f.independent_source_count, -f.claim_count, first[f.figure_id]),
    )
    return ranked[0] if ranked else None


def summary(found: Sequence[Outcome]) -> dict[str, int]:
    """How many counts there are, lie within low and high, are `best`, are the latest report's number."""
    counts: Counter[str] = Counter()
    for outcome in found:
        counts["all"] += 1
        counts["covered"] += outcome.is_covered
        counts["best"] += outcome.is_best
        counts["latest"] += outcome.is_latest
    return dict(counts)


def _print(found: Sequence[Outcome], *, show_held: bool) -> None:
    for held in (False, True):
        for kind in ("killed", "injured"):
            part = [o for o in found if o.is_held == held and o.kind == kind]
            print("held" if held else "looked at", kind, summary(part))
    for o in found:
        if (show_held or not o.is_held) and not (o.is_covered and o.is_best):
            print(f"  {o.name} {o.kind}: gold {o.gold:g}; {o.low} {o.best} {o.high}; latest {o.latest}")


if __name__ == "__main__":
    files = [a for a in sys.argv[1:] if not a.startswith("--")]
    _print(outcomes(load(Path(files[0]) if files else INCIDENTS)), show_held="--all" in sys.argv)
