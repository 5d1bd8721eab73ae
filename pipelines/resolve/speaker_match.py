"""Whether two wordings can have one speaker: the same, a body and who speaks for it, a role and its holder.

PURE. Two people never match; nor do two bodies of two states. What matches by more than identity is only an
opening: the wordings must then say the same, and more surely so than those of one known speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache, lru_cache

from pipelines.extract import gazetteer
from pipelines.extract.gazetteer import fold
from pipelines.reference import read_table
from pipelines.resolve.fields import field_of
from pipelines.resolve.wordings import tokens


class Bond(IntEnum):
    """How two speakers are tied, the surest first."""

    SAME = 1
    KIN = 2
    """A body and its spokesman, a government and its official, a body and the one above it."""
    ROLE = 3
    """An unnamed speaker whose role and body are the named one's."""
    OPEN = 4
    """One has no speaker at all, or only 'officials' or 'a source'."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a quote, or several of one speaker, is ascribed to. `entity_type` and `state` are the entity's:
    `state` is the country code of a government, or of a body below one; `parent_id` the body above it.
    `surfaces`, `roles`, `affiliations`: the words of the texts."""

    name: str | None = None
    entity_id: str | None = None
    entity_type: str | None = None
    state: str | None = None
    parent_id: str | None = None
    surfaces: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """True where the speaker is one known person or body, or several at once by name."""
        return self.name is not None or self.entity_id is not None

    @property
    def is_body(self) -> bool:
        """True for a named speaker that is no person."""
        return self.entity_id is not None and self.entity_type not in (None, "person")

    @property
    def is_vague(self) -> bool:
        """True where nothing is said of the speaker, or only 'officials' or 'a source'."""
        return not self.is_named and all(_is_vague(text) for text in (*self.roles, *self.surfaces))

    @property
    def key(self) -> tuple[str, ...] | None:
        """Equal keys are one speaker, or one and the same description; None: nothing to tell by."""
        if self.is_named:
            return ("named", self.entity_id or fold(self.name or ""))
        if self.is_vague:
            return ("vague",)
        if self.roles:
            places = sorted(places_of(self))
            return ("role", *sorted(_role_key(self.roles[0])), *sorted(_about(self.roles[0])), *places)
        surface = fold(self.surfaces[0])
        return None if surface in _PRONOUNS else ("words", surface)


_PRONOUNS = frozenset(
    {"he", "she", "they", "it", "who", "we", "i", "which", "that", "this", "others", "many"}
)


@dataclass(frozen=True, slots=True)
class SpeakerMatch:
    """The bond of two speakers, and why, in words."""

    bond: Bond
    evidence: str


def merged(speakers: Iterable[Speaker]) -> Speaker:
    """One speaker with all the words that several texts have for it."""
    all_of = list(speakers)
    return replace(
        all_of[0],
        surfaces=tuple(sorted({text for s in all_of for text in s.surfaces})),
        roles=tuple(sorted({text for s in all_of for text in s.roles})),
        affiliations=tuple(sorted({text for s in all_of for text in s.affiliations})),
    )


def match_itself(speaker: Speaker) -> SpeakerMatch | None:
    """The bond of two quotes under one key."""
    if speaker.is_named:
        return SpeakerMatch(Bond.SAME, "speaker same entity" if speaker.entity_id else "speaker same name")
    if speaker.is_vague:
        return SpeakerMatch(Bond.OPEN, "neither names a speaker")
    return SpeakerMatch(Bond.ROLE, "speaker in the same words")


def match_speakers(a: Speaker, b: Speaker, is_only_holder: bool = False) -> SpeakerMatch | None:
    """How two speakers of different keys may be one; None where they cannot.

    `is_only_holder`: nobody else of the role that they share is named in the story.
    """
    if a.is_named and b.is_named:
        return _surname(a, b) or _kin(a, b) or _kin(b, a)
    if a.is_vague or b.is_vague:
        return SpeakerMatch(Bond.OPEN, "one names no speaker")
    if not a.roles or not b.roles:
        return None
    return _one_role(a, b, is_only_holder)


def role_keys(speaker: Speaker) -> frozenset[str]:
    """What the speaker's roles are at heart: only speakers that share one can match by role."""
    return frozenset(key for role in speaker.roles for key in _role_key(role))


def places_of(speaker: Speaker) -> frozenset[str]:
    """Country codes in the words for a speaker's roles and bodies."""
    return _states(" ; ".join((*speaker.roles, *speaker.affiliations)))


def surname(speaker: Speaker) -> str | None:
    """The last word of a person's name, folded; None for a body.

    One word alone that was taken for a place or a body may be a surname too.
    """
    is_one_word = " " not in (speaker.name or "") and speaker.state is None and speaker.parent_id is None
    if not speaker.name or ";" in speaker.name or (speaker.is_body and not is_one_word):
        return None
    return fold(speaker.name).rpartition(" ")[2]


def is_surname_alone(speaker: Speaker) -> bool:
    """True for a person whom a text calls by one word only."""
    return " " not in (speaker.name or "") and surname(speaker) == fold(speaker.name or " ")


def _surname(a: Speaker, b: Speaker) -> SpeakerMatch | None:
    if surname(a) and surname(a) == surname(b) and is_surname_alone(a) != is_surname_alone(b):
        return SpeakerMatch(Bond.KIN, "surname agrees")
    return None


def _kin(body: Speaker, other: Speaker) -> SpeakerMatch | None:
    if not body.is_body:
        return None
    if other.is_body:
        is_above = other.entity_id is not None and body.parent_id == other.entity_id
        return SpeakerMatch(Bond.KIN, f"{body.name} is of {other.name}") if is_above else None
    if _speaks_for(other, body):
        return SpeakerMatch(Bond.KIN, f"{other.name} speaks for {body.name}")
    if body.state and body.state in places_of(other) and any(_is_official(role) for role in other.roles):
        return SpeakerMatch(Bond.KIN, f"{other.name} is an official of {body.name}")
    return None


def _speaks_for(person: Speaker, body: Speaker) -> bool:
    """True where the words for a person's role or body name that body."""
    mine = {fold(text) for text in (*person.affiliations, *person.roles)}
    names = {fold(name).removeprefix("the ") for name in (body.name or "", *body.surfaces)} - {""}
    if any(re.search(rf"\b{re.escape(name)}\b", text) for name in names for text in mine):
        return True
    parts = [set(fold(text).split()) for text in person.affiliations]
    return any(len(part) > 1 and part <= set(name.split()) for part in parts for name in names)


def _one_role(a: Speaker, b: Speaker, is_only_holder: bool) -> SpeakerMatch | None:
    """An unnamed speaker and one whose role and body are those that it is known by."""
    mine, theirs = places_of(a), places_of(b)
    if mine and theirs and not mine & theirs:
        return None
    for one in a.roles:
        for other in b.roles:
            shared, about = _role_key(one) & _role_key(other), _about(one) & _about(other)
            if shared and (about or mine & theirs):
                of = ", ".join(sorted(about or mine & theirs))
                return SpeakerMatch(Bond.ROLE, f"role {min(shared)} agrees ({of})")
            if shared and is_only_holder and not (_about(one) and _about(other)):
                return SpeakerMatch(Bond.ROLE, f"the only {min(shared)} who is named")
    return None


_VAGUE = re.compile(
    r"^(?:an? |the |some |several |two |senior |unnamed |other )*"
    r"(?:officials?|authorities|sources?|reports?|media reports?)$"
)


@lru_cache(maxsize=4096)
def _is_vague(text: str) -> bool:
    return _VAGUE.match(text.casefold()) is not None


@cache
def _roles() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in read_table("role_synonyms", ("role", "group")):
        found.setdefault(row["role"], set()).add(row["group"])
    return {role: frozenset(groups) for role, groups in found.items()}


_OFFICE_WORDS = frozenset({"a", "an", "the", "of", "to", "for", "s", "'s", "in", "at", "on", "and", "former"})


def _role_key(role: str) -> frozenset[str]:
    """What a role is at heart: its head noun's group ('foreign policy adviser to …': adviser)."""
    head = re.split(r"\b(?:to|of|for|at|in|on)\b|,", role.casefold(), maxsplit=1)[0].split()
    if not head:
        return frozenset()
    two = " ".join(head[-2:])
    return _roles().get(two) or _roles().get(head[-1]) or frozenset({head[-1]})


def _about(role: str) -> frozenset[str]:
    """The words of a role that say whose it is, its head noun left out."""
    words = [w for w in tokens(role) if w not in _OFFICE_WORDS and not w.startswith("'")]
    return frozenset(w for w in words if w not in _roles() and w not in _role_key(role))


_OFFICES = frozenset({"politics", "military", "law"})


def _is_official(role: str) -> bool:
    return field_of(role) in _OFFICES or "spokesman" in _role_key(role)


def _states(text: str) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    found = set()
    for first in range(len(words)):
        for size in (3, 2, 1):
            name = " ".join(words[first : first + size]).removesuffix("'s").removesuffix("’s")
            if first + size > len(words) or not name[:1].isupper():
                continue
            people, body, place = gazetteer.demonym(name), gazetteer.metonym(name), gazetteer.place(name)
            if people and people.kind == "nation" and people.country_code:
                found.add(people.country_code)
            if body and body.country_code:
                found.add(body.country_code)
            if place and place.kind == "country" and place.country_code:
                found.add(place.country_code)
    return frozenset(found)
