"""Real runs in processes of their own, to be disturbed: started, watched, killed, and their rows compared.

Used by the tests that break a run.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proof_notes import note

from pipelines.model import TABLES
from pipelines.settings import Home
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.release import current_release

# Processes of the running test.
_STARTED: list[subprocess.Popen[bytes]] = []

DATELINE = str(Path(sys.executable).with_name("dateline"))
# Seconds; a run of these few inputs takes some twenty on two free cores.
LONGEST_RUN = 300
Rows = dict[str, list[tuple[object, ...]]]

# What names a run, or the time it ran at.
OF_THE_RUN = {"read_in_run", "ingested_at", "first_seen_at", "superseded_at", "migrated_at"}


BRIDGE = """Bridge closed after flood

By Ana Lopes

April 3, 2026

The mayor of Velden, Ines Okoro, said on Thursday that 1,200 people had left their homes.

“We lost the old bridge,” Okoro told reporters. About 300 houses were damaged.
"""
VALLEY = """Rescuers reach cut-off valley

April 4, 2026

Rescue workers reached the valley on Friday, the interior ministry said. "Nobody is missing any more,"
spokesman Karel Brandt said. Some 1,300 people had left Velden, he added.
"""
HARBOUR = """Harbour to reopen

April 5, 2026

The harbour of Velden will reopen on Monday, Ines Okoro said. Repairs cost $2.5 million.
"""


def write_first_day(inputs: Path) -> None:
    """What the first run of a deployment reads."""
    inputs.mkdir(parents=True)
    (inputs / "bridge.txt").write_text(BRIDGE, encoding="utf-8")


def write_second_day(inputs: Path) -> None:
    """What the disturbed run finds: new, changed, known, copied and unreadable inputs."""
    (inputs / "valley.txt").write_text(VALLEY, encoding="utf-8")
    (inputs / "copy.txt").write_text(VALLEY, encoding="utf-8")
    (inputs / "bridge.txt").write_text(BRIDGE.replace("300", "350"), encoding="utf-8")
    (inputs / "harbour.jsonl").write_text(
        json.dumps({"url": "https://courier.example/harbour", "text": HARBOUR}) + "\nno json\n", "utf-8"
    )
    (inputs / "photo.txt").write_bytes(bytes(range(256)) * 8)


def start(
    home: Path,
    inputs: Path,
    environ: Mapping[str, str] | None = None,
    log: Path | None = None,
    **options: Any,
) -> Any:
    """Start `dateline run` in a process group of its own; what it prints goes to `log`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "DAGSTER_"))}
    with (log or home.with_suffix(".log")).open("ab") as handle:
        process = subprocess.Popen(
            [DATELINE, "run", str(inputs)],
            env={**clean, "DATELINE_HOME": str(home), **(environ or {})},
            stdout=handle,
            stderr=handle,
            start_new_session=True,
            **options,
        )
    _STARTED.append(process)
    return process


def finish(home: Path, inputs: Path) -> None:
    """Run undisturbed; what it printed is shown where it fails."""
    process = start(home, inputs)
    try:
        code = process.wait(LONGEST_RUN)
    finally:
        kill(process)
    assert code == 0, home.with_suffix(".log").read_text(errors="replace")[-2000:]


def kill(process: Any) -> None:
    """End the process and those it started, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


def kill_all() -> None:
    """End every process of the test that still runs."""
    while _STARTED:
        if (process := _STARTED.pop()).poll() is None:
            kill(process)


def rows(home: Path) -> Rows:
    """Every row of every table of schema main, but for what names the run or its time."""
    found: Rows = {}
    with open_release(home / "current" / "dateline.duckdb") as connection:
        for spec in (spec for spec in TABLES.values() if spec.schema == "main"):
            columns = ", ".join(
                f'"{c}"' for c in spec.column_names if not c.endswith("run_id") and c not in OF_THE_RUN
            )
            query = f"SELECT {columns} FROM main.{spec.name} ORDER BY ALL"
            found[spec.name] = connection.execute(query).fetchall()
    return found


def differences(one: Rows, other: Rows) -> list[str]:
    """Tables that differ, with a row of each side."""
    return [
        f"{name}: {[r for r in one[name] if r not in other[name]][:1]} "
        f"against {[r for r in other[name] if r not in one[name]][:1]}"
        for name in one
        if one[name] != other[name]
    ]


# What shows that a run has come to a stage, in the order they come. `{home}` has a release already.
STAGES: dict[str, Callable[[Path], bool]] = {
    "started": lambda home: (home / "state" / "run.lock").stat().st_size > 0,
    "landed": lambda home: len(list((home / "landing").iterdir())) >= 5,
    "read": lambda home: any(home.glob("work/*/staged/segments.parquet")),
    "extracting": lambda home: any(home.glob("work/*/staged/quotes.parquet")),
    "audited": lambda home: any(home.glob("work/*/kept/quotes.parquet")),
    "loading": lambda home: any(home.glob("work/*/dateline.duckdb")),
    "publishing": lambda home: any(home.glob("releases/.[0-9]*")) or len(list(home.glob("releases/*"))) > 1,
}


def seen(home: Path, stage: str) -> bool:
    """Whether the run has come to the stage; a folder that goes while we look has not."""
    try:
        return STAGES[stage](home)
    except OSError:
        return False


def measure(home: Path, inputs: Path) -> dict[str, float]:
    """Run undisturbed; how long each stage lasted, in seconds, until the next one was seen."""
    reached: dict[str, float] = {}
    begin = time.monotonic()
    process = start(home, inputs)
    while process.poll() is None and time.monotonic() - begin < LONGEST_RUN:
        for stage in STAGES:
            if stage not in reached and seen(home, stage):
                reached[stage] = time.monotonic() - begin
        time.sleep(0.003)
    assert process.returncode == 0, home.with_suffix(".log").read_text(errors="replace")[-2000:]
    times = [0.0, *reached.values(), time.monotonic() - begin]
    names = ["starting", *reached]
    return {name: max(0.0, times[i + 1] - times[i]) for i, name in enumerate(names)}


@dataclass(frozen=True)
class Moment:
    """When a run is killed: a share of the way from a stage to the next."""

    stage: str
    share: float

    def __str__(self) -> str:
        return f"{self.stage}+{self.share:.2f}"


def moments(count: int, seed: int) -> list[Moment]:
    """Random moments, spread over all stages."""
    chance = random.Random(seed)
    names = ["starting", *STAGES]
    return [Moment(names[i % len(names)], chance.random()) for i in range(count)]


def await_moment(home: Path, process: Any, moment: Moment, lasts: float) -> bool:
    """Wait for it; whether the run was still going on then."""
    deadline = time.monotonic() + LONGEST_RUN
    while moment.stage != "starting" and not seen(home, moment.stage):
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    time.sleep(moment.share * lasts)
    return process.poll() is None


@dataclass
class Days:
    """A deployment after its first day, and what an undisturbed second day makes of it."""

    inputs: Path
    first: Path
    before: Rows
    after: Rows
    lasts: dict[str, float]


def make_days(folder: Path) -> Days:
    """Two undisturbed days; `first` stays as it is, to be copied and disturbed."""
    inputs, first = folder / "in", folder / "first"
    write_first_day(inputs)
    finish(first, inputs)
    write_second_day(inputs)
    (folder / "undisturbed").mkdir()
    undisturbed = twin(first, folder / "undisturbed")
    lasts = measure(undisturbed, inputs)
    assert set(lasts) == {"starting", *STAGES}, "every stage of a run can be seen"
    before, after = rows(first), rows(undisturbed)
    assert before != after
    return Days(inputs, first, before, after, lasts)


_READING = """
import json, sys, time
from pathlib import Path
from pipelines.warehouse.connection import open_release
query = '''SELECT (SELECT max(release_id) FROM audit.runs WHERE outcome = 'published'),
                  (SELECT count(*) FROM main.documents), (SELECT count(*) FROM main.quotes),
                  (SELECT count(*) FROM marts.claim_feed)'''
while True:
    try:
        with open_release(Path(sys.argv[1])) as connection:
            said = list(connection.execute(query).fetchone())
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    print(json.dumps(said), flush=True)
    time.sleep(0.1)
"""


@dataclass
class Reader:
    """Queries `current` without pause, in a process of its own; what it found."""

    home: Path
    queries: int = 0
    errors: list[str] = field(default_factory=list)
    answers: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)

    def __enter__(self) -> Reader:
        file = self.home / "current" / "dateline.duckdb"
        self._process = subprocess.Popen(
            [sys.executable, "-c", _READING, str(file)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self._first = self._process.stdout.readline()
        self._rest = threading.Thread(target=self._read, daemon=True)
        self._rest.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is not None:
            self.errors.append(f"the reader ended with {self._process.returncode}")
        self._process.kill()
        self._rest.join(60)

    def _read(self) -> None:
        assert self._process.stdout
        for line in itertools.chain([self._first], self._process.stdout):
            if not line.endswith("\n"):
                continue
            self.queries += 1
            said = json.loads(line)
            if isinstance(said, str):
                self.errors.append(said)
                continue
            release, *counts = said
            answer = (release, tuple(counts))
            if not self.answers or self.answers[-1] != answer:
                self.answers.append(answer)

    def check(self) -> None:
        """No error, one answer a release, never back to an earlier one."""
        assert self.errors == [], self.errors[:3]
        releases = [release for release, _ in self.answers]
        assert releases == sorted(set(releases))
        assert self.queries > 0


def twin(home: Path, folder: Path) -> Path:
    """A copy of a deployment to be disturbed, without Dagster's history."""
    target = folder / "home"
    shutil.copytree(home, target, symlinks=True, ignore=shutil.ignore_patterns("dagster"))
    assert current_release(Home(target)) == current_release(Home(home))
    return target


__all__ = ["Reader", "finish", "note", "rows", "start"]
