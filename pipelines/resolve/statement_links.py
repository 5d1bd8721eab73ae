"""Which wordings of a story say one thing: the pairs, each with how sure it is and why.

PURE. Blocked by speaker, then by day; among those, each wording is compared with the nearest by vector only,
so that a story's cost grows with its quotes and not with their pairs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipelines.resolve.likeness import Likeness, compare, nearness
from pipelines.resolve.occasions import Act, answer, confirmation
from pipelines.resolve.speaker_match import (
    Bond,
    Speaker,
    SpeakerMatch,
    is_surname_alone,
    match_itself,
    match_speakers,
    merged,
    role_keys,
    surname,
)
from pipelines.resolve.statement_rows import QuoteRow, SentenceRow, StoryRows, overlapping
from pipelines.resolve.vectors import Vectors, embed, word_vectors
from pipelines.resolve.wordings import (
    Content,
    Wording,
    read_wording,
    split_wordings,
    stem,
    table_stems,
    tokens,
)

# How alike wordings of one thing are at least, by how sure it is that one speaker said both.
_LEAST = {Bond.SAME: 0.62, Bond.KIN: 0.68, Bond.ROLE: 0.62, Bond.OPEN: 0.78}
# With a number in common, or where each is by far the other's nearest in the other report, less will do.
_LEAST_WITH_NUMBER = 0.50
_LEAST_MUTUAL = 0.43
_MARGIN = 0.15
# What is less alike than this is no rival of what is alike enough, whether it contradicts or not.
_NO_RIVAL = 0.27
# Either asks that of one of the two at most this share of words is foreign to the other.
_MOST_FOREIGN = 0.34
# A wording that the next quotation is introduced as ("The position was put by X:").
_LEAST_LED_IN = 0.25
_SCORE_LED_IN = 0.6
# A wording and the quotation after it, under one cue; how far behind its cue a quotation goes on.
_LEAST_UNDER_CUE = 0.40
_CUE_REACH = 150
# A speaker that no text names must be outweighed by content: this many content words at least.
_OPEN_WORDS = 5
# Two confirmations of this many content words say what they confirm: their content decides.
_WHOLE_CLAUSE = 4
# What a wording's nearest are looked for among, and how near they must be to be compared at all.
_NEAREST = 12
_NEAR = 0.25
_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class Unit:
    """A wording of a quote: a sentence of it, or the whole. `quote` counts in the story's list of quotes."""

    quote: int
    wording: Wording
    content: Content


@dataclass(frozen=True, slots=True)
class Link:
    """Two quotes that say one thing, with the parts that do (units; None: the whole)."""

    a: int
    b: int
    score: float
    evidence: str
    bond: Bond
    unit_a: int | None = None
    unit_b: int | None = None


@dataclass(slots=True)
class Links:
    """Links, surest first; pairs of quotes that contradict each other; the units they count in."""

    links: list[Link]
    apart: set[tuple[int, int]]
    units: list[Unit]
    whole: Vectors
    bare: Vectors


def find_links(story: StoryRows, read: Links | None = None) -> Links:
    """All pairs of quotes of a story that are wordings of one statement.

    `read`: what was found before in the same quotes with other speakers; their words are not read again.
    """
    search = _Search(story, read)
    links = [*search.contents(), *search.neighbours(), *search.occasions()]
    joined = {(min(x.a, x.b), max(x.a, x.b)) for x in links}
    links.sort(key=lambda x: (-x.score, x.a, x.b))
    return Links(links, search.apart - joined, search.units, search.whole, search.bare)


class _Search:
    def __init__(self, story: StoryRows, read: Links | None) -> None:
        self.story = story
        self.quotes = story.quotes
        if read is None:
            self.units = [unit for n in range(len(self.quotes)) for unit in self._units(n)]
            self.whole = embed([unit.content.text for unit in self.units])
            self.bare = embed([unit.content.bare for unit in self.units])
            # All at once: one by one, when they are compared, they take much longer.
            word_vectors([word for unit in self.units for word in unit.content.words])
        else:
            self.units, self.whole, self.bare = read.units, read.whole, read.bare
        self.units_of: dict[int, list[int]] = defaultdict(list)
        for u, unit in enumerate(self.units):
            self.units_of[unit.quote].append(u)
        self.apart: set[tuple[int, int]] = set()
        self.acts = [self._act(quote) for quote in self.quotes]
        self._speakers = _speaker_groups(self.quotes)

    def _units(self, n: int) -> Iterator[Unit]:
        quote = self.quotes[n]
        own = self.story.sentences.get(quote.document_id, ())
        inside = overlapping(own, quote.wording.start_char, quote.wording.end_char)
        spans = [(s.wording.start_char, s.wording.end_char) for s in inside]
        for part in split_wordings(quote.wording, spans):
            yield Unit(n, part, read_wording(part, _is_denied(quote)))

    def _act(self, quote: QuoteRow) -> Act | None:
        if quote.kind == "indirect":
            return confirmation(quote.wording.text, quote.cue)
        sentences = self.story.sentences.get(quote.document_id, ())
        return answer(quote.wording.text, lambda: _around(quote, sentences))

    def contents(self) -> Iterator[Link]:
        """Links by what the wordings say."""
        groups = self._speakers
        units_of: dict[int, list[int]] = defaultdict(list)
        for u, unit in enumerate(self.units):
            act = self.acts[unit.quote]
            if _says_enough(unit.content) and not (act and act.is_answer):
                units_of[groups.of[unit.quote]].append(u)
        for one, other, match in groups.matches:
            yield from self._pairs(units_of[one], units_of[other], match)

    def _pairs(self, ones: Sequence[int], others: Sequence[int], match: SpeakerMatch) -> Iterator[Link]:
        found: dict[tuple[int, int], Likeness] = {}
        least = _NO_RIVAL if match.bond is Bond.SAME else _LEAST[Bond.SAME]
        for one, other in _near_pairs(self.whole, self.bare, ones, others):
            a, b = min(one, other), max(one, other)
            if (a, b) not in found and self._may_join(self.units[a].quote, self.units[b].quote):
                found[a, b] = self._likeness(a, b, least)
        best = _Best(found, self.units, self.quotes)
        for (a, b), like in found.items():
            n, m = self.units[a].quote, self.units[b].quote
            if like.contradiction:
                if like.score >= _LEAST[Bond.SAME]:
                    self.apart.add((min(n, m), max(n, m)))
                continue
            least = _least(match.bond, like, self.units[a].content, self.units[b].content)
            if like.score >= least or (match.bond is Bond.SAME and best.is_mutual(a, b)):
                day = _day_evidence(self.quotes[n], self.quotes[m])
                why = f"{match.evidence}; {day}; {describe(like)}"
                yield Link(n, m, round(like.score, 2), why, match.bond, a, b)

    def _likeness(self, a: int, b: int, least: float = 0.0) -> Likeness:
        whole, bare = float(self.whole[a] @ self.whole[b]), float(self.bare[a] @ self.bare[b])
        return compare(self.units[a].content, self.units[b].content, whole, bare, least=least)

    def _may_join(self, a: int, b: int) -> bool:
        one, other = self.quotes[a], self.quotes[b]
        if a == b or one.quotation_id == other.quotation_id or not same_day(one, other):
            return False
        is_inside = one.document_id == other.document_id and (
            one.wording.start_char < other.wording.end_char
            and other.wording.start_char < one.wording.end_char
        )
        return not is_inside

    def neighbours(self) -> Iterator[Link]:
        """Links that the text itself makes between a wording and the next."""
        by_document: dict[str, list[int]] = defaultdict(list)
        for n, quote in enumerate(self.quotes):
            by_document[quote.document_id].append(n)
        for members in by_document.values():
            members.sort(key=lambda n: self.quotes[n].wording.start_char)
            for a, b in pairwise(members):
                if self.quotes[b].kind == "direct" and self._may_join(a, b):
                    yield from self._one_cue(a, b)
                    yield from self._led_in(a, b)

    def _one_cue(self, a: int, b: int) -> Iterator[Link]:
        """Two quotes under one cue: one quotation that its cue splits, or a wording and its quotation."""
        one, other = self.quotes[a], self.quotes[b]
        if one.cue_start is None or one.cue_start != other.cue_start:
            return
        if one.kind == "direct":
            if (
                one.wording.end_char <= one.cue_start
                and other.wording.start_char - one.cue_start <= _CUE_REACH
            ):
                yield Link(a, b, 0.9, "one quotation, split by its cue", Bond.SAME)
            return
        like, ua, ub = self._nearest(a, b)
        if like.score >= _LEAST_UNDER_CUE and like.foreign <= _MOST_FOREIGN and not like.contradiction:
            yield Link(a, b, round(like.score, 2), f"under one cue; {describe(like)}", Bond.SAME, ua, ub)

    def _led_in(self, a: int, b: int) -> Iterator[Link]:
        """A reported wording and the quotation that the text brings as its words."""
        one, other = self.quotes[a], self.quotes[b]
        sentences = self.story.sentences.get(one.document_id, ())
        between = _between(sentences, one.wording.end_char, other.wording.start_char)
        if one.kind == "direct" or not _leads_in(between) or _two_people(one.speaker, other.speaker):
            return
        like, ua, ub = self._nearest(a, b)
        if like.score >= _LEAST_LED_IN:
            score = round(max(like.score, _SCORE_LED_IN), 2)
            yield Link(a, b, score, "brought by the text as the same", Bond.KIN, ua, ub)

    def _nearest(self, a: int, b: int) -> tuple[Likeness, int, int]:
        pairs = ((self._likeness(x, y), x, y) for x in self.units_of[a] for y in self.units_of[b])
        return max(pairs, key=lambda pair: (pair[0].score, -pair[1], -pair[2]))

    def occasions(self) -> Iterator[Link]:
        """Links of short answers and confirmations, by speaker, day and what they are about."""
        groups = self._speakers
        acting: dict[int, list[int]] = defaultdict(list)
        for n, act in enumerate(self.acts):
            if act:
                acting[groups.of[n]].append(n)
        for one, other, match in groups.matches:
            if match.bond > Bond.KIN:
                continue
            for a in acting[one]:
                for b in acting[other]:
                    if (one != other or a < b) and (why := self._same_occasion(a, b)):
                        yield Link(a, b, 0.7, f"{match.evidence}; {why}", match.bond)

    def _same_occasion(self, a: int, b: int) -> str | None:
        mine, theirs = self.acts[a], self.acts[b]
        one, other = self.quotes[a], self.quotes[b]
        if mine is None or theirs is None or mine.is_yes != theirs.is_yes or not self._may_join(a, b):
            return None
        if mine.is_answer and theirs.is_answer and one.document_id == other.document_id:
            return None
        what = "short answer" if mine.is_answer and theirs.is_answer else "confirmation"
        if min(len(mine.topic), len(theirs.topic)) >= _WHOLE_CLAUSE:
            return None
        day = _day_evidence(one, other)
        if not mine.topic or not theirs.topic:
            return f"{day}; {what} in one story, of nothing else that is named"
        return f"{day}; {what} of the same" if self._same_topic(mine.topic, theirs.topic) else None

    def _same_topic(self, a: Sequence[str], b: Sequence[str]) -> bool:
        near = nearness(a, b)
        shorter = near.max(axis=1) if len(a) <= len(b) else near.max(axis=0)
        return float(shorter.mean()) >= 0.45


@dataclass(slots=True)
class _Groups:
    """Quotes by speaker: the group of each quote, and which groups may be one speaker."""

    of: list[int]
    matches: list[tuple[int, int, SpeakerMatch]]


def _speaker_groups(quotes: Sequence[QuoteRow]) -> _Groups:
    """Quotes of one speaker are a group. Bodies are matched with people, roles with those that share one."""
    keys: dict[object, int] = {}
    members: list[list[Speaker]] = []
    of = []
    for quote in quotes:
        group = keys.setdefault(quote.speaker.key or quote.quote_id, len(members))
        if group == len(members):
            members.append([])
        members[group].append(quote.speaker)
        of.append(group)
    speakers = [merged(group) for group in members]
    matches = [
        (n, n, match)
        for n, speaker in enumerate(speakers)
        if speaker.key is not None and (match := match_itself(speaker))
    ]
    holders = Counter(key for speaker in speakers if surname(speaker) for key in role_keys(speaker))
    for one, other in sorted(_meetings(speakers)):
        a, b = speakers[one], speakers[other]
        is_only = all(holders[key] < 2 for key in role_keys(a) & role_keys(b))
        if match := match_speakers(a, b, is_only):
            matches.append((one, other, match))
    return _Groups(of, matches)


def _meetings(speakers: Sequence[Speaker]) -> set[tuple[int, int]]:
    """Pairs of speakers that might match, without looking at every pair of people."""
    bodies = [n for n, s in enumerate(speakers) if s.is_body]
    vague = [n for n, s in enumerate(speakers) if s.is_vague]
    kin = [n for n, s in enumerate(speakers) if s.is_named and (s.is_body or s.roles or s.affiliations)]
    found = {(b, n) for b in bodies for n in kin if n != b}
    found.update((v, n) for v in vague for n in range(len(speakers)) if n != v)
    by_role: dict[str, list[int]] = defaultdict(list)
    by_surname: dict[str, list[int]] = defaultdict(list)
    for n, speaker in enumerate(speakers):
        for role in role_keys(speaker):
            by_role[role].append(n)
        if last := surname(speaker):
            by_surname[last].append(n)
    for same in by_surname.values():
        alone = [n for n in same if is_surname_alone(speakers[n])]
        found.update((n, m) for n in alone for m in same if m != n)
    for n, speaker in enumerate(speakers):
        if not speaker.is_named:
            found.update((n, m) for role in role_keys(speaker) for m in by_role[role] if m != n)
    return {(min(pair), max(pair)) for pair in found}


def _least(bond: Bond, like: Likeness, a: Content, b: Content) -> float:
    """How alike two wordings have to be."""
    fewest = min(len(a.words), len(b.words))
    if bond is Bond.OPEN and fewest < _OPEN_WORDS:
        return 2.0
    if bond is Bond.SAME and like.amounts_shared and like.foreign <= _MOST_FOREIGN:
        return _LEAST_WITH_NUMBER
    return _LEAST[bond]


class _Best:
    """For each wording its nearest in every other report, to tell who is each other's by a margin."""

    def __init__(
        self, found: dict[tuple[int, int], Likeness], units: Sequence[Unit], quotes: Sequence[QuoteRow]
    ) -> None:
        self._document = [quotes[unit.quote].document_id for unit in units]
        self._ranked: dict[tuple[int, str], list[tuple[float, int]]] = defaultdict(list)
        self._found = found
        for (a, b), like in found.items():
            if not like.contradiction:
                self._ranked[a, self._document[b]].append((like.score, b))
                self._ranked[b, self._document[a]].append((like.score, a))
        for ranked in self._ranked.values():
            ranked.sort(reverse=True)

    def is_mutual(self, a: int, b: int) -> bool:
        """True where each is the other's nearest in its report, by a margin, and near enough."""
        if self._document[a] == self._document[b] or self._found[a, b].score < _LEAST_MUTUAL:
            return False
        return self._found[a, b].foreign <= _MOST_FOREIGN and self._leads(a, b) and self._leads(b, a)

    def _leads(self, a: int, b: int) -> bool:
        ranked = self._ranked[a, self._document[b]]
        return ranked[0][1] == b and (len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= _MARGIN)


def _near_pairs(
    whole: Vectors, bare: Vectors, ones: Sequence[int], others: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of units worth comparing: for each of `ones` its nearest among `others`, a chunk at a time."""
    if not ones or not others:
        return
    columns = np.asarray(others)
    for start in range(0, len(ones), _CHUNK):
        rows = np.asarray(ones[start : start + _CHUNK])
        near = 0.6 * (whole[rows] @ whole[columns].T) + 0.4 * (bare[rows] @ bare[columns].T)
        near[rows[:, None] == columns[None, :]] = -1.0
        keep = min(_NEAREST, len(columns))
        best = np.argpartition(-near, keep - 1, axis=1)[:, :keep]
        for n, row in enumerate(rows):
            for at in best[n]:
                if near[n, at] >= _NEAR:
                    yield int(row), int(columns[at])


def _says_enough(content: Content) -> bool:
    """One word alone says nothing that another could say differently, but for one with a name or a date."""
    marks = len(content.names) + len(content.amounts) + len(content.dates)
    return len(content.words) > 1 or bool(content.words and marks)


def same_day(a: QuoteRow, b: QuoteRow) -> bool:
    """False where both days are known and differ, as far as both are known exactly."""
    if a.said_on is None or b.said_on is None:
        return True
    if "day" == a.said_on_precision == b.said_on_precision:
        return a.said_on == b.said_on
    is_year = "year" in (a.said_on_precision, b.said_on_precision)
    same_year = a.said_on.year == b.said_on.year
    return same_year and (is_year or a.said_on.month == b.said_on.month)


def _day_evidence(a: QuoteRow, b: QuoteRow) -> str:
    return "same day" if a.said_on and b.said_on else "the day of one is unknown"


def describe(like: Likeness) -> str:
    """What is alike, in words."""
    said = [f"similarity {like.score:.2f}"]
    if like.names_shared:
        said.append("shared names")
    if like.amounts_shared:
        said.append("shared numbers")
    return "; ".join(said)


def _is_denied(quote: QuoteRow) -> bool:
    return bool(quote.cue) and any(stem(w) in table_stems("denial_cue") for w in tokens(quote.cue or "")[:1])


def _around(quote: QuoteRow, sentences: Sequence[SentenceRow]) -> str:
    """The text of the sentences that hold the quote, without the quote."""
    start, end = quote.wording.start_char, quote.wording.end_char
    said = []
    for sentence in overlapping(sentences, start, end):
        own = sentence.wording
        said.append(own.text[: max(0, start - own.start_char)])
        said.append(own.text[max(0, end - own.start_char) :] if own.end_char > end else "")
    return " ".join(said)


def _between(sentences: Sequence[SentenceRow], start: int, end: int) -> str:
    """The text of the sentences that begin after `start`, up to `end`."""
    return " ".join(
        s.wording.text[: max(0, end - s.wording.start_char)]
        for s in overlapping(sentences, start, end)
        if start <= s.wording.start_char
    )


_LEADS_IN = re.compile(
    r"(?:^|[.!?]\s)\W*(?:This|That|It|The same|(?:The|This|That|His|Her|Their|Its)\s(?:\w+\s)?"
    r"(?:position|view|stance|opinion|statement|line|thought|idea|message|attitude|assessment))\b"
    r"[^.!?]{0,160}?\b(?:stated|said|announced|formulated|expressed|voiced|explained|outlined|reported|"
    r"declared|described|summed\sup|put|set\sout)\b[^.!?]*:\W*$"
)


def _leads_in(between: str) -> bool:
    return len(between) <= 400 and bool(_LEADS_IN.search(between))


def _two_people(a: Speaker, b: Speaker) -> bool:
    """True where two people are named, who cannot be one speaker."""
    both = a.is_named and b.is_named and not a.is_body and not b.is_body
    return both and a.key != b.key
