"""When and where a quote was said: date expressions and venues that hang on its cue.

An expression counts only when the parse hangs it on the cue itself: in "Okoro, who was elected in 2020, said
on Thursday" the year hangs on "elected". Words inside the quote never date it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from spacy.tokens import Span, Token

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import lemma
from pipelines.extract.syntax import Syntax
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
        if paragraph is None:
            continue
        syntax = paragraph.syntax
        first, last = syntax.at(quote.cue_start_char), syntax.at(quote.cue_end_char - 1)
        hanging = _hanging(syntax, first, last)
        if not hanging:
            continue
        if found := _date(ctx, syntax, syntax.root(first, last + 1), hanging, quote):
            quote.said_on, quote.said_on_precision, quote.said_on_method = (
                found.on,
                found.precision,
                found.method,
            )
        quote.venue = _venue(paragraph, first, last, quote)


def _hanging(syntax: Syntax, first: int, last: int) -> set[int]:
    """The tokens whose heads lead to the cue (tokens `first` to `last`) by nothing but phrases."""
    found: set[int] = set()
    waiting = list(range(first, min(last + 1, len(syntax))))
    while waiting:
        for child in syntax.children[waiting.pop()]:
            if syntax.deps[child] in _LINKS and child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _date(ctx: Context, syntax: Syntax, cue: int, hanging: set[int], quote: Quote) -> ResolvedDate | None:
    """The date that hangs on the cue, the nearest of several. Tokens `hanging` hang on token `cue`."""
    sentence_start, sentence_end = syntax.sentence(cue)
    base = syntax.idx[sentence_start]
    text = ctx.text[base : syntax.ends[sentence_end - 1]]
    found = []
    for start, end in find_expressions(text):
        first, last = syntax.touched(base + start, base + end)
        if first >= last or _inside(base + start, quote) or syntax.root(first, last) not in hanging:
            continue
        resolved = resolve_expression(ctx.text[base + start : base + end], ctx.published_on, "past")
        if resolved:
            found.append((abs(base + start - (quote.cue_start_char or 0)), resolved))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _inside(char: int, quote: Quote) -> bool:
    return quote.start_char <= char < quote.end_char


def _venue(paragraph: Paragraph, first: int, last: int, quote: Quote) -> str | None:
    for phrase in _phrases(paragraph, first, last):
        start = phrase.start_char + paragraph.offset
        if len(phrase.text) <= _LONGEST_VENUE and not _inside(start, quote):
            return phrase.text
    return None


def _phrases(paragraph: Paragraph, first: int, last: int) -> Iterator[Span]:
    """Prepositional phrases on the cue whose noun is a venue, in text order."""
    syntax, known = paragraph.syntax, _venues()
    for i in range(first, last + 1):
        for preposition in (c for c in syntax.children[i] if syntax.deps[c] == "prep"):
            for noun in (c for c in syntax.children[preposition] if syntax.deps[c] == "pobj"):
                token = paragraph.span[noun]
                if lemma(token) in known or token.lower_ in known:
                    yield _phrase(paragraph.span[preposition], token)


@cache
def _venues() -> frozenset[str]:
    return words("venues", "noun")


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
