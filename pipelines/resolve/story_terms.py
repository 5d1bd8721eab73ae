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
from pipelines.resolve.wordings import stem

# Documents of any day that the counts of a window are mixed with, and how many of them have a term by kind.
PRIOR_DOCUMENTS = 200
PRIOR_BY_KIND: Mapping[str, float] = {
    "c": 30.0,  # a country, its people, its capital's metonym
    "p": 4.0,  # another place of the word tables
    "o": 6.0,  # a body of the word tables
    "t": 4.0,  # a place that the tables do not know
    "e": 1.0,  # any other name
    "n": 2.0,  # a name that is ambiguous, as written
    "k": 4.0,  # a word of a name
    "w": 40.0,  # a frequent word
    "r": 8.0,  # a rare word
}

LEADING = 2.0
"""A name in title or lead weighs this much more than one further down."""

WORD_WEIGHT = 1.0
NAME_WORD_WEIGHT = 1.6
"""What a word of title or lead weighs: a plain one, and one that is part of a name. Two reports write
"Hale Airport" and "near Hale": their names are two entities and share a word."""

_WORD = re.compile(r"[^\W\d_]{4,}")
# A capital that no sentence's start asks for: part of a name, whether the model found the name or not.
_CAPITALISED = re.compile(r"(?<=[a-z,] )[A-Z][^\W\d_]{3,}")


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


def _capitalised(title: str | None, lead: str) -> list[str]:
    """Words that are part of a name by their capital. A title tells where it writes its other words small."""
    found = _CAPITALISED.findall(lead)
    words_of_title = _WORD.findall(title or "")
    if sum(word[0].isupper() for word in words_of_title) * 2 <= len(words_of_title):
        found += _CAPITALISED.findall(title or "")
    return found


def document_terms(title: str | None, lead: str, names: Iterable[NameUse]) -> dict[str, float]:
    """Weights of a document's terms, before their rarity is known.

    A name weighs 1 plus the logarithm of its count, twice that in title or lead. So do, with weights of their
    own, the words of title and lead by their stems, and those of the names in it that are no person's and no
    country's.
    """
    counts: Counter[str] = Counter()
    leading: set[str] = set()
    in_names: set[str] = set()
    name_words: set[str] = set()
    for use in names:
        term = term_of(use.name, use.entity_id, use.entity_type)
        counts[term] += use.count
        parts = {word.casefold() for word in _WORD.findall(use.name)}
        in_names |= parts
        if use.is_leading:
            leading.add(term)
            if term[0] != "c" and use.entity_type != "person":
                name_words |= parts
    terms = {t: (1 + math.log(n)) * (LEADING if t in leading else 1.0) for t, n in counts.items()}
    name_words.update({word.casefold() for word in _capitalised(title, lead)} - in_names)
    everywhere = words("story_stop_words", "word")
    terms.update((f"k:{word}", NAME_WORD_WEIGHT) for word in sorted(name_words - everywhere))
    for word in _WORD.findall(f"{title or ''}\n{lead}"):
        folded = word.casefold()
        if folded not in everywhere and folded not in in_names and folded not in name_words:
            terms[f"{'w' if is_frequent(folded) else 'r'}:{stem(folded)}"] = WORD_WEIGHT
    return terms
