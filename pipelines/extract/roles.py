"""The role written beside a person's name: 'Prime Minister' before it, 'director of the bank' after it."""

from __future__ import annotations

from functools import lru_cache

from pipelines.extract.context import Paragraph
from pipelines.extract.name_rules import role_nouns

# A role is short: beyond this many tokens a match is a clause that happens to hold a role noun.
_MAX_TOKENS = 16
_NOMINAL = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ", "POS", "HYPH", "VBN", "CD", "NNP$"})
_LINKS = frozenset({"of", "to", "for", "on", "at", "in", "with"})
_JOINTS = frozenset({"the", "and", "&"})
_OPENING = frozenset({"the", "a", "an", "who", "is", "his", "her", "its"})


# Role nouns that are other words when written small ('his father', 'a psychology major').
_CAPITAL_ONLY = frozenset(
    {"father", "brother", "sister", "major", "private", "general", "count", "saint", "guard", "center",
     "forward", "model", "host", "chair", "principal", "fr", "mr", "lady", "lord", "miss", "master",
     "victim", "resident", "driver", "rookie"}
)  # fmt: skip


@lru_cache(maxsize=8192)
def _is_role(text: str) -> bool:
    word = text.casefold()
    if word == text and word in _CAPITAL_ONLY:
        return False
    return word in role_nouns() or word.rsplit("-", 1)[-1] in role_nouns()


def role_of(paragraph: Paragraph, start: int, end: int) -> tuple[int, int] | None:
    """Document offsets of the role beside the name at `start` to `end`, or None."""
    syntax = paragraph.syntax
    first, last = syntax.touched(start, end)
    if first >= last:
        return None
    found = _before(paragraph, first) or _after(paragraph, last)
    return None if found is None else (syntax.idx[found[0]], syntax.ends[found[1] - 1])


def _before(paragraph: Paragraph, name_at: int) -> tuple[int, int] | None:
    if not name_at:
        return None
    if _is_role(paragraph.syntax.words[name_at - 1]):
        return _grow_left(paragraph, name_at - 1, 0), name_at
    return _outermost(paragraph, name_at, max(0, name_at - _MAX_TOKENS))


def _grow_left(paragraph: Paragraph, at: int, low: int) -> int:
    """Where the modifiers of the role noun at `at` begin ('Kremlin', 'foreign policy', 'Armenian Prime')."""
    words, tags, span = paragraph.syntax.words, paragraph.syntax.tags, paragraph.span
    first = at
    while first - 1 >= low and at - first < 6:
        is_date = tags[first - 1] in _NOMINAL and span[first - 1].ent_type_ in ("DATE", "TIME")
        if tags[first - 1] not in _NOMINAL or is_date or words[first - 1] in "-–—":
            break
        first -= 1
    while first < at and tags[first] in ("POS", "HYPH", "CD"):
        first += 1
    return first


def _outermost(paragraph: Paragraph, name_at: int, low: int) -> tuple[int, int] | None:
    """'Press Secretary of the President of Russia' before a name: the role furthest left."""
    words, lower, tags = paragraph.syntax.words, paragraph.syntax.lower, paragraph.syntax.tags
    best, at = None, name_at - 1
    while at >= low and (tags[at] in _NOMINAL or lower[at] in _LINKS or lower[at] in _JOINTS):
        if at + 1 < name_at and lower[at + 1] in _LINKS and _is_role(words[at]):
            best = _grow_left(paragraph, at, low)
            at = best
        at -= 1
    if best is None or lower[name_at - 1] in _LINKS or lower[name_at - 1] in ("the", "and"):
        return None
    return best, name_at


def _after(paragraph: Paragraph, at: int) -> tuple[int, int] | None:
    """', a foreign policy adviser to …' behind a name, up to the next comma or verb."""
    words, lower, tags = paragraph.syntax.words, paragraph.syntax.lower, paragraph.syntax.tags
    high = len(words)
    if at + 1 >= high or words[at] != ",":
        return None
    first = at + 1
    while first < high and lower[first] in _OPENING:
        if lower[first] in ("who", "is"):
            return None
        first += 1
    last, has_role = first, False
    while last < min(high, first + _MAX_TOKENS):
        if not (tags[last] in _NOMINAL or (has_role and _is_small(lower[last]))):
            break
        has_role = has_role or _is_role(words[last])
        last += 1
    while last > first and _is_small(lower[last - 1]):
        last -= 1
    if not has_role or last <= first or _names_another(paragraph, first, last):
        return None
    return first, last


def _is_small(word: str) -> bool:
    return word in _LINKS or word in ("the", "and")


def _names_another(paragraph: Paragraph, first: int, last: int) -> bool:
    """True where the words after the comma name somebody else: 'Jane Doe, Vice President John Roe'."""
    for at in range(first, last):
        if _is_role(paragraph.syntax.words[at]):
            return at + 1 < last and paragraph.span[at + 1].ent_type_ == "PERSON"
    return False
