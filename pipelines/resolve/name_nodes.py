"""The distinct names of mentions: the nodes that resolution joins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.extract import gazetteer
from pipelines.resolve import fields, name_keys
from pipelines.resolve.mention_rows import MentionRow
from pipelines.resolve.name_keys import NameKey


@dataclass(slots=True)
class Node:
    """A distinct name. `kind`: `name`, `metonym` (a government that a capital stands for), or `parent` (the
    government that a body with a name of its own belongs to)."""

    key: NameKey
    entity_type: str
    told: str = ""
    mentions: list[MentionRow] = field(default_factory=list)
    kind: str = "name"


def distinct_names(mentions: Sequence[MentionRow]) -> dict[str, Node]:
    """The distinct names of the mentions, in order of first mention."""
    nodes: dict[str, Node] = {}
    told = fields_told(mentions)
    for row in mentions:
        for name, node in (*nodes_of(row, told), *_parent_of(row)):
            known = nodes.setdefault(name, node)
            known.mentions.append(row)
            if known.kind == "parent":
                known.kind = node.kind
    return nodes


def fields_told(mentions: Iterable[MentionRow]) -> dict[tuple[str, str], str]:
    """The field of a person's role in a document, by document and form of the name, where it tells one."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in mentions:
        if row.label == "PERSON" and row.name and (told := fields.field_of(row.role_text)):
            found[row.document_id, name_keys.key_of("person", row.name).form].add(told)
    return {at: next(iter(told)) for at, told in found.items() if len(told) == 1}


def nodes_of(row: MentionRow, told: Mapping[tuple[str, str], str]) -> list[tuple[str, Node]]:
    """The nodes a mention belongs to: its name's, and for a metonym the government's too."""
    if row.name is None:
        return []
    entity_type = name_keys.ENTITY_TYPES[row.label]
    key = name_keys.key_of(entity_type, row.name)
    role = told.get((row.document_id, key.form), "") if key.family == "person" else ""
    found = [(_node_name(key, role), Node(key, entity_type, role))]
    if row.is_metonym and (body := gazetteer.metonym(row.surface)):
        government = name_keys.key_of("organization", body.stands_for)
        government = replace(government, country_code=body.country_code)
        found.append((_node_name(government), Node(government, "organization", kind="metonym")))
    return found


def _parent_of(row: MentionRow) -> list[tuple[str, Node]]:
    """The government that a body of the table (the Kremlin) belongs to."""
    if row.name is None or row.label not in ("ORG", "FAC"):
        return []
    parent = parent_key(name_keys.key_of("organization", row.name))
    return [] if parent is None else [(_node_name(parent), Node(parent, "organization", kind="parent"))]


def _node_name(key: NameKey, role: str = "") -> str:
    """What mentions share a node: the name's form; for a person also the field that a role tells."""
    return f"{key.family}|{key.form}|{role}"


def parent_key(key: NameKey) -> NameKey | None:
    """The government that a body of the table belongs to, as a name."""
    body = gazetteer.metonym(key.name)
    if body is None or body.kind != "body" or not body.parent:
        return None
    return replace(name_keys.key_of("organization", body.parent), country_code=body.country_code)
