"""What leaves a release: search, results in every form, exports, a story's page."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import hostile
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from views_rows import claim, document, fill, quote, sentence

from pipelines import report
from pipelines.export import ExportError, export
from pipelines.model import Entity, Figure, FigureClaim, Outlet, Statement, StatementQuote, Story
from pipelines.results import FormatError, write_result
from pipelines.search import find_marks, fold, search
from pipelines.story_page import StoryError, body, story_page
from pipelines.views.build import VERSION, create_views
from pipelines.views.macros import load_macros
from pipelines.views.upkeep import APPENDED
from pipelines.warehouse.schema import create_schema

WORDS = "The old bridge isn’t safe, José Müller and 1,200 others know"


def rows_of(number: int, text: str) -> list[object]:
    """A story of one report that carries `text` wherever a report carries words."""
    doc, said, line = f"d{number:03}", f"words {text} end", f"{text} 12 people {WORDS}."
    start = line.index("12 people")
    made = document(doc, outlet=f"o{number}", label=text, day=number % 28 + 1, story_id=f"st{number:03}")
    return [
        Outlet(outlet_id=f"o{number}", name=text, method="option"),
        replace(made, text=line, char_count=len(line), title=text, source_uri=text, word_count=9),
        replace(sentence(f"s{number}", doc, line), start_char=0, end_char=len(line)),
        Story(story_id=f"st{number:03}", label=text),
        Entity(entity_id=f"e{number}", name=text or "Nobody", entity_type="person"),
        replace(
            claim(f"c{number:03}", doc, 12, noun=text, figure_id=f"f{number:03}", sentence_id=f"s{number}"),
            surface="12",
            start_char=start,
            end_char=start + 2,
        ),
        Figure(figure_id=f"f{number:03}", story_id=f"st{number:03}", label=text, low=1.0, high=20.0,
               agreement="conflict"),
        FigureClaim(figure_id=f"f{number:03}", claim_id=f"c{number:03}", relation="same", evidence=text),
        replace(
            quote(f"q{number:03}", doc, said, speaker_name=text, speaker_entity_id=f"e{number}",
                  statement_id=f"t{number:03}", sentence_id=f"s{number}"),
            start_char=0, end_char=len(line),
        ),
        Statement(statement_id=f"t{number:03}", story_id=f"st{number:03}", speaker_entity_id=f"e{number}",
                  representative_quote_id=f"q{number:03}"),
        StatementQuote(statement_id=f"t{number:03}", quote_id=f"q{number:03}", start_char=0,
                       end_char=len(line)),
    ]  # fmt: skip


SHORT = [text for text in hostile.STRINGS if len(text) < 500]


@pytest.fixture(scope="module")
def release() -> duckdb.DuckDBPyConnection:
    """A release in which every hostile string stands everywhere, and one plain quote beside them."""
    connection = duckdb.connect()
    create_schema(connection)
    fill(connection, [row for number, text in enumerate(SHORT) for row in rows_of(number, text)])
    fill(connection, [document("plain", outlet=None, label="note.txt", day=None)])
    fill(connection, [quote("q-plain", "plain", WORDS, speaker_name="Ana Ruiz")])
    create_views(connection)
    return connection


def test_search_needs_every_word_and_minds_neither_capitals_nor_accents(release) -> None:
    for words in ("OLD bridge", "jose muller", "isn't", '"old bridge" ruiz', "1,200", "bridg", "%"):
        found = search(release, words, "quotes", 5)
        plain = [hit for hit in found.hits if hit.row_id == "q-plain"]
        assert bool(plain) == (words != "%"), words
    assert search(release, '"bridge old"', "quotes", 5).total == 0
    assert search(release, "bridge tunnel", "quotes", 5).total == 0
    assert search(release, ' "" ', "quotes", 5).total == 0


def test_a_phrase_comes_before_scattered_words_and_the_limit_says_what_it_hides(release) -> None:
    found = search(release, "12 people the", "documents", 3)
    assert len(found.hits) == 3
    assert found.total == len(SHORT)
    assert found.hits[0].is_phrase
    assert search(release, "people", "claims", 0).total >= sum("\0" not in text for text in SHORT)


def test_a_mark_is_where_the_word_stands() -> None:
    text = "Ｏ’Connor’s JOSÉ e\u0301t Straße İz"
    for word in ("jose", "o'connor", "straße", "et", "iz"):
        pattern = fold(word)[0]
        for start, end in find_marks(text, [pattern]):
            assert fold(text[start:end])[0] == pattern
    assert [text[a:b] for a, b in find_marks(text, ["jose"])] == ["JOSÉ"]
    assert find_marks("aaa", ["aa", "a"]) == [(0, 3)]


@pytest.mark.parametrize("kind", ["quotes", "claims", "documents"])
def test_nothing_searched_for_is_obeyed_and_no_hit_reaches_the_terminal_raw(release, kind, capsys) -> None:
    for text in SHORT:
        search(release, text, kind, 2)
    capsys.readouterr()
    report.print_found(search(release, "people" if kind != "quotes" else "words end", kind, 0))
    assert hostile.on_terminal(capsys.readouterr().out) == []


def test_the_macros_are_in_the_file_described_and_answer(release, tmp_path: Path) -> None:
    rows = release.execute(
        "SELECT function_name, comment FROM duckdb_functions() WHERE schema_name = 'marts' ORDER BY 1"
    ).fetchall()
    assert [name for name, _ in rows] == [*(macro.name for macro in load_macros()), APPENDED, VERSION]
    assert all(comment for _, comment in rows)
    found = release.execute("SELECT quote_id FROM marts.search_quotes('ruiz ' || ?)", ["bridge"]).fetchall()
    assert found == [("q-plain",)]


@pytest.mark.parametrize("output", ["csv", "json", "jsonl", "markdown"])
def test_results_are_well_formed_whatever_the_text(release, output: str, tmp_path: Path) -> None:
    query = """SELECT title, [title] AS many, {'a': title} AS one, 1.5::DECIMAL(4, 2) AS n,
               'nan'::DOUBLE AS x, published_on FROM main.documents WHERE document_id <> 'plain'
               ORDER BY document_id"""
    file = tmp_path / "out"
    write_result(release.execute(query), output, file=file)
    with file.open(encoding="utf-8", newline="") as handle:
        written = handle.read()
    if output == "csv":
        assert hostile.in_csv(written) == []
        assert len(list(csv.reader(io.StringIO(written, newline="")))) == len(SHORT) + 1
    elif output == "markdown":
        assert hostile.in_html(written) == []
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in written.splitlines()[:2]} == {7}
        assert len(written.splitlines()) >= len(SHORT) + 2
    else:
        lines = written.split("\n")[:-1]
        records = json.loads(written) if output == "json" else [json.loads(line) for line in lines]
        assert [record["title"] for record in records] == SHORT
        assert (records[0]["n"], records[0]["x"]) == (1.5, None)


def test_parquet_comes_back_as_it_was(release, tmp_path: Path, monkeypatch) -> None:
    query = "SELECT title, quote_id FROM marts.quote_feed WHERE quote_id <> 'q-plain' ORDER BY quote_id"
    write_result(release.execute(query), "parquet", file=tmp_path / "q.parquet")
    assert pq.read_table(tmp_path / "q.parquet")["title"].to_pylist() == SHORT
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    with pytest.raises(FormatError, match="--output"):
        write_result(release.execute(query), "parquet")


def test_an_export_holds_every_row_by_day_and_replaces_only_an_export(release, tmp_path: Path) -> None:
    folder = tmp_path / "away"
    counts = export(release, "r1", folder, "parquet")
    for name, count in counts.items():
        expected = release.execute(f"SELECT count(*) FROM {name}").fetchone()
        assert expected == (count,), name
    assert counts["main.quotes"] == len(SHORT) + 1
    quotes = ds.dataset(folder / "main.quotes", partitioning="hive").to_table()
    assert quotes.num_rows == counts["main.quotes"]
    assert all(part.name.startswith("ingest_date=") for part in (folder / "main.quotes").iterdir())
    with pytest.raises(ExportError, match="--replace"):
        export(release, "r1", folder, "parquet")
    assert set(export(release, "r2", folder, "csv", only=["quotes"], replace=True)) == {"main.quotes"}
    assert not (folder / "main.documents").exists()
    assert hostile.in_csv((folder / "main.quotes.csv").read_bytes().decode()) == []
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    with pytest.raises(ExportError, match="other files"):
        export(release, "r1", tmp_path / "mine", "csv", replace=True)
    with pytest.raises(ExportError, match="no table or view nothing"):
        export(release, "r1", tmp_path / "x", "csv", only=["nothing"])


def test_a_story_page_shows_text_as_text(release) -> None:
    for number, text in enumerate(SHORT):
        story = {"story_id": f"st{number:03}"} | dict.fromkeys(
            ("place", "event_on", "document_count", "source_count", "figure_count", "conflict_count",
             "statement_count")
        ) | {"label": text}  # fmt: skip
        shown = "\n".join(body(release, story, "r1"))
        assert hostile.in_html(shown) == [], text
        assert hostile.on_terminal(shown) == [], text
        assert "<mark>12</mark>" in shown


def test_a_story_page_asks_nothing_of_the_network_and_runs_nothing(release) -> None:
    page = story_page(release, "st000", "r1")
    assert "default-src 'none'" in page
    assert re.findall(r"<(?:script|img|link|iframe|object)|@import|url\(", page) == []
    with pytest.raises(StoryError, match="several"):
        story_page(release, "st", "r1")
    with pytest.raises(StoryError, match="no story"):
        story_page(release, "zz' OR 1=1 --", "r1")


def test_a_long_text_is_not_carried_away(release) -> None:
    long = "Before it all. " * 400
    fill(release, rows_of(999, long))
    page = "\n".join(body(release, {"story_id": "st999", "label": "x"} | dict.fromkeys(
        ("place", "event_on", "document_count", "source_count", "figure_count", "conflict_count",
         "statement_count")), "r1"))  # fmt: skip
    figures = page.split("<h2>Sources</h2>")[0].split("<table>")[1]
    assert "<mark>12</mark>" in figures
    assert len(re.sub(r"<[^>]*>", "", figures.split("<td>")[1].split("</td>")[0])) < 700
