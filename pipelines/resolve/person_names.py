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

from pipelines.reference import read_table, words

_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_PARTICLES = frozenset(
    {"al", "el", "bin", "ibn", "ben", "van", "von", "der", "den", "de", "da", "di", "dos", "la", "le", "ter"}
)
_TURKIC = re.compile(r"[əıƏİğşĞŞ]")
_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*\.?")
# 'ElBaradei': the article written onto the name.
_GLUED_ARTICLE = re.compile(r"\b(?:Al|El)(?=[A-Z][a-z])")
_ARTICLE = re.compile(r"^(?:al|el|ad|ed|an|as|ash|ar|at|az)-|^(?:al|el) ")


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
    """A name's parts. Titles in front are dropped, particles stay with the surname; Arabic articles, which
    one outlet writes and the next leaves out, do not count."""
    words = _words(name)
    suffix = ""
    while len(words) > 1 and words[-1] in _SUFFIXES:
        suffix = _SUFFIXES[words.pop()]
    if not words:
        return PersonName("", (), ascii_name(name).strip(), suffix)
    if east := family_first(words):
        return PersonName(east[1], (), east[0], suffix)
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    if at == 0:
        return PersonName("", (), _ARTICLE.sub("", words[0]) or words[0], suffix)
    surname = " ".join(words[at:])
    return PersonName(_given(words[0]), (*_second(words[0]), *words[1:at]), _bare(surname), suffix)


def _words(name: str) -> list[str]:
    """The words of a name in lower-case ASCII, honorifics in front left out."""
    text = ascii_name(_GLUED_ARTICLE.sub("al-", name)).replace(".", ". ")
    found = [word for w in _WORD.findall(text) if (word := w.strip(".'"))]
    while len(found) > 1 and found[0] in _honorifics():
        found.pop(0)
    if len(found) > 2 and found[0] in ("u", "ma", "ko") and not name.startswith(("U.", "Ma.", "Ko.")):
        found.pop(0)
    if len(found) > 1 and found[0].isalpha() and 1 < len(found[0]) <= 3 and name[: len(found[0])].isupper():
        # 'JK Rowling': initials written as one word.
        found[:1] = list(found[0])
    return found


def _bare(surname: str) -> str:
    return _ARTICLE.sub("", surname) or surname


def _given(word: str) -> str:
    """The first given name: of 'Jean-Claude' Jean, the rest being a second name."""
    return word.split("-", maxsplit=1)[0] if _is_compound(word) else word


def _second(word: str) -> tuple[str, ...]:
    return tuple(word.split("-")[1:]) if _is_compound(word) else ()


def _is_compound(word: str) -> bool:
    parts = word.split("-")
    return len(parts) > 1 and all(len(part) > 2 for part in parts) and parts[0] not in _PARTICLES


_PINYIN = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er"
    r"|a|e|i|u)|[bpmfw]o){1,2}"
)


@cache
def _family_names() -> frozenset[str]:
    return words("family_names", "name")


def family_first(parts: list[str]) -> tuple[str, str] | None:
    """Family and given name of a Chinese or Korean name in its own order or the Western one, else None.

    The given name is one word for all spellings: Jong-un, Jong Un, Jongun. A family name of the table alone
    is no evidence (Kim Campbell): the given name has a hyphen, is two syllables apart, or reads as pinyin.
    """
    is_turned = len(parts) == 2 and parts[1] in _family_names() and _is_eastern(parts[0])
    if is_turned and (parts[0] not in _family_names() or "-" in parts[0]):
        return parts[1], _joined(parts[0])
    if len(parts) < 2 or parts[0] not in _family_names():
        return None
    rest = parts[1:]
    if len(rest) == 2 and all(len(part) <= 5 and _vowel_groups(part) == 1 for part in rest):
        return parts[0], _joined("-".join(rest))
    return (parts[0], _joined(rest[0])) if len(rest) == 1 and _is_eastern(rest[0]) else None


def _is_eastern(given: str) -> bool:
    parts = given.split("-")
    if len(parts) == 2:
        return all(len(part) <= 5 and _vowel_groups(part) == 1 for part in parts)
    return len(parts) == 1 and len(given) > 1 and bool(_PINYIN.fullmatch(given)) and not _is_western(given)


@cache
def _western() -> frozenset[str]:
    return frozenset(row["name"].lower() for row in read_table("given_name_genders", ("name",)))


def _is_western(given: str) -> bool:
    return given in _western() or given in _given_names()


def _vowel_groups(word: str) -> int:
    return len(re.findall(r"[aeiouy]+", word))


def _joined(given: str) -> str:
    """One word for a given name of two syllables; eo, u and ou are ways to write one Korean vowel."""
    parts = given.split("-")
    if len(parts) == 2:
        parts = [part.replace("eo", "u").replace("ou", "u") for part in parts]
    return "".join(parts)


_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"\bmac(?=[a-z]{3})|\bmc(?=[a-z]{3})", "mk"),
        (r"enka\b", "enko"),
        (r"[ao]u(?=sk)", "ov"),
        (r"tsi", "ti"),
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


_UMLAUT = re.compile(r"(?<=[^aeiouq])([aou])e(?=[^aeiou])")


def same_surname(a: str, b: str) -> bool:
    """True for romanisations of one surname. Russian г makes g of h at the start of a name, an umlaut is
    written with or without its e (Mueller), and short vowels behind an Arabic bin or abu vary."""
    if a == b:
        return True
    x, y = sound(a), sound(b)
    if x == y or sound(_UMLAUT.sub(r"\1", a)) == sound(_UMLAUT.sub(r"\1", b)):
        return True
    if len(x) > 3 and x[1:] == y[1:] and {x[0], y[0]} <= {"g", "h", "k"}:
        return True
    return a.startswith(_ARABIC) and b.startswith(_ARABIC) and _vowels_vary(x, y)


_ARABIC = ("bin ", "ibn ", "abu ")
_VOWEL_PAIRS = frozenset({"a", "e", "i", "o", "u", "ae", "ea", "ei", "ie", "ou", "uo"})


def _vowels_vary(x: str, y: str) -> bool:
    """True where two words differ only in vowels that Arabic leaves unwritten: a and e, e and i, o and u."""
    if re.sub(r"[aeiou]+", "_", x) != re.sub(r"[aeiou]+", "_", y):
        return False
    pairs = zip(re.findall(r"[aeiou]+", x), re.findall(r"[aeiou]+", y), strict=True)
    return all(p == q or p[0] + q[0] in _VOWEL_PAIRS for p, q in pairs)


def same_given(a: str, b: str) -> bool:
    """True for forms of one given name: table, romanisation, or the same consonants in a longer name."""
    x, y = given_form(a), given_form(b)
    if x == y or sound(x) == sound(y) or _without_umlaut(x) == _without_umlaut(y):
        return True
    if sound(x)[1:] == sound(y)[1:] and {sound(x)[0], sound(y)[0]} <= {"g", "h"}:
        return True
    bones = skeleton(x)
    return len(bones) >= 4 and bones == skeleton(y) and abs(len(x) - len(y)) <= 1


def _without_umlaut(given: str) -> str:
    return re.sub(r"(?<=[^aeiouq])([ou])e(?=[^aeiou])", r"\1", given)


def _same_middle(a: PersonName, b: PersonName) -> bool:
    """False where both give middle names that differ; a patronymic beside none is no difference."""
    for x, y in zip(a.middle, b.middle, strict=False):
        if sound(x)[0] != sound(y)[0] or (len(x) > 1 and len(y) > 1 and sound(x) != sound(y)):
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
