"""The row contracts: every table Dateline writes, one dataclass a table, one line on every column.

One source of truth. From these classes come the DuckDB tables and their comments
(`pipelines.warehouse.schema`), the Arrow schemas of the Parquet files between layers (`arrow_schema`),
and the reference pages under `docs/reference` (`pipelines.warehouse.reference_pages`).

Belongs here: names, types, descriptions, keys. Does not belong here: how a row is found or stored.

Offsets are Unicode code points, 0-based, end-exclusive, into `documents.text`. Unknown is None, never
"Unknown", 0 or ''.
"""

from __future__ import annotations

import dataclasses
import hashlib
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypedDict, dataclass_transform

import pyarrow as pa


class SpanStruct(TypedDict):
    """A span inside a list column."""

    start_char: int
    end_char: int


_MISSING: Any = dataclasses.MISSING


def col(doc: str, *, default: Any = _MISSING, default_factory: Any = _MISSING) -> Any:
    """A column with its description. Without a default the column must be given."""
    metadata = {"doc": " ".join(doc.split())}
    if default_factory is not _MISSING:
        return dataclasses.field(default_factory=default_factory, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Column:
    """One column of a table: SQL type, nullability, description."""

    name: str
    sql_type: str
    nullable: bool
    doc: str
    arrow_type: pa.DataType


@dataclass(frozen=True)
class TableSpec:
    """What the warehouse needs to know of one row class."""

    name: str
    schema: str
    key: tuple[str, ...]
    doc: str
    columns: tuple[Column, ...]
    row_class: type

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]


TABLES: dict[str, TableSpec] = {}

# Reading order of a table's columns: its key, where the row points, what it says, how it came about.
_LEADING = ("document_id", "segment_no", "sentence_id", "start_char", "end_char", "surface")
_TRAILING = ("confidence", "method", "run_id", "extractor_version")

_SPAN_STRUCT = pa.struct([("start_char", pa.int32()), ("end_char", pa.int32())])
_SCALARS: dict[Any, tuple[str, pa.DataType]] = {
    str: ("VARCHAR", pa.string()),
    int: ("BIGINT", pa.int64()),
    float: ("DOUBLE", pa.float64()),
    bool: ("BOOLEAN", pa.bool_()),
    date: ("DATE", pa.date32()),
    datetime: ("TIMESTAMP", pa.timestamp("us")),
    list[str]: ("VARCHAR[]", pa.list_(pa.string())),
    list[float]: ("FLOAT[]", pa.list_(pa.float32())),
    list[int]: ("BIGINT[]", pa.list_(pa.int64())),
    list[SpanStruct]: (
        "STRUCT(start_char INTEGER, end_char INTEGER)[]",
        pa.list_(_SPAN_STRUCT),
    ),
}


def _column(name: str, hint: Any, doc: str) -> Column:
    nullable = False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        nullable, hint = True, members[0]
    sql_type, arrow_type = _SCALARS[hint]
    if name.endswith("_char") or name.endswith("_no"):
        sql_type, arrow_type = "INTEGER", pa.int32()
    return Column(name, sql_type, nullable, doc, arrow_type)


@dataclass_transform(kw_only_default=True, field_specifiers=(col,))
def table[T](
    name: str, *, key: tuple[str, ...], doc: str, schema: str = "main"
) -> Callable[[type[T]], type[T]]:
    """Make a row class of a warehouse table and register it in `TABLES` (in the order of this file)."""

    def register(cls: type[T]) -> type[T]:
        made = dataclass(slots=True, kw_only=True)(cls)
        hints = typing.get_type_hints(made)
        fields = {f.name: f for f in dataclasses.fields(made)}  # type: ignore[arg-type]
        head = [f for f in (*key, *_LEADING) if f in fields]
        tail = [f for f in _TRAILING if f in fields and f not in head]
        middle = [f for f in fields if f not in head and f not in tail]
        columns = tuple(
            _column(f, hints[f], fields[f].metadata["doc"]) for f in dict.fromkeys([*head, *middle, *tail])
        )
        TABLES[name] = TableSpec(name, schema, key, " ".join(doc.split()), columns, made)
        return made

    return register


@dataclass_transform(kw_only_default=True, field_specifiers=(col,))
def _base[T](cls: type[T]) -> type[T]:
    return dataclass(slots=True, kw_only=True)(cls)


def arrow_schema(name: str) -> pa.Schema:
    """The Arrow schema of table `name`."""
    return pa.schema([pa.field(c.name, c.arrow_type, c.nullable) for c in TABLES[name].columns])


def to_arrow(name: str, rows: Iterable[Any]) -> pa.Table:
    """Rows of one class as an Arrow table in the contract's column order."""
    spec = TABLES[name]
    kept = list(rows)
    arrays = [pa.array(list(map(attrgetter(c.name), kept)), type=c.arrow_type) for c in spec.columns]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(name))


def hash_key(*parts: object) -> str:
    """A stable key: the first 24 hex digits (96 bits) of the SHA-256 of the parts.

    The same parts give the same key on any machine. Parts are joined by U+001F, which text may hold,
    but which cannot make two different spans of one document collide.
    """
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def row_key(document_id: str, table_name: str, start_char: int, end_char: int) -> str:
    """The key of an extracted row: a hash of document, table and span."""
    # `hash_key` written out: every extracted row has one.
    joined = f"{document_id}\x1f{table_name}\x1f{start_char}\x1f{end_char}"
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:24]


# ---------------------------------------------------------------------------------------------
# What every extracted row bears
# ---------------------------------------------------------------------------------------------


@_base
class ExtractedRow:
    """Columns of every row that the extractors make. Keys are filled in by `extract.extractor`."""

    run_id: str = col("The run that wrote this row.", default="")
    extractor_version: str = col("Version of the extractor's rules and model.", default="")
    confidence: float = col(
        """How sure the rule is, from 0 to 1. A rank among rows of this table; calibrated on dev data only
        where the docs of the rule say so.""",
        default=1.0,
    )
    method: str = col("The rule that decided, by name.", default="")


@_base
class SpanRow(ExtractedRow):
    """A row that points at characters of its document."""

    document_id: str = col("The document the row was found in.", default="")
    segment_no: int = col("Number of the segment within the document, from 0.", default=0)
    sentence_id: str | None = col("The sentence the span starts in; NULL outside sentences.", default=None)
    start_char: int = col("First character of the span, 0-based, in Unicode code points.")
    end_char: int = col("One past the last character of the span.")
    surface: str = col("The characters themselves: substr(text, start_char + 1, end_char - start_char).")


# ---------------------------------------------------------------------------------------------
# Documents and their parts
# ---------------------------------------------------------------------------------------------


@table("documents", key=("document_id",), doc="A document in its current revision, with its whole text.")
class Document:
    document_id: str = col(
        "Hash of the canonical url where there is one, else of text_sha256; never of a path."
    )
    source_uri: str = col(
        """Where it came from: its url as given, else the file's URI; #3 behind it for the third record of
        a file."""
    )
    outlet_id: str | None = col("The outlet that published it, where known.", default=None)
    source_label: str = col("What views show as the source: the outlet's name, else the file's name.")
    title: str | None = col("The headline, without outlet or section.", default=None)
    byline: str | None = col("The author line as printed, without 'By'.", default=None)
    published_at: datetime | None = col("Time of publication (UTC), where a time is known.", default=None)
    published_on: date | None = col("Date of publication.", default=None)
    published_on_precision: str | None = col("day, month or year.", default=None)
    published_on_method: str | None = col(
        "How the date is known: metadata, printed, story (from other documents), inferred.", default=None
    )
    first_seen_at: datetime = col("When Dateline first saw this revision (UTC).")
    ingested_at: datetime = col("When the run that wrote this row read it (UTC).")
    ingest_date: date = col(
        "UTC date at the start of the run that first stored this revision: the day partition. Never changes."
    )
    language: str | None = col("ISO 639-1 code of the language; NULL where not detected.", default=None)
    encoding: str | None = col("Character encoding of the input, as found.", default=None)
    text: str = col(
        "The text that every offset counts into; unchanged from the input, byte-order mark apart."
    )
    text_sha256: str = col("SHA-256 of the text in UTF-8.")
    source_sha256: str = col("SHA-256 of the input's bytes: their name in landing.")
    char_count: int = col("Length of the text in code points.")
    word_count: int = col("Number of runs of characters between white space.")
    duplicate_of_document_id: str | None = col(
        "The earliest document with the same (or nearly the same) text; NULL for that one itself.",
        default=None,
    )
    duplicate_similarity: float | None = col(
        """Share of word 5-grams of the two bodies, boilerplate left out, that both hold; 1.0 for the same
        text.""",
        default=None,
    )
    story_id: str | None = col("The story this document belongs to.", default=None)
    agencies: list[str] = col(
        """News agencies whose copy the text is, by its byline, source line, dateline, sign-off or copyright
        line, or because the outlet is one. Not those that contributed to an own report, or are quoted.""",
        default_factory=list,
    )
    extraction_status: str = col(
        "done, not_supported_language, or no_prose (nothing that reads as a sentence).", default="done"
    )
    run_id: str = col("The run that wrote this row.", default="")
    extractor_version: str = col("Version of the extractor that read this revision.", default="")


@table(
    "document_sources",
    key=("document_id", "source_uri"),
    doc="A path or url at which a document was found. One bare text at two paths is one document here.",
)
class DocumentSource:
    document_id: str = col("The document.")
    source_uri: str = col("A url or file URI at which it was found.")
    source_sha256: str = col("SHA-256 of the bytes found there.")
    first_seen_at: datetime = col("When it was first found there (UTC).")
    run_id: str = col("The run that recorded it.", default="")


@table(
    "document_revisions",
    key=("document_id", "text_sha256"),
    doc="A revision that newer text at the same url or path replaced; its rows are in no span table.",
)
class DocumentRevision:
    document_id: str = col("The document as it was known.")
    text_sha256: str = col("SHA-256 of the replaced text.")
    superseded_by_document_id: str = col(
        "The document that replaced it: the same id for a url, a new one for a bare file."
    )
    superseded_at: datetime = col("When it was replaced (UTC).")
    source_uri: str = col("Where it came from.")
    title: str | None = col("Its headline.", default=None)
    text: str = col("Its text.")
    source_sha256: str = col("SHA-256 of the input's bytes: their name in landing.")
    first_seen_at: datetime = col("When Dateline first saw it (UTC).")
    ingest_date: date = col("Its day partition.")
    run_id: str = col("The run that replaced it.", default="")


@table("outlets", key=("outlet_id",), doc="An outlet: a publisher of documents.")
class Outlet:
    outlet_id: str = col("Hash of the outlet's name, case and white space folded.")
    name: str = col("Its name as given.")
    domain: str | None = col("Its internet domain.", default=None)
    country_code: str | None = col("ISO 3166-1 alpha-2 code of its country.", default=None)
    owner: str | None = col("Who owns it.", default=None)
    method: str = col("How the outlet became known: sources.csv, option, sidecar, page, record.", default="")


@table("segments", key=("segment_id",), doc="A stretch of a document with one role on the page.")
class Segment(SpanRow):
    segment_id: str = col("Key: hash of document, table and span.", default="")
    role: str = col(
        """title, dek, byline, published, body, heading, list_item, caption, credit, navigation,
        boilerplate or footnote."""
    )


@table("sentences", key=("sentence_id",), doc="A sentence of a prose segment.")
class Sentence(SpanRow):
    sentence_no: int = col("Number of the sentence within the document, from 0.")


# ---------------------------------------------------------------------------------------------
# Names
# ---------------------------------------------------------------------------------------------


@table("entities", key=("entity_id",), doc="A real-world entity: one row however many names it goes by.")
class Entity:
    entity_id: str = col("Hash of the founding mention; kept for life.")
    name: str = col("The fullest name it goes by.")
    entity_type: str = col("person, organization, place, facility, group, event, law or product.")
    parent_entity_id: str | None = col(
        "The body it belongs to (the Kremlin: the Government of Russia).", default=None
    )
    country_code: str | None = col("ISO 3166-1 alpha-2 code of its country, where known.", default=None)
    latitude: float | None = col("Degrees north (WGS 84), for places of the reference table.", default=None)
    longitude: float | None = col("Degrees east (WGS 84), for places of the reference table.", default=None)
    role: str | None = col("A role written beside its name ('Prime Minister'), where one is.", default=None)
    role_countries: list[str] = col(
        "ISO 3166-1 alpha-2 codes of the countries that roles beside a person's name tell.",
        default_factory=list,
    )
    founding_ingest_date: date | None = col(
        "Day partition of the founding mention: of two entities that join, the older id stays.", default=None
    )
    founding_document_id: str | None = col("Document of the founding mention.", default=None)
    founding_start_char: int | None = col("First character of the founding mention.", default=None)
    mention_count: int = col(
        "Number of its mentions by name, headline and navigation lines left out.", default=0
    )
    document_count: int = col("Number of documents that mention it.", default=0)
    run_id: str = col("The run that last changed this row.", default="")


@table("entity_aliases", key=("entity_id", "alias"), doc="A name that an entity goes by.")
class EntityAlias:
    entity_id: str = col("The entity.")
    alias: str = col("The name as written.")
    method: str = col(
        """How the name was tied to the entity: exact, table, transliteration, typo, surname, acronym,
        metonym, ruling."""
    )
    block_keys: list[str] = col(
        "Buckets that this name and its near spellings share: what resolution looks known names up by.",
        default_factory=list,
    )
    document_count: int = col("Number of documents that use this name for it.", default=0)
    run_id: str = col("The run that last changed this row.", default="")


@table("entity_mentions", key=("mention_id",), doc="A mention of an entity in a document.")
class Mention(SpanRow):
    mention_id: str = col("Key: hash of document, table and span.", default="")
    label: str = col("OntoNotes label: PERSON, ORG, GPE, LOC, FAC, NORP, EVENT, LAW, PRODUCT or WORK_OF_ART.")
    mention_type: str = col("name, nominal or pronoun.", default="name")
    name: str | None = col(
        """The fullest name of the same thing within this document (a surname's full name; for a nominal or
        pronoun the name it stands for); NULL where two are possible.""",
        default=None,
    )
    entity_id: str | None = col("The entity; NULL where it is ambiguous.", default=None)
    role_text: str | None = col("Title or role written beside the name ('Prime Minister').", default=None)
    role_start_char: int | None = col("First character of role_text.", default=None)
    role_end_char: int | None = col("One past the last character of role_text.", default=None)
    is_metonym: bool = col("True where a capital or building stands for its government.", default=False)
    literal_entity_id: str | None = col(
        "For a metonym: the place that the words literally name.", default=None
    )


# ---------------------------------------------------------------------------------------------
# Quotes
# ---------------------------------------------------------------------------------------------


@table(
    "quotes",
    key=("quote_id",),
    doc="""A reported utterance, or one paragraph of one. The span leaves out the outer quotation marks.
    Count only rows with is_headline and is_negated false.""",
)
class Quote(SpanRow):
    quote_id: str = col("Key: hash of document, table and span.", default="")
    quotation_id: str = col(
        "Shared by the paragraphs of one quotation: the quote_id of its first.", default=""
    )
    kind: str = col(
        "direct: all inside marks; mixed: a reported clause with words in marks; indirect: no marks."
    )
    quoted_spans: list[SpanStruct] = col(
        "The stretches inside quotation marks, marks left out.", default_factory=list
    )
    cue: str | None = col("The words that introduce it ('said', 'according to').", default=None)
    cue_start_char: int | None = col("First character of the cue.", default=None)
    cue_end_char: int | None = col("One past the last character of the cue.", default=None)
    cue_class: str = col("speech, belief, intent, according_to or none.", default="none")
    is_negated: bool = col("True for what somebody did not say ('did not give a date').", default=False)
    is_headline: bool = col(
        "True in a headline ('X says'): kept as a row, left out of every count and view.", default=False
    )
    speaker_surface: str | None = col("The words that name the speaker here.", default=None)
    speaker_start_char: int | None = col("First character of speaker_surface.", default=None)
    speaker_end_char: int | None = col("One past the last character of speaker_surface.", default=None)
    speaker_entity_id: str | None = col("The speaker as an entity.", default=None)
    speaker_name: str | None = col(
        "The speaker's resolved name; NULL for unnamed and collective speakers.", default=None
    )
    speaker_role: str | None = col("The speaker's title or role as written.", default=None)
    speaker_role_start_char: int | None = col("First character of speaker_role.", default=None)
    speaker_role_end_char: int | None = col("One past the last character of speaker_role.", default=None)
    speaker_affiliation: str | None = col("The body the speaker speaks for, as written.", default=None)
    speaker_affiliation_start_char: int | None = col("First character of speaker_affiliation.", default=None)
    speaker_affiliation_end_char: int | None = col(
        "One past the last character of speaker_affiliation.", default=None
    )
    speaker_is_inferred: bool = col(
        "True where the text names no speaker and the name was taken from another wording of the statement.",
        default=False,
    )
    speaker_evidence: str | None = col("Why that name was taken.", default=None)
    parent_quote_id: str | None = col("The quote this one stands in: X reported that Y said.", default=None)
    said_on: date | None = col("The day it was said.", default=None)
    said_on_precision: str | None = col("day, month or year.", default=None)
    said_on_method: str | None = col("How the day is known, by rule.", default=None)
    venue: str | None = col("Where or how it was said, as written ('at a press conference').", default=None)
    statement_id: str | None = col("The statement of which this is a wording.", default=None)


@table(
    "scare_quotes",
    key=("scare_quote_id",),
    doc="A stretch in quotation marks that is nobody's quote, with the reason.",
)
class ScareQuote(SpanRow):
    scare_quote_id: str = col("Key: hash of document, table and span.", default="")
    reason: str = col("Why it is no quote: the name of the rule.")


# ---------------------------------------------------------------------------------------------
# Numeric claims
# ---------------------------------------------------------------------------------------------


@table("numeric_claims", key=("claim_id",), doc="One quantity asserted by a document or by its source.")
class NumericClaim(SpanRow):
    claim_id: str = col("Key: hash of document, table and span.", default="")
    value: float = col(
        "The stated number, magnitude applied (half an hour: 30 minutes; a fortnight: 2 weeks); for a range "
        "or vague amount the low end."
    )
    value_low: float | None = col(
        "Low end of the interval, when stated or documented for a vague word; else NULL.", default=None
    )
    value_high: float | None = col("High end of that interval; else NULL.", default=None)
    bound: str = col("exact, about, at_least, more_than, at_most, less_than or range.", default="exact")
    direction: str | None = col("up or down, for a change.", default=None)
    unit: str | None = col("Canonical unit (kilometre, USD, percent, year); NULL for a count.", default=None)
    unit_dimension: str = col(
        "count, money, percent, percentage_point, duration, length, mass, age, temperature …",
        default="count",
    )
    noun: str | None = col("What is counted or measured, as written ('military personnel').", default=None)
    noun_start_char: int | None = col("First character of noun.", default=None)
    noun_end_char: int | None = col("One past the last character of noun.", default=None)
    category: str | None = col("Category of claim_categories ('troops'); NULL where none fits.", default=None)
    is_vague: bool = col("True for a vague amount ('dozens') with a documented interval.", default=False)
    stock_or_flow: str | None = col(
        "stock: an amount at a time; flow: an amount over a time; NULL where unknown.", default=None
    )
    place_surface: str | None = col(
        "The place it is about, as its own clause names it; NULL where unclear.", default=None
    )
    place_start_char: int | None = col("First character of place_surface.", default=None)
    place_end_char: int | None = col("One past the last character of place_surface.", default=None)
    place_entity_id: str | None = col("The place it is about, as an entity.", default=None)
    as_of_on: date | None = col("The day, month or year the number holds for.", default=None)
    as_of_on_precision: str | None = col("day, month or year.", default=None)
    as_of_on_method: str | None = col("How that date is known, by rule.", default=None)
    source_surface: str | None = col(
        "Who gave the number, as written; NULL: the outlet's own voice.", default=None
    )
    source_start_char: int | None = col("First character of source_surface.", default=None)
    source_end_char: int | None = col("One past the last character of source_surface.", default=None)
    source_entity_id: str | None = col("Who gave the number, as an entity.", default=None)
    quote_id: str | None = col("The quote the number stands in.", default=None)
    related_claim_id: str | None = col("The claim it is joined to.", default=None)
    relation: str | None = col("from_to, part_of or restates.", default=None)
    flags: list[str] = col(
        "Names of soft rules the claim fails (it stays, flagged); 'additional' for a count on top of others "
        "('another three', 'two more'); 'counted_victims' where no numeral is written and those named one by "
        "one were counted ('a mother and her son were killed': 2).",
        default_factory=list,
    )
    figure_id: str | None = col("The figure this claim reports.", default=None)


# ---------------------------------------------------------------------------------------------
# Dimensions
# ---------------------------------------------------------------------------------------------


@table(
    "claim_categories",
    key=("category",),
    doc="What numbers are about, with the range beyond which a number cannot be true.",
)
class ClaimCategory:
    category: str = col("Name of the category.")
    description: str = col("What belongs to it.")
    unit_dimension: str = col("Dimension its claims have.")
    stock_or_flow: str | None = col("stock, flow, or NULL for either.", default=None)
    soft_low: float | None = col("Below it a claim is flagged.", default=None)
    soft_high: float | None = col("Above it a claim is flagged.", default=None)
    hard_low: float | None = col("Below it a claim is quarantined.", default=None)
    hard_high: float | None = col("Above it a claim is quarantined.", default=None)
    reason: str = col("Why these bounds.")
    source: str | None = col("Where the bounds come from.", default=None)


@table("units", key=("unit",), doc="Canonical units of measure and currencies.")
class Unit:
    unit: str = col("Canonical name.")
    dimension: str = col("What it measures.")
    symbol: str | None = col("Usual symbol.", default=None)
    base_unit: str | None = col("Unit its amounts convert to; NULL for currencies.", default=None)
    factor: float | None = col("Amount in base_unit of one unit; NULL where not linear.", default=None)


@table("dates", key=("on_date",), doc="A calendar, one row a day, for joins and gaps.")
class CalendarDay:
    on_date: date = col("The day.")
    year: int = col("Calendar year.")
    month: int = col("Month, 1 to 12.")
    day: int = col("Day of the month.")
    iso_year: int = col("Year of the ISO week.")
    iso_week: int = col("ISO 8601 week, 1 to 53.")
    weekday: int = col("ISO weekday, Monday 1 to Sunday 7.")
    is_weekend: bool = col("Saturday or Sunday.")


# ---------------------------------------------------------------------------------------------
# Across documents
# ---------------------------------------------------------------------------------------------


@table(
    "document_signatures",
    key=("document_id",),
    doc="What a document is looked up by among the known ones when copies are sought.",
)
class DocumentSignature:
    document_id: str = col("The document.")
    component_id: str = col(
        """Lowest id of the documents that are linked by near-equal texts, at one or more removes: those that
        are compared again when one of them changes."""
    )
    bands: list[int] = col("Hashes of the exact text and of 32 bands of its MinHash signature.")
    method: str = col("How the bands were made; those of another method are made again.")
    run_id: str = col("The run that last changed this row.", default="")


@table("stories", key=("story_id",), doc="Documents about one event.")
class Story:
    story_id: str = col("Hash of the founding document; kept for life.")
    label: str | None = col("A short label.", default=None)
    event_on: date | None = col("The day of the event.", default=None)
    event_on_precision: str | None = col("day, month or year.", default=None)
    event_on_method: str | None = col("How that day is known, by rule.", default=None)
    place_entity_id: str | None = col("Where it happened.", default=None)
    document_count: int = col("Number of documents.", default=0)
    outlet_count: int = col("Number of outlets.", default=0)
    run_id: str = col("The run that last changed this row.", default="")


@table("story_documents", key=("story_id", "document_id"), doc="A document's membership in a story.")
class StoryDocument:
    story_id: str = col("The story.")
    document_id: str = col("The document.")
    is_primary: bool = col("True for the story the document is mainly about.", default=True)
    score: float | None = col("How well it fits, from 0 to 1.", default=None)
    evidence: str | None = col("Why it was put there.", default=None)
    run_id: str = col("The run that last changed this row.", default="")


@table(
    "document_features",
    key=("document_id",),
    doc="""What a document is compared with others by, kept so that older documents need not be read again
    when a new one looks for its story.""",
)
class DocumentFeatures:
    document_id: str = col("The document.")
    story_id: str | None = col("The story it was put into last.", default=None)
    text_sha256: str = col("The revision of its text that this was made from.")
    own_on: date | None = col(
        "Its date of publication as it says itself; NULL where it has none but its story's.", default=None
    )
    seen_on: date = col("The day partition it arrived in.")
    terms: list[str] = col(
        """Names and words it is about, each with its kind: c country, p place, o body, t place that the
        word tables lack, e any other entity, n ambiguous name, w frequent word, r rare word.""",
        default_factory=list,
    )
    term_weights: list[float] = col("Weight of each term, before its rarity.", default_factory=list)
    vector: list[float] = col("Sentence vector of title and lead.", default_factory=list)
    is_ruled: bool = col("True where rulings changed rows of it in that run.", default=False)
    read_in_run: str = col("The run that wrote the document's row this was made from.")
    run_id: str = col("The run that last changed this row.", default="")


@table("statements", key=("statement_id",), doc="One thing somebody said, in all its wordings.")
class Statement:
    statement_id: str = col("Hash of the founding quote; kept for life.")
    story_id: str | None = col("The story it belongs to.", default=None)
    speaker_entity_id: str | None = col("Who said it.", default=None)
    speaker_name: str | None = col("The speaker's name.", default=None)
    speaker_is_inferred: bool = col("True where no source of the statement names the speaker.", default=False)
    said_on: date | None = col("The day it was said.", default=None)
    representative_quote_id: str = col("The wording shown first.")
    wording_count: int = col("Number of wordings.", default=0)
    outlet_count: int = col("Number of outlets.", default=0)
    independent_source_count: int = col("Sources, copy of one agency counted once.", default=0)
    run_id: str = col("The run that last changed this row.", default="")


@table(
    "statement_quotes",
    key=("statement_id", "quote_id", "start_char"),
    doc="A wording of a statement, or a part of one.",
)
class StatementQuote:
    statement_id: str = col("The statement.")
    quote_id: str = col("The quote.")
    start_char: int = col("First character of the part.")
    end_char: int = col("One past its last character.")
    score: float | None = col("How sure, from 0 to 1.", default=None)
    evidence: str | None = col("Why they were put together.", default=None)
    run_id: str = col("The run that last changed this row.", default="")


@table(
    "statement_assertions",
    key=("statement_id", "sentence_id"),
    doc="A sentence outside quotes that states as fact what somebody said.",
)
class StatementAssertion:
    statement_id: str = col("The statement.")
    sentence_id: str = col("The sentence.")
    document_id: str = col("Its document.")
    start_char: int = col("First character of the part that states it.")
    end_char: int = col("One past its last character.")
    score: float | None = col("How sure, from 0 to 1.", default=None)
    evidence: str | None = col("Why they were put together.", default=None)
    run_id: str = col("The run that last changed this row.", default="")


@table(
    "figures",
    key=("figure_id",),
    doc="""One quantity in the world, as sources report it. low to high is the range of what was reported,
    never a confidence interval.""",
)
class Figure:
    figure_id: str = col("Hash of the founding claim; kept for life.")
    story_id: str | None = col("The story it belongs to.", default=None)
    label: str | None = col("A short label.", default=None)
    category: str | None = col("Category of its claims.", default=None)
    unit: str | None = col("Unit of low, best and high; NULL for a count.", default=None)
    place_entity_id: str | None = col("The place it is about.", default=None)
    as_of_on: date | None = col("The day, or the first of the month or year, it holds for.", default=None)
    as_of_on_precision: str | None = col("day, month or year.", default=None)
    low: float | None = col("Lowest reported value: not a confidence bound.", default=None)
    best: float | None = col("The value the method prefers; NULL where sources conflict.", default=None)
    high: float | None = col("Highest reported value: not a confidence bound.", default=None)
    claim_count: int = col("Number of claims.", default=0)
    source_count: int = col("Sources; a document without an outlet is a source of its own.", default=0)
    outlet_count: int = col("Number of outlets.", default=0)
    independent_source_count: int = col("Sources, copy of one agency counted once.", default=0)
    agreement: str | None = col("single, agree, round_equal or conflict.", default=None)
    method: str | None = col("How low, best and high were taken.", default=None)
    run_id: str = col("The run that last changed this row.", default="")


@table("figure_claims", key=("figure_id", "claim_id"), doc="A claim's part in a figure.")
class FigureClaim:
    figure_id: str = col("The figure.")
    claim_id: str = col("The claim.")
    relation: str = col("same, part_of or revises.")
    evidence: str | None = col("Why.", default=None)
    run_id: str = col("The run that last changed this row.", default="")


@table("figure_observations", key=("figure_id", "as_of_on"), doc="A figure over time.")
class FigureObservation:
    figure_id: str = col("The figure.")
    as_of_on: date = col("The day.")
    low: float | None = col("Lowest value reported for that day.", default=None)
    best: float | None = col("Preferred value for that day.", default=None)
    high: float | None = col("Highest value reported for that day.", default=None)
    run_id: str = col("The run that last changed this row.", default="")


@table(
    "figure_date_checks",
    key=("figure_id", "claim_id", "sentence_id", "start_char"),
    doc="""A stated duration or age against a date of the story: what the date says it must be.""",
)
class FigureDateCheck:
    figure_id: str = col("The figure of the claim.")
    claim_id: str = col("The duration or age that is checked.")
    sentence_id: str = col("The sentence with the date.")
    document_id: str = col("Its document.")
    start_char: int = col("First character of the date.")
    end_char: int = col("One past its last character.")
    other_claim_id: str | None = col(
        "A second duration that the date ties to the first ('another year and a half' to 'five years').",
        default=None,
    )
    expected_low: float | None = col("The least that the date allows, in the claim's unit.", default=None)
    expected_high: float | None = col("The most; NULL where it is open.", default=None)
    verdict: str = col(
        "agree; conflict; open: one way to count days agrees, the other does not.", default="open"
    )
    evidence: str | None = col("The arithmetic, in words.", default=None)
    run_id: str = col("The run that last changed this row.", default="")


@table("id_redirects", key=("table_name", "old_id"), doc="An id that joined another.")
class IdRedirect:
    table_name: str = col("entities, stories, statements or figures.")
    old_id: str = col("The id that is no more.")
    new_id: str = col("The id that holds its rows now.")
    since_run_id: str = col("The run that joined them.")


@table(
    "extraction_changes",
    key=("run_id", "table_name", "document_id", "start_char", "end_char", "field"),
    doc="""What another version of the extractor found in the same text: a row a difference, written when
    documents are extracted again.""",
)
class ExtractionChange:
    run_id: str = col("The run that extracted again.")
    table_name: str = col("quotes, numeric_claims, entity_mentions or scare_quotes.")
    document_id: str = col("The document.")
    start_char: int = col("First character of the span.")
    end_char: int = col("One past its last character.")
    surface: str = col("The characters themselves.")
    change: str = col("added, removed, or changed.")
    field: str = col("The column that changed; (row) where the whole row came or went.")
    old_value: str | None = col("Its value before, as text.", default=None)
    new_value: str | None = col("Its value now, as text.", default=None)
    old_version: str = col("Version of the extractor before.")
    new_version: str = col("Version of the extractor now.")


@table(
    "migrations",
    key=("schema_version",),
    doc="The versions of the tables that this file went through, the newest being its own.",
)
class Migration:
    schema_version: int = col("The version.")
    description: str = col("What changed with it.")
    dateline_version: str = col("The Dateline that brought the file there.")
    migrated_at: datetime = col("When (UTC).")


# ---------------------------------------------------------------------------------------------
# Audit: a release's copy of the ledger
# ---------------------------------------------------------------------------------------------


@table("runs", schema="audit", key=("run_id",), doc="A run of the pipeline and what came of it.")
class Run:
    run_id: str = col("The run.")
    trigger: str = col("What started it: command, schedule, sensor, backfill, approval, ruling, forget.")
    started_at: datetime = col("Start (UTC).")
    finished_at: datetime | None = col("End (UTC); NULL while it runs.", default=None)
    outcome: str = col(
        "running, published, nothing_new, held_back, failed or interrupted.", default="running"
    )
    ingest_date: date = col("Day partition its new documents belong to.")
    read_count: int = col("Documents read: stored + unchanged + duplicate + rejected + excluded.", default=0)
    stored_count: int = col("New documents and revisions.", default=0)
    published_count: int = col("Documents that its release added or replaced.", default=0)
    deferred_count: int | None = col(
        "New documents left to the next run (setting documents_per_run); NULL for runs of older versions.",
        default=0,
    )
    unchanged_count: int = col("Documents known already.", default=0)
    duplicate_count: int = col("Documents known already, found at a further place.", default=0)
    rejected_count: int = col("Inputs that could not be read.", default=0)
    excluded_count: int = col("Inputs left out by `dateline source exclude`.", default=0)
    quarantined_count: int = col("Rows held back by expectations.", default=0)
    release_id: str | None = col("The release it published.", default=None)
    detail: str | None = col("Why it was held back or failed.", default=None)
    extractor_version: str | None = col("Version of the extractor.", default=None)
    dagster_run_id: str | None = col("Dagster's id of the run.", default=None)


@table(
    "rejected_documents",
    schema="audit",
    key=("run_id", "source_uri"),
    doc="An input that could not be read, with the reason.",
)
class RejectedDocument:
    run_id: str = col("The run.")
    source_uri: str = col("The input.")
    reason: str = col(
        """empty, binary, too_long, undecodable, unreadable, bad_record, bad_sidecar, unsupported_format,
        no_text (a page without an article), unreadable_page, bad_archive, too_large (an archive beyond its
        limits), damaged (its landed bytes were, and could not be had again)."""
    )
    detail: str | None = col("More on it.", default=None)
    source_sha256: str | None = col(
        "SHA-256 of its bytes in landing, where they could be read.", default=None
    )
    rejected_at: datetime = col("When (UTC).")


@table(
    "validation_results",
    schema="audit",
    key=("run_id", "suite", "expectation"),
    doc="One expectation's outcome in one run.",
)
class ValidationResult:
    run_id: str = col("The run.")
    suite: str = col("The suite: the table's name, or 'dataset'.")
    expectation: str = col("The rule's name.")
    severity: str = col("warning (rows stay, flagged), quarantine (rows leave), blocking (release held).")
    success: bool = col("True where nothing failed.")
    evaluated_rows: int = col("Rows looked at.", default=0)
    unexpected_rows: int = col("Rows that failed.", default=0)
    detail: str | None = col("Observed value, or what was wrong.", default=None)
    is_approved: bool = col("True where a person approved the failure.", default=False)
    validated_at: datetime = col("When (UTC).")


@table(
    "quarantined_rows",
    schema="audit",
    key=("run_id", "table_name", "row_key", "expectation"),
    doc="A row that failed an expectation and is in no table.",
)
class QuarantinedRow:
    run_id: str = col("The run.")
    table_name: str = col("The table it would be in.")
    row_key: str = col("Its key there.")
    document_id: str | None = col("Its document.", default=None)
    expectation: str = col("The rule it failed; parent_quarantined; or ruling, where a person rejected it.")
    severity: str = col("Severity of that rule.")
    reason: str = col("Why the rule exists, in words.")
    row: str = col("The row itself, as JSON.")
    quarantined_at: datetime = col("When (UTC).")


@table("rulings", schema="audit", key=("ruling_id",), doc="A person's correction, with who, when and why.")
class Ruling:
    ruling_id: str = col("The ruling.")
    kind: str = col(
        """approve_release, exclude_source, include_source, rollback; merge_entities, split_entity,
        rename_entity, correct_speaker, correct_claim, reject_claim; undo_ruling; forget."""
    )
    table_name: str | None = col("Table it is about.", default=None)
    row_key: str | None = col("Key of the row it is about, as it was when the ruling was made.", default=None)
    document_id: str | None = col("Document it is about.", default=None)
    start_char: int | None = col("Span it is about.", default=None)
    end_char: int | None = col("Span it is about.", default=None)
    surface: str | None = col("The characters it is about.", default=None)
    field: str | None = col("Column it sets.", default=None)
    value: str | None = col(
        "What it sets: a value (NULL: unknown), the entity that stays, a run, a source, a ruling, or the "
        "SHA-256 of a forgotten text.",
        default=None,
    )
    ruled_by: str = col("Who.")
    ruled_at: datetime = col("When (UTC).")
    why: str = col("Why.")
    status: str = col("in_force, undone, or orphaned: it fits no row at present.", default="in_force")
