"""What fuzzing has found stays found: every kept input goes through its target again."""

from __future__ import annotations

from pathlib import Path

import fuzz_targets
import pytest

CORPUS = Path(__file__).with_name("corpus")
FINDS = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


def test_there_is_a_corpus_for_every_target() -> None:
    assert {path.parent.name for path in FINDS} == set(fuzz_targets.TARGETS)


@pytest.mark.parametrize("find", FINDS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_kept_input_is_read(find: Path) -> None:
    fuzz_targets.TARGETS[find.parent.name](find.read_bytes())
