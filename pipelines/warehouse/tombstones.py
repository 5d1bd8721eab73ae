"""What was forgotten and must not come back: rulings of kind `forget`, one for each text of a document."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.ingest.document import document_id, text_sha256
from pipelines.ingest.records import Record
from pipelines.warehouse.ledger import Ledger

FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Documents, and texts by their SHA-256, that are never stored again."""

    document_ids: frozenset[str] = frozenset()
    text_sha256s: frozenset[str] = frozenset()

    @classmethod
    def of(cls, ledger: Ledger) -> Tombstones:
        """Those of a deployment."""
        rulings = ledger.rulings(FORGET)
        return cls(
            frozenset(r.document_id for r in rulings if r.document_id),
            frozenset(r.value for r in rulings if r.value),
        )

    def __bool__(self) -> bool:
        return bool(self.document_ids or self.text_sha256s)

    def cover(self, key: str, sha256: str) -> bool:
        """Whether a document is forgotten: by its id, wherever it came from, or by its text."""
        return key in self.document_ids or sha256 in self.text_sha256s

    def cover_record(self, record: Record) -> bool:
        """Whether what was read is forgotten."""
        return self.cover(document_id(record.metadata.url, record.text), text_sha256(record.text))
