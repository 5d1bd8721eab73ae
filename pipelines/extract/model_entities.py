"""The model's entities with their edges put right: what a wrong cut at either end looks like in news.

Belongs here: what can be said of one entity's characters and their neighbours. Does not belong here: names
that no entity covers (`name_rules`), votes over the document (`names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipelines.extract import gazetteer
from pipelines.extract.gazetteer import fold
from pipelines.extract.name_rules import (
    MONTHS,
    WEEKDAYS,
    Candidate,
    function_words,
    is_company,
    is_legal_form,
    trim,
)

# A dateline's date, a table's figure or a telephone number behind a name is none of it. Laws, events and
# products have numbers of their own.
_NUMBERS_BEHIND = re.compile(r"(?:,? \d{4}-\d\d-\d\d| \+?[\d.,/()-]{4,})+$")
_NUMBERED = frozenset({"LAW", "EVENT", "PRODUCT", "WORK_OF_ART"})
# 'the August National Survey Board', 'Saturday's World Cup': when, not who. A weekday alone may open a name.
_TIME_BEFORE = re.compile(
    rf"(?:(?:{'|'.join(sorted(MONTHS))})(?= \S+ )|(?:{'|'.join(sorted(WEEKDAYS))})['’]s) "
)
_TIMELESS = frozenset({"ORG", "EVENT", "FAC"})
# 'Magnit, Lenta or Dixy': names in a row.
_ROW = re.compile(r", (?:and |or )?| or | / ")


def repaired(
    text: str, start: int, end: int, label: str, places: dict[int, Candidate]
) -> Iterator[Candidate]:
    """The names of the entity `text[start:end]`: mostly one, none where it is no name, several of a row.

    `places`: names of the tables in this stretch, by first character.
    """
    if label == "ORG" and _ROW.search(text, start, end):
        parts = list(_row(text, start, end))
        if len(parts) > 1:
            for first, last in parts:
                yield from repaired(text, first, last, label, places)
            return
    start, end = _edges(text, start, end, label, places)
    surface = text[start:end]
    if not _is_name(surface, label) or _is_portfolio(text, start, end, label):
        return
    if is_company(surface):
        label = "ORG"
    if text[end : end + 1] == "." and gazetteer.is_abbreviation(f"{surface}."):
        end += 1
    if label == "LOC" and surface in _DIRECTIONS and text[max(0, start - 4) : start].casefold() == "the ":
        start -= 4
    yield Candidate(start, end, label, "model", -1)


def _row(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The names of a row; a legal form or a state behind a comma belongs to the name before it."""
    first = start
    for match in _ROW.finditer(text, start, end):
        behind = text[match.end() : end]
        word = behind.split(" ", 1)[0].strip(",")
        if not word[:1].isupper() or is_legal_form(word) or gazetteer.place(behind):
            continue
        yield first, match.start()
        first = match.end()
    yield first, end


def _edges(text: str, start: int, end: int, label: str, places: dict[int, Candidate]) -> tuple[int, int]:
    """The span without what surrounds the name: marks, dates, titles, a place in front of a person."""
    start, end = trim(text, start, end)
    ends_in_digit = text[max(start, end - 1) : end].isdigit()
    if ends_in_digit and label not in _NUMBERED and (numbers := _NUMBERS_BEHIND.search(text, start, end)):
        start, end = trim(text, start, numbers.start()) if numbers.end() == end else (start, end)
    if label in _TIMELESS and (time := _TIME_BEFORE.match(text, start, end)):
        start = time.end()
    if label in ("PERSON", "ORG"):
        start, end = _without_title(text, start, end, label)
        start, end = trim(text, start, end)
    if label == "PERSON" and (place := places.get(start)):
        rest, rest_end = trim(text, place.end, end)
        if place.end < end and " " in text[rest:rest_end]:
            start, end = rest, rest_end
    if label == "ORG" and (tail := _SMALL_TAIL.search(text, start, end)) and tail.end() == end:
        end = tail.start()
    return start, end


# What a minister is minister of: 'Education' of 'Education Minister' is no body.
_MINISTER = re.compile(r"(?:(?:,| and) [A-Z]\w+(?: [A-Z]\w+)?)* Ministers?\b")


def _is_portfolio(text: str, start: int, end: int, label: str) -> bool:
    """True for an organisation that is the portfolio in front of a minister's title."""
    if label != "ORG" or not _MINISTER.match(text, end, end + 60):
        return False
    return not text[start:end].isupper() and gazetteer.organization(text[start:end]) is None


@lru_cache(maxsize=8192)
def _is_name(surface: str, label: str) -> bool:
    if len(surface) < 2 or not (surface[0].isupper() or any(c.isupper() for c in surface)):
        return False
    if surface.casefold() in function_words() or fold(surface) in gazetteer.common_words():
        return False
    if surface in _NEVER_ALONE or (label in ("PERSON", "ORG") and _GLUED_NAMES.search(surface)):
        return False
    if label == "WORK_OF_ART" and " " not in surface:
        return False
    return not (label == "PERSON" and any(map(str.isdigit, surface)))


# 'Yonhap news agency': what a name is, behind it.
_SMALL_TAIL = re.compile(
    r"(?: (?:news|agency|newspaper|website|government|administration|team|police))+(?!\w)"
)

# Directions that are names only with their article: the West.
_DIRECTIONS = frozenset({"West", "East", "North", "South", "Gulf"})


# Halves of titles and of names that say nothing alone.
_NEVER_ALONE = frozenset({"State", "Republic", "House", "Ministry", "Government", "Parliament", "Minister"})
# 'Smith the Church': two names that the model took for one.
_GLUED_NAMES = re.compile(r"(?<! of)(?<! and)(?<! for)(?<! in)(?<! on)(?<! to)(?<! at)(?<! &) (?:the|a) ")


def _without_title(text: str, start: int, end: int, label: str) -> tuple[int, int]:
    """The span without a title in front, or without the half of one behind ('Palace Press' Secretary)."""
    words = text[start:end].split(" ")
    if label == "PERSON":
        while len(words) > 1 and fold(words[0]) in gazetteer.common_words() and words[0] not in _NAME_TITLES:
            start += len(words.pop(0)) + 1
        return start, end
    if len(words) < 2:
        return start, end
    following = text[end : end + 30].split(" ", 2)
    if len(following) > 1 and not following[0]:
        joined = fold(f"{words[-1]} {following[1]}")
        if joined in gazetteer.common_words():
            end -= len(words[-1]) + 1
    return start, end


# Titles that people are known by together with the name.
_NAME_TITLES = frozenset({"Sheikh", "Sheik", "Saint", "Mullah", "Prince", "Lord", "Lady", "Sultan"})
