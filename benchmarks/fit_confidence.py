"""Fit `quote_confidence.csv`: how often rows of one kind and rule are right.

    python -m benchmarks.fit_confidence GOLD.jsonl [--write]

GOLD is that of `benchmarks.quotes_peers`. A row is right when a gold quote shares at least half of its span
(union) and, where the gold names a speaker, the speaker's words are the gold's. Rows are put together by
kind, rule and, for direct quotes, the step of the probability that `pipelines.extract.scare` gives the
stretch. A cell's confidence is its share of right rows, drawn towards its kind's mean by four imaginary rows;
cells of fewer than twelve rows fall back on the mean. Printed is what tables fitted on every second document
say of the others, and how much of that is right. `--write` stores the table fitted on all documents.
"""

from __future__ import annotations

import argparse
import bisect
import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.quotes_peers import cut, iou, same_speaker
from pipelines.extract import quote_rows
from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.model import Quote

TABLE = Path(__file__).resolve().parents[1] / "seeds" / "reference" / "quote_confidence.csv"
STEPS = (0.0, 0.9, 0.97, 0.99)
LEAST, IMAGINARY = 12, 4

Cell = tuple[str, str, float]  # kind, rule ("": any), lowest probability
Table = dict[Cell, tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row found: its document's number, kind, rule and probability, and whether it is right."""

    document: int
    kind: str
    rule: str
    probability: float
    is_right: bool


def found_in(rows: Sequence[dict[str, Any]]) -> Iterable[Extraction]:
    """The extraction of each document, every quote's `confidence` being its stretch's probability."""
    with patch.object(quote_rows, "confidence", lambda kind, rule, probability: probability):
        yield from extract(SourceText(row["doc_id"], row["text"]) for row in rows)


def judge(rows: Sequence[dict[str, Any]], found: Iterable[Extraction]) -> list[Judged]:
    """Each quote of `found_in`, line by line, against the gold; what lies in an ignored span is left out."""
    judged: list[Judged] = []
    for number, (row, extraction) in enumerate(zip(rows, found, strict=True)):
        text = row["text"]
        gold = [(span, q) for q in row["quotes"] for span in cut(text, q["start"], q["end"])]
        for quote in extraction.quotes:
            for span in cut(text, quote.start_char, quote.end_char):
                if not any(span[0] < b and a < span[1] for a, b in row.get("ignore", [])):
                    is_right = _is_right(text, gold, span, quote)
                    probability = quote.confidence if quote.kind == "direct" else 0.0
                    judged.append(Judged(number, quote.kind, quote.method, probability, is_right))
    return judged


def _is_right(text: str, gold: list[tuple[Any, dict[str, Any]]], span: tuple[int, int], quote: Quote) -> bool:
    best = max(gold, key=lambda g: iou(g[0], span), default=None)
    if best is None or iou(best[0], span) < 0.5:
        return False
    if best[1].get("speaker") is None:
        return True
    speaker = {"speaker_start": quote.speaker_start_char, "speaker_end": quote.speaker_end_char}
    return quote.speaker_start_char is not None and same_speaker(text, best[1], speaker)


def table_of(judged: Iterable[Judged]) -> Table:
    """The confidence of each cell, and its rows; a kind's mean stands under the rule ""."""
    counts: defaultdict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    for row in judged:
        step = STEPS[bisect.bisect_right(STEPS, row.probability) - 1]
        for cell in ((row.kind, row.rule, step), (row.kind, "", 0.0)):
            counts[cell][0] += row.is_right
            counts[cell][1] += 1
    mean = {kind: right / n for (kind, rule, _), (right, n) in counts.items() if not rule}
    return {
        cell: ((right + IMAGINARY * mean[cell[0]]) / (n + IMAGINARY), n)
        for cell, (right, n) in counts.items()
        if n >= LEAST or not cell[1]
    }


def said_of(table: Table, row: Judged) -> float:
    """What the table says of a row, as `pipelines.extract.quote_rows` reads it."""
    for rule in (row.rule, ""):
        steps = sorted(
            (low, said) for (kind, r, low), (said, _) in table.items() if (kind, r) == (row.kind, rule)
        )
        if steps:
            at = bisect.bisect_right([low for low, _ in steps], row.probability) - 1
            return steps[max(0, at)][1]
    return 0.0


def report(judged: Sequence[Judged]) -> None:
    """Print what was said and what was right, by tenths, each half judged by the other's table."""
    bins: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for half in (0, 1):
        table = table_of(row for row in judged if row.document % 2 == half)
        for row in judged:
            if row.document % 2 != half:
                said = said_of(table, row)
                for at, value in enumerate((1.0, said, float(row.is_right))):
                    bins[min(9, int(said * 10))][at] += value
    print("| said, from to | rows | said, mean | right |\n|---|---|---|---|")
    for tenth, (n, said, right) in sorted(bins.items()):
        span = f"{tenth / 10:.1f} – {(tenth + 1) / 10:.1f}"
        print(f"| {span} | {int(n):,} | {said / n:.3f} | {right / n:.3f} |")
    error = sum(abs(said - right) for _, said, right in bins.values()) / max(1, len(judged))
    print(f"\nexpected calibration error {error:.3f}")


def write(table: Table) -> None:
    """Store the table in order."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("kind", "rule", "probability_from", "confidence", "rows"))
        for (kind, rule, low), (said, rows) in sorted(table.items()):
            out.writerow((kind, rule, low, f"{said:.2f}", rows))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    judged = judge(rows, found_in(rows))
    report(judged)
    if args.write:
        write(table_of(judged))


if __name__ == "__main__":
    main()
