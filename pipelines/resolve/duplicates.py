"""Near and exact copies: which documents repeat the text of another.

Compared are the words of the body, without boilerplate, as sets of word 5-grams. MinHash bands find the
candidates (rensa), the true Jaccard similarity decides. Documents that are linked, at one or more removes,
are a component; inside it, in order of their ids, each joins the first group whose every member it is similar
to. So nothing hangs on the order of arrival, and a report that grows from update to update is not drawn into
one group by the chain of its versions.

Texts of fewer than `MIN_WORDS` words are copies only when they are the same to the last character.

Belongs here: pure functions over texts. Does not belong here: where signatures are kept.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

from rensa import RMinHash

MIN_WORDS = 40
# Share of word 5-grams in common from which a text is a copy; measured in benchmarks/quality.md.
MIN_SIMILARITY = 0.6
_NGRAM = 5
_BANDS = 32
_BAND_ROWS = 4
_SEED = 5
# What makes a stored signature comparable with a new one.
SIGNATURE_METHOD = f"minhash{RMinHash.ALGORITHM_VERSION}/{_NGRAM}/{_BANDS}x{_BAND_ROWS}/{MIN_WORDS}"

# Template pages can share a band by the thousand; this many of them are enough to find the others by.
MAX_BUCKET = 64
_MAX_COMPARED = 64

# A word; scripts that set no spaces count a character as one.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)


@dataclass(frozen=True, slots=True)
class Body:
    """A document as it is compared. `shingles` is empty for a short text."""

    document_id: str
    text_sha256: str
    ingest_date: date
    shingles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signed:
    """A body with the hashes it is looked up by, and the component it is in (its own id: none yet)."""

    body: Body
    bands: tuple[int, ...]
    component_id: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a document repeats, and how much of the words they share; None for no copy."""

    document_id: str
    duplicate_of: str | None
    similarity: float | None


def shingles(text: str) -> frozenset[str]:
    """The word 5-grams of a text, case folded; none for fewer than `MIN_WORDS` words. Any string."""
    words = _WORD.findall(text.casefold())
    if len(words) < MIN_WORDS:
        return frozenset()
    return frozenset(" ".join(words[i : i + _NGRAM]) for i in range(len(words) - _NGRAM + 1))


def sign(bodies: Sequence[Body]) -> list[Signed]:
    """Bodies with their bands: one for the exact text, and 32 of MinHash where the text is long enough."""
    digests = RMinHash.digests_from_token_sets([list(b.shingles) for b in bodies], _BANDS * _BAND_ROWS, _SEED)
    return [
        Signed(body, tuple(_bands(body, digest)), body.document_id)
        for body, digest in zip(bodies, digests, strict=True)
    ]


def _bands(body: Body, digest: Sequence[int]) -> Iterable[int]:
    yield _hash("text", body.text_sha256)
    if body.shingles:
        for number, rows in enumerate(batched(digest, _BAND_ROWS)):
            yield _hash(number, *rows)


def _hash(*parts: object) -> int:
    """A signed 64-bit integer."""
    data = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), signed=True)


def similarity(a: Body, b: Body) -> float:
    """1.0 for the same text; else the share of word 5-grams in common; 0.0 where either is short."""
    if a.text_sha256 == b.text_sha256:
        return 1.0
    few, many = sorted((len(a.shingles), len(b.shingles)))
    if few < MIN_SIMILARITY * many or few == 0:
        return 0.0
    shared = len(a.shingles & b.shingles)
    return shared / (few + many - shared)


def is_copy(a: Body, b: Body) -> bool:
    """Whether the two are one text, but for light edits."""
    return similarity(a, b) >= MIN_SIMILARITY


def link(placed: Iterable[Signed], known: Iterable[Signed]) -> dict[str, str]:
    """Components after `placed` joined the known ones.

    Returns the new component id of each placed document and of each known component, by old id. A
    component's id is the lowest id of its documents.
    """
    parents: dict[str, str] = {}
    buckets: dict[int, list[Signed]] = {}

    def find(key: str) -> str:
        while (parent := parents.setdefault(key, key)) != key:
            parents[key] = key = parents[parent]
        return key

    for row in sorted(known, key=_by_id):
        find(row.component_id)
        _fill(buckets, row)
    for row in sorted(placed, key=_by_id):
        near = [other for band in row.bands for other in buckets.get(band, ())]
        shared = Counter(map(_by_id, near))
        by_id = {_by_id(other): other for other in near}
        # The likeliest first: once two components are one, their other pairs need no look.
        for key in sorted(by_id, key=lambda key: (-shared[key], key)):
            other = by_id[key]
            here, there = find(row.component_id), find(other.component_id)
            if here != there and is_copy(row.body, other.body):
                parents[max(here, there)] = min(here, there)
        find(row.component_id)
        _fill(buckets, row)
    return {key: find(key) for key in list(parents)}


def _by_id(row: Signed) -> str:
    return row.body.document_id


def _fill(buckets: dict[int, list[Signed]], row: Signed) -> None:
    for band in row.bands:
        bucket = buckets.setdefault(band, [])
        if len(bucket) < MAX_BUCKET:
            bucket.append(row)


def mark(component: Collection[Body]) -> list[Mark]:
    """Every document of a component: a copy of the earliest of its group (ingest date, then id), or none."""
    return [found for group in groups(component) for found in _marks(group)]


def groups(component: Collection[Body]) -> list[list[Body]]:
    """Groups of copies, each similar to every other of its group; one alone is a group of its own.

    In a group of more than 64 wordings a text is compared with the first 64.
    """
    found: list[list[list[Body]]] = []
    for variant in _variants(component):
        for group in found:
            if all(is_copy(variant[0], other[0]) for other in group[:_MAX_COMPARED]):
                group.append(variant)
                break
        else:
            found.append([variant])
    return [[body for variant in group for body in variant] for group in found]


def _variants(component: Collection[Body]) -> list[list[Body]]:
    """Documents of the same words together, in order of ids."""
    by_text: dict[str, list[Body]] = {}
    by_words: dict[frozenset[str], list[Body]] = {}
    found: list[list[Body]] = []
    for body in sorted(component, key=lambda body: body.document_id):
        variant = by_text.get(body.text_sha256)
        if variant is None and body.shingles:
            variant = by_words.get(body.shingles)
        if variant is None:
            variant = []
            found.append(variant)
        variant.append(body)
        by_text.setdefault(body.text_sha256, variant)
        by_words.setdefault(body.shingles, variant)
    return found


def _marks(group: Sequence[Body]) -> Iterable[Mark]:
    first = min(group, key=lambda body: (body.ingest_date, body.document_id))
    for body in group:
        alike = similarity(body, first) if body is not first else 0.0
        is_marked = alike >= MIN_SIMILARITY
        yield Mark(body.document_id, first.document_id if is_marked else None, alike if is_marked else None)
