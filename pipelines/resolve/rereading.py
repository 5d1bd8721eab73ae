"""Which known names the new mentions put in question: their older mentions are read again with the new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from pipelines.model import Entity, EntityAlias
from pipelines.resolve import companions, fields, name_keys, person_names
from pipelines.resolve.entity_groups import are_slips, is_one_of
from pipelines.resolve.mention_rows import MentionRow
from pipelines.resolve.name_keys import NameKey
from pipelines.resolve.name_nodes import acronyms_of, distinct_names


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


class _Reread:
    """Looks for the names that new mentions put in question."""

    def __init__(
        self,
        mentions: Iterable[MentionRow],
        entities: Iterable[Entity],
        aliases: Iterable[EntityAlias],
    ) -> None:
        rows = sorted(mentions, key=lambda m: m.founding)
        self._nodes = distinct_names(rows)
        known = {e.entity_id: e for e in entities}
        told = companions.countries_of(rows, companions.of_mentions(rows))
        self._countries: dict[str, set[frozenset[str]]] = defaultdict(set)
        for shared, by_country in told.items():
            self._countries[shared].update(frozenset({country}) for country in by_country)
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
                rough = companions.rough_key(alias.alias) if key.person is not None else None
                if rough and (countries := known[alias.entity_id].role_countries):
                    self._countries[rough].add(frozenset(countries))
                if key.person is not None and (role := known[alias.entity_id].role):
                    self._fields[key.form].add(role)

    def names(self) -> set[tuple[str, str]]:
        """The names to read again, with their families."""
        contested = self._contested()
        told_apart = self._told_apart()
        full = [node for node in self._nodes.values() if not node.key.is_short]
        growing = [n for n in full if self._counts.get(n.key.form, 0) <= 1 or n.key.form in contested]
        surnames = {person_names.skeleton(n.key.person.surname) for n in growing if n.key.person}
        surnames |= self._shared_surnames()
        acronyms = self._newly_bound()
        middles = [n.key.person for n in growing if n.key.person and n.key.person.middle]
        found = self._slips()
        for alias, key in self._aliases:
            person = key.person
            if (
                (key.is_short and person and person_names.skeleton(person.surname) in surnames)
                or (key.is_short and not person and alias.alias in acronyms)
                or (person and not person.middle and is_one_of(person, middles))
                or key.form in contested
                or (person and companions.rough_key(alias.alias) in told_apart)
            ):
                found.add((key.family, alias.alias))
        return found | self._short_for(found)

    def _told_apart(self) -> set[str]:
        """Rough keys of names of whose bearers roles tell different countries: one entity's countries belong
        together, those of two entities, or of an entity and new documents, may not."""
        return {
            key
            for key, known in self._countries.items()
            if any(not (one <= other or other <= one) for one in known for other in known)
        }

    def _newly_bound(self) -> set[str]:
        """Acronyms that new documents bind to a body of which it was not known."""
        owners: dict[str, set[str]] = defaultdict(set)
        bound = set()
        for alias, key in self._aliases:
            owners[key.form].add(alias.entity_id)
            if alias.method == "acronym":
                bound.add((alias.entity_id, alias.alias))
        return {
            acronym
            for node in self._nodes.values()
            for acronym in acronyms_of(node)
            if not any((owner, acronym) in bound for owner in owners[node.key.form])
        }

    def _shared_surnames(self) -> set[str]:
        """Surnames that stand for two known people when alone: new documents may tell which is meant."""
        bearers: dict[str, set[str]] = defaultdict(set)
        for alias, key in self._aliases:
            if key.is_short and key.person is not None:
                bearers[person_names.skeleton(key.person.surname)].add(alias.entity_id)
        return {bones for bones, owners in bearers.items() if len(owners) > 1}

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
            if alias.document_count <= 1 and any(are_slips(key, other) for _, other in own)
        }

    def _contested(self) -> set[str]:
        """Forms of names that two people bear: their fields say so, or two known entities have one name."""
        told: dict[str, set[str]] = defaultdict(set)
        for node in self._nodes.values():
            if node.key.person:
                told[node.key.form].update(m.role_text for m in node.mentions if m.role_text)
        # The new documents may tell two people apart by themselves, of whom one was known, without a field.
        found = {
            form
            for form, roles in told.items()
            if fields.conflict(roles, roles | self._fields.get(form, set()))
        }
        for alias, key in self._aliases:
            if key.person is not None and key.person.is_full and len(self._bearers[alias.alias]) > 1:
                found.add(key.form)
        return found
