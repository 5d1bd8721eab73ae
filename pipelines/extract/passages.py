"""A paragraph as the quote rules see it: its marked stretches, and on demand its parse and its cues.

Belongs here: what the rules share about one paragraph. Does not belong here: any decision.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from functools import cached_property

from pipelines.extract.context import Paragraph
from pipelines.extract.cues import Cue, find_cues
from pipelines.extract.marks import Stretch, carried_over
from pipelines.extract.sentence_breaks import opens_sentence
from pipelines.extract.syntax import Syntax

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_SPEECH_ENDS = frozenset(",.?!…")
_STOPS = frozenset({".", "?", "!"})
# Words of a sentence that are looked at for who speaks: longer ones are lists, or broken input.
REACH = 120


@dataclass(frozen=True, slots=True)
class Marked:
    """An outermost marked stretch with document offsets and the tokens it touches.

    `start`, `end` are those of the marks, `inner_start`, `inner_end` of the words between; `first` and
    `last` are token indexes, marks included. `nested` are the stretches inside.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    first: int
    last: int
    style: str
    is_closed: bool
    nested: tuple[Stretch, ...] = ()


class Passage:
    """A paragraph, its outermost stretches in text order, its parse and cues."""

    def __init__(self, paragraph: Paragraph, text: str, stretches: list[Stretch]) -> None:
        self.paragraph = paragraph
        self.text = text
        # Document offset of the paragraph.
        self.start = paragraph.start
        self._stretches = stretches

    def carry_over(self, before: Passage) -> None:
        """Take in the rest of a stretch that `before` leaves open and that closes here without a new mark.

        Not where that is a name under a quotation: it must hold a finite verb.
        """
        last = next((s for s in reversed(before._stretches) if s.depth == 0), None)
        if last is None or last.is_closed or last.end < len(before.text.rstrip()):
            return
        rest = carried_over(self.text)
        if rest is None or any(s.start < rest.end for s in self._stretches):
            return
        last_token = self.syntax.touched(self.start, self.start + rest.end)[1]
        if not _FINITE.isdisjoint(self.syntax.tags[:last_token]):
            self._stretches = [rest, *self._stretches]

    @property
    def end(self) -> int:
        """Document offset one past the paragraph."""
        return self.paragraph.start + len(self.text)

    @cached_property
    def syntax(self) -> Syntax:
        """The parse as lists."""
        return self.paragraph.syntax

    @cached_property
    def marked(self) -> list[Marked]:
        """The outermost stretches."""
        found: list[Marked] = []
        if not self._stretches:
            return found
        base, syntax = self.start, self.syntax
        for n, s in enumerate(self._stretches):
            if s.depth:
                continue
            nested: list[Stretch] = []
            while n + len(nested) + 1 < len(self._stretches):
                inner = self._stretches[n + len(nested) + 1]
                if inner.depth == 0:
                    break
                nested.append(inner)
            first = syntax.at(base + s.start)
            last = max(first, syntax.at(base + s.end - 1) if s.end > s.start else first)
            last = min(last, len(syntax) - 1)
            if first < len(syntax) and syntax.starts[last] >= base + s.end and last > first:
                last -= 1
            found.append(
                Marked(
                    base + s.start,
                    base + s.end,
                    base + s.inner_start,
                    base + s.inner_end,
                    min(first, last),
                    last,
                    s.style,
                    s.is_closed,
                    tuple(nested),
                )
            )
        return found

    @cached_property
    def inside(self) -> list[int]:
        """For each token the index of the stretch it stands in, or -1."""
        where = [-1] * len(self.syntax)
        for n, m in enumerate(self.marked):
            for i in range(m.first, m.last + 1):
                where[i] = n
        return where

    @cached_property
    def stops(self) -> list[int]:
        """The tokens that end a sentence, where they stand outside the stretches."""
        words = enumerate(zip(self.syntax.words, self.syntax.tags, strict=True))
        found = [i for i, (w, tag) in words if w in _STOPS or (tag == "." and w not in (",", ":"))]
        return sorted({*found, *self.breaks}) if self.breaks else found

    @cached_property
    def breaks(self) -> list[int]:
        """The tokens that end a sentence before a stretch, and are no full stop: “the U.S. “It is …”."""
        return [m.first - 1 for m in self.marked if opens_sentence(self.syntax, m.first, m.last)]

    def within_sentence(self, first: int, last: int, cue: Cue) -> tuple[int, int]:
        """What is left of tokens `first` to `last` on the cue's side of such ends."""
        for at in self.breaks:
            if first <= at < last:
                if cue.verb > at:
                    first = at + 1
                else:
                    return first, at
        return first, last

    @cached_property
    def zones_after(self) -> list[tuple[int, int]]:
        """For each stretch the first token, and one past the last, of the words after it in its sentence."""
        found, stops = [], self.stops
        firsts = [*(m.first for m in self.marked[1:]), len(self.syntax)]
        for marked, limit in zip(self.marked, firsts, strict=True):
            start = marked.last + 1
            end = max(start, min(limit, start + REACH))
            at = bisect.bisect_left(stops, start)
            found.append((start, min(end, stops[at]) if at < len(stops) else end))
        return found

    @cached_property
    def zones_before(self) -> list[tuple[int, int]]:
        """For each stretch the first token, and one past the last, of the words before it in its sentence."""
        found, stops, low = [], self.stops, 0
        for marked in self.marked:
            end = marked.first
            limit = min(end, low)
            at = bisect.bisect_left(stops, end)
            found.append((max(limit, stops[at - 1] + 1) if at else limit, end))
            low = marked.last + 1
        return found

    def ends_sentence(self, i: int) -> bool:
        """Whether token `i`, outside the stretches, ends a sentence."""
        at = bisect.bisect_left(self.stops, i)
        return at < len(self.stops) and self.stops[at] == i

    @cached_property
    def cues(self) -> list[Cue]:
        """Cues outside the stretches, in text order."""
        if not self.marked:
            return self._all_cues
        found = [c for c in self._all_cues if self.inside[c.verb] < 0]
        for n, cue in enumerate(found):
            if cue.subject is not None and self._is_of_speech(cue.subject):
                cue.subject = self._subject_outside(cue, found[n - 1] if n else None)
                cue.how = cue.how if cue.subject is not None else "in_marks"
        return found

    def _is_of_speech(self, i: int) -> bool:
        """Token `i` stands in a stretch that ends in punctuation of its own: it names no speaker."""
        n = self.inside[i]
        if n < 0:
            return False
        marked = self.marked[n]
        words = self.text[marked.inner_start - self.start : marked.inner_end - self.start]
        return words.rstrip("’'")[-1:] in _SPEECH_ENDS

    def _subject_outside(self, cue: Cue, earlier: Cue | None) -> int | None:
        """The subject outside the marks: a second one, or that of the cue before (said …, and added)."""
        syntax = self.syntax
        for child in syntax.children[cue.verb]:
            if syntax.deps[child] == "nsubj" and self.inside[child] < 0:
                return child
        is_shared = cue.how == "shared_subject" and earlier is not None
        if is_shared and earlier and syntax.sentence(earlier.verb) == syntax.sentence(cue.verb):
            return earlier.subject
        return None

    def cues_between(self, first: int, end: int) -> list[Cue]:
        """The cues whose verb is token `first` to `end - 1`."""
        return self.cues[bisect.bisect_left(self._verbs, first) : bisect.bisect_left(self._verbs, end)]

    @cached_property
    def _verbs(self) -> list[int]:
        return [cue.verb for cue in self.cues]

    def marked_between(self, start: int, end: int) -> range:
        """Indexes of the stretches that document offsets `start` to `end` touch."""
        if not self._stretches:
            return range(0)
        low = bisect.bisect_right(self._ends, start)
        high = bisect.bisect_left(self._starts, end)
        return range(low, max(low, high))

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start for m in self.marked]

    @cached_property
    def _ends(self) -> list[int]:
        return [m.end for m in self.marked]

    @cached_property
    def inner_cues(self) -> list[Cue]:
        """Cues inside the stretches: somebody quoted tells what another said."""
        if not self.marked:
            return []
        return [c for c in self._all_cues if self.inside[c.verb] >= 0]

    @cached_property
    def _all_cues(self) -> list[Cue]:
        return find_cues(self.syntax)

    def is_all_marked(self) -> bool:
        """Nothing but marks, stretches and punctuation stands in the paragraph."""
        text, at = self.text, 0
        for m in self.marked:
            if any(c.isalnum() for c in text[at : m.start - self.start]):
                return False
            at = m.end - self.start
        return not any(c.isalnum() for c in text[at:])


__all__ = ["REACH", "Marked", "Passage"]
