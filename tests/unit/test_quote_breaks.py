"""A sentence that ends in an abbreviation's point or an omission is no part of the quotation behind it."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract


def rows(text: str) -> list[tuple[str, str, str | None]]:
    ((found),) = (record.quotes for record in extract([SourceText("d", text)]))
    return [(q.kind, q.surface, q.speaker_surface) for q in found]


@pytest.mark.parametrize(
    ("before", "marked", "behind", "speaker"),
    [
        ("The firm opened two plants in the U.S.", "It is the right place to grow,",
         "said Maria Keller.", "Maria Keller"),
        ("The gates open at 6 p.m.", "We expect a crowd,", "Maria Keller said.", "Maria Keller"),
        ("He joined the crew of Harbour Lines Inc.", "They treated me well,", "Brandt said.", "Brandt"),
        ("The court heard from Robert T.", "He was never there,", "said Maria Keller, a neighbour.",
         "Maria Keller"),
        ("The talks went on and on …", "Nobody wanted to leave,", "said Maria Keller.", "Maria Keller"),
        ("The talks went on and on...", "Nobody wanted to leave,", "said Maria Keller.", "Maria Keller"),
        ("Keller runs Brandt & Co.", "Wait and see,", "she said.", "she"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("marks", ["“”", '""'])
def test_sentence_before_stays_outside(
    before: str, marked: str, behind: str, speaker: str, marks: str
) -> None:
    text = f"{before} {marks[0]}{marked}{marks[1]} {behind}"
    assert rows(text) == [("direct", marked, speaker)]


def test_what_was_reported_ends_with_its_sentence() -> None:
    text = "Brandt said he was tired of the U.S. “I want to go home,” he said."
    assert [row[:2] for row in rows(text)] == [
        ("indirect", "he was tired of the U.S."),
        ("direct", "I want to go home,"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The U.S. “will not wait,” said Maria Keller.", "The U.S. “will not wait,”"),
        ("Brandt Inc. “won’t pay a cent,” Keller said.", "Brandt Inc. “won’t pay a cent,”"),
        ("He wrote that the U.S. “must act” soon.", "that the U.S. “must act” soon"),
        ("Keller said the U.S. “Clean Ports Act” needs work.", "the U.S. “Clean Ports Act” needs work"),
        ("The vote in the U.S. “was rigged,” Brandt said.", "The vote in the U.S. “was rigged,”"),
    ],
)
def test_abbreviation_within_a_sentence(text: str, said: str) -> None:
    assert said in [surface for _, surface, _ in rows(text)]
