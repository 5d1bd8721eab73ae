"""Sentence vectors: what a text is about, as 256 numbers. Static word vectors, averaged; no network.

A vector alone is no proof: compare only what names, days and places have brought together already.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, lru_cache
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
    model = _model()
    clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    for row, encoded in enumerate(model.tokenizer.encode_batch_fast(clean, add_special_tokens=False)):
        if encoded.ids:
            mean = model.embedding[encoded.ids].mean(axis=0, dtype=np.float64)
            length = float(np.linalg.norm(mean))
            if length > 0:
                vectors[row] = mean / length
    return vectors


_WORDS: dict[str, Vectors] = {}
_WORDS_KEPT = 16384


def word_vectors(words: Sequence[str]) -> Vectors:
    """Unit vectors of words, one row each, as `embed` makes them; each word is embedded once a process."""
    new = [word for word in dict.fromkeys(words) if word not in _WORDS]
    if new:
        if len(_WORDS) + len(new) > _WORDS_KEPT:
            _WORDS.clear()
            new = list(dict.fromkeys(words))
        _WORDS.update(zip(new, embed(new), strict=True))
    return np.stack([_WORDS[word] for word in words]) if words else embed(())


@lru_cache(maxsize=65536)
def is_frequent(word: str) -> bool:
    """True for a word that is one piece of the model's vocabulary: its 32,000 pieces are frequent words."""
    clean = word.encode("utf-8", "replace").decode("utf-8")
    return len(_model().tokenizer.encode(clean, add_special_tokens=False).ids) == 1
