"""Copies do not hang on the order of arrival, and no text breaks the comparison."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.resolve.duplicates import MIN_SIMILARITY, Body, Signed, groups, link, mark, shingles, sign

_DAY = date(2024, 5, 1)


def _text(numbers: list[int]) -> str:
    return " ".join(f"n{number}x{at}" for number in numbers for at in range(8))


# Stretches of a few long reports: prefixes and suffixes that overlap more or less.
STRETCHES = st.tuples(st.integers(0, 2), st.integers(0, 8), st.integers(6, 16))
CORPUS = st.lists(STRETCHES, min_size=2, max_size=14)


def _bodies(corpus: list[tuple[int, int, int]]) -> list[Body]:
    found = []
    for at, (base, start, length) in enumerate(corpus):
        text = _text([base * 100 + number for number in range(start, start + length)])
        found.append(Body(f"d{at:02}", text, _DAY, shingles(text)))
    return found


def _components(bodies: list[Body], order: list[int], batch: int) -> set[frozenset[str]]:
    """Components when the documents arrive in `order`, so many at a time."""
    component: dict[str, str] = {}
    signed = sign(bodies)
    known: list[Signed] = []
    for start in range(0, len(order), batch):
        placed = [signed[at] for at in order[start : start + batch]]
        joined = link(placed, known)
        known = [Signed(row.body, row.bands, joined[row.component_id]) for row in (*known, *placed)]
    for row in known:
        component[row.body.document_id] = row.component_id
    ids = set(component.values())
    assert all(component[key] == key for key in ids), "a component's id is the lowest of its documents"
    return {frozenset(k for k, c in component.items() if c == key) for key in ids}


@settings(max_examples=60, deadline=None)
@given(CORPUS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_any_order_gives_the_same_components_and_groups(
    corpus: list[tuple[int, int, int]], rng: random.Random, batch: int
) -> None:
    bodies = _bodies(corpus)
    order = list(range(len(bodies)))
    whole = _components(bodies, order, len(bodies))
    rng.shuffle(order)
    assert _components(bodies, order, batch) == whole
    shuffled = [bodies[at] for at in order]
    assert _ids(groups(shuffled)) == _ids(groups(bodies))


def _ids(found: list[list[Body]]) -> set[frozenset[str]]:
    return {frozenset(body.document_id for body in group) for group in found}


@settings(max_examples=60, deadline=None)
@given(CORPUS)
def test_a_copy_is_similar_to_what_it_repeats_and_that_repeats_nothing(
    corpus: list[tuple[int, int, int]],
) -> None:
    marks = {found.document_id: found for found in mark(_bodies(corpus))}
    assert len(marks) == len(corpus)
    for found in marks.values():
        if found.duplicate_of is not None:
            assert found.similarity is not None and MIN_SIMILARITY <= found.similarity <= 1
            assert marks[found.duplicate_of].duplicate_of is None


@given(st.text())
def test_any_text_can_be_signed(text: str) -> None:
    body = Body("d", text, _DAY, shingles(text))
    assert len(sign([body])[0].bands) == (33 if body.shingles else 1)
