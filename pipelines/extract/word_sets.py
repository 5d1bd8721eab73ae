"""Sets of words that rules ask for, from `amount_words.csv` and `quote_words.csv`.

Belongs here: how such a set is read. Does not belong here: the words (the table) or the rules.
"""

from __future__ import annotations

from functools import cache
from typing import Self

from pipelines.reference import ReferenceError, read_table, table_path

# In the table it stands for the place before the first word of a text, and behind its last.
_END = "(end)"


@cache
def _by_kind(table: str, path: str) -> dict[str, frozenset[str]]:
    """The words of a table, which lies at `path`, by their kind."""
    found: dict[str, set[str]] = {}
    for row in read_table(table, ("word", "kind")):
        found.setdefault(row["kind"], set()).add("" if row["word"] == _END else row["word"].casefold())
    return {kind: frozenset(words) for kind, words in found.items()}


class Words(frozenset[str]):
    """The words of one or more kinds, in lower case. Raises `ReferenceError` where the table lacks a kind.

    The table is read when the rules are imported, and only extraction imports them. A frozenset and no more:
    the rules ask a hundred times a paragraph, and a set that reads itself when first asked answers at a
    quarter of the speed.
    """

    __slots__ = ()
    _table = "amount_words"

    def __new__(cls, *kinds: str) -> Self:
        """The words of all of `kinds`."""
        path = table_path(cls._table)
        known = _by_kind(cls._table, str(path))
        if missing := [kind for kind in kinds if kind not in known]:
            raise ReferenceError(f"{path}: no words of kind {', '.join(missing)}")
        return super().__new__(cls, frozenset().union(*(known[kind] for kind in kinds)))


class QuoteWords(Words):
    """The same for the rules about quotes, from `quote_words.csv`."""

    __slots__ = ()
    _table = "quote_words"
