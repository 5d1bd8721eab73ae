"""`dateline dashboard`: starts Streamlit on this machine alone, with everything off that asks the network."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from pipelines.commands.common import WRONG_USE, AsJson, deployment, print_json, say_home_once, stop
from pipelines.reference import data_folder

# The machine's own address: nobody else can reach it.
LOOPBACK = "127.0.0.1"

_FIXED = {
    "server.address": LOOPBACK,
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": "false",
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": LOOPBACK,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "logger.level": "error",
    # Named for each theme: a colour set for both at once would leave no dark one.
    "theme.light.primaryColor": "#0072B2",
    "theme.dark.primaryColor": "#56B4E9",
}


def options(port: int, *, browser: bool) -> list[str]:
    """Streamlit's options, as words of a command line."""
    chosen = {**_FIXED, "server.port": str(port), "server.headless": "false" if browser else "true"}
    return [f"--{name}={value}" for name, value in chosen.items()]


def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8501,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at the published release in a browser, on this machine alone. Stop it with Ctrl-C.

    Example: dateline dashboard --port 8600 --no-browser
    """
    if find_spec("streamlit") is None:
        stop(WRONG_USE, "the dashboard needs an extra: in Dateline's folder, pip install '.[dashboard]'")
    deployment()
    say_home_once()
    if as_json:
        print_json({"address": f"http://{LOOPBACK}:{port}"})
    typer.echo(f"dashboard: http://{LOOPBACK}:{port} (stop with Ctrl-C)", err=True)
    program = str(data_folder("dashboard") / "app.py")
    command = [sys.executable, "-m", "streamlit", "run", program, *options(port, browser=not no_browser)]
    # One process: a signal sent to the command reaches the server. Streamlit's greeting is left out.
    sys.stdout.flush()
    sys.stderr.flush()
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 1)
    os.execv(sys.executable, command)  # noqa: S606
