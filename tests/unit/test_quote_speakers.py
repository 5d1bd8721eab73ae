"""Who speaks: the subject of a cue, and the words around a stretch that name its speaker."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.nlp import lemma_of
from pipelines.model import Quote


def quotes(text: str) -> list[Quote]:
    (found,) = extract([SourceText("d", text)])
    return found.quotes


def speaker_of(text: str, words: str) -> str | None:
    """The surface of the speaker of the one quote that holds `words` and starts last."""
    return [q for q in quotes(text) if words in q.surface][-1].speaker_surface


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        ("Anna Keller said the bridge was safe, adding that the trucks could return.",
         "trucks", "Anna Keller"),
        ("Anna Keller said the council had agreed and said it would pay.", "it would pay", "Anna Keller"),
        ("The mayor said the council agreed but did not say who would pay.", "who would pay", "The mayor"),
        ("Anna Keller denied the claim that work had stopped, saying the crew was busy.",
         "crew", "Anna Keller"),
        ("Anna Keller sent a letter to the council on Monday saying the bridge was safe.",
         "safe", "Anna Keller"),
        ("Anna Keller gave a speech blaming the council for the delay.", "the council", "Anna Keller"),
        ("LINDOW (AP) — Mayor Anna Keller told reporters that the bridge was safe.", "safe", "Anna Keller"),
        ("The debate was so dull that Anna Keller was moved to say, “We can all go home now.”",
         "home", "Anna Keller"),
    ],
)  # fmt: skip
def test_the_subject_of_a_cue(text: str, words: str, speaker: str) -> None:
    assert speaker_of(text, words) == speaker


def test_who_asked_is_not_who_answers() -> None:
    asked = [
        q for q in quotes("Asked whether the bridge was safe, Anna Keller nodded.") if "bridge" in q.surface
    ]
    assert all(q.speaker_name is None for q in asked)


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        ("“The bridge is safe for all of us.” Keller said.", "safe", "Keller"),
        ("“This is a wonderful day!” exulted Anna Keller of Lindow.", "wonderful", "Anna Keller"),
        ("“It is a fine bridge, all of you,” Keller assured the noisy crowd.", "fine", "Keller"),
        ("“It is a fine bridge,” Anna Keller, who had opposed it, said at the time.", "fine", "Anna Keller"),
        ("“It is a fine bridge,” Anna Keller, in a “Bridge Now” shirt, said on Monday.",
         "fine", "Anna Keller"),
        ("Keller spoke for an hour. “We will never close it,” when Novak attacked her, was the line.",
         "never", None),
        ("As the crowd grew, Anna Keller was clear in her answer: “We will never close it.”",
         "never", "Anna Keller"),
        ("Anna Keller promised “a formal vote” before winter: “We will let the people of Lindow decide.”",
         "decide", "Anna Keller"),
        ("“We will never give up our bridge.”\nAnna Keller, Bridge Institute.", "never", "Anna Keller"),
        ("“We will never give up our bridge.”\u00a0― Anna Keller", "never", "Anna Keller"),
        ("“It was like a wedding of a boat and a barn.”\nThat was how Anna Keller once described the bridge.",
         "wedding", "Anna Keller"),
        ("Anna Keller praised the work of the crew and the council: “They did it in May,” she said.",
         "May", "she"),
    ],
)  # fmt: skip
def test_the_words_around_a_stretch(text: str, words: str, speaker: str | None) -> None:
    found = [q for q in quotes(text) if words in q.surface]
    assert (
        [q.speaker_surface for q in found] == [speaker]
        if speaker
        else all(q.speaker_surface != "Novak" for q in found)
    )


def test_a_pronoun_is_not_who_was_spoken_about() -> None:
    text = "Anna Keller met the press.\n“Maria Novak never saw the plans and Ruth Berg did,” she said."
    assert quotes(text)[0].speaker_name == "Anna Keller"


def test_a_pronoun_is_not_who_it_speaks_to() -> None:
    text = "Paul Novak spoke.\nMark Berg asked Novak about it.\n“It was in May,” he told Berg."
    assert quotes(text)[-1].speaker_name == "Paul Novak"


def test_a_pronoun_goes_on_with_who_spoke_last() -> None:
    text = (
        "Paul Novak praised the bridge. “It is old and good,” he said. He compared it with those "
        "of Mark Berg and Peter Stein.\n“Nothing of the kind will be built again,” he said."
    )
    assert [q.speaker_name for q in quotes(text) if q.kind == "direct"] == ["Paul Novak", "Paul Novak"]


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("joked", "joke"),
        ("conceding", "concede"),
        ("hoped", "hope"),
        ("scoffed", "scoff"),
        ("quipped", "quip"),
    ],
)
def test_forms_of_cue_verbs(form: str, verb: str) -> None:
    assert lemma_of(form, "VBD" if form.endswith("ed") else "VBG") == verb


@pytest.mark.parametrize(
    ("opening", "asked", "name"),
    [
        ("Health Minister Anna Keller said the wells were closed.", "The health minister", "Anna Keller"),
        ("Health Minister Anna Keller said the wells were closed.", "The minister", "Anna Keller"),
        ("Health Minister Anna Keller said the wells were closed.", "The defence minister", None),
        (
            "Anna Keller, the minister of health, said the wells were closed.",
            "The health minister",
            "Anna Keller",
        ),
        ("Anna Keller, the epidemiologist, said the wells were closed.", "The mayor", None),
        (
            "Dutch Foreign Minister Anna Keller said the wells were closed.",
            "The Dutch minister",
            "Anna Keller",
        ),
    ],
)
def test_an_office_is_not_another_s(opening: str, asked: str, name: str | None) -> None:
    found = quotes(f"{opening}\n\n“They stay shut until the rains,” {asked[0].lower()}{asked[1:]} said.")
    assert [q.speaker_name for q in found if "rains" in q.surface] == [name]
