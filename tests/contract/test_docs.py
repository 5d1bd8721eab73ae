"""The documentation against the project: links lead somewhere, examples work, commands exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from pipelines.audit.suites import load_suites
from pipelines.cli import app
from pipelines.views.catalog import load_views

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        to = (page.parent / target).resolve() if target else page
        if not to.exists() or (anchor and anchor not in anchors(to)):
            broken.append(f"{target}#{anchor}")
    assert broken == []


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [d.name for d in decisions if f"(adr/{d.name})" not in index] == []
    assert [int(d.name[:4]) for d in decisions] == list(range(1, len(decisions) + 1))


def test_the_example_view_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-view.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```sql\n(-- .*?)```", page, re.S)
    (tmp_path / "own_voice_troops.sql").write_text(example, encoding="utf-8")
    [view] = load_views(tmp_path)
    assert view.depends_on == ("main.documents", "main.numeric_claims", "main.sentences")


def test_the_example_rule_is_one(tmp_path: Path) -> None:
    [example] = re.findall(
        r"```toml\n(\[\[rule\]\].*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.S
    )
    (tmp_path / "quotes.toml").write_text(example, encoding="utf-8")
    [rule] = load_suites(tmp_path)["quotes"]
    assert rule.name == "quotes_span_reasonable"


def _commands() -> list[str]:
    """Every `dateline …` of a console block; a block holds commands only, each behind a `$`."""
    written = [page for page in PAGES if page.parent.name != "reference"]
    blocks = (b for p in written for b in re.findall(r"```console\n(.*?)```", p.read_text("utf-8"), re.S))
    commands = (c.strip() for block in blocks for c in re.split(r"^\$ ", block, flags=re.M))
    ours = (re.match(r"(?:\w+=\S+ )*(?:\.venv/bin/)?dateline (.*)", c, re.S) for c in commands)
    return sorted({re.split(r" [<>|] ", found[1])[0] for found in ours if found})


@pytest.mark.parametrize("command", _commands())
def test_every_command_shown_exists(command: str) -> None:
    given: list[str] = shlex.split(command, comments=True)
    at: Any = typer.main.get_command(app)
    while hasattr(at, "commands"):  # Typer brings its own copy of click's classes
        name = given.pop(0)
        at = at.commands[name]
    at.make_context("dateline", given)  # raises on an unknown option or a missing argument
