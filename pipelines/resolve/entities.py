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
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from pipelines.extract import gazetteer
from pipelines.model import Entity, EntityAlias, IdRedirect, hash_key
from pipelines.resolve import name_keys
from pipelines.resolve.companions import Companions, fitting
from pipelines.resolve.entity_groups import (
    Group,
    age_of,
    bears_short,
    companions_of_bearer,
    comparable,
    documents_of,
    fullest,
    in_fields_apart,
    is_bare,
    is_contested,
    is_slip,
    known_group,
    method_and_blocks,
    new_group,
    same_people,
    share_a_name,
    telling_role,
    tells_less,
)
from pipelines.resolve.mention_rows import MentionEntity, MentionRow, Resolution, founding_id
from pipelines.resolve.name_keys import NameKey
from pipelines.resolve.name_nodes import (
    OPEN,
    Node,
    Told,
    acronyms_of,
    distinct_names,
    node_names,
    parent_key,
    told_of,
)
from pipelines.resolve.slips import Form, near_slips

# An ambiguous surname is kept with so many of its bearers: with more it stays ambiguous whoever joins whom.
_REMEMBERED = 3


def needed_blocks(mentions: Iterable[MentionRow]) -> set[str]:
    """The buckets to fetch known names by: pass the entities with an alias in one of them, and their aliases.

    `select * from entity_aliases where entity_id in (select entity_id from entity_aliases where
    list_has_any(block_keys, ?))`. Passing all entities gives the same result, at a higher cost.
    """
    found: set[str] = set()
    for node in distinct_names(list(mentions)).values():
        found.update(name_keys.probe_keys(node.key))
        found.update(block for a in acronyms_of(node) for block in name_keys.acronym_blocks(a))
    return found


def resolve_entities(
    mentions: Iterable[MentionRow],
    existing: Iterable[Entity],
    existing_aliases: Iterable[EntityAlias],
    run_id: str = "",
    reread: Collection[tuple[str, str]] = (),
    *,
    beside: Companions | None = None,
) -> Resolution:
    """Entities, aliases and links of the new mentions, and redirects where known entities join.

    `reread`: the names of `rereading.names_to_reread`; all their older mentions are among `mentions`.
    `beside`: who is named in the documents of the mentions, and in those of the names that
    `companions.bearers_to_look_up` gives; without it, nothing is decided by companions.
    """
    beside = beside or Companions()
    rows = sorted(mentions, key=lambda m: m.founding)
    told = told_of(rows, beside)
    nodes = distinct_names(rows, told, beside)
    resolver = _Resolver(existing, existing_aliases, frozenset(reread), beside)
    for name, node in nodes.items():
        if not node.key.is_short:
            resolver.add(name, node)
    resolver.settle_open(nodes)
    resolver.settle_partial()
    resolver.settle_slips()
    for name, node in nodes.items():
        if node.key.is_short:
            resolver.add_short(name, node)
    resolver.settle_shorts()
    return resolver.result(rows, told, run_id)


class _Resolver:
    def __init__(
        self,
        existing: Iterable[Entity],
        aliases: Iterable[EntityAlias],
        reread: frozenset[tuple[str, str]],
        beside: Companions,
    ) -> None:
        self._beside = beside
        self._released: list[EntityAlias] = []
        self._of_mention: dict[str, str] = {}
        self._groups: dict[str, Group] = {}
        self._joined: dict[str, str] = {}
        self._blocks: dict[str, dict[str, None]] = defaultdict(dict)
        self._bearers: dict[Form, list[str]] = defaultdict(list)
        self._short_nodes: dict[str, Node] = {}
        self._node_group: dict[str, str | None] = {}
        self._near_slips: dict[Form, set[Form]] = {}
        self._known_aliases: dict[str, dict[str, EntityAlias]] = defaultdict(dict)
        for entity in existing:
            self._groups[entity.entity_id] = known_group(entity)
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
            for block in name_keys.plain_keys(key):
                self._blocks[block][alias.entity_id] = None
        elif alias.method != "metonym":
            if alias.method == "acronym":
                key = replace(key, is_short=True, form=alias.alias.casefold())
            else:
                group.names.setdefault(key.form, key)
                beside = self._beside.of_name.get(alias.alias, frozenset())
                group.companions[key.form] = group.companions.get(key.form, frozenset()) | beside
                # One document may write a name in two ways: the larger count is sure.
                group.documents[key.form] = max(group.documents.get(key.form, 0), alias.document_count)
            for block in name_keys.plain_keys(key, attached=alias.method == "acronym"):
                self._blocks[block][alias.entity_id] = None

    def _root(self, group_id: str) -> str:
        while group_id in self._joined:
            group_id = self._joined[group_id]
        return group_id

    # -- full names ---------------------------------------------------------------------------

    def add(self, name: str, node: Node) -> None:
        """Join a full name with what is known, or found a group of its own."""
        own = new_group(node)
        self._groups[name] = own
        self._node_group[name] = name
        for block in name_keys.plain_keys(node.key):
            self._blocks[block][name] = None
        for acronym in acronyms_of(node):
            self._blocks[name_keys.acronym_blocks(acronym)[0]][name] = None
        self._join_equals(name)

    def _join_equals(self, name: str) -> None:
        """Join a name's group with those that the names alone say it is."""
        for candidate in self._candidates(next(iter(self._groups[name].names.values()))):
            mine, other = self._root(name), self._root(candidate)
            if mine != other and self._same(self._groups[mine], self._groups[other]):
                self._join(mine, other)

    def settle_open(self, nodes: Mapping[str, Node]) -> None:
        """Names that two people bear, in documents that do not tell the country: the one whose companions are
        named there too."""
        bearers = {name: self._bearers_of(name) for name, node in nodes.items() if node.bearer == OPEN}
        for name, known in bearers.items():
            if len(known) > 1:
                self._node_group[name] = None
                self._remember(self._groups[name], known)
                self._settle_mentions(nodes[name], known)
                continue
            self._groups[name].bearer = self._groups[known[0]].bearer if known else ""
            if known:
                self._join(self._root(name), self._root(known[0]))
        for name, known in bearers.items():
            if not known:
                self._join_equals(name)

    def _bearers_of(self, name: str) -> list[str]:
        """The people told apart who have the name of an open group, those in fields apart left out."""
        group = self._groups[name]
        return [
            other
            for other in self._fuller(name)
            if self._groups[other].bearer not in ("", OPEN)
            and not in_fields_apart(group, self._groups[other])
        ]

    def _settle_mentions(self, node: Node, bearers: Iterable[str]) -> None:
        """Tie each mention of an ambiguous name to the bearer whom its document's other names belong to."""
        known = {bearer: companions_of_bearer(self._groups[bearer], node.key) for bearer in bearers}
        for mention in node.mentions:
            if bearer := fitting(self._beside.beside(mention), known):
                self._of_mention[mention.mention_id] = bearer

    def settle_partial(self) -> None:
        """Names that tell less than others (no middle name, no field) belong to the one who is told apart,
        where there is just one."""
        near: dict[str, list[str]] = {}
        pending: dict[str, None] = {}
        for name, group in list(self._groups.items()):
            is_open = name not in self._joined and not self._is_ambiguous(name)
            if group.is_touched and is_open and any(k.person for k in group.names.values()):
                near[name] = self._fuller(name)
                pending.update(dict.fromkeys((name, *near[name])))
        fuller = {
            name: [
                other
                for other in (near[name] if name in near else self._fuller(name))
                if tells_less(self._groups[name], self._groups[other])
            ]
            for name in pending
        }
        for name, others in fuller.items():
            if len(others) == 1:
                if self._root(name) != self._root(others[0]):
                    self._join(self._root(name), self._root(others[0]))
            elif name in self._node_group and is_contested(self._groups[other] for other in others):
                self._node_group[name] = None

    def _fuller(self, name: str) -> list[str]:
        """Other groups with a spelling of the same given name and surname."""
        group = self._groups[name]
        found: dict[str, None] = {}
        for key in list(group.names.values()):
            if key.person is not None and key.person.is_full:
                for other in self._candidates(key):
                    if (
                        other != name
                        and not self._is_ambiguous(other)
                        and share_a_name(group, self._groups[other])
                    ):
                        found[other] = None
        return list(found)

    def settle_slips(self) -> None:
        """A spelling that one document has is a slip of the one name that it is one edit from, where two
        documents or more have that."""
        for name, group in self._groups.items():
            if name not in self._joined:
                for key in group.names.values():
                    self._bearers[key.family, key.form].append(name)
        self._near_slips = near_slips(key for group in self._groups.values() for key in group.names.values())
        slips: dict[str, list[str]] = {}
        pending: dict[str, None] = {}
        for name, group in list(self._groups.items()):
            if group.is_touched and name not in self._joined:
                slips[name] = self._slips_of(name)
                pending.update(dict.fromkeys((name, *slips[name])))
        meant = {
            name: slips[name] if name in slips else self._slips_of(name)
            for name in pending
            if documents_of(self._groups[name]) == 1
        }
        for name, names in meant.items():
            if len(names) == 1 and self._root(name) != self._root(names[0]):
                self._join(self._root(name), self._root(names[0]))

    def _slips_of(self, name: str) -> list[str]:
        """For a name of one document those it may be a slip of; for another those that may be its slips."""
        group = self._groups[name]
        is_rare = documents_of(group) == 1
        found: dict[str, None] = {}
        for key in list(group.names.values()):
            slips = []
            near = self._near_slips.get((key.family, key.form), ())
            for other in {self._root(bearer) for form in near for bearer in self._bearers[form]} - {name}:
                count = documents_of(self._groups[other])
                if (count > 1 if is_rare else count == 1) and is_slip(group, self._groups[other]):
                    slips.append(other)
            found.update(dict.fromkeys(self._by_founding(slips)))
        return list(found)

    def _candidates(self, key: NameKey) -> list[str]:
        """The groups that have a spelling of this name, or may have."""
        found: set[str] = set()
        for block in name_keys.equal_keys(key):
            found.update(self._blocks.get(block, ()))
        return self._by_founding({self._root(c) for c in found})

    def _by_founding(self, groups: Iterable[str]) -> list[str]:
        """In the order of their first mentions."""
        return sorted(groups, key=lambda g: (self._groups[g].founding or (date.max, g, 0), g))

    def _same(self, a: Group, b: Group) -> bool:
        """True where the names alone say that two groups are one: no counts, no order."""
        if not comparable(a, b):
            return False
        if next(iter(a.names.values())).family == "person":
            return same_people(a, b)
        return not a.names.keys().isdisjoint(b.names)

    def _join(self, a: str, b: str) -> None:
        """Make one group of two; the one founded first keeps its id."""
        first, second = sorted((a, b), key=lambda g: age_of(self._groups[g], g))
        keep, gone = self._groups[first], self._groups[second]
        keep.names |= {form: key for form, key in gone.names.items() if form not in keep.names}
        for form, count in gone.documents.items():
            keep.documents[form] = keep.documents.get(form, 0) + count
        for surface, method in gone.surfaces.items():
            keep.surfaces.setdefault(surface, method)
        keep.labels += gone.labels
        keep.roles += gone.roles
        keep.bearer = keep.bearer or gone.bearer
        keep.countries |= gone.countries
        for form, beside in gone.companions.items():
            keep.companions[form] = keep.companions.get(form, frozenset()) | beside
        keep.absorbed += [*gone.absorbed, *([gone.entity.entity_id] if gone.entity else [])]
        if gone.founding and (keep.founding is None or (not keep.entity and gone.founding < keep.founding)):
            keep.founding, keep.founding_name = gone.founding, gone.founding_name
        keep.is_touched = True
        self._joined[second] = first

    # -- surnames and acronyms alone ------------------------------------------------------------

    def add_short(self, name: str, node: Node) -> None:
        """File a surname or acronym that stands alone in its documents."""
        self._groups[name] = new_group(node)
        self._node_group[name] = name
        self._short_nodes[name] = node
        for block in name_keys.plain_keys(node.key):
            self._blocks[block][name] = None

    def settle_shorts(self) -> None:
        """Tie each short name to the one bearer that is known; two or more leave it ambiguous."""
        pending = dict.fromkeys(self._short_nodes)
        for group_id, group in list(self._groups.items()):
            if group.is_touched and group_id not in self._joined:
                for key in list(group.names.values()):
                    for block in name_keys.short_keys(key):
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
                if root != name and not self._is_ambiguous(root) and bears_short(self._groups[root], short):
                    (equals if is_bare(self._groups[root]) else bearers)[root] = None
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
            self._settle_mentions(self._short_nodes[name], bearers)

    def _is_ambiguous(self, name: str) -> bool:
        return self._node_group.get(name, name) is None

    def _remember(self, group: Group, bearers: Iterable[str]) -> None:
        """Leave an ambiguous surname with its first bearers, so that it is found when fewer are left."""
        for root in sorted(bearers, key=lambda g: age_of(self._groups[g], g))[:_REMEMBERED]:
            for surface in group.surfaces:
                self._groups[root].surfaces.setdefault(surface, "")
            self._groups[root].is_touched = True

    # -- rows -------------------------------------------------------------------------------------

    def result(self, rows: list[MentionRow], told: Told, run_id: str) -> Resolution:
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
        for row in rows:
            names = node_names(row, told)
            found.mention_entity[row.mention_id] = self._mention_entity(row, names, ids, ambiguous)
        return found

    def _new_id(self, group: Group) -> str:
        """The founding mention's id; a part that leaves an entity which it founded takes another."""
        assert group.founding is not None
        found = founding_id(group.founding[1], group.founding[2], group.founding_name)
        known = self._groups.get(found)
        return hash_key(found, "left") if known is not None and known.names else found

    def _left_behind(self, living: set[str], ids: dict[str, str], run_id: str) -> Iterator[IdRedirect]:
        """Redirects of entities all of whose names were read again and went elsewhere."""
        by_form = {name.rsplit("|", 2)[0]: ids.get(self._root(name)) for name in self._node_group}
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

    def _mention_entity(
        self, row: MentionRow, names: list[str], ids: dict[str, str], ambiguous: set[str]
    ) -> MentionEntity:
        if bearer := self._of_mention.get(row.mention_id):
            return MentionEntity(ids.get(self._root(bearer)))
        targets = [None if n in ambiguous else ids.get(self._root(n)) for n in names]
        if not targets:
            return MentionEntity(None)
        if len(targets) == 2:
            return MentionEntity(targets[1], targets[0], True)
        return MentionEntity(targets[0])

    def _entity(self, entity_id: str, group: Group, ids: dict[str, str], run_id: str) -> Entity:
        key = fullest(group)
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
            role=telling_role(group.roles),
            role_countries=sorted(group.countries),
            founding_ingest_date=group.founding[0],
            founding_document_id=group.founding[1],
            founding_start_char=group.founding[2],
            mention_count=old.mention_count if old else 0,
            document_count=old.document_count if old else 0,
            run_id=run_id,
        )

    def _parent(self, key: NameKey, ids: dict[str, str]) -> str | None:
        parent = parent_key(key)
        if parent is None:
            return None
        for candidate in self._blocks.get(f"organization={parent.form}", {}):
            if (root := self._root(candidate)) in ids:
                return ids[root]
        return None

    def _aliases(self, entity_id: str, group: Group, run_id: str) -> list[EntityAlias]:
        rows: dict[str, EntityAlias] = {}
        for old in (entity_id, *group.absorbed):
            for alias in self._known_aliases.get(old, {}).values():
                rows.setdefault(alias.alias, replace(alias, entity_id=entity_id, run_id=run_id))
        main = fullest(group)
        for surface, method in group.surfaces.items():
            if surface not in rows:
                tied, blocks = method_and_blocks(surface, method, main, group)
                rows[surface] = EntityAlias(
                    entity_id=entity_id, alias=surface, method=tied, block_keys=blocks, run_id=run_id
                )
        return list(rows.values())
