"""Who is named in which document, fetched for what `pipelines.resolve.companions` decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.resolve.companions import Companions, companions_of
from pipelines.resolve.mention_rows import MentionRow


def look_up_companions(
    connection: DuckDBPyConnection, batch: Sequence[MentionRow], names: Iterable[str]
) -> Companions:
    """The companions in the documents of the batch, and which of them are named beside these names anywhere."""
    _register(connection, "batch_documents", "document_id", {row.document_id for row in batch})
    rows = connection.execute(
        """SELECT DISTINCT document_id, label, name
           FROM main.entity_mentions SEMI JOIN batch_documents USING (document_id)
           WHERE mention_type = 'name' AND name IS NOT NULL AND label IN ('PERSON', 'ORG')"""
    ).fetchall()
    of_document = companions_of(rows)
    of_name: dict[str, set[str]] = defaultdict(set)
    if bearers := set(names):
        _register(connection, "bearer_names", "name", bearers)
        _register(connection, "sought_companions", "name", set().union(*of_document.values()))
        beside = connection.execute(
            """
            SELECT DISTINCT m.name, c.name
            FROM (SELECT DISTINCT document_id, name FROM main.entity_mentions SEMI JOIN bearer_names USING (name)
                  WHERE mention_type = 'name' AND label = 'PERSON') AS m
            JOIN (SELECT document_id, name FROM main.entity_mentions SEMI JOIN sought_companions USING (name)
                  WHERE mention_type = 'name' AND label IN ('PERSON', 'ORG')) AS c USING (document_id)
            WHERE c.name <> m.name
            """
        ).fetchall()
        for name, companion in beside:
            of_name[name].add(companion)
    return Companions(of_document, {name: frozenset(found) for name, found in of_name.items()})


def _register(connection: DuckDBPyConnection, table: str, column: str, values: set[str]) -> None:
    connection.register(table, pa.table({column: pa.array(sorted(values), pa.string())}))
