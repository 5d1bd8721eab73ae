"""Keys of names: what makes two mentions the same name, and which names to compare at all.

A `NameKey` is a name as the resolver sees it: its family (person, place, organisation …) and a normal form
that spellings of one name share. `block_keys` are the buckets a name is looked up in, so that the cost of
resolving grows with the new names, not with the names already known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from pipelines.extract import gazetteer
from pipelines.extract.gazetteer import fold
from pipelines.resolve import person_names
from pipelines.resolve.person_names import PersonName

ENTITY_TYPES = {
    "PERSON": "person",
    "ORG": "organization",
    "GPE": "place",
    "LOC": "place",
    "FAC": "facility",
    "NORP": "group",
    "EVENT": "event",
    "LAW": "law",
    "PRODUCT": "product",
    "WORK_OF_ART": "product",
}
# A bridge may be called a place in one report and a facility in the next: one family, one entity.
_FAMILIES = {"facility": "place"}


@dataclass(frozen=True, slots=True)
class NameKey:
    """`family`, `form` (equal forms are one name), `name` (as to be shown), `is_short` (a surname or acronym
    alone: it names somebody only where one bearer is known)."""

    family: str
    form: str
    name: str
    is_short: bool = False
    country_code: str | None = None
    person: PersonName | None = None


def family_of(entity_type: str) -> str:
    """The family that entities of a type are compared in."""
    return _FAMILIES.get(entity_type, entity_type)


def government_of(name: str) -> bool:
    """True for the name of a government as tables write it: 'Government of …'."""
    return name.startswith("Government of ")


@lru_cache(maxsize=131072)
def key_of(entity_type: str, name: str) -> NameKey:
    """The key of a name of an entity type."""
    family = family_of(entity_type)
    if family == "person":
        return _person_key(name)
    if family == "place":
        place = gazetteer.place(name) or gazetteer.near_place(fold(name))
        if place is not None:
            return NameKey(family, f"{place.name}|{place.country_code or ''}", place.name, False,
                           place.country_code)  # fmt: skip
        return NameKey(family, _place_form(name), name)
    if family == "group":
        group = gazetteer.demonym(name)
        if group is not None:
            return NameKey(family, fold(group.group), group.group, False, group.country_code)
        return NameKey(family, re.sub(r"s$", "", fold(name)), name)
    if family == "organization":
        return _organization_key(name)
    return NameKey(family, _document_form(name), name)


def _person_key(name: str) -> NameKey:
    person = person_names.parse(name)
    form = " ".join((person.given, *person.middle, person.surname, person.suffix)).strip()
    return NameKey("person", form, name, not person.is_full, None, person)


def _place_form(name: str) -> str:
    return re.sub(r"^the |\b(?:city|town|village) of ", "", fold(name))


def _document_form(name: str) -> str:
    """A law's or event's name without the words between it and its date."""
    return re.sub(r"\b(?:signed|dated|reached|adopted|concluded|on|of|the|in)\b ?", "", fold(name)).strip()


_BRITISH = (("organisation", "organization"), ("defence", "defense"), ("centre", "center"),
            ("labour", "labor"), ("programme", "program"), ("cooperation", "co operation"))  # fmt: skip
_SMALL = frozenset({"of", "the", "and", "for", "on", "in", "a", "an", "to", "de", "s"})
_STATE_BODY = re.compile(r"\b(?:ministr(?:y|ies)|department|parliament|army|government|navy|cabinet)\b")
_LEGAL_FORM = re.compile(r" (?:inc|corp|corporation|co|company|ltd|plc|llc|ag|sa|nv|gmbh)$")


def _organization_key(name: str) -> NameKey:
    body = gazetteer.metonym(name)
    if body is not None and body.kind == "body":
        return NameKey("organization", fold(body.stands_for), body.stands_for, False, body.country_code)
    full = gazetteer.organization(name) or name
    folded = fold(full)
    for british, american in _BRITISH:
        folded = folded.replace(british, american)
    folded = re.sub(r"^the ", "", folded)
    country = None
    if _STATE_BODY.search(folded):
        folded, country = _state_body(folded)
    folded = _LEGAL_FORM.sub("", folded)
    is_acronym = full == name and name.isupper() and name.isalpha() and 2 <= len(name) <= 6
    return NameKey("organization", folded, full, is_acronym, country)


def _state_body(folded: str) -> tuple[str, str | None]:
    """'russian defense ministry' and 'ministry of defense of russia' as one form, with the country's code."""
    words, country = [], None
    folded = folded.replace("foreign affairs", "foreign").replace("internal affairs", "interior")
    for word in folded.split():
        group, place = gazetteer.demonym_folded(word), gazetteer.place_folded(word)
        if group is not None and group.place:
            words.append(fold(group.place))
            country = country or group.country_code
        elif place is not None and place.kind == "country":
            words.append(fold(place.name))
            country = country or place.country_code
        elif word not in _SMALL:
            words.append(word)
    return " ".join(sorted(words)), country


# What a bucket for slips starts with; 12 characters in all, which DuckDB holds without a pointer.
SLIP = "~"
# Names shorter than this are never taken for slips of one another, nor are words shorter than that.
_MIN_TYPO_LENGTH = 9
_MIN_TYPO_WORD = 5


def block_keys(key: NameKey, attached: bool = False) -> list[str]:
    """The buckets that a known name is filed under. `attached`: a short name tied to an entity by a text."""
    return [*plain_keys(key, attached), *slip_keys(key)]


def plain_keys(key: NameKey, attached: bool = False) -> list[str]:
    """The buckets of `block_keys` without those for slips."""
    if key.person is not None:
        bones = person_names.skeleton(key.person.surname)
        if not key.person.is_full:
            return [f"bare={bones}"]
        return [f"surname={bones}", *_spellings(key.person)]
    if key.is_short:
        return [f"acronym={key.form}" if attached else f"short={key.form}"]
    return [f"{key.family}={key.form}"]


def acronym_blocks(acronym: str) -> list[str]:
    """The buckets of a body's acronym: where a text ties it to a body, and where it stands alone."""
    return [f"acronym={acronym.casefold()}", f"short={acronym.casefold()}"]


def probe_keys(key: NameKey) -> list[str]:
    """The buckets in which a name's equals and near spellings lie."""
    if key.person is not None and not key.person.is_full:
        bones = person_names.skeleton(key.person.surname)
        return [f"surname={bones}", f"bare={bones}"]
    if key.is_short and key.person is None:
        return [f"acronym={key.form}", f"short={key.form}", f"{key.family}={key.form}"]
    return [*equal_keys(key), *slip_keys(key), *short_keys(key)]


def equal_keys(key: NameKey) -> list[str]:
    """The buckets in which all spellings of a full name lie, but for slips."""
    if key.person is not None:
        return _spellings(key.person)
    return [f"{key.family}={key.form}"]


def short_keys(key: NameKey) -> list[str]:
    """The buckets in which the surnames and acronyms alone lie that may stand for a name."""
    if key.person is not None:
        return [f"bare={person_names.skeleton(key.person.surname)}"]
    return [f"short={key.form}"] if key.is_short else []


def _spellings(person: PersonName) -> list[str]:
    """Buckets that all romanisations of a full name share, and those of the two names in the other order."""
    given = person_names.skeleton(person_names.given_form(person.given))
    return [
        f"person={person_names.skeleton(person.surname)}|{given}",
        f"swapped={'|'.join(sorted((person.given, person.surname)))}",
    ]


def slip_keys(key: NameKey) -> list[str]:
    """Buckets for names one slip apart: what all such names share, and hardly any others do."""
    return [f"{SLIP}{shared:011x}" for shared in slip_hashes(key)]


def slip_hashes(key: NameKey) -> list[int]:
    """What a name shares with every name one slip apart, as numbers of 44 bits.

    That is its other words, and the word that slips as it is and with one letter left out: two words of which
    one slip makes the other are equal once a letter is left out of one of them, or of both.
    """
    found = []
    for word, rest in _slipping_words(key):
        beside = crc32(f"{key.family}~{rest} ".encode())
        low = beside & 0xFFF
        letters = word.encode()
        left = {letters[:at] + letters[at + 1 :] for at in range(len(letters))}
        found += [crc32(form, beside) << 12 | low for form in (letters, *sorted(left))]
    return found


def _slipping_words(key: NameKey) -> list[tuple[str, str]]:
    """The words of a name that are long enough for a slip, each with the others beside it."""
    if key.is_short or len(key.form) < _MIN_TYPO_LENGTH or key.family in ("group", "law"):
        return []
    words = (key.person.given, key.person.surname) if key.person else tuple(key.form.split())
    return [
        (word, " ".join((*words[:i], "_", *words[i + 1 :])))
        for i, word in enumerate(words)
        if len(word) >= _MIN_TYPO_WORD
    ]
