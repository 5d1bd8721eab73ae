"""A run on a machine that fails it: a full disk, damaged files, unreadable inputs, a clock that jumps.

Whatever happens, the release stays whole for its readers, and the next run gives the rows of an undisturbed
one. The disk is a small tmpfs where the tests may mount one, else a limit on the size of a file.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import reliability as rel

from pipelines.settings import Home
from pipelines.warehouse.ledger import Ledger

pytestmark = pytest.mark.long

# Moves the run's clock by hours at each look, within the day, so that day partitions stay what they are.
CLOCK = """
import datetime, itertools
import pipelines.warehouse.session as session
noon = session.utc_now().replace(hour=12, minute=0, second=0)
hours = itertools.cycle([0, 9, -10, 3, -4, 11])
ticks = itertools.count()
session.utc_now = lambda: noon + datetime.timedelta(hours=next(hours), milliseconds=next(ticks))
"""


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> rel.Days:
    return rel.make_days(tmp_path_factory.mktemp("days"))


@pytest.fixture
def home(days: rel.Days, tmp_path: Path) -> Path:
    return rel.twin(days.first, tmp_path)


def check_old_release(home: Path, days: rel.Days, reader: rel.Reader) -> None:
    """The broken run left the release of the day before, and no reader met an error."""
    reader.check()
    assert rel.differences(rel.rows(home), days.before) == []


def check_next_run(home: Path, days: rel.Days) -> None:
    rel.finish(home, days.inputs)
    assert rel.differences(rel.rows(home), days.after) == []


def last_outcome(home: Path) -> str:
    with closing(Ledger(Home(home).ledger)) as ledger:
        last = ledger.last_run()
    assert last is not None
    return last.outcome


@pytest.mark.parametrize("kilobytes", [64, 512, 2_000, 6_000, 12_000])
def test_a_full_disk_costs_nothing(kilobytes: int, tmp_path: Path, days: rel.Days) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(f.stat().st_size for f in days.first.rglob("*") if "dagster" not in f.parts) // 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size + kilobytes}k", "tmpfs", str(disk)]
    is_mounted = shutil.which("mount") is not None and subprocess.run(mount, check=False).returncode == 0
    try:
        home = rel.twin(days.first, disk)
        limit = (
            None if is_mounted else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10,) * 2)
        )
        with rel.Reader(home) as reader:
            code = rel.start(home, days.inputs, log=tmp_path / "run.log", preexec_fn=limit).wait(
                rel.LONGEST_RUN
            )
        assert code != 0, "the disk was large enough"
        check_old_release(home, days, reader)
        if is_mounted:
            subprocess.run(["mount", "-o", "remount,size=400m", str(disk)], check=True)
        check_next_run(home, days)
    finally:
        if is_mounted:
            subprocess.run(["umount", str(disk)], check=True)
    rel.note("full disk", kilobytes=kilobytes, how="tmpfs" if is_mounted else "file size limit",
             reader_queries=reader.queries)  # fmt: skip


@pytest.mark.parametrize("part", ["head", "middle", "torn", "left behind"])
def test_a_damaged_work_file_is_never_published(part: str, home: Path, days: rel.Days) -> None:
    if part == "left behind":
        for name in ("work/20260101T000000-aaaaaa", "releases/.20260101T000000-aaaaaa"):
            (home / name).mkdir(parents=True)
            (home / name / "dateline.duckdb").write_bytes(b"DUCK" * 5_000)
    else:
        with rel.Reader(home) as reader:
            process = rel.start(home, days.inputs)
            assert rel.await_moment(home, process, rel.Moment("loading", 0.5), days.lasts["loading"])
            damage(next(home.glob("work/*/dateline.duckdb")), part)
            assert process.wait(rel.LONGEST_RUN) != 0, "the damage was not met"
        check_old_release(home, days, reader)
    check_next_run(home, days)
    rel.note("damaged work file", part=part)


def damage(file: Path, part: str) -> None:
    size = file.stat().st_size
    with file.open("r+b") as handle:
        if part == "torn":
            handle.truncate(size // 2)
            return
        # The head is DuckDB's two headers; behind it come blocks of 256 KiB with a checksum each.
        start, length = (0, 12_288) if part == "head" else (12_288, size - 12_288)
        handle.seek(start)
        handle.write(b"\xa5" * length)


@pytest.mark.parametrize("is_gone", [False, True])
def test_damaged_bytes_in_landing_are_read_anew(is_gone: bool, home: Path, days: rel.Days) -> None:
    before = {file.name for file in (home / "landing").iterdir()}
    process = rel.start(home, days.inputs)
    assert rel.await_moment(home, process, rel.Moment("read", 0.1), days.lasts["read"])
    rel.kill(process)
    landed = [file for file in (home / "landing").iterdir() if file.name not in before]
    assert landed
    for file in landed:
        if is_gone:
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-1] + b"\x00")
    check_next_run(home, days)
    rel.note("damaged landing", files=len(landed), gone=is_gone)


def test_a_corrupt_input_costs_itself_alone(home: Path, days: rel.Days, tmp_path: Path) -> None:
    inputs = days.inputs
    whole = {name: (inputs / name).read_bytes() for name in ("valley.txt", "harbour.jsonl")}
    try:
        (inputs / "valley.txt").write_bytes(bytes(range(256)) * 16)
        (inputs / "harbour.jsonl").write_bytes(whole["harbour.jsonl"][:40])
        rel.finish(home, inputs)
        with closing(Ledger(Home(home).ledger)) as ledger:
            run = ledger.rows("runs")[-1]
            lost = {
                Path(row.source_uri).name
                for row in ledger.rows("rejected_documents", "run_id = ?", [run.run_id])
            }
        assert {"valley.txt", "harbour.jsonl#1", "photo.txt"} <= lost
        # copy.txt holds the same report, whole.
        assert (run.outcome, run.stored_count) == ("published", 2)
    finally:
        for name, data in whole.items():
            (inputs / name).write_bytes(data)
    rel.finish(home, inputs)
    now = rel.rows(home)
    # The report arrived at the copy's place first, which is what these two tell.
    told = {"documents", "document_sources"}
    assert [d for d in rel.differences(now, days.after) if d.partition(":")[0] not in told] == []
    assert {row[:1] for row in now["documents"]} == {row[:1] for row in days.after["documents"]}
    assert {row[:2] for row in now["document_sources"]} == {row[:2] for row in days.after["document_sources"]}
    rel.note("corrupt input", rejected=len(lost))


def test_a_clock_that_jumps_changes_nothing(home: Path, days: rel.Days, tmp_path: Path) -> None:
    (tmp_path / "shim").mkdir()
    (tmp_path / "shim" / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    path = [str(tmp_path / "shim"), *filter(None, sys.path)]
    process = rel.start(home, days.inputs, {"PYTHONPATH": ":".join(path)})
    with rel.Reader(home) as reader:
        assert process.wait(rel.LONGEST_RUN) == 0
    assert reader.errors == []
    assert rel.differences(rel.rows(home), days.after) == []
    check_next_run(home, days)
    assert last_outcome(home) == "nothing_new"
    with closing(Ledger(Home(home).ledger)) as ledger:
        backwards = [r for r in ledger.rows("runs") if r.finished_at and r.finished_at < r.started_at]
    rel.note("clock", jumps_of_hours=11, runs_that_ended_before_they_began=len(backwards))
