"""A view that is brought up to date by its key: every column that it reads is compared."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from pipelines.model import TABLES
from pipelines.views.catalog import View, load_views
from pipelines.views.keys import GIVEN, KEYS, READ

KEYED = [view for view in load_views() if view.key]


def _columns_read(view: View) -> set[tuple[str, str]]:
    """Every (table, column) of schema main that stands anywhere in the view."""
    schema: dict[str, dict[str, dict[str, str]]] = {"main": {}, "marts": {}}
    for spec in TABLES.values():
        schema.setdefault(spec.schema, {})[spec.name] = {c.name: "TEXT" for c in spec.columns}
    for other in load_views():
        schema["marts"][other.name] = dict.fromkeys(other.columns, "TEXT")
    tree = qualify(sqlglot.parse_one(view.sql, dialect="duckdb"), dialect="duckdb", schema=schema)
    found = set()
    for select in tree.find_all(exp.Select):
        tables = {
            table.alias_or_name: table
            for table in select.find_all(exp.Table)
            if table.parent_select is select and table.db == "main"
        }
        for column in select.find_all(exp.Column):
            if (table := tables.get(column.table)) is not None:
                found.add((table.name, column.name))
    return found


@pytest.mark.parametrize("view", KEYED, ids=lambda view: view.name)
def test_every_column_read_is_compared(view: View) -> None:
    compared = {(table, column) for table, columns in READ.items() for column in columns}
    read = _columns_read(view)
    assert read or all(name.startswith("marts.") for name in view.depends_on)
    keys = {("figures", "figure_id"), ("statements", "statement_id"), ("stories", "story_id")}
    keys |= {
        ("outlets", "outlet_id"),
        ("entities", "entity_id"),
        ("figure_claims", "figure_id"),
        ("statement_quotes", "statement_id"),
    }
    assert {(t, c) for t, c in read if c not in GIVEN} - keys <= compared


@pytest.mark.parametrize("view", KEYED, ids=lambda view: view.name)
def test_the_key_is_a_column_of_a_known_kind(view: View) -> None:
    assert set(view.key) <= set(KEYS)
    for name in view.key:
        assert (
            set(name.split(" and ")) == set(re.findall(r"\bt\.(\w+)", KEYS[name].of_row)) <= set(view.columns)
        )


@pytest.mark.parametrize("view", [v for v in KEYED if v.parts], ids=lambda view: view.name)
def test_the_tables_that_are_cut_are_read_and_have_the_key(view: View) -> None:
    columns = {f"{spec.schema}.{spec.name}": set(spec.column_names) for spec in TABLES.values()}
    columns |= {other.qualified: set(other.columns) for other in load_views()}
    assert set(view.parts) <= set(view.depends_on)
    assert all(view.key[0] in columns[name] for name in view.parts)
