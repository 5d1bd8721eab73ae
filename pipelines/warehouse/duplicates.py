"""Marking copies in the work file: signatures are kept, so that only the new and what is like it is compared.

A run places its own documents, and again those that were linked to one that changed or went. They are looked
up by their bands among the known; the components they fall into are marked anew, everything else stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.model import DocumentSignature, to_arrow
from pipelines.resolve.duplicates import (
    MAX_BUCKET,
    SIGNATURE_METHOD,
    Body,
    Mark,
    Signed,
    link,
    mark,
    shingles,
    sign,
)


def mark_duplicates(connection: DuckDBPyConnection, run_id: str) -> None:
    """Set `duplicate_of_document_id` and `duplicate_similarity` wherever the run's documents change them.

    The caller holds the transaction.
    """
    placed = sign(_bodies(connection, _to_place(connection, run_id)))
    _forget(connection)
    if not placed:
        return
    known = _known(connection, placed)
    components = link(placed, known)
    members = _members(connection, [key for key in components if key not in _ids(placed)])
    by_component: dict[str, list[Body]] = {}
    for row in placed:
        by_component.setdefault(components[row.body.document_id], []).append(row.body)
    touched = set(by_component)
    old = {key: components[component] for key, component in members.items()}
    for body in _bodies(connection, [key for key, component in old.items() if component in touched]):
        by_component[old[body.document_id]].append(body)
    _write_signatures(connection, placed, components, old, run_id)
    _write_marks(connection, [found for bodies in by_component.values() for found in mark(bodies)])


def _ids(placed: Iterable[Signed]) -> set[str]:
    return {row.body.document_id for row in placed}


def _to_place(connection: DuckDBPyConnection, run_id: str) -> list[str]:
    """The run's documents, those without a signature of today's method, and what was linked to any of these
    or to a document that is gone."""
    rows = connection.execute(
        """
        WITH changed AS (
            SELECT d.document_id, s.component_id
            FROM main.documents AS d LEFT JOIN main.document_signatures AS s USING (document_id)
            WHERE d.run_id = $run_id OR s.method IS DISTINCT FROM $method),
        gone AS (SELECT component_id FROM main.document_signatures ANTI JOIN main.documents USING (document_id))
        SELECT document_id FROM changed
        UNION
        SELECT s.document_id
        FROM main.document_signatures AS s SEMI JOIN main.documents USING (document_id)
        WHERE s.component_id IN (SELECT component_id FROM changed UNION SELECT component_id FROM gone)
        ORDER BY 1
        """,
        {"run_id": run_id, "method": SIGNATURE_METHOD},
    ).fetchall()
    placed = [row[0] for row in rows]
    _register(connection, "placed_documents", placed)
    return placed


def _forget(connection: DuckDBPyConnection) -> None:
    """Take out the signatures that are made again and those of documents that are gone."""
    connection.execute(
        """DELETE FROM main.document_signatures
           WHERE document_id IN (FROM placed_documents)
              OR document_id NOT IN (SELECT document_id FROM main.documents)"""
    )


def _bodies(connection: DuckDBPyConnection, document_ids: Collection[str]) -> list[Body]:
    """Documents as they are compared: prose without what recurs on the outlet's pages."""
    if not document_ids:
        return []
    _register(connection, "wanted_documents", document_ids)
    rows = connection.execute(
        """
        SELECT d.document_id, d.text_sha256, d.ingest_date, s.body
        FROM main.documents AS d
        SEMI JOIN wanted_documents AS w ON w.document_id = d.document_id
        LEFT JOIN (SELECT s.document_id, string_agg(s.surface, chr(10) ORDER BY s.segment_no) AS body
                   FROM main.segments AS s SEMI JOIN wanted_documents USING (document_id)
                   WHERE s.role IN ('dek', 'body', 'list_item')
                   GROUP BY ALL) AS s ON s.document_id = d.document_id
        ORDER BY d.document_id
        """
    ).fetchall()
    return [Body(key, sha256, day, shingles(body or "")) for key, sha256, day, body in rows]


def _known(connection: DuckDBPyConnection, placed: Collection[Signed]) -> list[Signed]:
    """Documents that share a band with one that is placed, the lowest ids of each band."""
    bands = sorted({band for row in placed for band in row.bands})
    connection.register("placed_bands", pa.table({"band": pa.array(bands, pa.int64())}))
    rows = connection.execute(
        """
        SELECT document_id, any_value(component_id), list(band)
        FROM (SELECT k.document_id, k.component_id, k.band
              FROM (SELECT document_id, component_id, unnest(bands) AS band
                    FROM main.document_signatures) AS k
              SEMI JOIN placed_bands AS p ON p.band = k.band
              QUALIFY row_number() OVER (PARTITION BY k.band ORDER BY k.document_id) <= $most)
        GROUP BY document_id
        """,
        {"most": MAX_BUCKET},
    ).fetchall()
    found = {key: (component, tuple(shared)) for key, component, shared in rows}
    return [
        Signed(body, found[body.document_id][1], found[body.document_id][0])
        for body in _bodies(connection, found)
    ]


def _members(connection: DuckDBPyConnection, components: Collection[str]) -> dict[str, str]:
    """Known documents of the components, each with its component."""
    _register(connection, "wanted_documents", components)
    rows = connection.execute(
        """SELECT document_id, component_id FROM main.document_signatures
           WHERE component_id IN (FROM wanted_documents)"""
    ).fetchall()
    return dict(rows)


def _write_signatures(
    connection: DuckDBPyConnection,
    placed: Collection[Signed],
    components: dict[str, str],
    old: dict[str, str],
    run_id: str,
) -> None:
    rows = [
        DocumentSignature(
            document_id=row.body.document_id,
            component_id=components[row.body.document_id],
            bands=list(row.bands),
            method=SIGNATURE_METHOD,
            run_id=run_id,
        )
        for row in placed
    ]
    connection.register("new_signatures", to_arrow("document_signatures", rows))
    connection.execute("INSERT INTO main.document_signatures BY NAME FROM new_signatures")
    connection.register(
        "moved",
        pa.table({"document_id": pa.array(old, pa.string()), "component": pa.array(old.values(), pa.string())}),
    )
    connection.execute(
        """UPDATE main.document_signatures AS s SET component_id = m.component, run_id = $run_id
           FROM moved AS m WHERE m.document_id = s.document_id AND m.component <> s.component_id""",
        {"run_id": run_id},
    )


def _write_marks(connection: DuckDBPyConnection, marks: list[Mark]) -> None:
    connection.register(
        "marks",
        pa.table(
            {
                "document_id": pa.array([m.document_id for m in marks], pa.string()),
                "original": pa.array([m.duplicate_of for m in marks], pa.string()),
                "similarity": pa.array([m.similarity for m in marks], pa.float64()),
            }
        ),
    )
    connection.execute(
        """
        UPDATE main.documents AS d SET duplicate_of_document_id = m.original, duplicate_similarity = m.similarity
        FROM marks AS m
        WHERE m.document_id = d.document_id
          AND (m.original, m.similarity) IS DISTINCT FROM (d.duplicate_of_document_id, d.duplicate_similarity)
        """
    )


def _register(connection: DuckDBPyConnection, name: str, document_ids: Collection[str]) -> None:
    connection.register(name, pa.table({"document_id": pa.array(list(document_ids), pa.string())}))
