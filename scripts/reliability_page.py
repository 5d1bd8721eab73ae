"""Makes docs/reliability.md of what the proofs noted: `reliability_page.py FIGURES PYTEST_OUTPUT`.

Says only what the figures file holds. A proof that was not run, or failed, is named as such.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Notes = list[dict[str, Any]]

# How pytest ends; proofs that were run one after the other end more than once.
_END = re.compile(r"\d+ (passed|failed|error).* in [\d.]+s")

HEAD = """# Reliability, as last proven

Made by `scripts/prove_reliability.sh`. It breaks real runs (processes of their own, on a deployment that has
a release already) and compares every row of every table of schema `main` with those of an undisturbed run,
but for run ids and times of runs. While a run is broken, a reader queries the release without pause.
"""


KILLED = "A run killed (SIGKILL) at a random moment, then run again"


def killed(notes: Notes) -> str:
    """Moments and readers of the killed runs."""
    stages: dict[str, int] = defaultdict(int)
    for note in notes:
        stages[note["moment"].partition("+")[0]] += 1
    spread = ", ".join(f"{count} in “{stage}”" for stage, count in stages.items())
    published = sum(note["was_published"] for note in notes)
    queries = sum(note["reader_queries"] for note in notes)
    return (
        f"{len(notes)} of 20 random moments (seed {notes[0]['seed']}: {spread}); {published} came after the "
        "release had moved. Each time the release was whole, one or the other, and after the next run all "
        "rows were equal. "
        f"Readers: {queries:,} queries, no error, never back."
    )


def full_disk(notes: Notes) -> str:
    """Sizes tried."""
    sizes = ", ".join(f"{note['kilobytes']:,} KB ({note['how']})" for note in notes)
    return (
        f"Room left for the run: {sizes}. The old release stayed whole; with room again all rows were equal."
    )


def work_file(notes: Notes) -> str:
    """Parts damaged."""
    parts = ", ".join(note["part"] for note in notes)
    return f"Damaged: {parts}. Never published; the next run's rows were equal."


def landing(notes: Notes) -> str:
    """Files damaged or gone before they were extracted."""
    damaged = sum(note["files"] for note in notes if not note["gone"])
    gone = sum(note["files"] for note in notes if note["gone"])
    return f"{damaged} files damaged, {gone} gone, after a kill: read anew from their inputs, all rows equal."


def corrupt_input(notes: Notes) -> str:
    """Inputs that could not be read."""
    rejected = sum(note["rejected"] for note in notes)
    said = "rejected with a reason, the others published, the mended ones taken later"
    return f"{rejected} inputs unreadable: {said}."


def clock(notes: Notes) -> str:
    """Jumps."""
    return (
        f"Hours back and forth (up to {notes[0]['jumps_of_hours']}) at each look at the clock: all rows "
        "equal, the next run finds nothing new."
    )


def readers(notes: Notes) -> str:
    """Queries and publishes of the longest run."""
    most = max(notes, key=lambda note: note["publishes"])
    return (
        f"{most['readers']} processes, {most['queries']:,} queries over {most['publishes']} publishes, "
        f"at least {most['releases_seen']} releases seen by each: {most['errors']} errors, every answer from "
        "one release, never back to an earlier one."
    )


def sensors(notes: Notes) -> str:
    """Times from arrival to release."""
    note = notes[-1]
    return (
        f"`dagster-daemon run`: a file in the drop folder was published {note['file_seconds']} s after it "
        f"was put there (the daemon's start in it), a feed's new entry and a second file, at once, "
        f"{note['feed_and_file_seconds']} s after; {note['runs']} runs, one after the other."
    )


def missed_day(notes: Notes) -> str:
    """Time from the daemon's start."""
    return (
        "The scheduler was down over a tick of its schedule (a day of a minute): "
        f"what had come was published {notes[-1]['caught_up_seconds']} s after it was up again."
    )


def at_once(notes: Notes) -> str:
    """Two commands."""
    return f"{notes[-1]['runs']} `dateline run` started at once: one waited for the other, both published."


def incremental(notes: Notes) -> str:
    """What was read and extracted."""
    n = notes[-1]
    return (
        f"{n['inputs']} inputs of three days: a run over them unchanged opened {n['opened']} of them; one "
        f"that changed was the only one read and extracted ({n['revisions']} revision kept); a Dagster "
        f"backfill of one day with another extractor version did its {n['again']} document again, and "
        f"`marts.extraction_diff` named the {n['differences']} rows that differed."
    )


def cloud(notes: Notes) -> str:
    """Files over a network protocol."""
    n = notes[-1]
    return (
        f"A folder on an FTP server ({n['files']} files below it, and a sidecar): read once, then a listing "
        f"({n['read_unchanged']} files asked for); one that changed, and one that broke off, asked for again."
    )


def accounting(notes: Notes) -> str:
    """Sums."""
    n = notes[-1]
    return (
        f"{n['runs']} runs read {n['read']} inputs = {n['stored']} stored + {n['unchanged']} unchanged + "
        f"{n['duplicate']} duplicate + {n['rejected']} rejected + {n['excluded']} excluded. The same "
        "is a blocking rule (`inputs_accounted_for`) of every run that has something to publish."
    )


def accounting_fails(notes: Notes) -> str:
    """Faults put in."""
    return f"{notes[-1]['faults_seen']} faults put in (an input lost, an arrival lost): both were seen."


def hostile_text(notes: Notes) -> str:
    """Strings and where they went."""
    n = notes[-1]
    return (
        f"{n['strings']} strings of {n['kinds']} kinds (SQL, HTML, shell, paths, formulas, terminal escapes, "
        f"direction marks, NUL …) in text, titles, names, urls and {n['file_names']} file names through a "
        "whole run: stored as written; nothing in the terminal, CSV, JSON or log obeys them."
    )


def whole_documents(notes: Notes) -> str:
    """Documents made by hypothesis."""
    return (
        f"{notes[-1]['documents']:,} documents by hypothesis (any Unicode, segments in any order): no "
        "exception, every span true, no crossing, every reference leads somewhere."
    )


def audited_documents(notes: Notes) -> str:
    """Those that went through the audit as well."""
    n = notes[-1]
    return (
        f"{n['documents']} of such documents through Great Expectations and the history's rules: "
        f"{n['quarantined_rows']} rows set aside, no rule of the history broken by the others."
    )


def large_inputs(notes: Notes) -> str:
    """Sizes and growth."""
    seen = ", ".join(f"{n['name']} {n['more_memory']} MB" for n in notes)
    return f"Inputs of {notes[0]['megabytes']} MB landed and read; memory grew by: {seen}."


def bytes_by_atheris(_notes: Notes) -> str:
    """What `make fuzz` last executed."""
    figures = json.loads(EXECUTIONS.read_text(encoding="utf-8"))
    told = ", ".join(f"{name} {count:,}" for name, count in figures["executions"].items())
    return f"Inputs executed by `make fuzz` ({figures['on']}): {told}; finds kept in `tests/fuzz/corpus`."


EXECUTIONS = Path(__file__).parents[1] / "tests" / "fuzz" / "executions.json"

PROOFS = (
    ("killed", KILLED, killed),
    ("full disk", "A full disk", full_disk),
    ("damaged work file", "A damaged work file", work_file),
    ("damaged landing", "Damaged bytes in landing", landing),
    ("corrupt input", "A corrupt input", corrupt_input),
    ("clock", "A clock that jumps", clock),
    ("readers", "Readers during publishing", readers),
    ("sensors", "Sensors", sensors),
    ("missed day", "A missed day", missed_day),
    ("at once", "Two runs at once", at_once),
    ("incremental", "Incremental work", incremental),
    ("cloud", "A cloud folder over a network", cloud),
    ("accounting", "Accounting", accounting),
    ("accounting that fails", "Accounting that does not add up", accounting_fails),
    ("hostile text", "Hostile text", hostile_text),
    ("whole documents", "Whole documents of any kind", whole_documents),
    ("audited documents", "Such documents in the audit", audited_documents),
    ("large inputs", "Inputs larger than memory may be", large_inputs),
    ("atheris", "Readers, marks and numbers fed any bytes", bytes_by_atheris),
)


def page(notes: Notes, outcome: str) -> str:
    """The page as Markdown."""
    by_proof: dict[str, Notes] = defaultdict(list)
    for note in notes:
        by_proof[note["proof"]].append(note)
    if EXECUTIONS.is_file():
        by_proof["atheris"] = [{"proof": "atheris"}]
    rows = [
        f"| {title} | {tell(by_proof[name]) if by_proof[name] else 'not run, or not passed, this time'} |"
        for name, title, tell in PROOFS
    ]
    ends = [line.strip("= ") for line in outcome.splitlines() if _END.search(line)]
    load = os.getloadavg()[0]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores (load {load:.1f} at the end)"
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {machine}"
    failed = [f"- {line}" for line in outcome.splitlines() if line.startswith(("FAILED", "ERROR"))]
    parts = [HEAD, f"{when}.", f"The tests ended with: {'; '.join(ends) or 'no outcome'}."]
    if failed:
        parts.append("What did not pass:\n\n" + "\n".join(failed))
    parts.append("| proof | seen |\n|---|---|\n" + "\n".join(rows))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main() -> None:
    """Print the page."""
    figures, outcome = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])
    sys.stdout.write(page([json.loads(line) for line in figures.splitlines()], outcome))


if __name__ == "__main__":
    main()
