"""`dateline status`, `dateline settings` and `dateline data-docs`: what a deployment is like."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.common import AsJson, deployment, open_ledger, print_json, published
from pipelines.settings import SETTINGS


def status(as_json: AsJson = False) -> None:
    """Show the release in force, the last runs, what is pending, and what to do about a held-back run.

    Example: dateline status
    """
    from pipelines import report

    settings = deployment()
    with open_ledger(settings) as ledger:
        if as_json:
            print_json(report.status_facts(settings.home, ledger))
        else:
            report.print_status(settings.home, ledger)


def settings(as_json: AsJson = False) -> None:
    """Show every setting, what it means, its value, and where the value came from.

    Example: dateline settings
    """
    from pipelines import report
    from pipelines.warehouse.alerts import host_of

    found = deployment()
    values = {**asdict(found), "home": str(found.home.path)}
    if found.alert_url:
        # Such an address often holds a secret in its path.
        values["alert_url"] = host_of(found.alert_url)
    rows = [
        (s.env, values[s.key] if values[s.key] is None else str(values[s.key]), found.origins[s.key], s.doc)
        for s in SETTINGS
    ]
    if as_json:
        print_json([dict(zip(("setting", "value", "origin", "meaning"), row, strict=True)) for row in rows])
    else:
        report.print_settings(rows)


def data_docs(
    folder: Annotated[Path | None, typer.Argument(help="Default: data_docs/ in the home.")] = None,
    as_json: AsJson = False,
) -> None:
    """Build Great Expectations' pages for the published release; no page asks anything of the network.

    Example: dateline data-docs
    """
    from pipelines.audit.data_docs import build

    found = deployment()
    published(found)
    index = build(found.home.current.resolve(), folder or found.home.data_docs)
    if as_json:
        print_json({"index": str(index)})
    else:
        typer.echo(index)
