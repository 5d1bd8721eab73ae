"""A record as warehouse rows: its document, its segments, its outlet.

What metadata says goes before what the page prints, for title, byline, date and outlet alike.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime

from pipelines.ingest.language import detect_language
from pipelines.ingest.page_credits import agencies_in
from pipelines.ingest.printed_dates import PrintedDate, parse_metadata
from pipelines.ingest.readers import Metadata, Record
from pipelines.ingest.segment import Page, byline_of, segment
from pipelines.ingest.urls import canonical_url, host_of
from pipelines.model import Document, Outlet, Segment, hash_key, row_key

_PROSE_ROLES = ("body", "dek")


def text_sha256(text: str) -> str:
    """SHA-256, in hex, of the text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def document_id(url: str | None, text: str) -> str:
    """The id of a document: of its canonical url where it has one, else of its text; never of a path."""
    return (
        hash_key("documents", "url", canonical_url(url))
        if url
        else hash_key("documents", "text", text_sha256(text))
    )


def outlet_id(name: str) -> str:
    """The id of an outlet: of its name, case and white space folded."""
    return hash_key("outlets", " ".join(name.casefold().split()))


def make_document(
    record: Record,
    *,
    source_uri: str,
    source_sha256: str,
    file_name: str,
    first_seen_at: datetime,
    ingested_at: datetime,
    ingest_date: date,
    run_id: str,
    languages: frozenset[str] = frozenset({"en"}),
) -> tuple[Document, list[Segment], Outlet | None]:
    """Segment a record and fill its rows.

    `source_uri` is the file's (with `#3` for its third record); a url in the metadata takes its place.
    `languages` are those that the extractor's model speaks: a document in another is stored, flagged and not
    extracted. Times are UTC without tzinfo. A date that cannot be read is NULL. Never raises on any text.
    """
    known = record.metadata
    page = segment(record.text, known)
    outlet = _outlet(known, page)
    key = document_id(known.url, record.text)
    published, method = _published(known, page)
    language = detect_language(_prose(page), _language(known.language))
    document = Document(
        document_id=key,
        source_uri=known.url or source_uri,
        outlet_id=outlet.outlet_id if outlet else None,
        source_label=outlet.name if outlet else file_name,
        title=known.title or page.title,
        byline=_byline(known, page),
        published_at=published.at if published else None,
        published_on=published.on if published else None,
        published_on_precision=published.precision if published else None,
        published_on_method=method,
        first_seen_at=first_seen_at,
        ingested_at=ingested_at,
        ingest_date=ingest_date,
        language=language,
        encoding=record.encoding,
        text=record.text,
        text_sha256=text_sha256(record.text),
        source_sha256=source_sha256,
        char_count=len(record.text),
        word_count=len(record.text.split()),
        agencies=page.agencies or _own_agency(outlet),
        extraction_status=_status(page, language, languages),
        run_id=run_id,
    )
    return document, _keyed(page.segments, key, run_id), outlet


def _keyed(segments: list[Segment], key: str, run_id: str) -> list[Segment]:
    for row in segments:
        row.document_id, row.run_id = key, run_id
        row.segment_id = row_key(key, "segments", row.start_char, row.end_char)
    return segments


def _outlet(known: Metadata, page: Page) -> Outlet | None:
    name = known.outlet or page.outlet
    if not name:
        return None
    method = (known.outlet_method or "record") if known.outlet else "page"
    return Outlet(
        outlet_id=outlet_id(name), name=name, domain=host_of(known.url) if known.url else None, method=method
    )


def _own_agency(outlet: Outlet | None) -> list[str]:
    """An agency's own page is its copy as much as what others print of it."""
    return agencies_in(outlet.name, strict=True) if outlet else []


def _byline(known: Metadata, page: Page) -> str | None:
    return (byline_of(known.byline) or known.byline) if known.byline else page.byline


def _published(known: Metadata, page: Page) -> tuple[PrintedDate | None, str | None]:
    given = parse_metadata(known.published) if known.published else None
    if given is None:
        return page.printed_date, "printed" if page.printed_date else None
    printed = page.printed_date
    if given.at is None and printed and printed.at and printed.on == given.on:
        given = printed
    return given, "metadata"


def _language(given: str | None) -> str | None:
    """ "en" for "en-GB"; None for what is no code."""
    match = re.match(r"([a-z]{2})(?:[-_]|$)", given.casefold()) if given else None
    return match[1] if match else None


def _prose(page: Page) -> str:
    return "\n".join(row.surface for row in page.segments if row.role in _PROSE_ROLES)


def _status(page: Page, language: str | None, languages: frozenset[str]) -> str:
    if not any(map(str.isalpha, _prose(page))):
        return "no_prose"
    return "done" if language is None or language in languages else "not_supported_language"
