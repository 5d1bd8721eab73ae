"""Classes of errors found by reading published rows, each with a case that must stay as it is."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Quote


def rows(text: str) -> list[Quote]:
    ((found),) = (record.quotes for record in extract([SourceText("d", text)]))
    return found


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        ("Maria Keller is, in the words of a former aide, “the lantern” of her movement.",
         "the lantern", "a former aide"),
        ("“The lantern,” in the words of Paul Brandt, came home.", "The lantern,", "Paul Brandt"),
        ("In the words of Paul Brandt, the plan is “dead on arrival.”", "dead on arrival.", "Paul Brandt"),
        ("She is, in Brandt’s words, “a force of nature.”", "a force of nature.", "Brandt"),
    ],
)  # fmt: skip
def test_in_the_words_of(text: str, said: str, speaker: str) -> None:
    (row,) = rows(text)
    assert (row.kind, row.surface, row.speaker_surface) == ("direct", said, speaker)


def test_words_of_report_nothing_without_marks() -> None:
    assert rows("In the words of the song, we shall overcome.") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Velden Herald printed it. The newspaper said the mayor had resigned.", "Velden Herald"),
        ("The Velden Herald printed it. The Lindow newspaper said the mayor had resigned.", None),
        ("The Velden Herald asked. The Brandt campaign said the mayor had resigned.", None),
    ],
)
def test_a_body_with_a_name_of_its_own_is_not_the_last_one_named(text: str, name: str | None) -> None:
    assert rows(text)[-1].speaker_name == name


def test_a_compound_is_not_cut() -> None:
    (row,) = rows("Brandt referred to the mayor as “our best striker” for the self-described rebels.")
    assert row.surface.endswith("the self-described rebels")


def test_a_name_that_a_thing_is_called_ends_before_the_verb() -> None:
    assert rows("A super PAC called Our Harbour is ramping up its work in Velden.") == []
    (row,) = rows("Critics called the plan dead.")
    assert row.surface == "the plan dead"


def test_a_cue_that_hangs_on_another_verb_sets_nothing_off() -> None:
    text = (
        "According to the Velden Herald, those documents reveal the council has asked shops, banks, and even "
        "schools for money."
    )
    assert "According to the Velden Herald" not in [row.surface for row in rows(text)]
    assert [row.surface for row in rows("The plan, a source said, is to wait.")] == ["The plan", "is to wait"]


def test_what_only_points_elsewhere_is_not_said() -> None:
    assert rows("That’s according to early results of a poll.") == []
    assert rows("It was, he said, one of the worst floods in years.")[0].surface == "It was"
