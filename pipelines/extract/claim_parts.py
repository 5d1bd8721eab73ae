"""Parts of a whole among counts, and counts that come on top of others.

“Four people, including two children”, “ten were stabbed, three of whom died”, “of the 31 injured, five”: the
second number is part of the first. “Another three”, “two more”: the number comes on top of what was counted
before. Belongs here: reading both off the characters between two counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Span

from pipelines.extract.amounts import AmountReader
from pipelines.extract.single_amounts import Amount
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words

# A whole further back than this in its sentence is not looked for.
_BACK = 6
_OPENERS = (
    ("including",), ("among", "them"), ("among", "whom"), ("of", "whom"), ("of", "them"), ("of", "which"),
    ("among", "those"),
)  # fmt: skip
_THEM = Words("them")
_BEFORE = Words("additional_before")
_BEHIND = Words("additional_behind")
_NOT_MORE = Words("not_additional")


@dataclass(slots=True)
class Found:
    """An amount that is a claim, with its tokens and noun; `related` is the index of another one.

    `is_vote`: a share of a vote or poll, whose noun is the side that has it.
    """

    amount: Amount
    span: Span
    noun: Span | None
    start: int
    end: int
    tree: Tree
    is_additional: bool = False
    is_exception: bool = False
    is_vote: bool = False
    like: Found | None = None
    related: int | None = None
    relation: str | None = None


def is_additional(amount: Amount, reader: AmountReader) -> bool:
    """True for a count on top of others: “another three”, “12 more”, “four others”; not “20 more than”."""
    if amount.unit is not None:
        return False
    if _BEFORE & {reader.lower(amount.first - 1), reader.lower(amount.cue_first - 1)}:
        return True
    at = amount.last + 1
    if reader.lower(at) not in _BEHIND or reader.lower(at + 1) in _NOT_MORE:
        return False
    # “2 million more votes than Orr” compares.
    return reader.lower(at) != "more" or "than" not in (reader.lower(at + 2), reader.lower(at + 3))


def is_exception(amount: Amount, reader: AmountReader) -> bool:
    """“all but two of the 33 miners were rescued”: those that what is said does not befall."""
    before = reader.lower(amount.cue_first - 1)
    return before == "but" and reader.lower(amount.cue_first - 2) in ("all", "everyone", "everybody")


def join_part(item: Found, before: Sequence[Found], reader: AmountReader) -> None:
    """Join `item` to the whole that its sentence names before it, where it is said to be part of one."""
    if item.amount.dimension != "count" or item.relation is not None or not before:
        return
    last, start = before[-1], item.tree.sentence_start(item.span.start)
    at = _whole(before, start)
    if at is None:
        return
    whole = before[at]
    gap = [x.lower for x in reader.lexemes[last.amount.last + 1 : item.amount.cue_first]]
    named = any(tuple(gap[-len(opener) :]) == opener for opener in _OPENERS) or _is_of_them(item, reader)
    fits = item.amount.value <= _rest(before, at)
    if named or (
        fits and (_is_listed(last, gap) or _is_left_over(item, gap, reader) or _opens(whole, reader))
    ):
        item.related, item.relation = at, "part_of"
        if gap[-2:] == ["of", "which"]:
            item.noun = item.noun or whole.noun  # “103 drones, of which 77 were downed”


def _whole(before: Sequence[Found], start: int) -> int | None:
    """The nearest count before in the sentence that is no part itself."""
    for at in range(len(before) - 1, max(-1, len(before) - 1 - _BACK), -1):
        other = before[at]
        if other.span.start < start:
            return None
        if other.amount.dimension == "count" and other.relation != "part_of":
            return at
    return None


def _rest(before: Sequence[Found], at: int) -> float:
    """How much of the whole is not yet in parts."""
    whole = before[at].amount
    parts = sum(x.amount.value for x in before[at + 1 :] if x.related == at and x.relation == "part_of")
    return (whole.value if whole.high is None else whole.high) - parts


def _is_of_them(item: Found, reader: AmountReader) -> bool:
    """“three of whom died”, “two of them fatally”."""
    at = item.amount.last + 1
    return reader.lower(at) == "of" and reader.lower(at + 1) in _THEM


def _is_listed(last: Found, gap: list[str]) -> bool:
    """“including two children and three women”: the list that “including” opened goes on."""
    if last.relation != "part_of" or last.noun is None or len(gap) > 4:
        return False
    noun = last.noun.text.lower().split()
    return gap in ([*noun, "and"], [*noun, ","], [*noun, ",", "and"])


def _is_left_over(item: Found, gap: list[str], reader: AmountReader) -> bool:
    """“Four people were shot, one fatally”: a bare number and an adverb, cut off by a comma."""
    after, end = item.span.end, reader.lower(item.amount.last + 2)
    doc = item.span.doc
    is_adverb = after < len(doc) and doc[after].tag_ == "RB" and doc[after].lower_.endswith("ly")
    return is_adverb and gap[-1:] == [","] and end in ("", ".", ",", ";")


def _opens(whole: Found, reader: AmountReader) -> bool:
    """“Of the 31 injured, five are in danger”: the whole stands first, behind “of”."""
    at = whole.amount.cue_first - 1
    at -= reader.lower(at) in ("the", "those", "these", "its", "their")
    if reader.lower(at) != "of":
        return False
    return at == 0 or reader.lexemes[at].text == "Of"
