"""Table macros of schema `marts`: views that take a parameter, one file each under `sql/macros/`.

A file is written as a view's is (`pipelines.views.catalog`), with a part `parameters:` before `columns:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import duckdb

from pipelines.reference import data_folder
from pipelines.views.catalog import SCHEMA, parse_head
from pipelines.warehouse.schema import quote_name, quote_text


@dataclass(frozen=True)
class Macro:
    """A table macro: `FROM marts.<name>(<parameters>)`."""

    name: str
    description: str
    question: str
    parameters: dict[str, str]
    columns: dict[str, str]
    sql: str = field(repr=False)

    @property
    def head(self) -> str:
        """Name and parameters as SQL has them."""
        return f"{quote_name(self.name)}({', '.join(quote_name(name) for name in self.parameters)})"


@cache
def load_macros() -> tuple[Macro, ...]:
    """Every macro that ships with Dateline, by name. Raises `catalog.ViewError` for a bad head comment."""
    found = []
    for path in sorted((data_folder("sql") / "macros").glob("*.sql")):
        lines = path.read_text(encoding="utf-8").splitlines()
        head = "\n".join(line for line in lines if line.startswith("--"))
        before, given, columns = re.split(r"^-- (?=parameters:|columns:)", head, flags=re.M)
        _, _, parameters = parse_head(path.name, f"{before}-- {given.replace('parameters:', 'columns:', 1)}")
        description, question, described = parse_head(path.name, f"{before}-- {columns}")
        body = "\n".join(line for line in lines if not line.startswith("--")).strip()
        found.append(Macro(path.stem, description, question, parameters, described, body))
    return tuple(found)


def statements() -> Iterator[str]:
    """The SQL that makes or replaces every macro, with its comment."""
    for macro in load_macros():
        yield f"CREATE OR REPLACE MACRO {SCHEMA}.{macro.head} AS TABLE {macro.sql}"
        comment = quote_text(f"{macro.description} Example: {macro.question}")
        yield f"COMMENT ON MACRO TABLE {SCHEMA}.{quote_name(macro.name)} IS {comment}"


def make_temporary(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a macro for this connection alone: a release published before there was one can be asked too."""
    [macro] = [macro for macro in load_macros() if macro.name == name]
    connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro.head} AS TABLE {macro.sql}")
