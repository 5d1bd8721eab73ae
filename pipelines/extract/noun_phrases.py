"""Noun phrases in a paragraph's parse: where one begins and ends, and the first one right of a place.

Belongs here: the bounds of noun phrases around amounts. Does not belong here: which one an amount counts or
measures (`nouns`).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from spacy.tokens import Doc, Span, Token

from pipelines.extract.nlp import lemma
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words

NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
MODIFIERS = frozenset(
    {"JJ", "JJR", "JJS", "VBN", "VBG", "NN", "NNS", "NNP", "NNPS", "HYPH", "POS", "FW", "AFX", "ADD"}
)
_OPENING = frozenset({"“", '"', "‘", "``"})
_QUOTE_MARKS = _OPENING | {"”", "’", "''", "'"}
_MAX_PHRASE = 12
_AUXILIARIES = Words("auxiliary")
_SORTS = Words("genitive_of_sort")
_MORE = Words("comparing_determiner")
_DAYS = Words("day_word")
_PEOPLE = Words("people_adjective")
# “74 off 61 balls”, “three days later troops came”: no noun behind these is the number's.
_NO_ADVERBS = Words("closing_adverb")
_SKIPPED = Words("before_noun")


class NounPhrases:
    """Finds noun phrases in one paragraph.

    `taken` holds the token indexes of all its amounts, `cues` those of their bound cues (“in excess of”).
    """

    def __init__(self, taken: AbstractSet[int], tree: Tree, cues: AbstractSet[int] = frozenset()) -> None:
        self.taken = taken
        self.tree = tree
        self.cues = cues

    def phrase(self, head: Token, floor: int) -> Span:
        """The noun phrase of `head` without determiners and numbers, from token index `floor` on."""
        doc = head.doc
        start = head.i
        while start > floor and head.i - start < _MAX_PHRASE and self._joins(doc, start - 1, head, floor):
            start -= 1
        start = self._over_parts(doc, start, head.i, floor)
        is_tail = start > 1 and doc[start - 1].tag_ == "HYPH" and start - 2 in self.taken
        if is_tail and floor < start < head.i:
            start += 1  # “the 40-strong crew”, “a 1,000-bed hospital” are a crew and a hospital
        while start < head.i and doc[start].text in _QUOTE_MARKS and not _closes(doc, start, head.i):
            start += 1
        marks = [i for i in range(start, head.i) if doc[i].text in _QUOTE_MARKS]
        if len(marks) % 2:
            start = marks[-1] + 1  # half a pair of marks belongs to what stands before
        return doc[start : self._with_of(_hyphen_end(head)) + 1]

    @staticmethod
    def _over_parts(doc: Doc, start: int, head: int, floor: int) -> int:
        """The first token behind what belongs to the words before it.

        A hyphen or genitive, the tail of “so-called”, “newly built”, “have seen”, and “more” of “more than”.
        """
        while start < head:
            token, left = doc[start], doc[start - 1] if start else None
            is_tail = token.tag_ in ("VBN", "VBG", "JJ") and left is not None and start > floor
            is_compound = is_tail and left is not None and left.tag_ == "HYPH" and start - 2 >= floor
            is_helped = left is not None and left.tag_ != "POS" and left.lower_ in _AUXILIARIES
            is_verb = is_tail and token.tag_ != "JJ" and is_helped
            if not (token.tag_ in ("POS", "HYPH") or token.lower_ in _MORE or is_compound or is_verb):
                break
            start += 1
        return start

    def _joins(self, doc: Doc, at: int, head: Token, floor: int) -> bool:
        token = doc[at]
        if token.i in self.taken:
            return False
        if token.text in _QUOTE_MARKS:
            return at > floor or token.text in _OPENING
        return token.tag_ in MODIFIERS and token.head.i >= token.i

    def _with_of(self, head: Token) -> int:
        """The last token of `head`'s phrase, taking in one “of” phrase that follows at once."""
        doc = head.doc
        at = head.i + 1
        if at + 1 >= len(doc) or doc[at].lower_ != "of" or doc[at].head.i != head.i:
            return head.i
        inner = next((t for t in self.tree.rights(doc[at]) if t.dep_ == "pobj"), None)
        if inner is None or inner.i - at > 6 or inner.tag_ not in NOUNS:
            return head.i
        return head.i if any(i in self.taken for i in range(at, inner.i + 1)) else inner.i

    def run(self, doc: Doc, at: int) -> Span | None:
        """The first full noun group right of token `at`, over adverbs and articles."""
        limit = min(len(doc), at + _MAX_PHRASE)
        start = at
        while start < limit and (
            doc[start].tag_ in ("RB", "RBR", "DT", "PRP$") or doc[start].lower_ in _SKIPPED
        ):
            if doc[start].lower_ in _NO_ADVERBS or (doc[start].is_sent_start and start > at):
                return None
            start += 1
        head = self._run_head(doc, start, limit)
        return self.phrase(head, start) if head is not None else None

    def _run_head(self, doc: Doc, start: int, limit: int) -> Token | None:
        head: Token | None = None
        for i in range(start, limit):
            token = doc[i]
            if (i > start and token.is_sent_start) or (i in self.taken and head is not None):
                break
            if token.lower_ == "worth" and head is not None:
                break  # “a 51% stake worth $3 billion”
            if head is None and token.lower_ in _PEOPLE and not self._is_modifier(token):
                return token  # “300 elderly were moved”
            if token.tag_ in NOUNS and i not in self.taken:
                head = token
                goes_on = self._continues(token) or self._coordinated(doc, i, limit)
                if self._is_owner(token) or not goes_on:
                    break
            elif not (token.tag_ in MODIFIERS or i in self.taken or token.text in _QUOTE_MARKS) and (
                token.lower_ not in ("and", ",", "or") or i == start
            ):
                break
        return head

    @staticmethod
    def _is_modifier(token: Token) -> bool:
        """A noun follows that the adjective belongs to."""
        after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
        return after is not None and not after.is_sent_start and after.tag_ in MODIFIERS

    def _is_owner(self, token: Token) -> bool:
        """“three countries' leaders”, “one firm's boats”: the number counts whose they are."""
        doc, at = token.doc, token.i
        if at + 1 >= len(doc) or doc[at + 1].tag_ != "POS" or at - 1 not in self.taken:
            return False
        number = doc[at - 1]
        is_plural = doc[at + 1].text != "'s" and doc[at + 1].text != "’s"
        is_sort = lemma(token) in _SORTS  # “two girls' schools”
        is_one = number.lower_ in ("one", "1")
        return is_one or (is_plural and number.head.i == at and number.dep_ == "nummod" and not is_sort)

    def _continues(self, token: Token) -> bool:
        at = token.i + 1
        if at + 1 < len(token.doc) and token.doc[at].text in _QUOTE_MARKS - _OPENING:
            at += 1
        after = token.doc[at] if at < len(token.doc) else None
        if after is None or after.is_sent_start or after.i in self.taken or after.lower_ == "worth":
            return False
        if after.lower_ in _DAYS and not self._is_modifier(after):
            return False  # “one debate tonight”, “a search Thursday”
        if token.tag_ in ("NN", "NNP") and after.tag_ in NOUNS | {"HYPH", "POS"}:
            return True
        is_inner = token.dep_ in ("compound", "nmod", "amod", "poss") and token.head.i > token.i
        is_adjective = after.tag_ == "JJ" and after.head.i == token.head.i  # “two U.S. diplomatic posts”
        return is_inner and (after.tag_ in NOUNS or is_adjective)

    def _coordinated(self, doc: Doc, at: int, limit: int) -> bool:
        """“Kia and Hyundai vehicles”: a name that goes on to the plural behind “and”."""
        if doc[at].tag_ != "NNP" or at + 2 >= limit or doc[at + 1].lower_ not in ("and", "or"):
            return False
        return doc[at + 2].tag_ == "NNP" and any(
            doc[i].tag_ == "NNS" for i in range(at + 3, min(limit, at + 5))
        )


def _hyphen_end(head: Token) -> Token:
    """“Ben-Moshe”, “e-minis”: the last token of a head that a hyphen splits."""
    doc = head.doc
    at = head.i
    while (
        at + 2 < len(doc)
        and doc[at + 1].text == "-"
        and not doc[at].whitespace_
        and not doc[at + 1].whitespace_
    ):
        if doc[at + 2].tag_ not in NOUNS:
            break
        at += 2
    return doc[at]


def _closes(doc: Doc, start: int, end: int) -> bool:
    """True where the quotation mark at `start` opens and another closes before `end`."""
    if doc[start].text not in _OPENING:
        return False
    return any(doc[i].text in _QUOTE_MARKS for i in range(start + 1, end))
