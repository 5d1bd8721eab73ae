"""A small partition that passes every rule, as the frames that the audit is handed."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.model import TABLES, row_key

INGESTED_AT = datetime(2026, 3, 10, 9, 30)
TODAY = INGESTED_AT.date()
RUN = {"run_id": "run-1", "extractor_version": "1"}

SPEECH = '"We will send 1,200 soldiers to Orhei," Mayor Ana Rusu said on Monday. Talks go on for 3 hours.'
MENU = "Home | World | Sport"


CATEGORIES = """category,unit_dimension,soft_low,soft_high,hard_low,hard_high,reason,source
troops,count,10,1000000,1,"5,000,000",No army is larger.,test
share,percent,,,0,100,A part is never more than its whole.,test
distance,length,,,,,Anything goes.,test
"""


def write_word_tables(folder: Path) -> None:
    """Categories of the tests' own: the shipped ranges may change without any rule changing."""
    (folder / "claim_categories.csv").write_text(CATEGORIES, encoding="utf-8")


def make_text(number: int) -> str:
    """A document's text, told apart by its number; code points beyond ASCII come before every span."""
    return f"Bălți–{number} 😀\n{MENU}\n{SPEECH}\n"


def span(text: str, words: str, after: int = 0) -> dict[str, Any]:
    """Offsets and surface of the first `words` after a character."""
    start = text.index(words, after)
    return {"start_char": start, "end_char": start + len(words), "surface": words}


def companion(text: str, words: str, stem: str, column: str) -> dict[str, Any]:
    """A text column with its offsets, as `noun`, `noun_start_char` and `noun_end_char`."""
    found = span(text, words)
    return {column: words, f"{stem}_start_char": found["start_char"], f"{stem}_end_char": found["end_char"]}


def partition(count: int = 2) -> dict[str, pd.DataFrame]:
    """Frames of `count` documents with all their rows, by table."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in AUDITED}
    rows["outlets"] = [
        {"outlet_id": "o1", "name": "Valea News", "domain": "valea.example", "country_code": "MD"}
    ]
    for number in range(count):
        for name, made in _document_rows(number).items():
            rows[name] += made
    return {name: frame(name, made) for name, made in rows.items()}


AUDITED = (
    "documents",
    "document_sources",
    "outlets",
    "segments",
    "sentences",
    "entity_mentions",
    "quotes",
    "scare_quotes",
    "numeric_claims",
)


def frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a frame with every column of the contract, defaults filled in."""
    spec = TABLES[name]
    defaults: dict[str, Any] = {}
    for f in dataclasses.fields(spec.row_class):
        if f.default is not dataclasses.MISSING:
            defaults[f.name] = f.default
    full = [{**defaults, **row} for row in rows]
    for row in full:
        for column in ("agencies", "flags", "quoted_spans"):
            if column in spec.column_names:
                row.setdefault(column, [])
    return pd.DataFrame(full, columns=spec.column_names)


def _document_rows(number: int) -> dict[str, list[dict[str, Any]]]:
    text = make_text(number)
    uri = f"file:///in/{number}.txt"
    document_id = f"d{number}"
    source = hashlib.sha256(uri.encode()).hexdigest()
    document = {
        "document_id": document_id,
        "source_uri": uri,
        "outlet_id": "o1",
        "source_label": "Valea News",
        "title": f"Bălți–{number} 😀",
        "published_on": date(2026, 3, 9),
        "published_on_precision": "day",
        "published_on_method": "printed",
        "first_seen_at": INGESTED_AT,
        "ingested_at": INGESTED_AT,
        "ingest_date": TODAY,
        "language": "en",
        "encoding": "utf-8",
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "source_sha256": source,
        "char_count": len(text),
        "word_count": len(text.split()),
        **RUN,
    }
    place = {"document_id": document_id, "source_uri": uri, "source_sha256": source, "run_id": "run-1"}
    return {
        "documents": [document],
        "document_sources": [{**place, "first_seen_at": INGESTED_AT}],
        **_span_rows(document_id, text),
    }


def _span_rows(document_id: str, text: str) -> dict[str, list[dict[str, Any]]]:
    def row(name: str, words: str, segment_no: int = 2, after: int = 0, **more: Any) -> dict[str, Any]:
        place = span(text, words, after)
        key = row_key(document_id, name, place["start_char"], place["end_char"])
        ids = {TABLES[name].key[0]: key}
        common = {"document_id": document_id, "segment_no": segment_no, "confidence": 0.9, "method": "rule"}
        return {**common, **RUN, **place, **ids, **more}

    said = span(text, SPEECH)["start_char"]
    title = text.splitlines()[0]
    segments = [
        row("segments", title, 0, role="title"),
        row("segments", MENU, 1, role="navigation"),
        row("segments", SPEECH, 2, role="body"),
    ]
    end = SPEECH.index(" Talks")
    sentences = [
        row("sentences", SPEECH[:end], sentence_no=0),
        row("sentences", SPEECH[end + 1 :], sentence_no=1),
    ]
    first, second = (sentence["sentence_id"] for sentence in sentences)
    quote = row("quotes", "We will send 1,200 soldiers to Orhei,", sentence_id=first, kind="direct")
    marked = {"start_char": quote["start_char"], "end_char": quote["end_char"]}
    quote |= {
        "quotation_id": quote["quote_id"],
        "quoted_spans": [marked],
        "cue_class": "speech",
        **companion(text, "said", "cue", "cue"),
        **companion(text, "Ana Rusu", "speaker", "speaker_surface"),
        **companion(text, "Mayor", "speaker_role", "speaker_role"),
        **companion(text, "Orhei", "speaker_affiliation", "speaker_affiliation"),
        "speaker_name": "Ana Rusu",
        "said_on": date(2026, 3, 9),
        "said_on_precision": "day",
        "said_on_method": "weekday",
    }
    indirect = row("quotes", "Talks go on for 3 hours.", sentence_id=second, kind="indirect")
    indirect |= {"quotation_id": indirect["quote_id"], "quoted_spans": []}
    troops = row("numeric_claims", "1,200", after=said, sentence_id=first, value=1200.0, category="troops")
    troops |= {
        **companion(text, "soldiers", "noun", "noun"),
        **companion(text, "Orhei", "place", "place_surface"),
        **companion(text, "Ana Rusu", "source", "source_surface"),
        "quote_id": quote["quote_id"],
        "stock_or_flow": "stock",
        "as_of_on": date(2026, 3, 9),
        "as_of_on_precision": "day",
        "as_of_on_method": "weekday",
    }
    hours = row("numeric_claims", "3 hours", after=said, sentence_id=second, value=3.0, unit="hour")
    hours |= {"unit_dimension": "duration", "related_claim_id": troops["claim_id"], "relation": "part_of"}
    mention = row("entity_mentions", "Ana Rusu", sentence_id=first, label="PERSON", mention_type="name")
    mention |= {"name": "Ana Rusu", **companion(text, "Mayor", "role", "role_text")}
    return {
        "segments": segments,
        "sentences": sentences,
        "entity_mentions": [mention],
        "quotes": [quote, indirect],
        "scare_quotes": [row("scare_quotes", "Talks", sentence_id=second, reason="one_word")],
        "numeric_claims": [troops, hours],
    }
