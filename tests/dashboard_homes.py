"""Deployments that the tests of the dashboard look at."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
from hostile import ALL

from pipelines.views.build import create_views

# Whole pages of one letter say nothing about markup, and take a browser long.
STRINGS = [text for kind, text in ALL if kind != "long" and text.strip() and "\x00" not in text]

# Every column of text that a page shows.
_SHOWN = {
    "main.documents": ("title", "source_label", "byline", "text"),
    "main.stories": ("label",),
    "main.figures": ("label", "category", "unit"),
    "main.entities": ("name",),
    "main.quotes": ("surface", "speaker_surface", "cue", "speaker_role", "speaker_affiliation"),
    "main.numeric_claims": ("noun", "source_surface"),
    "main.sentences": ("surface",),
    "audit.runs": ("detail",),
}


def copy_home(sample: Path, folder: Path) -> Path:
    """A deployment of its own, equal to the sample."""
    shutil.copytree(sample, folder, symlinks=True)
    return folder


def add_release(home: Path, name: str, *statements: str) -> None:
    """Publish a copy of the current release after some statements."""
    target = home / "releases" / name
    shutil.copytree((home / "current").resolve(), target)
    with duckdb.connect(str(target / "dateline.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)
        create_views(connection)
    link = home / "next"
    link.symlink_to(Path("releases") / name)
    link.replace(home / "current")


def make_hostile(home: Path) -> None:
    """Publish a release in which every text that a page shows is hostile, a web address among them."""
    target = home / "releases" / "hostile"
    shutil.copytree((home / "current").resolve(), target)
    with duckdb.connect(str(target / "dateline.duckdb")) as connection:
        for table, columns in _SHOWN.items():
            settings = ", ".join(
                f"{column} = $strings[1 + ((rowid * 7 + {number * 13}) % len($strings))]"
                + (" || ' ' || $strings[1 + (rowid % len($strings))]" if column == "text" else "")
                for number, column in enumerate(columns)
            )
            connection.execute(f"UPDATE {table} SET {settings}", {"strings": STRINGS})
        connection.execute("UPDATE main.documents SET source_uri = 'javascript:alert(1)//' || document_id")
        create_views(connection)
    link = home / "next"
    link.symlink_to(Path("releases") / "hostile")
    link.replace(home / "current")
