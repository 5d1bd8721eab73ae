"""Capitals that speak and decide: 'Moscow said', 'a decision made by Baku'.

A capital is a metonym where it is the agent of a verb of saying or deciding; elsewhere it is the place.
"""

from __future__ import annotations

from functools import cache

from pipelines.extract import gazetteer
from pipelines.extract.context import Paragraph
from pipelines.extract.syntax import Syntax
from pipelines.reference import words


@cache
def _verbs() -> frozenset[str]:
    return words("metonym_verbs", "lemma")


def is_metonym(paragraph: Paragraph, start: int, end: int, surface: str) -> bool:
    """True where the place at `start` to `end` stands for the government that sits there."""
    known = gazetteer.metonym(surface)
    if known is None or known.kind != "capital":
        return False
    syntax = paragraph.syntax
    first, last = syntax.touched(start, end)
    return first < last and _is_agent(syntax, syntax.root(first, last))


def _is_agent(syntax: Syntax, i: int) -> bool:
    deps, heads = syntax.deps, syntax.heads
    for _ in range(8):
        if deps[i] != "conj":
            break
        i = heads[i]
    by = heads[i]
    if deps[i] == "nsubj":
        return decides(syntax, by)
    is_agent = deps[i] == "pobj" and syntax.lower[by] == "by" and deps[by] == "agent"
    return is_agent and decides(syntax, heads[by])


def decides(syntax: Syntax, verb: int) -> bool:
    """True for a verb of saying or deciding."""
    return syntax.lemma(verb) in _verbs()
