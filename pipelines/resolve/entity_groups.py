"""Groups of names on their way to be entities, and when two of them are one, or cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz.distance import OSA

from pipelines.extract import gazetteer
from pipelines.model import Entity
from pipelines.resolve import fields, name_keys, person_names
from pipelines.resolve.mention_rows import Founding
from pipelines.resolve.name_keys import NameKey
from pipelines.resolve.name_nodes import OPEN, Node
from pipelines.resolve.person_names import PersonName


@dataclass(slots=True)
class Group:
    """An entity in the making: known rows, new nodes, or both."""

    entity: Entity | None = None
    founding: Founding | None = None
    founding_name: str = ""
    names: dict[str, NameKey] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    surfaces: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    bearer: str = ""
    countries: set[str] = field(default_factory=set)
    companions: dict[str, frozenset[str]] = field(default_factory=dict)
    absorbed: list[str] = field(default_factory=list)
    is_touched: bool = False


def known_group(entity: Entity) -> Group:
    """The group of a known entity, before its names are filed."""
    founding = None
    if entity.founding_ingest_date and entity.founding_document_id:
        founding = (entity.founding_ingest_date, entity.founding_document_id, entity.founding_start_char or 0)
    group = Group(entity=entity, founding=founding, labels=[entity.entity_type])
    group.countries |= set(entity.role_countries)
    if entity.role:
        group.roles.append(entity.role)
    return group


def new_group(node: Node) -> Group:
    """The group that a name of the new mentions founds."""
    founder = min(node.mentions, key=lambda m: m.founding)
    group = Group(
        founding=founder.founding,
        founding_name=founder.surface if node.kind == "name" else node.key.name,
        labels=[node.entity_type],
        bearer=node.bearer,
        countries=set(node.countries),
        companions={node.key.form: frozenset(node.companions)},
        is_touched=True,
    )
    group.names[node.key.form] = node.key
    group.documents[node.key.form] = len({m.document_id for m in node.mentions})
    for mention in node.mentions:
        if name_keys.key_of(node.entity_type, mention.name or "").form != node.key.form:
            if mention.is_metonym:
                group.surfaces.setdefault(mention.surface, "metonym")
            continue
        group.surfaces.setdefault(mention.surface, "")
        group.surfaces.setdefault(mention.name or mention.surface, "")
        # A document that gives one name roles of two fields tells neither.
        if node.key.family == "person" and fields.field_of(mention.role_text) in ("", node.told):
            group.roles += [mention.role_text] if mention.role_text else []
    if node.kind != "name":
        group.surfaces.setdefault(node.key.name, "exact")
    return group


def companions_of_bearer(group: Group, name: NameKey) -> frozenset[str]:
    """Who is named beside a person where he is called by a full name with this surname.

    What is taken for a slip of his name tells nothing of it.
    """
    surname = name.person.surname if name.person else ""
    return frozenset().union(
        *(
            beside
            for form, beside in group.companions.items()
            if (person := group.names[form].person) and person_names.same_surname(person.surname, surname)
        )
    )


def telling_role(roles: Sequence[str]) -> str | None:
    """The first role that tells a field, else the first role."""
    return next((role for role in roles if fields.field_of(role)), roles[0] if roles else None)


def age_of(group: Group, group_id: str) -> tuple[bool, Founding, str]:
    """What groups are ordered by: known ones first, then by founding mention."""
    return (group.entity is None, group.founding or (date.max, "", 0), group_id)


def comparable(a: Group, b: Group) -> bool:
    """True for groups of one family, neither of them empty."""
    if not a.names or not b.names:
        return False
    return next(iter(a.names.values())).family == next(iter(b.names.values())).family


def _people(a: Group, b: Group) -> Iterator[tuple[PersonName, PersonName]]:
    for x in a.names.values():
        for y in b.names.values():
            if x.person and y.person and x.person.is_full and y.person.is_full:
                yield x.person, y.person


def same_people(a: Group, b: Group) -> bool:
    """True where two groups have a name in common that tells as much in both: a middle name or none, a field
    of work or none."""
    if a.bearer != b.bearer or a.bearer == OPEN:
        return False
    if _fields_of(a) != _fields_of(b) and not (_fields_of(a) and _fields_of(b)):
        return False
    if in_fields_apart(a, b):
        return False
    return any(
        bool(x.middle) == bool(y.middle) and person_names.same_person_name(x, y) for x, y in _people(a, b)
    )


_NO_FIELDS: frozenset[str] = frozenset()


def _fields_of(group: Group) -> frozenset[str]:
    return frozenset(fields.field_of(role) for role in group.roles) - {""} if group.roles else _NO_FIELDS


def in_fields_apart(a: Group, b: Group) -> bool:
    """True where the roles beside two groups' names are of fields that one person does not share."""
    return bool(a.roles and b.roles) and fields.apart(_fields_of(a), _fields_of(b))


def are_told_apart(a: Group, b: Group) -> bool:
    """True for two people of one name, by the countries that their roles tell."""
    return bool(a.bearer and b.bearer) and OPEN not in (a.bearer, b.bearer) and a.bearer != b.bearer


def share_a_name(a: Group, b: Group) -> bool:
    """True where the names could be one person's and no pair of them rules it out."""
    if are_told_apart(a, b):
        return False
    pairs = list(_people(a, b))
    if not all(person_names.compatible(x, y) for x, y in pairs):
        return False
    return any(person_names.same_person_name(x, y) for x, y in pairs)


def tells_less(a: Group, b: Group) -> bool:
    """True where group `a` lacks a middle name or a field that `b` has, and contradicts nothing."""
    if in_fields_apart(a, b):
        return False
    return _telling(a) < _telling(b)


def _telling(group: Group) -> int:
    has_middle = any(k.person and k.person.middle for k in group.names.values())
    return 2 * has_middle + bool(_fields_of(group))


def is_contested(groups: Iterable[Group]) -> bool:
    """True where the groups' fields lie apart: people of one name, not spellings that were not joined."""
    told = [_fields_of(group) for group in groups]
    return any(fields.apart(x, y) for at, x in enumerate(told) for y in told[:at])


def documents_of(group: Group) -> int:
    """Documents that write the group's most frequent name."""
    return max(group.documents.values(), default=0)


def is_slip(a: Group, b: Group) -> bool:
    """True where one typing slip parts a name of one group from a name of the other; long names only."""
    if are_told_apart(a, b) or OPEN in (a.bearer, b.bearer):
        return False
    if not comparable(a, b) or in_fields_apart(a, b):
        return False
    if next(iter(a.names.values())).family == "person":
        pairs = list(_people(a, b))
        if not all(person_names.compatible(x, y) for x, y in pairs):
            return False
    return any(are_slips(x, y) for x in a.names.values() for y in b.names.values())


def are_slips(a: NameKey, b: NameKey) -> bool:
    """True where one typing slip parts two names of one family."""
    if a.person is not None and b.person is not None:
        is_spelling = person_names.same_person_name(a.person, b.person)
        return not is_spelling and person_names.one_edit_apart(a.person, b.person)
    return a.family == b.family and _one_slip(a.form, b.form)


def is_one_of(person: PersonName, others: Iterable[PersonName]) -> bool:
    """True where the name is a spelling of one of the others."""
    return any(person_names.same_person_name(person, other) for other in others)


def _one_slip(x: str, y: str) -> bool:
    if min(len(x), len(y)) < 9 or abs(len(x) - len(y)) > 1:
        return False
    if OSA.distance(x, y, score_cutoff=1) != 1:
        return False
    return [c for c in x if c.isdigit()] == [c for c in y if c.isdigit()]


def bears_short(group: Group, short: NameKey) -> bool:
    """True where a group's person has the surname, or the organisation the acronym."""
    if short.person is not None:
        mine = short.person
        return any(
            k.person and person_names.same_surname(k.person.surname, mine.surname)
            and (not mine.given or not k.person.given or k.person.given[0] == mine.given[0])
            and k.person.suffix == mine.suffix
            for k in group.names.values()
        )  # fmt: skip
    return any(k.family == short.family for k in group.names.values())


def is_bare(group: Group) -> bool:
    """True for a group that has no name but a surname or acronym."""
    return all(key.is_short for key in group.names.values())


def fullest(group: Group) -> NameKey:
    """The name an entity goes by: written out rather than short, in most documents, then the longest."""
    if group.entity is not None and group.entity.name:
        old = name_keys.key_of(group.entity.entity_type, group.entity.name)
        if not old.is_short:
            return old

    def rank(key: NameKey) -> tuple[bool, int, int, str]:
        return (key.is_short, -group.documents.get(key.form, 0), -len(key.name), key.name)

    return min(group.names.values(), key=rank)


def method_and_blocks(surface: str, method: str, main: NameKey, group: Group) -> tuple[str, list[str]]:
    """How a name is tied to its entity, and the buckets it is filed under."""
    key = name_keys.key_of(group.labels[0], surface)
    method = method or _method(surface, key, main, group)
    if method == "acronym":
        short = replace(key, is_short=True, form=surface.casefold())
        return method, name_keys.block_keys(short, attached=True)
    return method, [] if method == "metonym" else name_keys.block_keys(key)


def _method(surface: str, key: NameKey, main: NameKey, group: Group) -> str:
    if gazetteer.fold(surface) == gazetteer.fold(main.name) or is_bare(group):
        return "exact"
    if key.person is not None and not key.person.is_full:
        return "surname"
    if key.family == "organization" and key.is_short and not main.is_short:
        return "acronym"
    if key.form == main.form:
        return "table" if key.family != "person" else "transliteration"
    if key.person is not None and main.person is not None:
        same = person_names.same_person_name(key.person, main.person)
        return "transliteration" if same else "typo"
    if key.form not in group.names:
        return "acronym"
    return "typo"
