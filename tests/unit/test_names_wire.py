"""Names as news agencies write them: datelines, sign-offs, tables, companies called by half their name."""

from __future__ import annotations

import pytest

from pipelines.extract import model_entities
from pipelines.extract.extractor import SourceText, extract


def named(text: str) -> list[tuple[str, str]]:
    mentions = next(extract([SourceText("d", text)])).mentions
    return [(m.surface, m.label) for m in mentions if m.mention_type == "name"]


def edges(text: str, label: str) -> list[tuple[str, str]]:
    """What is left of an entity that the model says is the whole text in front of a bar."""
    entity, _, rest = text.partition("|")
    return [
        (c.label, (entity + rest)[c.start : c.end])
        for c in model_entities.repaired(entity + rest, 0, len(entity), label, {})
    ]


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("LAGOS 1997-03-12|", "ORG", [("ORG", "LAGOS")]),
        ("Calif 1997-03-12|", "GPE", [("GPE", "Calif")]),
        ("Harbury Energy Desk 212-555-0123|", "ORG", [("ORG", "Harbury Energy Desk")]),
        ("the August National Survey Board|", "ORG", [("ORG", "National Survey Board")]),
        ("Saturday's World Cup| match", "EVENT", [("EVENT", "World Cup")]),
        ("Sunday Telegraph| said", "ORG", [("ORG", "Sunday Telegraph")]),
        ("August Wilson| said", "PERSON", [("PERSON", "August Wilson")]),
        ("Boeing 737-8000|", "PRODUCT", [("PRODUCT", "Boeing 737-8000")]),
        ("Norvik, Brandal and Oslund| rose", "ORG", [("ORG", "Norvik"), ("ORG", "Brandal and Oslund")]),
        ("Norvik or Brandal| rose", "ORG", [("ORG", "Norvik"), ("ORG", "Brandal")]),
        ("Norvik, Inc.| rose", "ORG", [("ORG", "Norvik, Inc.")]),
        ("Social Welfare| Minister Ada Ek left", "ORG", []),
        ("Public Service|, Labour and Social Welfare Minister Ada Ek left", "ORG", []),
        ("NATO| ministers met", "ORG", [("ORG", "NATO")]),
    ],
)  # fmt: skip
def test_edges_of_an_entity(text: str, label: str, expected: list[tuple[str, str]]) -> None:
    assert edges(text, label) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HARBURY 1997-03-12\n\nThe harbour of Harbury froze.", [("HARBURY", "GPE"), ("Harbury", "GPE")]),
        ("QUELVA, Peru, March 3 (Reuters) - It rained.", [("QUELVA", "GPE"), ("Peru", "GPE")]),
        ("GERMANY - Bunds fell late on Friday.", [("GERMANY", "GPE")]),
        ("RATES - Bunds fell late on Friday.", []),
    ],
)
def test_datelines(text: str, expected: list[tuple[str, str]]) -> None:
    found = named(text)
    assert [pair for pair in found if pair[0] in {name for name, _ in expected}] == expected
    assert not any("-" in surface or surface == "RATES" for surface, _ in found)


def test_who_sent_an_agency_report() -> None:
    text = "The bank cut its rate on Friday.\n\n-- Maria Lindqvist, Oslo Newsroom +47 22 555 123"
    assert ("Maria Lindqvist", "PERSON") in named(text)
    assert ("Oslo Newsroom", "ORG") in named(text)


def test_a_company_is_one_under_half_its_name() -> None:
    text = "Lindqvist Medical Inc said it bought a rival. Holders of Lindqvist stock will vote in May."
    assert ("Lindqvist", "ORG") in named(text)


def test_shares_make_a_company_unless_a_person_of_that_name_is_there() -> None:
    firm = "Brandal shares fell. Analysts said Brandal would cut 300 jobs."
    assert {label for surface, label in named(firm) if surface == "Brandal"} == {"ORG"}
    person = "Investor Erik Brandal sold out on Monday. Brandal shares fell. Brandal declined to comment."
    assert {label for surface, label in named(person) if surface == "Brandal"} == {"PERSON"}


def test_a_place_takes_no_label_from_what_is_sold_there() -> None:
    assert ("Russia", "GPE") in named("Russia shares fell again on Monday, traders in Moscow said.")
