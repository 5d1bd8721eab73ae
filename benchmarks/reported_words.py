"""Weights of `reported_words.csv`: beside which words somebody's words stand, from text outside marks.

Gold attributions mark what is said, thought or wanted by somebody, mostly without marks. Every second
noun, adjective and verb outside marks is an example: its clues (`pipelines.extract.scare.clues`), and whether
it lies within an attribution. A logistic regression with an L1 penalty keeps the words that tell. There are
fifteen times as many examples as marked stretches, which alone could not say what “chants of” means.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.extract.quotes import Reading
from pipelines.extract.scare import clues
from pipelines.extract.syntax import NOUN_TAGS, VERB_TAGS

TABLE = Path(__file__).resolve().parents[1] / "seeds" / "reference" / "reported_words.csv"
LEAST = 60  # a word beside fewer examples gets no weight
Clue = tuple[str, str]
Clues = set[Clue]
Floats = NDArray[np.float64]

_BIAS = ("bias", "")
_TAGS = NOUN_TAGS | VERB_TAGS | {"JJ", "JJR", "JJS"}


def word_examples(
    rows: Sequence[dict[str, Any]], readings: Sequence[Reading]
) -> tuple[list[Clues], Floats, NDArray[np.int64]]:
    """The clues, 1 for reported or 0 for the writer's, and the document, of every second word."""
    found: list[Clues] = []
    answers: list[bool] = []
    numbers: list[int] = []
    for number, (row, reading) in enumerate(zip(rows, readings, strict=True)):
        spoken = [(q["start"], q["end"]) for q in row["quotes"]]
        unknown = row.get("ignore", [])
        for passage in reading.passages:
            syntax = passage.syntax
            outside = [i for i, t in enumerate(syntax.tags) if t in _TAGS and passage.inside[i] < 0]
            for i in outside[::2]:
                at = syntax.starts[i]
                if not any(a <= at < b for a, b in unknown):
                    found.append(clues(passage, i, i))
                    answers.append(any(a <= at < b for a, b in spoken))
                    numbers.append(number)
    return found, np.array(answers, dtype=np.float64), np.array(numbers)


def vocabulary(found: Sequence[Clues]) -> list[Clue]:
    """The words that stand beside enough examples, in order."""
    counts = Counter(clue for own in found for clue in own if clue[1].isalpha())
    return sorted(clue for clue, count in counts.items() if count >= LEAST)


def fit_words(
    found: Sequence[Clues], answers: Floats, names: Sequence[Clue], penalty: float = 25.0, rounds: int = 150
) -> dict[Clue, float]:
    """The weight of each word that keeps one, and the bias (accelerated proximal gradient)."""
    place = {clue: i for i, clue in enumerate(names)}
    pairs = [(n, place[clue]) for n, own in enumerate(found) for clue in own if clue in place]
    row, column = np.array(pairs).T
    size, width = len(found), len(names)
    length = np.bincount(row, minlength=size) + 1.0
    steps = 0.25 * np.bincount(column, weights=length[row], minlength=width) + 1.0
    weights = ahead = np.zeros(width)
    bias = ahead_bias = 0.0
    for turn in range(rounds):
        total = np.bincount(row, weights=ahead[column], minlength=size) + ahead_bias
        missing = answers - 1.0 / (1.0 + np.exp(-total))
        moved = ahead + np.bincount(column, weights=missing[row], minlength=width) / steps
        new = np.sign(moved) * np.maximum(0.0, np.abs(moved) - penalty / steps)
        new_bias = ahead_bias + missing.sum() / (0.25 * length.sum())
        swing = turn / (turn + 3.0)
        ahead, ahead_bias = new + swing * (new - weights), new_bias + swing * (new_bias - bias)
        weights, bias = new, new_bias
    kept = {clue: round(w, 2) for clue, w in zip(names, weights.tolist(), strict=True) if abs(w) >= 0.05}
    return {_BIAS: round(float(bias), 2), **kept}


def total(weights: dict[Clue, float], own: Clues) -> float:
    """The sum for one stretch, as `pipelines.extract.scare` takes it."""
    return weights[_BIAS] + sum(weights.get(clue, 0.0) for clue in own)


def write_words(weights: dict[Clue, float]) -> None:
    """Store the weights in order of place and word."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("place", "word", "weight"))
        out.writerows((place, word, f"{weight:.2f}") for (place, word), weight in sorted(weights.items()))


__all__ = ["TABLE", "fit_words", "total", "vocabulary", "word_examples", "write_words"]
