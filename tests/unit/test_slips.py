"""Names one slip apart share a bucket, whatever the slip; names apart share none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.resolve.entity_groups import are_slips
from pipelines.resolve.name_keys import NameKey, block_keys, key_of, probe_keys
from pipelines.resolve.slips import near_slips


def person(surname: str) -> NameKey:
    return key_of("person", f"Maria {surname}")


@pytest.mark.parametrize(
    "slip", ["Bowalska", "Kowalsko", "Kowlaska", "Kowarlska", "Kowaska", "Komwalska", "owalska"]
)
def test_one_slip_is_found(slip: str) -> None:
    name, other = person("Kowalska"), person(slip.capitalize())
    assert are_slips(name, other)
    assert set(probe_keys(name)) & set(block_keys(other))
    assert near_slips([name, other]) == {("person", name.form): {("person", other.form)},
                                         ("person", other.form): {("person", name.form)}}  # fmt: skip


@pytest.mark.parametrize("other", ["Kowenska", "Nowakowa", "Kowalczyk", "Wolska"])
def test_names_two_slips_apart_are_not_compared(other: str) -> None:
    assert near_slips([person("Kowalska"), person(other)]) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abk", min_size=6, max_size=8), min_size=2, max_size=12, unique=True))
def test_no_pair_is_missed(surnames: list[str]) -> None:
    keys = [person(surname.capitalize()) for surname in surnames]
    near = near_slips(keys)
    for one in keys:
        for other in keys:
            if one.form != other.form and are_slips(one, other):
                assert (other.family, other.form) in near[one.family, one.form]
