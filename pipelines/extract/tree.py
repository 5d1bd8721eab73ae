"""A paragraph's tree for rules that read spaCy tokens: children and sentence bounds at an even cost.

spaCy's `Token.children` walks the characters of the whole subtree; asked once for each of a thousand
amounts in one endless sentence, that is quadratic. Here children and sentence bounds come from the
paragraph's `Syntax`. Kept as indices: making a token costs more than all that is done with it.
"""

from __future__ import annotations

import bisect

from spacy.tokens import Token

from pipelines.extract.context import Paragraph

# Of a token with more children than this on one side, the nearest are kept: no clause has so many.
MAX_SIDE = 32


class Tree:
    """Children and sentence bounds of one paragraph's tokens."""

    def __init__(self, paragraph: Paragraph) -> None:
        self._doc = paragraph.span.doc
        self._offset = paragraph.span.start
        self._syntax = paragraph.syntax
        self._children = self._syntax.children
        self._held: dict[str, bool] = {}

    def holds(self, word: str) -> bool:
        """True where one of the paragraph's words, in lower case, is `word`; asked again at no cost."""
        if word not in self._held:
            self._held[word] = word in self._syntax.lower
        return self._held[word]

    @property
    def first(self) -> int:
        """Index of the paragraph's first token."""
        return self._offset

    def lefts(self, token: Token) -> list[Token]:
        """Children left of a token, in text order, the nearest `MAX_SIDE` of them."""
        doc, offset, i = self._doc, self._offset, token.i - self._offset
        found = self._children[i] if 0 <= i < len(self._children) else ()
        if not found:
            return []
        at = bisect.bisect_left(found, i)
        return [doc[c + offset] for c in found[max(0, at - MAX_SIDE) : at]]

    def rights(self, token: Token) -> list[Token]:
        """Children right of a token, in text order, the nearest `MAX_SIDE` of them."""
        doc, offset, i = self._doc, self._offset, token.i - self._offset
        found = self._children[i] if 0 <= i < len(self._children) else ()
        if not found:
            return []
        at = bisect.bisect_left(found, i)
        return [doc[c + offset] for c in found[at : at + MAX_SIDE]]

    def children(self, token: Token) -> list[Token]:
        """Children of a token in text order."""
        return self.lefts(token) + self.rights(token)

    def sentence_end(self, at: int) -> int:
        """Index one past the last token of the sentence that token index `at` lies in."""
        return self._syntax.sentence(at - self._offset)[1] + self._offset

    def sentence_start(self, at: int) -> int:
        """Index of the first token of the sentence that token index `at` lies in."""
        return self._syntax.sentence(at - self._offset)[0] + self._offset
