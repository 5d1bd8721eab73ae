"""Wires the ledger's copy, the views of `sql/` and publication.

Belongs here: dependencies and lineage of views as Dagster shows them. Does not belong here: SQL.
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.defs.common import (
    LEDGER_TABLES,
    LOADED_TABLES,
    OWNERS,
    POOL,
    RESOLVED_TABLES,
    RETRY,
    counted,
    main_keys,
    table_key,
    table_specs,
)
from pipelines.defs.resources import DatelineRun
from pipelines.progress import step
from pipelines.views.build import create_views
from pipelines.views.catalog import View, load_views
from pipelines.warehouse.release import copy_ledger, current_release, publish
from pipelines.warehouse.share import share_published


@dg.multi_asset(
    specs=table_specs(
        "audit",
        LEDGER_TABLES,
        main_keys([*LOADED_TABLES, *RESOLVED_TABLES]),
        group="audit",
        kinds={"duckdb", "sqlite"},
    ),
    retry_policy=RETRY,
    pool=POOL,
)
def copy_audit(dateline: DatelineRun) -> Iterator[dg.MaterializeResult[None]]:
    """Copy the ledger into the work file."""
    for table, rows in copy_ledger(dateline.session, dateline.warehouse).items():
        yield counted(table_key(f"audit.{table}"), rows)


def _view_spec(view: View) -> dg.AssetSpec:
    lineage = {
        column: [dg.TableColumnDep(table_key(table), source) for table, source in reads]
        for column, reads in view.lineage.items()
    }
    columns = [dg.TableColumn(name=name, description=doc) for name, doc in view.columns.items()]
    return dg.AssetSpec(
        table_key(view.qualified),
        deps=[table_key(name) for name in view.depends_on],
        group_name="marts",
        owners=OWNERS,
        kinds={"duckdb", "sql"},
        description=f"{view.description}\n\nExample question: {view.question}",
        metadata={
            "dagster/column_schema": dg.TableSchema(columns=columns),
            "dagster/column_lineage": dg.TableColumnLineage(lineage),
            "dagster/table_name": view.qualified,
            "question": view.question,
        },
    )


@dg.multi_asset(
    specs=[_view_spec(view) for view in load_views()],
    retry_policy=RETRY,
    pool=POOL,
)
def build_views(dateline: DatelineRun) -> Iterator[dg.MaterializeResult[None]]:
    """Make every view of `sql/` with its comments."""
    home = dateline.session.home
    base = home.database.resolve() if current_release(home) is not None else None
    with dateline.warehouse.connect() as connection, step("making the views"):
        create_views(connection, base=base)
    for view in load_views():
        yield dg.MaterializeResult(asset_key=table_key(view.qualified))


@dg.asset(
    group_name="release",
    owners=OWNERS,
    kinds={"duckdb"},
    deps=[table_key(view.qualified) for view in load_views()],
    pool=POOL,
)
def release(context: dg.AssetExecutionContext, dateline: DatelineRun) -> None:
    """The published database: an immutable folder, and the link `current` that points at it."""
    if not dateline.warehouse.path.is_file():
        raise dg.Failure("Nothing was built in this run: materialize the whole graph (job `dateline`).")
    with step("publishing"):
        folder = publish(dateline.session, dateline.warehouse)
    share_published(dateline.session.settings, dateline.session.ledger)
    context.add_output_metadata(
        {
            "release": folder.name,
            "path": dg.MetadataValue.path(folder / "dateline.duckdb"),
            "bytes": (folder / "dateline.duckdb").stat().st_size,
        }
    )
