"""From pages to marks: agency copy in three papers, and a line that an outlet prints on each of its pages."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg

from pipelines.defs.runner import Order, execute
from pipelines.settings import load_settings
from pipelines.warehouse.connection import open_release

COPY = " ".join(
    f"The harbour office of Orrin said that section {number} would open in week {number + 2} after tests."
    for number in range(6)
)
TEASER = "Orrin seen from the hills"


def _record(url: str, outlet: str, text: str) -> str:
    return json.dumps({"url": url, "outlet": outlet, "published": "2026-04-03", "text": text}) + "\n"


def _ward(name: str) -> str:
    body = f"The council of {name} ward met on Tuesday and kept the road to the old bridge closed."
    text = f"{name} ward keeps its road closed\n\n{body}\n\n{TEASER}\n\nDrivers from {name} take the ferry."
    return _record(f"https://courier.example/{name}", "Courier", text)


def _run(source: Path, records: list[str]) -> None:
    source.write_text("".join(records), encoding="utf-8")
    done = execute(load_settings(), Order(sources=[str(source)]), dg.DagsterInstance.ephemeral())
    assert (done.outcome, done.detail) == ("published", None)


def test_copies_are_marked_credited_and_what_recurs_is_boilerplate(home: Path, tmp_path: Path) -> None:
    first = [
        _record("https://herald.example/1", "Herald", f"Bridge to reopen early\n\nORRIN (AFP) — {COPY}"),
        _record("https://tribune.example/1", "Tribune", f"Good news\n\n{COPY} Nobody complained on Tuesday."),
        _record("https://gazette.example/1", "Gazette", f"Bridge opens\n\n{COPY}\n\n(AFP)"),
        *map(_ward, ("North", "South", "Mill", "Abbey")),
    ]
    _run(tmp_path / "one.jsonl", first)
    _run(tmp_path / "two.jsonl", [_ward("Castle")])
    with open_release(load_settings().home.database) as connection:
        copied = connection.execute(
            """SELECT outlet, agency, is_credited, independent_source FROM marts.copied_reports ORDER BY 1"""
        ).fetchall()
        marked = connection.execute(
            "SELECT count(similarity), min(similarity) FROM marts.copied_reports WHERE is_copy"
        ).fetchone()
        learned = connection.execute(
            """SELECT d.source_uri, s.surface, s.role FROM main.segments AS s JOIN main.documents AS d USING
               (document_id) WHERE s.method = 'recurring_line'"""
        ).fetchall()
    assert copied == [
        ("Gazette", "AFP", True, "agency:AFP"),
        ("Herald", "AFP", True, "agency:AFP"),
        ("Tribune", "AFP", False, "agency:AFP"),
    ]
    assert marked is not None and marked[0] == 2 and 0.6 <= marked[1] < 1
    # Four pages teach nothing yet; the fifth headline does, for itself: older pages wait for a backfill.
    assert learned == [("https://courier.example/Castle", TEASER, "boilerplate")]
