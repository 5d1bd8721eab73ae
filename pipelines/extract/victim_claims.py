"""Claims for victims told without a numeral (`counted_victims`), and for those who were shot and lived."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from spacy.tokens import Token

from pipelines.extract.claim_place import PlaceFinder
from pipelines.extract.claim_source import SourceFinder
from pipelines.extract.claim_time import TimeFinder
from pipelines.extract.context import Context, Paragraph
from pipelines.extract.counted_victims import FLAG, Victims, count_victims
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.model import NumericClaim, row_key

_CONFIDENCE = 0.6
_Finders = tuple[SourceFinder, TimeFinder, PlaceFinder]

# Whoever was shot, stabbed or hit is injured where a report tells of care or condition, and of no death.
_DEATH = Words("death_sign")
_CARE = Words("care_sign")


@cache
def _signs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a word of death, and one of care; in the table “*” stands for any ending."""
    death, care = (
        "|".join(re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=len, reverse=True))
        for words in (_DEATH, _CARE)
    )
    return re.compile(rf"\b(?:{death})\b", re.IGNORECASE), re.compile(rf"\b(?:{care})\b", re.IGNORECASE)


def add_victims(
    ctx: Context,
    claims: list[NumericClaim],
    numerals: Mapping[tuple[int, int], NumericClaim],
    finders: _Finders,
) -> None:
    """Add a claim for the victims that the opening of a document names without a numeral.

    `numerals`: the claim that a numeral's token belongs to, by its paragraph's start and its index.
    """

    def value(paragraph: Paragraph, token: Token) -> float | None:
        row = numerals.get((paragraph.start, token.i))
        is_count = row is not None and row.unit_dimension == "count" and not row.is_vague
        return row.value if row is not None and is_count else None

    for victims in count_victims(ctx.prose, value):
        row = _row(ctx, victims, claims)
        if row is None:
            continue
        sources, times, places = finders
        paragraph, doc = victims.paragraph, victims.anchor.doc
        span, tree = doc[victims.anchor.i : victims.anchor.i + 1], Tree(paragraph)
        sources.fill(row, span, tree, paragraph)
        times.fill(row, span, None, tree, paragraph)
        places.fill(row, span, None, tree, paragraph)
        key = row_key(ctx.document_id, "numeric_claims", row.start_char, row.end_char)
        for at in victims.parts:
            part = numerals[paragraph.start, at]
            part.category, part.stock_or_flow = row.category, row.stock_or_flow
            part.related_claim_id, part.relation = key, "part_of"
        claims.append(row)


def _row(ctx: Context, victims: Victims, claims: list[NumericClaim]) -> NumericClaim | None:
    """The claim at the first word of the victims; None where a numeral's claim stands there."""
    paragraph = victims.paragraph
    for token in (victims.anchor, victims.head):
        start, end = paragraph.at(token), paragraph.end_of(token)
        if not any(c.start_char < end and start < c.end_char for c in claims):
            break
    else:
        return None
    noun_start, noun_end = paragraph.at(victims.head), paragraph.end_of(victims.head)
    return NumericClaim(
        start_char=start,
        end_char=end,
        surface=ctx.text[start:end],
        segment_no=paragraph.segment_no,
        value=victims.count,
        noun=ctx.text[noun_start:noun_end],
        noun_start_char=noun_start,
        noun_end_char=noun_end,
        category=victims.category,
        stock_or_flow="flow",
        flags=[FLAG],
        method=FLAG,
        confidence=_CONFIDENCE,
    )


def name_the_shot(ctx: Context, claims: list[NumericClaim]) -> None:
    """“Three people were shot … all are in stable condition”, and nobody dead: injured.

    A counted casualty of whom nothing more is known is dropped: whether he lives is not said.
    """
    shot = [c for c in claims if c.category == "casualties"]
    if not shot:
        return
    text = "\n".join(paragraph.text for paragraph in ctx.prose)
    death, care = _signs()
    if care.search(text) and not death.search(text):
        for claim in shot:
            claim.category = "injured"
    told: set[str | None] = set()
    kept = []
    for claim in claims:
        if FLAG in claim.flags and (claim.category == "casualties" or claim.category in told):
            continue
        if FLAG in claim.flags:
            told.add(claim.category)
        kept.append(claim)
    claims[:] = kept
