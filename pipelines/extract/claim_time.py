"""The time a number holds for: the date its sentence names nearest to it."""

from __future__ import annotations

from pipelines.extract.context import Context, Paragraph
from pipelines.ingest.dates import ResolvedDate, find_expressions, resolve_expression
from pipelines.model import NumericClaim

# A date further from its number than this belongs to another clause.
MAX_DISTANCE = 160


class TimeFinder:
    """As-of dates of one document's claims. Each paragraph's date expressions are read once."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._paragraph = -1
        self._dates: list[tuple[int, int, ResolvedDate]] = []

    def fill(self, claim: NumericClaim, paragraph: Paragraph, sentence: tuple[int, int]) -> None:
        """Set `as_of_on` and its precision and method from the sentence (document offsets)."""
        if claim.unit_dimension in ("duration", "age"):
            return
        best: tuple[int, ResolvedDate] | None = None
        for start, end, resolved in self._in(paragraph):
            if not (sentence[0] <= start and end <= sentence[1]):
                continue
            distance = max(start - claim.end_char, claim.start_char - end, 0)
            if distance <= MAX_DISTANCE and (best is None or distance < best[0]):
                best = (distance, resolved)
        if best is not None:
            claim.as_of_on = best[1].on
            claim.as_of_on_precision = best[1].precision
            claim.as_of_on_method = best[1].method

    def _in(self, paragraph: Paragraph) -> list[tuple[int, int, ResolvedDate]]:
        if self._paragraph != paragraph.start:
            self._paragraph = paragraph.start
            text = self.ctx.text[paragraph.start : paragraph.end]
            self._dates = []
            for start, end in find_expressions(text):
                resolved = resolve_expression(text[start:end], self.ctx.published_on)
                if resolved is not None:
                    self._dates.append((paragraph.start + start, paragraph.start + end, resolved))
        return self._dates
