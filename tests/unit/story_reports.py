"""Reports made by hand for the tests of stories: rows as extraction and resolution leave them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from pipelines.model import TABLES, Document, Entity, Mention, Segment, Sentence, hash_key, to_arrow
from pipelines.warehouse.schema import create_schema, qualified
from pipelines.warehouse.stories import update_stories

NOON = datetime(2031, 6, 1, 12)
TYPES = {"PERSON": "person", "GPE": "place", "FAC": "facility", "ORG": "organization"}


@dataclass(frozen=True)
class Report:
    """A report: `names` maps names in title or lead to labels; `day` of May 2031, None without date."""

    key: str
    day: int | None
    title: str
    lead: str
    names: dict[str, str]
    seen: int = 20
    copy_of: str | None = None


def entity_id(name: str) -> str:
    return hash_key("entities", name)


def rows(report: Report, run_id: str) -> list[object]:
    """The rows of one report."""
    seen = date(2031, 5, report.seen)
    text = report.lead
    span = {"document_id": report.key, "start_char": 0, "end_char": len(text), "surface": text}
    made: list[object] = [
        Document(
            document_id=report.key, source_uri=report.key, source_label=report.key, outlet_id=report.key,
            title=report.title, published_on=date(2031, 5, report.day) if report.day else None,
            published_on_precision="day" if report.day else None,
            published_on_method="metadata" if report.day else None,
            first_seen_at=NOON, ingested_at=NOON, ingest_date=seen, text=text, text_sha256=hash_key(text),
            source_sha256="s", char_count=len(text), word_count=1, run_id=run_id,
            duplicate_of_document_id=report.copy_of,
        ),
        Segment(segment_id=f"g{report.key}", role="body", **span),
        Sentence(sentence_id=f"s{report.key}", sentence_no=0, **span),
    ]  # fmt: skip
    for name, label in report.names.items():
        at = max(text.find(name), 0)
        made.append(
            Mention(
                mention_id=hash_key(report.key, name), document_id=report.key, start_char=at,
                end_char=at + len(name), surface=name, name=name, label=label, entity_id=entity_id(name),
            )
        )  # fmt: skip
    return made


def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    create_schema(connection)
    return connection


def insert(connection: duckdb.DuckDBPyConnection, made: Iterable[object]) -> None:
    names = {spec.row_class: name for name, spec in TABLES.items()}
    grouped: dict[str, list[object]] = {}
    for row in made:
        grouped.setdefault(names[type(row)], []).append(row)
    for table, members in grouped.items():
        connection.register("rows", to_arrow(table, members))
        connection.execute(f"INSERT INTO {qualified(TABLES[table])} BY NAME FROM rows")
        connection.unregister("rows")


def take_out(connection: duckdb.DuckDBPyConnection, *keys: str) -> None:
    """What the load does to a document that leaves or comes again."""
    for table in ("documents", "segments", "sentences", "entity_mentions", "story_documents"):
        connection.execute(f"DELETE FROM main.{table} WHERE document_id IN (SELECT unnest(?))", [list(keys)])


def run(connection: duckdb.DuckDBPyConnection, run_id: str, *reports: Report) -> set[str]:
    """A run over these reports: the stories that it touched."""
    take_out(connection, *(report.key for report in reports))
    insert(connection, [row for report in reports for row in rows(report, run_id)])
    known = {row[0] for row in connection.execute("SELECT entity_id FROM main.entities").fetchall()}
    entities = {n: label for report in reports for n, label in report.names.items()}
    insert(
        connection,
        [
            Entity(entity_id=entity_id(n), name=n, entity_type=TYPES[label])
            for n, label in entities.items()
            if entity_id(n) not in known
        ],
    )
    update_stories(connection, run_id)
    return {row[0] for row in connection.execute("FROM touched_stories").fetchall()}


def stories(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The story of each document."""
    return dict(connection.execute("SELECT document_id, story_id FROM main.documents").fetchall())


def groups(connection: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    """The documents of each story."""
    found: dict[str, set[str]] = {}
    for document, story in stories(connection).items():
        found.setdefault(story, set()).add(document)
    return {frozenset(members) for members in found.values()}
