"""The model's token vectors, computed without what only training needs.

Two components have such a network: hashed features and a static vector of each token, mixed, then four
layers that each look one token to the left and right. As shipped it takes two thirds of a parse. Here

- what depends on a token's form alone, its share in the first layer's product included, is computed once a
  form and kept (bounded), not once a token;
- a layer is one matrix product and four passes in place, where the shipped one makes some twelve arrays.

The weights are the model's own, and so are its vectors, to the last digits of a float; entities, heads and
labels are the same (tests/contract/test_model.py). Matrix products have a multiple of `_ROWS` rows, so that
a token's vector does not depend on what it was batched with. A model that is built otherwise keeps its own
network, and so does training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from spacy.attrs import IDS, NORM, ORTH, SPACY  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

Floats = np.ndarray[Any, np.dtype[np.float32]]
Features = np.ndarray[Any, np.dtype[np.uint64]]
Indices = np.ndarray[Any, np.dtype[np.intp]]

# Forms kept, 4 KB each; when they are full they are dropped, and the next batches fill them again.
_FORMS = 16_384

# A kernel of the matrix product treats every row alike only where none is left over.
_ROWS = 64

_EPSILON = np.float32(1e-8)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Maxout over `pieces`, then a layer norm. `weights`: (inputs, pieces × outputs), piece after piece."""

    weights: Floats
    bias: Floats
    scale: Floats
    shift: Floats
    pieces: int

    @classmethod
    def of(cls, maxout: Model[Any, Any], norm: Model[Any, Any]) -> _Layer:
        weights: Any = maxout.get_param("W")
        bias: Any = maxout.get_param("b")
        scale: Any = norm.get_param("G")
        shift: Any = norm.get_param("b")
        outputs, pieces, inputs = weights.shape
        return cls(
            np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inputs, pieces * outputs)),
            np.ascontiguousarray(bias.T.reshape(pieces * outputs)),
            scale,
            shift,
            pieces,
        )

    def __call__(self, inputs: Floats, ops: Any) -> Floats:
        """(rows, inputs) to (rows, outputs)."""
        return self.finish(ops.gemm(inputs, self.weights))

    def finish(self, mixed: Floats) -> Floats:
        """(rows, pieces × outputs), the product of inputs and weights, to (rows, outputs)."""
        mixed += self.bias
        width = len(self.scale)
        found: Floats = mixed[:, :width]
        for piece in range(1, self.pieces):
            np.maximum(found, mixed[:, piece * width : (piece + 1) * width], out=found)
        found = np.ascontiguousarray(found)
        found -= found.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", found, found)
        variance /= width
        variance += _EPSILON
        np.sqrt(variance, out=variance)
        found /= variance[:, None]
        found *= self.scale
        found += self.shift
        return found


class TokenVectors:
    """The network of one component, in place of its own: `forward` has the signature of thinc's."""

    def __init__(self, network: Model[Any, Any]) -> None:
        """Raises LookupError or ValueError for a network that is built otherwise."""
        embed, encode = network.layers
        features, mixer, _ = _named(embed, "extract_features"), embed.layers[1], embed.layers[2]
        self._own = network._func
        self._columns: list[int] = list(_column_ids(features.attrs["columns"]))
        self._hashed = _with_layer(embed, "hashembed")
        self._static = _named(embed, "static_vectors")
        self._mixer = _Layer.of(_named(mixer, "maxout"), _named(mixer, "layernorm"))
        blocks = encode.layers[0].layers
        self._layers = [_Layer.of(_named(block, "maxout"), _named(block, "layernorm")) for block in blocks]
        self._pad = int(encode.attrs["pad"])
        windows = {int(_named(block, "expand_window").attrs["window_size"]) for block in blocks}
        if windows != {1} or len(network.layers) != 2:
            raise ValueError("layers that look further than one token")
        width = self._width = len(self._mixer.scale)
        # The first layer's weights for the token before, the token and the one behind it, side by side.
        sides = self._layers[0].weights.reshape(3, width, -1)
        self._sides = np.ascontiguousarray(sides.transpose(1, 0, 2).reshape(width, -1))
        # By form: its vector, and its three shares in the first layer's products. Row 0 is no token.
        self._rows: dict[int, int] = {}
        self._store = np.zeros((_FORMS, width), dtype=np.float32)
        self._shares = np.zeros((_FORMS, self._sides.shape[1]), dtype=np.float32)

    def forward(self, model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[Any, Any]:
        """A vector a token, an array a document."""
        if is_train or not any(len(doc) for doc in docs):
            found: tuple[Any, Any] = self._own(model, docs, is_train)
            return found
        vectors = self.vectors(docs, model.ops)
        return vectors, lambda gradient: gradient

    def vectors(self, docs: Sequence[Doc], ops: Any) -> list[Floats]:
        """A vector a token, an array a document; not for training."""
        starts, at = [], self._pad
        for doc in docs:
            starts.append(at)
            at += len(doc) + self._pad
        rows = -(-at // _ROWS) * _ROWS
        # A row more at either end stands for the nothing that the outermost rows look at.
        padded = np.zeros((rows + 2, self._width), dtype=np.float32)
        inner = padded[1:-1]
        features = np.concatenate([doc.to_array([ORTH, NORM, SPACY, *self._columns]) for doc in docs])
        where = np.concatenate([np.arange(s, s + len(doc)) for s, doc in zip(starts, docs, strict=True)])
        forms = np.zeros(rows + 2, dtype=np.intp)
        store, shares, forms[where + 1] = self._forms(docs[0], features, ops)
        np.take(store, forms, axis=0, out=padded, mode="clip")
        inner += self._layers[0].finish(_first_products(shares, forms))
        inner[at:] = 0.0
        for layer in self._layers[1:]:
            window = np.lib.stride_tricks.as_strided(
                padded, (rows, 3 * self._width), (padded.strides[0], padded.strides[1])
            )
            inner += layer(np.ascontiguousarray(window), ops)
            inner[at:] = 0.0
        return [inner[start : start + len(doc)] for start, doc in zip(starts, docs, strict=True)]

    def _forms(self, doc: Doc, features: Features, ops: Any) -> tuple[Floats, Floats, Indices]:
        """Vectors and shares of the forms kept, or of a batch with too many, and each token's row there."""
        # Overflow is wanted: one number for the form, its norm, and whether a space follows.
        keys = features[:, 0] * np.uint64(3) ^ features[:, 1] * np.uint64(0x9E3779B97F4A7C15) ^ features[:, 2]
        unique, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        names = unique.tolist()
        if len(self._rows) + len(names) >= _FORMS:
            self._rows.clear()
            if len(names) >= _FORMS:
                vectors, shares = self._known_of(doc, features[first], ops)
                nothing = np.zeros((1, self._width), dtype=np.float32)
                none = np.zeros((1, shares.shape[1]), dtype=np.float32)
                return np.concatenate([nothing, vectors]), np.concatenate([none, shares]), inverse + 1
        missing = [number for number, name in enumerate(names) if name not in self._rows]
        if missing:
            base = len(self._rows) + 1
            end = base + len(missing)
            self._store[base:end], self._shares[base:end] = self._known_of(doc, features[first[missing]], ops)
            self._rows.update(zip((names[number] for number in missing), range(base, end), strict=True))
        known = np.fromiter((self._rows[name] for name in names), dtype=np.intp, count=len(names))
        return self._store, self._shares, known[inverse]

    def _known_of(self, doc: Doc, features: Features, ops: Any) -> tuple[Floats, Floats]:
        """The vector of each row's form, and its three shares in the first layer's products."""
        vectors = self._embed(doc, features, ops)
        return vectors, ops.gemm(_filled_up(vectors), self._sides)[: len(vectors)]

    def _embed(self, doc: Doc, found: np.ndarray[Any, Any], ops: Any) -> Floats:
        """Hashed features and static vector of each row of `found`, mixed."""
        count = len(found)
        rows = -(-count // _ROWS) * _ROWS
        hashed = self._hashed.predict(np.ascontiguousarray(found[:, 3:]))
        table = doc.vocab.vectors
        where = table.find(keys=found[:, 0])
        static = table.data[where]
        static[where < 0] = 0.0
        inputs = np.zeros((rows, hashed.shape[1] + self._static.get_dim("nO")), dtype=np.float32)
        inputs[:count, : hashed.shape[1]] = hashed
        inputs[:, hashed.shape[1] :] = ops.gemm(_filled_up(static), self._static.get_param("W"), trans2=True)
        mixed: Floats = self._mixer(inputs, ops)[:count]
        return mixed


def _first_products(shares: Floats, forms: Indices) -> Floats:
    """What the first layer's weights make of each row but the outermost two, and of its neighbours."""
    flat = shares.reshape(3 * len(shares), -1)
    found: Floats = np.take(flat, forms[:-2] * 3, axis=0)
    share = np.empty_like(found)
    for side in (1, 2):
        np.take(flat, forms[side : len(found) + side] * 3 + side, axis=0, out=share, mode="clip")
        found += share
    return found


def _filled_up(values: Floats) -> Floats:
    """The rows, and as many of zeros as a multiple of `_ROWS` takes."""
    padded = np.zeros((-(-len(values) // _ROWS) * _ROWS, values.shape[1]), dtype=np.float32)
    padded[: len(values)] = values
    return padded


def _named(network: Model[Any, Any], name: str) -> Model[Any, Any]:
    found = [node for node in network.walk() if node.name == name]
    if len({id(node) for node in found}) != 1:
        raise LookupError(f"{len(found)} layers {name} in {network.name[:60]}")
    return found[0]


def _with_layer(embed: Model[Any, Any], name: str) -> Model[Any, Any]:
    """The layer that turns a table of features into the concatenation of their embeddings."""
    for node in embed.walk():
        if node.name.startswith("with_array(") and name in node.name:
            return node
    raise LookupError(f"no layer {name}")


def _column_ids(columns: Sequence[int | str]) -> list[int]:
    return [IDS[column] if isinstance(column, str) else int(column) for column in columns]


_SAMPLE = ("Three people were hurt in Oslo on 4 May, “badly”, police said.", "No.", "It's  won't — 1,000 km.")


def quicken(nlp: Language) -> int:
    """Put `TokenVectors` in place of the networks of a pipeline that are built as expected.

    Returns how many were. One whose vectors differ on a sample keeps its own network.
    """
    docs = [nlp.make_doc(text) for text in _SAMPLE]
    count = 0
    for component in nlp.components:
        for node in getattr(component[1], "model", Model("none", lambda m, x, t: (x, x))).walk():
            count += _replace(node, docs)
    return count


def _replace(node: Model[Any, Any], docs: Sequence[Doc]) -> int:
    if not (node.name.startswith("extract_features") and len(node.layers) == 2):
        return 0
    try:
        fast = TokenVectors(node)
        same = all(
            np.allclose(ours, theirs, rtol=1e-3, atol=1e-4)
            for ours, theirs in zip(fast.vectors(docs, node.ops), node.predict(docs), strict=True)
        )
    except (LookupError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return 0
    if same:
        node._func = fast.forward
    return int(same)
