"""Where a reported clause begins and ends, and the features that tell a quote from other words in marks."""

from __future__ import annotations

import pytest

from pipelines.extract import names, scare
from pipelines.extract.context import Context, Paragraph
from pipelines.extract.cues import cue_forms, cue_table
from pipelines.extract.extractor import SourceText, extract, lines
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.quotes import Reading
from pipelines.reference import read_table


def found(text: str) -> list[tuple[str, str]]:
    ((quote_rows),) = (row.quotes for row in extract([SourceText("d", text)]))
    return [(q.kind, q.surface) for q in quote_rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "If the river rises, Anna Keller said, “we shall close the bridge.”",
            [("indirect", "If the river rises"), ("direct", "we shall close the bridge.")],
        ),
        (
            "In Lindow, Anna Keller said, “we shall close the bridge.”",
            [("direct", "we shall close the bridge.")],
        ),
        (
            "The villagers, Anna Keller said, would “mend what is broken” and “build what is lost” by May.",
            [("indirect", "The villagers"),
             ("mixed", "would “mend what is broken” and “build what is lost” by May")],
        ),
        (
            "Still, Anna Keller said, the bridge needs a new roof.",
            [("indirect", "the bridge needs a new roof")],
        ),
        (
            "Anna Keller called for the director to resign.",
            [("indirect", "the director to resign")],
        ),
        (
            "Anna Keller called on the council to mend the bridge.",
            [("indirect", "the council to mend the bridge")],
        ),
        (
            "Anna Keller told the workers to mend the bridge.",
            [("indirect", "to mend the bridge")],
        ),
        (
            "Anna Keller warned in a letter that the bridge could fall.",
            [("indirect", "that the bridge could fall")],
        ),
        (
            "Anna Keller later joked that the bridge had been quicker to fall than to build.",
            [("indirect", "that the bridge had been quicker to fall than to build")],
        ),
        (
            "The towns, which reported heavy losses, closed their schools.",
            [],
        ),
    ],
)  # fmt: skip
def test_what_a_cue_reports(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("form", "verb"),
    [("joked", "joke"), ("conceded", "concede"), ("applauding", "applaud"), ("slammed", "slam"),
     ("replies", "reply"), ("said", "say"), ("wrote", "write"), ("agreed", "agree")],
)  # fmt: skip
def test_the_forms_of_a_cue_verb(form: str, verb: str) -> None:
    assert cue_forms()[form] == verb


def test_a_form_of_another_verb_is_none_of_a_cue_verb() -> None:
    assert not {"posing", "hopped", "gripped", "braced"} & cue_forms().keys()
    assert set(cue_forms().values()) == set(cue_table())


def features(text: str) -> list[list[str]]:
    """The features of each stretch of a text, in order."""
    spans = list(lines(text))
    docs = parse((text[a:b] for a, b in spans), load_model())
    paragraphs = [Paragraph(n, "body", a, next(docs)[:]) for n, (a, _) in enumerate(spans)]
    ctx = Context("d", text, paragraphs)
    reading = Reading(ctx, names.find_mentions(ctx))
    reading.rows()
    return [own for _, _, own in reading.state.evidence]


HOLDS = {
    "repeated": "The “people’s bridge” fell. No other town had a “people’s bridge” of its own.",
    "in_company": "The words “green” and “free” stood on the bridge.",
    "cue_adjacent": "Anna Keller said “never again” on Friday.",
    "cue_far": "Anna Keller said that in all her years at the town hall she had seen “much worse” than that.",
    "first_adjective": "The city sent its “great experts” on Friday.",
    "only_name": "Everybody calls the bridge “Lindow” today.",
    "speaker_person": "Anna Keller said “never again” on Friday.",
    "title_by_no_speaker": "“The Long Bridge” opens on Friday.",
    "short_by_cue_before": "Anna Keller said “never again” on Friday.",
    "long_by_cue_before": "Anna Keller said: “We will never again build a bridge of wood.”",
    "named_just_before": "They saw the film “The Long Bridge” on Friday.",
    "words_1": "The city sent its “experts” on Friday.",
    "finite_verb": "Anna Keller said: “The bridge is safe.”",
    "verb_call": "Anna Keller called the bridge “a disgrace” on Friday.",
}
PLAIN = "The council met on Friday for a “walk over the old stones” in the rain."


@pytest.mark.parametrize("feature", sorted(HOLDS))
def test_a_feature_holds_and_does_not(feature: str) -> None:
    assert any(feature in own for own in features(HOLDS[feature]))
    assert not any(feature in own for own in features(PLAIN))


def test_every_feature_has_a_weight_and_a_meaning_once() -> None:
    rows = read_table("scare_features", ("feature", "weight", "meaning"))
    listed = [row["feature"] for row in rows]
    assert listed == sorted(set(listed)) and all(row["meaning"] and float(row["weight"]) < 9 for row in rows)
    known = set(listed)
    assert {f for f in HOLDS if f not in known} <= {"only_name"}


def test_more_against_than_for_a_quote() -> None:
    (nobodys,) = features("The film “The Long Bridge” opens on Friday.")
    (spoken,) = features("“We shall mend the bridge,” said Anna Keller.")
    assert scare.probability(nobodys) < scare.THRESHOLD < scare.probability(spoken)
    assert scare.reason(nobodys) in nobodys


@pytest.mark.parametrize("dateline", ["VELDEN (AP) — ", "VELDEN, May 4 (AP) - ", "VELDEN, May 4 (Ostrel) – "])
def test_a_dateline_is_nobody_s_words(dateline: str) -> None:
    (found,) = extract(
        [SourceText("d", f"{dateline}The bridge will stay shut until June, Anna Keller said.")]
    )
    assert [q.surface for q in found.quotes] == ["The bridge will stay shut until June"]


@pytest.mark.parametrize("amount", ["less", "something", "volumes"])
def test_how_telling_a_thing_is_is_nobody_s_words(amount: str) -> None:
    text = f"The retreat says {amount} about the valley that the generals would rather keep quiet."
    (found,) = extract([SourceText("d", text)])
    assert found.quotes == []


def test_a_participle_that_answers_leaves_the_words_to_the_main_verb() -> None:
    text = "Mayor Anna Keller confirmed the closure, responding to a question about the old bridge."
    (found,) = extract([SourceText("d", text)])
    assert [(q.surface, q.cue) for q in found.quotes] == [("the closure", "confirmed")]


def test_words_above_and_before_say_whether_somebody_speaks() -> None:
    (chant,) = features("The crowd broke into chants of “Lindow, Lindow” on Friday.")
    (street,) = features("The bridge stands near the square at “Lindow, Lindow” on Friday.")
    low, high = (next(name for name in own if name.startswith("reported_")) for own in (street, chant))
    assert low < high


def test_every_reported_word_has_one_weight() -> None:
    rows = read_table("reported_words", ("place", "word", "weight"))
    listed = [(row["place"], row["word"]) for row in rows]
    assert listed == sorted(set(listed)) and {place for place, _ in listed} == {
        "above",
        "before",
        "bias",
        "verb",
    }


def test_the_steps_of_the_sum_end_at_both_sides() -> None:
    assert [scare.reported_step(x) for x in (-99.0, 0.0, 0.7, 99.0)] == [
        "reported_0",
        "reported_4",
        "reported_5",
        "reported_8",
    ]
