"""The reference under `docs/reference`, made from the code.

    python -m pipelines.warehouse.reference_pages docs/reference

Belongs here: how contracts, views, rules, settings and commands are laid out as Markdown. Does not belong
here: any description; they stand beside what they describe. A test fails when the pages in the tree differ
from what this makes. It reads every layer, so no layer may import it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from pipelines.audit.suites import DATASET, HISTORY, Rule, load_suites
from pipelines.extract.output_fields import EXAMPLE, SHAPES
from pipelines.model import TABLES, TableSpec
from pipelines.settings import SETTINGS, SETTINGS_FILE, Setting
from pipelines.views.build import create_views
from pipelines.views.catalog import View, load_views
from pipelines.views.macros import load_macros
from pipelines.warehouse.man_page import man_page
from pipelines.warehouse.schema import SCHEMAS, create_schema

COMMAND = "python -m pipelines.warehouse.reference_pages docs/reference"
MANUAL = "dateline.1"
MADE = f"<!-- Made by `{COMMAND}`: edit the code, not this page. -->"


def write_pages(folder: Path) -> list[Path]:
    """Write every page into `folder`, made if missing. Returns the files, sorted."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, make in PAGES.items():
        path = folder / f"{name}.md"
        path.write_text(f"{MADE}\n\n" + "\n".join(make()).rstrip() + "\n", encoding="utf-8", newline="\n")
        written.append(path)
    manual = folder / MANUAL
    settings = ((setting.env, setting.doc) for setting in SETTINGS)
    lines = (f'.\\" Made by `{COMMAND}`: edit the code, not this page.', *man_page(command_line_page(), settings))
    manual.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return sorted([*written, manual])


def cell(text: str) -> str:
    """Text inside a table cell: one line, no bar, nothing that Markdown or HTML would take as markup."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    plain = [part if part.startswith("`") else re.sub(r"([\\*_<>\[\]])", r"\\\1", part) for part in parts]
    # An underscore inside a word is never markup: `speaker_name` stays readable in the source.
    return re.sub(r"(?<=\w)\\_(?=\w)", "_", "".join(plain)).replace("|", "\\|")


def code(text: str) -> str:
    """Text as code inside a table cell. A bar would end the cell even in code."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{' '.join(text.split())}{fence}".replace("|", "\\|")


def rows(head: tuple[str, ...], body: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in body:
        yield f"| {' | '.join(row)} |"
    yield ""


def index_page() -> Iterator[str]:
    """What there is to look up."""
    yield "# Reference"
    yield ""
    yield "Every name that SQL, a dashboard or a script can rely on."
    yield ""
    rule_count = sum(len(suite) for suite in load_suites().values())
    yield f"- [Tables](tables.md): {len(TABLES)} tables of the schemas `main` and `audit`, column by column"
    yield f"- [Views](views.md): {len(load_views())} views of schema `marts`, with the question each answers"
    yield f"- [Expectations](expectations.md): {rule_count} rules of the audit, with severity and reason"
    yield "- [Settings](settings.md): what can be set, where, and what it is when it is not"
    yield "- [Command line](command-line.md): every command and option; in a terminal, `man dateline`"
    yield "- [Output of `dateline extract`](extract-output.md): its records, key by key"
    yield "- [Licences](licences.md): of every package, checked by a test"
    yield ""
    yield "The same descriptions are in the database:"
    yield ""
    yield "```sql"
    yield "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'quotes';"
    yield "```"


def tables_page() -> Iterator[str]:
    """Every table by schema: key, columns, and which views read it."""
    yield "# Tables"
    yield ""
    yield "Offsets count Unicode code points, 0-based and end-exclusive, into `documents.text`."
    yield "Unknown is NULL. Times are UTC."
    for schema, doc in SCHEMAS.items():
        specs = [spec for spec in TABLES.values() if spec.schema == schema]
        if not specs:
            continue
        yield ""
        yield f"## Schema `{schema}`"
        yield ""
        yield doc
        yield ""
        yield from rows(
            ("table", "a row is"), [(f"[`{spec.name}`](#{spec.name})", cell(spec.doc)) for spec in specs]
        )
        for spec in specs:
            yield from _table(spec)


def _table(spec: TableSpec) -> Iterator[str]:
    name = f"{spec.schema}.{spec.name}"
    readers = [f"[`{v.name}`](views.md#{v.name})" for v in load_views() if name in v.depends_on]
    yield f"### {spec.name}"
    yield ""
    yield cell(spec.doc)
    yield ""
    yield f"Key: {', '.join(f'`{column}`' for column in spec.key)}."
    if readers:
        yield f"Read by {', '.join(sorted(readers))}."
    yield ""
    yield from rows(
        ("column", "type", "NULL", "what it holds"),
        [
            (f"`{c.name}`", f"`{c.sql_type}`", "may be" if c.nullable else "never", cell(c.doc))
            for c in spec.columns
        ],
    )


def views_page() -> Iterator[str]:
    """Every view: question, columns with type and lineage."""
    views = sorted(load_views(), key=lambda view: view.name)
    types = _view_types()
    yield "# Views"
    yield ""
    yield "Schema `marts`: one SELECT a file under `sql/`. None is ordered: add an ORDER BY to your query."
    yield ""
    yield from rows(
        ("view", "a question it answers"),
        [(f"[`{view.name}`](#{view.name})", cell(view.question)) for view in views],
    )
    for view in views:
        yield f"## {view.name}"
        yield ""
        yield cell(view.description)
        yield ""
        yield f"Question: {cell(view.question)}"
        yield ""
        yield f"Reads {', '.join(f'`{table}`' for table in view.depends_on)}."
        yield ""
        yield from rows(
            ("column", "type", "what it holds", "made of"),
            [
                (f"`{name}`", f"`{types[view.name, name]}`", cell(doc), _lineage(view, name))
                for name, doc in view.columns.items()
            ],
        )


    yield "# Table macros"
    yield ""
    yield "Views that take a parameter, also in schema `marts`. In a file attached under another name, `USE` it first."
    for macro in load_macros():
        yield ""
        yield f"## {macro.name}"
        yield ""
        yield cell(macro.description)
        yield ""
        yield f"Example: {cell(macro.question)}"
        yield ""
        described = [*macro.parameters.items(), *macro.columns.items()]
        yield from rows(("parameter or column", "what it holds"), [(f"`{n}`", cell(d)) for n, d in described])


def _view_types() -> dict[tuple[str, str], str]:
    with duckdb.connect() as connection:
        create_schema(connection)
        create_views(connection)
        found = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'marts'"
        ).fetchall()
    return {(view, column): data_type for view, column, data_type in found}


def _lineage(view: View, column: str) -> str:
    return ", ".join(f"`{table.removeprefix('main.')}.{source}`" for table, source in view.lineage[column])


def expectations_page() -> Iterator[str]:
    """Every rule of the audit by suite."""
    suites = load_suites()
    yield "# Expectations"
    yield ""
    yield "A `warning` leaves the row and flags it, a `quarantine` takes the row out into"
    yield "`audit.quarantined_rows`, and a `blocking` rule holds the release back. The files are under"
    yield "`expectations/`; outcomes are in `audit.validation_results` and `marts.data_quality`."
    yield ""
    for suite in sorted(suites, key=lambda name: (name in (DATASET, HISTORY), name)):
        yield f"## {suite}"
        yield ""
        yield _suite_note(suite)
        yield ""
        yield from rows(
            ("rule", "severity", "why", "checked by"),
            [(f"`{r.name}`", r.severity, cell(r.why), _checked_by(r)) for r in suites[suite]],
        )


def _suite_note(suite: str) -> str:
    if suite == DATASET:
        return "Rules over all of a run's new rows together."
    if suite == HISTORY:
        return (
            "Rules over the whole warehouse: SQL that selects the rows that break them. What joins rows of one "
            "document alone is asked of documents whose rows are not, by a sum over all of them, those of which "
            "it has held before."
        )
    return f"Rules over a run's new rows of [`{suite}`](tables.md#{suite}): {cell(TABLES[suite].doc)}"


def _checked_by(rule: Rule) -> str:
    if rule.sql or rule.within or rule.keys:
        asked = "" if rule.sql or rule.keys else ", within a document"
        return f"SQL in `expectations/{rule.suite}.toml`{asked}"
    parts = [f"{rule.column}:"] if rule.column else []
    parts.append(rule.expectation or "")
    parts += [f"{key}={value!r}" for key, value in rule.kwargs.items()]
    return code(" ".join(parts))


def settings_page() -> Iterator[str]:
    """Every setting with both its names."""
    yield "# Settings"
    yield ""
    yield f"A setting is read from the environment, else from the nearest `{SETTINGS_FILE}`, else it has its"
    yield "default. `dateline settings` shows the values in force and where each came from."
    yield ""
    yield from rows(
        ("environment", f"key in `{SETTINGS_FILE}`", "kind", "default", "meaning"),
        [_setting(setting) for setting in SETTINGS],
    )


def _setting(setting: Setting) -> tuple[str, ...]:
    kinds = {str: "text", int: "whole number", Path: "path"}
    kind = " or ".join(f"`{choice}`" for choice in setting.choices) or kinds[setting.kind]
    default = "" if setting.default is None else f"`{setting.default}`"
    return (f"`{setting.env}`", f"`{setting.key}`", kind, default, cell(setting.doc))


def command_line_page() -> Iterator[str]:
    """Typer's own description of the commands, examples set as code, and the exit codes."""
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from pipelines import cli

    command: Any = get_command(cli.app)
    text = get_docs_for_click(
        obj=command, ctx=command.context_class(command, info_name="dateline"), name="dateline"
    )
    for line in text.rstrip().splitlines():
        if example := re.fullmatch(r"Example: (.+)", line):
            yield from ("```console", f"$ {example.group(1)}", "```")
        else:
            yield line
    codes = re.search(r"Exit codes: (.+?)(?:\n\n|\Z)", cli.__doc__ or "", re.DOTALL)
    if codes:
        yield from ("", "## Exit codes", "")
        yield from (f"- {' '.join(code.split()).rstrip('.')}" for code in codes.group(1).split(";"))


def extract_output_page() -> Iterator[str]:
    """The records that `dateline extract` prints, key by key."""
    yield "# Output of `dateline extract`"
    yield ""
    yield "One JSON object for each line of input, in input order. Offsets count Unicode code points of `text`,"
    yield "0-based and end-exclusive. Unknown is null. Every line of `text` is a paragraph of body: no roles,"
    yield "no keys, nothing linked across documents. The warehouse holds more of each row: [tables](tables.md)."
    yield ""
    yield "```console"
    yield f"$ echo '{json.dumps({'doc_id': '1', 'text': EXAMPLE}, ensure_ascii=False)}' | dateline extract"
    yield "```"
    for title, keys in SHAPES.items():
        yield from ("", f"## {title}", "")
        yield from rows(("key", "meaning"), ((f"`{key}`", cell(doc)) for key, doc in keys.items()))


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "index": index_page,
    "tables": tables_page,
    "views": views_page,
    "expectations": expectations_page,
    "settings": settings_page,
    "command-line": command_line_page,
    "extract-output": extract_output_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages into the folder given; 2 for wrong usage."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m pipelines.warehouse.reference_pages FOLDER\n")
        return 2
    for path in write_pages(Path(arguments[0])):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
