"""What befell the people counted: killed, injured, missing, detained … (`fates.csv`).

A toll is said in many ways: “killing four”, “left five dead”, “three others injured”, “were taken to
hospital”. Belongs here: which words around a count say what happened to those counted, and who did it to
whom (“two men killed a guard” counts no dead). Does not belong here: the category of counts to which nothing
happened (`claim_categories`).

Every walk goes over at most `_REACH` tokens or `_CLIMB` heads, so time is linear.
"""

from __future__ import annotations

from functools import cache

from spacy.tokens import Doc, Span, Token

from pipelines.extract.nlp import lemma
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table

_REACH = 9
_CLIMB = 6
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_STATE_TAGS = frozenset({"JJ", "VBN", "VBD", "VB", "VBG", "NN", "NNS", "RB"})
# Between a count and what befell it these may stand: “three others, all tourists, were …” may not.
_BETWEEN = Words("fate_between")
_HURT = Words("hurt")
_LINKED = frozenset({"conj", "appos", "nummod", "nmod", "compound", "amod", "quantmod", "dep", "npadvmod"})
_ILLNESS = Words("illness")


@cache
def _fates(kind: str) -> dict[str, str]:
    rows = read_table("fates", ("word", "kind", "category"))
    return {row["word"]: row["category"] for row in rows if row["kind"] == kind}


@cache
def fate_categories() -> frozenset[str]:
    """Every category that says what befell people."""
    return frozenset(row["category"] for row in read_table("fates", ("category",)))


def state_category(token: Token) -> str | None:
    """The category that a word of state names: dead, wounded, missing."""
    return _fates("state").get(token.lower_)


def is_state(word: str) -> bool:
    """True for a word in lower case that says what became of people: dead, wounded, fatally."""
    return word in _fates("state")


def word_fate(kind: str, word: str) -> str | None:
    """The category of a word of one kind of `fates.csv`: state, object, subject, noun or pair."""
    return _fates(kind).get(word)


def pair_fate(verb: Token, end: int) -> str | None:
    """What a verb and a noun behind it, before token `end`, say together: “was rushed to hospital”."""
    return _pair(lemma(verb), verb.doc, verb.i + 1, end)


def names_person(name: str) -> bool:
    """True for the lemma of a common noun for people whom a toll counts: passenger, officer, boy."""
    return (name in _PEOPLE and name not in ("people", "other")) or name in _RELATIVES


def fate(span: Span, noun: Span | None, tree: Tree) -> str | None:
    """The category of what befell the people that `span` counts, None where nothing is said of it.

    `noun` is the counted noun where there is one; only a noun right of the number is taken for the people.
    """
    if _is_group(span):
        return None
    counted = _counted(span, noun)
    found = _state_behind(span, counted, tree) or _by_role(counted, tree)
    if found == "injured" and _is_illness(counted, tree):
        return "infected"
    return found


def _is_group(span: Span) -> bool:
    """“eight of the 20 passengers were hurt”: not the 20; “a father of two was shot”: not the two."""
    doc, at = span.doc, span.start - 1
    if at > 0 and doc[at].lower_ == "of" and lemma(doc[at - 1]) in _PARENTS:
        return True
    while at > 1 and doc[at].lower_ in ("the", "its", "their", "those", "these", "all", "some", "about"):
        at -= 1
    return at > 0 and doc[at].lower_ == "of" and (doc[at - 1].tag_ == "CD" or doc[at - 1].lower_ in _PICKED)


_PICKED = Words("picked_out")


def own_noun(span: Span, noun: Span | None, tree: Tree) -> Span | None:
    """The counted noun of a toll: “five dead” counts the dead, and never the blast that left them.

    A noun left of the number is kept where it names people (“two were hurt”, behind “six people died”).
    """
    doc, at = span.doc, span.end
    while at < len(doc) and at < span.end + 2 and doc[at].tag_ == "RB" and not doc[at].is_sent_start:
        at += 1
    if at < len(doc) and doc[at].tag_ in ("JJ", "VBN", "NN", "VBD", "VBG") and not doc[at].is_sent_start:
        is_state = (
            (noun is None or noun.start != at)
            and doc[at].lower_ in _fates("state")
            and doc[at].lower_ != "fatally"
        )
        if is_state and not _has_object(doc[at], tree):
            return doc[at : at + 1]
    is_behind = noun is not None and noun.start >= span.end
    at = span.end
    if noun is None or (is_behind and not _has_verb(doc, at, noun.start)):
        return noun
    if _names_people(noun) and not (span.root.dep_ == "dobj" and noun.root.dep_ == "nsubj"):
        return noun
    is_toll = lemma(noun.root) in _TOLL_NOUNS
    return None if not is_toll and fate(span, None, tree) is not None else noun


_TOLL_NOUNS = Words("counter_of_tolls")


def _has_verb(doc: Doc, start: int, end: int) -> bool:
    return any(doc[i].tag_.startswith(("VB", "MD")) or doc[i].lower_ in (",", ";") for i in range(start, end))


def _names_people(noun: Span) -> bool:
    word = lemma(noun.root)
    return word in _PEOPLE or noun.root.ent_type_ == "NORP"


_PEOPLE = Words("person_noun")


_RELATIVES = Words("relative_noun")
_PARENTS = Words("parent")


def _counted(span: Span, noun: Span | None) -> Token:
    """The token that stands for the people: the head of their noun phrase, or the number itself."""
    if noun is None or noun.start < span.end or noun.start - span.end > _REACH:
        return span.root
    if _has_verb(noun.doc, span.end, noun.start):
        return span.root  # “no one has captured the problem”: the noun is what they did it to
    of = next((token.i for token in noun if token.lower_ == "of"), noun.end)
    return noun.doc[max(noun.start, of - 1)]


# -- the words right behind the count ------------------------------------------------------------


def _state_behind(span: Span, counted: Token, tree: Tree) -> str | None:
    """“five dead”, “three others were critically injured”, “one person dead”, “two of them fatally”."""
    doc = span.doc
    end = min(span.end + _REACH, tree.sentence_end(span.start))
    link = False
    for at in range(_behind_aside(doc, span.end, end), end):
        token = doc[at]
        word = token.lower_
        category = _fates("state").get(word)
        # “two of the injured died”, “two of the five wounded died”
        first = at - 1 if at > 2 and doc[at - 1].tag_ == "CD" else at
        is_group = doc[first - 1].lower_ == "the" and doc[first - 2].lower_ == "of"
        is_group = is_group or (token.tag_ == "CD" and doc[at - 1].lower_ == "of")
        is_said = category and token.tag_ in _STATE_TAGS and not is_group
        if is_said and (at <= counted.i or not _has_object(token, tree)):
            return category
        if at <= counted.i:
            continue
        if _fates("object").get(lemma(token)) and token.tag_ == "VBN" and link:
            return _verb_fate(token, tree)
        if word in ("were", "was", "been", "being"):
            link = True
        if word in ("with", "in") and (found := _pair(word, doc, at, end)):
            return found
        if not (word in _BETWEEN or token.tag_ == "RB" or is_group):
            return None
    return None


def _behind_aside(doc: Doc, at: int, end: int) -> int:
    """The index behind “, including the driver,”: an aside between a count and what befell it."""
    if at + 1 >= end or doc[at].text != "," or doc[at + 1].lower_ != "including":
        return at
    return next((i + 1 for i in range(at + 2, end) if doc[i].text == ","), at)


def _has_object(verb: Token, tree: Tree) -> bool:
    return verb.tag_.startswith("VB") and any(t.dep_ == "dobj" for t in tree.rights(verb))


# -- the verb that the count is subject or object of ---------------------------------------------


def _by_role(counted: Token, tree: Tree) -> str | None:
    token = counted
    for _ in range(_CLIMB):
        found = _of_clause(token, tree)
        if found:
            return found
        head = token.head
        if head.i == token.i:
            return None
        if token.dep_ in ("nsubj", "nsubjpass", "dobj", "attr", "oprd"):
            is_digits = any(t.text[:1].isdigit() for t in token.doc[max(0, token.i - 1) : token.i + 1])
            is_bare = token.tag_ == "CD" and is_digits and token.dep_ == "dobj"
            is_level = is_bare and lemma(head) in _REACHING
            return None if is_level else _in_role(head, token.dep_, tree)
        if token.dep_ == "pobj" and head.lower_ in ("of", "for"):
            above = head.head
            if above.tag_ in ("NN", "NNS", "VBG") and (
                found := _fates("noun").get(lemma(above)) or _fates("noun").get(above.lower_)
            ):
                return found
            if head.lower_ == "for" or above.tag_ not in _NOUNS | {"CD"}:
                return None
            token = above
        elif token.dep_ in _LINKED and (head.tag_ in _NOUNS or head.tag_ in ("CD", "JJ", "PRP")):
            token = head
        else:
            return None
    return None


def _of_clause(token: Token, tree: Tree) -> str | None:
    """“12 people killed in the crash”, “people fleeing”, “those who died”: a clause on the noun."""
    for child in tree.rights(token):
        if child.dep_ == "acl" and child.tag_ in ("VBN", "VBD", "VBG"):
            return _in_role(child, "nsubjpass" if child.tag_ == "VBN" else "nsubj", tree)
        if child.dep_ == "relcl":
            subject = next((t for t in tree.lefts(child) if t.dep_ in ("nsubj", "nsubjpass")), None)
            if subject is not None and subject.lower_ in ("who", "that"):
                return _in_role(child, subject.dep_, tree)
    return None


def _in_role(verb: Token, role: str, tree: Tree) -> str | None:
    """What `verb` says of its subject or object; the verbs joined to it by “and” are asked after it."""
    for candidate in (verb, *(t for t in tree.rights(verb) if t.dep_ in ("conj", "xcomp", "advcl"))):
        is_same = candidate.i == verb.i
        if not is_same and any(t.dep_ in ("nsubj", "nsubjpass") for t in tree.lefts(candidate)):
            continue
        if not is_same and (role == "dobj" or candidate.dep_ == "advcl"):
            continue
        if candidate.dep_ == "xcomp" and lemma(verb) not in _HELD_TRUE:
            continue  # “two people wanted to leave”
        found = _said_of(candidate, role, tree)
        if found:
            return found
    return None


# “Membership hit 1.2 million” tells a level, “the van hit three” and “hit 12 people” a toll.
_REACHING = Words("reaching")
_HELD_TRUE = Words("held_true")
_SAYING_STATE = Words("saying_state")


def _said_of(verb: Token, role: str, tree: Tree) -> str | None:
    name = lemma(verb)
    is_patient = role in ("nsubjpass", "dobj") or (role == "nsubj" and _is_bare_passive(verb, tree))
    if is_patient and name in _fates("object"):
        return _verb_fate(verb, tree)
    behind = [t.lower_ for t in verb.doc[verb.i + 1 : verb.i + 3]]
    if is_patient and behind == ["to", "death"] and name not in ("sentence", "condemn"):
        return "killed"
    end = min(verb.i + _REACH, tree.sentence_end(verb.i))
    if found := _pair(name, verb.doc, verb.i + 1, end):
        return found
    if role != "dobj" and name in _fates("subject"):
        return _fates("subject")[name]
    if name in _SAYING_STATE:
        for at in range(verb.i + 1, min(verb.i + 5, end)):
            word = verb.doc[at].lower_
            if word in _fates("state") and verb.doc[at].tag_ in _STATE_TAGS:
                return _fates("state")[word]
            if word not in _BETWEEN and verb.doc[at].tag_ != "RB":
                break
    return None


def _is_bare_passive(verb: Token, tree: Tree) -> bool:
    """“three others injured when …”: a participle that has lost its “were” and has no object."""
    return verb.tag_ in ("VBN", "VBD") and not _has_object(verb, tree)


def _verb_fate(verb: Token, tree: Tree) -> str:
    """The category of a transitive verb; “shot dead” and “shot and wounded” say more than “shot”."""
    category = _fates("object")[lemma(verb)]
    if category != "casualties":
        return category
    doc = verb.doc
    words = [doc[at].lower_ for at in range(verb.i + 1, min(verb.i + 4, tree.sentence_end(verb.i)))]
    before = doc[verb.i - 1].lower_ if verb.i else ""
    if before == "fatally" or words[:1] == ["dead"] or words[:2] in (["and", "killed"], ["to", "death"]):
        return "killed"
    if words[:1] == ["and"] and set(words[1:3]) & _HURT:
        return "injured"
    return "killed" if "fatally" in words[:2] else category


def _pair(verb: str, doc: Doc, at: int, end: int) -> str | None:
    """“took to hospital”, “lost their lives”: a verb with a noun that follows it."""
    pairs = _fates("pair")
    for i in range(at, end):
        if doc[i].text in (",", ";") or doc[i].lower_ in ("and", "when", "after", "while"):
            return None
        noun = lemma(doc[i])
        if noun == "condition" and doc[i - 1].lower_ not in _GRAVE:
            continue
        if doc[i].tag_ in _NOUNS and (found := pairs.get(f"{verb} {noun}")):
            return found
    return None


# “in good condition” is said of cars and of those who were hurt; these are said of people alone.
_GRAVE = Words("condition")


def _is_illness(counted: Token, tree: Tree) -> bool:
    """People in hospital in a sentence on an illness are cases of it, not casualties."""
    start, end = tree.sentence_start(counted.i), tree.sentence_end(counted.i)
    near = range(max(start, counted.i - 25), min(end, counted.i + 25))
    return any(counted.doc[i].lower_ in _ILLNESS for i in near)
