"""Damaged bytes in landing: what waits for a release gets them again, and what cannot is accounted for."""

from collections.abc import Callable
from pathlib import Path

import pytest
import reliability as rel

from pipelines.ingest.landing import Landing, LandingError
from pipelines.settings import load_settings
from pipelines.warehouse.intake import land
from pipelines.warehouse.repair import reject_lost, set_aside_damaged
from pipelines.warehouse.session import Session, open_session


def damaged(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")


def gone(file: Path) -> None:
    file.unlink()


@pytest.fixture
def inputs(home: Path, tmp_path: Path) -> Path:
    """Inputs that have landed and wait for a release, none of them published."""
    inputs = tmp_path / "in"
    rel.write_first_day(inputs)
    rel.write_second_day(inputs)
    with open_session(load_settings(), trigger="command") as session:
        land(session, [inputs])
        session.finish("failed")
    return inputs


def run_again(inputs: Path) -> Session:
    with open_session(load_settings(), trigger="command") as session:
        lacking = set_aside_damaged(session)
        land(session, [inputs])
        reject_lost(session, lacking)
        session.finish("nothing_new")
        places = [(row.place, row.source_sha256) for row in session.ledger.landed("state = 'pending'")]
    for _place, sha256 in places:
        Landing(session.home.landing).get(sha256)
    return session


@pytest.mark.parametrize("how", [damaged, gone])
def test_bytes_come_again_from_their_input(how: Callable[[Path], None], inputs: Path, home: Path) -> None:
    for file in list((home / "landing").iterdir()):
        how(file)
    run = run_again(inputs).run
    # Nothing is new: the arrivals were known, only their bytes were not there. Two are never readable.
    assert (run.read_count, run.stored_count, run.unchanged_count, run.rejected_count) == (6, 0, 4, 2)


def test_bytes_that_cannot_come_again_are_a_rejection(inputs: Path, home: Path) -> None:
    for file in list((home / "landing").iterdir()):
        damaged(file)
    bridge = inputs / "bridge.txt"
    text = bridge.read_bytes()
    bridge.unlink()
    session = run_again(inputs)
    assert session.run.rejected_count == 3
    # When it comes again, it is new.
    bridge.write_bytes(text)
    run = run_again(inputs).run
    assert (run.stored_count, run.rejected_count) == (1, 2)


def test_bytes_put_again_replace_damaged_ones(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    name = landing.put(b"Nobody was hurt.")
    (tmp_path / name).write_bytes(b"Nobody was hurt?")
    with pytest.raises(LandingError):
        landing.get(name)
    assert landing.put(b"Nobody was hurt.") == name
    assert landing.get(name) == b"Nobody was hurt."
