"""The documentation against the project: links lead somewhere, examples work, commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.audit.suites import load_suites
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
