"""Fit the weights of `scare_features.csv`: the probability that a marked stretch is somebody's quote.

    python -m benchmarks.fit_scare GOLD.jsonl [--write] [--folds 10] [--penalty 2.0]

GOLD holds one document a line: {"doc_id", "text", "quotes": [{start, end, kind, "quoted": [[start, end]]}],
"scare": [[start, end]]}. Every marked stretch that the gold calls a quote or nobody's is described by
`pipelines.extract.scare.features`; a logistic regression with an L2 penalty gives each feature its weight.
Printed is what a threshold keeps when each document is judged by weights fitted on the other folds.
`--write` stores the weights fitted on all documents.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.quotes_peers import cut, iou
from pipelines.extract import quotes, scare
from pipelines.extract.context import Context
from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Mention, Quote, ScareQuote

TABLE = Path(__file__).resolve().parents[1] / "seeds" / "reference" / "scare_features.csv"
LEAST = 8  # a feature of fewer stretches gets no weight
Floats = NDArray[np.float64]
Evidence = list[tuple[int, int, list[str]]]

_MEANINGS = {
    "after": "the word after it: {}", "before": "the word before it: {}", "cue": "class of its cue: {}",
    "ends": "ends in: {}", "first": "first word inside: {}", "last": "last word inside: {}",
    "is": "label in the parse, or of the name that fills it: {}", "only": "a single word: {}",
    "owned_by": "right behind the possessive of a name: {}", "rule": "attributed by the rule {}",
    "speaker": "the speaker's words are: {}", "under": "depends in the parse on a cue: {}",
    "verb": "the cue that leads to it is: {}", "word_before": "right behind the word {}",
    "short_by": "three words or fewer, attributed by the rule {}",
    "long_by": "four words or more, attributed by the rule {}",
    "title_by": "written as a title, attributed by the rule {}",
    "upper_by": "starts with a capital, attributed by the rule {}",
    "small_by": "starts with a small letter, attributed by the rule {}",
}  # fmt: skip
_OWN_MEANINGS = {
    "cue_adjacent": "at most two words between its cue and it", "cue_near": "three to eight words between",
    "cue_far": "nine words or more between its cue and it", "cue_behind": "its cue comes after it",
    "in_company": "another stretch within five words", "repeated": "in marks elsewhere in the document too",
}  # fmt: skip


def evidence_of(rows: list[dict[str, Any]]) -> list[Evidence]:
    """For each document the span and the features of every marked stretch, none rejected."""
    seen: list[Evidence] = []

    def record(ctx: Context, mentions: list[Mention]) -> tuple[list[Quote], list[ScareQuote]]:
        reading = quotes.Reading(ctx, mentions)
        found = reading.rows()
        seen.append(reading.state.evidence)
        return found

    with patch.object(scare, "THRESHOLD", -1.0), patch.object(quotes, "find_quotes", record):
        for _ in extract(SourceText(row["doc_id"], row["text"]) for row in rows):
            pass
    return seen


def examples(rows: list[dict[str, Any]], seen: list[Evidence]) -> tuple[list[list[str]], Floats, list[int]]:
    """Features, 1 for a quote or 0 for nobody's, and the document, of each stretch the gold knows."""
    found: list[list[str]] = []
    answers: list[float] = []
    numbers: list[int] = []
    for number, (row, evidence) in enumerate(zip(rows, seen, strict=True)):
        text = row["text"]
        spoken = [(q["start"], q["end"]) for q in row["quotes"] if q["kind"] == "direct"]
        spoken += [(a, b) for q in row["quotes"] if q["kind"] == "mixed" for a, b in q.get("quoted", [])]
        quoted = [piece for a, b in spoken for piece in cut(text, a, b)]
        nobodys = [piece for a, b in row.get("scare", []) for piece in cut(text, a, b)]
        for start, end, names in evidence:
            own = next(cut(text, start, end), (start, end))
            is_quote = any(iou(own, span) >= 0.5 for span in quoted)
            if is_quote != any(iou(own, span) >= 0.5 for span in nobodys):
                found.append(names)
                answers.append(float(is_quote))
                numbers.append(number)
    return found, np.array(answers), numbers


def matrix(found: list[list[str]], names: list[str]) -> Floats:
    """One row a stretch, one column a feature, and a last column of ones for the bias."""
    place = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(found), len(names) + 1))
    table[:, -1] = 1.0
    for row, own in enumerate(found):
        for name in own:
            if name in place:
                table[row, place[name]] = 1.0
    return table


def fit(table: Floats, answers: Floats, penalty: float) -> Floats:
    """Weights that make the answers likeliest, large ones penalised (Newton's method)."""
    weights = np.zeros(table.shape[1])
    ridge = np.full(table.shape[1], penalty)
    ridge[-1] = 1e-6
    for _ in range(12):
        said = 1.0 / (1.0 + np.exp(-(table @ weights)))
        slope = table.T @ (answers - said) - ridge * weights
        curve = (table.T * (said * (1.0 - said))) @ table + np.diag(ridge)
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def cross_validate(table: Floats, answers: Floats, numbers: list[int], folds: int, penalty: float) -> Floats:
    """Each stretch's probability by weights that never saw its document."""
    fold = np.random.RandomState(0).permutation(max(numbers) + 1)[numbers] % folds
    said = np.zeros(len(answers))
    for k in range(folds):
        weights = fit(table[fold != k], answers[fold != k], penalty)
        said[fold == k] = 1.0 / (1.0 + np.exp(-(table[fold == k] @ weights)))
    return said


def meaning(name: str, known: dict[str, str]) -> str:
    """What a feature says, for the table."""
    if name in known or name in _OWN_MEANINGS:
        return _OWN_MEANINGS.get(name) or known[name]
    family = max((f for f in _MEANINGS if name.startswith(f + "_")), key=len)
    return _MEANINGS[family].format(name[len(family) + 1 :])


def write(names: list[str], weights: Floats) -> None:
    """Store the weights, rounded to hundredths, in order of name."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        known = {row["feature"]: row["meaning"] for row in csv.DictReader(file)}
    rows = [(n, f"{w:.2f}", meaning(n, known)) for n, w in zip([*names, "bias"], weights, strict=True)]
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("feature", "weight", "meaning"))
        out.writerows(sorted(rows))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--penalty", type=float, default=2.0)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    names, weights = report(examples(rows, evidence_of(rows)), args.folds, args.penalty)
    if args.write:
        write(names, weights)


def report(
    known: tuple[list[list[str]], Floats, list[int]], folds: int, penalty: float
) -> tuple[list[str], Floats]:
    """Print the cross-validated table; the features and their weights fitted on all."""
    found, answers, numbers = known
    counts = Counter(name for own in found for name in set(own))
    names = sorted(name for name, count in counts.items() if count >= LEAST)
    table = matrix(found, names)
    said = cross_validate(table, answers, numbers, folds, penalty)
    quoted = answers == 1.0
    print(f"{len(answers)} stretches, {int((~quoted).sum())} nobody's, {len(names)} features")
    print("| threshold | quotes kept | nobody's kept |\n|---|---|---|")
    for at in (0.6, 0.65, 0.7, 0.74, 0.78, 0.8, 0.82, 0.85):
        print(f"| {at} | {(said[quoted] >= at).mean():.3f} | {int((said[~quoted] >= at).sum())} |")
    return names, fit(table, answers, penalty)


if __name__ == "__main__":
    main()
