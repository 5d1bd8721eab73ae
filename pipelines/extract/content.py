"""Content: what a cue says was said, where it is a clause or a noun phrase rather than a marked stretch.

Spans come from the parse by the frames that `cue_verbs.csv` gives a verb: a finite clause on either side
of the cue or around it, an infinitive, an object with what belongs to it, a preposition's object.

Belongs here: token spans of contents. Does not belong here: marks, speakers.
"""

from __future__ import annotations

from pipelines.extract.cues import ACCORDING_TO, Cue
from pipelines.extract.syntax import SUBJECT_DEPS, VERB_TAGS, Syntax

Piece = tuple[int, int]

_OBJECT_TAILS = frozenset({"for", "of", "as", "to", "with", "against", "on", "over", "from", "into"})
_CLAUSE_DEPS = frozenset({"ccomp", "xcomp", "advcl", "csubj"})
_EDGE_TAGS = frozenset({",", ".", ":", "``", "''", "-LRB-", "-RRB-", "_SP", "HYPH", "NFP", ""})


def find_content(syntax: Syntax, cue: Cue) -> list[Piece]:
    """The content of a cue as one or more pieces (first and last token index), in text order.

    Two pieces where the cue stands inside what was said. Empty where the cue's frames find nothing.
    """
    if cue.cue_class == ACCORDING_TO:
        return _around(syntax, cue)
    frames = cue.entry.frames
    pieces: list[Piece] = []
    if "clause" in frames:
        pieces = _clause(syntax, cue)
    if not pieces and "infinitive" in frames:
        pieces = _infinitive(syntax, cue)
    if not pieces and "object_infinitive" in frames:
        pieces = _object_infinitive(syntax, cue)
    if not pieces and "object" in frames:
        pieces = _object(syntax, cue)
    if not pieces:
        pieces = _preposition(syntax, cue, frames)
    return [p for p in (trim(syntax, a, b) for a, b in pieces) if p is not None]


def trim(syntax: Syntax, first: int, last: int) -> Piece | None:
    """The piece without punctuation at its edges; None where nothing is left."""
    while first <= last and syntax.tags[first] in _EDGE_TAGS and syntax.words[first] not in "([":
        first += 1
    while last >= first and syntax.tags[last] in (",", ".", ":", "_SP", ""):
        last -= 1
    return (first, last) if first <= last else None


def _is_finite(syntax: Syntax, verb: int) -> bool:
    if any(syntax.tags[c] == "TO" for c in syntax.children[verb]):
        return False
    return syntax.tags[verb] != "VBG" or any(
        syntax.deps[c] in ("aux", "nsubj", "mark") for c in syntax.children[verb]
    )


def _clause(syntax: Syntax, cue: Cue) -> list[Piece]:
    verb = cue.verb
    for child in syntax.children[verb]:
        if syntax.deps[child] == "ccomp" and _is_finite(syntax, child):
            return _split_around(syntax, child, cue)
    if syntax.deps[verb] in ("parataxis", "advcl", "dep") and _is_bare(syntax, cue):
        head = syntax.heads[verb]
        if syntax.tags[head] in VERB_TAGS or syntax.tags[head] == "MD":
            return _host(syntax, head, cue)
    return []


def _is_bare(syntax: Syntax, cue: Cue) -> bool:
    """A cue clause of subject and verb alone, set off by commas: “…, officials say, …”."""
    inside = syntax.subtree(cue.verb)
    before, after = inside[0] - 1, inside[-1] + 1
    is_off = before < 0 or syntax.tags[before] in (",", ":", "''", "``", "HYPH")
    ends = after >= len(syntax) or syntax.tags[after] in (",", ".", ":", "``", "''")
    has_own = any(syntax.deps[c] in ("dobj", "ccomp", "xcomp", "mark") for c in syntax.children[cue.verb])
    return is_off and ends and not has_own and cue.subject is not None


def _split_around(syntax: Syntax, clause: int, cue: Cue) -> list[Piece]:
    """The clause's tokens as runs, cut where the cue and its subject stand inside."""
    first, last = syntax.left(clause), syntax.right(clause)
    if last < cue.first:
        return [(first, _before_cue(syntax, cue, last))]
    if first > cue.last:
        return [(first, last)]
    return _pieces(first, last, *_cue_extent(syntax, cue, clause))


def _cue_extent(syntax: Syntax, cue: Cue, clause: int) -> Piece:
    """First and last token of the cue with its subject and what hangs on it, the clause left out."""
    own = syntax.subtree(cue.verb, frozenset({clause}))
    return own[0], own[-1]


def _pieces(first: int, last: int, hole_first: int, hole_last: int) -> list[Piece]:
    found = []
    if first < hole_first:
        found.append((first, hole_first - 1))
    if hole_last < last:
        found.append((hole_last + 1, last))
    return found


def _before_cue(syntax: Syntax, cue: Cue, last: int) -> int:
    return min(last, cue.first - 1)


def _host(syntax: Syntax, head: int, cue: Cue) -> list[Piece]:
    """The clause that a parenthetical cue stands in, without the cue's own words."""
    inside = syntax.subtree(cue.verb)
    first, last = syntax.left(head), syntax.right(head)
    return _pieces(first, last, inside[0], inside[-1])


def _around(syntax: Syntax, cue: Cue) -> list[Piece]:
    """What “according to X” reports: the clause it hangs on, without the phrase itself."""
    phrase = syntax.subtree(cue.verb)
    hole = (min(phrase[0], cue.first), max(phrase[-1], cue.last))
    head = syntax.heads[cue.verb]
    while head != cue.verb and syntax.tags[head] not in VERB_TAGS | {"MD"} and syntax.heads[head] != head:
        head = syntax.heads[head]
    if head == cue.verb:
        first, end = syntax.sentence(cue.verb)
        last = end - 1
    else:
        first, last = syntax.left(head), syntax.right(head)
    pieces = [p for p in _pieces(first, last, *hole) if trim(syntax, *p)]
    return _longest(pieces) if len(pieces) == 2 and _is_stub(pieces) else pieces


def _longest(pieces: list[Piece]) -> list[Piece]:
    return [max(pieces, key=lambda p: p[1] - p[0])]


def _is_stub(pieces: list[Piece]) -> bool:
    """One piece is but a word or two (But, according to …)."""
    return min(b - a for a, b in pieces) < 2


def _infinitive(syntax: Syntax, cue: Cue) -> list[Piece]:
    for child in syntax.children[cue.verb]:
        if syntax.deps[child] in _CLAUSE_DEPS and child > cue.verb and _has_to(syntax, child):
            if any(syntax.deps[c] in SUBJECT_DEPS for c in syntax.children[child]):
                continue
            first = syntax.left(child)
            return [(first, syntax.right(child))] if first > cue.verb else []
    return []


def _has_to(syntax: Syntax, verb: int) -> bool:
    return any(syntax.tags[c] == "TO" for c in syntax.children[verb])


def _object_infinitive(syntax: Syntax, cue: Cue) -> list[Piece]:
    for child in syntax.children[cue.verb]:
        if child < cue.verb or syntax.deps[child] not in ("xcomp", "ccomp", "advcl"):
            continue
        if not _has_to(syntax, child):
            continue
        first = syntax.left(child)
        addressee = syntax.child(cue.verb, "dobj", "dative")
        if addressee is not None and cue.verb < addressee < child:
            first = min(first, syntax.left(addressee))
        if first > cue.verb:
            return [(max(first, cue.last + 1), syntax.right(child))]
    return []


def _object(syntax: Syntax, cue: Cue) -> list[Piece]:
    target = cue.verb
    if cue.last > cue.verb:
        particle = cue.last
        if any(syntax.deps[c] in ("pobj", "pcomp") for c in syntax.children[particle]):
            target = particle
    found = None
    for child in syntax.children[target]:
        if child > cue.verb and syntax.deps[child] in ("dobj", "pobj", "pcomp", "oprd", "ccomp", "attr"):
            found = child
            break
    if found is None or syntax.left(found) <= cue.verb:
        return []
    return [(syntax.left(found), _object_end(syntax, cue, found))]


def _object_end(syntax: Syntax, cue: Cue, found: int) -> int:
    """The object's last token, or that of the complements that follow it unbroken by punctuation."""
    last = syntax.right(found)
    for child in syntax.children[cue.verb]:
        if child <= found or syntax.left(child) != last + 1:
            continue
        dep = syntax.deps[child]
        if dep in ("oprd", "xcomp", "ccomp", "acomp") or (
            dep == "prep" and syntax.lower[child] in _OBJECT_TAILS and not _is_time(syntax, child)
        ):
            last = syntax.right(child)
    return last


def _is_time(syntax: Syntax, preposition: int) -> bool:
    """“on Tuesday”, “in a statement”: when and where it was said, not what."""
    if syntax.lower[preposition] not in ("on", "in", "at", "to", "over", "from"):
        return False
    return syntax.lower[preposition] not in ("to", "over", "from") or not any(
        syntax.deps[c] == "pcomp" for c in syntax.children[preposition]
    )


def _preposition(syntax: Syntax, cue: Cue, frames: frozenset[str]) -> list[Piece]:
    for child in syntax.children[cue.verb]:
        if child > cue.verb and syntax.deps[child] in ("prep", "dative") and syntax.lower[child] in frames:
            for inner in syntax.children[child]:
                if syntax.deps[inner] in ("pobj", "pcomp") and inner > child:
                    return [(syntax.left(inner), syntax.right(inner))]
    return []


__all__ = ["Piece", "find_content", "trim"]
