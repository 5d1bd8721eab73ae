"""The ledger: state that outlives a release, in SQLite (WAL), never rolled back.

Holds what landed, runs, rejections, validation results, quarantine and rulings. Schema `audit` of a
release is its copy. A dashboard may write a ruling while a run goes on.

Times are kept as ISO 8601 text in UTC, days as YYYY-MM-DD.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipelines.model import TABLES, QuarantinedRow, Ruling, Run, TableSpec, hash_key

AUDIT_TABLES = tuple(spec for spec in TABLES.values() if spec.schema == "audit")

_SQLITE_TYPES = {"BIGINT": "INTEGER", "INTEGER": "INTEGER", "DOUBLE": "REAL", "BOOLEAN": "INTEGER"}

_OWN_TABLES = """
CREATE TABLE IF NOT EXISTS landed (
  seq INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL,                -- document: a text to store; source: a further place of a known one
  document_id TEXT NOT NULL,
  text_sha256 TEXT NOT NULL,
  metadata_sha256 TEXT NOT NULL,
  place TEXT NOT NULL,               -- file URI, #n behind it for a record
  source_uri TEXT NOT NULL,          -- the url as given, else the place
  source_sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL,
  record_no INTEGER,
  sidecar_sha256 TEXT,
  outlet TEXT,
  replaces_document_id TEXT,         -- the bare text that stood at this place before
  first_seen_at TEXT NOT NULL,
  ingest_date TEXT NOT NULL,
  state TEXT NOT NULL,               -- pending, released, quarantined, superseded, excluded
  settled_run_id TEXT,               -- the run whose release settled it, and how: what a rollback goes by
  settled_state TEXT
);
CREATE INDEX IF NOT EXISTS landed_place ON landed(place, seq);
CREATE INDEX IF NOT EXISTS landed_document ON landed(document_id, text_sha256);
CREATE INDEX IF NOT EXISTS landed_pending ON landed(seq) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS inputs (
  place TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sidecar_mtime_ns INTEGER,
  outlet TEXT, reader TEXT NOT NULL, record_count INTEGER NOT NULL, read_at_ns INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT);
"""


@dataclass(slots=True, kw_only=True)
class Landed:
    """One arrival of a document at a place (a row of the ledger's `landed`)."""

    run_id: str
    kind: str
    document_id: str
    text_sha256: str
    metadata_sha256: str
    place: str
    source_uri: str
    source_sha256: str
    file_name: str
    record_no: int | None
    sidecar_sha256: str | None
    outlet: str | None
    replaces_document_id: str | None
    first_seen_at: datetime
    ingest_date: date
    state: str = "pending"
    settled_run_id: str | None = None
    settled_state: str | None = None
    seq: int = 0

    @property
    def is_bare_file(self) -> bool:
        """A file that is one document without a url: new text at its path is a revision."""
        return self.record_no is None and self.source_uri == self.place


@dataclass(slots=True, kw_only=True)
class KnownInput:
    """What a file looked like when it was last read, and by which reader with which limit."""

    place: str
    size: int
    mtime_ns: int
    sidecar_mtime_ns: int | None
    outlet: str | None
    reader: str
    record_count: int
    read_at_ns: int


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _decode(sql_type: str, value: Any) -> Any:
    if value is None:
        return None
    if sql_type == "TIMESTAMP":
        return datetime.fromisoformat(value)
    if sql_type == "DATE":
        return date.fromisoformat(value)
    return bool(value) if sql_type == "BOOLEAN" else value


def _create(spec: TableSpec) -> str:
    columns = ", ".join(
        f'"{c.name}" {_SQLITE_TYPES.get(c.sql_type, "TEXT")}{"" if c.nullable else " NOT NULL"}'
        for c in spec.columns
    )
    return f'CREATE TABLE IF NOT EXISTS "{spec.name}" ({columns}, PRIMARY KEY ({", ".join(spec.key)}))'


class Ledger:
    """Reads and writes the ledger. One instance a process; every write is its own transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        for spec in AUDIT_TABLES:
            self._connection.execute(_create(spec))
            self._add_columns(spec)
        self._connection.executescript(_OWN_TABLES)

    def _add_columns(self, spec: TableSpec) -> None:
        """Give a table of an older version the columns that it lacks."""
        known = {row["name"] for row in self._connection.execute(f'PRAGMA table_info("{spec.name}")')}
        for column in spec.columns:
            if column.name not in known:
                kind = _SQLITE_TYPES.get(column.sql_type, "TEXT")
                self._connection.execute(f'ALTER TABLE "{spec.name}" ADD COLUMN "{column.name}" {kind}')

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for the writes inside. Inside another one it is part of that."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    # --- tables of schema audit ------------------------------------------------------------

    def add(self, table: str, rows: Iterable[Any]) -> None:
        """Insert rows of `table`'s class; a row with a known key replaces it."""
        names = TABLES[table].column_names
        marks = ", ".join("?" * len(names))
        statement = f'INSERT OR REPLACE INTO "{table}" ({", ".join(names)}) VALUES ({marks})'  # noqa: S608
        values = [tuple(_encode(getattr(row, name)) for name in names) for row in rows]
        self._connection.executemany(statement, values)

    def rows(self, table: str, where: str = "1", values: Sequence[Any] = ()) -> list[Any]:
        """Rows of `table` as objects of its class. `where` is SQL of the caller's own, never input."""
        spec = TABLES[table]
        order = ", ".join(spec.key)
        cursor = self._connection.execute(
            f'SELECT * FROM "{table}" WHERE {where} ORDER BY {order}',  # noqa: S608
            [_encode(value) for value in values],
        )
        return [
            spec.row_class(**{c.name: _decode(c.sql_type, row[c.name]) for c in spec.columns})
            for row in cursor
        ]

    def run(self, run_id: str) -> Run | None:
        """One run."""
        found = self.rows("runs", "run_id = ?", [run_id])
        return found[0] if found else None

    def last_run(self, *, settled: bool = False) -> Run | None:
        """The run that was written down last, whatever became of it and whatever the clock said.

        `settled`: the last of those that neither failed nor died.
        """
        chosen = "WHERE outcome NOT IN ('failed', 'interrupted', 'running')" if settled else ""
        found = self.rows("runs", f"rowid = (SELECT max(rowid) FROM runs {chosen})")
        return found[0] if found else None

    def end_unfinished(self, now: datetime) -> list[str]:
        """Mark runs that a crash left open as interrupted. Call only while holding the run lock."""
        open_runs = [run.run_id for run in self.rows("runs", "outcome = 'running'")]
        self._connection.execute(
            "UPDATE runs SET outcome = 'interrupted', finished_at = ? WHERE outcome = 'running'",
            [_encode(now)],
        )
        return open_runs

    # --- rulings ---------------------------------------------------------------------------

    def rule(self, kind: str, value: str, *, who: str, why: str) -> Ruling:
        """Record a ruling of a person on a release or a source."""
        now = datetime.now(UTC).replace(tzinfo=None)
        ruling = Ruling(
            ruling_id=hash_key("rulings", kind, value, now.isoformat()),
            kind=kind,
            value=value,
            ruled_by=who,
            ruled_at=now,
            why=why,
        )
        self.add("rulings", [ruling])
        return ruling

    def undo(self, kind: str, value: str) -> int:
        """Mark rulings of this kind and value as undone; how many there were."""
        cursor = self._connection.execute(
            "UPDATE rulings SET status = 'undone' WHERE kind = ? AND value = ? AND status = 'in_force'",
            [kind, value],
        )
        return cursor.rowcount

    def set_ruling_status(self, ruling_id: str, status: str) -> None:
        """Set what became of a ruling; one that is undone stays so."""
        self._connection.execute(
            "UPDATE rulings SET status = ? WHERE ruling_id = ? AND status <> 'undone'", [status, ruling_id]
        )

    def replace_quarantined(self, expectation: str, rows: Iterable[QuarantinedRow]) -> None:
        """Make these rows the only ones that are held back by this rule, of whatever run."""
        self._connection.execute("DELETE FROM quarantined_rows WHERE expectation = ?", [expectation])
        self.add("quarantined_rows", rows)

    def rulings(self, kind: str) -> list[Ruling]:
        """Rulings of one kind that are in force."""
        return self.rows("rulings", "kind = ? AND status = 'in_force'", [kind])

    # --- what landed -----------------------------------------------------------------------

    def add_landed(self, row: Landed) -> None:
        """Append an arrival."""
        names = [f.name for f in fields(Landed) if f.name != "seq"]
        self._connection.execute(
            f"INSERT INTO landed ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
            [_encode(getattr(row, name)) for name in names],
        )

    def landed(self, where: str, values: Sequence[Any] = ()) -> list[Landed]:
        """Arrivals in order. `where` is SQL of the caller's own, never input."""
        cursor = self._connection.execute(
            f"SELECT * FROM landed WHERE {where} ORDER BY seq",  # noqa: S608
            [_encode(value) for value in values],
        )
        return [
            Landed(
                **{
                    **dict(row),
                    "first_seen_at": datetime.fromisoformat(row["first_seen_at"]),
                    "ingest_date": date.fromisoformat(row["ingest_date"]),
                }
            )
            for row in cursor
        ]

    def latest_at(self, place: str) -> Landed | None:
        """The last arrival at a place."""
        found = self.landed("seq = (SELECT max(seq) FROM landed WHERE place = ?)", [place])
        return found[0] if found else None

    def first_landing(self, document_id: str, text_sha256: str) -> Landed | None:
        """The first arrival of this revision."""
        found = self.landed(
            "seq = (SELECT min(seq) FROM landed WHERE document_id = ? AND text_sha256 = ?)",
            [document_id, text_sha256],
        )
        return found[0] if found else None

    def stands_somewhere(self, document_id: str) -> bool:
        """Whether some place still holds this document.

        Only a bare file is emptied by new text at its path. A url, and a record of a file that other records
        took the place of, go on standing.
        """
        cursor = self._connection.execute(
            """SELECT 1 FROM landed AS l WHERE l.document_id = ? AND l.state <> 'excluded'
               AND (l.record_no IS NOT NULL OR l.source_uri <> l.place
                    OR l.seq = (SELECT max(seq) FROM landed WHERE place = l.place)) LIMIT 1""",
            [document_id],
        )
        return cursor.fetchone() is not None

    def latest_arrival(self, document_id: str) -> Landed | None:
        """The last arrival of a document's text, whatever became of it, but for excluded ones."""
        found = self.landed(
            """seq = (SELECT max(seq) FROM landed
                      WHERE document_id = ? AND kind = 'document' AND state <> 'excluded')""",
            [document_id],
        )
        return found[0] if found else None

    def promote_sources(self) -> None:
        """Make a waiting further place the document itself, where what it was a copy of is out.

        That happens when the first place is excluded before it was published.
        """
        self._connection.execute(
            """UPDATE landed SET kind = 'document' WHERE seq IN (
                 SELECT min(s.seq) FROM landed AS s WHERE s.kind = 'source' AND s.state = 'pending'
                 AND NOT EXISTS (SELECT 1 FROM landed AS d WHERE d.document_id = s.document_id
                                 AND d.kind = 'document' AND d.state IN ('pending', 'released'))
                 GROUP BY s.document_id)"""
        )

    def settle(self, run_id: str, settlement: dict[str, list[int]]) -> None:
        """Set what a release made of arrivals: their numbers by state."""
        self._connection.executemany(
            "UPDATE landed SET state = ?1, settled_state = ?1, settled_run_id = ?2 WHERE seq = ?3",
            [(state, run_id, seq) for state, seqs in settlement.items() for seq in seqs],
        )

    def resettle(self, lineage: set[str]) -> None:
        """Bring states in line with a release: what its own runs settled is settled, the rest waits."""
        marks = ", ".join("?" * len(lineage))
        self._connection.execute(
            f"""UPDATE landed SET state = CASE WHEN settled_run_id IN ({marks}) THEN settled_state
                                               ELSE 'pending' END
                WHERE state <> 'excluded'""",  # noqa: S608
            sorted(lineage),
        )

    def set_state(self, state: str, seqs: Iterable[int]) -> None:
        """Set the state of arrivals."""
        self._connection.executemany(
            "UPDATE landed SET state = ? WHERE seq = ?", [(state, seq) for seq in seqs]
        )

    def drop_landed(self, seq: int) -> None:
        """Forget an arrival that no release holds and whose bytes are lost: if it comes again, it is new."""
        self._connection.execute("DELETE FROM landed WHERE seq = ? AND state = 'pending'", [seq])

    # --- forgetting ------------------------------------------------------------------------

    @contextmanager
    def erasing(self) -> Iterator[sqlite3.Connection]:
        """One transaction whose deletions leave no bytes in the file: for `forget` alone."""
        self._connection.execute("PRAGMA secure_delete = ON")
        try:
            with self.transaction():
                yield self._connection
        finally:
            self._connection.execute("PRAGMA secure_delete = OFF")

    def compact(self) -> bool:
        """Write the file anew without free pages and empty its log; False where a reader keeps the log."""
        self._connection.execute("VACUUM")
        busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    # --- inputs and small facts ------------------------------------------------------------

    def known_input(self, place: str) -> KnownInput | None:
        """What the file looked like when it was last read."""
        row = self._connection.execute("SELECT * FROM inputs WHERE place = ?", [place]).fetchone()
        return KnownInput(**dict(row)) if row else None

    def remember_input(self, known: KnownInput) -> None:
        """Record what a file looks like now."""
        names = [f.name for f in fields(KnownInput)]
        self._connection.execute(
            f"INSERT OR REPLACE INTO inputs ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
            [getattr(known, name) for name in names],
        )

    def forget_input(self, place: str) -> None:
        """Read what lies at a place again on the next run, whatever it looks like.

        An address of the web that holds it (a feed, a page) is asked as if for the first time.
        """
        self._connection.execute("DELETE FROM inputs WHERE place = ?", [place])
        if not place.startswith("file:"):
            self._connection.execute("DELETE FROM meta WHERE key LIKE 'address:%'")

    def forget_inputs(self) -> None:
        """Read every file again on the next run."""
        self._connection.execute("DELETE FROM inputs")

    def get(self, key: str) -> str | None:
        """A small fact."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return None if row is None else row["value"]

    def put(self, key: str, value: str | None) -> None:
        """Set a small fact."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])
