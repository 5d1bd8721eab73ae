"""What atheris feeds bytes to: the readers, the scanner of quotation marks, the scanner of numbers.

A target takes any bytes and raises where a promise is broken. `fuzz_run.py` drives them.
"""

from __future__ import annotations

from collections.abc import Callable

import document_oracle as oracle

from pipelines.extract.marks import MAX_DEPTH, scan, single_marks_lead
from pipelines.extract.numbers import find_numbers
from pipelines.ingest.readers import read

# A byte chooses how the rest is read.
NAMES = (
    "a.txt", "a.md", "a.jsonl", "a.csv", "a.tsv", "a.parquet", "a.html", "a.warc", "a.warc.gz", "a.zip",
    "a.wacz", "a.tar", "a.tgz", "a.txt.gz", "a.csv.bz2", "a.xz", "noname", "a.exe",
)  # fmt: skip
# Small, so that limits are met.
MAX_BYTES = 20_000


def readers(data: bytes) -> None:
    """Any bytes under any name, a sidecar before them or none, end as records or rejections."""
    if len(data) < 2:
        return
    name, size, rest = NAMES[data[0] % len(NAMES)], data[1], data[2:]
    sidecar = rest[:size] if size < 128 else None
    body = rest[size:] if size < 128 else rest
    found = list(read(body, name, sidecar=sidecar, max_bytes=MAX_BYTES))
    oracle.check_reading(found)
    # Read again for some of its records, as extraction does, it says the same of them.
    numbers = frozenset(one.record_no for one in found if one.record_no is not None and one.record_no % 2)
    if numbers:
        again = list(read(body, name, sidecar=sidecar, max_bytes=MAX_BYTES, only=numbers))
        assert [one for one in again if one.record_no in numbers] == [
            one for one in found if one.record_no in numbers
        ]


def marks(data: bytes) -> None:
    """Stretches between marks lie in the text and nest."""
    text = data.decode("utf-8", "replace")
    single_marks_lead([text])
    for with_single in (False, True):
        around: list[tuple[int, int]] = []
        for s in scan(text, with_single=with_single):
            assert 0 <= s.start <= s.inner_start < s.inner_end <= s.end <= len(text)
            while around and around[-1][1] <= s.start:
                around.pop()
            assert len(around) == s.depth <= MAX_DEPTH
            assert not around or s.end <= around[-1][1]
            around.append((s.start, s.end))


def numbers(data: bytes) -> None:
    """Numbers lie in the text, in order, and are finite."""
    text = data.decode("utf-8", "replace")
    grammar, found = find_numbers(text)
    for lexeme in grammar.lexemes:
        assert 0 <= lexeme.start < lexeme.end <= len(text)
    last = 0
    for number in found:
        assert last <= number.start < number.end <= len(text), number
        last = number.end
        for value in (number.value, number.high):
            assert value is None or abs(value) < float("inf"), number


TARGETS: dict[str, Callable[[bytes], None]] = {"readers": readers, "marks": marks, "numbers": numbers}
