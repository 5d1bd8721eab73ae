"""How the cost of finding stories grows with the documents already known.

    python benchmarks/stories_growth.py [SIZE ...]       default: 1000 10000 100000

Invented documents go straight into the tables that stories read: 500 a day, in stories of four reports on
average over up to four days, each with four of its story's six names, a country, a town, words, and a vector
near its story's. The first SIZE are placed in a hundred runs of 1% each, as days do; then 1% more in one run.
Prints CPU seconds, one line a size, with the share of pairs that are right, and fails where the 1% more cost
over 2.5% of all the runs before (from 10,000 documents up).
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta

import duckdb
import numpy as np

from pipelines.model import Document, DocumentFeatures, to_arrow
from pipelines.resolve.vectors import DIMENSIONS
from pipelines.warehouse.schema import create_schema
from pipelines.warehouse.stories import update_stories

_FIRST_DAY = date(2020, 1, 1)
_A_DAY = 500
_LIMIT = 0.025


def story_of(number: int) -> int:
    """The story of a document: one of those that began in the four days before it."""
    return (number + 4 * _A_DAY - random.Random(f"story of {number}").randrange(4 * _A_DAY)) // 4


def features(number: int) -> DocumentFeatures:
    """One document's features, the same on every call."""
    story, own = story_of(number), random.Random(f"document {number}")
    draw = random.Random(f"story {story}")
    names = [f"e:{draw.randrange(10**9)}" for _ in range(6)]
    common = [f"c:{draw.randrange(40)}", f"p:{draw.randrange(2000)}", f"e:often{draw.randrange(500)}"]
    words = [f"w:{draw.randrange(1500)}" for _ in range(12)] + [f"r:{draw.randrange(9000)}" for _ in range(8)]
    terms = dict.fromkeys(own.sample(names, 4), 2.0) | dict.fromkeys(common, 2.0)
    terms |= dict.fromkeys(own.sample(words, 12), 0.7) | {f"w:{own.randrange(1500)}": 0.7 for _ in range(8)}
    terms |= {f"e:{own.randrange(10**9)}": 1.0}
    near = np.random.default_rng(story).normal(size=DIMENSIONS)
    vector = near + 0.7 * np.random.default_rng(number).normal(size=DIMENSIONS)
    day = _FIRST_DAY + timedelta(days=number // _A_DAY)
    return DocumentFeatures(
        document_id=f"d{number:08}",
        text_sha256=str(number),
        own_on=None if own.random() < 0.05 else day,
        seen_on=day,
        terms=list(terms),
        term_weights=list(terms.values()),
        vector=(vector / np.linalg.norm(vector)).tolist(),
        read_in_run="run",
    )


def _document(made: DocumentFeatures) -> Document:
    now = datetime(2026, 1, 1)
    return Document(
        document_id=made.document_id,
        source_uri=made.document_id,
        source_label=made.document_id,
        first_seen_at=now,
        ingested_at=now,
        ingest_date=made.seen_on,
        text="",
        text_sha256=made.text_sha256,
        source_sha256="",
        char_count=0,
        word_count=0,
        run_id="run",
    )


def run(connection: duckdb.DuckDBPyConnection, first: int, last: int) -> float:
    """Place the documents from `first` to `last` as a run does; CPU seconds, without making them up."""
    made = [features(number) for number in range(first, last)]
    for table, rows in (("document_features", made), ("documents", [_document(one) for one in made])):
        connection.register("rows", to_arrow(table, rows))
        connection.execute(f"INSERT INTO main.{table} BY NAME FROM rows")
    start = time.process_time()
    update_stories(connection, "run")
    return time.process_time() - start


def _right(connection: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """Precision and recall of pairs."""
    rows = connection.execute("SELECT document_id, story_id FROM main.documents").fetchall()

    def pairs(groups: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in groups.values())

    both = pairs(Counter((story_of(int(d[1:])), s) for d, s in rows))
    found = pairs(Counter(s for _, s in rows))
    return both / max(found, 1), both / max(pairs(Counter(story_of(int(d[1:])) for d, _ in rows)), 1)


def measure(size: int) -> float:
    """Share of the whole's time that 1% more documents take."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    create_schema(connection)
    step = size // 100
    whole = sum(run(connection, at, at + step) for at in range(0, size, step))
    more = run(connection, size, size + step)
    precision, recall = _right(connection)
    connection.close()
    print(
        f"{size:>7} documents   all {whole:8.2f} s ({1000 * whole / size:.2f} ms each)   "
        f"1% more {more:6.3f} s = {100 * more / whole:.2f}%   pairs {precision:.3f} / {recall:.3f}",
        flush=True,
    )
    return more / whole


def main() -> int:
    """Run every size; 1 where growth is worse than the limit."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [1000, 10_000, 100_000]
    shares = [measure(size) for size in sizes]
    return int(any(share > _LIMIT for share, size in zip(shares, sizes, strict=True) if size >= 10_000))


if __name__ == "__main__":
    sys.exit(main())
