"""Rows made by hand for the tests of the views: short constructors, and a way into the tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import duckdb

from pipelines.model import TABLES, Document, NumericClaim, Quote, Sentence, to_arrow

NOON = datetime(2031, 5, 4, 12)


def fill(connection: duckdb.DuckDBPyConnection, rows: Iterable[Any]) -> None:
    """Insert rows into the tables that their classes are the contracts of."""
    names = {spec.row_class: spec for spec in TABLES.values()}
    grouped: dict[type, list[Any]] = {}
    for row in rows:
        grouped.setdefault(type(row), []).append(row)
    for row_class, members in grouped.items():
        spec = names[row_class]
        batch = to_arrow(spec.name, members)
        connection.register("batch", batch)
        connection.execute(f"INSERT INTO {spec.schema}.{spec.name} SELECT * FROM batch")
        connection.unregister("batch")


def document(key: str, *, outlet: str | None, label: str, day: int | None, **more: Any) -> Document:
    return Document(
        document_id=key,
        source_uri=f"file:///in/{key}.txt",
        outlet_id=outlet,
        source_label=label,
        title=f"Title of {key}",
        published_on=date(2031, 5, day) if day else None,
        first_seen_at=NOON,
        ingested_at=NOON,
        ingest_date=NOON.date(),
        text="",
        text_sha256=key,
        source_sha256=key,
        char_count=0,
        word_count=100,
        **more,
    )


def sentence(key: str, doc: str, words: str) -> Sentence:
    return Sentence(
        sentence_id=key, document_id=doc, start_char=0, end_char=len(words), surface=words, sentence_no=0
    )


def quote(key: str, doc: str, words: str, *, at: int = 0, kind: str = "direct", **more: Any) -> Quote:
    return Quote(
        quote_id=key,
        quotation_id=more.pop("quotation_id", key),
        document_id=doc,
        start_char=at,
        end_char=at + len(words),
        surface=words,
        kind=kind,
        **more,
    )


def claim(key: str, doc: str, value: float, **more: Any) -> NumericClaim:
    return NumericClaim(
        claim_id=key, document_id=doc, start_char=0, end_char=4, surface=f"{value:g}", value=value, **more
    )


def ask(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()
