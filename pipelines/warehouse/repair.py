"""Landed bytes that are damaged: what waits for a release gets its bytes again from its input.

What waits would else stop every later run. Its damaged bytes are set aside and its input is read anew; where
the input has changed or gone, the arrival is accounted for as a rejection, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.ingest.landing import Landing, LandingError
from pipelines.warehouse.intake import reject_input
from pipelines.warehouse.ledger import Landed
from pipelines.warehouse.session import Session


def set_aside_damaged(session: Session) -> list[Landed]:
    """Take damaged bytes that pending arrivals need out of landing, and have their inputs read anew.

    Call before inputs are read. Returns the arrivals that lack their bytes: those of `reject_lost`.
    """
    landing = Landing(session.home.landing)
    pending = session.ledger.landed("state = 'pending'")
    names = {sha256 for row in pending for sha256 in _needed(row)}
    lacking = {sha256 for sha256 in names if not _is_whole(landing, sha256)}
    for sha256 in lacking:
        landing.set_aside(sha256)
    found = [row for row in pending if lacking.intersection(_needed(row))]
    for row in found:
        record = f"#{row.record_no}" if row.record_no is not None else ""
        session.ledger.forget_input(row.place.removesuffix(record))
    return found


def reject_lost(session: Session, lacking: Iterable[Landed]) -> None:
    """Reject the arrivals whose bytes have not come back. Call after inputs were read."""
    landing = Landing(session.home.landing)
    for row in lacking:
        if not all(landing.has(sha256) for sha256 in _needed(row)):
            reject_input(
                session, row.place, "damaged", "its landed bytes were damaged before they were read",
                row.source_sha256,
            )  # fmt: skip
            session.ledger.drop_landed(row.seq)
    session.record()


def _needed(row: Landed) -> list[str]:
    return [sha256 for sha256 in (row.source_sha256, row.sidecar_sha256) if sha256]


def _is_whole(landing: Landing, sha256: str) -> bool:
    try:
        landing.source(sha256)
    except LandingError:
        return False
    return True
