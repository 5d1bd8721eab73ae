"""Which engine a deployment uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipelines.engine.local import Tables, run_local
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.extract.extractor import SourceText


def run_extraction(
    sources: Sequence[SourceText],
    run_id: str,
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Tables]:
    """Extract documents in order with the engine of the settings: the same rows, whichever it is."""
    if settings.engine == "dask" and settings.scheduler:
        from pipelines.engine.cluster import run_cluster

        return run_cluster(sources, run_id, settings.scheduler, progress)
    return run_local(sources, run_id, settings.workers, progress)
