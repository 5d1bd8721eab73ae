"""The dashboard in a real browser: what is drawn, what a click reaches, and that nothing is asked outside."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from visits import CHART, PAGES, Visit, visiting

sys.path.insert(0, str(Path(__file__).parents[1]))

import dashboard_homes


@pytest.fixture(scope="module")
def hostile_visit(
    chromium: Any, sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visit]:
    home = dashboard_homes.copy_home(sample_home, tmp_path_factory.mktemp("hostile") / "home")
    dashboard_homes.make_hostile(home)
    yield from visiting(chromium, home)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_draws_its_chart_and_table_and_asks_nothing_outside(visit: Visit, path: str) -> None:
    visit.open(path)
    for selector in PAGES[path]:
        visit.page.wait_for_selector(selector, state="attached")
    assert visit.page.locator("[data-testid=stException]").count() == 0
    assert len(visit.asked) > 5
    assert visit.outside() == []


def test_a_filter_changes_chart_table_and_address(visit: Visit) -> None:
    visit.open("people")
    chart = visit.page.locator(CHART).first
    assert "Hikmet Hajiyev" in chart.text_content()
    words = visit.page.get_by_role("searchbox").or_(visit.page.get_by_label("Words", exact=True)).first
    words.fill("Peskov")
    words.press("Enter")
    visit.page.wait_for_url("**/people?text=Peskov")
    visit.page.get_by_text("1 named speaker.").wait_for()
    visit.settle()
    visit.page.wait_for_function(
        "() => !document.querySelector('[data-testid=stVegaLiteChart] svg').textContent.includes('Hajiyev')"
    )
    assert "Dmitry Peskov" in visit.page.locator(CHART).first.text_content()
    # The address alone gives the same page.
    visit.open("people?text=Peskov")
    visit.page.get_by_text("1 named speaker.").wait_for()


def test_clicks_lead_from_a_figure_to_the_words_of_the_report(visit: Visit) -> None:
    visit.open("figures?figure_kind=In%20conflict")
    visit.page.get_by_role("button", name="Show the sentences").first.click()
    visit.page.locator(".dl blockquote mark").first.wait_for()
    marked = visit.page.locator(".dl blockquote mark").first.text_content()
    visit.page.get_by_text("Read it in the report").first.click()
    visit.page.locator(".dl .doc .hit").first.wait_for()
    assert marked in "".join(visit.page.locator(".dl .doc .hit").all_text_contents())
    assert visit.outside() == []


def test_a_click_on_a_point_opens_the_sentences(visit: Visit) -> None:
    visit.open("figures")
    visit.page.locator(f"{CHART} .mark-symbol path").first.click()
    visit.page.locator(".dl blockquote mark").first.wait_for()
    assert "figure=" in visit.page.url


def test_the_keyboard_reaches_filters_and_pages(visit: Visit) -> None:
    visit.open("figures")
    seen = set()
    for _ in range(30):
        visit.page.keyboard.press("Tab")
        seen.add(
            visit.page.evaluate(
                "(document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.textContent || '').slice(0, 60)"
            )
        )
    assert any("Statements" in name for name in seen)
    assert any("Source" in name for name in seen)
    unlabelled = visit.page.evaluate(
        """() => [...document.querySelectorAll('input:not([type=hidden])')].filter(i =>
             i.offsetParent && i.tabIndex >= 0 && !i.closest('[aria-hidden=true]')
             && !i.getAttribute('aria-label') && !i.labels?.length
             && !i.getAttribute('aria-labelledby')).length"""
    )
    assert unlabelled == 0
    levels = visit.page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=stMain] :is(h1,h2,h3)')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1


@pytest.mark.parametrize("path", PAGES)
def test_hostile_text_stays_text(hostile_visit: Visit, path: str) -> None:
    hostile_visit.open(path)
    hostile_visit.page.wait_for_timeout(300)
    assert hostile_visit.page.locator("[data-testid=stException]").count() == 0
    assert hostile_visit.dialogs == []
    assert hostile_visit.outside() == []
    foreign = hostile_visit.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] :is(script, iframe, object, base)'),
                  ...document.querySelectorAll('img:not([src^="data:"]), a[href^="javascript"]')]
                 .map(e => e.outerHTML)"""
    )
    assert foreign == []
    if path in ("statements", "reader"):
        shown = hostile_visit.page.locator("[data-testid=stMain]").inner_text()
        assert any(words in shown for words in dashboard_homes.STRINGS)
