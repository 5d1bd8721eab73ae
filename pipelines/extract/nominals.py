"""Nominals and pronouns that stand for a name: 'the country', 'the ministry', 'the contingent', 'he', 'it'.

A row only where a reader could have meant one name: every name of the right kind in the window counts as a
rival, and two rivals leave the row without a name. Nothing is looked for across a story break.

Belongs here: rows of `entity_mentions` with `mention_type` nominal or pronoun. Does not belong here: who
speaks a quote (`coreference`), which knows the course of a conversation and may guess.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.extract import gazetteer
from pipelines.extract.context import PROSE_ROLES, Context, Paragraph
from pipelines.extract.coreference import FEMALE, MALE, genders_of
from pipelines.extract.metonyms import decides
from pipelines.extract.names import is_headline
from pipelines.extract.speakers import role_nouns
from pipelines.extract.syntax import Syntax
from pipelines.model import Mention, Quote
from pipelines.reference import read_table

_PRONOUNS = {"he": MALE, "him": MALE, "she": FEMALE}
# How far back a rival may stand, in characters: what a reader still has in mind.
_REACH = 1500
_NEAR = 300
_SAME = {MALE: re.compile(r"\b[Hh](?:e|im|is)\b"), FEMALE: re.compile(r"\b(?:[Ss]he|[Hh]er)\b")}
# A line of marks alone between two paragraphs ('***', '* * *', '---').
_BREAK = re.compile(r"[*#=~•_–—-]")


@cache
def _kinds() -> dict[str, str]:
    return {row["noun"]: row["kind"] for row in read_table("nominal_nouns", ("noun", "kind"))}


# Every place where a row may stand: 'the' with a small word, or a pronoun. The look back stands behind the
# first letter: so the search for one is a plain scan.
_FINDER = re.compile(
    r"[TtHhSsIi](?<!\w.)"
    r"(?:(?<=[Tt])he (?P<noun>(?:prime )?[a-z]+)|(?P<pronoun>(?<=[Hh])e|(?<=[Hh])im|(?<=[Ss])he|(?<=[Ii])t))"
    r"\b(?![-’'](?!s\b))",
    re.DOTALL,
)


@cache
def _offices() -> frozenset[str]:
    """Nouns for the holder of an office, who is one person in a story: 'the president', 'the mayor'."""
    rows = read_table("nominal_offices", ("noun",))
    return frozenset(row["noun"] for row in rows)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A place that may stand for a name; offsets count into the document, `token` into the paragraph."""

    start: int
    end: int
    word: str
    is_pronoun: bool
    token: int
    paragraph: Paragraph
    number: int


@dataclass(frozen=True, slots=True)
class _Found:
    """Whom a hit stands for. `name` None: two or more are possible."""

    name: str | None
    label: str
    method: str


def find_nominals(ctx: Context, mentions: Sequence[Mention], quotes: Sequence[Quote]) -> list[Mention]:
    """Rows for the nominals and pronouns of the prose, in text order; spans never overlap a name's.

    `mentions` are the document's names, in text order; words inside quotation marks are left alone, because
    they speak from another place.
    """
    marked = sorted({(span["start_char"], span["end_char"]) for q in quotes for span in q.quoted_spans})

    def is_marked(char: int) -> bool:
        at = bisect.bisect_right(marked, (char, len(ctx.text))) - 1
        return at >= 0 and char < marked[at][1]

    names = [m for m in mentions if m.mention_type == "name"]
    reader = _Reader(ctx, names, frozenset(m.start_char for m in names if is_marked(m.start_char)))
    speakers = {q.speaker_start_char: q.speaker_name for q in quotes if q.speaker_start_char is not None}
    found = ((hit, reader.resolve(hit)) for hit in reader.hits() if not is_marked(hit.start))
    return [
        _row(ctx, hit, _agreed(meant, speakers.get(hit.start, meant.name)))
        for hit, meant in found
        if meant is not None
    ]


def _agreed(found: _Found, speaker: str | None) -> _Found:
    """Where the hit speaks a quote and the course of the conversation names another, nobody is sure."""
    is_person = found.label == "PERSON"
    return _Found(None, found.label, found.method) if is_person and speaker != found.name else found


def _row(ctx: Context, hit: _Hit, found: _Found) -> Mention:
    return Mention(
        start_char=hit.start,
        end_char=hit.end,
        surface=ctx.text[hit.start : hit.end],
        segment_no=hit.paragraph.segment_no,
        label=found.label,
        mention_type="pronoun" if hit.is_pronoun else "nominal",
        name=found.name,
        method=found.method,
        confidence=0.8 if found.name else 0.5,
    )


def _run_starts(ctx: Context, prose: Sequence[Paragraph]) -> Iterator[int]:
    """For each paragraph of prose the first one of its story: headings and lines of stars part stories."""
    headings = [s.start_char for s in ctx.segments if s.role in ("title", "heading")]
    start = 0
    for number, paragraph in enumerate(prose):
        if number:
            before = prose[number - 1]
            at = bisect.bisect_left(headings, before.end)
            is_headed = at < len(headings) and headings[at] < paragraph.start
            if is_headed or is_headline(before.text) or _BREAK.search(ctx.text, before.end, paragraph.start):
                start = number
        yield start


class _Reader:
    """A document's prose with what each stretch may refer back to."""

    def __init__(self, ctx: Context, names: Sequence[Mention], marked: frozenset[int]) -> None:
        self._ctx = ctx
        self._names = names
        self._marked = marked
        self._last: dict[str, str | None] = {}
        self._starts = [m.start_char for m in names]
        self._genders = genders_of(ctx.text, names)
        self._prose = [p for p in ctx.paragraphs if p.role in PROSE_ROLES]
        self._run_starts = list(_run_starts(ctx, self._prose))

    def hits(self) -> Iterator[_Hit]:
        """Pronouns and definite nouns with nothing added ('the country', not 'the country that …')."""
        for number, paragraph in enumerate(self._prose):
            syntax = paragraph.syntax
            for match in _FINDER.finditer(self._ctx.text, paragraph.start, paragraph.end):
                noun = match["noun"]
                if noun and noun not in _kinds() and noun not in _offices():
                    continue
                start, end = match.span()
                first, last = syntax.touched(start, end)
                if first >= last or self._is_named(start, end):
                    continue
                if noun is None or _is_bare(syntax, last - 1):
                    word = noun or match[0].lower()
                    yield _Hit(start, end, word, noun is None, last - 1, paragraph, number)

    def _is_named(self, start: int, end: int) -> bool:
        at = bisect.bisect_left(self._starts, end) - 1
        return at >= 0 and self._names[at].end_char > start

    def resolve(self, hit: _Hit) -> _Found | None:
        """Whom the hit stands for; None where nobody is near enough to be meant."""
        if gender := _PRONOUNS.get(hit.word):
            found = self._person(hit, gender)
            self._last[gender] = found.name if found else None
            return found
        if hit.word == "it":
            return self._body_that_acts(hit)
        if hit.word in _offices():
            return self._office(hit)
        kind = _kinds()[hit.word]
        if kind == "force":
            return self._force(hit)
        if kind == "country":
            return self._country(hit)
        if kind == "city":
            return self._only(self._near(hit, ("GPE",)), _is_city, "GPE", "nominal_city")
        return self._body(hit, kind)

    # -- what stands before ---------------------------------------------------------------------

    def _floor(self, hit: _Hit) -> int:
        """Where the story or the window begins, whichever is later."""
        return max(self._prose[self._run_starts[hit.number]].start, hit.start - _REACH)

    def _before(self, hit: _Hit, floor: int) -> list[Mention]:
        low = bisect.bisect_left(self._starts, floor)
        return list(self._names[low : bisect.bisect_left(self._starts, hit.start)])

    def _near(self, hit: _Hit, labels: tuple[str, ...]) -> list[Mention]:
        """Names of the labels in the hit's sentence and the one before, in one paragraph or the next."""
        floor = max(self._floor(hit), self._sentence_before(hit))
        return [m for m in self._before(hit, floor) if m.label in labels]

    def _sentence_before(self, hit: _Hit) -> int:
        syntax = hit.paragraph.syntax
        first = syntax.sentence(hit.token)[0]
        if first:
            return syntax.idx[syntax.sentence(first - 1)[0]]
        if hit.number == self._run_starts[hit.number]:
            return hit.paragraph.start
        before = self._prose[hit.number - 1].syntax
        return before.idx[before.sentence_starts[-1]]

    # -- kinds ------------------------------------------------------------------------------------

    def _only(
        self, near: list[Mention], fits: Callable[[Mention], bool], label: str, method: str
    ) -> _Found | None:
        names = {m.name for m in near if fits(m)}
        if not names:
            return None
        return _Found(names.pop() if len(names) == 1 else None, label, method)

    def _person(self, hit: _Hit, gender: str) -> _Found | None:
        near = [
            m for m in self._near(hit, ("PERSON",))
            if self._genders.get(m.name or m.surface, gender) == gender
        ]  # fmt: skip
        names = {m.name for m in near}
        if not names:
            return None
        if len(names) == 1 and self._is_sure(hit, gender, near):
            return _Found(near[0].name, "PERSON", "pronoun_only_person")
        if subject := self._governing(hit, gender, near):
            return _Found(subject.name, "PERSON", "pronoun_of_subject")
        return _Found(None, "PERSON", "pronoun_ambiguous")

    def _is_sure(self, hit: _Hit, gender: str, near: Sequence[Mention]) -> bool:
        """True where nothing speaks against the only person named near: not named by somebody else's quote
        alone, known to be a man or woman or else a subject, and no other person in play."""
        if all(m.start_char in self._marked for m in near):
            return False
        if not any(self._is_of(m, gender) or self._is_subject(hit, m) for m in near):
            return False
        earlier = self._ctx.text[self._sentence_before(hit) : near[0].start_char]
        if _SAME[gender].search(earlier) and self._last.get(gender) != near[0].name:
            return False
        return not self._others(hit, near[0])

    def _is_of(self, mention: Mention, gender: str) -> bool:
        return self._genders.get(mention.name or mention.surface) == gender

    def _others(self, hit: _Hit, first: Mention) -> bool:
        """True where an unnamed person stands between ('a man', 'the officer'), who may be meant."""
        low = max(self._sentence_before(hit), first.start_char)
        words = set(re.findall(r"[a-z-]+", self._ctx.text[low : hit.start]))
        known = {w for m in self._before(hit, low) for w in (m.role_text or "").lower().split()}
        return bool((words & role_nouns().keys()) - known)

    def _governing(self, hit: _Hit, gender: str, near: Sequence[Mention]) -> Mention | None:
        """The person who is subject of the verb that the pronoun's clause hangs on: 'X said he …'."""
        syntax = hit.paragraph.syntax
        deps, heads = syntax.deps, syntax.heads
        verb = heads[hit.token]
        for _ in range(6):
            if deps[verb] in ("ccomp", "advcl", "xcomp") and heads[verb] != verb:
                verb = heads[verb]
                subject = syntax.child(verb, "nsubj", "nsubjpass")
                if subject is not None and subject < verb and subject != hit.token:
                    at = syntax.idx[subject]
                    found = next((m for m in near if m.start_char <= at < m.end_char), None)
                    if found is None or not (decides(syntax, verb) or self._is_of(found, gender)):
                        return None
                    rivals = {m.name for m in near if m.start_char > at} - {found.name}
                    return None if rivals else found
            else:
                return None
        return None

    def _body_that_acts(self, hit: _Hit) -> _Found | None:
        """'It said', 'it announced': the one body that was a subject shortly before."""
        syntax = hit.paragraph.syntax
        if syntax.deps[hit.token] != "nsubj" or not decides(syntax, syntax.heads[hit.token]):
            return None
        near = self._near(hit, ("ORG", "GPE"))
        subjects = {m.name: m for m in near if m.label == "ORG" and self._is_subject(hit, m)}
        if not subjects:
            return None
        bodies = {m.name for m in near if m.label == "ORG"} | {
            m.name for m in near if m.label == "GPE" and self._is_subject(hit, m)
        }
        return _Found(next(iter(subjects)) if len(bodies) == 1 else None, "ORG", "pronoun_body")

    def _is_subject(self, hit: _Hit, mention: Mention) -> bool:
        is_here = hit.paragraph.start <= mention.start_char
        syntax = (hit.paragraph if is_here else self._prose[hit.number - 1]).syntax
        first, last = syntax.touched(mention.start_char, mention.end_char)
        return first < last and syntax.deps[syntax.root(first, last)] in ("nsubj", "nsubjpass")

    def _office(self, hit: _Hit) -> _Found | None:
        """'The mayor': the one person of the story so far who was introduced with that office."""
        holders = {
            m.name or m.surface: m
            for m in self._before(hit, self._floor(hit))
            if m.label == "PERSON" and m.role_text and _held(m.role_text) == hit.word
        }
        if not holders:
            return None
        name = next(iter(holders)) if len(holders) == 1 else None
        return _Found(name, "PERSON", "nominal_office")

    def _force(self, hit: _Hit) -> _Found | None:
        """'The contingent': the words that described it before ('Russian peacekeeping contingent')."""
        floor = self._floor(hit)
        pattern = re.compile(rf"\b([A-Z][\w-]+(?: [a-z-]+){{0,2}} {hit.word})\b")
        full = {
            match.group(1)
            for match in pattern.finditer(self._ctx.text, floor, hit.start)
            if gazetteer.demonym(match.group(1).split()[0]) is not None
        }
        return _Found(full.pop(), "ORG", "nominal_force") if len(full) == 1 else None

    def _country(self, hit: _Hit) -> _Found | None:
        """'The country': the one country of the sentence and the one before."""
        syntax = hit.paragraph.syntax
        if syntax.lower[syntax.heads[hit.token]] in _WHERE_AT_HOME:
            return None
        return self._only(self._near(hit, ("GPE", "NORP")), _is_country, "GPE", "nominal_country")

    def _body(self, hit: _Hit, kind: str) -> _Found | None:
        """'The ministry': the one body of the story with that word in its name; 'the bank', 'the group',
        whose names may lack the word: the one near; 'the company': the only body near."""
        near = self._near(hit, ("ORG", "FAC"))
        before = near if kind != "named" else self._before(hit, self._floor(hit))
        called = {
            m.name for m in before
            if m.label in ("ORG", "FAC") and hit.word in (m.name or "").casefold().split()
        }  # fmt: skip
        if called:
            return _Found(called.pop() if len(called) == 1 else None, "ORG", "nominal_named_so")
        if kind.startswith("named"):
            return None
        if hit.word == "group":
            near = [m for m in near if self._is_subject(hit, m)]
        return self._only(near, _is_body, "ORG", f"nominal_{kind}")


# 'Across the country' is the reader's own country more often than the one just named.
_WHERE_AT_HOME = frozenset({"across", "around", "throughout", "over", "for", "of"})


def _is_bare(syntax: Syntax, i: int) -> bool:
    """True for 'the NOUN' alone: no other word before it, and nothing behind that says which."""
    tags, deps = syntax.tags, syntax.deps
    if tags[i] not in ("NN", "NNS") or deps[i] == "compound":
        return False
    if any(deps[child] in ("relcl", "acl", "prep", "appos", "amod") for child in syntax.children[i]):
        return False
    return i + 1 == len(syntax) or tags[i + 1] not in ("NN", "NNS", "NNP", "WDT", "WP", "HYPH", "CD")


def _is_country(mention: Mention) -> bool:
    place = gazetteer.place(mention.name or mention.surface) if mention.label == "GPE" else None
    return place is not None and place.kind in ("country", "disputed")


def _is_city(mention: Mention) -> bool:
    place = gazetteer.place(mention.name or mention.surface)
    return place is None or place.kind in ("city", "capital")


def _is_body(mention: Mention) -> bool:
    return gazetteer.organization_kind(mention.name or mention.surface) not in ("agency", "media")


def _held(role: str) -> str:
    """The noun of the office in a role as written, '' where it is past or another's."""
    words = role.lower().replace(",", " ").split()
    if words and words[0] in ("former", "ex", "vice", "deputy", "acting", "late", "first"):
        return ""
    for cut, word in enumerate(words):
        if cut and word in ("of", "to", "for", "at", "in", "and"):
            words = words[:cut]
            break
    if len(words) > 1 and words[-2] in ("vice", "deputy", "former", "prime", "press", "acting"):
        return " ".join(words[-2:]) if words[-2] == "prime" else ""
    return words[-1] if words else ""


__all__ = ["find_nominals"]
