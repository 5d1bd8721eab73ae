"""What marking copies costs as the warehouse grows: all documents at once, then 1% new ones.

Generated documents (a third are copies with light edits of an earlier one) go straight into the tables that
marking reads. Time is CPU time of this process.

    python benchmarks/duplicates_growth.py [--sizes 1000 10000 100000]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipelines.warehouse.connection import Warehouse, transaction
from pipelines.warehouse.duplicates import mark_duplicates

_WORDS = [f"w{number}" for number in range(20_000)]
_CHUNK = 5_000


def _texts(rng: random.Random, count: int) -> Iterator[str]:
    recent: list[list[str]] = []
    for _ in range(count):
        if recent and rng.random() < 1 / 3:
            words = list(rng.choice(recent))
            for _ in range(3):
                words[rng.randrange(len(words))] = rng.choice(_WORDS)
        else:
            words = rng.choices(_WORDS, k=rng.randint(80, 320))
            recent = [*recent[-200:], words]
        yield " ".join(words)


def _insert(warehouse: Warehouse, rng: random.Random, count: int, run_id: str, day: date) -> None:
    texts = list(_texts(rng, count))
    keys = [f"{rng.getrandbits(96):024x}" for _ in texts]
    with warehouse.connect() as connection:
        connection.register("incoming", pa.table({"document_id": keys, "text": texts}))
        connection.execute(
            """INSERT INTO main.documents BY NAME
               SELECT document_id, document_id AS source_uri, document_id AS source_label,
                      $day::TIMESTAMP AS first_seen_at, $day::TIMESTAMP AS ingested_at, $day AS ingest_date,
                      text, sha256(text) AS text_sha256, '' AS source_sha256, length(text) AS char_count,
                      1 AS word_count, []::VARCHAR[] AS agencies, 'done' AS extraction_status,
                      $run_id AS run_id, '' AS extractor_version FROM incoming""",
            {"day": day, "run_id": run_id},
        )
        connection.execute(
            """INSERT INTO main.segments BY NAME
               SELECT document_id AS segment_id, document_id, 0 AS segment_no, 0 AS start_char,
                      length(text) AS end_char, text AS surface, 'body' AS role, 1.0 AS confidence,
                      '' AS method, $run_id AS run_id, '' AS extractor_version FROM incoming""",
            {"run_id": run_id},
        )


def _mark(warehouse: Warehouse, run_id: str) -> float:
    with warehouse.connect() as connection:
        started = time.process_time()
        with transaction(connection):
            mark_duplicates(connection, run_id)
        return time.process_time() - started


def measure(size: int, folder: Path) -> None:
    """Print one row: seconds for `size` documents, then for 1% more."""
    warehouse, rng = Warehouse(folder / f"{size}.duckdb"), random.Random(size)
    warehouse.prepare(None)
    whole = 0.0
    for start in range(0, size, _CHUNK):
        _insert(warehouse, rng, min(_CHUNK, size - start), f"load{start}", date(2024, 1, 1))
        whole += _mark(warehouse, f"load{start}")
    _insert(warehouse, rng, size // 100, "new", date(2024, 1, 2))
    new = _mark(warehouse, "new")
    print(f"| {size:,} | {whole:.1f} | {new:.2f} | {new / whole:.1%} |", flush=True)


def main() -> None:
    """Measure each size in a warehouse of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    arguments = parser.parse_args()
    print("| documents | all of them, s | 1% new, s | share |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.sizes:
            measure(size, Path(folder))


if __name__ == "__main__":
    main()
