"""A deployment's list of sources: `sources.csv` in its home, and the drop folder."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.reference import read_table
from pipelines.settings import Settings

COLUMNS = ("address", "outlet")


@dataclass(frozen=True, slots=True)
class Source:
    """A line of sources.csv: where to read, and the outlet that its documents belong to (or blank)."""

    address: str
    outlet: str = ""


def listed_sources(settings: Settings) -> list[Source]:
    """The deployment's sources; those of the shipped table where it has no list of its own."""
    if not settings.home.sources.is_file():
        rows = read_table("sources", COLUMNS)
    else:
        with settings.home.sources.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    return [Source(row["address"].strip(), (row.get("outlet") or "").strip()) for row in rows]


def add_source(settings: Settings, address: str, outlet: str | None) -> Source:
    """Add a source, or change its outlet. A path is kept absolute."""
    source = Source(str(Path(address).expanduser().resolve()), outlet or "")
    kept = [known for known in listed_sources(settings) if known.address != source.address]
    settings.home.path.mkdir(parents=True, exist_ok=True)
    with settings.home.sources.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(known) for known in sorted([*kept, source], key=lambda s: s.address))
    return source


def default_sources(settings: Settings) -> list[tuple[str, str | None]]:
    """What a run reads when it is given nothing: address and outlet of each listed source, then the inbox."""
    found = [(source.address, source.outlet or None) for source in listed_sources(settings)]
    if settings.inbox.is_dir():
        found.append((str(settings.inbox), None))
    return found
