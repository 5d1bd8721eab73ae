"""`dateline forget`, proven by looking for the text in every byte that a deployment keeps.

The tests of this file follow one another on one deployment of two releases.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import duckdb
import pytest
from test_pipeline import Deployment
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.defs.runner import Order, execute
from pipelines.model import ValidationResult
from pipelines.warehouse import forget, rulings
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import current_release, list_releases
from pipelines.warehouse.rulings import Desk
from pipelines.warehouse.session import utc_now

FLOOD = """Bridge closed after flood in Velden

April 3, 2026

The flood in Velden killed 21 people on Thursday, the mayor, Ines Okoro, said.

“We lost the old bridge,” Okoro told reporters in Velden.
"""

BARE = """Flood in Velden: bridge closed, a family speaks

April 3, 2026

The flood in Velden killed 29 people on Thursday, the baker Ottavia Zubrowin of Quellmark Lane said.

“We lost the old bridge,” the mayor, Okoro, told reporters. “And I my violin,” Zubrowin said.

Ines Okoro-Tharandt, the mayor, carried 17 frightened poodles out of the flooded bakery.
"""

FEED = [
    "Rescuers reach valley\n\nThe interior ministry counted 40 boats in Velden on Friday.",
    "Nurse accused\n\nThe police of Marrow named Leopoldina Ferchik, 34, as the thief of 12 xylophones.\n\n"
    "“I never touched one, not in my \u017eivot,” Ferchik said.",
    "Choir sings\n\nThe singer Carl Brandtner came to Marrow with 25 musicians. “I love this hall,” he said.",
]

WORDS = ["zubrowin", "quellmark", "poodles", "tharandt", "violin", "ferchik", "xylophones", "\u017eivot"]
FIGURE = "SELECT high, claim_count, source_count FROM main.figures WHERE category = 'killed'"
STATEMENT = """SELECT t.wording_count, t.outlet_count FROM main.statements AS t JOIN main.quotes AS q USING
               (statement_id) WHERE q.surface LIKE 'We lost the old bridge%' GROUP BY ALL"""
PLANTED = "carried 17 frightened poodles out of the flooded bakery"
URL = "https://wire.example/{}"


class Town(Deployment):
    """A deployment that a document is to be forgotten in."""

    def feed(self, count: int) -> None:
        rows = [
            json.dumps({"url": URL.format(n), "outlet": "Wire", "published": "2026-04-03", "text": text})
            for n, text in enumerate(FEED[:count], 1)
        ]
        self.write("feed.jsonl", "\n".join(rows))

    def cli(self, *words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, done.output
        return done.output

    def found(self) -> list[str]:
        """Every place under the home in which a distinct word or sentence of the forgotten stands."""
        return sorted({*self._in_bytes(), *self._in_rows(), *self._in_sqlite()})

    def _in_bytes(self) -> Iterator[str]:
        for file in self.home.rglob("*"):
            if file.is_file() and not file.is_symlink():
                data = file.read_bytes().decode("utf-8", "replace").casefold()
                escaped = [json.dumps(word)[1:-1] for word in WORDS]
                if any(word in data for word in [*WORDS, *escaped]):
                    yield f"bytes of {file.relative_to(self.home)}"

    def _in_rows(self) -> Iterator[str]:
        for info in list_releases(self.settings.home):
            with duckdb.connect(str(info.path), read_only=True) as connection:
                tables = connection.execute(
                    "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
                ).fetchall()
                for schema, table in tables:
                    query = f"""SELECT 1 FROM "{schema}"."{table}" AS t, unnest(?::VARCHAR[]) AS w(word)
                                WHERE contains(lower(t::VARCHAR), word) LIMIT 1"""
                    if connection.execute(query, [WORDS]).fetchone():
                        yield f"rows of {schema}.{table} in {info.release_id}"

    def _in_sqlite(self) -> Iterator[str]:
        for file in (*self.home.rglob("*.sqlite"), *self.home.rglob("*.db")):
            with closing(sqlite3.connect(file)) as connection:
                for line in connection.iterdump():
                    if any(word in line.casefold() for word in WORDS):
                        yield f"rows of {file.relative_to(self.home)}: {line[:60]}"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("forget")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_HOME", str(folder / "home"))
        patch.setenv("DAGSTER_HOME", str(folder / "home" / "dagster"))
        # Each forgetting writes every kept release anew.
        patch.setenv("DATELINE_KEEP_RELEASES", "2")
        made = Town(folder / "home", folder / "in")
        made.write("flood.txt", FLOOD, outlet="The Velden Courier")
        made.write("bare.txt", BARE, outlet="Bystander")
        made.feed(2)
        # With Dagster's history on disk, which keeps what steps say.
        first = execute(made.settings, Order(sources=[str(made.inputs)]))
        assert first.outcome == "published", first.detail
        _rule(made)
        made.feed(3)
        assert made.run().outcome == "published"
        _plant(made)
        yield made


def _rule(town: Town) -> None:
    """Rulings on a document, and a detail that quotes it."""
    [(quote_id,)] = town.rows("SELECT quote_id FROM main.quotes WHERE surface LIKE '%violin%'")
    [(claim_id,)] = town.rows("SELECT claim_id FROM main.numeric_claims WHERE value = 17")
    with closing(town.ledger()) as ledger:
        with open_release(town.settings.home.database) as release:
            desk = Desk(ledger, release, "tester", "a test")
            rulings.correct_speaker(desk, quote_id, "Petra Zubrowin")
            rulings.reject_claim(desk, claim_id)
        ledger.add(
            "validation_results",
            [
                ValidationResult(
                    run_id="x", suite="quotes", expectation="e", severity="warning", success=False,
                    detail=f"e.g. {PLANTED}", validated_at=utc_now(),
                )
            ],
        )  # fmt: skip


def _plant(town: Town) -> None:
    """What else a document may leave behind: pages, logs, an unfinished run."""
    (town.home / "data_docs").mkdir()
    (town.home / "data_docs" / "index.html").write_text(BARE)
    (town.home / "work" / "old").mkdir(parents=True, exist_ok=True)
    (town.home / "work" / "old" / "rows.txt").write_text(BARE)
    (town.home / "dagster" / "step.err").write_text(f"Traceback: {PLANTED}")


def _document(town: Town, outlet_or_url: str) -> str:
    [(key,)] = town.rows(
        "SELECT document_id FROM main.documents WHERE ? IN (source_label, source_uri)", [outlet_or_url]
    )
    return str(key)


def test_the_words_are_found_before(town: Town) -> None:
    found = town.found()
    places = {place.split(" in ")[0] for place in found}
    assert {
        "rows of main.documents", "rows of main.quotes", "rows of main.entities", "rows of main.statements",
        "rows of unruled.quotes", "rows of audit.rulings", "rows of audit.validation_results",
    } <= places  # fmt: skip
    assert {"bytes of dagster/step.err", "bytes of data_docs/index.html"} <= places
    assert sum(place.startswith("bytes of landing") for place in places) == 3  # a file, another twice
    assert town.rows(FIGURE) == [(29.0, 2, 2)]
    assert town.rows(STATEMENT) == [(2, 2)]


def _cut(*_: object) -> int:
    raise KeyboardInterrupt


def test_forgotten_by_path_and_by_url(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bare, record = _document(town, "Bystander"), _document(town, URL.format(2))
    before = town.rows("SELECT document_id FROM main.documents ORDER BY 1")
    path = str(town.inputs / "bare.txt")
    with monkeypatch.context() as patch:
        # Cut short when every release is without it: nothing is left then to know its words by.
        patch.setattr(forget, "_sweep_landing", _cut)
        cut = CliRunner().invoke(app, ["forget", path, "--why", "asked for"])
        assert isinstance(cut.exception, KeyboardInterrupt | SystemExit)
    assert bare in town.cli("forget", path, "--why", "asked for", code=2), "its path is known no more"
    assert bare in town.cli("forget", bare, "--why", "asked for")
    town.cli("forget", URL.format(2), "--why", "asked for")
    assert town.found() == []
    assert town.rows("SELECT document_id FROM main.documents ORDER BY 1") == [
        row for row in before if row[0] not in (bare, record)
    ]
    stones = town.rows("SELECT document_id, length(value), why FROM audit.rulings WHERE kind = 'forget'")
    assert sorted(stones) == sorted([(bare, 64, "asked for"), (record, 64, "asked for")])


def test_releases_keep_the_time_of_their_publishing(town: Town) -> None:
    """What `--as-of` goes by: a release that was written anew is not published anew."""
    with closing(Ledger(town.settings.home.ledger)) as ledger:
        began = min(run.started_at for run in ledger.rows("runs", "trigger = 'forget'"))
    older = [info for info in list_releases(town.settings.home) if info.release_id < f"{began:%Y%m%dT%H%M%S}"]
    assert older
    assert all(info.published_at <= began for info in older)


def test_what_rested_on_it_is_made_anew(town: Town) -> None:
    for info in list_releases(town.settings.home):
        with open_release(info.path) as connection:

            def ask(query: str) -> list[Any]:
                return connection.execute(query).fetchall()

            assert (ask(FIGURE), ask(STATEMENT)) == ([(21.0, 1, 1)], [(1, 1)])
            mayor = ask("SELECT name, document_count FROM main.entities WHERE name LIKE 'Ines%'")
            assert mayor == [("Ines Okoro", 1)]
            stale = ask(
                """SELECT count(*) FROM main.statements WHERE representative_quote_id NOT IN
                     (SELECT quote_id FROM main.quotes)
                   UNION ALL SELECT count(*) FROM main.stories WHERE story_id NOT IN
                     (SELECT story_id FROM main.documents WHERE story_id IS NOT NULL)
                   UNION ALL SELECT count(*) FROM main.figure_claims WHERE claim_id NOT IN
                     (SELECT claim_id FROM main.numeric_claims)
                   UNION ALL SELECT count(*) FROM main.entities WHERE document_count = 0
                     AND entity_id NOT IN (SELECT entity_id FROM main.entity_mentions
                                           WHERE entity_id IS NOT NULL)
                   UNION ALL SELECT count(*) FROM main.document_signatures
                     ANTI JOIN main.documents USING (document_id)"""
            )
            assert {count for (count,) in stale} == {0}
            assert ask(
                "SELECT count(DISTINCT table_name) FROM duckdb_columns() WHERE schema_name = 'marts'"
            ) > [(25,)]


def test_every_landed_record_can_be_read_again(town: Town) -> None:
    with closing(town.ledger()) as ledger:
        rows = ledger.landed("1")
    names = {file.name for file in (town.home / "landing").iterdir()}
    assert {row.source_sha256 for row in rows} <= names
    shown = town.rows(
        "SELECT source_sha256 FROM main.documents UNION SELECT source_sha256 FROM main.document_sources"
    )
    assert {sha256 for (sha256,) in shown} <= names
    before = town.rows("SELECT document_id, title, text, source_label FROM main.documents ORDER BY 1")
    again = town.run(reextract=True)
    assert (again.outcome, again.excluded_count) == ("published", 2), again.detail
    assert town.rows("SELECT document_id, title, text, source_label FROM main.documents ORDER BY 1") == before


def test_it_does_not_come_back(town: Town) -> None:
    town.write("elsewhere.txt", BARE)
    town.feed(2)
    run = town.run()
    assert (run.outcome, run.excluded_count, run.stored_count) == ("nothing_new", 2, 0)
    assert town.found() == []


def test_a_deployment_goes_on(town: Town) -> None:
    town.cli("status")
    assert "21" in town.cli("sql", FIGURE, "--format", "csv")
    [(figure_id,)] = town.rows("SELECT figure_id FROM main.figures WHERE category = 'killed'")
    said = town.cli("explain", "figure", figure_id)
    assert "flood.txt" in said and "bare.txt" not in said
    before = current_release(town.settings.home)
    town.cli("release", "rollback", "--why", "a test")
    assert current_release(town.settings.home) != before
    town.write(
        "new.txt", "Rain in the north\n\nAbout 12 roads are closed in Marrow, the weather service said.\n"
    )
    assert town.run().outcome == "published"
    assert town.rows("SELECT 1 FROM main.numeric_claims WHERE value = 12 AND noun = 'roads'") == [(1,)]
    assert town.found() == []


def test_what_names_no_document_is_refused(town: Town) -> None:
    assert "holds 2 documents" in town.cli("forget", str(town.inputs / "feed.jsonl"), "--why", "w", code=2)
    assert "no document" in town.cli("forget", "https://wire.example/none", "--why", "w", code=2)
    assert "say why" in town.cli("forget", URL.format(1), "--why", " ", code=2)


def test_again_is_harmless(town: Town) -> None:
    stones = len(town.rows("SELECT 1 FROM audit.rulings WHERE kind = 'forget'"))
    town.cli("forget", URL.format(2), "--why", "again")
    assert len(town.rows("SELECT 1 FROM audit.rulings WHERE kind = 'forget'")) == stones
    assert town.rows("SELECT count(*) FROM main.documents WHERE source_uri = ?", [URL.format(1)]) == [(1,)]
