"""Who and what is named beside a person: evidence of which bearer of a name a document means.

PURE. Two people of one full name are told apart by the country that their roles tell ("the Armenian
minister", "minister of Georgia") when their documents name nobody in common; a bare surname, or a full name
without a country, is the bearer in whose documents the same others are named. Companions are compared as
their documents spell them, so that what is looked up in the warehouse and what is in the batch agree.

Everything here is decided from the whole set of a name's documents, never from their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from pipelines.extract import gazetteer
from pipelines.model import Entity, EntityAlias
from pipelines.reference import read_table
from pipelines.resolve import fields, name_keys, person_names
from pipelines.resolve.mention_rows import MentionRow

# A role's country counts where its document names so many others: a lone line gives nothing to compare.
TELLING = 2
# A name is a bearer's who has so many companions in common with the document, and no other bearer any.
FITTING = 2


@dataclass(frozen=True, slots=True)
class Companions:
    """`of_document`: people and bodies named in each document at hand, as spelled there; `of_name`: of those,
    the ones named in any document that has this full name."""

    of_document: Mapping[str, frozenset[str]] = field(default_factory=dict)
    of_name: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def beside(self, row: MentionRow) -> frozenset[str]:
        """The companions of a mention: the others of its document."""
        return self.of_document.get(row.document_id, frozenset()) - {row.name or row.surface}


def is_companion(label: str, name: str | None) -> bool:
    """True for a name that tells documents apart: a person's full name, a body that no table knows. Agencies
    and bodies of the whole world (the United Nations) are named beside anybody."""
    if name is None:
        return False
    if label == "PERSON":
        return person_names.parse(name).is_full
    return label == "ORG" and gazetteer.fold(name) not in _known_bodies() and gazetteer.metonym(name) is None


@cache
def _known_bodies() -> frozenset[str]:
    rows = read_table("organizations", ("name", "full_name"))
    return frozenset(gazetteer.fold(cell) for row in rows for cell in row.values())


def companions_of(names: Iterable[tuple[str, str, str | None]]) -> dict[str, frozenset[str]]:
    """Companions by document, from rows of (document_id, label, name)."""
    found: dict[str, set[str]] = defaultdict(set)
    for document_id, label, name in names:
        if name and is_companion(label, name):
            found[document_id].add(name)
    return {document_id: frozenset(beside) for document_id, beside in found.items()}


def of_mentions(rows: Iterable[MentionRow]) -> Companions:
    """The companions in documents all of whose names are given."""
    return Companions(companions_of((row.document_id, row.label, row.name) for row in rows))


def bearers_to_look_up(
    rows: Iterable[MentionRow], entities: Iterable[Entity], aliases: Iterable[EntityAlias]
) -> set[str]:
    """Known full names of which `Companions.of_name` is asked: those that a surname alone may stand for."""
    bare = {
        person_names.skeleton(key.person.surname)
        for row in rows
        if row.label == "PERSON" and row.name
        for key in (name_keys.key_of("person", row.name),)
        if key.is_short and key.person
    }
    people = {entity.entity_id for entity in entities if entity.entity_type == "person"} if bare else set()
    return {
        alias.alias
        for alias in aliases
        if alias.entity_id in people
        for person in (person_names.parse(alias.alias),)
        if person.is_full and person_names.skeleton(person.surname) in bare
    }


def fitting(beside: frozenset[str], bearers: Mapping[str, frozenset[str]]) -> str | None:
    """The one bearer who has companions in common with a document; None where it is not one alone."""
    shared = {bearer: len(beside & theirs) for bearer, theirs in bearers.items()}
    close = [bearer for bearer, count in shared.items() if count]
    return close[0] if len(close) == 1 and shared[close[0]] >= FITTING else None


def told_country(row: MentionRow, companions: Companions) -> str | None:
    """The country that a person's role tells, in a document that names enough others."""
    if row.label != "PERSON" or not row.name or len(companions.beside(row)) < TELLING:
        return None
    return fields.country_of(row.role_text)


def rough_key(name: str) -> str | None:
    """What all spellings of a full name share (and some other names too); None for a surname alone."""
    person = person_names.parse(name)
    if not person.is_full:
        return None
    given = person_names.given_form(person.given)
    return f"{person_names.skeleton(person.surname)}|{person_names.skeleton(given)}"


def countries_of(rows: Iterable[MentionRow], companions: Companions) -> dict[str, dict[str, set[str]]]:
    """Companions by rough key of a name and by the country that is told of its bearer."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        country = told_country(row, companions)
        key = rough_key(row.name) if country and row.name else None
        if key and country:
            found[key][country] |= companions.beside(row)
    return found


def apart(rows: Sequence[MentionRow], companions: Companions) -> dict[str, dict[str, str]]:
    """Names of two people: by rough key, the bearer (named by his first country) of each country told.

    Countries whose documents name anybody in common are one bearer's: he moved, or serves two.
    """
    found = {}
    for key, by_country in countries_of(rows, companions).items():
        bearers: list[tuple[set[str], set[str]]] = []
        for country, beside in sorted(by_country.items()):
            linked = [b for b in bearers if b[1] & beside]
            bearers = [b for b in bearers if not b[1] & beside]
            merged = ({country}.union(*(b[0] for b in linked)), beside.union(*(b[1] for b in linked)))
            bearers.append(merged)
        if len(bearers) > 1:
            found[key] = {country: min(own) for own, _ in bearers for country in own}
    return found
