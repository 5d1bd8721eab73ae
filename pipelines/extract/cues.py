"""Cues: the words that say somebody speaks, and who that is by the grammar of the sentence.

A cue is a verb of `cue_verbs.csv` with its particle, or “according to”. Its subject is read from the
parse, from the clauses around it (said and added; who said; a report saying), and, where the parse has
none, from the words beside it.

Belongs here: finding cues and their subjects in one paragraph. Does not belong here: what was said
(`content`), how far the speaker's words reach and who it is (`speakers`, `coreference`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipelines.extract.syntax import NOUN_TAGS, SUBJECT_DEPS, VERB_TAGS, Syntax
from pipelines.reference import read_table, words

SPEECH, BELIEF, INTENT, ACCORDING_TO, NONE = "speech", "belief", "intent", "according_to", "none"

_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "neither", "nor", "no", "cannot"})
_REFUSALS = frozenset({"refuse", "decline", "fail"})
_ADDRESSING = frozenset({"tell", "ask", "remind", "warn", "assure", "inform", "urge", "thank", "interrupt"})
_RELATIVES = frozenset({"WDT", "WP"})
_NOMINAL_TAGS = NOUN_TAGS | {"PRP", "DT", "CD", "WP", "WDT", "EX", "NFP", "JJ", "VBG", "FW"}


@dataclass(frozen=True, slots=True)
class CueEntry:
    """A row of `cue_verbs.csv`: how one verb reports, and in which frames."""

    verb: str
    particle: str
    cue_class: str
    frames: frozenset[str]


@dataclass(slots=True)
class Cue:
    """A cue in a paragraph; token indexes count within it.

    `verb` is the token that governs what is said, `first` to `last` the words of the cue. `subject` is
    the head of the words that name the speaker, None where the sentence has none. `how` names the rule
    that found it.
    """

    verb: int
    first: int
    last: int
    entry: CueEntry
    subject: int | None
    how: str
    is_negated: bool = False

    @property
    def cue_class(self) -> str:
        """speech, belief, intent or according_to."""
        return self.entry.cue_class


_ACCORDING = CueEntry("according", "to", ACCORDING_TO, frozenset({"clause", "direct"}))


@cache
def cue_table() -> dict[str, tuple[CueEntry, ...]]:
    """The cue verbs by base form, those with a particle first."""
    found: dict[str, list[CueEntry]] = {}
    for row in read_table("cue_verbs", ("verb", "particle", "cue_class", "frames", "source")):
        entry = CueEntry(row["verb"], row["particle"], row["cue_class"], frozenset(row["frames"].split()))
        found.setdefault(entry.verb, []).append(entry)
    return {verb: tuple(sorted(rows, key=lambda e: not e.particle)) for verb, rows in found.items()}


_WORD = re.compile(r"[a-z]+")

# Characters past which a paragraph nearly always holds a cue: looking first would cost more than it spares.
_SURELY = 250


@cache
def _cue_forms() -> frozenset[str]:
    """Every form that a cue may take, and some that none does: what a quick look at the letters asks for."""
    forms = {"according"}
    for verb in cue_table():
        short, last = verb[:-1], verb[-1:]
        forms |= {verb, verb + "s", verb + "es", verb + "d", verb + "ed", verb + "ing", short + "ing"}
        forms |= {short + "ies", short + "ied", verb + last + "ed", verb + last + "ing"}
    irregular = read_table("irregular_lemmas", ("form", "lemma"))
    forms |= {row["form"] for row in irregular if row["lemma"] in cue_table()}
    return frozenset(part for form in forms for part in _WORD.findall(form))


def may_hold_cue(text: str) -> bool:
    """Whether any word of the text could be a cue; False spares the paragraph a closer look."""
    if len(text) > _SURELY:
        return True
    return not _cue_forms().isdisjoint(_WORD.findall(text.lower()))


def find_cues(syntax: Syntax) -> list[Cue]:
    """The cues of a paragraph in text order."""
    table, found = cue_table(), []
    for i, tag in enumerate(syntax.tags):
        if tag not in VERB_TAGS:
            continue
        verb = syntax.lemma(i)
        if verb == "accord":
            cue = _according(syntax, i)
            if cue:
                found.append(cue)
            continue
        entries = table.get(verb)
        if entries and not _is_auxiliary(syntax, i):
            cue = _verb_cue(syntax, i, entries)
            if cue:
                found.append(cue)
    return found


def _is_auxiliary(syntax: Syntax, i: int) -> bool:
    return syntax.deps[i] in ("aux", "auxpass", "amod", "compound") and syntax.heads[i] != i


def _according(syntax: Syntax, i: int) -> Cue | None:
    if i + 1 >= len(syntax) or syntax.lower[i + 1] != "to" or syntax.lower[i] != "according":
        return None
    subject = syntax.child(i + 1, "pobj", "pcomp")
    if subject is None:
        subject = _noun_after(syntax, i + 1)
    return Cue(i, i, i + 1, _ACCORDING, subject, "according_to") if subject is not None else None


def _verb_cue(syntax: Syntax, i: int, entries: tuple[CueEntry, ...]) -> Cue | None:
    for entry in entries:
        last = _particle_at(syntax, i, entry.particle) if entry.particle else i
        if last is not None:
            subject, how = subject_of(syntax, i)
            return Cue(i, i, last, entry, subject, how, _is_negated(syntax, i))
    return None


def _particle_at(syntax: Syntax, i: int, particle: str) -> int | None:
    for at in range(i + 1, min(i + 4, len(syntax))):
        if syntax.lower[at] == particle and (at == i + 1 or syntax.heads[at] == i):
            return at
    return None


def _is_negated(syntax: Syntax, verb: int) -> bool:
    for child in syntax.children[verb]:
        if syntax.deps[child] == "neg" or (child < verb and syntax.lower[child] in _NEGATIONS):
            return True
        if syntax.deps[child] in SUBJECT_DEPS and any(
            syntax.lower[g] in ("no", "neither") for g in syntax.children[child]
        ):
            return True
        if syntax.deps[child] in SUBJECT_DEPS and syntax.lower[child] in ("nobody", "none", "neither"):
            return True
    head = syntax.heads[verb]
    return syntax.deps[verb] == "xcomp" and syntax.lemma(head) in _REFUSALS


def subject_of(syntax: Syntax, verb: int) -> tuple[int | None, str]:
    """The head of the words that name who does `verb`, and the rule that found it.

    Looks at the verb's own subject, the agent of a passive, then, going up, the subject that a conjunct,
    an infinitive or a participle shares, or the noun that a relative clause describes.
    """
    own = _own_subject(syntax, verb)
    if own is not None:
        return own
    follows_noun = syntax.tags[verb] == "VBG" and verb and syntax.tags[verb - 1] in NOUN_TAGS | {"PRP"}
    if follows_noun and not _is_document(syntax, verb - 1):
        return verb - 1, "described_noun"
    controlled = _object_control(syntax, verb)
    if controlled is not None:
        return controlled, "shared_subject"
    for head, dep in _governors(syntax, verb):
        if dep in ("acl", "relcl") and syntax.tags[head] in _NOMINAL_TAGS:
            author = _author(syntax, head) if _is_document(syntax, head) and dep == "acl" else None
            return (author, "author") if author is not None else (head, "described_noun")
        if syntax.tags[head] in VERB_TAGS or syntax.tags[head] == "MD":
            found = _own_subject(syntax, head)
            if found is not None:
                return found[0], "shared_subject"
    beside = _beside(syntax, verb)
    return (beside, "beside") if beside is not None else (None, "none")


def _object_control(syntax: Syntax, verb: int) -> int | None:
    """“prompting the media to point out”: the object of the verb above does what the infinitive says."""
    head = syntax.heads[verb]
    if syntax.deps[verb] not in ("xcomp", "advcl") or head == verb:
        return None
    if not any(syntax.tags[c] == "TO" for c in syntax.children[verb]) or syntax.lemma(head) == "promise":
        return None
    found = syntax.child(head, "dobj")
    return found if found is not None and head < found < verb else None


def _is_document(syntax: Syntax, i: int) -> bool:
    return syntax.lower[i] in _documents()


def _author(syntax: Syntax, document: int) -> int | None:
    """Who sent or made the document: “she sent an email saying …”."""
    verb = next((a for a in syntax.ancestors(document) if syntax.tags[a] in VERB_TAGS), None)
    if verb is None or syntax.deps[document] not in ("dobj", "pobj"):
        return None
    return next((c for c in syntax.children[verb] if syntax.deps[c] == "nsubj"), None)


@cache
def _documents() -> frozenset[str]:
    return words("collective_nouns", "noun", {"kind": "document"})


def _own_subject(syntax: Syntax, verb: int) -> tuple[int, str] | None:
    passive = any(syntax.deps[c] in ("nsubjpass", "auxpass") for c in syntax.children[verb])
    agent = syntax.child(verb, "agent")
    if agent is not None and (passive or syntax.tags[verb] == "VBN"):
        person = syntax.child(agent, "pobj")
        if person is not None:
            return person, "by_agent"
    if passive:
        if syntax.lemma(verb) in ("quote", "ask", "tell", "report"):
            subject = syntax.child(verb, "nsubjpass")
            if subject is not None and syntax.lemma(verb) == "quote":
                return subject, "quoted_as"
        return None
    for child in syntax.children[verb]:
        is_named = syntax.tags[child] in _NOMINAL_TAGS or syntax.words[child][:1].isupper()
        if syntax.deps[child] in ("nsubj", "csubj") and is_named:
            return child, "subject" if child < verb else "inverted"
    return None


def _governors(syntax: Syntax, verb: int) -> list[tuple[int, str]]:
    """The words above `verb` that may lend it their subject, with the label that leads to each."""
    found, at = [], verb
    for _ in range(6):
        dep, head = syntax.deps[at], syntax.heads[at]
        if head == at or dep not in ("conj", "xcomp", "advcl", "acl", "relcl", "dep", "prep", "pcomp"):
            break
        if dep == "pcomp" or (dep == "prep" and syntax.tags[head] not in VERB_TAGS):
            at = head
            continue
        found.append((head, dep))
        if dep in ("acl", "relcl"):
            break
        at = head
    return found


def _beside(syntax: Syntax, verb: int) -> int | None:
    """A name or noun right before the verb, also across an aside (“Roe, 70, said”), or right after it."""
    if syntax.tags[verb] not in ("VBD", "VBZ", "VBP"):
        return None
    before = verb - 1
    while before >= 0 and syntax.tags[before] in ("RB", "MD"):
        before -= 1
    if before > 1 and syntax.words[before] == ",":
        opening = next((i for i in range(before - 1, max(0, before - 14), -1) if syntax.words[i] == ","), 0)
        before = opening - 1 if opening else before
    if before >= 0 and (
        syntax.tags[before] in NOUN_TAGS or syntax.lower[before] in ("he", "she", "they", "it", "who")
    ):
        return before
    after = _noun_after(syntax, verb)
    if after is None or syntax.lemma(verb) in _ADDRESSING:
        return None
    return after if after > verb + 1 or syntax.tags[after] in ("NNP", "NNPS", "PRP") else None


def _noun_after(syntax: Syntax, i: int) -> int | None:
    """The head of the noun phrase that starts right after `i`."""
    at, found = i + 1, None
    while at < len(syntax):
        tag = syntax.tags[at]
        if tag in NOUN_TAGS or tag == "PRP":
            found = at
            if tag == "PRP":
                break
        elif tag not in ("DT", "JJ", "CD", "PRP$", "POS", "VBN", "NFP", "HYPH", "JJS", "JJR"):
            break
        at += 1
    return found


def names_only(syntax: Syntax, cue: Cue) -> bool:
    """A participle that names what it describes: “a group called X”."""
    return syntax.deps[cue.verb] == "acl" and syntax.tags[cue.verb] == "VBN" and cue.how != "by_agent"


def is_relative(syntax: Syntax, subject: int) -> bool:
    """Whether the subject is a relative pronoun (who, which, that)."""
    return syntax.tags[subject] in _RELATIVES or (
        syntax.lower[subject] in ("that", "who") and syntax.tags[subject] != "DT"
    )


__all__ = [
    "ACCORDING_TO",
    "BELIEF",
    "INTENT",
    "NONE",
    "SPEECH",
    "Cue",
    "CueEntry",
    "cue_table",
    "find_cues",
    "is_relative",
    "may_hold_cue",
    "names_only",
    "subject_of",
]
