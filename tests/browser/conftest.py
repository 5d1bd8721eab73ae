"""One browser, and one dashboard on the sample, for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from visits import CHROMIUM, FLAGS, Visit, visiting


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium without a window."""
    pytest.importorskip("streamlit", reason="the dashboard is an extra")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visit(chromium: Any, sample_home: Path) -> Iterator[Visit]:
    """A page on the sample."""
    yield from visiting(chromium, sample_home)
