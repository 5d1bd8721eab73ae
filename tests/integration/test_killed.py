"""A run that is killed costs nothing: the next one gives the rows of an undisturbed run."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import reliability as rel

# Random, and the same for every reader; PROOF_SEED tries others.
SEED = int(os.environ.get("PROOF_SEED", "20260403"))
MOMENTS = rel.moments(20, SEED)
# One before anything is stored, one between the load and publication, one at publication.
SHORT = {2, 6, 7}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> rel.Days:
    return rel.make_days(tmp_path_factory.mktemp("days"))


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        pytest.param(i, m, id=f"{i}-{m}", marks=pytest.mark.moment if i in SHORT else pytest.mark.long)
        for i, m in enumerate(MOMENTS)
    ],
)
def test_a_killed_run_is_made_good_by_the_next(
    number: int, moment: rel.Moment, tmp_path: Path, days: rel.Days
) -> None:
    for attempt in range(4):
        # A machine that is faster now than when the stages were measured: earlier in the same stage.
        at = replace(moment, share=moment.share / 4**attempt)
        (tmp_path / str(attempt)).mkdir()
        home = rel.twin(days.first, tmp_path / str(attempt))
        with rel.Reader(home) as reader:
            process = rel.start(home, days.inputs)
            was_alive = rel.await_moment(home, process, at, days.lasts[moment.stage])
            rel.kill(process)
        if was_alive:
            break
    assert was_alive, "the run was over before it could be killed"
    reader.check()
    left = rel.rows(home)
    is_published = rel.differences(left, days.after) == []
    assert is_published or rel.differences(left, days.before) == [], "the release is one or the other"
    with reader:
        rel.finish(home, days.inputs)
    reader.check()
    assert rel.differences(rel.rows(home), days.after) == []
    rel.note("killed", seed=SEED, moment=str(at), was_published=is_published, reader_queries=reader.queries)
