"""Entity mentions of a document: the model's entities, repaired where news breaks them.

The model reads one paragraph at a time and cuts or labels names badly; the document as a whole knows more.
So: candidates from the model, from patterns and from the name tables; one selection without overlaps; one
label for each name by vote; every further occurrence of a confirmed name; then what each mention is short
for (surnames, acronyms), the role beside it, and whether a capital stands for its government.

Headlines, headings, list items and captions get only names that the body confirms.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipelines.extract import credits, gazetteer, metonyms, name_links, roles
from pipelines.extract.context import PROSE_ROLES, Context, Paragraph
from pipelines.extract.gazetteer import fold
from pipelines.extract.model_entities import repaired
from pipelines.extract.name_rules import (
    GLUED_LABELS,
    Candidate,
    appositions,
    capitals,
    datelines,
    function_words,
    headed,
    holders_of_states,
    is_club,
    is_company,
    office_holder,
    patterns,
    role_nouns,
    sign_offs,
    skip_function_words,
)
from pipelines.model import Mention
from pipelines.reference import read_table

LABELS = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"})

# Roles of segments that hold names beyond prose, found only by what the body confirms.
_CONFIRMED_ROLES = frozenset(
    {"title", "heading", "list_item", "caption", "navigation", "boilerplate", "footnote", "credit", "byline"}
)
_WORD_END = re.compile(rf"(?![\w$])|(?:{'|'.join(GLUED_LABELS)})\b")


@dataclass(slots=True)
class _Stretch:
    """A run of characters that is searched for names; `paragraph` is its index, -1 where not parsed."""

    start: int
    end: int
    role: str
    segment_no: int
    paragraph: int
    capitals: list[tuple[int, str]] = field(default_factory=list)
    taken: list[Candidate] = field(default_factory=list)


def find_mentions(ctx: Context) -> list[Mention]:
    """The mentions of a document in text order, spans never overlapping."""
    stretches = _stretches(ctx)
    prose = [s for s in stretches if s.role in PROSE_ROLES]
    for stretch in prose:
        stretch.taken = _select(_candidates(ctx, stretch))
    found = [c for s in prose for c in s.taken]
    acronyms = name_links.bind_acronyms(ctx.text, prose, found)
    labels = _vote(ctx.text, found)
    _drop_common_words(ctx.text, prose, labels)
    lexicon = _lexicon(ctx.text, prose, labels, acronyms)
    things = {_thing(ctx.text[c.start : c.end], c.label) for s in prose for c in s.taken}
    for stretch in stretches:
        if stretch.role not in PROSE_ROLES:
            named = (
                c for c in _known(ctx.text, stretch) if _thing(ctx.text[c.start : c.end], c.label) in things
            )
            stretch.taken = list(named)
            signed = sign_offs(ctx.text, stretch.start, stretch.end, stretch.paragraph)
            stretch.taken = _select([*stretch.taken, *signed])
        _fill(ctx.text, stretch, lexicon)
    for stretch in stretches:
        if stretch.role in ("byline", "credit", "caption"):
            credits.fill(ctx.text, stretch)
    links = name_links.Links(ctx.text, [c for s in prose for c in s.taken], acronyms)
    return list(_mentions(ctx, stretches, links))


def _stretches(ctx: Context) -> list[_Stretch]:
    found = [_Stretch(p.start, p.end, p.role, p.segment_no, i) for i, p in enumerate(ctx.paragraphs)]
    parsed = {p.segment_no for p in ctx.paragraphs}
    for segment in ctx.segments:
        if segment.segment_no not in parsed and segment.role in _CONFIRMED_ROLES:
            found.append(_Stretch(segment.start_char, segment.end_char, segment.role, segment.segment_no, -1))
    for stretch in found:
        stretch.capitals = capitals(ctx.text, stretch.start, stretch.end)
        if stretch.role in PROSE_ROLES and is_headline(ctx.text[stretch.start : stretch.end]):
            stretch.role = "heading"
    return sorted(found, key=lambda s: s.start)


def is_headline(line: str) -> bool:
    """True for a line in title case without a full stop: capitals there say nothing about names."""
    if len(line) > 140 or line[-1:] in ".?!:;,”\"'’)":
        return False
    words = [w for w in line.split() if len(w) > 3 and w[0].isalpha()]
    return len(words) >= 4 and sum(w[0].isupper() for w in words) >= 0.85 * len(words)


# ---------------------------------------------------------------------------------------------
# Candidates of one paragraph
# ---------------------------------------------------------------------------------------------


def _candidates(ctx: Context, stretch: _Stretch) -> Iterator[Candidate]:
    paragraph = ctx.paragraphs[stretch.paragraph]
    yield from patterns(ctx.text, stretch.start, stretch.end, stretch.paragraph)
    yield from headed(ctx.text, stretch.start, stretch.end, stretch.paragraph, stretch.capitals)
    yield from datelines(ctx.text, stretch.start, stretch.end, stretch.paragraph)
    yield from sign_offs(ctx.text, stretch.start, stretch.end, stretch.paragraph)
    known = list(_known(ctx.text, stretch))
    yield from known
    yield from appositions(ctx.text, stretch.start, stretch.end, stretch.paragraph)
    yield from holders_of_states(ctx.text, stretch.start, stretch.end, stretch.paragraph)
    for c in known:
        if c.label in ("GPE", "LOC"):
            if (club := is_club(ctx.text, c.start)) is not None:
                yield Candidate(club, c.end, "ORG", "head_noun", stretch.paragraph)
            held = office_holder(ctx.text, c.start, c.end, stretch.end, stretch.paragraph)
            if held:
                yield held
    places = {c.start: c for c in known if c.label in ("GPE", "LOC", "NORP")}
    tags, first = paragraph.syntax.tags, paragraph.span.start
    for ent in paragraph.span.ents:
        label = ent.label_
        if label not in LABELS:
            continue
        # 'Ruiz quoted Berg': two names and what one did.
        if label != "WORK_OF_ART" and not _FINITE.isdisjoint(tags[ent.start - first : ent.end - first]):
            continue
        start, end = ent.start_char + paragraph.offset, ent.end_char + paragraph.offset
        for found in repaired(ctx.text, start, end, label, places):
            found.paragraph = stretch.paragraph
            yield found


_FINITE = frozenset({"VBD", "VBZ"})


def _known(text: str, stretch: _Stretch) -> Iterator[Candidate]:
    """Names of the tables, longest match at each capitalised word."""
    index = gazetteer.by_first_word()
    done = stretch.start
    for start, word in stretch.capitals:
        entries = index.get(word)
        if entries is None or start < done:
            continue
        for known in entries:
            end = start + len(known.name)
            if text.startswith(known.name, start) and _WORD_END.match(text, end):
                if end <= stretch.end and (known.strong or known.label == "NORP"):
                    done = end
                    yield Candidate(start, end, known.label, "table", stretch.paragraph, known.strong)
                break


_RANK = {
    "dateline": 6,
    "sign_off": 6,
    "ministry": 5,
    "dated_document": 5,
    "definite_document": 5,
    "corridor": 4,
    "office_holder": 4,
    "head_noun": 3,
}


def _select(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best candidates without overlap, in text order: strong patterns, then the longer, then tables."""
    ranked = sorted(
        candidates,
        key=lambda c: (-_RANK.get(c.method, 0), -(c.end - c.start), c.method != "table", c.start),
    )
    taken: list[Candidate] = []
    starts: list[int] = []
    for candidate in ranked:
        at = bisect.bisect_left(starts, candidate.start)
        before = at == 0 or taken[at - 1].end <= candidate.start
        if before and (at == len(starts) or candidate.end <= starts[at]):
            starts.insert(at, candidate.start)
            taken.insert(at, candidate)
    return taken


# ---------------------------------------------------------------------------------------------
# What the document as a whole says of a name
# ---------------------------------------------------------------------------------------------

_WEIGHTS = {"model": 1.0, "head_noun": 2.5, "table": 1.5}


def _vote(text: str, found: list[Candidate]) -> dict[str, str]:
    """One label for each name (folded) of the document; sets the candidates' labels."""
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    persons = {fold(text[c.start : c.end]).split()[-1] for c in found if _is_full_person(text, c)}
    firms = _called_firms(text) - persons
    for candidate in found:
        surface = text[candidate.start : candidate.end]
        name = fold(surface)
        votes[name][candidate.label] += _WEIGHTS.get(candidate.method, 4.0)
        if context := _context_label(text, candidate):
            votes[name][context] += 3.0
            if context == "ORG":
                firms.add(name)
        elif candidate.label == "ORG" and is_company(surface):
            firms.update(_short_names(name))
    labels = {name: _decide(name, counts, persons, firms) for name, counts in votes.items()}
    for candidate in found:
        candidate.label = labels[fold(text[candidate.start : candidate.end])]
    return labels


def _short_names(folded: str) -> Iterator[str]:
    """What a company is called after its first mention: the words its full name opens with."""
    words = folded.split()
    for count in range(1, len(words)):
        yield " ".join(words[:count])


def _called_firms(text: str) -> set[str]:
    """Single words that stand before 'shares' and its like anywhere, whether or not a name was seen there."""
    words, pattern = _firm_words()
    if not any(word in text for word in words):
        return set()
    return {
        fold(match[1])
        for match in pattern.finditer(text)
        if _may_be_firm(text[max(0, match.start() - 8) : match.start()], "PERSON", match[1])
    }


@cache
def _firm_words() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """What a company has, as it stands behind its name, and the pattern of both."""
    rows = read_table("name_contexts", ("word", "position", "label"))
    words = sorted(r["word"] for r in rows if r["position"] == "after" and r["label"] == "ORG")
    return tuple(f" {word}" for word in words), re.compile(rf"\b([A-Z]\w+) (?:{'|'.join(words)})\b")


def _is_full_person(text: str, candidate: Candidate) -> bool:
    return candidate.label == "PERSON" and " " in text[candidate.start : candidate.end]


def _decide(name: str, counts: dict[str, float], persons: set[str], firms: set[str]) -> str:
    place = gazetteer.place_folded(name)
    if place and place.kind in gazetteer.STRONG_PLACES and name not in persons:
        return "LOC" if place.kind == "region" else "GPE"
    if gazetteer.demonym_folded(name):
        return "NORP"
    if name not in persons and gazetteer.near_place(name):
        return "GPE"
    if name in persons and not place:
        return "PERSON"
    if name in firms and not place and counts["PERSON"]:
        return "ORG"
    best = max(counts.values())
    return next(label for label in _PREFERENCE if counts[label] == best)


_PREFERENCE = (
    "PERSON", "GPE", "ORG", "NORP", "LOC", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART",
)  # fmt: skip


@cache
def _contexts(position: str) -> dict[str, str]:
    """Words right before or right after a name, in lower case, to the label that they give it."""
    rows = read_table("name_contexts", ("word", "position", "label"))
    return {row["word"].casefold(): row["label"] for row in rows if row["position"] == position}


_LAST_WORD = re.compile(r"\w+$")
_WORD_AFTER = re.compile(r" (?:and [A-Z][\w-]+ )?([A-Za-z]+)\b")
# 'confidence in Smith': the words after which "in" leads to a person.
_TRUST_IN = re.compile(
    r"(?:interest|faith|confidence|trust|belie(?:f|ve|ves|ved)|disappointed|hope|role) in $"
)
# 'Jane Doe, 44,': an age; 'Jane Doe, the party's leader': checked against the role nouns.
_AGE_AFTER = re.compile(
    r", \d{1,2},|, (?:an? |the )?(?:\w+['’]s? )?(?:former |then |acting |deputy )?([a-z]+)\b"
)
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Prof)\.? $")


def _context_label(text: str, candidate: Candidate) -> str | None:
    """What the word beside a name says it is: 'the village of X', 'X region', 'X missiles', 'X shares'."""
    if candidate.label in ("NORP", "EVENT", "LAW"):
        return None
    before = text[max(0, candidate.start - 20) : candidate.start]
    name = text[candidate.start : candidate.end]
    is_surname = candidate.label == "PERSON" and " " not in name
    if is_surname and before.endswith(" in ") and not _TRUST_IN.search(before):
        return "GPE"
    if (kind := _kind_before(before)) or (kind := _kind_after(text, candidate.end)):
        return kind if kind != "ORG" or _may_be_firm(before, candidate.label, name) else None
    return "PERSON" if _is_described(text, candidate, name) else None


def _may_be_firm(before: str, label: str, name: str) -> bool:
    """True where the words around may make a company of the name: not of a place or of 'Mr X'."""
    return (
        label in ("PERSON", "ORG", "PRODUCT") and not gazetteer.place(name) and not _HONORIFIC.search(before)
    )


def _is_described(text: str, candidate: Candidate, name: str) -> bool:
    """True for two words that an age or an office behind a comma makes a person: 'Jane Doe, 44,'."""
    if candidate.label not in ("GPE", "LOC") or name.count(" ") != 1 or gazetteer.place(name):
        return False
    match = _AGE_AFTER.match(text, candidate.end, candidate.end + 60)
    return match is not None and (match.group(1) is None or match.group(1) in role_nouns())


def _kind_before(before: str) -> str | None:
    """The label that the noun right before a name gives it: 'the village of |', 'Lake |'."""
    if not before.endswith(" "):
        return None
    before = before[:-1]
    before = before[:-3] if before.endswith(" of") else before.removesuffix(",")
    word = before[before.rfind(" ") + 1 :].lower()
    if not word.isalpha():
        found = _LAST_WORD.search(word)
        word = found[0] if found else ""
    return _contexts("before").get(word)


def _kind_after(text: str, end: int) -> str | None:
    """The label that the word right behind a name gives it: '| river', '| shares'."""
    match = _WORD_AFTER.match(text, end, end + 40) if text.startswith(" ", end) else None
    return _contexts("after").get(match.group(1).lower()) if match else None


def _is_written_small(word: str, text: str) -> bool:
    """True where a text has `word`, given small, as a word or as the first part of a hyphened one."""
    if len(word) < _SHORTEST_WORD or not word.isascii():
        return False
    at = text.find(word)
    while at >= 0:
        before, after = text[max(0, at - 1) : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() or before in ("_", "-") or after.isalnum() or after == "_"):
            return True
        at = text.find(word, at + 1)
    return False


_SHORTEST_WORD = 3


def _drop_common_words(text: str, prose: list[_Stretch], labels: dict[str, str]) -> None:
    """Single words that the document also writes small are words ('Peacekeepers'), not names."""
    written_small: dict[str, bool] = {}
    for stretch in prose:
        for candidate in list(stretch.taken):
            surface = text[candidate.start : candidate.end]
            if candidate.method != "model" or candidate.label in ("PERSON", "GPE"):
                continue
            if not surface.isalpha() or surface.isupper():
                continue
            word = surface.casefold()
            if word not in written_small:
                written_small[word] = _is_written_small(word, text)
            if not written_small[word]:
                continue
            stretch.taken.remove(candidate)
            labels.pop(fold(surface), None)


def _lexicon(
    text: str, prose: list[_Stretch], labels: dict[str, str], acronyms: dict[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """Names that the body confirms, with their labels, by first word, longest first; its surnames too."""
    names: dict[str, str] = {}
    for stretch in prose:
        for c in stretch.taken:
            surface = text[c.start : c.end]
            names.setdefault(surface, c.label)
            if c.method == "dateline":
                names.setdefault(surface.title(), c.label)
            if c.label == "PERSON" and " " in surface:
                last = surface.rsplit(" ", 1)[-1]
                if len(last) > 2 and last[0].isupper() and last.strip(".") not in ("Jr", "Sr", "II", "III"):
                    names.setdefault(last, labels.get(fold(last), "PERSON"))
    for acronym, full in acronyms.items():
        names.setdefault(acronym, labels.get(fold(full), "ORG"))
    index: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, label in names.items():
        if name.casefold() not in function_words():
            index[gazetteer.first_word(name)].append((name, label))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


@lru_cache(maxsize=8192)
def _thing(surface: str, label: str) -> str:
    """What a name of the tables names, whatever it is called: 'US' and 'United States' are one thing."""
    if label == "ORG":
        return fold(gazetteer.organization(surface) or surface)
    if label == "NORP":
        group = gazetteer.demonym(surface)
        return group.group if group else fold(surface)
    place = gazetteer.place(surface)
    return f"{place.name}|{place.country_code}" if place else fold(surface)


def _fill(text: str, stretch: _Stretch, lexicon: dict[str, list[tuple[str, str]]]) -> None:
    """Add occurrences of confirmed names that no candidate covers."""
    taken = iter(stretch.taken)
    current = next(taken, None)
    added: list[Candidate] = []
    done = stretch.start
    for start, word in stretch.capitals:
        entries = lexicon.get(word)
        if entries is None:
            continue
        while current and current.end <= start:
            current = next(taken, None)
        if start < done or (current and current.start <= start):
            continue
        limit = min(stretch.end, current.start if current else stretch.end)
        for name, label in entries:
            end = start + len(name)
            if end <= limit and text.startswith(name, start) and _WORD_END.match(text, end):
                done = end
                added.append(Candidate(start, end, label, "confirmed", stretch.paragraph))
                break
    if added:
        stretch.taken = sorted([*stretch.taken, *added], key=lambda c: c.start)


# ---------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------

_CONFIDENCE = {"model": 0.8, "table": 0.9, "confirmed": 0.8, "head_noun": 0.8}


def _mentions(ctx: Context, stretches: list[_Stretch], links: name_links.Links) -> Iterator[Mention]:
    last_end = -1
    for stretch in stretches:
        paragraph = ctx.paragraphs[stretch.paragraph] if stretch.paragraph >= 0 else None
        for candidate in stretch.taken:
            if candidate.start < last_end or candidate.end <= candidate.start:
                continue
            last_end = candidate.end
            yield _mention(ctx, stretch, paragraph, candidate, links)


def _mention(
    ctx: Context,
    stretch: _Stretch,
    paragraph: Paragraph | None,
    candidate: Candidate,
    links: name_links.Links,
) -> Mention:
    surface = ctx.text[candidate.start : candidate.end]
    mention = Mention(
        start_char=candidate.start,
        end_char=candidate.end,
        surface=surface,
        segment_no=stretch.segment_no,
        label=candidate.label,
        name=links.name_of(surface, candidate.label, candidate.start),
        method=candidate.method,
        confidence=_CONFIDENCE.get(candidate.method, 0.9),
    )
    if paragraph is not None and candidate.label == "PERSON":
        role = roles.role_of(paragraph, candidate.start, candidate.end)
        if role is not None:
            mention.role_start_char, mention.role_end_char = role
            mention.role_text = ctx.text[role[0] : role[1]]
    if paragraph is not None and candidate.label == "GPE":
        mention.is_metonym = metonyms.is_metonym(paragraph, candidate.start, candidate.end, surface)
    return mention


__all__ = ["LABELS", "find_mentions", "skip_function_words"]
