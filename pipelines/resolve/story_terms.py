"""What a document is about, as weighted terms: the names in it, and the words of its title and lead.

A name is a term by the entity it was resolved to; a place or body that the word tables know by its name
there ("Peruvian" and "Peru" are one term). The letter before a term's colon is its kind, and a kind has a
prior: in how many of 200 reports of any day such a term stands by chance. So a country weighs little and an
unknown person much even while the warehouse holds five documents, where counting alone says nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.extract import gazetteer
from pipelines.reference import words
from pipelines.resolve.vectors import is_frequent

# Documents of any day that the counts of a window are mixed with, and how many of them have a term by kind.
PRIOR_DOCUMENTS = 200
PRIOR_BY_KIND: Mapping[str, float] = {
    "c": 30.0,  # a country, its people, its capital's metonym
    "p": 4.0,  # another place of the word tables
    "o": 6.0,  # a body of the word tables
    "t": 4.0,  # a place that the tables do not know
    "e": 1.0,  # any other name
    "n": 2.0,  # a name that is ambiguous, as written
    "w": 40.0,  # a frequent word
    "r": 8.0,  # a rare word
}

LEADING = 2.0
"""A name in title or lead weighs this much more than one further down."""

_WORD_WEIGHT = 0.7
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class NameUse:
    """A name in one document: its fullest form, the oldest entity of that name and its type, how often it
    stands there, and where."""

    name: str
    entity_id: str | None
    entity_type: str | None
    count: int
    is_leading: bool


def term_of(name: str, entity_id: str | None, entity_type: str | None) -> str:
    """The term of a name. A person named Jordan is no country."""
    folded = gazetteer.fold(name)
    if entity_id and entity_type == "person":
        return f"e:{entity_id}"
    if (people := gazetteer.demonym_folded(folded)) and people.place:
        return f"c:{gazetteer.fold(people.place)}"
    if place := gazetteer.place_folded(folded):
        return f"{'c' if place.kind == 'country' else 'p'}:{gazetteer.fold(place.name)}"
    if body := gazetteer.organization(name):
        return f"o:{gazetteer.fold(body)}"
    if entity_id is None:
        return f"n:{folded}"
    return f"{'t' if entity_type == 'place' else 'e'}:{entity_id}"


def document_terms(title: str | None, lead: str, names: Iterable[NameUse]) -> dict[str, float]:
    """Weights of a document's terms, before their rarity is known.

    A name weighs 1 plus the logarithm of its count, twice that in title or lead. A word of title and lead
    that is part of no name weighs a little.
    """
    counts: Counter[str] = Counter()
    leading: set[str] = set()
    in_names: set[str] = set()
    for use in names:
        term = term_of(use.name, use.entity_id, use.entity_type)
        counts[term] += use.count
        if use.is_leading:
            leading.add(term)
        in_names.update(word.casefold() for word in _WORD.findall(use.name))
    everywhere = words("story_stop_words", "word")
    terms = {t: (1 + math.log(n)) * (LEADING if t in leading else 1.0) for t, n in counts.items()}
    for word in _WORD.findall(f"{title or ''}\n{lead}"):
        folded = word.casefold()
        if folded not in everywhere and folded not in in_names:
            terms[f"{'w' if is_frequent(folded) else 'r'}:{folded}"] = _WORD_WEIGHT
    return terms
