"""The same new documents beside a small release and a large one: what a portion costs as releases grow.

    python benchmarks/beside_large.py RELEASE.duckdb FOLDER [--copies 1 20] [--documents 500] [--start 2000]
                                      [--portions 1]

RELEASE is a release of `corpus.py`'s first documents (`--start` many). For each number of copies a home
below FOLDER gets a release in which every copy's words are written in other letters, so that no name, wording
or text of one is in another; then `bench_run.py dateline` adds `--documents` documents that follow in the
corpus, in so many portions. Kept views are made with the copies and brought up to date by each portion; the
first makes them whole where RELEASE has other units than this version of Dateline. Prints one JSON line a
portion: CPU seconds and highest resident memory by step.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from pathlib import Path
from string import ascii_lowercase

import duckdb
from bench import run
from big_warehouse import ONCE
from corpus import write

from pipelines.audit.history import check_history
from pipelines.model import TABLES, TableSpec
from pipelines.views.build import create_views
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.schema import qualified, quote_name, quote_text

_VOWELS = "aeiou"
_WORDS = frozenset(
    [
        *("title", "byline", "text", "surface", "alias", "role_text", "cue", "noun"),
        *("speaker_surface", "speaker_name", "speaker_role", "speaker_affiliation"),
        *("place_surface", "source_surface"),
    ]
)
# Columns of a general name that hold words in these tables alone.
_WORDS_IN = {"name": ("entities", "entity_mentions"), "label": ("stories", "figures")}
# The first characters of an id stay: where rows are ordered by id, their copies are too.
_ORDER = 6
# A copy is so many days older than the one before: two thousand reports of the corpus are of two weeks.
_DAYS = 14


def letters(copy: int) -> str:
    """The alphabet as a copy writes it, small letters, then capitals; vowels stand for vowels."""
    choice = random.Random(copy)
    vowels, others = list(_VOWELS), [x for x in ascii_lowercase if x not in _VOWELS]
    if copy:
        choice.shuffle(vowels)
        choice.shuffle(others)
    here, there = iter(vowels), iter(others)
    small = "".join(next(here) if x in _VOWELS else next(there) for x in ascii_lowercase)
    return small + small.upper()


def _copied(spec: TableSpec, name: str, kind: str, copy: int) -> str:
    column = quote_name(name)
    plain = quote_text(ascii_lowercase + ascii_lowercase.upper())
    if not copy or name in ("outlet_id", "run_id", "since_run_id"):
        return column
    if name in _WORDS or spec.name in _WORDS_IN.get(name, ()):
        return f"translate({column}, {plain}, {quote_text(letters(copy))}) AS {column}"
    if name.endswith("_id") and kind == "VARCHAR":
        rest = f"substr(md5({column} || '{copy}'), 1, length({column}) - {_ORDER})"
        return f"substr({column}, 1, {_ORDER}) || {rest} AS {column}"
    if name == "block_keys":
        words = f"translate(split_part(x, '=', 2), {plain}, {quote_text(letters(copy))})"
        return f"list_transform({column}, x -> split_part(x, '=', 1) || '=' || {words}) AS {column}"
    if name == "terms":
        return f"list_transform({column}, x -> x || '#{copy}') AS {column}"
    if name == "bands":
        return f"list_transform({column}, x -> x + {copy * 1_000_003}) AS {column}"
    if kind == "DATE":
        return f"{column} - {_DAYS * copy} AS {column}"
    if name in ("source_uri", "text_sha256", "source_sha256"):
        return f"{column} || '{copy}' AS {column}"
    return column


def build(source: Path, target: Path, copies: int) -> None:
    """Write a release of so many copies of a small one."""
    warehouse = Warehouse(target)
    warehouse.prepare(source)
    with warehouse.connect() as connection:
        connection.execute(f"ATTACH {quote_text(str(source))} AS small (READ_ONLY)")
        for copy in range(1, copies):
            for spec in TABLES.values():
                if spec.schema == "main" and spec.name not in ONCE - {"id_redirects"}:
                    _add(connection, spec, copy)
        # As a run leaves its release: the rules have held, what they found of each document is kept, and the
        # views are made.
        if failed := [found.expectation for found in check_history(connection, "built") if not found.success]:
            raise RuntimeError(f"the copies break {', '.join(failed)}")
        create_views(connection)


def _add(connection: duckdb.DuckDBPyConnection, spec: TableSpec, copy: int) -> None:
    columns = ", ".join(_copied(spec, c.name, c.sql_type, copy) for c in spec.columns)
    connection.execute(f"INSERT INTO {qualified(spec)} BY NAME SELECT {columns} FROM small.{qualified(spec)}")


def main() -> None:
    """Build each home and run the portion there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("release", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 20])
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--start", type=int, default=2000)
    parser.add_argument("--portions", type=int, default=1)
    given = parser.parse_args()
    portions = [given.folder / f"portion{number}" for number in range(given.portions)]
    for number, portion in enumerate(portions):
        write(portion, given.documents, start=given.start + number * given.documents)
    for copies in given.copies:
        kept, home = given.folder / f"release{copies}.duckdb", given.folder / f"home{copies}"
        if not kept.exists():
            build(given.release, kept, copies)
        shutil.rmtree(home, ignore_errors=True)
        release = home / "releases" / "20200101T000000-000000"
        release.mkdir(parents=True)
        shutil.copyfile(kept, release / "dateline.duckdb")
        (home / "current").symlink_to(release.relative_to(home), target_is_directory=True)
        for number, portion in enumerate(portions):
            found = run("dateline", portion, home, None)
            beside = copies * given.start + number * given.documents
            print(json.dumps({"beside": beside} | found), flush=True)
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
