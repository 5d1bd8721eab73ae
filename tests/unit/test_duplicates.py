"""What is a copy and what is none, and which groups copies fall into."""

from __future__ import annotations

from datetime import date

import pytest
from duplicate_reports import report

from pipelines.resolve.duplicates import Body, is_copy, link, mark, shingles, sign, similarity

_DAY = date(2024, 5, 1)


def _body(key: str, text: str, day: date = _DAY) -> Body:
    return Body(key, f"sha of {text}", day, shingles(text))


def _marks(*bodies: Body) -> dict[str, str | None]:
    return {found.document_id: found.duplicate_of for found in mark(bodies)}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (range(20), True),
        (range(16), True),
        (range(23), True),
        ([99, *range(1, 20)], True),
        (range(40), False),
        ([*range(100, 110), *range(10)], False),
        ([*range(100, 120), 3, 7], False),
        (range(200, 220), False),
    ],
    ids=["same", "shortened", "appended", "new lead", "doubled", "half new", "shared quotes", "other"],
)
def test_what_is_a_copy(changed: range | list[int], expected: bool) -> None:
    one, other = _body("a", report(range(20))), _body("b", report(changed))
    assert is_copy(one, other) is expected
    assert (len(set(link(sign([one, other]), []).values())) == 1) is expected


def test_case_marks_and_line_breaks_do_not_matter() -> None:
    text = report(range(8))
    assert (
        similarity(_body("a", text), _body("b", text.upper().replace(".", " —").replace("\n\n", " "))) == 1.0
    )


def test_a_short_text_is_a_copy_only_of_the_same_text() -> None:
    short = report(range(3))
    assert len(short.split()) < 40
    bodies = [_body("a", short), _body("b", short), _body("c", short + " More.")]
    assert _marks(*bodies) == {"a": None, "b": "a", "c": None}
    assert len(set(link(sign(bodies), []).values())) == 2


def test_the_earliest_is_the_one_repeated() -> None:
    text = report(range(10))
    late, early = _body("a", text, date(2024, 5, 2)), _body("b", text, _DAY)
    assert _marks(late, early) == {"a": "b", "b": None}


def test_a_report_that_grows_is_not_one_group_by_the_chain_of_its_versions() -> None:
    versions = {key: _body(key, report(range(size))) for key, size in (("a", 10), ("b", 15), ("c", 23))}
    assert is_copy(versions["a"], versions["b"]) and is_copy(versions["b"], versions["c"])
    assert not is_copy(versions["a"], versions["c"])
    assert len(set(link(sign(list(versions.values())), []).values())) == 1
    assert _marks(*versions.values()) == {"a": None, "b": "a", "c": None}


def test_a_newcomer_joins_two_components() -> None:
    ten, more, most = (
        sign([_body(key, report(range(size)))])[0] for key, size in zip("bac", (10, 23, 15), strict=True)
    )
    assert not is_copy(ten.body, more.body)
    assert link([most], [ten, more]) == {"a": "a", "b": "a", "c": "a"}


def test_scripts_without_spaces_are_compared_by_character() -> None:
    text = "河川の橋が火曜日に閉鎖された。" * 2 + "町は声明で新しい橋の建設を発表した。" * 3
    assert similarity(_body("a", text), _body("b", text + "以上")) > 0.8
