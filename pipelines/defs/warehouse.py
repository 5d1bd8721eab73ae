"""Wires loading and resolution: audited rows into the work file.

Belongs here: which tables the load makes. Does not belong here: SQL.
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.defs.common import (
    BACKFILL,
    LOADED_TABLES,
    POOL,
    RESOLVED_TABLES,
    RETRY,
    counted,
    day_partitions,
    main_keys,
    staged_key,
    table_key,
    table_specs,
)
from pipelines.defs.resources import DatelineRun
from pipelines.progress import step
from pipelines.warehouse.load import load
from pipelines.warehouse.release import current_release
from pipelines.warehouse.stages import STAGED_TABLES


@dg.multi_asset(
    specs=table_specs(
        "main",
        LOADED_TABLES,
        [staged_key(name) for name in STAGED_TABLES],
        group="warehouse",
        kinds={"duckdb"},
    ),
    partitions_def=day_partitions(),
    backfill_policy=BACKFILL,
    retry_policy=RETRY,
    pool=POOL,
)
def load_tables(dateline: DatelineRun) -> Iterator[dg.MaterializeResult[None]]:
    """Start the work file from the last release and load the audited rows in one transaction."""
    session = dateline.session
    has_release = current_release(session.home) is not None
    with step("loading"):
        dateline.warehouse.prepare(session.home.database if has_release else None)
        counts = load(session, dateline.warehouse)
    for table in LOADED_TABLES:
        yield counted(table_key(f"main.{table}"), counts[table])


@dg.multi_asset(
    specs=table_specs(
        "main",
        RESOLVED_TABLES,
        main_keys(["documents", "entity_mentions", "quotes", "numeric_claims"]),
        group="resolution",
        kinds={"python", "duckdb"},
    ),
    retry_policy=RETRY,
    pool=POOL,
)
def resolve_entities(dateline: DatelineRun) -> Iterator[dg.MaterializeResult[None]]:
    """Put mentions of the same person, body or place together, and tie speakers and sources to them."""
    # A run with nothing new never pays for this import.
    from pipelines.warehouse.resolution import resolve

    with step("comparing with what is known"):
        counts = resolve(dateline.session, dateline.warehouse, RESOLVED_TABLES)
    for table, rows in counts.items():
        yield counted(table_key(f"main.{table}"), rows)
