"""Who does what a verb says: the head of the words that name the speaker, by the grammar of the sentence.

Read from the parse, from the clauses around the verb (said and added; who said; a report saying), and, where
the parse has none, from the words beside it.

Belongs here: from a verb to the head of its subject. Does not belong here: which verbs are cues (`cues`), how
far the speaker's words reach and who it is (`speakers`, `coreference`).
"""

from __future__ import annotations

from functools import cache

from pipelines.extract.nlp import lemma_of
from pipelines.extract.syntax import NOUN_TAGS, VERB_TAGS, Syntax
from pipelines.extract.word_sets import QuoteWords
from pipelines.reference import words

# Behind these verbs stands who is spoken to or cut short, never who speaks.
ADDRESSING = QuoteWords("addressing")
_DASHES = frozenset({"—", "–", "-", "--", "―"})
_SETS_APART = _DASHES | {",", "while"}
_PERSON_TAGS = NOUN_TAGS | {"PRP"}
_NOMINAL_TAGS = NOUN_TAGS | {"PRP", "DT", "CD", "WP", "WDT", "EX", "NFP", "JJ", "VBG", "FW"}


def subject_of(syntax: Syntax, verb: int) -> tuple[int | None, str]:
    """The head of the words that name who does `verb`, and the rule that found it.

    Looks at the verb's own subject, the agent of a passive, then, going up, the subject that a conjunct,
    an infinitive or a participle shares, or the noun that a relative clause describes.
    """
    own = _own_subject(syntax, verb)
    if own is not None and not (own[0] == verb - 1 and syntax.tags[verb] == "VBG"):
        return own
    if syntax.tags[verb] == "VBG" and verb and syntax.tags[verb - 1] in _PERSON_TAGS:
        author = _author(syntax, verb - 1, verb)
        return (author, "author") if author is not None else own or (verb - 1, "described_noun")
    quoted = _quoted_as(syntax, verb)
    if quoted is not None:
        return quoted, "quoted_as"
    if _is_passive(syntax, verb):
        return None, "unnamed" if syntax.deps[verb] == "advcl" else "passive"
    controlled = _object_control(syntax, verb)
    if controlled is not None:
        return controlled, "shared_subject"
    for head, dep in _governors(syntax, verb):
        if dep in ("acl", "relcl") and syntax.tags[head] in _NOMINAL_TAGS:
            author = _author(syntax, head, verb) if dep == "acl" else None
            if author is None and dep == "acl" and _is_infinitive(syntax, verb):
                author = _owner(syntax, head)
            return (author, "author") if author is not None else (head, "described_noun")
        if dep == "advcl" and _is_asked(syntax, verb):
            return None, "unnamed"
        if syntax.tags[head] in VERB_TAGS or syntax.tags[head] == "MD":
            found = _reporter(syntax, verb, head)
            if found is None:
                found = _subject(syntax, head)
            if found is None and dep == "xcomp":
                found = syntax.child(head, "nsubjpass")
            if found is not None:
                return found, "shared_subject"
    beside = _beside(syntax, verb)
    return (beside, "beside") if beside is not None else (None, "none")


def _subject(syntax: Syntax, verb: int) -> int | None:
    own = _own_subject(syntax, verb)
    return own[0] if own is not None else None


def _quoted_as(syntax: Syntax, verb: int) -> int | None:
    """“The paper quoted Roe as saying …”: who is quoted says it, not the paper."""
    link = syntax.heads[verb]
    head = syntax.heads[link]
    if (
        syntax.deps[verb] != "pcomp"
        or syntax.lower[link] != "as"
        or syntax.lemma(head) not in ("quote", "cite")
    ):
        return None
    found = syntax.child(head, "dobj", "nsubjpass")
    return found if found is not None and found < link else None


def _is_passive(syntax: Syntax, verb: int) -> bool:
    """“The mayor was told”, “it has been said”: whoever did it is not named."""
    return syntax.child(verb, "nsubjpass", "auxpass") is not None


def _is_asked(syntax: Syntax, verb: int) -> bool:
    """“Asked whether it was safe, Roe said”: whoever asked is not named."""
    is_participle = syntax.tags[verb] == "VBN" and syntax.child(verb, "aux") is None
    return is_participle and syntax.lemma(verb) == "ask"


def _is_infinitive(syntax: Syntax, verb: int) -> bool:
    return "TO" in [syntax.tags[c] for c in syntax.children[verb]]


def _reporter(syntax: Syntax, verb: int, head: int) -> int | None:
    """“Roe said the bridge was safe, adding that …”: who said it, not the bridge.

    The parse hangs the second cue on the clause that the first one reports. A participle behind a comma goes
    with the first cue, and so does a verb joined by “and” in the tense of the first.
    """
    clause = head
    while syntax.deps[clause] == "conj" and syntax.heads[clause] != clause:
        clause = syntax.heads[clause]
    cue = syntax.heads[clause]
    if syntax.deps[clause] == "acl" and syntax.deps[cue] == "dobj":
        cue = syntax.heads[cue]
    elif syntax.deps[clause] != "ccomp":
        return None
    if cue >= clause or syntax.lemma(cue) not in _speech_verbs():
        return None
    if not (_tense(syntax, verb) == _tense(syntax, cue) or _is_apart(syntax, verb, head)):
        return None
    return _doer(syntax, cue)


def _is_apart(syntax: Syntax, verb: int, head: int) -> bool:
    """A participle with a comma, a dash or “while” before it."""
    return syntax.tags[verb] == "VBG" and any(
        syntax.lower[i] in _SETS_APART for i in range(verb - 1, max(head, verb - 5), -1)
    )


def _tense(syntax: Syntax, verb: int) -> str:
    """The tag of the finite verb: of “did” in “did not say”, of “has” in “has said”."""
    for child in syntax.children[verb]:
        if syntax.deps[child] == "aux" and syntax.tags[child] in ("VBD", "VBZ", "VBP"):
            return syntax.tags[child]
    return syntax.tags[verb]


@cache
def _speech_verbs() -> frozenset[str]:
    return words("cue_verbs", "verb", {"cue_class": "speech"})


def _object_control(syntax: Syntax, verb: int) -> int | None:
    """“prompting the media to point out”: the object of the verb above does what the infinitive says."""
    head = syntax.heads[verb]
    if syntax.deps[verb] not in ("xcomp", "advcl") or head == verb:
        return None
    if not _is_infinitive(syntax, verb) or syntax.lemma(head) == "promise":
        return None
    found = syntax.child(head, "dobj")
    return found if found is not None and head < found < verb else None


def _author(syntax: Syntax, noun: int, verb: int) -> int | None:
    """Who sent or made a document: “sent an email saying …”, “sent a letter to the board on Monday saying …”.

    `noun` stands right before `verb`, by which the document speaks. None where it is no document, nor in a
    phrase behind one.
    """
    at, is_document = noun, _is_document(syntax, noun)
    is_phrase = _is_time(syntax, noun) or syntax.deps[noun] == "pobj"
    if syntax.heads[noun] == verb and syntax.deps[verb] in ("pobj", "pcomp"):
        # “an email to supporters saying”: the parse makes the noun part of what the document says.
        at, is_phrase = verb, True
    for _ in range(6):
        head = syntax.heads[at]
        if syntax.tags[head] in VERB_TAGS:
            things = [c for c in syntax.children[head] if syntax.deps[c] == "dobj" and head < c <= noun]
            is_document = is_document or (is_phrase and any(_is_document(syntax, c) for c in things))
            is_said = syntax.deps[at] in ("nsubj", "nsubjpass", "attr") and at == noun
            return _doer(syntax, head) if not is_said and (is_document or _is_time(syntax, noun)) else None
        if head == at:
            return None
        at = head
        is_document = is_document or (is_phrase and _is_document(syntax, at))
    return None


def _doer(syntax: Syntax, verb: int) -> int | None:
    """The subject of a verb, or the one that it shares with the verbs above it."""
    found = _subject(syntax, verb)
    for head, dep in _governors(syntax, verb) if found is None else []:
        if dep in ("acl", "relcl"):
            return head
        found = _subject(syntax, head)
        if found is not None:
            return found
    return found


def _owner(syntax: Syntax, noun: int) -> int | None:
    """Who is to do what a noun is for: “her promise to say”, “gave the chair authority to call”."""
    own = syntax.child(noun, "poss")
    if own is not None or syntax.deps[noun] != "dobj" or syntax.tags[noun] not in ("NN", "NNS"):
        return own
    given = syntax.child(syntax.heads[noun], "dative")
    return given if given is not None else _doer(syntax, syntax.heads[noun])


def _is_document(syntax: Syntax, i: int) -> bool:
    return syntax.tags[i] in ("NN", "NNS") and syntax.lemma(i) in _documents()


def _is_time(syntax: Syntax, i: int) -> bool:
    return syntax.deps[i] == "npadvmod" or (syntax.deps[i] == "pobj" and syntax.lower[i] in _calendar())


@cache
def _documents() -> frozenset[str]:
    nouns = words("collective_nouns", "noun", {"kind": "document"})
    return nouns | {lemma_of(noun, "NNS") for noun in nouns}


@cache
def _calendar() -> frozenset[str]:
    return words("calendar_words", "form")


def _own_subject(syntax: Syntax, verb: int) -> tuple[int, str] | None:
    deps, tags = syntax.deps, syntax.tags
    agent = passive_subject = None
    is_passive, named = False, []
    for child in syntax.children[verb]:
        dep = deps[child]
        if dep in ("nsubj", "csubj"):
            if tags[child] in _NOMINAL_TAGS or syntax.words[child][:1].isupper():
                named.append(child)
        elif dep == "agent":
            agent = child if agent is None else agent
        elif dep in ("nsubjpass", "auxpass"):
            is_passive = True
            passive_subject = child if passive_subject is None and dep == "nsubjpass" else passive_subject
    if agent is not None and (is_passive or tags[verb] == "VBN"):
        person = syntax.child(agent, "pobj")
        if person is not None:
            return person, "by_agent"
    if is_passive:
        is_quoted = passive_subject is not None and syntax.lemma(verb) == "quote"
        return (passive_subject, "quoted_as") if is_quoted and passive_subject is not None else None
    if not named:
        return None
    child = named[-1] if _is_parenthetical(syntax, named, verb) else named[0]
    behind = _behind_dateline(syntax, child, verb)
    return child if behind is None else behind, "subject" if child < verb else "inverted"


def _is_parenthetical(syntax: Syntax, subjects: list[int], verb: int) -> bool:
    """“The bridge, said Roe, is safe”: two subjects, of which the one behind the verb does the saying."""
    is_around = len(subjects) == 2 and subjects[0] < verb < subjects[1]
    return is_around and syntax.words[verb - 1] == ","


def _behind_dateline(syntax: Syntax, subject: int, verb: int) -> int | None:
    """“VELDEN (AP) — President Roe said”: the name behind the dash, where the parse took the place for it."""
    if subject > 4 or not (syntax.words[subject].isupper() and len(syntax.words[subject]) > 2):
        return None
    dash = next((i for i in range(subject + 1, min(subject + 14, verb)) if syntax.words[i] in _DASHES), None)
    return noun_after(syntax, dash) if dash is not None else None


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
    if before > 1 and (syntax.words[before] == "," or syntax.words[before] in _DASHES):
        mark = syntax.words[before]
        opening = next((i for i in range(before - 1, max(0, before - 14), -1) if syntax.words[i] == mark), 0)
        before = opening - 1 if opening else before
    if before > 0 and syntax.words[before][-1] == "." and syntax.words[before - 1] == ",":
        return None  # “a Bridgeton, Mo., teacher, said”
    if before >= 0 and (
        syntax.tags[before] in NOUN_TAGS or syntax.lower[before] in ("he", "she", "they", "it", "who")
    ):
        return before
    after = noun_after(syntax, verb)
    if after is None or syntax.lemma(verb) in ADDRESSING:
        return None
    return after if after > verb + 1 or syntax.tags[after] in ("NNP", "NNPS", "PRP") else None


def noun_after(syntax: Syntax, i: int) -> int | None:
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


__all__ = ["ADDRESSING", "noun_after", "subject_of"]
