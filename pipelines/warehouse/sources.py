"""A deployment's list of sources: `sources.csv` in its home, and the drop folder."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.ingest.fetch import Fetcher
from pipelines.ingest.records import METADATA_KEYS
from pipelines.reference import read_table
from pipelines.settings import Settings
from pipelines.warehouse.intake import Given, excluded_uris, land
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.remote import address_state, due, is_remote, land_remote, note_asked
from pipelines.warehouse.session import Session, utc_now

KINDS = ("", "files", "feed", "page", "cloud")
_EVERY = re.compile(r"(\d{1,4})\s*(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_COLUMN = re.compile(rf"(text|{'|'.join(METADATA_KEYS)})=([^;=]+)")


class SourceListError(ValueError):
    """A line of sources.csv that says something it cannot mean."""


@dataclass(frozen=True, slots=True)
class Source:
    """A line of sources.csv; everything but the address may be blank.

    `outlet`: whose documents these are. `kind`: files, feed, page or cloud, for the reader of the list (what
    an address holds is seen when it is read). `language`: ISO 639-1 code, where the documents do not say.
    `schedule`: how often it is asked, as `15m`, `6h` or `1d`; blank: with the daily run. `columns`: for rows,
    which column holds what, as `text=body;title=headline`.
    """

    address: str
    outlet: str = ""
    kind: str = ""
    language: str = ""
    schedule: str = ""
    columns: str = ""

    def every(self) -> timedelta | None:
        """How often it is asked; None: with the daily run. Raises SourceListError."""
        if not self.schedule:
            return None
        match = _EVERY.fullmatch(self.schedule.strip())
        if not match or int(match[1]) < 1:
            raise SourceListError(f"{self.address}: schedule {self.schedule!r} is not like 15m, 6h or 1d")
        return timedelta(**{_UNITS[match[2]]: int(match[1])})

    def defaults(self) -> Mapping[str, object]:
        """What stands for its documents' sidecar. Raises SourceListError."""
        columns: dict[str, str] = {}
        for part in filter(None, (piece.strip() for piece in self.columns.split(";"))):
            match = _COLUMN.fullmatch(part)
            if not match:
                raise SourceListError(f"{self.address}: columns {part!r} is not like text=body")
            columns[match[1]] = match[2].strip()
        return {"language": self.language or None, "columns": columns or None}

    def check(self) -> Source:
        """Itself, when every field can be meant. Raises SourceListError."""
        if self.kind not in KINDS:
            raise SourceListError(f"{self.address}: kind {self.kind!r} is not one of {', '.join(KINDS[1:])}")
        self.every()
        self.defaults()
        return self


COLUMNS = tuple(field.name for field in fields(Source))


def listed_sources(settings: Settings) -> list[Source]:
    """The deployment's sources; those of the shipped table where it has no list of its own.

    Raises SourceListError for a line that cannot be meant.
    """
    if not settings.home.sources.is_file():
        rows = read_table("sources", COLUMNS)
    else:
        with settings.home.sources.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    return [Source(**{name: (row.get(name) or "").strip() for name in COLUMNS}).check() for row in rows]


def add_source(settings: Settings, source: Source) -> Source:
    """Add a source, or change what is said of it. A path is kept absolute. Raises SourceListError."""
    if not is_remote(source.address):
        absolute = str(Path(source.address).expanduser().resolve())
        source = Source(**{**asdict(source), "address": absolute})
    source.check()
    kept = [known for known in listed_sources(settings) if known.address != source.address]
    settings.home.path.mkdir(parents=True, exist_ok=True)
    with settings.home.sources.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(known) for known in sorted([*kept, source], key=lambda s: s.address))
    return source


def land_source(
    session: Session,
    source: Source,
    fetcher: Fetcher,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Land what a source holds. Raises `ingest.sources.SourceError` for a path that does not exist."""
    outlet = source.outlet or None
    if source.schedule:
        note_asked(session.ledger, source.address, utc_now())
    if is_remote(source.address):
        given = Given(outlet, source.defaults(), excluded_uris(session))
        land_remote(session, source.address, given, fetcher)
        session.record()
    else:
        land(session, [source.address], outlet=outlet, defaults=source.defaults(), progress=progress)


def default_sources(settings: Settings) -> list[Source]:
    """What a run reads when it is given nothing: each listed source, then the drop folder."""
    inbox = [Source(str(settings.inbox))] if settings.inbox.is_dir() else []
    return [*listed_sources(settings), *inbox]


def sources_of(session: Session) -> list[Source]:
    """What a run reads that was told no source: all of them, or, when the sensor started it, those that are due."""
    if session.run.trigger == "sensor":
        return due_sources(session.settings, session.ledger, utc_now())
    return default_sources(session.settings)


def due_sources(settings: Settings, ledger: Ledger, now: datetime) -> list[Source]:
    """Sources with a schedule of their own whose time has come."""
    return [
        source
        for source in listed_sources(settings)
        if (every := source.every()) and due(address_state(ledger, source.address), every, now)
    ]
