"""Fit the weights of `scare_features.csv`: the probability that a marked stretch is somebody's quote.

    python -m benchmarks.fit_scare GOLD.jsonl [--write] [--folds 5] [--penalty 4.0]

GOLD holds one document a line: {"doc_id", "text", "quotes": [{start, end, kind, "quoted": [[start, end]]}],
"scare": [[start, end]], "ignore": [[start, end]]}. The words of `reported_words.csv` are weighed first
(`benchmarks.reported_words`). Then every marked stretch that the gold calls a quote or nobody's is described
by `pipelines.extract.scare.features`; a logistic regression with an L2 penalty gives each feature its weight.
Printed is what a threshold keeps when each document is judged by words and weights fitted on the other folds,
and beside it what it keeps when they saw the document. `--write` stores those fitted on all documents.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.quotes_peers import cut, iou
from benchmarks.reported_words import Clues, fit_words, total, vocabulary, word_examples, write_words
from pipelines.extract import quotes, scare
from pipelines.extract.context import Context
from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Mention, Quote, ScareQuote

TABLE = Path(__file__).resolve().parents[1] / "seeds" / "reference" / "scare_features.csv"
LEAST = 8  # a feature of fewer stretches gets no weight
Floats = NDArray[np.float64]

_MEANINGS = {
    "after": "the word after it: {}", "before": "the word before it: {}", "cue": "class of its cue: {}",
    "ends": "ends in: {}", "first": "first word inside: {}", "last": "last word inside: {}",
    "reported": "what the words above and before it say of reported words (reported_words.csv), 0 to 8: {}",
    "only": "a single word: {}",
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


@dataclass(slots=True)
class Stretch:
    """A marked stretch: its document, its features but the sum of words, the words, 1 for a quote."""

    document: int
    features: list[str]
    clues: Clues
    answer: float


def readings_of(rows: list[dict[str, Any]]) -> list[quotes.Reading]:
    """Each document as the quote rules read it, no stretch rejected."""
    seen: list[quotes.Reading] = []

    def record(ctx: Context, mentions: list[Mention]) -> tuple[list[Quote], list[ScareQuote]]:
        seen.append(quotes.Reading(ctx, mentions))
        return seen[-1].rows()

    with patch.object(scare, "THRESHOLD", -1.0), patch.object(quotes, "find_quotes", record):
        for _ in extract(SourceText(row["doc_id"], row["text"]) for row in rows):
            pass
    return seen


def stretches(rows: list[dict[str, Any]], readings: list[quotes.Reading]) -> list[Stretch]:
    """The stretches that the gold calls a quote or nobody's."""
    found: list[Stretch] = []
    for number, (row, reading) in enumerate(zip(rows, readings, strict=True)):
        text = row["text"]
        spoken = [(q["start"], q["end"]) for q in row["quotes"] if q["kind"] == "direct"]
        spoken += [(a, b) for q in row["quotes"] if q["kind"] == "mixed" for a, b in q.get("quoted", [])]
        quoted = [piece for a, b in spoken for piece in cut(text, a, b)]
        nobodys = [piece for a, b in row.get("scare", []) for piece in cut(text, a, b)]
        place = {(m.start, m.end): (p, m) for p in reading.by_place for m in p.marked}
        for start, end, names in reading.state.evidence:
            own = next(cut(text, start, end), (start, end))
            is_quote = any(iou(own, span) >= 0.5 for span in quoted)
            if is_quote != any(iou(own, span) >= 0.5 for span in nobodys):
                passage, marked = place[start, end]
                kept = [name for name in names if not name.startswith("reported_")]
                clues = scare.clues(passage, marked.first, marked.last)
                found.append(Stretch(number, kept, clues, float(is_quote)))
    return found


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


Words = tuple[list[Clues], Floats, NDArray[np.int64]]


class Model:
    """Words and weights fitted on some of the documents."""

    def __init__(self, found: list[Stretch], words: Words, penalty: float, without: set[int]) -> None:
        clues, answers, numbers = words
        seen = [n for n, number in enumerate(numbers.tolist()) if number not in without]
        own = [clues[n] for n in seen]
        self.words = fit_words(own, answers[seen], vocabulary(own))
        known = [s for s in found if s.document not in without]
        described = [self.describe(s) for s in known]
        counts = Counter(name for names in described for name in set(names))
        self.names = sorted(name for name, count in counts.items() if count >= LEAST)
        self.weights = fit(matrix(described, self.names), np.array([s.answer for s in known]), penalty)

    def describe(self, stretch: Stretch) -> list[str]:
        """All features of a stretch, by these words."""
        return [*stretch.features, scare.reported_step(total(self.words, stretch.clues))]

    def judge(self, found: list[Stretch]) -> Floats:
        """The probability of each stretch."""
        table = matrix([self.describe(s) for s in found], self.names)
        said: Floats = 1.0 / (1.0 + np.exp(-(table @ self.weights)))
        return said


def folds_of(count: int, folds: int) -> list[set[int]]:
    """Documents 0 to `count - 1`, dealt to folds."""
    deal = np.random.RandomState(0).permutation(count) % folds
    return [set(np.flatnonzero(deal == k).tolist()) for k in range(folds)]


def cross_validate(
    found: list[Stretch], words: Words, count: int, folds: int, penalty: float
) -> tuple[Floats, list[Model], list[set[int]]]:
    """Each stretch's probability by a model that never saw its document; the models, what each left out."""
    said, models, left_out = np.zeros(len(found)), [], folds_of(count, folds)
    for out in left_out:
        models.append(Model(found, words, penalty, out))
        at = [n for n, s in enumerate(found) if s.document in out]
        said[at] = models[-1].judge([found[n] for n in at])
    return said, models, left_out


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
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--penalty", type=float, default=4.0)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    readings = readings_of(rows)
    model = report(
        stretches(rows, readings), word_examples(rows, readings), len(rows), args.folds, args.penalty
    )
    if args.write:
        write_words(model.words)
        write(model.names, model.weights)


def report(found: list[Stretch], words: Words, count: int, folds: int, penalty: float) -> Model:
    """Print what thresholds keep, cross-validated and in sample; the model fitted on all documents."""
    unseen = cross_validate(found, words, count, folds, penalty)[0]
    model = Model(found, words, penalty, set())
    seen = model.judge(found)
    quoted = np.array([s.answer for s in found]) == 1.0
    print(f"{len(found)} stretches, {int((~quoted).sum())} nobody's, {len(model.names)} features, ", end="")
    print(f"{len(model.words)} words")
    print("| threshold | unseen: quotes kept | nobody's kept | seen: quotes kept | nobody's kept |")
    print("|---|---|---|---|---|")
    for at in (0.55, 0.6, 0.65, 0.68, 0.7, 0.72, 0.74, 0.76, 0.78, 0.8, 0.85):
        shares = [f"{(p[quoted] >= at).mean():.3f} | {int((p[~quoted] >= at).sum())}" for p in (unseen, seen)]
        print(f"| {at} | {' | '.join(shares)} |")
    return model


if __name__ == "__main__":
    main()
