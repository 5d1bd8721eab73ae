"""“Who” as the words that name a speaker: the name is whom it stands for, a person and never a place."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Quote


def rows(text: str) -> list[Quote]:
    ((found),) = (record.quotes for record in extract([SourceText("d", text)]))
    return found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Paul Brandt, leader of the opposition in Lower Saxony, who suggested the minister resign, left.",
         "Paul Brandt"),
        ("Paul Brandt, a lawyer from Germany, who said the dam was safe, walked out.", "Paul Brandt"),
        ("Among them was Hugo Arendt of France, who said the dam was safe.", "Hugo Arendt"),
        ("Anna Keller, Paul Brandt, Hugo Arendt and Olga Novak, who joked that the hall was cold, sang.",
         "Olga Novak"),
        ("Anna Keller and Paul Brandt, who said the hall was cold, went home.", "Anna Keller; Paul Brandt"),
        ("The firm, which said the dam was safe, went bankrupt.", None),
    ],
)  # fmt: skip
def test_who_is_a_person(text: str, name: str | None) -> None:
    (row,) = rows(text)
    assert row.speaker_name == name
    assert row.speaker_surface in ("who", "which")


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("They spoke to voters who said the economy was their top issue.", "voters"),
        ("They spoke to 10 voters who said the economy was their top issue.", None),
        ("She signed a lease that said the roof was sound.", None),
    ],
)
def test_unnamed_people_behind_who(text: str, role: str | None) -> None:
    (row,) = rows(text)
    assert (row.speaker_name, row.speaker_role) == (None, role)


def test_that_said_joins_sentences() -> None:
    assert rows("The plan failed. That said, the dam is safe.") == []
    (row,) = rows("That said, “the dam is safe,” the mayor said.")
    assert (row.kind, row.surface, row.speaker_surface) == ("direct", "the dam is safe,", "the mayor")
    (row,) = rows("The mayor said that said rules were void.")
    assert row.cue == "said"


def test_an_organisation_in_capitals_is_no_pronoun() -> None:
    text = (
        "Anna Keller, who leads the World Health Organization, came. The dam is safe, the WHO said on Monday."
    )
    assert [row.speaker_name for row in rows(text)] == ["World Health Organization"]
