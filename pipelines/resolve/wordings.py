"""What a wording of a statement holds: its words, names, amounts, dates, polarity and time.

PURE. A wording is the part of a quote that can be a wording by itself: a sentence of a direct quotation, or
a reported clause. Belongs here: reading one wording. Does not belong here: comparing two (`likeness`).

There is no parse: a wording in the warehouse is words with the names and numbers that were found in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from pipelines.reference import read_table, words

# A word or a number in digits; the apostrophe that shortens a verb stays with what follows it ("won", "'t").
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|n['’]t\b|['’](?:s|ll|ve|re|d|m|t)\b|[^\W\d_]+?(?=n['’]t\b)|[^\W\d_]+")
# The same for a text in which no "n't" stands: no word has to be searched for one.
_PLAIN_WORD = re.compile(r"\d+(?:[.,:]\d+)*|['’](?:s|ll|ve|re|d|m|t)\b|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class NameInside:
    """A name at a span of the document. Equal `key`s are one thing; `kind`: person, place, organization …"""

    start_char: int
    end_char: int
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class AmountInside:
    """An amount at a span of the document: from `low` to `high` in `unit` (None: a count)."""

    start_char: int
    end_char: int
    low: float
    high: float
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A stretch of a document, offsets into it, with the names and amounts that stand in it."""

    start_char: int
    end_char: int
    text: str
    names: tuple[NameInside, ...] = ()
    amounts: tuple[AmountInside, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What a wording holds, ready to be compared.

    `frame`: all its words in order, auxiliary verbs without their tense; `words`: the content words, lower
    case, in order, names and amounts left out; `stems` of them; `bare`: its text without names and amounts;
    `dates`: days, months and years as words; `tense`: future, past or ''.
    """

    text: str
    frame: tuple[str, ...]
    bare: str
    words: tuple[str, ...]
    stems: frozenset[str]
    names: frozenset[tuple[str, str]]
    name_words: frozenset[str]
    amounts: tuple[AmountInside, ...]
    dates: frozenset[str]
    is_negative: bool
    tense: str


@cache
def table(kind: str) -> frozenset[str]:
    """The words of one kind of `seeds/reference/statement_words.csv`."""
    return words("statement_words", "word", {"kind": kind})


@cache
def table_stems(kind: str) -> frozenset[str]:
    """The stems of the words of one kind."""
    return frozenset(stem(word) for word in table(kind))


@cache
def _irregular() -> dict[str, str]:
    return {row["form"]: row["lemma"] for row in read_table("irregular_lemmas", ("form", "lemma"))}


@cache
def opposites() -> dict[str, frozenset[str]]:
    """Stems of the opposites of a stem (`seeds/reference/opposites.csv`), either way round."""
    found: dict[str, set[str]] = {}
    for row in read_table("opposites", ("word", "opposite")):
        a, b = stem(row["word"]), stem(row["opposite"])
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its inflection, good enough to tell 'closes', 'closed' and 'closing' from 'opens'."""
    base = _irregular().get(word, word)
    for ending in ("ies", "ied", "ing", "ed", "es", "s", "ly"):
        if base.endswith(ending) and len(base) - len(ending) >= 3 and not base.endswith("ss"):
            base = base[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
            break
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
        base = base[:-1]
    return base.removesuffix("e") if len(base) > 3 else base


def tokens(text: str) -> list[str]:
    """The words and numbers of a text in lower case."""
    is_plain = "n't" not in text and "n’t" not in text
    found = (_PLAIN_WORD if is_plain else _WORD).findall(text)
    # One call for all of them: no word holds a space, and none comes of folding its case.
    return " ".join(found).casefold().replace("’", "'").split(" ") if found else []


def content_words(text: str) -> list[str]:
    """The words of a text that carry content: no function words, no bare numbers."""
    function = table("function")
    return [w for w in tokens(text) if w not in function and not w[0].isdigit() and w[0] != "'"]


def wording_words(wording: Wording) -> tuple[str, ...]:
    """The content words of a wording, as in `Content.words`."""
    return tuple(_kept(masked(wording, (*wording.names, *wording.amounts))))


def _kept(rest: str) -> list[str]:
    return content_words(_CAPITAL.sub(" ", rest) if _CAPITAL.search(rest) else rest)


def read_wording(wording: Wording, adds_negation: bool = False) -> Content:
    """What a wording holds. `adds_negation`: it is reported as denied, so that it means its opposite."""
    found = tokens(wording.text)
    rest = masked(wording, (*wording.names, *wording.amounts))
    unknown = _unknown_names(rest)
    kept = _kept(rest)
    scarce = _scarce(found)
    dated = masked(wording, wording.amounts) if wording.amounts else wording.text
    return Content(
        text=wording.text,
        frame=tuple(_UNTENSED.get(word, word) for word in found),
        bare=" ".join(kept),
        words=tuple(kept),
        stems=_stems(found, kept, scarce),
        names=_known_names(wording) | unknown,
        name_words=frozenset((*_name_words(wording), *(word for _, word in unknown))),
        amounts=wording.amounts,
        dates=_dates(dated, tokens(dated) if wording.amounts else found),
        is_negative=adds_negation != _is_negative(found, scarce),
        tense=_tense(found),
    )


def _is_negative(found: Sequence[str], scarce: frozenset[int]) -> bool:
    """True where an odd number of words denies."""
    negators = table("negator")
    is_negative = False
    for at, word in enumerate(found):
        if word not in negators and not _may_refuse(word):
            continue
        after = found[at + 1] if at + 1 < len(found) else ""
        if at in scarce or (word in negators and after in _RESTRICTING):
            continue
        if word in negators or _is_refusal(stem(word), after):
            is_negative = not is_negative
    return is_negative


@lru_cache(maxsize=65536)
def _may_refuse(word: str) -> bool:
    return stem(word) in table_stems("negative_verb") | table_stems("negative_verb_to")


# What "not only" and "nothing but" say is no denial.
_RESTRICTING = frozenset({"but", "only", "just", "merely", "simply"})
_SUFFICIENT = frozenset({"enough", "sufficient"})
_SCARCE_REACH = 3


def _scarce(found: Sequence[str]) -> frozenset[int]:
    """Where "not" stands of "not enough": that is few, and denies nothing that "too few" does not."""
    negators = table("negator")
    if negators.isdisjoint(found):
        return frozenset()
    return frozenset(
        at
        for at, word in enumerate(found)
        if word in negators
        and any(
            later in _SUFFICIENT and all(w in table("function") for w in found[at + 1 : at + 1 + ahead])
            for ahead, later in enumerate(found[at + 1 : at + 1 + _SCARCE_REACH])
        )
    )


def _stems(found: Sequence[str], kept: Sequence[str], scarce: frozenset[int]) -> frozenset[str]:
    """The stems of content words; "enough" that is denied, and "too few", count as "few"."""
    stems = {stem(word) for word in kept}
    if any(one == "too" and other in ("few", "little") for one, other in pairwise(found)):
        stems.add("few")
    if scarce:
        stems.add("few")
        if sum(word in _SUFFICIENT for word in found) <= len(scarce):
            stems -= {stem(word) for word in _SUFFICIENT}
    return frozenset(stems)


# A word with a capital inside a sentence is a name, also where no rule found it to be one.
_CAPITAL = re.compile(r"(?<=[\w,;] )(?!I\b)[A-Z][^\W\d_]+")


def names_in(wording: Wording) -> frozenset[tuple[str, str]]:
    """Kind and key of the names in a wording, as in `Content.names`."""
    return _known_names(wording) | _unknown_names(masked(wording, (*wording.names, *wording.amounts)))


def _known_names(wording: Wording) -> frozenset[tuple[str, str]]:
    return frozenset((name.kind, name.key) for name in wording.names)


def _unknown_names(rest: str) -> frozenset[tuple[str, str]]:
    """Words with a capital in what is left of a text without its names and amounts."""
    found = {word.casefold() for word in _CAPITAL.findall(rest)}
    return frozenset(("name", word) for word in found if word not in _DATE_WORDS)


def _is_refusal(verb: str, after: str) -> bool:
    """'failed to', 'refused to', but not what failed or declined; 'rejected' and 'banned' with any object."""
    return verb in table_stems("negative_verb") or (after == "to" and verb in table_stems("negative_verb_to"))


def _name_words(wording: Wording) -> Iterator[str]:
    for name in wording.names:
        yield from tokens(
            wording.text[name.start_char - wording.start_char : name.end_char - wording.start_char]
        )


def masked(wording: Wording, spans: Iterable[NameInside | AmountInside]) -> str:
    """The text of a wording with blanks at the spans."""
    text = wording.text
    for span in spans:
        start, end = span.start_char - wording.start_char, span.end_char - wording.start_char
        start, end = max(0, start), min(len(text), end)
        if start < end:
            text = text[:start] + " " * (end - start) + text[end:]
    return text


def split_wordings(wording: Wording, sentences: Sequence[tuple[int, int]]) -> list[Wording]:
    """A wording's parts, one a sentence (offsets into the document), white space trimmed."""
    parts: list[tuple[int, int]] = []
    for first, last in sentences:
        start, end = _trimmed(wording, max(first, wording.start_char), min(last, wording.end_char))
        if end > start:
            parts.append((start, end))
    if not parts:
        return [wording]
    return [part_of(wording, start, end) for start, end in parts]


def _trimmed(wording: Wording, start: int, end: int) -> tuple[int, int]:
    stretch = wording.text[max(0, start - wording.start_char) : max(0, end - wording.start_char)]
    return start + len(stretch) - len(stretch.lstrip()), end - (len(stretch) - len(stretch.rstrip()))


def part_of(wording: Wording, start: int, end: int) -> Wording:
    """The part of a wording from `start` to `end` (offsets into the document)."""
    return Wording(
        start_char=start,
        end_char=end,
        text=wording.text[start - wording.start_char : end - wording.start_char],
        names=tuple([n for n in wording.names if start <= n.start_char and n.end_char <= end]),
        amounts=tuple([a for a in wording.amounts if start <= a.start_char and a.end_char <= end]),
    )


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_DATE_WORDS = frozenset((*_MONTHS, *_DAYS, *_ORDINALS))
# 'may' and 'march' are months only before or after a number, or where they are written with a capital.
_DOUBTFUL = re.compile(r"\b(?:May|March)\b|\b(?:may|march) \d|\d (?:may|march)\b")


def _dates(text: str, words: Sequence[str]) -> frozenset[str]:
    """The days, months, years and ordinals in a text, whose tokens are `words`."""
    found = set()
    for word in words:
        if word[0].isdigit() or word in _DATE_WORDS:
            found.add(word.lstrip("0") or word)
    if found & {"may", "march"} and not _DOUBTFUL.search(text):
        found -= {"may", "march"}
    return frozenset(found)


_UNTENSED = {
    "would": "will", "shall": "will", "'ll": "will", "is": "be", "are": "be", "was": "be", "were": "be",
    "am": "be", "'re": "be", "'m": "be", "has": "have", "had": "have", "'ve": "have",
    "does": "do", "did": "do",
}  # fmt: skip


def _tense(found: Sequence[str]) -> str:
    """future or past where auxiliary verbs say one and not the other."""
    future = not table("future").isdisjoint(found)
    past = not table("perfect").isdisjoint(found)
    return "" if future == past else "future" if future else "past"
