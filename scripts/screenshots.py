"""Pictures of every page of the dashboard, for `docs/images`: `python scripts/screenshots.py HOME`.

Starts the dashboard on HOME, walks through it in Chromium, and stops it again.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDTH = 1400
PAGES = ("overview", "figures", "statements", "people", "places", "reader", "quality")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """The dashboard as the command starts it; returns when it answers."""
    command = [sys.executable, "-m", "pipelines.cli", "dashboard", "--no-browser", "--port", str(port)]
    environment = {**os.environ, "DATELINE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(  # noqa: S603
        command, env=environment, cwd=ROOT
    )
    for _ in range(200):
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return server
        except OSError:
            time.sleep(0.2)
    server.terminate()
    raise SystemExit("the dashboard did not start")


def settle(page: Page) -> None:
    """Wait until the page is drawn."""
    page.wait_for_selector("h1", timeout=60_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')", timeout=60_000)
    page.wait_for_timeout(1200)


def whole(page: Page, path: Path, tallest: int) -> None:
    """A picture of the page's whole length, up to a height in pixels."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(max(height, 700), tallest)})
    page.wait_for_timeout(700)
    page.screenshot(path=path)
    page.set_viewport_size({"width": WIDTH, "height": 900})


def main() -> None:
    """Draw every page, one of them in the dark theme as well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--images", type=Path, default=IMAGES)
    parser.add_argument("--only", nargs="*", default=PAGES)
    parser.add_argument("--tallest", type=int, default=1500)
    parser.add_argument("--query", default="")
    given = parser.parse_args()
    given.images.mkdir(parents=True, exist_ok=True)
    port = free_port()
    server = start(given.home, port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": 900}, color_scheme=scheme, device_scale_factor=1
                )
                page = context.new_page()
                for name in given.only if scheme == "light" else ["figures"]:
                    path = "" if name == "overview" else name
                    page.goto(f"http://127.0.0.1:{port}/{path}?{given.query}")
                    settle(page)
                    suffix = "" if scheme == "light" else "-dark"
                    whole(page, given.images / f"dashboard-{name}{suffix}.png", given.tallest)
                context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
