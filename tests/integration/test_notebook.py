"""The worked analysis runs on a release, and so does the code of its page."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import duckdb
import pytest
from test_views_across import ROWS
from views_rows import fill

from pipelines.views.build import create_views
from pipelines.warehouse.connection import STORAGE_VERSION
from pipelines.warehouse.schema import create_schema

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def published(home: Path) -> Path:
    """A home with a release of rows made by hand."""
    current = home / "releases" / "r1"
    current.mkdir(parents=True)
    (home / "current").symlink_to(current)
    config = {"storage_compatibility_version": STORAGE_VERSION}
    with duckdb.connect(str(current / "dateline.duckdb"), config=config) as connection:
        create_schema(connection)
        fill(connection, ROWS)
        create_views(connection)
    return home


def test_the_worked_analysis_finds_the_conflict(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(DOCS / "notebooks" / "who_disagrees.py"))
    said = capsys.readouterr().out
    assert re.search(r"killed in Ardenia\s+40\.0\s+50\.0\s+4\s+conflict", said)
    assert "Gazette and Harbour Wire: the same number for 0 of 1 shared figures" in said
    assert "Ilona Varga" in said


def test_the_worked_analysis_runs_on_a_real_release(
    sample_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(sample_home))
    runpy.run_path(str(DOCS / "notebooks" / "who_disagrees.py"))
    said = capsys.readouterr().out
    assert re.search(r"100000\.0\s+120000\.0\s+2\s+conflict", said)
    assert "Larkspur Daily and Telvane: the same number for 0 of 1 shared figures" in said
    assert re.search(r"Dmitry Peskov\s+5\s+\d", said)


def test_the_code_on_the_page_runs(published: Path) -> None:
    page = (DOCS / "how-to" / "analyse-in-a-notebook.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.S)
    found: dict[str, object] = {}
    exec(code, found)
    assert len(found["frame"]) > 0  # type: ignore[arg-type]
