"""Sentence vectors: what a text is about, as 256 numbers. Static word vectors, averaged; no network.

A vector alone is no proof: compare only what names, days and places have brought together already.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

DIMENSIONS = 256


@cache
def _model() -> Any:
    """The model, from the files inside its package: loaded once a process, and only where it is needed."""
    # A story's few sentences are tokenised in less time than threads need to wake up.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import wordllama

    folder = Path(str(wordllama.__file__)).parent
    model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True, dim=DIMENSIONS)
    # Without padding a text's vector is the same to the last bit, whatever it is embedded together with.
    model.tokenizer.no_padding()
    return model


def embed(texts: Sequence[str]) -> Vectors:
    """Unit vectors of texts, one row each (n x 256, float32): their products are cosines.

    A text without a known token (blank, say) has the zero vector, which is like nothing. Never raises on
    any text; characters that UTF-8 lacks count as question marks.
    """
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    if not texts:
        return vectors
    embedding = _model().embedding
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        pieces = _pieces(texts[start : start + _TEXTS_AT_ONCE])
        rows = [row for row, ids in enumerate(pieces) if ids]
        if not rows:
            continue
        found = embedding.take([i for ids in pieces for i in ids], axis=0)
        means = np.empty((len(rows), DIMENSIONS))
        counts = np.array([len(pieces[row]) for row in rows])
        ends = np.cumsum(counts).tolist()
        for mean, first, last in zip(means, [0, *ends], ends, strict=False):
            np.add.reduce(found[first:last], axis=0, dtype=np.float64, out=mean)
        means /= counts[:, None]
        lengths = np.sqrt(np.einsum("ij,ij->i", means, means))
        lengths[lengths == 0] = np.inf
        vectors[[start + row for row in rows]] = means / lengths[:, None]
    return vectors


_TEXTS_AT_ONCE = 256
# The pieces of words met so far. A word is what stands between single spaces, its punctuation with it.
_PIECES: dict[str, tuple[int, ...]] = {}
_PIECES_KEPT = 65536
_WORDS_AT_ONCE = 256


def _pieces(texts: Sequence[str]) -> list[list[int]]:
    """The ids of each text's pieces. No piece of the vocabulary goes on over a space into the next word, so
    a text has the pieces of its words; the tokenizer is asked for new words, and for odd texts whole."""
    found: list[list[int] | None] = [_known_pieces(text) for text in texts]
    unknown = [n for n, ids in enumerate(found) if ids is None]
    clean = [texts[n].encode("utf-8", "replace").decode("utf-8") for n in unknown]
    new = {word for text in clean if not _is_odd(text) for word in text.split(" ")}
    if len(_PIECES) + len(new) > _PIECES_KEPT:
        _PIECES.clear()
    _PIECES.update(_pieces_of([word for word in new if word not in _PIECES]))
    odd = iter(_tokenised([text for text in clean if _is_odd(text)]))
    for n, text in zip(unknown, clean, strict=True):
        found[n] = next(odd) if _is_odd(text) else _known_pieces(text)
    return [ids or [] for ids in found]


def _known_pieces(text: str) -> list[int] | None:
    """The pieces of a text all of whose words have been met; None for any other, and for odd texts."""
    try:
        return list(chain.from_iterable(map(_PIECES.__getitem__, text.split(" "))))
    except KeyError:
        return None


def _is_odd(text: str) -> bool:
    """True where spaces are pieces of their own, and where the vocabulary's own marks may be meant."""
    return not text or "  " in text or text[0] == " " or text[-1] == " " or "<" in text or "\u2581" in text


@cache
def _begins() -> npt.NDArray[np.bool_]:
    """For each piece of the vocabulary whether a word begins with it: only such pieces hold the mark for a
    space, and that in front."""
    tokenizer = _model().tokenizer
    pieces = (tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size()))
    return np.array([piece is not None and piece.startswith("\u2581") for piece in pieces])


def _pieces_of(words: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The pieces of words without a space in them, tokenised many at once: each call has its price."""
    for start in range(0, len(words), _WORDS_AT_ONCE):
        some = words[start : start + _WORDS_AT_ONCE]
        (ids,) = _tokenised([" ".join(some)])
        cuts = [*np.flatnonzero(_begins()[ids]).tolist(), len(ids)]
        for word, (first, last) in zip(some, pairwise(cuts), strict=True):
            yield word, tuple(ids[first:last])


def _tokenised(texts: Sequence[str]) -> list[list[int]]:
    encoded = _model().tokenizer.encode_batch_fast(texts, add_special_tokens=False) if texts else ()
    return [one.ids for one in encoded]


class _WordStore:
    """Vectors of words met so far, in one array that grows; emptied when it is full."""

    KEPT = 16384

    def __init__(self) -> None:
        self._row: dict[str, int] = {}
        self._vectors: Vectors = embed(())

    def of(self, words: Sequence[str]) -> Vectors:
        new = [word for word in dict.fromkeys(words) if word not in self._row]
        if len(self._row) + len(new) > self.KEPT:
            self._row.clear()
            new = list(dict.fromkeys(words))
        if new:
            self._add(new)
        return self._vectors.take([self._row[word] for word in words], axis=0)

    def _add(self, words: Sequence[str]) -> None:
        first, last = len(self._row), len(self._row) + len(words)
        if last > len(self._vectors):
            grown = np.zeros((2 * last, DIMENSIONS), dtype=np.float32)
            grown[:first] = self._vectors[:first]
            self._vectors = grown
        self._vectors[first:last] = embed(words)
        self._row.update(zip(words, range(first, last), strict=True))


_WORDS = _WordStore()


def word_vectors(words: Sequence[str]) -> Vectors:
    """Unit vectors of words, one row each, as `embed` makes them; each word is embedded once a process."""
    return _WORDS.of(words) if words else embed(())


@lru_cache(maxsize=65536)
def is_frequent(word: str) -> bool:
    """True for a word that is one piece of the model's vocabulary: its 32,000 pieces are frequent words."""
    clean = word.encode("utf-8", "replace").decode("utf-8")
    return len(_model().tokenizer.encode(clean, add_special_tokens=False).ids) == 1
