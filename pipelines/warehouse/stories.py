"""Stories in the work file: which documents are about one event."""

from __future__ import annotations

from datetime import date

from duckdb import DuckDBPyConnection

from pipelines.model import StoryDocument, hash_key, to_arrow
from pipelines.resolve.stories import StoryFeatures, place_documents
from pipelines.resolve.vectors import embed


def update_stories(connection: DuckDBPyConnection, run_id: str) -> None:
    """Put every document without a story into one; leaves `touched_stories`."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE touched_stories AS
        SELECT story_id FROM main.stories AS s WHERE document_count <> (
            SELECT count(*) FROM main.story_documents AS d WHERE d.story_id = s.story_id)
        UNION SELECT story_id FROM main.documents WHERE run_id = $run_id AND story_id IS NOT NULL
        """,
        {"run_id": run_id},
    )
    new = _features(connection, "d.story_id IS NULL AND d.extraction_status = 'done'")
    founders = _features(connection, "d.story_id IS NOT NULL AND d.document_id IN (SELECT document_id FROM main.story_documents WHERE score IS NULL)")
    known = [(f.document_id, f) for f in founders]
    placed = place_documents(new, known)
    _write(connection, placed, run_id)


def _features(connection: DuckDBPyConnection, where: str) -> list[StoryFeatures]:
    rows: list[tuple[str, date | None, str | None, str]] = connection.execute(
        f"""SELECT d.document_id, d.published_on, d.title, d.text
            FROM main.documents AS d WHERE {where} ORDER BY d.ingest_date, d.document_id"""  # noqa: S608
    ).fetchall()
    vectors = embed([f"{row[2] or ''}\n{row[3][:1500]}" for row in rows])
    return [StoryFeatures(row[0], row[1], vector) for row, vector in zip(rows, vectors, strict=True)]


def _write(connection: DuckDBPyConnection, placed: dict[str, str], run_id: str) -> None:
    members = [
        StoryDocument(
            story_id=hash_key("stories", founder),
            document_id=document,
            score=None if document == founder else 1.0,
            run_id=run_id,
        )
        for document, founder in placed.items()
    ]
    connection.register("new_members", to_arrow("story_documents", members))
    connection.execute("INSERT INTO main.story_documents BY NAME FROM new_members")
    connection.execute(
        """UPDATE main.documents AS d SET story_id = m.story_id FROM new_members AS m
           WHERE m.document_id = d.document_id"""
    )
    connection.execute("INSERT INTO touched_stories SELECT DISTINCT story_id FROM new_members")
    connection.execute(
        """DELETE FROM main.stories WHERE story_id IN (FROM touched_stories)"""
    )
    connection.execute(
        """
        INSERT INTO main.stories BY NAME
        SELECT d.story_id, min(d.title) AS label, count(*) AS document_count,
               count(DISTINCT d.outlet_id) AS outlet_count, $run_id AS run_id
        FROM main.documents AS d SEMI JOIN touched_stories USING (story_id) GROUP BY d.story_id
        """,
        {"run_id": run_id},
    )
