"""Who gave the number: the speaker of the quote around it, or a source that its sentence names."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

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
_SOURCE_WORDS = Words("given_by", "estimating", "count_noun", "source_word")


class SourceFinder:
    """Sources of one document's claims. Quotes are looked up by position, innermost first."""

    def __init__(self, ctx: Context, quotes: Sequence[Quote]) -> None:
        self.ctx = ctx
        self.quotes = sorted(quotes, key=lambda q: (q.start_char, -q.end_char))
        self.cached: tuple[tuple[int, int], Span | None] = ((-1, -1), None)

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
        elif quote is not None and quote.speaker_surface:
            claim.source_surface = quote.speaker_surface
            claim.source_start_char, claim.source_end_char = quote.speaker_start_char, quote.speaker_end_char

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
        start = tree.sentence_start(span.start)
        key = (paragraph.start, start)
        if self.cached[0] != key:
            found, end, offset = None, tree.sentence_end(span.start), paragraph.span.start
            # Most sentences hold none of the words that name a source: they are spared the search.
            if not _SOURCE_WORDS.isdisjoint(paragraph.syntax.lower[start - offset : end - offset]):
                found = named_source(list(span.doc[start:end]), tree)
            self.cached = (key, found)
        return self.cached[1]


def named_source(tokens: list[Token], tree: Tree) -> Span | None:
    """The source a sentence names for its numbers: “according to X”, “by X's count”, “X estimates”."""
    for at, token in enumerate(tokens):
        word = token.lower_
        following = tokens[at + 1].lower_ if at + 1 < len(tokens) else ""
        if word == "according" and following == "to" and at + 2 < len(tokens):
            found = _phrase_right(tokens, at + 2)
            return found if found is not None and lemma(found[-1]) not in _MEASURES_TO else None
        if word == "by" and at and tokens[at - 1].lower_ in _GIVEN_BY:
            found = _phrase_right(tokens, at + 1)
            if found is not None and found.root.tag_ in ("NNP", "NNPS", "NNS"):
                return found
        if word in _COUNT_NOUNS and token.dep_ == "pobj" and token.head.lower_ in ("by", "on"):
            owner = next((t for t in tree.children(token) if t.dep_ == "poss" and t.tag_ in _NOUNS), None)
            if owner is not None:
                return _phrase_left(owner)
        if word in _ESTIMATES and token.tag_ in ("VBZ", "VBD", "VBP"):
            subject = next((t for t in tree.lefts(token) if t.dep_ == "nsubj" and t.tag_ in _NOUNS), None)
            if subject is not None and (
                token.lower_ not in ("put", "puts", "counts") or _has_at(token, tree)
            ):
                return _phrase_left(subject)
    return None


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
