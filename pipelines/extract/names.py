"""Entity mentions of a document: who and where (first version: the model's own entities)."""

from __future__ import annotations

from pipelines.extract.context import Context
from pipelines.model import Mention

LABELS = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"})


def find_mentions(ctx: Context) -> list[Mention]:
    """The mentions of a document in text order, spans never overlapping."""
    found = []
    for paragraph in ctx.paragraphs:
        for ent in paragraph.span.ents:
            if ent.label_ in LABELS:
                start, end = ent.start_char + paragraph.offset, ent.end_char + paragraph.offset
                found.append(
                    Mention(
                        start_char=start,
                        end_char=end,
                        surface=ctx.text[start:end],
                        segment_no=paragraph.segment_no,
                        label=ent.label_,
                        name=ctx.text[start:end],
                        method="model",
                    )
                )
    return found
