"""What the warehouse keeps of names between runs, in memory: for tests of resolution run by run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipelines.model import Entity, EntityAlias
from pipelines.resolve.companions import Companions, bearers_to_look_up, of_mentions
from pipelines.resolve.entities import needed_blocks, resolve_entities
from pipelines.resolve.mention_rows import MentionRow, Resolution
from pipelines.resolve.name_keys import ENTITY_TYPES, SLIP, family_of
from pipelines.resolve.rereading import names_to_reread


class Store:
    """What the warehouse keeps between runs."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}
        self.aliases: dict[tuple[str, str], EntityAlias] = {}
        self.of: dict[str, str | None] = {}
        self.redirects: dict[str, str] = {}
        self.rows: list[MentionRow] = []

    def near(self, rows: Sequence[MentionRow]) -> tuple[list[Entity], list[EntityAlias]]:
        blocks = needed_blocks(rows)
        found = [a for a in self.aliases.values() if blocks & set(a.block_keys)]
        near = {a.entity_id for a in found}
        # A rare name that may be a slip brings the others that it may be a slip of.
        slips = {b for a in found if a.document_count <= 1 for b in a.block_keys if b.startswith(SLIP)}
        near |= {a.entity_id for a in self.aliases.values() if slips & set(a.block_keys)}
        return (
            [e for i, e in self.entities.items() if i in near],
            [a for a in self.aliases.values() if a.entity_id in near],
        )

    def beside(
        self, batch: Sequence[MentionRow], entities: list[Entity], aliases: list[EntityAlias]
    ) -> Companions:
        """Who is named in the documents of the batch, and beside the bearers of its surnames."""
        here = {m.document_id for m in batch}
        of_document = of_mentions(m for m in self.rows if m.document_id in here).of_document
        everybody = of_mentions(self.rows).of_document
        sought = frozenset().union(*of_document.values())
        of_name = defaultdict(frozenset)
        for name in bearers_to_look_up(batch, entities, aliases):
            for m in self.rows:
                if m.name == name:
                    of_name[name] |= (everybody.get(m.document_id, frozenset()) & sought) - {name}
        return Companions(of_document, of_name)

    def run(self, *rows: MentionRow) -> Resolution:
        reread = names_to_reread(rows, *self.near(rows))
        older = [m for m in self.rows if (family_of(ENTITY_TYPES[m.label]), m.name) in reread]
        self.rows += rows
        batch = [*rows, *older]
        near = self.near(batch)
        found = resolve_entities(batch, *near, reread=reread, beside=self.beside(batch, *near))
        for key in found.released:
            self.aliases.pop(key)
        for entity in found.entities:
            self.redirects.pop(entity.entity_id, None)
        self.entities |= {e.entity_id: e for e in found.entities}
        self.aliases |= {(a.entity_id, a.alias): a for a in found.aliases}
        self.of |= {mention: link.entity_id for mention, link in found.mention_entity.items()}
        for redirect in found.redirects:
            self.redirects[redirect.old_id] = redirect.new_id
            self.entities.pop(redirect.old_id)
            self.aliases = {k: a for k, a in self.aliases.items() if k[0] != redirect.old_id}
            self.of = {m: redirect.new_id if i == redirect.old_id else i for m, i in self.of.items()}
        documents = defaultdict(set)
        for mention in self.rows:
            if entity := self.of[mention.mention_id]:
                for name in (mention.surface, mention.name):
                    documents[entity, name].add(mention.document_id)
        for key, alias in self.aliases.items():
            alias.document_count = len(documents[key])
        held = {entity for entity in self.of.values() if entity}
        self.entities = {i: e for i, e in self.entities.items() if i in held or e.name.startswith("Gov")}
        self.aliases = {k: a for k, a in self.aliases.items() if k[0] in self.entities}
        return found

    def groups(self) -> set[frozenset[str]]:
        found = defaultdict(set)
        for mention, entity in self.of.items():
            found[entity or mention].add(mention)
        return {frozenset(group) for group in found.values()}
