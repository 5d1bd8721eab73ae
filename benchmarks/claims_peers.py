"""Numeric claims of Dateline and of its peers on the same documents in the same run.

    python -m benchmarks.claims_peers GOLD.jsonl [GOLD.jsonl …] --peers PATH/TO/VENV/bin/python

Each line of GOLD is `{"doc_id", "text", "claims": [{"start", "end", "value", "value_high", "unit",
"kind"}]}`, with an optional `"scope"`: the kinds that are annotated in that document. A claim is right when
the spans overlap and value and interval are equal within one part in a million; with unit when the canonical
units are equal too. Matching is one to one. The peers' environment holds quantulum3 0.10.0 and
ms-recognizers-text-suite 1.0.1.

Plain spaCy gives spans without values: its CARDINAL, QUANTITY, MONEY and PERCENT entities are given the value
that Dateline's grammar reads off them, so its figures are an upper bound. `--speed` prints characters a
second beyond the parse instead.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.extractor import Extraction, lines
from pipelines.extract.jsonl import record
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.numbers import find_numbers
from pipelines.extract.quantities import find_claims
from pipelines.extract.units import UnitReader, unit_dimensions

ENTITIES = ("CARDINAL", "QUANTITY", "MONEY", "PERCENT")
Claim = dict[str, Any]


def contexts(docs: list[dict[str, Any]]) -> Iterator[Context]:
    """The documents parsed paragraph by paragraph, as the extractor does."""
    pieces = [[(a, doc["text"][a:b]) for a, b in lines(doc["text"])] for doc in docs]
    parsed = parse(text for own in pieces for _, text in own)
    for doc, own in zip(docs, pieces, strict=True):
        paragraphs = [Paragraph(no, "body", start, next(parsed)[:]) for no, (start, _) in enumerate(own)]
        yield Context(doc["doc_id"], doc["text"], paragraphs)


def ours(ctx: Context) -> list[Claim]:
    """Dateline's claims in the gold's shape: those of `dateline extract`, where a change is one record."""
    found = Extraction(ctx.document_id, ctx.text, claims=find_claims(ctx, [], []))
    return [{**claim, "unit": claim["unit"] or ""} for claim in record(found)["claims"]]


def entities(ctx: Context) -> list[Claim]:
    """spaCy's numeric entities with the value our grammar reads in them."""
    found = []
    for paragraph in ctx.paragraphs:
        for ent in paragraph.span.ents:
            _, numbers = find_numbers(ent.text) if ent.label_ in ENTITIES else ([], [])
            if numbers:
                lexemes, _ = find_numbers(ent.text)
                unit = UnitReader(lexemes).after(numbers[0].last + 1) or UnitReader(lexemes).before(
                    numbers[0].first
                )
                start = ent.start_char + paragraph.offset
                found.append(
                    {
                        "start": start,
                        "end": start + len(ent.text),
                        "value": numbers[0].value,
                        "value_high": None,
                        "unit": unit.unit if unit else "",
                    }
                )
    return found


def canonical(unit: str | None) -> str:
    """Our canonical name of a unit that anybody named in words."""
    written = (unit or "").strip().replace("_", " ")
    if written.lower() in ("", "-", "none"):
        return ""
    for spelling in (written, written.lower()):
        found = UnitReader(find_numbers(f"1 {spelling}")[0]).after(1)
        if found:
            return found.unit
    return written.lower()


def pairs(gold: list[Claim], found: list[Claim], with_unit: bool) -> dict[int, int]:
    """The largest one-to-one matching of right claims: gold index to found index."""

    def right(g: Claim, f: Claim) -> bool:
        if not (g["start"] < f["end"] and f["start"] < g["end"]) or not _close(g["value"], f["value"]):
            return False
        if not _close(g.get("value_high"), f.get("value_high")):
            return False
        return not with_unit or canonical(g.get("unit")) == canonical(f.get("unit"))

    edges = [[j for j, f in enumerate(found) if right(g, f)] for g in gold]
    owner: dict[int, int] = {}

    def place(i: int, seen: set[int]) -> bool:
        for j in edges[i]:
            if j not in seen:
                seen.add(j)
                if j not in owner or place(owner[j], seen):
                    owner[j] = i
                    return True
        return False

    for i in range(len(gold)):
        place(i, set())
    return {i: j for j, i in owner.items()}


def _close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= max(1e-6 * max(abs(a), abs(b)), 1e-12)


def score(docs: list[dict[str, Any]], found: dict[str, list[Claim]]) -> dict[str, Any]:
    """Precision, recall and F1 of value and of value with unit, and recall by kind."""
    counts: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    for doc in docs:
        gold, claims = doc["claims"], found[doc["doc_id"]]
        if scope := doc.get("scope"):
            claims = [f for f in claims if _in_scope(f, gold, scope)]
        matched = pairs(gold, claims, with_unit=False)
        counts["value"] += len(matched)
        counts["unit"] += len(pairs(gold, claims, with_unit=True))
        counts["gold"] += len(gold)
        counts["found"] += len(claims)
        for i, claim in enumerate(gold):
            kind = kinds.setdefault(claim.get("kind") or "count", Counter())
            kind["gold"] += 1
            kind["right"] += i in matched
    return {
        "value": _f1(counts["value"], counts["gold"], counts["found"]),
        "value_unit": _f1(counts["unit"], counts["gold"], counts["found"]),
        "kinds": {k: (c["right"] / c["gold"], c["gold"]) for k, c in sorted(kinds.items())},
    }


def _in_scope(claim: Claim, gold: list[Claim], scope: list[str]) -> bool:
    """Documents annotated for one kind say nothing about a claim of another that touches no gold."""
    if any(g["start"] < claim["end"] and claim["start"] < g["end"] for g in gold):
        return True
    return kind_of(claim["unit"]) in scope


def kind_of(unit: str) -> str:
    """The gold's kind of a unit, the same for every system."""
    dimension = unit_dimensions().get(canonical(unit).split("/")[0], "measure") if unit else "count"
    same = {"percentage_point": "percent", "length": "distance"}
    known = ("count", "money", "percent", "duration", "age", "temperature", "distance", "times")
    return same.get(dimension, dimension if dimension in known else "measure")


def _f1(right: int, gold: int, found: int) -> tuple[float, float, float]:
    p, r = right / found if found else 0.0, right / gold if gold else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def peer(name: str, python: Path, docs: list[dict[str, Any]]) -> tuple[dict[str, list[Claim]], int]:
    """A peer's claims by document, and the number of documents it raised on."""
    worker = Path(__file__).with_name("claims_peer_worker.py")
    given = "".join(json.dumps({"doc_id": d["doc_id"], "text": d["text"]}) + "\n" for d in docs)
    done = subprocess.run(
        [str(python), str(worker), name], input=given, capture_output=True, text=True, check=True
    )
    *rows, last = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["doc_id"]: row["claims"] for row in rows}, int(last["raised"])


def speed(docs: list[dict[str, Any]]) -> None:
    """Characters a second of `find_claims`, and its share of the parse, on the same documents."""
    load_model()
    start = time.perf_counter()
    parsed = list(contexts(docs))
    parse_seconds = time.perf_counter() - start
    for _ in range(2):
        start = time.perf_counter()
        for ctx in parsed:
            find_claims(ctx, [], [])
        seconds = time.perf_counter() - start
    size = sum(len(d["text"]) for d in docs)
    print(f"claims: {size / seconds:,.0f} characters a second, {seconds / parse_seconds:.1%} of the parse")


def main() -> None:
    """Print one table a gold file."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("gold", nargs="+", type=Path)
    args.add_argument("--peers", type=Path, help="python of an environment that holds the peers")
    args.add_argument("--speed", action="store_true")
    given = args.parse_args()
    for path in given.gold:
        docs = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        if given.speed:
            speed(docs)
            continue
        parsed = list(contexts(docs))
        results = {
            "Dateline": {ctx.document_id: ours(ctx) for ctx in parsed},
            "spaCy entities": {ctx.document_id: entities(ctx) for ctx in parsed},
        }
        for name in ("quantulum3", "recognizers") if given.peers else ():
            results[name], raised = peer(name, given.peers, docs)
            print(
                f"\n{name} raised on {raised} of {len(docs)} documents of {path.stem}." if raised else "",
                end="",
            )
        show(path.stem, docs, results)


def show(title: str, docs: list[dict[str, Any]], results: dict[str, dict[str, list[Claim]]]) -> None:
    """One Markdown table: systems as columns, measures and kinds as rows."""
    scores = {name: score(docs, found) for name, found in results.items()}
    print(f"\n### {title} ({len(docs)} documents)\n\n| | " + " | ".join(scores) + " |")
    print("|---" * (len(scores) + 1) + "|")
    for key, label in (("value", "value"), ("value_unit", "value and unit")):
        for at, part in ((0, "P"), (1, "R"), (2, "F1")):
            print(
                f"| {label} {part} | " + " | ".join(f"{s[key][at] * 100:.1f}" for s in scores.values()) + " |"
            )
    first = next(iter(scores.values()))
    for kind, (_, size) in first["kinds"].items():
        row = " | ".join(f"{s['kinds'][kind][0] * 100:.0f}" for s in scores.values())
        print(f"| recall, {kind} ({size}) | {row} |")


if __name__ == "__main__":
    main()
