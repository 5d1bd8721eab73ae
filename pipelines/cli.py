"""The command line: thin. Each command parses its words and calls the layer that does the work.

Exit codes: 0 done; 1 the audit held the release back (the old one stays); 2 wrong usage or an unreadable
source; 3 a fault, with one line that says what to do.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from pipelines import __version__
from pipelines.settings import SETTINGS, SettingError, Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.model import Ruling, Run
    from pipelines.warehouse.rulings import Desk

HELD_BACK, WRONG_USE, FAULT = 1, 2, 3


def _say_home_once(*_: object, **__: object) -> None:
    """Print, after a command that used a deployment, which one it was; on standard error, out of the way."""
    while _homes:
        typer.echo(f"home: {_homes.pop()}", err=True)


# The deployment that the command at work uses, until it has been printed.
_homes: list[Path] = []

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    result_callback=_say_home_once,
)
release_app = typer.Typer(no_args_is_help=True, help="Look after published releases.")
source_app = typer.Typer(no_args_is_help=True, help="Say what is read.")
correct_app = typer.Typer(no_args_is_help=True, help="Correct a row; every later run keeps to it.")
entity_app = typer.Typer(no_args_is_help=True, help="Correct who is who.")
app.add_typer(release_app, name="release")
app.add_typer(source_app, name="source")
app.add_typer(correct_app, name="correct")
correct_app.add_typer(entity_app, name="entity")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Now = Annotated[bool, typer.Option("--now", help="Run at once, for the rulings alone.")]
Why = Annotated[str, typer.Option("--why", help="The reason; kept with your name and the time.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dateline {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Dateline: news text in, an audited warehouse out."""


@app.command()
def run(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Files, folders, feeds, pages, archives; default: what sources.csv lists.",
        ),
    ] = None,
    outlet: Annotated[str | None, typer.Option(help="Name of the outlet that published them.")] = None,
    examples: Annotated[bool, typer.Option("--examples", help="End with rows from the views.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ingest, extract, audit, resolve and publish.

    Example: dateline run reports/ --outlet "The Daily Example"
    """
    from pipelines.defs.runner import Order, execute
    from pipelines.ingest.sources import SourceError, discover
    from pipelines.warehouse.remote import is_remote
    from pipelines.warehouse.sources import default_sources

    settings = _settings()
    given = sources or []
    if not given and not default_sources(settings):
        _stop(
            WRONG_USE,
            f"no sources: name a file or folder, list one with 'dateline source add PATH', "
            f"or put files into {settings.inbox}",
        )
    try:
        discover([source for source in given if not is_remote(source)])
    except SourceError as error:
        _stop(WRONG_USE, str(error))
    _say_home_once()
    _report(settings, execute(settings, Order(sources=given, outlet=outlet)), as_json, examples)


def _report(settings: Settings, done: Run, as_json: bool, examples: bool = False) -> None:
    from pipelines import report

    with _ledger(settings) as ledger, _reader_may_leave():
        if as_json:
            _print_json(report.run_facts(settings.home, ledger, done))
        else:
            report.print_run(settings.home, ledger, done)
        if examples and done.outcome in ("published", "nothing_new"):
            report.print_examples(settings.home)
    if done.outcome in ("published", "nothing_new"):
        return
    raise typer.Exit(HELD_BACK if done.outcome == "held_back" else FAULT)


@app.command()
def extract(
    file: Annotated[Path | None, typer.Argument(help="JSON Lines; default: standard input.")] = None,
) -> None:
    """Run the extractors alone: JSON Lines in ({"doc_id", "text"}) and out, in input order.

    Example: echo '{"doc_id": "1", "text": "Three people were hurt, police said."}' | dateline extract
    """
    from pipelines.extract.jsonl import RecordError, extract_lines

    _settings()
    _homes.clear()
    try:
        with sys.stdin if file is None else file.open(encoding="utf-8") as handle:
            for record in extract_lines(handle):
                sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    except (RecordError, UnicodeDecodeError) as error:
        _stop(WRONG_USE, str(error))
    except OSError as error:
        _stop(WRONG_USE, f"{file}: {error.strerror}")


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="A query; default: standard input.")] = None,
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    limit: Annotated[int, typer.Option(help="Rows shown in a table; 0: all.")] = 100,
) -> None:
    """Query the published release, read-only. Without a query: list its tables and views.

    Example: dateline sql "select * from marts.troop_counts"
    """
    from pipelines import report
    from pipelines.warehouse.connection import open_release

    settings = _settings()
    database = _database(settings)
    if output not in ("table", "csv", "json"):
        _stop(WRONG_USE, f"--format {output}: not one of table, csv, json")
    if query is None and not sys.stdin.isatty():
        query = sys.stdin.read()
    with open_release(database) as connection, _reader_may_leave():
        if not query or not query.strip():
            report.print_tables(connection)
            return
        import duckdb

        try:
            report.print_query(connection, query, output, limit)
        except duckdb.Error as error:
            _stop(WRONG_USE, " ".join(str(error).split()))


@app.command()
def explain(
    kind: Annotated[str, typer.Argument(metavar="figure|statement|quote|claim", help="What the id names.")],
    row_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, or how the id starts.")],
    as_json: AsJson = False,
) -> None:
    """Show a row, what it rests on, and the sentence in each source with the span marked.

    Example: dateline explain figure 3f2a9c
    """
    from pipelines import report
    from pipelines.explain import ExplainError
    from pipelines.explain import explain as find
    from pipelines.warehouse.connection import open_release

    with open_release(_database(_settings())) as connection, _reader_may_leave():
        try:
            found = find(connection, kind, row_id)
        except ExplainError as error:
            _stop(WRONG_USE, str(error))
    if as_json:
        _print_json(asdict(found))
    else:
        report.print_explanation(found)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show the release in force, the last runs, what is pending, and what to do about a held-back run.

    Example: dateline status
    """
    from pipelines import report

    settings = _settings()
    with _ledger(settings) as ledger:
        if as_json:
            _print_json(report.status_facts(settings.home, ledger))
        else:
            report.print_status(settings.home, ledger)


@app.command()
def settings(as_json: AsJson = False) -> None:
    """Show every setting, what it means, its value, and where the value came from.

    Example: dateline settings
    """
    from pipelines import report
    from pipelines.warehouse.alerts import host_of

    found = _settings()
    values = {**asdict(found), "home": str(found.home.path)}
    if found.alert_url:
        # Such an address often holds a secret in its path.
        values["alert_url"] = host_of(found.alert_url)
    rows = [
        (s.env, values[s.key] if values[s.key] is None else str(values[s.key]), found.origins[s.key], s.doc)
        for s in SETTINGS
    ]
    if as_json:
        _print_json([dict(zip(("setting", "value", "origin", "meaning"), row, strict=True)) for row in rows])
    else:
        report.print_settings(rows)


@app.command("data-docs")
def data_docs(
    folder: Annotated[Path | None, typer.Argument(help="Default: data_docs/ in the home.")] = None,
) -> None:
    """Build Great Expectations' pages for the published release; no page asks anything of the network.

    Example: dateline data-docs
    """
    from pipelines.audit.data_docs import build

    found = _settings()
    _database(found)
    typer.echo(build(found.home.current.resolve(), folder or found.home.data_docs))


@app.command()
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
    from pipelines.warehouse.session import run_lock

    found = _settings()
    if not why.strip():
        _stop(WRONG_USE, "--why: say why, in a few words")
    try:
        with (
            run_lock(found.home, "a forgetting", lambda text: typer.echo(text, err=True)),
            _ledger(found) as ledger,
        ):
            done = act(found.home, ledger, document, who=_who(), why=why, make_views=create_views)
    except ForgetError as error:
        _stop(WRONG_USE, str(error))
    if as_json:
        _print_json(asdict(done))
    else:
        report.print_forgotten(done)


@release_app.command("list")
def release_list(as_json: AsJson = False) -> None:
    """List the releases on disk, newest first."""
    from pipelines import report
    from pipelines.warehouse.release import list_releases

    found = list_releases(_settings().home)
    if as_json:
        _print_json([asdict(info) for info in found])
    else:
        report.print_releases(found)


@release_app.command("approve")
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

    found = _settings()
    with _ledger(found) as ledger:
        try:
            seqs, rules = held_back(ledger, run_id)
        except HeldBackError as error:
            _stop(WRONG_USE, str(error))
        ledger.rule("approve_release", run_id, who=_who(), why=why)
    _say_home_once()
    _report(found, execute(found, Order(only=seqs, waived=rules, trigger="approval")), as_json)


@release_app.command("rollback")
def release_rollback(
    why: Why,
    release_id: Annotated[
        str | None, typer.Argument(metavar="[RELEASE]", help="Default: the one before the current.")
    ] = None,
) -> None:
    """Make an earlier release the current one. What came since is pending: exclude what was wrong first.

    Example: dateline release rollback --why "the 3 April feed was spoilt"
    """
    from pipelines.warehouse.release import ReleaseError, rollback
    from pipelines.warehouse.session import run_lock

    found = _settings()
    try:
        with (
            run_lock(found.home, "a rollback", lambda text: typer.echo(text, err=True)),
            _ledger(found) as ledger,
        ):
            name = rollback(found.home, ledger, release_id, who=_who(), why=why)
    except ReleaseError as error:
        _stop(WRONG_USE, str(error))
    typer.echo(f"current release: {name}")


@release_app.command("prune")
def release_prune(
    keep: Annotated[int | None, typer.Option(min=1, help="Releases to keep; default: the setting.")] = None,
) -> None:
    """Remove old releases. The current one always stays.

    Example: dateline release prune --keep 2
    """
    from pipelines.warehouse.release import prune

    found = _settings()
    gone = prune(found.home, keep or found.keep_releases)
    typer.echo(f"removed: {', '.join(gone) or 'nothing'}")


@source_app.command("add")
def source_add(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="A file, folder, feed, page, or cloud folder (s3://…).")
    ],
    outlet: Annotated[str, typer.Option(help="Name of the outlet that publishes it.")] = "",
    language: Annotated[str, typer.Option(help="Its language (en), where documents do not say.")] = "",
    schedule: Annotated[str, typer.Option(help="Ask it every 15m, 6h or 1d; else with the daily run.")] = "",
    columns: Annotated[str, typer.Option(help="For rows: text=body;title=headline …")] = "",
) -> None:
    """List a source, to be read by every run that is given none.

    Example: dateline source add https://example.com/feed.xml --outlet "The Daily Example" --schedule 15m
    """
    from pipelines.warehouse.remote import is_remote
    from pipelines.warehouse.sources import Source, SourceListError, add_source

    found = _settings()
    if not is_remote(address) and not Path(address).expanduser().exists():
        _stop(WRONG_USE, f"{address}: no such file or folder")
    wanted = Source(address, outlet, language=language, schedule=schedule, columns=columns)
    try:
        source = add_source(found, wanted)
    except SourceListError as error:
        _stop(WRONG_USE, str(error))
    typer.echo(f"listed in {found.home.sources}: {source.address}")


@source_app.command("exclude")
def source_exclude(
    uri: Annotated[str, typer.Argument(help="A url, file or folder; what lies below it goes too.")],
    why: Why,
    undo: Annotated[bool, typer.Option("--undo", help="Take an exclusion back.")] = False,
) -> None:
    """Leave a source out of this and every later run. What is published already stays.

    Example: dateline source exclude ~/feeds/example/broken.txt --why "machine-made text"
    """
    from pipelines.warehouse.exclusions import exclude, include

    found = _settings()
    with _ledger(found) as ledger:
        act = include if undo else exclude
        ruling, count = act(ledger, uri, who=_who(), why=why)
    word = "included again" if undo else "excluded"
    typer.echo(f"{word}: {ruling}; {count} documents that wait for a release are {word}")


@source_app.command("list")
def source_list(as_json: AsJson = False) -> None:
    """List what is read without being named, and what is excluded."""
    from pipelines import report
    from pipelines.warehouse.sources import default_sources

    found = _settings()
    with _ledger(found) as ledger:
        excluded = [(r.value, r.ruled_by, r.why) for r in ledger.rulings("exclude_source")]
    if as_json:
        _print_json({"sources": [asdict(s) for s in default_sources(found)], "excluded": excluded})
    else:
        report.print_sources(default_sources(found), excluded)


@entity_app.command("merge")
def entity_merge(
    keep: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the entity that stays.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Id of the one that joins it.")],
    why: Why,
    now: Now = False,
) -> None:
    """Make one entity of two: OTHER becomes ENTITY, and leaves a row in id_redirects.

    Example: dateline correct entity merge 5f2c6a0d9be14c37a8b1e4d2 91d0c3b7f6a24e58c2d7b9e0 --why "one man"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.merge(desk, keep, other), why, now)


@entity_app.command("split")
def entity_split(
    entity_id: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the entity.")],
    why: Why,
    alias: Annotated[str | None, typer.Option(help="The name, as written, that leaves it.")] = None,
    document: Annotated[str | None, typer.Option(help="The document whose mentions leave it.")] = None,
    now: Now = False,
) -> None:
    """Take a name, or the mentions in one document, out of an entity: they found one of their own.

    Example: dateline correct entity split 5f2c6a0d9be14c37a8b1e4d2 --alias "J. Smith" --why "his brother"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.split(desk, entity_id, alias=alias, document_id=document), why, now)


@entity_app.command("rename")
def entity_rename(
    entity_id: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the entity.")],
    name: Annotated[str, typer.Argument(help="The name it is to be shown by.")],
    why: Why,
    now: Now = False,
) -> None:
    """Show an entity by another name.

    Example: dateline correct entity rename 5f2c6a0d9be14c37a8b1e4d2 "Ines Okoro" --why "her full name"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.rename(desk, entity_id, name), why, now)


@correct_app.command("speaker")
def correct_speaker(
    quote_id: Annotated[str, typer.Argument(metavar="QUOTE", help="Id of the quote.")],
    name: Annotated[str, typer.Argument(help="Who said it; 'unknown' where nobody knows.")],
    why: Why,
    now: Now = False,
) -> None:
    """Say who said a quote, in all its paragraphs.

    Example: dateline correct speaker 0c9d1f7e3b5a48a6b2e4c8d0 "Ines Okoro" --why "the next line names her"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.correct_speaker(desk, quote_id, name), why, now)


@correct_app.command("claim")
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
) -> None:
    """Correct one column of a numeric claim, or take the claim out.

    Example: dateline correct claim 7be2a94c1d0f4f6c8a3b5d9e --value 1200 --why "a thousands mark misread"
    """
    from pipelines.warehouse import rulings

    options = {"value": value, "unit": unit, "bound": bound, "noun": noun, "category": category}
    given = [(name, text) for name, text in options.items() if text is not None]
    if len(given) + reject != 1:
        _stop(WRONG_USE, "give one of --value, --unit, --bound, --noun, --category, --reject")
    if reject:
        _rule(lambda desk: rulings.reject_claim(desk, claim_id), why, now)
    else:
        _rule(lambda desk: rulings.correct_claim(desk, claim_id, *given[0]), why, now)


@correct_app.command("undo")
def correct_undo(
    ruling_id: Annotated[str, typer.Argument(metavar="RULING", help="Id of the correction.")],
    why: Why,
    now: Now = False,
) -> None:
    """Take a correction back; marts.rulings_in_force lists them.

    Example: dateline correct undo 3d5e7f90a1b24c6d8e0f1a2b --why "two men after all"
    """
    from pipelines.warehouse import rulings

    _rule(lambda desk: rulings.undo(desk.ledger, ruling_id, who=desk.who, why=why), why, now)


def _rule(make: Callable[[Desk], Ruling], why: str, now: bool) -> None:
    """Make a ruling against the published release, and say or do what applies it."""
    from pipelines.defs.runner import Order, execute
    from pipelines.warehouse.connection import open_release
    from pipelines.warehouse.rulings import Desk, RulingError

    found = _settings()
    if not why.strip():
        _stop(WRONG_USE, "--why: say why, in a few words")
    with open_release(_database(found)) as release, _ledger(found) as ledger:
        try:
            ruling = make(Desk(ledger, release, _who(), why))
        except RulingError as error:
            _stop(WRONG_USE, str(error))
    typer.echo(f"ruling {ruling.ruling_id}: {ruling.kind}")
    if now:
        _say_home_once()
        _report(found, execute(found, Order(trigger="ruling")), as_json=False)
    else:
        typer.echo("the next run applies it ('dateline run'; --now runs at once)")


# --- shared ------------------------------------------------------------------------------------


def _settings() -> Settings:
    try:
        found = load_settings()
    except SettingError as error:
        _stop(WRONG_USE, str(error))
    found.export(os.environ)
    _homes[:] = [found.home.path]
    return found


def _ledger(found: Settings) -> Any:
    from contextlib import closing

    from pipelines.warehouse.ledger import Ledger

    return closing(Ledger(found.home.ledger))


def _database(found: Settings) -> Path:
    if not found.home.database.is_file():
        _stop(WRONG_USE, f"nothing is published in {found.home.path} yet: run 'dateline run SOURCE' first")
    return found.home.database


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """Go on quietly when what reads our output, such as `head`, has seen enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _stop(code: int, message: str) -> NoReturn:
    from pipelines.terminal import safe

    typer.echo(f"dateline: {safe(message)}", err=True)
    raise typer.Exit(code)


def main() -> None:
    """Entry point of the `dateline` command: one line for a fault, unless DATELINE_DEBUG is set."""
    try:
        app()
    except Exception as error:
        if os.environ.get("DATELINE_DEBUG"):
            raise
        from pipelines.terminal import safe

        reason = safe(str(error).strip() or type(error).__name__)
        typer.echo(f"dateline: {reason} (DATELINE_DEBUG=1 shows where)", err=True)
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
