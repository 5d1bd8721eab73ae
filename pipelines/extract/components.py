"""The extractors as spaCy components: `dateline_names`, `dateline_quotes`, `dateline_quantities`.

Findings go to `doc._.dateline_mentions`, `doc._.dateline_quotes`, `doc._.dateline_scare_quotes` and
`doc._.dateline_claims` (rows of `pipelines.model`) and, as spans, to `doc.spans["dateline_quotes"]` and
so on. Use: `nlp.add_pipe("dateline_quotes")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipelines.extract import names as names_module
from pipelines.extract import quantities as quantities_module
from pipelines.extract import quotes as quotes_module
from pipelines.extract.context import Context, Paragraph
from pipelines.extract.extractor import lines
from pipelines.model import SpanRow

for _name in ("mentions", "quotes", "scare_quotes", "claims"):
    if not Doc.has_extension(f"dateline_{_name}"):
        Doc.set_extension(f"dateline_{_name}", default=None)


def _context(doc: Doc) -> Context:
    paragraphs = []
    for number, (start, end) in enumerate(lines(doc.text)):
        span = doc.char_span(start, end, alignment_mode="contract")
        if span is not None:
            paragraphs.append(Paragraph(number, "body", span.start_char, span))
    return Context("", doc.text, paragraphs)


def _keep(doc: Doc, name: str, rows: Sequence[SpanRow]) -> None:
    doc._.set(f"dateline_{name}", list(rows))
    spans = (doc.char_span(r.start_char, r.end_char, alignment_mode="expand") for r in rows)
    doc.spans[f"dateline_{name}"] = [span for span in spans if span is not None]


def _mentions(doc: Doc, ctx: Context) -> list[Any]:
    if doc._.dateline_mentions is None:
        _keep(doc, "mentions", names_module.find_mentions(ctx))
    return list(doc._.dateline_mentions)


def _quotes(doc: Doc, ctx: Context) -> list[Any]:
    if doc._.dateline_quotes is None:
        found, scare = quotes_module.find_quotes(ctx, _mentions(doc, ctx))
        _keep(doc, "quotes", found)
        _keep(doc, "scare_quotes", scare)
    return list(doc._.dateline_quotes)


@Language.component("dateline_names")
def names(doc: Doc) -> Doc:
    """Mentions of the document, in `doc._.dateline_mentions`."""
    _mentions(doc, _context(doc))
    return doc


@Language.component("dateline_quotes")
def quotes(doc: Doc) -> Doc:
    """Quotes and scare quotes of the document, in `doc._.dateline_quotes`."""
    _quotes(doc, _context(doc))
    return doc


@Language.component("dateline_quantities")
def quantities(doc: Doc) -> Doc:
    """Numeric claims of the document, in `doc._.dateline_claims`."""
    ctx = _context(doc)
    _keep(doc, "claims", quantities_module.find_claims(ctx, _mentions(doc, ctx), _quotes(doc, ctx)))
    return doc
