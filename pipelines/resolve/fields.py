"""The field that a role belongs to (politics, sport, arts …) and its country.

Which fields one person does not share tells two people of one name apart."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from pipelines.extract import gazetteer
from pipelines.reference import read_table

# Fields so far apart that a name found in both is taken for two people, unless a role says "former".
_APART = frozenset(
    frozenset(pair)
    for pair in (
        ("sport", "politics"), ("sport", "military"), ("sport", "law"), ("sport", "religion"),
        ("sport", "science"), ("arts", "military"), ("arts", "science"), ("arts", "law"),
    )
)  # fmt: skip


@cache
def _fields() -> dict[str, str]:
    rows = read_table("titles", ("title", "field"))
    return {row["title"].casefold(): row["field"] for row in rows if row["field"]}


@lru_cache(maxsize=16384)
def field_of(role: str | None) -> str:
    """The field of a role as written ('' where unknown or former): its last title decides."""
    if not role or "former" in role.casefold() or role.casefold().startswith("ex-"):
        return ""
    words = role.casefold().replace(",", " ").split()
    for cut in range(len(words)):
        if words[cut] in ("of", "to", "for", "at", "in", "on") and cut:
            words = words[:cut]
            break
    for size in (3, 2, 1):
        if found := _fields().get(" ".join(words[-size:])):
            return (
                found
                if found in ("sport", "arts", "politics", "military", "law", "religion", "science")
                else ""
            )
    return ""


# Behind these a role names where it is held or to whom it is sent, not whose it is.
_ELSEWHERE = frozenset({"to", "for", "in", "at", "on", "with", "against", "near"})


@lru_cache(maxsize=16384)
def country_of(role: str | None) -> str | None:
    """Code of the one country that a role as written belongs to ('the Armenian minister', 'king of Spain').

    None where none or several are named: an 'envoy to Georgia' is not Georgia's. Disputed places do not
    count.
    """
    words = (role or "").replace(",", " ").replace("’s", "").replace("'s", "").split()
    cut = next((i for i, word in enumerate(words) if word.lower() in _ELSEWHERE), len(words))
    words = words[:cut]
    found: set[str] = set()
    for at in range(len(words)):
        for size in (1, 2, 3):
            text = " ".join(words[at : at + size])
            group, place = gazetteer.demonym(text), gazetteer.place(text)
            if not text[:1].isupper() or at + size > len(words):
                continue
            if group is not None and group.kind == "nation" and group.country_code:
                found.add(group.country_code)
            elif place is not None and place.kind == "country" and place.country_code:
                found.add(place.country_code)
    return found.pop() if len(found) == 1 else None


def conflict(a: Iterable[str], b: Iterable[str]) -> bool:
    """True where the roles written beside two names are of fields that one person does not share."""
    return apart({field_of(role) for role in a}, {field_of(role) for role in b})


def apart(a: Iterable[str], b: Iterable[str]) -> bool:
    """True where one of the fields lies apart from one of the others."""
    return any(frozenset((x, y)) in _APART for x in a for y in b)
