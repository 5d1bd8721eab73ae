"""Who a speaker is: from a quote's speaker, or the source of a number, to an entity.

PURE. Looked up in this order: a mention of the same document by the speaker's name, a known entity by its
name when only one bears it; without a resolved name, the mention that the source's words are about. A
government that no text names so (a report says 'Azerbaijan', or 'the Armenian authorities') becomes an
entity, founded by the mention that stands for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipelines.extract import gazetteer
from pipelines.extract.gazetteer import fold
from pipelines.model import Entity, EntityAlias
from pipelines.resolve import name_keys, person_names
from pipelines.resolve.mention_rows import MentionEntity, MentionRow, founding_id
from pipelines.resolve.name_keys import NameKey

# Types that speak, in the order in which a name is tried.
_SPEAKERS = ("person", "organization", "place", "group", "facility")


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A quote's speaker or a number's source. `name` is the resolved name where the row has one
    (`quotes.speaker_name`); offsets and `surface` are those of the words that name it. A quote without a
    name has an unnamed speaker; a number's source never has one, so its words decide (`is_quote` False).
    """

    row_id: str
    document_id: str
    ingest_date: date
    name: str | None
    start_char: int | None = None
    end_char: int | None = None
    surface: str | None = None
    is_quote: bool = True


@dataclass(slots=True)
class SpeakerResolution:
    """`entity_ids` for every row given (None: unnamed, several at once, or ambiguous); new governments."""

    entity_ids: dict[str, str | None] = field(default_factory=dict)
    entities: list[Entity] = field(default_factory=list)
    aliases: list[EntityAlias] = field(default_factory=list)


def speaker_blocks(speakers: Iterable[SpeakerRow]) -> set[str]:
    """The buckets to fetch known names by, as for `entities.needed_blocks`."""
    names = {row.name for row in speakers if row.name and ";" not in row.name}
    keys = [name_keys.key_of(kind, name) for name in names for kind in _SPEAKERS]
    return {block for key in keys if not key.is_short for block in name_keys.equal_keys(key)}


def resolve_speakers(  # noqa: PLR0917
    speakers: Iterable[SpeakerRow],
    mentions: Iterable[MentionRow],
    links: Mapping[str, MentionEntity],
    entities: Iterable[Entity],
    aliases: Iterable[EntityAlias],
    run_id: str = "",
) -> SpeakerResolution:
    """The entity of each speaker.

    `mentions`: all names of the speakers' documents, `links`: where they point, by mention_id; `entities` and
    `aliases`: those that `speaker_blocks` fetches, once this run's own were written.
    """
    found = SpeakerResolution()
    documents: dict[str, _Document] = defaultdict(_Document)
    for mention in mentions:
        if link := links.get(mention.mention_id):
            documents[mention.document_id].add(mention, link)
    known = _Known(entities, aliases)
    rows = sorted(speakers, key=lambda r: (r.ingest_date, r.document_id, r.start_char or 0, r.row_id))
    for row in rows:
        found.entity_ids[row.row_id] = _resolve(row, documents[row.document_id], known, found, run_id)
    return found


class _Document:
    """The resolved mentions of one document."""

    def __init__(self) -> None:
        self.mentions: list[tuple[MentionRow, MentionEntity]] = []
        self.by_name: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, mention: MentionRow, link: MentionEntity) -> None:
        self.mentions.append((mention, link))
        if link.entity_id is None:
            return
        literal = link.literal_entity_id if link.is_metonym else link.entity_id
        for name in {mention.surface, mention.name or mention.surface}:
            self.by_name[fold(name)][literal or link.entity_id] = None
        if link.is_metonym and (body := gazetteer.metonym(mention.surface)):
            self.by_name[fold(body.stands_for)][link.entity_id] = None

    def inside(self, row: SpeakerRow) -> list[tuple[MentionRow, MentionEntity]]:
        """Mentions that the speaker's words hold."""
        if row.start_char is None or row.end_char is None:
            return []
        return [m for m in self.mentions if row.start_char <= m[0].start_char < row.end_char]


class _Known:
    """Known entities by the form of their names."""

    def __init__(self, entities: Iterable[Entity], aliases: Iterable[EntityAlias]) -> None:
        self._types = {e.entity_id: e.entity_type for e in entities}
        self._forms: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for alias in aliases:
            kind = self._types.get(alias.entity_id)
            if kind and alias.method not in ("metonym", "surname"):
                self.file(kind, alias.alias, alias.entity_id)

    def file(self, entity_type: str, name: str, entity_id: str) -> None:
        key = name_keys.key_of(entity_type, name)
        self._forms[key.family, key.form][entity_id] = None

    def find(self, key: NameKey) -> str | None:
        ids = self._forms.get((key.family, key.form), {})
        return next(iter(ids)) if len(ids) == 1 else None


def _resolve(
    row: SpeakerRow, document: _Document, known: _Known, found: SpeakerResolution, run_id: str
) -> str | None:
    if row.name is None:
        return None if row.is_quote else _of_words(row, document)
    if ";" in row.name:
        return None
    if name_keys.government_of(row.name):
        return _government(row, row.name, document, known, found, run_id)
    ids = document.by_name.get(fold(row.name)) or document.by_name.get(fold(row.name.removeprefix("The ")))
    if ids:
        return next(iter(ids)) if len(ids) == 1 else None
    person = person_names.parse(row.name)
    same = {
        link.entity_id
        for mention, link in document.mentions
        if mention.label == "PERSON" and mention.name and link.entity_id
        if person_names.same_person_name(person_names.parse(mention.name), person)
    }
    if len(same) == 1:
        return same.pop()
    for kind in _SPEAKERS:
        key = name_keys.key_of(kind, row.name)
        if not key.is_short and (entity_id := known.find(key)):
            return entity_id
    return None


_LINKS = frozenset({"to", "of", "for", "at", "with", "from", "in", "near"})


def _of_words(row: SpeakerRow, document: _Document) -> str | None:
    """A source without a resolved name: the one mention that its words are about.

    'an adviser to President X' is not X: nothing may link the mention to other words before it.
    """
    surface = row.surface or ""
    for mention, link in document.inside(row):
        before = surface[: mention.start_char - (row.start_char or 0)]
        after = surface[len(before) + len(mention.surface) :].lstrip()
        if mention.label != "NORP" and not _LINKS & set(before.casefold().split()):
            return link.entity_id if not after or after[0] in ",(" else None
    return None


def _government(  # noqa: PLR0917
    row: SpeakerRow, name: str, document: _Document, known: _Known, found: SpeakerResolution, run_id: str
) -> str | None:  # fmt: skip
    key = name_keys.key_of("organization", name)
    ids = document.by_name.get(fold(name), {})
    entity_id = (next(iter(ids)) if len(ids) == 1 else None) or known.find(key)
    if entity_id:
        return entity_id
    founder = _founder(row, key, document)
    if founder is None:
        return None
    entity_id = founding_id(founder.document_id, founder.start_char, name)
    known.file("organization", name, entity_id)
    found.entities.append(
        Entity(
            entity_id=entity_id,
            name=name,
            entity_type="organization",
            country_code=key.country_code,
            founding_ingest_date=founder.ingest_date,
            founding_document_id=founder.document_id,
            founding_start_char=founder.start_char,
            run_id=run_id,
        )
    )
    names = {name: "exact"} | ({} if founder.surface == name else {founder.surface: "metonym"})
    for alias, method in names.items():
        blocks = name_keys.block_keys(key) if method == "exact" else []
        found.aliases.append(
            EntityAlias(entity_id=entity_id, alias=alias, method=method, block_keys=blocks, run_id=run_id)
        )
    return entity_id


def _founder(row: SpeakerRow, key: NameKey, document: _Document) -> MentionRow | None:
    """The mention that stands for a government: in the speaker's words, else the document's first of that
    country."""
    inside = [mention for mention, _ in document.inside(row)]
    if inside:
        return inside[0]
    for mention, _ in document.mentions:
        if mention.name is None or mention.label not in ("GPE", "NORP"):
            continue
        kind = name_keys.ENTITY_TYPES[mention.label]
        if key.country_code and name_keys.key_of(kind, mention.name).country_code == key.country_code:
            return mention
    return None


__all__ = ["SpeakerResolution", "SpeakerRow", "resolve_speakers", "speaker_blocks"]
