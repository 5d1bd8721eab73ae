"""Any text at all through the quote rules: no exception, true spans, no line crossed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.model import Quote

TOKENS = """said says told according to that he she who the minister Roe Jane Moscow and but which we will go
not reported claims accused of as , . : — “ ” " '' `` ‘ ’ « » ( ) [ ] ? ! … 😀 שלום 6'2" U.S. ”said “We"""
WORDS = [*TOKENS.split(), "\n", "\n\n", "\u202e", "\x00", "\u2028", "\r"]
PROSE = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
GLUED = st.lists(st.sampled_from(WORDS), max_size=25).map("".join)
ANY = st.one_of(PROSE, GLUED, st.text(max_size=80))


def read(text: str) -> Extraction:
    (found,) = extract([SourceText("doc", text)])
    return found


def check(text: str, found: Extraction) -> None:
    for quote in found.quotes:
        _check_quote(text, quote)
    for scare in found.scare_quotes:
        assert text[scare.start_char : scare.end_char] == scare.surface and scare.reason
    keys = [q.quote_id for q in found.quotes]
    assert len(keys) == len(set(keys))
    starts = [q.start_char for q in found.quotes]
    assert starts == sorted(starts)
    assert {q.parent_quote_id for q in found.quotes} - {None} <= set(keys)
    assert {q.quotation_id for q in found.quotes} <= set(keys)


def _check_quote(text: str, quote: Quote) -> None:
    assert 0 <= quote.start_char < quote.end_char <= len(text)
    assert text[quote.start_char : quote.end_char] == quote.surface
    assert "\n" not in quote.surface and "\r" not in quote.surface
    assert quote.kind in ("direct", "mixed", "indirect")
    assert (quote.kind == "indirect") == (not quote.quoted_spans)
    for span in quote.quoted_spans:
        assert quote.start_char <= span["start_char"] < span["end_char"] <= quote.end_char
    if quote.kind == "direct":
        assert quote.quoted_spans == [{"start_char": quote.start_char, "end_char": quote.end_char}]
    for name in ("cue", "speaker_surface", "speaker_role", "speaker_affiliation"):
        words = getattr(quote, name)
        stem = name.removesuffix("_surface")
        start, end = getattr(quote, f"{stem}_start_char"), getattr(quote, f"{stem}_end_char")
        assert (words is None) == (start is None) == (end is None)
        assert words is None or text[start:end] == words
    assert 0.0 <= quote.confidence <= 1.0
    assert quote.cue_class in ("speech", "belief", "intent", "according_to", "none")
    assert quote.method


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_any_text(text: str) -> None:
    check(text, read(text))


@settings(max_examples=40, deadline=None)
@given(PROSE)
def test_the_same_text_gives_the_same_rows(text: str) -> None:
    assert read(text) == read(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", '"', "“", "said", "\ufeff", "\x00", "\u202eמילים “שלום” אמר דן\u202c", "😀 “😀😀” said 😀",
     "“" * 5000 + "a", "\"'" * 5000, "“a” " * 3000, "he said that " * 2000,
     "\x1b[31m“We will”\x1b[0m said Roe", "“We will\u2028go,” said Roe"],
)  # fmt: skip
def test_bad_input(text: str) -> None:
    check(text, read(text))


def test_a_million_nested_marks_and_no_letters() -> None:
    start = time.process_time()
    assert read('“"' * 500_000).quotes == []
    assert time.process_time() - start < 20


def test_time_grows_with_the_text_and_no_faster() -> None:
    line = "“We will go,” said Jane Roe, who added that “nobody” knew why the “plan” failed.\n"

    def seconds(count: int) -> float:
        start = time.process_time()
        read(line * count)
        return time.process_time() - start

    seconds(20)
    assert seconds(1200) < 3.0 * 4 * max(seconds(300), 0.05)
