"""What is the same across documents, after names are resolved and rulings applied: one road, in order.

Copies first: stories and counts of sources leave them out. Stories before the rest: statements and figures
are looked for within a story. Each step recomputes what the run
touched and leaves the rest as it was.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from pipelines.warehouse.duplicates import mark_duplicates
from pipelines.warehouse.figures import update_figures
from pipelines.warehouse.statements import update_statements
from pipelines.warehouse.stories import update_stories


def resolve_across(connection: DuckDBPyConnection, run_id: str) -> None:
    """Copies, then stories, then statements, then figures. The caller holds the transaction of resolution.

    Stories leave the temporary table `touched_stories` (story_id): every story that gained, lost or changed
    a document or a row of one in this run, and those that joined. What comes after recomputes these wholly.
    """
    mark_duplicates(connection, run_id)
    update_stories(connection, run_id)
    update_statements(connection, run_id)
    update_figures(connection, run_id)
