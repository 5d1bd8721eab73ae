"""What the files under `sql/` say: each view's question, columns, order and lineage.

A file holds one SELECT and is named for its view in schema `marts`. Its head comment has a fixed form:

    -- What a row is, in words. An indented comment line goes on with the one before.
    -- question: An example question that the view answers?
    -- kept: Why its rows are written into the release; without this line they are made when asked for.
    -- columns:
    --   speaker: What the column holds, one column a line, in the order of the SELECT.
    --     A line indented further goes on with the one before.

Tables are written with their schema (`main.quotes`, `audit.runs`, `marts.claim_feed`), never with a catalog,
so that a view works under whatever name the file is attached. Everything is read with sqlglot, against the
row contracts of `pipelines.model`: no database is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node
from sqlglot.lineage import lineage as trace
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from pipelines.model import TABLES
from pipelines.reference import data_folder

DIALECT = "duckdb"
SCHEMA = "marts"

_HEAD = re.compile(r"(?:[ \t]*--[^\n]*(?:\n|$)|[ \t]*\n)*")
_KEPT = re.compile(r"^--[ ]?kept:\s*\S", re.MULTILINE)
_COLUMN = re.compile(r"(?P<name>[a-z][a-z0-9_]*):\s+(?P<text>\S.*)")


class ViewError(ValueError):
    """A file under `sql/` that cannot be a view; the message begins with the file's name."""


@dataclass(frozen=True)
class View:
    """A view in schema `marts`.

    `depends_on` holds the tables and views it reads, as `schema.name`, sorted. `lineage` holds, for each
    column, the `(schema.name, column)` pairs that its expression reads, sorted; none for a bare count of
    rows. What joins and filters read is in `depends_on` alone. Rows of a view that `is_kept` are written into
    the release, as a table of the same name; nobody who asks sees a difference but in time.
    """

    name: str
    description: str
    question: str
    columns: dict[str, str] = field(repr=False)
    sql: str = field(repr=False)
    depends_on: tuple[str, ...]
    is_kept: bool
    lineage: dict[str, list[tuple[str, str]]] = field(repr=False)

    @property
    def qualified(self) -> str:
        """The view's name with its schema."""
        return f"{SCHEMA}.{self.name}"


@dataclass(frozen=True)
class _Source:
    """A file as read: its head comment's parts and its parsed SELECT."""

    name: str
    description: str
    question: str
    columns: dict[str, str]
    sql: str
    query: exp.Query
    depends_on: tuple[str, ...]
    is_kept: bool

    @property
    def file(self) -> str:
        return f"{self.name}.sql"


def load_views(folder: Path | None = None) -> list[View]:
    """Every view of `folder` (default: the views that ship with Dateline), each after those it reads.

    Read once a process as long as no file changes. Raises `ViewError` for a head comment that is not in the
    form above, a column without description, a table nobody knows, a name without schema, or a cycle.
    """
    where = folder if folder is not None else data_folder("sql")
    files = tuple((path.stem, path.read_text(encoding="utf-8")) for path in sorted(where.glob("*.sql")))
    return list(_load(files))


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[str, str], ...]) -> tuple[View, ...]:
    sources = {name: _read(name, text) for name, text in files}
    schema = _table_schema()
    views = []
    for name in _ordered(sources.values()):
        source = sources[name]
        views.append(_view(source, schema))
        schema.add_table(
            exp.table_(name, db=SCHEMA), dict.fromkeys(source.columns, "UNKNOWN"), match_depth=False
        )
    return tuple(views)


def _read(name: str, text: str) -> _Source:
    file = f"{name}.sql"
    match = _HEAD.match(text)
    head = match.group() if match else ""
    sql = text[len(head) :].strip().removesuffix(";").strip()
    description, question, columns = parse_head(file, head)
    query = _parse(file, sql)
    is_kept = _KEPT.search(head) is not None
    return _Source(name, description, question, columns, sql, query, _depends_on(file, query), is_kept)


def parse_head(file: str, head: str) -> tuple[str, str, dict[str, str]]:
    """Description, question and columns of a head comment. Raises `ViewError`."""
    parts: dict[str, list[str]] = {"description": []}
    columns: list[str] = []
    part = "description"
    for line in head.splitlines():
        raw = line.strip().removeprefix("--")
        words, indent = raw.strip(), len(raw) - len(raw.lstrip())
        if not words:
            continue
        if indent <= 1 and (label := re.match(r"(question|kept|columns):\s*", words)):
            part = label.group(1)
            if part in parts:
                raise ViewError(f"{file}: `{part}:` stands twice in the head comment")
            parts[part] = [rest] if (rest := words[label.end() :]) else []
        elif part == "columns" and indent <= 3:
            columns.append(words)
        elif part == "columns" and columns:
            columns[-1] += f" {words}"
        else:
            parts[part].append(words)
    description, question = " ".join(parts["description"]), " ".join(parts.get("question", []))
    if not description or not question or "columns" not in parts:
        raise ViewError(f"{file}: the head comment needs a description, `question:` and `columns:`")
    return description, question, _columns(file, columns)


def _columns(file: str, lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        match = _COLUMN.fullmatch(line)
        if match is None:
            raise ViewError(f"{file}: not `name: description`: {line!r}")
        if match["name"] in found:
            raise ViewError(f"{file}: column {match['name']} is described twice")
        found[match["name"]] = match["text"]
    return found


def _parse(file: str, sql: str) -> exp.Query:
    try:
        statements = sqlglot.parse(sql, dialect=DIALECT)
    except SqlglotError as error:
        raise ViewError(f"{file}: {str(error).splitlines()[0]}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ViewError(f"{file}: one SELECT a file")
    return statements[0]


def _depends_on(file: str, query: exp.Query) -> tuple[str, ...]:
    local = {cte.alias for cte in query.find_all(exp.CTE)}
    found = set()
    for table in query.find_all(exp.Table):
        if table.catalog:
            raise ViewError(f"{file}: {table.sql(DIALECT)} names a catalog")
        if table.db:
            found.add(f"{table.db}.{table.name}")
        elif table.name not in local:
            raise ViewError(f"{file}: {table.sql(DIALECT)} needs its schema: main, audit or marts")
    return tuple(sorted(found))


def _ordered(sources: Iterable[_Source]) -> list[str]:
    graph = {source.name: source for source in sources}
    tables = {f"{spec.schema}.{spec.name}" for spec in TABLES.values()}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for source in graph.values():
        views = [name.removeprefix(f"{SCHEMA}.") for name in source.depends_on if name not in tables]
        if unknown := sorted(set(views) - set(graph)):
            raise ViewError(f"{source.file}: no table or view {', '.join(unknown)}")
        sorter.add(source.name, *views)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        names = " -> ".join(str(name) for name in error.args[1])
        raise ViewError(f"{error.args[1][0]}.sql: views read each other: {names}") from error


def _table_schema() -> MappingSchema:
    schema = MappingSchema(dialect=DIALECT)
    for spec in TABLES.values():
        columns = {column.name: column.sql_type for column in spec.columns}
        schema.add_table(exp.table_(spec.name, db=spec.schema), columns, match_depth=False)
    return schema


def _view(source: _Source, schema: MappingSchema) -> View:
    try:
        query = qualify(source.query, schema=schema, dialect=DIALECT, identify=False)
        names = [column.alias_or_name for column in query.selects]
        _check_columns(source, names)
        scope = build_scope(query)
        lineage = {
            name: _leaves(trace(name, query, schema, scope=scope, trim_selects=False, copy=False))
            for name in names
        }
    except SqlglotError as error:
        raise ViewError(f"{source.file}: {error}") from error
    return View(
        source.name,
        source.description,
        source.question,
        source.columns,
        source.sql,
        source.depends_on,
        source.is_kept,
        lineage,
    )


def _check_columns(source: _Source, names: list[str]) -> None:
    described = list(source.columns)
    if missing := [name for name in names if name not in source.columns]:
        raise ViewError(f"{source.file}: no description of column {', '.join(missing)}")
    if unknown := [name for name in described if name not in names]:
        raise ViewError(f"{source.file}: describes column {', '.join(unknown)}, which is not selected")
    if described != names:
        raise ViewError(f"{source.file}: columns are described in another order than they are selected in")


def _leaves(node: Node) -> list[tuple[str, str]]:
    """The columns of tables and views at the ends of a column's lineage."""
    found = set()
    for step in node.walk():
        table = step.expression
        if isinstance(table, exp.Table):
            found.add((f"{table.db}.{table.name}", exp.to_column(step.name).name))
    return sorted(found)
