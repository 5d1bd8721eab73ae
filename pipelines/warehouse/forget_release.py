"""A release without some documents: a new file, because deleted bytes stay in a DuckDB file.

The rows leave a copy of the release; resolution then makes anew what rested on them (copies, stories,
statements, figures, counts), as it does for a document that a run replaced; and what stays is written into a
file that never held the rest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.model import TABLES, Ruling, Run, to_arrow
from pipelines.warehouse.connection import Warehouse, open_release, transaction
from pipelines.warehouse.forget_traces import AUDIT_STATEMENTS, own_pieces, scrub_free_text, tables_with
from pipelines.warehouse.migrations import migrate
from pipelines.warehouse.resolution import resolve_rows
from pipelines.warehouse.schema import qualified, quote_name
from pipelines.warehouse.unruled import SCHEMA, applied, lift

# What belongs to one document. Signatures and features are left to resolution, which learns from them what a
# document that is gone was linked to.
_OF_DOCUMENT = (
    "documents", "document_sources", "document_revisions", "segments", "sentences", "entity_mentions",
    "quotes", "scare_quotes", "numeric_claims", "story_documents", "statement_assertions",
    "figure_date_checks", "extraction_changes",
)  # fmt: skip

# Names as documents write them, with the entity they were tied to.
_NAMES = """
    SELECT entity_id, unnest([surface, name]) AS alias, document_id FROM main.entity_mentions
    UNION ALL SELECT speaker_entity_id, unnest([speaker_surface, speaker_name]), document_id FROM main.quotes
    UNION ALL SELECT source_entity_id, source_surface, document_id FROM main.numeric_claims
"""


class LeftoverError(RuntimeError):
    """Words of a forgotten document that are still in a release's rows: the release was left as it was."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be forgotten, and what the ledger says of what stays.

    `run`: the run that forgets. `rulings`: those of the ledger that may still be applied. `landed`: where the
    bytes of each text that stays lie, by (document_id, text_sha256); `present`: the names of all such bytes.
    `words`: sentences of the forgotten texts; `runs`: runs of words of them. `make_views` makes the views of a file with tables.
    """

    document_ids: Collection[str]
    run: Run
    tombstones: Sequence[Ruling]
    rulings: Sequence[Ruling]
    landed: Mapping[tuple[str, str], str]
    present: Collection[str]
    words: Collection[str]
    runs: Set[str]
    make_views: Callable[[duckdb.DuckDBPyConnection], object]


def texts_of(file: Path, document_ids: Collection[str]) -> tuple[dict[tuple[str, str], str], set[str]]:
    """Texts of these documents in a release, by (document_id, text_sha256), and the ids of their copies."""
    with open_release(file) as connection:
        connection.register("wanted", _ids(document_ids))
        rows = connection.execute(
            """SELECT document_id, text_sha256, text FROM main.documents SEMI JOIN wanted USING (document_id)
               UNION SELECT document_id, text_sha256, text FROM main.document_revisions
                     SEMI JOIN wanted USING (document_id)"""
        ).fetchall()
        same = connection.execute(
            """SELECT document_id FROM main.documents
               WHERE text_sha256 IN (SELECT text_sha256 FROM main.documents SEMI JOIN wanted USING (document_id))
                 AND document_id NOT IN (FROM wanted)
               UNION SELECT document_id FROM main.documents
               WHERE duplicate_of_document_id IN (FROM wanted) AND document_id NOT IN (FROM wanted)"""
        ).fetchall()
    return {(key, sha256): text for key, sha256, text in rows}, {row[0] for row in same}


def rewrite(file: Path, work: Path, order: Order) -> None:
    """Write the release anew without the documents of `order`, and put it in the old one's place in one step.

    `work` is a folder for the copy that rows are taken from. Raises LeftoverError, the release being as it was,
    when words of a forgotten document are found in what would stay.
    """
    work.mkdir(parents=True, exist_ok=True)
    copy = Warehouse(work / "copy.duckdb")
    made = file.with_name(".forgetting.duckdb")
    published = file.parent.stat()
    made.unlink(missing_ok=True)
    try:
        copy.prepare(file)
        with copy.connect() as connection:
            words = own_pieces(connection, order.words, order.document_ids)
            with transaction(connection):
                _take_out(connection, order)
        with Warehouse(made).connect() as connection:
            _write_anew(connection, copy.path, order)
            if left := tables_with(connection, words):
                raise LeftoverError(f"words of the document would stay in {', '.join(left)} of {file}")
        with made.open("rb") as handle:
            os.fsync(handle.fileno())
        made.replace(file)
    finally:
        made.unlink(missing_ok=True)
        made.with_name(made.name + ".wal").unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)
        # The folder's time is when the release was published: what `--as-of` goes by.
        os.utime(file.parent, ns=(published.st_atime_ns, published.st_mtime_ns))


def _ids(document_ids: Collection[str]) -> pa.Table:
    return pa.table({"document_id": pa.array(sorted(document_ids), pa.string())})


def _take_out(connection: duckdb.DuckDBPyConnection, order: Order) -> None:
    """Take the documents' rows out, and resolve anew what rested on them."""
    carried = applied(connection)
    lift(connection)
    connection.register("incoming", _ids(order.document_ids))
    connection.execute("CREATE OR REPLACE TEMP TABLE forgotten AS FROM incoming")
    connection.unregister("incoming")
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE lost_names AS
            SELECT DISTINCT entity_id, alias FROM ({_NAMES}) AS n
            WHERE document_id IN (FROM forgotten) AND entity_id IS NOT NULL AND alias IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM ({_NAMES}) AS o
                              WHERE o.document_id NOT IN (FROM forgotten)
                                AND o.entity_id = n.entity_id AND o.alias = n.alias)"""  # noqa: S608
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE lost_roles AS
           SELECT entity_id, role_text FROM main.entity_mentions WHERE document_id IN (FROM forgotten)
           EXCEPT SELECT entity_id, role_text FROM main.entity_mentions
           WHERE document_id NOT IN (FROM forgotten)"""
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE lost_outlets AS
           SELECT outlet_id FROM main.documents WHERE document_id IN (FROM forgotten)
           EXCEPT SELECT outlet_id FROM main.documents WHERE document_id NOT IN (FROM forgotten)"""
    )
    # What is made anew for these stories must not keep an entity alive that only the forgotten named.
    for table, column in (
        ("statements", "speaker_entity_id"), ("figures", "place_entity_id"), ("stories", "place_entity_id"),
    ):  # fmt: skip
        connection.execute(
            f"""UPDATE main.{table} SET {column} = NULL WHERE story_id IN (
                  SELECT story_id FROM main.documents WHERE document_id IN (FROM forgotten))"""  # noqa: S608
        )
    for table in _OF_DOCUMENT:
        connection.execute(
            f"DELETE FROM {qualified(TABLES[table])} WHERE document_id IN (FROM forgotten)"  # noqa: S608
        )
    _drop_names(connection)
    connection.execute("DELETE FROM main.outlets WHERE outlet_id IN (FROM lost_outlets)")
    rulings = [ruling for ruling in order.rulings if ruling.ruling_id in carried]
    resolve_rows(connection, rulings, order.run.run_id)
    _point_at_landing(connection, order)
    for statement in AUDIT_STATEMENTS:
        connection.execute(statement.format("audit."))
    scrub_free_text(connection, order.runs, "audit.")
    connection.register("tombstones", to_arrow("rulings", order.tombstones))
    connection.execute("DELETE FROM audit.rulings WHERE ruling_id IN (SELECT ruling_id FROM tombstones)")
    connection.execute("INSERT INTO audit.rulings BY NAME FROM tombstones")
    connection.register("forgetting", to_arrow("runs", [order.run]))
    connection.execute("INSERT INTO audit.runs BY NAME FROM forgetting")


def _drop_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Names and roles that no other document gives an entity go; its fullest name is among those that stay."""
    connection.execute(
        """DELETE FROM main.entity_aliases AS a USING lost_names AS l
           WHERE l.entity_id = a.entity_id AND l.alias = a.alias"""
    )
    connection.execute(
        """UPDATE main.entities AS e SET name = f.name
           FROM (SELECT a.entity_id, arg_max(a.alias, (length(a.alias), a.alias)) AS name
                 FROM main.entity_aliases AS a WHERE a.method <> 'metonym' GROUP BY ALL) AS f
           WHERE f.entity_id = e.entity_id
             AND EXISTS (FROM lost_names AS l WHERE l.entity_id = e.entity_id AND l.alias = e.name)"""
    )
    connection.execute(
        """UPDATE main.entities AS e SET role = NULL
           FROM lost_roles AS l WHERE l.entity_id = e.entity_id AND l.role_text = e.role"""
    )


def _point_at_landing(connection: duckdb.DuckDBPyConnection, order: Order) -> None:
    """Documents whose input was written anew, without what was forgotten, point at the bytes of today."""
    landed = order.landed
    connection.register("present", pa.table({"sha256": pa.array(sorted(order.present), pa.string())}))
    connection.register(
        "landed",
        pa.table(
            {
                "document_id": pa.array([key for key, _ in landed], pa.string()),
                "text_sha256": pa.array([sha256 for _, sha256 in landed], pa.string()),
                "source_sha256": pa.array(list(landed.values()), pa.string()),
            }
        ),
    )
    for table in ("documents", "document_revisions"):
        connection.execute(
            f"""UPDATE main.{table} AS d SET source_sha256 = l.source_sha256 FROM landed AS l
                WHERE l.document_id = d.document_id AND l.text_sha256 = d.text_sha256
                  AND d.source_sha256 NOT IN (FROM present)"""  # noqa: S608
        )
    connection.execute(
        """UPDATE main.document_sources AS s SET source_sha256 = d.source_sha256
           FROM main.documents AS d
           WHERE d.document_id = s.document_id AND s.source_sha256 NOT IN (FROM present)"""
    )
    connection.unregister("landed")
    connection.unregister("present")


def _write_anew(connection: duckdb.DuckDBPyConnection, copy: Path, order: Order) -> None:
    """Every table's rows from the copy, views, and what lies in schema `unruled`."""
    migrate(connection)
    connection.execute("DELETE FROM main.migrations")
    connection.execute(f"ATTACH '{str(copy).replace(chr(39), chr(39) * 2)}' AS copied (READ_ONLY)")
    for spec in TABLES.values():
        connection.execute(f"INSERT INTO {qualified(spec)} BY NAME FROM copied.{qualified(spec)}")
    unruled = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'copied' AND schema_name = ?", [SCHEMA]
    ).fetchall()
    if unruled:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for (table,) in unruled:
        name = f"{SCHEMA}.{quote_name(table)}"
        connection.execute(f"CREATE TABLE {name} AS FROM copied.{name}")
    connection.execute("DETACH copied")
    order.make_views(connection)
    connection.execute("CHECKPOINT")
