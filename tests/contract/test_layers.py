"""Layers: a document goes one way through them, and a layer imports only what comes before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "pipelines"

GROUND = {
    "__version__",
    "model",
    "reference",
    "remembered",
    "settings",
    "terminal",
    "progress",
    "log",
    "spreadsheet",
    "imports",
}
# What asks the published release, each for one command.
READS = {"explain", "search", "results", "prompt", "export", "story_page"}
MAY_IMPORT: dict[str, set[str]] = {
    "ingest": GROUND,
    "extract": GROUND | {"ingest"},
    "engine": GROUND | {"extract"},
    "audit": GROUND,
    "resolve": GROUND | {"extract"},
    "warehouse": GROUND | {"ingest", "extract", "engine", "audit", "resolve"},
    "views": GROUND | {"warehouse"},
    "explain": GROUND,
    "search": GROUND | {"views"},
    "results": GROUND,
    "export": GROUND | {"results"},
    "story_page": GROUND | {"explain"},
    "prompt": GROUND | {"warehouse", "results", "report"},
    "report": GROUND | {"audit", "warehouse", "views", "explain", "search"},
    "defs": GROUND | {"ingest", "extract", "engine", "audit", "resolve", "warehouse", "views", "definitions"},
    "definitions": GROUND | {"defs"},
    "commands": GROUND | {"ingest", "extract", "audit", "warehouse", "views", "defs"} | READS | {"report"},
    "cli": GROUND | {"commands"},
} | dict.fromkeys(GROUND, GROUND)

# Made for the docs folder from everything that has a description; nothing imports it.
GENERATOR = PACKAGE / "warehouse" / "reference_pages.py"

ALONE = {
    "dagster": {"defs", "definitions"},
    "great_expectations": {"audit"},
    "spacy": {"extract"},
    "thinc": {"extract"},
    "duckdb": {"audit", "warehouse", "views", "report", "commands"} | READS,
}

MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != GENERATOR)


def imported(module: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module: Path) -> str:
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(module: Path) -> None:
    layer = layer_of(module)
    parts = [name.split(".") for name in imported(module)]
    used = {name[1] for name in parts if name[0] == "pipelines"} - {layer}
    assert used <= MAY_IMPORT.get(layer, set())
    foreign = {name[0] for name in parts if layer not in ALONE.get(name[0], {layer})}
    assert foreign == set()
