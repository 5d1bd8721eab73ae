"""An amount as the rules about claims see it: the amount, the lexemes around it, the tokens it covers.

Belongs here: what any rule may ask. Does not belong here: the rules (`calendar_numbers`, `not_claims`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from spacy.tokens import Span, Token

from pipelines.extract.amounts import AmountReader
from pipelines.extract.single_amounts import Amount
from pipelines.reference import words

DASHES = frozenset("-‐‑–")


@dataclass(slots=True)
class Candidate:
    """An amount as the rules see it. `span` holds the parsed tokens it covers (None if none align)."""

    amount: Amount
    reader: AmountReader
    span: Span | None
    urls: list[tuple[int, int]]
    is_start: bool  # nothing but white space before it in its line

    def lower(self, at: int) -> str:
        """The lexeme at index `at`, in lower case; '' outside."""
        return self.reader.lower(at)

    def text(self, at: int) -> str:
        """The lexeme at index `at` as written; '' outside."""
        return self.reader.lexemes[at].text if 0 <= at < self.reader.size else ""

    def glued(self, at: int) -> bool:
        """True where lexeme `at` follows the one before it without a space."""
        return self.reader.glued(at)

    @property
    def before(self) -> str:
        """The lexeme before the amount, in lower case."""
        return self.lower(self.amount.first - 1)

    @property
    def after(self) -> str:
        """The lexeme after the amount, in lower case."""
        return self.lower(self.amount.last + 1)

    @property
    def is_bare(self) -> bool:
        """True for digits without unit, magnitude or decimals."""
        a = self.amount
        return a.unit is None and a.number.form == "digits" and a.number.scale == 1 and a.value.is_integer()

    @property
    def written(self) -> str:
        """The number's own characters."""
        return self.reader.text[self.amount.number.start : self.amount.number.end]

    @property
    def has_cue(self) -> bool:
        """True where a bound cue (about, more than) stands before the amount."""
        return self.amount.cue_first < self.amount.first and self.amount.bound != "exact"

    @property
    def token(self) -> Token | None:
        """The amount's syntactic root."""
        return self.span.root if self.span is not None and len(self.span) else None

    @property
    def counted(self) -> Token | None:
        """The plural noun that the number modifies, where the parse shows one right of it."""
        token = self.token
        if token is None or token.dep_ not in ("nummod", "amod", "quantmod", "compound"):
            return None
        head = token.head
        is_right = token.i < head.i <= token.i + 6
        return head if is_right and head.tag_ in ("NNS", "NNPS") else None


@cache
def rule_words(kind: str) -> frozenset[str]:
    """The words of one kind in `not_claim_words.csv`."""
    return words("not_claim_words", "word", {"kind": kind})
