"""Who a speaker is: surname, pronoun, role noun and metonym to a name, within one document.

A pronoun goes to the person who was speaking, or to the last fitting person named as a subject; a role
noun (“the adviser”) to the last person introduced with that role; a capital or a country to its
government. Collective and unnamed speakers stay unnamed.

Belongs here: names of speakers within a document. Does not belong here: matching across documents
(`pipelines.resolve`), spans of speakers (`speakers`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import takewhile

from pipelines.extract import gazetteer
from pipelines.extract.speakers import (
    NAME,
    NOMINAL,
    PRONOUN,
    RELATIVE,
    MentionIndex,
    Span,
    Speaker,
    given_names,
    role_nouns,
)
from pipelines.extract.word_sets import QuoteWords
from pipelines.model import Mention
from pipelines.reference import read_table

MALE, FEMALE = "m", "f"
_HONORIFICS = {"mr": MALE, "sir": MALE, "lord": MALE, "mrs": FEMALE, "ms": FEMALE, "miss": FEMALE,
               "lady": FEMALE, "dame": FEMALE}  # fmt: skip

# How many mentions back a pronoun may reach: past them it is a guess.
_REACH = 40
_FAR = 10_000
_DIGIT = re.compile(r"\d")
# Characters behind a pronoun that hold its verb and whom it spoke to.
_OBJECT = 30


@dataclass(slots=True)
class Resolved:
    """Who a speaker is. `name` None: unnamed or collective. `score` in (0, 1] says how sure the rule is."""

    name: str | None
    rule: str
    score: float
    role: Span | None = None
    affiliation: Span | None = None
    is_person: bool = False


@dataclass(slots=True)
class _Heard:
    """Somebody who was named or spoke, newest last in the discourse."""

    name: str | None
    at: int
    is_person: bool
    is_told: bool = False
    heads: set[str] = field(default_factory=set)
    role: Span | None = None
    affiliation: Span | None = None


class Discourse:
    """What a reader knows of a document's people up to a point: who spoke, in what role, of what gender.

    Feed speakers in text order through `resolve`; each call remembers its answer.
    """

    def __init__(
        self,
        text: str,
        mentions: MentionIndex,
        is_subject: Callable[[Mention], bool],
        is_quoted: Callable[[int, int], bool],
    ) -> None:
        self._text = text
        self._index = mentions
        self._is_subject = is_subject
        self._is_quoted = is_quoted
        self._genders = genders_of(text, mentions.mentions)
        self._speakers: list[_Heard] = []
        self._reporter: str | None = None

    def resolve(self, speaker: Speaker, reporter: str | None = None) -> Resolved:
        """Who the speaker is, remembering it for what follows.

        `reporter` is who reports it (“Roe said the minister told …”): “the minister” is another.
        """
        self._reporter = reporter
        found = self._resolve(speaker)
        heads = {speaker.head} | _role_heads(self._text, found.role or speaker.role)
        if speaker.form != PRONOUN or found.name:
            self._speakers.append(
                _Heard(
                    found.name,
                    speaker.start,
                    found.is_person and not speaker.also,
                    self._is_quoted(speaker.start, speaker.end),
                    heads,
                    found.role,
                    found.affiliation,
                )
            )
        if found.name and speaker.form == PRONOUN and speaker.head in ("he", "she"):
            self._genders.setdefault(found.name, MALE if speaker.head == "he" else FEMALE)
        return found

    def _resolve(self, speaker: Speaker) -> Resolved:
        if speaker.form == RELATIVE:
            if speaker.antecedent is None:
                return Resolved(None, "relative", 0.3)
            return self._of_relative(speaker, speaker.antecedent)
        if speaker.form == NAME and speaker.mention is not None:
            return self._named(speaker)
        if speaker.form == NAME:
            name = _clean(self._text[speaker.start : speaker.end])
            if " " not in name:
                return self._capitalised(name, speaker)
            return Resolved(name, "name", 0.8, speaker.role, speaker.affiliation, True)
        if speaker.form == PRONOUN:
            return self._pronoun(speaker)
        return self._nominal(speaker)

    def _of_relative(self, speaker: Speaker, antecedent: Speaker) -> Resolved:
        """Who the antecedent is; where “who” stands for unnamed people, their words are the role (voters)."""
        found = self._resolve(antecedent)
        words = self._text[antecedent.start : antecedent.end]
        are_people = speaker.head == "who" and antecedent.form == NOMINAL and antecedent.is_plural
        if found.name is None and found.role is None and are_people and not _DIGIT.search(words):
            # “six in 10 voters, who”: a number is more than these words tell.
            found.role = (antecedent.start, antecedent.end)
        return found

    def _named(self, speaker: Speaker) -> Resolved:
        mention = speaker.mention
        assert mention is not None
        names = [speaking_name(m) for m in (mention, *speaker.also)]
        is_person = mention.label == "PERSON"
        role, affiliation = speaker.role, speaker.affiliation
        if role is None and is_person:
            role, affiliation = self._known_role(names[0])
        rule = "name" if is_person else "body"
        return Resolved("; ".join(dict.fromkeys(names)), rule, 0.97, role, affiliation, is_person)

    def _known_role(self, name: str) -> tuple[Span | None, Span | None]:
        for heard in reversed(self._speakers[-_REACH:]):
            if heard.name == name and heard.role:
                return heard.role, heard.affiliation
        return None, None

    def _pronoun(self, speaker: Speaker) -> Resolved:
        if speaker.head in ("he", "she"):
            return self._person_before(speaker, MALE if speaker.head == "he" else FEMALE)
        if speaker.head == "it":
            for mention in self._before(speaker.start, 8):
                is_near = "\n" not in self._text[mention.end_char : speaker.start]
                if mention.label in ("ORG", "GPE") and is_near and self._is_subject(mention):
                    return Resolved(speaking_name(mention), "pronoun_body", 0.6)
            for heard in reversed(self._speakers[-3:]):
                if not heard.is_person and heard.name:
                    return Resolved(heard.name, "pronoun_body", 0.5)
        return Resolved(None, "pronoun", 0.4)

    def _before(self, char: int, reach: int = _REACH) -> list[Mention]:
        """Mentions before a character, nearest first."""
        at = self._index.before(char)
        near = self._index.mentions[max(0, at - reach) : at]
        return [m for m in reversed(near) if char - m.end_char < _FAR]

    def _person_before(self, speaker: Speaker, gender: str) -> Resolved:
        """The last fitting person: who was speaking, unless another became a subject since."""
        others = self._named_behind(speaker)
        last = next((h for h in reversed(self._speakers) if h.is_person and h.name and not h.is_told), None)
        if last is not None and (last.name in others or self._gender(last.name, gender) != gender):
            last = None
        best: tuple[float, str] | None = None
        seen: set[str] = set()
        for mention in self._people_before(speaker):
            name = speaking_name(mention)
            if last is not None and last.name and mention.start_char <= last.at:
                # Who spoke last counts as named where the saying was, be it by a pronoun.
                score = self._nearness(last.at, speaker, len(seen)) + 3.25
                score += 0.5 if self._genders.get(last.name) == gender else 0.0
                best = max(best or (score, last.name), (score, last.name))
                seen.add(last.name)
                last = None
            if name in seen or name in others or self._gender(name, gender) != gender:
                continue
            score = self._nearness(mention.end_char, speaker, len(seen))
            score += 2.0 if self._is_subject(mention) else 0.0
            score += 0.5 if self._genders.get(name) == gender else 0.0
            score += 1.5 if last is not None and last.name == name else 0.0
            seen.add(name)
            if best is None or score > best[0]:
                best = (score, name)
            if len(seen) > 6:
                break
        if best is None:
            return Resolved(None, "pronoun", 0.2, is_person=True)
        role, affiliation = self._known_role(best[1])
        return Resolved(best[1], "pronoun", 0.8, role, affiliation, True)

    def _gender(self, name: str | None, unknown: str) -> str:
        return self._genders.get(name or "", unknown)

    def _nearness(self, at: int, speaker: Speaker, rank: int) -> float:
        """0 for the last person named, less for each one named since and each line between."""
        return -1.0 * rank - 0.5 * self._text.count("\n", at, speaker.start)

    def _people_before(self, speaker: Speaker) -> Iterator[Mention]:
        """Persons named before a pronoun, nearest first; those in somebody's words only for one in them."""
        is_told = self._is_quoted(speaker.start, speaker.end)
        for mention in self._before(speaker.start):
            if mention.label == "PERSON" and (
                is_told or not self._is_quoted(mention.start_char, mention.end_char)
            ):
                yield mention

    def _named_behind(self, speaker: Speaker) -> set[str]:
        """Names right behind the pronoun and its verb: in “she told Roe” she is not Roe."""
        line = re.split(r"[.!?,\n]", self._text[speaker.end : speaker.end + _OBJECT], maxsplit=1)[0]
        near = self._index.within(speaker.end, speaker.end + len(line) + 1)
        return {speaking_name(m) for m in near if m.label == "PERSON"}

    def _nominal(self, speaker: Speaker) -> Resolved:
        surface = self._text[speaker.start : speaker.end]
        body = _government(surface)
        if body:
            return Resolved(body, "government", 0.8)
        if not speaker.is_plural and all(word[:1].isupper() for word in surface.split()):
            return self._capitalised(surface, speaker)
        if speaker.is_plural or not speaker.is_definite:
            role = (speaker.start, speaker.end) if speaker.head in role_nouns() else None
            return Resolved(None, "unnamed", 0.9, role, speaker.affiliation)
        if speaker.head in role_nouns():
            return self._role_noun(speaker)
        return self._body_noun(speaker)

    def _body_noun(self, speaker: Speaker) -> Resolved:
        """“The ministry”, “the city”: the last body named with that word, or the last place.

        “The Herald newspaper”, “the Roe campaign” is not one named before.
        """
        before = self._text[speaker.start : speaker.end].split()[1:]
        before = list(takewhile(lambda word: word.lower() != speaker.head, before))
        if any(word[:1].isupper() for word in before):
            return Resolved(None, "unnamed", 0.7, None, speaker.affiliation)
        kind = _collectives().get(speaker.head)
        for mention in self._before(speaker.start):
            words = (mention.name or mention.surface).lower().split()
            is_named = mention.label == "ORG" and speaker.head in words
            is_body = kind == "body" and mention.label == "ORG" and self._is_subject(mention)
            is_place = kind == "place" and mention.label == "GPE"
            if (is_named or is_body or is_place) and speaking_name(mention) != self._reporter:
                name = _clean(mention.name or mention.surface) if is_place else speaking_name(mention)
                return Resolved(name, "body_noun", 0.6, None, speaker.affiliation)
        return Resolved(None, "unnamed", 0.7, None, speaker.affiliation)

    def _capitalised(self, surface: str, speaker: Speaker) -> Resolved:
        """A name that no model saw: the person named earlier by that last word, else the words themselves."""
        last = surface.rsplit(maxsplit=1)[-1]
        for mention in self._before(speaker.start):
            if mention.label == "PERSON" and (mention.name or mention.surface).endswith(last):
                return Resolved(speaking_name(mention), "name", 0.8, is_person=True)
        return Resolved(_clean(surface), "name", 0.5, speaker.role, speaker.affiliation)

    def _role_noun(self, speaker: Speaker) -> Resolved:
        """“The adviser”: the last speaker known by that noun, else the last person named with it."""
        words = self._text[speaker.start : speaker.end]
        for heard in reversed(self._speakers[-_REACH:]):
            if speaker.head not in heard.heads or not (heard.is_person or heard.name is None):
                continue
            if heard.name is not None and heard.name == self._reporter:
                continue
            known = self._text[heard.role[0] : heard.role[1]] if heard.role else ""
            if not _other_office(words, known, speaker.head):
                return Resolved(heard.name, "role_noun", 0.8, heard.role, heard.affiliation, heard.is_person)
        gender = role_nouns().get(speaker.head) or None
        for mention in self._before(speaker.start):
            if mention.label != "PERSON" or mention.role_text is None:
                continue
            if speaking_name(mention) == self._reporter:
                continue
            known = mention.role_text
            if speaker.head in known.lower().split() and not _other_office(words, known, speaker.head):
                role = _role_span(mention)
                return Resolved(speaking_name(mention), "role_noun", 0.75, role, None, True)
        last = next((h for h in reversed(self._speakers[-2:]) if h.is_person and h.name), None)
        is_free = (
            last is not None and last.name != self._reporter and not self._holds_other(last, speaker.head)
        )
        if last is not None and last.name and is_free and self._genders.get(last.name, gender) == gender:
            return Resolved(last.name, "role_noun_last", 0.5, last.role, last.affiliation, True)
        role = (speaker.start, speaker.end)
        return Resolved(None, "unnamed", 0.6, role, speaker.affiliation)

    def _holds_other(self, heard: _Heard, head: str) -> bool:
        """Whether somebody is known by a role, and it is another one."""
        known = _role_heads(self._text, heard.role)
        return bool(known) and head not in known


# Words before a role that do not tell one office from another.
_NO_OFFICE = QuoteWords("before_office")


def _other_office(words: str, known: str, head: str) -> bool:
    """Whether two descriptions with one noun name two offices: “the health minister”, “Defence Minister”."""
    one, other = _qualifiers(words, head), _qualifiers(known, head)
    return bool(one and other) and one.isdisjoint(other)


@lru_cache(maxsize=8192)
def _qualifiers(words: str, head: str) -> frozenset[str]:
    """The words that say which minister: those before the noun, and those behind its “of” or “for”."""
    before, _, behind = words.partition(next((w for w in words.split() if w.lower() == head), " "))
    found = [word.removesuffix("’s").removesuffix("'s") for word in before.replace(",", " ").split()]
    tail = behind.split()
    if tail[:1] in (["of"], ["for"]):
        found += tail[1:5]
    return frozenset(
        word.lower() for word in found if word.lower() not in _NO_OFFICE and gazetteer.demonym(word) is None
    )


def _role_span(mention: Mention) -> Span | None:
    if mention.role_start_char is None or mention.role_end_char is None:
        return None
    return mention.role_start_char, mention.role_end_char


def _role_heads(text: str, role: Span | None) -> set[str]:
    if role is None:
        return set()
    return {word for word in text[role[0] : role[1]].lower().split() if word in role_nouns()}


def speaking_name(mention: Mention) -> str:
    """The name under which a mention speaks: a person's or body's own, for a place its government's."""
    return _speaking_name(mention.label, mention.name or mention.surface, mention.surface)


@lru_cache(maxsize=8192)
def _speaking_name(label: str, name: str, surface: str) -> str:
    if label in ("GPE", "LOC", "FAC", "ORG"):
        return _place_speaks_as(surface) or _place_speaks_as(name) or _clean(name)
    return _clean(name)


def _clean(name: str) -> str:
    name = " ".join(name.split())
    for ending in ("'s", "’s"):
        name = name.removesuffix(ending)
    return name.removeprefix("The ") if name.count(" ") == 1 and name.startswith("The ") else name


@lru_cache(maxsize=8192)
def _place_speaks_as(name: str) -> str | None:
    bare = name.removeprefix("the ").removeprefix("The ")
    metonym = gazetteer.metonym(bare)
    if metonym is not None:
        return metonym.stands_for
    place = gazetteer.place(bare)
    if place is not None and place.kind == "country":
        own = f"Government of {place.name}"
        names = set(_governments().values())
        return next((n for n in (own, f"Government of the {place.name}") if n in names), own)
    return None


@cache
def _governments() -> dict[str, str]:
    """Country code to its government's name, as the capital's row gives it."""
    rows = read_table("metonyms", ("kind", "stands_for", "country_code"))
    return {
        row["country_code"]: row["stands_for"]
        for row in rows
        if row["kind"] == "capital" and row["stands_for"].startswith("Government of")
    }


@lru_cache(maxsize=8192)
def _government(words: str) -> str | None:
    """“The Armenian authorities”, “the Yerevan government”: the government of the place named."""
    parts = words.replace("’s", "").replace("'s", "").split()
    if len(parts) < 2 or parts[-1].lower() not in _government_nouns():
        return None
    for size in (2, 1):
        middle = " ".join(parts[-1 - size : -1])
        demonym = gazetteer.demonym(middle)
        if demonym is not None and demonym.country_code and demonym.kind == "nation":
            return _governments().get(demonym.country_code)
        found = _place_speaks_as(middle) if middle[:1].isupper() else None
        if found and found.startswith("Government"):
            return found
    return None


@cache
def _government_nouns() -> frozenset[str]:
    rows = read_table("collective_nouns", ("noun", "kind"))
    return frozenset(row["noun"] for row in rows if row["kind"] == "government")


@cache
def _collectives() -> dict[str, str]:
    return {row["noun"]: row["kind"] for row in read_table("collective_nouns", ("noun", "kind"))}


def genders_of(text: str, mentions: Sequence[Mention]) -> dict[str, str]:
    """Gender of the persons named, by honorific, else by given name."""
    found: dict[str, str] = {}
    for mention in mentions:
        if mention.label != "PERSON":
            continue
        name = speaking_name(mention)
        before = text[max(0, mention.start_char - 8) : mention.start_char].lower().split()
        honorific = _HONORIFICS.get(before[-1].rstrip(".")) if before else None
        words = mention.surface.split(None, 1)
        first = words[0].lower().rstrip(".") if words else ""
        honorific = honorific or _HONORIFICS.get(first)
        if honorific:
            found[name] = honorific
        elif name not in found:
            given = given_names().get(name.split()[0].lower()) if " " in name else None
            if given:
                found[name] = given
    return found


__all__ = ["NOMINAL", "Discourse", "Resolved", "speaking_name"]
