"""Cues: the words that say somebody speaks, and who that is by the grammar of the sentence.

A cue is a verb of `cue_verbs.csv` with its particle, “according to”, or an adverb that opens a sentence as
hearsay (“Reportedly, …”).

Belongs here: finding cues in one paragraph. Does not belong here: who does the saying (`subjects`), what was
said (`content`), how far the speaker's words reach and who it is (`speakers`, `coreference`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.extract.subjects import noun_after, subject_of
from pipelines.extract.syntax import NOUN_TAGS, SUBJECT_DEPS, VERB_TAGS, Syntax
from pipelines.extract.word_sets import QuoteWords
from pipelines.reference import read_table

SPEECH, BELIEF, INTENT, ACCORDING_TO, NONE = "speech", "belief", "intent", "according_to", "none"

_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "neither", "nor", "no", "cannot"})
_NOBODY = frozenset({"nobody", "none", "neither"})
_NONE_OF = frozenset({"no", "neither"})
_REFUSALS = QuoteWords("refusal")
_RELATIVES = frozenset({"WDT", "WP"})


@dataclass(frozen=True, slots=True)
class CueEntry:
    """A row of `cue_verbs.csv`: how one verb reports, and in which frames."""

    verb: str
    particle: str
    cue_class: str
    frames: frozenset[str]


@dataclass(slots=True)
class Cue:
    """A cue in a paragraph; token indexes count within it.

    `verb` is the token that governs what is said, `first` to `last` the words of the cue. `subject` is
    the head of the words that name the speaker, None where the sentence has none. `how` names the rule
    that found it.
    """

    verb: int
    first: int
    last: int
    entry: CueEntry
    subject: int | None
    how: str
    is_negated: bool = False

    @property
    def cue_class(self) -> str:
        """speech, belief, intent or according_to."""
        return self.entry.cue_class


_ACCORDING = CueEntry("according", "to", ACCORDING_TO, frozenset({"clause", "direct"}))
# “In the words of Roe, …”, “in Roe’s words”: of words in marks alone.
_IN_WORDS = CueEntry("words", "", ACCORDING_TO, frozenset({"direct"}))
# Adverbs that say somebody says so, and not who. Within a sentence they may bear on a word of it only.
_EVIDENTIALS = QuoteWords("evidential")


@cache
def cue_table() -> dict[str, tuple[CueEntry, ...]]:
    """The cue verbs by base form, those with a particle first."""
    found: dict[str, list[CueEntry]] = {}
    for row in read_table("cue_verbs", ("verb", "particle", "cue_class", "frames", "source")):
        entry = CueEntry(row["verb"], row["particle"], row["cue_class"], frozenset(row["frames"].split()))
        found.setdefault(entry.verb, []).append(entry)
    return {verb: tuple(sorted(rows, key=lambda e: not e.particle)) for verb, rows in found.items()}


@cache
def cue_forms() -> dict[str, str]:
    """Every form of the cue verbs with its base form: regular ones by spelling, irregular ones by table."""
    forms: dict[str, str] = {}
    for verb in cue_table():
        forms |= dict.fromkeys(_regular_forms(verb), verb)
    irregular = read_table("irregular_lemmas", ("form", "lemma"))
    forms |= {row["form"]: row["lemma"] for row in irregular if row["lemma"] in cue_table()}
    return forms


def _regular_forms(verb: str) -> list[str]:
    stem, last = verb[:-1], verb[-1:]
    if last == "e":
        return [verb, verb + "s", verb + "d", (verb if verb.endswith("ee") else stem) + "ing"]
    if last == "y" and stem[-1:] not in "aeiou":
        return [verb, stem + "ies", stem + "ied", verb + "ing"]
    plural = "es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s"
    doubled = verb + last
    return [verb, verb + plural, verb + "ed", verb + "ing", doubled + "ed", doubled + "ing"]


def find_cues(syntax: Syntax) -> list[Cue]:
    """The cues of a paragraph in text order."""
    table, forms, found = cue_table(), cue_forms(), []
    lower = syntax.lower
    for i in [i for i, tag in enumerate(syntax.tags) if tag in VERB_TAGS]:
        verb = forms.get(lower[i])
        if verb is not None:
            of_verb = _opening_cue if _is_auxiliary(syntax, i) else _verb_cue
            cue = of_verb(syntax, i, table[verb])
        elif lower[i] == "according":
            cue = _according(syntax, i)
        else:
            continue
        if cue is not None:
            found.append(cue)
    if not _EVIDENTIALS.isdisjoint(syntax.vocabulary):
        found = sorted([*found, *_evidential_cues(syntax)], key=lambda c: c.verb)
    if "words" in syntax.vocabulary:
        found = sorted([*found, *_words_of(syntax)], key=lambda c: c.verb)
    return found


def _words_of(syntax: Syntax) -> Iterator[Cue]:
    """“In the words of Jane Roe, “…””, “in Roe’s (own) words, “…””."""
    lower, tags = syntax.lower, syntax.tags
    for i in [i for i, word in enumerate(lower) if word == "words" and i > 1]:
        if lower[i - 2 : i] == ["in", "the"] and lower[i + 1 : i + 2] == ["of"]:
            subject = noun_after(syntax, i + 1)
            if subject is not None:
                yield Cue(i, i - 2, i + 1, _IN_WORDS, subject, "according_to")
            continue
        owner = i - 2 - (lower[i - 1] == "own")
        if owner > 0 and tags[owner + 1] == "POS" and tags[owner] in NOUN_TAGS:
            first = next((k for k in range(owner - 1, max(-1, owner - 5), -1) if lower[k] == "in"), None)
            if first is not None:
                yield Cue(i, first, i, _IN_WORDS, owner, "according_to")


def _opening_cue(syntax: Syntax, i: int, entries: tuple[CueEntry, ...]) -> Cue | None:
    """“Added Roe: “…””: a verb that opens its sentence and that the parse hangs on the name behind it."""
    name = syntax.heads[i]
    if syntax.tags[i] not in ("VBN", "VBD") or syntax.sentence(i)[0] != i or name < i:
        return None
    if any(syntax.tags[k] != "NNP" for k in range(i + 1, name + 1)) or syntax.words[name + 1 : name + 2] != [
        ":"
    ]:
        return None
    return Cue(i, i, i, entries[-1], name, "inverted")


def _evidential_cues(syntax: Syntax) -> list[Cue]:
    """“Reportedly, the bridge is safe.”: hearsay from nobody named."""
    last = len(syntax) - 1
    opens = [i for i in syntax.sentence_starts if i < last and syntax.words[i + 1] == ","]
    return [
        Cue(i, i, i, CueEntry(syntax.lower[i], "", ACCORDING_TO, frozenset({"clause"})), None, "evidential")
        for i in opens
        if syntax.lower[i] in _EVIDENTIALS
    ]


def _is_auxiliary(syntax: Syntax, i: int) -> bool:
    return syntax.deps[i] in ("aux", "auxpass", "amod", "compound") and syntax.heads[i] != i


def _according(syntax: Syntax, i: int) -> Cue | None:
    if i + 1 >= len(syntax) or syntax.lower[i + 1] != "to" or syntax.lower[i] != "according":
        return None
    subject = syntax.child(i + 1, "pobj", "pcomp")
    if subject is None:
        subject = noun_after(syntax, i + 1)
    return Cue(i, i, i + 1, _ACCORDING, subject, "according_to") if subject is not None else None


def _is_aside(syntax: Syntax, i: int) -> bool:
    """“That said, the dam is safe.”: it joins sentences, and nobody says anything."""
    words = syntax.lower[max(0, i - 2) : i + 2]
    return words in (["that", "said", ","], ["that", "being", "said", ","], [".", "that", "said", ","])


def _verb_cue(syntax: Syntax, i: int, entries: tuple[CueEntry, ...]) -> Cue | None:
    if syntax.lower[i] == "said" and _is_aside(syntax, i):
        return None
    for entry in entries:
        last = _particle_at(syntax, i, entry.particle) if entry.particle else i
        if last is not None:
            subject, how = subject_of(syntax, i)
            return Cue(i, i, last, entry, subject, how, _is_negated(syntax, i))
    return None


def _particle_at(syntax: Syntax, i: int, particle: str) -> int | None:
    for at in range(i + 1, min(i + 4, len(syntax))):
        if syntax.lower[at] == particle and (at == i + 1 or syntax.heads[at] == i):
            return at
    return None


def _is_negated(syntax: Syntax, verb: int) -> bool:
    deps, lower = syntax.deps, syntax.lower
    for child in syntax.children[verb]:
        if deps[child] == "neg" or (child < verb and lower[child] in _NEGATIONS):
            return True
        if deps[child] in SUBJECT_DEPS and (
            lower[child] in _NOBODY or not _NONE_OF.isdisjoint([lower[g] for g in syntax.children[child]])
        ):
            return True
    return deps[verb] == "xcomp" and syntax.lemma(syntax.heads[verb]) in _REFUSALS


def names_only(syntax: Syntax, cue: Cue) -> bool:
    """A participle that names what it describes: “a group called X”."""
    return syntax.deps[cue.verb] == "acl" and syntax.tags[cue.verb] == "VBN" and cue.how != "by_agent"


# Verbs that give a thing its name: in “what is called “…”” the name is in use, and nobody's words.
NAMING = QuoteWords("naming_verb")


def gives_name(syntax: Syntax, cue: Cue) -> bool:
    """A passive in the present of a verb that names: “is called X”, not “was called a liar”."""
    if cue.how != "passive" or cue.entry.verb not in NAMING:
        return False
    return any(syntax.lower[i] in ("is", "are", "’s", "'s") for i in syntax.children[cue.verb])


def is_relative(syntax: Syntax, subject: int) -> bool:
    """Whether the subject is a relative pronoun (who, which, that)."""
    return syntax.tags[subject] in _RELATIVES or (
        syntax.lower[subject] in ("that", "who") and syntax.tags[subject] != "DT"
    )


__all__ = [
    "ACCORDING_TO",
    "BELIEF",
    "INTENT",
    "NAMING",
    "NONE",
    "SPEECH",
    "Cue",
    "CueEntry",
    "cue_forms",
    "cue_table",
    "find_cues",
    "gives_name",
    "is_relative",
    "names_only",
]
