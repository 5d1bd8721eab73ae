"""A paragraph's parse as plain lists: what the quote rules read instead of spaCy tokens.

Reading a token's attribute costs ten times what reading a list does, and the rules look at every word, so
the columns they need are copied out once. Children are worked out on first use: most paragraphs hold no
cue and never need them.

Belongs here: lookups that any rule can use. Does not belong here: any word, any rule about quotes.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import add
from typing import Any
from unicodedata import category

from spacy.attrs import DEP, HEAD, IDX, LENGTH, SENT_START, TAG  # type: ignore[import-not-found]
from spacy.tokens import Span

from pipelines.extract.nlp import lemma_of

SUBJECT_DEPS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})

# A mark that the tokenizer leaves glued to a word: `.”said`. The word counts without it.
_GLUED = re.compile(r"[”“\"»«](?=[^\W\d_])")


# Tags and labels by their hash, which is the same in every vocabulary: a hundred entries at most.
_NAMES: dict[int, str] = {0: ""}


def _names(keys: list[int], strings: Any) -> list[str]:
    try:
        return list(map(_NAMES.__getitem__, keys))
    except KeyError:
        for key in set(keys).difference(_NAMES):
            _NAMES[key] = strings[key & 0xFFFFFFFFFFFFFFFF]
        return [_NAMES[key] for key in keys]


class Syntax:
    """The tokens of one paragraph, by index from 0, with document offsets.

    `heads[i]` is the index of the head, `i` itself for a root. A head outside the paragraph counts as
    none: the token is a root here.
    """

    def __init__(self, span: Span, start: int, text: str) -> None:
        """`start`: document offset of the span's first character; `text`: its characters."""
        self.text = text
        self.base = start
        self._tokens = span
        # Doc.to_array is fourteen times faster than Span.to_array, but reads the whole document.
        whole = len(span) == len(span.doc)
        attributes = [TAG, DEP, HEAD, IDX, LENGTH, SENT_START]
        columns: Any = span.doc.to_array(attributes) if whole else span.to_array(attributes)  # type: ignore[attr-defined]
        columns = columns.view("int64").T
        tags, deps, heads, starts, lengths, marks = columns.tolist()
        self._sentence_marks: list[int] = marks
        count = len(tags)
        strings = span.doc.vocab.strings
        self.tags: list[str] = _names(tags, strings)
        self.deps: list[str] = _names(deps, strings)
        self.heads: list[int] = list(map(add, range(count), heads))
        if not whole:
            self.heads = [head if 0 <= head < count else i for i, head in enumerate(self.heads)]
        offset = start - span.start_char
        self.idx: list[int] = [start + offset for start in starts] if offset else starts
        self.ends: list[int] = list(map(add, self.idx, lengths))
        # Without the mark that some tokens begin with.
        self.starts = self.idx
        for match in _GLUED.finditer(text):
            at = self.at(match.start() + start)
            if at < count and self.starts[at] == match.start() + start < self.ends[at] - 1:
                self.starts = self.idx.copy() if self.starts is self.idx else self.starts
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
    def vocabulary(self) -> frozenset[str]:
        """The different tokens in lower case: what a rule asks first that few paragraphs have a word for."""
        return frozenset(self.lower)

    @cached_property
    def children(self) -> list[Sequence[int]]:
        """For each token the tokens it heads, in text order."""
        # Most tokens head nothing: they share one empty sequence.
        found: list[Any] = [()] * len(self.heads)
        for i, head in enumerate(self.heads):
            if head != i:
                own = found[head]
                if own:
                    own.append(i)
                else:
                    found[head] = [i]
        return found

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Index of each sentence's first token."""
        return [0, *[i for i, mark in enumerate(self._sentence_marks) if mark == 1 and i]]

    def lemma(self, i: int) -> str:
        """Base form of token `i`, in lower case."""
        return lemma_of(self.lower[i], self.tags[i])

    def left(self, i: int) -> int:
        """Index of the first token of the subtree of `i`."""
        edge: int = self._tokens[i].left_edge.i - self._tokens.start
        return max(0, edge)

    def right(self, i: int) -> int:
        """Index of the last token of the subtree of `i`."""
        edge: int = self._tokens[i].right_edge.i - self._tokens.start
        return min(len(self.tags) - 1, edge)

    def child(self, i: int, *deps: str) -> int | None:
        """The first child of `i` with one of these labels."""
        labels = self.deps
        for c in self.children[i]:
            if labels[c] in deps:
                return c
        return None

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

    def touched(self, start: int, end: int) -> tuple[int, int]:
        """First index and one past the last of the tokens that document offsets touch; none: not below it."""
        return bisect.bisect_right(self.ends, start), bisect.bisect_left(self.idx, end)

    def root(self, first: int, end: int) -> int:
        """Of tokens `first` to `end - 1` the one that the others hang on, as spaCy's `Span.root`."""
        heads = self.heads
        outward = [i for i in range(first, end) if heads[i] == i]
        outward = outward or [i for i in range(first, end) if not first <= heads[i] < end]
        if len(outward) < 2 or heads[outward[0]] == outward[0]:
            return outward[0] if outward else first
        return min(outward, key=self._depth)

    def _depth(self, i: int) -> int:
        """How many heads stand above token `i`; a mark or white space on its own counts as deepest."""
        word = self.words[i]
        is_mark = word.isspace() or all(category(character)[0] == "P" for character in word)
        return len(self) - 1 if is_mark and not self.children[i] else sum(1 for _ in self.ancestors(i))

    def at(self, char: int) -> int:
        """Index of the first token that ends after document offset `char` (`len(self)` past the last)."""
        return bisect.bisect_right(self.ends, char)

    def sentence(self, i: int) -> tuple[int, int]:
        """First index and one past the last index of the sentence that holds token `i`."""
        starts = self.sentence_starts
        at = bisect.bisect_right(starts, i)
        return starts[at - 1] if at else 0, starts[at] if at < len(starts) else len(self.tags)


__all__ = ["NOUN_TAGS", "SUBJECT_DEPS", "VERB_TAGS", "Syntax"]
