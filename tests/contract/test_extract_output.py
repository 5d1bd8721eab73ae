"""The reference of `dateline extract` names every key of its records, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.extract.jsonl import extract_lines
from pipelines.extract.output_fields import CLAIM, CLAIM_SOMETIMES, ENTITY, EXAMPLE, QUOTE, RECORD


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    (record,) = extract_lines([json.dumps({"doc_id": "1", "text": EXAMPLE})])
    return record


def test_a_record_has_the_keys_of_the_reference(found: dict[str, Any]) -> None:
    assert list(found) == list(RECORD)
    assert [list(row) for row in found["quotes"]] == [list(QUOTE)] * len(found["quotes"])
    assert [list(row) for row in found["entities"]] == [list(ENTITY)] * len(found["entities"])
    assert found["quotes"] and found["entities"]


def test_a_claim_has_its_keys_and_a_change_the_levels_too(found: dict[str, Any]) -> None:
    boats, rents = found["claims"]
    assert list(boats) == list(CLAIM)
    assert list(rents) == [*CLAIM, *CLAIM_SOMETIMES]
    assert rents["from_to"] == [900.0, 750.0]


def test_every_offset_points_at_its_words(found: dict[str, Any]) -> None:
    for row in (*found["claims"], *found["entities"]):
        assert EXAMPLE[row["start"] : row["end"]] == row["surface"]
    for row in found["quotes"]:
        assert EXAMPLE[row["speaker_start"] : row["speaker_end"]] == row["speaker"]
        assert EXAMPLE[row["cue_start"] : row["cue_end"]] == row["cue"]
