"""Pairing of quotation marks, style by style."""

from __future__ import annotations

import pytest

from pipelines.extract.marks import scan, single_marks_lead


def inner(text: str, *, with_single: bool = False, depth: int = 0) -> list[str]:
    return [
        text[s.inner_start : s.inner_end] for s in scan(text, with_single=with_single) if s.depth == depth
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"We will go," she said.', ["We will go,"]),
        ("“We will go,” she said.", ["We will go,"]),
        ("''We will go,'' she said.", ["We will go,"]),
        ("``We will go,'' she said.", ["We will go,"]),
        ("„Wir gehen“, sagte sie.", ["Wir gehen"]),
        ("«Nous partons», dit-elle.", ["Nous partons"]),
        ("« Nous partons », dit-elle.", ["Nous partons"]),
        ("»Wir gehen«, sagte sie.", ["Wir gehen"]),
        ("“One,” he said. “Two.”", ["One,", "Two."]),
        ('“Curly opens, straight closes," he said.', ["Curly opens, straight closes,"]),
        ("It is done.”said the envoy “again”.", ["again"]),
        ("“It is done.”said the envoy.", ["It is done."]),
        ("He is 6'2\" tall and “happy”.", ["happy"]),
        ('A 27" screen cost “nothing”.', ["nothing"]),
        ('<a href="x.html" class="y">He said "no"</a>', ["no"]),
        ("“[We] will [soon] go”", ["[We] will [soon] go"]),
        ('He said, "... we will go."', ["... we will go."]),
        ("no marks at all", []),
        ("““””", []),
    ],
)
def test_styles(text: str, found: list[str]) -> None:
    assert inner(text) == found


def test_an_open_mark_costs_its_paragraph_only() -> None:
    (only,) = scan("“We go on in the next paragraph")
    assert not only.is_closed and only.inner_end == len("“We go on in the next paragraph")


def test_a_mark_that_opens_anew_ends_the_one_left_open() -> None:
    assert inner('"We will go, she said. "Soon."') == ["We will go, she said.", "Soon."]


def test_an_odd_mark_around_closed_ones_is_a_slip() -> None:
    assert inner('He wrote " and then “yes” and “no”.') == ["yes", "no"]


def test_marks_inside_marks() -> None:
    text = "“She told me ‘never again’ and left,” he said."
    assert inner(text, depth=0) == ["She told me ‘never again’ and left,"]
    assert inner(text, depth=1) == ["never again"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("‘We will go,’ she said.", ["We will go,"]),
        ("'We will go,' she said.", ["We will go,"]),
        ("The workers' rights and the dogs' tails.", []),
        ("‘The workers’ rights come first,’ she said.", ["The workers’ rights come first,"]),
        ("'Tis the season, 'til the '90s, rock 'n' roll.", []),
        ("The so-called ‘experts’ left.", ["experts"]),
        ("It’s Ann’s and it isn’t Bob’s.", []),
    ],
)
def test_single_marks(text: str, found: list[str]) -> None:
    assert inner(text, with_single=True) == found


def test_the_style_of_a_document() -> None:
    british = ["‘We will go at once,’ she said.", "The “end” came. ‘I do not know why,’ he said."]
    assert single_marks_lead(british)
    assert not single_marks_lead(["“We will go at once,” she said.", "It’s the workers’ day."])
