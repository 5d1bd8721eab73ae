"""A paragraph's parse as plain lists: what the quote rules read instead of spaCy tokens.

Reading a token's attribute costs ten times what reading a list does, and the rules look at every word, so
the columns they need are copied out once. Children and subtree edges are worked out on first use: most
paragraphs hold no cue and never need them.

Belongs here: lookups that any rule can use. Does not belong here: any word, any rule about quotes.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from functools import cached_property

from spacy.attrs import DEP, HEAD, IDX, LENGTH, TAG

from pipelines.extract.context import Paragraph
from pipelines.extract.nlp import lemma_of

SUBJECT_DEPS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})

# A mark that the tokenizer leaves glued to a word: `.”said`. The word counts without it.
_GLUED = re.compile(r"[”“\"»«](?=[^\W\d_])")


class Syntax:
    """The tokens of one paragraph, by index from 0, with document offsets.

    `heads[i]` is the index of the head, `i` itself for a root. A head outside the paragraph counts as
    none: the token is a root here.
    """

    def __init__(self, paragraph: Paragraph) -> None:
        span = paragraph.span
        self.paragraph = paragraph
        self.text = paragraph.text
        self.base = paragraph.start
        self._tokens = span
        columns = span.to_array([TAG, DEP, HEAD, IDX, LENGTH]).astype("int64")
        strings = span.doc.vocab.strings
        names: dict[int, str] = {}

        def name(key: int) -> str:
            known = names.get(key)
            if known is None:
                known = names[key] = strings[key & 0xFFFFFFFFFFFFFFFF] if key else ""
            return known

        tags, deps, heads, starts, lengths = columns.T.tolist()
        count = len(tags)
        offset = paragraph.offset
        self.tags: list[str] = [name(key) for key in tags]
        self.deps: list[str] = [name(key) for key in deps]
        self.heads: list[int] = [i + h if 0 <= i + h < count else i for i, h in enumerate(heads)]
        self.starts: list[int] = [s + offset for s in starts]
        self.ends: list[int] = [s + n for s, n in zip(self.starts, lengths, strict=True)]
        for match in _GLUED.finditer(self.text):
            at = self.at(match.start() + self.base)
            if at < count and self.starts[at] == match.start() + self.base and lengths[at] > 1:
                self.starts[at] += 1

    def __len__(self) -> int:
        return len(self.tags)

    @cached_property
    def words(self) -> list[str]:
        """The tokens' characters."""
        base, text = self.base, self.text
        return [text[s - base : e - base] for s, e in zip(self.starts, self.ends, strict=True)]

    @cached_property
    def lower(self) -> list[str]:
        """The tokens' characters in lower case."""
        return [word.lower() for word in self.words]

    @cached_property
    def children(self) -> list[list[int]]:
        """For each token the tokens it heads, in text order."""
        found: list[list[int]] = [[] for _ in self.tags]
        for i, head in enumerate(self.heads):
            if head != i:
                found[head].append(i)
        return found

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Index of each sentence's first token."""
        first = self._tokens.start
        return [max(0, sent.start - first) for sent in self.paragraph.sentences()]

    @cached_property
    def _edges(self) -> tuple[list[int], list[int]]:
        left, right = list(range(len(self))), list(range(len(self)))
        for i in self._leaves_first():
            head = self.heads[i]
            left[head] = min(left[head], left[i])
            right[head] = max(right[head], right[i])
        return left, right

    def _leaves_first(self) -> list[int]:
        order: list[int] = []
        stack = [i for i, head in enumerate(self.heads) if head == i]
        while stack:
            i = stack.pop()
            order.append(i)
            stack.extend(self.children[i])
        order.reverse()
        return order

    def lemma(self, i: int) -> str:
        """Base form of token `i`, in lower case."""
        return lemma_of(self.lower[i], self.tags[i])

    def left(self, i: int) -> int:
        """Index of the first token of the subtree of `i`."""
        return self._edges[0][i]

    def right(self, i: int) -> int:
        """Index of the last token of the subtree of `i`."""
        return self._edges[1][i]

    def child(self, i: int, *deps: str) -> int | None:
        """The first child of `i` with one of these labels."""
        return next((c for c in self.children[i] if self.deps[c] in deps), None)

    def subtree(self, i: int, without: frozenset[int] = frozenset()) -> list[int]:
        """Indexes of the subtree of `i` in text order, the subtrees of `without` left out."""
        found, stack = [], [i]
        while stack:
            at = stack.pop()
            found.append(at)
            stack.extend(c for c in self.children[at] if c not in without)
        return sorted(found)

    def ancestors(self, i: int) -> Iterator[int]:
        """The heads above `i`, nearest first."""
        while self.heads[i] != i:
            i = self.heads[i]
            yield i

    def at(self, char: int) -> int:
        """Index of the first token that ends after document offset `char` (`len(self)` past the last)."""
        return bisect.bisect_right(self.ends, char)

    def sentence(self, i: int) -> tuple[int, int]:
        """First index and one past the last index of the sentence that holds token `i`."""
        at = bisect.bisect_right(self.sentence_starts, i)
        start = self.sentence_starts[at - 1] if at else 0
        end = self.sentence_starts[at] if at < len(self.sentence_starts) else len(self)
        return start, end


__all__ = ["NOUN_TAGS", "SUBJECT_DEPS", "VERB_TAGS", "Syntax"]
