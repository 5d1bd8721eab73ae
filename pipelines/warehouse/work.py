"""What a run has to do: the arrivals it settles."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.warehouse.ledger import Landed


@dataclass(slots=True)
class Work:
    """What a run has to do. `documents` and `sources` are the ledger's arrivals.

    `has_rulings`: there are rulings on rows that the release does not show yet.
    `is_outdated`: the release's tables or views are those of another version of Dateline, or of other `sql/`.
    `waived`: blocking rules whose failure a person approved for these arrivals.
    """

    documents: list[Landed] = field(default_factory=list)
    sources: list[Landed] = field(default_factory=list)
    superseded: list[Landed] = field(default_factory=list)
    has_rulings: bool = False
    is_outdated: bool = False
    waived: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.documents or self.sources or self.has_rulings or self.is_outdated)

    @property
    def arrivals(self) -> list[Landed]:
        """Every arrival the run settles."""
        return [*self.documents, *self.sources, *self.superseded]
