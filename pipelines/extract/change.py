"""Direction: whether an amount is how far something went up or down.

Only the change itself has a direction (“rose 5% to 7”: 5% is up, 7 is the level). Cues come from
`change_cues.csv`.
"""

from __future__ import annotations

from functools import cache

from spacy.tokens import Span, Token

from pipelines.extract.amounts import AmountReader
from pipelines.extract.nlp import lemma, lemma_of
from pipelines.extract.single_amounts import Amount
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table


@cache
def _cues(kind: str) -> dict[str, str]:
    rows = read_table("change_cues", ("lemma", "kind", "direction"))
    return {row["lemma"]: row["direction"] for row in rows if row["kind"] == kind}


RELATIVE = frozenset({"percent", "percentage_point", "points"})
# “$5 higher”, “3 degrees lower”: what can be compared with what it was.
_COMPARED = frozenset({"money", "temperature", "angle"})
# With an object that is money or people these do something to it; it is no change by that amount.
_TRANSITIVE = Words("transitive_change")
# Behind these an amount is a level, not the change that led to it.
_LEVEL_LINKS = Words("level_link")
_MEANS = Words("mean")
_BREAKS = frozenset({";", "—", "–", "--"})
_LEVEL_CUES = Words("level_cue")
_DETERMINERS = Words("change_determiner")
_BETWEEN = frozenset({"RB", "RBR", "IN", "DT", "JJR", "JJ", "RBS", "JJS", "CD", "SYM", "$", "NFP", "RP"})
_SPANNING = Words("spanning_verb")


def direction(amount: Amount, reader: AmountReader, span: Span) -> str | None:
    """up, down, or None where the amount is no change."""
    if amount.direction:
        return amount.direction
    if reader.lower(amount.first - 1) == "as" and reader.lower(amount.first - 2) in ("high", "low"):
        return None  # “jumped as high as $45” tells a level
    before = amount.cue_first - 1
    word = reader.lower(before)
    is_by = word == "by"
    if is_by:
        before -= 1
        word = reader.lower(before)
    is_level = reader.lower(amount.first - 1) in _LEVEL_LINKS or reader.lower(amount.cue_first) == "from"
    if word == "up" and lemma_of(reader.lower(before - 1), "VBD") in _cues("no_rise"):
        return None  # “women make up 40 percent”
    if word in ("higher", "lower") and reader.lower(before - 1) in _DETERMINERS:
        return None  # “the lower 95 percent” is a part, “a higher 15% rate” a rate
    cue = {reader.lower(at) for at in range(amount.cue_first, amount.first)}
    if cue & _LEVEL_CUES:
        return None  # “climbed back above $1,300”
    is_measured = amount.dimension not in ("count", "duration") or is_by
    is_measured = is_measured or (amount.dimension == "count" and _is_set_off(word, before, reader))
    if word in _cues("particle") and not is_level and is_measured:
        return _cues("particle")[word]
    after = reader.lower(amount.last + 1)
    further = reader.lower(amount.last + 2)
    is_apart = further in ("from", "to", "by", "about", "$") or further[:1].isdigit()
    if amount.dimension in RELATIVE and after in ("higher", "lower", "up", "down") and not is_apart:
        return _cues("particle")[after]
    if amount.dimension in RELATIVE and after in ("more", "less", "fewer") and further not in ("or", "of"):
        return "up" if after == "more" else "down"  # “12% more complaints”, “3% less than in May”
    is_on = after in ("up", "down") and further == "on"  # “30p up on last year”
    if amount.dimension in _COMPARED and (after in ("higher", "lower") or is_on):
        return _cues("particle")[after]
    return _by_verb(amount, reader, span)


def of_noun(amount: Amount, reader: AmountReader, span: Span, noun: Span | None) -> str | None:
    """“a rise of 12%”, “a 20% decline”: up or down where a relative amount is a change its noun names."""
    if noun is None or amount.dimension not in RELATIVE:
        return None
    is_behind = noun.start >= span.end and noun.start - span.end <= 2
    if not is_behind and reader.lower(amount.cue_first - 1) != "of":
        return None
    if any(token.lower_ in _NO_CHANGE for token in noun):
        return None
    return _cues("noun").get(lemma(noun[-1] if is_behind else noun.root))


# “Negative growth” falls, and a planned rise is still a rise: only the first turns the noun round.
_NO_CHANGE = Words("no_change")


def _is_set_off(word: str, at: int, reader: AmountReader) -> bool:
    """“a record 900 came, up 40 on 2019”: not “picked up 40 men” nor “moved up 40 places”."""
    return word in ("up", "down") and reader.lower(at - 1) in (",", "(", "is", "was", "are", "were")


def _by_verb(amount: Amount, reader: AmountReader, span: Span) -> str | None:
    verb, link = _verb_of(cue_token(amount, reader, span), span)
    if verb is None or (link == "object" and amount.dimension not in RELATIVE):
        return None
    name = lemma(verb)
    if name not in _cues("verb") or (name == "lose" and _is_compared(amount, reader)):
        return None
    if link == "by" or amount.dimension in RELATIVE:
        return _cues("verb")[name]
    if amount.dimension == "count" and not link and _counts_nothing(amount, reader):
        if _is_of_person(verb):
            return None  # “Lopez will gain at least 18”
        return _cues("verb")[name]  # “the index fell 120 to 7,400”
    is_done_to = name in _TRANSITIVE or amount.dimension in ("count", "duration", "age")
    return None if is_done_to else _cues("verb")[name]


def _is_of_person(verb: Token) -> bool:
    """Somebody named or a personal pronoun is the subject, found near the verb."""
    near = verb.doc[max(0, verb.i - 8) : verb.i]
    subject = next((t for t in near if t.head.i == verb.i and t.dep_ == "nsubj"), None)
    return subject is not None and (subject.ent_type_ == "PERSON" or subject.lower_ in _PERSONS)


_PERSONS = Words("person_pronoun")


def _counts_nothing(amount: Amount, reader: AmountReader) -> bool:
    """A bare number with no noun behind it: digits before a mark, the end, or “to” and the like."""
    after = amount.last + 1
    is_end = after >= reader.size or reader.lexemes[after].kind == "mark"
    is_digits = amount.number.form == "digits" and not amount.is_vague and not amount.is_range
    return (
        is_digits
        and (is_end or reader.lower(after) in _LEVEL_LINKS)
        and reader.lower(after) not in ("of", "-")
    )


def _is_compared(amount: Amount, reader: AmountReader) -> bool:
    """“lost 54 percent to 46 percent”: the shares of both sides of a vote."""
    is_to = amount.dimension == "percent" and reader.lower(amount.last + 1) == "to"
    return is_to and reader.lower(amount.last + 3) in ("percent", "%", "per")


def cue_token(amount: Amount, reader: AmountReader, span: Span) -> Token:
    """The first token of the amount with its bound cue: “up” in “climbed by up to 15 percent”."""
    first, doc = span[0], span.doc
    if amount.cue_first >= amount.first:
        return first
    if reader.lower(amount.cue_first) == "from":
        return first  # “rises from 5 to 7” tells levels
    start = reader.lexemes[amount.cue_first].start - reader.lexemes[amount.first].start + first.idx
    at = first.i
    while at > 0 and doc[at - 1].idx >= start and not doc[at].is_sent_start:
        at -= 1
    return doc[at]


def _verb_of(first: Token, span: Span) -> tuple[Token | None, str]:
    """The verb that the amount belongs to at once or through “by”, and that link; `first` opens it."""
    at = first.i - 1
    doc = span.doc
    link = ""
    while at >= 0 and first.i - at < 6 and not doc[at + 1].is_sent_start:
        token = doc[at]
        if token.lower_ == "by":
            link = "by"
        elif token.i == first.i - 1 and token.tag_ == "NNS" and lemma(token) in _cues("verb"):
            return token, link  # a headline: “Index gains 1%”
        elif token.tag_.startswith("VB"):
            return token, link
        elif token.lower_ == "of" and at and doc[at - 1].lower_ in _MEANS:
            at -= 1  # “rose by an average of 5 percent”
        elif token.lower_ in _LEVEL_LINKS:
            return None, ""
        elif token.tag_ not in _BETWEEN:
            break
        at -= 1
    root = span.root
    if root.dep_ == "pobj" and root.head.lower_ == "by" and root.head.head.tag_.startswith("VB"):
        return root.head.head, "by"
    is_object = root.dep_ in ("dobj", "npadvmod") and root.head.tag_.startswith("VB")
    between = doc[min(root.head.i, first.i) : first.i]
    is_object = is_object and not any(token.text in _BREAKS for token in between)
    return (root.head, "object") if is_object else (None, "")


def is_change(span: Span, amount: Amount) -> bool:
    """True where “from A to B” is a change in time, false where it spans a range (which never falls)."""
    token = span.root
    for _ in range(4):
        token = token.head
        name = lemma(token)
        if name == "go" and token.tag_ in ("VBD", "VBN"):
            return True  # “the price went from 4 to 5”; “prices go from 4 to 5” is a span
        if name in _SPANNING or name in ("ranging", "varying"):
            return False
        if name in _cues("verb") or name in _cues("particle_verb") or name in _CHANGE_NOUNS:
            return True
        if token.head.i == token.i:
            break
    return "falls" in amount.notes


_CHANGE_NOUNS = Words("change_of_level")
