"""The catalog's reading of a file: head comment, order, lineage, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.views import catalog
from pipelines.views.catalog import View, ViewError, load_views

GOOD = """\
-- One row an outlet,
--   whatever it is called.
-- question: Which outlets are there?
-- columns:
--   name: What it is called,
--     in full.
--   is_known: True where a domain is known.
SELECT o.name, o.domain IS NOT NULL AS is_known FROM main.outlets AS o;
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    return folder


def by_name(folder: Path) -> dict[str, View]:
    return {view.name: view for view in load_views(folder)}


def reading(source: str, column: str = "name") -> str:
    return (
        f"-- Rows.\n-- question: Why?\n-- columns:\n--   {column}: A name.\n"
        f"SELECT v.{column} FROM {source} AS v\n"
    )


def test_a_head_comment_is_read_with_its_continued_lines(tmp_path) -> None:
    view = by_name(write(tmp_path, known_outlets=GOOD))["known_outlets"]
    assert view.description == "One row an outlet, whatever it is called."
    assert view.question == "Which outlets are there?"
    assert view.columns == {
        "name": "What it is called, in full.",
        "is_known": "True where a domain is known.",
    }
    assert view.sql == "SELECT o.name, o.domain IS NOT NULL AS is_known FROM main.outlets AS o"
    assert view.depends_on == ("main.outlets",)
    assert view.lineage == {"name": [("main.outlets", "name")], "is_known": [("main.outlets", "domain")]}


def test_views_come_after_those_they_read_whatever_their_names(tmp_path) -> None:
    write(tmp_path, a=reading("marts.b"), b=reading("marts.c"), c=reading("main.outlets"))
    views = load_views(tmp_path)
    assert [view.name for view in views] == ["c", "b", "a"]
    assert views[2].lineage == {"name": [("marts.b", "name")]}


def test_lineage_goes_through_ctes_unions_and_aggregates_to_the_tables(tmp_path) -> None:
    sql = """\
-- Names of anything.
-- question: Which names are there?
-- columns:
--   name: A name.
--   row_count: Rows.
WITH named AS (
  SELECT o.name, o.outlet_id AS id FROM main.outlets AS o
  UNION ALL
  SELECT e.name, e.entity_id FROM main.entities AS e
)
SELECT upper(n.name) AS name, count(n.id) AS row_count FROM named AS n GROUP BY ALL
"""
    view = by_name(write(tmp_path, names=sql))["names"]
    assert view.depends_on == ("main.entities", "main.outlets")
    assert view.lineage == {
        "name": [("main.entities", "name"), ("main.outlets", "name")],
        "row_count": [("main.entities", "entity_id"), ("main.outlets", "outlet_id")],
    }


def test_lineage_of_a_shipped_view_is_exact() -> None:
    views = {view.name: view for view in load_views()}
    assert views["quote_feed"].lineage["speaker"] == [
        ("main.entities", "name"),
        ("main.quotes", "speaker_name"),
    ]
    assert views["quote_feed"].lineage["sentence"] == [("main.sentences", "surface")]
    assert views["claim_feed"].lineage["is_duplicate"] == [("main.documents", "duplicate_of_document_id")]
    assert views["troop_counts"].lineage["high"] == [
        ("marts.claim_feed", "value"),
        ("marts.claim_feed", "value_high"),
    ]
    assert views["troop_counts"].depends_on == ("marts.claim_feed",)
    assert views["pipeline_health"].lineage["duration_seconds"] == [
        ("audit.runs", "finished_at"),
        ("audit.runs", "started_at"),
    ]
    assert views["outlet_profile"].lineage["scare_quote_count"] == [("main.scare_quotes", "scare_quote_id")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("SELECT 1 AS one", "needs a description"),
        (GOOD.replace("-- question: Which outlets are there?\n", ""), "needs a description, `question:`"),
        (GOOD.replace("-- columns:\n", "-- columns:\n-- columns:\n"), "`columns:` stands twice"),
        (
            GOOD.replace("--   name: What it is called,\n--     in full.\n", ""),
            "no description of column name",
        ),
        (GOOD.replace("  name: What", "  name What"), "not `name: description`"),
        (GOOD.replace("  name: What", "  is_known: What"), "is_known is described twice"),
        (GOOD.replace("o.name,", ""), "describes column name, which is not selected"),
        (
            GOOD.replace("o.name, o.domain IS NOT NULL AS is_known", "o.domain IS NULL AS is_known, o.name"),
            "order",
        ),
        (GOOD.replace("main.outlets", "main.outfits"), "no table or view main.outfits"),
        (GOOD.replace("main.outlets", "marts.outlets"), "no table or view outlets"),
        (GOOD.replace("main.outlets", "outlets"), "outlets AS o needs its schema"),
        (GOOD.replace("main.outlets", "dateline.main.outlets"), "names a catalog"),
        (GOOD.replace("o.domain", "o.domian"), "domian"),
        (GOOD + "SELECT 2;", "one SELECT a file"),
        (GOOD.replace("SELECT", "CREATE TABLE x AS SELECT"), "one SELECT a file"),
        (GOOD.replace("o.name,", "(o.name,"), "Expecting )"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path, text: str, complaint: str) -> None:
    write(tmp_path, spoilt=text)
    with pytest.raises(ViewError) as caught:
        load_views(tmp_path)
    assert str(caught.value).startswith("spoilt.sql: ")
    assert complaint in str(caught.value)


def test_a_cycle_is_refused_with_its_members(tmp_path) -> None:
    write(tmp_path, a=reading("marts.b"), b=reading("marts.a"))
    with pytest.raises(ViewError, match=r"^[ab]\.sql: views read each other: .*a.*b"):
        load_views(tmp_path)


def test_an_edited_file_is_read_again(tmp_path) -> None:
    write(tmp_path, known_outlets=GOOD)
    load_views(tmp_path)
    write(tmp_path, known_outlets=GOOD.replace("Which outlets are there?", "Who?"))
    assert load_views(tmp_path)[0].question == "Who?"


def test_what_the_shipped_views_read_is_remembered_for_these_very_files(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    catalog._load.cache_clear()
    read = load_views()
    catalog._load.cache_clear()
    monkeypatch.setattr(catalog, "_read", lambda heads: pytest.fail("read again"))
    assert load_views() == read
    catalog._load.cache_clear()
    # Whatever lies there in its place is not believed.
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    known = json.loads((tmp_path / "dateline" / "views.json").read_text())
    (tmp_path / "dateline" / "views.json").write_text(json.dumps({key: {"one": 1} for key in known}))
    assert load_views() == read
    catalog._load.cache_clear()
