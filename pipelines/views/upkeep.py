"""Kept views brought up to date: of a view that names its key, only the rows of touched keys are made again.

A run starts from a copy of the last release, whose kept views say what its tables said. Both are compared
document by document (a sum of hashes of every column that such a view reads), so nothing rests on what a step
of the run says it changed. What differs touches keys; the rows of a key depend on a few documents. The view's
own SELECT then runs in a database beside the work file whose tables are those documents' rows.

Does not belong here: which rows a key depends on (`pipelines.views.keys`), any view's SQL.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.model import TABLES
from pipelines.views.catalog import SCHEMA, View
from pipelines.views.keys import COMPARED, KEYS, READ, SHOWING, Key
from pipelines.warehouse.connection import fetch
from pipelines.warehouse.schema import quote_name, quote_text

logger = logging.getLogger(__name__)

# What the databases are attached as: the release that the work file was copied from, and the one beside.
_BASE, _BESIDE = "upkeep_base", "upkeep"

# Where a touched key's rows rest on more than this share of all documents, the view is made whole: it is no
# dearer, and sorted as it should be.
MOST_DOCUMENTS = 0.2
# Rows added at the end of a table, as a share of it, before it is made whole again to be sorted.
_MOST_APPENDED = 0.25
# A macro in `marts` with that count by view.
APPENDED = "views_appended"


@dataclass(slots=True)
class Upkeep:
    """The databases at hand while the views of a work file are made."""

    connection: duckdb.DuckDBPyConnection
    work: str
    appended: dict[str, int]
    most_documents: float
    refreshed: list[str] = field(default_factory=list)
    """Views brought up to date, in order; the others are made whole."""
    _touched: set[str] = field(default_factory=set)
    _needed: str = ""

    def refresh(self, view: View) -> bool:
        """Bring a kept view up to date; False where it has to be made whole, and nothing was done."""
        if self.most_documents < 0 or not (self._can_be_sliced(view) and self._slice(view)):
            self.appended[view.name] = 0
            return False
        self._replace(view)
        self.refreshed.append(view.name)
        return True

    def _can_be_sliced(self, view: View) -> bool:
        read = [name.partition(".") for name in view.depends_on]
        return bool(view.key) and all(
            table in READ if schema == "main" else table in self.refreshed for schema, _, table in read
        )

    def _slice(self, view: View) -> bool:
        """Fill the tables beside with what the touched keys rest on; False where that is too much."""
        keys = [KEYS[name] for name in view.key]
        for key in keys:
            self._touch(key)
        self._find_needed(keys)
        if self._is_too_much(view, keys):
            return False
        for name in view.depends_on:
            self.connection.execute(f"CREATE OR REPLACE VIEW upkeep.{name} AS {self._rows(name, keys)}")
        return True

    def _is_too_much(self, view: View, keys: Sequence[Key]) -> bool:
        """Whether making the view whole is no dearer, or it stands too far from its order."""
        total = self._count(f"{self.work}.{view.qualified}")
        if self.appended.get(view.name, 0) > _MOST_APPENDED * total:
            return True
        if any(key.rows for key in keys):
            # Not all rows of the documents are read: what is dear is the rows to be made.
            return sum(self._count(key.table) for key in keys) > self.most_documents * max(1, total)
        needed = self._count("upkeep.keys.needed")
        return needed > self.most_documents * self._count(f"{self.work}.main.documents")

    def _touch(self, key: Key) -> None:
        """Write down the touched keys of a kind, once."""
        if key.name in self._touched:
            return
        self._touched.add(key.name)
        self._ask(_BASE, f"CREATE TABLE {key.table} AS {key.touched}")
        self._ask(self.work, f"INSERT INTO {key.table} {key.touched}")
        self.connection.execute(f"CREATE OR REPLACE TABLE {key.table} AS SELECT DISTINCT * FROM {key.table}")  # noqa: S608

    def _find_needed(self, keys: Sequence[Key]) -> None:
        """Write down the documents that the touched keys rest on, or the rows in them."""
        asked = " UNION ".join(f"({key.rests_on})" for key in keys)
        if asked != self._needed:
            found = f"SELECT DISTINCT * FROM ({asked})"  # noqa: S608
            self._ask(self.work, f"CREATE OR REPLACE TABLE upkeep.keys.needed AS {found}")
            self._needed = asked

    def _rows(self, name: str, keys: Sequence[Key]) -> str:
        """The rows of a table that the touched keys rest on, and maybe more."""
        schema, _, table = name.partition(".")
        columns = TABLES[table].column_names if schema == "main" else ()
        everything = f"SELECT t.* FROM {self.work}.{name} AS t"  # noqa: S608
        if found := [key.rows[table] for key in keys if table in key.rows]:
            return f"{everything} SEMI JOIN {found[0]}"
        if "document_id" in columns:
            return f"{everything} SEMI JOIN upkeep.keys.needed AS k ON k.document_id = t.document_id"
        own = [key for key in keys if key.name in columns or schema == SCHEMA]
        return f"{everything} WHERE {self._is_touched(own)}" if own else everything

    @staticmethod
    def _is_touched(keys: Sequence[Key]) -> str:
        return " OR ".join(
            f"EXISTS (FROM {key.table} AS k WHERE k.key IS NOT DISTINCT FROM {key.of_row})" for key in keys
        )

    def _replace(self, view: View) -> None:
        """Take the rows of the touched keys out of the table, and put them in anew."""
        target, keys = f"{self.work}.{view.qualified}", [KEYS[name] for name in view.key]
        for key in keys:
            self.connection.execute(
                f"DELETE FROM {target} AS t USING {key.table} AS k "  # noqa: S608
                f"WHERE k.key IS NOT DISTINCT FROM {key.of_row}"
            )
        before = self._count(target)
        self._ask(
            _BESIDE,
            f"INSERT INTO {target} SELECT t.* FROM ({view.sql}\n) AS t WHERE {self._is_touched(keys)}",  # noqa: S608
        )
        self.appended[view.name] = self.appended.get(view.name, 0) + self._count(target) - before

    def _count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608

    def _ask(self, database: str, statement: str) -> None:
        """Run a statement whose tables are those of one of the databases."""
        self.connection.execute(f"USE {database}.main")
        try:
            fetch(self.connection, statement)
        finally:
            self.connection.execute(f"USE {self.work}.main")

    def compare(self) -> bool:
        """Write down what differs between release and work file; False where the units do."""
        for key, tables in COMPARED.items():
            found = " UNION ".join(self._differing(key, table) for table in tables)
            fetch(self.connection, f"CREATE TABLE upkeep.changed.{key} AS {found}")
        fetch(self.connection, "CREATE TABLE upkeep.changed.own AS FROM upkeep.changed.document_id")
        for database in (_BASE, self.work):
            self._ask(database, f"INSERT INTO upkeep.changed.document_id {SHOWING}")
        self.connection.execute(
            "CREATE OR REPLACE TABLE upkeep.changed.document_id AS "
            "SELECT DISTINCT document_id FROM upkeep.changed.document_id"
        )
        return self._count("upkeep.changed.unit") == 0

    def _differing(self, key: str, table: str) -> str:
        """The query for the keys whose rows of a table differ between the two."""
        columns = ", ".join(f"t.{column}" for column in READ[table])
        told = f"SELECT t.{key}, sum(hash({columns})) AS told"
        before, now = (
            f"({told} FROM {database}.main.{table} AS t GROUP BY t.{key})" for database in (_BASE, self.work)
        )
        return (
            f"SELECT {key} FROM {before} AS b FULL JOIN {now} AS n USING ({key}) "  # noqa: S608
            "WHERE b.told IS DISTINCT FROM n.told"
        )

    def remember(self) -> Iterator[str]:
        """The SQL that writes down how many rows stand at the end of each table."""
        counts = json.dumps(dict(sorted(self.appended.items())))
        yield f"CREATE OR REPLACE MACRO {SCHEMA}.{APPENDED}() AS {quote_text(counts)}"
        yield (
            f"COMMENT ON MACRO {SCHEMA}.{APPENDED} IS "
            "'Rows added to each kept view since it was last made whole, as JSON.'"
        )


@contextmanager
def upkeep(
    connection: duckdb.DuckDBPyConnection, base: Path | None, most_documents: float | None = None
) -> Iterator[Upkeep]:
    """What brings kept views up to date against `base`, the release that the open work file was copied from.

    Without a release, every view is made whole. `most_documents`: a share instead of `MOST_DOCUMENTS`.
    """
    [(work,)] = connection.execute("SELECT current_database()").fetchall()
    most = MOST_DOCUMENTS if most_documents is None else most_documents
    found = Upkeep(connection, quote_name(work), {}, most)
    if base is None:
        found.most_documents = -1.0
        yield found
        return
    connection.execute(f"ATTACH {quote_text(str(base))} AS {_BASE} (READ_ONLY)")
    try:
        connection.execute(f"ATTACH ':memory:' AS {_BESIDE}")
        for schema in ("changed", "keys", SCHEMA):
            connection.execute(f"CREATE SCHEMA {_BESIDE}.{schema}")
        found.appended = _appended(connection)
        if not _is_like(connection) or not found.compare():
            found.most_documents = -1.0
        yield found
        logger.info("kept views brought up to date: %s", ", ".join(found.refreshed) or "none")
    finally:
        connection.execute(f"USE {found.work}.main")
        connection.execute(f"DETACH DATABASE IF EXISTS {_BESIDE}")
        connection.execute(f"DETACH {_BASE}")


def _is_like(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the release has the columns that are compared: one from before an upgrade may lack some."""
    known = connection.execute(
        """SELECT table_name, column_name FROM duckdb_columns()
           WHERE database_name = ? AND schema_name = 'main'""",
        [_BASE],
    ).fetchall()
    return set(known) >= {(table, column) for table, columns in READ.items() for column in columns}


def _appended(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    try:
        [(told,)] = connection.execute(f"SELECT {SCHEMA}.{APPENDED}()").fetchall()
    except duckdb.CatalogException:
        return {}
    counts: dict[str, int] = json.loads(told)
    return counts
