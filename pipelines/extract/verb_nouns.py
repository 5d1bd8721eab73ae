"""What an amount counts or measures, read off its verb: the object, the subject, the place.

Belongs here: which word around a verb is the noun. Does not belong here: when the verb is asked (`nouns`).
"""

from __future__ import annotations

from spacy.tokens import Span, Token

from pipelines.extract.nlp import lemma
from pipelines.extract.noun_phrases import NOUNS, NounPhrases
from pipelines.extract.single_amounts import Amount
from pipelines.extract.word_sets import Words

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_OBJECTS = frozenset({"dobj", "oprd"})
MAX_CLIMB = 6
TIMES = Words("time_noun")
_OPEN_ENDED = Words("measure_participle")
_TAKES_OFF = Words("takes_off")
LASTING = Words("lasting_verb")
_ORIGINS = Words("origin_link")
_WHOLES = frozenset({"of", "among", "amongst"})


class VerbNouns(NounPhrases):
    """Finds the noun of an amount around its verb."""

    def _of_verb(self, verb: Token, span: Span, amount: Amount) -> Span | None:
        if verb.lower_ in _OPEN_ENDED and (near := self._noun_left(verb)) is not None:
            return near
        found = [
            self._as_noun(t, verb)
            for t in self.tree.children(verb)
            if t.dep_ in _OBJECTS
            and self._free(t, span)
            and not (amount.unit is None and self._is_past_link(span, t))
        ]
        objects = [noun for noun in found if noun is not None]
        if objects and span.root.dep_ in ("pobj", "npadvmod", "advmod", "pcomp"):
            return objects[0]
        if lemma(verb) in _TAKES_OFF and (loser := self._loser(verb, span)) is not None:
            return loser
        subject = self._subject(verb, span)
        if subject is not None:
            return subject
        if objects:
            return objects[0]
        attribute = next(
            (
                t
                for t in self.tree.children(verb)
                if t.dep_ == "attr" and t.tag_ in NOUNS and self._free(t, span)
            ),
            None,
        )
        if attribute is not None:
            return self.phrase(attribute, 0)
        place = next(
            (
                p
                for t in self.tree.children(verb)
                if t.dep_ == "prep"
                and t.lower_ not in _ORIGINS
                and (amount.unit is not None or t.lower_ in _WHOLES)  # “18,000 from the coast”
                and (
                    amount.dimension != "duration" or lemma(verb) in LASTING
                )  # “in some cases it takes two years”
                for p in self.tree.children(t)
                if p.dep_ == "pobj"
            ),
            None,
        )
        is_time = place is not None and (place.ent_type_ in ("DATE", "TIME") or place.lower_ == "top")
        if place is not None and place.tag_ in NOUNS and not is_time and self._free(place, span):
            return self.phrase(place, 0)
        return None

    def _loser(self, verb: Token, span: Span) -> Span | None:
        """“wiping $340 million from the company's value”: what the amount is taken off."""
        for link in self.tree.rights(verb):
            if link.lower_ in ("from", "off") and link.i >= span.end:
                taken_off = next((t for t in self.tree.rights(link) if t.dep_ == "pobj"), None)
                is_noun = taken_off is not None and taken_off.tag_ in NOUNS and self._free(taken_off, span)
                return self.phrase(taken_off, 0) if taken_off is not None and is_noun else None
        return None

    def _free(self, token: Token, span: Span) -> bool:
        is_read = token.i in self.taken or token.i in self.cues
        return not is_read and not span.start <= token.i < span.end

    def _noun_left(self, verb: Token) -> Span | None:
        for at in range(verb.i - 1, max(self.tree.sentence_start(verb.i), verb.i - 4) - 1, -1):
            token = verb.doc[at]
            if token.tag_ in NOUNS and at not in self.taken:
                return self.phrase(token, 0)
        return None

    def _subject(self, verb: Token, span: Span) -> Span | None:
        token = verb
        for _ in range(MAX_CLIMB):
            for child in self.tree.children(token):
                if child.dep_ == "expl" and child.lower_ == "there":
                    return None  # “they say there are 300 in Marlow”
                if child.dep_ in SUBJECTS and self._free(child, span):
                    return self._as_noun(child, token)
                if child.dep_ in SUBJECTS and child.i in self.taken and child.i < span.start:
                    return self._measured(child)
            if token.dep_ in ("relcl", "acl") and token.head.tag_ in NOUNS:
                return self.phrase(token.head, 0)
            if token.dep_ not in (
                "conj",
                "xcomp",
                "advcl",
                "pcomp",
                "prep",
                "aux",
                "auxpass",
                "acomp",
                "ccomp",
            ):
                return None
            if token.head.i == token.i or token.dep_ == "ccomp":
                return None
            token = token.head
        return None

    def _measured(self, child: Token) -> Span | None:
        """“MacBook Pro 16 inch is worth $2000”: the name that an amount closes which is the subject."""
        doc, at = child.doc, child.i
        while at > 0 and at - 1 in self.taken:
            at -= 1
        left = doc[at - 1] if at else None
        is_name = left is not None and left.tag_ in ("NNP", "NNPS") and left.head.i == child.i
        return self.phrase(left, 0) if left is not None and is_name else None

    def _as_noun(self, child: Token, verb: Token) -> Span | None:
        if child.tag_ in NOUNS:
            return self.phrase(child, 0)
        if child.tag_ in ("WDT", "WP") and verb.dep_ == "relcl" and verb.head.tag_ in NOUNS:
            near = child.doc[child.i - 1]  # “everyone in the country that is 90 miles wide”
            is_near = near.tag_ in ("NN", "NNS") and near.lower_ not in TIMES
            return self.phrase(near if is_near else verb.head, 0)
        if child.tag_ in ("CD", "DT", "JJ", "JJS", "RBS"):
            of = next((t for t in self.tree.rights(child) if t.lower_ == "of"), None)
            inner = (
                next((t for t in self.tree.rights(of) if t.dep_ == "pobj" and t.tag_ in NOUNS), None)
                if of
                else None
            )
            if inner is not None:
                return self.phrase(inner, 0)
            left = child.doc[child.i - 1] if child.i else None
            is_named = left is not None and left.tag_ in NOUNS and not child.is_sent_start
            return child.doc[child.i - 1 : child.i + 1] if is_named and child.tag_ == "CD" else None
        return None

    @staticmethod
    def _is_past_link(span: Span, head: Token) -> bool:
        """“74 off 61 balls”, “5 for 38 in 12 overs”: a noun behind a preposition is another number's."""
        return any(span.doc[i].tag_ in ("IN", "TO", "RP", ",") for i in range(span.end, head.i))
