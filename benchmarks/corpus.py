"""A corpus of any size for measuring: stories, copies, agency copy, boilerplate, conflicts, and plain prose.

    python benchmarks/corpus.py FOLDER [--documents 1000] [--seed 1] [--start 0]

Writes FOLDER/part-00000.jsonl … with a thousand records a file. The stories are those of
`stories_generator.py`; their names, towns and firms are made up anew for every block of stories, and there
are 400 outlets. Time goes on as the corpus grows: with every five blocks (some 1,200 reports) stories are
of a week later, from January 2010 to November 2025 in a million documents. Between the planted paragraphs
stands plain prose, drawn sentence by sentence from a small grammar (`corpus_prose.py`), until a report has
the length of one (log-normal, 600 words on average). Every outlet ends its pages with two lines of its own.
One seed always gives the same corpus, and the first documents of a larger corpus are those of a smaller one.
A document takes some 0.5 ms to make; nothing is kept of a block when the next begins (20 MB of memory).

How long sentences and paragraphs are, how many names, numbers and quotes there are to a thousand words, how
often a name is new and how many forms of words there are was set by what real news has: the table in
README.md.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched, count, islice
from pathlib import Path

from corpus_prose import Writer, make_world
from stories_generator import LISTS, Lists, Report, make_stories, record

RECORDS_A_FILE = 1000
_STORIES_A_BLOCK = 60
# Stories move on a week with so many blocks, some 1,200 reports; the words name days of the week alone.
_BLOCKS_A_WEEK = 5
# So many weeks before those of the stories as they are made, or the last reports of a million would be of
# years to come, which the audit quarantines.
_WEEKS_BEFORE = 730
# Words of a report, log-normal: 600 on average.
_LENGTH = (6.18, 0.6)
_ONSETS = (
    "b", "br", "c", "ch", "d", "dr", "f", "fr", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r",
    "s", "sh", "st", "t", "tr", "v", "w", "z",
)  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
_CODAS = ("n", "r", "l", "s", "t", "m", "nd", "rt", "ck", "x", "th", "ng", "sk", "v")


def documents(seed: int = 1, block: int = 0) -> Iterator[dict[str, str]]:
    """Records of JSON Lines, without end, from the first of a block on (some 240 reports each)."""
    start = random.Random(f"{seed}/outlets")
    papers = _papers(start)
    world = make_world(start, _names(start, 900), LISTS)
    for number in count(block):
        draw = random.Random(f"{seed}/{number}")
        lists = _lists(draw, papers)
        stories = make_stories(_STORIES_A_BLOCK, draw.getrandbits(48), lists)
        prose: dict[str, str] = {}
        for story in stories:
            writer = Writer(draw, lists, world)
            for report in story.reports:
                report.published += timedelta(weeks=number // _BLOCKS_A_WEEK - _WEEKS_BEFORE)
                yield _record(draw, writer, report, prose, f"b{number}-")


def _record(
    draw: random.Random, writer: Writer, report: Report, prose: dict[str, str], prefix: str
) -> dict[str, str]:
    """The report as a record, filled up with prose; a copy has the prose of what it copies."""
    if report.copy_of not in prose:
        words = max(0, int(draw.lognormvariate(*_LENGTH)) - len(report.text.split()))
        prose[report.report_id] = "\n\n".join(writer.paragraphs(words))
    body = prose[report.copy_of if report.copy_of in prose else report.report_id]
    footer = f"Sign up for the {report.outlet} newsletter\n\nFollow {report.outlet} for more"
    row = record(report)
    row["url"] = row["url"].replace(report.report_id, prefix + report.report_id)
    row["text"] = "\n\n".join(filter(None, (report.text, body, footer)))
    return row


def _papers(draw: random.Random) -> list[str]:
    return [f"{name} {draw.choice(('Post', 'Herald', 'Times', 'Star'))}" for name in _names(draw, 400)]


def _lists(draw: random.Random, papers: list[str]) -> Lists:
    """Names of people, towns, firms and outlets of one block of stories; first names and regions stay."""
    return LISTS | {
        "last": _names(draw, 400),
        "town_heads": _names(draw, 60),
        "firms": _names(draw, 60),
        "outlets": draw.sample(papers, 30),
    }


def _names(draw: random.Random, wanted: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < wanted:
        name = draw.choice(_ONSETS) + draw.choice(_VOWELS) + draw.choice(_CODAS)
        if draw.random() < 0.8:
            name += draw.choice(_VOWELS) + draw.choice(_CODAS)
        found[name.capitalize()] = None
    return list(found)


def write(folder: Path, wanted: int, seed: int = 1, start: int = 0) -> None:
    """Write `wanted` documents from number `start` on into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = islice(documents(seed), start, start + wanted)
    for number, part in enumerate(batched(rows, RECORDS_A_FILE), start // RECORDS_A_FILE):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in part)
        (folder / f"part-{number:05}-{start}.jsonl").write_text(text, encoding="utf-8")


def main() -> None:
    """Write a corpus into a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    given = parser.parse_args()
    write(given.folder, given.documents, given.seed, given.start)


if __name__ == "__main__":
    main()
