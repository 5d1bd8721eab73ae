"""What an amount counts or measures: a noun phrase with its own span.

A count's noun stands right of it (“1,960 military personnel”), behind “of”, or behind a hyphen; a
measure's noun is what it modifies, what it is “of”, or the subject of its verb. Belongs here: finding that
noun in the parse. Does not belong here: its category.
"""

from __future__ import annotations

from spacy.tokens import Doc, Span, Token

from pipelines.extract.amounts import Amount
from pipelines.extract.nlp import lemma

_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_MODIFIERS = frozenset(
    {"JJ", "JJR", "JJS", "VBN", "VBG", "NN", "NNP", "NNPS", "HYPH", "POS", "FW", "AFX", "CD", "ADD"}
)
_QUOTE_MARKS = frozenset({"“", "”", '"', "‘", "’", "``", "''", "'"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
_PRONOUNS = frozenset({"PRP", "WP", "WDT", "DT", "EX", "PRP$", "CD"})
_OBJECTS = frozenset({"dobj", "attr", "oprd"})
# A climb through the tree stops after this many heads: longer chains are parse errors, and time stays linear.
_MAX_CLIMB = 6
_MAX_PHRASE = 12


def phrase(head: Token, floor: int) -> Span:
    """The noun phrase of `head` without determiners and numbers, from token index `floor` on."""
    doc = head.doc
    start = head.i
    while start - 1 >= floor and head.i - start < _MAX_PHRASE:
        token = doc[start - 1]
        joins = token.tag_ in _MODIFIERS and token.tag_ != "CD" and token.head.i >= token.i
        if not (joins or (token.text in _QUOTE_MARKS and start - 2 >= floor and start < head.i)):
            break
        start -= 1
    while start < head.i and (doc[start].tag_ in ("POS", "HYPH", "CD") or doc[start].text in _QUOTE_MARKS):
        opens = doc[start].text in _QUOTE_MARKS and doc[start].text in '“"‘``' and start < head.i
        if opens and any(t.text in _QUOTE_MARKS for t in doc[start + 1 : head.i]):
            break
        start += 1
    return doc[start : _with_of(head) + 1]


def _with_of(head: Token) -> int:
    """The last token of `head`'s phrase, taking in one “of” phrase that follows at once."""
    doc = head.doc
    at = head.i + 1
    if at + 1 >= len(doc) or doc[at].lower_ != "of" or doc[at].head.i != head.i:
        return head.i
    inner = next((t for t in doc[at].rights if t.dep_ == "pobj"), None)
    if inner is None or inner.i - at > 6 or inner.tag_ not in _NOUNS:
        return head.i
    return inner.i


def find_noun(amount: Amount, span: Span, hyphened: bool) -> Span | None:
    """The noun phrase that `amount` (its tokens: `span`) counts or measures, or None."""
    if amount.unit is None or amount.dimension == "times":
        return _counted(amount, span, hyphened) or (
            _governing(span, amount) if amount.unit or not hyphened else None
        )
    return _of(span) or _attributed(span) or _governing(span, amount)


def _counted(amount: Amount, span: Span, hyphened: bool) -> Span | None:
    doc = span.doc
    found = _of(span)
    if found is not None and (
        amount.number.form in ("vague", "fraction") or amount.number.scale > 1 or amount.unit is None
    ):
        return found
    at = span.end
    if hyphened and at + 1 < len(doc):
        at += 1 if doc[at].tag_ == "HYPH" or doc[at].text == "-" else 0
        if amount.is_strong:
            return _run(doc, at + 1)
        return doc[at : at + 1] if doc[at].is_alpha else None
    return _run(doc, at)


def _run(doc: Doc, at: int) -> Span | None:
    """The noun phrase that starts at token `at` or after an adverb or article: its first full noun group."""
    limit = min(len(doc), at + _MAX_PHRASE)
    start = at
    while start < limit and (
        doc[start].tag_ in ("RB", "RBR", "DT", "PRP$") or doc[start].lower_ in ("more", "other", "or")
    ):
        if doc[start].lower_ in ("ago", "later", "so", "or") or doc[start].is_sent_start:
            return None
        start += 1
    head = None
    for i in range(start, limit):
        token = doc[i]
        if i > at and token.is_sent_start:
            break
        if token.tag_ in _NOUNS:
            head = token
            if token.tag_ in ("NNS", "NNPS") and not _continues(token):
                break
            if (
                token.tag_ in ("NN", "NNP")
                and not _continues(token)
                and i + 1 < limit
                and doc[i + 1].tag_ not in _MODIFIERS | _NOUNS
            ):
                break
        elif (
            token.tag_ not in _MODIFIERS
            and token.text not in _QUOTE_MARKS
            and not (token.lower_ in ("and", ",") and i > start and head is None)
        ):
            break
    if head is None or (
        head.dep_ in _SUBJECTS
        and head.i - at > 2
        and doc[at].tag_ in ("VBN", "VBG")
        and head.head.i > head.i
        and False
    ):
        return None
    return phrase(head, start)


def _continues(token: Token) -> bool:
    return token.dep_ in ("compound", "nmod", "amod", "poss") and token.head.i > token.i


def _of(span: Span) -> Span | None:
    """The noun behind “of”: “10% of the volume”, “six weeks of fighting”."""
    doc = span.doc
    at = span.end
    if at < len(doc) and doc[at].lower_ == "worth":
        at += 1
    if at + 1 >= len(doc) or doc[at].lower_ != "of":
        return None
    inner = next((t for t in doc[at].rights if t.dep_ in ("pobj", "pcomp")), None)
    if inner is None:
        return _run(doc, at + 1)
    if inner.tag_ in _NOUNS or inner.tag_ == "VBG":
        return phrase(inner, at + 1)
    return None if inner.tag_ in _PRONOUNS else _run(doc, at + 1)


def _attributed(span: Span) -> Span | None:
    """The noun that the amount stands before: “six-week offensive”, “$48.2 million army contract”."""
    root = span.root
    if root.dep_ not in ("compound", "nummod", "amod", "nmod", "npadvmod", "quantmod", "advmod", "poss"):
        return None
    head = root.head
    for _ in range(2):
        if head.tag_ in _NOUNS and head.i >= span.end:
            return phrase(head, span.end)
        head = head.head
    return None


def _governing(span: Span, amount: Amount) -> Span | None:
    """The noun that governs the amount through a preposition or as the subject of its verb."""
    token = span.root
    for _ in range(_MAX_CLIMB):
        head = token.head
        if head.i == token.i:
            break
        if head.tag_ in _NOUNS and token.dep_ in (
            "prep",
            "appos",
            "acl",
            "relcl",
            "nmod",
            "nummod",
            "punct",
            "dep",
            "amod",
        ):
            if head.i < span.start or head.i >= span.end:
                return phrase(head, 0)
        if head.tag_.startswith("VB") or head.tag_ == "MD" or head.dep_ == "ROOT":
            found = _of_verb(head, span, amount)
            if found is not None:
                return found
            if head.dep_ == "ROOT":
                break
        token = head
    return None


def _of_verb(verb: Token, span: Span, amount: Amount) -> Span | None:
    objects = [
        t
        for t in verb.children
        if t.dep_ in _OBJECTS and t.tag_ in _NOUNS and not span.start <= t.i < span.end
    ]
    subject = _subject(verb, span)
    if amount.dimension == "duration" and objects and span.root.dep_ in ("pobj", "npadvmod"):
        return phrase(objects[0], 0)
    if subject is not None:
        return subject
    if objects:
        return phrase(objects[0], 0)
    if verb.tag_.startswith("VB"):
        place = next(
            (p for t in verb.children if t.dep_ == "prep" for p in t.children if p.dep_ == "pobj"), None
        )
        if place is not None and place.tag_ in _NOUNS and not span.start <= place.i < span.end:
            return phrase(place, 0)
    return None


def _subject(verb: Token, span: Span) -> Span | None:
    token = verb
    for _ in range(_MAX_CLIMB):
        for child in token.children:
            if child.dep_ in _SUBJECTS and not span.start <= child.i < span.end:
                if child.tag_ in _NOUNS:
                    return phrase(child, 0)
                if child.tag_ in ("WDT", "WP") and token.dep_ == "relcl" and token.head.tag_ in _NOUNS:
                    return phrase(token.head, 0)
                return None
        if token.dep_ in ("relcl", "acl") and token.head.tag_ in _NOUNS:
            return phrase(token.head, 0)
        if (
            token.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "prep", "aux", "auxpass")
            or token.head.i == token.i
        ):
            return None
        token = token.head
    return None


def governors(span: Span) -> list[Token]:
    """The tokens above the amount up to its clause's verb, nearest first: what it happens to or in."""
    found = []
    token = span.root
    for _ in range(_MAX_CLIMB):
        if token.head.i == token.i:
            break
        token = token.head
        found.append(token)
        if token.tag_.startswith("VB"):
            break
    return found


def is_anaphoric(noun: Span) -> bool:
    """True for “this figure”, “the number”: a noun that stands for an amount named before."""
    before = noun.doc[noun.start - 1].lower_ if noun.start > noun.sent.start else ""
    return before in ("this", "that", "the") and lemma(noun.root) in (
        "figure",
        "number",
        "share",
        "proportion",
    )
