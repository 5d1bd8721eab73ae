"""Numbers of polls and elections: shares of votes that name no whole, and leads in points.

“Rowe has 46 percent to 44 percent”, “26% say they are conservative”: parts of those who vote or were asked,
and no rates. “Rowe leads by 17 points” where the sentence is about an election: percentage points, and no
points of an index or a game. Belongs here: telling these by the words around them.
"""

from __future__ import annotations

from spacy.tokens import Span, Token

from pipelines.extract.nlp import lemma
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words

_ELECTION = Words("election_word")
_HOLDING = Words("holding_opinion")
_AMONG = Words("share_behind")
_SCORED = Words("scored_word")
# Words behind points within which an index or a game is named.
_SOON = 6
# A sentence's words further from the number than this are not asked.
_NEAR = 30
# Between two shares that are set against each other: “46 percent to Orr's 44 percent”.
_BETWEEN = 4


def is_lead(span: Span, tree: Tree) -> bool:
    """True for points of a poll or an election; not “the Dow fell 30 points after the polls closed”."""
    if not is_about_election(span, tree):
        return False
    near = span.doc[max(tree.sentence_start(span.start), span.start - _NEAR) : span.end + _SOON]
    return not any(token.lower_ in _SCORED for token in near)


def is_about_election(span: Span, tree: Tree) -> bool:
    """True where the sentence of an amount, near it, names voters, polls or an election."""
    first = max(tree.sentence_start(span.start), span.start - _NEAR)
    end = min(tree.sentence_end(span.start), span.end + _NEAR)
    return any(span.doc[at].lower_ in _ELECTION for at in range(first, end))


def is_share_of_votes(span: Span, head: Token | None, tree: Tree) -> bool:
    """True for a percentage that is a part of those who vote or answer, without saying “of”."""
    if head is not None and head.ent_type_ == "PERSON":
        return True  # “Rowe is polling at 76%”
    doc, end = span.doc, span.end
    if end < len(doc) and doc[end].lower_ in _AMONG:
        return True
    verb = span.root.head
    if span.root.dep_ == "nsubj" and span.root.i < span.end and lemma(verb) in _HOLDING:
        return True  # “26% say they are conservative”
    return is_about_election(span, tree) and (_is_set_against(span, 1) or _is_set_against(span, -1))


def _is_set_against(span: Span, step: int) -> bool:
    """“46 percent to 44 percent”: another percentage behind (`step` 1) or before (-1), joined by “to”."""
    doc = span.doc
    near = (
        doc[span.end : span.end + _BETWEEN + 3]
        if step > 0
        else doc[max(0, span.start - _BETWEEN - 3) : span.start]
    )
    words = [token.lower_ for token in near]
    link = next((at for at, word in enumerate(words) if word in ("to", "versus", "vs")), None)
    if link is None:
        return False
    other = words[link + 1 :] if step > 0 else words[:link]
    is_next = link == 0 if step > 0 else len(words) - link <= _BETWEEN
    return is_next and any(word in ("percent", "%", "per") for word in other)
