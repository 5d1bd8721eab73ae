"""What stories compare documents by, kept in `document_features`: made for what changed, fetched by window.

Old documents are not read again: a run makes features for its own documents, for those whose rows a ruling
changed or gave back, and for those with an entity that joined another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.extract import gazetteer
from pipelines.model import DocumentFeatures, to_arrow
from pipelines.resolve.stories import ARRIVAL_DAYS, SPAN_DAYS, StoryMember
from pipelines.resolve.story_terms import PRIOR_BY_KIND, PRIOR_DOCUMENTS, NameUse, document_terms
from pipelines.resolve.vectors import embed

# A lead: the first sentences of the body, up to so many, and none that starts after so many characters.
LEAD_SENTENCES = 4
LEAD_CHARS = 500

_RULED_TABLES = ("entity_mentions", "quotes", "numeric_claims")


def refresh_features(connection: DuckDBPyConnection, run_id: str) -> None:
    """Make the features of documents that are new or changed; forget those of documents that are gone.

    Leaves the temporary table `touched_stories` (story_id) with the stories that lost or changed a document.
    A document whose rows were made again from the same text keeps its story.
    """
    forget_window(connection)
    _find_ruled(connection, run_id)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE changed_documents AS
        SELECT d.document_id,
               CASE WHEN f.text_sha256 = d.text_sha256 THEN f.story_id END AS story_id,
               r.document_id IS NOT NULL AS is_ruled
        FROM main.documents AS d
        LEFT JOIN main.document_features AS f USING (document_id)
        LEFT JOIN ruled_documents AS r USING (document_id)
        LEFT JOIN (SELECT DISTINCT document_id FROM joined_documents) AS j USING (document_id)
        WHERE d.extraction_status = 'done'
          AND (f.document_id IS NULL OR f.read_in_run <> d.run_id OR f.is_ruled
               OR r.document_id IS NOT NULL OR j.document_id IS NOT NULL)
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE left_documents AS
        SELECT f.document_id, f.story_id FROM main.document_features AS f
        ANTI JOIN (FROM main.documents WHERE extraction_status = 'done') AS d USING (document_id)
        UNION ALL
        SELECT document_id, f.story_id
        FROM changed_documents JOIN main.document_features AS f USING (document_id)
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE touched_stories AS
        SELECT DISTINCT story_id FROM left_documents WHERE story_id IS NOT NULL
        """
    )
    connection.execute(
        "DELETE FROM main.document_features WHERE document_id IN (SELECT document_id FROM left_documents)"
    )
    connection.register("made_features", to_arrow("document_features", _make(connection, run_id)))
    connection.execute("INSERT INTO main.document_features BY NAME FROM made_features")
    connection.unregister("made_features")


def _find_ruled(connection: DuckDBPyConnection, run_id: str) -> None:
    """Documents with rows that rulings changed, and documents whose names joined others in resolution or came
    to mean somebody else."""
    known = connection.execute(
        """SELECT table_name FROM duckdb_tables()
           WHERE schema_name = 'unruled' AND database_name = current_database()"""
    )
    tables = {name for (name,) in known.fetchall()}
    parts = [f"SELECT document_id FROM unruled.{name}" for name in _RULED_TABLES if name in tables]  # noqa: S608
    if "entities" in tables:
        parts.append(
            """SELECT document_id FROM main.quotes
               WHERE speaker_entity_id IN (SELECT entity_id FROM unruled.entities)"""
        )
    query = " UNION ".join(parts) or "SELECT NULL::VARCHAR AS document_id WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE ruled_documents AS {query}")
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE joined_documents AS
        WITH joined AS (
            SELECT unnest(['e:' || old_id, 't:' || old_id]) AS term FROM main.id_redirects
            WHERE table_name = 'entities' AND since_run_id = $run_id)
        SELECT DISTINCT document_id
        FROM (SELECT document_id, unnest(terms) AS term FROM main.document_features) SEMI JOIN joined USING (term)
        """,
        {"run_id": run_id},
    )
    if connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'moved_names'").fetchone():
        connection.execute("INSERT INTO joined_documents SELECT DISTINCT document_id FROM moved_names")


def _make(connection: DuckDBPyConnection, run_id: str) -> list[DocumentFeatures]:
    documents = connection.execute(
        """
        SELECT d.document_id, c.story_id, d.text_sha256, d.title,
               CASE WHEN d.published_on_method IS DISTINCT FROM 'story' AND d.published_on_precision = 'day'
                    THEN d.published_on END AS own_on,
               d.ingest_date, c.is_ruled, d.run_id
        FROM changed_documents AS c JOIN main.documents AS d USING (document_id)
        ORDER BY d.document_id
        """
    ).fetchall()
    leads = document_leads(connection, [row[0] for row in documents])
    names = _names(connection, {row[0]: row[3] for row in documents}, leads)
    texts = [f"{row[3] or ''}\n{leads.get(row[0], ('', 0))[0]}" for row in documents]
    made = []
    for row, vector in zip(documents, embed(texts), strict=True):
        document_id, story_id, text_sha256, title, own_on, seen_on, is_ruled, read_in_run = row
        terms = document_terms(title, leads.get(document_id, ("", 0))[0], names[document_id])
        made.append(
            DocumentFeatures(
                document_id=document_id,
                story_id=story_id,
                text_sha256=text_sha256,
                own_on=own_on,
                seen_on=seen_on,
                terms=list(terms),
                term_weights=list(terms.values()),
                vector=vector.tolist(),
                is_ruled=is_ruled,
                read_in_run=read_in_run,
                run_id=run_id,
            )
        )
    return made


def document_leads(
    connection: DuckDBPyConnection, document_ids: Sequence[str]
) -> dict[str, tuple[str, int]]:
    """The lead of each document and the offset at which it ends; documents without sentences have none."""
    register_ids(connection, "lead_documents", document_ids)
    rows = connection.execute(
        """
        SELECT s.document_id, s.start_char, s.end_char, s.surface
        FROM main.sentences AS s SEMI JOIN lead_documents USING (document_id)
        JOIN main.segments AS g USING (document_id, segment_no)
        WHERE g.role IN ('body', 'dek', 'list_item')
        QUALIFY row_number() OVER (PARTITION BY s.document_id ORDER BY s.start_char) <= $sentences
        ORDER BY s.document_id, s.start_char
        """,
        {"sentences": LEAD_SENTENCES},
    ).fetchall()
    parts: dict[str, list[str]] = defaultdict(list)
    ends: dict[str, int] = {}
    for document_id, _, end, surface in rows:
        if sum(map(len, parts[document_id])) < LEAD_CHARS:
            parts[document_id].append(surface)
            ends[document_id] = end
    return {document_id: (" ".join(parts[document_id]), end) for document_id, end in ends.items()}


def _names(
    connection: DuckDBPyConnection, titles: dict[str, str | None], leads: dict[str, tuple[str, int]]
) -> dict[str, list[NameUse]]:
    """The names in each of the documents, each with the oldest entity of that name."""
    register_ids(connection, "named_documents", list(titles))
    rows = connection.execute(
        """
        WITH uses AS (
            SELECT m.document_id, coalesce(e.name, m.name, m.surface) AS name, m.entity_id,
                   g.role, m.start_char
            FROM main.entity_mentions AS m SEMI JOIN named_documents USING (document_id)
            JOIN main.segments AS g USING (document_id, segment_no)
            LEFT JOIN main.entities AS e ON e.entity_id = m.entity_id
            WHERE m.mention_type = 'name'
              AND g.role NOT IN ('navigation', 'boilerplate', 'footnote', 'byline', 'credit', 'published')),
        oldest AS (
            SELECT lower(name) AS folded,
                   arg_min({'id': entity_id, 'type': entity_type}, (founding_ingest_date,
                           founding_document_id, founding_start_char, entity_id)) AS first
            FROM main.entities WHERE lower(name) IN (SELECT lower(name) FROM uses) GROUP BY 1)
        SELECT u.document_id, u.name, CASE WHEN u.entity_id IS NOT NULL THEN o.first.id END,
               CASE WHEN u.entity_id IS NOT NULL THEN o.first.type END, count(*), min(u.start_char), bool_or(u.role IN ('title', 'dek'))
        FROM uses AS u LEFT JOIN oldest AS o ON o.folded = lower(u.name)
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    found: dict[str, list[NameUse]] = {document_id: [] for document_id in titles}
    folded = {document_id: gazetteer.fold(title or "") for document_id, title in titles.items()}
    for document_id, name, entity_id, entity_type, count, start, is_titled in rows:
        leading = is_titled or start < leads.get(document_id, ("", 0))[1]
        is_leading = leading or gazetteer.fold(name) in folded[document_id]
        found[document_id].append(NameUse(name, entity_id, entity_type, count, is_leading))
    return found


def fetch_window(connection: DuckDBPyConnection, document_ids: Sequence[str]) -> None:
    """Find all documents that could share a story with one of these, and how rare their terms are.

    Leaves the temporary tables `window_documents` (document_id, group_id: its story, or itself), copies left
    out but for the documents asked for, and `window_rarity` (term, idf, used: documents of the window that
    have the term).
    """
    register_ids(connection, "asked_documents", document_ids)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE asked AS
        SELECT own_on, seen_on FROM main.document_features SEMI JOIN asked_documents USING (document_id)
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE window_documents AS
        WITH days AS (SELECT DISTINCT own_on + CAST(shift AS INTEGER) AS day
                      FROM asked, range(-$span, $span + 1) AS r(shift) WHERE own_on IS NOT NULL),
        arrivals AS (SELECT DISTINCT seen_on + CAST(shift AS INTEGER) AS day
                     FROM asked, range(-$arrival, $arrival + 1) AS r(shift)),
        late AS (SELECT DISTINCT seen_on + CAST(shift AS INTEGER) AS day
                 FROM asked, range(-$arrival, $arrival + 1) AS r(shift) WHERE own_on IS NULL)
        SELECT f.document_id, coalesce(f.story_id, f.document_id) AS group_id
        FROM main.document_features AS f
        WHERE (f.own_on IN (FROM days) OR f.own_on IN (FROM late) OR f.seen_on IN (FROM late)
               OR (f.own_on IS NULL AND f.seen_on IN (FROM arrivals)))
          AND (f.document_id IN (FROM asked_documents) OR f.document_id NOT IN (
               SELECT document_id FROM main.documents WHERE duplicate_of_document_id IS NOT NULL))
        """,
        {"span": SPAN_DAYS, "arrival": ARRIVAL_DAYS},
    )
    connection.register("kinds", _kinds())
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE window_rarity AS
        SELECT c.term, count(*) AS used,
               greatest(ln(((SELECT count(*) FROM window_documents) + $prior)
                           / (count(*) + any_value(k.prior))), 0) AS idf
        FROM (SELECT unnest(f.terms) AS term
              FROM main.document_features AS f SEMI JOIN window_documents USING (document_id)) AS c
        LEFT JOIN kinds AS k ON k.kind = c.term[1] GROUP BY c.term
        """,
        {"prior": PRIOR_DOCUMENTS},
    )
    connection.unregister("kinds")


def weigh_terms(connection: DuckDBPyConnection, documents: str) -> None:
    """Weigh the terms of documents of the window that was fetched last: of a table (document_id, group_id).

    Leaves the temporary table `window_terms` (document_id, group_id, term, weight, used), whose weights make a
    unit vector a document.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE window_terms AS
        WITH weighed AS (
            SELECT c.document_id, c.group_id, c.term, c.weight * r.idf AS weight, r.used
            FROM (SELECT w.document_id, w.group_id, unnest(f.terms) AS term, unnest(f.term_weights) AS weight
                  FROM main.document_features AS f JOIN {documents} AS w USING (document_id)) AS c
            JOIN window_rarity AS r USING (term))
        SELECT document_id, group_id, term, used,
               weight / nullif(sqrt(sum(weight * weight) OVER (PARTITION BY document_id)), 0) AS weight
        FROM weighed QUALIFY weight > 0
        """  # noqa: S608
    )


def forget_window(connection: DuckDBPyConnection) -> None:
    """Give back what the window fetched last takes: every term of weeks of news."""
    for table in ("window_documents", "window_rarity", "window_terms"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def holds_window(connection: DuckDBPyConnection, document_ids: Sequence[str]) -> bool:
    """Does the window fetched last hold all of these documents."""
    register_ids(connection, "sought_documents", document_ids)
    known = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE table_name = 'window_documents' AND temporary"
    ).fetchone()
    if not known:
        return False
    lacking = connection.execute(
        "SELECT 1 FROM sought_documents ANTI JOIN window_documents USING (document_id) LIMIT 1"
    ).fetchone()
    return lacking is None


def window_members(connection: DuckDBPyConnection) -> list[tuple[str, StoryMember]]:
    """The documents of `grouped_documents` with their weighed terms and vectors, in order of founding."""
    rows = connection.execute(
        """
        SELECT g.group_id, f.document_id, f.seen_on, f.own_on, f.vector, t.terms, t.weights
        FROM grouped_documents AS g JOIN main.document_features AS f USING (document_id)
        LEFT JOIN (
            SELECT document_id, list(term ORDER BY term) AS terms, list(weight ORDER BY term) AS weights
            FROM window_terms SEMI JOIN grouped_documents USING (document_id) GROUP BY document_id
        ) AS t USING (document_id)
        ORDER BY f.seen_on, f.document_id
        """
    ).fetchall()
    return [
        (
            group_id,
            StoryMember(
                document_id=document_id,
                ingest_date=seen_on,
                own_on=own_on,
                seen_on=seen_on,
                terms=dict(zip(terms or (), weights or (), strict=True)),
                vector=np.asarray(vector, dtype=np.float32),
            ),
        )
        for group_id, document_id, seen_on, own_on, vector, terms, weights in rows
    ]


def _kinds() -> pa.Table:
    return pa.table(
        {
            "kind": pa.array(PRIOR_BY_KIND.keys(), pa.string()),
            "prior": pa.array(PRIOR_BY_KIND.values(), pa.float64()),
        }
    )


def register_ids(connection: DuckDBPyConnection, name: str, ids: Iterable[str]) -> None:
    """Make ids a table of one column, `document_id`, to join with."""
    connection.register(name, pa.table({"document_id": pa.array(list(ids), pa.string())}))
