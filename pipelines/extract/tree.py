"""A paragraph's dependency tree as lists, so that asking for a token's children costs the same everywhere.

spaCy's `Token.children` walks the characters of the whole subtree; asked once for each of a thousand
amounts in one endless sentence, that is quadratic. Here children and sentence bounds are read once.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from spacy.attrs import HEAD, SENT_START  # type: ignore[import-not-found]
from spacy.tokens import Span, Token

# Of a token with more children than this on one side, the nearest are kept: no clause has so many.
MAX_SIDE = 32


class Tree:
    """Children and sentence bounds of one paragraph's tokens.

    Kept as indices, read from the Doc in one go: making a token costs more than all that is done with it.
    """

    def __init__(self, span: Span) -> None:
        self._doc = span.doc
        self._offset = span.start
        self._lefts: defaultdict[int, list[int]] = defaultdict(list)
        self._rights: defaultdict[int, list[int]] = defaultdict(list)
        self._sentence: list[int] = []
        self._ends: dict[int, int] = {}
        # Doc.to_array is fourteen times faster than Span.to_array, but reads the whole document.
        whole: Any = span.doc if len(span) == len(span.doc) else span
        heads, starts = whole.to_array([HEAD, SENT_START]).view("int64").T.tolist()
        start = span.start
        for at, (step, sent_start) in enumerate(zip(heads, starts, strict=True), span.start):
            if sent_start == 1:
                self._ends[start] = at
                start = at
            self._sentence.append(start)
            if step > 0:
                self._lefts[at + step].append(at)
            elif step < 0 and len(self._rights[at + step]) < MAX_SIDE:
                self._rights[at + step].append(at)
        self._ends[start] = span.end

    def lefts(self, token: Token) -> list[Token]:
        """Children left of a token, in text order, the nearest `MAX_SIDE` of them."""
        doc = self._doc
        return [doc[i] for i in self._lefts.get(token.i, ())[-MAX_SIDE:]]

    def rights(self, token: Token) -> list[Token]:
        """Children right of a token, in text order, the nearest `MAX_SIDE` of them."""
        doc = self._doc
        return [doc[i] for i in self._rights.get(token.i, ())]

    def children(self, token: Token) -> list[Token]:
        """Children of a token in text order."""
        return self.lefts(token) + self.rights(token)

    def sentence_end(self, at: int) -> int:
        """Index one past the last token of the sentence that token index `at` lies in."""
        return self._ends[self.sentence_start(at)]

    def sentence_start(self, at: int) -> int:
        """Index of the first token of the sentence that token index `at` lies in."""
        return self._sentence[at - self._offset]
