"""Every command: help with an example, JSON that is one value, errors of one line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from pipelines import cli
from pipelines.commands import common

# Words for each command on a deployment with nothing published; a new command needs a line here.
WORDS = {
    "run": "no-such-folder",
    "extract": "records.jsonl",
    "sql": "'select 1'",
    "search": "bridge",
    "explain": "figure 3f2a9c",
    "export": "away",
    "status": "",
    "settings": "",
    "data-docs": "",
    "forget": "https://example.com/report --why test",
    "release list": "",
    "release approve": "x --why test",
    "release rollback": "--why test",
    "release prune": "",
    "source add": "records.jsonl",
    "source exclude": "records.jsonl --why test",
    "source list": "",
    "lake push": "",
    "lake list": "",
    "lake purge": "",
    "correct entity merge": "a b --why test",
    "correct entity split": "a --why test",
    "correct entity rename": "a b --why test",
    "correct speaker": "a b --why test",
    "correct claim": "a --value 1 --why test",
    "correct undo": "a --why test",
}
# Commands that serve until they are stopped.
ENDLESS = {"dashboard", "serve"}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its words."""

    def walk(command: Any, path: list[str]) -> Iterator[tuple[str, Any]]:
        # Typer brings its own copy of click's classes.
        if hasattr(command, "commands"):
            for name, below in command.commands.items():
                yield from walk(below, [*path, name])
        else:
            yield " ".join(path), command

    yield from walk(get_command(cli.app), [])


COMMANDS = dict(commands())


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one record and a deployment in which nothing is published."""
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records.jsonl").write_text(
        '{"doc_id": "1", "text": "Three people were hurt, police said."}\n'
    )
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_of_the_command_itself(name: str) -> None:
    said = COMMANDS[name].help or ""
    assert "Example: " in said
    assert f"dateline {name}" in said.partition("Example: ")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_with_json_standard_output_is_one_json_value(name: str, empty: Path) -> None:
    assert "--json" in {option for parameter in COMMANDS[name].params for option in parameter.opts}
    if name in ENDLESS:
        return
    done = CliRunner().invoke(cli.app, [*name.split(), *shlex.split(WORDS[name]), "--json"])
    value = json.loads(done.stdout)
    assert done.exit_code in (0, common.WRONG_USE)
    if done.exit_code:
        assert value["code"] == done.exit_code
        assert value["error"]
        assert "\n" not in value["error"]
    assert "Traceback" not in done.output


def run(
    *words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """The command as the shell starts it: exit code, standard output, standard error."""
    monkeypatch.setattr("sys.argv", ["dateline", *words])
    monkeypatch.setattr(common, "_json_wanted", [])
    with pytest.raises(SystemExit) as end:
        cli.main()
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["explain"], "Missing argument"),
        (["sql", "--formt", "csv"], "--formt"),
        (["release", "approve", "x"], "--why"),
        (["status", "--frobnicate"], "--frobnicate"),
        (["stauts"], "stauts"),
    ],
)
def test_wrong_usage_is_one_line_that_says_where_help_is(
    words: list[str],
    says: str,
    empty: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(*words, monkeypatch=monkeypatch, capsys=capsys)
    assert (code, out) == (common.WRONG_USE, "")
    assert says in err
    assert "--help" in err
    assert len(err.splitlines()) == 1
    code, out, err = run(*words, "--json", monkeypatch=monkeypatch, capsys=capsys)
    assert says in json.loads(out)["error"]
    assert err == ""


def test_a_fault_is_one_line_and_as_json_an_object(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("the disk\nis \x1b[31mfull")

    monkeypatch.setattr("pipelines.report.status_facts", lambda *_: broken())
    code, _, err = run("status", monkeypatch=monkeypatch, capsys=capsys)
    assert code == common.FAULT
    [line] = [line for line in err.splitlines() if not line.startswith("home:")]
    assert "the disk" in line
    assert "\x1b" not in line
    code, out, _ = run("status", "--json", monkeypatch=monkeypatch, capsys=capsys)
    assert json.loads(out)["code"] == code == common.FAULT
