"""What each view reads, found with sqlglot against the row contracts of `pipelines.model`, with no database.

Belongs here: dependencies, order, lineage. Does not belong here: head comments (`pipelines.views.catalog`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node
from sqlglot.lineage import lineage as trace
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from pipelines.model import TABLES
from pipelines.views.catalog import SCHEMA, Head, Reading, ViewError

DIALECT = "duckdb"


@dataclass(frozen=True)
class _Source:
    """A file's parsed SELECT."""

    name: str
    columns: Mapping[str, str]
    query: exp.Query
    depends_on: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.sql"


def read_all(heads: Mapping[str, Head]) -> dict[str, Reading]:
    """What each view reads, each after those it reads. Raises `ViewError` as `load_views` does."""
    sources = {name: _source(name, head) for name, head in heads.items()}
    schema = _table_schema()
    found = {}
    for name in _ordered(sources.values()):
        source = sources[name]
        found[name] = Reading(source.depends_on, _lineage(source, schema))
        schema.add_table(
            exp.table_(name, db=SCHEMA), dict.fromkeys(source.columns, "UNKNOWN"), match_depth=False
        )
    return found


def _source(name: str, head: Head) -> _Source:
    file = f"{name}.sql"
    query = _parse(file, head.sql)
    return _Source(name, head.columns, query, _depends_on(file, query))


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


def _lineage(source: _Source, schema: MappingSchema) -> dict[str, list[tuple[str, str]]]:
    try:
        query = qualify(source.query, schema=schema, dialect=DIALECT, identify=False)
        names = [column.alias_or_name for column in query.selects]
        _check_columns(source, names)
        scope = build_scope(query)
        return {
            name: _leaves(trace(name, query, schema, scope=scope, trim_selects=False, copy=False))
            for name in names
        }
    except SqlglotError as error:
        raise ViewError(f"{source.file}: {error}") from error


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
