"""Known names, fetched by the buckets that new names may be found in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.model import TABLES, Entity, EntityAlias
from pipelines.resolve.name_keys import SLIP
from pipelines.warehouse.schema import qualified, quote_name


def look_up(
    connection: duckdb.DuckDBPyConnection, blocks: Iterable[str]
) -> tuple[list[Entity], list[EntityAlias]]:
    """Entities with a name in one of the buckets, and all their names.

    A rare name that may be a slip of a new one brings the others that it may be a slip of: which of them is
    meant depends on all.
    """
    connection.register("blocks", pa.table({"block": pa.array(sorted(blocks), pa.string())}))
    # Statements of their own: as parts of one, the buckets of all names would be kept in between.
    for statement in _NEAR:
        connection.execute(statement, {"slip": SLIP} if "$slip" in statement else None)
    return (
        [Entity(**row) for row in _rows(connection, "entities")],
        [EntityAlias(**row) for row in _rows(connection, "entity_aliases")],
    )


def and_more(
    connection: duckdb.DuckDBPyConnection,
    entities: list[Entity],
    aliases: list[EntityAlias],
    blocks: Iterable[str],
) -> tuple[list[Entity], list[EntityAlias]]:
    """The known names at hand, and those in further buckets."""
    held = {entity.entity_id for entity in entities}
    more, their_aliases = look_up(connection, blocks)
    return (
        [*entities, *(entity for entity in more if entity.entity_id not in held)],
        [*aliases, *(alias for alias in their_aliases if alias.entity_id not in held)],
    )


_FILED = "SELECT rowid AS place, unnest(block_keys) AS block FROM main.entity_aliases"

# The last leaves the temporary table `near` (entity_id).
_NEAR = (
    f"""CREATE OR REPLACE TEMP TABLE found AS
        SELECT place, bool_or(block[1] = $slip) AS may_slip
        FROM ({_FILED}) SEMI JOIN blocks USING (block) GROUP BY place""",  # noqa: S608
    f"""CREATE OR REPLACE TEMP TABLE rare AS
        SELECT DISTINCT block
        FROM ({_FILED} WHERE document_count <= 1 AND rowid IN (SELECT place FROM found WHERE may_slip))
        WHERE block[1] = $slip""",  # noqa: S608
    f"""INSERT INTO found
        SELECT DISTINCT place, true FROM ({_FILED}) SEMI JOIN rare USING (block)""",  # noqa: S608
    """CREATE OR REPLACE TEMP TABLE near AS
       SELECT DISTINCT entity_id FROM main.entity_aliases WHERE rowid IN (SELECT place FROM found)""",
)


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    """The rows of the entities of `near`: found by their ids, then read where they lie."""
    spec = TABLES[table]
    columns = ", ".join(quote_name(name) for name in spec.column_names)
    order = ", ".join(map(quote_name, spec.key))
    query = f"""SELECT {columns} FROM {qualified(spec)} WHERE rowid IN (
                    SELECT rowid FROM {qualified(spec)} SEMI JOIN near USING (entity_id))
                ORDER BY {order}"""  # noqa: S608
    rows = connection.execute(query).fetchall()
    return [dict(zip(spec.column_names, row, strict=True)) for row in rows]
