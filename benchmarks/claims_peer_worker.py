"""One peer over texts: JSON Lines in (`{"doc_id", "text"}`), claims out. Runs in the peers' environment.

    python benchmarks/claims_peer_worker.py quantulum3|recognizers < texts.jsonl > claims.jsonl

Standard library and the peer only, so that the environment needs nothing of Dateline.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import sys
import time
import warnings
from typing import Any

warnings.filterwarnings("ignore")


def quantulum3(text: str) -> list[dict[str, Any]]:
    """quantulum3's quantities; its range comes as one value with an uncertainty.

    Without its classifier of ambiguous units, whose stored model loads in one scikit-learn only.
    """
    from quantulum3 import classifier, parser

    classifier.USE_CLF = False

    found = []
    for q in parser.parse(text):
        low, high = q.value, None
        if getattr(q, "uncertainty", None) and re.search(r"\d.*(?:-|to|and).*\d", q.surface):
            low, high = q.value - q.uncertainty, q.value + q.uncertainty
        unit = "" if q.unit.name == "dimensionless" else q.unit.name
        found.append({"start": q.span[0], "end": q.span[1], "value": low, "value_high": high, "unit": unit})
    return found


def _name_packages() -> None:
    """Release 1.0.1 installs `ms_recognizers_text` and imports it as `recognizers_text`."""
    if importlib.util.find_spec("recognizers_text") is None:
        sys.modules["recognizers_text"] = importlib.import_module("ms_recognizers_text")


def recognizers(text: str) -> list[dict[str, Any]]:
    """Recognizers-Text: currency, dimension, temperature, age and percent first, then bare numbers."""
    _name_packages()
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import (
        recognize_age,
        recognize_currency,
        recognize_dimension,
        recognize_temperature,
    )

    taken: list[tuple[int, int]] = []
    found: list[dict[str, Any]] = []
    steps = (
        recognize_currency,
        recognize_temperature,
        recognize_age,
        recognize_dimension,
        recognize_percentage,
    )
    for step in (*steps, recognize_number):
        for result in step(text, "en-us"):
            start, end = result.start, result.end + 1
            if any(a < end and start < b for a, b in taken) or not result.resolution:
                continue
            number = re.sub(r"[%\s]", "", str(result.resolution.get("value") or ""))
            try:
                value = float(number)
            except ValueError:
                continue
            unit = result.resolution.get("unit") or ("percent" if step is recognize_percentage else "")
            taken.append((start, end))
            found.append({"start": start, "end": end, "value": value, "value_high": None, "unit": unit})
    return found


PEERS = {"quantulum3": quantulum3, "recognizers": recognizers}


def main() -> None:
    """Write one line a document, and a last one with the seconds it took and the documents it raised on."""
    peer = PEERS[sys.argv[1]]
    peer("Warm up: 5 km in 2 hours for $3.")
    seconds, raised = 0.0, 0
    for line in sys.stdin:
        doc = json.loads(line)
        start = time.perf_counter()
        try:
            claims = peer(doc["text"])
        except Exception as error:  # a peer that raises loses the document, and is counted so
            claims = []
            raised += 1
            print(f"{sys.argv[1]}: {doc['doc_id']}: {error!r}", file=sys.stderr)
        seconds += time.perf_counter() - start
        print(json.dumps({"doc_id": doc["doc_id"], "claims": claims}))
    print(json.dumps({"seconds": seconds, "raised": raised}))


if __name__ == "__main__":
    main()
