"""Alerts and the log: who is told when a run needs a person, and what a line of the log carries."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import dagster as dg
import pytest
import reliability as rel

from pipelines.definitions import make_definitions
from pipelines.defs.runner import Order, execute
from pipelines.log import JsonLines, TextLines, without_secrets
from pipelines.settings import load_settings
from pipelines.warehouse import alerts
from pipelines.warehouse.intake import land
from pipelines.warehouse.session import open_session


class Desk(BaseHTTPRequestHandler):
    """Takes alerts, or is in trouble."""

    told: ClassVar[list[dict[str, Any]]] = []
    status: ClassVar[int] = 204
    waits: ClassVar[float] = 0.0

    def do_POST(self) -> None:
        Desk.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        time.sleep(Desk.waits)
        self.send_response(Desk.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Desk]]:
    Desk.told.clear()
    Desk.status, Desk.waits = 204, 0.0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DATELINE_ALERT_URL", f"http://127.0.0.1:{server.server_port}/hook/s3cr3t?a=b")
    monkeypatch.setenv("DATELINE_ALLOW_PRIVATE", "yes")
    yield Desk
    server.shutdown()


def run(outcome: str, detail: str | None = None) -> str:
    with open_session(load_settings(), trigger="schedule") as session:
        session.finish(outcome, detail)
    return session.run_id


def test_a_run_that_needs_a_person_is_told(desk: type[Desk], home: Path) -> None:
    run("nothing_new")
    assert desk.told == []
    run_id = run("held_back", "volume_against_median; see https://ann:pass@feed.example/x?api_key=abc123&b=1")
    (told,) = desk.told
    assert (told["run_id"], told["outcome"], told["home"]) == (run_id, "held_back", home.name)
    assert told["detail"] == "volume_against_median; see https://feed.example/x?api_key=…&b=1"
    assert datetime.fromisoformat(told["finished_at"])
    assert str(home) not in json.dumps(told)
    with pytest.raises(ZeroDivisionError), open_session(load_settings(), trigger="command"):
        print(1 / 0)
    assert desk.told[-1]["outcome"] == "failed"
    assert desk.told[-1]["detail"].startswith("ZeroDivisionError")


def test_a_run_that_died_is_told_by_the_next(desk: type[Desk]) -> None:
    with open_session(load_settings(), trigger="command") as session:
        died = session.run_id
        session.finish("published")
        session.run.outcome = "running"
        session.record()
        session.run.outcome = "published"
    run("nothing_new")
    assert [(t["run_id"], t["outcome"]) for t in desk.told] == [(died, "interrupted")]


@pytest.mark.parametrize("status", [500, 302, 404])
def test_an_alert_that_fails_does_not_fail_the_run(
    status: int, desk: type[Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    desk.status = status
    run("failed", "because")
    assert len(desk.told) == 1, "and no redirect is followed"
    said = capsys.readouterr().err
    assert f"/…: status {status}" in said
    assert "s3cr3t" not in said


def test_a_slow_desk_does_not_keep_a_run(desk: type[Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    desk.waits = 3
    monkeypatch.setattr(alerts, "TOTAL_SECONDS", 0.2)
    begin = time.monotonic()
    run("failed")
    assert time.monotonic() - begin < 2


def test_private_addresses_are_told_nothing_unless_allowed(
    desk: type[Desk], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_ALLOW_PRIVATE", "no")
    run("failed")
    assert desk.told == []
    assert "no public address" in capsys.readouterr().err


def test_a_step_that_fails_says_why(desk: type[Desk], tmp_path: Path) -> None:
    order = Order(sources=[str(tmp_path / "nowhere")])
    done = execute(load_settings(), order, dg.DagsterInstance.ephemeral())
    assert done.outcome == "failed"
    (told,) = desk.told
    assert told["detail"].startswith("SourceError: cannot read")
    assert done.detail == told["detail"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://u:p@x.example/a", "https://x.example/a"),
        ("token=abc&x=1", "token=…&x=1"),
        ("AWS_SECRET_KEY: zzz rest", "AWS_SECRET_KEY: … rest"),
        ("nothing here", "nothing here"),
    ],
)
def test_secrets_are_left_out(text: str, kept: str) -> None:
    assert without_secrets(text) == kept


def test_the_log_as_json_knows_run_and_document(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_LOG", "json")
    rel.write_first_day(tmp_path / "in")
    rel.write_second_day(tmp_path / "in")
    with open_session(load_settings(), trigger="command") as session:
        land(session, [tmp_path / "in"])
        arrivals = {row.document_id for row in session.ledger.landed("1")}
        session.finish("nothing_new")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {line["run_id"] for line in lines} == {session.run_id}
    assert {line["document_id"] for line in lines if "document_id" in line} == arrivals
    assert sum(line["message"].startswith("rejected") for line in lines) == 2
    assert (lines[-1]["outcome"], lines[-1]["level"]) == ("nothing_new", "info")


def test_the_log_as_text_is_warnings_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("nothing_new")
    assert capsys.readouterr().err == ""
    run_id = run("failed", "\x1b[31mred\nline")
    said = capsys.readouterr().err
    assert said.startswith(f"ERROR run {run_id}: failed: ")
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("style", "logger"), [("json", dg.json_console_logger), ("text", dg.colored_console_logger)]
)
def test_dagster_s_own_lines_are_in_the_same_style(
    style: str, logger: dg.LoggerDefinition, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_LOG", style)
    assert make_definitions().resolve_job_def("dateline").loggers["console"] is logger


def test_a_token_in_an_address_shows_in_no_log() -> None:
    record = logging.LogRecord(
        "pipelines", logging.WARNING, "", 0, "https://a.example/?token=t0p: refused", (), None
    )
    record.source_uri = "https://ann:pa55@a.example/feed?api_key=t0p&page=2"
    for lines in (TextLines("run"), JsonLines("run")):
        line = lines.format(record)
        assert "t0p" not in line
        assert "pa55" not in line
        assert "a.example/feed?api_key=" in line
        assert "page=2" in line


def test_looking_for_secrets_takes_time_by_the_length() -> None:
    for text in ("a-" * 500_000, "passw" * 200_000, "key" + " " * 1_000_000, "//" * 500_000):
        begin = time.process_time()
        without_secrets(text)
        assert time.process_time() - begin < 2
