"""The alert: a run that fails, is held back or died is told to a web address, where one is set.

Telling never fails a run: an alert that cannot be delivered is a line in the log.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from typing import Any

from pipelines.ingest.fetch import Fetcher, shown
from pipelines.log import run_log, without_secrets
from pipelines.model import Run
from pipelines.settings import Settings

ALARMING = ("failed", "held_back", "interrupted")
# With everything: finding the host, connecting, sending, and waiting for the answer.
TOTAL_SECONDS = 15.0

_MOST_DETAIL = 300
logger = logging.getLogger(__name__)


def alert(settings: Settings, run: Run) -> None:
    """Post what became of a run to `alert_url`, if there is one and the run needs a person."""
    if not settings.alert_url or run.outcome not in ALARMING:
        return
    # A thread, so that no server, however slow, keeps the run: finding a host has no time limit of its own.
    thread = threading.Thread(target=_post, args=(settings, settings.alert_url, run), daemon=True)
    with run_log(settings.log, run.run_id):
        thread.start()
        thread.join(TOTAL_SECONDS)
        if thread.is_alive():
            logger.warning("alert not delivered: no answer in %.0f seconds", TOTAL_SECONDS)


def message(settings: Settings, run: Run) -> dict[str, Any]:
    """What is posted: of the deployment its folder's name, and why, without what looks like a secret."""
    return {
        "run_id": run.run_id,
        "outcome": run.outcome,
        "trigger": run.trigger,
        "home": settings.home.path.name,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "detail": without_secrets(run.detail or "")[:_MOST_DETAIL] or None,
    }


def host_of(url: str) -> str:
    """The address without its path and query, which may hold a secret."""
    found = re.match(r"\w+://[^/?]*", shown(url))
    return f"{found[0]}/…" if found else "an address that cannot be read"


def _post(settings: Settings, url: str, run: Run) -> None:
    try:
        body = json.dumps(message(settings, run)).encode()
        Fetcher(allow_private=settings.allow_private).post(url, body, "application/json")
        logger.info("alert delivered")
    except Exception as error:
        # The address may hold a secret of its own: the log says the host alone.
        reason = str(error).replace(shown(url), host_of(url))
        logger.warning("alert not delivered: %s", reason)
