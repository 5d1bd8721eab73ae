"""Content: what a cue says was said, where it is a clause or a noun phrase rather than a marked stretch.

Spans come from the parse by the frames that `cue_verbs.csv` gives a verb: a finite clause on either side
of the cue or around it, an infinitive, an object with what belongs to it, a preposition's object.

Belongs here: token spans of contents. Does not belong here: marks, speakers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.extract.clause_ends import MARKS, REACH, STOPS, Piece, clause_end, run_on, trim, unaside
from pipelines.extract.cues import ACCORDING_TO, NAMING, SPEECH, Cue, gives_name, names_only
from pipelines.extract.parenthetical import (
    around,
    as_clause,
    host,
    is_bare,
    parenthetical,
    pieces_around,
    words_before,
)
from pipelines.extract.subjects import ADDRESSING
from pipelines.extract.syntax import NOUN_TAGS, SUBJECT_DEPS, VERB_TAGS, Syntax
from pipelines.extract.word_sets import QuoteWords

_OBJECT_TAILS = frozenset({"for", "of", "as", "to", "with", "against", "on", "over", "from", "into"})
_CLAUSE_DEPS = frozenset({"ccomp", "xcomp", "advcl", "csubj"})
_QUOTES = frozenset({"``", "''"})
# What may stand between a clause and the cue behind it.
_CLOSES = frozenset({",", "?", "!", *MARKS})
# What the parse takes for the object of these is nearly always the subject of a clause.
# “warned in a letter that”, “acknowledged for the first time that”.
_WHERE_SAID = frozenset({"in", "on", "at", "during", "for", "from", "with"})
_ONLY_CLAUSES = QuoteWords("only_clause")
_CLAUSE_OPENERS = frozenset({"DT", "PRP", "PRP$", "NN", "NNS", "NNP", "NNPS", "EX", "JJ", "CD", "JJR", "JJS"})


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
    if cue.how == "evidential":
        yield "evidential", _rest_of_sentence(syntax, cue)
        return
    if cue.cue_class == ACCORDING_TO:
        if "clause" not in frames:
            return
        yield "according_to", around(syntax, cue)
        return
    if cue.how == "passive":
        yield "passive", _passive(syntax, cue)
        return
    if names_only(syntax, cue) or _is_telling_of(syntax, cue) or _only_answers(syntax, cue):
        return
    if "clause" in frames:
        yield "object", _passive_subject(syntax, cue) if cue.cue_class == SPEECH else []
        yield "parenthetical", parenthetical(syntax, cue)
        yield "clause", _clause(syntax, cue)
        yield "parenthetical", as_clause(syntax, cue)
        if cue.cue_class == SPEECH:
            yield "words_after", _words_after(syntax, cue)
            yield "parenthetical", words_before(syntax, cue)
    if "object_infinitive" in frames and not _is_naming(syntax, cue):
        yield "object_infinitive", _object_infinitive(syntax, cue)
    if "infinitive" in frames:
        yield "infinitive", _infinitive(syntax, cue)
    if "gerund" in frames:
        yield "gerund", _gerund(syntax, cue)
    if _is_naming(syntax, cue):
        return
    if "object" in frames:
        yield "object", _passive_subject(syntax, cue) or _object(syntax, cue)
    if "object_tail" in frames:
        yield "object", _object(syntax, cue, needs_tail=True)
    yield "preposition", _preposition(syntax, cue, frames)


def _rest_of_sentence(syntax: Syntax, cue: Cue) -> list[Piece]:
    """What “Reportedly,” opens: the rest of its sentence, if that is one."""
    first, end = cue.last + 2, syntax.sentence(cue.verb)[1]
    has_verb = any(tag in ("VBD", "VBZ", "VBP", "MD") for tag in syntax.tags[first:end])
    return [(first, end - 1)] if has_verb else []


def _is_naming(syntax: Syntax, cue: Cue) -> bool:
    """A participle that names what it describes (a group called X), or a bare infinitive of purpose."""
    if names_only(syntax, cue):
        return True
    return syntax.tags[cue.verb] == "VB" and any(syntax.tags[c] == "TO" for c in syntax.children[cue.verb])


_AMOUNTS_SAID = QuoteWords("amount_said")


def _only_answers(syntax: Syntax, cue: Cue) -> bool:
    """“Confirmed the move, responding to a question”: what it answers to, not what was said."""
    behind = cue.last + 1
    is_open = syntax.tags[cue.verb] == "VBG" and behind < len(syntax) and syntax.lower[behind] == "to"
    return is_open and "that" not in syntax.lower[behind : behind + 6]


def _is_telling_of(syntax: Syntax, cue: Cue) -> bool:
    """“Says less about the Caucasus than …”: how telling a thing is, not what anybody said."""
    at = cue.last + 1
    return at + 1 < len(syntax) and syntax.lower[at] in _AMOUNTS_SAID and syntax.lower[at + 1] == "about"


def _words_after(syntax: Syntax, cue: Cue) -> list[Piece]:
    """A clause right behind its cue that the parse did not see as one: “said the effort would go on”."""
    if cue.subject is None or cue.subject > cue.verb or _is_idle(syntax, cue):
        return []
    _, end = syntax.sentence(cue.verb)
    at = _behind_addressee(syntax, cue, end)
    if at >= end or syntax.words[at] in STOPS:
        return []
    has_object = any(syntax.deps[c] == "dobj" and c > cue.verb for c in syntax.children[cue.verb])
    if has_object and cue.entry.verb not in ADDRESSING and cue.entry.verb not in _ONLY_CLAUSES:
        return []
    opens = syntax.lower[at] in ("that", "whether", "if", "how", "why", "what", "when", "where", "who")
    if at > cue.last + 1 and not opens:
        return []
    if not opens and (syntax.tags[at] not in _CLAUSE_OPENERS or cue.entry.verb in ADDRESSING):
        return []
    limit = at
    end = min(end, at + REACH)
    while limit < end and syntax.words[limit] not in STOPS:
        limit += 1
    verbs = [i for i in range(at + 1, limit) if _may_be_finite(syntax, cue, i)]
    if not verbs:
        return []
    return [(at, clause_end(syntax, cue, at, max(verbs[0], limit - 1)))]


def _may_be_finite(syntax: Syntax, cue: Cue, i: int) -> bool:
    """A finite verb, or behind “say” one that the parse took for a participle: “said that claim smacked”."""
    if syntax.tags[i] in ("VBD", "VBZ", "VBP", "MD"):
        return True
    return syntax.tags[i] == "VBN" and syntax.deps[i] == "acl" and cue.entry.verb in _ONLY_CLAUSES


def _behind_addressee(syntax: Syntax, cue: Cue, end: int) -> int:
    """The token behind whom and when: “told reporters on Monday (that)”, “claimed at the time (that)”."""
    at = cue.last + 1
    is_said_to = cue.entry.verb in ADDRESSING
    for i in range(at, min(end, at + 8)):
        if syntax.words[i] in STOPS:
            break
        opens = syntax.lower[i] in ("that", "whether", "if", "how", "why", "what")
        if opens and syntax.tags[i] in ("IN", "WDT", "WRB", "WP", "DT"):
            return i
        if i == at and not is_said_to and syntax.lower[i] not in _WHERE_SAID | {"to"}:
            is_said_to = syntax.tags[i] in ("RB", "NNP")
            if not is_said_to:
                break
    return at


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
    that = _that_behind_phrase(syntax, cue)
    if that is not None:
        _, end = syntax.sentence(verb)
        return [(that, clause_end(syntax, cue, that, min(end - 1, syntax.right(syntax.heads[that]))))]
    for child in syntax.children[verb]:
        if syntax.deps[child] == "ccomp" and _is_finite(syntax, child) and not _is_idle(syntax, cue):
            pieces = _split_around(syntax, child, cue)
            if len(pieces) == 1 and pieces[0][0] > cue.last:
                return [(pieces[0][0], clause_end(syntax, cue, *pieces[0]))]
            if len(pieces) == 1:
                return _left_clause(syntax, cue, *pieces[0])
            return pieces
    if syntax.deps[verb] in ("parataxis", "advcl", "dep") and is_bare(syntax, cue):
        head = syntax.heads[verb]
        if syntax.tags[head] in VERB_TAGS or syntax.tags[head] == "MD":
            return host(syntax, head, cue)
    return []


def _that_behind_phrase(syntax: Syntax, cue: Cue) -> int | None:
    """“warned in a letter that …”: the clause's “that”, which the parse hangs on the noun before it."""
    at = cue.last + 1
    if cue.cue_class != SPEECH or at + 1 >= len(syntax) or syntax.lower[at] not in _WHERE_SAID:
        return None
    for i in range(at + 1, min(len(syntax), at + 8)):
        tag = syntax.tags[i]
        if syntax.lower[i] == "that" and tag in ("IN", "WDT"):
            is_clause = syntax.heads[i] > i + 1 and syntax.tags[i + 1] not in (
                "VBD",
                "VBZ",
                "VBP",
                "MD",
                "RB",
            )
            return i if is_clause and syntax.deps[syntax.heads[i]] in ("acl", "relcl") else None
        if tag not in NOUN_TAGS | {"DT", "PRP$", "JJ", "CD", "POS", "IN"} or syntax.words[i] in STOPS:
            return None
    return None


def _is_idle(syntax: Syntax, cue: Cue) -> bool:
    """“It is fair to say that”: an infinitive whose subject is nobody."""
    idle = cue.subject is None or syntax.lower[cue.subject] in ("it", "this", "that", "there", "all")
    return idle and syntax.tags[cue.verb] == "VB"


def _left_clause(syntax: Syntax, cue: Cue, first: int, last: int) -> list[Piece]:
    """A clause before its cue: “…, officials said”. A comma or mark must stand between them."""
    if syntax.words[last + 1] != "," and syntax.words[last] not in _CLOSES:
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


def _passive_subject(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“The move was first reported by X”: the subject of a passive with an agent."""
    if cue.how != "by_agent":
        return []
    subject = syntax.child(cue.verb, "nsubjpass")
    return [(syntax.left(subject), syntax.right(subject))] if subject is not None else []


_DESCRIBING = QuoteWords("describing_verb")
_PREDICATES = frozenset({"as", "of", "for"})


def _passive(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“It was announced that …”, “she was told to …”, “he is accused of …”, “the plan was called …”."""
    if cue.cue_class != SPEECH or gives_name(syntax, cue):
        return []
    frames, verb = cue.entry.frames, cue.verb
    found = _clause(syntax, cue) if "clause" in frames else []
    if found or not frames.isdisjoint({"clause", "object_infinitive"}):
        return found or _infinitive(syntax, cue)
    for child in syntax.children[verb]:
        if child < cue.last or frames.isdisjoint({"object", "object_tail"}):
            continue
        if syntax.deps[child] in ("oprd", "attr", "acomp", "xcomp"):
            return [(syntax.left(child), run_on(syntax, cue, syntax.right(child)))]
        if syntax.deps[child] == "prep" and syntax.lower[child] in _PREDICATES:
            return [(child + 1, run_on(syntax, cue, syntax.right(child)))]
    return []


def _split_around(syntax: Syntax, clause: int, cue: Cue) -> list[Piece]:
    """The clause's tokens as runs, cut where the cue and its subject stand inside."""
    first, last = syntax.left(clause), syntax.right(clause)
    if last < cue.first:
        return [(first, _before_cue(syntax, cue, last))]
    if first > cue.last:
        return [(first, last)]
    return pieces_around(first, last, *_cue_extent(syntax, cue, clause))


def _cue_extent(syntax: Syntax, cue: Cue, clause: int) -> Piece:
    """First and last token of the cue with its subject and what hangs on it, the clause left out."""
    own = syntax.subtree(cue.verb, frozenset({clause}))
    return own[0], own[-1]


def _before_cue(syntax: Syntax, cue: Cue, last: int) -> int:
    return min(last, cue.first - 1)


def _infinitive(syntax: Syntax, cue: Cue) -> list[Piece]:
    for child in syntax.children[cue.verb]:
        if syntax.deps[child] in _CLAUSE_DEPS and child > cue.verb and _has_to(syntax, child):
            if any(syntax.deps[c] in SUBJECT_DEPS for c in syntax.children[child]):
                continue
            first = syntax.left(child)
            last = run_on(syntax, cue, syntax.right(child))
            return [(first, last)] if first > cue.verb else []
    return []


def _gerund(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“denied taking money”, “suggested closing the bridge”: an -ing clause right behind its cue."""
    for child in syntax.children[cue.verb]:
        if syntax.tags[child] != "VBG" or syntax.deps[child] not in _CLAUSE_DEPS or child < cue.last:
            continue
        first = syntax.left(child)
        if first == cue.last + 1 and syntax.child(child, "nsubj") is None:
            return [(first, clause_end(syntax, cue, first, syntax.right(child)))]
    return []


def _has_to(syntax: Syntax, verb: int) -> bool:
    return any(syntax.tags[c] == "TO" for c in syntax.children[verb])


def _at_to(syntax: Syntax, verb: int) -> int:
    """The infinitive's “to”, or the “not” before it."""
    to = next(c for c in syntax.children[verb] if syntax.tags[c] == "TO")
    return to - 1 if to and syntax.tags[to - 1] == "RB" else to


def _object_infinitive(syntax: Syntax, cue: Cue) -> list[Piece]:
    for child in syntax.children[cue.verb]:
        if child < cue.verb or syntax.deps[child] not in ("xcomp", "ccomp", "advcl"):
            continue
        if not _has_to(syntax, child):
            continue
        first = syntax.left(child)
        addressee = syntax.child(cue.verb, "dobj", "dative")
        if cue.entry.verb == "tell":
            first = _at_to(syntax, child)
        elif cue.entry.particle in ("on", "upon"):
            return [(cue.last + 1, run_on(syntax, cue, syntax.right(child)))]
        elif addressee is not None and cue.verb < addressee < child and syntax.tags[addressee] != "PRP":
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
    wanted = _wanted(syntax, cue)
    if wanted:
        return wanted
    if cue.last > cue.verb:
        particle = cue.last
        if any(syntax.deps[c] in ("pobj", "pcomp") for c in syntax.children[particle]):
            target = particle
    found = None
    for child in syntax.children[target]:
        if child > cue.verb and syntax.deps[child] in ("dobj", "pobj", "pcomp", "oprd", "ccomp", "attr"):
            found = child
            break
    if found is None or syntax.left(found) <= cue.verb or _is_name_of_a_thing(syntax, cue):
        return []
    own = syntax.right(found)
    last = _object_end(syntax, cue, found, own)
    says_of = syntax.deps[found] == "ccomp" or any(
        syntax.tags[i] in _QUOTES for i in range(cue.last, own + 1)
    )
    if needs_tail and last == own and not says_of and not _is_said_to_be(syntax, cue, found):
        return []
    further = run_on(syntax, cue, last)
    while further > last:
        last = _object_end(syntax, cue, found, further)
        further = run_on(syntax, cue, last)
    return [(syntax.left(found), unaside(syntax, syntax.left(found), last))]


def _is_name_of_a_thing(syntax: Syntax, cue: Cue) -> bool:
    """“A group called Our Harbour is growing”: a finite verb behind the name has no subject but the group."""
    if cue.entry.verb not in NAMING or not syntax.words[min(cue.last + 1, len(syntax) - 1)][:1].isupper():
        return False
    finite = ("VBD", "VBZ", "VBP", "MD")
    for c in syntax.children[cue.verb]:
        if c < cue.verb or syntax.deps[c] != "ccomp" or syntax.child(c, "nsubj", "nsubjpass") is not None:
            continue
        auxiliaries = [a for a in syntax.children[c] if syntax.deps[a] in ("aux", "auxpass")]
        if any(syntax.tags[i] in finite for i in (c, *auxiliaries)):
            return True
    return False


def _is_said_to_be(syntax: Syntax, cue: Cue, found: int) -> bool:
    """“called the charges unfounded”: an adjective that the parse hangs on the noun."""
    describes = cue.entry.verb in _DESCRIBING
    after = found + 1
    return (
        describes
        and syntax.heads[min(after, len(syntax) - 1)] == found
        and syntax.tags[after] in ("VBN", "JJ")
    )


def _wanted(syntax: Syntax, cue: Cue) -> list[Piece]:
    """“called for the mayor to go”: a clause whose “for” the parse takes for a conjunction."""
    for child in syntax.children[cue.verb]:
        first = syntax.left(child)
        if first == cue.last > cue.verb and syntax.deps[first] == "mark" and _has_to(syntax, child):
            return [(first + 1, run_on(syntax, cue, syntax.right(child)))]
    return []


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
                    return [(syntax.left(inner), unaside(syntax, syntax.left(inner), last))]
    return []


__all__ = ["Content", "find_content"]
