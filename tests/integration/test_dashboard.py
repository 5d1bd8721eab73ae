"""The dashboard's logic, page by page, as Streamlit's own test runner sees it."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
sys.path.insert(0, str(Path(__file__).parents[1]))

import dashboard_homes
import hostile
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard import charts, markup, wording
from dashboard.filters import Filters
from dashboard.release import library
from pipelines.warehouse.ledger import Ledger

ROOT = Path(__file__).parents[2]
PAGES = {
    "overview": "Overview",
    "figures": "Figures",
    "statements": "Statements",
    "people": "People",
    "places": "Map and timeline",
    "reader": "Reader",
    "quality": "Data quality",
}


def draw(home: Path, page: str, patch: pytest.MonkeyPatch, **address: str) -> AppTest:
    """A page of the dashboard on a deployment, opened at an address."""
    patch.setenv("DATELINE_HOME", str(home))
    test = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=90)
    # `switch_page` knows files only; these pages are functions, known by the hash of their address.
    test._page_hash = "" if page == "overview" else calc_hash(page)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def html_of(test: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in test.main if element.type == "html") + "\n".join(
        str(e.proto.body) for e in test.get("html")
    )


def query(home: Path, text: str) -> list[Any]:
    with library(str(home)).reading() as release:
        assert release is not None
        return [tuple(row.values()) for row in release.rows(text)]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_drawn(page: str, sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not checked as a page is drawn, for time.
    monkeypatch.setattr(charts, "spec", lambda chart: chart.to_dict(validate=True))
    test = draw(sample_home, page, monkeypatch)
    assert [error.message for error in test.exception] == []
    assert [title.value for title in test.title] == [PAGES[page]]
    assert test.header or page == "reader"


def test_a_filter_in_the_address_changes_the_table(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = draw(sample_home, "people", monkeypatch)
    one = draw(sample_home, "people", monkeypatch, speaker="Dmitry Peskov")
    before, after = (list(t.dataframe[-2].value["Speaker"]) for t in (whole, one))
    assert len(before) > 5
    assert after == ["Dmitry Peskov"]


def test_a_filter_changes_the_table_and_comes_off_again(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = draw(sample_home, "figures", monkeypatch)
    every = len(test.dataframe[0].value)
    test.text_input(key="text").set_value("displaced").run()
    assert list(test.dataframe[0].value["Category"]) == ["displaced"] * len(test.dataframe[0].value)
    assert 0 < len(test.dataframe[0].value) < every
    next(b for b in test.button if b.label == "Clear filters").click().run()
    assert len(test.dataframe[0].value) == every


def test_nothing_that_fits_says_what_to_do(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for page in ("overview", "figures", "statements", "people", "places", "reader"):
        test = draw(sample_home, page, monkeypatch, text="no such words anywhere")
        assert [error.message for error in test.exception] == []
        assert any("filters" in caption.value for caption in test.caption), page


def test_without_a_release_the_page_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = draw(tmp_path / "empty", "overview", monkeypatch)
    assert [error.message for error in test.exception] == []
    assert "dateline run" in test.code[0].value
    assert str(tmp_path / "empty") in test.code[0].value


def test_a_release_of_another_version_says_how_to_publish_it_anew(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = dashboard_homes.copy_home(sample_home, tmp_path / "old")
    with duckdb.connect(str(old / "current" / "dateline.duckdb")) as connection:
        connection.execute("DROP TABLE marts.filter_choices")
        connection.execute("DROP MACRO marts.views_version")
    test = draw(old, "figures", monkeypatch)
    assert [error.message for error in test.exception] == []
    assert "another version" in test.info[0].value
    assert "dateline run" in test.code[0].value


def test_a_figure_in_the_address_opens_its_sentences(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(figure, surface), *_] = query(
        sample_home,
        """SELECT f.figure_id, r.surface FROM marts.figure_list AS f JOIN marts.figure_reports AS r
           USING (figure_id) WHERE f.agreement = 'conflict' ORDER BY f.figure_id, r.claim_id""",
    )
    shown = html_of(draw(sample_home, "figures", monkeypatch, figure=figure))
    assert f"<mark>{markup.text(surface)}</mark>" in shown


def test_an_id_that_no_row_has_is_no_fault(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for page, name in (("figures", "figure"), ("statements", "statement"), ("reader", "document")):
        test = draw(sample_home, page, monkeypatch, **{name: "<script>0000'"})
        assert [error.message for error in test.exception] == []


@pytest.mark.parametrize(
    "table", ["sentences", "quotes", "numeric_claims", "entity_mentions", "scare_quotes"]
)
def test_what_was_found_bears_the_run_that_loaded_its_document(table: str, sample_home: Path) -> None:
    """The Reader and `explain` look for a document's rows where that run wrote them, and nowhere else."""
    found = query(
        sample_home,
        f"SELECT count(*) AS n, count(*) FILTER (WHERE t.run_id = d.run_id) AS same "
        f"FROM main.{table} AS t JOIN main.documents AS d USING (document_id)",
    )
    assert found[0][0] == found[0][1]
    assert found[0][0] > 0 or table == "scare_quotes"


def test_hostile_text_is_text_on_every_page(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = dashboard_homes.copy_home(sample_home, tmp_path / "home")
    dashboard_homes.make_hostile(home)
    read_as_markdown = ("markdown", "caption", "title", "header", "subheader", "info", "warning", "error")
    seen = ""
    for page in PAGES:
        test = draw(home, page, monkeypatch)
        assert [error.message for error in test.exception] == [], page
        shown = html_of(test)
        seen += shown
        styled = shown.replace(markup.STYLE, "")
        assert [found for found in hostile.in_html(styled) if found != "target=_blank"] == [], page
        for kind in read_as_markdown:
            for element in test.get(kind):
                assert not [
                    text for text in dashboard_homes.STRINGS if len(text) > 4 and text in element.value
                ]
    assert markup.text("<img src=x onerror=alert(1)>") in seen


def test_a_new_release_is_shown_and_the_old_file_closed(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = dashboard_homes.copy_home(sample_home, tmp_path / "home")
    test = draw(home, "people", monkeypatch)
    old = (home / "current").resolve()
    assert any(str(old) in path for path in open_files())
    dashboard_homes.add_release(
        home, "later", "UPDATE main.entities SET name = 'Ana Lopes' WHERE name = 'Dmitry Peskov'"
    )
    test.run()
    assert "Ana Lopes" in list(test.dataframe[-2].value["Speaker"])
    assert not any(str(old) in path for path in open_files())
    assert [toast.value for toast in test.toast] == ["A new release is out: this page shows it now."]


def open_files() -> list[str]:
    return [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]


def test_a_page_that_is_still_read_keeps_its_release(sample_home: Path, tmp_path: Path) -> None:
    home = dashboard_homes.copy_home(sample_home, tmp_path / "home")
    shelf = library(str(home))
    with shelf.reading() as old:
        assert old is not None
        dashboard_homes.add_release(home, "later")
        with shelf.reading() as new:
            assert new is not None
            assert new.release_id == "later"
            assert old.one("SELECT count(*) AS n FROM marts.speakers")["n"] > 0
    with pytest.raises(duckdb.ConnectionException):
        old.connection.execute("SELECT 1")


def test_a_release_reads_no_file_and_changes_nothing(sample_home: Path) -> None:
    with library(str(sample_home)).reading() as release:
        assert release is not None
        with pytest.raises(duckdb.PermissionException):
            release.rows("SELECT * FROM read_text('/etc/hostname')")
        with pytest.raises(duckdb.Error):
            release.rows("CREATE TABLE main.mine (i INTEGER)")


def test_a_ruling_is_recorded(sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = dashboard_homes.copy_home(sample_home, tmp_path / "home")
    [(quote, document)] = query(
        home, "SELECT quote_id, document_id FROM marts.quote_feed ORDER BY quote_id LIMIT 1"
    )
    test = draw(home, "reader", monkeypatch, document=document, row=quote)
    inputs = {element.label: element for element in test.text_input}
    inputs["Who said it"].set_value("Ana Lopes")
    inputs["Your name"].set_value("desk")
    inputs["Why"].set_value("the next line names her")
    next(b for b in test.button if b.label == "Record the ruling").click().run()
    assert [message.value for message in test.success]
    with closing(Ledger(home / "state" / "ledger.sqlite")) as ledger:
        [ruling] = ledger.rows("rulings", "row_key = ?", [quote])
    assert (ruling.kind, ruling.value, ruling.ruled_by) == ("correct_speaker", "Ana Lopes", "desk")
    assert ruling.why == "the next line names her"


def test_a_ruling_without_a_reason_is_not_recorded(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = dashboard_homes.copy_home(sample_home, tmp_path / "home")
    [(claim, document)] = query(
        home, "SELECT claim_id, document_id FROM marts.claim_feed ORDER BY claim_id LIMIT 1"
    )
    test = draw(home, "reader", monkeypatch, document=document, row=claim)
    next(b for b in test.button if b.label == "Record the ruling").click().run()
    assert [message.value for message in test.error]
    {element.label: element for element in test.text_input}["What it should be"].set_value("many")
    {element.label: element for element in test.text_input}["Why"].set_value("a test")
    next(b for b in test.button if b.label == "Record the ruling").click().run()
    assert [message.value for message in test.error] == ["This ruling cannot be made."]
    with closing(Ledger(home / "state" / "ledger.sqlite")) as ledger:
        assert ledger.rows("rulings", "row_key = ?", [claim]) == []


def test_pages_read_views_alone() -> None:
    for module in (ROOT / "dashboard").rglob("*.py"):
        text = module.read_text("utf-8")
        assert "main." not in text.replace("__main__.", ""), module
        assert "audit." not in text, module
        assert "unsafe_allow_html" not in text, module


def test_values_read_as_people_write_them() -> None:
    assert [wording.number(v) for v in (7.3e9, 1960.0, 1 / 3, 12.5, -2.0, None)] == [
        "7.3 billion", "1,960", "0.333", "12.5", "-2", "",
    ]  # fmt: skip
    assert wording.span(289e6, 403e6, "USD") == "USD 289 million to 403 million"
    assert wording.span(5, 7, None) == "5 to 7"
    assert wording.amount(43.0, "percent") == "43 %"
    assert wording.several(["A", "B", "C", "D", "E"]) == "A, B, C and 2 more"


def test_differences_mark_words_and_leave_other_words_alone() -> None:
    shown = markup.differences("The old bridge is gone for good", "The bridge is <b>lost</b> for good")
    assert shown == (
        "The <del>old</del> bridge is <del>gone</del> <ins>&lt;b&gt;lost&lt;/b&gt;</ins> for good"
    )
    assert markup.differences("The bridge is gone", "Nobody slept a wink") == "Nobody slept a wink"


def test_overlapping_stretches_are_all_drawn_and_no_character_is_lost() -> None:
    body = "He said <5 of 40 left> on Monday."
    spans = [
        markup.Stretch(8, 22, "quote", 1),
        markup.Stretch(9, 10, "claim", 1),
        markup.Stretch(14, 30, "name", 1, is_hit=True),
        markup.Stretch(30, 99, "name", 2),
    ]
    shown = markup.document(body, spans)
    assert '<span class="c q">5</span>' in shown
    assert '<span class="hit n q">' in shown
    import html
    import re

    plain = html.unescape(re.sub(r"<sup>.*?</sup>|<[^>]+>", "", shown))
    assert plain == body


def test_filters_bind_values_and_only_those_a_query_knows() -> None:
    where, values = Filters(text="x' OR 1=1", story="s").where(
        {"text": "label ILIKE $text", "since": "d >= $since"}
    )
    assert where == "(label ILIKE $text)"
    assert values == {"text": "x' OR 1=1"}
