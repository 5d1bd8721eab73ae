"""Reports made of numbered sentences, for tests of copies: equal numbers are equal sentences."""

from __future__ import annotations

import random
from collections.abc import Iterable


def report(numbers: Iterable[int], words: int = 12) -> str:
    """Sentences of `words` words each, one a line; the same number gives the same sentence."""
    return "\n\n".join(_sentence(number, words) for number in numbers)


def _sentence(number: int, words: int) -> str:
    rng = random.Random(number)
    found = ["".join(rng.choices("abcdefghilmnoprstu", k=rng.randint(3, 8))) for _ in range(words)]
    return " ".join(found).capitalize() + "."
