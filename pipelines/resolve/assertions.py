"""Sentences in an outlet's own voice that state as fact what somebody said.

PURE. High precision before all: a sentence that only touches on the same things is no assertion of it, so
the words, the names and the direction must agree, and one name at least must be shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from pipelines.model import StatementAssertion
from pipelines.resolve.likeness import Likeness, compare, compare_words
from pipelines.resolve.statement_links import Links, describe
from pipelines.resolve.statement_rows import SentenceRow, StoryRows, overlapping
from pipelines.resolve.vectors import Vectors, embed
from pipelines.resolve.wordings import Wording, names_in, part_of, read_wording, wording_words

# How alike a sentence must be, how many content words both need, and how near by vector to be compared.
_LEAST = 0.68
_FEWEST_WORDS = 3
_NEAR = 0.35
_NEAREST = 6
_CHUNK = 1024
# Where a clause begins: what is said before or after may be about something else.
_CLAUSE = re.compile(r",\s+(?=(?:and|but|while|though|although|as|so|because|after|before)\b)|;\s+|\s+—\s+|"
                     r"\s+(?=(?:and|but)\s+(?:is|are|was|were|has|have|had|will|would)\b)|,\s+")  # fmt: skip


type Names = frozenset[tuple[str, str]]


def find_assertions(
    story: StoryRows, links: Links, statement_of: Mapping[str, str], run_id: str = ""
) -> list[StatementAssertion]:
    """The sentences outside quotes that assert what a statement of the story says, each once a statement."""
    units = [
        n
        for n, unit in enumerate(links.units)
        if len(unit.content.words) >= _FEWEST_WORDS and unit.content.names
    ]
    said = frozenset[tuple[str, str]]().union(*(links.units[n].content.names for n in units))
    parts = [(s, part, names) for s, part, names in _own_voice(story, said) if not said.isdisjoint(names)]
    if not parts or not units:
        return []
    whole = embed([part.text for _, part, _ in parts])
    near = [
        (n, at, cosine)
        for n, at, cosine in _near(whole, links.whole, np.asarray(units))
        if not parts[n][2].isdisjoint(links.units[at].content.names)
    ]
    words = {n: wording_words(parts[n][1]) for n in dict.fromkeys(n for n, *_ in near)}
    bare = dict(zip(words, embed([" ".join(found) for found in words.values()]), strict=True))
    best: dict[tuple[str, str], tuple[Likeness, Wording, SentenceRow]] = {}
    for n, at, cosine in near:
        other = float(bare[n] @ links.bare[at])
        # First what costs least: with every word in common they would still not be alike enough.
        if Likeness(cosine, other, 1.0, 1.0, 0.0).score < _LEAST or len(words[n]) < _FEWEST_WORDS:
            continue
        alike = compare_words(words[n], links.units[at].content.words)
        if Likeness(cosine, other, alike.covered, alike.both, alike.foreign).score < _LEAST:
            continue
        sentence, part, _ = parts[n]
        unit = links.units[at]
        like = compare(read_wording(part), unit.content, cosine, other, alike)
        if like.contradiction:
            continue
        key = statement_of[story.quotes[unit.quote].quote_id], sentence.sentence_id
        if key not in best or like.score > best[key][0].score:
            best[key] = like, part, sentence
    return [
        StatementAssertion(
            statement_id=statement_id,
            sentence_id=sentence_id,
            document_id=sentence.document_id,
            start_char=part.start_char,
            end_char=part.end_char,
            score=round(like.score, 2),
            evidence=f"in the outlet's own voice; {describe(like)}",
            run_id=run_id,
        )
        for (statement_id, sentence_id), (like, part, sentence) in sorted(best.items())
    ]


def _near(whole: Vectors, said: Vectors, columns: Any) -> Iterator[tuple[int, int, float]]:
    """For each sentence the wordings nearest by vector, a chunk of sentences at a time."""
    for start in range(0, len(whole), _CHUNK):
        near = whole[start : start + _CHUNK] @ said[columns].T
        keep = min(_NEAREST, len(columns))
        best = np.argpartition(-near, keep - 1, axis=1)[:, :keep]
        for n, at in zip(*np.nonzero(np.take_along_axis(near, best, axis=1) >= _NEAR), strict=True):
            column = best[n, at]
            yield start + int(n), int(columns[column]), float(near[n, column])


def _own_voice(story: StoryRows, said: Names) -> Iterator[tuple[SentenceRow, Wording, Names]]:
    """Sentences that no quote and no speaker stands in, and their clauses, with the names in each.

    Clauses of a sentence without a name in `said` are left out: they have none either.
    """
    quoted = {
        sentence.sentence_id
        for quote in story.quotes
        for sentence in overlapping(
            story.sentences.get(quote.document_id, ()), quote.wording.start_char, quote.wording.end_char
        )
    }
    for sentences in story.sentences.values():
        for sentence in sentences:
            if sentence.sentence_id in quoted:
                continue
            names = names_in(sentence.wording)
            if not said.isdisjoint(names):
                yield sentence, sentence.wording, names
                for part in _clauses(sentence.wording):
                    yield sentence, part, names_in(part)


def _clauses(wording: Wording) -> Iterator[Wording]:
    """The clauses of a sentence that has several."""
    at = wording.start_char
    cuts = [m.span() for m in _CLAUSE.finditer(wording.text)]
    for start, end in [*cuts, (len(wording.text), len(wording.text))]:
        if at > wording.start_char or start < len(wording.text):
            stop = wording.start_char + start
            if stop > at:
                yield part_of(wording, at, stop)
        at = wording.start_char + end
