"""Figures in the work file: what `pipelines.resolve.figures` decides for the stories that a run touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.model import FigureDateCheck, to_arrow
from pipelines.resolve.figure_reading import ClaimRow
from pipelines.resolve.figures import Figures, StoryFacts, find_figures
from pipelines.resolve.independence import SourceDocument, source_keys
from pipelines.warehouse.figure_dates import find_date_checks

# Rows of these hang on a figure and go with it.
_OF_FIGURE = ("figures", "figure_claims", "figure_observations", "figure_date_checks")


def update_figures(connection: DuckDBPyConnection, run_id: str) -> None:
    """Recompute the figures of every story in `touched_stories`; figures of other stories stay as they are.

    The caller holds the transaction of resolution. Figures whose story or last claim is gone go too.
    """
    _claims_in_touched_stories(connection)
    stories = _stories(connection)
    rows = _rows(connection)
    found = find_figures(
        [(story, rows.get(story.story_id, [])) for story in stories], _place_names(connection), run_id
    )
    checks = find_date_checks(connection, rows, found.claim_figure)
    _clear(connection)
    _write(connection, found, [replace(check, run_id=run_id) for check in checks])
    _redirect(connection, found)


def _claims_in_touched_stories(connection: DuckDBPyConnection) -> None:
    """Claims that report a figure: of the body, asserted, in a document of a touched story."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE story_claims AS
        SELECT c.claim_id, c.document_id, d.story_id
        FROM main.numeric_claims AS c
        JOIN main.documents AS d ON d.document_id = c.document_id
        SEMI JOIN touched_stories AS t ON t.story_id = d.story_id
        LEFT JOIN main.segments AS g ON g.document_id = c.document_id AND g.segment_no = c.segment_no
        LEFT JOIN main.quotes AS q ON q.quote_id = c.quote_id
        WHERE coalesce(g.role, 'body') IN ('body', 'dek', 'list_item', 'caption', 'footnote')
          AND NOT coalesce(q.is_negated OR q.is_headline, false)
        """
    )


def _stories(connection: DuckDBPyConnection) -> list[StoryFacts]:
    rows = connection.execute(
        """
        SELECT s.story_id, CASE WHEN s.event_on_precision = 'day' THEN s.event_on END, s.place_entity_id
        FROM main.stories AS s SEMI JOIN touched_stories AS t ON t.story_id = s.story_id
        ORDER BY s.story_id
        """
    ).fetchall()
    return [StoryFacts(*row) for row in rows]


_CLAIM_COLUMNS = """
    c.claim_id, c.document_id, d.ingest_date, c.start_char, c.end_char, c.value, c.value_low, c.value_high,
    c.bound, c.direction, c.unit, c.unit_dimension, c.noun, c.category, c.is_vague, c.stock_or_flow,
    c.place_entity_id, place.name, c.as_of_on, c.as_of_on_precision, c.source_surface, c.relation,
    c.related_claim_id, c.flags, n.surface, n.start_char, n.before, n.sentence_no, m.names,
    CASE WHEN d.published_on_method IS DISTINCT FROM 'story' THEN d.published_on END,
    d.outlet_id, c.figure_id, d.duplicate_of_document_id
"""


def _rows(connection: DuckDBPyConnection) -> dict[str, list[ClaimRow]]:
    keys = _source_keys(connection)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE told_sentences AS
        SELECT sentence_id, surface, start_char, sentence_no,
               string_agg(surface, ' ') OVER (
                   PARTITION BY document_id, segment_no ORDER BY sentence_no
                   ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) AS before
        FROM main.sentences
        SEMI JOIN (SELECT DISTINCT document_id FROM story_claims) AS w USING (document_id)
        """
    )
    rows = connection.execute(
        f"""
        SELECT w.story_id, {_CLAIM_COLUMNS}
        FROM story_claims AS w
        JOIN main.numeric_claims AS c ON c.claim_id = w.claim_id
        JOIN main.documents AS d ON d.document_id = c.document_id
        LEFT JOIN main.entities AS place ON place.entity_id = c.place_entity_id
        LEFT JOIN told_sentences AS n ON n.sentence_id = c.sentence_id
        LEFT JOIN (
            SELECT sentence_id, list(DISTINCT entity_id) AS names
            FROM main.entity_mentions SEMI JOIN told_sentences USING (sentence_id)
            WHERE entity_id IS NOT NULL GROUP BY sentence_id
        ) AS m ON m.sentence_id = c.sentence_id
        ORDER BY w.story_id, d.ingest_date, c.document_id, c.start_char
        """  # noqa: S608
    ).fetchall()
    stories: dict[str, list[ClaimRow]] = defaultdict(list)
    for story_id, *values in rows:
        stories[story_id].append(_row(values, keys))
    return stories


def _row(values: list[Any], keys: dict[str, str]) -> ClaimRow:
    """The columns of `_CLAIM_COLUMNS` as a row, with the independent source of its document."""
    *head, flags, sentence, sentence_start, before, position, names, published_on, outlet_id = values[:-2]
    row: tuple[Any, ...] = (
        *head,
        tuple(flags or ()),
        sentence or "",
        sentence_start or 0,
        before or "",
        position or 0,
        frozenset(names or ()),
        published_on,
        outlet_id,
        keys[values[1]],
        *values[-2:],
    )
    return ClaimRow(*row)


def _source_keys(connection: DuckDBPyConnection) -> dict[str, str]:
    """The independent source of each document with claims; copied documents are read along."""
    rows = connection.execute(
        """
        WITH RECURSIVE needed AS (
            SELECT DISTINCT document_id FROM story_claims
            UNION
            SELECT d.duplicate_of_document_id
            FROM main.documents AS d JOIN needed USING (document_id)
            WHERE d.duplicate_of_document_id IS NOT NULL
        )
        SELECT document_id, outlet_id, agencies, duplicate_of_document_id
        FROM main.documents SEMI JOIN needed USING (document_id)
        """
    ).fetchall()
    return source_keys(SourceDocument(row[0], row[1], tuple(row[2] or ()), row[3]) for row in rows)


def _place_names(connection: DuckDBPyConnection) -> dict[str, str]:
    rows: Iterable[tuple[str, str]] = connection.execute(
        """
        SELECT entity_id, name FROM main.entities
        WHERE entity_id IN (
            SELECT place_entity_id FROM main.numeric_claims SEMI JOIN story_claims USING (claim_id)
            UNION ALL
            SELECT place_entity_id FROM main.stories SEMI JOIN touched_stories USING (story_id))
        """
    ).fetchall()
    return dict(rows)


def _clear(connection: DuckDBPyConnection) -> None:
    """Take away what is computed anew, and figures of stories that are no more."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE gone_figures AS
        SELECT figure_id FROM main.figures
        WHERE story_id IN (SELECT story_id FROM touched_stories)
           OR story_id NOT IN (SELECT story_id FROM main.stories)
        UNION
        SELECT c.figure_id FROM main.numeric_claims AS c
        JOIN main.documents AS d USING (document_id)
        SEMI JOIN touched_stories AS t ON t.story_id = d.story_id
        WHERE c.figure_id IS NOT NULL
        """
    )
    for table in _OF_FIGURE:
        connection.execute(
            f"DELETE FROM main.{table} WHERE figure_id IN (SELECT figure_id FROM gone_figures)"  # noqa: S608
        )
    connection.execute(
        """UPDATE main.numeric_claims SET figure_id = NULL
           WHERE figure_id IN (SELECT figure_id FROM gone_figures)"""
    )


def _write(connection: DuckDBPyConnection, found: Figures, checks: list[FigureDateCheck]) -> None:
    written: tuple[list[Any], ...] = (found.figures, found.claims, found.observations, checks)
    for table, rows in zip(_OF_FIGURE, written, strict=True):
        connection.register("new_rows", to_arrow(table, rows))
        connection.execute(f"INSERT INTO main.{table} BY NAME FROM new_rows")  # noqa: S608
        connection.unregister("new_rows")
    links = found.claim_figure
    connection.register(
        "claim_figures",
        pa.table(
            {"claim_id": pa.array(links, pa.string()), "figure_id": pa.array(links.values(), pa.string())}
        ),
    )
    connection.execute(
        """UPDATE main.numeric_claims AS c SET figure_id = f.figure_id
           FROM claim_figures AS f WHERE f.claim_id = c.claim_id"""
    )
    connection.unregister("claim_figures")


def _redirect(connection: DuckDBPyConnection, found: Figures) -> None:
    """Redirects stay flat: each leads straight to a figure that is there."""
    connection.register("joined", to_arrow("id_redirects", found.redirects))
    connection.execute(
        """UPDATE main.id_redirects AS r SET new_id = j.new_id FROM joined AS j
           WHERE r.table_name = 'figures' AND r.new_id = j.old_id"""
    )
    connection.execute(
        """DELETE FROM main.id_redirects
           WHERE table_name = 'figures' AND old_id IN (SELECT old_id FROM joined UNION ALL SELECT figure_id FROM main.figures)"""
    )
    connection.execute("INSERT INTO main.id_redirects BY NAME FROM joined")
    connection.execute(
        """DELETE FROM main.id_redirects
           WHERE table_name = 'figures' AND new_id NOT IN (SELECT figure_id FROM main.figures)"""
    )
    connection.unregister("joined")
