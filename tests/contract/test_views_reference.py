"""The reference pages: as the code says, complete, and well-formed Markdown."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.audit.suites import load_suites
from pipelines.model import TABLES
from pipelines.settings import SETTINGS
from pipelines.views.catalog import load_views
from pipelines.warehouse.reference_pages import COMMAND, MANUAL, PAGES, cell, code, main, write_pages

# Made by scripts/check_licences.py, compared in test_licences.py.
BY_SCRIPTS = {"licences"}

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, str]:
    paths = write_pages(tmp_path_factory.mktemp("reference") / "made")
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_the_code_says(pages, name: str) -> None:
    committed = COMMITTED / f"{name}.md"
    assert committed.is_file(), f"missing: run {COMMAND}"
    assert committed.read_text(encoding="utf-8") == pages[name], f"stale: run {COMMAND}"


def test_the_manual_page_is_what_the_code_says_and_sound_roff(pages) -> None:
    committed = COMMITTED / MANUAL
    assert committed.read_text(encoding="utf-8") == pages["dateline"], f"stale: run {COMMAND}"
    for name in ("dateline run", "dateline correct entity merge", "Exit codes", "ENVIRONMENT"):
        assert re.search(rf'^\.SH "?{name}"?$', pages["dateline"], re.MULTILINE), name
    if groff := shutil.which("groff"):
        shown = subprocess.run(
            [groff, "-man", "-Tutf8", "-P-cbou", "-ww", str(committed)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown.stderr == ""
        assert "DATELINE_HOME" in shown.stdout


def test_no_page_is_left_over() -> None:
    assert {path.stem for path in COMMITTED.glob("*.md")} == set(PAGES) | BY_SCRIPTS


def test_every_name_is_on_its_page(pages) -> None:
    for spec in TABLES.values():
        assert f"\n### {spec.name}\n" in pages["tables"]
        for column in spec.columns:
            assert f"| `{column.name}` | `{column.sql_type}` |" in pages["tables"]
    for view in load_views():
        section = pages["views"].split(f"\n## {view.name}\n")[1].split("\n## ")[0]
        assert set(view.columns) == set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    for rule in (rule for suite in load_suites().values() for rule in suite):
        assert f"| `{rule.name}` | {rule.severity} |" in pages["expectations"]
    for setting in SETTINGS:
        assert f"| `{setting.env}` | `{setting.key}` |" in pages["settings"]
    for command in ("run", "extract", "sql", "status", "settings", "release approve", "source exclude"):
        assert re.search(rf"^##+ `dateline {command}`$", pages["command-line"], re.MULTILINE), command


def test_every_row_of_a_table_has_the_cells_of_its_head(pages) -> None:
    for page in pages.values():
        for table in re.findall(r"(?:^\|.*\|$\n?)+", page, re.MULTILINE):
            bars = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            assert len(bars) == 1, table[:200]


def test_links_lead_to_headings_that_are_there(pages) -> None:
    headings = {
        name: set(re.findall(r"^#+ `?([^`\n]+)`?$", page, re.MULTILINE)) for name, page in pages.items()
    }
    links = 0
    for name, page in pages.items():
        for target, anchor in re.findall(r"\]\(([\w-]*?)(?:\.md)?(?:#(\w+))?\)", page):
            links += 1
            assert (target or name) in pages or target in BY_SCRIPTS
            assert not anchor or anchor in headings[target or name]
    assert links > len(TABLES)


def test_what_markdown_would_swallow_is_escaped() -> None:
    assert cell("a | b\n  <c> *d* `x|y<z>` speaker_name _e_") == (
        "a \\| b \\<c\\> \\*d\\* `x\\|y<z>` speaker_name \\_e\\_"
    )
    assert code("a || `b`") == "``a \\|\\| `b```"


def test_wrong_usage_is_said_and_writes_nothing(capsys) -> None:
    assert main([]) == 2
    assert "usage:" in capsys.readouterr().err
