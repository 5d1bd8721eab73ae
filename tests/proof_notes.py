"""What a proof did, for docs/reliability.md: with PROOF_FIGURES set to a file, a JSON object a line."""

from __future__ import annotations

import json
import os
from pathlib import Path


def note(proof: str, **figures: object) -> None:
    """Note what a test did; scripts/reliability_page.py makes the page of it."""
    if path := os.environ.get("PROOF_FIGURES"):
        with Path(path).open("a", encoding="utf-8") as handle:
            handle.write(json.dumps({"proof": proof, **figures}) + "\n")
