"""Copies and near copies: how alike texts are, by what was done to them, and what the rule makes of it.

Texts are generated: reports of 60 to 500 words from a vocabulary with the frequencies of a language
(Zipf), in sentences of 8 to 30 words. Each is changed in one way and compared with what it was. `recall` is
the share taken for a copy; for the cases that are none it should be 0.

    python benchmarks/duplicates_quality.py [--reports 300] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from datetime import date
from statistics import quantiles

from pipelines.resolve.duplicates import Body, is_copy, link, shingles, sign, similarity

Report = list[list[str]]
_WORDS = [f"w{number}" for number in range(30_000)]
_WEIGHTS = [1 / (rank + 2) for rank in range(len(_WORDS))]


def _sentences(rng: random.Random, words: int) -> Report:
    found: Report = []
    while sum(map(len, found)) < words:
        found.append(rng.choices(_WORDS, _WEIGHTS, k=rng.randint(8, 30)))
    return found


def _size(report: Report) -> int:
    return sum(map(len, report))


def _light_edits(rng: random.Random, report: Report) -> Report:
    """One word in 50 replaced, as house style and a sub-editor do."""
    return [[rng.choice(_WORDS) if rng.random() < 0.02 else word for word in s] for s in report]


def _heavy_edits(rng: random.Random, report: Report) -> Report:
    """One word in 8 replaced: a rewrite."""
    return [[rng.choice(_WORDS) if rng.random() < 0.125 else word for word in s] for s in report]


def _new_lead(rng: random.Random, report: Report) -> Report:
    return [*_sentences(rng, min(30, _size(report) // 6)), *report[2:]]


def _appended(rng: random.Random, report: Report) -> Report:
    return [*report, *_sentences(rng, _size(report) // 6)]


def _cut(share: float) -> Callable[[random.Random, Report], Report]:
    return lambda rng, report: report[: max(1, round(len(report) * share))]


def _grown(share: float) -> Callable[[random.Random, Report], Report]:
    return lambda rng, report: [*_sentences(rng, round(_size(report) * share)), *report]


def _half_new(rng: random.Random, report: Report) -> Report:
    return [*_sentences(rng, _size(report) // 2), *report[len(report) // 2 :]]


def _same_event(rng: random.Random, report: Report) -> Report:
    """Another desk's report that quotes the same three sentences."""
    return [*_sentences(rng, _size(report)), *rng.sample(report, min(3, len(report) // 3))]


def _unrelated(rng: random.Random, report: Report) -> Report:
    return _sentences(rng, _size(report))


CASES: dict[str, tuple[bool, Callable[[random.Random, Report], Report]]] = {
    "light edits (1 word in 50)": (True, _light_edits),
    "new lead (up to 30 words)": (True, _new_lead),
    "paragraph appended (a sixth)": (True, _appended),
    "shortened to 3/4": (True, _cut(0.75)),
    "shortened to 1/2": (False, _cut(0.5)),
    "rewritten (1 word in 8)": (False, _heavy_edits),
    "update: a quarter more": (True, _grown(0.25)),
    "update: as much again": (False, _grown(1.0)),
    "update: half replaced": (False, _half_new),
    "other report, same quotes": (False, _same_event),
    "other report": (False, _unrelated),
}


def _body(name: str, report: Report) -> Body:
    return Body(name, name, date(2024, 1, 1), shingles(". ".join(" ".join(s) for s in report)))


def main() -> None:
    """Print one row a case: percentiles of similarity, share found by bands and taken for a copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    print(
        "| what was done | a copy | similarity 5% / 50% / 95% | taken for a copy | of them found by bands |"
    )
    print("|---|---|---|---|---|")
    for name, (is_expected, change) in CASES.items():
        reports = [_sentences(rng, rng.randint(60, 500)) for _ in range(arguments.reports)]
        pairs = [(_body("a", report), _body("b", change(rng, report))) for report in reports]
        alike = [similarity(*pair) for pair in pairs]
        shown = quantiles([_jaccard(*pair) for pair in pairs], n=20)
        copies = [pair for pair in pairs if is_copy(*pair)]
        linked = sum(len(set(link(sign(pair), []).values())) == 1 for pair in copies)
        recall = f"{len(copies) / len(alike):.1%}"
        by_bands = f"{linked / len(copies):.1%}" if copies else "–"
        spread = " / ".join(f"{shown[at]:.2f}" for at in (0, 9, 18))
        print(f"| {name} | {'yes' if is_expected else 'no'} | {spread} | {recall} | {by_bands} |")


def _jaccard(a: Body, b: Body) -> float:
    return len(a.shingles & b.shingles) / max(1, len(a.shingles | b.shingles))


if __name__ == "__main__":
    main()
