"""Counts over time and of each: “8,000 vehicles a day”, “40,000 die each year”, “2.1 children per woman”.

Such a number is a rate and no count: its unit names what it is over (`per_day`, `per_woman`), its noun what
is counted, so that it is never set against a count. Belongs here: finding what a count is over. Does not
belong here: rates against a number (`rate_bases`), rates of measures (`units`).
"""

from __future__ import annotations

from functools import cache

from spacy.tokens import Doc, Span, Token

from pipelines.extract.single_amounts import Amount
from pipelines.extract.tree import Tree
from pipelines.extract.units import named_unit
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table

_OPENERS = Words("rate_opener")
_EVERY = frozenset({"each", "every"})
_BASES = Words("rate_base")
_NO_BASE = Words("no_rate_base")
_TIMES_BEHIND = Words("no_rate_behind")
_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj"})
# “Every year some 40,000 people die”: words between the period and the clause that it is said of.
_REACH = 12
# Adverbs that make a count one of each such period (“8,000 vehicles daily”).
_EACH_HOUR = Words("each_hour")
_EACH_DAY = Words("each_day")
_EACH_WEEK = Words("each_week")
_EACH_MONTH = Words("each_month")
_EACH_YEAR = Words("each_year")
_ADVERBS = {
    "hour": _EACH_HOUR, "day": _EACH_DAY, "week": _EACH_WEEK, "month": _EACH_MONTH, "year": _EACH_YEAR,
}  # fmt: skip


@cache
def _periods() -> frozenset[str]:
    """The units of time that a count may be over: those of which the table has a rate."""
    rows = read_table("units", ("unit", "dimension"))
    return frozenset(row["unit"][4:] for row in rows if row["dimension"] == "count_rate")


def rate_of_count(amount: Amount, span: Span, noun: Span | None, tree: Tree) -> tuple[str, str] | None:
    """Unit and dimension of a count that is a rate, None for a plain count.

    `span` holds the amount's tokens; `noun`, where it stands behind them, what is counted.
    """
    is_fraction = amount.number.form in ("fraction", "none") or 0 < amount.value < 1
    if amount.unit is not None or amount.dimension != "count" or is_fraction:
        return None
    is_behind = noun is not None and noun.start >= span.end
    at = noun.end if noun is not None and is_behind else span.end
    base = _right_behind(span.doc, at) or _of_clause(span, noun if is_behind else None, tree)
    if base is None:
        return None
    return f"per_{base}", "count_rate" if base in _periods() else "other_rate"


def _right_behind(doc: Doc, at: int) -> str | None:
    """“vehicles a day”, “children per woman”, “passengers daily”: what stands right behind the noun."""
    tokens = [doc[i] for i in range(at, min(at + 3, len(doc)))]
    if not tokens or tokens[0].is_sent_start:
        return None
    word = tokens[0].lower_
    if tokens[0].tag_ == "RB" and (unit := _adverb(word)) is not None:
        return unit
    if word not in _OPENERS or len(tokens) < 2 or tokens[1].is_sent_start:
        return None
    over, behind = tokens[1], tokens[2] if len(tokens) > 2 else None
    if _is_longer(over, behind):
        return None
    unit = _period(over)
    if unit is not None or over.lower_ in _BASES:
        return unit or over.lower_
    is_noun = word == "per" and over.tag_ == "NN" and over.is_alpha and over.text.islower()
    return over.lower_ if is_noun and over.lower_ not in _NO_BASE else None


def _adverb(word: str) -> str | None:
    return next((unit for unit, adverbs in _ADVERBS.items() if word in adverbs), None)


def _is_longer(over: Token, behind: Token | None) -> bool:
    """“a day after”, “a day-long march”, “a week's work”: no period that the count is over."""
    if behind is None or behind.is_sent_start:
        return False
    is_noun = behind.tag_ in ("NN", "NNS", "POS", "HYPH") and over.tag_ == "NN"
    return behind.lower_ in _TIMES_BEHIND or is_noun or behind.text == "-"


def _period(token: Token) -> str | None:
    unit = named_unit(token.lower_) if token.tag_ == "NN" else None
    return unit if unit in _periods() else None


def _of_clause(span: Span, noun: Span | None, tree: Tree) -> str | None:
    """“40,000 people die each year”, “every year 40,000 die”: a period that the same verb has."""
    ends = (span.root,) if noun is None else (noun.root, span.root)  # “thousands of pilgrims”: either
    token = next((t for t in ends if t.dep_ in _ARGUMENTS and t.head.tag_.startswith("VB")), None)
    if token is None:
        return None
    verb = token.head
    for child in tree.children(verb):
        if child.dep_ not in ("npadvmod", "advmod") or abs(child.i - verb.i) > _REACH:
            continue
        if child.tag_ == "RB" and (unit := _adverb(child.lower_)) is not None:
            return unit
        before = child.nbor(-1) if child.i else child
        behind = child.nbor(1) if child.i + 1 < len(child.doc) else None
        if before.lower_ in _EVERY and before.i != child.i and not _is_longer(child, behind):
            return _period(child)
    return None
