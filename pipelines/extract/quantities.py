"""Numeric claims of a document: how many, of what, according to whom.

Reads amounts off each paragraph (`amounts`), drops what is no claim (`not_claims`), and gives the rest its
meaning: what is counted (`nouns`), direction (`change`), category (`claim_categories`), source
(`claim_source`). Belongs here: the order of these steps and the finished row.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Span

from pipelines.extract import change
from pipelines.extract.amounts import AmountReader
from pipelines.extract.broken_lines import whole_amounts
from pipelines.extract.candidates import Candidate
from pipelines.extract.claim_ages import bare_age, is_age_noun
from pipelines.extract.claim_categories import Facts, categorise, takes_fate
from pipelines.extract.claim_flags import flag_contradictions
from pipelines.extract.claim_parts import Found, is_additional, is_exception, join_part
from pipelines.extract.claim_place import PlaceFinder
from pipelines.extract.claim_source import SourceFinder
from pipelines.extract.claim_time import TimeFinder
from pipelines.extract.context import Context, Paragraph
from pipelines.extract.counted_rates import rate_of_count
from pipelines.extract.nlp import lemma
from pipelines.extract.not_claims import reason, url_spans
from pipelines.extract.nouns import NounFinder, is_anaphoric, is_doer, is_magnitude, is_owner
from pipelines.extract.paired_shares import read_pairs, splits_vote
from pipelines.extract.polls import is_lead
from pipelines.extract.quick_look import may_hold_amount
from pipelines.extract.single_amounts import Amount
from pipelines.extract.tolls import own_noun
from pipelines.extract.tree import Tree
from pipelines.extract.victim_claims import add_victims, name_the_shot
from pipelines.extract.word_sets import Words
from pipelines.model import Mention, NumericClaim, Quote, row_key


def find_claims(ctx: Context, mentions: Sequence[Mention], quotes: Sequence[Quote]) -> list[NumericClaim]:
    """The numeric claims of a document in text order, spans never overlapping."""
    sources, times, places = SourceFinder(ctx, quotes), TimeFinder(ctx), PlaceFinder(ctx, mentions)
    claims: list[NumericClaim] = []
    numerals: dict[tuple[int, int], NumericClaim] = {}
    for paragraph in ctx.prose:
        found = _paragraph(paragraph, ctx.text)
        rows = [_row(ctx, paragraph, item) for item in found]
        found, rows = _without_empty_none(found, rows)
        for item, row in zip(found, rows, strict=True):
            sources.fill(row, item.span, item.tree, paragraph)
            times.fill(row, item.span, item.noun, item.tree, paragraph)
            places.fill(row, item.span, item.noun, item.tree, paragraph)
        _relate(ctx.document_id, found, rows)
        flag_contradictions(ctx.document_id, rows)
        claims.extend(rows)
        numerals.update(
            ((paragraph.start, at), row)
            for item, row in zip(found, rows, strict=True)
            for at in range(item.span.start, item.span.end)
        )
    add_victims(ctx, claims, numerals, (sources, times, places))
    name_the_shot(ctx, claims)
    return sorted(claims, key=lambda c: c.start_char)


def _paragraph(paragraph: Paragraph, document: str) -> list[Found]:
    """The claims of one paragraph of the text `document`, offsets still relative to it."""
    text = document[paragraph.start : paragraph.end]
    if not may_hold_amount(text, paragraph.syntax.vocabulary):
        return []
    reader = AmountReader(text)
    urls = url_spans(text)
    kept: list[tuple[Candidate, Span]] = []
    for amount in whole_amounts(document, paragraph, reader, reader.read()):
        span = _tokens(amount, reader, paragraph)
        if span is None:
            continue
        candidate = Candidate(amount, reader, span, urls, is_start=amount.first == 0)
        if reason(candidate) is None:
            kept.append((candidate, span))
    if not kept:
        return []
    tree = Tree(paragraph)
    taken = {token.i for _, span in kept for token in span}
    cues = {i for c, span in kept for i in range(change.cue_token(c.amount, reader, span).i, span.start)}
    finder = NounFinder(taken, tree, cues)
    found: list[Found] = []
    for candidate, span in kept:
        bare_age(candidate, tree, found[-1] if found else None)
        found.extend(_meanings(candidate, span, paragraph, found, finder))
    read_pairs(found, finder)
    return found


def _tokens(amount: Amount, reader: AmountReader, paragraph: Paragraph) -> Span | None:
    start, end = reader.lexemes[amount.first].start, reader.lexemes[amount.last].end
    span = paragraph.char_span(paragraph.start + start, paragraph.start + end)
    return span if span is not None and len(span) else None


def _meanings(
    c: Candidate, span: Span, paragraph: Paragraph, before: list[Found], finder: NounFinder
) -> list[Found]:
    """The amount as one claim, or as two where “from A to B” is a change."""
    amount, reader = c.amount, c.reader
    parts = [amount]
    is_bare = "level" in amount.notes and amount.unit is None  # “fell 3 to 20”: the verb stands before it
    is_level = is_bare or ("level" in amount.notes and change.direction(amount, reader, span) is not None)
    is_from_to = bool(amount.parts) and "level" not in amount.notes and change.is_change(span, amount)
    if is_level:
        amount.parts[0].cue_first, amount.parts[1].cue_first = amount.cue_first, amount.parts[1].first
        amount.parts[0].bound = amount.bound if amount.bound != "range" else "exact"
    if is_from_to or is_level:
        parts = list(amount.parts)
    elif amount.ends and splits_vote(amount, span, finder.tree):
        parts = list(amount.ends)
    made: list[Found] = []
    for part in parts:
        start, end = reader.lexemes[part.first].start, reader.lexemes[part.last].end
        own = _tokens(part, reader, paragraph) or span
        part.direction = None if is_from_to else change.direction(part, reader, own)
        hyphened = reader.lower(part.last + 1) in ("-", "‐", "‑")
        noun = finder.find(part, own, hyphened)
        if "line_end" in part.notes and noun is not None and noun.end <= own.start:
            noun = None  # what is counted stands on the next line
        part.direction = part.direction or change.of_noun(part, reader, own, noun)
        if part.unit is None and not hyphened and not is_magnitude(noun):
            noun = own_noun(own, noun, finder.tree)
        if part.unit is None and noun is not None and is_owner(own, noun, finder.tree, part.is_vague):
            noun = None  # “Rubio has 41”
        is_free = part.unit is None and not part.is_vague and noun is not None and not is_anaphoric(noun)
        if is_free and noun is not None and is_doer(own, noun):
            noun = None
        if part.unit == "point" and is_lead(own, finder.tree):
            part.unit = part.dimension = "percentage_point"
        if (rate := rate_of_count(part, own, noun, finder.tree)) is not None:
            part.unit, part.dimension = rate
        if part.unit is None and noun is not None and is_age_noun(noun):
            part.unit, part.dimension = "year_of_age", "age"
        made.append(Found(part, own, noun, start, end, finder.tree, is_additional(part, reader)))
        made[-1].is_exception = is_exception(part, reader)
    if is_from_to:
        made[1].related, made[1].relation = len(before), "from_to"
        made[0].noun = made[0].noun or made[1].noun
    _share_noun(made, before, reader)
    return made


def _share_noun(made: list[Found], before: list[Found], reader: AmountReader) -> None:
    """Nouns that an amount takes from its neighbour: lists, brackets, “this figure”."""
    item = made[0]
    last = before[-1] if before else None
    if last is None:
        return
    gap = [x.lower for x in reader.lexemes[last.amount.last + 1 : item.amount.first]]
    _share_back(item, before, reader)
    _share_heading(item, before, gap)
    _share_points(item, before, reader)
    _compared(item, last, reader)
    _keep_direction(item, last, reader)
    if gap in (["("], ["/"], [",", "or"]):
        item.noun = last.noun or item.noun
        _restate(item, last, len(before) - 1)
    elif item.noun is not None and is_anaphoric(item.noun) and last.amount.dimension == item.amount.dimension:
        item.noun = last.noun or item.noun
        item.like = last.like or last
    elif item.noun is None and item.amount.unit is None and last.amount.unit is None and len(gap) <= 6:
        item.noun = last.noun if gap[-1:] in (["from"], ["with"], ["than"], ["to"]) else None
    if _is_elliptic(item, last, gap):
        item.noun = last.noun
    elif item.noun is None and item.amount.unit is None:
        item.noun = _had_before(item, before)
    _share_rate(item, last, gap)
    if _compares(item, reader) and last.amount.unit is None and item.amount.unit is None and last.noun:
        item.noun = last.noun  # “took 43 seats, five fewer than in 2020”
    is_level = (
        gap in (["to"], ["at"], ["to", "about"], ["to", "around"]) and last.amount.direction is not None
    )
    if is_level or (
        gap in (["up"], ["down"], [",", "up"], [",", "down"]) and item.amount.dimension == "percent"
    ):
        item.noun = last.noun or item.noun
    is_back = gap[-1:] == ["from"] and len(gap) <= 4 and "and" not in gap and len(made) == 1
    is_other = item.amount.unit is None and item.noun is not None and item.noun.start >= item.span.end
    if is_back and item.amount.unit == last.amount.unit and not is_other:
        last.related, last.relation = len(before), "from_to"
    join_part(item, before, reader)
    if gap in (["of"], ["of", "the"], ["of", "its"]) and item.amount.unit == last.amount.unit:
        last.related, last.relation = len(before), "part_of"


def _is_elliptic(item: Found, last: Found, gap: list[str]) -> bool:
    """“217 votes to 215”, “gained 14 seats and lost two”, “543 seats; 272 are needed”: no noun of its own."""
    if last.noun is None or item.amount.unit is not None or last.amount.unit is not None:
        return False
    doc, at, end = item.span.doc, item.span.start, item.span.end
    if last.span.start < item.tree.sentence_start(at) or (item.noun is not None and item.noun.start == end):
        return False
    if item.amount.dimension != "count" or last.amount.dimension != "count":
        return False
    named = last.noun.text.lower().split()
    if gap in ([*named, "to"], [*named, "from"]):
        return True
    follows = doc[end] if end < len(doc) else None
    is_closed = follows is None or follows.text in (".", ",", ";")
    if is_closed and gap[:-1] == [*named, "and"] and doc[at - 1].tag_ in ("VBD", "VBN", "VBZ"):
        return True
    if doc[at - 1].tag_ == "POS" and is_closed and gap[-1:] in (["'s"], ["s"], ["’"], ["'"]):
        return True  # “568 members to Orr's 535”
    is_other_place = follows is not None and follows.lower_ in ("on", "in", "at") and len(gap) <= _NEAR_LIST
    if is_other_place and gap[-1] == "and" and gap[: len(named)] == named:
        return True  # “85 patients on Friday and 102 on Saturday”
    is_subject = item.span.root.dep_ in ("nsubj", "nsubjpass") and at > 0 and doc[at - 1].text == ";"
    return is_subject and follows is not None and follows.lower_ in ("are", "were", "have", "had")


def _share_rate(item: Found, last: Found, gap: list[str]) -> None:
    """“8,000 vehicles a day, up from 5,000 in May”: what a rate of counts is compared with is one too."""
    a, rate = item.amount, last.amount
    is_own = item.noun is not None and item.noun.start >= item.span.end
    if rate.dimension != "count_rate" or a.unit is not None or a.dimension != "count" or is_own:
        return
    if gap[-1:] and gap[-1] in _AGAINST and len(gap) <= _NEAR_RATE and not a.is_vague:
        a.unit, a.dimension, a.shares_unit, item.noun = rate.unit, rate.dimension, True, last.noun


_AGAINST = Words("against")
# Tokens between a rate and what it is compared with.
_NEAR_RATE = 9


def _had_before(item: Found, before: list[Found]) -> Span | None:
    """“Alder has 370 delegates. Rowe has 163”: what others were said to have, here or a sentence before."""
    doc, verb = item.span.doc, item.span.root.head
    if item.span.root.dep_ != "dobj" or lemma(verb) not in _HAVING or item.amount.dimension != "count":
        return None
    start = item.tree.sentence_start(item.span.start)
    floor = item.tree.sentence_start(start - 1) if start > item.tree.first else start
    for other in reversed(before[-_SHARED_BY:]):
        if other.span.start < floor:
            return None
        noun, amount = other.noun, other.amount
        if amount.unit is None and amount.dimension == "count" and noun is not None:
            is_own = noun.start >= other.span.end and doc[noun.end - 1].tag_ == "NNS"
            return noun if is_own or lemma(other.span.root.head) in _HAVING else None
    return None


_HAVING = Words("having")
_SHARED_BY = 6
_NEAR_LIST = 6


def _compares(item: Found, reader: AmountReader) -> bool:
    """“five fewer than in 2020”: behind the number nothing is named that it counts."""
    after = item.amount.last + 1
    is_own = item.noun is not None and item.noun.start >= item.span.end
    return (
        not is_own and reader.lower(after) in ("more", "fewer", "less") and reader.lower(after + 1) == "than"
    )


_LIST_MARKS = Words("list_link")


def _share_back(item: Found, before: list[Found], reader: AmountReader) -> None:
    """“four-, five- and six-cylinder”, “a 10-day, 200-km march”: the last noun holds for all of the list."""
    right = item
    for left in reversed(before[-6:]):
        gap = [x.lower for x in reader.lexemes[left.amount.last + 1 : right.amount.first]]
        is_attribute = gap == [","] and reader.lower(left.amount.number.last + 1) == "-"
        if (
            left.noun is not None
            or (left.amount.unit != item.amount.unit and not is_attribute)
            or not gap
            or not _LIST_MARKS.issuperset(gap)
        ):
            break
        left.noun = item.noun
        right = left


def _share_heading(item: Found, before: list[Found], gap: list[str]) -> None:
    """“homes to $1 million, 70 days; to $2 million, 99 days”: a bare list item keeps the list's noun."""
    is_item = gap in ([";"], [","], [";", "and"], [",", "and"])
    is_own = item.noun is not None and item.noun.start >= item.span.end
    if not is_item or is_own or item.amount.unit is None:
        return
    start = item.tree.sentence_start(item.span.start)
    for earlier in reversed(before[-12:]):
        if earlier.span.start < start:
            return
        if earlier.amount.unit == item.amount.unit and earlier.noun is not None:
            item.noun = earlier.noun
            return


def _share_points(item: Found, before: list[Found], reader: AmountReader) -> None:
    """“lost 162 points to close at 7,425”: the level of what moved by points is in points."""
    a = item.amount
    is_own = item.noun is not None and item.noun.start >= item.span.end
    if a.unit is not None or is_own or a.is_vague or reader.lower(a.first - 1) not in ("to", "at"):
        return
    start = item.tree.sentence_start(item.span.start)
    if any(x.amount.unit == "point" and x.span.start >= start for x in before[-3:]):
        a.unit, a.dimension = "point", "points"


def _compared(item: Found, last: Found, reader: AmountReader) -> None:
    """“10% of the arms, against more than 50% before”: a percentage is of what it is compared with."""
    between = reader.lexemes[last.amount.last + 1 : item.amount.cue_first]
    if (
        not between
        or len(between) > 14
        or between[-1].lower not in ("against", "with", "from", "versus", "vs", "than")
    ):
        return
    if item.amount.unit == last.amount.unit == "percent" and item.amount.direction is None:
        item.like = last.like or last
        is_own = item.noun is not None and item.noun.start >= item.span.end
        item.noun = item.noun if is_own else item.like.noun or item.noun


def _keep_direction(item: Found, last: Found, reader: AmountReader) -> None:
    """“Alder fell 3%, Birch 2% and Cedar by 1%”: the verb that is left out says the same of each."""
    a, before = item.amount, last.amount
    if a.direction or not before.direction or a.unit != before.unit or a.dimension not in change.RELATIVE:
        return
    if before.is_range or a.is_range or reader.lower(a.last + 1) == "of":
        return
    between = item.span.doc[last.span.end : item.span.start]
    if not 2 <= len(between) <= 6 or between[0].lower_ not in (",", "and", ";"):
        return
    has_name = any(token.tag_ in ("NNP", "NNPS") for token in between)
    has_verb = any(token.tag_.startswith("VB") or token.is_sent_start for token in between)
    is_named = between[-1].tag_ in ("NNP", "NNPS", "NN", "NNS") or between[-1].lower_ == "by"
    if has_name and is_named and not has_verb:
        a.direction = before.direction


def _restate(item: Found, last: Found, at: int) -> None:
    """“100 km (60 miles)”, “190 points, or 0.6%”: one amount said twice has one bound and direction."""
    if item.amount.unit is None or item.amount.unit == last.amount.unit:
        return
    item.related, item.relation = at, "restates"
    if item.amount.bound == "exact" and last.amount.bound != "range":
        item.amount.bound = last.amount.bound
    item.amount.direction = item.amount.direction or last.amount.direction


def _row(ctx: Context, paragraph: Paragraph, item: Found) -> NumericClaim:
    a = item.amount
    start, end = paragraph.start + item.start, paragraph.start + item.end
    claim = NumericClaim(
        start_char=start,
        end_char=end,
        surface=ctx.text[start:end],
        segment_no=paragraph.segment_no,
        value=a.value,
        value_low=a.low,
        value_high=a.high,
        bound=a.bound,
        direction=a.direction,
        unit=a.unit,
        unit_dimension=_dimension(a),
        is_vague=a.is_vague,
    )
    if item.noun is not None and len(item.noun):
        claim.noun_start_char = paragraph.offset + item.noun.start_char
        claim.noun_end_char = paragraph.offset + item.noun.end_char
        claim.noun = ctx.text[claim.noun_start_char : claim.noun_end_char]
    category = categorise(_facts(item.like or item))
    claim.category, claim.stock_or_flow = category.name, category.stock_or_flow
    if item.is_additional:
        claim.flags.append("additional")
    claim.method, claim.confidence = _method(a, item)
    return claim


def _facts(item: Found) -> Facts:
    a = item.amount
    return Facts(
        a.unit,
        _dimension(a),
        item.noun,
        item.span,
        a.direction,
        item.tree,
        a.is_strong,
        a.value,
        item.is_exception,
        item.is_vote,
    )


def _dimension(amount: Amount) -> str:
    """The claim's dimension: a fraction of something counts parts of a whole, not things."""
    is_share = amount.unit is None and amount.number.form == "fraction" and 0 < amount.value < 1
    return "share" if is_share else amount.dimension


def _method(amount: Amount, item: Found) -> tuple[str, float]:
    if amount.is_range:
        return "range", 0.85
    if amount.is_vague:
        return "vague_amount", 0.7
    if amount.number.form == "fraction":
        return "share", 0.85
    if amount.unit is not None:
        return "shared_unit" if amount.shares_unit else "unit", 0.95
    return ("counted_noun", 0.95) if item.noun is not None else ("bare_number", 0.6)


def _relate(document_id: str, found: list[Found], rows: list[NumericClaim]) -> None:
    """Join rows, and give a part (“including two children”) and a new total what befell the whole."""
    for at, (item, row) in enumerate(zip(found, rows, strict=True)):
        is_total = item.noun is not None and lemma(item.noun.root) == "total" and at > 0
        whole = (
            rows[at - 1]
            if is_total
            else rows[item.related]
            if item.relation == "part_of" and item.related is not None
            else None
        )
        if whole is None and at > 0 and _is_gapped(item, found[at - 1], rows[at - 1]):
            row.category, row.stock_or_flow = rows[at - 1].category, rows[at - 1].stock_or_flow
        if whole is not None and not item.is_exception and takes_fate(row.category, whole.category):
            row.category, row.stock_or_flow = whole.category, whole.stock_or_flow
        if item.related is not None and 0 <= item.related < len(rows):
            other = rows[item.related]
            if other is not row:
                row.related_claim_id = row_key(
                    document_id, "numeric_claims", other.start_char, other.end_char
                )
                row.relation = item.relation


def _is_gapped(item: Found, last: Found, row: NumericClaim) -> bool:
    """“120 were hurt in Dallas, and 12 in Austin”: a bare number and a place, the verb left out."""
    doc, at = item.span.doc, item.span.start
    if not takes_fate(None, row.category) or item.amount.unit is not None or at < 2 or item.is_additional:
        return False
    if item.span.end + 1 >= len(doc) or last.span.start < item.tree.sentence_start(at):
        return False
    is_joined = doc[at - 1].lower_ == "and" or doc[at - 1].text in (",", ";")
    behind, place = doc[item.span.end], doc[item.span.end + 1]
    return is_joined and behind.lower_ in ("in", "at", "near") and place.tag_ in ("NNP", "DT")


# “No one” is a number of people only where something would have befallen them.
_OF_NONE = frozenset({"killed", "injured", "casualties", "missing", "detained", "hostages"})


def _without_empty_none(
    found: list[Found], rows: list[NumericClaim]
) -> tuple[list[Found], list[NumericClaim]]:
    """Without “no one” and “none” where they are no toll (“no one was hurt” is one, “no one knows” none)."""
    kept = [
        (item, row)
        for item, row in zip(found, rows, strict=True)
        if item.amount.number.form != "none" or row.category in _OF_NONE
    ]
    return [item for item, _ in kept], [row for _, row in kept]
