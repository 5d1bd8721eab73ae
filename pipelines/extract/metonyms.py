"""Capitals that speak and decide: 'Moscow said', 'a decision made by Baku'.

A capital is a metonym where it is the agent of a verb of saying or deciding; elsewhere it is the place.
"""

from __future__ import annotations

from functools import cache

from spacy.tokens import Token

from pipelines.extract import gazetteer
from pipelines.extract.context import Paragraph
from pipelines.extract.nlp import lemma
from pipelines.reference import words


@cache
def _verbs() -> frozenset[str]:
    return words("metonym_verbs", "lemma")


def is_metonym(paragraph: Paragraph, start: int, end: int, surface: str) -> bool:
    """True where the place at `start` to `end` stands for the government that sits there."""
    known = gazetteer.metonym(surface)
    if known is None or known.kind != "capital":
        return False
    span = paragraph.char_span(start, end)
    return span is not None and _is_agent(span.root)


def _is_agent(token: Token) -> bool:
    for _ in range(8):
        if token.dep_ != "conj":
            break
        token = token.head
    if token.dep_ == "nsubj":
        return decides(token.head)
    by = token.head
    return token.dep_ == "pobj" and by.lower_ == "by" and by.dep_ == "agent" and decides(by.head)


def decides(verb: Token) -> bool:
    """True for a verb of saying or deciding."""
    return lemma(verb) in _verbs()
