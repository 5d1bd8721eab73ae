"""`dateline correct`: rulings on entities, speakers and claims."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.common import (
    WRONG_USE,
    AsJson,
    Now,
    Why,
    deployment,
    open_ledger,
    print_json,
    published,
    say_home_once,
    stop,
    who,
)
from pipelines.commands.run import report_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.model import Ruling
    from pipelines.warehouse.rulings import Desk

app = typer.Typer(no_args_is_help=True, help="Correct a row; every later run keeps to it.")
entity_app = typer.Typer(no_args_is_help=True, help="Correct who is who.")
app.add_typer(entity_app, name="entity")


@entity_app.command("merge")
def entity_merge(
    keep: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the entity that stays.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Id of the one that joins it.")],
    why: Why,
    now: Now = False,
    as_json: AsJson = False,
) -> None:
    """Make one entity of two: OTHER becomes ENTITY, and leaves a row in id_redirects.

    Example: dateline correct entity merge 5f2c6a0d9be14c37a8b1e4d2 91d0c3b7f6a24e58c2d7b9e0 --why "one man"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.merge(desk, keep, other), why, now, as_json)


@entity_app.command("split")
def entity_split(
    entity_id: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the entity.")],
    why: Why,
    *,
    alias: Annotated[str | None, typer.Option(help="The name, as written, that leaves it.")] = None,
    document: Annotated[str | None, typer.Option(help="The document whose mentions leave it.")] = None,
    now: Now = False,
    as_json: AsJson = False,
) -> None:
    """Take a name, or the mentions in one document, out of an entity: they found one of their own.

    Example: dateline correct entity split 5f2c6a0d9be14c37a8b1e4d2 --alias "J. Smith" --why "his brother"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.split(desk, entity_id, alias=alias, document_id=document), why, now, as_json)


@entity_app.command("rename")
def entity_rename(
    entity_id: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the entity.")],
    name: Annotated[str, typer.Argument(help="The name it is to be shown by.")],
    why: Why,
    now: Now = False,
    as_json: AsJson = False,
) -> None:
    """Show an entity by another name.

    Example: dateline correct entity rename 5f2c6a0d9be14c37a8b1e4d2 "Ines Okoro" --why "her full name"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.rename(desk, entity_id, name), why, now, as_json)


@app.command("speaker")
def correct_speaker(
    quote_id: Annotated[str, typer.Argument(metavar="QUOTE", help="Id of the quote.")],
    name: Annotated[str, typer.Argument(help="Who said it; 'unknown' where nobody knows.")],
    why: Why,
    now: Now = False,
    as_json: AsJson = False,
) -> None:
    """Say who said a quote, in all its paragraphs.

    Example: dateline correct speaker 0c9d1f7e3b5a48a6b2e4c8d0 "Ines Okoro" --why "the next line names her"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.correct_speaker(desk, quote_id, name), why, now, as_json)


@app.command("claim")
def correct_claim(
    claim_id: Annotated[str, typer.Argument(metavar="CLAIM", help="Id of the claim.")],
    why: Why,
    *,
    value: Annotated[str | None, typer.Option(help="The number.")] = None,
    unit: Annotated[str | None, typer.Option(help="A unit of main.units; 'none' for a count.")] = None,
    bound: Annotated[str | None, typer.Option(help="exact, about, at_least, more_than …")] = None,
    noun: Annotated[str | None, typer.Option(help="Words of the document; or 'none'.")] = None,
    category: Annotated[str | None, typer.Option(help="One of main.claim_categories; or 'none'.")] = None,
    reject: Annotated[bool, typer.Option("--reject", help="It is no claim: take the row out.")] = False,
    now: Now = False,
    as_json: AsJson = False,
) -> None:
    """Correct one column of a numeric claim, or take the claim out.

    Example: dateline correct claim 7be2a94c1d0f4f6c8a3b5d9e --value 1200 --why "a thousands mark misread"
    """
    from pipelines.warehouse import rulings

    options = {"value": value, "unit": unit, "bound": bound, "noun": noun, "category": category}
    given = [(name, text) for name, text in options.items() if text is not None]
    if len(given) + reject != 1:
        stop(WRONG_USE, "give one of --value, --unit, --bound, --noun, --category, --reject")
    if reject:
        _rule(lambda desk: rulings.reject_claim(desk, claim_id), why, now, as_json)
    else:
        _rule(lambda desk: rulings.correct_claim(desk, claim_id, *given[0]), why, now, as_json)


@app.command("undo")
def correct_undo(
    ruling_id: Annotated[str, typer.Argument(metavar="RULING", help="Id of the correction.")],
    why: Why,
    now: Now = False,
    as_json: AsJson = False,
) -> None:
    """Take a correction back; marts.rulings_in_force lists them.

    Example: dateline correct undo 3d5e7f90a1b24c6d8e0f1a2b --why "two men after all"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.undo(desk.ledger, ruling_id, who=desk.who, why=why), why, now, as_json)


def _rule(make: Callable[[Desk], Ruling], why: str, now: bool, as_json: bool) -> None:
    """Make a ruling against the published release, and say or do what applies it."""
    from pipelines.defs.runner import Order, execute
    from pipelines.warehouse.connection import open_release
    from pipelines.warehouse.rulings import Desk, RulingError

    found = deployment()
    if not why.strip():
        stop(WRONG_USE, "--why: say why, in a few words")
    with open_release(published(found)) as release, open_ledger(found) as ledger:
        try:
            ruling = make(Desk(ledger, release, who(), why))
        except RulingError as error:
            stop(WRONG_USE, str(error))
    facts = asdict(ruling)
    if not as_json:
        typer.echo(f"ruling {ruling.ruling_id}: {ruling.kind}")
    if now:
        say_home_once()
        report_run(found, execute(found, Order(trigger="ruling")), as_json, more={"ruling": facts})
    elif as_json:
        print_json({"ruling": facts})
    else:
        typer.echo("the next run applies it ('dateline run'; --now runs at once)")
