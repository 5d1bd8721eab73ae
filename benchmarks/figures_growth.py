"""What figures cost: an update of the same 20 stories in a database of so many documents.

    python benchmarks/figures_growth.py [SIZE ...]       default: 1000 10000 30000 100000

Invented documents go straight into the tables that figures read: stories of four reports, each with three
numbers (people hurt, homes without power, money) that agree, are rounded or grow. All stories are made once,
then the 20 first again, as a run with documents of these stories does. Prints CPU seconds, one line a size.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from pipelines.model import Document, NumericClaim, Sentence, Story, to_arrow
from pipelines.warehouse.figures import update_figures
from pipelines.warehouse.schema import create_schema

_NOON = datetime(2026, 1, 1, 12)
_DAY = date(2026, 1, 1)
_AGAIN = 20


def _claims(number: int, text: str) -> list[NumericClaim]:
    """Three numbers of one document, near those of the story's other three."""
    draw, story = random.Random(number), random.Random(f"story {number // 4}")
    hurt, homes, cost = story.randrange(3, 90), story.randrange(400, 9000), story.randrange(2, 60)
    made = []
    for at, (value, noun, category, unit) in enumerate(
        (
            (hurt + draw.choice((0, 0, 1)), "people", "injured", None),
            (round(homes, draw.choice((0, -2))), "homes", None, None),
            (cost, None, "money", "USD"),
        )
    ):
        made.append(
            NumericClaim(
                claim_id=f"c{number}.{at}", document_id=f"d{number:07}", sentence_id=f"t{number}",
                start_char=10 * at, end_char=10 * at + 5, surface=text[10 * at : 10 * at + 5],
                value=float(value), bound="exact", unit=unit, unit_dimension="money" if unit else "count",
                noun=noun, category=category,
            )
        )  # fmt: skip
    return made


def measure(size: int) -> tuple[float, float]:
    """CPU seconds of all stories, and of 20 of them again."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    create_schema(connection)
    rows: dict[str, list[Any]] = {"documents": [], "sentences": [], "numeric_claims": [], "stories": []}
    text = "The storm left people hurt and homes without power, officials said."
    for number in range(size):
        key, story, day = f"d{number:07}", f"s{number // 4:07}", _DAY + timedelta(days=number // 500)
        rows["documents"].append(
            Document(
                document_id=key, source_uri=key, source_label=key, first_seen_at=_NOON, ingested_at=_NOON,
                ingest_date=day, published_on=day, text=text, text_sha256=key, source_sha256=key,
                char_count=len(text), word_count=11, story_id=story,
            )
        )  # fmt: skip
        rows["sentences"].append(
            Sentence(
                sentence_id=f"t{number}", sentence_no=0, document_id=key, start_char=0, end_char=len(text),
                surface=text,
            )
        )  # fmt: skip
        rows["numeric_claims"] += _claims(number, text)
        if number % 4 == 0:
            rows["stories"].append(Story(story_id=story))
    for table, made in rows.items():
        connection.register("batch", to_arrow(table, made))
        connection.execute(f"INSERT INTO main.{table} BY NAME FROM batch")
    rows.clear()
    connection.execute("CREATE TEMP TABLE touched_stories AS SELECT story_id FROM main.stories")
    start = time.process_time()
    update_figures(connection, "first")
    whole = time.process_time() - start
    connection.execute("DELETE FROM touched_stories WHERE story_id >= ?", [f"s{_AGAIN:07}"])
    start = time.process_time()
    update_figures(connection, "second")
    again = time.process_time() - start
    found = connection.execute("SELECT count(*) FROM main.figures").fetchone()
    print(
        f"{size:>7} documents {found[0] if found else 0:>7} figures   all {whole:7.2f} s "
        f"({1000 * whole / size:.2f} ms each)   {_AGAIN} stories again {again:.3f} s",
        flush=True,
    )
    return whole, again


def main() -> None:
    """Run every size."""
    for size in [int(argument) for argument in sys.argv[1:]] or [1000, 10_000, 30_000, 100_000]:
        measure(size)


if __name__ == "__main__":
    main()
