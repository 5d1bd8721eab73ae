"""Content: what a cue says was said, where it is a clause or a noun phrase rather than a marked stretch.

Spans come from the parse by the frames that `cue_verbs.csv` gives a verb: a finite clause on either side
of the cue or around it, an infinitive, an object with what belongs to it, a preposition's object.

Belongs here: token spans of contents. Does not belong here: marks, speakers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.extract.cues import ACCORDING_TO, SPEECH, Cue, cue_table, names_only
from pipelines.extract.syntax import SUBJECT_DEPS, VERB_TAGS, Syntax

Piece = tuple[int, int]

# Words on either side that a rule looks at: longer sentences are lists, or broken input.
_REACH = 150
_OBJECT_TAILS = frozenset({"for", "of", "as", "to", "with", "against", "on", "over", "from", "into"})
_CLAUSE_DEPS = frozenset({"ccomp", "xcomp", "advcl", "csubj"})
_MARKS = frozenset({"”", "“", '"', "''", "``", "`", "'"})
_QUOTES = frozenset({"``", "''"})
_STOPS = frozenset({",", ".", "?", "!", ";", ":", "—", "–", "”", "“", '"', "''", "``", "(", ")"})
_CLAUSE_TAGS = frozenset({"VB", "VBD", "VBZ", "VBP", "VBN", "VBG", "MD", "TO", "WDT", "WP", "WRB", "CC"})
ADDRESSING = frozenset(
    {"tell", "ask", "remind", "warn", "assure", "inform", "urge", "notify", "alert", "advise"}
)
_CLAUSE_OPENERS = frozenset({"DT", "PRP", "PRP$", "NN", "NNS", "NNP", "NNPS", "EX", "JJ", "CD", "JJR", "JJS"})
_SENTENCE_STOPS = frozenset({".", "?", "!", ";", "”", "“", '"', "''", "``"})
_EDGE_TAGS = frozenset({",", ".", ":", "``", "''", "-LRB-", "-RRB-", "_SP", "HYPH", "NFP", ""})


@dataclass(frozen=True, slots=True)
class Content:
    """What a cue reports: one or two pieces (first and last token index) and the frame that found them."""

    frame: str
    pieces: tuple[Piece, ...]


def find_content(syntax: Syntax, cue: Cue) -> Content | None:
    """The content of a cue, in two pieces where the cue stands inside what was said.

    None where the cue's frames find nothing.
    """
    for frame, pieces in _by_frame(syntax, cue):
        trimmed = tuple(p for p in (trim(syntax, a, b) for a, b in pieces) if p is not None)
        if trimmed:
            return Content(frame, trimmed)
    return None


def _by_frame(syntax: Syntax, cue: Cue) -> Iterator[tuple[str, list[Piece]]]:
    frames = cue.entry.frames
    if cue.cue_class == ACCORDING_TO:
        yield "according_to", _around(syntax, cue)
        return
    if names_only(syntax, cue):
        return
    if "clause" in frames:
        yield "parenthetical", _parenthetical(syntax, cue)
        yield "clause", _clause(syntax, cue)
        yield "parenthetical", _as_clause(syntax, cue)
        if cue.cue_class == SPEECH:
            yield "words_after", _words_after(syntax, cue)
            yield "parenthetical", _words_before(syntax, cue)
    if "object_infinitive" in frames and not _is_naming(syntax, cue):
        yield "object_infinitive", _object_infinitive(syntax, cue)
    if "infinitive" in frames:
        yield "infinitive", _infinitive(syntax, cue)
    if _is_naming(syntax, cue):
        return
    if "object" in frames:
        yield "object", _passive_subject(syntax, cue) or _object(syntax, cue)
    if "object_tail" in frames:
        yield "object", _object(syntax, cue, needs_tail=True)
    yield "preposition", _preposition(syntax, cue, frames)


def _is_naming(syntax: Syntax, cue: Cue) -> bool:
    """A participle that names what it describes (a group called X), or a bare infinitive of purpose."""
    if names_only(syntax, cue):
        return True
    return syntax.tags[cue.verb] == "VB" and any(syntax.tags[c] == "TO" for c in syntax.children[cue.verb])


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
    """The first token behind “But”, “Nevertheless,” or a dateline (“PARIS (AP) —”)."""
    if syntax.tags[first] == "CC" and syntax.words[first][:1].isupper() and first < last:
        first += 2 if syntax.words[first + 1] == "," else 1
    elif syntax.tags[first] == "RB" and first + 1 < last and syntax.words[first + 1] == ",":
        first += 2
    if first < last and syntax.words[first].isupper() and len(syntax.words[first]) > 2:
        for i in range(first + 1, min(first + 9, last)):
            if syntax.words[i] in ("—", "–", "--"):
                return i + 1
    return first


def _parenthetical(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“The plan, a source said, is to wait”: the sentence around a cue clause that commas set off."""
    if cue.subject is None or not _is_finite_cue(syntax, cue) or "direct" not in cue.entry.frames:
        return []
    start, end = _cue_words(syntax, cue)
    if start == 0 or end >= len(syntax) or syntax.words[start - 1] != "," or syntax.words[end] != ",":
        return []
    if any(syntax.tags[i] in ("CC", "IN", "WDT", "WP", "WRB") for i in (start, start + 1)):
        return []
    if not _is_cue_alone(syntax, cue, end):
        return []
    first, stop = _sentence_around(syntax, start, end)
    if start - 1 <= first or end + 1 >= stop:
        return []
    pieces = [(first, start - 2)]
    if not (cue.subject > cue.verb and syntax.right(cue.subject) > end):
        pieces.append((end + 1, stop - 1))
    return [p for p in pieces if _is_enough(syntax, *p)]


def _is_cue_alone(syntax: Syntax, cue: Cue, end: int) -> bool:
    """Nothing follows the cue up to `end` but its subject, whom it was said to, when and where."""
    if any(syntax.deps[c] in ("ccomp", "xcomp") and c > cue.verb for c in syntax.children[cue.verb]):
        return False
    after = [i for i in range(cue.last + 1, end) if i != cue.subject]
    return not any(syntax.tags[i] in _CLAUSE_TAGS or syntax.lower[i] == "that" for i in after)


def _as_clause(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“As the paper noted, …” and “…, as the paper noted”: the sentence without the as-clause."""
    if cue.subject is None or cue.subject > cue.verb or "direct" not in cue.entry.frames:
        return []
    start, end = _cue_words(syntax, cue)
    if syntax.lower[start] != "as" or any(
        syntax.deps[c] in ("dobj", "ccomp", "xcomp") for c in syntax.children[cue.verb]
    ):
        return []
    first, stop = _sentence_around(syntax, start, end)
    pieces = [(first, start - 2), (end + 1, stop - 1)]
    return [p for p in pieces if p[0] < p[1] and _is_enough(syntax, *p)]


def _words_after(syntax: Syntax, cue: Cue) -> list[Piece]:
    """A clause right behind its cue that the parse did not see as one: “said the effort would go on”."""
    if cue.subject is None or cue.subject > cue.verb or _is_idle(syntax, cue):
        return []
    _, end = syntax.sentence(cue.verb)
    at = _behind_addressee(syntax, cue, end)
    if at >= end or syntax.words[at] in _STOPS:
        return []
    has_object = any(syntax.deps[c] == "dobj" and c > cue.verb for c in syntax.children[cue.verb])
    if has_object and cue.entry.verb not in ADDRESSING:
        return []
    opens = syntax.lower[at] in ("that", "whether", "if", "how", "why", "what", "when", "where", "who")
    if at > cue.last + 1 and not opens:
        return []
    if not opens and (syntax.tags[at] not in _CLAUSE_OPENERS or cue.entry.verb in ADDRESSING):
        return []
    limit = at
    end = min(end, at + _REACH)
    while limit < end and syntax.words[limit] not in _STOPS:
        limit += 1
    verbs = [i for i in range(at + 1, limit) if syntax.tags[i] in ("VBD", "VBZ", "VBP", "MD")]
    if not verbs:
        return []
    return [(at, clause_end(syntax, cue, at, max(verbs[0], limit - 1)))]


def _behind_addressee(syntax: Syntax, cue: Cue, end: int) -> int:
    """The token behind whom and when: “told reporters on Monday (that)”, “claimed at the time (that)”."""
    at = cue.last + 1
    for i in range(at, min(end, at + 8)):
        if syntax.words[i] in _STOPS:
            break
        opens = syntax.lower[i] in ("that", "whether", "if", "how", "why", "what")
        if opens and syntax.tags[i] in ("IN", "WDT", "WRB", "WP", "DT"):
            return i
    return at


def _words_before(syntax: Syntax, cue: Cue) -> list[Piece]:
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
    return syntax.tags[cue.verb] in ("VBD", "VBZ", "VBP", "VBN") and cue.how in (
        "subject",
        "inverted",
        "beside",
    )


def _cue_words(syntax: Syntax, cue: Cue) -> Piece:
    """First token, and one past the last, of the cue with its subject, up to punctuation on either side."""
    assert cue.subject is not None
    start, end = min(cue.subject, cue.first), max(cue.subject, cue.last) + 1
    low, high = max(0, start - _REACH), min(len(syntax), end + _REACH)
    while start > low and syntax.words[start - 1] not in _STOPS:
        start -= 1
    while end < high and syntax.words[end] not in _STOPS:
        end += 1
    return start, end


def _sentence_around(syntax: Syntax, start: int, end: int) -> Piece:
    low, high = max(0, start - _REACH), min(len(syntax), end + _REACH)
    while start > low and syntax.words[start - 1] not in _SENTENCE_STOPS:
        start -= 1
    while end < high and syntax.words[end] not in _SENTENCE_STOPS:
        end += 1
    return start, end


def _is_enough(syntax: Syntax, first: int, last: int) -> bool:
    """More than a connective: “Now, she said, …” has but one piece."""
    words = [i for i in range(first, last + 1) if syntax.tags[i] not in ("RB", "CC", "UH", ",", "IN")]
    return len(words) >= 2


def _is_finite(syntax: Syntax, verb: int) -> bool:
    if syntax.tags[verb] not in VERB_TAGS and not any(
        syntax.deps[c] in SUBJECT_DEPS or syntax.tags[c] in VERB_TAGS for c in syntax.children[verb]
    ):
        return False
    if any(syntax.tags[c] == "TO" for c in syntax.children[verb]):
        return False
    return syntax.tags[verb] != "VBG" or any(
        syntax.deps[c] in ("aux", "nsubj", "mark") for c in syntax.children[verb]
    )


def _clause(syntax: Syntax, cue: Cue) -> list[Piece]:
    verb = cue.verb
    for child in syntax.children[verb]:
        if syntax.deps[child] == "ccomp" and _is_finite(syntax, child) and not _is_idle(syntax, cue):
            pieces = _split_around(syntax, child, cue)
            if len(pieces) == 1 and pieces[0][0] > cue.last:
                return [(pieces[0][0], clause_end(syntax, cue, *pieces[0]))]
            if len(pieces) == 1:
                return _left_clause(syntax, cue, *pieces[0])
            return pieces
    if syntax.deps[verb] in ("parataxis", "advcl", "dep") and _is_bare(syntax, cue):
        head = syntax.heads[verb]
        if syntax.tags[head] in VERB_TAGS or syntax.tags[head] == "MD":
            return _host(syntax, head, cue)
    return []


def _is_idle(syntax: Syntax, cue: Cue) -> bool:
    """“It is fair to say that”: an infinitive whose subject is nobody."""
    idle = cue.subject is None or syntax.lower[cue.subject] in ("it", "this", "that", "there", "all")
    return idle and syntax.tags[cue.verb] == "VB"


def _left_clause(syntax: Syntax, cue: Cue, first: int, last: int) -> list[Piece]:
    """A clause before its cue: “…, officials said”. A comma or mark must stand between them."""
    if syntax.words[last + 1] != "," and syntax.words[last] not in (",", "?", "!", *_MARKS):
        return []
    reports_more = any(
        syntax.deps[c] in ("ccomp", "xcomp", "dobj") and c > cue.last for c in syntax.children[cue.verb]
    )
    if syntax.tags[cue.verb] == "VBG" or (reports_more and cue.entry.verb not in ADDRESSING):
        return []
    for i in range(last - 1, first, -1):
        if syntax.words[i] in (";", ":", "?", "!") or (syntax.words[i] == "." and i < last - 1):
            return [(i + 1, last)] if last - i > 2 else []
    return [(first, last)]


def clause_end(syntax: Syntax, cue: Cue, first: int, last: int) -> int:
    """Where a clause behind its cue ends, when the parse cut it short or ran past it.

    It runs on over words that nothing sets off; it stops before a second verb that the cue's subject
    shares (said it was, and called …), a non-restrictive relative clause and an “according to”.
    """
    high = min(len(syntax), last + _REACH)
    for i in range(first + 1, min(last, first + _REACH)):
        is_comma = syntax.words[i] in (",", "—", "–")
        if (is_comma or syntax.tags[i] == "CC") and _starts_new(syntax, cue, i + is_comma, last, is_comma):
            return i - 1
    while last + 1 < high:
        if syntax.words[last + 1] in _MARKS and syntax.words[last] not in (",", ".", "?", "!"):
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
            if syntax.lemma(verb) in cue_table() or any(syntax.tags[k] not in ("RB", "IN") for k in opening):
                return None
            return min(syntax.right(verb), end - 1)
        if syntax.words[at] in _STOPS:
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
        return verb and syntax.lemma(i) in cue_table()
    return False


def _stops_clause(syntax: Syntax, cue: Cue, i: int) -> bool:
    if syntax.words[i] in _STOPS or syntax.tags[i] in ("CC", "``", "''", "_SP", "HYPH", "-LRB-"):
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


def _passive_subject(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“The move was first reported by X”: the subject of a passive with an agent."""
    if cue.how != "by_agent":
        return []
    subject = syntax.child(cue.verb, "nsubjpass")
    return [(syntax.left(subject), syntax.right(subject))] if subject is not None else []


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
    first, stop = _sentence_around(syntax, *hole)
    if hole[0] > first + 3 and syntax.words[hole[0] - 1] == "," and hole[1] + 2 >= stop:
        return [(first, hole[0] - 2)]
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
            last = run_on(syntax, cue, syntax.right(child))
            return [(first, last)] if first > cue.verb else []
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
        if addressee is not None and cue.verb < addressee < child and syntax.tags[addressee] != "PRP":
            first = min(first, syntax.left(addressee))
        if syntax.tags[first] == "PRP":
            first += 1
        if first > cue.verb:
            return [(max(first, cue.last + 1), run_on(syntax, cue, syntax.right(child)))]
    return []


def _object(syntax: Syntax, cue: Cue, needs_tail: bool = False) -> list[Piece]:
    """The object with what is said of it; with `needs_tail` only where something is (blamed X for …)."""
    relative = _relative_object(syntax, cue)
    if relative:
        return relative
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
    own = syntax.right(found)
    last = _object_end(syntax, cue, found, own)
    says_of = syntax.deps[found] == "ccomp" or any(
        syntax.tags[i] in _QUOTES for i in range(cue.last, own + 1)
    )
    if needs_tail and last == own and not says_of:
        return []
    further = run_on(syntax, cue, last)
    while further > last:
        last = _object_end(syntax, cue, found, further)
        further = run_on(syntax, cue, last)
    return [(syntax.left(found), _unaside(syntax, syntax.left(found), last))]


def run_on(syntax: Syntax, cue: Cue, last: int) -> int:
    """The last of the words that go on from a phrase without anything that sets them off."""
    high = min(len(syntax), last + _REACH)
    while last + 1 < high and not _stops_clause(syntax, cue, last + 1):
        last += 1
    return last


def _relative_object(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“aid, which Russia criticised as an attempt to …”: what “which” stands for stays, “as …” is said."""
    has_which = any(
        syntax.tags[c] in ("WDT", "WP") and syntax.deps[c] in ("dobj", "pobj") and c < cue.verb
        for c in syntax.children[cue.verb]
    )
    if not has_which:
        return []
    for child in syntax.children[cue.verb]:
        if child > cue.verb and syntax.lower[child] == "as":
            return [(syntax.left(child) + 1, syntax.right(child))]
    return []


def _unaside(syntax: Syntax, first: int, last: int) -> int:
    """Leaves out a closing aside of the writer's: “, which …”, “, who is 70”."""
    for i in range(first + 1, last):
        if syntax.words[i] == "," and syntax.tags[i + 1] in ("WDT", "WP", "WP$", "WRB"):
            return i - 1
    return last


def _object_end(syntax: Syntax, cue: Cue, found: int, last: int) -> int:
    """`last`, or the last token of the complements that follow it unbroken by punctuation."""
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
                    last = run_on(syntax, cue, syntax.right(inner))
                    return [(syntax.left(inner), _unaside(syntax, syntax.left(inner), last))]
    return []


__all__ = ["ADDRESSING", "Content", "Piece", "clause_end", "find_content", "run_on", "trim"]
