"""The dashboard without a mouse, without sight, in the dark: names, keys, contrast; and its downloads."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from visits import CHART, PAGES, TABLE, Visit, visiting

sys.path.insert(0, str(Path(__file__).parents[1]))

import dashboard_homes

# What a screen reader announces, and must have something to announce by.
NAMED = {
    "button", "link", "combobox", "searchbox", "textbox", "checkbox", "radio", "spinbutton", "tab", "switch",
    "image", "img", "graphics-document", "navigation", "radiogroup", "region", "dialog", "heading",
}  # fmt: skip

# Texts too like what is behind them, and the ratio of lightness, lowest first (WCAG 2, criterion 1.4.3).
CONTRAST = """() => {
  const parse = c => { const m = (c || '').match(/[\\d.]+/g); return m ? m.map(Number) : null; };
  const over = (a, b, k) => [0, 1, 2].map(i => a[i] * k + b[i] * (1 - k));
  const light = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { const layers = [];
    for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
      if (c && (c[3] ?? 1) > 0) { layers.push(c); if ((c[3] ?? 1) === 1) break; } }
    return layers.reverse().reduce((under, c) => over(c, under, c[3] ?? 1), [255, 255, 255]); };
  const found = [];
  const root = document.querySelector('[data-testid=stMain]');
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, words = walk.currentNode.textContent.trim();
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (words.length < 2 || !box.width || style.visibility !== 'visible'
        || e.closest('canvas, button[disabled], script, style, [aria-hidden=true]')
        || e.closest('[data-testid=stIconMaterial]')
        ) continue;
    const drawn = e.closest('svg'), ink = parse(drawn ? style.fill : style.color);
    if (!ink) continue;
    let shown = (ink[3] ?? 1) * (drawn ? Number(style.fillOpacity) : 1);
    for (let a = e; a && a !== root; a = a.parentElement) shown *= Number(getComputedStyle(a).opacity);
    if (shown < 0.05) continue;
    const ground = behind(e), [x, y] = [light(over(ink, ground, shown)), light(ground)];
    const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push([Math.round(ratio * 100) / 100, words.slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 12);
}"""


@pytest.fixture(scope="module")
def dark_visit(chromium: Any, sample_home: Path) -> Iterator[Visit]:
    yield from visiting(chromium, sample_home, color_scheme="dark")


def drawn(visit: Visit, path: str) -> None:
    """Open a page and wait for its charts and tables."""
    visit.open(path)
    for selector in PAGES[path.partition("?")[0]]:
        visit.page.wait_for_selector(selector, state="attached")


def focused(visit: Visit, script: str) -> Any:
    return visit.page.evaluate(f"(e => {script})(document.activeElement)")


def tab_to(visit: Visit, script: str, most: int = 120) -> None:
    """Press Tab until `script` holds of the element `e` that has the focus."""
    for _ in range(most):
        visit.page.keyboard.press("Tab")
        if focused(visit, script):
            return
    raise AssertionError(f"Tab never reached: {script}")


@pytest.mark.parametrize("path", PAGES)
def test_what_is_announced_has_a_name_and_words_stand_out(visit: Visit, path: str) -> None:
    drawn(visit, path)
    nodes = visit.page.context.new_cdp_session(visit.page).send("Accessibility.getFullAXTree")["nodes"]
    told = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node.get("ignored") and node["role"]["value"] in NAMED
    ]
    assert len(told) > 15
    assert [role for role, name in told if not name] == []
    charts = [name for role, name in told if role == "graphics-document"]
    assert len(charts) == visit.page.locator("[data-testid=stVegaLiteChart]").count()
    tables = visit.page.locator("[data-testid=stDataFrameResizable]")
    for number in range(tables.count()):
        assert tables.nth(number).get_attribute("role") == "region"
        assert tables.nth(number).get_attribute("aria-label")
    assert visit.page.evaluate(CONTRAST) == []


def test_keys_alone_narrow_a_page_open_a_row_and_the_report(visit: Visit) -> None:
    drawn(visit, "figures?figure_kind=all")
    visit.page.evaluate("document.activeElement.blur()")
    tab_to(visit, "e.getAttribute('aria-label') === 'Words' || e.labels?.[0]?.textContent === 'Words'")
    visit.page.keyboard.type("displaced")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**text=displaced**")
    visit.settle()
    tab_to(visit, "e.tagName === 'CANVAS'")
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Shift+Space")
    visit.page.wait_for_url("**figure=**")
    visit.page.locator(".dl blockquote mark").first.wait_for()
    tab_to(visit, "e.tagName === 'A' && e.textContent.includes('Read it in the report')")
    visit.page.keyboard.press("Enter")
    visit.page.locator(".dl .doc .hit").first.wait_for()


@pytest.mark.parametrize("path", PAGES)
def test_words_stand_out_in_the_dark(dark_visit: Visit, path: str) -> None:
    drawn(dark_visit, path)
    dark_visit.page.wait_for_timeout(300)
    ground = dark_visit.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert max(int(part) for part in ground.strip("rgba()").split(",")[:3]) < 60
    assert dark_visit.page.evaluate(CONTRAST) == []


def test_what_is_downloaded_is_what_the_view_holds(visit: Visit, sample_home: Path, tmp_path: Path) -> None:
    drawn(visit, "figures?figure_kind=all&text=displaced")
    files = {}
    for kind in ("CSV", "Parquet"):
        with visit.page.expect_download() as download:
            visit.page.get_by_role("button", name=kind, exact=True).first.click()
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    assert [file.name for file in files.values()] == ["dateline-figures.csv", "dateline-figures.parquet"]
    # A copy: other tests of this process may hold the release itself open, with settings of their own.
    held = shutil.copy(sample_home / "current" / "dateline.duckdb", tmp_path / "held.duckdb")
    with duckdb.connect(str(held), read_only=True) as release:
        there = release.execute(
            """SELECT * EXCLUDE (prominence, words) FROM marts.figure_list
               WHERE concat_ws(' ', label, place, category, story) ILIKE '%displaced%'
               ORDER BY figure_id"""
        )
        columns = [column[0] for column in there.description]
        rows = there.fetchall()
    assert 0 < len(rows) < 20
    with duckdb.connect() as connection:
        taken = connection.execute(
            "FROM read_parquet($file) ORDER BY figure_id", {"file": str(files["Parquet"])}
        )
        assert [column[0] for column in taken.description] == columns
        assert taken.fetchall() == rows
    head, *lines = csv.reader(io.StringIO(files["CSV"].read_text("utf-8-sig")))
    assert head == columns
    high, key = columns.index("high"), columns.index("figure_id")
    assert {(line[key], float(line[high])) for line in lines} == {(row[key], row[high]) for row in rows}


def test_nothing_that_fits_is_said_in_the_browser_too(visit: Visit) -> None:
    visit.open("figures?text=no%20such%20words%20anywhere")
    visit.page.get_by_text("No figure fits. Clear the filters, or show all figures.").wait_for()
    assert visit.page.locator("[data-testid=stException]").count() == 0


@pytest.mark.long
def test_an_empty_page_shows_the_first_release_and_an_open_one_the_next(
    chromium: Any, sample_home: Path, tmp_path: Path
) -> None:
    home = dashboard_homes.copy_home(sample_home, tmp_path / "home")
    first = (home / "current").readlink()
    (home / "current").unlink()
    for visit in visiting(chromium, home):
        visit.open("")
        visit.page.get_by_text("Nothing is published here yet.").wait_for()
        (home / "current").symlink_to(first)
        visit.page.locator(CHART).first.wait_for()
        visit.open("people")
        visit.page.wait_for_selector(TABLE, state="attached")
        dashboard_homes.add_release(
            home, "later", "UPDATE main.entities SET name = 'Ana Lopes' WHERE name = 'Dmitry Peskov'"
        )
        visit.page.get_by_text("A new release is out").wait_for()
        visit.page.wait_for_function(
            f"() => document.querySelector('{CHART}')?.textContent.includes('Ana Lopes')"
        )
