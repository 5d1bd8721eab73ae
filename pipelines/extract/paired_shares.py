"""Two numbers around “to” that are the shares of two sides: “leads Orr 52 percent to 45”, “lost 47 to 25”.

Belongs here: whose each of the two is, and that both are percentages where a poll says so. Does not belong
here: what makes a sentence one about a poll (`polls`), results of games (`scores`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from spacy.tokens import Span, Token

from pipelines.extract.claim_parts import Found
from pipelines.extract.noun_phrases import NounPhrases
from pipelines.extract.polls import (
    LEAST_SUM,
    WHOLE,
    is_about_election,
    is_decision,
    is_percent_of_votes,
    sides,
)
from pipelines.extract.single_amounts import Amount
from pipelines.extract.tree import Tree

_UNITS = (None, "percent")


def read_pairs(found: Sequence[Found], phrases: NounPhrases) -> None:
    """Give pairs of shares among the claims of one paragraph, in text order, their unit and their nouns."""
    for first, second in pairwise(found):
        if not _is_pair(first, second):
            continue
        a, b = first.amount, second.amount
        is_decided, is_election = is_decision(first.span), is_about_election(first.span, first.tree)
        is_whole = LEAST_SUM <= a.value + b.value <= WHOLE
        is_percent = "percent" in (a.unit, b.unit) and (
            is_decided or ((is_election or is_whole) and a.direction is None)
        )
        is_percent = is_percent or is_percent_of_votes(first.span, (a.value, b.value), first.tree)
        if is_percent:
            for amount in (a, b):
                amount.unit, amount.dimension, amount.direction = "percent", "percent", None
        elif is_election and not is_decided and (counted := _counted(second, phrases)) is not None:
            first.noun = second.noun = counted
        elif not is_decided or "percent" in (a.unit, b.unit) or not (is_election or a.value > b.value):
            continue
        first.is_vote = second.is_vote = True
        first.related, first.relation = (None, None) if is_percent else (first.related, first.relation)
        if is_decided:
            first.like = second.like = None
            larger, smaller = (first, second) if a.value >= b.value else (second, first)
            larger.noun, smaller.noun = (
                (_phrase(token, phrases) for token in sides(first.span, first.tree))
                if is_percent
                else [_counted(second, phrases)] * 2
            )


def _is_pair(first: Found, second: Found) -> bool:
    """“A to B” with nothing else between, and neither with a noun of its own behind it."""
    doc, a, b = first.span.doc, first.amount, second.amount
    if second.span.start - first.span.end != 1 or doc[first.span.end].lower_ not in ("to", "-", "–"):
        return False
    if (
        (first.relation or "restates") != "restates"
        or second.relation
        or a.is_range
        or b.is_range
        or a.is_vague
        or b.is_vague
    ):
        return False
    is_plain = a.unit in _UNITS and b.unit in _UNITS and b.unit in (a.unit, "percent")
    own = second.noun is not None and second.noun.start == second.span.end
    return is_plain and not own


def _counted(second: Found, phrases: NounPhrases) -> Span | None:
    """“leads 1,428 to 1,153 in delegates”: what both numbers count, where the sentence says it."""
    doc, at = second.span.doc, second.span.end
    if at + 1 >= len(doc) or doc[at].lower_ not in ("in", "among"):
        return None
    noun = phrases.run(doc, at + 1)
    return noun if noun is not None and noun[-1].tag_ == "NNS" else None


def _phrase(token: Token | None, phrases: NounPhrases) -> Span | None:
    return phrases.phrase(token, 0) if token is not None else None


def splits_vote(amount: Amount, span: Span, tree: Tree) -> bool:
    """True where “41 to 49” is no range but what two sides had: “Rowe trails Orr 41 to 49” in a poll."""
    low, high = amount.low, amount.high
    if amount.unit not in _UNITS or low is None or high is None or not is_decision(span):
        return False
    return is_percent_of_votes(span, (low, high), tree)
