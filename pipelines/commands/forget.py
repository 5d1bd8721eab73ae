"""`dateline forget`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipelines.commands.common import (
    FAULT,
    WRONG_USE,
    AsJson,
    Why,
    deployment,
    open_ledger,
    print_json,
    stop,
    who,
)
from pipelines.commands.lake import push


def forget(
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="Its id, url or path; or how its id starts.")
    ],
    why: Why,
    as_json: AsJson = False,
) -> None:
    """Take a document out of every kept release, landing and the ledger; a tombstone keeps it out.

    Example: dateline forget https://example.com/report --why "asked for by the person it names"
    """
    from pipelines import report
    from pipelines.views.build import create_views
    from pipelines.warehouse.forget import ForgetError
    from pipelines.warehouse.forget import forget as act
    from pipelines.warehouse.lake import Lake, LakeError
    from pipelines.warehouse.session import run_lock

    found = deployment()
    if not why.strip():
        stop(WRONG_USE, "--why: say why, in a few words")
    try:
        with (
            run_lock(found.home, "a forgetting", lambda text: typer.echo(text, err=True)),
            open_ledger(found) as ledger,
        ):
            done = act(found.home, ledger, document, who=who(), why=why, make_views=create_views)
            if push(found, ledger) is not None and (lake := Lake.of(found)):
                lake.purge()
    except ForgetError as error:
        stop(WRONG_USE, str(error))
    except LakeError as error:
        stop(FAULT, f"forgotten here, but not in the lake ('dateline lake purge --yes'): {error}")
    if as_json:
        print_json(asdict(done))
    else:
        report.print_forgotten(done)
