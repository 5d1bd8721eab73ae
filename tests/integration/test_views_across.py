"""What the views across documents answer on rows made by hand, checked by hand.

One story (st1) in four sources: Herald (h1, h2), Wire (w1, w2), Gazette (g1) and a bare note without outlet.
A second story (st2) has one source, so nobody leaves anything out there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from views_rows import NOON, ask, claim, document, fill, quote, sentence

from pipelines.model import (
    Entity,
    Figure,
    FigureClaim,
    FigureObservation,
    Mention,
    Outlet,
    Ruling,
    Segment,
    Statement,
    StatementAssertion,
    StatementQuote,
    Story,
)
from pipelines.resolve.independence import SourceDocument, source_keys
from pipelines.views.build import create_views
from pipelines.warehouse.schema import create_schema


def mention(key: str, doc: str, entity: str | None, segment_no: int = 1) -> Mention:
    return Mention(
        mention_id=key,
        document_id=doc,
        segment_no=segment_no,
        start_char=0,
        end_char=5,
        surface="Varga",
        label="PERSON",
        entity_id=entity,
    )


def segment(doc: str, number: int, role: str) -> Segment:
    return Segment(
        segment_id=f"{doc}-{number}",
        document_id=doc,
        segment_no=number,
        start_char=0,
        end_char=1,
        surface="V",
        role=role,
    )


def said(key: str, doc: str, words: str, **more: object) -> object:
    return quote(
        key,
        doc,
        words,
        speaker_name="Ilona Varga",
        speaker_entity_id="varga",
        speaker_surface="Varga",
        **more,
    )


def ruling(key: str, status: str) -> Ruling:
    return Ruling(
        ruling_id=key,
        kind="correct",
        table_name="quotes",
        document_id="h1",
        field="speaker_name",
        value="Ilona Varga",
        ruled_by="desk",
        ruled_at=NOON,
        why="misread",
        status=status,
    )


ROWS = [
    Outlet(outlet_id="herald", name="The Herald", method="option"),
    Outlet(outlet_id="wire", name="Harbour Wire", method="option"),
    Outlet(outlet_id="gazette", name="Gazette", method="option"),
    document("h1", outlet="herald", label="The Herald", day=2, story_id="st1"),
    document("h2", outlet="herald", label="The Herald", day=4, story_id="st1"),
    document("w1", outlet="wire", label="Harbour Wire", day=2, story_id="st1",
             published_at=datetime(2031, 5, 2, 8)),
    document("w2", outlet="wire", label="Harbour Wire", day=3, story_id="st1"),
    document("g1", outlet="gazette", label="Gazette", day=3, story_id="st1"),
    document("note", outlet=None, label="note.txt", day=None, story_id="st1"),
    document("h3", outlet="herald", label="The Herald", day=5, story_id="st2"),
    *(segment(doc, 0, "title") for doc in ("h1", "w1")),
    *(segment(doc, 1, "body") for doc in ("h1", "h2", "w1", "note")),
    Entity(entity_id="varga", name="Ilona Varga", entity_type="person"),
    Entity(entity_id="ardenia", name="Ardenia", entity_type="place", country_code="AR"),
    Story(story_id="st1", label="Flood in Ardenia", event_on=date(2031, 5, 1), event_on_precision="day",
          place_entity_id="ardenia"),
    Story(story_id="st2", label="Vote", event_on=None),
    Story(story_id="st3", label="Empty"),
    # --- one statement in three wordings, one of them part of a longer quote; one in a headline
    Statement(statement_id="yes", story_id="st1", speaker_entity_id="varga", speaker_name="Varga",
              said_on=date(2031, 5, 1), representative_quote_id="qh", wording_count=3, outlet_count=2,
              independent_source_count=2),
    said("qh", "h1", "Yes, we will rebuild", at=10, statement_id="yes", sentence_id="sh", cue="said"),
    said("qw", "w1", "We know. We shall rebuild it", at=100, statement_id="yes"),
    said("qn", "note", "they would rebuild", statement_id="yes", kind="indirect"),
    said("qg", "g1", "Varga: we rebuild", statement_id="yes", is_headline=True),
    said("qx", "g1", "when they would", statement_id="yes", is_negated=True),
    sentence("sh", "h1", "Yes, we will rebuild, Varga said."),
    *(
        StatementQuote(statement_id="yes", quote_id=key, start_char=start, end_char=end, score=score)
        for key, start, end, score in [
            ("qh", 10, 30, 1.0), ("qw", 109, 128, 0.9), ("qn", 0, 18, 0.8), ("qg", 0, 17, 0.7),
            ("qx", 0, 15, 0.7),
        ]
    ),
    # --- a toll on which the sources conflict; w1 states as fact what h1 and the note attribute
    Figure(figure_id="toll", story_id="st1", label="killed in Ardenia", category="killed",
           place_entity_id="ardenia", as_of_on=date(2031, 5, 3), low=40.0, high=55.0, claim_count=4,
           source_count=4, independent_source_count=3, agreement="conflict"),
    Figure(figure_id="homes", story_id="st1", label="homes lost", low=7.0, best=7.0, high=7.0,
           agreement="single"),
    claim("t1", "h1", 40.0, figure_id="toll", category="killed", source_surface="police", source_start_char=1,
          sentence_id="sh"),
    claim("t2", "w1", 40.0, figure_id="toll", category="killed"),
    claim("t3", "g1", 50.0, value_low=50.0, value_high=55.0, bound="range", figure_id="toll",
          category="killed"),
    claim("t4", "note", 40.0, figure_id="toll", category="killed", source_surface="a doctor",
          source_start_char=1),
    claim("t5", "w2", 3.0, figure_id="toll", category="killed"),
    claim("t6", "h2", 40.0, figure_id="toll", category="killed"),
    claim("k1", "w2", 7.0, figure_id="homes"),
    claim("k2", "h3", 7.0),
    FigureClaim(figure_id="toll", claim_id="t5", relation="part_of"),
    *(FigureClaim(figure_id="toll", claim_id=f"t{n}", relation="same") for n in (1, 2, 3, 4, 6)),
    *(
        FigureObservation(figure_id="toll", as_of_on=date(2031, 5, day), low=low, best=best, high=high)
        for day, low, best, high in [(4, 40.0, 52.0, 55.0), (2, 38.0, 40.0, 40.0)]
    ),
    mention("m1", "h1", "varga"), mention("m2", "w1", "varga"), mention("m3", "w1", "varga", 0),
    mention("m4", "h2", "varga"), mention("m5", "note", "varga"), mention("m6", "h1", None),
    ruling("stands", "in_force"), ruling("lost", "orphaned"), ruling("gone", "undone"),
]  # fmt: skip


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    return made(ROWS)


def made(rows: Sequence[Any]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_schema(connection)
    fill(connection, rows)
    create_views(connection)
    return connection


def test_a_conflict_names_who_stands_at_either_end(warehouse) -> None:
    query = """SELECT label, place, low, high, spread, lowest_sources, highest_sources, claim_count, story,
               figure_id FROM marts.figure_conflicts"""
    assert ask(warehouse, query) == [
        (
            "killed in Ardenia",
            "Ardenia",
            40.0,
            55.0,
            15.0,
            ["Harbour Wire", "The Herald", "note.txt"],  # the 3 of w2 is part of the toll, not a toll
            ["Gazette"],
            4,
            "Flood in Ardenia",
            "toll",
        )
    ]


def test_a_toll_over_time(warehouse) -> None:
    query = """SELECT as_of_on, low, best, high, best_change, days_since_previous
               FROM marts.figure_history ORDER BY as_of_on"""
    assert ask(warehouse, query) == [
        (date(2031, 5, 2), 38.0, 40.0, 40.0, None, None),
        (date(2031, 5, 4), 40.0, 52.0, 55.0, 12.0, 2),
    ]


def test_wordings_are_the_parts_that_belong_to_the_statement(warehouse) -> None:
    query = """SELECT quote_id, speaker, wording, is_representative, source_label, published_on, score
               FROM marts.statement_wordings ORDER BY score DESC"""
    second = date(2031, 5, 2)
    assert ask(warehouse, query) == [
        ("qh", "Ilona Varga", "Yes, we will rebuild", True, "The Herald", second, 1.0),
        ("qw", "Ilona Varga", "We shall rebuild it", False, "Harbour Wire", second, 0.9),
        ("qn", "Ilona Varga", "they would rebuild", False, "note.txt", None, 0.8),
    ]


def test_first_appearances_go_by_date_then_time(warehouse) -> None:
    query = """SELECT kind, label, first_published_on, first_published_at, source_label, document_id,
               first_day_source_count, source_count, document_count, last_published_on,
               coalesce(statement_id, figure_id, entity_id) FROM marts.first_appearances ORDER BY 1, 2"""
    second, third, fourth = (date(2031, 5, day) for day in (2, 3, 4))
    eight = datetime(2031, 5, 2, 8)
    assert ask(warehouse, query) == [
        ("entity", "Ilona Varga", second, eight, "Harbour Wire", "w1", 2, 3, 4, fourth, "varga"),
        ("figure", "homes lost", third, None, "Harbour Wire", "w2", 1, 1, 1, third, "homes"),
        ("figure", "killed in Ardenia", second, eight, "Harbour Wire", "w1", 2, 4, 6, fourth, "toll"),
        ("statement", "Yes, we will rebuild", second, eight, "Harbour Wire", "w1", 2, 3, 3, second, "yes"),
    ]


def test_attribution_drift_is_between_sources_on_the_same_number(warehouse) -> None:
    query = """SELECT claim_id, source_label, value, given_by, attributed_by, attributed_sentence,
               first_attributed_on, attributed_claim_count FROM marts.attribution_drift
               WHERE kind = 'figure' ORDER BY claim_id"""
    assert ask(warehouse, query) == [
        (
            "t2",
            "Harbour Wire",
            40.0,
            ["a doctor", "police"],
            ["The Herald", "note.txt"],
            "Yes, we will rebuild, Varga said.",
            date(2031, 5, 2),
            2,
        ),
        # the Herald's own attribution does not count against the Herald
        ("t6", "The Herald", 40.0, ["a doctor"], ["note.txt"], None, None, 1),
    ]


def test_a_statement_told_as_fact_is_drift_where_its_source_names_nobody() -> None:
    """The Gazette has the statement in a headline and a denial only; the Herald attributes it itself."""
    query = """SELECT source_label, label, sentence, given_by, attributed_by, attributed_claim_count,
               evidence, claim_id, figure_id, statement_id, sentence_id
               FROM marts.attribution_drift WHERE kind = 'statement'"""
    told = [
        sentence("fact-g", "g1", "The town will be rebuilt."),
        sentence("fact-h", "h1", "The town will be rebuilt."),
        *(
            StatementAssertion(
                statement_id="yes",
                sentence_id=key,
                document_id=doc,
                start_char=0,
                end_char=24,
                evidence="alike",
            )
            for key, doc in (("fact-g", "g1"), ("fact-h", "h1"))
        ),
    ]
    found = ask(made([*ROWS, *told]), query)
    [(source, label, words, given_by, attributed_by, count, *rest)] = found
    assert (source, label, words) == ("Gazette", "Yes, we will rebuild", "The town will be rebuilt.")
    assert (given_by, attributed_by, count) == (
        ["Ilona Varga"],
        ["Harbour Wire", "The Herald", "note.txt"],
        3,
    )
    assert rest == ["alike", None, None, "yes", "fact-g"]


def test_who_quotes_whom(warehouse) -> None:
    query = """SELECT speaker, source_label, quote_count, direct_count, indirect_count, speaker_share,
               outlet_id, document_id FROM marts.speaker_outlet_matrix ORDER BY source_label"""
    assert ask(warehouse, query) == [
        ("Ilona Varga", "Harbour Wire", 1, 1, 0, 1.0, "wire", None),
        ("Ilona Varga", "The Herald", 1, 1, 0, 1.0, "herald", None),
        ("Ilona Varga", "note.txt", 1, 0, 1, 1.0, None, "note"),
    ]


def test_a_timeline_leaves_out_headlines_and_keeps_days_unknown(warehouse) -> None:
    query = """SELECT name, published_on, mention_count, document_count, source_count, quote_count
               FROM marts.entity_timeline ORDER BY published_on NULLS LAST"""
    assert ask(warehouse, query) == [
        ("Ilona Varga", date(2031, 5, 2), 2, 2, 2, 2),
        ("Ilona Varga", date(2031, 5, 4), 1, 1, 1, 0),
        ("Ilona Varga", None, 1, 1, 1, 1),
    ]


def test_a_story_counts_each_thing_once(warehouse) -> None:
    query = """SELECT story_id, document_count, source_count, sources, quote_count, claim_count,
               statement_count, figure_count, conflict_count, place FROM marts.story_overview ORDER BY 1"""
    sources = ["Gazette", "Harbour Wire", "The Herald", "note.txt"]
    assert ask(warehouse, query) == [
        ("st1", 6, 4, sources, 3, 7, 1, 2, 1, "Ardenia"),
        ("st2", 1, 1, ["The Herald"], 0, 1, 0, 0, 0, None),
        ("st3", 0, 0, None, 0, 0, 0, 0, 0, None),
    ]


def test_gaps_are_what_others_in_the_story_report(warehouse) -> None:
    query = """SELECT source_label, kind, label, speaker, reported_by, reported_by_count, source_count,
               statement_id, figure_id FROM marts.story_gaps ORDER BY source_label, kind"""
    tellers = ["Harbour Wire", "The Herald", "note.txt"]
    wire = ["Harbour Wire"]
    statement = ("statement", "Yes, we will rebuild", "Ilona Varga", tellers, 3, 4, "yes", None)
    homes = ("figure", "homes lost", None, wire, 1, 4, None, "homes")
    assert ask(warehouse, query) == [
        ("Gazette", *homes),
        ("Gazette", *statement),  # it has the statement in a headline and in a denial only
        ("The Herald", *homes),
        ("note.txt", *homes),
    ]


def test_contrasts_are_what_two_sources_of_a_statement_tell_unlike() -> None:
    """Venue, day and name of the speaker; a source that is silent, a copy and a headline say nothing."""
    rows = [
        *(
            document(key, outlet=key, label=key.title(), day=day, story_id="st", **more)
            for key, day, more in [
                ("herald", 2, {}),
                ("wire", 3, {}),
                ("mail", 3, {}),
                ("copy", 3, {"duplicate_of_document_id": "herald"}),
            ]
        ),
        Entity(entity_id="varga", name="Ilona Varga", entity_type="person"),
        Story(story_id="st", label="Flood"),
        Statement(statement_id="yes", story_id="st", speaker_entity_id="varga", wording_count=4,
                  representative_quote_id="q-herald"),
        Statement(statement_id="alike", story_id="st", speaker_entity_id="varga", wording_count=2,
                  representative_quote_id="q-a"),
        mention("n1", "herald", "varga"),
        *(
            quote(f"q-{doc}", doc, "Yes, we will rebuild", speaker_surface=words, venue=venue,
                  said_on=date(2031, 5, day), said_on_precision="day", statement_id="yes",
                  speaker_entity_id="varga")
            for doc, words, venue, day in [
                ("herald", "she", "at a press conference", 1),
                ("wire", "the mayor", "in a written statement", 2),
                ("mail", "Mayor Varga", "at the news briefing", 1),
                ("copy", "the mayor", "on a walk", 4),
            ]
        ),
        quote("q-head", "wire", "Yes", venue="in parliament", statement_id="yes", is_headline=True),
        quote("q-a", "herald", "We will", venue="in a statement", statement_id="alike"),
        quote("q-b", "wire", "We shall", venue="in a press release", statement_id="alike", at=90),
    ]  # fmt: skip
    query = """SELECT what, value, source_labels, source_count, value_count, statement, speaker, statement_id
               FROM marts.statement_contrasts ORDER BY what, value"""
    rest = ("Yes, we will rebuild", "Ilona Varga", "yes")
    assert ask(made(rows), query) == [
        ("day", "2031-05-01", ["Herald", "Mail"], 2, 2, *rest),
        ("day", "2031-05-02", ["Wire"], 1, 2, *rest),
        ("speaker", "Ilona Varga", ["Herald", "Mail"], 2, 2, *rest),
        ("speaker", "the mayor", ["Wire"], 1, 2, *rest),
        ("venue", "at a press conference", ["Herald", "Mail"], 2, 2, *rest),
        ("venue", "in a written statement", ["Wire"], 1, 2, *rest),
    ]


def test_rulings_undone_are_gone_and_orphaned_ones_shown(warehouse) -> None:
    query = "SELECT ruling_id, status, source_label, title, why FROM marts.rulings_in_force ORDER BY 1"
    assert ask(warehouse, query) == [
        ("lost", "orphaned", "The Herald", "Title of h1", "misread"),
        ("stands", "in_force", "The Herald", "Title of h1", "misread"),
    ]


def test_copied_reports_name_whose_report_each_outlet_ran() -> None:
    """An agency's report credited in one paper, run without a credit in another; a copy of nobody's."""
    rows = [
        document("a1", outlet="herald", label="Herald", day=2, agencies=[]),
        document("a2", outlet="wire", label="Wire", day=2, agencies=["Reuters", "AFP"],
                 duplicate_of_document_id="a1", duplicate_similarity=0.8),
        document("a3", outlet="gazette", label="Gazette", day=3, agencies=["AFP"],
                 duplicate_of_document_id="a1", duplicate_similarity=0.7),
        document("b1", outlet="herald", label="Herald", day=2, agencies=[]),
        document("b2", outlet="gazette", label="Gazette", day=4, agencies=[],
                 duplicate_of_document_id="b1", duplicate_similarity=1.0),
        document("c1", outlet=None, label="note.txt", day=None, agencies=[]),
        document("c2", outlet="wire", label="Wire", day=5, agencies=[], duplicate_of_document_id="c1",
                 duplicate_similarity=1.0),
        document("own", outlet="herald", label="Herald", day=6, agencies=[]),
        document("afp", outlet="herald", label="Herald", day=6, agencies=["AFP"]),
    ]  # fmt: skip
    connection = made(rows)
    query = """SELECT document_id, original_document_id, original_source_label, similarity, agency,
                      is_credited FROM marts.copied_reports ORDER BY 1"""
    assert ask(connection, query) == [
        ("a1", None, None, None, "AFP+Reuters", False),
        ("a2", "a1", "Herald", 0.8, "AFP+Reuters", True),
        ("a3", "a1", "Herald", 0.7, "AFP+Reuters", True),
        ("afp", None, None, None, "AFP", True),
        ("b2", "b1", "Herald", 1.0, None, False),
        ("c2", "c1", "note.txt", 1.0, None, False),
    ]
    told = [
        SourceDocument(r.document_id, r.outlet_id, tuple(r.agencies), r.duplicate_of_document_id)
        for r in rows
    ]
    keys = ask(connection, "SELECT document_id, independent_source FROM marts.copied_reports")
    assert dict(keys) == {key: source_keys(told)[key] for key, _ in keys}


@pytest.mark.parametrize(
    ("narrow", "wide", "condition"),
    [
        ("statement_reports", "statement_wordings", "true"),
        ("speaker_quotes", "quote_feed", "speaker_entity_id IS NOT NULL"),
        ("document_list", "document_feed", "true"),
        ("figure_reports", "figure_comparison", "true"),
    ],
)
def test_a_narrow_view_says_what_the_wide_one_says(
    warehouse: duckdb.DuckDBPyConnection, narrow: str, wide: str, condition: str
) -> None:
    described = [{row[0] for row in ask(warehouse, f"DESCRIBE marts.{name}")} for name in (narrow, wide)]
    shared = ", ".join(sorted(described[0] & described[1]))
    rows = ask(warehouse, f"SELECT {shared} FROM marts.{narrow} ORDER BY ALL")
    assert rows
    assert rows == ask(warehouse, f"SELECT {shared} FROM marts.{wide} WHERE {condition} ORDER BY ALL")


def test_filters_offer_each_name_once_most_frequent_first(warehouse: duckdb.DuckDBPyConnection) -> None:
    offered = ask(warehouse, "SELECT kind, name FROM marts.filter_choices ORDER BY kind, rank")
    assert len(offered) == len(set(offered))
    sources = [name for kind, name in offered if kind == "source"]
    counted = ask(warehouse, "SELECT source_label FROM main.documents GROUP BY 1 ORDER BY count(*) DESC, 1")
    assert sources == [name for (name,) in counted]
    speakers = [name for kind, name in offered if kind == "speaker"]
    assert speakers == [
        name
        for (name,) in ask(
            warehouse, "SELECT speaker FROM marts.speakers GROUP BY 1 ORDER BY max(quote_count) DESC, 1"
        )
    ]


def test_conflicts_are_most_prominent_then_many_sources(warehouse: duckdb.DuckDBPyConnection) -> None:
    order = "CASE agreement WHEN 'conflict' THEN 0 WHEN 'round_equal' THEN 1 WHEN 'agree' THEN 2 ELSE 3 END"
    by_prominence = ask(
        warehouse, "SELECT figure_id FROM marts.figure_list ORDER BY prominence DESC, figure_id"
    )
    assert by_prominence == ask(
        warehouse, f"SELECT figure_id FROM marts.figure_list ORDER BY {order}, source_count DESC, figure_id"
    )


def test_what_is_searched_is_in_small_letters(warehouse: duckdb.DuckDBPyConnection) -> None:
    for view in ("figure_list", "statement_list", "document_list"):
        words = [word for (word,) in ask(warehouse, f"SELECT words FROM marts.{view}")]
        assert words and all(word == word.lower() and word for word in words)
