"""Which language a text is written in, or None where too little is said to tell."""

from __future__ import annotations

from functools import cache
from typing import Any

# Below this many letters the detector guesses: names and numbers look alike everywhere.
MIN_LETTERS = 60
# Characters looked at: a report is in one language, and its opening says which, mostly a short one.
OPENING_CHARS, MAX_CHARS = 1_000, 4_000
# Least probability for an answer, and for one that contradicts what the page says of itself.
SURE, VERY_SURE = 0.8, 0.99
# Least probability at which the short opening is enough.
CLEAR = 0.999


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _has_letters(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= MIN_LETTERS


def detect_language(text: str, stated: str | None = None) -> str | None:
    """The ISO 639-1 code of the text's language. What its page states stands unless it is wrong.

    None where nothing is stated and the text is short or mixed.
    """
    sample = text[:MAX_CHARS]
    if not _has_letters(sample[: 4 * MIN_LETTERS]) and not _has_letters(sample):
        return stated
    code, probability = _identifier().classify(sample[:OPENING_CHARS])
    if probability < CLEAR and len(sample) > OPENING_CHARS:
        code, probability = _identifier().classify(sample)
    if stated and code != stated:
        return str(code) if probability >= VERY_SURE else stated
    return str(code) if probability >= SURE else stated
