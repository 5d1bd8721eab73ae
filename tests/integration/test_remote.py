"""Feeds, pages and cloud folders end to end: a local server, a run, the published rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import fsspec
import pyarrow.parquet as pq
import pytest

from pipelines.ingest.feeds import FeedError, parse_feed
from pipelines.ingest.fetch import Fetcher
from pipelines.settings import load_settings
from pipelines.warehouse import remote
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.remote import AddressState, address_state, due
from pipelines.warehouse.session import open_session
from pipelines.warehouse.sources import (
    Source,
    SourceListError,
    add_source,
    due_sources,
    land_source,
    listed_sources,
    sources_of,
)
from pipelines.warehouse.stages import pending_work, stage_documents

STORY = "<p>{0} people left their homes in Velden after the river rose, the mayor said on Monday.</p>" * 3


def page(title: str, number: int) -> str:
    body = f"<article><h1>{title}</h1>{STORY.format(number)}</article>"
    return f"<html lang='en'><head><title>{title}</title></head><body>{body}</body></html>"


class Site(BaseHTTPRequestHandler):
    """A feed whose entries the test sets, and the pages behind them."""

    entries: ClassVar[list[tuple[str, str]]] = []
    version: ClassVar[int] = 1
    asked: ClassVar[list[str]] = []
    broken: ClassVar[bool] = False
    is_busy: ClassVar[bool] = True

    def do_GET(self) -> None:
        Site.asked.append(self.path)
        tag = f'"{Site.version}"'
        status, body = 200, b""
        if self.path == "/robots.txt":
            status = 404
        elif Site.broken:
            status = 500
        elif self.path == "/feed.xml":
            if self.headers.get("If-None-Match") == tag:
                status = 304
            body = self.feed().encode() if status == 200 else b""
        elif self.path == "/gone":
            status = 404
        elif self.path == "/busy" and Site.is_busy:
            status = 503
        else:
            body = page(self.path.strip("/").title(), len(self.path)).encode()
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml" if self.path == "/feed.xml" else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def feed(self) -> str:
        host = f"http://127.0.0.1:{self.server.server_address[1]}"
        items = "".join(
            f"<item><title>{name} &amp; more</title><link>{host}/{name}</link>"
            f"<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description>{state}</description></item>"
            for name, state in Site.entries
        )
        head = "<?xml version='1.0'?><rss version='2.0'><channel><title>The Courier</title>"
        return f"{head}{items}</channel></rss>"

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.entries, Site.version, Site.broken = [("flood", "a"), ("storm", "a"), ("gone", "a")], 1, False
    Site.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def land(source: Source) -> dict[str, int]:
    """Land a source in a run of its own; the run's counts."""
    with open_session(load_settings(), trigger="command") as session:
        land_source(session, source, Fetcher(allow_private=True, pause_seconds=0))
        session.finish("nothing_new")
        run = session.run
    assert run.read_count == (
        run.stored_count + run.unchanged_count + run.duplicate_count + run.rejected_count + run.excluded_count
    )
    return {
        "stored": run.stored_count,
        "unchanged": run.unchanged_count,
        "rejected": run.rejected_count,
        "excluded": run.excluded_count,
    }


def ledger() -> closing[Ledger]:
    return closing(Ledger(load_settings().home.ledger))


def test_a_feed_is_read_through_to_its_pages(home: Path, site: str) -> None:
    source = Source(f"{site}/feed.xml")
    assert land(source) == {"stored": 2, "unchanged": 0, "rejected": 1, "excluded": 0}
    with ledger() as kept:
        landed = kept.landed("kind = 'document'")
        (lost,) = kept.rows("rejected_documents")
    assert [row.source_uri for row in landed] == [f"{site}/flood", f"{site}/storm"]
    assert (lost.reason, lost.source_uri) == ("unreachable", f"{site}/gone")

    Site.asked.clear()
    assert land(source) == {"stored": 0, "unchanged": 0, "rejected": 0, "excluded": 0}
    assert Site.asked == ["/robots.txt", "/feed.xml"], "an unchanged feed costs one request"

    Site.entries = [("thaw", "a"), ("flood", "b"), ("storm", "a")]
    Site.version = 2
    Site.asked.clear()
    counts = land(source)
    assert (counts["stored"], counts["unchanged"]) == (1, 2), (
        "thaw is new; flood was asked for again, as it was"
    )
    assert "/storm" not in Site.asked


def test_an_entry_out_of_reach_is_asked_again_though_its_feed_is_unchanged(
    home: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "entries", [("flood", "a"), ("busy", "a")])
    source = Source(f"{site}/feed.xml")
    assert land(source) == {"stored": 1, "unchanged": 0, "rejected": 1, "excluded": 0}
    monkeypatch.setattr(Site, "is_busy", False)
    assert land(source) == {"stored": 1, "unchanged": 1, "rejected": 0, "excluded": 0}
    Site.asked.clear()
    land(source)
    assert Site.asked == ["/robots.txt", "/feed.xml"], "now it is whole, and one request tells"


def test_a_feed_of_very_many_pages_is_read_in_portions(
    home: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "entries", [("flood", "a"), ("storm", "a")])
    monkeypatch.setattr(remote, "PAGES_AT_ONCE", 1)
    source = Source(f"{site}/feed.xml")
    assert land(source) == {"stored": 1, "unchanged": 0, "rejected": 0, "excluded": 0}
    assert land(source) == {"stored": 1, "unchanged": 1, "rejected": 0, "excluded": 0}


def test_an_entry_s_words_stand_beside_its_page(home: Path, site: str) -> None:
    with open_session(load_settings(), trigger="command") as session:
        land_source(
            session,
            Source(f"{site}/feed.xml", outlet="Velden Courier"),
            Fetcher(allow_private=True, pause_seconds=0),
        )
        session.work = pending_work(session)
        stage_documents(session)
        document = pq.read_table(session.staged("documents")).to_pylist()[0]
        session.finish("nothing_new")
    assert document["source_label"] == "Velden Courier"
    assert document["published_on"] == date(2026, 3, 2)
    assert document["published_on_method"] == "metadata"
    assert document["language"] == "en"
    assert "people left their homes" in document["text"]
    assert document["source_uri"].startswith(site)


def test_a_source_in_trouble_is_left_alone_for_longer_each_time(home: Path, site: str) -> None:
    Site.broken = True
    source = Source(f"{site}/feed.xml")
    assert land(source)["rejected"] == 1
    Site.asked.clear()
    assert land(source) == {"stored": 0, "unchanged": 0, "rejected": 0, "excluded": 0}
    assert Site.asked == [], "it rests"
    with ledger() as kept:
        first = address_state(kept, source.address)
    assert first.failure_count == 1
    assert not due(first, timedelta(0), datetime.fromisoformat(first.checked_at or ""))
    assert due(first, timedelta(0), datetime.fromisoformat(first.not_before or ""))


def test_a_page_that_changes_is_a_revision(home: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert land(Source(f"{site}/flood"))["stored"] == 1
    monkeypatch.setitem(globals(), "STORY", STORY.replace("rose", "fell"))
    Site.version = 2
    assert land(Source(f"{site}/flood"))["stored"] == 1
    with ledger() as kept:
        before, after = kept.landed("kind = 'document'")
    assert before.document_id == after.document_id
    assert before.text_sha256 != after.text_sha256


def test_an_excluded_address_is_passed_over(home: Path, site: str) -> None:
    load_settings().home.ledger.parent.mkdir(parents=True)
    with ledger() as kept:
        kept.rule("exclude_source", f"{site}/flood", who="ann", why="test")
    assert land(Source(f"{site}/feed.xml")) == {"stored": 1, "unchanged": 0, "rejected": 1, "excluded": 1}


def test_a_cloud_folder_is_read_file_by_file(home: Path) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/news/a.txt", b"Two people were hurt, police said.")
    files.pipe("/news/b/c.jsonl", b'{"text": "One."}\n{"text": "Two."}\n')
    files.pipe("/news/.hidden.txt", b"aside")
    source = Source("memory://news", outlet="Cloud Daily")
    assert land(source)["stored"] == 3
    assert land(source) == {"stored": 0, "unchanged": 3, "rejected": 0, "excluded": 0}
    assert land(Source("memory://nothing-here"))["rejected"] == 1
    assert land(Source("nosuchscheme://x"))["rejected"] == 1


@pytest.mark.parametrize("kind", ["cloud", "files"])
def test_a_schedule_holds_for_folders_too(home: Path, tmp_path: Path, kind: str) -> None:
    """Once asked, they are not due at every look of the sensor."""
    fsspec.filesystem("memory").pipe("/due/a.txt", b"Two people were hurt, police said.")
    (tmp_path / "in").mkdir()
    address = "memory://due" if kind == "cloud" else str(tmp_path / "in")
    add_source(load_settings(), Source(address, schedule="6h"))
    (source,) = listed_sources(load_settings())
    with open_session(load_settings(), trigger="sensor") as session:
        assert sources_of(session) == [source]
        land_source(session, source, Fetcher())
        session.finish("nothing_new")
    now = datetime.now(UTC).replace(tzinfo=None)
    with ledger() as kept:
        assert due_sources(load_settings(), kept, now) == []
        assert due_sources(load_settings(), kept, now + timedelta(hours=6)) == [source]


def test_a_run_of_the_sensor_asks_only_those_that_are_due(home: Path) -> None:
    settings = load_settings()
    often, daily = Source("https://a.example/feed", schedule="15m"), Source("https://b.example/feed")
    add_source(settings, often)
    add_source(settings, daily)
    for trigger, wanted in (("sensor", [often]), ("schedule", [often, daily])):
        with open_session(settings, trigger=trigger) as session:
            assert sources_of(session) == wanted
            session.finish("nothing_new")


@pytest.mark.parametrize("verb", ["find", "open"])
def test_what_a_store_s_driver_raises_is_a_rejection(
    home: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Drivers have errors of their own, which are no OSError: no credentials, a quota, a token gone stale."""

    class NoCredentialsError(Exception):
        pass

    def refuse(*_: object, **__: object) -> None:
        raise NoCredentialsError("unable to locate credentials")

    files = fsspec.filesystem("memory")
    files.pipe("/refused/a.txt", b"Two people were hurt, police said.")
    monkeypatch.setattr(type(files), verb, refuse)
    assert land(Source("memory://refused"))["rejected"] == 1


def test_a_list_says_what_it_means(home: Path, tmp_path: Path) -> None:
    settings = load_settings()
    listed = Source(
        "https://a.example/feed", "A", language="de", schedule="6h", columns="text=body; title=head"
    )
    add_source(settings, listed)
    add_source(settings, Source(str(tmp_path)))
    assert listed in listed_sources(settings)
    assert listed.every() == timedelta(hours=6)
    assert listed.defaults() == {"language": "de", "columns": {"text": "body", "title": "head"}}
    for bad in (
        Source("x", schedule="soon"), Source("x", schedule="0m"), Source("x", columns="body"),
        Source("x", columns="body=text"), Source("x", kind="rss"),
    ):  # fmt: skip
        with pytest.raises(SourceListError):
            add_source(settings, bad)


def test_a_source_is_due_when_its_time_has_come() -> None:
    now = datetime(2026, 3, 2, 12)
    hour = timedelta(hours=1)
    assert due(AddressState(), hour, now)
    assert not due(AddressState(checked_at="2026-03-02T11:30:00"), hour, now)
    assert due(AddressState(checked_at="2026-03-02T11:00:00"), hour, now)


def test_a_clock_that_ran_ahead_puts_no_source_to_rest() -> None:
    now, hour = datetime(2026, 3, 2, 12), timedelta(hours=1)
    assert due(AddressState(checked_at="2031-03-02T12:00:00"), hour, now)
    ahead = AddressState(failure_count=1, checked_at="2026-03-02T10:00:00", not_before="2031-03-02T12:00:00")
    assert due(ahead, hour, now)
    assert not due(AddressState(not_before="2026-03-03T12:00:00"), hour, now)


ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>A</title><entry><title>T</title>
<link href="/rel"/><updated>2026-03-02T10:00:00Z</updated><author><name>Ann</name></author></entry>
<entry><title>no link</title></entry><entry><link href="javascript:alert(1)"/></entry></feed>"""
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
{"id": "1", "url": "https://j.example/1", "title": "T", "date_published": "2026-03-02T10:00:00Z",
"authors": [{"name": "Ann"}], "content_html": "<p>Whole.</p>"}, {"id": "2"}, 7]}"""


def test_feeds_of_three_kinds_say_the_same() -> None:
    (atom,) = parse_feed(ATOM, "https://a.example/feed").entries
    assert (atom.url, atom.published, atom.byline) == (
        "https://a.example/rel",
        "2026-03-02T10:00:00+00:00",
        "Ann",
    )
    (entry,) = parse_feed(JSON_FEED, "https://j.example/").entries
    assert (entry.url, entry.byline, entry.content) == ("https://j.example/1", "Ann", "<p>Whole.</p>")


@pytest.mark.parametrize("data", [b"", b"plain", b"{", b'{"items": 3}', b"<html></html>", b"\xff\xfe\x00"])
def test_what_is_no_feed_says_so(data: bytes) -> None:
    with pytest.raises(FeedError):
        parse_feed(data, "https://a.example/")


def test_bytes_that_name_a_file_are_no_feed(tmp_path: Path) -> None:
    """Else a server could have a file of this machine read in its feed's place."""
    inside = tmp_path / "inside.xml"
    inside.write_bytes(ATOM)
    with pytest.raises(FeedError):
        parse_feed(str(inside).encode(), "https://a.example/")


def test_halves_of_characters_do_not_reach_the_ledger() -> None:
    data = b'{"title": "\\ud83d", "items": [{"url": "https://j.example/\\ud800"}, '
    data += b'{"url": "https://j.example/2", "title": "A\\udc00B", "content_html": "<p>\\ud800</p>"}]}'
    feed = parse_feed(data, "https://j.example/")
    (entry,) = feed.entries
    assert (entry.url, entry.title, entry.content, feed.title) == (
        "https://j.example/2",
        "A?B",
        "<p>?</p>",
        "?",
    )
