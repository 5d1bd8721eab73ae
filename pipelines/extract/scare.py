"""Short quotes told from scare quotes, titles and nicknames: what speaks for a marked stretch being speech.

Every stretch is described by features that a reader can check (its length, its form, the words beside it,
whether a cue governs it). `scare_features.csv` holds one weight a feature, fitted on dev data
(docs/explanation/quotes.md says how); their sum gives the probability that the stretch is a quote. The
feature that spoke most against a rejected stretch is its reason. One of the features is itself a sum:
`reported_words.csv` says of the words above a stretch in the parse and of those before it how much more often
somebody's words stand under them than the writer's own, learned from text outside marks.

Belongs here: features of a stretch and their sum. Does not belong here: who speaks.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from pipelines.extract.cues import NONE, Cue
from pipelines.extract.passages import Passage
from pipelines.extract.speakers import MentionIndex, Speaker
from pipelines.extract.syntax import VERB_TAGS, Syntax
from pipelines.extract.word_sets import QuoteWords
from pipelines.reference import read_table, words

# Below it a stretch is nobody's quote.
THRESHOLD = 0.75

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_PERSONS = frozenset({"i", "we", "you", "my", "our", "your", "me", "us", "myself", "ourselves"})
_MARK_TAGS = frozenset({"``", "''", ",", ".", ":"})
_LINKS = QuoteWords("link_before")
_SMALL = frozenset({"a", "an", "the", "of", "and", "in", "on", "for", "to", "with", "at", "by", "from", "or"})
_WORD_CLASSES = {
    ",": "comma", ";": "comma", ":": "colon", "(": "bracket", ")": "bracket", "-": "dash", "—": "dash",
    "–": "dash", "'s": "possessive", "’s": "possessive", "'": "possessive", "’": "possessive",
}  # fmt: skip
_TAG_CLASSES = {"IN": "preposition", "TO": "to", "DT": "article", "PRP$": "possessive", "CC": "conjunction",
                "PRP": "pronoun", "RB": "adverb", "CD": "number", "POS": "possessive", "-LRB-": "bracket",
                ".": "stop", "``": "mark", "''": "mark", "HYPH": "dash", "NN": "noun", "NNS": "noun",
                "NNP": "name", "NNPS": "name", "MD": "verb", "VB": "verb", "VBD": "verb", "VBG": "verb",
                "VBN": "verb", "VBP": "verb", "VBZ": "verb", "JJ": "adjective", "JJR": "adjective",
                "JJS": "adjective"}  # fmt: skip
# Words above and before a stretch that say whether somebody's words stand there: further ones say nothing.
_UP, _BACK = 14, 14


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a stretch's attribution: by which rule ("content" inside what a cue reports), its cue
    and speaker, whether another stretch of its paragraph has a cue beside it, and how often the document
    has its words in marks."""

    rule: str
    cue: Cue | None
    speaker: Speaker | None
    has_neighbour: bool
    times: int = 1


def features(passage: Passage, n: int, evidence: Evidence, mentions: MentionIndex) -> list[str]:
    """The names of the features that hold for stretch `n`."""
    form = _of_form(passage, n)
    found = [
        *form,
        *_of_form_and_rule(form, evidence.rule),
        *_of_place(passage, n),
        *_of_naming(passage, n, mentions),
        *_of_government(passage, n),
        *_of_words(passage, n),
        *_of_attribution(passage, n, evidence, mentions),
        reported_step(_reported(passage, n)),
    ]
    return found


def _reported(passage: Passage, n: int) -> float:
    """The sum of what the words around a stretch weigh."""
    weights, marked = _reported_words(), passage.marked[n]
    total = weights[("bias", "")]
    for clue in clues(passage, marked.first, marked.last):
        total += weights.get(clue, 0.0)
    return total


def reported_step(total: float) -> str:
    """The feature's name for a sum of `reported_words` weights: nine steps, 4 is the middle."""
    return f"reported_{4 + round(max(-4.0, min(4.0, 1.5 * total)))}"


def clues(passage: Passage, first: int, last: int) -> set[tuple[str, str]]:
    """The words that govern tokens `first` to `last`, and those before them in the sentence, by place.

    The place is `above` (a head in the parse), `verb` (the nearest verb above) or `before`. Words in marks
    are left out.
    """
    syntax, inside = passage.syntax, passage.inside
    lower, found = syntax.lower, set()
    head = _head(syntax, first, last)
    has_verb = head is None
    for i in islice(syntax.ancestors(head), _UP) if head is not None else ():
        if inside[i] >= 0:
            continue
        found.add(("above", lower[i]))
        if not has_verb and syntax.tags[i] in VERB_TAGS:
            found.add(("verb", lower[i]))
            has_verb = True
    for i in range(max(syntax.sentence(first)[0], first - _BACK), first):
        if inside[i] < 0:
            found.add(("before", lower[i]))
    return found


def _head(syntax: Syntax, first: int, last: int) -> int | None:
    """The first word of the span that hangs on a word outside it; None where the span holds its root."""
    heads, tags = syntax.heads, syntax.tags
    for i in range(first, last + 1):
        if not first <= heads[i] <= last and tags[i] not in _MARK_TAGS:
            return i
    return None


def _of_form_and_rule(form: list[str], rule: str) -> list[str]:
    """Length and capitals together with the rule: three words right behind a cue are speech, three words far
    from any are not."""
    size = "short" if not {"words_1", "words_2", "words_3"}.isdisjoint(form) else "long"
    is_title = "all_capitalised" in form or "one_capitalised" in form
    letters = "title" if is_title else "upper" if "starts_upper" in form else "small"
    return [f"{size}_by_{rule}", f"{letters}_by_{rule}"]


def _of_attribution(passage: Passage, n: int, evidence: Evidence, mentions: MentionIndex) -> list[str]:
    """The rule that found a speaker, the cue and how far it is, and what sort of words name the speaker."""
    cue, speaker, marked = evidence.cue, evidence.speaker, passage.marked[n]
    found = [f"rule_{evidence.rule}", f"cue_{NONE if cue is None else cue.cue_class}"]
    if evidence.has_neighbour:
        found.append("neighbour_attributed")
    if evidence.times > 1:
        found.append("repeated")
    if cue is not None and evidence.rule in ("content", "in_sentence", "cue_before"):
        found.append(f"verb_{cue.entry.verb}")
        gap = marked.first - cue.last - 1
        found.append(
            "cue_behind" if gap < 0 else "cue_adjacent" if gap < 3 else "cue_near" if gap < 9 else "cue_far"
        )
    if speaker is not None:
        mention = mentions.covering(speaker.start)
        found.append("speaker_" + (mention.label.lower() if mention is not None else speaker.form))
    return found


def _of_words(passage: Passage, n: int) -> list[str]:
    """The kinds of the first and the last word inside, and company in the sentence."""
    syntax, marked = passage.syntax, passage.marked[n]
    tags, first, last = syntax.tags, marked.first, marked.last
    while first <= last and tags[first] in _MARK_TAGS:
        first += 1
    while first < last and tags[last] in _MARK_TAGS:
        last -= 1
    found = []
    if first <= last:
        opening = _word_class(tags[first], syntax.words[first])
        found += [f"first_{opening}", f"last_{_word_class(tags[last], syntax.words[last])}"]
        if first == last:
            found.append(f"only_{opening}")
    near = [k for k in (n - 1, n + 1) if 0 <= k < len(passage.marked)]
    if any(
        abs(passage.marked[k].first - marked.last) < 6 or abs(marked.first - passage.marked[k].last) < 6
        for k in near
    ):
        found.append("in_company")
    return found


def _of_government(passage: Passage, n: int) -> list[str]:
    """Which verbs and nouns govern the stretch: a verb of saying or thinking, or a noun made from one."""
    syntax, marked = passage.syntax, passage.marked[n]
    head = _head(syntax, marked.first, marked.last)
    if head is None:
        return ["governs_itself"]
    found: list[str] = []
    for distance, i in enumerate(islice(syntax.ancestors(head), 30)):
        if passage.inside[i] >= 0:
            continue
        cue = next(iter(passage.cues_between(i, i + 1)), None)
        if cue is not None and cue.subject is not None:
            found.append(f"under_{cue.cue_class}" + ("_near" if distance < 3 else ""))
            break
        if syntax.tags[i].startswith("NN") and syntax.lower[i] in _saying_nouns():
            found.append("under_saying_noun")
            break
    return found


def _of_form(passage: Passage, n: int) -> list[str]:
    syntax, marked = passage.syntax, passage.marked[n]
    text = passage.text[marked.inner_start - passage.start : marked.inner_end - passage.start]
    parts = text.split()
    count = len(parts)
    size = "1" if count == 1 else "2" if count == 2 else "3" if count == 3 else "4_5" if count < 6 else ""
    size = size or ("6_9" if count < 10 else "10_up")
    found = [f"words_{size}"]
    first, end = marked.first, marked.last + 1
    if not _FINITE.isdisjoint(syntax.tags[first:end]):
        found.append("finite_verb")
    if not _PERSONS.isdisjoint(syntax.lower[first:end]):
        found.append("first_or_second_person")
    if text[:1].isupper():
        found.append("starts_upper")
        rest = [w for w in parts[1:] if w.lower() not in _SMALL]
        if all(w[:1].isupper() or not w[:1].isalpha() for w in rest):
            found.append("all_capitalised" if rest else "one_capitalised")
            if count >= 3:
                found.append("reads_as_title")
    last = text[-1:]
    if last in ".":
        found.append("ends_full_stop")
    elif last in "?!":
        found.append("ends_question")
    elif last == ",":
        found.append("ends_comma")
    if not marked.is_closed:
        found.append("unclosed")
    return found


def _of_place(passage: Passage, n: int) -> list[str]:
    syntax = passage.syntax
    start, end = passage.zones_before[n]
    after_start, after_end = passage.zones_after[n]
    found = []
    if start == end:
        found.append("opens_sentence" if n == 0 or start > passage.marked[n - 1].last + 1 else "after_quote")
    else:
        found.append("before_" + _word_class(syntax.tags[end - 1], syntax.words[end - 1]))
    if after_start == after_end:
        found.append("after_nothing")
    else:
        found.append("after_" + _word_class(syntax.tags[after_start], syntax.words[after_start]))
    if start == end and after_start == after_end:
        found.append("whole_sentence")
    cues = [*passage.cues_between(start, end), *passage.cues_between(after_start, after_end)]
    if any(c.cue_class in ("speech", "according_to") and c.subject is not None for c in cues):
        found.append("cue_in_sentence")
    elif any(c.subject is not None for c in cues):
        found.append("belief_in_sentence")
    return found


def _word_class(tag: str, word: str) -> str:
    return _WORD_CLASSES.get(word) or _TAG_CLASSES.get(tag, "other")


def _of_naming(passage: Passage, n: int, mentions: MentionIndex) -> list[str]:
    syntax, marked = passage.syntax, passage.marked[n]
    found = []
    before = [syntax.lower[i] for i in range(max(0, marked.first - 3), marked.first)]
    if before and before[-1] in _naming():
        found.append("named_just_before")
    elif any(w in _naming() for w in before):
        found.append("named_before")
    if before[-1:] == ["as"]:
        found.append("as_just_before")
    if before[-1:] == ["that"]:
        found.append("that_just_before")
    if before[-1:] == ["on"] or before[-2:] == ["on", "the"]:
        found.append("on_just_before")
    if before and before[-1] in _LINKS:
        found.append(f"word_before_{before[-1]}")
    if before[-1:] in (["'s"], ["’s"], ["'"], ["’"]):
        owner = mentions.covering(syntax.starts[marked.first - 1] - 1)
        found.append("owned_by_" + (owner.label.lower() if owner is not None else "noun"))
    return found


@cache
def _naming() -> frozenset[str]:
    """Words before the name of a work, a programme or a thing: called, titled, the film."""
    return words("naming_words", "word")


@cache
def _saying_nouns() -> frozenset[str]:
    """Nouns for what somebody says: claim, promise, slogan."""
    return words("saying_nouns", "noun")


@cache
def _weights() -> dict[str, float]:
    rows = read_table("scare_features", ("feature", "weight", "meaning"))
    return {row["feature"]: float(row["weight"]) for row in rows}


@cache
def _reported_words() -> dict[tuple[str, str], float]:
    rows = read_table("reported_words", ("place", "word", "weight"))
    return {(row["place"], row["word"]): float(row["weight"]) for row in rows}


def probability(found: list[str]) -> float:
    """Probability that a stretch with these features is a quote."""
    weights = _weights()
    total = sum([weights.get(f, 0.0) for f in found], weights.get("bias", 0.0))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def is_own_word(found: list[str]) -> bool:
    """One word behind a possessive (its “peace”): the writer's distance, also inside a reported clause."""
    return "words_1" in found and "before_possessive" in found


_DATED = re.compile(r"[^\w(]{0,3}\((?:19|20)\d\d\)")


def is_named(passage: Passage, n: int, cue: Cue | None) -> bool:
    """A work with its year (“Winter of Stones” (2015)), or a programme that was told (told “Newsnight”)."""
    marked, base = passage.marked[n], passage.start
    if _DATED.match(passage.text, marked.inner_end - base):
        return True
    if cue is None or cue.entry.verb != "tell" or cue.last != marked.first - 1:
        return False
    words = passage.text[marked.inner_start - base : marked.inner_end - base].split()
    return len(words) < 5 and all(w[:1].isupper() or not w[:1].isalpha() or w in _SMALL for w in words)


def reason(found: list[str]) -> str:
    """The feature that speaks most against a quote."""
    weights = _weights()
    return min(found, key=lambda f: (weights.get(f, 0.0), f), default="no_speaker")


__all__ = [
    "THRESHOLD",
    "Evidence",
    "clues",
    "features",
    "is_named",
    "is_own_word",
    "probability",
    "reason",
    "reported_step",
]
