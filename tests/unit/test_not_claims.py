"""Every rule of what is no claim, both ways: text it must keep out, and the nearest text it must let in."""

from __future__ import annotations

from functools import cache

import pytest

from pipelines.extract.amounts import AmountReader
from pipelines.extract.candidates import Candidate
from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.not_claims import RULES, reason, url_spans
from pipelines.extract.quantities import find_claims

# rule: (texts whose last number is that kind of thing, texts that look like it and hold one claim)
CASES: dict[str, tuple[list[str], list[str]]] = {
    "url": (["Read https://example.org/a/4500 first."], ["They read 4500 pages."]),
    "footnote_mark": (["The claim was denied.[3]"], ["The claim [of 3 men] was denied."]),
    "list_marker": (
        ["2. The army left.", "It must (1) stop and then leave.", "3 Take a walk."],
        ["2.5 tonnes were lost."],
    ),
    "ordinal": (["She scored in the 96th minute."], ["She scored after 96 minutes."]),
    "decade": (["It happened in the 1960s.", "He is in his 30s."], ["It took 30 seconds."]),
    "clock_time": (
        ["He left at 10:30.", "It fell at 11 a.m. on the base.", "The order came at 0401 GMT."],
        ["He left at 10 kilometres."],
    ),
    "date": (
        ["They met on March 29.", "They met on 29 March.", "On 11/20 they met.", "On 2019-09-01 they met."],
        ["They met 29 men in March."],
    ),
    "year": (
        [
            "They met in 2019.",
            "The 2016 vote was close.",
            "The season of 2013-14 was long.",
            "The Paris 2024 games were costly.",
        ],
        ["About 2,019 men met.", "They sent 2000 men.", "The Paris 2,024 runners left."],
    ),
    "one_of": (["One of the men left."], ["Two of the men left."]),
    "pronoun_one": (
        [
            "The one you mean left.",
            "Every one left.",
            "They left one by one.",
            "They know one another's names.",
        ],
        ["One man left.", "It took one minute."],
    ),
    "fixed_phrase": (["They stood at ground zero.", "It was a two-way race."], ["They found zero mines."]),
    "half_part": (["He was half asleep."], ["He lost half of it."]),
    "manifold": (["The aim of the law is twofold."], ["Prices rose twofold."]),
    "denied": (
        ["Not 40 but one of the men left.", "Not about 40, but one of the men left."],
        ["He is not 40 but left early.", "Some 40 but one of the men left."],
    ),
    "rate_base": (["Prices rose per 100 litres."], ["They sold 100 litres."]),
    "number_label": (
        ["It breaks Section 230.", "Flight 17 fell.", "He lost Game 7.", "He is No. 1."],
        ["He lost 7 games."],
    ),
    "address": (["He lives at 358 Long Hill Road."], ["He owns 358 long roads."]),
    "code": (
        [
            "They flew an F-16.",
            "They sell 5G phones.",
            "Many had COVID-19.",
            "Call 020 7946 0958.",
            "He saw MÃ1⁄4ller.",
        ],
        ["They sell 5 phones."],
    ),
    "title": (
        ["He saw the film 13 Hours.", "They showed “48 Hours” again."],
        ["He filmed 13 hours of it.", "They waited “48 hours” again."],
    ),
    "one_of_many": (["One full turn takes 2019 in."], ["One sailor takes over."]),
    "score": (["They won 2-0.", "Spain beat Italy 3–1."], ["They lost 2-3 men."]),
    "product_name": (
        ["She sold the Kona 14.", "The Stoxx 600 rose.", "He joined the Big 12."],
        ["In Paris 14 men rose."],
    ),
}


@cache
def _context(text: str) -> Context:
    doc = next(iter(parse([text], load_model())))
    return Context("d", text, [Paragraph(0, "body", 0, doc[:])])


def _reasons(text: str) -> list[str | None]:
    ctx = _context(text)
    reader = AmountReader(text)
    found = []
    for amount in reader.read():
        start, end = reader.lexemes[amount.first].start, reader.lexemes[amount.last].end
        span = ctx.paragraphs[0].char_span(start, end)
        found.append(reason(Candidate(amount, reader, span, url_spans(text), amount.first == 0)))
    return found


def test_every_rule_has_cases() -> None:
    assert {rule.__name__ for rule in RULES} == set(CASES)


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, (out, _) in CASES.items() for t in out])
def test_keeps_out(rule: str, text: str) -> None:
    assert not find_claims(_context(text), [], [])
    reasons = _reasons(text)
    # A code may be no number to the grammar at all (F-16): then no rule is asked.
    assert not reasons or all(reasons)


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, (_, kept) in CASES.items() for t in kept])
def test_lets_in(rule: str, text: str) -> None:
    assert len(find_claims(_context(text), [], [])) == 1


@pytest.mark.parametrize("rule", sorted(CASES))
def test_the_rule_itself_decides_one_of_its_cases(rule: str) -> None:
    assert rule in {name for text in CASES[rule][0] for name in _reasons(text)}
