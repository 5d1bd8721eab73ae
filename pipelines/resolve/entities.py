"""One person, one place, one entity: mentions of new documents joined with the entities known so far.

PURE: rows in, rows out. The names of the new mentions become nodes; a node joins a known entity or another
node where their names are spellings of one name (`name_keys`, `person_names`), and what is joined is one
entity. Only names that share a bucket are compared, so the work grows with the new mentions.

Ids: an entity's id is the hash of its founding mention (lowest ingest_date, document_id, start_char) with
its name, and is kept for life. When two known entities turn out to be one, the older id stays and the other
leaves a redirect.
`mention_count` and `document_count` are left to SQL, which counts the stored rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz.distance import OSA

from pipelines.extract import gazetteer
from pipelines.model import Entity, EntityAlias, IdRedirect, Mention, hash_key
from pipelines.resolve import fields, name_keys, person_names
from pipelines.resolve.name_keys import NameKey
from pipelines.resolve.person_names import PersonName

type Founding = tuple[date, str, int]


@dataclass(frozen=True, slots=True)
class MentionRow:
    """What resolution reads of a row of `entity_mentions`, with the `ingest_date` of its document.

    Pass every mention of the new documents (names only: `mention_type` = 'name').
    """

    mention_id: str
    document_id: str
    ingest_date: date
    start_char: int
    label: str
    surface: str
    name: str | None
    role_text: str | None = None
    is_metonym: bool = False

    @classmethod
    def of(cls, mention: Mention, ingest_date: date) -> MentionRow:
        """The row of an extracted mention."""
        return cls(
            mention.mention_id, mention.document_id, ingest_date, mention.start_char, mention.label,
            mention.surface, mention.name, mention.role_text, mention.is_metonym,
        )  # fmt: skip

    @property
    def founding(self) -> Founding:
        """The order in which mentions found entities."""
        return (self.ingest_date, self.document_id, self.start_char)


@dataclass(frozen=True, slots=True)
class MentionEntity:
    """Where a mention points: `entity_id` None is ambiguous; `literal_entity_id` is a metonym's place."""

    entity_id: str | None
    literal_entity_id: str | None = None
    is_metonym: bool = False


@dataclass(slots=True)
class Resolution:
    """What a run changes.

    `entities` and `aliases` replace or add the rows of the same key. `redirects`: rows of `old_id` in
    `entities` and `entity_aliases` are to be deleted, and every column that holds `old_id` set to `new_id`.
    `released`: entity and alias of rows of `entity_aliases` to be deleted, before `aliases` are written.
    Counts in the rows are 0: SQL recomputes them.
    """

    entities: list[Entity] = field(default_factory=list)
    aliases: list[EntityAlias] = field(default_factory=list)
    mention_entity: dict[str, MentionEntity] = field(default_factory=dict)
    redirects: list[IdRedirect] = field(default_factory=list)
    released: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """An entity in the making: known rows, new nodes, or both."""

    entity: Entity | None = None
    founding: Founding | None = None
    founding_name: str = ""
    names: dict[str, NameKey] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    surfaces: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    discriminator: str = ""
    absorbed: list[str] = field(default_factory=list)
    is_touched: bool = False


@dataclass(slots=True)
class _Node:
    """A distinct name. `kind`: `name`, `metonym` (a government that a capital stands for), or `parent` (the
    government that a body with a name of its own belongs to)."""

    key: NameKey
    entity_type: str
    told: str = ""
    mentions: list[MentionRow] = field(default_factory=list)
    kind: str = "name"


def needed_blocks(mentions: Iterable[MentionRow]) -> set[str]:
    """The buckets to fetch known names by: pass the entities with an alias in one of them, and their aliases.

    `select * from entity_aliases where entity_id in (select entity_id from entity_aliases where
    list_has_any(block_keys, ?))`. Passing all entities gives the same result, at a higher cost.
    """
    found: set[str] = set()
    for node in _nodes(list(mentions)).values():
        found.update(name_keys.probe_keys(node.key))
    return found


def names_to_reread(
    mentions: Iterable[MentionRow], entities: Iterable[Entity], aliases: Iterable[EntityAlias]
) -> set[tuple[str, str]]:
    """Known names (family, name) whose bearer the new mentions may change: pass their older mentions along
    with the new.

    A slip of the hand, a surname or acronym alone, a name without the middle initial that tells two people
    apart, a name that two people bear: who is meant rests on everything known, so it is decided anew when
    that grows. Every other name decides for itself and is never read again.
    """
    return _Reread(mentions, entities, aliases).names()


def resolve_entities(
    mentions: Iterable[MentionRow],
    existing: Iterable[Entity],
    existing_aliases: Iterable[EntityAlias],
    run_id: str = "",
    reread: Collection[tuple[str, str]] = (),
) -> Resolution:
    """Entities, aliases and links of the new mentions, and redirects where known entities join.

    `reread`: the names of `names_to_reread`; all their older mentions are among `mentions`.
    """
    rows = sorted(mentions, key=lambda m: m.founding)
    nodes = _nodes(rows)
    resolver = _Resolver(existing, existing_aliases, frozenset(reread))
    for name, node in nodes.items():
        if not node.key.is_short:
            resolver.add(name, node)
    resolver.settle_partial()
    resolver.settle_slips()
    for name, node in nodes.items():
        if node.key.is_short:
            resolver.add_short(name, node)
    resolver.settle_shorts()
    return resolver.result(rows, run_id)


class _Reread:
    """Looks for the names that new mentions put in question."""

    def __init__(
        self,
        mentions: Iterable[MentionRow],
        entities: Iterable[Entity],
        aliases: Iterable[EntityAlias],
    ) -> None:
        self._nodes = _nodes(sorted(mentions, key=lambda m: m.founding))
        known = {e.entity_id: e for e in entities}
        self._aliases = [
            (alias, name_keys.key_of(known[alias.entity_id].entity_type, alias.alias))
            for alias in aliases
            if alias.entity_id in known
        ]
        self._counts: dict[str, int] = {}
        self._bearers: dict[str, set[str]] = defaultdict(set)
        self._fields: dict[str, set[str]] = defaultdict(set)
        for alias, key in self._aliases:
            if alias.method not in ("metonym", "surname", "acronym"):
                self._counts[key.form] = max(alias.document_count, self._counts.get(key.form, 0))
                self._bearers[alias.alias].add(alias.entity_id)
                if key.person is not None and (role := known[alias.entity_id].role):
                    self._fields[key.form].add(role)

    def names(self) -> set[tuple[str, str]]:
        """The names to read again, with their families."""
        contested = self._contested()
        full = [node for node in self._nodes.values() if not node.key.is_short]
        growing = [n for n in full if self._counts.get(n.key.form, 0) <= 1 or n.key.form in contested]
        surnames = {person_names.skeleton(n.key.person.surname) for n in growing if n.key.person}
        surfaces = {m.surface for n in growing for m in n.mentions}
        middles = [n.key.person for n in growing if n.key.person and n.key.person.middle]
        found = self._slips()
        for alias, key in self._aliases:
            person = key.person
            if (
                (key.is_short and person and person_names.skeleton(person.surname) in surnames)
                or (key.is_short and not person and alias.alias in surfaces)
                or (person and not person.middle and _is_one_of(person, middles))
                or key.form in contested
            ):
                found.add((key.family, alias.alias))
        return found | self._short_for(found)

    def _short_for(self, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """The surnames of the entities that one of the names belongs to."""
        owners = {alias.entity_id for alias, key in self._aliases if (key.family, alias.alias) in names}
        return {
            (key.family, alias.alias)
            for alias, key in self._aliases
            if key.is_short and key.person is not None and alias.entity_id in owners
        }

    def _slips(self) -> set[tuple[str, str]]:
        """Names of one document that are one slip away from another name of their entity."""
        names: dict[str, list[tuple[EntityAlias, NameKey]]] = defaultdict(list)
        for alias, key in self._aliases:
            if not key.is_short and alias.method not in ("metonym", "surname", "acronym"):
                names[alias.entity_id].append((alias, key))
        return {
            (key.family, alias.alias)
            for own in names.values()
            for alias, key in own
            if alias.document_count <= 1 and any(_are_slips(key, other) for _, other in own)
        }

    def _contested(self) -> set[str]:
        """Forms of names that two people bear: their fields say so, or two known entities have one name."""
        found = set()
        for node in self._nodes.values():
            roles = [m.role_text for m in node.mentions if m.role_text]
            if node.key.person and fields.conflict(roles, self._fields.get(node.key.form, ())):
                found.add(node.key.form)
        for alias, key in self._aliases:
            if key.person is not None and key.person.is_full and len(self._bearers[alias.alias]) > 1:
                found.add(key.form)
        return found


def _nodes(mentions: Sequence[MentionRow]) -> dict[str, _Node]:
    """The distinct names of the mentions, in order of first mention."""
    nodes: dict[str, _Node] = {}
    told = _fields_told(mentions)
    for row in mentions:
        for name, node in (*_nodes_of(row, told), *_parent_of(row)):
            known = nodes.setdefault(name, node)
            known.mentions.append(row)
            if known.kind == "parent":
                known.kind = node.kind
    return nodes


def _fields_told(mentions: Iterable[MentionRow]) -> dict[tuple[str, str], str]:
    """The field of a person's role in a document, by document and form of the name, where it tells one."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in mentions:
        if row.label == "PERSON" and row.name and (told := fields.field_of(row.role_text)):
            found[row.document_id, name_keys.key_of("person", row.name).form].add(told)
    return {at: next(iter(told)) for at, told in found.items() if len(told) == 1}


def _nodes_of(row: MentionRow, told: Mapping[tuple[str, str], str]) -> list[tuple[str, _Node]]:
    """The nodes a mention belongs to: its name's, and for a metonym the government's too."""
    if row.name is None:
        return []
    entity_type = name_keys.ENTITY_TYPES[row.label]
    key = name_keys.key_of(entity_type, row.name)
    role = told.get((row.document_id, key.form), "") if key.family == "person" else ""
    found = [(_node_name(key, role), _Node(key, entity_type, role))]
    if row.is_metonym and (body := gazetteer.metonym(row.surface)):
        government = name_keys.key_of("organization", body.stands_for)
        government = replace(government, country_code=body.country_code)
        found.append((_node_name(government), _Node(government, "organization", kind="metonym")))
    return found


def _parent_of(row: MentionRow) -> list[tuple[str, _Node]]:
    """The government that a body of the table (the Kremlin) belongs to."""
    if row.name is None or row.label not in ("ORG", "FAC"):
        return []
    parent = _parent_key(name_keys.key_of("organization", row.name))
    return [] if parent is None else [(_node_name(parent), _Node(parent, "organization", kind="parent"))]


def _node_name(key: NameKey, role: str = "") -> str:
    """What mentions share a node: the name's form; for a person also the field that a role tells."""
    return f"{key.family}|{key.form}|{role}"


# An ambiguous surname is kept with so many of its bearers: with more it stays ambiguous whoever joins whom.
_REMEMBERED = 3


class _Resolver:
    def __init__(
        self, existing: Iterable[Entity], aliases: Iterable[EntityAlias], reread: frozenset[tuple[str, str]]
    ) -> None:
        self._released: list[EntityAlias] = []
        self._told: Mapping[tuple[str, str], str] = {}
        self._groups: dict[str, _Group] = {}
        self._joined: dict[str, str] = {}
        self._blocks: dict[str, dict[str, None]] = defaultdict(dict)
        self._short_nodes: dict[str, _Node] = {}
        self._node_group: dict[str, str | None] = {}
        self._known_aliases: dict[str, dict[str, EntityAlias]] = defaultdict(dict)
        for entity in existing:
            self._groups[entity.entity_id] = _known_group(entity)
        for alias in aliases:
            if alias.entity_id not in self._groups:
                continue
            family = name_keys.family_of(self._groups[alias.entity_id].labels[0])
            if (family, alias.alias) in reread and alias.method != "acronym":
                self._released.append(alias)
            else:
                self._file_alias(alias)

    def _file_alias(self, alias: EntityAlias) -> None:
        group = self._groups[alias.entity_id]
        self._known_aliases[alias.entity_id][alias.alias] = alias
        assert group.entity is not None
        key = name_keys.key_of(group.entity.entity_type, alias.alias)
        if alias.method == "surname":
            for block in name_keys.block_keys(key):
                self._blocks[block][alias.entity_id] = None
        elif alias.method != "metonym":
            if alias.method == "acronym":
                key = replace(key, is_short=True, form=alias.alias.casefold())
            else:
                group.names.setdefault(key.form, key)
                # One document may write a name in two ways: the larger count is sure.
                group.documents[key.form] = max(group.documents.get(key.form, 0), alias.document_count)
            for block in name_keys.block_keys(key, attached=alias.method == "acronym"):
                self._blocks[block][alias.entity_id] = None

    def _root(self, group_id: str) -> str:
        while group_id in self._joined:
            group_id = self._joined[group_id]
        return group_id

    # -- full names ---------------------------------------------------------------------------

    def add(self, name: str, node: _Node) -> None:
        """Join a full name with what is known, or found a group of its own."""
        own = _new_group(node)
        self._groups[name] = own
        self._node_group[name] = name
        for block in name_keys.block_keys(node.key):
            self._blocks[block][name] = None
        for candidate in self._candidates(node.key):
            mine, other = self._root(name), self._root(candidate)
            if mine != other and self._same(self._groups[mine], self._groups[other]):
                self._join(mine, other)

    def settle_partial(self) -> None:
        """Names that tell less than others (no middle name, no field) belong to the one who is told apart,
        where there is just one."""
        pending: dict[str, None] = {}
        for name, group in list(self._groups.items()):
            if group.is_touched and name not in self._joined and any(k.person for k in group.names.values()):
                pending.update(dict.fromkeys((name, *self._fuller(name))))
        fuller = {name: self._telling_more(name) for name in pending}
        for name, others in fuller.items():
            if len(others) == 1:
                if self._root(name) != self._root(others[0]):
                    self._join(self._root(name), self._root(others[0]))
            elif name in self._node_group and _is_contested(self._groups[other] for other in others):
                self._node_group[name] = None

    def _telling_more(self, name: str) -> list[str]:
        return [f for f in self._fuller(name) if _tells_less(self._groups[name], self._groups[f])]

    def _fuller(self, name: str) -> list[str]:
        """Other groups with a spelling of the same given name and surname."""
        group = self._groups[name]
        found: dict[str, None] = {}
        for key in list(group.names.values()):
            if key.person is not None and key.person.is_full:
                for other in self._candidates(key):
                    if other != name and _share_a_name(group, self._groups[other]):
                        found[other] = None
        return list(found)

    def settle_slips(self) -> None:
        """A spelling that one document has is a slip of the one name that it is one edit from, where two
        documents or more have that."""
        pending: dict[str, None] = {}
        for name, group in list(self._groups.items()):
            if group.is_touched and name not in self._joined:
                pending[name] = None
                pending.update(dict.fromkeys(self._slips_of(name)))
        meant = {
            name: [s for s in self._slips_of(name) if _documents(self._groups[s]) > 1]
            for name in pending
            if _documents(self._groups[name]) == 1
        }
        for name, names in meant.items():
            if len(names) == 1 and self._root(name) != self._root(names[0]):
                self._join(self._root(name), self._root(names[0]))

    def _slips_of(self, name: str) -> list[str]:
        group = self._groups[name]
        near = {c: None for key in list(group.names.values()) for c in self._candidates(key) if c != name}
        return [c for c in near if _is_slip(group, self._groups[c])]

    def _candidates(self, key: NameKey) -> list[str]:
        found: dict[str, None] = {}
        for block in name_keys.probe_keys(key):
            if not block.startswith(("bare=", "short=")):
                found.update(self._blocks.get(block, {}))
        roots = dict.fromkeys(self._root(c) for c in found)
        return sorted(roots, key=lambda g: self._groups[g].founding or (date.max, g, 0))

    def _same(self, a: _Group, b: _Group) -> bool:
        """True where the names alone say that two groups are one: no counts, no order."""
        if not _comparable(a, b):
            return False
        if next(iter(a.names.values())).family == "person":
            return _same_people(a, b)
        return not a.names.keys().isdisjoint(b.names)

    def _join(self, a: str, b: str) -> None:
        """Make one group of two; the one founded first keeps its id."""
        first, second = sorted((a, b), key=lambda g: _age(self._groups[g], g))
        keep, gone = self._groups[first], self._groups[second]
        keep.names |= {form: key for form, key in gone.names.items() if form not in keep.names}
        for form, count in gone.documents.items():
            keep.documents[form] = keep.documents.get(form, 0) + count
        for surface, method in gone.surfaces.items():
            keep.surfaces.setdefault(surface, method)
        keep.labels += gone.labels
        keep.roles += gone.roles
        keep.absorbed += [*gone.absorbed, *([gone.entity.entity_id] if gone.entity else [])]
        if gone.founding and (keep.founding is None or (not keep.entity and gone.founding < keep.founding)):
            keep.founding, keep.founding_name = gone.founding, gone.founding_name
        keep.is_touched = True
        self._joined[second] = first

    # -- surnames and acronyms alone ------------------------------------------------------------

    def add_short(self, name: str, node: _Node) -> None:
        """File a surname or acronym that stands alone in its documents."""
        self._groups[name] = _new_group(node)
        self._node_group[name] = name
        self._short_nodes[name] = node
        for block in name_keys.block_keys(node.key):
            self._blocks[block][name] = None

    def settle_shorts(self) -> None:
        """Tie each short name to the one bearer that is known; two or more leave it ambiguous."""
        pending = dict.fromkeys(self._short_nodes)
        for group_id, group in list(self._groups.items()):
            if group.is_touched and group_id not in self._joined:
                for key in list(group.names.values()):
                    for block in name_keys.probe_keys(key):
                        if block.startswith(("bare=", "short=")):
                            pending.update(self._blocks.get(block, {}))
        for name in pending:
            if name not in self._joined:
                self._settle(name)

    def _settle(self, name: str) -> None:
        group = self._groups[name]
        short = next((k for k in group.names.values() if k.is_short), None)
        if short is None or len(group.names) > 1:
            return
        bearers: dict[str, None] = {}
        equals: dict[str, None] = {}
        for block in name_keys.probe_keys(short):
            for other in self._blocks.get(block, {}):
                root = self._root(other)
                if root != name and _bears(self._groups[root], short):
                    (equals if _is_bare(self._groups[root]) else bearers)[root] = None
        if len(bearers) == 1:
            for other in (name, *equals):
                self._join(self._root(other), self._root(next(iter(bearers))))
        elif not bearers:
            for other in equals:
                if self._root(other) != self._root(name):
                    self._join(self._root(name), self._root(other))
        elif name in self._node_group:
            self._node_group[name] = None
            self._remember(group, bearers)

    def _remember(self, group: _Group, bearers: Iterable[str]) -> None:
        """Leave an ambiguous surname with its first bearers, so that it is found when fewer are left."""
        for root in sorted(bearers, key=lambda g: _age(self._groups[g], g))[:_REMEMBERED]:
            for surface in group.surfaces:
                self._groups[root].surfaces.setdefault(surface, "")
            self._groups[root].is_touched = True

    # -- rows -------------------------------------------------------------------------------------

    def result(self, rows: list[MentionRow], run_id: str) -> Resolution:
        """The rows that this run adds or changes."""
        found = Resolution()
        ids: dict[str, str] = {}
        ambiguous = {name for name, group in self._node_group.items() if group is None}
        for group_id, group in self._groups.items():
            is_left = group.entity is not None and not group.names
            if group_id not in self._joined and group_id not in ambiguous and not is_left:
                ids[group_id] = group.entity.entity_id if group.entity else self._new_id(group)
        changed = [g for g in ids if self._groups[g].is_touched]
        for group_id in changed:
            group = self._groups[group_id]
            found.entities.append(self._entity(ids[group_id], group, ids, run_id))
            found.aliases += self._aliases(ids[group_id], group, run_id)
            for old in group.absorbed:
                found.redirects.append(
                    IdRedirect(table_name="entities", old_id=old, new_id=ids[group_id], since_run_id=run_id)
                )
        found.redirects += self._left_behind(set(ids.values()), ids, run_id)
        written = {(alias.entity_id, alias.alias) for alias in found.aliases}
        found.released = [
            (a.entity_id, a.alias) for a in self._released if (a.entity_id, a.alias) not in written
        ]
        self._told = _fields_told(rows)
        for row in rows:
            found.mention_entity[row.mention_id] = self._mention_entity(row, ids, ambiguous)
        return found

    def _new_id(self, group: _Group) -> str:
        """The founding mention's id; a part that leaves an entity which it founded takes another."""
        assert group.founding is not None
        found = founding_id(group.founding[1], group.founding[2], group.founding_name)
        known = self._groups.get(found)
        return hash_key(found, "left") if known is not None and known.names else found

    def _left_behind(self, living: set[str], ids: dict[str, str], run_id: str) -> Iterator[IdRedirect]:
        """Redirects of entities all of whose names were read again and went elsewhere."""
        by_form = {name.rsplit("|", 1)[0]: ids.get(self._root(name)) for name in self._node_group}
        for alias in self._released:
            group = self._groups[alias.entity_id]
            if group.names or alias.entity_id in living or group.entity is None:
                continue
            key = name_keys.key_of(group.entity.entity_type, alias.alias)
            if new_id := by_form.get(f"{key.family}|{key.form}"):
                living.add(alias.entity_id)
                yield IdRedirect(
                    table_name="entities", old_id=alias.entity_id, new_id=new_id, since_run_id=run_id
                )

    def _mention_entity(self, row: MentionRow, ids: dict[str, str], ambiguous: set[str]) -> MentionEntity:
        targets = [None if n in ambiguous else ids.get(self._root(n)) for n, _ in _nodes_of(row, self._told)]
        if not targets:
            return MentionEntity(None)
        if len(targets) == 2:
            return MentionEntity(targets[1], targets[0], True)
        return MentionEntity(targets[0])

    def _entity(self, entity_id: str, group: _Group, ids: dict[str, str], run_id: str) -> Entity:
        key = _fullest(group)
        old = group.entity
        place = gazetteer.place(key.name) if key.family == "place" else None
        assert group.founding is not None
        return Entity(
            entity_id=entity_id,
            name=key.name,
            entity_type=old.entity_type if old else group.labels[0],
            parent_entity_id=self._parent(key, ids) or (old.parent_entity_id if old else None),
            country_code=key.country_code or (old.country_code if old else None),
            latitude=place.latitude if place else (old.latitude if old else None),
            longitude=place.longitude if place else (old.longitude if old else None),
            role=_telling_role(group.roles),
            founding_ingest_date=group.founding[0],
            founding_document_id=group.founding[1],
            founding_start_char=group.founding[2],
            mention_count=old.mention_count if old else 0,
            document_count=old.document_count if old else 0,
            run_id=run_id,
        )

    def _parent(self, key: NameKey, ids: dict[str, str]) -> str | None:
        parent = _parent_key(key)
        if parent is None:
            return None
        for candidate in self._blocks.get(f"organization={parent.form}", {}):
            if (root := self._root(candidate)) in ids:
                return ids[root]
        return None

    def _aliases(self, entity_id: str, group: _Group, run_id: str) -> list[EntityAlias]:
        rows: dict[str, EntityAlias] = {}
        for old in (entity_id, *group.absorbed):
            for alias in self._known_aliases.get(old, {}).values():
                rows.setdefault(alias.alias, replace(alias, entity_id=entity_id, run_id=run_id))
        main = _fullest(group)
        for surface, method in group.surfaces.items():
            if surface not in rows:
                tied, blocks = _method_and_blocks(surface, method, main, group)
                rows[surface] = EntityAlias(
                    entity_id=entity_id, alias=surface, method=tied, block_keys=blocks, run_id=run_id
                )
        return list(rows.values())


def _known_group(entity: Entity) -> _Group:
    founding = None
    if entity.founding_ingest_date and entity.founding_document_id:
        founding = (entity.founding_ingest_date, entity.founding_document_id, entity.founding_start_char or 0)
    group = _Group(entity=entity, founding=founding, labels=[entity.entity_type])
    if entity.role:
        group.roles.append(entity.role)
    return group


def _new_group(node: _Node) -> _Group:
    founder = min(node.mentions, key=lambda m: m.founding)
    group = _Group(
        founding=founder.founding,
        founding_name=founder.surface if node.kind == "name" else node.key.name,
        labels=[node.entity_type],
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
        if mention.role_text and node.key.family == "person":
            group.roles.append(mention.role_text)
    if node.kind != "name":
        group.surfaces.setdefault(node.key.name, "exact")
    return group


def _telling_role(roles: Sequence[str]) -> str | None:
    """The first role that tells a field, else the first role."""
    return next((role for role in roles if fields.field_of(role)), roles[0] if roles else None)


def _age(group: _Group, group_id: str) -> tuple[bool, Founding, str]:
    return (group.entity is None, group.founding or (date.max, "", 0), group_id)


def founding_id(document_id: str, start_char: int, name: str) -> str:
    """The id of the entity that a mention founds.

    The name is part of it: a capital and the government it stands for may be founded by one mention, and in
    a revised text another name may stand at the same place.
    """
    return hash_key("entities", document_id, start_char, gazetteer.fold(name))


def _parent_key(key: NameKey) -> NameKey | None:
    body = gazetteer.metonym(key.name)
    if body is None or body.kind != "body" or not body.parent:
        return None
    return replace(name_keys.key_of("organization", body.parent), country_code=body.country_code)


def _comparable(a: _Group, b: _Group) -> bool:
    if not a.names or not b.names or a.discriminator != b.discriminator:
        return False
    return next(iter(a.names.values())).family == next(iter(b.names.values())).family


def _people(a: _Group, b: _Group) -> Iterator[tuple[PersonName, PersonName]]:
    for x in a.names.values():
        for y in b.names.values():
            if x.person and y.person and x.person.is_full and y.person.is_full:
                yield x.person, y.person


def _same_people(a: _Group, b: _Group) -> bool:
    """True where two groups have a name in common that tells as much in both: a middle name or none, a field
    of work or none."""
    if _fields_of(a) != _fields_of(b) and not (_fields_of(a) and _fields_of(b)):
        return False
    if fields.apart(_fields_of(a), _fields_of(b)):
        return False
    return any(
        bool(x.middle) == bool(y.middle) and person_names.same_person_name(x, y) for x, y in _people(a, b)
    )


def _fields_of(group: _Group) -> frozenset[str]:
    return frozenset(fields.field_of(role) for role in group.roles) - {""}


def _share_a_name(a: _Group, b: _Group) -> bool:
    """True where the names could be one person's and no pair of them rules it out."""
    pairs = list(_people(a, b))
    if not all(person_names.compatible(x, y) for x, y in pairs):
        return False
    return any(person_names.same_person_name(x, y) for x, y in pairs)


def _tells_less(a: _Group, b: _Group) -> bool:
    """True where group `a` lacks a middle name or a field that `b` has, and contradicts nothing."""
    if fields.apart(_fields_of(a), _fields_of(b)):
        return False
    return _telling(a) < _telling(b)


def _telling(group: _Group) -> int:
    has_middle = any(k.person and k.person.middle for k in group.names.values())
    return 2 * has_middle + bool(_fields_of(group))


def _is_contested(groups: Iterable[_Group]) -> bool:
    """True where the groups' fields lie apart: people of one name, not spellings that were not joined."""
    told = [_fields_of(group) for group in groups]
    return any(fields.apart(x, y) for at, x in enumerate(told) for y in told[:at])


def _documents(group: _Group) -> int:
    return max(group.documents.values(), default=0)


def _is_slip(a: _Group, b: _Group) -> bool:
    """True where one typing slip parts a name of one group from a name of the other; long names only."""
    if not _comparable(a, b) or fields.apart(_fields_of(a), _fields_of(b)):
        return False
    if next(iter(a.names.values())).family == "person":
        pairs = list(_people(a, b))
        if not all(person_names.compatible(x, y) for x, y in pairs):
            return False
    return any(_are_slips(x, y) for x in a.names.values() for y in b.names.values())


def _are_slips(a: NameKey, b: NameKey) -> bool:
    """True where one typing slip parts two names of one family."""
    if a.person is not None and b.person is not None:
        is_spelling = person_names.same_person_name(a.person, b.person)
        return not is_spelling and person_names.one_edit_apart(a.person, b.person)
    return a.family == b.family and _one_slip(a.form, b.form)


def _is_one_of(person: PersonName, others: Iterable[PersonName]) -> bool:
    return any(person_names.same_person_name(person, other) for other in others)


def _one_slip(x: str, y: str) -> bool:
    if min(len(x), len(y)) < 9 or abs(len(x) - len(y)) > 1:
        return False
    if [c for c in x if c.isdigit()] != [c for c in y if c.isdigit()]:
        return False
    return OSA.distance(x, y, score_cutoff=1) == 1


def _bears(group: _Group, short: NameKey) -> bool:
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


def _is_bare(group: _Group) -> bool:
    return all(key.is_short for key in group.names.values())


def _fullest(group: _Group) -> NameKey:
    """The name an entity goes by: written out rather than short, in most documents, then the longest."""
    if group.entity is not None and group.entity.name:
        old = name_keys.key_of(group.entity.entity_type, group.entity.name)
        if not old.is_short:
            return old

    def rank(key: NameKey) -> tuple[bool, int, int, str]:
        return (key.is_short, -group.documents.get(key.form, 0), -len(key.name), key.name)

    return min(group.names.values(), key=rank)


def _method_and_blocks(surface: str, method: str, main: NameKey, group: _Group) -> tuple[str, list[str]]:
    """How a name is tied to its entity, and the buckets it is filed under."""
    key = name_keys.key_of(group.labels[0], surface)
    method = method or _method(surface, key, main, group)
    if method == "acronym":
        short = replace(key, is_short=True, form=surface.casefold())
        return method, name_keys.block_keys(short, attached=True)
    return method, [] if method == "metonym" else name_keys.block_keys(key)


def _method(surface: str, key: NameKey, main: NameKey, group: _Group) -> str:
    if gazetteer.fold(surface) == gazetteer.fold(main.name) or _is_bare(group):
        return "exact"
    if key.person is not None and not key.person.is_full:
        return "surname"
    if key.form == main.form:
        return "table" if key.family != "person" else "transliteration"
    if key.person is not None and main.person is not None:
        same = person_names.same_person_name(key.person, main.person)
        return "transliteration" if same else "typo"
    if key.form not in group.names:
        return "acronym"
    return "typo"
