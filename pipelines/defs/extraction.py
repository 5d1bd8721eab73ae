"""Wires extraction: documents to what they say.

Belongs here: which tables extraction makes. Does not belong here: any rule about language.
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.defs.common import BACKFILL, RETRY, counted, day_partitions, staged_key, table_specs
from pipelines.defs.resources import DatelineRun
from pipelines.engine.local import EXTRACTED_TABLES
from pipelines.progress import bar
from pipelines.warehouse.stages import stage_extraction


@dg.multi_asset(
    specs=table_specs(
        "staged",
        EXTRACTED_TABLES,
        [staged_key("documents"), staged_key("segments")],
        group="extraction",
        kinds={"python", "spacy", "parquet"},
        description="New rows of main.{table}, extracted in one pass.",
    ),
    partitions_def=day_partitions(),
    backfill_policy=BACKFILL,
    retry_policy=RETRY,
)
def extract_documents(dateline: DatelineRun) -> Iterator[dg.MaterializeResult[None]]:
    """Parse every paragraph once; names, quotes and claims from the parse. Holds no database."""
    with bar("extracting") as progress:
        counts = stage_extraction(dateline.session, progress)
    for table, rows in counts.items():
        yield counted(staged_key(table), rows)
