"""`dateline release`: list, approve, rollback, prune."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipelines.commands.common import (
    WRONG_USE,
    AsJson,
    Why,
    deployment,
    open_ledger,
    print_json,
    say_home_once,
    stop,
    who,
)
from pipelines.commands.lake import push
from pipelines.commands.run import report_run

app = typer.Typer(no_args_is_help=True, help="Look after published releases.")


@app.command("list")
def release_list(as_json: AsJson = False) -> None:
    """List the releases on disk, newest first.

    Example: dateline release list
    """
    from pipelines import report
    from pipelines.warehouse.release import list_releases

    found = list_releases(deployment().home)
    if as_json:
        print_json([asdict(info) for info in found])
    else:
        report.print_releases(found)


@app.command("approve")
def release_approve(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The held-back run.")],
    why: Why,
    as_json: AsJson = False,
) -> None:
    """Publish what a held-back run would have published: its rules still fail, and no longer hold it.

    Example: dateline release approve 20260401T050000-1a2b3c --why "the election night doubles the volume"
    """
    from pipelines.defs.runner import Order, execute
    from pipelines.warehouse.gate import HeldBackError, held_back

    found = deployment()
    with open_ledger(found) as ledger:
        try:
            seqs, rules = held_back(ledger, run_id)
        except HeldBackError as error:
            stop(WRONG_USE, str(error))
        ledger.rule("approve_release", run_id, who=who(), why=why)
    say_home_once()
    report_run(found, execute(found, Order(only=seqs, waived=rules, trigger="approval")), as_json)


@app.command("rollback")
def release_rollback(
    why: Why,
    release_id: Annotated[
        str | None, typer.Argument(metavar="[RELEASE]", help="Default: the one before the current.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an earlier release the current one. What came since is pending: exclude what was wrong first.

    Example: dateline release rollback --why "the 3 April feed was spoilt"
    """
    from pipelines.warehouse.release import ReleaseError, rollback
    from pipelines.warehouse.session import run_lock

    found = deployment()
    try:
        with (
            run_lock(found.home, "a rollback", lambda text: typer.echo(text, err=True)),
            open_ledger(found) as ledger,
        ):
            name = rollback(found.home, ledger, release_id, who=who(), why=why)
            push(found, ledger)
    except ReleaseError as error:
        stop(WRONG_USE, str(error))
    if as_json:
        print_json({"release": name})
    else:
        typer.echo(f"current release: {name}")


@app.command("prune")
def release_prune(
    keep: Annotated[int | None, typer.Option(min=1, help="Releases to keep; default: the setting.")] = None,
    as_json: AsJson = False,
) -> None:
    """Remove old releases. The current one always stays.

    Example: dateline release prune --keep 2
    """
    from pipelines.warehouse.release import prune
    from pipelines.warehouse.session import run_lock

    found = deployment()
    with run_lock(found.home, "a pruning", lambda text: typer.echo(text, err=True)):
        gone = prune(found.home, keep or found.keep_releases)
    if as_json:
        print_json({"removed": gone})
    else:
        typer.echo(f"removed: {', '.join(gone) or 'nothing'}")
