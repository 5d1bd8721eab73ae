"""`dateline extract`: JSON Lines in and out, the extractors alone (shape: docs/reference/command-line.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.model import Mention, NumericClaim, Quote


class RecordError(ValueError):
    """A line that is not a JSON object with a string `text`."""


def extract_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One output record for each input line, in order. Raises RecordError on a line that is no record."""
    for found in extract(_sources(lines)):
        yield record(found)


def _sources(lines: Iterable[str]) -> Iterator[SourceText]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield SourceText(str(row["doc_id"]), _text(row["text"]))
        except (ValueError, KeyError, TypeError) as error:
            raise RecordError(f'line {number}: not {{"doc_id", "text"}}: {error}') from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is not a string")
    return value


def record(found: Extraction) -> dict[str, Any]:
    """One document's findings in the output shape."""
    return {
        "doc_id": found.document_id,
        "quotes": [_quote(q) for q in found.quotes],
        "claims": [_claim(c) for c in found.claims],
        "entities": [_entity(m) for m in found.mentions if m.mention_type == "name"],
    }


def _quote(q: Quote) -> dict[str, Any]:
    return {
        "start": q.start_char,
        "end": q.end_char,
        "kind": q.kind,
        "speaker": q.speaker_surface,
        "speaker_start": q.speaker_start_char,
        "speaker_end": q.speaker_end_char,
        "speaker_name": q.speaker_name,
        "cue": q.cue,
        "cue_start": q.cue_start_char,
        "cue_end": q.cue_end_char,
        "quoted": [[s["start_char"], s["end_char"]] for s in q.quoted_spans],
    }


def _claim(c: NumericClaim) -> dict[str, Any]:
    is_interval = c.bound == "range" or c.is_vague
    return {
        "start": c.start_char,
        "end": c.end_char,
        "surface": c.surface,
        "value": c.value,
        "value_low": c.value_low,
        "value_high": c.value_high if is_interval else None,
        "unit": c.unit,
        "bound": c.bound,
        "direction": c.direction,
        "noun": c.noun,
        "category": c.category,
        "dimension": c.unit_dimension,
    }


def _entity(m: Mention) -> dict[str, Any]:
    return {"start": m.start_char, "end": m.end_char, "surface": m.surface, "type": m.label, "name": m.name}
