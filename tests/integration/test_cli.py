"""The command line as a user meets it, in a process of its own where that matters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DATELINE = str(Path(sys.executable).with_name("dateline"))
REPORT = """"We lost the old bridge," said Ines Okoro, the mayor of Velden. About 300 houses were damaged."""


class Shell:
    """`dateline` in a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "warehouse"
        self.notes = ""

    def __call__(self, *words: str, code: int = 0, stdin: str = "") -> str:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "DAGSTER_"))}
        done = subprocess.run(
            [DATELINE, *words],
            cwd=self.folder,
            env=env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        self.notes = done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A deployment with one published report."""
    folder = tmp_path_factory.mktemp("cli")
    shell = Shell(folder)
    (folder / "in").mkdir()
    (folder / "in" / "flood.txt").write_text(REPORT)
    out = shell("run", "in", "--outlet", "The Velden\x1b[31m Courier")
    assert "published" in out
    assert "the release holds 1 documents, 1 quotes, 1 claims" in out
    assert f"database: {shell.home}/current/dateline.duckdb" in out
    return shell


def test_a_command_without_sources_says_how_to_add_one(tmp_path: Path) -> None:
    out = Shell(tmp_path)("run", code=2)
    assert "dateline source add PATH" in out
    assert len(out.splitlines()) == 1


def test_a_source_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    out = Shell(tmp_path)("run", "no-such-folder", code=2)
    assert "no-such-folder" in out
    assert "Traceback" not in out
    assert not (tmp_path / "warehouse" / "current").exists()


def test_a_query_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    assert "run 'dateline run SOURCE' first" in Shell(tmp_path)("sql", "select 1", code=2)


def test_a_second_run_says_there_is_nothing_new(shell: Shell) -> None:
    assert "nothing new" in shell("run", "in", "--outlet", "The Velden\x1b[31m Courier")


def test_queries_come_as_table_csv_and_json(shell: Shell) -> None:
    query = "select surface, speaker from marts.quote_feed"
    assert "Ines Okoro" in shell("sql", query)
    assert shell("sql", query, "--format", "csv") == 'surface,speaker\n"We lost the old bridge,",Ines Okoro\n'
    row = {"surface": "We lost the old bridge,", "speaker": "Ines Okoro"}
    assert json.loads(shell("sql", "--format", "json", stdin=query)) == [row]
    assert json.loads(shell("sql", "--format", "jsonl", stdin=query)) == row


def test_every_command_that_uses_a_deployment_names_it(shell: Shell) -> None:
    for words in (("sql", "select 1"), ("status",), ("release", "list"), ("source", "list"), ("settings",)):
        shell(*words)
        assert shell.notes == f"home: {shell.home}\n", words


def test_a_reader_that_leaves_is_no_failure(shell: Shell) -> None:
    command = f"{DATELINE} sql --limit 0 'from range(200000)' | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=shell.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_bad_query_is_one_line(shell: Shell) -> None:
    out = shell("sql", "select nothing from nowhere", code=2)
    assert "nowhere" in out
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "create table x as select 1",
        "copy main.quotes to 'stolen.csv'",
        "select * from read_text('in/flood.txt')",
        "set enable_external_access = true",
        "attach 'other.duckdb'",
    ],
)
def test_a_query_can_neither_write_nor_leave_the_file(shell: Shell, query: str) -> None:
    shell("sql", query, code=2)
    assert not (shell.folder / "stolen.csv").exists()


def test_hostile_text_does_not_reach_the_terminal(shell: Shell) -> None:
    out = shell("sql", "select source_label from main.documents")
    assert "\x1b" not in out
    assert "\\u001b[31m" in out


def test_tables_are_listed_with_what_they_hold(shell: Shell) -> None:
    out = shell("sql")
    assert "marts.troop_counts" in out
    assert "Example question" in out


def test_status_settings_and_releases_as_text_and_json(shell: Shell) -> None:
    status = json.loads(shell("status", "--json"))
    assert status["release"] in shell("status")
    assert status["found"]["documents"] == 1
    [release] = json.loads(shell("release", "list", "--json"))
    assert release["release_id"] == status["release"]
    assert release["is_current"]
    settings = {row["setting"]: row for row in json.loads(shell("settings", "--json"))}
    assert settings["DATELINE_HOME"]["value"] == str(shell.home)


def test_a_source_is_listed_and_read_without_being_named(shell: Shell) -> None:
    shell("source", "add", "in", "--outlet", "The Velden\x1b[31m Courier")
    assert str(shell.folder / "in") in shell("source", "list")
    assert "nothing new" in shell("run")
    shell("source", "add", "nowhere", code=2)


def test_extract_answers_in_order_and_refuses_what_is_no_record(shell: Shell) -> None:
    lines = "".join(json.dumps({"doc_id": str(n), "text": REPORT}) + "\n" for n in (2, 1))
    rows = [json.loads(line) for line in shell("extract", stdin=lines).splitlines()]
    assert [row["doc_id"] for row in rows] == ["2", "1"]
    assert rows[0]["quotes"][0]["speaker_name"] == "Ines Okoro"
    assert "line 1" in shell("extract", stdin="[]\n", code=2)


def test_approving_what_was_not_held_back_is_wrong_usage(shell: Shell) -> None:
    assert "was not held back" in shell("release", "approve", "x", "--why", "y", code=2)
    assert "no earlier release" in shell("release", "rollback", "--why", "y", code=2)


def test_a_bad_day_ends_with_code_1_and_prints_the_way_out(tmp_path: Path) -> None:
    bad = Shell(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(6):
        lines = [
            f"Russia deployed {n + number * 10} million peacekeepers, the ministry said."
            for n in range(60, 66)
        ]
        (tmp_path / "in" / f"bad{number}.txt").write_text("\n".join(lines))
    out = bad("run", "in", code=1)
    assert "held back by the audit" in out
    assert not (bad.home / "current").exists()
    [approve] = [line.strip() for line in out.splitlines() if "dateline release approve" in line]
    status = bad("status")
    assert approve in status
    assert f'dateline source exclude "{(tmp_path / "in" / "bad0.txt").as_uri()}"' in status
    run_id = approve.split()[3]
    assert "published" in bad("release", "approve", run_id, "--why", "a test")
    assert "current" in bad("release", "list")
