"""What 'the country', 'the ministry', 'he' and 'it' stand for in invented reports; nothing where two fit."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import Mention, Segment


def stand_ins(text: str, segments: list[Segment] | None = None) -> list[Mention]:
    found = next(extract([SourceText("d", text, segments)])).mentions
    assert found == sorted(found, key=lambda m: m.start_char)
    return [m for m in found if m.mention_type != "name"]


def meant(text: str) -> list[tuple[str, str | None]]:
    return [(m.surface, m.name) for m in stand_ins(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Moldova held an election on Sunday. Observers praised the country.",
            [("the country", "Moldova")],
        ),
        (
            "The Latvian Ministry of Transport closed the bridge. Drivers blamed the ministry.",
            [("the ministry", "Latvian Ministry of Transport")],
        ),
        (
            "The Nordic peacekeeping contingent arrived on Monday. Villagers welcomed the contingent.",
            [],
        ),
        (
            "The Danish peacekeeping contingent arrived on Monday. Villagers welcomed the contingent.",
            [("the contingent", "Danish peacekeeping contingent")],
        ),
        ("Anna Berg arrived on Monday. She was tired.", [("She", "Anna Berg")]),
        ("Anna Berg said she was tired.", [("she", "Anna Berg")]),
        ("Mayor Karl Holm spoke first. Voters cheered the mayor.", [("the mayor", "Karl Holm")]),
    ],
)  # fmt: skip
def test_one_that_fits(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert meant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Moldova and Romania held talks. Observers praised the country.",
        "Karl Holm met Peter Lund in Oslo. He was tired.",
        "Mayor Karl Holm met Mayor Peter Lund. Voters cheered the mayor.",
        "The Ministry of Health and the Ministry of Transport differ. Drivers blamed the ministry.",
    ],
)
def test_two_that_fit_leave_the_name_open(text: str) -> None:
    assert [m.name for m in stand_ins(text)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Anna Berg arrived on Monday. He was tired.",
        "Moldova held an election. Observers praised the country that had invited them.",
        "Observers praised the country.",
        "Karl Holm was warned by a policeman. It was cold.",
        'Moldova held an election. "We praise the country," a man said.',
    ],
)
def test_none_that_fits(text: str) -> None:
    assert [m for m in stand_ins(text) if m.name] == []


@pytest.mark.parametrize("line", ["* * *", "Ferries Return To Gdansk Harbour After Storm", "---"])
def test_nothing_is_looked_for_across_a_story_break(line: str) -> None:
    assert meant("Anna Berg arrived on Monday.\nShe was tired.") == [("She", "Anna Berg")]
    assert meant(f"Anna Berg arrived on Monday.\n{line}\nShe was tired.") == []


def test_a_heading_parts_stories() -> None:
    lines = ["Anna Berg arrived on Monday.", "Weather", "She was tired."]
    segments, start = [], 0
    for number, (role, line) in enumerate(zip(("body", "heading", "body"), lines, strict=True)):
        end = start + len(line)
        segments.append(Segment(segment_no=number, role=role, start_char=start, end_char=end, surface=line))
        start = end + 1
    assert stand_ins("\n".join(lines), segments) == []


def test_mr_is_not_the_woman_of_that_name() -> None:
    found = next(extract([SourceText("d", "Anna Berg spoke in Oslo. Mr. Berg was silent.")])).mentions
    assert [m.name for m in found if m.surface == "Berg"] == ["Berg"]
