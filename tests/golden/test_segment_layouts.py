"""Pages of many shapes against roles marked by hand (`pages/*.page`, all written for this test).

A page file: a comment on its shape, what the page says of itself (`title: …`), then its lines, each behind
its role and a tab.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.ingest.segment import segment

PAGES = sorted((Path(__file__).parent / "pages").glob("*.page"))


@dataclass
class Marked:
    about: dict[str, str] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)

    @property
    def roles(self) -> list[tuple[str, str]]:
        return [(role, line.strip()) for role, line in self.lines if line.strip()]


def marked(path: Path) -> Marked:
    page = Marked()
    for raw in path.read_text(encoding="utf-8").splitlines()[1:]:
        role, tab, line = raw.partition("\t")
        if tab or not raw:
            page.lines.append((role, line))
        else:
            key, _, value = raw.partition(": ")
            page.about[key] = value
    return page


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_roles(path):
    page = marked(path)
    found = [(row.role, row.surface) for row in segment(page.text).segments]
    assert found == page.roles


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_what_the_page_says_of_itself(path):
    page = marked(path)
    found = segment(page.text)
    said = {
        "title": found.title,
        "byline": found.byline,
        "date": str(found.printed_date.on) if found.printed_date else None,
        "outlet": found.outlet,
        "agencies": ", ".join(found.agencies) or None,
    }
    assert {key: value for key, value in said.items() if value is not None} == page.about


def test_there_are_pages_of_many_shapes():
    assert len(PAGES) >= 20
    roles = {role for path in PAGES for role, _ in marked(path).roles}
    assert roles == {
    "title", "dek", "byline", "published", "body", "heading", "list_item", "caption", "credit",
    "navigation", "boilerplate", "footnote",
}  # fmt: skip
