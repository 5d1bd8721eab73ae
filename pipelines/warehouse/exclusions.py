"""Sources that a person leaves out: rulings of the ledger, and what they do to documents that wait."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.warehouse.intake import is_excluded
from pipelines.warehouse.ledger import Ledger


def exclude(ledger: Ledger, address: str, *, who: str, why: str) -> tuple[str, int]:
    """Exclude a url, file or folder; returns its uri and how many waiting arrivals that took out."""
    uri = as_uri(address)
    with ledger.transaction():
        # Asked inside: a run that publishes meanwhile has released what was pending a moment ago.
        waiting = [
            row.seq
            for row in ledger.landed("state = 'pending'")
            if is_excluded(row.source_uri, [uri]) or is_excluded(row.place, [uri])
        ]
        ledger.rule("exclude_source", uri, who=who, why=why)
        ledger.set_state("excluded", waiting)
    return uri, len(waiting)


def include(ledger: Ledger, address: str, *, who: str, why: str) -> tuple[str, int]:
    """Take an exclusion back; the arrivals it took out wait again, and its files are read again."""
    uri = as_uri(address)
    with ledger.transaction():
        ledger.undo("exclude_source", uri)
        ledger.rule("include_source", uri, who=who, why=why)
        left = [rule.value for rule in ledger.rulings("exclude_source") if rule.value]
        waiting = [
            row.seq
            for row in ledger.landed("state = 'excluded'")
            if not is_excluded(row.source_uri, left) and not is_excluded(row.place, left)
        ]
        ledger.set_state("pending", waiting)
        ledger.forget_inputs()
    return uri, len(waiting)


def as_uri(address: str) -> str:
    """A url as it is; a path as a file URI, with a record's number (#3) kept."""
    if "://" in address:
        return address
    path, mark, record = address.partition("#")
    if not record.isdigit():
        path, mark, record = address, "", ""
    return Path(os.path.abspath(Path(path).expanduser())).as_uri() + mark + record  # noqa: PTH100
