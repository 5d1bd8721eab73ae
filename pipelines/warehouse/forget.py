"""`dateline forget`: a document leaves every kept release, landing and the ledger, and leaves a tombstone.

The order makes an interruption harmless: the tombstone first, so that no run brings the document back; then,
while its text is still there to compare with, logs and details that quote it; then arrivals, releases, and
bytes. Run again with the document's id, it goes on where it stopped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb

from pipelines.ingest.document import document_id as id_of
from pipelines.ingest.document import text_sha256
from pipelines.ingest.kept import kept_lines, kept_name
from pipelines.ingest.landing import Landing
from pipelines.ingest.readers import Record, read
from pipelines.ingest.streams import opened
from pipelines.model import Ruling, Run, hash_key
from pipelines.settings import Home
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.exclusions import as_uri
from pipelines.warehouse.forget_release import Order, rewrite, texts_of
from pipelines.warehouse.forget_traces import (
    AUDIT_STATEMENTS,
    holds,
    pieces,
    scrub_free_text,
    scrub_logs,
    word_runs,
)
from pipelines.warehouse.ledger import Landed, Ledger
from pipelines.warehouse.release import current_release, list_releases, reconcile
from pipelines.warehouse.rulings import standing
from pipelines.warehouse.session import new_run_id, utc_now
from pipelines.warehouse.stages import ANY_SIZE
from pipelines.warehouse.tombstones import FORGET

# Key of a small fact in the ledger: what a forgetting that was cut short was about, and the bytes that held it.
_UNDER_WAY = "forgetting"

# How much of an id names a document.
_SHORTEST_PREFIX = 6


class ForgetError(ValueError):
    """A document that is not known, or a name that several documents answer to."""


@dataclass(slots=True)
class Forgotten:
    """What went, and what a person still has to look at.

    `copies`: documents with the same or nearly the same text, which stay. `inputs`: files that were read and
    still lie where they lay. `log_count`: rows and files of Dagster's history that quoted the document.
    """

    document_ids: list[str]
    releases: list[str] = field(default_factory=list)
    removed_files: int = 0
    rewritten_files: int = 0
    log_count: int = 0
    copies: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    is_compact: bool = True


def forget(
    home: Home,
    ledger: Ledger,
    document: str,
    *,
    who: str,
    why: str,
    make_views: Callable[[duckdb.DuckDBPyConnection], object],
) -> Forgotten:
    """Take a document out of everything kept. Call only while holding the run lock.

    `document` is its id, a unique beginning of it, its url, or the path it was read from. Its earlier
    revisions go with it. `make_views` makes the views of a release. Raises ForgetError where `document` names
    none, or several.
    """
    reconcile(home, ledger)
    releases = list_releases(home)
    first = find(home, ledger, document)
    ids = _with_earlier(ledger, first)
    done = Forgotten(sorted(ids))
    texts: dict[tuple[str, str], str] = {}
    copies: set[str] = set()
    for info in releases:
        found, same = texts_of(info.path, ids)
        texts |= found
        copies |= same
    gone = [row for key in sorted(ids) for row in ledger.landed("document_id = ?", [key])]
    texts |= _landed_texts(home, gone)
    known = {(row.document_id, row.text_sha256) for row in gone} | set(texts)
    run = _start(ledger)
    tombstones = _bury(ledger, known, who=who, why=why)
    done.copies = sorted(copies - ids)
    done.inputs = _still_there(gone)
    with ledger.erasing() as connection:
        scrub_free_text(connection, word_runs(texts.values()))
    done.log_count = scrub_logs(home.dagster, word_runs(texts.values()))
    shutil.rmtree(home.data_docs, ignore_errors=True)
    touched = _forget_landing(home, ledger, gone, ids, done) | _cut_short(ledger)[1]
    ledger.put(_UNDER_WAY, json.dumps([first, sorted(touched)]))
    _forget_arrivals(ledger, gone, ids)
    order = _order(ledger, ids, run, tombstones, texts.values(), make_views)
    current = current_release(home)
    # The current release last: until then its readers find what they found before, whole.
    run.outcome, run.finished_at = "published", utc_now()
    for info in sorted(releases, key=lambda info: info.release_id == current):
        rewrite(info.path, home.work / "forget", order)
        done.releases.append(info.release_id)
    done.removed_files = _sweep_landing(home, ledger, order.runs, touched)
    shutil.rmtree(home.work, ignore_errors=True)
    ledger.add("runs", [run])
    ledger.put(_UNDER_WAY, None)
    done.is_compact = ledger.compact()
    return done


def find(home: Home, ledger: Ledger, document: str) -> str:
    """The document that a word of the command line names."""
    known = {row.document_id for row in ledger.landed("1")} | {
        r.document_id for r in ledger.rulings(FORGET) if r.document_id
    }
    by_place: set[str] = set()
    uri = as_uri(document)
    for row in ledger.landed("place = ? OR source_uri IN (?, ?)", [uri, uri, document]):
        # Of what a path held one after the other, the last; what went before it goes along.
        by_place = {row.document_id}
    for info in list_releases(home):
        with open_release(info.path) as connection:
            known |= {
                row[0] for row in connection.execute("SELECT document_id FROM main.documents").fetchall()
            }
    if document in known:
        return document
    if "://" in document and (key := id_of(document, "")) in known:
        return key
    if by_place:
        return by_place.pop()
    starts = (
        sorted(key for key in known if key.startswith(document)) if len(document) >= _SHORTEST_PREFIX else []
    )
    if len(starts) == 1:
        return starts[0]
    inside = ledger.landed("substr(place, 1, ?) = ?", [len(uri) + 1, uri + "#"])
    if inside:
        places = list(dict.fromkeys(row.place for row in inside))
        raise ForgetError(f"{document} holds {len(places)} documents: name one ({places[0]} …)")
    if starts:
        raise ForgetError(f"{document} begins {len(starts)} ids: {', '.join(starts[:5])}")
    cut = _cut_short(ledger)[0]
    hint = f" (a forgetting was cut short: give its document, {cut})" if cut else ""
    raise ForgetError(f"no document {document}: give its id, the beginning of it, its url or its path{hint}")


def _cut_short(ledger: Ledger) -> tuple[str | None, set[str]]:
    """The document of a forgetting that did not come to its end, and the names of the bytes that held it."""
    kept = ledger.get(_UNDER_WAY)
    if kept is None:
        return None, set()
    first, touched = json.loads(kept)
    return first, set(touched)


def _with_earlier(ledger: Ledger, first: str) -> set[str]:
    """A document and the bare texts that it replaced at its path, if they stand nowhere else."""
    found, waiting = {first}, [first]
    while waiting:
        key = waiting.pop()
        for row in ledger.landed("document_id = ? AND replaces_document_id IS NOT NULL", [key]):
            old = row.replaces_document_id
            if old and old not in found and not ledger.stands_somewhere(old):
                found.add(old)
                waiting.append(old)
    return found


def _start(ledger: Ledger) -> Run:
    now = utc_now()
    run = Run(run_id=new_run_id(now), trigger=FORGET, started_at=now, ingest_date=now.date())
    ledger.add("runs", [run])
    return run


def _order(
    ledger: Ledger,
    ids: set[str],
    run: Run,
    tombstones: list[Ruling],
    texts: Collection[str],
    make_views: Callable[[duckdb.DuckDBPyConnection], object],
) -> Order:
    rows = ledger.landed("1")
    return Order(
        document_ids=ids,
        run=run,
        tombstones=tombstones,
        rulings=standing(ledger),
        landed={(r.document_id, r.text_sha256): r.source_sha256 for r in rows if r.kind == "document"},
        present={row.source_sha256 for row in rows},
        words=pieces(texts),
        runs=word_runs(texts),
        make_views=make_views,
    )


def _still_there(gone: Iterable[Landed]) -> list[str]:
    """Files that a document was read from and that still lie there: they are the user's, not Dateline's."""
    found = set()
    for base in {_base(row) for row in gone}:
        parts = urlsplit(base)
        if parts.scheme == "file" and (path := Path(unquote(parts.path))).is_file():
            found.add(str(path))
    return sorted(found)


def _bury(ledger: Ledger, known: Iterable[tuple[str, str]], *, who: str, why: str) -> list[Ruling]:
    """Tombstones for texts of documents; those that stand already stay as they are."""
    now = utc_now()
    standing_ones = {(r.document_id, r.value): r for r in ledger.rulings(FORGET)}
    made = [
        standing_ones.get((key, sha256))
        or Ruling(
            ruling_id=hash_key("rulings", FORGET, key, sha256, now.isoformat()),
            kind=FORGET,
            table_name="documents",
            row_key=key,
            document_id=key,
            value=sha256,
            ruled_by=who,
            ruled_at=now,
            why=why,
        )
        for key, sha256 in sorted(known)
    ]
    ledger.add("rulings", made)
    return made


# --- landing and the ledger ----------------------------------------------------------------------


def _read(home: Home, row: Landed, numbers: Set[int | None]) -> Iterable[Record]:
    """Those records of the input that a row came from, as they were read. What was turned away beside them may
    be larger than memory."""
    landing = Landing(home.landing)
    if not landing.has(row.source_sha256):
        return
    side = row.sidecar_sha256
    with opened(landing.source(row.source_sha256)) as data:
        for found in read(
            data,
            row.file_name,
            sidecar=landing.get(side) if side and landing.has(side) else None,
            outlet=row.outlet,
            max_bytes=ANY_SIZE,
            only={number for number in numbers if number is not None} or None,
        ):
            if isinstance(found, Record):
                yield found


def _landed_texts(home: Home, gone: Iterable[Landed]) -> dict[tuple[str, str], str]:
    """Texts of these arrivals: what no release holds (superseded, held back, pending) is known from landing."""
    wanted = {(row.document_id, row.text_sha256) for row in gone}
    inputs: dict[tuple[str, str, str | None, str | None], list[Landed]] = {}
    for row in gone:
        key = (row.source_sha256, row.file_name, row.sidecar_sha256, row.outlet)
        inputs.setdefault(key, []).append(row)
    found = {}
    for rows in inputs.values():
        for record in _read(home, rows[0], {row.record_no for row in rows}):
            known = (id_of(record.metadata.url, record.text), text_sha256(record.text))
            if known in wanted:
                found[known] = record.text
    return found


def _base(row: Landed) -> str:
    """The file that a row's place is, or is a record of."""
    return row.place.rpartition("#")[0] if row.record_no is not None else row.place


def _forget_landing(
    home: Home, ledger: Ledger, gone: list[Landed], ids: set[str], done: Forgotten
) -> set[str]:
    """Write inputs that hold other records too anew, without the forgotten; their arrivals point there.

    Returns the names of the bytes that held the forgotten.
    """
    bases = {_base(row) for row in gone}
    touched = {row.source_sha256 for row in gone} | {
        row.source_sha256 for row in ledger.landed("record_no IS NOT NULL") if _base(row) in bases
    }
    landing = Landing(home.landing)
    groups: dict[tuple[str, str, str | None, str | None], list[Landed]] = {}
    for row in ledger.landed("record_no IS NOT NULL"):
        if row.source_sha256 in touched and row.document_id not in ids:
            key = (row.source_sha256, row.file_name, row.sidecar_sha256, row.outlet)
            groups.setdefault(key, []).append(row)
    for rows in groups.values():
        needed = {row.record_no for row in rows}

        def is_kept(record: Record, needed: set[int | None] = needed) -> bool:
            key = id_of(record.metadata.url, record.text)
            return key not in ids and record.record_no in needed

        lines = kept_lines(_read(home, rows[0], needed), is_kept)
        if lines is None:
            continue
        sha256 = landing.put(lines)
        done.rewritten_files += 1
        with ledger.erasing() as connection:
            connection.executemany(
                "UPDATE landed SET source_sha256 = ?, file_name = ?, sidecar_sha256 = NULL WHERE seq = ?",
                [(sha256, kept_name(row.file_name), row.seq) for row in rows],
            )
    return touched


def _forget_arrivals(ledger: Ledger, gone: list[Landed], ids: set[str]) -> None:
    """Take arrivals, quarantined rows and surfaces of rulings out of the ledger."""
    with ledger.erasing() as connection:
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS forgotten (document_id TEXT PRIMARY KEY)")
        connection.execute("DELETE FROM forgotten")
        connection.executemany("INSERT INTO forgotten VALUES (?)", [(key,) for key in sorted(ids)])
        connection.execute("DELETE FROM landed WHERE document_id IN (SELECT document_id FROM forgotten)")
        connection.execute(
            """UPDATE landed SET replaces_document_id = NULL
               WHERE replaces_document_id IN (SELECT document_id FROM forgotten)"""
        )
        # Their files are read again, and what is forgotten in them is counted as excluded.
        connection.executemany(
            "DELETE FROM inputs WHERE place = ?", [(base,) for base in sorted({_base(row) for row in gone})]
        )
        for statement in AUDIT_STATEMENTS:
            connection.execute(statement.format(""))


def _sweep_landing(home: Home, ledger: Ledger, runs: Set[str], touched: set[str]) -> int:
    """Remove bytes that no arrival needs: the forgotten's own, and older copies of files that held it.

    What could not be read is kept, unless it held the forgotten too or the words stand in it. Returns how
    many files went.
    """
    rows = ledger.landed("1")
    needed = {row.source_sha256 for row in rows} | {row.sidecar_sha256 for row in rows}
    rejected = {row.source_sha256 for row in ledger.rows("rejected_documents", "source_sha256 IS NOT NULL")}
    removed = set()
    for file in sorted(home.landing.glob("*")) if home.landing.is_dir() else ():
        if file.name in needed:
            continue
        if file.name in rejected - touched and not holds(file, runs):
            continue
        file.unlink()
        removed.add(file.name)
    with ledger.erasing() as connection:
        connection.executemany(
            "UPDATE rejected_documents SET source_sha256 = NULL WHERE source_sha256 = ?",
            [(name,) for name in sorted(removed)],
        )
    return len(removed)
