"""The role written beside a person's name: 'Prime Minister' before it, 'director of the bank' after it."""

from __future__ import annotations

from spacy.tokens import Doc

from pipelines.extract.context import Paragraph
from pipelines.extract.name_rules import role_nouns

# A role is short: beyond this many tokens a match is a clause that happens to hold a role noun.
_MAX_TOKENS = 16
_NOMINAL = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ", "POS", "HYPH", "VBN", "CD", "NNP$"})
_LINKS = frozenset({"of", "to", "for", "on", "at", "in", "with"})


# Role nouns that are other words when written small ('his father', 'a psychology major').
_CAPITAL_ONLY = frozenset(
    {"father", "brother", "sister", "major", "private", "general", "count", "saint", "guard", "center",
     "forward", "model", "host", "chair", "principal", "fr", "mr", "lady", "lord", "miss", "master",
     "victim", "resident", "driver", "rookie"}
)  # fmt: skip


def _is_role(text: str) -> bool:
    word = text.casefold()
    if word == text and word in _CAPITAL_ONLY:
        return False
    return word in role_nouns() or word.rsplit("-", 1)[-1] in role_nouns()


def role_of(paragraph: Paragraph, start: int, end: int) -> tuple[int, int] | None:
    """Document offsets of the role beside the name at `start` to `end`, or None."""
    span = paragraph.char_span(start, end)
    if span is None:
        return None
    doc = span.doc
    found = _before(doc, span.start, paragraph.span.start) or _after(doc, span.end, paragraph.span.end)
    if found is None:
        return None
    return paragraph.at(doc[found[0]]), paragraph.end_of(doc[found[1] - 1])


def _before(doc: Doc, name_at: int, low: int) -> tuple[int, int] | None:
    if name_at - 1 < low:
        return None
    if _is_role(doc[name_at - 1].text):
        return _grow_left(doc, name_at - 1, low), name_at
    return _outermost(doc, name_at, max(low, name_at - _MAX_TOKENS))


def _grow_left(doc: Doc, at: int, low: int) -> int:
    """Where the modifiers of the role noun at `at` begin ('Kremlin', 'foreign policy', 'Armenian Prime')."""
    first = at
    while first - 1 >= low and at - first < 6:
        token = doc[first - 1]
        if token.tag_ not in _NOMINAL or token.ent_type_ in ("DATE", "TIME") or token.text in "-–—":
            break
        first -= 1
    while first < at and doc[first].tag_ in ("POS", "HYPH", "CD"):
        first += 1
    return first


def _outermost(doc: Doc, name_at: int, low: int) -> tuple[int, int] | None:
    """'Press Secretary of the President of Russia' before a name: the role furthest left."""
    best, at = None, name_at - 1
    while at >= low:
        token = doc[at]
        if not (token.tag_ in _NOMINAL or token.lower_ in _LINKS or token.lower_ in ("the", "and", "&")):
            break
        if _is_role(token.text) and at + 1 < name_at and doc[at + 1].lower_ in _LINKS:
            best = _grow_left(doc, at, low)
            at = best
        at -= 1
    if best is None or doc[name_at - 1].lower_ in _LINKS or doc[name_at - 1].lower_ in ("the", "and"):
        return None
    return best, name_at


def _after(doc: Doc, at: int, high: int) -> tuple[int, int] | None:
    """', a foreign policy adviser to …' behind a name, up to the next comma or verb."""
    if at + 1 >= high or doc[at].text != ",":
        return None
    first = at + 1
    while first < high and doc[first].lower_ in ("the", "a", "an", "who", "is", "his", "her", "its"):
        if doc[first].lower_ in ("who", "is"):
            return None
        first += 1
    last, has_role = first, False
    while last < min(high, first + _MAX_TOKENS):
        token = doc[last]
        if token.tag_ in _NOMINAL or (
            has_role and (token.lower_ in _LINKS or token.lower_ in ("the", "and"))
        ):
            has_role = has_role or _is_role(token.text)
            last += 1
        else:
            break
    while last > first and (doc[last - 1].lower_ in _LINKS or doc[last - 1].lower_ in ("the", "and")):
        last -= 1
    if not has_role or last <= first or _names_another(doc, first, last):
        return None
    return first, last


def _names_another(doc: Doc, first: int, last: int) -> bool:
    """True where the words after the comma name somebody else: 'Jane Doe, Vice President John Roe'."""
    for at in range(first, last):
        if _is_role(doc[at].text):
            return at + 1 < last and doc[at + 1].ent_type_ == "PERSON"
    return False
