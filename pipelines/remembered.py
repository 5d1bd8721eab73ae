"""Small facts that are dear to find and hold for a machine: kept in the user's cache folder, as JSON.

Nothing depends on them. A machine without a home folder, or with a full disk, finds them anew each time.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def recall(name: str) -> dict[str, Any]:
    """What was remembered under a name; empty where nothing was, or it cannot be read."""
    try:
        found = json.loads(_file(name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):
        return {}
    return found if isinstance(found, dict) else {}


def remember(name: str, known: dict[str, Any]) -> None:
    """Keep facts under a name, in place of what was there; whoever reads meets the old or the new."""
    try:
        file = _file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{name}-{os.getpid()}.json")
        temporary.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        temporary.replace(file)
    except (OSError, RuntimeError):
        return


def _file(name: str) -> Path:
    folder = os.environ.get("XDG_CACHE_HOME")
    return (Path(folder) if folder else Path.home() / ".cache") / "dateline" / f"{name}.json"
