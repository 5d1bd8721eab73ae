"""Sets of words that the rules about amounts ask for, from `amount_words.csv`, read when first asked.

Belongs here: how such a set is read. Does not belong here: the words (the table) or the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from pipelines.reference import ReferenceError, table_path, words

# In the table it stands for the place before the first word of a text, and behind its last.
_END = "(end)"


def _of_kind(kind: str) -> frozenset[str]:
    found = words("amount_words", "word", {"kind": kind})
    if not found:
        raise ReferenceError(f"{table_path('amount_words')}: no words of kind {kind}")
    return found


class Words(Set[str]):
    """The words of one or more kinds, in lower case; what `&`, `|` and `-` make is a frozenset."""

    __slots__ = ("_kinds", "_words")

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds
        self._words: frozenset[str] | None = None

    def read(self) -> frozenset[str]:
        """The words as a frozenset. Raises `ReferenceError` where the table lacks a kind."""
        if self._words is None:
            read = frozenset().union(*map(_of_kind, self._kinds))
            self._words = read - {_END} | {""} if _END in read else read
        return self._words

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> frozenset[Any]:
        return frozenset(it)

    def __contains__(self, word: object) -> bool:
        return word in (self._words or self.read())

    def __iter__(self) -> Iterator[str]:
        return iter(self.read())

    def __len__(self) -> int:
        return len(self.read())

    def __and__(self, other: Set[Any]) -> frozenset[str]:
        return self.read() & other

    __rand__ = __and__

    def __or__(self, other: Set[Any]) -> frozenset[Any]:
        return self.read() | other

    __ror__ = __or__

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        """True where no word is in `other`."""
        return self.read().isdisjoint(other)

    def issuperset(self, other: Iterable[Any]) -> bool:
        """True where every word of `other` is one of these."""
        return self.read().issuperset(other)
