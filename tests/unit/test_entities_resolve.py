"""Resolution across documents: ids for life, redirects, short names, metonyms, and the order of arrival."""

from __future__ import annotations

import random
from datetime import date

import pytest
from entity_store import Store

from pipelines.resolve.entities import resolve_entities
from pipelines.resolve.mention_rows import MentionRow, founding_id

DAY, NEXT_DAY = date(2026, 3, 1), date(2026, 3, 2)


def row(document: str, name: str | None, label: str = "PERSON", start: int = 0, **more: object) -> MentionRow:
    surface = str(more.pop("surface", name))
    day = more.pop("day", DAY)
    return MentionRow(f"{document}:{start}", document, day, start, label, surface, name, **more)  # type: ignore[arg-type]


def test_id_is_the_hash_of_the_lowest_mention() -> None:
    rows = [
        row("b", "Ada Lovelace", start=4),
        row("a", "Ada Lovelace", start=9),
        row("a", "Ada Lovelace", start=3),
    ]
    found = resolve_entities(rows, [], [])
    assert [e.entity_id for e in found.entities] == [founding_id("a", 3, "Ada Lovelace")]
    assert {link.entity_id for link in found.mention_entity.values()} == {founding_id("a", 3, "Ada Lovelace")}


def test_a_later_run_keeps_the_id_whatever_its_document_is_called() -> None:
    store = Store()
    store.run(row("m", "Ada Lovelace"))
    first = store.of["m:0"]
    store.run(row("a", "Ada Lovelace", day=NEXT_DAY))
    assert store.of["a:0"] == first == founding_id("m", 0, "Ada Lovelace")


def test_another_name_at_a_founding_place_takes_no_living_id() -> None:
    store = Store()
    store.run(row("d1", "Ines Okoro"), row("d2", "Ines Okoro", start=5))
    store.run(row("d1", "Karel Brandt"))
    assert store.of["d1:0"] != store.of["d2:5"]
    assert {e.name for e in store.entities.values()} == {"Ines Okoro", "Karel Brandt"}


def test_two_known_entities_that_join_leave_a_redirect_to_the_older() -> None:
    store = Store()
    store.run(row("a", "Jonathan Harrington"))
    store.run(row("b", "Jonathan Harringtan", day=NEXT_DAY))
    assert store.of["a:0"] != store.of["b:0"]
    old = store.of["b:0"]
    store.run(row("c", "Jonathan Harrington", day=NEXT_DAY))
    assert store.of["b:0"] == store.of["a:0"] == store.of["c:0"]
    assert store.redirects == {old: store.of["a:0"]}


def test_two_people_of_one_name_are_kept_apart_by_what_they_do() -> None:
    store = Store()
    store.run(
        row("a", "Steve Hart", role_text="Arsenal striker"),
        row("b", "Steve Hart", role_text="Republican senator"),
    )
    assert store.of["a:0"] != store.of["b:0"]
    store.run(row("c", "Steve Hart", day=NEXT_DAY, role_text="Senator"))
    assert store.of["c:0"] == store.of["b:0"]


def test_a_former_player_may_be_the_minister() -> None:
    store = Store()
    store.run(
        row("a", "Steve Hart", role_text="former footballer"), row("b", "Steve Hart", role_text="minister")
    )
    assert store.of["a:0"] == store.of["b:0"]


def test_a_surname_alone_is_its_one_known_bearer() -> None:
    store = Store()
    store.run(row("a", "Ada Lovelace"))
    store.run(row("b", "Lovelace", day=NEXT_DAY))
    assert store.of["b:0"] == store.of["a:0"]


def test_a_surname_alone_with_two_bearers_stays_null() -> None:
    store = Store()
    store.run(row("a", "Ada Lovelace"), row("b", "Ralph Lovelace"))
    store.run(row("c", "Lovelace", day=NEXT_DAY))
    assert store.of["c:0"] is None


def test_a_surname_waits_for_its_bearer_and_keeps_its_id() -> None:
    store = Store()
    store.run(row("a", "Lovelace"))
    waiting = store.of["a:0"]
    assert waiting is not None
    store.run(row("b", "Ada Lovelace", day=NEXT_DAY))
    assert store.of["a:0"] == store.of["b:0"] == waiting
    assert store.entities[waiting].name == "Ada Lovelace"


def test_an_acronym_is_carried_over_the_corpus() -> None:
    store = Store()
    store.run(row("a", "Union of Rural Beekeepers", "ORG"),
              row("a", "Union of Rural Beekeepers", "ORG", 30, surface="URB"))  # fmt: skip
    store.run(row("b", "URB", "ORG", day=NEXT_DAY))
    assert store.of["b:0"] == store.of["a:0"]


def test_ambiguity_within_a_document_stays_null() -> None:
    found = resolve_entities([row("a", None, surface="Bush")], [], [])
    assert found.mention_entity["a:0"].entity_id is None
    assert found.entities == []


def test_a_metonym_points_at_the_government_and_keeps_the_place() -> None:
    store = Store()
    found = store.run(row("a", "Moscow", "GPE", is_metonym=True), row("a", "Moscow", "GPE", 50))
    link = found.mention_entity["a:0"]
    assert link.is_metonym
    assert store.entities[link.entity_id or ""].name == "Government of Russia"
    assert store.entities[link.entity_id or ""].entity_type == "organization"
    assert link.literal_entity_id == found.mention_entity["a:50"].entity_id
    assert store.entities[link.literal_entity_id or ""].latitude == pytest.approx(55.75, abs=0.2)


def test_a_body_with_a_name_of_its_own_has_a_parent() -> None:
    store = Store()
    store.run(row("a", "Kremlin", "ORG"), row("a", "White House", "ORG", 30))
    by_name = {e.name: e for e in store.entities.values()}
    assert by_name["Kremlin"].parent_entity_id == by_name["Government of Russia"].entity_id
    assert by_name["White House"].parent_entity_id == by_name["Government of the United States"].entity_id


def test_no_alias_is_lost_when_entities_join() -> None:
    store = Store()
    store.run(row("a", "Jonathan Harrington"), row("b", "Jonathan Harringtan"))
    store.run(row("c", "Jonathan Harrington", day=NEXT_DAY))
    assert {alias for _, alias in store.aliases} == {"Jonathan Harrington", "Jonathan Harringtan"}
    assert {entity for entity, _ in store.aliases} == set(store.entities)


PEOPLE = ("Ada Lovelace", "Sergei Lavrov", "Sergey Lavrov", "Hikmet Hajiyev", "Hikmat Hajiev", "John Kerry")
PEOPLE += ("John F. Kerry", "Bill Clinton", "Hillary Clinton", "Kerry")
PLACES = ("Kyiv", "Kiev", "Artsakh", "Nagorno-Karabakh", "Testford")
BODIES = ("UN", "United Nations", "Acme Corp", "Kremlin", "Russian Defense Ministry")
BODIES += ("Ministry of Defence of Russia",)
NAMES = [("PERSON", n) for n in PEOPLE] + [("GPE", n) for n in PLACES] + [("ORG", n) for n in BODIES]


@pytest.mark.parametrize("seed", range(8))
def test_another_order_of_arrival_gives_the_same_membership(seed: int) -> None:
    draw = random.Random(seed)
    documents = [[draw.choice(NAMES) for _ in range(3)] for _ in range(12)]
    outcomes = []
    for order in range(3):
        arrival = list(range(len(documents)))
        if order:
            random.Random(seed + 100 * order).shuffle(arrival)
        store = Store()
        for step in range(0, len(arrival), 4):
            rows = [
                row(f"d{i:02}", name, label, start, day=date(2026, 3, 1 + step))
                for i in arrival[step : step + 4]
                for start, (label, name) in enumerate(documents[i])
            ]
            store.run(*rows)
        outcomes.append(store.groups())
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_the_same_order_gives_the_same_ids() -> None:
    rows = [row(f"d{i}", name, label, i) for i, (label, name) in enumerate(NAMES)]
    first, second = resolve_entities(rows, [], []), resolve_entities(list(reversed(rows)), [], [])
    assert first.mention_entity == second.mention_entity
    assert first.entities == second.entities


def test_a_slip_of_two_known_names_stays_apart_when_a_third_comes() -> None:
    store = Store()
    store.run(*(row(d, "Maria Bowalska") for d in "ab"), *(row(d, "Maria Kowalsko") for d in "cd"))
    store.run(row("e", "Maria Kowalska"))
    rare = store.of["e:0"]
    store.run(*(row(d, "Maria Koxalska") for d in "fg"))
    assert store.of["e:0"] == rare
    assert rare not in {store.of[f"{d}:0"] for d in "abcdfg"}
