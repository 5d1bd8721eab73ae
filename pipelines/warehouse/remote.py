"""Landing of what is no local file: feeds and pages of the web; cloud folders are left to `cloud`.

What the ledger remembers of each address (validators, failures, when to ask again) makes a source that has
not changed cost one request, and one that is in trouble be left alone for longer each time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from pipelines.ingest.feeds import Entry, Feed, FeedError, parse_feed
from pipelines.ingest.fetch import Fetcher, FetchError, Response, shown
from pipelines.ingest.read_pages import looks_like_html
from pipelines.warehouse.cloud import land_cloud
from pipelines.warehouse.intake import (
    Given,
    Input,
    is_excluded,
    land_bytes,
    pass_over,
    reject_input,
    remember_mark,
)
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.session import Session, utc_now

# After the first failure a source rests a quarter of an hour, then twice as long each time, a day at most.
FIRST_REST, LONGEST_REST = timedelta(minutes=15), timedelta(days=1)
WEB = ("http://", "https://")

# New pages fetched for one feed in one run, a second apart: the run holds the home's lock meanwhile.
PAGES_AT_ONCE = 500

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class AddressState:
    """What is remembered of an address that is asked again and again. Times are ISO 8601, UTC."""

    validators: dict[str, str] = field(default_factory=dict)
    failure_count: int = 0
    checked_at: str | None = None
    not_before: str | None = None
    """After failures: do not ask before this time."""


def address_state(ledger: Ledger, address: str) -> AddressState:
    """What the ledger remembers of `address`."""
    kept = ledger.get(f"address:{address}")
    return AddressState(**json.loads(kept)) if kept else AddressState()


def note_asked(ledger: Ledger, address: str, now: datetime) -> None:
    """Remember that an address of any kind was asked: what its schedule goes by."""
    state = address_state(ledger, address)
    state.checked_at = now.isoformat()
    _remember(ledger, address, state)


def is_remote(address: str) -> bool:
    """Whether an address is no path of this machine: it names a scheme other than file."""
    scheme, mark, _ = address.partition("://")
    return bool(mark) and scheme.isalnum() and scheme.casefold() != "file"


def land_remote(session: Session, address: str, given: Given, fetcher: Fetcher) -> None:
    """Land what an address holds: a feed's entries, a page, or the files of a cloud folder.

    Failures are rejections with a reason: the run goes on. An address that rests after failures is passed
    over until its time.
    """
    if not address.casefold().startswith(WEB):
        land_cloud(session, address, given)
        return
    state = address_state(session.ledger, address)
    now = utc_now()
    if _rests(state, now):
        return
    state.checked_at = now.isoformat()
    try:
        answer = fetcher.get(address, state.validators)
    except FetchError as error:
        _fail(session, address, state, error, now)
        return
    if not answer.is_unchanged:
        is_whole = _land_answer(session, address, answer, given, fetcher)
        # An entry whose page was out of reach is asked again only if the feed comes whole the next time.
        state.validators = answer.validators if is_whole else {}
    state.failure_count, state.not_before = 0, None
    _remember(session.ledger, address, state)


def _land_answer(session: Session, address: str, answer: Response, given: Given, fetcher: Fetcher) -> bool:
    """Land a page, or the entries of a feed; False where an entry is to be asked again."""
    if looks_like_html(answer.body):
        _land_page(session, answer, address, given)
        return True
    try:
        feed = parse_feed(answer.body, answer.url)
    except FeedError as error:
        reject_input(session, shown(address), "not_a_feed", f"neither a page nor a feed: {error}")
        return True
    is_whole, fetched = True, 0
    for entry in feed.entries:
        if is_excluded(entry.url, given.excluded):
            pass_over(session, excluded=1)
        elif (known := session.ledger.known_input(entry.url)) and known.reader == _mark(entry):
            pass_over(session, unchanged=1)
        elif fetched == PAGES_AT_ONCE:
            logger.warning("%s has more new pages; the next run goes on", shown(address))
            return False
        else:
            fetched += 1
            is_whole &= _land_entry(session, feed, entry, given, fetcher)
    return is_whole


def _mark(entry: Entry) -> str:
    """What the ledger knows an entry's page by, until the feed says that it changed."""
    return f"feed/{hashlib.sha256(entry.changed.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def _land_entry(session: Session, feed: Feed, entry: Entry, given: Given, fetcher: Fetcher) -> bool:
    """The page behind an entry; the entry's own text where the page may not or cannot be had.

    False where neither can be had for now: the next run asks again.
    """
    place = entry.url
    try:
        body = fetcher.get(place).body
    except FetchError as error:
        if not entry.content:
            reject_input(session, shown(place), "unreachable", str(error))
            return not error.is_passing
        body = f"<html><body><article>{entry.content}</article></body></html>".encode("utf-8", "replace")
    said = {
        "title": entry.title,
        "url": place,
        "outlet": feed.title,
        "published": entry.published,
        "byline": entry.byline,
        "language": feed.language,
    }
    defaults = {**said, **{key: value for key, value in given.defaults.items() if value}}
    source = Input.of_bytes(session, place, "page.html", body, Given(given.outlet, defaults, given.excluded))
    land_bytes(session, source, body, given.excluded)
    remember_mark(session.ledger, place, _mark(entry), given.outlet)
    return True


def _land_page(session: Session, answer: Response, address: str, given: Given) -> None:
    if is_excluded(address, given.excluded):
        pass_over(session, excluded=1)
        return
    told = Given(given.outlet, {"url": answer.url, **given.defaults}, given.excluded)
    source = Input.of_bytes(session, address, "page.html", answer.body, told)
    land_bytes(session, source, answer.body, given.excluded)


def _fail(
    session: Session, address: str, state: AddressState, error: FetchError, now: datetime
) -> None:
    rest = min(LONGEST_REST, FIRST_REST * 2**min(state.failure_count, 10))
    if error.retry_after:
        rest = max(rest, min(LONGEST_REST, timedelta(seconds=error.retry_after)))
    state.failure_count += 1
    state.not_before = (now + rest).isoformat()
    _remember(session.ledger, address, state)
    reject_input(session, shown(address), "unreachable", str(error))


def _remember(ledger: Ledger, address: str, state: AddressState) -> None:
    ledger.put(f"address:{address}", json.dumps(asdict(state), sort_keys=True))


def _rests(state: AddressState, now: datetime) -> bool:
    """Whether it rests after failures. What a clock that ran ahead noted counts for nothing."""
    until = datetime.fromisoformat(state.not_before) if state.not_before else now
    return now < until <= now + LONGEST_REST


def due(state: AddressState, every: timedelta, now: datetime) -> bool:
    """Whether an address is to be asked again: its time has come, and it does not rest after failures.

    One asked at a time that has not come yet is due: the clock was wrong then, or is now.
    """
    if _rests(state, now):
        return False
    checked = datetime.fromisoformat(state.checked_at) if state.checked_at else None
    return checked is None or checked > now or checked + every <= now


__all__: Sequence[str] = ["AddressState", "address_state", "due", "is_remote", "land_remote"]
