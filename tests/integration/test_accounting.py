"""Accounting over real runs: each input is somewhere, and one that is nowhere holds the release back."""

from contextlib import closing
from pathlib import Path

import reliability as rel

from pipelines.audit.dataset import Counts, Verdict, inputs_accounted_for
from pipelines.settings import load_settings
from pipelines.warehouse.exclusions import exclude
from pipelines.warehouse.gate import run_history
from pipelines.warehouse.intake import land
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.session import Session, open_session


def judge(session: Session) -> Verdict:
    return inputs_accounted_for(Counts(0, 0, 0, 0, 0, 0, run_history(session)))


def test_every_input_is_somewhere(home: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    rel.write_first_day(inputs)
    rel.write_second_day(inputs)
    (inputs / "secret.txt").write_text("Nobody was hurt, police said.", encoding="utf-8")
    settings = load_settings()
    totals = []
    for day in range(2):
        with open_session(settings, trigger="command") as session:
            if day == 0:
                exclude(session.ledger, (inputs / "secret.txt").as_uri(), who="ann", why="test")
            land(session, [inputs])
            found, run = judge(session), session.run
            session.finish("nothing_new")
        assert found.success, found.detail
        totals.append(
            (run.read_count, run.stored_count, run.unchanged_count, run.duplicate_count, run.rejected_count,
             run.excluded_count)
        )  # fmt: skip
    assert totals == [(7, 3, 0, 1, 2, 1), (7, 0, 4, 0, 2, 1)]
    rel.note("accounting", runs=2, read=14, stored=3, unchanged=4, duplicate=1, rejected=4, excluded=2)


def test_an_input_that_is_nowhere_is_seen(home: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    rel.write_first_day(inputs)
    settings = load_settings()
    with open_session(settings, trigger="command") as session:
        land(session, [inputs])
        session.run.read_count += 1
        found = judge(session)
        session.finish("held_back")
    assert not found.success
    assert "read 2 inputs and accounts for 1" in found.detail
    with open_session(settings, trigger="command") as session:
        assert "read 2 inputs" in judge(session).detail, "the next run sees it too, until it is approved"
        session.finish("published")
    with open_session(settings, trigger="command") as session:
        assert judge(session).success
        session.finish("nothing_new")


def test_an_arrival_that_is_not_in_the_ledger_is_seen(home: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    rel.write_first_day(inputs)
    with open_session(load_settings(), trigger="command") as session:
        land(session, [inputs])
        with closing(Ledger(session.home.ledger)) as other:
            (arrival,) = other.landed("1")
            other.drop_landed(arrival.seq)
        found = judge(session)
        session.finish("held_back")
    assert "counted 1 arrivals, the ledger holds 0" in found.detail
    rel.note("accounting that fails", faults_seen=2)
