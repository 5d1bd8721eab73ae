# ruff: noqa: E501
"""Figures over runs: ids that stay, redirects, order, size, and what holds of any claims."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

from figure_rows import figures, row, with_ids
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.model import hash_key
from pipelines.resolve.figure_reading import ClaimRow, noun_head, read_claim
from pipelines.resolve.figure_values import Amount, amount, meet, significant_digits


def dead(outlet: str, n: float, day: int = 0, **more: Any) -> ClaimRow:
    sentence = f"The blast in Port Amber killed [{n:g}] people."
    return row(outlet, day, sentence, n, **({"category": "killed", "noun": "people"} | more))


def test_a_new_figure_takes_the_hash_of_its_founding_claim() -> None:
    rows = [dead("Herald", 5), dead("Gazette", 5)]
    (figure,) = figures(rows).figures
    assert figure.figure_id == hash_key("figures", dead("Gazette", 5).claim_id)
    assert figures(reversed(rows)).figures[0].figure_id == figure.figure_id


def test_a_figure_keeps_its_id_when_an_older_document_joins_it() -> None:
    first = figures([dead("Herald", 5)])
    later = figures([*with_ids([dead("Herald", 5)], first), dead("Gazette", 5)])
    assert later.figures[0].figure_id == first.figures[0].figure_id
    assert not later.redirects


def test_of_two_figures_that_join_the_older_id_stays() -> None:
    rows = [dead("Gazette", 5, figure_id="young"), dead("Herald", 5, figure_id="old")]
    rows[0] = replace(rows[0], ingest_date=date(2031, 5, 9))
    rows[1] = replace(rows[1], ingest_date=date(2031, 5, 2))
    found = figures(rows, run_id="r2")
    assert [f.figure_id for f in found.figures] == ["old"]
    assert [(r.table_name, r.old_id, r.new_id, r.since_run_id) for r in found.redirects] == [
        ("figures", "young", "old", "r2")
    ]


def test_a_figure_that_splits_leaves_its_id_with_its_oldest_claim() -> None:
    rows = [
        dead("Gazette", 5, figure_id="one", noun="civilians"),
        dead("Herald", 9, figure_id="one", noun="soldiers"),
    ]
    found = figures(rows)
    assert found.claim_figure[rows[0].claim_id] == "one"
    assert len(set(found.claim_figure.values())) == 2
    assert not found.redirects


def test_running_again_changes_nothing() -> None:
    rows = [dead("Gazette", 5), dead("Herald", 7), dead("Mail", 9, 2), dead("Post", 40, noun="homicides")]
    first = figures(rows)
    again = figures(with_ids(rows, first))
    assert [f.figure_id for f in again.figures] == [f.figure_id for f in first.figures]
    assert again.claim_figure == first.claim_figure


def test_a_copy_is_one_source_on_the_day_of_what_it_copies() -> None:
    rows = [
        dead("Gazette", 5, source_key="agency:AFP"),
        dead("Herald", 8, 1),
        dead("Post", 8, 1),
        dead("Mail", 5, 2, source_key="agency:AFP", copy_of="Gazette-0"),
    ]
    (figure,) = figures(rows).figures
    assert (figure.best, figure.agreement, figure.method) == (8, "agree", "latest")
    assert (figure.claim_count, figure.outlet_count, figure.independent_source_count) == (4, 4, 3)


def test_a_text_counts_from_its_first_printing_also_where_the_later_one_was_read_first() -> None:
    rows = [
        dead("Gazette", 5, 0, source_key="agency:AFP", copy_of="Mail-2"),
        dead("Herald", 8, 1),
        dead("Post", 8, 2),
        dead("Mail", 5, 2, source_key="agency:AFP"),
    ]
    (figure,) = figures(rows).figures
    assert (figure.low, figure.best, figure.high, figure.agreement) == (8, 8, 8, "agree")


def test_a_lower_count_from_one_later_source_does_not_pull_the_toll_down() -> None:
    (figure,) = figures([dead("Gazette", 5), dead("Mail", 4, 2)]).figures
    assert (figure.low, figure.best, figure.high) == (4, 5, 5)
    assert (figure.agreement, figure.method) == ("conflict", "no_fall")


def test_another_death_without_a_total_prefers_no_value() -> None:
    more = row("Mail", 1, "Another [three] people died overnight.", 3, category="killed", noun="people")
    (figure,) = figures([more]).figures
    assert (figure.low, figure.best, figure.method) == (3, None, "on_top")


def test_thousands_of_claims_of_one_story_take_seconds() -> None:
    rows = []
    for n in range(3000):
        noun = ("people", "houses", "lorries", "villages")[n % 4]
        sentence = f"Officials counted [{n % 700 + 2}] {noun} in district {n % 90} after the storm."
        rows.append(row(f"outlet{n % 50}", n % 5, sentence, n % 700 + 2, noun=noun, document=f"d{n}"))
    started = time.process_time()
    found = figures(rows)
    assert time.process_time() - started < 30
    assert len(found.claim_figure) == 3000


# --- what holds of any claims --------------------------------------------------------------------

WORDS = st.sampled_from(
    ["In 2015 ", "another ", "at least ", "the toll rose to ", "up from ", "police said ", "", "not ", "so far this year "]
)  # fmt: skip


@st.composite
def any_row(draw: st.DrawFn) -> ClaimRow:
    value = draw(st.sampled_from([0, 1, 2, 3, 5, 12, 17, 100, 1960, 2000, 1e6, 2.5, -4]))
    published = draw(st.none() | st.integers(0, 6))
    outlet = draw(st.sampled_from("ABCDE"))
    dimension, unit = draw(
        st.sampled_from([("count", None), ("money", "USD"), ("duration", "week"), ("temperature", "celsius")])
    )
    sentence = (
        draw(WORDS) + f"[{value}] " + draw(st.sampled_from(["people were killed", "men", "of them died", ""]))
    )
    return row(
        outlet, published, sentence, value,
        key=f"c{draw(st.integers(0, 10**9))}", document=f"{outlet}{published}", unit=unit, unit_dimension=dimension,
        noun=draw(st.sampled_from([None, "people", "children", "soldiers", "others"])),
        category=draw(st.sampled_from([None, "killed", "injured", "people", "troops"])),
        bound=draw(st.sampled_from(["exact", "about", "at_least", "less_than", "range"])),
        relation=draw(st.sampled_from([None, "part_of", "from_to"])),
        flags=draw(st.sampled_from([(), ("additional",)])), offset=draw(st.integers(0, 500)),
    )  # fmt: skip


@given(st.lists(any_row(), min_size=1, max_size=12, unique_by=lambda r: r.claim_id))
@settings(max_examples=80, deadline=None)
def test_every_claim_is_in_one_figure_and_every_figure_holds(rows: list[ClaimRow]) -> None:
    found = figures(rows)
    assert found.claim_figure.keys() == {r.claim_id for r in rows}
    assert len({f.figure_id for f in found.figures}) == len(found.figures)
    assert {c.figure_id for c in found.claims} == {f.figure_id for f in found.figures}
    for figure in found.figures:
        assert figure.low is not None and figure.high is not None
        assert figure.low <= figure.high
        assert figure.best is None or figure.low <= figure.best <= figure.high
        assert (
            figure.agreement != "single" or figure.low == figure.high or figure.independent_source_count >= 1
        )
    for seen in found.observations:
        assert seen.low is not None and seen.high is not None and seen.low <= seen.high
        assert seen.best is None or seen.low <= seen.best <= seen.high
    assert figures(reversed(rows)).claim_figure == found.claim_figure


@given(st.text(max_size=80), st.text(max_size=20), st.integers(-5, 90), st.integers(-5, 90))
def test_reading_raises_on_no_text(sentence: str, noun: str, start: int, end: int) -> None:
    claim = ClaimRow(
        "c", "d", date(2031, 5, 1), start, end, 3, sentence=sentence, noun=noun, category="killed"
    )
    assert read_claim(claim, None).role in ("total", "part", "additional", "earlier")
    assert noun_head(noun) is None or noun_head(noun)


def of(value: float, bound: str = "exact") -> Amount:
    return amount(value, None, None, bound, False, None, "count")


@given(
    st.floats(0, 1e12), st.sampled_from(["exact", "about", "at_least", "at_most", "more_than", "less_than"])
)
def test_an_amount_allows_its_own_value(value: float, bound: str) -> None:
    assert of(value, bound).low <= value <= of(value, bound).high
    assert meet([of(value, bound), of(value)])


def test_significant_digits() -> None:
    assert [significant_digits(v) for v in (1960, 2000, 0.25, 0, 120000, 7.3e9)] == [3, 1, 2, 1, 2, 2]
