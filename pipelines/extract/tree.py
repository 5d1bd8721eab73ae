"""A paragraph's dependency tree as lists, so that asking for a token's children costs the same everywhere.

spaCy's `Token.children` walks the characters of the whole subtree; asked once for each of a thousand
amounts in one endless sentence, that is quadratic. Here children and sentence bounds are read once.
"""

from __future__ import annotations

from collections import defaultdict

from spacy.tokens import Span, Token

# Of a token with more children than this on one side, the nearest are kept: no clause has so many.
MAX_SIDE = 32


class Tree:
    """Children and sentence bounds of one paragraph's tokens."""

    def __init__(self, span: Span) -> None:
        self._lefts: defaultdict[int, list[Token]] = defaultdict(list)
        self._rights: defaultdict[int, list[Token]] = defaultdict(list)
        self._sentence: list[int] = []
        self._offset = span.start
        start = span.start
        self._ends: dict[int, int] = {}
        for token in span:
            if token.is_sent_start:
                start = token.i
            self._ends[start] = token.i + 1
            self._sentence.append(start)
            head = token.head
            if head.i > token.i:
                self._lefts[head.i].append(token)
            elif head.i < token.i and len(self._rights[head.i]) < MAX_SIDE:
                self._rights[head.i].append(token)

    def lefts(self, token: Token) -> list[Token]:
        """Children left of a token, in text order, the nearest `MAX_SIDE` of them."""
        return self._lefts[token.i][-MAX_SIDE:]

    def rights(self, token: Token) -> list[Token]:
        """Children right of a token, in text order, the nearest `MAX_SIDE` of them."""
        return self._rights[token.i]

    def children(self, token: Token) -> list[Token]:
        """Children of a token in text order."""
        return self.lefts(token) + self.rights(token)

    def sentence_end(self, at: int) -> int:
        """Index one past the last token of the sentence that token index `at` lies in."""
        return self._ends[self.sentence_start(at)]

    def sentence_start(self, at: int) -> int:
        """Index of the first token of the sentence that token index `at` lies in."""
        return self._sentence[at - self._offset]
