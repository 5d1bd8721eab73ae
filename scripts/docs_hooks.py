"""The docs' site: pages from outside docs/ (README, CONTRIBUTING and others) beside those in it."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
# Page in the site, by the file at the top of the tree that it is made from.
OUTSIDE = {
    "README.md": "readme.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/quality.md": "quality.md",
}
_LINK = re.compile(r"(\]\()(?!https?:|#|mailto:)([^)\s#]+)")


def on_files(files: Any, config: Any) -> Any:
    """Take the outside pages in."""
    for source, page in OUTSIDE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links to where the site has what they mean; to a file it has not, the link becomes its text."""
    came_from = {made: source for source, made in OUTSIDE.items()}
    here = came_from.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def lead(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), found[2]))
        inside = OUTSIDE.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
        if inside is None:
            return f"{found[1]}{found[2]}"
        return found[1] + posixpath.relpath(inside, posixpath.dirname(page.file.src_uri) or ".")

    return _LINK.sub(lead, markdown)
