"""Numeric claims of a document: how many, of what, according to whom."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.extract.context import Context
from pipelines.model import Mention, NumericClaim, Quote


def find_claims(ctx: Context, mentions: Sequence[Mention], quotes: Sequence[Quote]) -> list[NumericClaim]:
    """The numeric claims of a document in text order, spans never overlapping."""
    return []
