"""The prompt of `dateline sql`: what Tab offers, when Enter sends, what a dot word does."""

from __future__ import annotations

from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from pipelines.prompt import Prompt, SqlCompleter, is_complete, private
from pipelines.settings import Home


@pytest.mark.parametrize(
    ("typed", "offered", "not_offered"),
    [
        ("from marts.quo", "marts.quote_feed", "main.quotes"),
        ("from quot", "main.quotes", "main.outlets"),
        ("from marts.search_q", "marts.search_quotes(words)", "marts.search_claims(words)"),
        ("from marts.quote_feed where spea", "speaker", "agreement"),
        ("sel", "select", "speaker"),
        (".col", ".columns", ".tables"),
        (".columns main.st", "main.stories", "main.quotes"),
        (".format j", "jsonl", "csv"),
    ],
)
def test_tab_offers_what_fits(empty, typed: str, offered: str, not_offered: str) -> None:
    found = [c.text for c in SqlCompleter(empty).get_completions(Document(typed), CompleteEvent())]
    assert offered in found
    assert not_offered not in found


@pytest.mark.parametrize(
    ("typed", "sends"),
    [("select 1", False), ("select 1;", True), (".tables", True), ("", True), ("quit", True)],
)
def test_enter_sends_a_finished_statement_alone(typed: str, sends: bool) -> None:
    assert is_complete(typed) is sends


def test_a_session_answers_and_says_an_error_in_one_line(empty, tmp_path: Path, capsys) -> None:
    prompt = Prompt(Home(tmp_path), "table", 100)
    prompt.answer(empty, ".format csv")
    prompt.answer(empty, "select 1 as one, '=1+1' as two;")
    assert capsys.readouterr().out == "one,two\n1,'=1+1\n"
    prompt.answer(empty, "select nothing;")
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    prompt.answer(empty, ".columns marts.quote_feed")
    prompt.answer(empty, ".nonsense")
    assert ".columns NAME" in capsys.readouterr().out


def test_the_history_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert private(tmp_path / "state" / "sql_history").stat().st_mode & 0o077 == 0
