"""Short answers and confirmations: what they mean lies in the question, not in their words.

PURE. "Yes, that is so", "Yes, it is true" and "confirmed the closure" of one speaker on one day are one
statement when nothing says that they answer two questions. Two answers in one report are two questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.resolve.wordings import content_words, stem, table, table_stems, tokens

_LONGEST_ANSWER = 8
# So many words, and the marks between them, are never longer; a longer text is not looked at.
_LONGEST_TEXT = 200
_ASKED = re.compile(
    r"\b(?:asked|question(?:ed|s)?|respond(?:ed|ing)|answer(?:ed|ing)?|comment(?:ed|ing))\b(?P<what>.*)",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Act:
    """An answer or a confirmation: `is_yes`, and the words that say what it is about (none: not said)."""

    is_yes: bool
    topic: tuple[str, ...]
    is_answer: bool


def answer(text: str, around: Callable[[], str]) -> Act | None:
    """A short yes or no in quotation marks; `around` gives the text beside it, with the question."""
    if len(text) > _LONGEST_TEXT:
        return None
    found = tokens(text)
    known = table("affirmation") | table("refutation") | table("answer_filler")
    if not found or len(found) > _LONGEST_ANSWER or not set(found) <= known:
        return None
    says = [w for w in found if w in table("affirmation") | table("refutation")]
    if not says:
        return None
    is_refuted = any(w in table("refutation") - {"no"} for w in says)
    is_negated = "not" in found or "n't" in found
    asked = _ASKED.search(around())
    return Act(
        is_yes="no" not in found and is_refuted == is_negated,
        topic=_topic(asked["what"]) if asked else (),
        is_answer=True,
    )


def confirmation(text: str, cue: str | None) -> Act | None:
    """Reported words that confirm or deny a thing ("confirmed the closure of the base")."""
    verb = stem((tokens(cue or "") or [""])[0])
    if verb in table_stems("confirm_cue") or "indeed" in tokens(text):
        return Act(True, _topic(text), False)
    if verb in table_stems("denial_cue"):
        return Act(False, _topic(text), False)
    return None


def _topic(text: str) -> tuple[str, ...]:
    return tuple(w for w in content_words(text) if w not in table("anaphor") and w != "indeed")
