"""Feeds to entries: RSS, Atom and JSON Feed alike."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin

from pipelines.ingest.records import clean


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `content` is its own HTML where the feed carries the whole text, else None."""

    url: str
    title: str | None
    published: str | None
    """ISO 8601 with UTC offset, where the feed gives a time that can be read."""
    byline: str | None
    content: str | None
    changed: str
    """What tells this state of the entry from a later one: its update time, else its title and content."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title, language and entries in its own order."""

    title: str | None
    language: str | None
    entries: list[Entry]


class FeedError(ValueError):
    """Bytes that are no feed."""


def parse_feed(data: bytes, url: str) -> Feed:
    """The entries of a feed found at `url`. An entry without a web address is left out. Raises FeedError."""
    start = data.lstrip()[:1]
    return _json_feed(data, url) if start == b"{" else _xml_feed(data, url)


def _xml_feed(data: bytes, url: str) -> Feed:
    import feedparser

    # As a stream: bytes it takes for a file's name first, and would read that file of this machine instead.
    # No base is fetched and no HTML cleaned here: text is data, and the page reader strips it.
    try:
        found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        # Its parser of last resort raises errors of many kinds on what is hardly markup.
        raise FeedError(f"no feed that can be read: {type(error).__name__}") from error
    if not found.get("version"):
        raise FeedError("neither RSS, Atom nor JSON Feed")
    entries = []
    for item in found.entries:
        link = _web(item.get("link"), url)
        if link:
            content = next((c.get("value") for c in item.get("content", []) if c.get("value")), None)
            when = _utc(item.get("published_parsed") or item.get("updated_parsed"))
            changed = item.get("updated") or item.get("published")
            entries.append(
                _entry(
                    link, item.get("title"), when, byline=item.get("author"), content=content, changed=changed
                )
            )
    about = found.feed
    return Feed(clean(_sound(about.get("title"))), clean(_sound(about.get("language"))), _once(entries))


def _json_feed(data: bytes, url: str) -> Feed:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FeedError("no JSON") from error
    items = row.get("items") if isinstance(row, dict) else None
    if not isinstance(items, list):
        raise FeedError("no JSON Feed: it has no items")
    entries = []
    for item in items:
        if not isinstance(item, Mapping):
            continue
        link = _web(_text(item.get("url")) or _text(item.get("external_url")), url)
        if link:
            changed = _text(item.get("date_modified")) or _text(item.get("date_published"))
            entries.append(
                _entry(
                    link,
                    _text(item.get("title")),
                    _text(item.get("date_published")),
                    byline=_authors(item),
                    content=_text(item.get("content_html")),
                    changed=changed,
                )
            )
    title, language = _sound(_text(row.get("title"))), _sound(_text(row.get("language")))
    return Feed(clean(title), clean(language), _once(entries))


def _entry(
    link: str, title: str | None, published: str | None, *, byline: str | None, content: str | None,
    changed: str | None,
) -> Entry:  # fmt: skip
    title, published, byline, content = (_sound(value) for value in (title, published, byline, content))
    state = changed or f"{title}\n{content}"
    return Entry(link, clean(_bare(title)), published, clean(_bare(byline)), content, state)


def _sound(value: str | None) -> str | None:
    """A text with a mark for halves of characters (lone surrogates), which nothing can store."""
    return value.encode("utf-8", "replace").decode("utf-8") if value else value


def _once(entries: list[Entry]) -> list[Entry]:
    kept: dict[str, Entry] = {}
    for entry in entries:
        kept.setdefault(entry.url, entry)
    return list(kept.values())


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _bare(value: str | None) -> str | None:
    """A title without the tags that some feeds put into it."""
    return re.sub(r"<[^<>]{1,200}>", "", value) if value else None


def _authors(item: Mapping[str, Any]) -> str | None:
    people = item.get("authors")
    names = (
        [_text(p.get("name")) for p in people if isinstance(p, Mapping)] if isinstance(people, list) else []
    )
    return ", ".join(name for name in names if name) or None


def _web(link: str | None, base: str) -> str | None:
    try:
        absolute = urljoin(base, (link or "").strip())
        absolute.encode("utf-8")
    except ValueError:
        return None
    return absolute if link and absolute.casefold().startswith(("http://", "https://")) else None


def _utc(parsed: struct_time | None) -> str | None:
    """feedparser gives times in UTC."""
    try:
        return datetime(*parsed[:6], tzinfo=UTC).isoformat() if parsed else None
    except (ValueError, TypeError):
        return None


__all__ = ["Entry", "Feed", "FeedError", "parse_feed"]
