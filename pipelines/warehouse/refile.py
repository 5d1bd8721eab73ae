"""Known names of an older release filed anew, where the buckets that names are looked up by have changed."""

from __future__ import annotations

import re

import duckdb
import pyarrow as pa

from pipelines.resolve.name_keys import key_of, slip_keys

# Names rewritten at a time.
_BATCH = 100_000
# Methods whose names are no slip of anything: short ones, and places that stand for a government.
_NO_SLIPS = ("surname", "acronym", "metonym")
_IS_PLAIN = re.compile(r"^[a-z]+=")


def refile_slips(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out the buckets of half words that slips were looked up by, and put in those of today."""
    names = connection.execute(
        """SELECT a.entity_id, a.alias, e.entity_type, a.block_keys
           FROM main.entity_aliases AS a JOIN main.entities AS e USING (entity_id)
           WHERE a.method NOT IN (SELECT unnest($methods))""",
        {"methods": list(_NO_SLIPS)},
    )
    # The cursor reads on while its rows are rewritten: it holds the table as it was.
    writer = connection.cursor()
    while rows := names.fetchmany(_BATCH):
        blocks = [
            [*filter(_IS_PLAIN.match, held), *slip_keys(key_of(entity_type, alias))]
            for _, alias, entity_type, held in rows
        ]
        writer.register(
            "refiled",
            pa.table(
                {
                    "entity_id": pa.array([row[0] for row in rows], pa.string()),
                    "alias": pa.array([row[1] for row in rows], pa.string()),
                    "blocks": pa.array(blocks, pa.list_(pa.string())),
                }
            ),
        )
        writer.execute(
            """UPDATE main.entity_aliases AS a SET block_keys = r.blocks FROM refiled AS r
               WHERE r.entity_id = a.entity_id AND r.alias = a.alias"""
        )
