"""Hostile text through a whole run and out again: it is stored as it was written, and nothing obeys it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hostile
import pytest
from proof_notes import note
from test_pipeline import Deployment
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.log import JsonLines, TextLines, without_secrets
from pipelines.model import TABLES, Run
from pipelines.terminal import safe

# A record's text with NUL in it is rejected; as a title it is white space.
STORED = [text for kind, text in hostile.ALL if kind != "nul"]
FILE_NAMES = [
    text
    for kind in ("shell", "formula", "terminal", "direction", "sql", "html")
    for text in hostile.HOSTILE[kind]
    if "/" not in text and "\x00" not in text
]


def url(number: int) -> str:
    return f"https://wire.example/{number}?q=<script>'\"\u202e"


class Target(Deployment):
    """A deployment that has read every hostile string."""

    def fill(self) -> Run:
        lines = [
            {"url": url(number), "text": hostile.report(text[:2_000], number), "title": text,
             "outlet": text[:300], "byline": text, "published": text, "language": None}
            for number, (_, text) in enumerate(hostile.ALL)
        ]  # fmt: skip
        self.write("feed.jsonl", "\n".join(json.dumps(line) for line in lines))
        for number, name in enumerate(FILE_NAMES):
            self.write(f"{name} {number}.bin", b"\x00\x01")
        return self.run()

    def cli(self, *words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, done.output
        assert hostile.on_terminal(done.stderr) == []
        return done.stdout if code == 0 else done.output


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_HOME", str(folder / "home"))
        patch.setenv("DAGSTER_HOME", str(folder / "home" / "dagster"))
        patch.chdir(folder)
        made = Target(folder / "home", folder / "in")
        run = made.fill()
        assert run.outcome == "published", run.detail
        yield made


def test_every_input_is_accounted_for(target: Target) -> None:
    run = target.rows("SELECT read_count, stored_count, rejected_count FROM audit.runs")
    nul = len(hostile.HOSTILE["nul"])
    assert run == [(len(hostile.ALL) + len(FILE_NAMES), len(STORED), nul + len(FILE_NAMES))]
    reasons = dict(target.rows("SELECT reason, count(*) FROM audit.rejected_documents GROUP BY ALL"))
    assert reasons == {"binary": nul, "unsupported_format": len(FILE_NAMES)}


def test_text_is_stored_as_it_was_written(target: Target) -> None:
    stored = dict(target.rows("SELECT source_uri, text FROM main.documents"))
    for number, (kind, text) in enumerate(hostile.ALL):
        if kind != "nul":
            assert stored[url(number)] == hostile.report(text[:2_000], number)
    [(quotes, claims)] = target.rows(
        """SELECT (SELECT count(DISTINCT document_id) FROM main.quotes WHERE kind = 'direct'),
                  (SELECT count(DISTINCT document_id) FROM main.numeric_claims)"""
    )
    assert quotes > len(STORED) * 0.9, "what is around a hostile string is still read"
    assert claims > len(STORED) * 0.9


def test_every_table_is_there_and_nothing_was_made_beside_it(target: Target) -> None:
    tables = {f"{schema}.{name}" for schema, name in target.rows(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
    )}  # fmt: skip
    assert tables >= {f"{spec.schema}.{spec.name}" for spec in TABLES.values()}
    folder = target.inputs.parent
    assert {path.name for path in folder.iterdir()} == {"home", "in"}
    assert not Path("/tmp/stolen.db").exists()
    assert {len(path.name) for path in (target.home / "landing").iterdir()} == {64}


QUERIES = (
    "SELECT title, byline, source_uri FROM main.documents",
    "SELECT name FROM main.outlets",
    "SELECT surface, speaker_name, speaker_role FROM main.quotes",
    "SELECT name, role FROM main.entities",
    "SELECT label FROM main.stories UNION ALL SELECT label FROM main.figures",
    "SELECT source_uri, detail FROM audit.rejected_documents",
)


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_printed_moves_no_cursor_and_opens_as_no_formula(target: Target, query: str) -> None:
    shown = target.cli("sql", query, "--limit", "0")
    assert len(shown.splitlines()) > 20 or "label" in query
    assert hostile.on_terminal(shown) == []
    assert hostile.in_csv(target.cli("sql", query, "--format", "csv")) == []
    said = target.cli("sql", query, "--format", "json")
    assert hostile.on_terminal(said) == []
    assert [tuple(row.values()) for row in json.loads(said)] == target.rows(query)


def test_commands_that_show_text_are_harmless(target: Target) -> None:
    [(quote_id,)] = target.rows("SELECT quote_id FROM main.quotes WHERE surface LIKE '%[31m%' LIMIT 1")
    for words in (["explain", "quote", quote_id], ["status"], ["release", "list"]):
        assert hostile.on_terminal(target.cli(*words)) == []
    for text in hostile.HOSTILE["terminal"] + hostile.HOSTILE["direction"] + hostile.HOSTILE["sql"][:1]:
        assert hostile.on_terminal(target.cli("explain", "quote", "--", text, code=2)) == []


def test_hostile_addresses_of_sources_are_data(target: Target) -> None:
    for text in hostile.HOSTILE["shell"][:3] + hostile.HOSTILE["terminal"]:
        done = CliRunner().invoke(app, ["source", "add", "--", text])
        assert done.exit_code in (0, 2)
        assert hostile.on_terminal(done.output) == []
    assert hostile.on_terminal(target.cli("source", "list")) == []
    target.settings.home.sources.unlink(missing_ok=True)


@pytest.mark.parametrize("text", hostile.STRINGS)
def test_one_line_of_the_log_or_the_terminal_stays_one(text: str) -> None:
    import logging

    record = logging.LogRecord("pipelines.x", logging.INFO, "", 0, "landed %s", (text,), None)
    record.source_uri = text
    for lines in (TextLines("run"), JsonLines("run")):
        assert hostile.on_terminal(lines.format(record)) == []
        assert "\n" not in lines.format(record)
    assert json.loads(JsonLines("run").format(record))["source_uri"] == without_secrets(text)
    assert hostile.on_terminal(safe(text)) == []


def test_the_ledger_keeps_its_tables(target: Target) -> None:
    with closing(target.ledger()) as ledger:
        assert len(ledger.landed("1")) == len(STORED)
    note("hostile text", strings=len(hostile.STRINGS), kinds=len(hostile.HOSTILE), file_names=len(FILE_NAMES))
