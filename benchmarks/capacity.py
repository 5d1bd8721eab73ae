"""How far which machine carries: the arithmetic of docs/explanation/capacity.md, from measured figures.

    python benchmarks/capacity.py measure HOME    bytes a document of a deployment's landing, release and lake
    python benchmarks/capacity.py                 the tables, from benchmarks/capacity.toml

`tests/contract/test_capacity.py` holds the page to what this prints.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DAY = 24 * 3600
INPUTS = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Figures:
    """What was measured, for a document of `words` words, and what a machine costs.

    A run takes `run_seconds` whatever it brings, and `beside_seconds` for each document that it finds.
    """

    words: float
    extract_seconds: float
    across_seconds: float
    rest_seconds: float
    run_seconds: float
    beside_seconds: float
    portion: float
    landing_bytes: float
    release_bytes: float
    lake_bytes: float
    usable_share: float
    core_month: float
    terabyte_month: float


@dataclass(frozen=True)
class Load:
    """Somebody's documents: a stream (`a_day`), or a stock to be read once (`stock`) in `within_days`.

    A deployment is closed, and the next one begun, when it `holds` so many.
    """

    name: str
    words: float
    a_day: float = 0
    stock: float = 0
    within_days: float = 30
    kept_years: float = 1
    holds: float = 200_000


def load_inputs(path: Path = INPUTS) -> tuple[Figures, list[Load]]:
    """The measured figures and the loads."""
    table = tomllib.loads(path.read_text("utf-8"))
    figures = {key: entry["value"] for key, entry in table["figures"].items()}
    return Figures(**figures), [Load(**entry) for entry in table["load"]]


def documents_a_day(figures: Figures, cores: float, held: float) -> float:
    """Documents a day of a deployment that holds `held`: extraction uses every core, the rest one process."""
    return DAY * figures.usable_share / (figures.extract_seconds / cores + one_by_one(figures, held))


def one_by_one(figures: Figures, held: float, portion: float | None = None) -> float:
    """Seconds a document of what is done in one process, in runs of `portion` beside `held` documents."""
    run = figures.run_seconds + figures.beside_seconds * held
    return figures.across_seconds + figures.rest_seconds + run / (portion or figures.portion)


def cores(figures: Figures, load: Load, seconds: float) -> float:
    """Cores that a load needs for work of `seconds` a document of the measured length."""
    rate = load.a_day + load.stock / load.within_days
    return rate * seconds * (load.words / figures.words) / (DAY * figures.usable_share)


def stored(load: Load) -> float:
    """Documents that are kept in the end."""
    return load.stock + load.a_day * 365 * load.kept_years


def machines(figures: Figures) -> str:
    """Documents a day of one deployment by cores and by what it holds already."""
    sizes = (10_000, 100_000, 1_000_000, 10_000_000)
    lines = [
        "| cores for extraction | " + " | ".join(f"beside {size:,}" for size in sizes) + " |",
        "|---:" * (len(sizes) + 1) + "|",
    ]
    for count in (1, 2, 4, 8, float("inf")):
        days = " | ".join(_round(documents_a_day(figures, count, size)) for size in sizes)
        name = "any number" if count == float("inf") else f"{count:.0f}"
        lines.append(f"| {name} | {days} |")
    return "\n".join(lines)


def loads(figures: Figures, wanted: list[Load]) -> str:
    """What each load needs: a deployment for every core's worth of what is done in one process."""
    lines = [
        "| load | documents | cores: extraction | deployments at once | in all | landing | releases | lake "
        "| $ a month |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for load in wanted:
        extract = cores(figures, load, figures.extract_seconds)
        # While a deployment is filled it holds half of what it ends with, in the mean.
        portion = min(figures.portion, load.a_day or figures.portion)
        homes = math.ceil(cores(figures, load, one_by_one(figures, load.holds / 2, portion)))
        share = load.words / figures.words
        landing, release, lake = (
            stored(load) * share * size
            for size in (figures.landing_bytes, figures.release_bytes, figures.lake_bytes)
        )
        # A run holds the release, the work file and a copy of it; a closed deployment, its release.
        disk = landing + release + lake + 2 * homes * load.holds * share * figures.release_bytes
        money = (math.ceil(extract) + homes) * figures.core_month + disk / 1e12 * figures.terabyte_month
        once = f"{_round(load.stock)} in {load.within_days:.0f} days"
        what = f"{_round(load.a_day)} a day" if load.a_day else once
        sizes = " | ".join(_bytes(size) for size in (landing, release, lake))
        every = _round(max(homes, math.ceil(stored(load) / load.holds)))
        lines.append(
            f"| {load.name} | {what} | {_cores(extract)} | {homes} | {every} | {sizes} | {_round(money)} |"
        )
    return "\n".join(lines)


def _cores(count: float) -> str:
    return "below 0.1" if count < 0.1 else f"{count:.1f}"


def _round(value: float) -> str:
    """Two figures: the inputs are no better."""
    if value < 10:
        return f"{value:.2g}"
    digits = len(str(int(value))) - 2
    return f"{round(value, -digits):,.0f}"


def _bytes(size: float) -> str:
    units = ["kB", "MB", "GB", "TB"]
    size /= 1000
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.1f} {units[0]}" if size < 10 else f"{size:.0f} {units[0]}"


def measure(home: Path) -> dict[str, Any]:
    """Bytes a document of a deployment: landing, the current release, and the release in a lake of files."""
    from pipelines.settings import Home
    from pipelines.warehouse.connection import open_release
    from pipelines.warehouse.lake import Lake

    given = Home(home)
    with open_release(given.database) as connection:
        found = connection.execute("SELECT count(*), avg(word_count), sum(length(text)) FROM main.documents")
        count, words, characters = found.fetchone() or (0, 0, 0)
    landing = sum(file.stat().st_size for file in given.landing.iterdir())
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(str(Path(folder) / "catalogue.ducklake"), str(Path(folder) / "files"), "capacity")
        lake.commit(given.database.resolve(), "capacity", "capacity")
        parquet = sum(file.stat().st_size for file in Path(folder).rglob("*.parquet"))
    return {
        "documents": count,
        "words": round(words),
        "text_bytes": round(characters / count),
        "landing_bytes": round(landing / count),
        "release_bytes": round(given.database.stat().st_size / count),
        "lake_bytes": round(parquet / count),
    }


def main() -> None:
    """Print what was asked for."""
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(measure(Path(sys.argv[2])), indent=1))
        return
    figures, wanted = load_inputs()
    print(machines(figures), loads(figures, wanted), sep="\n\n")


if __name__ == "__main__":
    main()
