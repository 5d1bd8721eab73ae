"""Speed, memory and growth, side by side with the bare model; `make bench` runs it. Never part of the tests.

    python benchmarks/bench.py [--documents 1000] [--rounds 3] [--sizes 300 1000 3000 10000] [--core 0]
                               [--only pairs growth unchanged workers]
    python benchmarks/bench.py --folder FOLDER [--rounds 3] [--core 0] [--only pairs workers]

- pairs: the model as shipped (`bare`) and Dateline from input to published release, on the same documents and
  the same core, in processes of their own, in turns; the ratio of each round, and of the least times.
- growth: fresh warehouses of each size, then one per cent more documents, then nothing new.
- unchanged: a second run over 100,000 files that are as they were.
- workers: one worker against two, where two cores are idle, of the local pool and of a Dask cluster; that
  their rows are the same; memory of a worker.

With --folder, `pairs` (and `workers`, if asked) are of your own documents: the `*.jsonl` files of FOLDER, a
document a line with its `text`, as `dateline run` reads them.

Seconds are CPU seconds but where it says wall. Writes `results.json`, `growth.svg`, and the figures of
`README.md` (between its two marks), each part anew, the others as they were.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench_page import draw, tables
from bench_run import texts
from bench_workers import CHUNK_DOCUMENTS, EDGE
from corpus import write

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PARTS = ("pairs", "growth", "unchanged", "workers")


def run(kind: str, folder: Path, home: Path, core: int | None, workers: int = 1) -> dict[str, Any]:
    """One measured process: `bench_run.py` KIND over a corpus, on one core where one is named."""
    env = os.environ | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "DATELINE_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
        "DATELINE_WORKERS": str(workers),
        "PYTHONPATH": str(HERE.parent),
    }
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    start = time.monotonic()
    done = subprocess.run(
        [*pinned, sys.executable, str(HERE / "bench_run.py"), kind, str(folder)],
        env=env,
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"process_wall": time.monotonic() - start}


def pairs(work: Path, folder: Path, rounds: int, core: int) -> dict[str, Any]:
    """The bare model and Dateline in turns over the texts of `folder`; documents a second of each round."""
    lengths = [len(text.split()) for text in texts(folder)]
    found = []
    for number in range(rounds):
        bare = run("bare", folder, work / "none", core)
        whole = run("dateline", folder, work / f"home{number}", core)
        part = run("parse", folder, work / "none", core)
        found.append(
            {
                "bare": bare["seconds"],
                "dateline": whole["seconds"],
                "parse": part["parse"],
                "extract": part["seconds"],
                "by_step": whole["by_step"],
                "outcome": whole["outcome"],
                "peak_mb": whole["peak_mb"],
            }
        )
        print(
            json.dumps({"round": number, "ratio": bare["seconds"] / whole["seconds"], **found[-1]}),
            flush=True,
        )
    return {"documents": len(lengths), "words": round(sum(lengths) / len(lengths)), "rounds": found}


def growth(work: Path, sizes: list[int], core: int) -> list[dict[str, Any]]:
    """By size: a fresh warehouse, one per cent more, and nothing new."""
    found = []
    for size in sizes:
        home, folder = work / f"grown{size}", work / f"corpus{size}"
        write(folder, size)
        whole = run("dateline", folder, home, core)
        more = work / f"more{size}"
        write(more, max(1, size // 100), start=size)
        added = run("dateline", more, home, core)
        nothing = run("dateline", folder, home, core)
        database = home / "current" / "dateline.duckdb"
        found.append(
            {
                "documents": size,
                "whole": whole,
                "one_percent": added,
                "nothing_new": nothing,
                "megabytes": database.stat().st_size / 1e6,
            }
        )
        print(json.dumps(found[-1]), flush=True)
    return found


def unchanged(work: Path, files: int = 100_000) -> dict[str, Any]:
    """Seconds of `dateline run` over files that the ledger knows; their extraction is passed over."""
    folder, home = work / "files", work / "files_home"
    for number in range(files):
        below = folder / f"{number // 1000:04}"
        below.mkdir(parents=True, exist_ok=True)
        text = f"Report {number}\n\nAbout {number + 2} houses were damaged in the flood, police said.\n"
        (below / f"{number:07}.txt").write_text(text, encoding="utf-8")
    # A file written moments before it was read is read once more: wait until these are older.
    time.sleep(3)
    landed = run("land", folder, home, None)
    env = os.environ | {"DATELINE_HOME": str(home), "PYTHONPATH": str(HERE.parent)}
    env.pop("DAGSTER_HOME", None)
    command = [sys.executable, "-m", "pipelines.cli", "run", str(folder), "--json"]
    walls, cpus = [], []
    for _ in range(2):
        start, spent = time.monotonic(), sum(os.times()[2:4])
        done = subprocess.run(command, env=env, cwd=HERE.parent, stdout=subprocess.PIPE, check=True)
        walls.append(time.monotonic() - start)
        cpus.append(sum(os.times()[2:4]) - spent)
    facts = json.loads(done.stdout)
    outcome = facts["run"]["outcome"]
    return {
        "files": files,
        "first_landing": landed["seconds"],
        "wall": walls,
        "cpu": cpus,
        "outcome": outcome,
    }


def workers(work: Path, folder: Path, rounds: int) -> dict[str, Any]:
    """Extraction of `folder` with one worker and with two, in turns: the local pool, and a Dask cluster.

    Raises SystemExit when any of them gave other rows.
    """
    found = []
    for _ in range(rounds):
        turn = {
            f"{kind} {count}": run(kind, folder, work / "none", None, workers=count)
            for kind in ("pool", "cluster")
            for count in (1, 2)
        }
        if len({made["rows"] for made in turn.values()}) != 1:
            raise SystemExit(f"not the same rows: { {name: made['rows'] for name, made in turn.items()} }")
        found.append(turn | {"load": os.getloadavg()[0]})
        print(json.dumps(found[-1]), flush=True)
    return {"rounds": found}


def facts(folder: Path | None = None) -> dict[str, Any]:
    """The machine and the day, and the command without the name of one's own folder."""
    words = ["FOLDER" if word == str(folder) else word for word in sys.argv[1:]]
    names = [x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")]
    memory = next(x for x in Path("/proc/meminfo").read_text().splitlines() if x.startswith("MemTotal"))
    return {
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory.split()[1]) / 1e6),
        "python": platform.python_version(),
        "measured_on": datetime.now(UTC).date().isoformat(),
        "load": os.getloadavg()[0],
        "command": "python benchmarks/bench.py " + " ".join(words),
    }


def measured(part: str, given: argparse.Namespace, work: Path, own: Path | None) -> Any:
    """One part, on the documents of a folder of one's own or on made ones."""
    if part == "growth":
        return growth(work, given.sizes, given.core)
    if part == "unchanged":
        return unchanged(work)
    folder, edges = own or work / part, 2 * EDGE * CHUNK_DOCUMENTS
    if own is None:
        write(folder, given.documents + edges * (part == "workers"))
    if part == "pairs":
        return pairs(work, folder, given.rounds, given.core)
    return workers(work, folder, given.rounds)


def main() -> None:
    """Measure what is asked for, then write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000, 3000, 10_000])
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=PARTS)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    own = given.folder.resolve() if given.folder else None
    if own and not any(own.glob("*.jsonl")):
        parser.error(f"{given.folder} holds no *.jsonl file")
    if own and {"growth", "unchanged"} & set(given.only or ()):
        parser.error("growth and unchanged make their own documents")
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    with tempfile.TemporaryDirectory() as folder:
        for part in given.only or (["pairs"] if own else PARTS):
            made = measured(part, given, Path(folder), own)
            name = {"pairs": "folder", "workers": "folder workers"}[part] if own else part
            results[name] = {"facts": facts(given.folder), "found": made}
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if "growth" in results:
        (HERE / "growth.svg").write_text(draw(results["growth"]["found"]), encoding="utf-8")
    page = HERE / "README.md"
    head, _, rest = page.read_text(encoding="utf-8").partition("<!-- figures -->\n")
    tail = rest.partition("<!-- end of figures -->")[2]
    middle = f"<!-- figures -->\n{tables(results)}<!-- end of figures -->"
    page.write_text(head + middle + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
