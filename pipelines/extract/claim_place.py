"""The place a number is about, where its own clause says so: “12 people died in Marlow”, “Ardenia's debt”.

A place in the sentence is not enough: an official may speak there, soldiers may come from it. It counts
where it stands in a phrase of place (in, at, near …) that belongs to the counted noun, to the number's verb
or to that verb's subject, owns the noun, or has it as its own. Two such places give none, since a wrong
place would tear one figure apart.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Sequence

from spacy.tokens import Doc, Span, Token

from pipelines.extract.claim_time import when_clauses
from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import lemma
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.model import Mention, NumericClaim

_LABELS = frozenset({"GPE", "LOC", "FAC"})
_INNER = Words("place_inside")
_OWNERS = Words("owning_verb")
_INHABITANTS = Words("inhabitant")
# “in the town of Marlow”, “off the coast of Ardenia”, “in Marlow county”.
_KINDS = Words("place_kind")
_GIVEN = Words("count_noun", "assertion")
_BESIDE = frozenset({"on", "off"})
# Behind a place found inside them, these lead on to what happened there.
_ONWARDS = frozenset({"of", "on", "from", "into", "onto", "through", "off"})
# What is measured in these is no number of a place.
_PLACELESS = frozenset({"duration", "age", "times", "length", "speed"})
_CLIMB = 5
_TIMES = frozenset({"DATE", "TIME"})
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})


class PlaceFinder:
    """Places of one document's claims. Each paragraph's places are read once."""

    def __init__(self, ctx: Context, mentions: Sequence[Mention]) -> None:
        self.ctx = ctx
        named = (m for m in mentions if m.label in _LABELS and m.mention_type == "name" and not m.is_metonym)
        self.places = sorted(named, key=lambda m: m.start_char)
        self._paragraph = -1
        self._at: dict[int, list[Mention]] = {}

    def fill(
        self, claim: NumericClaim, span: Span, noun: Span | None, tree: Tree, paragraph: Paragraph
    ) -> None:
        """Set surface and span of the place `claim` is about; they stay NULL where it is unclear."""
        if claim.unit_dimension in _PLACELESS or not self.places:
            return
        anchors = self._anchors(paragraph)
        if not anchors:
            return
        own = self._right_behind(span.doc, span.end, paragraph)
        if own is None and noun is not None and noun.start == span.end:
            own = self._right_behind(span.doc, noun.end, paragraph) or None
        above = _governors(span, noun, tree) if own is None else ()
        for found in (anchors.get(token.i) for token in above) if own is None else [own]:
            if not found and own is None:
                continue
            if found and len(found) == 1:
                place = found[0]
                claim.place_surface = self.ctx.text[place.start_char : place.end_char]
                claim.place_start_char, claim.place_end_char = place.start_char, place.end_char
            return

    def _right_behind(self, doc: Doc, at: int, paragraph: Paragraph) -> list[Mention] | None:
        """“340 in Leeds and 85 in Hull”: the place that follows a number at once, whatever it counts.

        None where no name follows; empty where one does that is no place, or no place by itself (“3% in
        Rome trading”): then no other place of the sentence is the number's.
        """
        if at + 1 >= paragraph.span.end or doc[at].lower_ not in _INNER:
            return None
        at += 2 if doc[at + 1].lower_ == "the" else 1
        if at >= paragraph.span.end or doc[at].tag_ not in ("NNP", "NNPS") or doc[at].ent_type_ in _TIMES:
            return None
        start = paragraph.offset + doc[at].idx
        first = bisect.bisect_left(self.places, start, key=lambda m: m.start_char)
        near = [place for place in self.places[first : first + 1] if place.start_char == start]
        name = paragraph.char_span(start, near[0].end_char) if near else None
        is_place = name is not None and name.root.dep_ == "pobj" and not _is_one_of_several(name.root)
        return near if is_place else []

    def _anchors(self, paragraph: Paragraph) -> dict[int, list[Mention]]:
        """The places of a paragraph by the index of every token that their phrase belongs to."""
        if self._paragraph == paragraph.start:
            return self._at
        self._paragraph, found = paragraph.start, defaultdict(list)
        first = bisect.bisect_left(self.places, paragraph.start, key=lambda m: m.start_char)
        for place in self.places[first:]:
            if place.start_char >= paragraph.end:
                break
            span = paragraph.char_span(place.start_char, place.end_char)
            for token in _belongs_to(span.root) if span is not None and len(span) else ():
                found[token.i].append(place)
        self._at = dict(found)
        return self._at


def _belongs_to(place: Token) -> list[Token]:
    """What a phrase of place says where of: the noun or verb above it, over nouns that are places too."""
    head = place.head
    if _is_one_of_several(place):
        return []
    if place.dep_ == "poss":
        return [head] if head.lower_ not in _GIVEN else []  # “Kyiv's estimate of Russian losses”
    if place.dep_ == "nsubj" and lemma(head) in _OWNERS:
        return [head]
    found: list[Token] = []
    token = _kind_of(place)
    is_beside = token.i != place.i
    for _ in range(_CLIMB):
        preposition = token.head
        is_inner = preposition.lower_ in _INNER or (found and preposition.lower_ in _ONWARDS)
        is_inner = is_inner or (is_beside and preposition.lower_ in _BESIDE)
        if token.dep_ != "pobj" or not (is_inner or _is_inhabited(token)):
            break
        above = preposition.head
        if above.i == preposition.i:
            break
        if above.dep_ == "prep" and above.head.i != above.i:
            above = above.head  # “outside of Marlow”
        found.append(above)
        if (above.tag_ not in _NOUNS and above.dep_ != "pobj") or _is_inner_place(above):
            break
        token = above
    return found


def _is_inner_place(above: Token) -> bool:
    """“in Wismar in northern Germany”: the nearer place tells where, and the wider one no more."""
    if above.ent_type_ in _LABELS:
        return True
    doc, at = above.doc, above.i + 2
    named = at < len(doc) and doc[at - 1].lower_ == "of" and doc[at].ent_type_ in _LABELS
    return named and above.lower_ in _KINDS


def _kind_of(place: Token) -> Token:
    """The noun that says what kind of place it is (“the town of Marlow”), else the place itself."""
    head = place.head
    if place.dep_ == "pobj" and head.lower_ == "of" and head.head.lower_ in _KINDS:
        return head.head
    if place.dep_ == "appos" and head.text in _KINDS and head.i + 1 == place.i:
        return head  # “in the Somali capital Mogadishu”
    is_kind = place.dep_ == "compound" and head.text in _KINDS and head.head.lower_ != "at"
    return head if is_kind else place


def _is_one_of_several(place: Token) -> bool:
    """“in Marlow and Harlow”, “the ten Midwest states”: of all together, and of none alone."""
    doc, at = place.doc, place.i + 1
    is_joined = at + 1 < len(doc) and doc[at].lower_ in ("and", "or") and not doc[at + 1].is_sent_start
    is_list = any(t.dep_ == "conj" and t.head.i == place.i for t in doc[at : at + 4])
    is_counted = any(t.tag_ == "CD" and t.head.i == place.i for t in doc[max(0, place.i - 4) : place.i])
    is_pair = is_joined and doc[at + 1].ent_type_ in _LABELS
    return place.dep_ == "conj" or is_list or is_counted or is_pair


def _is_inhabited(place: Token) -> bool:
    """“the 300 residents of Marlow”, “the population of Ardenia”."""
    above = place.head.head
    return place.head.lower_ == "of" and lemma(above) in _INHABITANTS


def _governors(span: Span, noun: Span | None, tree: Tree) -> list[Token]:
    """The tokens whose phrase of place tells where a number holds, the nearest first."""
    found = [span.root]
    if noun is not None and len(noun):
        of = next((token.i for token in noun if token.lower_ == "of"), noun.end)
        found.append(noun.doc[max(noun.start, of - 1)])
        found.append(noun.root)
    verb = _verb_above(found[-1] if noun is not None and noun.start >= span.end else span.root, found)
    if verb is None:
        return found
    if noun is not None and noun.end <= span.start and (own := _pronoun_subject(verb, tree)) is not None:
        found = [span.root, own]  # “while those in Ardenia fell 3%”
    found.append(verb)
    for event in when_clauses(verb, tree):
        found.append(event)
        found.extend(t for t in tree.children(event) if t.dep_ in _PARTICIPANTS)
    above = verb
    is_other = noun is not None and noun.end <= span.start  # “shares in Rome fell 3%, Birch 2%”
    for _ in range(2):
        subjects = [t for t in tree.lefts(above) if t.dep_ in ("nsubj", "nsubjpass")]
        found.extend(t for t in subjects if not is_other or (noun is not None and t in noun))
        found.extend(t for t in tree.rights(above) if t.dep_ == "conj" and not _has_subject(t, tree))
        if above.dep_ in ("relcl", "acl") and above.head.tag_ in _NOUNS:
            found.append(above.head)
        if above.dep_ not in ("conj", "advcl", "relcl", "acl") or not above.head.tag_.startswith("VB"):
            break
        if above.dep_ == "conj" and _has_subject(above, tree):
            break
        is_effect = above.dep_ == "advcl" and above.tag_ == "VBG" and not _has_subject(above, tree)
        above = above.head
        found.append(above)
        if is_effect:  # “shells hit a school in Marlow, killing 12”
            found.extend(t for t in tree.rights(above) if t.dep_ == "dobj")
    return found


_PARTICIPANTS = frozenset({"nsubj", "nsubjpass", "dobj"})


def _pronoun_subject(verb: Token, tree: Tree) -> Token | None:
    subjects = (t for t in tree.lefts(verb) if t.dep_ in ("nsubj", "nsubjpass"))
    return next((t for t in subjects if t.lower_ in ("those", "that")), None)


def _has_subject(verb: Token, tree: Tree) -> bool:
    return any(t.dep_ in ("nsubj", "nsubjpass") for t in tree.lefts(verb))


def _verb_above(token: Token, passed: list[Token]) -> Token | None:
    """The nearest verb above a token; the nouns on the way are kept in `passed`."""
    for _ in range(_CLIMB):
        head = token.head
        if head.i == token.i:
            return token if token.tag_.startswith("VB") else None
        token = head
        if token.tag_.startswith("VB"):
            return token
        if token.tag_ in _NOUNS:
            passed.append(token)
    return None
