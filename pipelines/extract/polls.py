"""Numbers of polls and elections: shares of votes that name no whole, and leads in points.

“Rowe has 46 percent to 44 percent”, “26% say they are conservative”: parts of those who vote or were asked,
and no rates. “Rowe leads by 17 points” where the sentence is about an election: percentage points, and no
points of an index or a game. “Rowe leads Orr 52 to 45” in a poll: shares without the word percent, the first
of who stands before the verb, the second of who stands behind it. Belongs here: telling these by the words
around them.
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
_POLLS = Words("poll_word")
_DECIDING = Words("result_of_poll", "winning_verb", "losing_verb")
_WINNING = Words("winning_verb")
_OWNING = Words("stake_verb")
_VERBS = frozenset({"VBG", "VBP", "VBZ", "VBD"})
_LOSING = Words("losing_verb")
_VOTING = Words("vote_verb")
_PARTS_OF_PEOPLE = Words("part_of_people")
# What two shares of one vote add up to at least; the rest is undecided or others'.
LEAST_SUM, WHOLE = 60, 101


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
    if doc[end : end + 2].text.lower().startswith(("-owned", "owned")):
        return True  # “the airline, 98.6%-owned by Rowe”
    if end < len(doc) and doc[end].lower_ in _AMONG:
        return True
    if is_part_of_people(span) or is_of_those_asked(span):
        return True
    is_at = span.start > 0 and doc[span.start - 1].lower_ == "at"
    if is_at and head is None and _is_of_poll(span, tree):
        return True  # “followed by Rowe at 13% in the poll”
    verb = span.root.head
    if span.root.dep_ == "dobj" and lemma(verb) in _OWNING:
        return True  # “the group holds 14.6%”
    if span.root.dep_ in ("nsubj", "nsubjpass") and span.end <= verb.i:
        is_named = any(t.dep_ == "attr" and t.tag_ in ("NN", "NNS") for t in tree.rights(verb))
        if lemma(verb) in _HOLDING or (head is None and verb.tag_.startswith("VB") and not is_named):
            return True  # “26% say they are conservative”, “90 percent were sent abroad”
    return is_about_election(span, tree) and (_is_set_against(span, 1) or _is_set_against(span, -1))


def is_part_of_people(span: Span) -> bool:
    """“the top 1 percent”, “the poorest 20%”: people by rank, of whom a verb may tell something else."""
    return span.start > 0 and span.doc[span.start - 1].lower_ in _PARTS_OF_PEOPLE


def is_of_those_asked(span: Span) -> bool:
    """“58 percent voting against the plan”, “30% say no”: the verb behind it tells what they do."""
    verb = span.doc[span.end] if span.end < len(span.doc) else None
    return verb is not None and verb.tag_ in _VERBS and (lemma(verb) in _VOTING or lemma(verb) in _HOLDING)


def is_percent_of_votes(span: Span, values: tuple[float, float], tree: Tree) -> bool:
    """True where two bare numbers around “to” are shares of a vote: “won 52 to 45” in a poll.

    `values`: both of them, `span` the tokens of the first. Numbers of votes (“passed 60 to 40”) are whole and
    in no poll.
    """
    if not LEAST_SUM <= sum(values) <= WHOLE or min(values) < 1:
        return False
    if any(value % 1 for value in values):
        return is_about_election(span, tree)
    return _is_of_poll(span, tree)


def _is_of_poll(span: Span, tree: Tree) -> bool:
    first = max(tree.sentence_start(span.start), span.start - _NEAR)
    end = min(tree.sentence_end(span.start), span.end + _NEAR)
    return any(span.doc[at].lower_ in _POLLS for at in range(first, end))


def is_decision(span: Span) -> bool:
    """“passed 60 to 40”, “Rowe won 52 to 45”: the verb above `span` tells how a vote ended."""
    return lemma(_verb_above(span)) in _DECIDING


def sides(span: Span, tree: Tree) -> tuple[Token | None, Token | None]:
    """Who has the larger and who the smaller of two numbers around “to”, of which `span` is the first.

    “Rowe leads Orr 52 to 45” and “Orr lost to Rowe”: Rowe, Orr; None for who is not named.
    """
    verb = _verb_above(span)
    name = lemma(verb)
    if name not in _WINNING and name not in _LOSING:
        return None, None
    subject = next((t for t in tree.lefts(verb) if t.dep_ == "nsubj"), None)
    rival = next((t for t in tree.rights(verb) if t.dep_ == "dobj" and t.i < span.start), None)
    both = (_named(subject), _named(rival))
    return both if name in _WINNING else both[::-1]


def _verb_above(span: Span) -> Token:
    token = span.root
    for _ in range(3):
        if token.tag_.startswith("VB") or token.head.i == token.i:
            break
        token = token.head
    return token


def _named(token: Token | None) -> Token | None:
    is_name = token is not None and token.tag_ in ("NNP", "NNPS") and token.ent_type_ not in ("DATE", "TIME")
    return token if is_name else None


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
