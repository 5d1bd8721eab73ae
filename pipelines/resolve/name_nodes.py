"""The distinct names of mentions: the nodes that resolution joins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.extract import gazetteer
from pipelines.resolve import companions, fields, name_keys
from pipelines.resolve.companions import Companions
from pipelines.resolve.mention_rows import MentionRow
from pipelines.resolve.name_keys import NameKey


@dataclass(slots=True)
class Node:
    """A distinct name.

    `told`: a person's field of work. `bearer`: which of two people of the name, by the country told (OPEN:
    none is); '' for all other names. `kind`: `name`, `metonym` (a government that a capital stands for), or
    `parent` (the government that a body with a name of its own belongs to).
    """

    key: NameKey
    entity_type: str
    told: str = ""
    bearer: str = ""
    countries: set[str] = field(default_factory=set)
    companions: set[str] = field(default_factory=set)
    mentions: list[MentionRow] = field(default_factory=list)
    kind: str = "name"


# In place of a bearer: the name is two people's, and the document does not tell the country.
OPEN = "?"


@dataclass(frozen=True, slots=True)
class Told:
    """What documents tell of people, by document and form of name: field of work; bearer of a shared name."""

    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    bearers: Mapping[tuple[str, str], str] = field(default_factory=dict)


def distinct_names(
    mentions: Sequence[MentionRow], told: Told | None = None, beside: Companions | None = None
) -> dict[str, Node]:
    """The distinct names of the mentions, in order of first mention."""
    nodes: dict[str, Node] = {}
    told = told or Told(fields_told(mentions))
    beside = beside or Companions()
    for row in mentions:
        for name, key, entity_type, role, bearer, kind in (*_nodes_of(row, told), *_parent_of(row)):
            known = nodes.get(name)
            if known is None:
                known = nodes[name] = Node(key, entity_type, role, bearer, kind=kind)
            known.mentions.append(row)
            if known.key.person is not None:
                known.companions |= beside.beside(row)
                if country := companions.told_country(row, beside):
                    known.countries.add(country)
            if known.kind == "parent":
                known.kind = kind
    return nodes


def fields_told(mentions: Iterable[MentionRow]) -> dict[tuple[str, str], str]:
    """The field of a person's role in a document, by document and form of the name, where it tells one."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in mentions:
        if row.label == "PERSON" and row.name and (told := fields.field_of(row.role_text)):
            found[row.document_id, name_keys.key_of("person", row.name).form].add(told)
    return {at: next(iter(told)) for at, told in found.items() if len(told) == 1}


def told_of(mentions: Sequence[MentionRow], beside: Companions) -> Told:
    """What the documents tell of people, once it is known which names two people bear."""
    shared = companions.apart(mentions, beside)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in mentions if shared else ():
        key = companions.rough_key(row.name) if row.label == "PERSON" and row.name else None
        if key in shared and row.name:
            country = companions.told_country(row, beside)
            at = (row.document_id, name_keys.key_of("person", row.name).form)
            found[at] |= {shared[key][country]} if country else set()
    bearers = {at: next(iter(own)) if len(own) == 1 else OPEN for at, own in found.items()}
    return Told(fields_told(mentions), bearers)


def node_names(row: MentionRow, told: Told) -> list[str]:
    """The names of the nodes a mention belongs to: its name's, and for a metonym the government's too."""
    return [part[0] for part in _nodes_of(row, told)]


# What a node is made of: its name among nodes, and the fields of `Node` in their order.
_Parts = tuple[str, NameKey, str, str, str, str]


def _nodes_of(row: MentionRow, told: Told) -> list[_Parts]:
    if row.name is None:
        return []
    entity_type = name_keys.ENTITY_TYPES[row.label]
    key = name_keys.key_of(entity_type, row.name)
    role, bearer = "", ""
    if key.family == "person":
        at = (row.document_id, key.form)
        role, bearer = told.fields.get(at, ""), told.bearers.get(at, "")
    found: list[_Parts] = [(_node_name(key, role, bearer), key, entity_type, role, bearer, "name")]
    if row.is_metonym and (body := gazetteer.metonym(row.surface)):
        government = name_keys.key_of("organization", body.stands_for)
        government = replace(government, country_code=body.country_code)
        found.append((_node_name(government), government, "organization", "", "", "metonym"))
    return found


def acronyms_of(node: Node) -> set[str]:
    """Acronyms that documents bind to a body's name by mentioning it both ways."""
    if node.key.family != "organization" or node.key.is_short:
        return set()
    surfaces = {m.surface for m in node.mentions if not m.is_metonym and m.name != m.surface}
    return {s for s in surfaces if name_keys.key_of("organization", s).is_short}


def _parent_of(row: MentionRow) -> list[_Parts]:
    """The government that a body of the table (the Kremlin) belongs to."""
    if row.name is None or row.label not in ("ORG", "FAC"):
        return []
    parent = parent_key(name_keys.key_of("organization", row.name))
    return [] if parent is None else [(_node_name(parent), parent, "organization", "", "", "parent")]


def _node_name(key: NameKey, role: str = "", bearer: str = "") -> str:
    """What mentions share a node: the name's form; for a person also the field and bearer that are told."""
    return f"{key.family}|{key.form}|{role}|{bearer}"


def parent_key(key: NameKey) -> NameKey | None:
    """The government that a body of the table belongs to, as a name."""
    body = gazetteer.metonym(key.name)
    if body is None or body.kind != "body" or not body.parent:
        return None
    return replace(name_keys.key_of("organization", body.parent), country_code=body.country_code)
