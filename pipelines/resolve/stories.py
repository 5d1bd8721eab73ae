"""Which documents are about one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from pipelines.resolve.vectors import Vectors


@dataclass(frozen=True, slots=True)
class StoryFeatures:
    """What a document is compared with others by."""

    document_id: str
    day: date | None
    vector: Vectors


_LIKE = 0.6
_DAYS = 7


def place_documents(
    documents: Sequence[StoryFeatures], known: Sequence[tuple[str, StoryFeatures]]
) -> dict[str, str]:
    """The founding document of each document's story. `known`: founding documents with their story ids."""
    founders = list(known)
    placed = {}
    for document in documents:
        near = [
            (float(np.dot(document.vector, other.vector)), story)
            for story, other in founders
            if document.day is None or other.day is None or abs((document.day - other.day).days) <= _DAYS
        ]
        score, story = max(near, default=(0.0, ""))
        if score < _LIKE:
            story = ""
        if not story:
            founders.append((document.document_id, document))
        placed[document.document_id] = story or document.document_id
    return placed
