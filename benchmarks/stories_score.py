"""Run Dateline over generated stories and score what it put together.

    python benchmarks/stories_score.py FOLDER [--home HOME] [--runs 3]

FOLDER is what `stories_generator.py` wrote. The reports are read in order of publication, in `--runs` runs,
as a schedule would; then the published database is compared with the truth. Prints one JSON object:

- stories, copies, statements, figures: pairs put together (`p`, `r`). Statements and figures are compared
  over spans that extraction found at all (`found` of `planted`);
- agreement: figures with two reports or more whose `agreement` is what was planted, by what was planted;
- interval, best: among them, the planted number within `low` to `high`, and `best` equal to it (in a
  conflict: NULL, or one of the two); beside it what taking the latest report's number gets;
- speakers: names right, wrong, missing, where the report names the speaker and where it gives the office.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

Span = tuple[str, int, int]


def run(folder: Path, home: Path, runs: int) -> None:
    """Publish the reports of `folder` in `runs` runs."""
    days = sorted(folder.glob("day-*.jsonl"))
    size = -(-len(days) // runs)
    for at in range(0, len(days), size):
        command = [
            sys.executable,
            "-c",
            "from pipelines.cli import main; main()",
            "run",
            *map(str, days[at : at + size]),
        ]
        done = subprocess.run(
            command,
            env=os.environ | {"DATELINE_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"dateline run ended with {done.returncode}: {done.stderr[-2000:]}{done.stdout[-2000:]}")


def _pairs(groups: Mapping[Any, Hashable]) -> set[frozenset[Any]]:
    by_group: dict[Hashable, list[Any]] = defaultdict(list)
    for member, group in groups.items():
        by_group[group].append(member)
    return {frozenset(p) for members in by_group.values() for p in itertools.combinations(members, 2)}


def pair_scores(truth: Mapping[Any, Hashable], found: Mapping[Any, Hashable]) -> dict[str, Any]:
    """Precision and recall of pairs over the members that both know."""
    both = truth.keys() & found.keys()
    want, have = _pairs({m: truth[m] for m in both}), _pairs({m: found[m] for m in both})
    right = len(want & have)
    return {
        "planted": len(truth),
        "found": len(both),
        "pairs": len(want),
        "p": round(right / len(have), 4) if have else None,
        "r": round(right / len(want), 4) if want else None,
        "false_pairs": len(have - want),
    }


def _best(spans: Iterable[tuple[int, int, Any]], start: int, end: int, least: float) -> Any:
    """The row whose span overlaps most, as a share of both."""
    best, score = None, least
    for a, b, row in spans:
        inner = min(b, end) - max(a, start)
        share = inner / (max(b, end) - min(a, start)) if inner > 0 else 0.0
        if share > score:
            best, score = row, share
    return best


def score(database: Path, truth: list[dict[str, Any]]) -> dict[str, Any]:
    """All figures for one published database."""
    con = duckdb.connect(str(database), read_only=True)

    def rows(query: str) -> list[dict[str, Any]]:
        cursor = con.execute(query)
        names = [c[0] for c in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    documents = {r["source_uri"].rsplit("/", 1)[-1]: r for r in rows("FROM main.documents")}
    quotes, claims = defaultdict(list), defaultdict(list)
    for row in rows("FROM main.quotes WHERE NOT is_headline AND NOT is_negated"):
        quotes[row["document_id"]].append((row["start_char"], row["end_char"], row))
    for row in rows("FROM main.numeric_claims"):
        claims[row["document_id"]].append((row["start_char"], row["end_char"], row))
    figures = {r["figure_id"]: r for r in rows("FROM main.figures")}
    parts = {r["claim_id"] for r in rows("FROM main.figure_claims WHERE relation = 'part_of'")}

    story_of, story_found, copies, copies_found = {}, {}, {}, {}
    statement_of, statement_found, figure_of, figure_found = {}, {}, {}, {}
    speakers: Counter[str] = Counter()
    checks: dict[str, Counter[str]] = defaultdict(Counter)
    for story in truth:
        numbers: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for report in story["reports"]:
            key = report["report_id"]
            document = documents.get(key)
            story_of[key] = story["story_id"]
            copies[key] = report["copy_of"] or key
            if document is None:
                continue
            story_found[key] = document["story_id"] or ("alone", key)
            origin = document["duplicate_of_document_id"] or document["document_id"]
            copies_found[key] = origin
            for name, start, end in report["spans"]:
                member: Span = (key, start, end)
                if name.startswith("S"):
                    statement_of[member] = (story["story_id"], name)
                    row = _best(quotes[document["document_id"]], start, end, 0.3)
                    if row:
                        statement_found[member] = row["statement_id"] or ("alone", row["quote_id"])
                        _speaker(speakers, row, story["speakers"][name], report["text"])
                    continue
                figure_of[member] = (story["story_id"], name)
                row = _best(claims[document["document_id"]], start, end, 0.0)
                if row is None:
                    continue
                is_part = row["claim_id"] in parts
                numbers[name].append((report["published"], row))
                own = row["figure_id"] or ("alone", row["claim_id"])
                figure_found[member] = ("part", own) if is_part else own
        for figure in story["figures"]:
            _check(checks, figure, numbers[figure["figure_id"]], figures, story)
    return {
        "stories": pair_scores(story_of, story_found),
        "copies": pair_scores(copies, copies_found),
        "statements": pair_scores(statement_of, statement_found),
        "figures": pair_scores(figure_of, figure_found),
        "agreement": {mode: f"{c['agreement']} of {c['all']}" for mode, c in sorted(checks.items())},
        "interval": {mode: f"{c['interval']} of {c['all']}" for mode, c in sorted(checks.items())},
        "best": {mode: f"{c['best']} of {c['all']}" for mode, c in sorted(checks.items())},
        "latest_report": {mode: f"{c['latest']} of {c['all']}" for mode, c in sorted(checks.items())},
        "speakers": dict(sorted(speakers.items())),
    }


def _speaker(speakers: Counter[str], row: dict[str, Any], name: str, text: str) -> None:
    kind = "named here" if name in text else "office only"
    given = row["speaker_name"]
    outcome = "missing" if given is None else "right" if given.endswith(name.rpartition(" ")[2]) else "wrong"
    speakers[f"{kind}: {outcome}"] += 1


def _check(
    checks: dict[str, Counter[str]],
    planted: dict[str, Any],
    numbers: list[tuple[str, dict[str, Any]]],
    figures: dict[str, dict[str, Any]],
    story: dict[str, Any],
) -> None:
    """One planted quantity of at least two reports against the figure that most of its claims point at."""
    reports = {
        r["report_id"] for r in story["reports"] if any(s[0] == planted["figure_id"] for s in r["spans"])
    }
    if len(reports) < 2 or not numbers:
        return
    values = {row["value"] for _, row in numbers}
    mode = planted["mode"] if len(values) > 1 else "agree"
    count = checks[mode]
    count["all"] += 1
    days = sorted(day for day, _ in numbers)
    # A copy may be printed a day after the last report: it says what that one said.
    offset = str(min((_day(days[-1]) - _day(story["event_on"])).days, 2))
    scale = 1e6 if planted["category"] == "money" else 1.0
    gold = planted["values"][offset] * scale
    others = {gold, planted["other"] * scale} if mode == "conflict" else {gold}
    latest = max(numbers, key=lambda n: n[0])[1]["value"]
    count["latest"] += latest in others
    ids = Counter(row["figure_id"] for _, row in numbers if row["figure_id"])
    if not ids:
        return
    figure = figures[ids.most_common(1)[0][0]]
    wanted = planted["agreement"] if mode == planted["mode"] else ["agree", "round_equal", "single"]
    count["agreement"] += figure["agreement"] in wanted
    low, high, best = figure["low"], figure["high"], figure["best"]
    count["interval"] += low is not None and low <= min(others) and max(others) <= high
    count["best"] += best in others or (mode == "conflict" and best is None)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def main() -> None:
    """Run, score, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    truth = json.loads((given.folder / "truth.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        if not (home / "current").exists():
            run(given.folder, home, given.runs)
        print(json.dumps(score(home / "current" / "dateline.duckdb", truth), indent=1))


if __name__ == "__main__":
    main()
