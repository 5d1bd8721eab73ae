"""What every page of the dashboard asks of a release, and how long it takes, bare and after usual filters.

    python benchmarks/dashboard_pages.py HOME [PAGE …]

Prints one JSON line a page and filter: seconds of the page as drawn (wall and CPU, Python and Streamlit
included), of its queries together, and of the slowest. Nothing is remembered from one line to the next but
what DuckDB and the system keep of the file.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard import evidence
from dashboard.release import Release, library

ROOT = Path(__file__).resolve().parents[1]

_PAGES = {
    "overview": ("", "days", "source", "story", "text"),
    "figures": ("", "all", "days", "source", "story", "category", "speaker", "text", "figure"),
    "statements": ("", "days", "source", "story", "speaker", "text", "statement"),
    "people": ("", "days", "source", "speaker", "text"),
    "places": ("", "days", "text", "place"),
    "reader": ("", "days", "source", "story", "text", "document"),
    "quality": ("", "days", "text"),
}

_Asked = list[tuple[float, float, str]]


def _clock() -> tuple[float, float]:
    return time.monotonic(), time.process_time()


def listen(asked: _Asked) -> None:
    """Note every query of the dashboard with its seconds, wall and CPU."""
    rows, explain = Release.rows, evidence.explain

    def timed(self: Release, query: str, **values: Any) -> list[dict[str, Any]]:
        wall, cpu = _clock()
        found = rows(self, query, **values)
        asked.append((time.monotonic() - wall, time.process_time() - cpu, " ".join(query.split())))
        return found

    def explained(*given: Any) -> Any:
        wall, cpu = _clock()
        found = explain(*given)
        asked.append((time.monotonic() - wall, time.process_time() - cpu, f"explain {given[1]}"))
        return found

    Release.rows = timed  # type: ignore[method-assign]
    evidence.explain = explained


def addresses(home: Path) -> dict[str, dict[str, str]]:
    """For each filter the address that sets it, to what there is most of."""
    with library(str(home)).reading() as release:
        if release is None:
            raise SystemExit(f"{home}: nothing is published there")
        top = {row["kind"]: row["name"] for row in release.rows("FROM marts.filter_choices WHERE rank = 1")}
        figure = release.one("FROM marts.figure_list ORDER BY prominence DESC LIMIT 1")
        statement = release.one("FROM marts.statement_list ORDER BY source_count DESC LIMIT 1")
        place = release.one("SELECT place_entity_id AS id FROM marts.place_timeline LIMIT 1")
        document = release.one(
            "SELECT document_id AS id, published_on FROM marts.document_list "
            "WHERE published_on IS NOT NULL LIMIT 1"
        )
    word = next((word for word in (figure.get("label") or "").split() if len(word) > 4), "people")
    return {
        "": {},
        "all": {"figure_kind": "all"},
        "days": {"since": str(document["published_on"])},
        **{kind: {kind: top[kind]} for kind in ("source", "story", "category", "speaker") if kind in top},
        "text": {"text": word.strip(",.")},
        "figure": {"figure": figure["figure_id"]},
        "statement": {"statement": statement["statement_id"]},
        "place": {"place": place.get("id") or ""},
        "document": {"document": document["id"]},
    }


def measure(home: Path, pages: list[str]) -> Iterator[dict[str, Any]]:
    """Draw every page with every filter it knows."""
    asked: _Asked = []
    found = addresses(home)
    listen(asked)
    _draw(home, "quality", {})  # what is imported with the first page
    for page in pages:
        for name in _PAGES[page]:
            if name in found:
                asked.clear()
                wall, cpu = _clock()
                test = _draw(home, page, found[name])
                line = {"page": page, "filter": name, "wall": time.monotonic() - wall}
                line |= {"cpu": time.process_time() - cpu, "queries": sum(a[0] for a in asked)}
                slowest = max(asked, default=(0.0, 0.0, ""))
                line |= {"slowest": slowest[0], "slowest cpu": slowest[1], "query": slowest[2][:120]}
                line |= {"faults": [e.message for e in test.exception]} if test.exception else {}
                yield {k: round(v, 3) if isinstance(v, float) else v for k, v in line.items()}


def _draw(home: Path, page: str, address: dict[str, str]) -> AppTest:
    with library(str(home)).reading() as release:
        if release is not None:
            release._answers.clear()
    test = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=600)
    test._page_hash = "" if page == "overview" else calc_hash(page)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("page", nargs="*", choices=[*_PAGES, []], default=[])
    given = parser.parse_args()
    logging.disable(logging.WARNING)  # Streamlit's, that it runs without a browser
    os.environ["DATELINE_HOME"] = str(given.home)
    for line in measure(given.home, given.page or list(_PAGES)):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
