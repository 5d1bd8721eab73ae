"""How the cost of resolving names grows with the documents already known.

    python benchmarks/entities_growth.py [SIZE ...]       default: 1000 3000 10000 30000 100000

Invented documents (a few names are in every report, most in one or two, as in news) go into a DuckDB file in
a hundred runs of 1% each, as days do; then 1% more are resolved as a run does it: fetch the known names that
share a bucket, read older names in question again, and resolve. Prints CPU time, one line a size, and fails
where the 1% more cost over 2.5% of all the runs before.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from pipelines.model import Entity, EntityAlias, to_arrow
from pipelines.resolve.companions import of_mentions
from pipelines.resolve.entities import needed_blocks, resolve_entities
from pipelines.resolve.mention_rows import MentionRow, Resolution
from pipelines.resolve.name_keys import ENTITY_TYPES, family_of
from pipelines.resolve.rereading import names_to_reread

_SYLLABLES = (
    "ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "za", "der", "kin", "lov", "mar", "nes", "pol",
    "ros", "tan", "vil", "wen",
)  # fmt: skip
_FIRST_DAY = date(2020, 1, 1)
_LIMIT = 0.025


def _word(draw: random.Random, syllables: int) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(syllables)).capitalize()


def _name(rank: int) -> tuple[str, str]:
    """The name of an invented thing, the same on every call."""
    draw = random.Random(rank)
    kind = rank % 10
    if kind < 5:
        return "PERSON", f"{_word(draw, 2)} {_word(draw, 3)}"
    if kind < 8:
        return (
            "ORG",
            f"{_word(draw, 2)} {_word(draw, 2)} {draw.choice(('Council', 'Bank', 'Union', 'Group'))}",
        )
    return "GPE", _word(draw, 3)


def mentions(first: int, last: int) -> list[MentionRow]:
    """Twenty mentions for each document from `first` to `last`."""
    rows = []
    for number in range(first, last):
        draw = random.Random(f"document {number}")
        for at in range(20):
            label, name = _name(int(draw.paretovariate(0.3)) % 10_000_000)
            day = _FIRST_DAY + timedelta(days=number // 500)
            rows.append(MentionRow(f"{number}:{at}", f"d{number:08}", day, at, label, name, name))
    return rows


def resolve(connection: duckdb.DuckDBPyConnection, rows: list[MentionRow]) -> float:
    """Resolve as a run does and store the outcome; CPU seconds, without the storing."""
    start = time.process_time()
    entities, aliases = known(connection, rows)
    reread = names_to_reread(rows, entities, aliases)
    older = older_mentions(connection, reread)
    if reread:
        entities, aliases = known(connection, [*rows, *older])
    beside = of_mentions([*rows, *older])
    found = resolve_entities([*rows, *older], entities, aliases, reread=reread, beside=beside)
    seconds = time.process_time() - start
    connection.register("new_entities", to_arrow("entities", found.entities))
    connection.register("new_aliases", to_arrow("entity_aliases", found.aliases))
    released = pa.table({"key": pa.array([f"{e}|{a}" for e, a in found.released], pa.string())})
    connection.register("released", released)
    connection.execute("DELETE FROM aliases WHERE entity_id || '|' || alias IN (FROM released)")
    connection.register("gone", pa.table({"id": pa.array([r.old_id for r in found.redirects], pa.string())}))
    for table in ("entities", "aliases"):
        connection.execute(f"DELETE FROM {table} WHERE entity_id IN (FROM gone)")
        connection.execute(f"DELETE FROM {table} WHERE entity_id IN (SELECT entity_id FROM new_entities)")
        connection.execute(f"INSERT INTO {table} FROM new_{table}")
    store_mentions(connection, rows, found)
    return seconds


def known(
    connection: duckdb.DuckDBPyConnection, rows: list[MentionRow]
) -> tuple[list[Entity], list[EntityAlias]]:
    """Entities with a name in a bucket of the mentions, and all their names."""
    blocks = pa.table({"block": pa.array(sorted(needed_blocks(rows)), pa.string())})
    connection.register("blocks", blocks)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE near AS SELECT DISTINCT a.entity_id
           FROM (SELECT entity_id, unnest(block_keys) AS block FROM aliases) AS a JOIN blocks USING (block)"""
    )
    entities = connection.execute("FROM entities SEMI JOIN near USING (entity_id)").to_arrow_table()
    aliases = connection.execute("FROM aliases SEMI JOIN near USING (entity_id)").to_arrow_table()
    return [Entity(**e) for e in entities.to_pylist()], [EntityAlias(**a) for a in aliases.to_pylist()]


def older_mentions(connection: duckdb.DuckDBPyConnection, names: set[tuple[str, str]]) -> list[MentionRow]:
    """The stored mentions by these names."""
    connection.register("reread", pa.table({"name": pa.array(sorted({n for _, n in names}), pa.string())}))
    rows = connection.execute(
        """SELECT mention_id, document_id, ingest_date, start_char, label, name AS surface, name
           FROM mentions SEMI JOIN reread USING (name)"""
    ).fetchall()
    found = [MentionRow(*row) for row in rows]
    return [m for m in found if (family_of(ENTITY_TYPES[m.label]), m.name) in names]


def store_mentions(connection: duckdb.DuckDBPyConnection, rows: list[MentionRow], found: Resolution) -> None:
    """Keep the new mentions, and count the documents of the names that the run wrote."""
    table = {
        "mention_id": [m.mention_id for m in rows],
        "document_id": [m.document_id for m in rows],
        "ingest_date": [m.ingest_date for m in rows],
        "start_char": [m.start_char for m in rows],
        "label": [m.label for m in rows],
        "name": [m.name for m in rows],
    }
    connection.register("new_mentions", pa.table(table))
    connection.execute("INSERT INTO mentions FROM new_mentions")
    connection.execute(
        """UPDATE aliases AS a SET document_count = c.documents
           FROM (SELECT name, count(DISTINCT document_id) AS documents FROM mentions
                 WHERE name IN (SELECT alias FROM new_aliases) GROUP BY name) AS c WHERE c.name = a.alias"""
    )


def measure(size: int, folder: Path) -> float:
    """Share of the whole's time that 1% more documents take."""
    connection = duckdb.connect(str(folder / f"{size}.duckdb"))
    connection.execute("SET threads = 1")
    connection.register("no_entities", to_arrow("entities", []))
    connection.register("no_aliases", to_arrow("entity_aliases", []))
    connection.execute("CREATE TABLE entities AS FROM no_entities")
    connection.execute("CREATE TABLE aliases AS FROM no_aliases")
    connection.execute(
        """CREATE TABLE mentions (mention_id VARCHAR, document_id VARCHAR, ingest_date DATE,
           start_char INTEGER, label VARCHAR, name VARCHAR)"""
    )
    step = size // 100
    whole = sum(resolve(connection, mentions(start, start + step)) for start in range(0, size, step))
    more = resolve(connection, mentions(size, size + step))
    count = connection.execute("SELECT count(*) FROM entities").fetchone()
    connection.close()
    print(
        f"{size:>7} documents {count[0] if count else 0:>8} entities   all {whole:8.2f} s "
        f"({1000 * whole / size:.2f} ms each)   1% more {more:6.3f} s = {100 * more / whole:.2f}%",
        flush=True,
    )
    return more / whole


def main() -> int:
    """Run every size; 1 where growth is worse than the limit."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [1000, 3000, 10_000, 30_000, 100_000]
    with TemporaryDirectory() as folder:
        shares = [measure(size, Path(folder)) for size in sizes]
    return int(any(share > _LIMIT for share, size in zip(shares, sizes, strict=True) if size >= 10_000))


if __name__ == "__main__":
    sys.exit(main())
