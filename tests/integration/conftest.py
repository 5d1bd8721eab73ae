"""Every test here comes to its end: a time limit of its own, and no process left behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest
import reliability as rel

# Far above what a test takes on a machine with much else to do; a hang ends here, not with the whole proof.
LONGEST = 600


@pytest.fixture(autouse=True)
def _time_limit() -> Iterator[None]:
    """End a test that hangs, with a trace of where it did."""

    def too_long(*_: object) -> None:
        raise TimeoutError(f"the test took more than {LONGEST} seconds")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """End what a test that failed has left running."""
    yield
    rel.kill_all()
