"""A warehouse for many writers: a DuckLake that every deployment's releases are written into.

Writing, auditing and publishing stay what they are, on the local work file. A published release is then
committed into the lake as one snapshot: of every table the rows that differ, in one transaction. Each
deployment writes a schema of its own, named by the setting `lake_name`, so that writers do not meet; the
snapshots give time travel. The catalogue is PostgreSQL (or, for one machine, a DuckDB file), the rows are
Parquet files in a folder or object store.

Belongs here: committing, opening, purging. Does not belong here: when (the asset `release`, `dateline lake`).
"""

from __future__ import annotations

import json
import logging
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.model import TABLES, TableSpec
from pipelines.settings import Settings
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.extensions import load_extensions
from pipelines.warehouse.schema import qualified, quote_name, quote_text

# A commit that meets another one on the catalogue is made again, whole.
_ATTEMPTS = 8

# Whose schema it is: a deployment's own random id, so that two never write under one name.
_OWNER = "dateline_owner"

logger = logging.getLogger(__name__)


class LakeError(RuntimeError):
    """A lake that cannot be reached, written or read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A release as the lake holds it. Times are UTC."""

    snapshot_id: int
    committed_at: datetime
    release_id: str


@dataclass(frozen=True, slots=True)
class Commit:
    """What committing a release did: rows written and taken out, by table, where there were any."""

    release_id: str
    snapshot_id: int
    inserted: dict[str, int]
    deleted: dict[str, int]


class Lake:
    """The lake that a deployment's settings name."""

    def __init__(self, catalog: str, data: str, name: str) -> None:
        self.catalog, self.data, self.name = catalog, data, name

    @classmethod
    def of(cls, settings: Settings) -> Lake | None:
        """The deployment's lake, or None where no catalogue is set."""
        if not settings.lake or not settings.lake_data:
            return None
        return cls(settings.lake, settings.lake_data, settings.lake_name)

    @contextmanager
    def connect(self, *, snapshot_id: int | None = None, read_only: bool = False) -> Iterator[_Connection]:
        """A connection with the lake attached as `lake`; the lake is made when it is not there yet."""
        connection = duckdb.connect()
        try:
            connection.execute("SET TimeZone = 'UTC'")
            load_extensions(connection, "ducklake", *self._needed())
            # Rows kept in the catalogue would make two writers of one table meet.
            connection.execute("SET ducklake_default_data_inlining_row_limit = 0")
            self._object_store(connection)
            options = [f"DATA_PATH {quote_text(self.data)}"]
            options += ["READ_ONLY"] if read_only else []
            options += [f"SNAPSHOT_VERSION {snapshot_id:d}"] if snapshot_id is not None else []
            try:
                connection.execute(
                    f"ATTACH {quote_text('ducklake:' + self.catalog)} AS lake ({', '.join(options)})"
                )
            except duckdb.Error as error:
                raise LakeError(f"the lake cannot be opened: {_short(error)}") from error
            yield connection
        finally:
            connection.close()

    def _needed(self) -> list[str]:
        needed = ["postgres"] if self.catalog.startswith("postgres:") else []
        return needed + (["httpfs"] if "://" in self.data else [])

    def _object_store(self, connection: _Connection) -> None:
        """Give the object store's keys, from the environment, to this connection alone."""
        names = {
            "KEY_ID": "AWS_ACCESS_KEY_ID",
            "SECRET": "AWS_SECRET_ACCESS_KEY",
            "SESSION_TOKEN": "AWS_SESSION_TOKEN",
            "REGION": "AWS_REGION",
        }
        given = {word: os.environ[env] for word, env in names.items() if os.environ.get(env)}
        if not self.data.startswith("s3://") or not given:
            return
        words = [f"{word} {quote_text(value)}" for word, value in given.items()]
        if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
            scheme, _, host = endpoint.partition("://")
            ssl = "true" if scheme == "https" else "false"
            words += [f"ENDPOINT {quote_text(host.rstrip('/'))}", "URL_STYLE 'path'", f"USE_SSL {ssl}"]
        connection.execute(f"CREATE SECRET (TYPE s3, {', '.join(words)})")

    def commit(self, database: Path, release_id: str, owner: str) -> Commit:
        """Make the deployment's schema equal to a published release, in one snapshot.

        `owner`: the deployment's own id; raises LakeError when another deployment writes under the name,
        or when others kept coming first.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._commit(database, release_id, owner)
            except (duckdb.Error, LakeError) as error:
                if not _others_came_first(error) or attempt == _ATTEMPTS:
                    raise LakeError(f"not committed into the lake: {_short(error)}") from error
                logger.warning("another deployment committed first: again (%d)", attempt)
                time.sleep(random.uniform(0.1, 0.4) * attempt)  # noqa: S311
        raise AssertionError("unreachable")

    def _commit(self, database: Path, release_id: str, owner: str) -> Commit:
        inserted: dict[str, int] = {}
        deleted: dict[str, int] = {}
        with self.connect() as connection:
            connection.execute(f"ATTACH {quote_text(str(database))} AS release (READ_ONLY)")
            with transaction(connection):
                self._own(connection, owner)
                for spec in TABLES.values():
                    gone, new = self._bring_in_line(connection, spec)
                    deleted |= {spec.name: gone} if gone else {}
                    inserted |= {spec.name: new} if new else {}
                facts = json.dumps({"release": release_id})
                connection.execute(
                    "CALL ducklake_set_commit_message('lake', $name, $message, extra_info => $facts)",
                    {"name": self.name, "message": f"release {release_id}", "facts": facts},
                )
                connection.execute(f"UPDATE {self._table(_OWNER)} SET release_id = ?", [release_id])
            found = connection.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchone()
        return Commit(release_id, int(found[0]) if found else 0, inserted, deleted)

    def _own(self, connection: _Connection, owner: str) -> None:
        """Make the schema when it is not there, and see that it is this deployment's."""
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS lake.{quote_name(self.name)}")
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self._table(_OWNER)} (owner VARCHAR, release_id VARCHAR)"
        )
        found = connection.execute(f"SELECT owner FROM {self._table(_OWNER)}").fetchone()  # noqa: S608
        if found is None:
            connection.execute(f"INSERT INTO {self._table(_OWNER)} VALUES (?, NULL)", [owner])  # noqa: S608
        elif found[0] != owner:
            raise LakeError(
                f"another deployment writes to this lake as {self.name!r}: set DATELINE_LAKE_NAME to another name"
            )

    def _table(self, name: str) -> str:
        return f"lake.{quote_name(self.name)}.{quote_name(name)}"

    def _bring_in_line(self, connection: _Connection, spec: TableSpec) -> tuple[int, int]:
        """Make one table equal to the release's: rows whose key differs go out, then come in anew."""
        theirs, ours = self._table(spec.name), f"release.{qualified(spec)}"
        is_new = self._make_table(connection, spec)
        columns = ", ".join(quote_name(c) for c in spec.column_names)
        if is_new:
            connection.execute(f"INSERT INTO {theirs} ({columns}) SELECT {columns} FROM {ours}")  # noqa: S608
            return 0, _count(connection, theirs)
        before, wanted = _count(connection, theirs), _count(connection, ours)
        if not before and not wanted:
            return 0, 0
        keys = ", ".join(quote_name(key) for key in spec.key)
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE affected AS SELECT DISTINCT {keys} FROM (
                    (SELECT {columns} FROM {theirs} EXCEPT ALL SELECT {columns} FROM {ours})
                    UNION ALL
                    (SELECT {columns} FROM {ours} EXCEPT ALL SELECT {columns} FROM {theirs}))"""  # noqa: S608
        )
        if not _count(connection, "affected"):
            return 0, 0
        same = " AND ".join(f"a.{quote_name(k)} IS NOT DISTINCT FROM t.{quote_name(k)}" for k in spec.key)
        chosen = f"EXISTS (FROM affected AS a WHERE {same})"
        connection.execute(f"DELETE FROM {theirs} AS t WHERE {chosen}")  # noqa: S608
        between = _count(connection, theirs)
        connection.execute(
            f"INSERT INTO {theirs} ({columns}) SELECT {columns} FROM {ours} AS t WHERE {chosen}"  # noqa: S608
        )
        after = _count(connection, theirs)
        if after != wanted:
            raise LakeError(f"{spec.name}: {after} rows would stand in the lake for {wanted}: nothing was written")
        return before - between, after - between

    def _make_table(self, connection: _Connection, spec: TableSpec) -> bool:
        """Make the table, or give it the columns it lacks; True when it holds nothing yet.

        A table whose columns have other types than today's is made anew: the release has every row.
        """
        there = {
            str(name): str(kind)
            for name, kind in connection.execute(
                """SELECT column_name, data_type FROM duckdb_columns()
                   WHERE database_name = 'lake' AND schema_name = ? AND table_name = ?""",
                [self.name, spec.name],
            ).fetchall()
        }
        table = self._table(spec.name)
        wanted = {column.name: column.sql_type for column in spec.columns}
        if any(there[name] != wanted[name] for name in there.keys() & wanted.keys()):
            connection.execute(f"DROP TABLE {table}")
            there = {}
        if not there:
            columns = ", ".join(f"{quote_name(name)} {kind}" for name, kind in wanted.items())
            connection.execute(f"CREATE TABLE {table} ({columns})")
            connection.execute(f"COMMENT ON TABLE {table} IS {quote_text(spec.doc)}")
            return True
        for name in wanted.keys() - there.keys():
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {quote_name(name)} {wanted[name]}")
        return False

    def snapshots(self) -> list[Snapshot]:
        """This deployment's releases in the lake, oldest first."""
        with self.connect(read_only=True) as connection:
            rows = connection.execute(
                """SELECT snapshot_id, timezone('UTC', snapshot_time),
                          CASE WHEN author = $name THEN commit_extra_info END
                   FROM ducklake_snapshots('lake')
                   WHERE author = $name
                      OR snapshot_id = (SELECT min(snapshot_id) FROM ducklake_snapshots('lake'))
                   ORDER BY snapshot_id""",
                {"name": self.name},
            ).fetchall()
            if rows and not rows[0][2]:
                rows[0] = (*rows[0][:2], self._standing(connection, rows[0][0]))
        return [Snapshot(number, when, json.loads(facts)["release"]) for number, when, facts in rows if facts]

    def _standing(self, connection: _Connection, snapshot_id: int) -> str | None:
        """What stood in this deployment's schema at the oldest snapshot left, which a purge may have made."""
        try:
            sql = f"SELECT release_id FROM {self._table(_OWNER)} AT (VERSION => {snapshot_id:d})"  # noqa: S608
            found = connection.execute(sql).fetchone()
        except duckdb.CatalogException:
            return None
        return json.dumps({"release": found[0]}) if found and found[0] else None

    @contextmanager
    def open(self, snapshot: Snapshot) -> Iterator[_Connection]:
        """The deployment's tables at a snapshot, named as in a release, for reading alone.

        The connection reads the lake's own files and no others, and its settings are locked.
        """
        with self.connect(snapshot_id=snapshot.snapshot_id, read_only=True) as connection:
            there = {
                row[0]
                for row in connection.execute(
                    "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' AND schema_name = ?",
                    [self.name],
                ).fetchall()
            }
            for schema in sorted({spec.schema for spec in TABLES.values()}):
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_name(schema)}")
            for spec in TABLES.values():
                if spec.name in there:
                    connection.execute(f"CREATE VIEW {qualified(spec)} AS FROM {self._table(spec.name)}")
            yield connection

    def lock_down(self, connection: _Connection) -> None:
        """Take from an opened connection every file but the lake's own."""
        folder = self.data if self.data.endswith("/") else self.data + "/"
        connection.execute(f"SET allowed_directories = [{quote_text(folder)}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")

    def purge(self) -> int:
        """Remove for good what no current row needs: older snapshots and the files only they used.

        Ends time travel for every deployment of the lake: needed after a document was forgotten. Returns
        the files removed.
        """
        with self.connect() as connection:
            connection.execute("CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)")
            connection.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
            gone = connection.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)").fetchall()
            lost = connection.execute(
                "CALL ducklake_delete_orphaned_files('lake', older_than => now() - INTERVAL 1 DAY)"
            ).fetchall()
        return len(gone) + len(lost)


_Connection = duckdb.DuckDBPyConnection


def _count(connection: _Connection, table: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(found[0]) if found else 0


def _others_came_first(error: BaseException) -> bool:
    """Whether another writer's commit, or its making of the lake, is what stood in the way."""
    return any(word in str(error).lower() for word in ("conflict", "duplicate key", "already exists"))


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
