"""How often entities and their names are used, counted where a run changed it; and entities that nothing holds.

A release says by which method its counts were made (schema `counted` of the database itself). A run over such a
release adds what its own documents say, and counts anew only the entities whose older mentions it changed: those
of documents that it takes out or reads again (`note_leaving`), and those that resolution joined, moved or gave
other names (`note`). Where the sum is not that of all mentions then, all are counted. Names in headlines and on
menus do not count.
"""

from __future__ import annotations

import hashlib
import logging

import duckdb

from pipelines.warehouse.entity_rows import ENTITY_COLUMNS, ORPHANS
from pipelines.warehouse.schema import qualified, quote_name
from pipelines.warehouse.unruled import applied

logger = logging.getLogger(__name__)

SCHEMA = "counted"

# Mentions that are counted in one statement.
_COUNTED_AT_ONCE = 1_000_000

_COUNTED = """
    FROM (SELECT entity_id, document_id, segment_no FROM main.entity_mentions
          WHERE mention_type = 'name' AND {which}) AS m
    ANTI JOIN (FROM main.segments WHERE role IN ('title', 'navigation', 'boilerplate')) AS s
      USING (document_id, segment_no)"""

_MENTIONS = f"SELECT m.entity_id, m.document_id, count(*) AS mentions {_COUNTED} GROUP BY ALL"

_NAMES = """
    SELECT DISTINCT entity_id, alias, document_id
    FROM (SELECT entity_id, surface AS alias, document_id FROM main.entity_mentions WHERE {which}
          UNION ALL
          SELECT entity_id, name, document_id FROM main.entity_mentions WHERE name <> surface AND {which})"""

# What is counted: the table, its counts by key from all mentions that `which` finds, their columns, and its key.
_COUNTS = (
    (
        "entities",
        f"""SELECT entity_id, sum(mentions)::BIGINT AS mention_count, count(*) AS document_count
            FROM ({_MENTIONS}) GROUP BY entity_id""",  # noqa: S608
        ("mention_count", "document_count"),
        ("entity_id",),
    ),
    (
        "entity_aliases",
        f"SELECT entity_id, alias, count(*) AS document_count FROM ({_NAMES}) GROUP BY ALL",  # noqa: S608
        ("document_count",),
        ("entity_id", "alias"),
    ),
)


def note_leaving(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep for resolution whom the documents of `leaving` (document_id) mention, before they are taken out.

    Not where rulings had changed rows: all is counted then.
    """
    connection.execute(f"DROP TABLE IF EXISTS {SCHEMA}.lost")
    if applied(connection) or not _is_counted(connection):
        return
    connection.execute(
        """CREATE TABLE counted.lost AS
           SELECT DISTINCT entity_id FROM main.entity_mentions
           WHERE document_id IN (FROM leaving) AND entity_id IS NOT NULL"""
    )


class Counts:
    """The counts of a run. `is_part`: those of most entities stand as the last run left them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, run_id: str, *, has_rulings: bool) -> None:
        self._connection = connection
        self._run_id = run_id
        self.is_part = (
            not has_rulings
            and not applied(connection)
            and _is_counted(connection)
            and _has_table(connection, "lost")
        )
        connection.execute("CREATE OR REPLACE TEMP TABLE recounted_entities (entity_id VARCHAR)")
        if self.is_part:
            self.note("FROM counted.lost")

    def note(self, entities: str) -> None:
        """Count the entities that a query finds (entity_id) anew: older mentions of theirs changed."""
        self._connection.execute(
            f"INSERT INTO recounted_entities SELECT id FROM ({entities}) AS t(id) WHERE id IS NOT NULL"  # noqa: S608
        )

    def count(self) -> None:
        """Bring the counts up to date by the run's documents and by what was noted. Else all are counted at the end."""
        if not self.is_part:
            return
        connection = self._connection
        for table, counts, columns, key in _COUNTS:
            same = " AND ".join(f"c.{column} = t.{column}" for column in key)
            anew = counts.format(which="entity_id IN (FROM recounted_entities)")
            _write(connection, table, "entity_id IN (FROM recounted_entities)", anew, columns, key)
            # Rows bear the run of their document, and lie by it.
            ours = counts.format(which="run_id = $run_id AND entity_id NOT IN (FROM recounted_entities)")
            connection.execute(f"CREATE OR REPLACE TEMP TABLE added AS {ours}", {"run_id": self._run_id})
            more = ", ".join(f"{column} = t.{column} + c.{column}" for column in columns)
            connection.execute(f"UPDATE main.{table} AS t SET {more} FROM added AS c WHERE {same}")  # noqa: S608
        if not _adds_up(connection):
            logger.warning("the counts of entities do not add up: all are counted")
            count_all(connection)
        connection.execute("DROP TABLE IF EXISTS counted.lost")

    def drop_orphans(self) -> None:
        """An entity whose last mention went with its document goes too, unless a row still points at it."""
        connection = self._connection
        if not self.is_part:
            for table, condition in ORPHANS.items():
                connection.execute(f"DELETE FROM main.{table} WHERE {condition}")  # noqa: S608
            return
        # Counts are those of today: what has mentions is held by them.
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE unmentioned AS SELECT entity_id FROM main.entities WHERE mention_count = 0"
        )
        held = " UNION ALL ".join(
            f"SELECT {quote_name(column)} AS entity_id FROM {qualified(spec)} AS t "  # noqa: S608
            f"SEMI JOIN unmentioned AS u ON u.entity_id = t.{quote_name(column)}"
            for spec, column in ENTITY_COLUMNS
            if spec.name != "entity_aliases"
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE orphans AS FROM unmentioned WHERE entity_id NOT IN ({held})"  # noqa: S608
        )
        if connection.execute("FROM orphans LIMIT 1").fetchone() is None:
            return
        for table, column in (("entities", "entity_id"), ("entity_aliases", "entity_id"), ("id_redirects", "new_id")):
            of_entities = "table_name = 'entities' AND " if table == "id_redirects" else ""
            connection.execute(f"DELETE FROM main.{table} WHERE {of_entities}{column} IN (FROM orphans)")  # noqa: S608


def count_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Count every mention, so many entities at a time that what is counted of them fits in memory."""
    [(mentions,)] = connection.execute("SELECT count(*) FROM main.entity_mentions").fetchall()
    parts = 1 + mentions // _COUNTED_AT_ONCE
    for part in range(parts):
        which = f"hash(entity_id) % {parts} = {part}"
        for table, counts, columns, key in _COUNTS:
            _write(connection, table, which, counts.format(which=which), columns, key)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(f"DROP TABLE IF EXISTS {SCHEMA}.lost")
    connection.execute("CREATE OR REPLACE TABLE counted.method (method VARCHAR)")
    connection.execute("COMMENT ON TABLE counted.method IS 'What the counts of entities and names were made by.'")
    connection.execute("INSERT INTO counted.method VALUES (?)", [_method()])


def _write(  # noqa: PLR0917
    connection: duckdb.DuckDBPyConnection,
    table: str,
    which: str,
    counts: str,
    columns: tuple[str, ...],
    key: tuple[str, ...],
) -> None:
    """Set the counts that differ among the rows of `table` that `which` finds."""
    old = ", ".join((*key, *columns))
    new = ", ".join(f"coalesce(m.{column}, 0) AS {column}" for column in columns)
    differs = " OR ".join(f"coalesce(m.{column}, 0) <> t.{column}" for column in columns)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE recounted AS
            SELECT {", ".join(f"t.{column}" for column in key)}, {new}
            FROM (SELECT {old} FROM main.{table} WHERE {which}) AS t
            LEFT JOIN ({counts}) AS m USING ({", ".join(key)}) WHERE {differs}"""  # noqa: S608
    )
    settings = ", ".join(f"{column} = c.{column}" for column in columns)
    same = " AND ".join(f"c.{column} = t.{column}" for column in key)
    connection.execute(f"UPDATE main.{table} AS t SET {settings} FROM recounted AS c WHERE {same}")  # noqa: S608


def _adds_up(connection: duckdb.DuckDBPyConnection) -> bool:
    """Are as many mentions counted as there are."""
    there = _COUNTED.format(which="entity_id IS NOT NULL")
    [(same,)] = connection.execute(
        f"""SELECT (SELECT count(*) {there})
                = (SELECT coalesce(sum(mention_count), 0) FROM main.entities)"""  # noqa: S608
    ).fetchall()
    return bool(same)


def _method() -> str:
    return hashlib.sha256(repr(_COUNTS).encode()).hexdigest()


def _is_counted(connection: duckdb.DuckDBPyConnection) -> bool:
    """Are the counts of the database made by the method of today."""
    if not _has_table(connection, "method"):
        return False
    return connection.execute("FROM counted.method").fetchone() == (_method(),)


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = connection.execute(
        """SELECT 1 FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?
           AND database_name = current_database()""",
        [SCHEMA, name],
    ).fetchone()
    return found is not None
