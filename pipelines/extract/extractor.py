"""One pass over documents: parse every paragraph once, then names, quotes and claims from the parse.

Belongs here: the order of the extractors, keys, and the link from a span to its sentence. Does not belong
here: any rule about language.
"""

from __future__ import annotations

from pipelines.extract import library  # noqa: F401

# isort: split
import bisect
import gc
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain, islice
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipelines import __version__
from pipelines.extract import names, nominals, quantities, quotes
from pipelines.extract.context import PARSED_ROLES, Context, Paragraph
from pipelines.extract.nlp import MAX_PARSE_CHARS, load_model, model_meta, parse
from pipelines.extract.occasion import place_quotes_in_time
from pipelines.model import (
    Mention,
    NumericClaim,
    Quote,
    ScareQuote,
    Segment,
    Sentence,
    SpanRow,
    row_key,
)
from pipelines.reference import data_folder

# Documents parsed together: enough to fill the model's batches, few enough to keep memory flat.
DOCUMENTS_AT_ONCE = 16


@dataclass(slots=True)
class SourceText:
    """What the extractor needs of a document. `segments` None: every line is a paragraph of body."""

    document_id: str
    text: str
    segments: Sequence[Segment] | None = None
    published_on: date | None = None


@dataclass(slots=True)
class Extraction:
    """Everything found in one document, with keys, in text order."""

    document_id: str
    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    scare_quotes: list[ScareQuote] = field(default_factory=list)
    claims: list[NumericClaim] = field(default_factory=list)


@cache
def extractor_version(model: str | None = None) -> str:
    """Dateline's version, the model's, and a digest of the rules and word tables."""
    meta = model_meta(model)
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    rules = sorted((*package.glob("ingest/*.py"), *package.glob("extract/*.py")))
    for path in (*rules, *sorted(data_folder("reference").glob("*.csv"))):
        digest.update(path.read_bytes())
    return f"{__version__}/{meta['lang']}_{meta['name']}-{meta['version']}/{digest.hexdigest()[:8]}"


def spoken_languages(model: str | None = None) -> frozenset[str]:
    """ISO 639-1 codes of the languages that the model parses; a document in another is not extracted."""
    return frozenset({str(model_meta(model)["lang"])})


def extract(sources: Iterable[SourceText], nlp: Language | None = None) -> Iterator[Extraction]:
    """Extract documents in order. Memory is bounded by `DOCUMENTS_AT_ONCE` documents."""
    pipeline = nlp or load_model()
    pending = iter(sources)
    while batch := list(islice(pending, DOCUMENTS_AT_ONCE)):
        yield from _parsed_and_extracted(batch, pipeline)
        _settle()


def _parsed_and_extracted(batch: Sequence[SourceText], nlp: Language) -> list[Extraction]:
    pieces = [list(_pieces(source)) for source in batch]
    docs = _parsed_once([piece.text for piece in chain.from_iterable(pieces)], nlp)
    parsed = [(s, _paragraphs(own, docs)) for s, own in zip(batch, pieces, strict=True)]
    with _without_collections():
        found = _extracted(parsed)
        del parsed  # the parse goes before the collector looks again
    return found


def _parsed_once(texts: Sequence[str], nlp: Language) -> Iterator[Doc]:
    """The parse of each text; one that recurs, as agency copy and standing lines do, is parsed once.

    A Doc is kept no longer than until its text comes for the last time.
    """
    docs = parse(dict.fromkeys(texts), nlp)
    left = Counter(texts)
    kept: dict[str, Doc] = {}
    for text in texts:
        doc = kept[text] if text in kept else next(docs)
        left[text] -= 1
        if left[text]:
            kept[text] = doc
        else:
            kept.pop(text, None)
        yield doc


@cache
def _settle() -> None:
    """Leave the model and the word tables, once they are read, out of every later garbage collection."""
    gc.freeze()


@contextmanager
def _without_collections() -> Iterator[None]:
    """No garbage collection while the rules are at work: nothing they make refers to itself.

    What they no longer need is gone at once, and every collection would look at all of it in vain.
    """
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()


def extract_parsed(source: SourceText, paragraphs: list[Paragraph]) -> Extraction:
    """The extractors over the paragraphs of a document already parsed."""
    return _extracted([(source, paragraphs)])[0]


def _extracted(parsed: Sequence[tuple[SourceText, list[Paragraph]]]) -> list[Extraction]:
    """The extractors over documents already parsed.

    One extractor looks at all documents before the next does: its rules and tables then stay in the
    processor's cache, which saves a twentieth of the time.
    """
    work = [
        (
            Context(s.document_id, s.text, paragraphs, s.published_on, s.segments or ()),
            Extraction(s.document_id, s.text),
        )
        for s, paragraphs in parsed
    ]
    for ctx, found in work:
        found.sentences = list(_sentences(ctx))
    for ctx, found in work:
        found.mentions = names.find_mentions(ctx)
    for ctx, found in work:
        found.quotes, found.scare_quotes = quotes.find_quotes(ctx, found.mentions)
        found.quotes = _one_a_span(found.quotes, found.document_id)
        place_quotes_in_time(ctx, found.quotes)
    for ctx, found in work:
        found.claims = quantities.find_claims(ctx, found.mentions, found.quotes)
    for ctx, found in work:
        found.mentions += nominals.find_nominals(ctx, found.mentions, found.quotes)
        found.mentions.sort(key=lambda mention: mention.start_char)
        _finish(found)
    return [found for _, found in work]


@dataclass(frozen=True, slots=True)
class _Piece:
    segment_no: int
    role: str
    start: int
    text: str


# Marks and punctuation alone have nothing to find, and cost the tokenizer time by the square of their number.
_SAYS_ANYTHING = re.compile(r"[^\W_]")
_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the lines of a text that hold anything but white space, white space trimmed."""
    for match in _LINE.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.end() - (len(line) - len(line.rstrip()))
        if end > start:
            yield start, end


def _pieces(source: SourceText) -> Iterator[_Piece]:
    if source.segments is None:
        spans = [(no, "body", a, b) for no, (a, b) in enumerate(lines(source.text))]
    else:
        spans = [
            (s.segment_no, s.role, s.start_char + a, s.start_char + b)
            for s in source.segments
            if s.role in PARSED_ROLES
            for a, b in lines(source.text[s.start_char : s.end_char])
        ]
    for no, role, start, end in spans:
        for a, b in _cuts(source.text, start, end):
            piece = source.text[a:b]
            if _SAYS_ANYTHING.search(piece):
                yield _Piece(no, role, a, piece)


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_PARSE_CHARS:
        window = text[start : start + MAX_PARSE_CHARS]
        at = max(window.rfind(". "), window.rfind("? "), window.rfind("! ")) + 1
        at = at or window.rfind(" ") or MAX_PARSE_CHARS
        at = at if at > 0 else MAX_PARSE_CHARS
        yield start, start + at
        start += at
    if end > start:
        yield start, end


def _paragraphs(pieces: list[_Piece], docs: Iterator[Doc]) -> list[Paragraph]:
    found = []
    for piece in pieces:
        doc = next(docs)
        paragraph = Paragraph(piece.segment_no, piece.role, piece.start, Span(doc, 0, len(doc)))
        paragraph.text = piece.text
        found.append(paragraph)
    return found


def _sentences(ctx: Context) -> Iterator[Sentence]:
    number = 0
    for paragraph in ctx.paragraphs:
        for first, end in paragraph.sentence_bounds():
            raw = ctx.text[first:end]
            start = first + len(raw) - len(raw.lstrip())
            surface = raw.strip()
            if surface:
                yield Sentence(
                    start_char=start,
                    end_char=start + len(surface),
                    surface=surface,
                    segment_no=paragraph.segment_no,
                    sentence_no=number,
                    method="parser",
                )
                number += 1


def _one_a_span(rows: list[Quote], document_id: str) -> list[Quote]:
    """One quote a span: where two cues claim the same words, the first found, the outer one, has them."""
    kept: dict[tuple[int, int], Quote] = {}
    for row in rows:
        kept.setdefault((row.start_char, row.end_char), row)
    for (start, end), row in kept.items():
        parent = row.parent_quote_id
        if parent is not None and parent == row_key(document_id, "quotes", start, end):
            row.parent_quote_id = None
    return list(kept.values())


def _finish(found: Extraction) -> None:
    """Fill in keys and the sentence that each span starts in."""
    document_id = found.document_id
    starts = [s.start_char for s in found.sentences]
    for sentence in found.sentences:
        sentence.document_id = document_id
        sentence.sentence_id = row_key(document_id, "sentences", sentence.start_char, sentence.end_char)
    tables: list[tuple[str, str, Sequence[SpanRow]]] = [
        ("entity_mentions", "mention_id", found.mentions),
        ("quotes", "quote_id", found.quotes),
        ("scare_quotes", "scare_quote_id", found.scare_quotes),
        ("numeric_claims", "claim_id", found.claims),
    ]
    for table, key, rows in tables:
        for row in rows:
            row.document_id = document_id
            setattr(row, key, row_key(document_id, table, row.start_char, row.end_char))
            at = bisect.bisect_right(starts, row.start_char) - 1
            if at >= 0 and row.start_char < found.sentences[at].end_char:
                row.sentence_id = found.sentences[at].sentence_id
    for quote in found.quotes:
        quote.quotation_id = quote.quotation_id or quote.quote_id


__all__ = [
    "Extraction",
    "SourceText",
    "extract",
    "extract_parsed",
    "extractor_version",
    "lines",
    "spoken_languages",
]
