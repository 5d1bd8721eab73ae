"""Rates against a number: “42 per 100,000”, “3.1 burglaries per 1,000 residents”, “5.4 litres per 100 km”.

The number behind “per” is the base of a rate, and counts nothing itself (`not_claims.rate_base`); the number
before it is no count either, so its unit names the base. Belongs here: finding both off the characters.
"""

from __future__ import annotations

from itertools import pairwise

from pipelines.extract.lexemes import HYPHENS, Lexed
from pipelines.extract.single_amounts import Amount
from pipelines.extract.word_sets import Words

# Words between the number and “per”: “2.4 cases of the disease per 1,000”.
_MOST_WORDS = 5


def join_bases(lexed: Lexed, amounts: list[Amount]) -> list[Amount]:
    """The amounts in order, those before a base with the rate as unit; a base that touches is joined."""
    absorbed = {
        id(right) for left, right in pairwise(amounts) if is_base(lexed, right) and _join(lexed, left, right)
    }
    amounts = [amount for amount in amounts if id(amount) not in absorbed] if absorbed else amounts
    if any(amount.unit is not None and amount.unit.startswith("per_") for amount in amounts):
        _share(lexed, amounts)
    return amounts


def is_base(lexed: Lexed, amount: Amount) -> bool:
    """True behind “per”, and behind “for every” before a round number."""
    before = lexed.lower(amount.first - 1)
    if before == "per":
        return True
    is_round = amount.unit is None and amount.value in _ROUND
    return before == "every" and lexed.lower(amount.first - 2) == "for" and is_round


_ROUND = frozenset({100.0, 1e3, 1e4, 1e5, 1e6})


def _join(lexed: Lexed, left: Amount, base: Amount) -> bool:
    """Give `left` the unit of the rate; true where the base belongs to its span."""
    gap = lexed.lexemes[left.last + 1 : base.first]
    opener = 1 if gap and gap[-1].lower == "per" else 2
    words = gap[:-opener]
    is_near = len(words) <= _MOST_WORDS and all(lexeme.kind == "word" for lexeme in words)
    if not is_near or base.is_range or base.is_vague or not base.value.is_integer() or base.value < 2:
        return False
    if lexed.lower(base.number.last + 1) in HYPHENS:
        return False  # “$3,900 per 40-foot box” is money per box
    if left.dimension == "percent" or (left.unit is not None and words):
        return False
    size = f"{base.value:.0f}"
    name = size if base.unit is None else f"{size}_{base.unit}"
    if left.unit is None:
        left.unit, left.dimension = f"per_{name}", "proportion" if base.unit is None else "other_rate"
    else:
        left.unit = f"{left.unit}/{name}"
        left.dimension = left.dimension if left.dimension == "money" else f"{left.dimension}_ratio"
    for part in left.parts:
        part.unit, part.dimension = left.unit, left.dimension
    if not words:
        left.last = base.last
    return not words


def _share(lexed: Lexed, amounts: list[Amount]) -> None:
    """“29 murders per million people, against 18 in 2015”: what a rate is compared with has its base."""
    rate: Amount | None = None
    for amount in amounts:
        if amount.unit is not None and amount.unit.startswith("per_"):
            rate = amount
        elif rate is not None and not is_base(lexed, amount):
            is_near = amount.first - rate.last <= _REACH and amount.unit is None and not amount.is_vague
            if (
                is_near
                and lexed.lower(amount.first - 1) in _AGAINST
                and lexed.lower(amount.last + 1) in _ENDS
            ):
                amount.unit, amount.dimension, amount.shares_unit = rate.unit, rate.dimension, True
            else:
                rate = None


# Tokens between a rate and what it is compared with.
_REACH = 9
_AGAINST = Words("against")
_ENDS = Words("after_level", "after_origin", "sentence_end")
