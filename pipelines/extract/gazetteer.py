"""Names known before any text is read: places, demonyms, bodies, organisations (tables in seeds/reference).

Belongs here: reading those tables into lookups, and folding of names. Does not belong here: any decision
about a text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from pipelines.reference import read_table

# Kinds of place whose name alone is evidence enough; a city's may be a surname (Houston) or a word (Nice).
STRONG_PLACES = frozenset({"country", "disputed", "capital", "state", "region"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the table. `latitude` and `longitude` in degrees (WGS 84), None where not known."""

    name: str
    kind: str
    country_code: str | None
    latitude: float | None
    longitude: float | None
    population: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demonym:
    """A word for people of a nation, region, religion, ethnic group or politics."""

    group: str
    kind: str
    place: str | None
    country_code: str | None


@dataclass(frozen=True, slots=True)
class Metonym:
    """A capital or a body whose name stands for those who decide there."""

    name: str
    kind: str
    stands_for: str
    parent: str | None
    country_code: str | None


@dataclass(frozen=True, slots=True)
class KnownName:
    """One entry of the first-word index: a name as written, its label, and whether it decides alone."""

    name: str
    label: str
    strong: bool
    folded: str


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name as key: accents off, case folded, hyphens as spaces, other punctuation dropped."""
    if name.isascii():
        bare = name
    else:
        decomposed = unicodedata.normalize("NFKD", name.replace("ı", "i"))
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    bare = bare.casefold()
    if not bare.isalpha():
        bare = "".join(c if c.isalnum() else "" if c in ".'’‘ʼʻ`" else " " for c in bare)
        bare = " ".join(bare.split())
    return bare


_RANK = {"country": 0, "disputed": 1, "capital": 2, "region": 3, "state": 4, "city": 5}


@cache
def _places() -> dict[str, Place]:
    found: dict[str, Place] = {}
    rows = read_table("places", ("name", "kind", "country_code", "latitude", "longitude", "names"))
    places = [
        Place(
            row["name"],
            row["kind"],
            row["country_code"] or None,
            float(row["latitude"]) if row["latitude"] else None,
            float(row["longitude"]) if row["longitude"] else None,
            int(row.get("population") or 0),
            tuple(n for n in row["names"].split("|") if n),
        )
        for row in rows
    ]
    # One name, several places: the one that news means without saying more (country before city, then size).
    for place in sorted(places, key=lambda p: (_RANK.get(p.kind, 9), -p.population, p.name)):
        for name in (place.name, *place.names):
            found.setdefault(fold(name), place)
    return found


def place(name: str) -> Place | None:
    """The place that `name` means when nothing more is said, or None."""
    return _places().get(fold(name))


@cache
def _near_index() -> dict[str, frozenset[str]]:
    """Long names of well-known places by the name itself and by the name without one of its letters."""
    found: dict[str, set[str]] = {}
    for name, entry in _places().items():
        if entry.kind in STRONG_PLACES and len(name) >= NEAR_LENGTH:
            for variant in _without_one(name):
                found.setdefault(variant, set()).add(name)
    return {variant: frozenset(names) for variant, names in found.items()}


# Shorter names are too close to others to be taken for slips of them (Niger, Nigeria).
NEAR_LENGTH = 9


def _without_one(name: str) -> list[str]:
    return [name, *(name[:i] + name[i + 1 :] for i in range(len(name)))]


@lru_cache(maxsize=16384)
def near_place(folded: str) -> Place | None:
    """The well-known place that one typing slip makes `folded`, where there is just one; long names only."""
    if len(folded) < NEAR_LENGTH or folded in _places():
        return None
    near = {name for variant in _without_one(folded) for name in _near_index().get(variant, ())}
    places = {_places()[name] for name in near if OSA.distance(folded, name, score_cutoff=1) == 1}
    return places.pop() if len(places) == 1 else None


def is_abbreviation(name: str) -> bool:
    """True for the abbreviation of a state as the table writes it, with its point ('Mich.')."""
    found = place(name) if len(name) < 8 else None
    return found is not None and found.kind == "state" and name in found.names


def place_folded(folded: str) -> Place | None:
    """`place` for a name already folded."""
    return _places().get(folded)


@cache
def _demonyms() -> dict[str, Demonym]:
    found: dict[str, Demonym] = {}
    for row in read_table("demonyms", ("demonym", "plural", "group", "kind", "place", "country_code")):
        entry = Demonym(row["group"], row["kind"], row["place"] or None, row["country_code"] or None)
        for form in (row["demonym"], row["plural"]):
            found.setdefault(fold(form), entry)
    return found


def demonym(name: str) -> Demonym | None:
    """The group that a demonym names ('Azeris': Azerbaijani), or None."""
    return _demonyms().get(fold(name))


def demonym_folded(folded: str) -> Demonym | None:
    """`demonym` for a name already folded."""
    return _demonyms().get(folded)


@cache
def _metonyms() -> dict[str, Metonym]:
    rows = read_table("metonyms", ("name", "kind", "stands_for", "parent", "country_code"))
    return {
        fold(row["name"]): Metonym(
            row["name"], row["kind"], row["stands_for"], row["parent"] or None, row["country_code"] or None
        )
        for row in rows
    }


def metonym(name: str) -> Metonym | None:
    """What the name of a capital or building stands for when it says or decides something, or None."""
    return _metonyms().get(fold(name))


@cache
def _organizations() -> dict[str, tuple[str, str]]:
    rows = read_table("organizations", ("name", "full_name", "kind"))
    return {row["name"]: (row["full_name"] or row["name"], row["kind"]) for row in rows}


def organization(name: str) -> str | None:
    """The full name of an organisation that news writes short ('UN'), or None. Case counts."""
    known = _organizations().get(name)
    return known[0] if known else None


def organization_kind(name: str) -> str | None:
    """`agency` or `media` where the table says so; '' for another known organisation; None if unknown."""
    known = _organizations().get(name)
    return known[1] if known else None


@cache
def common_words() -> frozenset[str]:
    """Words that a table of words for other ends holds: titles and role nouns, folded."""
    return frozenset(fold(row["title"]) for row in read_table("titles", ("title",)))


def _label(entry: Place) -> str:
    return "LOC" if entry.kind == "region" else "GPE"


# Short names that are words first: a table entry alone makes no mention of them.
_WORDS = frozenset({"CAR", "Male", "West", "Soul", "SEC", "PACE"})


def _is_strong(entry: Place, name: str) -> bool:
    """True where the name alone is evidence of the place: not for small capitals (Victoria, Hamilton)."""
    if name in _WORDS or (name.endswith(".") and "." not in name[:-1]):
        return False
    return entry.kind in STRONG_PLACES and (entry.kind != "capital" or entry.population >= 150_000)


def _known() -> Iterator[KnownName]:
    for row in read_table("organizations", ("name",)):
        yield KnownName(row["name"], "ORG", True, fold(row["name"]))
    for row in read_table("metonyms", ("name", "kind")):
        if row["kind"] == "body":
            yield KnownName(row["name"], "ORG", True, fold(row["name"]))
    for row in read_table("demonyms", ("demonym", "plural")):
        for form in dict.fromkeys((row["demonym"], row["plural"])):
            yield KnownName(form, "NORP", row["kind"] != "politics", fold(form))
    for entry in dict.fromkeys(_places().values()):
        for name in (entry.name, *entry.names):
            strong = _is_strong(entry, name)
            if name[0].isupper() and (strong or entry.population >= 1_000_000):
                yield KnownName(name, _label(entry), strong, fold(name))


def first_word(name: str) -> str:
    """The letters and digits that a name starts with: the key of the first-word index."""
    head = name.partition(" ")[0]
    if head.isalnum():
        return head
    for i, char in enumerate(name):
        if not char.isalnum():
            return name[:i]
    return name


@cache
def by_first_word() -> dict[str, tuple[KnownName, ...]]:
    """Known names by their first word, longest first: for one pass over a text's capitalised words."""
    index: dict[str, dict[str, KnownName]] = {}
    for known in _known():
        for form in {known.name, known.name.replace("'", "’")}:
            entry = KnownName(form, known.label, known.strong, known.folded)
            index.setdefault(first_word(form), {}).setdefault(form, entry)
    return {
        word: tuple(sorted(entries.values(), key=lambda k: (-len(k.name), k.name)))
        for word, entries in index.items()
    }
