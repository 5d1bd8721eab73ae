"""What all wiring modules share: keys, groups, owners, partitions, table metadata."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError

from pipelines.model import TABLES
from pipelines.settings import load_settings
from pipelines.warehouse.load import REFERENCE_TABLES
from pipelines.warehouse.stages import READ_TABLES, STAGED_TABLES

OWNERS = ("team:dateline",)

# Everything that opens DuckDB or the ledger: one at a time (dagster.yaml sets the limit).
POOL = "warehouse"

INTERRUPTS = (KeyboardInterrupt, DagsterExecutionInterruptedError)


class OfFaults(dg.RetryPolicy):
    """Tries a step again that failed, not one that somebody ended.

    Dagster asks for the delay while it handles either, and takes Ctrl-C, and the web pages' Terminate, for a
    reason to begin the step anew.
    """

    def calculate_delay(self, attempt_num: int) -> float:
        """Seconds until the next attempt. Raises the interrupt that is being handled, if it is one."""
        fault = sys.exception()
        while fault is not None:
            # A query that was broken off is told as a RuntimeError that the interrupt caused.
            if isinstance(fault, INTERRUPTS):
                raise fault
            fault = fault.__cause__ or fault.__context__
        return float(super().calculate_delay(attempt_num))


# A file system or a disk may fail for a moment; language rules do not.
RETRY = OfFaults(max_retries=2, delay=1, backoff=dg.Backoff.EXPONENTIAL)

LOADED_TABLES = (*STAGED_TABLES, "document_revisions", "extraction_changes", "migrations", *REFERENCE_TABLES)
# Everything across documents: resolution alone writes them.
RESOLVED_TABLES = tuple(
    spec.name for spec in TABLES.values() if spec.schema == "main" and spec.name not in LOADED_TABLES
)
LEDGER_TABLES = tuple(spec.name for spec in TABLES.values() if spec.schema == "audit")

BACKFILL = dg.BackfillPolicy.single_run()


def day_partitions() -> dg.DailyPartitionsDefinition:
    """One partition a day of ingestion (UTC), today included."""
    return dg.DailyPartitionsDefinition(start_date=load_settings().start_date, end_offset=1, timezone="UTC")


def staged_key(table: str) -> dg.AssetKey:
    """Key of a table's new rows on their way to the warehouse."""
    return dg.AssetKey(["staged", table])


def table_key(qualified: str) -> dg.AssetKey:
    """Key of a table or view, from `schema.name`."""
    return dg.AssetKey(qualified.split(".", 1))


def main_keys(tables: Sequence[str]) -> list[dg.AssetKey]:
    """Keys of tables of schema `main`."""
    return [table_key(f"main.{table}") for table in tables]


def table_metadata(table: str) -> dict[str, Any]:
    """A table's columns with types and descriptions, for Dagster's pages."""
    spec = TABLES[table]
    columns = [
        dg.TableColumn(
            name=c.name,
            type=c.sql_type,
            description=c.doc,
            constraints=dg.TableColumnConstraints(nullable=c.nullable, unique=(c.name,) == spec.key),
        )
        for c in spec.columns
    ]
    return {
        "dagster/column_schema": dg.TableSchema(columns=columns),
        "dagster/table_name": f"{spec.schema}.{spec.name}",
        "key": list(spec.key),
    }


def table_specs(
    schema: str,
    tables: Sequence[str],
    deps: Sequence[dg.AssetKey],
    *,
    group: str,
    kinds: set[str],
    description: str = "{doc}",
) -> list[dg.AssetSpec]:
    """An asset for each table, under `schema` (or `staged`), with the contract's columns and description.

    `description` may hold `{table}` and `{doc}`.
    """
    return [
        dg.AssetSpec(
            dg.AssetKey([schema, table]),
            deps=deps,
            group_name=group,
            owners=OWNERS,
            kinds=kinds,
            description=description.format(table=table, doc=TABLES[table].doc),
            metadata=table_metadata(table),
        )
        for table in tables
    ]


def counted(key: dg.AssetKey, rows: int) -> dg.MaterializeResult[None]:
    """A materialization with its row count."""
    return dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": rows})


__all__ = [
    "BACKFILL",
    "LEDGER_TABLES",
    "LOADED_TABLES",
    "OWNERS",
    "POOL",
    "READ_TABLES",
    "RESOLVED_TABLES",
    "RETRY",
    "counted",
    "day_partitions",
    "main_keys",
    "staged_key",
    "table_key",
    "table_metadata",
    "table_specs",
]
