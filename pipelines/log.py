"""The log of a run: lines of Python's logging below `pipelines`, on standard error, as text or as JSON.

Belongs here: how a line looks and which run it is of. A line that is about one document carries it:
`logger.info("stored", extra={"document_id": …, "source_uri": …})`. What looks like a credential is left out
of every line: an address may carry a token in its query.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pipelines.terminal import safe

# What a line may carry beside its message.
FACTS = ("document_id", "source_uri", "outcome")

# Credentials of a url, and values that name themselves secret.
_USER = re.compile(r"//[^/@\s]+@")
_SECRET = re.compile(
    r"(?i)((?:token|secret|passw\w{0,10}|key|signature|credential)s?)(\s{0,9}[=:]\s{0,9})[^\s&;,]{1,9999}"
)


def without_secrets(text: str) -> str:
    """The text without credentials in urls and values of what is called a token, key or password."""
    return _SECRET.sub(r"\1\2…", _USER.sub("//", text))


class _OfRun(logging.Formatter):
    """Knows the run. Subclasses lay a line out."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class TextLines(_OfRun):
    """A line for a person: `WARNING run 20260131T235959-1a2b3c: …`, without control characters."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = [f"{name} {value}" for name in FACTS[:2] if (value := getattr(record, name, None))]
        tail = f" ({', '.join(facts)})" if facts else ""
        return safe(without_secrets(f"{record.levelname} run {self.run_id}: {record.getMessage()}{tail}"))


class JsonLines(_OfRun):
    """An object a line: at (ISO 8601, UTC), level, logger, run_id, message, and the facts it carries."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; everything beyond ASCII is escaped, so no text can end it or move a cursor."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "run_id": self.run_id,
            "message": without_secrets(record.getMessage()),
        }
        facts = {name: getattr(record, name, None) for name in FACTS}
        line |= {name: without_secrets(str(value)) for name, value in facts.items() if value is not None}
        return json.dumps(line, default=str)


@contextmanager
def run_log(style: str, run_id: str) -> Iterator[None]:
    """Write the log while the block runs: `json` from INFO up, `text` warnings and errors alone.

    As text, the rest is what the command line reports at the end anyway.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(run_id) if style == "json" else TextLines(run_id))
    handler.setLevel(logging.INFO if style == "json" else logging.WARNING)
    logger = logging.getLogger("pipelines")
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates
