"""Passives, -ing clauses, cue clauses with an aside, and who speaks where the parse looks the wrong way."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.marks import carried_over
from pipelines.model import Quote


def rows(text: str) -> list[Quote]:
    ((quotes),) = (record.quotes for record in extract([SourceText("d", text)]))
    return quotes


def spoken(text: str) -> list[tuple[str, str | None]]:
    return [(q.surface, q.speaker_surface) for q in rows(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # An -ing clause right behind its cue is what was said; behind another word it is not.
        ("The harbour master denied taking money from the ferry line.",
         [("taking money from the ferry line", "The harbour master")]),
        ("Olga Brandt suggested closing the bridge for a week.",
         [("closing the bridge for a week", "Olga Brandt")]),
        ("Olga Brandt reported to the crew standing by.", []),
        # A passive without an agent has a source that nobody names.
        ("The ferry captain has been accused of sleeping on duty.", [("sleeping on duty", None)]),
        ("The plan was widely criticized as reckless.", [("reckless", None)]),
        ("It was announced on Monday that the bridge would close.", [("that the bridge would close", None)]),
        ("The story was first reported by the Lindow Herald.", [("The story", "Lindow Herald")]),
        ("The bridge was opened on Monday.", []),
        # Cue clauses set off by commas: the speaker's own preposition, a second subject, an as-clause.
        ("The delay, officials in Lindow say, will cost millions.",
         [("The delay", "officials in Lindow"), ("will cost millions", "officials in Lindow")]),
        ("As Olga Brandt told the Lindow Herald, the river rose by two metres.",
         [("the river rose by two metres", "Olga Brandt")]),
        ("Farmers — and some fishermen — say that the dam is too low.",
         [("that the dam is too low", "Farmers")]),
        ("The board has learned that according to a letter made public last night, the dam is cracked.",
         [("the dam is cracked", "a letter")]),
        # A thing that “it” stands for says nothing inside what somebody says.
        ("Olga Brandt said it shows that the dam is cracked.",
         [("it shows that the dam is cracked", "Olga Brandt")]),
    ],
)  # fmt: skip
def test_reported_without_marks(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("text", "quoted", "name"),
    [
        ("Marta Stone warned of floods.\nAdded Stone: “It will be a very long winter for all of us.”",
         "It will be", "Marta Stone"),
        ("“The dam will hold for years,” he said at a meeting, and then added: “We do think so.”",
         "We do", None),
        ("The mayor sent an email to supporters stating, “The dam is safe and will be so for years.”",
         "The dam is", None),
        ("Olga Brandt posted a message on Facebook reading “Thank you all, it was a great day.”",
         "Thank you", "Olga Brandt"),
        ("Then Olga Brandt said, and I quote, “We love the rain and the wind.”", "We love", "Olga Brandt"),
        ("The clerk refused to answer but said there was no meeting planned, adding: “If so, we will come.”",
         "If so", None),
        ("Olga Brandt said the mayor had asked for help.\n“We are doing all we can for the people here.”",
         "We are", "Olga Brandt"),
        ("As Olga Brandt wrote, the council was refusing to call the fire a crime:\n"
         "“The council is still reluctant to use the word for what we all saw.”", "reluctant", "Olga Brandt"),
        ("Olga Brandt named her film. “‘Winter of Stones,’” she said, “although I never saw it all!”",
         "although", "Olga Brandt"),
        ('Sen. Olga Brandt (D-Ohio):"I have not heard anyone else say that the dam is safe."', "I have",
         "Olga Brandt"),
    ],
)  # fmt: skip
def test_speaker(text: str, quoted: str, name: str | None) -> None:
    row = next(q for q in rows(text) if quoted in q.surface and q.kind == "direct")
    assert row.speaker_name == name
    assert row.speaker_surface not in (None, "supporters", "Facebook", "Winter of Stones", "there")


def test_told_to_somebody() -> None:
    """“…,” he was told: he is not who said it."""
    (row,) = rows("“Go home and come back in a week with your papers,” he was told.")
    assert row.speaker_surface is None


def test_left_open_and_closed_a_line_later() -> None:
    text = (
        'After the match Hugo Arendt, the coach, said, "We have learned a lot today.\n'
        'It was a hard game. The team was able to focus better."\nThe league goes on.'
    )
    first, second = rows(text)
    assert second.surface.startswith("It was a hard game.") and second.surface.endswith("better.")
    assert second.speaker_name == first.speaker_name == "Hugo Arendt"
    assert second.quotation_id == first.quotation_id


def test_a_name_under_a_quotation_is_no_speech() -> None:
    text = 'The dam is old.\n"I worry that we may see a flood.\nHugo Arendt, Institute of Dams."\nSo it goes.'
    assert not any(q.surface.startswith("Hugo") for q in rows(text))


@pytest.mark.parametrize(
    ("text", "end"),
    [('It was hard." Then he left.', 13), ("It was hard.” Then", 13), ('He said "no" twice.', None),
     ("“It was hard.”", None), ("It was hard.", None), ('"', None), ('It was 6" long', None), ("", None)],
)  # fmt: skip
def test_carried_over(text: str, end: int | None) -> None:
    found = carried_over(text)
    assert (found and found.end) == end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Olga Brandt referred to him as “the devil” on Monday.", "him as “the devil”"),
        ("Papers portray her run as a “working-class” rebellion against the rich.",
         "her run as a “working-class” rebellion against the rich"),
    ],
)  # fmt: skip
def test_words_around_a_stretch(text: str, expected: str) -> None:
    assert [q.surface for q in rows(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # A question has whoever asked it, not who answers in the next sentence.
        ("Olga Brandt was asked, “Did you know of the crack?” She answered, “I had no idea of it.”", None),
        ("“Did you know of the crack?” Olga Brandt asked, “or did you not?”", "Olga Brandt"),
        # A name with a long aside behind it.
        ("“It is a very good dam,” Olga Brandt, the head of the board and a guest of the lakes, said.",
         "Olga Brandt"),
    ],
)  # fmt: skip
def test_first_speaker(text: str, name: str | None) -> None:
    assert rows(text)[0].speaker_name == name


@pytest.mark.parametrize(
    "text",
    [
        "Posters hung there: “Stop the new dam, yes to our plan” (2008) — “Free water for all?” (2010).",
        "It was late, Olga Brandt told “Lake and Friends,” a show on the radio.",
    ],
)
def test_names_in_marks_are_no_quotes(text: str) -> None:
    assert all("“" not in q.surface and q.kind == "indirect" for q in rows(text))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("” … she delivered all that she had promised to the people,” Brandt wrote.", "… she delivered"),
        ('"“If I were asked, I would want answers from all of them,” Brandt said.', "If I were"),
    ],
)
def test_odd_marks(text: str, start: str) -> None:
    assert any(q.surface.lstrip("“").startswith(start) for q in rows(text) if q.kind == "direct")


def test_a_name_in_use_is_nobodys_word() -> None:
    for text in (
        "What the wall is made of is called “reinforced concrete.”",
        "It is now called “the old dam.”",
    ):
        assert all(q.cue not in ("called", "is called") for q in rows(text))
