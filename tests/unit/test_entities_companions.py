"""People of one name told apart, and surnames tied, by who else is named in their documents."""

from __future__ import annotations

import random
from datetime import date

import pytest
from entity_store import Store

from pipelines.resolve.fields import country_of
from pipelines.resolve.mention_rows import MentionRow

DAY = date(2026, 3, 1)


def report(number: int, name: str, role: str | None = None, beside: str = "") -> list[MentionRow]:
    """A document that names somebody, and others (by initials of a list) beside him."""
    others = {
        "a": "Rosalind Amberley", "b": "Konrad Bellweather", "c": "Tomasz Czerny", "d": "Ludmila Dvorska",
        "e": "Ferdinand Esterbrook", "n": "United Nations",
    }  # fmt: skip
    document = f"d{number}"
    rows = [MentionRow(f"{document}:0", document, DAY, 0, "PERSON", name, name, role)]
    for start, initial in enumerate(beside, 1):
        label = "ORG" if initial == "n" else "PERSON"
        rows.append(
            MentionRow(f"{document}:{start}", document, DAY, start, label, others[initial], others[initial])
        )
    return rows


def bearers(*reports: list[MentionRow], order: list[int] | None = None) -> list[str | None]:
    """The entity of the first name of each report, one run each, in this order of arrival."""
    store = Store()
    for at in order or range(len(reports)):
        store.run(*reports[at])
    return [store.of[rows[0].mention_id] for rows in reports]


def test_two_countries_and_nobody_in_common_are_two_people() -> None:
    one, other = bearers(
        report(1, "Georgi Markov", "Bulgarian minister", "ab"),
        report(2, "Georgi Markov", "Canadian envoy", "cd"),
    )
    assert one != other


def test_somebody_in_common_makes_two_countries_one_person() -> None:
    one, other = bearers(
        report(1, "Georgi Markov", "Bulgarian minister", "ab"),
        report(2, "Georgi Markov", "Canadian envoy", "bd"),
    )
    assert one == other


def test_the_whole_world_is_nobody_in_common() -> None:
    one, other = bearers(
        report(1, "Georgi Markov", "Bulgarian minister", "abn"),
        report(2, "Georgi Markov", "Canadian envoy", "cdn"),
    )
    assert one != other


@pytest.mark.parametrize("beside", ["", "c"])
def test_a_document_that_names_few_others_is_weak_evidence(beside: str) -> None:
    one, other = bearers(
        report(1, "Georgi Markov", "Bulgarian minister", "ab"),
        report(2, "Georgi Markov", "Canadian envoy", beside),
    )
    assert one == other


def test_without_a_country_other_companions_are_no_evidence_of_two() -> None:
    one, other = bearers(
        report(1, "Georgi Markov", "Bulgarian minister", "ab"), report(2, "Georgi Markov", None, "cd")
    )
    assert one == other


def test_a_name_of_two_people_is_the_one_whose_companions_are_named() -> None:
    found = bearers(
        report(1, "Georgi Markov", "Bulgarian minister", "ab"),
        report(2, "Georgi Markov", "Canadian envoy", "cd"),
        report(3, "Georgi Markov", None, "abe"),
        report(4, "Georgi Markov", None, "e"),
        report(5, "Georgi Markov", None, "abcd"),
    )
    assert found[2] == found[0] != found[1]
    assert found[3] is None
    assert found[4] is None


def test_a_document_that_names_both_countries_companions_joins_them() -> None:
    found = bearers(
        report(1, "Georgi Markov", "Bulgarian minister", "ab"),
        report(2, "Georgi Markov", "Canadian envoy", "cd"),
        report(3, "Georgi Markov", "Canadian envoy", "ac"),
    )
    assert found[0] == found[1] == found[2] is not None


def test_a_surname_of_two_is_the_bearer_whose_companions_are_named() -> None:
    found = bearers(
        report(1, "Ada Lovelace", None, "ab"),
        report(2, "Ralph Lovelace", None, "cd"),
        report(3, "Lovelace", None, "abe"),
        report(4, "Lovelace", None, "cde"),
    )
    assert found[2:] == found[:2]


@pytest.mark.parametrize("beside", ["", "e", "a", "ac", "abcd"])
def test_a_surname_of_two_stays_open_on_weak_evidence(beside: str) -> None:
    found = bearers(
        report(1, "Ada Lovelace", None, "ab"),
        report(2, "Ralph Lovelace", None, "cd"),
        report(3, "Lovelace", None, beside),
    )
    assert found[2] is None


def test_later_companions_settle_an_older_surname() -> None:
    found = bearers(
        report(1, "Ada Lovelace"), report(2, "Ralph Lovelace"), report(3, "Lovelace", None, "ab"),
        report(4, "Ada Lovelace", None, "a"), report(5, "Ada Lovelace", None, "b"),
    )  # fmt: skip
    assert found[2] == found[0]


def test_told_apart_in_a_later_run_and_joined_again() -> None:
    store = Store()
    store.run(*report(1, "Georgi Markov", "Bulgarian minister", "ab"))
    store.run(*report(2, "Georgi Markov", "Canadian envoy", "cd"))
    first, second = store.of["d1:0"], store.of["d2:0"]
    store.run(*report(3, "Georgi Markov", "Canadian envoy", "ac"))
    assert store.of["d1:0"] == store.of["d2:0"] == first != second
    assert store.redirects[str(second)] == first


REPORTS = [
    (name, role, beside)
    for name in ("Georgi Markov", "Georgy Markov", "Markov")
    for role in (None, "Bulgarian minister", "Canadian envoy", "King of Spain")
    for beside in ("", "ab", "bc", "cd", "de", "abcd")
    if not (role and name == "Markov")
] + [("Iva Markov", None, "ae"), ("Iva Markov", None, "d")]


@pytest.mark.parametrize("seed", range(20))
def test_order_of_arrival_does_not_matter(seed: int) -> None:
    draw = random.Random(seed)
    reports = [report(at, *draw.choice(REPORTS)) for at in range(9)]
    orders = [list(range(9)), *(draw.sample(range(9), 9) for _ in range(3))]
    outcomes = []
    for order in orders:
        store = Store()
        for at in order:
            store.run(*reports[at])
        outcomes.append(store.groups())
    at_once = Store()
    at_once.run(*[row for rows in reports for row in rows])
    assert all(outcome == at_once.groups() for outcome in outcomes)


@pytest.mark.parametrize(
    ("role", "country"),
    [
        ("Armenian Prime Minister", "AM"),
        ("Prime Minister of Georgia", "GE"),
        ("U.S. envoy to Armenia", "US"),
        ("South Korean president", "KR"),
        ("Azerbaijani and Turkish officer", None),
        ("envoy to Georgia", None),
        ("president of Artsakh", None),
        ("president", None),
        (None, None),
    ],
)
def test_country_of_a_role(role: str | None, country: str | None) -> None:
    assert country_of(role) == country
