"""Where the words of a content begin and end: punctuation and connectives off its edges, a clause that the
parse cut short or ran past, an aside of the writer's.

Belongs here: bounds of a piece once a frame has found it. Does not belong here: the frames (`content`).
"""

from __future__ import annotations

from pipelines.extract.cues import Cue, cue_forms
from pipelines.extract.syntax import SUBJECT_DEPS, Syntax
from pipelines.extract.word_sets import QuoteWords

Piece = tuple[int, int]

# Words on either side that a rule looks at: longer sentences are lists, or broken input.
REACH = 150
MARKS = frozenset({"”", "“", '"', "''", "``", "`", "'"})
STOPS = frozenset({",", ".", "?", "!", ";", ":", "—", "–", "”", "“", '"', "''", "``", "(", ")"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_OPENS_CLAUSE = _FINITE | {"DT", "PRP", "PRP$", "NN", "NNS", "NNP", "NNPS", "EX"}
_CONDITIONS = QuoteWords("clause_condition")
_EDGE_TAGS = frozenset({",", ".", ":", "``", "''", "-LRB-", "-RRB-", "_SP", "HYPH", "NFP", ""})


def trim(syntax: Syntax, first: int, last: int) -> Piece | None:
    """The piece without punctuation at its edges; None where nothing is left."""
    while first <= last and syntax.tags[first] in _EDGE_TAGS and syntax.words[first] not in "([":
        first += 1
    while last >= first and syntax.tags[last] in (",", ".", ":", "_SP", "", "CC"):
        last -= 1
    if first <= last:
        first = _behind_connective(syntax, first, last)
    return (first, last) if first <= last else None


def _behind_connective(syntax: Syntax, first: int, last: int) -> int:
    """The first token behind “But”, “Nevertheless,”, “That said,” or a dateline (“PARIS, May 4 (AP) —”)."""
    if syntax.lower[first : first + 3] == ["that", "said", ","]:
        first += 3
        if first > last:
            return first
    if syntax.tags[first] == "CC" and syntax.words[first][:1].isupper() and first < last:
        first += 2 if syntax.words[first + 1] == "," else 1
    elif syntax.tags[first] == "RB" and first + 1 < last and syntax.words[first + 1] == ",":
        first += 2
    if first < last and syntax.words[first].isupper() and len(syntax.words[first]) > 2:
        for i in range(first + 1, min(first + 9, last)):
            is_hyphen = syntax.words[i] == "-" and syntax.words[i - 1] == ")"
            if is_hyphen or syntax.words[i] in ("—", "–", "--"):
                return i + 1
    return first


def clause_end(syntax: Syntax, cue: Cue, first: int, last: int) -> int:
    """Where a clause behind its cue ends, when the parse cut it short or ran past it.

    It runs on over words that nothing sets off; it stops before a second verb that the cue's subject
    shares (said it was, and called …), a non-restrictive relative clause and an “according to”.
    """
    high = min(len(syntax), last + REACH)
    relative = _relative_end(syntax, cue, first, last)
    if relative is not None:
        return relative
    for i in range(first + 1, min(last, first + REACH)):
        is_comma = syntax.words[i] in (",", "—", "–")
        if (is_comma or syntax.tags[i] == "CC") and _starts_new(syntax, cue, i + is_comma, last, is_comma):
            return i - 1
    while last + 1 < high:
        if syntax.words[last + 1] in MARKS and syntax.words[last] not in (",", ".", "?", "!"):
            last += 1
            continue
        if not _stops_clause(syntax, cue, last + 1):
            last += 1
            continue
        further = _next_clause(syntax, cue, last + 1)
        if further is None:
            break
        last = further
    return last


def _relative_end(syntax: Syntax, cue: Cue, first: int, last: int) -> int | None:
    """“Roe, who said the dam was safe, never came”: the relative clause's comma ends what she said."""
    at = cue.subject
    if not at or at > cue.verb or syntax.lower[at] != "who" or syntax.words[at - 1] != ",":
        return None
    verbs = [i for i in range(first, min(last, first + REACH) + 1) if syntax.tags[i] in _FINITE]
    is_conditional = any(syntax.lower[i] in _CONDITIONS for i in (first, first + 1))
    commas = [i for i in range(first + 1, last) if verbs and verbs[0] < i and syntax.words[i] == ","]
    for i in commas[is_conditional:]:
        opening = i + 1 + (syntax.tags[i + 1] == "RB")
        if verbs[-1] > i and syntax.tags[opening] in _OPENS_CLAUSE:
            return i - 1
    return None


def _next_clause(syntax: Syntax, cue: Cue, i: int) -> int | None:
    """The end of a second clause with a subject of its own: “…, but her parents made too much”."""
    if syntax.words[i] != "," or i + 3 >= len(syntax):
        return None
    if syntax.lower[i + 1] not in ("and", "but", "so", "or", "yet"):
        return None
    _, end = syntax.sentence(cue.verb)
    for at in range(i + 2, min(end, i + 14)):
        if syntax.deps[at] in SUBJECT_DEPS and syntax.heads[at] > at:
            verb = syntax.heads[at]
            opening = range(i + 2, syntax.left(at))
            if syntax.lower[verb] in cue_forms() or any(syntax.tags[k] not in ("RB", "IN") for k in opening):
                return None
            return min(syntax.right(verb), end - 1)
        if syntax.words[at] in STOPS:
            return None
    return None


def _starts_new(syntax: Syntax, cue: Cue, i: int, last: int, is_comma: bool) -> bool:
    word, tag = syntax.lower[i], syntax.tags[i]
    if is_comma and word in ("according", "compared"):
        return True
    if is_comma and tag == "VBG" and word not in ("including", "involving") and syntax.deps[i] == "advcl":
        return True
    if is_comma and word in ("while", "without"):
        return True
    if is_comma and tag in ("WP", "WDT", "WP$") and word in ("who", "which", "whose"):
        return not any(syntax.words[k] == "," for k in range(i, last))
    if tag == "CC" and i < last:
        i += 1
        while i < last and syntax.tags[i] == "RB":
            i += 1
        verb = syntax.tags[i] == syntax.tags[cue.verb] and syntax.tags[i] in ("VBD", "VBZ", "VBP")
        return verb and syntax.lower[i] in cue_forms()
    return False


def _stops_clause(syntax: Syntax, cue: Cue, i: int) -> bool:
    if i and syntax.deps[i - 1] == "compound" and syntax.heads[i - 1] == i:
        return False  # within a name
    if syntax.tags[i] == "HYPH" and 0 < i < len(syntax) - 1:
        is_inside = syntax.starts[i] == syntax.ends[i - 1] and syntax.starts[i + 1] == syntax.ends[i]
        return not is_inside  # within a word: self-described
    if syntax.words[i] in STOPS or syntax.tags[i] in ("CC", "``", "''", "_SP", "HYPH", "-LRB-"):
        return True
    head = i
    if syntax.heads[i] == cue.verb and syntax.deps[i] in ("prep", "npadvmod", "advmod", "agent", "punct"):
        return True
    while syntax.heads[head] != head and head != cue.verb:
        head = syntax.heads[head]
        if head == cue.verb:
            break
    else:
        return head != cue.verb
    return syntax.lower[i] == "when" and i + 1 < len(syntax) and syntax.lower[i + 1] == "asked"


def run_on(syntax: Syntax, cue: Cue, last: int) -> int:
    """The last of the words that go on from a phrase without anything that sets them off."""
    high = min(len(syntax), last + REACH)
    while last + 1 < high and not _stops_clause(syntax, cue, last + 1):
        last += 1
    return last


def unaside(syntax: Syntax, first: int, last: int) -> int:
    """Leaves out a closing aside of the writer's: “, which …”, “, who is 70”, a last “, saying”."""
    for i in range(first + 1, last):
        if syntax.words[i] == "," and syntax.tags[i + 1] in ("WDT", "WP", "WP$", "WRB"):
            return i - 1
    end = last
    while end > first and syntax.tags[end] in (",", ":", "."):
        end -= 1
    if end - first > 1 and syntax.tags[end] == "VBG" and syntax.words[end - 1] == ",":
        return end - 2
    return last


__all__ = ["MARKS", "REACH", "STOPS", "Piece", "clause_end", "run_on", "trim", "unaside"]
