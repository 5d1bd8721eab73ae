"""Cues that stand inside what they report, or behind it: “The plan, a source said, is to wait”.

The parse is often of no help with a clause that commas set off, so these rules go by the words around the
cue: a sentence around it, a sentence before it, an as-clause, “according to”.

Belongs here: contents around a cue, by punctuation. Does not belong here: contents behind a cue, which the
parse gives (`content`).
"""

from __future__ import annotations

from pipelines.extract.clause_ends import REACH, STOPS, Piece, trim
from pipelines.extract.cues import Cue
from pipelines.extract.sentence_breaks import opens_sentence
from pipelines.extract.subjects import ADDRESSING
from pipelines.extract.syntax import NOUN_TAGS, VERB_TAGS, Syntax
from pipelines.extract.word_sets import QuoteWords

_CLAUSE_TAGS = frozenset({"VB", "VBD", "VBZ", "VBP", "VBN", "VBG", "MD", "TO", "WDT", "WP", "WRB", "CC"})
_JOINS = frozenset({"CC", "IN", "WDT", "WP", "WRB"})
_SENTENCE_STOPS = frozenset({".", "?", "!", ";"})
_CONDITIONS = QuoteWords("sentence_condition")
_MARKS = frozenset({"”", "“", '"', "''", "``"})


def parenthetical(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“The plan, a source said, is to wait”: the sentence around a cue clause that commas set off."""
    if cue.subject is None or not _is_finite_cue(syntax, cue) or "direct" not in cue.entry.frames:
        return []
    start, end = _cue_words(syntax, cue)
    if start == 0 or end >= len(syntax) or syntax.words[start - 1] != "," or syntax.words[end] != ",":
        return []
    if _is_joined(syntax, start):
        return []
    if not _is_cue_alone(syntax, cue, end) or _hangs_on_another(syntax, cue, start):
        return []
    first, stop = _sentence_around(syntax, start, end)
    if start - 1 <= first or end + 1 >= stop:
        return []
    pieces = [(first, start - 2)]
    if not (cue.subject > cue.verb and syntax.right(cue.subject) > end):
        pieces.append((end + 1, stop - 1))
    return [p for p in pieces if _is_enough(syntax, *p)]


def lead(syntax: Syntax, cue: Cue, stop: int) -> Piece | None:
    """“If the rain goes on, he said, “we shall close””: the words before a cue clause that leads to a mark.

    `stop` is the token of the mark, behind a comma.
    """
    if cue.subject is None or not _is_finite_cue(syntax, cue):
        return None
    start, end = _cue_words(syntax, cue)
    if start == 0 or syntax.words[start - 1] != "," or end + 1 != stop:
        return None
    if _is_joined(syntax, start):
        return None
    if not _leaves_open(syntax, cue, end):
        return None
    first, _ = _sentence_around(syntax, start, end)
    piece = trim(syntax, first, start - 2)
    return piece if piece is not None and _is_part_of_clause(syntax, piece[0]) else None


def _is_joined(syntax: Syntax, start: int) -> bool:
    """“, and he said,”, “, as he said,”, “, who said,”: the cue clause hangs on words before it.

    A preposition behind a noun is the speaker's own: “, advisers to the mayor say,”.
    """
    behind = start + (syntax.tags[start] not in NOUN_TAGS)
    return any(syntax.tags[i] in _JOINS for i in range(start, behind + 1))


def _is_part_of_clause(syntax: Syntax, first: int) -> bool:
    """Not when, where or how it was said: “In Berlin, she said, …”, “Asked why, he said, …”."""
    if syntax.lower[first] in _CONDITIONS:
        return True
    return syntax.tags[first] not in ("IN", "WRB", "VBN", "VBG", "RB", "TO", "CC")


def _is_cue_alone(syntax: Syntax, cue: Cue, end: int) -> bool:
    """Nothing follows the cue up to `end` but its subject, whom it was said to, when and where."""
    own = ("ccomp", "xcomp") if cue.entry.verb in ADDRESSING else ("ccomp", "xcomp", "dobj")
    if any(syntax.deps[c] in own and c > cue.verb for c in syntax.children[cue.verb]):
        return False
    return _leaves_open(syntax, cue, end)


def _hangs_on_another(syntax: Syntax, cue: Cue, start: int) -> bool:
    """“, the papers show the council asked,”: another verb of the clause comes before the cue."""
    return any(
        syntax.tags[i] in ("VBD", "VBZ", "VBP") and syntax.deps[i] in ("ROOT", "ccomp", "conj", "advcl")
        for i in range(start, cue.first)
    )


def _leaves_open(syntax: Syntax, cue: Cue, end: int) -> bool:
    """No clause of its own follows the cue up to `end`."""
    after = [i for i in range(cue.last + 1, end) if i != cue.subject]
    return not any(syntax.tags[i] in _CLAUSE_TAGS or syntax.lower[i] == "that" for i in after)


def as_clause(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“As the paper noted, …” and “…, as the paper noted”: the sentence without the as-clause."""
    if cue.subject is None or cue.subject > cue.verb or "direct" not in cue.entry.frames:
        return []
    start, end = _cue_words(syntax, cue)
    own = ("ccomp", "xcomp") if cue.entry.verb in ADDRESSING else ("dobj", "ccomp", "xcomp")
    if syntax.lower[start] != "as" or any(syntax.deps[c] in own for c in syntax.children[cue.verb]):
        return []
    first, stop = _sentence_around(syntax, start, end)
    pieces = [(first, start - 2), (end + 1, stop - 1)]
    return [p for p in pieces if p[0] < p[1] and _is_enough(syntax, *p)]


def words_before(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“It was more than the money, she said.”: the sentence before a cue clause that ends it."""
    if cue.subject is None or not _is_finite_cue(syntax, cue) or "direct" not in cue.entry.frames:
        return []
    start, end = _cue_words(syntax, cue)
    if start == 0 or syntax.words[start - 1] != "," or (end < len(syntax) and syntax.words[end] != "."):
        return []
    if syntax.tags[start] in ("CC", "IN", "WDT", "WP", "WRB", "RB"):
        return []
    if not _is_cue_alone(syntax, cue, end):
        return []
    first, _ = _sentence_around(syntax, start, end)
    finite = {"VBD", "VBZ", "VBP", "MD"}
    if end == len(syntax) and syntax.tags[cue.verb] == "VBZ":
        finite |= {"VBG", "VBN"}  # a headline: “Troops leaving, ministry says”
    has_verb = any(syntax.tags[i] in finite for i in range(first, start - 1))
    return [(first, start - 2)] if has_verb and first < start - 2 else []


def _is_finite_cue(syntax: Syntax, cue: Cue) -> bool:
    found = ("subject", "inverted") if syntax.tags[cue.verb] == "VBN" else ("subject", "inverted", "beside")
    return syntax.tags[cue.verb] in ("VBD", "VBZ", "VBP", "VBN") and cue.how in found


def _cue_words(syntax: Syntax, cue: Cue) -> Piece:
    """First token, and one past the last, of the cue with its subject, up to punctuation on either side."""
    assert cue.subject is not None
    start, end = min(cue.subject, cue.first), max(cue.subject, cue.last) + 1
    low, high = max(0, start - REACH), min(len(syntax), end + REACH)
    while start > low and syntax.words[start - 1] not in STOPS:
        start -= 1
    while end < high and syntax.words[end] not in STOPS:
        end += 1
    return start, end


def _sentence_around(syntax: Syntax, start: int, end: int) -> Piece:
    """The sentence that holds tokens `start` to `end - 1`, over words in marks that are part of it."""
    low, high = max(0, start - REACH), min(len(syntax), end + REACH)
    while start > low and not _breaks(syntax, start - 1):
        start -= 1
    while end < high and not _breaks(syntax, end):
        end += 1
    return start, end


def _breaks(syntax: Syntax, i: int) -> bool:
    """Whether token `i` ends a sentence. A mark does behind punctuation, and not within running words."""
    word = syntax.words[i]
    if word not in _MARKS:
        return word in _SENTENCE_STOPS
    if i == 0 or syntax.words[i - 1] in STOPS:
        return True
    high = min(len(syntax), i + REACH)
    closing = next((k for k in range(i + 1, high) if syntax.words[k] in _MARKS), high)
    return opens_sentence(syntax, i, closing - 1)


def _is_enough(syntax: Syntax, first: int, last: int) -> bool:
    """More than a connective: “Still, she said, …” and “Of course, she said, …” have but one piece."""
    return any(syntax.tags[i] not in ("RB", "CC", "UH", ",", "IN") for i in range(first, last + 1))


def is_bare(syntax: Syntax, cue: Cue) -> bool:
    """A cue clause of subject and verb alone, set off by commas: “…, officials say, …”."""
    inside = syntax.subtree(cue.verb)
    while len(inside) > 1 and syntax.tags[inside[-1]] in (",", ":"):
        inside.pop()
    before, after = inside[0] - 1, inside[-1] + 1
    is_off = before < 0 or syntax.tags[before] in (",", ":", "''", "``", "HYPH")
    ends = after >= len(syntax) or syntax.tags[after] in (",", ".", ":", "``", "''")
    has_own = any(syntax.deps[c] in ("dobj", "ccomp", "xcomp", "mark") for c in syntax.children[cue.verb])
    return is_off and ends and not has_own and cue.subject is not None


def host(syntax: Syntax, head: int, cue: Cue) -> list[Piece]:
    """The clause that a parenthetical cue stands in, without the cue's own words."""
    inside = syntax.subtree(cue.verb)
    first, last = syntax.left(head), syntax.right(head)
    return pieces_around(first, last, inside[0], inside[-1])


def pieces_around(first: int, last: int, hole_first: int, hole_last: int) -> list[Piece]:
    """What is left of `first` to `last` without the hole: no, one or two pieces."""
    found = []
    if first < hole_first:
        found.append((first, hole_first - 1))
    if hole_last < last:
        found.append((hole_last + 1, last))
    return found


def around(syntax: Syntax, cue: Cue) -> list[Piece]:
    """What “according to X” reports: the clause it hangs on, without the phrase itself."""
    phrase = syntax.subtree(cue.verb)
    hole = (min(phrase[0], cue.first), max(phrase[-1], cue.last))
    is_led = hole[0] > 0 and syntax.lower[hole[0] - 1] == "that"
    if hole[0] and (syntax.words[hole[0] - 1] == "," or is_led):
        end = _cue_words(syntax, cue)[1]
        if not is_led or syntax.words[end : end + 1] == [","]:
            hole = (hole[0], max(hole[1], end - 1))
    first, stop = _sentence_around(syntax, *hole)
    if hole[0] > first + 3 and syntax.words[hole[0] - 1] == "," and hole[1] + 2 >= stop:
        return [(first, hole[0] - 2)]
    head = syntax.heads[cue.verb]
    while head != cue.verb and syntax.heads[head] != head:
        if syntax.tags[head] in VERB_TAGS | {"MD"} and not hole[0] <= head <= hole[1]:
            break
        head = syntax.heads[head]
    if head == cue.verb:
        first, end = syntax.sentence(cue.verb)
        last = end - 1
    else:
        first, last = syntax.left(head), syntax.right(head)
    # “said that according to X the dam …”: what leads to it is another's.
    first = hole[0] if is_led else first
    pieces = [p for p in pieces_around(first, last, *hole) if trim(syntax, *p)]
    return _longest(pieces) if len(pieces) == 2 and _is_stub(pieces) else pieces


def _longest(pieces: list[Piece]) -> list[Piece]:
    return [max(pieces, key=lambda p: p[1] - p[0])]


def _is_stub(pieces: list[Piece]) -> bool:
    """One piece is but a word or two (But, according to …)."""
    return min(b - a for a, b in pieces) < 2


__all__ = ["around", "as_clause", "host", "is_bare", "lead", "parenthetical", "pieces_around", "words_before"]
