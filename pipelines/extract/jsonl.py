"""`dateline extract`: JSON Lines in and out, the extractors alone (keys: `output_fields`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.model import Mention, NumericClaim, Quote, row_key


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
        "claims": _claims(found),
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


def _claims(found: Extraction) -> list[dict[str, Any]]:
    """One record a claim; the two joined rows of “from A to B” are one record with both levels.

    A record has no key that another could point at, so a change written as two would read as two figures.
    """
    ids = {row_key(found.document_id, "numeric_claims", c.start_char, c.end_char): c for c in found.claims}
    records: list[dict[str, Any]] = []
    for claim in found.claims:
        start = ids.get(claim.related_claim_id or "") if claim.relation == "from_to" else None
        if start is not None and records and records[-1]["start"] == start.start_char < claim.start_char:
            records[-1] = _change(start, claim, found.text)
        else:
            records.append(_claim(claim))
    return records


def _change(start: NumericClaim, end: NumericClaim, text: str) -> dict[str, Any]:
    """A change between two levels: the interval it ran over, and in `from_to` the levels as they followed."""
    low, high = sorted((start.value, end.value))
    whole = {"start": start.start_char, "end": end.end_char, "surface": text[start.start_char : end.end_char]}
    interval = {"value": low, "value_low": low, "value_high": high, "bound": "range"}
    return {**_claim(end), **whole, **interval, "from_to": [start.value, end.value]}


def _claim(c: NumericClaim) -> dict[str, Any]:
    # Of “2,000 ± 5” the value is the middle: no range, but how exact one number is.
    is_interval = c.value_high is not None and c.value == c.value_low
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
