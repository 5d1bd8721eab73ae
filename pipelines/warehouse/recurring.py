"""What the published release knows of the lines that a run's new documents hold.

The release is the count: nothing is kept beside it, so a revised or forgotten document counts no more.
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from pipelines.ingest.recurring import MIN_HEADLINES, ROLES, RULE, OutletLine
from pipelines.settings import Home
from pipelines.warehouse.connection import open_release


def known_headlines(
    home: Home, lines: Collection[OutletLine], leaving: Collection[str]
) -> dict[OutletLine, set[str]]:
    """Headlines under which the release holds each line, a few at most; `leaving` are documents read again."""
    if not lines or not home.database.is_file():
        return {}
    with open_release(home.database) as connection:
        connection.register(
            "new_lines",
            pa.table(
                {"outlet_id": [x.outlet_id for x in lines], "surface": [x.surface for x in lines]},
                schema=pa.schema([("outlet_id", pa.string()), ("surface", pa.string())]),
            ),
        )
        connection.register("read_again", pa.table({"document_id": pa.array(list(leaving), pa.string())}))
        rows = connection.execute(
            """
            SELECT d.outlet_id, s.surface, list(DISTINCT coalesce(d.title, d.document_id))[:$most]
            FROM main.segments AS s
            JOIN main.documents AS d USING (document_id)
            SEMI JOIN new_lines AS n ON n.outlet_id = d.outlet_id AND n.surface = s.surface
            WHERE (list_contains($roles, s.role) OR s.method = $rule)
              AND d.document_id NOT IN (FROM read_again)
            GROUP BY ALL
            """,
            {"most": MIN_HEADLINES, "roles": list(ROLES), "rule": RULE},
        ).fetchall()
    return {OutletLine(outlet, surface): set(titles) for outlet, surface, titles in rows}
