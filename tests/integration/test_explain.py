"""`dateline explain`: a row, what it rests on, and each source's sentence with the span marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import duckdb
import pytest
from views_rows import claim, document, fill, quote, sentence

from pipelines.explain import ExplainError, explain
from pipelines.model import (
    Document,
    Entity,
    Figure,
    FigureClaim,
    FigureDateCheck,
    IdRedirect,
    Ruling,
    Sentence,
    Statement,
    StatementQuote,
    Story,
)
from pipelines.report import print_explanation
from pipelines.warehouse.schema import create_schema

FIRST = "A mast fell. The storm hurt 12 people,\x1b[31m the mayor said. It is over."
SECOND = "“The storm is gone. We can breathe,” said Ana Ruiz. About 10 people were hurt."


def text_of(doc: Document, text: str) -> Document:
    return replace(doc, text=text, char_count=len(text))


def sentences(doc: str, text: str, *ends: str) -> list[Sentence]:
    made, start = [], 0
    for end in ends:
        stop = text.index(end) + len(end)
        made.append(
            replace(sentence(f"{doc}-{stop}", doc, text[start:stop]), start_char=start, end_char=stop)
        )
        start = stop + 1
    return made


def span(text: str, words: str) -> dict[str, int]:
    return {"start_char": text.index(words), "end_char": text.index(words) + len(words)}


@pytest.fixture
def release() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_schema(connection)
    said = "The storm is gone. We can breathe,"
    fill(
        connection,
        [
            text_of(document("d1", outlet="o1", label="Herald", day=4), FIRST),
            text_of(document("d2", outlet="o2", label="Wire", day=3), SECOND),
            *sentences("d1", FIRST, "fell.", "said.", "over."),
            *sentences("d2", SECOND, "gone.", "Ruiz.", "hurt."),
            Story(story_id="story1", label="The storm"),
            Entity(entity_id="e1", name="Ana Ruiz", entity_type="person"),
            replace(
                claim("c1aaaa", "d1", 12, noun="people", figure_id="f1aaaa", source_surface="the mayor"),
                surface="12",
                **span(FIRST, "12"),
            ),
            replace(
                claim("c2aaaa", "d2", 10, noun="people", bound="about", figure_id="f1aaaa"),
                surface="About 10",
                **span(SECOND, "About 10"),
            ),
            Figure(figure_id="f1aaaa", story_id="story1", label="injured", low=10.0, best=12.0, high=12.0),
            FigureClaim(figure_id="f1aaaa", claim_id="c1aaaa", relation="same", evidence="same noun"),
            FigureClaim(figure_id="f1aaaa", claim_id="c2aaaa", relation="same", evidence="about allows it"),
            replace(
                quote("q1aaaa", "d2", said, speaker_entity_id="e1", statement_id="s1aaaa"),
                **span(SECOND, said),
            ),
            Statement(statement_id="s1aaaa", representative_quote_id="q1aaaa", speaker_entity_id="e1"),
            Statement(statement_id="s1bbbb", representative_quote_id="q1aaaa"),
            StatementQuote(statement_id="s1aaaa", quote_id="q1aaaa", **span(SECOND, "We can breathe,")),
            IdRedirect(table_name="figures", old_id="f0aaaa", new_id="f1aaaa", since_run_id="r"),
            Ruling(
                ruling_id="x", kind="correct_claim", row_key="c1aaaa", field="value", value="12",
                ruled_by="ann", ruled_at=datetime(2031, 5, 6), why="read it", status="in_force",
            ),
        ],
    )  # fmt: skip
    return connection


def test_a_figure_shows_every_source_with_its_span(release: duckdb.DuckDBPyConnection) -> None:
    found = explain(release, "figure", "f1aaaa")
    assert [(p.source_label, p.sentence[p.mark_start : p.mark_end], p.evidence) for p in found.passages] == [
        ("Wire", "About 10", "about allows it"),
        ("Herald", "12", "same noun"),
    ]
    assert found.passages[1].sentence == "The storm hurt 12 people,\x1b[31m the mayor said."
    assert found.passages[1].given_by == "the mayor"
    assert found.names == {"story_id": "The storm"}


def test_a_figure_tells_what_dates_say_of_it(
    release: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(release, "figure", "f1aaaa").date_checks == []
    row = FigureDateCheck(
        figure_id="f1aaaa", claim_id="c1aaaa", sentence_id="s", document_id="d1", **span(FIRST, "It is over"),
        verdict="conflict", evidence="stated 4 month; from 2030-12-12 to 2031-09-15: 277 days",
    )  # fmt: skip
    fill(release, [row])
    told = "conflict: “It is over” (Herald); stated 4 month; from 2030-12-12 to 2031-09-15: 277 days"
    assert explain(release, "figure", "f1aaaa").date_checks == [told]
    print_explanation(explain(release, "figure", "f1aaaa"))
    assert f"against dates: {told}" in capsys.readouterr().out
    release.execute("DROP TABLE main.figure_date_checks")
    assert explain(release, "figure", "f1aaaa").date_checks == []


def test_a_part_of_a_quote_is_marked_and_its_sentences_shown(release: duckdb.DuckDBPyConnection) -> None:
    passage = explain(release, "statement", "s1aaaa").passages[0]
    assert passage.sentence[passage.mark_start : passage.mark_end] == "We can breathe,"
    whole = explain(release, "quote", "q1aaaa")
    assert whole.passages[0].sentence == "“The storm is gone. We can breathe,” said Ana Ruiz."
    assert whole.names["speaker_entity_id"] == "Ana Ruiz"
    assert whole.wider == ("statement", "s1aaaa")


def test_an_id_may_be_short_or_old(release: duckdb.DuckDBPyConnection) -> None:
    assert explain(release, "figure", "F1AA").row_id == "f1aaaa"
    old = explain(release, "figure", "f0aa")
    assert (old.row_id, old.redirected_from) == ("f1aaaa", "f0aaaa")


def test_rulings_on_the_row_are_told(release: duckdb.DuckDBPyConnection) -> None:
    (ruling,) = explain(release, "claim", "c1aaaa").rulings
    assert ruling == "correct_claim value = 12, by ann on 2031-05-06: read it (in_force)"


@pytest.mark.parametrize(
    ("kind", "row_id", "says"),
    [
        ("figure", "f1", "at least 4"),
        ("figure", "ffff", "no figure has this id"),
        ("statement", "s1aa' OR 1=1 --", "no statement"),
        ("opinion", "f1aaaa", "not one of figure, statement"),
    ],
)
def test_what_fits_nothing_says_so(
    release: duckdb.DuckDBPyConnection, kind: str, row_id: str, says: str
) -> None:
    with pytest.raises(ExplainError, match=says):
        explain(release, kind, row_id)


def test_an_id_that_fits_several_rows_lists_them(release: duckdb.DuckDBPyConnection) -> None:
    release.execute("INSERT INTO main.statements BY NAME SELECT 's1aabb' AS statement_id, 'q' AS "
                    "representative_quote_id, false AS speaker_is_inferred, 0 AS wording_count, 0 AS "
                    "outlet_count, 0 AS independent_source_count, '' AS run_id")  # fmt: skip
    with pytest.raises(ExplainError, match="s1aaaa, s1aabb"):
        explain(release, "statement", "s1aa")


def test_hostile_text_stays_text_in_print(
    release: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    print_explanation(explain(release, "claim", "c1aaaa"))
    shown = capsys.readouterr().out
    assert "The storm hurt [[12]] people,\\u001b[31m the mayor said." in shown
    assert "\x1b" not in shown
    assert "more: dateline explain figure f1aaaa" in shown
