"""Figures by who said what when: copies, reports without a day, the only number of its kind, older events."""

from __future__ import annotations

from figure_rows import figures, members, row

from pipelines.model import Figure
from pipelines.resolve.figure_reading import ClaimRow


def dead(outlet: str, number: float, published: int | None = 0, **more: object) -> ClaimRow:
    """A toll of one report."""
    sentence = f"[{number:g}] people were killed when the roof of the market hall fell in."
    return row(outlet, published, sentence, number, **({"noun": "people", "category": "killed"} | more))


def money(outlet: str, sentence: str, number: float, published: int = 0) -> ClaimRow:
    """An amount of money; its noun differs from report to report."""
    return row(
        outlet, published, sentence, number, unit="USD", unit_dimension="money", category="money", noun=None
    )


def only(rows: list[ClaimRow]) -> Figure:
    found = figures(rows)
    assert len(found.figures) == 1, [members(found, f, rows) for f in found.figures]
    return found.figures[0]


def test_a_report_without_a_day_is_not_the_earlier_one() -> None:
    rows = [dead("Gazette", 20), dead("Herald", 20), dead("Mail", 27, None), dead("Post", 27, 1)]
    figure = only(rows)
    assert (figure.low, figure.best, figure.high, figure.agreement) == (20, 27, 27, "agree")


def test_a_change_that_no_source_tells_says_so() -> None:
    silent = figures([dead("Gazette", 20), dead("Post", 27, 1)])
    own = figures([dead("Gazette", 20), dead("Gazette", 27, 1)])
    reasons = [[c.evidence or "" for c in f.claims if c.relation == "revises"] for f in (silent, own)]
    assert [["no source says" in why for why in whys] for whys in reasons] == [[True], [False]]


def test_a_group_that_others_give_the_number_of_all_is_everybody() -> None:
    rows = [
        dead("Gazette", 19, noun="passengers"),
        dead("Herald", 28, noun="lives"),
        dead("Mail", 28, 1, noun="passengers"),
    ]
    assert only(rows).agreement == "conflict"


def test_a_group_alone_stays_a_part() -> None:
    rows = [dead("Gazette", 19, noun="passengers"), dead("Herald", 28), dead("Mail", 28, 1)]
    found = figures(rows)
    assert [c.relation for c in found.claims if c.claim_id == rows[0].claim_id] == ["part_of"]


def test_one_sum_told_as_cost_and_as_provision() -> None:
    rows = [
        money("Gazette", "It has set aside [$93 million] for the closure.", 93e6),
        money("Herald", "The firm expects costs of [$93 million].", 93e6),
    ]
    assert only(rows).agreement == "agree"


def test_two_sums_with_a_word_in_common_conflict_and_without_one_stay_apart() -> None:
    cost = money("Gazette", "Closing the works will cost [$474 million].", 474e6)
    other = money("Herald", "The firm expects costs of [$638 million].", 638e6)
    fine = money("Herald", "A court has fined its chairman [$638 million].", 638e6)
    assert only([cost, other]).agreement == "conflict"
    assert len(figures([cost, fine]).figures) == 2


def test_an_older_number_does_not_make_a_report_tell_two() -> None:
    rows = [
        row("Gazette", 0, "[1,304] workers will lose jobs.", 1304, noun="workers", category="employees"),
        row("Gazette", 0, "In 2017 the firm had cut [5,890] jobs at another mill.", 5890, noun="jobs",
            category="employees", offset=300),
        row("Herald", 1, "[1,624] jobs will be lost.", 1624, noun="jobs", category="employees"),
    ]  # fmt: skip
    found = figures(rows)
    assert sorted(members(found, f, rows) for f in found.figures) == [[1304, 1624], [5890]]


def test_what_a_sentence_brings_up_as_new_is_not_the_storys_number() -> None:
    rows = [
        row("Gazette", 0, "The march drew almost [42,000] people.", 42000, bound="about", noun="people",
            category="protesters"),
        row("Herald", 0, "A march in 2015 drew [40,228].", 40228, noun="people", category="protesters"),
    ]  # fmt: skip
    assert len(figures(rows).figures) == 2


def test_a_number_of_another_time_joins_only_what_it_does_not_contradict() -> None:
    def force(outlet: str, sentence: str, number: float, **more: object) -> ClaimRow:
        return row(outlet, 0, sentence, number, noun="soldiers", category="troops", **more)

    rows = [
        force("Gazette", "The mission on the island has [4,826] soldiers.", 4826),
        force("Herald", "The mission on the island has nearly [5,000] soldiers.", 5000, bound="about"),
        force("Mail", "In 2020, [4,717] soldiers were sent to the mission on the island.", 4717),
    ]
    found = figures(rows)
    assert sorted(members(found, f, rows) for f in found.figures) == [[4717], [4826, 5000]]
