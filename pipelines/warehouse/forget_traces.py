"""Where words of a forgotten document may stand beside its rows: details of audits, logs, what was kept aside.

In a release's rows the document's sentences are looked for that no other document holds; in details and logs
any five words in a row.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Set
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.warehouse.schema import quote_name

# Shorter pieces are met anywhere: no proof, and no harm.
MIN_CHARS = 25
_RUN, _MIN_RUN_CHARS = 5, 20
_PIECE_BYTES, _OVERLAP_BYTES = 4 << 20, 64 << 10
_WORD = re.compile(r"\w+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PIECE = re.compile(r"[^\n.!?]+[.!?]?")

# Rows of the ledger and of a release's copy of it that go with a document, and what rulings on it keep: who,
# when, why. A ruling on an entity stays in force; one on a row has nothing left to rule on.
# `forgotten` (document_id) is a table of the connection.
AUDIT_STATEMENTS = (
    """DELETE FROM {0}quarantined_rows WHERE document_id IN (SELECT document_id FROM forgotten)
       OR EXISTS (SELECT 1 FROM forgotten AS f
                  WHERE instr("row", f.document_id) > 0 OR instr(row_key, f.document_id) > 0)""",
    """UPDATE {0}rulings SET
         status = CASE WHEN table_name = 'entities'
                        AND coalesce(value, '') NOT IN (SELECT document_id FROM forgotten)
                  THEN status ELSE 'undone' END,
         document_id = CASE WHEN table_name <> 'entities' THEN document_id END,
         value = CASE WHEN table_name = 'entities' THEN value END,
         surface = NULL, start_char = NULL, end_char = NULL
       WHERE kind <> 'forget' AND document_id IN (SELECT document_id FROM forgotten)""",
)

# Free text of the audit that may quote a document: column, and what takes its place.
_FREE_TEXT = (
    ("validation_results", "detail", None),
    ("rejected_documents", "detail", None),
    ("runs", "detail", None),
    ("quarantined_rows", "reason", "[forgotten]"),
    ("rulings", "why", "[forgotten]"),
)


def pieces(texts: Iterable[str]) -> list[str]:
    """The sentences and lines of texts that are long enough to be known again."""
    found: set[str] = set()
    for text in texts:
        for part in (*text.splitlines(), *_PIECE.findall(text)):
            piece = " ".join(part.split()) if "\n" in part else part.strip()
            if len(piece) >= MIN_CHARS:
                found.add(piece)
    return sorted(found)


def word_runs(texts: Iterable[str]) -> frozenset[str]:
    """Every five words in a row, in small letters: what a fragment is known by."""
    return frozenset(run for text in texts for run in _runs(text))


def is_quoting(text: str, runs: Set[str]) -> bool:
    """Whether five words in a row of the documents stand in a text, or in a text inside JSON."""
    plain = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text.replace("\\n", " ").replace('\\"', " "))
    return any(run in runs for run in _runs(plain))


def _runs(text: str) -> Iterator[str]:
    words = _WORD.findall(text.casefold())
    for at in range(len(words) - _RUN + 1):
        run = " ".join(words[at : at + _RUN])
        if len(run) >= _MIN_RUN_CHARS:
            yield run


def own_pieces(
    connection: duckdb.DuckDBPyConnection, found: Collection[str], forgotten: Collection[str]
) -> list[str]:
    """Those of `found` that no other document or revision of a release holds."""
    connection.register("pieces", pa.table({"piece": pa.array(list(found), pa.string())}))
    connection.register("leaving", pa.table({"document_id": pa.array(list(forgotten), pa.string())}))
    rows = connection.execute(
        """SELECT piece FROM pieces WHERE NOT EXISTS (
             SELECT 1 FROM (SELECT document_id, text FROM main.documents
                            UNION ALL SELECT document_id, text FROM main.document_revisions) AS d
             WHERE d.document_id NOT IN (FROM leaving) AND contains(d.text, piece))"""
    ).fetchall()
    connection.unregister("pieces")
    connection.unregister("leaving")
    return sorted(row[0] for row in rows)


def tables_with(connection: duckdb.DuckDBPyConnection, found: Collection[str]) -> list[str]:
    """Columns of text, as schema.table.column, in which one of the pieces stands."""
    connection.register("pieces", pa.table({"piece": pa.array(list(found), pa.string())}))
    columns = connection.execute(
        """SELECT schema_name, table_name, column_name FROM duckdb_columns()
           WHERE database_name = current_database() AND NOT internal AND data_type = 'VARCHAR'
             AND schema_name IN ('main', 'audit', 'unruled') ORDER BY ALL"""
    ).fetchall()
    held = []
    for schema, table, column in columns:
        name = f"{quote_name(schema)}.{quote_name(table)}"
        query = f"SELECT 1 FROM {name}, pieces WHERE contains({quote_name(column)}, piece) LIMIT 1"  # noqa: S608
        if connection.execute(query).fetchone():
            held.append(f"{schema}.{table}.{column}")
    connection.unregister("pieces")
    return held


def scrub_free_text(
    connection: sqlite3.Connection | duckdb.DuckDBPyConnection, runs: Set[str], prefix: str = ""
) -> None:
    """Take what quotes the documents out of details and reasons, in the ledger or in a release's copy of it."""
    for table, column, instead in _FREE_TEXT:
        values = connection.execute(f"SELECT DISTINCT {column} FROM {prefix}{table}").fetchall()  # noqa: S608
        for (value,) in values:
            if value and is_quoting(value, runs):
                connection.execute(
                    f"UPDATE {prefix}{table} SET {column} = ? WHERE {column} = ?",  # noqa: S608
                    [instead, value],
                )


def scrub_logs(folder: Path, runs: Set[str]) -> int:
    """Take out rows of SQLite files, and other files whole, that quote the documents; returns how many went.

    For Dagster's history: each event is a row of text, or a file of what a step printed.
    """
    gone = 0
    for file in sorted(p for p in folder.rglob("*") if p.is_file()) if runs and folder.is_dir() else ():
        if file.suffix in (".db", ".sqlite"):
            gone += _scrub_sqlite(file, runs)
        elif not file.name.endswith(("-wal", "-shm", "-journal")) and holds(file, runs):
            file.unlink()
            gone += 1
    return gone


def holds(file: Path, runs: Set[str]) -> bool:
    """Whether a file, however large, quotes the documents, as UTF-8 or inside JSON."""
    before = b""
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            # Some of what was read stands before each piece: five words that a cut goes through are found.
            if is_quoting((before + piece).decode("utf-8", "replace"), runs):
                return True
            before = piece[-_OVERLAP_BYTES:]
    return False


def _scrub_sqlite(file: Path, runs: Set[str]) -> int:
    gone = 0
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            name = quote_name(table)
            rows = connection.execute(f"SELECT rowid, * FROM {name}")  # noqa: S608
            quoting = [
                (row[0],)
                for row in rows
                if any(isinstance(cell, str) and is_quoting(cell, runs) for cell in row[1:])
            ]
            connection.executemany(f"DELETE FROM {name} WHERE rowid = ?", quoting)  # noqa: S608
            gone += len(quoting)
        if gone:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone
