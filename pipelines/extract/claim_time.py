"""The time a number holds for: a date that its own clause names.

A date in the sentence is not enough: “may reach $15 by 2020” says nothing about the wage of today, and the
“convention in July” nothing about those who are on their way to it. A date counts where the parse hangs it on
the number, on what is counted, on a verb or noun above the number, or on the subject of such a verb; one that
hangs on “since” or “than” names another time. Of several that count the nearest is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Span, Token

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import lemma
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.ingest.dates import ResolvedDate, Tense, find_expressions, resolve_expression
from pipelines.model import NumericClaim

# A date further from its number than this belongs to another clause.
MAX_DISTANCE = 160
# “From 66 in May to 53 in June”: the date that follows a number is its own.
_BEFORE = 3
_CLIMB = 8
# Heads above a number that are asked: no sentence that a reader follows is deeper.
_DEEPEST = 24
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS", "CD"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_OTHER_TIME = Words("other_time")
_OVER_NOUNS = Words("place_inside", "during")
_PUBLISHING = Words("publishing")
_TIME_PARTS = Words("time_part")
_LIMITS = frozenset({"until", "till", "before", "after"})


@dataclass(frozen=True, slots=True)
class _Date:
    """A date of a paragraph, in document offsets, and the indices of the tokens it hangs on.

    `told`: what a clause around the date tells of (“the 600 it gave in 2021”); `level`: the number that the
    date alone belongs to (“to 41 percent, from 57 percent in May”).
    """

    start: int
    end: int
    resolved: ResolvedDate
    anchors: frozenset[int]
    told: int | None
    level: int | None
    is_publication: bool

    def distance(self, claim: NumericClaim) -> int:
        """Characters between the date and the claim; a date before it must be clearly nearer."""
        return max(self.start - claim.end_char, claim.start_char - self.end + _BEFORE, 0)


class TimeFinder:
    """As-of dates of one document's claims. Each paragraph's date expressions are read once."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._paragraph = -1
        self._dates: list[_Date] = []

    def fill(
        self, claim: NumericClaim, span: Span, noun: Span | None, tree: Tree, paragraph: Paragraph
    ) -> None:
        """Set `as_of_on`, its precision and method; they stay NULL where no date is the number's own."""
        if claim.unit_dimension in ("duration", "age") or _is_extent(claim, span):
            return
        dates = self._in(paragraph, tree)
        if not dates:
            return
        doc, first = span.doc, span.start
        start = paragraph.at(doc[tree.sentence_start(first)])
        end = paragraph.end_of(doc[tree.sentence_end(first) - 1])
        near = [
            date
            for date in dates
            if start <= date.start and date.end <= end and date.distance(claim) <= MAX_DISTANCE
        ]
        if not near:
            return
        own = {token.i for token in (*span, *(noun or ()))}
        above = own | _above(span, noun, tree)
        fitting = [
            date
            for date in near
            if date.told in own
            or (
                (date.is_publication or not above.isdisjoint(date.anchors))
                and (date.level is None or date.level in own)
            )
        ]
        if fitting:
            found = min(fitting, key=lambda date: date.distance(claim)).resolved
            claim.as_of_on, claim.as_of_on_precision = found.on, found.precision
            claim.as_of_on_method = found.method

    def _in(self, paragraph: Paragraph, tree: Tree) -> list[_Date]:
        if self._paragraph != paragraph.start:
            self._paragraph = paragraph.start
            text = self.ctx.text[paragraph.start : paragraph.end]
            self._dates = []
            for first, last in find_expressions(text):
                start, end = paragraph.start + first, paragraph.start + last
                span = paragraph.char_span(start, end)
                anchors = _anchors(span.root) if span is not None and len(span) else []
                if span is None or not anchors:
                    continue
                level = _level(span)
                tense = _tense_of(anchors, tree) if level is None else "past"
                resolved = resolve_expression(text[first:last], self.ctx.published_on, tense)
                if resolved is None:
                    continue
                published = any(lemma(token) in _PUBLISHING for token in anchors)
                verb = anchors[-1] if anchors and anchors[-1].dep_ in ("relcl", "acl") else None
                told = verb.head.i if verb is not None else None
                indices = frozenset(token.i for token in anchors)
                self._dates.append(_Date(start, end, resolved, indices, told, level, published))
        return self._dates


def _anchors(date: Token) -> list[Token]:
    """The nouns and the verb that a date says the time of, nearest first; none where it is another time."""
    found: list[Token] = []
    token = date
    for _ in range(_CLIMB):
        head = token.head
        if head.i == token.i:
            return found or [token]
        if head.lower_ in _OTHER_TIME or (head.lower_ == "of" and head.head.tag_ in ("NNP", "NNPS")):
            return []  # “since 2015”, “more than last year”, “the Housing Act of 2015”
        if head.tag_.startswith("VB") or head.tag_ == "MD":
            return [*found, *_joined_verbs(head)]
        if head.tag_ in _NOUNS and head.lower_ in _TIME_PARTS and token.lower_ == "of":
            if head.head.lower_ in _LIMITS:
                return []  # “not before the end of May”
            token = head  # “by the end of 2027”
            continue
        if head.tag_ in _NOUNS:
            found.append(head)
            if head.dep_ == "conj" and head.head.tag_ in _NOUNS:
                found.append(head.head)  # “312 cases and 9 deaths in May”
            link = head.head
            if head.dep_ != "pobj" or link.lower_ not in _OVER_NOUNS:
                return found
            token = link  # “died in Tuesday's blast”, “were held at the border on Monday”
        else:
            token = head
    return found


def _is_extent(claim: NumericClaim, span: Span) -> bool:
    """“built in 1932 and 500 metres long”: how long or high a thing is has no date."""
    if claim.unit_dimension != "length":
        return False
    root = span.root
    return root.dep_ == "npadvmod" and root.head.tag_ in ("JJ", "RB")


def _level(date: Span) -> int | None:
    """The last token of the number that stands right before a date, behind “from” or “than”."""
    doc, at = date.doc, date.start - 1
    at -= at > 0 and doc[at].lower_ in ("in", "on", "for")
    counted = at  # “from 275 kg in May”, “from 300 people in June”
    while counted > 1 and at - counted < 2 and doc[counted].tag_ in ("NN", "NNS"):
        counted -= 1
    if doc[counted].tag_ != "CD" and doc[at].lower_ not in ("percent", "%"):
        return None
    if at < 2 or doc[at].is_sent_start:
        return None
    before = doc[max(0, at - _LEVEL) : at]
    links = ("from",) if counted < at else ("from", "than")  # “more than 300 people in June” is a bound
    return at if any(token.lower_ in links for token in before) else None


# “From more than $2.27 billion”: tokens between “from” and the end of its number.
_LEVEL = 6


def _joined_verbs(verb: Token) -> list[Token]:
    """“Five died and 20 were hurt on Monday”: the date behind the last of joined verbs is that of all."""
    found = [verb]
    while verb.dep_ == "conj" and _tense(verb.head) == _tense(verb) and len(found) < _CLIMB:
        verb = verb.head
        found.append(verb)
    return found


def _tense_of(anchors: list[Token], tree: Tree) -> Tense | None:
    """Whether the verb that a date hangs on tells of the past (“raised in May”) or of what is to come."""
    verb = next((token for token in anchors if token.tag_.startswith("VB")), None)
    if verb is None:
        return None
    helpers = [t for t in tree.lefts(verb) if t.dep_ in ("aux", "auxpass")]
    if any(t.lower_ in ("will", "’ll", "'ll", "shall") for t in helpers):
        return "future"
    return "past" if any(t.tag_ == "VBD" for t in (verb, *helpers)) else None


def when_clauses(verb: Token, tree: Tree) -> list[Token]:
    """“12 died when a boat sank off Crete on Sunday”: the verbs that tell when and where it came about."""
    if not tree.holds("when"):
        return []
    below = tree.rights(verb)
    for joined in [t for t in below if t.dep_ == "conj"]:
        below = [*below, *tree.rights(joined)]
    clauses = (t for t in below if t.dep_ == "advcl" and t.tag_ in _FINITE)
    return [t for t in clauses if any(w.lower_ == "when" for w in tree.lefts(t))]


_FINITE = frozenset({"VBD", "VBN", "VBZ", "VBP"})


def _tense(verb: Token) -> str:
    return "past" if verb.tag_ in ("VBD", "VBN") else verb.tag_


def _above(span: Span, noun: Span | None, tree: Tree) -> set[int]:
    """The tokens above a number and its noun, and the subjects of the verbs among them."""
    found: set[int] = set()
    for start in (span.root, noun.root if noun is not None and len(noun) else None):
        token, is_deep = start, False
        for _ in range(_DEEPEST):
            if token is None:
                break
            found.add(token.i)
            if token.tag_.startswith("VB"):
                found.update(t.i for t in tree.lefts(token) if t.dep_ in _SUBJECTS)
                if not is_deep:
                    found.update(t.i for t in when_clauses(token, tree))
                is_deep = True
            if token.head.i == token.i:
                break
            token = token.head
    return found
