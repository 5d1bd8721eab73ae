"""What statements cost: by the quotes of one story, and by the size of the corpus around it.

    python benchmarks/statements_growth.py [--story 250 500 1000 2000 4000] [--corpus 1000 10000]

First: one story of so many quotes, of 40 speakers in reports of ten quotes, a third of them in other words
than an earlier one. Then: an update of the same 20 stories in a database of so many documents. Prints one
JSON line a measurement; seconds are of the process (CPU), the loading of the vectors left out.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import date, datetime
from typing import Any

import duckdb

from pipelines.model import Document, Quote, Sentence, Story, to_arrow
from pipelines.resolve.speaker_match import Speaker
from pipelines.resolve.statement_rows import QuoteRow, SentenceRow, StoryRows
from pipelines.resolve.statements import find_statements
from pipelines.resolve.vectors import embed
from pipelines.resolve.wordings import Wording
from pipelines.warehouse.schema import create_schema
from pipelines.warehouse.statements import update_statements

DAY = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12)
WHO = [
    "mayor",
    "farmer",
    "driver",
    "teacher",
    "doctor",
    "soldier",
    "judge",
    "baker",
    "pilot",
    "nurse",
    "priest",
    "engineer",
]
DOES = [
    "repairs",
    "paints",
    "closes",
    "counts",
    "guards",
    "cleans",
    "moves",
    "measures",
    "sells",
    "burns",
    "opens",
    "crosses",
]
WHAT = [
    "bridge",
    "harvest",
    "engine",
    "school",
    "hospital",
    "river",
    "fence",
    "market",
    "tower",
    "forest",
    "railway",
    "harbour",
    "mill",
]
HOW = [
    "slowly",
    "tomorrow",
    "alone",
    "again",
    "badly",
    "early",
    "together",
    "quietly",
    "twice",
    "abroad",
    "cheaply",
    "outside",
]
ASIDE = [
    "because of the rain",
    "without any help",
    "after long talks",
    "for the whole region",
    "against all advice",
]


def words(draw: random.Random) -> list[str]:
    """A sentence as a list of its parts, so that another wording can change their order."""
    who, other = draw.sample(WHO, 2)
    does = f"{draw.choice(DOES)} the {draw.choice(WHAT)}"
    return [f"the {who}", does, draw.choice(HOW), f"with the {other}", draw.choice(ASIDE)]


def texts(count: int, seed: int) -> list[tuple[str, int]]:
    """So many sentences, each with its speaker's number; a third repeat an earlier one in another order."""
    draw = random.Random(seed)
    made: list[tuple[list[str], int]] = []
    for n in range(count):
        if n > 10 and draw.random() < 0.33:
            parts, speaker = draw.choice(made)
            made.append(([*parts[:2], parts[4], *parts[2:4]], speaker))
        else:
            made.append((words(draw), draw.randrange(40)))
    return [(" ".join(parts).capitalize() + ".", speaker) for parts, speaker in made]


def story(count: int) -> StoryRows:
    """One story of so many quotes."""
    quotes, sentences = [], {}
    for n, (text, speaker) in enumerate(texts(count, 1)):
        document, start = f"d{n // 10}", n % 10 * 200
        wording = Wording(start, start + len(text), text)
        name = f"Person Number{speaker}"
        quotes.append(
            QuoteRow(
                f"q{n}", f"q{n}", document, DAY, wording, "direct", "said", Speaker(name, name, "person")
            )
        )
        sentences.setdefault(document, []).append(SentenceRow(f"s{n}", document, wording))
    return StoryRows("story", quotes, sentences)


def measure_story(count: int) -> dict[str, Any]:
    """Seconds for one story of so many quotes."""
    rows = story(count)
    started = time.process_time()
    found = find_statements(rows)
    seconds = time.process_time() - started
    return {"quotes": count, "statements": len(found.statements), "seconds": round(seconds, 2)}


def measure_corpus(documents: int) -> dict[str, Any]:
    """Seconds for the same 20 stories of 4 documents in a database of so many documents."""
    connection = duckdb.connect()
    create_schema(connection)
    rows: dict[str, list[Any]] = {"documents": [], "sentences": [], "quotes": [], "stories": []}
    for n, (text, _) in enumerate(texts(documents, 2)):
        key, of_story = f"d{n:07}", f"s{n // 4:07}"
        span: dict[str, Any] = {"document_id": key, "start_char": 0, "end_char": len(text), "surface": text}
        rows["documents"].append(
            Document(
                document_id=key, source_uri=key, source_label=key, first_seen_at=NOON, ingested_at=NOON,
                ingest_date=DAY, text=text, text_sha256=key, source_sha256=key, char_count=len(text),
                word_count=9, story_id=of_story,
            )
        )  # fmt: skip
        rows["sentences"].append(Sentence(sentence_id=f"t{n}", sentence_no=0, **span))
        rows["quotes"].append(Quote(quote_id=f"q{n}", quotation_id=f"q{n}", kind="direct", **span))
        if n % 4 == 0:
            rows["stories"].append(Story(story_id=of_story))
    for table, made in rows.items():
        connection.register("batch", to_arrow(table, made))
        connection.execute(f"INSERT INTO main.{table} BY NAME FROM batch")
    connection.execute("CREATE TEMP TABLE touched_stories AS SELECT story_id FROM main.stories")
    update_statements(connection, "first")
    connection.execute("DELETE FROM touched_stories WHERE story_id >= 's0000020'")
    started = time.process_time()
    update_statements(connection, "second")
    seconds = time.process_time() - started
    return {"documents": documents, "stories_touched": 20, "seconds": round(seconds, 2)}


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--story", type=int, nargs="*", default=[250, 500, 1000, 2000, 4000])
    parser.add_argument("--corpus", type=int, nargs="*", default=[1000, 10000])
    given = parser.parse_args()
    embed(["warm"])
    for count in given.story:
        print(json.dumps(measure_story(count)), flush=True)
    for count in given.corpus:
        print(json.dumps(measure_corpus(count)), flush=True)


if __name__ == "__main__":
    main()
