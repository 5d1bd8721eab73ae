"""Comparing persons' names across spellings: transliteration, initials, patronymics, suffixes.

A pure relation between two names. It never looks at counts or order, so that the same names give the same
answer whichever came first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

from pipelines.reference import read_table

_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_PARTICLES = frozenset(
    {"al", "el", "bin", "ibn", "ben", "van", "von", "der", "den", "de", "da", "di", "dos", "la", "le", "ter"}
)
_TURKIC = re.compile(r"[əıƏİğşĞŞ]")
_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*\.?")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in parts, in lower-case ASCII. `given` is '' for a surname alone."""

    given: str
    middle: tuple[str, ...]
    surname: str
    suffix: str

    @property
    def is_full(self) -> bool:
        """True where a given name is written out: an initial alone does not tell two people apart."""
        return len(self.given) > 1


def ascii_name(name: str) -> str:
    """Lower-case ASCII. In a word with letters of the Azerbaijani or Turkish alphabet c is written as it is
    spoken, j; in a word without them an outlet that writes ASCII keeps the c ('Recep')."""
    if name.isascii():
        return name.lower()
    return anyascii(" ".join(map(_spoken, name.replace("’", "'").split()))).lower()


def _spoken(word: str) -> str:
    if _TURKIC.search(word):
        word = word.replace("c", "j").replace("C", "J").replace("x", "kh").replace("X", "Kh")
    return word.replace("ə", "a").replace("Ə", "A")


@cache
def _honorifics() -> frozenset[str]:
    rows = read_table("titles", ("title",))
    return frozenset(row["title"].lower().rstrip(".") for row in rows if " " not in row["title"])


@lru_cache(maxsize=65536)
def parse(name: str) -> PersonName:
    """A name's parts. Titles in front are dropped, particles stay with the surname."""
    words = [w.strip(".'") for w in _WORD.findall(ascii_name(name).replace(".", ". "))]
    words = [w for w in words if w]
    while len(words) > 1 and words[0] in _honorifics():
        words.pop(0)
    suffix = ""
    while len(words) > 1 and words[-1] in _SUFFIXES:
        suffix = _SUFFIXES[words.pop()]
    if not words:
        return PersonName("", (), ascii_name(name).strip(), suffix)
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    surname = " ".join(words[at:]) if at > 0 else words[0]
    given = words[0] if at > 0 else ""
    return PersonName(given, tuple(words[1:at]), surname, suffix)


_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"\bmac(?=[a-z]{3})|\bmc(?=[a-z]{3})", "mk"),
        (r"shch|sch|sh", "S"),
        (r"tsch|tch|ch|cz", "C"),
        (r"dzh|dj|zh|dž", "J"),
        (r"j(?=[aeiouy])", "J"),
        (r"kh|gh", "h"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"ts|tz", "T"),
        (r"(?:skiy|skii|skyy|skyj|skij|sky|ski|skyi|skaya|skaia|ska)\b", "ski"),
        (r"(?:off|ow|ev|eff|ov)\b", "ov"),
        (r"w", "v"),
        (r"q|ck|c", "k"),
        (r"x", "ks"),
        (r"ou|oo", "u"),
        (r"ee", "i"),
        (r"(?:iy|ij|yi|ii|y)\b", "i"),
        (r"[iy]{0,2}[yi]e|je", "e"),
        (r"[iy]{0,2}[yi]a|ja", "a"),
        (r"[iy]{0,2}[yi]u|ju", "u"),
        (r"[iy]{0,2}[yi]o|jo", "o"),
        (r"y", "i"),
        (r"['\-. ]", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """A form that the usual romanisations of one name share (Hajiyev, Hajiev; Zelensky, Zelenskyy)."""
    for pattern, to in _SOUNDS:
        word = pattern.sub(to, word)
    return word


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """The coarse block of a name: its consonants in sound, g, h, k at the start as one."""
    heard = sound(word)
    bare = heard[:1].replace("g", "h").replace("k", "h") + re.sub(r"[aeiou]", "", heard[1:])
    return re.sub(r"(.)\1+", r"\1", bare)


@cache
def _given_names() -> dict[str, str]:
    return {row["form"]: row["name"] for row in read_table("given_names", ("form", "name"))}


@lru_cache(maxsize=65536)
def given_form(given: str) -> str:
    """One form for the variants of a given name of the table (Bill: william; Dmytro: dmitri)."""
    return _given_names().get(given, given)


def same_surname(a: str, b: str) -> bool:
    """True for romanisations of one surname. Russian г makes g of h at the start of a name."""
    if a == b:
        return True
    x, y = sound(a), sound(b)
    if x == y:
        return True
    return len(x) > 3 and x[1:] == y[1:] and {x[0], y[0]} <= {"g", "h", "k"}


def same_given(a: str, b: str) -> bool:
    """True for forms of one given name: table, romanisation, or the same consonants in a longer name."""
    x, y = given_form(a), given_form(b)
    if x == y or sound(x) == sound(y):
        return True
    if sound(x)[1:] == sound(y)[1:] and {sound(x)[0], sound(y)[0]} <= {"g", "h"}:
        return True
    bones = skeleton(x)
    return len(bones) >= 4 and bones == skeleton(y) and abs(len(x) - len(y)) <= 1


def _same_middle(a: PersonName, b: PersonName) -> bool:
    """False where both give middle names that differ; a patronymic beside none is no difference."""
    for x, y in zip(a.middle, b.middle, strict=False):
        if x[0] != y[0] or (len(x) > 1 and len(y) > 1 and sound(x) != sound(y)):
            return False
    both_initials = a.middle and b.middle and len(a.middle) != len(b.middle)
    return not (both_initials and all(len(m) == 1 for m in (*a.middle, *b.middle)))


def compatible(a: PersonName, b: PersonName) -> bool:
    """False where one person cannot bear both names: suffix or middle names differ."""
    return a.suffix == b.suffix and _same_middle(a, b)


def same_person_name(a: PersonName, b: PersonName) -> bool:
    """True where two full names are spellings of one name."""
    if not (a.is_full and b.is_full and compatible(a, b)):
        return False
    if same_surname(a.surname, b.surname):
        return same_given(a.given, b.given)
    swapped = a.given == b.surname and a.surname == b.given
    return swapped and not a.middle and not b.middle


def one_edit_apart(a: PersonName, b: PersonName) -> bool:
    """True where one typing slip makes one full name of the other; long names only."""
    if not (a.is_full and b.is_full and compatible(a, b)):
        return False
    if a.given == b.given and min(len(a.surname), len(b.surname)) >= 6:
        return OSA.distance(a.surname, b.surname, score_cutoff=1) == 1
    if a.surname == b.surname and min(len(a.given), len(b.given)) >= 5 and len(a.surname) >= 5:
        return OSA.distance(a.given, b.given, score_cutoff=1) == 1
    return False
