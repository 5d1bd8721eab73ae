"""The compact table of vector rows answers what the dict that it was made of answers."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.vector_rows import VectorRows, compact_vectors

_HASHES = st.integers(0, 2**64 - 1)


@given(st.dictionaries(_HASHES, st.integers(0, 2**32 - 1), max_size=30), st.lists(_HASHES, max_size=10))
def test_the_rows_are_those_of_the_dict(rows: dict[int, int], others: list[int]) -> None:
    compact = VectorRows(rows)
    assert dict(compact.items()) == rows
    assert [compact.get(key, -1) for key in [*rows, *others]] == [
        rows.get(key, -1) for key in [*rows, *others]
    ]
    assert all((key in compact) == (key in rows) for key in others)


def test_a_key_that_is_not_there_is_said_so() -> None:
    with pytest.raises(KeyError):
        VectorRows({5: 1})[4]


def test_a_pipeline_finds_the_same_vectors() -> None:
    nlp = spacy.blank("en")
    for number, word in enumerate(("harbour", "pier", "ferry")):
        nlp.vocab.set_vector(word, np.array([number, 1.0], dtype=np.float32))
    before = {word: nlp.vocab.get_vector(word).tolist() for word in ("harbour", "pier", "ferry", "none")}
    compact_vectors(nlp)
    assert isinstance(nlp.vocab.vectors.key2row, VectorRows)
    assert {word: nlp.vocab.get_vector(word).tolist() for word in before} == before
    assert nlp.vocab.has_vector("pier") and not nlp.vocab.has_vector("none")
    assert nlp.vocab.vectors.find(keys=["pier", "none"]).tolist() == [1, -1]
