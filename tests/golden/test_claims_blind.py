"""News passages with every claim's fields, as written before any output was seen (`claims_blind*.txt`).

What is known to be wrong is marked in the file and must be wrong: who mends it takes the mark away.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.claims_blind import load, outcomes

FILES = sorted(Path(__file__).parent.glob("claims_blind*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_claims_are_as_a_careful_reader_expects(path: Path) -> None:
    passages = load(path)
    differences = []
    for passage, outcome in zip(passages, outcomes(passages), strict=True):
        for expected, name, is_right, got in outcome.checks:
            if is_right == (name in expected.known):
                differences.append((passage.text, expected.amount, name, got))
        differences.extend(
            (passage.text, surface, "false", None) for surface in set(outcome.false) ^ passage.known_false
        )
    assert not differences
