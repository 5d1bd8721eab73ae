"""The command line: thin. Each command parses its words and calls the layer that does the work."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=True, rich_markup_mode=None)


@app.callback()
def _root() -> None:
    """Dateline: news text in, an audited warehouse out."""


@app.command()
def extract(
    file: Annotated[Path | None, typer.Argument(help="JSON Lines; default: standard input.")] = None,
) -> None:
    """Run the extractors alone: JSON Lines in ({"doc_id", "text"}) and out, in input order."""
    from pipelines.extract.jsonl import extract_lines

    source = sys.stdin if file is None else file.open(encoding="utf-8")
    with source:
        for record in extract_lines(source):
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def main() -> None:
    """Entry point of the `dateline` command."""
    app()
