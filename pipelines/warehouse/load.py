"""Loading a run's kept rows into the work file: all of them in one transaction, or none.

Arrow batches, DELETE by document, then INSERT; no statement a row and no index (docs/adr/0003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.engine.local import EXTRACTED_TABLES
from pipelines.model import TABLES, TableSpec, arrow_schema
from pipelines.reference import read_table
from pipelines.warehouse.connection import Warehouse, transaction
from pipelines.warehouse.entity_counts import note_leaving
from pipelines.warehouse.schema import qualified
from pipelines.warehouse.session import Session
from pipelines.warehouse.stages import STAGED_TABLES
from pipelines.warehouse.unruled import lift
from pipelines.warehouse.version_diff import COMPARED, note_changes

REFERENCE_TABLES = ("claim_categories", "units", "dates")

# Rows of these tables belong to one document and go with it.
_OF_DOCUMENT = (
    "segments",
    "sentences",
    "entity_mentions",
    "quotes",
    "scare_quotes",
    "numeric_claims",
    "story_documents",
)


@dataclass(frozen=True, slots=True)
class Replacement:
    """A document whose text gave way to another at the same place."""

    old_document_id: str
    new_document_id: str
    place: str
    is_gone: bool


def load(session: Session, warehouse: Warehouse) -> dict[str, int]:
    """Load the run's kept rows; returns rows of each table afterwards."""
    kept = {table: pq.read_table(session.kept(table)) for table in STAGED_TABLES}
    kept |= {table: by_document(kept[table]) for table in EXTRACTED_TABLES}
    replacements = _replacements(session, set(kept["documents"]["document_id"].to_pylist()))
    with warehouse.connect() as connection:
        with transaction(connection):
            lift(connection)
            connection.register("new_documents", kept["documents"])
            for table in COMPARED:
                connection.register(f"incoming_{table}", kept[table])
            note_changes(connection, session)
            _replace_documents(connection, session, kept["documents"], replacements)
            _load_sources(connection, kept["document_sources"], replacements)
            _load_outlets(connection, kept["outlets"])
            for table in _OF_DOCUMENT[:-1]:
                _insert(connection, TABLES[table], kept[table])
            load_reference(connection)
        tables = (
            *STAGED_TABLES,
            "document_revisions",
            "extraction_changes",
            "migrations",
            *REFERENCE_TABLES,
        )
        return {table: count_rows(connection, table) for table in tables}


def by_document(rows: pa.Table) -> pa.Table:
    """Rows in the order of their documents' ids, and as they were within each.

    Extraction takes documents in another order (`engine.neighbours`); together, a document's rows are found without
    reading those of others.
    """
    return rows.take(pc.sort_indices(rows["document_id"]))


def count_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table of the contracts."""
    found = connection.execute(f"SELECT count(*) FROM {qualified(TABLES[table])}").fetchone()  # noqa: S608
    return int(found[0]) if found else 0


def _replacements(session: Session, kept: set[str]) -> list[Replacement]:
    """Bare documents that newer text replaced. A quarantined newcomer replaces nothing."""
    found = []
    for row in (*session.work.documents, *session.work.sources):
        old = row.replaces_document_id
        if old and (row.kind == "source" or row.document_id in kept):
            gone = not session.ledger.stands_somewhere(old)
            found.append(Replacement(old, row.document_id, row.place, gone))
    return found


def _register(connection: duckdb.DuckDBPyConnection, name: str, values: Sequence[str]) -> None:
    connection.register(name, pa.table({"document_id": pa.array(values, pa.string())}))


def _replace_documents(
    connection: duckdb.DuckDBPyConnection,
    session: Session,
    documents: pa.Table,
    replacements: list[Replacement],
) -> None:
    """Move replaced revisions aside, take out all rows of new and replaced documents, add the new."""
    gone = {r.old_document_id: r.new_document_id for r in replacements if r.is_gone}
    connection.register(
        "gone_documents",
        pa.table(
            {"old_id": pa.array(gone.keys(), pa.string()), "new_id": pa.array(gone.values(), pa.string())}
        ),
    )
    connection.execute(
        """
        INSERT INTO main.document_revisions BY NAME
        SELECT d.document_id, d.text_sha256, coalesce(g.new_id, d.document_id) AS superseded_by_document_id,
               $now::TIMESTAMP AS superseded_at, d.source_uri, d.title, d.text, d.source_sha256,
               d.first_seen_at, d.ingest_date, $run_id AS run_id
        FROM main.documents AS d
        LEFT JOIN gone_documents AS g ON g.old_id = d.document_id
        LEFT JOIN new_documents AS n ON n.document_id = d.document_id
        WHERE d.rowid IN (SELECT rowid FROM main.documents WHERE document_id IN (
                              SELECT old_id FROM gone_documents UNION ALL SELECT document_id FROM new_documents))
          AND (g.old_id IS NOT NULL OR n.text_sha256 <> d.text_sha256)
          AND NOT EXISTS (FROM main.document_revisions AS r
                          WHERE r.document_id = d.document_id AND r.text_sha256 = d.text_sha256)
        """,
        {"now": session.run.started_at, "run_id": session.run_id},
    )
    # A text that stands again is no replaced revision any more.
    connection.execute(
        """DELETE FROM main.document_revisions AS r USING new_documents AS n
           WHERE n.document_id = r.document_id AND n.text_sha256 = r.text_sha256"""
    )
    _register(connection, "leaving", [*documents["document_id"].to_pylist(), *gone])
    note_leaving(connection)
    for table in ("documents", *_OF_DOCUMENT):
        connection.execute(
            f"DELETE FROM {qualified(TABLES[table])} WHERE document_id IN (FROM leaving)"  # noqa: S608
        )
    _insert(connection, TABLES["documents"], documents)


def _load_sources(
    connection: duckdb.DuckDBPyConnection, sources: pa.Table, replacements: list[Replacement]
) -> None:
    connection.register("new_sources", sources)
    connection.register(
        "left_places",
        pa.table(
            {
                "document_id": pa.array([r.old_document_id for r in replacements], pa.string()),
                "source_uri": pa.array([r.place for r in replacements], pa.string()),
            }
        ),
    )
    connection.execute(
        """DELETE FROM main.document_sources
           WHERE document_id NOT IN (SELECT document_id FROM main.documents)"""
    )
    for leaving in ("new_sources", "left_places"):
        connection.execute(
            f"""DELETE FROM main.document_sources AS s USING {leaving} AS l
                WHERE s.document_id = l.document_id AND s.source_uri = l.source_uri"""  # noqa: S608
        )
    _insert(connection, TABLES["document_sources"], sources)
    # A document whose first place holds another text now is shown at the oldest place that still holds it.
    connection.execute(
        r"""
        UPDATE main.documents AS d
        SET source_uri = s.source_uri,
            source_label = CASE WHEN d.outlet_id IS NULL
                           THEN url_decode(regexp_extract(s.source_uri, '[^/]*$')) ELSE d.source_label END
        FROM (SELECT document_id, arg_min(source_uri, (first_seen_at, source_uri)) AS source_uri
              FROM main.document_sources GROUP BY document_id) AS s
        JOIN left_places AS l USING (document_id)
        WHERE s.document_id = d.document_id AND l.source_uri = d.source_uri
        """
    )


def _load_outlets(connection: duckdb.DuckDBPyConnection, outlets: pa.Table) -> None:
    """Add outlets not known yet; a known one keeps what it has."""
    connection.register("new_outlets", outlets)
    connection.execute(
        """INSERT INTO main.outlets BY NAME FROM new_outlets AS n
           WHERE NOT EXISTS (FROM main.outlets AS o WHERE o.outlet_id = n.outlet_id)"""
    )


def _insert(connection: duckdb.DuckDBPyConnection, spec: TableSpec, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    connection.execute(f"INSERT INTO {qualified(spec)} BY NAME FROM incoming")
    connection.unregister("incoming")


def load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the tables that word tables and the calendar fill, wholly anew."""
    for table in ("claim_categories", "units"):
        connection.execute(f"DELETE FROM {qualified(TABLES[table])}")  # noqa: S608
        _insert(connection, TABLES[table], _reference_rows(table))
    connection.execute("DELETE FROM main.dates")
    connection.execute(
        """
        INSERT INTO main.dates BY NAME
        WITH bounds AS (
            SELECT least(min(ingest_date), min(published_on)) AS low,
                   greatest(max(ingest_date), max(published_on)) AS high
            FROM main.documents),
        days AS (
            SELECT unnest(generate_series(date_trunc('year', low)::TIMESTAMP,
                                          date_trunc('year', high) + INTERVAL 1 YEAR - INTERVAL 1 DAY,
                                          INTERVAL 1 DAY))::DATE AS on_date
            FROM bounds WHERE low IS NOT NULL)
        SELECT on_date, year(on_date) AS year, month(on_date) AS month, day(on_date) AS day,
               isoyear(on_date) AS iso_year, week(on_date) AS iso_week, isodow(on_date) AS weekday,
               isodow(on_date) >= 6 AS is_weekend
        FROM days ORDER BY on_date
        """
    )


def _reference_rows(table: str) -> pa.Table:
    """A word table's rows in the contract's columns; blank cells are NULL. Currencies are units too."""
    schema = arrow_schema(table)
    rows = read_table(table)
    if table == "units":
        rows += [
            {"unit": row["code"], "dimension": "money", "symbol": row["symbols"].split(";")[0]}
            for row in read_table("currencies", ("code", "symbols"))
        ]
    columns = [
        pa.array([_cell(row.get(field.name, ""), field.type) for row in rows], field.type) for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _cell(value: str, kind: Any) -> Any:
    if value == "":
        return None
    return float(value) if pa.types.is_floating(kind) else value
