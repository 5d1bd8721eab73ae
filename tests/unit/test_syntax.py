"""What a paragraph's parse as lists says is what spaCy says of the same tokens."""

from __future__ import annotations

from itertools import combinations

import pytest

from pipelines.extract.context import Paragraph
from pipelines.extract.lexemes import lex
from pipelines.extract.nlp import load_model, parse

_TEXTS = (
    "Anna Berg, mayor of the port of Elm, and her deputy said the harbour's new pier had cost $4.5 million.",
    "Who paid? Nobody knows. The ferry, late again, left Elm at 9 a.m. with 40 people aboard.",
)


@pytest.fixture(scope="module")
def paragraphs() -> list[Paragraph]:
    """Each text parsed, as if 100 characters stood before it."""
    return [Paragraph(0, "body", 100, doc[:]) for doc in parse(_TEXTS, load_model())]


def test_the_root_of_every_span_is_spacys(paragraphs: list[Paragraph]) -> None:
    for paragraph in paragraphs:
        for first, end in combinations(range(len(paragraph.span) + 1), 2):
            assert paragraph.syntax.root(first, end) == paragraph.span[first:end].root.i


def test_touched_tokens_are_those_that_spacy_expands_to(paragraphs: list[Paragraph]) -> None:
    for paragraph in paragraphs:
        doc, size = paragraph.span.doc, len(paragraph.text)
        for start in range(0, size - 1, 3):
            for end in range(start + 1, size, 5):
                first, last = paragraph.syntax.touched(100 + start, 100 + end)
                touched = [t.i for t in doc if t.idx < end and t.idx + len(t) > start]
                assert list(range(first, last)) == touched


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Half of 1.5 km²", "word word digits word"),
        ("½ cup, 10 000 units", "digits word mark digits word"),
        ("1.2 x 10^6 or 3e5 at .5", "digits word digits word digits"),
        ("don’t: Ⅷ, 10⁵ …", "word mark word mark digits mark"),
    ],
)
def test_lexemes_say_what_they_are_and_where(text: str, kinds: str) -> None:
    found = lex(text)
    assert " ".join(lexeme.kind for lexeme in found) == kinds
    assert all(text[x.start : x.end] == x.text and x.text.lower() == x.lower for x in found)


def test_lexemes_write_their_numbers() -> None:
    written = "½ 10 000,5 1.2 x 10^6 3e5 .5 10⁵ 1,234,567 1.2.3"
    assert [x.value for x in lex(written)] == [0.5, 10000.5, 1.2e6, 3e5, 0.5, 1e5, 1234567.0, None]
