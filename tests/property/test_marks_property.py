"""Any string at all: the scanner never raises, and its stretches nest or stand apart inside the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.marks import MAX_DEPTH, scan, single_marks_lead

MARKS = "\"“”„‟«»‘’'`''``‚‹›"
MIXED = st.text(
    st.sampled_from(list(MARKS) + list(" \t.,?!-—()[]<>=ab1Ж中😀\u200f\u202e\x00\x1b")), max_size=80
)
ANY = st.one_of(st.text(max_size=120), MIXED)


@given(ANY, st.booleans())
def test_stretches_lie_inside_the_text_and_never_cross(text: str, with_single: bool) -> None:
    found = scan(text, with_single=with_single)
    around: list[tuple[int, int]] = []
    for s in found:
        assert 0 <= s.start <= s.inner_start < s.inner_end <= s.end <= len(text)
        assert any(c.isalnum() for c in text[s.inner_start : s.inner_end])
        assert not text[s.inner_start].isspace() and not text[s.inner_end - 1].isspace()
        while around and around[-1][1] <= s.start:
            around.pop()
        assert len(around) == s.depth
        assert not around or s.end <= around[-1][1]
        around.append((s.start, s.end))
    assert [s.start for s in found] == sorted(s.start for s in found)


@given(ANY)
def test_single_marks_only_add_stretches_outside_double_ones(text: str) -> None:
    doubles = {(s.start, s.end) for s in scan(text) if s.depth == 0}
    both = {(s.start, s.end) for s in scan(text, with_single=True)}
    assert doubles <= both


@given(st.lists(ANY, max_size=5))
def test_style_of_a_document_is_decided_for_any_texts(texts: list[str]) -> None:
    assert single_marks_lead(texts) in (True, False)


@given(st.text(st.characters(whitelist_categories=("Ll", "Lu", "Zs")), min_size=1, max_size=40))
def test_a_pair_of_curly_marks_is_always_found(words: str) -> None:
    if not any(c.isalnum() for c in words):
        return
    text = f"Roe said: “{words}”"
    (only,) = scan(text)
    assert text[only.inner_start : only.inner_end] == words.strip()
    assert only.is_closed and only.depth == 0


@pytest.mark.parametrize("mark", ['"', "“", "”", "''", "``", "«", "»", "„", "‘", "'", "’", '"“', '"(', "“a"])
def test_a_hundred_thousand_marks_take_linear_time(mark: str) -> None:
    def seconds(count: int) -> float:
        text = mark * count
        start = time.process_time()
        scan(text, with_single=True)
        return time.process_time() - start

    seconds(1_000)
    small, large = seconds(20_000), seconds(200_000)
    assert large < 40 * max(small, 0.002)


def test_nesting_has_a_floor() -> None:
    text = '“"' * 50 + "words" + '"”' * 50
    assert max((s.depth for s in scan(text)), default=0) < MAX_DEPTH + 1
