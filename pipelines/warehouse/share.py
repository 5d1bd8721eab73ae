"""Taking the published release into the deployment's lake."""

from __future__ import annotations

import logging
import secrets

from pipelines.settings import Settings
from pipelines.warehouse.extensions import ExtensionMissingError
from pipelines.warehouse.lake import Commit, Lake, LakeError
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import current_release

_OWNER = "lake_owner"

logger = logging.getLogger(__name__)


def share(settings: Settings, ledger: Ledger) -> Commit | None:
    """Commit the current release into the lake; None where no lake is set or nothing is published.

    Call while holding the run lock. Raises LakeError, ExtensionMissingError.
    """
    lake, release_id = Lake.of(settings), current_release(settings.home)
    if lake is None or release_id is None:
        return None
    owner = ledger.get(_OWNER)
    if owner is None:
        owner = secrets.token_hex(16)
        ledger.put(_OWNER, owner)
    return lake.commit(settings.home.database.resolve(), release_id, owner)


def share_published(settings: Settings, ledger: Ledger) -> Commit | None:
    """`share` after a publish: a lake out of reach costs no release, and is said in the log."""
    try:
        return share(settings, ledger)
    except (LakeError, ExtensionMissingError) as error:
        logger.warning("published, but not in the lake ('dateline lake push' tries again): %s", error)
        return None
