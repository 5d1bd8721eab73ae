"""Speakers: from the head of a subject to the words that name the speaker, with role and affiliation.

“Velden police spokeswoman Ana Lopes” gives the name, the role before it and the body in the role;
“Ana Lopes, an aide to Mayor Okoro,” the name and the role after it;
“the aide to the mayor of Velden Ana Lopes” the name behind its role.

Belongs here: spans. Does not belong here: which person it is (`coreference`).
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.extract.syntax import NOUN_TAGS, Syntax
from pipelines.model import Mention
from pipelines.reference import read_table

NAME, NOMINAL, PRONOUN, RELATIVE = "name", "nominal", "pronoun", "relative"

# Labels of mentions that can speak.
SPEAKING_LABELS = frozenset({"PERSON", "ORG", "GPE", "FAC", "NORP", "LOC", "PRODUCT", "WORK_OF_ART"})
_PHRASE_ENDS = frozenset({"relcl", "acl", "appos", "conj", "cc", "punct", "advcl"})
_AFFILIATION_LABELS = frozenset({"ORG", "GPE", "FAC", "NORP"})

Span = tuple[int, int]


@dataclass(slots=True)
class Speaker:
    """The words that name a speaker; offsets count into the document.

    `form` is name, nominal, pronoun or relative. `mention` is the entity mention that the words are or
    end in. `head` is the lower-cased head noun of a nominal. `antecedent` is what a relative pronoun
    stands for. `also` holds further names joined by “and”.
    """

    start: int
    end: int
    form: str
    head: str
    mention: Mention | None = None
    role: Span | None = None
    affiliation: Span | None = None
    antecedent: Speaker | None = None
    is_plural: bool = False
    is_definite: bool = False
    also: tuple[Mention, ...] = ()


class MentionIndex:
    """Entity mentions by position, for lookups by span."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.mentions = [m for m in mentions if m.label in SPEAKING_LABELS and m.mention_type == "name"]
        self._starts = [m.start_char for m in self.mentions]

    def covering(self, char: int) -> Mention | None:
        """The mention that holds this character."""
        at = bisect.bisect_right(self._starts, char) - 1
        if at >= 0 and self.mentions[at].end_char > char:
            return self.mentions[at]
        return None

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions that lie inside a span."""
        low = bisect.bisect_left(self._starts, start)
        high = bisect.bisect_left(self._starts, end)
        return [m for m in self.mentions[low:high] if m.end_char <= end]

    def before(self, char: int) -> int:
        """Number of mentions that start before `char`: an index into `mentions`."""
        return bisect.bisect_left(self._starts, char)


def read_speaker(syntax: Syntax, head: int, limit: Span, mentions: MentionIndex) -> Speaker:
    """The speaker whose words have `head` as their head.

    `limit` is the first and last token the words may reach: outside it stand the cue and marks.
    """
    tag, word = syntax.tags[head], syntax.lower[head]
    here = (syntax.starts[head], syntax.ends[head])
    if tag == "PRP" or (tag == "DT" and word in ("this", "that", "these", "those")):
        return Speaker(*here, PRONOUN, word, is_plural=word in ("they", "we", "these", "those"))
    # In capitals it is the World Health Organization.
    if (tag in ("WP", "WDT") or word == "who") and syntax.words[head] != "WHO":
        return Speaker(*here, RELATIVE, word, antecedent=_antecedent(syntax, head, limit, mentions))
    first, last = _phrase(syntax, head, limit)
    named = _named(syntax, head, first, last, mentions)
    if named is not None:
        return _behind_cue(syntax, named, limit)
    speaker = _nominal(syntax, head, first, last)
    apposed = _apposed_name(syntax, head, last, limit, mentions)
    if apposed is not None:
        # “Two days after the vote, Jane Roe said”: behind a preposition stands no role.
        is_role = not first or syntax.tags[first - 1] != "IN"
        role = (syntax.starts[first], syntax.ends[last]) if is_role else None
        return _person(apposed, role, mentions, word)
    speaker.affiliation = _affiliation((speaker.start, speaker.end), mentions, None)
    return speaker


def _behind_cue(syntax: Syntax, speaker: Speaker, limit: Span) -> Speaker:
    """“Added Roe: “…””: the name alone, where the mention takes the capitalised cue before it in."""
    start = syntax.starts[limit[0]]
    if not speaker.start < start < speaker.end:
        return speaker
    return Speaker(start, speaker.end, NAME, speaker.head)


def _antecedent(syntax: Syntax, head: int, limit: Span, mentions: MentionIndex) -> Speaker | None:
    verb = next((v for v in syntax.ancestors(head) if syntax.deps[v] == "relcl"), None)
    if verb is None:
        # "X, who heads …, and who said": the second goes with the first, which the parse often leaves loose.
        is_second = head > 0 and syntax.tags[head - 1] == "CC"
        earlier = next((i for i in range(head - 1, -1, -1) if syntax.lower[i] == syntax.lower[head]), None)
        return _antecedent(syntax, earlier, limit, mentions) if is_second and earlier is not None else None
    noun = syntax.heads[verb]
    if noun >= head or syntax.tags[noun] not in NOUN_TAGS:
        return None
    if syntax.lower[head] == "who":
        noun = _person_of(syntax, noun, head, mentions)
    return read_speaker(syntax, noun, (0, head - 1), mentions)


def _person_of(syntax: Syntax, noun: int, who: int, mentions: MentionIndex) -> int:
    """Whom “who” stands for, where the parse hangs it on a place or on the first name of a list.

    “Roe, leader of the opposition in Velden, who said”: the leader. “Roe, Doe, Poe and Loe, who said”: Loe.
    """
    at = noun
    while at == noun or not _is_human(syntax, at, mentions):
        if not _is_place(mentions.covering(syntax.starts[noun])) or syntax.heads[at] == at:
            break
        at = syntax.heads[at]
    if syntax.deps[at] == "appos" and _is_person(mentions.covering(syntax.starts[syntax.heads[at]])):
        at = syntax.heads[at]
    noun = at if _is_human(syntax, at, mentions) else noun
    last, count = noun, 0
    while (further := syntax.child(last, "conj", "appos")) is not None and last < further < who:
        if not _is_person(mentions.covering(syntax.starts[further])):
            break
        last, count = further, count + 1
    return last if count > 1 else noun


def _is_human(syntax: Syntax, i: int, mentions: MentionIndex) -> bool:
    """A person's name, or a noun for one or for people."""
    if syntax.tags[i] not in NOUN_TAGS:
        return False
    mention = mentions.covering(syntax.starts[i])
    return _is_person(mention) or (
        mention is None and (syntax.tags[i] == "NNS" or syntax.lower[i] in role_nouns())
    )


def _is_person(mention: Mention | None) -> bool:
    return mention is not None and mention.label == "PERSON"


def _is_place(mention: Mention | None) -> bool:
    return mention is not None and mention.label in ("GPE", "LOC", "FAC")


def _phrase(syntax: Syntax, head: int, limit: Span) -> Span:
    """First and last token of the noun phrase, relative clauses and appositions left out."""
    first = max(syntax.left(head), limit[0])
    last = min(syntax.right(head), limit[1])
    for child in syntax.children[head]:
        if child < head or syntax.deps[child] not in _PHRASE_ENDS:
            continue
        left = syntax.left(child)
        if syntax.deps[child] == "appos" and syntax.tags[left - 1] not in (",", ":", "-LRB-", "HYPH"):
            continue
        last = min(last, max(head, left - 1))
    for at in range(head - 1, first - 1, -1):
        if syntax.tags[at] in (",", ":", "``", "''", ".", "_SP"):
            first = at + 1
            break
    return min(first, head), max(last, head)


def _named(syntax: Syntax, head: int, first: int, last: int, mentions: MentionIndex) -> Speaker | None:
    mention = mentions.covering(syntax.starts[head])
    if mention is not None and mention.label == "NORP":
        mention = None
    start = syntax.starts[first]
    if mention is None or mention.label != "PERSON":
        behind = _name_behind_role(syntax, first, last, mentions)
        if behind is not None:
            return _person(behind, (start, _before(syntax, behind)), mentions, syntax.lower[head])
        if syntax.lower[head] in role_nouns():
            unknown = _given_name_behind(syntax, head, first, last)
            if unknown is not None:
                before = (start, syntax.ends[unknown - 1])
                affiliation = _affiliation(before, mentions, None)
                span = (syntax.starts[unknown], syntax.ends[last])
                return Speaker(*span, NAME, syntax.lower[head], None, before, affiliation)
    if mention is None:
        return None
    if mention.label == "PERSON":
        role = _role_before(syntax, first, mention) or _role_after(syntax, head, mention)
        speaker = _person(mention, role, mentions, syntax.lower[head])
    else:
        speaker = Speaker(mention.start_char, mention.end_char, NAME, syntax.lower[head], mention)
    speaker.also = _joined(syntax, head, mentions)
    return speaker


def _joined(syntax: Syntax, head: int, mentions: MentionIndex) -> tuple[Mention, ...]:
    found = []
    for child in syntax.children[head]:
        if syntax.deps[child] == "conj":
            other = mentions.covering(syntax.starts[child])
            if other is not None and other.label != "NORP":
                found.append(other)
    return tuple(found)


def _person(mention: Mention, role: Span | None, mentions: MentionIndex, head: str) -> Speaker:
    affiliation = _affiliation(role, mentions, mention) if role else None
    return Speaker(mention.start_char, mention.end_char, NAME, head, mention, role, affiliation)


def _before(syntax: Syntax, mention: Mention) -> int:
    at = syntax.at(mention.start_char) - 1
    return syntax.ends[at] if at >= 0 else mention.start_char


def _name_behind_role(syntax: Syntax, first: int, last: int, mentions: MentionIndex) -> Mention | None:
    """A person's name that ends the phrase, right behind a complete role (the head of X Jane Roe)."""
    people = [
        m
        for m in mentions.within(syntax.starts[first], syntax.ends[last])
        if m.label == "PERSON" and m.end_char >= syntax.ends[last]
    ]
    if not people:
        return None
    mention = people[-1]
    at = syntax.at(mention.start_char) - 1
    if at < first:
        return None
    if syntax.tags[at] in (",", "VBG") or _is_of_another(syntax, first, at + 1):
        return None
    inside = range(first, at + 1)
    prepositions = [i for i in inside if syntax.tags[i] in ("IN", "TO")]
    if prepositions and not _closes_phrase(syntax, prepositions[-1], at, mentions):
        return None
    return mention


def _given_name_behind(syntax: Syntax, head: int, first: int, last: int) -> int | None:
    """First token of a name that ends the phrase and that no mention holds: a given name, then capitals."""
    for child in syntax.children[head]:
        is_name = (
            syntax.deps[child] == "appos" and syntax.tags[child] == "NNP" and syntax.right(child) == last
        )
        if is_name and child > head and syntax.left(child) < last:
            return syntax.left(child)
    for i in range(max(head + 1, last - 3), last):
        if syntax.words[i].lower() in given_names() and all(
            syntax.words[k][:1].isupper() for k in range(i, last + 1)
        ):
            return None if _is_of_another(syntax, first, i) else i
    return None


def _is_of_another(syntax: Syntax, first: int, name: int) -> bool:
    """The name belongs to a complement: “adviser to Jane Roe”, “adviser to President Jane Roe”."""
    if syntax.tags[name - 1] in ("IN", "TO", "POS", "CC", "DT", "PRP$"):
        return True
    has_preposition = any(syntax.tags[i] in ("IN", "TO") for i in range(first, name))
    return has_preposition and syntax.lower[name - 1] in role_nouns()


@cache
def role_nouns() -> dict[str, str]:
    """Nouns for people by role, with `m` or `f` where the noun says so, else ''."""
    return {row["noun"]: row["gender"] for row in read_table("role_nouns", ("noun", "gender"))}


@cache
def speaking_nouns() -> frozenset[str]:
    """Nouns for groups and bodies that speak (officials, ministry, court)."""
    return frozenset(
        row["noun"] for row in read_table("collective_nouns", ("noun", "kind")) if row["kind"] != "document"
    )


@cache
def given_names() -> dict[str, str]:
    """Given names in lower case, with the gender they usually have (`m`, `f`)."""
    rows = read_table("given_name_genders", ("name", "gender"))
    return {row["name"].lower(): row["gender"] for row in rows}


def _closes_phrase(syntax: Syntax, preposition: int, at: int, mentions: MentionIndex) -> bool:
    """The words from the preposition to `at` are a phrase of their own: “of Peru”, not “to President”."""
    if mentions.covering(syntax.starts[at]) is not None:
        return True
    return any(syntax.tags[i] == "DT" for i in range(preposition, at + 1)) and syntax.words[at][:1].isupper()


def _role_before(syntax: Syntax, first: int, mention: Mention) -> Span | None:
    """The words between the phrase's start and the name, without article or “former”."""
    if mention.role_start_char is not None and mention.role_end_char is not None:
        return mention.role_start_char, mention.role_end_char
    last = syntax.at(mention.start_char) - 1
    while first <= last and syntax.tags[first] in ("DT", "PRP$", "CC", "RB"):
        first += 1
    return (syntax.starts[first], syntax.ends[last]) if first <= last else None


def _role_after(syntax: Syntax, head: int, mention: Mention) -> Span | None:
    """An apposition after the name: “, a foreign policy adviser to …”."""
    for child in syntax.children[head]:
        if child > head and syntax.deps[child] == "appos" and syntax.tags[child] in ("NN", "NNS", "NNP"):
            left, right = syntax.left(child), syntax.right(child)
            for inner in syntax.children[child]:
                if inner > child and syntax.deps[inner] in ("relcl", "punct", "appos"):
                    right = min(right, syntax.left(inner) - 1)
            if syntax.starts[left] >= mention.end_char and right >= left:
                return syntax.starts[left], syntax.ends[right]
    return None


def _affiliation(role: Span | None, mentions: MentionIndex, name: Mention | None) -> Span | None:
    """The body in a role: its last name that is no person's."""
    if role is None:
        return None
    bodies = [m for m in mentions.within(*role) if m.label in _AFFILIATION_LABELS and m is not name]
    return (bodies[-1].start_char, bodies[-1].end_char) if bodies else None


def _apposed_name(
    syntax: Syntax, head: int, last: int, limit: Span, mentions: MentionIndex
) -> Mention | None:
    """The name in “the adviser, Jane Roe,”."""
    at = last + 1
    if at + 1 >= len(syntax) or syntax.tags[at] != "," or syntax.tags[head] == "NNS":
        return None
    mention = mentions.covering(syntax.starts[at + 1])
    if mention is None or mention.label != "PERSON" or mention.start_char != syntax.starts[at + 1]:
        return None
    after = syntax.at(mention.end_char)
    is_inside = at + 1 <= limit[1] or after >= len(syntax)
    return mention if is_inside and (after >= len(syntax) or syntax.tags[after] in (",", ".", ":")) else None


def _nominal(syntax: Syntax, head: int, first: int, last: int) -> Speaker:
    is_plural = syntax.tags[head] in ("NNS", "NNPS") or any(
        syntax.deps[c] == "conj" for c in syntax.children[head]
    )
    is_definite = syntax.lower[first] in ("the", "this", "that", "his", "her", "their", "its")
    return Speaker(
        syntax.starts[first],
        syntax.ends[last],
        NOMINAL,
        syntax.lower[head],
        is_plural=is_plural,
        is_definite=is_definite,
    )


__all__ = [
    "NAME",
    "NOMINAL",
    "PRONOUN",
    "RELATIVE",
    "MentionIndex",
    "Span",
    "Speaker",
    "given_names",
    "read_speaker",
    "role_nouns",
    "speaking_nouns",
]
