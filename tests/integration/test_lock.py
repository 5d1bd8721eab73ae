import subprocess
import sys
from pathlib import Path

from pipelines.settings import load_settings
from pipelines.warehouse.session import open_session, run_lock

HOLD = """
import sys
from pipelines.settings import load_settings
from pipelines.warehouse.session import run_lock
with run_lock(load_settings().home, "the other one"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_waits_and_says_for_whom(home: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout and other.stdout.readline() == "held\n"
    notices: list[str] = []

    def release_other(text: str) -> None:
        notices.append(text)
        assert other.stdin
        other.stdin.close()

    with run_lock(load_settings().home, "me", release_other):
        assert other.wait(10) == 0
    assert len(notices) == 1
    assert notices[0].startswith(f"waiting for the other one (process {other.pid}, since ")


def test_a_run_that_died_is_marked_interrupted_by_the_next(home: Path) -> None:
    settings = load_settings()
    with open_session(settings, trigger="command") as session:
        first = session.run_id
        session.finish("published")
        session.run.outcome = "running"
        session.record()
        session.run.outcome = "published"
    with open_session(settings, trigger="command") as session:
        died = session.ledger.run(first)
        assert died is not None
        assert died.outcome == "interrupted"
        session.finish("nothing_new")
