"""Vectors of texts: put together from the pieces of words, they are those of the text read whole."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.resolve import vectors
from pipelines.resolve.vectors import DIMENSIONS, Vectors, embed, word_vectors

TEXTS = (
    "The mayor said that the bridge, closed since May, was safe.",
    "“Don’t cross it,” she said.",
    "two  spaces and one at the end ",
    " one in front",
    "marks of the vocabulary: <s> </s> <unk> and ▁ within a▁word",
    "Çok güzel, 北京 and a tab\there\nand a line",
    "half a pair: \ud800",
    "a",
    "",
    " ",
)


def _whole(text: str) -> Vectors:
    """The vector of a text that the tokenizer has read whole."""
    model = vectors._model()
    clean = text.encode("utf-8", "replace").decode("utf-8")
    ids = model.tokenizer.encode(clean, add_special_tokens=False).ids
    if not ids:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    mean = model.embedding[ids].mean(axis=0, dtype=np.float64)
    found: Vectors = (mean / np.linalg.norm(mean)).astype(np.float32)
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_the_vector_of_its_pieces(text: str) -> None:
    alone, beside = embed([text])[0], embed([*TEXTS, text])[-1]
    assert np.array_equal(alone, beside)
    assert np.allclose(alone, _whole(text), atol=1e-6)


def test_no_piece_of_the_vocabulary_goes_on_over_a_space() -> None:
    """What `embed` rests on; another model's vocabulary may be otherwise."""
    tokenizer = vectors._model().tokenizer
    pieces = (tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size()))
    assert not [piece for piece in pieces if "\u2581" in piece.lstrip("\u2581")]


def test_words_have_their_vectors_also_when_the_store_was_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors._WordStore, "KEPT", 3)
    monkeypatch.setattr(vectors, "_WORDS", vectors._WordStore())
    for words in (["bridge", "mayor"], ["mayor", "flood", "bridge"], ["harvest", "flood", "harvest"]):
        assert np.array_equal(word_vectors(words), embed(words))
