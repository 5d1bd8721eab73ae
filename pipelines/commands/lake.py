"""`dateline lake`: the warehouse of many writers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from pipelines.commands.common import FAULT, WRONG_USE, AsJson, deployment, open_ledger, print_json, stop
from pipelines.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Look after the lake that releases are committed into.")


@app.command("push")
def lake_push(as_json: AsJson = False) -> None:
    """Commit the current release into the lake, as every publish does; for after a fault, or a rollback.

    Example: dateline lake push
    """
    from pipelines.warehouse.session import run_lock

    found = deployment()
    lake = _lake(found)
    with (
        run_lock(found.home, "a push to the lake", lambda text: typer.echo(text, err=True)),
        open_ledger(found) as ledger,
    ):
        done = push(found, ledger)
    if done is None:
        stop(WRONG_USE, "nothing is published yet: run 'dateline run SOURCE' first")
    if as_json:
        print_json(asdict(done))
    else:
        rows = f"{sum(done.inserted.values())} rows in, {sum(done.deleted.values())} rows out"
        at = f"release {done.release_id}, snapshot {done.snapshot_id}"
        typer.echo(f"in the lake as {lake.name}: {at}, {rows}")


@app.command("list")
def lake_list(as_json: AsJson = False) -> None:
    """List this deployment's releases in the lake, newest first: what `dateline sql --as-of` can show.

    Example: dateline lake list
    """
    from pipelines.warehouse.extensions import ExtensionMissingError
    from pipelines.warehouse.lake import LakeError

    try:
        found = list(reversed(_lake(deployment()).snapshots()))
    except (LakeError, ExtensionMissingError) as error:
        stop(FAULT, str(error))
    if as_json:
        print_json([asdict(snapshot) for snapshot in found])
    for snapshot in [] if as_json else found:
        when = f"{snapshot.committed_at:%Y-%m-%d %H:%M:%S}"
        typer.echo(f"{snapshot.release_id}  {when}  snapshot {snapshot.snapshot_id}")


@app.command("purge")
def lake_purge(
    sure: Annotated[
        bool, typer.Option("--yes", help="Needed: time travel ends, for all of the lake.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove for good what no current row of the lake needs: older snapshots, and files only they used.

    Example: dateline lake purge --yes
    """
    from pipelines.warehouse.extensions import ExtensionMissingError
    from pipelines.warehouse.lake import LakeError

    lake = _lake(deployment())
    if not sure:
        stop(WRONG_USE, "this ends time travel for every deployment of the lake: say --yes")
    try:
        removed = lake.purge()
    except (LakeError, ExtensionMissingError) as error:
        stop(FAULT, str(error))
    if as_json:
        print_json({"removed_files": removed})
    else:
        typer.echo(f"{removed} files removed")


def push(found: Settings, ledger: Any) -> Any:
    """Commit the current release where a lake is set; ends the command when the lake does not take it."""
    from pipelines.warehouse.extensions import ExtensionMissingError
    from pipelines.warehouse.lake import LakeError
    from pipelines.warehouse.share import share

    try:
        return share(found, ledger)
    except (LakeError, ExtensionMissingError) as error:
        stop(FAULT, str(error))


def _lake(found: Settings) -> Any:
    from pipelines.warehouse.lake import Lake

    lake = Lake.of(found)
    if lake is None:
        stop(WRONG_USE, "no lake is set: DATELINE_LAKE and DATELINE_LAKE_DATA (docs/how-to/share-a-lake.md)")
    return lake
