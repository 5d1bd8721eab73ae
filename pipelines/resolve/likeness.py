"""Whether two wordings say one thing: vectors, words, names and numbers together.

PURE. A vector alone is no proof: within a story all sentences share its names, and two figures or two towns
lie as near to each other as two words for one thing. So what two wordings hold must not contradict each
other (number, day, place, person, polarity, time), and must be alike in the words that are no names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

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
    names_shared: int
    amounts_shared: int
    contradiction: str | None

    @property
    def score(self) -> float:
        """One number for all: how sure it is that they say one thing, from 0 to 1."""
        base = 0.3 * max(self.whole, 0) + 0.2 * max(self.bare, 0) + 0.25 * self.covered + 0.25 * self.both
        return min(1.0, base)


def nearness(a: Sequence[str], b: Sequence[str], least: float = _RELATED) -> Vectors:
    """How near each word of `a` is to each of `b` (len(a) x len(b)): 1 the same, 0 below `least`."""
    rows = word_vectors(a) @ word_vectors(b).T
    near = np.where(rows >= least, rows, 0.0)
    stems = [stem(y) for y in b]
    for i, x in enumerate(a):
        own = stem(x)
        for j, y in enumerate(b):
            if x == y or own == stems[j]:
                near[i, j] = 1.0
            elif x[0] == y[0] and _share_beginning(x, y):
                near[i, j] = max(near[i, j], 0.9)
    return np.minimum(near, 1.0)


def compare(a: Content, b: Content, whole: float, bare: float) -> Likeness:
    """How alike two wordings are. `whole` and `bare`: cosines of their vectors."""
    covered = both = 0.0
    foreign = 1.0
    if a.words and b.words:
        near = nearness(a.words, b.words, _UNRELATED)
        foreign = float(min((near.max(axis=1) == 0).mean(), (near.max(axis=0) == 0).mean()))
        near = np.where(near >= _RELATED, near, 0.0)
        from_a, from_b = float(near.max(axis=1).mean()), float(near.max(axis=0).mean())
        covered = from_a if len(a.words) <= len(b.words) else from_b
        both = (from_a + from_b) / 2
    against = contradiction(a, b)
    if against is None and a.words and b.words:
        against = _other_word(a, b)
    return Likeness(
        whole=whole,
        bare=bare,
        covered=covered,
        both=both,
        foreign=foreign,
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
