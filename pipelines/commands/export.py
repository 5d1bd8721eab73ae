"""`dateline export`: the release, or one story of it, to take away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.common import WRONG_USE, AsJson, deployment, print_json, published, stop


def export(
    to: Annotated[Path, typer.Argument(metavar="TO", help="A new folder; for --story a file.")],
    output: Annotated[str, typer.Option("--format", help="parquet or csv; html for --story.")] = "",
    only: Annotated[
        list[str] | None, typer.Option(help="A table or view; may be given several times.")
    ] = None,
    story: Annotated[str | None, typer.Option(help="Id of a story: one page of it to mail.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write an earlier export anew.")] = False,
    *,
    as_json: AsJson = False,
) -> None:
    """Write tables and views as Parquet by day or as CSV, or one story as a page to mail.

    Example: dateline export exports/today --format parquet --only quote_feed --only claim_feed
    """
    from pipelines.export import FORMATS, ExportError
    from pipelines.export import export as write
    from pipelines.progress import bar
    from pipelines.story_page import StoryError, story_page
    from pipelines.warehouse.connection import open_release

    settings = deployment()
    database = published(settings)
    release = settings.home.current.resolve().name
    output = output or ("html" if story is not None else "parquet")
    if (output == "html") != (story is not None) or output not in (*FORMATS, "html"):
        stop(WRONG_USE, "--format: parquet or csv, and html together with --story ID")
    with open_release(database) as connection:
        try:
            if story is not None:
                to.write_text(story_page(connection, story, release), encoding="utf-8", newline="\n")
                counts = {"story": 1}
            else:
                with bar("exporting") as progress:
                    counts = write(
                        connection, release, to, output, only=only or [], replace=replace, progress=progress
                    )
        except (ExportError, StoryError) as error:
            stop(WRONG_USE, str(error))
        except OSError as error:
            stop(WRONG_USE, f"{to}: {error.strerror}")
    if as_json:
        print_json({"release": release, "to": str(to), "rows": counts})
    else:
        what = "a page of the story" if story is not None else f"{len(counts)} tables and views"
        typer.echo(f"{to}: {what}, from release {release}")
