"""When and where a quote was said: date expressions and venues that hang on its cue.

An expression counts only when the parse hangs it on the cue itself: in "Okoro, who was elected in 2020, said
on Thursday" the year hangs on "elected". Words inside the quote never date it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Span, Token

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import lemma
from pipelines.ingest.dates import ResolvedDate, find_expressions, resolve_expression
from pipelines.model import Quote
from pipelines.reference import words

# What may stand between a date or a venue and the verb it hangs on.
_LINKS = frozenset(
    {
        "prep",
        "pobj",
        "npadvmod",
        "advmod",
        "nmod",
        "compound",
        "nummod",
        "amod",
        "det",
        "dobj",
        "pcomp",
        "appos",
    }
)
_LONGEST_VENUE = 80


def place_quotes_in_time(ctx: Context, quotes: Sequence[Quote]) -> None:
    """Fill `said_on` (with precision and method) and `venue` of quotes whose cue says so."""
    for quote in quotes:
        if quote.cue_start_char is None or quote.cue_end_char is None or quote.is_headline:
            continue
        paragraph = ctx.paragraph_at(quote.cue_start_char)
        cue = paragraph.char_span(quote.cue_start_char, quote.cue_end_char) if paragraph else None
        if paragraph is None or cue is None:
            continue
        if found := _date(ctx, paragraph, cue, quote):
            quote.said_on, quote.said_on_precision, quote.said_on_method = (
                found.on,
                found.precision,
                found.method,
            )
        quote.venue = _venue(paragraph, cue, quote)


def _date(ctx: Context, paragraph: Paragraph, cue: Span, quote: Quote) -> ResolvedDate | None:
    sentence = cue.root.sent
    base = sentence.start_char + paragraph.offset
    found = []
    for start, end in find_expressions(sentence.text):
        span = paragraph.char_span(base + start, base + end)
        if span is None or _inside(base + start, quote) or not _hangs_on(span.root, cue):
            continue
        resolved = resolve_expression(ctx.text[base + start : base + end], ctx.published_on, "past")
        if resolved:
            found.append((abs(base + start - (quote.cue_start_char or 0)), resolved))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _inside(char: int, quote: Quote) -> bool:
    return quote.start_char <= char < quote.end_char


def _hangs_on(token: Token, cue: Span) -> bool:
    """Whether the token's heads lead to the cue by nothing but phrases."""
    while token.dep_ in _LINKS:
        token = token.head
        if cue.start <= token.i < cue.end:
            return True
    return False


def _venue(paragraph: Paragraph, cue: Span, quote: Quote) -> str | None:
    for phrase in _phrases(cue):
        start = phrase.start_char + paragraph.offset
        if len(phrase.text) <= _LONGEST_VENUE and not _inside(start, quote):
            return phrase.text
    return None


def _phrases(cue: Span) -> Iterator[Span]:
    """Prepositional phrases on the cue whose noun is a venue, in text order."""
    known = words("venues", "noun")
    for token in cue:
        for preposition in (child for child in token.children if child.dep_ == "prep"):
            for noun in (child for child in preposition.children if child.dep_ == "pobj"):
                if lemma(noun) in known or noun.lower_ in known:
                    yield _phrase(preposition, noun)


def _phrase(preposition: Token, noun: Token) -> Span:
    """The preposition and its noun phrase, without what trails behind (clauses, asides)."""
    kept = {noun.i, preposition.i, *_modifiers(noun)}
    return preposition.doc[min(kept) : max(kept) + 1]


def _modifiers(noun: Token) -> Iterable[int]:
    for child in noun.children:
        if child.dep_ in ("det", "amod", "compound", "poss", "nummod", "nmod"):
            yield from (token.i for token in child.subtree)
        elif child.dep_ == "prep" and child.lower_ in ("with", "of", "in"):
            yield from (token.i for token in child.subtree if token.dep_ not in ("relcl", "acl", "advcl"))
