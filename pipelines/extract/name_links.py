"""What a mention is short for within its document: acronyms, surnames, short place names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol

from pipelines.extract import gazetteer
from pipelines.extract.gazetteer import fold
from pipelines.extract.name_rules import Candidate
from pipelines.reference import read_table


class Stretch(Protocol):
    """What acronym binding needs of a stretch of prose."""

    start: int
    end: int
    paragraph: int
    taken: list[Candidate]


_BRACKETED = re.compile(r" ?\(([A-Z][A-Za-z0-9&.-]{1,9})\)")
_CAPITAL_RUN = re.compile(
    r"(?:(?<!\w)[A-Z][\w’'-]* (?:(?:of|and|for|the|on|in|de) )?)*(?<!\w)[A-Z][\w’'-]* ?$"
)
_SMALL = frozenset({"of", "and", "for", "the", "on", "in", "de", "&", "to"})


def bind_acronyms(text: str, prose: Iterable[Stretch], found: list[Candidate]) -> dict[str, str]:
    """Acronym to full name, from 'Full Name (ACRO)'; adds the names and acronyms that were not taken yet."""
    bound: dict[str, str] = {}
    for stretch in prose:
        if "(" not in text[stretch.start : stretch.end]:
            continue
        for match in _BRACKETED.finditer(text, stretch.start, stretch.end):
            full = _full_name(text, stretch, match.start(), match.group(1))
            if full is None:
                continue
            acronym = Candidate(match.start(1), match.end(1), full.label, "acronym", stretch.paragraph, True)
            for candidate in (full, acronym):
                if _place_in(stretch, candidate):
                    found.append(candidate)
            bound.setdefault(match.group(1), text[full.start : full.end])
    return bound


def _place_in(stretch: Stretch, candidate: Candidate) -> bool:
    """Put the candidate in the stretch in place of what it covers; False where it is there already."""
    for old in stretch.taken:
        if (old.start, old.end) == (candidate.start, candidate.end):
            old.label, old.method = candidate.label, candidate.method
            return False
    rest = [c for c in stretch.taken if c.end <= candidate.start or c.start >= candidate.end]
    stretch.taken = sorted([*rest, candidate], key=lambda c: c.start)
    return True


def _full_name(text: str, stretch: Stretch, end: int, acronym: str) -> Candidate | None:
    before = next((c for c in stretch.taken if c.end == end or c.end == end - 1), None)
    letters = [c.casefold() for c in acronym if c.isalnum()]
    if before:
        words = text[before.start : before.end].split(" ")
        if any(_initials_match(" ".join(words[cut:]), letters) for cut in range(min(3, len(words)))):
            return before
    window = text[max(stretch.start, end - 120) : end]
    run = _CAPITAL_RUN.search(window)
    if run:
        words = run.group().split(" ")
        for first in range(len(words)):
            tail = " ".join(words[first:])
            if words[first] and words[first] not in _SMALL and _initials_match(tail, letters, exact=True):
                start = end - len(tail)
                return Candidate(start, end, "ORG", "acronym", stretch.paragraph, True)
    if before and before.label == "ORG" and acronym.isupper() and len(acronym) < 8:
        return before if gazetteer.place(acronym) is None else None
    return None


def _initials_match(name: str, letters: list[str], exact: bool = False) -> bool:
    """True where the letters are the initials of the name's words, small words in or out."""
    words = [w for w in re.split(r"[ -]", name) if w]
    if len(words) < 2:
        return False
    large = [w[0].casefold() for w in words if w not in _SMALL]
    every = [w[0].casefold() for w in words]
    if letters in (large, every):
        return True
    if exact or len(letters) < 2 or letters[0] != every[0]:
        return False
    at = iter(name.casefold())
    return len(letters) <= 6 and all(letter in at for letter in letters) and len(large) >= len(letters) - 1


class Links:
    """The fullest name of each name in the document."""

    def __init__(self, text: str, found: Iterable[Candidate], acronyms: dict[str, str]) -> None:
        self._text = text
        self._acronyms = acronyms
        self._by_part: dict[str, dict[str, str]] = defaultdict(dict)
        self._places: dict[str, str] = {}
        self._introduced: dict[str, int] = {}
        persons: dict[tuple[str, str], str] = {}
        for candidate in found:
            name = text[candidate.start : candidate.end]
            if candidate.label == "PERSON" and " " in name:
                key = _ends(name)
                self._introduced.setdefault(" ".join(key), candidate.start)
                if len(name) > len(persons.get(key, "")):
                    persons[key] = name
            elif candidate.label in ("GPE", "LOC") and (place := gazetteer.place(name)):
                self._places[place.name] = max(name, self._places.get(place.name, ""), key=len)
        for (first, last), name in persons.items():
            self._by_part[last][last + first] = name
            self._by_part[first].setdefault(last + first, name)
        self._persons = persons

    def name_of(self, surface: str, label: str, start: int) -> str | None:
        """The fullest name of what `surface` names at `start`; None where two persons share the name and both
        were introduced before."""
        if surface in self._acronyms:
            return self._acronyms[surface]
        if label == "ORG":
            return gazetteer.organization(surface) or surface
        if label == "PERSON":
            if " " in surface:
                return self._persons.get(_ends(surface), surface)
            return self._bearer(surface, start)
        if label == "NORP" and (group := gazetteer.demonym(surface)):
            return group.group
        if label in ("GPE", "LOC") and (place := gazetteer.place(surface)):
            return self._places.get(place.name, surface)
        return surface

    def _bearer(self, surface: str, start: int) -> str | None:
        """The one person whose surname or given name this is, of those introduced so far."""
        bearers = set(self._by_part.get(fold(surface), {}).values())
        if bearers and (honorific := _HONORIFIC.search(self._text, max(0, start - 6), start)):
            other = "f" if honorific.group(1) == "Mr" else "m"
            bearers = {b for b in bearers if _genders().get(b.split()[0]) != other}
        if len(bearers) > 1:
            bearers = {b for b in bearers if self._introduced.get(" ".join(_ends(b)), start) < start}
            return bearers.pop() if len(bearers) == 1 else None
        return bearers.pop() if bearers else surface


# 'Mr. Berg' is not Anna Berg.
_HONORIFIC = re.compile(r"\b(Mr|Mrs|Ms|Miss)\.? $")


@cache
def _genders() -> dict[str, str]:
    return {row["name"]: row["gender"] for row in read_table("given_name_genders", ("name", "gender"))}


_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


@lru_cache(maxsize=8192)
def _ends(name: str) -> tuple[str, str]:
    """First and last name, folded; a suffix stays with the last name so that father and son stay apart."""
    words = fold(name).split()
    last = words[-1]
    if last in _SUFFIXES and len(words) > 2:
        return words[0], f"{words[-2]} {last}"
    return words[0], last
