"""Victims that a report tells without a numeral: “a man was shot dead”, “a mother and her two sons died”.

A local report of one death seldom says “one”. Its opening sentences name each victim in the singular, so the
victims that one sentence says were killed (or injured) are summed, and what is told on top (“the boy also
died”) is added. Belongs here: such counts, flagged `counted_victims`. Does not belong here: counts with a
numeral (`quantities`), which win over these in a figure (`pipelines.resolve.figure_parts`).

A claim stands at the first word of the first victim. Nothing is counted where the clause does not plainly
hold the whole: plurals without a numeral, “another victim has died”, what might, would or did not happen. A
lone sentence is no report: nothing says that it opens one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from spacy.tokens import Token

from pipelines.extract.context import Paragraph
from pipelines.extract.nlp import lemma
from pipelines.extract.speakers import role_nouns
from pipelines.extract.syntax import Syntax
from pipelines.extract.tolls import names_person, pair_fate, word_fate
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table

FLAG = "counted_victims"
# A report tells what happened in its first sentences; what follows is background.
LEAD_PARAGRAPHS, LEAD_SENTENCES = 4, 6
_HARM_NOUNS = Words("harm_noun")
_COUNTED = frozenset({"killed", "injured", "casualties"})
_CHAIN = 8
_REACH = 9
_UNREAL = Words("unreal")
_NOT_ONE = Words("before_no_victim")
_NEXT = Words("next_victim")
_BACK = Words("pointing_back")
_HIM = Words("reflexive")


@dataclass(slots=True)
class Victims:
    """How many a report's opening says came to harm in one way, and where it says so.

    `parts`: the numerals among them, as token indices of the paragraph's Doc (“her two sons”).
    """

    category: str
    count: float
    anchor: Token
    head: Token
    paragraph: Paragraph
    parts: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Group:
    """Victims that one noun phrase names. `is_next`: on top of others; `is_back`: “the man”, “he”."""

    category: str
    count: float
    head: Token
    anchor: Token
    parts: tuple[int, ...]
    is_next: bool
    is_back: bool


Numeral = Callable[[Token], float | None]


def count_victims(
    paragraphs: Sequence[Paragraph], numeral: Callable[[Paragraph, Token], float | None]
) -> list[Victims]:
    """The victims that the opening of a report names, one entry for each way to come to harm.

    `numeral` gives the value of the claim that a token of a paragraph stands in, None where it is in none.
    """
    if len(paragraphs) < 2 and sum(len(p.syntax.sentence_starts) for p in paragraphs) < 2:
        return []
    found: dict[str, Victims] = {}
    unsure: set[str] = set()
    left = LEAD_SENTENCES
    for paragraph in paragraphs[:LEAD_PARAGRAPHS]:
        syntax, span = paragraph.syntax, paragraph.span
        for start in syntax.sentence_starts:
            if left == 0:
                break
            left -= 1
            end = syntax.sentence(start)[1]
            # Most sentences hold no word that could say what befell somebody: they are spared the parse.
            if _harm_words().isdisjoint(syntax.lower[start:end]):
                continue
            tree, own = Tree(paragraph), partial(numeral, paragraph)
            heads = [span[i] for i in range(start, end) if _may_head(syntax, i)]
            groups = [g for token in heads if (g := _group(token, tree, own)) is not None]
            _take(groups, found, unsure, paragraph)
    return [victims for category, victims in found.items() if category not in unsure]


@cache
def _harm_words() -> frozenset[str]:
    """Every form of the words that can say what befell somebody, and more that look like one."""
    rows = read_table("fates", ("word", "kind"))
    named = {row["word"].split()[-1] for row in rows if row["kind"] in ("state", "object", "subject", "pair")}
    named |= _HARM_NOUNS | _HIM | {"dead"}
    irregular = read_table("irregular_lemmas", ("form", "lemma"))
    regular = {form for word in named for form in _may_be_written(word)}
    return frozenset(regular | {row["form"] for row in irregular if row["lemma"] in named})


def _may_be_written(word: str) -> Iterator[str]:
    """Every regular form that `nlp.lemma` could bring back to `word`."""
    stems = (word, word[:-1], word[:-1] + "i", word + word[-1], word[:-2] + "y")
    yield word
    yield from (stem + ending for stem in stems for ending in ("s", "es", "d", "ed", "ing"))


_HEAD_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ"})
_HEAD_WORDS = Words("reflexive", "victim_word")


def _may_head(syntax: Syntax, i: int) -> bool:
    """What `_group` asks of a token first, without making the token."""
    return syntax.tags[i] in _HEAD_TAGS or syntax.lower[i] in _HEAD_WORDS


def _take(
    groups: Sequence[_Group], found: dict[str, Victims], unsure: set[str], paragraph: Paragraph
) -> None:
    """Count one sentence's victims: the first sentence that tells of a category, then what comes on top."""
    open_now: set[str] = {g.category for g in groups if g.category not in found}
    for group in groups:
        name = group.category
        known = found.get(name)
        if known is None:
            if group.is_next and not (name != "killed" and found):
                unsure.add(name)  # “a second victim has died”: of how many is not said
            if group.is_back and name == "killed":
                _has_died(found)
            found[name] = Victims(name, group.count, group.anchor, group.head, paragraph, list(group.parts))
        elif group.is_next or (name in open_now and not _is_same(group, known)):
            known.count += group.count
            if known.paragraph is paragraph:
                known.parts.extend(group.parts)


def _has_died(found: dict[str, Victims]) -> None:
    """“A man was critically hurt … the man died”: the one injured is no more among the injured."""
    for category in ("injured", "casualties"):
        if category in found and found[category].count == 1:
            del found[category]


def _is_same(group: _Group, known: Victims) -> bool:
    """“he died”, “the man was shot” in a sentence that has told of him."""
    return group.is_back and group.head.i != known.head.i


# --- one noun phrase -----------------------------------------------------------------------------


def _group(head: Token, tree: Tree, numeral: Numeral) -> _Group | None:
    if head.lower_ in _HIM:
        return _self_killed(head, tree)
    if head.dep_ == "conj" and _is_victim(head.head):
        return None
    if not _is_victim(head):
        return None
    category = _harm(head, tree)
    if category is None:
        return None
    members = list(_chain(head, tree))
    counts = [_size(member, tree, numeral) for member in members]
    single = [m for m, (count, part) in zip(members, counts, strict=True) if count and part is None]
    if not single or any(count is None for count, _ in counts):
        return None
    words = {t.lower_ for t in tree.lefts(head)} | {head.lower_}
    also = {t.lower_ for t in tree.children(head.head)} & {"also", "too"}
    return _Group(
        category=category,
        count=sum(count for count, _ in counts if count),
        head=head,
        anchor=_first(single[0], tree),
        parts=tuple(part for _, part in counts if part is not None),
        is_next=bool(words & _NEXT or also),
        is_back=bool(words & _BACK) or head.tag_ == "PRP",
    )


def _self_killed(token: Token, tree: Tree) -> _Group | None:
    """“before killing himself”, “turned the gun on himself”: one more dead."""
    verb = token.head if token.dep_ == "dobj" else token.head.head
    is_gun = token.dep_ == "pobj" and lemma(verb) == "turn"
    is_kill = token.dep_ == "dobj" and word_fate("object", lemma(verb)) == "killed"
    is_shot = token.dep_ == "dobj" and lemma(verb) == "shoot" and _then(verb, ("fatally", "dead"))
    if not (is_gun or is_kill or is_shot) or _is_unreal(verb, tree):
        return None
    return _Group("killed", 1.0, token, token, (), is_next=True, is_back=False)


def _chain(head: Token, tree: Tree) -> Iterator[Token]:
    """The noun and those joined to it by “and”."""
    token: Token | None = head
    for _ in range(_CHAIN):
        if token is None:
            return
        yield token
        token = next((t for t in tree.rights(token) if t.dep_ == "conj" and t.tag_[:2] in ("NN", "JJ")), None)


def _size(member: Token, tree: Tree, numeral: Numeral) -> tuple[float | None, int | None]:
    """How many a member of the phrase is, and the numeral that says so; None where nothing says it."""
    if not _is_victim(member):
        return None, None
    number = next((t for t in tree.lefts(member) if t.dep_ == "nummod" and t.tag_ == "CD"), None)
    if number is not None:
        return numeral(number), number.i
    if member.tag_ in ("NNS", "NNPS"):
        return None, None
    return 1.0, None


@cache
def _person_words() -> frozenset[str]:
    groups = read_table("figure_groups", ("word", "facet"))
    return frozenset(row["word"] for row in groups if row["facet"] not in ("any", "kind")) | _RELATIVES


_RELATIVES = Words("victim_noun")


def _is_victim(token: Token) -> bool:
    """A noun for one person (or, with a numeral, some), a person's name, “a 19-year-old”, “he”."""
    if token.i + 1 < len(token.doc) and token.doc[token.i + 1].tag_ == "POS":
        return False
    if token.tag_ in ("NNP", "NNPS"):
        return token.ent_type_ == "PERSON" or token.lower_ in _person_words()
    if token.lower_ in ("he", "she") or (token.lower_ == "another" and token.dep_.startswith("nsubj")):
        return True
    if token.lower_ == "old" and token.i > 3 and token.doc[token.i - 2].lower_ == "year":
        return token.dep_ not in ("amod", "acomp")
    if token.tag_ == "JJ":
        return token.lower_ in _NEXT and token.dep_.startswith("nsubj")
    if token.tag_ not in ("NN", "NNS"):
        return False
    name = lemma(token)
    return name in _person_words() or name in role_nouns() or names_person(name)


def _first(head: Token, tree: Tree) -> Token:
    """The first word of the noun phrase: its article, or the first of its name."""
    token = head
    for left in tree.lefts(head):
        if left.dep_ in ("det", "poss", "compound", "amod", "nummod") and left.tag_ not in ("CD", "HYPH"):
            token = left
            break
    return token


# --- what befell them ----------------------------------------------------------------------------


def _harm(head: Token, tree: Tree) -> str | None:
    """What the clause around a noun plainly says befell the one it names, None where nothing."""
    if {t.lower_ for t in tree.lefts(head)} & _NOT_ONE:
        return None
    verb, role = head.head, head.dep_
    found = None
    if role in ("nsubj", "nsubjpass", "dobj") and verb.i != head.i and not _is_unreal(verb, tree):
        found = _of_verb(verb, role, tree)
        if verb.dep_ in ("nsubj", "nsubjpass") and role != "dobj" and verb.tag_ in ("VBN", "VBD"):
            # “a man shot on Ames Street has died”: a clause on the subject, taken for a verb of its own
            found = _gravest([found, _of_verb(verb.head, verb.dep_, tree)])
    elif role == "pobj" and verb.lower_ == "of" and verb.head.tag_ in ("NN", "NNS", "VBG"):
        noun = lemma(verb.head)
        found = "killed" if noun in _HARM_NOUNS else None
    return (found if found in _COUNTED else None) or _of_clause(head, tree)


def _of_clause(head: Token, tree: Tree) -> str | None:
    """“the man killed in the crash”, “a woman who died”."""
    for child in tree.rights(head):
        if child.dep_ == "acl" and child.tag_ in ("VBN", "VBD") and not _has_object(child, tree):
            return _of_verb(child, "nsubjpass", tree)
        if child.dep_ == "relcl" and not _is_unreal(child, tree):
            subject = next((t for t in tree.lefts(child) if t.dep_ in ("nsubj", "nsubjpass")), None)
            if subject is not None and subject.lower_ in ("who", "that"):
                return _of_verb(child, subject.dep_, tree)
    return None


def _of_verb(verb: Token, role: str, tree: Tree) -> str | None:
    """The gravest of what a verb, and the verbs joined to it, say of their subject or object."""
    found: list[str] = []
    joined: Token | None = verb
    for _ in range(_CHAIN):
        if joined is None:
            break
        if (one := _one_verb(joined, role, tree)) in _COUNTED:
            found.append(one)
        joined = next(
            (
                t
                for t in tree.rights(joined)
                if t.dep_ == "conj" and not any(s.dep_ in ("nsubj", "nsubjpass") for s in tree.lefts(t))
            ),
            None,
        )
    return _gravest(found)


def _gravest(found: Sequence[str | None]) -> str | None:
    return next((name for name in ("killed", "injured", "casualties") if name in found), None)


def _one_verb(verb: Token, role: str, tree: Tree) -> str | None:
    name, word = lemma(verb), verb.lower_
    is_passive = role == "nsubjpass" or (role == "nsubj" and _is_bare(verb, tree))
    is_state = verb.tag_ in ("JJ", "VBN") and role == "nsubj" and not _has_object(verb, tree)
    if is_state and word_fate("state", word) in _COUNTED:
        return word_fate("state", word)  # “left the gunman dead”
    if role == "dobj" or is_passive:
        category = word_fate("object", name)
        deadly = _then(verb, ("dead", "to death", "and killed", "fatally")) or _is_fatal(verb)
        if category == "casualties" and deadly:
            return "killed"
        if category in ("killed", "injured", "casualties"):
            return category
    if role == "dobj":
        return None
    if is_passive and (_then(verb, ("dead", "to death")) and name not in ("sentence", "put", "condemn")):
        return "killed"
    if role == "nsubj" and word_fate("subject", name) == "killed":
        return "killed"
    if name in ("be", "remain") and any(
        t.lower_ == "dead" for t in tree.rights(verb) if t.dep_ in ("acomp", "oprd")
    ):
        return "killed"
    return pair_fate(verb, min(verb.i + _REACH, tree.sentence_end(verb.i)))


def _is_fatal(verb: Token) -> bool:
    return verb.i > 0 and verb.doc[verb.i - 1].lower_ == "fatally"


def _is_bare(verb: Token, tree: Tree) -> bool:
    """“Man shot in Fairview”: a participle without its “was”, and with nobody who was shot behind it."""
    return verb.tag_ == "VBN" and not any(t.dep_ == "aux" for t in tree.lefts(verb))


def _has_object(verb: Token, tree: Tree) -> bool:
    return any(t.dep_ == "dobj" for t in tree.rights(verb))


def _then(verb: Token, phrases: Sequence[str]) -> bool:
    words = " ".join(t.lower_ for t in verb.doc[verb.i + 1 : verb.i + 4])
    return any(words == p or words.startswith(p + " ") for p in phrases)


def _is_unreal(verb: Token, tree: Tree) -> bool:
    """“could have killed”, “tried to kill”, “was not hurt”, “without killing”."""
    before = verb.doc[max(0, verb.i - 4) : verb.i]
    own = [t for t in before if t.head.i == verb.i]
    if any(t.dep_ == "neg" or (t.dep_ == "aux" and t.lower_ in _UNREAL) for t in own):
        is_perfect = any(t.lower_ in ("have", "be") for t in own) and any(t.lower_ == "to" for t in own)
        return not is_perfect  # “is believed to have killed”
    if verb.dep_ == "conj" and verb.head.i < verb.i:
        return any(
            t.dep_ == "neg" or t.lower_ in _UNREAL for t in tree.lefts(verb.head) if t.dep_ in ("neg", "aux")
        )
    return verb.dep_ == "pcomp" and verb.head.lower_ == "without"
