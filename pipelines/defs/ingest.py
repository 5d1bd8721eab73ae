"""Wires landing and reading: inputs to documents with roles.

Belongs here: which arrivals a run takes. Does not belong here: how a file is read or a page cut.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
from pydantic import Field

from pipelines.defs.common import (
    BACKFILL,
    OWNERS,
    POOL,
    READ_TABLES,
    RETRY,
    counted,
    day_partitions,
    staged_key,
    table_specs,
)
from pipelines.defs.resources import DatelineRun
from pipelines.ingest.fetch import Fetcher
from pipelines.ingest.sources import SourceError
from pipelines.progress import bar, step
from pipelines.views.build import is_outdated
from pipelines.warehouse.intake import reject_source
from pipelines.warehouse.repair import reject_lost, set_aside_damaged
from pipelines.warehouse.rulings import waiting
from pipelines.warehouse.sources import Source, land_source, sources_of
from pipelines.warehouse.stages import pending_work, released_work, stage_documents
from pipelines.warehouse.work import Work


class LandingConfig(dg.Config):
    """What a run reads. Without sources: the listed ones and the drop folder; for a sensor, those due."""

    sources: list[str] = Field(default_factory=list)
    outlet: str | None = None
    # Extract documents of the run's days again, though their text is unchanged.
    reextract: bool = False
    # Settle only these arrivals (numbers of the ledger), and read nothing: approval of a held-back run.
    only: list[int] = Field(default_factory=list)
    # Read nothing: take what earlier runs left (setting documents_per_run).
    pending_only: bool = False
    # Blocking rules whose failure a person approved for them.
    waived: list[str] = Field(default_factory=list)


@dg.asset(
    group_name="ingest",
    owners=OWNERS,
    kinds={"python", "file"},
    partitions_def=day_partitions(),
    backfill_policy=BACKFILL,
    output_required=False,
    pool=POOL,
)
def landing(
    context: dg.AssetExecutionContext, config: LandingConfig, dateline: DatelineRun
) -> Iterator[dg.Output[None]]:
    """Every input's bytes, named by their SHA-256, and the ledger's list of what is new.

    Today's partition takes in new and changed inputs. An earlier day's partition extracts again what was
    stored on that day. A run for rulings takes in nothing. With nothing to do the run stops here: no audit,
    no load, no release.
    """
    session = dateline.session
    days = [date.fromisoformat(key) for key in context.partition_keys]
    if config.only or config.waived:
        session.work = pending_work(session, config.only)
        session.work.waived = frozenset(config.waived)
    else:
        session.work = _choose(dateline, config, days)
    session.work.has_rulings = waiting(session.home, session.ledger) > 0
    session.work.is_outdated = is_outdated(session.home)
    metadata = _accounting(dateline)
    context.add_output_metadata(metadata)
    if not session.work:
        session.finish("nothing_new")
        context.log.info("Nothing new: the release stays as it is.")
        return
    yield dg.Output(None)


def _choose(dateline: DatelineRun, config: LandingConfig, days: list[date]) -> Work:
    session = dateline.session
    if session.run.trigger == "ruling":
        return Work()
    if config.pending_only:
        return pending_work(session)
    is_intake = session.run.trigger in ("command", "schedule", "sensor") or session.run.ingest_date in days
    work = Work()
    if is_intake:
        given = [Source(address, config.outlet or "") for address in config.sources]
        lacking = set_aside_damaged(session)
        fetcher = Fetcher(session.settings.max_bytes, session.settings.allow_private)
        with bar("reading") as progress:
            for source in given or sources_of(session):
                try:
                    land_source(session, source, fetcher, progress)
                except SourceError as error:
                    if given:
                        raise
                    reject_source(session, source.address, str(error))
        reject_lost(session, lacking)
        work = pending_work(session)
    if config.reextract or not is_intake:
        known = {row.document_id for row in work.documents}
        again = released_work(session, days)
        work.documents += [row for row in again.documents if row.document_id not in known]
        work.documents.sort(key=lambda row: row.document_id)
    return work


def _accounting(dateline: DatelineRun) -> dict[str, Any]:
    run = dateline.session.run
    return {
        "dagster/row_count": len(dateline.session.work.documents),
        "deferred": run.deferred_count,
        "read": run.read_count,
        "stored": run.stored_count,
        "unchanged": run.unchanged_count,
        "duplicate": run.duplicate_count,
        "rejected": run.rejected_count,
        "excluded": run.excluded_count,
    }


@dg.multi_asset(
    specs=table_specs(
        "staged",
        READ_TABLES,
        [dg.AssetKey("landing")],
        group="ingest",
        kinds={"python", "parquet"},
        description="New rows of main.{table}, read from landing.",
    ),
    partitions_def=day_partitions(),
    backfill_policy=BACKFILL,
    retry_policy=RETRY,
    pool=POOL,
)
def read_documents(dateline: DatelineRun) -> Iterator[dg.MaterializeResult[None]]:
    """Decode, cut into segments with roles, and date the run's documents."""
    with step("reading what landed"):
        counts = stage_documents(dateline.session)
    for table, rows in counts.items():
        yield counted(staged_key(table), rows)
