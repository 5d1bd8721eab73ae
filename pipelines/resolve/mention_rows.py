"""What resolution reads and writes: mentions as rows, where they point, and the rows that a run changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipelines.extract import gazetteer
from pipelines.model import Entity, EntityAlias, IdRedirect, Mention, hash_key

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
    `released`: entity and alias of rows of `entity_aliases` that nothing read in this run supports: to be
    deleted where no mention that was not read supports them either.
    Counts in the rows are 0: SQL recomputes them.
    """

    entities: list[Entity] = field(default_factory=list)
    aliases: list[EntityAlias] = field(default_factory=list)
    mention_entity: dict[str, MentionEntity] = field(default_factory=dict)
    redirects: list[IdRedirect] = field(default_factory=list)
    released: list[tuple[str, str]] = field(default_factory=list)


def founding_id(document_id: str, start_char: int, name: str) -> str:
    """The id of the entity that a mention founds.

    The name is part of it: a capital and the government it stands for may be founded by one mention, and in
    a revised text another name may stand at the same place.
    """
    return hash_key("entities", document_id, start_char, gazetteer.fold(name))
