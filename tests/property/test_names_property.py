"""Any text at all: no exception, spans inside the text that say what they claim, never overlapping."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract import credits
from pipelines.extract.extractor import SourceText, extract
from pipelines.extract.name_links import bind_acronyms
from pipelines.extract.name_rules import Candidate, capitals, headed, patterns, trim
from pipelines.model import Mention, Segment
from pipelines.resolve.entities import resolve_entities
from pipelines.resolve.mention_rows import MentionRow

WORDS = st.sampled_from(
    ["The", "President", "of", "Russia", "Moscow", "said", "(UN)", "U.S.", "'s", "’s", "“", "”", "pro-Kyiv",
     "Jane", "Doe", "Jr.", "Ministry", "Defense", "and", "War", "Second", "Council", "on", "Trade",
     "Affairs", "Image:", "\n", ".", ",", "—", "É́ric", "İstanbul", "\u200b", "𝔘", "DEFENSE",
     "al-Qaeda", "1990", "$", "("]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join))
LABELS = st.sampled_from(["PERSON", "ORG", "GPE", "NORP"])
ROLES = st.sampled_from(["body", "title", "byline", "credit", "caption", "navigation", "footnote", "heading"])


@dataclass
class Piece:
    """A stretch of a byline over the whole text."""

    text: str
    role: str = "byline"
    paragraph: int = -1
    start: int = 0
    end: int = 0
    taken: list[Candidate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.end = len(self.text)


def mentions(text: str, segments: list[Segment] | None = None) -> list[Mention]:
    return next(extract([SourceText("d", text, segments)])).mentions


def check(text: str, found: list[Mention]) -> None:
    end = 0
    for mention in found:
        assert end <= mention.start_char < mention.end_char <= len(text)
        assert text[mention.start_char : mention.end_char] == mention.surface
        end = mention.end_char
        if mention.role_text is not None:
            assert text[mention.role_start_char : mention.role_end_char] == mention.role_text
            assert mention.role_end_char <= mention.start_char or mention.role_start_char >= mention.end_char  # type: ignore[operator]


@settings(max_examples=120, deadline=None)
@given(TEXTS)
def test_any_text_gives_honest_spans(text: str) -> None:
    check(text, mentions(text))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ROLES, TEXTS), max_size=5))
def test_any_page_gives_honest_spans(parts: list[tuple[str, str]]) -> None:
    text, segments = "", []
    for number, (role, part) in enumerate(parts):
        segments.append(
            Segment(
                segment_no=number,
                role=role,
                start_char=len(text),
                end_char=len(text) + len(part),
                surface=part,
            )
        )
        text += part + "\n"
    check(text, mentions(text, segments))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.data())
def test_rules_stay_within_their_stretch(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = trim(text, start, end)
    assert start <= first <= last <= end or first == last
    for candidate in (
        *patterns(text, start, end, 0),
        *headed(text, start, end, 0, capitals(text, start, end)),
    ):
        assert start <= candidate.start < candidate.end <= end
    assert bind_acronyms(text, [], []) == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), LABELS, st.text(max_size=12)), max_size=12))
def test_any_names_resolve_to_entities_that_exist(rows: list[tuple[int, str, str]]) -> None:
    day = date(2026, 3, 1)
    found_rows = [
        MentionRow(f"m{i}", f"d{document}", day, i, label, name, name)
        for i, (document, label, name) in enumerate(rows)
    ]
    found = resolve_entities(found_rows, [], [])
    known = {entity.entity_id for entity in found.entities}
    assert set(found.mention_entity) == {m.mention_id for m in found_rows}
    assert {x.entity_id for x in found.mention_entity.values() if x.entity_id} <= known
    assert {alias.entity_id for alias in found.aliases} <= known
    assert len(known) == len(found.entities)


PATHOLOGICAL = [
    "A " * 4000 + "! Council",
    "A" * 4000 + "! (AAA)",
    "Image" + " " * 8000 + "x",
    "A. " * 4000 + "Ministry",
    "of the " * 3000 + "Republic A B",
    "'" * 9000,
    "A-" * 4000 + "led Council (AL)",
    "President of " * 2000 + "Jane Doe",
    "Image: A" + "a" * 50 + " B" * 2000,
    "(AB) " * 2500,
]


def test_time_is_linear_in_the_text() -> None:
    """Ten kinds of text that make careless patterns run for ever: seconds in all, parse left out."""
    started = time.process_time()
    for text in PATHOLOGICAL:
        words = capitals(text, 0, len(text))
        for candidate in (*patterns(text, 0, len(text), 0), *headed(text, 0, len(text), 0, words)):
            assert candidate.start < candidate.end
        stretch = Piece(text)
        bind_acronyms(text, [stretch], [])
        credits.fill(text, stretch)
        trim(text, 0, len(text))
    assert time.process_time() - started < 10
