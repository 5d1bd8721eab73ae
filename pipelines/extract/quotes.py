"""Quotes of a document: who said what."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.extract.context import Context
from pipelines.model import Mention, Quote, ScareQuote


def find_quotes(ctx: Context, mentions: Sequence[Mention]) -> tuple[list[Quote], list[ScareQuote]]:
    """The quotes of a document in text order, and the marked stretches that are nobody's quote."""
    return [], []
