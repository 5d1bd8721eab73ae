"""Who gave the number: the speaker of the quote around it, or a source that its sentence names."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Span, Token

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import lemma
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.model import NumericClaim, Quote, row_key

_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_GIVEN_BY = Words("given_by")
_ESTIMATES = Words("estimating")
# “According to age” sorts; it names nobody.
_MEASURES_TO = Words("measured_to")
_COUNT_NOUNS = Words("count_noun")
# What “that” follows where it tells what somebody holds (“the mayor's claim that”), and who measures.
_ASSERTIONS = Words("assertion")
_SURVEYS = Words("survey")
_SHOWING = Words("survey_verb")
_POLLED = Words("survey_kind")
_SOURCE_WORDS = Words("given_by", "estimating", "count_noun", "source_word", "assertion", "survey")
_RELATIVE = frozenset({"who", "which", "that", "whom"})
# Heads above a number that are asked: no sentence that a reader follows is deeper.
_DEEPEST = 24


class SourceFinder:
    """Sources of one document's claims. Quotes are looked up by position, innermost first."""

    def __init__(self, ctx: Context, quotes: Sequence[Quote]) -> None:
        self.ctx = ctx
        self.quotes = sorted(quotes, key=lambda q: (q.start_char, -q.end_char))
        self.cached: tuple[tuple[int, int], list[_Named]] = ((-1, -1), [])

    def fill(self, claim: NumericClaim, span: Span, tree: Tree, paragraph: Paragraph) -> None:
        """Set quote, source surface and span of `claim`; NULL is the outlet's own voice."""
        quote = self._innermost(claim)
        if quote is not None:
            claim.quote_id = row_key(self.ctx.document_id, "quotes", quote.start_char, quote.end_char)
        named = self._in_sentence(span, tree, paragraph)
        if named is not None:
            start, end = paragraph.offset + named.start_char, paragraph.offset + named.end_char
            claim.source_start_char, claim.source_end_char = start, end
            claim.source_surface = self.ctx.text[start:end]
        elif quote is not None and (speaker := self._speaker(quote, paragraph)) is not None:
            claim.source_start_char, claim.source_end_char = speaker
            claim.source_surface = self.ctx.text[speaker[0] : speaker[1]]

    def _innermost(self, claim: NumericClaim) -> Quote | None:
        """The last quote that starts before the claim and ends behind it; quotes nest, so it is innermost."""
        around = None
        for quote in self._before(claim.start_char):
            if quote.end_char >= claim.end_char:
                around = quote
                break
        return around

    def _before(self, start: int) -> list[Quote]:
        at = bisect.bisect_right(self.quotes, start, key=lambda q: q.start_char)
        # Nesting is never this deep: what lies further back has ended.
        return list(reversed(self.quotes[max(0, at - 8) : at]))

    def _in_sentence(self, span: Span, tree: Tree, paragraph: Paragraph) -> Span | None:
        start, end = tree.sentence_start(span.start), tree.sentence_end(span.start)
        key = (paragraph.start, start)
        if self.cached[0] != key:
            found: list[_Named] = []
            offset = paragraph.span.start
            # Most sentences hold none of the words that name a source: they are spared the search.
            if not _SOURCE_WORDS.isdisjoint(paragraph.syntax.lower[start - offset : end - offset]):
                found = named_sources(list(span.doc[start:end]), tree)
            self.cached = (key, found)
        named = self.cached[1]
        if not named:
            return None
        above = _above(span.root) if any(source.scope is not None for source in named) else frozenset()
        fits = (x for x in named if x.first <= span.start < x.last)
        return next((x.span for x in fits if x.scope is None or x.scope in above), None)

    def _speaker(self, quote: Quote, paragraph: Paragraph) -> tuple[int, int] | None:
        """Document offsets of a quote's speaker; of “who” and “which” those of what they stand for."""
        start, end = quote.speaker_start_char, quote.speaker_end_char
        if start is None or end is None or not quote.speaker_surface:
            return None
        if quote.speaker_surface.lower() not in _RELATIVE or quote.speaker_surface == "WHO":
            return start, end
        own = self.ctx.paragraph_at(start) or paragraph
        pronoun = own.char_span(start, end)
        antecedent = _antecedent(pronoun[0]) if pronoun is not None and len(pronoun) else None
        if antecedent is None:
            return None
        phrase = _phrase_left(antecedent)
        return own.offset + phrase.start_char, own.offset + phrase.end_char


@dataclass(frozen=True, slots=True)
class _Named:
    """A source that a sentence names.

    `scope`: the token below which its numbers stand, None for all; `first`, `last`: the first token of the
    stretch that they stand in and the one behind it.
    """

    span: Span
    scope: int | None = None
    first: int = 0
    last: int = 0


def _above(token: Token) -> frozenset[int]:
    """The indices of a token and of the heads above it."""
    found = {token.i}
    for _ in range(_DEEPEST):
        if token.head.i == token.i:
            break
        token = token.head
        found.add(token.i)
    return frozenset(found)


def _antecedent(pronoun: Token) -> Token | None:
    """What “who” stands for: the noun that its clause hangs on, or that stands right before it."""
    doc, verb = pronoun.doc, pronoun.head
    if verb.dep_ in ("relcl", "acl") and verb.head.tag_ in _NOUNS and verb.head.i < pronoun.i:
        return verb.head
    at = pronoun.i - 1
    at -= at > 0 and doc[at].text == "," and not pronoun.is_sent_start
    is_near = at >= 0 and not pronoun.is_sent_start and doc[at].tag_ in _NOUNS
    return doc[at] if is_near else None


def named_sources(tokens: list[Token], tree: Tree) -> list[_Named]:
    """The sources a sentence names for its numbers: “according to X”, “X's count”, “a poll shows”."""
    found: list[_Named] = []
    for at, token in enumerate(tokens):
        if token.lower_ in _SOURCE_WORDS and (source := _named_at(tokens, at, tree)) is not None:
            first, last = _stretch(tokens, at)
            # “the ministry puts it at 640”: what stands before the verb is not what is put there.
            first = token.i if token.lower_ in _PUTS else first
            found.append(replace(source, first=first, last=last))
    return found


_PUTS = frozenset({"put", "puts"})


def _stretch(tokens: list[Token], at: int) -> tuple[int, int]:
    """The document's tokens from one semicolon of a sentence to the next, around its token `at`."""
    first = next((i + 1 for i in range(at - 1, -1, -1) if tokens[i].text == ";"), 0)
    last = next((i for i in range(at + 1, len(tokens)) if tokens[i].text == ";"), len(tokens))
    return tokens[first].i, tokens[last - 1].i + 1


def _named_at(tokens: list[Token], at: int, tree: Tree) -> _Named | None:
    """The source that the word at `at` names, if it names one."""
    token = tokens[at]
    word = token.lower_
    following = tokens[at + 1].lower_ if at + 1 < len(tokens) else ""
    if word == "according" and following == "to" and at + 2 < len(tokens):
        found = _phrase_right(tokens, at + 2)
        return _Named(found) if found is not None and lemma(found[-1]) not in _MEASURES_TO else None
    if word in _GIVEN_BY and following == "by":
        found = _phrase_right(tokens, at + 2)
        return _Named(found) if found is not None and found.root.tag_ in ("NNP", "NNPS", "NNS") else None
    if word in _COUNT_NOUNS and token.dep_ == "pobj" and token.head.lower_ in ("by", "on"):
        owner = _owner(token, tree)
        if owner is not None:
            return _Named(_phrase_left(owner))
    if word in _ESTIMATES and token.tag_ in ("VBZ", "VBD", "VBP"):
        return _estimating(token, tree)
    if word in _ASSERTIONS and following == "that" and (owner := _owner(token, tree)) is not None:
        return _Named(_phrase_left(owner), token.i)
    return _measuring(token, tree) if word in _SURVEYS else None


def _estimating(verb: Token, tree: Tree) -> _Named | None:
    """“The ministry estimates”, “Mrs Orr, who put the damage at $3 million”."""
    if (verb.lower_ in _PUTS or verb.lower_ == "counts") and not _has_at(verb, tree):
        return None
    subject = next((t for t in tree.lefts(verb) if t.dep_ == "nsubj"), None)
    if subject is not None and subject.tag_ == "WP":
        antecedent = _antecedent(subject)
        return _Named(_phrase_left(antecedent), verb.i) if antecedent is not None else None
    return _Named(_phrase_left(subject)) if subject is not None and subject.tag_ in _NOUNS else None


def _owner(noun: Token, tree: Tree) -> Token | None:
    return next((t for t in tree.lefts(noun) if t.dep_ == "poss" and t.tag_ in _NOUNS), None)


def _measuring(survey: Token, tree: Tree) -> _Named | None:
    """“A poll by X shows 53%”, “53% in the latest X poll”: what the survey says is the survey's number."""
    doc, head = survey.doc, survey.head
    if survey.dep_ == "nsubj" and lemma(head) in _SHOWING and head.tag_.startswith("VB"):
        return _Named(_phrase_left(survey), head.i)
    is_content = survey.i + 1 < len(doc) and doc[survey.i + 1].lower_ == "that"
    is_inside = survey.dep_ == "pobj" and head.lower_ == "in" and head.head.i != head.i
    above = head.head.head if head.head.dep_ == "nsubj" else head.head  # “her rating in the X poll is 53%”
    if survey.tag_ != "NN" or not (is_content or is_inside):
        return None
    phrase = _phrase_left(survey)
    is_told = any(token.tag_ == "NNP" or token.lower_ in _POLLED for token in phrase)
    return _Named(phrase, survey.i if is_content else above.i) if is_told else None


def _has_at(verb: Token, tree: Tree) -> bool:
    return any(t.dep_ == "prep" and t.lower_ == "at" for t in tree.rights(verb))


def _phrase_right(tokens: list[Token], at: int) -> Span | None:
    """The noun phrase that starts at `at`: up to its last noun before a verb, comma or preposition."""
    start = at
    while at < len(tokens) and tokens[at].tag_ in ("DT", "PRP$", "JJ"):
        start = at + 1 if tokens[at].tag_ == "DT" else start
        at += 1
    last = None
    while at < len(tokens) and at - start < 15:
        token = tokens[at]
        if token.tag_ in _NOUNS:
            last = at
        elif not (
            token.tag_ in ("JJ", "POS", "HYPH", "CD", "NNP", "VBN", "DT")
            or token.lower_ in ("of", "for", "&", "and")
        ):
            break
        at += 1
    return tokens[0].doc[tokens[start].i : tokens[last].i + 1] if last is not None else None


def _phrase_left(head: Token) -> Span:
    start = max(head.left_edge.i, head.i - 15)
    doc = head.doc
    while start < head.i and doc[start].tag_ in ("DT", "PRP$", "IN", "RB", ",", "CC"):
        start += 1
    return doc[start : head.i + 1]
