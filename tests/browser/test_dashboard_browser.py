"""The dashboard in a real browser: what is drawn, what a click reaches, and that nothing is asked outside."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
sys.path.insert(0, str(Path(__file__).parents[1]))

import dashboard_homes  # noqa: E402

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHART = "[data-testid=stVegaLiteChart] svg"
TABLE = "[data-testid=stDataFrame] canvas"
PAGES = {
    "": (CHART, TABLE),
    "figures": (CHART, TABLE),
    "statements": (".dl .card", TABLE),
    "people": (CHART, TABLE),
    "places": (CHART, TABLE),
    "reader": (".dl .doc .q", TABLE),
    "quality": (CHART,),
}


class Visit:
    """A browser's page on a running dashboard, and every address that it asked for."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.base = page, base
        self.asked: list[str] = []
        self.dialogs: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket_: self.asked.append(socket_.url))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}/{path}")
        self.page.wait_for_selector("h1")
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

    def outside(self) -> list[str]:
        own = urlsplit(self.base).netloc
        return [url for url in self.asked if urlsplit(url).netloc not in (own, "")]


def serve(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pipelines.cli", "dashboard", "--no-browser", "--port", str(port)]
    env = {**os.environ, "DATELINE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return server, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.2)
    server.kill()
    raise AssertionError("the dashboard did not start")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def visiting(chromium: Any, home: Path) -> Iterator[Visit]:
    server, base = serve(home)
    try:
        page = chromium.new_page(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(60_000)
        yield Visit(page, base)
        page.close()
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def visit(chromium: Any, sample_home: Path) -> Iterator[Visit]:
    yield from visiting(chromium, sample_home)


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
