"""Every view: planned on an empty schema, described to the last column, and named as the design has it."""

from __future__ import annotations

import re

import duckdb
import pytest

from pipelines.model import TABLES
from pipelines.views import catalog
from pipelines.views.build import comment, create_views
from pipelines.views.catalog import load_views
from pipelines.warehouse.schema import create_schema

FIRST_EIGHT = {
    "claim_feed",
    "quote_feed",
    "figure_comparison",
    "troop_counts",
    "speakers",
    "outlet_profile",
    "data_quality",
    "pipeline_health",
}
ACROSS_DOCUMENTS = {
    "attribution_drift",
    "copied_reports",
    "entity_timeline",
    "figure_conflicts",
    "figure_history",
    "first_appearances",
    "rulings_in_force",
    "speaker_outlet_matrix",
    "statement_contrasts",
    "statement_wordings",
    "story_gaps",
    "story_overview",
}
LITERALS = {
    ("attribution_drift", "kind"),
    ("document_spans", "kind"),
    ("filter_choices", "kind"),
    ("first_appearances", "kind"),
    ("release_totals", "what"),
    ("statement_contrasts", "what"),
    ("story_gaps", "kind"),
}
# One value a row, so that the planner sees tables of a size.
FILLERS = {
    "VARCHAR": "i",
    "BIGINT": "i",
    "INTEGER": "i",
    "DOUBLE": "i",
    "BOOLEAN": "i % 2",
    "DATE": "DATE '2031-01-01'",
    "TIMESTAMP": "TIMESTAMP '2031-01-01'",
}
ID_SUFFIXES = ("_id", "_char")


def test_the_views_of_the_design_are_there() -> None:
    assert {view.name for view in load_views()} >= FIRST_EIGHT | ACROSS_DOCUMENTS


@pytest.mark.parametrize("view", load_views(), ids=lambda view: view.name)
def test_a_view_plans_and_is_empty_on_an_empty_schema(view: catalog.View, empty) -> None:
    assert empty.execute(f"SELECT * FROM {view.qualified}").fetchall() == []


@pytest.mark.parametrize("view", load_views(), ids=lambda view: view.name)
def test_a_view_and_each_of_its_columns_bear_a_comment(view: catalog.View, empty) -> None:
    columns = empty.execute(
        """SELECT column_name, comment FROM duckdb_columns()
           WHERE schema_name = 'marts' AND table_name = ? ORDER BY column_index""",
        [view.name],
    ).fetchall()
    assert columns == list(view.columns.items())
    made = empty.execute(
        """SELECT comment FROM duckdb_views() WHERE schema_name = 'marts' AND view_name = $name
           UNION ALL
           SELECT comment FROM duckdb_tables() WHERE schema_name = 'marts' AND table_name = $name""",
        {"name": view.name},
    ).fetchone()
    assert made == (comment(view),)
    assert view.question.endswith("?")


@pytest.mark.parametrize("view", load_views(), ids=lambda view: view.name)
def test_ids_and_offsets_stand_last(view: catalog.View) -> None:
    is_id = [name.endswith(ID_SUFFIXES) for name in view.columns]
    assert is_id == sorted(is_id)


@pytest.mark.parametrize("view", load_views(), ids=lambda view: view.name)
def test_every_column_has_a_lineage_into_what_the_view_depends_on(view: catalog.View) -> None:
    views = {other.qualified: set(other.columns) for other in load_views()}
    tables = {f"{spec.schema}.{spec.name}": set(spec.column_names) for spec in TABLES.values()}
    known = tables | views
    for column, sources in view.lineage.items():
        assert bool(sources) != ((view.name, column) in LITERALS), column
        for table, name in sources:
            assert table in view.depends_on
            assert name in known[table]


def test_a_view_stands_after_those_it_reads() -> None:
    seen: set[str] = set()
    for view in load_views():
        assert {name for name in view.depends_on if name.startswith("marts.")} <= seen
        seen.add(view.qualified)


def test_comments_survive_a_rebuild_and_stale_views_go(empty) -> None:
    empty.execute("CREATE VIEW marts.of_an_older_release AS SELECT 1 AS one")
    empty.execute("CREATE TABLE marts.kept_by_an_older_release AS SELECT 1 AS one")
    kept = next(view.name for view in load_views() if view.is_kept)
    empty.execute(f"DROP TABLE marts.{kept}")
    empty.execute(f"CREATE VIEW marts.{kept} AS SELECT 1 AS one")
    names = create_views(empty)
    left = empty.execute(
        """SELECT view_name FROM duckdb_views() WHERE schema_name = 'marts'
           UNION ALL SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'"""
    ).fetchall()
    assert sorted(name for (name,) in left) == sorted(names)
    bare = empty.execute(
        "SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'marts' AND comment IS NULL"
    ).fetchone()
    assert bare == (0,)


def test_comments_are_in_the_file_that_older_clients_read(tmp_path) -> None:
    path = tmp_path / "published.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS release (STORAGE_VERSION 'v1.2.0')")
        connection.execute("USE release")
        create_schema(connection)
        create_views(connection)
    with duckdb.connect(str(path), read_only=True) as reader:
        described = reader.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'marts' AND comment IS NOT NULL"
        ).fetchone()
        assert described == (sum(len(view.columns) for view in load_views()),)
        assert reader.execute("SELECT count(*) FROM marts.troop_counts").fetchone() == (0,)


def test_views_work_under_whatever_name_the_file_is_attached(tmp_path) -> None:
    path = tmp_path / "dateline.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_schema(connection)
        create_views(connection)
    with duckdb.connect() as reader:
        reader.execute(f"ATTACH '{path}' AS other (READ_ONLY)")
        for view in load_views():
            assert reader.execute(f"SELECT count(*) FROM other.{view.qualified}").fetchone() == (0,)


def test_the_catalog_is_read_once() -> None:
    assert all(one is other for one, other in zip(load_views(), load_views(), strict=True))


@pytest.mark.parametrize("view", load_views(), ids=lambda view: view.name)
def test_no_view_compares_every_pair_of_rows(view: catalog.View) -> None:
    """A join without an equality grows with the square of the warehouse: minutes, at a million claims."""
    connection = duckdb.connect()
    create_schema(connection)
    for spec in TABLES.values():
        filled = ", ".join(
            f"CAST({'[]' if c.sql_type.endswith('[]') else FILLERS[c.sql_type]} AS {c.sql_type})"
            for c in spec.columns
        )
        connection.execute(f"INSERT INTO {spec.schema}.{spec.name} SELECT {filled} FROM range(3000) AS r(i)")
    create_views(connection)
    plan = connection.execute(f"EXPLAIN (FORMAT json) {view.sql}").fetchall()[0][1]
    joins = set(re.findall(r'"name": "(\w*(?:JOIN|CROSS_PRODUCT)\w*) *"', plan))
    assert joins <= {"HASH_JOIN"}
    assert joins or "JOIN" not in view.sql
