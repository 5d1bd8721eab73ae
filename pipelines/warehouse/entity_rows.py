"""Where rows of schema `main` hold an entity's id, and which entities nothing holds any more."""

from __future__ import annotations

from pipelines.model import TABLES
from pipelines.warehouse.schema import qualified, quote_name

# Every column of schema main that holds an entity's id, but for the key of the table that defines it.
ENTITY_COLUMNS = [
    (spec, column.name)
    for spec in TABLES.values()
    if spec.schema == "main"
    for column in spec.columns
    if column.name.endswith("entity_id") and not (spec.name == "entities" and column.name == "entity_id")
]

_HELD = " UNION ALL ".join(
    f"SELECT {quote_name(column)} AS id FROM {qualified(spec)}"  # noqa: S608
    for spec, column in ENTITY_COLUMNS
    if spec.name != "entity_aliases"
)

# Conditions for DELETE, in this order: what no row points at, then what hung on it. Redirects are flat: each
# leads straight to an entity.
ORPHANS = {
    "entities": f"entity_id NOT IN (SELECT id FROM ({_HELD}) WHERE id IS NOT NULL)",  # noqa: S608
    "entity_aliases": "entity_id NOT IN (SELECT entity_id FROM main.entities)",
    "id_redirects": "table_name = 'entities' AND new_id NOT IN (SELECT entity_id FROM main.entities)",
}
