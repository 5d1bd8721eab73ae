"""Mentions of invented reports: what is found, what it is called, what it is short for."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Mention, Segment


def find(text: str, *roles: str) -> list[Mention]:
    """Mentions of the text; with roles, each line is a segment of that role."""
    segments, start = None, 0
    if roles:
        segments = []
        for number, (role, line) in enumerate(zip(roles, text.split("\n"), strict=True)):
            segments.append(
                Segment(
                    segment_no=number, role=role, start_char=start, end_char=start + len(line), surface=line
                )
            )
            start += len(line) + 1
    return next(extract([SourceText("d", text, segments)])).mentions


def named(text: str, *roles: str) -> list[tuple[str, str]]:
    return [(m.surface, m.label) for m in find(text, *roles)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Officials met in the Republic of Moldova.", [("Republic of Moldova", "GPE")]),
        ("Georgia's leaders and Moldova’s leaders met.", [("Georgia", "GPE"), ("Moldova", "GPE")]),
        ("The pro-Ankara militia left the Moscow-led alliance.", [("Ankara", "GPE"), ("Moscow", "GPE")]),
        ("Azeris and Armenians live there.", [("Azeris", "NORP"), ("Armenians", "NORP")]),
        ("The Latvian Ministry of Transport closed it.", [("Latvian Ministry of Transport", "ORG")]),
        (
            "The Ministries of Health of Chile and Peru agreed.",
            [("Ministries of Health of Chile and Peru", "ORG")],
        ),
        ("He studied the First Chechen War in detail.", [("First Chechen War", "EVENT")]),
        ("They fled along the Suwalki corridor on foot.", [("Suwalki corridor", "FAC")]),
        (
            "Both signed the trilateral statement dated May 3, 2019.",
            [("trilateral statement dated May 3, 2019", "LAW")],
        ),
        ("Trade with the West has grown.", [("the West", "LOC")]),
        ("It cost US$ 20 in Peru.", [("Peru", "GPE")]),
    ],
)  # fmt: skip
def test_names_of_tables_and_patterns(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


def test_office_holder_behind_a_body_with_a_long_name() -> None:
    text = "The deputy head of the Senate Committee on Trade Affairs Maria Lindqvist resigned."
    assert ("Senate Committee on Trade Affairs", "ORG") in named(text)
    assert ("Maria Lindqvist", "PERSON") in named(text)


def test_title_and_name_apart() -> None:
    found = {m.surface: m for m in find("This was said by the President of Latvia Janis Kalnins on Monday.")}
    assert found["Latvia"].label == "GPE"
    assert found["Janis Kalnins"].role_text == "President of Latvia"


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Prime Minister Anna Berg spoke in Oslo.", "Anna Berg", "Prime Minister"),
        ("Norwegian Prime Minister Anna Berg spoke.", "Anna Berg", "Norwegian Prime Minister"),
        ("Anna Berg, a foreign policy adviser, spoke.", "Anna Berg", "foreign policy adviser"),
        ("Anna Berg spoke in Oslo on Monday.", "Anna Berg", None),
    ],
)
def test_role_beside_the_name(text: str, name: str, role: str | None) -> None:
    assert {m.surface: m.role_text for m in find(text)}[name] == role


def test_surname_and_acronym_are_short_for_what_was_named_in_full() -> None:
    text = (
        "Anna Berg leads the Baltic Ferry Workers Association (BFWA).\n"
        "Berg said the BFWA would strike. The BFWA has asked for talks."
    )
    names = {(m.surface, m.name) for m in find(text)}
    assert ("Berg", "Anna Berg") in names
    assert ("BFWA", "Baltic Ferry Workers Association") in names


def test_a_surname_that_two_bear_is_nobodys() -> None:
    text = "Anna Berg met Karl Berg in Oslo.\nLater Berg said she was glad."
    assert [m.name for m in find(text) if m.surface == "Berg"] == [None]


def test_a_surname_is_its_bearers_until_another_is_introduced() -> None:
    text = "Anna Berg spoke in Oslo.\nBerg said she was glad.\nHer brother Karl Berg was there."
    assert [m.name for m in find(text) if m.surface == "Berg"] == ["Anna Berg"]


def test_headline_has_only_names_that_the_body_confirms() -> None:
    text = "Ferry Peacekeepers Leave Gdansk, Berg Confirms\nAnna Berg said ferries would leave Gdansk."
    assert [m.surface for m in find(text, "title", "body") if m.segment_no == 0] == ["Gdansk", "Berg"]


def test_menu_and_list_confirm_by_what_a_name_names() -> None:
    text = "US and Peru\nThe United States signed the deal with Oslo."
    assert [m.surface for m in find(text, "list_item", "body") if m.segment_no == 0] == ["US"]


def test_byline_and_credit() -> None:
    text = "By Anna Berg and Karl Holm\nThe ferry left on Monday.\n(AFP, Reuters)"
    assert named(text, "byline", "body", "credit") == [
        ("Anna Berg", "PERSON"), ("Karl Holm", "PERSON"), ("AFP", "ORG"), ("Reuters", "ORG"),
    ]  # fmt: skip


def test_caption_glued_to_its_credit() -> None:
    text = "Ferries waiting for PolesImage: Anna Berg/REUTERS\nThe ferry took Poles home."
    assert named(text, "caption", "body")[:3] == [
        ("Poles", "NORP"),
        ("Anna Berg", "PERSON"),
        ("REUTERS", "ORG"),
    ]


@pytest.mark.parametrize(
    ("text", "is_metonym"),
    [
        ("Moscow said the talks had failed.", True),
        ("The deal was rejected by Moscow.", True),
        ("The talks in Moscow failed.", False),
        ("Moscow is a large city.", False),
    ],
)
def test_a_capital_that_speaks_or_decides(text: str, is_metonym: bool) -> None:
    found = [m for m in find(text) if m.surface == "Moscow"]
    assert [(m.label, m.is_metonym) for m in found] == [("GPE", is_metonym)]


def test_a_word_that_the_text_also_writes_small_is_no_name() -> None:
    text = "Peacekeepers stood by the road. The peacekeepers left Oslo. Peacekeepers came back."
    assert named(text) == [("Oslo", "GPE")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LIMA/QUITO (Agency) - Talks went on.", [("LIMA", "GPE"), ("QUITO", "GPE")]),
        ("Shares of Holm Harbour Group Inc rose.", [("Holm Harbour Group Inc", "ORG")]),
        ("The Institute of Ports and Ferries closed.", [("Institute of Ports and Ferries", "ORG")]),
        ("Fans of the Northern League on Sunday left.", [("Northern League", "ORG")]),
        ("The Ankara-led Ferry Alliance met.", [("Ankara", "GPE"), ("Ferry Alliance", "ORG")]),
        ("He remembered World War II well.", [("World War II", "EVENT")]),
    ],
)  # fmt: skip
def test_spans_of_longer_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


def test_role_of_somebody_else_is_not_the_names() -> None:
    text = "Anna Berg, Vice President Karl Holm and others met in Oslo."
    found = {m.surface: m.role_text for m in find(text)}
    assert found["Anna Berg"] is None
    assert found["Karl Holm"] == "Vice President"
