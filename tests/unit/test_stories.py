"""Stories over several runs: who belongs together, which ids stay, what undated documents get."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from story_reports import Report, entity_id, groups, run, stories, take_out, warehouse

from pipelines.audit.history import check_history
from pipelines.model import hash_key
from pipelines.resolve.story_terms import document_terms

TOWN = {"Orlow": "GPE", "Ohio": "GPE"}
SHOT = [
    Report(
        "shot1", 4, "Man killed in Orlow car park",
        "A 34-year-old man, Dale Wick, was shot dead on Carver Street in Orlow, Ohio, chief Ann Roe said.",
        TOWN | {"Dale Wick": "PERSON", "Carver Street": "FAC", "Ann Roe": "PERSON"},
    ),
    Report(
        "shot2", 4, "Police: one dead after shooting on Carver Street",
        "One man is dead after a shooting on Carver Street in Orlow, police chief Ann Roe told reporters.",
        {"Orlow": "GPE", "Carver Street": "FAC", "Ann Roe": "PERSON"},
    ),
    Report(
        "shot3", 6, "Vigil for Dale Wick",
        "Friends lit candles on Carver Street in Orlow for Dale Wick, who was shot dead there this week.",
        {"Orlow": "GPE", "Carver Street": "FAC", "Dale Wick": "PERSON"},
    ),
]  # fmt: skip
SAME_TOWN = [
    Report(
        "park1", 4, "Woman wounded in shooting near Harl Park",
        "Tess Juarez, 27, was shot in the leg near Harl Park in Orlow, Ohio, Lieutenant Paul Dench said.",
        TOWN | {"Tess Juarez": "PERSON", "Harl Park": "FAC", "Paul Dench": "PERSON"},
    ),
    Report(
        "park2", 5, "Two held after Harl Park shooting",
        "Two boys were arrested after Tess Juarez was shot near Harl Park in Orlow, Paul Dench said.",
        {"Orlow": "GPE", "Tess Juarez": "PERSON", "Harl Park": "FAC", "Paul Dench": "PERSON"},
    ),
]  # fmt: skip
OTHER_TOWN = [
    Report(
        "bar1", 4, "Man shot dead outside Tarr bar",
        "A 41-year-old man, Leon Bapt, was shot dead on Front Street in Tarr, Ohio, Sergeant Mark Oliv said.",
        {"Tarr": "GPE", "Ohio": "GPE", "Leon Bapt": "PERSON", "Front Street": "FAC", "Mark Oliv": "PERSON"},
    ),
    Report(
        "bar2", 5, "Tarr killing: suspect in court",
        "A man accused of shooting Leon Bapt on Front Street in Tarr appeared in court, Mark Oliv said.",
        {"Tarr": "GPE", "Leon Bapt": "PERSON", "Front Street": "FAC", "Mark Oliv": "PERSON"},
    ),
]  # fmt: skip
LOCAL = [*SHOT, *SAME_TOWN, *OTHER_TOWN]
APART = {
    frozenset({"shot1", "shot2", "shot3"}), frozenset({"park1", "park2"}), frozenset({"bar1", "bar2"}),
}  # fmt: skip


def flood(key: str, day: int | None, **more: object) -> Report:
    """One of many reports of one flood."""
    return Report(
        key, day, "Flood in Velden",
        "The river Tull flooded homes in Velden in the Sorn valley, mayor Ines Okoro said.",
        {"Velden": "GPE", "Sorn": "GPE", "Ines Okoro": "PERSON", "Tull": "FAC"}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def db() -> duckdb.DuckDBPyConnection:
    return warehouse()


def value(db: duckdb.DuckDBPyConnection, query: str) -> object:
    found = db.execute(query).fetchone()
    return found[0] if found else None


def test_a_follow_up_finds_its_story_by_a_word_of_the_place(db: duckdb.DuckDBPyConnection) -> None:
    first = "A small plane crashed after takeoff near Quelby, killing the pilot and two passengers."
    second = "The plane that crashed near Quelby Airfield was an old trainer, officials said."
    run(
        db,
        "r1",
        Report("q1", 14, "Plane crash kills three", first, {"Quelby": "GPE"}),
        Report("q2", 15, "Pilot killed in plane crash", second, {"Quelby Airfield": "FAC"}),
    )
    assert groups(db) == {frozenset({"q1", "q2"})}


def test_shootings_of_one_day_stay_apart_and_reports_of_one_join(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", *LOCAL)
    assert groups(db) == APART


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_arrival_does_not_decide_who_belongs_together(
    db: duckdb.DuckDBPyConnection, seed: int
) -> None:
    order = random.Random(seed).sample(LOCAL, len(LOCAL))
    for number in range(0, len(order), 2):
        run(db, f"r{number}", *order[number : number + 2])
    assert groups(db) == APART


def test_the_same_order_gives_the_same_ids_and_rows() -> None:
    found = []
    for _ in range(2):
        db = warehouse()
        for number, report in enumerate(LOCAL):
            run(db, f"r{number}", report)
        found.append(
            [db.execute(f"FROM main.{t} ORDER BY ALL").fetchall() for t in ("stories", "story_documents")]
        )
    assert found[0] == found[1]


def test_a_story_keeps_its_id_when_a_report_joins(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", SHOT[0], OTHER_TOWN[0])
    before = stories(db)
    assert before["shot1"] == hash_key("stories", "shot1")
    touched = run(db, "r2", SHOT[1])
    assert stories(db) == before | {"shot2": before["shot1"]}
    assert touched == {before["shot1"]}
    assert value(db, "SELECT document_count FROM main.stories WHERE run_id = 'r2'") == 2


def test_a_report_between_two_stories_joins_them_and_the_older_id_stays(
    db: duckdb.DuckDBPyConnection,
) -> None:
    early = replace(flood("a", 1, seen=1), names={"Velden": "GPE", "Tull": "FAC"})
    late = replace(
        flood("b", 2, seen=2),
        title="Homes flooded: Okoro asks for help",
        lead="Ines Okoro asked for help in Sorn.",
        names={"Ines Okoro": "PERSON", "Sorn": "GPE"},
    )
    run(db, "r1", late)
    run(db, "r2", early)
    assert len(groups(db)) == 2
    between = replace(
        flood("c", 2), title="Flood in Velden: Okoro asks for help",
        lead="Ines Okoro asked for help in Sorn after the river Tull flooded homes in Velden.",
    )  # fmt: skip
    touched = run(db, "r3", between)
    older, newer = hash_key("stories", "a"), hash_key("stories", "b")
    assert set(stories(db).values()) == {older}
    assert touched == {older, newer}
    redirect = db.execute("SELECT table_name, old_id, new_id, since_run_id FROM main.id_redirects").fetchall()
    assert redirect == [("stories", newer, older, "r3")]
    assert value(db, "SELECT count(*) FROM main.stories") == 1


def test_a_running_topic_is_cut_into_stories_of_bounded_length(db: duckdb.DuckDBPyConnection) -> None:
    for day in range(1, 29, 2):
        run(db, f"r{day}", flood(f"f{day:02}", day, seen=day))
    spans = db.execute(
        "SELECT max(published_on) - min(published_on) FROM main.documents GROUP BY story_id"
    ).fetchall()
    assert 2 < len(spans) < 6
    assert max(span for (span,) in spans) <= 10


def test_reports_two_months_apart_are_two_stories(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", flood("a", 1), flood("b", 25))
    assert len(groups(db)) == 2


def test_an_undated_report_takes_the_date_that_its_story_agrees_on(db: duckdb.DuckDBPyConnection) -> None:
    dates = """SELECT published_on, published_on_precision, published_on_method
               FROM main.documents WHERE document_id = 'u'"""
    run(db, "r1", flood("u", None), flood("a", 3))
    assert db.execute(dates).fetchone() == (None, None, None)
    run(db, "r2", flood("b", 4))
    assert len(groups(db)) == 1
    assert db.execute(dates).fetchone() == (date(2031, 5, 3), "day", "story")
    run(db, "r3", flood("c", 9))
    assert db.execute(dates).fetchone() == (None, None, None)
    assert value(db, "SELECT own_on FROM main.document_features WHERE document_id = 'u'") is None


def test_two_undated_reports_never_date_each_other(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", flood("u", None), flood("v", None), flood("a", 3))
    assert value(db, "SELECT count(*) FROM main.documents WHERE published_on_method = 'story'") == 0


def test_an_undated_report_that_arrived_much_later_is_another_story(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", flood("a", 1, seen=1))
    old = replace(flood("u", None), seen=31)
    run(db, "r2", old)
    assert len(groups(db)) == 1
    db.execute("UPDATE main.document_features SET own_on = '2031-03-01', seen_on = '2031-03-01'")
    run(db, "r3", replace(old, lead=old.lead + " It rained."))
    assert len(groups(db)) == 2


def test_a_copy_is_in_its_originals_story_and_has_no_say(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", flood("a", 3))
    run(db, "r2", flood("copy", 28, copy_of="a"))
    assert stories(db)["copy"] == stories(db)["a"]
    why = "SELECT score, evidence FROM main.story_documents WHERE document_id = 'copy'"
    assert db.execute(why).fetchone() == (1.0, "copy of a")
    run(db, "r3", flood("late", 27))
    assert stories(db)["late"] != stories(db)["a"]


def test_copies_that_name_each_other_are_placed_all_the_same(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", flood("a", 3, copy_of="b"), flood("b", 3, copy_of="a"))
    assert None not in stories(db).values()


def test_a_document_that_is_gone_leaves_its_story(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", *LOCAL)
    before = stories(db)
    take_out(db, "shot1", "park1", "park2")
    touched = run(db, "r2")
    assert touched == {before["shot1"], before["park1"]}
    assert groups(db) == {frozenset({"shot2", "shot3"}), frozenset({"bar1", "bar2"})}
    assert stories(db)["shot2"] == before["shot2"]
    assert value(db, "SELECT count(*) FROM main.stories") == 2
    assert value(db, "SELECT count(*) FROM main.document_features") == 4


def test_the_same_text_read_again_keeps_its_story_and_another_looks_for_one(
    db: duckdb.DuckDBPyConnection,
) -> None:
    run(db, "r1", *SHOT)
    before = stories(db)
    assert run(db, "r2", SHOT[0]) == {before["shot1"]}
    assert stories(db) == before
    changed = replace(OTHER_TOWN[0], key="shot1")
    touched = run(db, "r3", changed)
    after = stories(db)
    assert after["shot2"] == before["shot2"]
    assert after["shot1"] not in (before["shot1"], None)
    assert touched == {before["shot1"], after["shot1"]}


def test_a_run_without_changes_touches_nothing(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", *LOCAL)
    before = [db.execute(f"FROM main.{t} ORDER BY ALL").fetchall() for t in ("stories", "story_documents")]
    assert run(db, "r2") == set()
    assert [
        db.execute(f"FROM main.{t} ORDER BY ALL").fetchall() for t in ("stories", "story_documents")
    ] == before


def test_documents_of_an_entity_that_joined_another_are_touched(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", *LOCAL)
    db.execute(
        "INSERT INTO main.id_redirects VALUES ('entities', ?, ?, 'r2')",
        [entity_id("Paul Dench"), entity_id("Ann Roe")],
    )
    assert run(db, "r2") == {stories(db)["park1"]}


def test_a_document_touched_in_two_ways_is_made_once(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", *LOCAL)
    db.execute(
        "INSERT INTO main.id_redirects VALUES ('entities', ?, ?, 'r2')",
        [entity_id("Paul Dench"), entity_id("Ann Roe")],
    )
    # Resolution leaves the documents whose older mentions came to mean somebody else: the same ones here.
    db.execute("CREATE TEMP TABLE moved_names AS SELECT document_id FROM main.documents")
    run(db, "r2")
    for table in ("document_features", "story_documents"):
        doubled = f"SELECT document_id FROM main.{table} GROUP BY document_id HAVING count(*) > 1"
        assert db.execute(doubled).fetchall() == []


def test_the_row_of_a_story_says_what_it_is(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", *LOCAL)
    row = db.execute(
        """SELECT s.label, e.name, s.event_on, s.event_on_method, s.document_count, s.outlet_count
           FROM main.stories AS s JOIN main.entities AS e ON e.entity_id = s.place_entity_id
           WHERE s.document_count = 3"""
    ).fetchone()
    assert row is not None
    assert row[0] in {report.title for report in SHOT}
    assert row[1:] == ("Orlow", date(2031, 5, 4), "publication", 3, 3)
    why = db.execute(
        "SELECT score, evidence FROM main.story_documents WHERE document_id = 'shot3'"
    ).fetchone()
    assert why is not None
    assert 0.4 < why[0] < 1
    assert "Dale Wick" in why[1] and "2 days after its first" in why[1]


def test_what_stands_there_passes_the_rules_over_the_whole_history(db: duckdb.DuckDBPyConnection) -> None:
    run(db, "r1", *LOCAL, flood("u", None), flood("a", 3), flood("b", 3, copy_of="a"))
    run(db, "r2", flood("c", 4), flood("d", 30))
    names = ("_stories_", "_story_", "_features_", "_story", "id_redirects")
    mine = [
        r
        for r in check_history(db, "r2")
        if any(part in r.expectation.removeprefix("history") for part in names)
    ]
    assert len(mine) >= 7
    assert [r.expectation for r in mine if not r.success] == []


@pytest.mark.parametrize(
    ("title", "is_name"),
    [
        ("Toddler dies after fall into Mesa Vista pool", True),
        ("Toddler Dies After Fall Into Mesa Vista Pool", False),
    ],
)
def test_a_title_tells_names_where_it_writes_its_other_words_small(title: str, is_name: bool) -> None:
    terms = document_terms(title, "Firefighters tried to revive the girl.", [])
    assert ("k:vista" in terms, "k:pool" in terms) == (is_name, False)
