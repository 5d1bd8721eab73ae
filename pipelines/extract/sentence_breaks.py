"""Where a sentence ends without a full stop of its own: “… in the U.S. “It is …”, “… went on … “Nobody …”.

The point of an abbreviation or an initial, or an omission, stands for the full stop; neither the tokenizer
nor the parse tells such a point from one within a sentence. What opens behind it in marks does: a sentence.

Belongs here: such ends. Does not belong here: full stops (`Syntax.sentence`, `Passage.stops`).
"""

from __future__ import annotations

import re

from pipelines.extract.syntax import SUBJECT_DEPS, Syntax

# “U.S.”, “p.m.”, “Inc.”, “T.”; omissions.
_ABBREVIATION = re.compile(r"(?:\w+\.)+")
_OMISSION = re.compile(r"…\.?|\.{3,4}")
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_RELATIVES = frozenset({"WDT", "WP", "WP$"})


def opens_sentence(syntax: Syntax, mark: int, last: int) -> bool:
    """Whether words in marks, tokens `mark` to `last`, begin a sentence behind an abbreviation or omission.

    They do with a capital and a main verb of their own: not as a name, a title or a part of the sentence
    before them (the U.S. “Patriot Act”, the U.S. “must act”, called Roe Jr. “The man who knew”).
    """
    first = mark + 1
    if not 0 < mark < last:
        return False
    before = syntax.words[mark - 1]
    if not (_ABBREVIATION.fullmatch(before) or _OMISSION.fullmatch(before)):
        return False
    return syntax.words[first][:1].isupper() and _has_main_verb(syntax, first, last)


def _has_main_verb(syntax: Syntax, first: int, last: int) -> bool:
    """A finite verb with a subject among the words, before any relative pronoun; or an order (“Go home”)."""
    tags = syntax.tags
    if tags[first] == "VB":
        return True
    for i in range(first, last + 1):
        if tags[i] in _FINITE and syntax.deps[i] != "relcl":
            return i == first or any(
                syntax.deps[k] in SUBJECT_DEPS or syntax.deps[k] == "expl" or tags[k] in ("PRP", "EX")
                for k in range(first, i)
            )
        if tags[i] in _RELATIVES and i > first:
            return False
    return False


__all__ = ["opens_sentence"]
