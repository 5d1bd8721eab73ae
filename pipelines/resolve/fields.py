"""The field that a role belongs to (politics, sport, arts …), and which fields one person does not share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

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


def conflict(a: Iterable[str], b: Iterable[str]) -> bool:
    """True where the roles written beside two names are of fields that one person does not share."""
    return apart({field_of(role) for role in a}, {field_of(role) for role in b})


def apart(a: Iterable[str], b: Iterable[str]) -> bool:
    """True where one of the fields lies apart from one of the others."""
    return any(frozenset((x, y)) in _APART for x in a for y in b)
