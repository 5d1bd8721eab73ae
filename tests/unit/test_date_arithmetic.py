"""Durations and ages against dates: what agrees, what conflicts, and what cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from pipelines.ingest.dates import find_expressions, resolve_expression
from pipelines.model import FigureDateCheck
from pipelines.resolve.date_arithmetic import DateSpan, Embed, check_dates
from pipelines.resolve.figure_reading import ClaimRow
from pipelines.resolve.vectors import Vectors, embed

DAY = date(2031, 9, 15)


@dataclass(frozen=True)
class Told:
    """A sentence of one report; its duration or age, if it has one, in brackets."""

    sentence: str
    value: float = 0
    unit: str | None = None
    bound: str = "exact"
    dimension: str = "duration"
    names: frozenset[str] = frozenset()


def check(told: Sequence[Told], day: date = DAY, embed: Embed = embed) -> list[FigureDateCheck]:
    """Each sentence is a report of its own, printed on `day`."""
    rows, dates, published = [], [], {}
    for n, one in enumerate(told):
        plain, document = one.sentence.replace("[", "").replace("]", ""), f"d{n}"
        published[document] = day
        if found := re.search(r"\[(.*?)\]", one.sentence):
            rows.append(
                ClaimRow(
                    claim_id=f"c{n}", document_id=document, ingest_date=day, start_char=found.start(),
                    end_char=found.end() - 2, value=one.value, unit=one.unit, bound=one.bound,
                    unit_dimension=one.dimension, sentence=plain, names=one.names,
                )
            )  # fmt: skip
        for a, b in find_expressions(plain):
            resolved = resolve_expression(plain[a:b], day)
            if resolved is not None and resolved.method == "absolute":
                dates.append(
                    DateSpan(document, f"s{n}", a, b, plain[a:b], resolved.on, resolved.precision, plain, 0,
                             one.names)
                )  # fmt: skip
    people = frozenset(name for one in told for name in one.names)
    return check_dates(rows, dates, {r.claim_id: "f" for r in rows}, published, embed, people)


def verdicts(told: Sequence[Told]) -> list[str]:
    return [c.verdict for c in check(told)]


BLOCKADE = "The army imposed the blockade of the island on 12 December {year}."


@pytest.mark.parametrize(
    ("months", "year", "expected"), [(9, 2030, "agree"), (4, 2030, "conflict"), (20, 2030, "conflict")]
)
def test_time_that_has_passed_against_a_beginning(months: int, year: int, expected: str) -> None:
    told = [
        Told(f"[{months} months] into the blockade, the shops of the island are empty.", months, "month"),
        Told(BLOCKADE.format(year=year)),
    ]
    (found,) = check(told)
    assert found.verdict == expected
    assert found.expected_low is not None and 9 < found.expected_low < 9.2
    assert (found.claim_id, found.document_id) == ("c0", "d1")
    assert "2030-12-12" in (found.evidence or "")


def test_two_beginnings_that_decide_differently_decide_nothing() -> None:
    told = [
        Told("[Nine months] into the blockade, the shops of the island are empty.", 9, "month"),
        Told(BLOCKADE.format(year=2030)),
        Told("The blockade of the northern port began on 3 June 2030."),
    ]
    assert verdicts(told) == []


def test_another_things_beginning_is_not_compared() -> None:
    told = [
        Told("[Nine months] into the blockade, the shops of the island are empty.", 9, "month"),
        Told("The minister took office on 3 March 2031."),
    ]
    assert verdicts(told) == []


def test_a_number_of_another_size_is_of_something_else() -> None:
    told = [
        Told("[Three days] into the blockade, ships turned back.", 3, "day"),
        Told(BLOCKADE.format(year=2030)),
    ]
    assert verdicts(told) == []


RAID = "In May 2030, in a swift [{n}-day] raid, the army took the northern pass."


@pytest.mark.parametrize(("n", "expected"), [(3, "agree"), (2, "open"), (6, "conflict")])
def test_first_and_last_day_of_an_event(n: int, expected: str) -> None:
    told = [
        Told(RAID.format(n=n), n, "day"),
        Told("On 19-21 May 2030 the army took the pass in a swift raid."),
    ]
    (found,) = check(told)
    assert (found.verdict, found.expected_low, found.expected_high) == (expected, 1, 3)
    assert (found.start_char, found.end_char) == (3, 17)


def test_two_dates_with_words_between_are_a_range() -> None:
    told = [
        Told("In 2030, a [six-week] siege of the northern pass ended in a truce.", 6, "week"),
        Told("The siege of the pass lasted from 27 September 2030 to 10 November 2030."),
    ]
    assert verdicts(told) == ["agree"]


@pytest.mark.parametrize(("whole", "expected"), [(5, "agree"), (8, "conflict")])
def test_what_is_left_and_the_whole(whole: int, expected: str) -> None:
    told = [
        Told("The observers were to stay on the border for [another year and a half].", 1.5, "year"),
        Told(f"The observers were meant to stay on the border for [{whole} years].", whole, "year"),
        Told("The observers were first sent to the border in March 2028."),
    ]
    (found,) = check(told)
    assert (found.claim_id, found.other_claim_id, found.verdict) == ("c1", "c0", expected)


@pytest.mark.parametrize(("age", "expected"), [(51, "agree"), (50, "open"), (44, "conflict")])
def test_an_age_against_a_birth(age: int, expected: str) -> None:
    who = frozenset({"e1"})
    told = [
        Told(f"Anna Berg, [{age}], has led the union for years.", age, "year", "exact", "age", who),
        Told("Berg, born on 2 June 1980, began as a welder.", names=who),
    ]
    assert verdicts(told) == [expected]


def test_an_age_among_two_people_is_nobodys() -> None:
    told = [
        Told("Berg and Holm, [51], lead it.", 51, "year", "exact", "age", frozenset({"e1", "e2"})),
        Told("Berg, born on 2 June 1970, began as a welder.", names=frozenset({"e1"})),
    ]
    assert verdicts(told) == []


def test_many_durations_of_one_story_cost_little() -> None:
    """Each sentence is embedded once, however many are compared."""
    left = Told("The observers were to stay on the border for [another two years].", 2, "year")
    whole = Told("The observers were meant to stay on the border for [5 years].", 5, "year")
    asked: list[int] = []

    def counting(texts: Sequence[str]) -> Vectors:
        asked.append(len(texts))
        return embed(texts)

    begun = Told("The observers were first sent to the border in March 2028.")
    found = check([left, whole] * 150 + [begun], embed=counting)
    assert asked == [2]
    assert len({c.claim_id for c in found}) == len(found) == 150
