"""How far a reported clause reaches beyond a marked stretch: “they were “very worried””, ““unlikely” to win”.

A cue that stands beside a stretch may report more than the words in marks. What leads from the sentence's
start, or from the cue, to the stretch belongs to the content; so does what goes on behind it up to the
next comma.

Belongs here: bounds of mixed quotes by place. Does not belong here: clauses that the parse gives
(`content`), who speaks (`attribution`).
"""

from __future__ import annotations

from pipelines.extract.attribution import Attribution
from pipelines.extract.clause_ends import run_on, trim
from pipelines.extract.content import find_content
from pipelines.extract.cues import BELIEF, SPEECH, Cue
from pipelines.extract.passages import Passage
from pipelines.extract.subjects import ADDRESSING
from pipelines.extract.syntax import Syntax
from pipelines.extract.word_sets import QuoteWords

_LINKS = frozenset({",", ":", "—", "–", "-", ";"})
# Words behind a stretch that go on with what was said; others (in, while, until) begin the writer's own.
_GOES_ON = QuoteWords("goes_on")
_OWN_END = frozenset(",.?!…—–")

# Words between cue and stretch past which the stretch is no part of what the cue reports.
_REACH = 30

Bounds = tuple[int, int]


def widen(passage: Passage, n: int, found: Attribution, taken: frozenset[int]) -> Bounds | None:
    """First and last token of the clause that stretch `n` is part of; None where the stretch is all of it.

    `taken` are the stretches that another cue has.
    """
    cue = found.cue
    if cue is None or found.passage is not passage or cue.cue_class not in (SPEECH, BELIEF):
        return None
    marked = passage.marked[n]
    first, last = marked.first, marked.last
    if found.rule == "cue_after":
        first = _sentence_start(passage, n, taken)
        last = _up_to_cue(passage, n, cue)
    elif found.rule == "cue_before":
        last = max(_behind(passage, n, cue), _clause_behind(passage, n, cue, taken))
        if last > marked.last:
            first = _from_that(passage, marked.first)
    elif found.rule == "in_sentence" and cue.verb < marked.first:
        first = _from_cue(passage, n, cue)
        last = _behind(passage, n, cue)
    if first != _from_that(passage, marked.first):
        first = _words_from(passage, first, marked.first)
    return (first, last) if first < marked.first or last > marked.last else None


def _from_that(passage: Passage, first: int) -> int:
    """“said that “…””: “that” makes the words a reported clause."""
    return first - 1 if first and passage.syntax.lower[first - 1] == "that" else first


def _words_from(passage: Passage, first: int, end: int) -> int:
    """`first`, or the stretch itself where only connectives and punctuation lie between."""
    syntax = passage.syntax
    if first >= end:
        return end
    trimmed = trim(syntax, first, end - 1)
    if trimmed is None or all(
        syntax.tags[i] in ("CC", "RB", "UH", "IN", ",") for i in range(trimmed[0], end)
    ):
        return end
    return trimmed[0]


def _sentence_start(passage: Passage, n: int, taken: frozenset[int]) -> int:
    """Where the sentence of a stretch starts, over earlier stretches that nobody else has said."""
    syntax, marked = passage.syntax, passage.marked
    i = marked[n].first
    if _is_whole_sentence(passage, n):
        return i
    low = max(0, i - 4 * _REACH)
    while i > low:
        k = passage.inside[i - 1]
        if k >= 0:
            whole = passage.text[marked[k].inner_end - 1 - passage.start] in ".?!"
            if k in taken or whole:
                break
            i = marked[k].first
        elif passage.ends_sentence(i - 1) or syntax.words[i - 1] in (":", ";", "(", "["):
            break
        else:
            i -= 1
    return marked[n].first if passage.cues_between(i, marked[n].first) else i


def _is_whole_sentence(passage: Passage, n: int) -> bool:
    """The stretch starts like a sentence: with a capital that is not the pronoun I."""
    marked = passage.marked[n]
    start = marked.inner_start - passage.start
    words = passage.text[start : marked.inner_end - passage.start].split(maxsplit=1)
    opening = words[0].strip("[]()") if words else ""
    return opening[:1].isupper() and opening not in (
        "I",
        "I’m",
        "I'm",
        "I’ve",
        "I've",
        "I’d",
        "I'd",
        "I’ll",
        "I'll",
    )


def _up_to_cue(passage: Passage, n: int, cue: Cue) -> int:
    """The last token before the comma that sets the cue clause off: ““unlikely” to win, said X”."""
    syntax, marked = passage.syntax, passage.marked[n]
    start, _ = passage.zones_after[n]
    edge = min(cue.first, cue.subject if cue.subject is not None else cue.first)
    comma = next((i for i in range(edge - 1, start, -1) if syntax.words[i] == ","), None)
    if comma is None or syntax.words[start] in _LINKS or _closes(passage, n):
        return marked.last
    return comma - 1


def _closes(passage: Passage, n: int) -> bool:
    """The stretch ends in punctuation of its own."""
    return passage.text[passage.marked[n].inner_end - 1 - passage.start] in _OWN_END


def _behind(passage: Passage, n: int, cue: Cue) -> int:
    """The last of the words that go on behind the stretch."""
    marked = passage.marked[n]
    start, end = passage.zones_after[n]
    if start >= end or _closes(passage, n):
        return marked.last
    if passage.syntax.lower[start] not in _GOES_ON and not _is_noun_of(passage.syntax, start, marked.last):
        return marked.last
    return min(run_on(passage.syntax, cue, marked.last), end - 1)


def _is_noun_of(syntax: Syntax, noun: int, last: int) -> bool:
    """“a “use it or lose it” approach”: the noun that the words up to `last` describe."""
    return syntax.tags[noun] in ("NN", "NNS") and syntax.left(noun) <= last


def _clause_behind(passage: Passage, n: int, cue: Cue, taken: frozenset[int]) -> int:
    """Where the clause that the parse gives the cue ends, if the stretch but opens it: “said “maybe” so”."""
    marked = passage.marked[n]
    start, end = passage.zones_after[n]
    if start >= end or _closes(passage, n) or cue.last + 3 < marked.first:
        return marked.last
    content = find_content(passage.syntax, cue)
    if content is None or content.frame != "clause" or len(content.pieces) != 1:
        return marked.last
    first, last = content.pieces[0]
    if not cue.last < first <= marked.first + 1:
        return marked.last
    for k in range(n + 1, len(passage.marked)):
        if passage.marked[k].first > last:
            break
        if k in taken:
            last = passage.marked[k].first - 1
            break
        last = max(last, passage.marked[k].last)
    trimmed = trim(passage.syntax, marked.last, last) if last > marked.last else None
    return trimmed[1] if trimmed else marked.last


def _from_cue(passage: Passage, n: int, cue: Cue) -> int:
    """The first token behind the cue and whom it was said to."""
    syntax, marked = passage.syntax, passage.marked[n]
    start, _ = passage.zones_before[n]
    first = max(start, cue.last + 1)
    if marked.first - first > _REACH or (cue.subject is not None and cue.subject > cue.verb):
        return marked.first
    for i in range(first, marked.first):
        if syntax.lower[i] == "that" and syntax.tags[i] in ("IN", "WDT"):
            return i
    if any(syntax.words[i] in _LINKS for i in range(first, marked.first)):
        return marked.first
    if first < marked.first and syntax.tags[first] in ("IN", "TO") and syntax.heads[first] == cue.verb:
        first += 1  # “referred to it as “…””
    is_addressee = cue.entry.verb in ADDRESSING and all(
        syntax.tags[i] in ("PRP", "NN", "NNS", "NNP", "DT", "PRP$", "JJ") for i in range(first, marked.first)
    )
    return marked.first if is_addressee else first


__all__ = ["Bounds", "widen"]
