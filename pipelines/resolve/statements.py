"""One thing somebody said, in all its wordings: from the quotes of one story to its statements.

PURE. Wordings are joined pair by pair, the surest first, as long as nobody's statement takes in another
named speaker, another day or a wording that contradicts one of its own. Every quote belongs to a statement;
most have one wording. See docs/explanation/across-documents.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from pipelines.model import IdRedirect, Statement, StatementQuote, hash_key
from pipelines.resolve.assertions import find_assertions
from pipelines.resolve.speaker_match import Bond, Speaker, is_surname_alone, surname
from pipelines.resolve.statement_links import Link, Links, find_links, same_day
from pipelines.resolve.statement_rows import Found, NamedSpeaker, QuoteRow, StoryRows


def find_statements(story: StoryRows, run_id: str = "") -> Found:
    """The statements of one story, wholly anew; ids that quotes had are kept (`story.known`)."""
    found = Found()
    if not story.quotes:
        return found
    links = find_links(story)
    clusters = _Clusters(story.quotes, links)
    found.named = _named(clusters.used, story.quotes)
    if found.named:
        quotes = _with_names(story.quotes, found.named)
        links = find_links(replace(story, quotes=quotes), links)
        clusters = _Clusters(quotes, links)
    groups = clusters.groups()
    ids = _Ids(story, groups, run_id)
    found.redirects = ids.redirects
    group_of = {n: g for g, group in enumerate(groups) for n in group}
    links_of: dict[int, list[Link]] = defaultdict(list)
    for link in clusters.used:
        links_of[group_of[link.a]].append(link)
    for g, (group, statement_id) in enumerate(zip(groups, ids.of_group, strict=True)):
        members, own = [story.quotes[n] for n in group], links_of[g]
        found.statements.append(_statement(statement_id, story.story_id, members, run_id))
        found.wordings.extend(_wordings(statement_id, group, own, story.quotes, links, run_id))
        found.statement_of.update({quote.quote_id: statement_id for quote in members})
    found.assertions = find_assertions(story, links, found.statement_of, run_id)
    return found


def _with_names(quotes: Sequence[QuoteRow], named: Sequence[NamedSpeaker]) -> list[QuoteRow]:
    """Quotes whose unnamed speakers are who they turned out to be: what is enough for two wordings of one
    known speaker now is for theirs."""
    given = {one.quote_id: one for one in named}
    return [
        replace(q, speaker=_as(q.speaker, given[q.quote_id])) if q.quote_id in given else q for q in quotes
    ]


def _as(speaker: Speaker, named: NamedSpeaker) -> Speaker:
    name, entity_id = named.speaker_name, named.speaker_entity_id
    return replace(speaker, name=name, entity_id=entity_id, entity_type="person" if entity_id else None)


class _Clusters:
    """Quotes joined by links, under what one statement cannot hold."""

    def __init__(self, quotes: Sequence[QuoteRow], links: Links) -> None:
        self._quotes = quotes
        self._apart: dict[int, set[int]] = defaultdict(set)
        for a, b in links.apart:
            self._apart[a].add(b)
            self._apart[b].add(a)
        self._root = list(range(len(quotes)))
        self._members = {n: {n} for n in range(len(quotes))}
        self.used: list[Link] = []
        first: dict[str, int] = {}
        for n, quote in enumerate(quotes):
            # Paragraphs of one quotation, unless they came to be two people's: then the marks have misled.
            opening = self._find(first.setdefault(quote.quotation_id, n))
            if opening != n and _one_person([quotes[m].speaker for m in (*self._members[opening], n)]):
                self._join(opening, n)
        for link in links.links:
            a, b = self._find(link.a), self._find(link.b)
            if a == b or self._fit(self._members[a], self._members[b], link):
                self._join(a, b)
                self.used.append(link)

    def groups(self) -> list[set[int]]:
        """The members of each statement, by the order of their founders."""
        kept = [members for n, members in self._members.items() if self._find(n) == n]
        return sorted(kept, key=lambda members: min(self._quotes[n].order for n in members))

    def _find(self, n: int) -> int:
        while self._root[n] != n:
            self._root[n] = n = self._root[self._root[n]]
        return n

    def _join(self, a: int, b: int) -> None:
        a, b = self._find(a), self._find(b)
        if a != b:
            self._root[b] = a
            self._members[a] |= self._members.pop(b)

    def _fit(self, a: set[int], b: set[int], link: Link) -> bool:
        if any(self._apart[n] & b for n in a):
            return False
        if not _one_person([self._quotes[n].speaker for n in a | b]):
            return False
        if link.bond is not Bond.SAME and len({self._quotes[n].speaker.state for n in a | b} - {None}) > 1:
            return False
        days = {(q.said_on, q.said_on_precision): q for q in (self._quotes[n] for n in a | b) if q.said_on}
        first = next(iter(days.values()), None)
        return first is None or all(same_day(first, other) for other in days.values())


def _one_person(speakers: Sequence[Speaker]) -> bool:
    """False where two people are among them; who is called by a surname alone is whoever else bears it."""
    people = [speaker for speaker in speakers if speaker.is_named and not speaker.is_body]
    full = {speaker.key for speaker in people if not is_surname_alone(speaker)}
    alone = {surname(speaker) for speaker in people if is_surname_alone(speaker)}
    names = {surname(speaker) for speaker in people if not is_surname_alone(speaker)}
    return len(full) <= 1 and len(alone | names) <= 1


class _Ids:
    """The id of each group: that of the oldest statement among its members, else its founder's hash."""

    def __init__(self, story: StoryRows, groups: Sequence[set[int]], run_id: str) -> None:
        by_order = sorted(range(len(story.quotes)), key=lambda n: story.quotes[n].order)
        group_of = {n: g for g, members in enumerate(groups) for n in members}
        owned: dict[int, list[str]] = defaultdict(list)
        seen = set()
        for n in by_order:
            before = story.known.get(story.quotes[n].quote_id)
            if before is not None and before not in seen:
                seen.add(before)
                owned[group_of[n]].append(before)
        self.of_group: list[str] = []
        self.redirects: list[IdRedirect] = []
        taken = set(seen)
        for g, members in enumerate(groups):
            kept = owned[g][0] if owned[g] else _new_id(story.quotes, members, taken)
            taken.add(kept)
            self.of_group.append(kept)
            self.redirects.extend(
                IdRedirect(table_name="statements", old_id=old, new_id=kept, since_run_id=run_id)
                for old in owned[g][1:]
            )


def _new_id(quotes: Sequence[QuoteRow], members: Iterable[int], taken: set[str]) -> str:
    """The hash of the founder; with a number behind it where that is a living statement's id already."""
    founder = min(members, key=lambda n: quotes[n].order)
    statement_id = hash_key("statements", quotes[founder].quote_id)
    again = 1
    while statement_id in taken:
        again += 1
        statement_id = hash_key("statements", quotes[founder].quote_id, again)
    return statement_id


def _statement(
    statement_id: str, story_id: str | None, members: Sequence[QuoteRow], run_id: str
) -> Statement:
    speaker = _speaker(members)
    return Statement(
        statement_id=statement_id,
        story_id=story_id,
        speaker_entity_id=speaker.speaker.entity_id if speaker else None,
        speaker_name=speaker.speaker.name if speaker else None,
        speaker_is_inferred=speaker is None,
        said_on=_said_on(members),
        representative_quote_id=min(members, key=_shown_first).quote_id,
        wording_count=len({quote.quotation_id for quote in members}),
        outlet_count=len({quote.outlet_id for quote in members} - {None}),
        independent_source_count=len({quote.source_key for quote in members}),
        run_id=run_id,
    )


def _speaker(members: Sequence[QuoteRow]) -> QuoteRow | None:
    """A member with the speaker's name, a person's before a body's, the one most texts have before others."""
    named = [quote for quote in members if quote.speaker.is_named]
    if len(named) < 2:
        return named[0] if named else None
    often = Counter(quote.speaker.key for quote in named)
    return min(
        named,
        key=lambda q: (q.speaker.is_body, is_surname_alone(q.speaker), -often[q.speaker.key], q.order),
        default=None,
    )


def _said_on(members: Sequence[QuoteRow]) -> date | None:
    days = Counter(q.said_on for q in members if q.said_on and q.said_on_precision == "day")
    return min(days, key=lambda day: (-days[day], day), default=None)


def _shown_first(quote: QuoteRow) -> tuple[int, bool, date, tuple[date, str, int]]:
    """A direct wording by a named speaker, the earliest, is what readers see first."""
    kind = {"direct": 0, "mixed": 1}.get(quote.kind, 2)
    return kind, not quote.speaker.is_named, quote.published_on or date.max, quote.order


def _wordings(  # noqa: PLR0917
    statement_id: str,
    group: set[int],
    own: Sequence[Link],
    quotes: Sequence[QuoteRow],
    links: Links,
    run_id: str,
) -> list[StatementQuote]:
    """The parts of each quote that links rest on, neighbours as one; the whole quote where none does."""
    best: dict[int, Link] = {}
    parts: dict[int, dict[tuple[int, int], Link]] = defaultdict(dict)
    for link in own:
        for n, u in ((link.a, link.unit_a), (link.b, link.unit_b)):
            best.setdefault(n, link)
            if u is not None:
                span = links.units[u].wording.start_char, links.units[u].wording.end_char
                parts[n].setdefault(span, link)
    rows = []
    for n in sorted(group, key=lambda n: quotes[n].order):
        quote = quotes[n]
        whole = {(quote.wording.start_char, quote.wording.end_char): best.get(n)}
        for (start, end), reason in sorted((parts[n] or whole).items(), key=lambda item: item[0]):
            rows.append(
                StatementQuote(
                    statement_id=statement_id,
                    quote_id=quote.quote_id,
                    start_char=start,
                    end_char=end,
                    score=reason.score if reason else 1.0,
                    evidence=reason.evidence if reason else None,
                    run_id=run_id,
                )
            )
    return rows


def _named(own: Sequence[Link], quotes: Sequence[QuoteRow]) -> list[NamedSpeaker]:
    """Names for unnamed speakers whose role, day and words agree with a named person's."""
    found: dict[str, NamedSpeaker] = {}
    for link in own:
        for n, m in ((link.a, link.b), (link.b, link.a)):
            quote, other = quotes[n], quotes[m]
            is_unnamed = not quote.speaker.is_named and not quote.speaker.is_vague
            if link.bond is not Bond.ROLE or not is_unnamed or quote.is_ruled or link.unit_a is None:
                continue
            if other.speaker.is_named and not other.speaker.is_body:
                found.setdefault(
                    quote.quote_id,
                    NamedSpeaker(
                        quote.quote_id,
                        other.speaker.name,
                        other.speaker.entity_id,
                        f"{link.evidence}; with quote {other.quote_id}",
                    ),
                )
    return list(found.values())
