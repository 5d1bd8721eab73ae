"""Whether two wordings say one thing: vectors, words, names and numbers together.

PURE. A vector alone is no proof: within a story all sentences share its names, and two figures or two towns
lie as near to each other as two words for one thing. So what two wordings hold must not contradict each
other (number, day, place, person, polarity, time), and must be alike in the words that are no names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np

from pipelines.resolve.vectors import Vectors, word_vectors
from pipelines.resolve.wordings import AmountInside, Content, opposites, stem, table_stems

# Words nearer than this count as related, in proportion; those further off not at all.
_RELATED = 0.45
# Words that share this much of their beginning are forms of one word (withdraw, withdrawal).
_SHARED_BEGINNING = 5
# Sentences of which this share is the same, word by word, differ in what is not: two words there that are
# less near than this are two things ("running short of beds", "of nurses").
_VERBATIM = 0.6
_UNRELATED = 0.22
_PHRASE = 2


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two wordings are, each from 0 to 1.

    `whole`: cosine of the sentence vectors; `bare`: the same without names and amounts; `covered`: the share
    of the content words of the one with fewer that the other has, in the same or a related word; `both`: the
    mean of that share either way; `foreign`: the share of words that nothing in the other is even remotely
    like, of the one with the smaller share. `contradiction`: what keeps them apart, in words; None where
    nothing does.
    """

    whole: float
    bare: float
    covered: float
    both: float
    foreign: float
    names_shared: int = 0
    amounts_shared: int = 0
    contradiction: str | None = None

    @property
    def score(self) -> float:
        """One number for all: how sure it is that they say one thing, from 0 to 1."""
        base = 0.3 * max(self.whole, 0) + 0.2 * max(self.bare, 0) + 0.25 * self.covered + 0.25 * self.both
        return min(1.0, base)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words ready to be compared with others: their vectors, and where each stem and beginning stands."""

    vectors: Vectors
    stems: tuple[str, ...]
    by_stem: dict[str, list[int]]
    by_beginning: dict[str, list[int]]


@lru_cache(maxsize=1024)
def _ready(words: tuple[str, ...]) -> _Words:
    stems = tuple(stem(word) for word in words)
    by_stem: dict[str, list[int]] = {}
    by_beginning: dict[str, list[int]] = {}
    for at, (word, its_stem) in enumerate(zip(words, stems, strict=True)):
        by_stem.setdefault(its_stem, []).append(at)
        if len(word) >= _SHARED_BEGINNING:
            by_beginning.setdefault(word[:_SHARED_BEGINNING], []).append(at)
    return _Words(word_vectors(words), stems, by_stem, by_beginning)


def nearness(a: Sequence[str], b: Sequence[str], least: float = _RELATED) -> Vectors:
    """How near each word of `a` is to each of `b` (len(a) x len(b)): 1 the same, 0 below `least`."""
    mine, theirs = _ready(tuple(a)), _ready(tuple(b))
    near: Vectors = mine.vectors @ theirs.vectors.T
    near[near < least] = 0.0
    for i, (word, its_stem) in enumerate(zip(a, mine.stems, strict=True)):
        for j in theirs.by_beginning.get(word[:_SHARED_BEGINNING], ()):
            if _share_beginning(word, b[j]):
                near[i, j] = max(near[i, j], 0.9)
        for j in theirs.by_stem.get(its_stem, ()):
            near[i, j] = 1.0
    return np.minimum(near, 1.0)


@dataclass(frozen=True, slots=True)
class WordLikeness:
    """How alike the content words of two wordings are: the parts of `Likeness` that need nothing else."""

    covered: float = 0.0
    both: float = 0.0
    foreign: float = 1.0


def compare_words(a: Sequence[str], b: Sequence[str]) -> WordLikeness:
    """How alike the content words of two wordings are."""
    if not a or not b:
        return WordLikeness()
    near = nearness(a, b, _UNRELATED)
    shares = []
    foreign = 1.0
    for best in (near.max(axis=1), near.max(axis=0)):
        foreign = min(foreign, (len(best) - np.count_nonzero(best)) / len(best))
        best[best < _RELATED] = 0.0
        shares.append(float(np.add.reduce(best) / np.float32(len(best))))
    covered = shares[0] if len(a) <= len(b) else shares[1]
    return WordLikeness(covered, (shares[0] + shares[1]) / 2, foreign)


def compare(  # noqa: PLR0917
    a: Content, b: Content, whole: float, bare: float, words: WordLikeness | None = None, least: float = 0.0
) -> Likeness:
    """How alike two wordings are. `whole` and `bare`: cosines of their vectors; `words`: what
    `compare_words` found, if it was asked before. Below `least` what they share and what contradicts is not
    looked for."""
    words = words or compare_words(a.words, b.words)
    alike = Likeness(whole, bare, words.covered, words.both, words.foreign)
    if alike.score < least:
        return alike
    against = contradiction(a, b)
    if against is None and a.words and b.words:
        against = _other_word(a, b)
    return replace(
        alike,
        names_shared=len(a.names & b.names),
        amounts_shared=sum(any(_agree(x, y) for y in b.amounts) for x in a.amounts),
        contradiction=against,
    )


def contradiction(a: Content, b: Content) -> str | None:
    """What in two wordings cannot be one statement, in words; None where nothing contradicts."""
    opposite = _opposite(a, b)
    if a.is_negative != b.is_negative and not opposite:
        return "one denies what the other says"
    if a.is_negative == b.is_negative and opposite:
        return f"opposite words ({opposite})"
    if {a.tense, b.tense} == {"future", "past"}:
        return "one is to come, the other has happened"
    if _amounts_differ(a.amounts, b.amounts):
        return "another number"
    if a.dates - b.dates and b.dates - a.dates:
        return "another date"
    for kind in sorted({kind for kind, _ in a.names | b.names}):
        mine, theirs = ({key for k, key in side if k == kind} for side in (a.names, b.names))
        if mine - theirs and theirs - mine:
            return f"another {kind}"
    return None


def _other_word(a: Content, b: Content) -> str | None:
    """The one word that a sentence has in the place of an unrelated one, when the rest is the same."""
    matcher = SequenceMatcher(None, a.frame, b.frame, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if 2 * same < _VERBATIM * (len(a.frame) + len(b.frame)):
        return None
    others = []
    for kind, i, j, m, n in matcher.get_opcodes():
        if kind == "equal":
            continue
        mine, theirs = (
            [w for w in words if w in side.words] for side, words in ((a, a.frame[i:j]), (b, b.frame[m:n]))
        )
        names = a.name_words & set(a.frame[i:j]), b.name_words & set(b.frame[m:n])
        if all(names) and a.names - b.names and b.names - a.names:
            return f"another name ({min(names[0])}, {min(names[1])})"
        if mine and theirs and nearness(mine, theirs, _UNRELATED).any():
            continue
        if mine or theirs:
            others.append((mine, theirs, max(j - i, n - m)))
    if len(others) == 1 and others[0][0] and others[0][1] and others[0][2] <= _PHRASE:
        return f"another word ({others[0][0][-1]}, {others[0][1][-1]})"
    return None


def _opposite(a: Content, b: Content) -> str | None:
    for word in sorted(a.stems - b.stems):
        found = opposites().get(word, frozenset()) & (b.stems - a.stems) - table_stems("negative_verb")
        if word in table_stems("negative_verb"):
            continue
        if found:
            return f"{word}, {min(found)}"
    for one, other in ((a.stems, b.stems), (b.stems, a.stems)):
        for word in sorted(one - other):
            if word.startswith(_UN) and any(word.removeprefix(un) in other - one for un in _UN):
                return f"{word}, not {word}"
    return None


_UN = ("un", "in", "im", "dis", "non")


def _amounts_differ(a: Sequence[AmountInside], b: Sequence[AmountInside]) -> bool:
    """True where each has an amount that agrees with none of the other's."""
    mine = any(not any(_agree(x, y) for y in b) for x in a)
    theirs = any(not any(_agree(x, y) for y in a) for x in b)
    return mine and theirs


def _agree(a: AmountInside, b: AmountInside) -> bool:
    return a.unit == b.unit and a.low <= b.high and b.low <= a.high


def _share_beginning(a: str, b: str) -> bool:
    shared = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        shared += 1
    return shared >= max(_SHARED_BEGINNING, 0.6 * max(len(a), len(b)))
