"""Ages said without the word year: “Nick Hague, 44, said”, “voters 45 and older”, “she is nearly 40”.

Belongs here: when a bare number is somebody's age. Does not belong here: ages with their unit (`units`).
"""

from __future__ import annotations

from spacy.tokens import Span, Token

from pipelines.extract.candidates import Candidate
from pipelines.extract.claim_parts import Found
from pipelines.extract.nlp import lemma
from pipelines.extract.polls import is_about_election
from pipelines.extract.tolls import names_person
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words


def bare_age(c: Candidate, tree: Tree, last: Found | None) -> None:
    """Make `c` years of age where it is one without the word; `last` is the claim before it."""
    a = c.amount
    if _is_age_limit(c, tree, last):
        a.unit, a.dimension = "year_of_age", "age"
        return
    if a.unit is not None or a.number.form not in ("digits", "words") or not 0 <= a.value <= 120:
        return
    if (
        _is_age_group(c)
        or _is_compared_age(c)
        or _is_in_brackets(c, tree, last)
        or _is_at_age(c)
        or _is_now(c)
    ):
        a.unit, a.dimension = "year_of_age", "age"
        return
    before = c.lower(a.cue_first - 1) if a.is_range else c.before
    is_named = before == "of" and c.lower(a.first - 2) == "age" and c.counted is None
    if before in ("aged", "age", "ages") or is_named:
        a.unit, a.dimension = "year_of_age", "age"
        return
    token = c.span[0] if c.span is not None else None
    if token is None or not c.is_bare or a.value < 1:
        return
    if (c.before in ("and", "or", ",") and _follows_age(c, last)) or _opens_ages(c, token):
        a.unit, a.dimension = "year_of_age", "age"
        return
    comma = c.before == "," and c.after in (",", ".", ")", "")
    left = token.i - (2 if comma else 1)
    if left < 0 or not (comma or c.before not in (",", "(")):
        return
    named = token.doc[left]
    is_name = named.ent_type_ == "PERSON" or (comma and named.tag_ in ("NNP", "NN"))
    after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    is_placed = comma or (a.value >= 10 and after is not None and after.tag_ in ("VBZ", "VBD", "VBP", "MD"))
    is_capital = named.text[:1].isupper() or named.tag_ == "NN"
    cue = a.first - a.cue_first if c.has_cue and len(token.doc) > token.i > a.first - a.cue_first else 0
    verb = token.doc[token.i - 1 - cue] if cue else named  # “she is nearly 40”
    if (is_name and is_capital and c.counted is None and is_placed) or _is_said_age(token, verb, tree):
        a.unit, a.dimension = "year_of_age", "age"


def _is_age_limit(c: Candidate, tree: Tree, last: Found | None) -> bool:
    """“children under 5”, “people over 65”: behind people these words limit their age, not their number."""
    a = c.amount
    is_plain = c.is_bare or (a.unit is None and a.number.form == "words")  # “children under five”
    if c.span is None or not is_plain or a.is_range or not 0 < a.value <= 110 or c.counted is not None:
        return False
    if a.cue_first != a.first - 1 or c.before not in ("over", "under", "above", "below"):
        return False
    at = c.span[0].i - 2
    people = c.span.doc[at] if at >= 0 else None
    if people is not None and people.lower_ == "them" and last is not None and last.noun is not None:
        return _is_closed(c) and names_person(lemma(last.noun.root))  # “40 men, most of them under 25”
    if people is not None and people.lower_ in ("are", "were", "is", "was") and _is_closed(c):
        return _is_about_people(people, tree)  # “half of the victims were under 30”
    return (
        people is not None
        and people.tag_ == "NNS"
        and (names_person(lemma(people)) or lemma(people) in _AGED)
    )


_AGED = Words("aged_person")


def _is_closed(c: Candidate) -> bool:
    """Nothing follows that the number could count."""
    return c.after in ("", ".", ",", ";", ")", "and", "or", "but", "when", "at", "”", '"')


def _is_about_people(verb: Token, tree: Tree) -> bool:
    """The subject of the verb, or what it is part of, names people."""
    subject = next((t for t in tree.lefts(verb) if t.dep_ == "nsubj"), None)
    if subject is None:
        return False
    inner = (
        p
        for t in tree.rights(subject)
        if t.lower_ in ("of", "in")
        for p in tree.rights(t)
        if p.dep_ == "pobj"
    )
    return any(names_person(lemma(t)) or lemma(t) in _AGED for t in (subject, *inner))


def _is_age_group(c: Candidate) -> bool:
    """“voters 45 and older”, “people 65 or over”, “adults 18 to 29”: a bare number behind people."""
    a = c.amount
    high = a.high if a.is_range and a.high is not None else a.value
    if c.span is None or not c.is_bare or not 0 < high <= 110 or c.counted is not None:
        return False
    tail = c.lower(a.last + 2) if c.after in ("and", "or") else ""
    if tail in ("older", "younger"):
        return True
    if c.has_cue or not (a.is_range or tail in ("over", "above", "up", "under", "below")):
        return False
    at = c.span[0].i - 1
    people = c.span.doc[at] if at >= 0 else None
    if people is None or a.cue_first < a.first:
        return False
    is_group = people.tag_ == "NNS" and (names_person(lemma(people)) or lemma(people) in _AGED)
    is_among = people.tag_ in ("NNS", "NNPS") and at > 0 and people.doc[at - 1].lower_ == "among"
    return is_group or is_among or people.lower_ in ("those", "anyone", "everyone")


def _is_compared_age(c: Candidate) -> bool:
    """“tenants younger than 18”: nothing else is younger or older than a bare number."""
    a = c.amount
    is_cue = any(c.lower(at) in ("younger", "older") for at in range(a.cue_first, a.first))
    return is_cue and c.is_bare and c.counted is None and 0 < a.value <= _OLDEST


def _is_in_brackets(c: Candidate, tree: Tree, last: Found | None) -> bool:
    """“Ada Rowe (74) said”: a number in brackets behind a person, where no sentence on votes counts them."""
    if c.span is None or not c.is_bare or c.before != "(" or c.after != ")":
        return False
    at = c.span[0].i - 2
    if at < 0 or not _YOUNGEST <= c.amount.value <= _OLDEST or c.amount.value % 1:
        return False
    name = c.span.doc[at]
    is_listed = last is not None and last.amount.unit == "year_of_age" and name.i - last.span.end < _NEXT
    is_name = (name.ent_type_ == "PERSON" or is_listed) and name.tag_ in ("NNP", "NNPS")
    return is_name and not is_about_election(c.span, tree)


# Tokens between one age in brackets and the next one's name.
_NEXT = 6


def _is_now(c: Candidate) -> bool:
    """“Now 46 and living in Marlow, she”: what opens a sentence on somebody."""
    at = c.span[0].i - 1 if c.span is not None and c.is_bare and c.before == "now" else -1
    if at < 0 or c.span is None or not c.span.doc[at].is_sent_start or c.after not in ("and", ","):
        return False
    return _YOUNGEST <= c.amount.value <= _OLDEST


def _is_at_age(c: Candidate) -> bool:
    """“Ada Rowe, who at 71 is about to retire”, “at 77, he runs”: a person's age behind “at”."""
    a = c.amount
    if c.span is None or not c.is_bare or c.before != "at" or a.has_sign or a.cue_first != a.first:
        return False
    doc, at, end = c.span.doc, c.span[0].i - 1, c.span[0].i + 1
    if at < 0 or end >= len(doc) or not _YOUNGEST <= a.value <= _OLDEST:
        return False
    before = doc[at - 1] if at > 0 and not doc[at].is_sent_start else None
    if before is not None and lemma(before) in _AT_AGE:
        return _is_closed(c)  # “the singer died at 92”
    if before is not None and before.text != ",":
        is_subject = before.lower_ in ("who", "he", "she") or before.ent_type_ == "PERSON"
        return is_subject and doc[end].tag_ in ("VBZ", "VBD", "MD", ",")
    behind = doc[end + 1] if end + 1 < len(doc) and doc[end].text == "," else None
    return behind is not None and (behind.lower_ in ("he", "she") or behind.ent_type_ == "PERSON")


_AT_AGE = Words("age_verb")
# Whom a report gives an age without saying so: no child of four is “(4)”, which is a goal or a rank.
_YOUNGEST, _OLDEST = 14, 110


def _follows_age(c: Candidate, last: Found | None) -> bool:
    """“aged 17 and 19”: a bare number joined to a bare age."""
    if last is None or last.amount.unit != "year_of_age" or c.counted is not None:
        return False
    return last.amount.last == c.amount.first - 2 and last.amount.last == last.amount.number.last


def _opens_ages(c: Candidate, token: Token) -> bool:
    """“Two women, 22 and 25, died”, “his sons (4, 7 and 9)”: bare numbers behind people are their ages."""
    doc, at = token.doc, token.i
    if at < 2 or c.before not in (",", "(") or c.after not in ("and", ","):
        return False
    people = doc[at - 2]
    if people.tag_ != "NNS" or not names_person(lemma(people)):
        return False
    ends, numbers = at + 1, 1
    while ends + 1 < len(doc) and doc[ends].lower_ in (",", "and") and numbers < _MAX_AGES:
        step = 2 if doc[ends].lower_ == "," and doc[ends + 1].lower_ == "and" else 1
        if ends + step >= len(doc) or doc[ends + step].tag_ != "CD":
            break
        ends, numbers = ends + step + 1, numbers + 1
    behind = doc[ends] if ends < len(doc) else None
    return numbers > 1 and (behind is None or not behind.tag_.startswith(("NN", "JJ", "CD")))


_MAX_AGES = 12


def is_age_noun(noun: Span) -> bool:
    """“life expectancy is around 73”, “the average age was 40”: nouns measured in years."""
    words = {token.lower_ for token in noun}
    return bool(words & {"expectancy"}) or noun[-1].lower_ == "age"


def _is_said_age(token: Token, verb: Token, tree: Tree) -> bool:
    """“He will be 35”, “she turned 40 in May”: a person's age behind be or turn."""
    if verb.lower_ not in ("be", "is", "was", "turned", "turns", "turning", "am", "are"):
        return False
    after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    is_time = after is not None and after.lower_ in ("next", "last", "this", "today", "tomorrow", "yesterday")
    is_counting = after is not None and after.tag_ in ("NN", "NNS", "NNP", "JJ")
    if not is_time and (token.dep_ == "nummod" or is_counting):
        return False
    subject = next((t for t in tree.lefts(verb) if t.dep_ == "nsubj"), None)
    if subject is None:
        return False
    if verb.lower_.startswith("turn") and token.dep_ != "nummod" and names_person(lemma(subject)):
        return True  # “until the child turns 18”
    if verb.lower_.startswith("turn") and subject.lower_ in ("they", "we", "you"):
        return True
    return subject.lower_ in ("he", "she", "i", "who") or subject.ent_type_ == "PERSON"
