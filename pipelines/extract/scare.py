"""Scare quotes and names in marks told from short quotes (first version: rules of length and place)."""

from __future__ import annotations

from pipelines.extract.passages import Marked, Passage


def reason_against(passage: Passage, marked: Marked) -> str | None:
    """Why an unattributed stretch is nobody's quote, or None where it reads as speech."""
    words = passage.paragraph.text[marked.inner_start - passage.start : marked.inner_end - passage.start]
    if len(words.split()) <= 6:
        return "short_without_speaker"
    return None
