"""The code location: everything under `pipelines.defs`, put together once."""

from __future__ import annotations

import warnings

import dagster as dg

# backfill_policy and column lineage are marked beta in Dagster 1.13; the pin is exact.
warnings.filterwarnings("ignore", category=dg.BetaWarning)

from pipelines.defs import automation, checks, extraction, ingest, views, warehouse  # noqa: E402
from pipelines.defs.resources import DatelineRun  # noqa: E402
from pipelines.settings import load_settings  # noqa: E402


def make_definitions(run: DatelineRun | None = None) -> dg.Definitions:
    """The definitions; tests pass a resource of their own."""
    return dg.Definitions(
        assets=[
            ingest.landing,
            ingest.read_documents,
            extraction.extract_documents,
            warehouse.load_tables,
            warehouse.resolve_entities,
            views.copy_audit,
            views.build_views,
            views.release,
        ],
        asset_checks=[checks.audit, checks.audit_history],
        jobs=[automation.job],
        schedules=[automation.daily],
        sensors=[automation.drop_folder, automation.listed_sources, automation.deferred_documents],
        loggers=automation.loggers(load_settings().log),
        resources={"dateline": run or DatelineRun()},
        executor=dg.in_process_executor,
    )


defs = make_definitions()
