"""A browser's visit to a running dashboard, for the tests of this folder."""

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

CHROMIUM = shutil.which("chromium")
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


def visiting(chromium: Any, home: Path, **options: Any) -> Iterator[Visit]:
    """Serve a deployment, and open a page on it; `options` are those of Playwright's `new_page`."""
    server, base = serve(home)
    try:
        page = chromium.new_page(viewport={"width": 1300, "height": 1000}, **options)
        page.set_default_timeout(60_000)
        yield Visit(page, base)
        page.close()
    finally:
        server.terminate()
        server.wait(20)
