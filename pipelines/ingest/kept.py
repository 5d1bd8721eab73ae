"""Inputs of many records without some of them: JSON Lines that hold the others at their old numbers.

What a CSV, a Parquet file or an archive held beside a forgotten record can be read again from these, with the
same numbers and the same ids. Rejected records are not among them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from pipelines.ingest.records import METADATA_KEYS, Record, Rejection

# Behind the input's own name: what reads as JSON Lines, and is shown by the name before it.
KEPT_SUFFIX = ".kept.jsonl"


def kept_lines(found: Iterable[Record | Rejection], is_kept: Callable[[Record], bool]) -> bytes | None:
    """The records that are kept, as JSON Lines; None where none is, or the input is one document.

    A number that is left out holds an empty object, which reads as no record.
    """
    lines: list[str] = []
    for record in found:
        if isinstance(record, Rejection) or record.record_no is None or not is_kept(record):
            continue
        lines += ["{}"] * (record.record_no - 1 - len(lines))
        own = {key: value for key in METADATA_KEYS if (value := getattr(record.metadata, key))}
        lines.append(json.dumps({"text": record.text, **own}, ensure_ascii=False))
    return ("\n".join(lines) + "\n").encode("utf-8") if lines else None


def kept_name(file_name: str) -> str:
    """The name that such lines are kept under."""
    return shown_name(file_name) + KEPT_SUFFIX


def shown_name(file_name: str) -> str:
    """The input's own name."""
    return file_name.removesuffix(KEPT_SUFFIX)
