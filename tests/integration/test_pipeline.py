"""The whole road on small input: real Dagster, spaCy, DuckDB and Great Expectations in one process."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from reliability import BRIDGE as REPORT

from pipelines.defs.runner import Order, execute
from pipelines.model import TABLES, Run
from pipelines.settings import Settings, load_settings
from pipelines.views import upkeep
from pipelines.views.catalog import View, load_views
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.gate import HeldBackError, held_back
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import current_release, list_releases, rollback

SECOND = """Rescuers reach cut-off valley

April 4, 2026

Rescue workers reached the valley on Friday, the interior ministry said. "Nobody is missing any more,"
spokesman Karel Brandt said.
"""


class Deployment:
    """A home and an input folder, with the few verbs the tests need."""

    def __init__(self, home: Path, inputs: Path) -> None:
        self.home = home
        self.inputs = inputs
        inputs.mkdir(exist_ok=True)

    @property
    def settings(self) -> Settings:
        return load_settings()

    def write(self, name: str, text: str | bytes, outlet: str | None = None) -> Path:
        path = self.inputs / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if outlet:
            path.with_name(name + ".meta.json").write_text(json.dumps({"outlet": outlet}))
        return path

    def run(self, **order: Any) -> Run:
        return self.execute(Order(sources=[str(self.inputs)], **order))

    def execute(self, order: Order) -> Run:
        """Run without Dagster's files on disk, which `test_cli` has."""
        return execute(self.settings, order, dg.DagsterInstance.ephemeral())

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with open_release(self.settings.home.database) as connection:
            return connection.execute(query, list(values)).fetchall()

    def one(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def ledger(self) -> Ledger:
        return Ledger(self.settings.home.ledger)


@pytest.fixture
def deployment(home: Path, tmp_path: Path) -> Deployment:
    return Deployment(home, tmp_path / "in")


def table_counts(deployment: Deployment) -> dict[str, int]:
    return {
        spec.name: deployment.one(f"SELECT count(*) FROM {spec.schema}.{spec.name}")
        for spec in TABLES.values()
        if spec.schema == "main"
    }


OF_THE_RUN = ("run_id", "ingested_at", "since_run_id", "read_in_run", "migrated_at")


def contents(deployment: Deployment) -> dict[str, list[Any]]:
    """Every row of every table of schema main, but for what names the run."""
    found = {}
    for spec in TABLES.values():
        if spec.schema == "main":
            columns = [c for c in spec.column_names if c not in OF_THE_RUN]
            listed = ", ".join(f'"{c}"' for c in columns)
            found[spec.name] = deployment.rows(f"SELECT {listed} FROM main.{spec.name} ORDER BY ALL")
    return found


def test_a_folder_becomes_a_published_release(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT, outlet="The Velden Courier")
    run = deployment.run()
    assert (run.outcome, run.read_count, run.stored_count) == ("published", 1, 1)
    assert run.release_id == run.run_id == current_release(deployment.settings.home)
    document = deployment.rows(
        "SELECT title, byline, published_on::VARCHAR, published_on_method, source_label FROM main.documents"
    )
    assert document == [
        ("Bridge closed after flood", "Ana Lopes", "2026-04-03", "printed", "The Velden Courier")
    ]
    direct = deployment.rows("SELECT surface, speaker_name FROM main.quotes WHERE kind = 'direct'")
    assert direct == [("We lost the old bridge,", "Ines Okoro")]
    linked = deployment.rows(
        """SELECT q.speaker_name, e.name FROM main.quotes AS q
           JOIN main.entities AS e ON e.entity_id = q.speaker_entity_id WHERE q.kind = 'direct'"""
    )
    assert linked == [("Ines Okoro", "Ines Okoro")]
    values = deployment.rows("SELECT value, bound, noun FROM main.numeric_claims ORDER BY start_char")
    assert values == [(1200, "exact", "people"), (300, "about", "houses")]
    assert deployment.one("SELECT outcome FROM audit.runs") == "published"


def test_every_row_points_at_its_characters(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT)
    deployment.write("rescue.txt", "\ufeff" + SECOND.replace("\n", "\r\n"))
    deployment.write("win.txt", "Café closed\r\n\r\n“Naïve,” said Zoë Müller of Köln.".encode("cp1252"))
    deployment.run()
    for spec in TABLES.values():
        if {"surface", "start_char", "document_id"} <= set(spec.column_names) and spec.schema == "main":
            wrong = deployment.one(
                f"""SELECT count(*) FROM main.{spec.name} AS x JOIN main.documents AS d USING (document_id)
                    WHERE substr(d.text, x.start_char + 1, x.end_char - x.start_char) <> x.surface"""
            )
            assert wrong == 0, spec.name
    assert deployment.rows("SELECT DISTINCT encoding FROM main.documents ORDER BY 1") == [
        ("utf-8",),
        ("utf-8-sig",),
        ("windows-1252",),
    ]


def test_a_second_run_changes_nothing_and_extracts_nothing(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT)
    first = deployment.run()
    before = contents(deployment)
    second = deployment.run()
    assert (second.outcome, second.read_count, second.unchanged_count) == ("nothing_new", 1, 1)
    assert current_release(deployment.settings.home) == first.run_id
    assert contents(deployment) == before
    assert len(list_releases(deployment.settings.home)) == 1


def test_a_release_of_other_views_is_published_anew_though_nothing_arrived(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT)
    first = deployment.run()
    before = contents(deployment)
    file = (deployment.settings.home.releases / first.run_id / "dateline.duckdb").resolve()
    with duckdb.connect(str(file)) as connection:
        connection.execute("DROP TABLE marts.filter_choices")
        connection.execute("CREATE OR REPLACE MACRO marts.views_version() AS 'older'")
    second = deployment.run()
    assert (second.outcome, second.unchanged_count) == ("published", 1)
    assert contents(deployment) == before
    assert deployment.one("SELECT count(*) FROM marts.filter_choices") > 0
    assert deployment.run().outcome == "nothing_new"


def test_the_same_input_gives_the_same_rows_in_another_home(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.write("a.txt", REPORT)
    deployment.write("b.txt", SECOND)
    deployment.run()
    first = {k: v for k, v in contents(deployment).items() if k not in ("documents", "document_sources")}
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "other" / "dagster"))
    deployment.run()
    second = {k: v for k, v in contents(deployment).items() if k not in ("documents", "document_sources")}
    assert second == first


def test_one_text_at_two_paths_is_one_document_with_two_sources(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    deployment.write("b.txt", REPORT)
    run = deployment.run()
    assert (run.read_count, run.stored_count, run.duplicate_count) == (2, 1, 1)
    assert table_counts(deployment)["documents"] == 1
    assert table_counts(deployment)["document_sources"] == 2


def test_new_text_at_a_known_path_is_a_revision(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    deployment.run()
    old = deployment.one("SELECT document_id FROM main.documents")
    deployment.write("a.txt", SECOND)
    deployment.run()
    new = deployment.one("SELECT document_id FROM main.documents")
    assert new != old
    assert deployment.rows("SELECT document_id, superseded_by_document_id FROM main.document_revisions") == [
        (old, new)
    ]
    assert deployment.one(f"SELECT count(*) FROM main.quotes WHERE document_id = '{old}'") == 0
    assert deployment.one("SELECT count(*) FROM main.document_sources") == 1
    deployment.write("a.txt", REPORT)
    deployment.run()
    assert deployment.one("SELECT document_id FROM main.documents") == old
    assert deployment.rows("SELECT document_id FROM main.document_revisions") == [(new,)]


def test_kept_views_follow_revisions_and_new_reports(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed = [view for view in load_views() if view.key]
    refreshed = []
    refresh = upkeep.Upkeep.refresh

    def recorded(kept: upkeep.Upkeep, view: View) -> bool:
        if done := refresh(kept, view):
            refreshed.append(view.name)
        return done

    monkeypatch.setattr(upkeep.Upkeep, "refresh", recorded)

    def published(told: list[str]) -> None:
        refreshed.clear()
        assert deployment.run().outcome == "published"
        assert refreshed == told
        for view in keyed:
            kept, whole = f"(FROM {view.qualified})", f"({view.sql}\n)"
            differ = f"({kept} EXCEPT ALL {whole}) UNION ALL ({whole} EXCEPT ALL {kept})"
            assert deployment.rows(differ) == [], view.name

    deployment.write("one.txt", REPORT)
    assert deployment.run().outcome == "published"
    deployment.write("two.txt", SECOND, outlet="The Example")
    # Half of the documents are new, so what rests on whole documents is made whole; few of the speakers are.
    published(["speaker_source_counts", "speakers"])
    monkeypatch.setattr(upkeep, "MOST_DOCUMENTS", 1e9)
    monkeypatch.setattr(upkeep, "_MOST_APPENDED", 1e9)
    everything = [view.name for view in keyed]
    deployment.write("two.txt", SECOND.replace("Karel Brandt", "Odd Lund"))
    deployment.write("three.txt", SECOND.replace("Friday", "Monday"))
    published(everything)
    deployment.write("one.txt", REPORT + "\nOfficials later spoke of 40 people.\n")
    deployment.write("four.txt", REPORT, outlet="Another Example")
    published(everything)


def test_a_revision_leaves_a_text_that_still_stands_elsewhere(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    deployment.write("b.txt", REPORT)
    deployment.run()
    deployment.write("a.txt", SECOND)
    deployment.run()
    counts = table_counts(deployment)
    assert (counts["documents"], counts["document_revisions"], counts["document_sources"]) == (2, 0, 2)


def test_new_text_at_a_known_url_keeps_the_id_and_two_urls_stay_apart(deployment: Deployment) -> None:
    def line(url: str, text: str) -> str:
        return json.dumps({"url": url, "text": text, "outlet": "Wire", "published": "2026-04-03"}) + "\n"

    deployment.write(
        "w.jsonl", line("https://Example.org/a?utm_source=x", REPORT) + line("https://example.org/b", REPORT)
    )
    deployment.run()
    copies = deployment.rows(
        "SELECT source_uri, duplicate_of_document_id IS NULL FROM main.documents ORDER BY 2 DESC"
    )
    assert len(copies) == 2
    assert sorted(is_first for _, is_first in copies) == [False, True]
    before = dict(deployment.rows("SELECT source_uri, document_id FROM main.documents"))
    deployment.write("w.jsonl", line("https://example.org/a", SECOND) + line("https://example.org/b", REPORT))
    run = deployment.run()
    assert (run.stored_count, run.unchanged_count) == (1, 1)
    after = dict(deployment.rows("SELECT source_uri, document_id FROM main.documents"))
    assert after["https://example.org/a"] == before["https://Example.org/a?utm_source=x"]
    assert deployment.one("SELECT count(*) FROM main.document_revisions") == 1
    assert (
        deployment.one("SELECT count(*) FROM main.documents WHERE duplicate_of_document_id IS NOT NULL") == 0
    )


def test_bad_input_is_accounted_for_and_the_run_goes_on(deployment: Deployment) -> None:
    deployment.write("good.txt", REPORT)
    deployment.write("empty.txt", "")
    deployment.write("binary.txt", bytes(range(256)) * 20)
    deployment.write("undecodable.txt", b"caf\x81 \x8d \x8f closed \xff")
    deployment.write("long.txt", "word " * 2_000_000)
    deployment.write("picture.png", b"\x89PNG\r\n\x1a\n")
    deployment.write(
        "lines.jsonl", '{"text": "Two people were hurt, police said."}\n{"no": "text"}\nnot json\n'
    )
    run = deployment.run()
    assert run.outcome == "published"
    assert (run.read_count, run.stored_count, run.rejected_count) == (9, 2, 7)
    reasons = dict(
        deployment.rows("SELECT split_part(source_uri, '/', -1), reason FROM audit.rejected_documents")
    )
    assert reasons == {
        "empty.txt": "empty",
        "binary.txt": "binary",
        "undecodable.txt": "undecodable",
        "long.txt": "too_long",
        "picture.png": "unsupported_format",
        "lines.jsonl#2": "bad_record",
        "lines.jsonl#3": "bad_record",
    }
    landed = {path.name for path in deployment.settings.home.landing.iterdir()}
    hashes = {row[0] for row in deployment.rows("SELECT source_sha256 FROM audit.rejected_documents")}
    assert hashes <= landed


def test_an_impossible_number_is_quarantined_with_its_reason(deployment: Deployment) -> None:
    deployment.write(
        "odd.txt", "Russia deployed fifty million peacekeepers to the region, the ministry said."
    )
    deployment.write("good.txt", REPORT)
    run = deployment.run()
    assert run.outcome == "published"
    assert deployment.one("SELECT count(*) FROM main.numeric_claims WHERE value > 5000000") == 0
    [(table, row, reason)] = deployment.rows(
        "SELECT table_name, row, reason FROM audit.quarantined_rows WHERE table_name = 'numeric_claims'"
    )
    assert table == "numeric_claims"
    assert json.loads(row)["value"] == 50_000_000
    assert "troops" in reason


def bad_day(deployment: Deployment, count: int = 6) -> None:
    for number in range(count):
        text = "\n".join(
            f"Russia deployed {n + number * 10} million peacekeepers to region {n}, the ministry said."
            for n in range(60, 66)
        )
        deployment.write(f"bad{number}.txt", text)


def test_a_bad_day_leaves_the_old_release_and_can_be_approved(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT)
    good = deployment.run()
    before = contents(deployment)
    bad_day(deployment)
    held = deployment.run()
    assert held.outcome == "held_back"
    assert current_release(deployment.settings.home) == good.run_id
    assert contents(deployment) == before
    again = deployment.run()
    assert again.outcome == "held_back", "what landed and the release lacks is pending again"
    approved = approve(deployment, held)
    assert approved.outcome == "published", approved.detail
    assert deployment.one("SELECT count(*) FROM main.documents") == 7
    failed = deployment.rows(
        "SELECT expectation FROM audit.validation_results WHERE NOT success AND is_approved AND run_id = ?",
        [approved.run_id],
    )
    assert {name for (name,) in failed} == set((held.detail or "").split("; "))


def in_release(deployment: Deployment, *statements: str) -> None:
    """Change the published file, as no run would."""
    with duckdb.connect(str(deployment.settings.home.database.resolve())) as connection:
        for statement in statements:
            connection.execute(statement)


def approve(deployment: Deployment, held: Run) -> Run:
    ledger = deployment.ledger()
    seqs, rules = held_back(ledger, held.run_id)
    ledger.close()
    return deployment.execute(Order(only=seqs, waived=rules, trigger="approval"))


# A paragraph of a document that is not there.
_ASTRAY = "INSERT INTO main.segments SELECT * REPLACE ('{0}' AS document_id) FROM main.segments LIMIT 1"


def test_rows_that_a_person_let_pass_hold_no_later_release_but_others_do(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT)
    deployment.run()
    in_release(deployment, _ASTRAY.format("nobody"))
    deployment.write("valley.txt", SECOND)
    held = deployment.run()
    assert held.outcome == "held_back"
    assert "history_segments_references_hold" in (held.detail or "")
    assert approve(deployment, held).outcome == "published"
    deployment.write("later.txt", SECOND.replace("Friday", "Saturday"))
    later = deployment.run()
    assert later.outcome == "published", later.detail
    told = "SELECT success, is_approved FROM audit.validation_results WHERE run_id = ? AND expectation = ?"
    values = [later.run_id, "history_segments_references_hold"]
    assert deployment.rows(told, values) == [(False, True)]
    in_release(deployment, _ASTRAY.format("somebody"))
    deployment.write("last.txt", SECOND.replace("Friday", "Sunday"))
    assert deployment.run().outcome == "held_back"


def test_a_release_made_anew_without_arrivals_can_be_approved(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT)
    deployment.run()
    older = "CREATE OR REPLACE MACRO marts.views_version() AS 'older'"
    in_release(deployment, _ASTRAY.format("nobody"), older)
    held = deployment.run()
    assert (held.outcome, held.unchanged_count) == ("held_back", 1)
    assert approve(deployment, held).outcome == "published"
    assert deployment.run().outcome == "nothing_new"


def test_a_bad_source_can_be_excluded_and_included_again(deployment: Deployment) -> None:
    from pipelines.warehouse.exclusions import exclude, include

    deployment.write("flood.txt", REPORT)
    deployment.run()
    bad_day(deployment)
    assert deployment.run().outcome == "held_back"
    ledger = deployment.ledger()
    for number in range(6):
        uri, count = exclude(ledger, str(deployment.inputs / f"bad{number}.txt"), who="t", why="spoilt")
        assert count == 1, uri
    run = deployment.run()
    assert (run.outcome, run.excluded_count) == ("nothing_new", 6)
    include(ledger, str(deployment.inputs / "bad0.txt"), who="t", why="mended")
    run = deployment.run()
    assert (run.outcome, run.excluded_count) == ("published", 5)
    ledger.close()


def test_a_first_run_that_fails_its_audit_publishes_nothing(deployment: Deployment) -> None:
    bad_day(deployment)
    run = deployment.run()
    assert run.outcome == "held_back"
    assert current_release(deployment.settings.home) is None
    ledger = deployment.ledger()
    assert ledger.rows("quarantined_rows")
    with pytest.raises(HeldBackError, match="was not held back"):
        held_back(ledger, "no-such-run")
    ledger.close()


def test_rollback_makes_what_came_since_pending(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    first = deployment.run()
    deployment.write("b.txt", SECOND)
    second = deployment.run()
    newest = contents(deployment)
    ledger = deployment.ledger()
    assert rollback(deployment.settings.home, ledger, None, who="t", why="look") == first.run_id
    assert deployment.one("SELECT count(*) FROM main.documents") == 1
    ledger.close()
    third = deployment.run()
    assert third.outcome == "published"
    assert third.run_id != second.run_id
    assert contents(deployment) == newest


def test_a_crash_between_the_link_and_the_ledger_is_set_right(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.warehouse import release

    deployment.write("a.txt", REPORT)
    with monkeypatch.context() as broken:
        broken.setattr(release, "reconcile", lambda home, ledger: 1 / 0)
        run = deployment.run()
    assert run.outcome == "failed"
    assert current_release(deployment.settings.home) == run.run_id, "the link had moved"
    assert deployment.run().outcome == "nothing_new"
    ledger = deployment.ledger()
    assert [row.state for row in ledger.landed("1")] == ["released"]
    first = ledger.rows("runs")[0]
    assert (first.outcome, first.release_id) == ("published", run.run_id)
    ledger.close()


def test_extracting_a_day_again_gives_the_same_rows_and_ids(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    deployment.write("b.txt", SECOND)
    first = deployment.run()
    before = contents(deployment)
    again = deployment.run(reextract=True)
    assert (again.outcome, again.stored_count, again.unchanged_count) == ("published", 0, 2)
    assert again.run_id != first.run_id
    assert contents(deployment) == before
    assert deployment.rows("SELECT DISTINCT run_id FROM main.quotes") == [(again.run_id,)]


def test_an_outlet_named_later_reaches_the_document(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    deployment.run()
    assert deployment.one("SELECT source_label FROM main.documents") == "a.txt"
    assert deployment.run(outlet="The Velden Courier").outcome == "published"
    assert deployment.one("SELECT source_label FROM main.documents") == "The Velden Courier"
    assert deployment.one("SELECT count(*) FROM main.document_revisions") == 0


def record(url: str | None, text: str) -> str:
    return json.dumps({"text": text, **({"url": url} if url else {})}) + "\n"


def test_records_that_leave_a_file_stay_published(deployment: Deployment) -> None:
    texts = [f"A bridge fell in valley {n}. About {n + 2}00 people were hurt, police said." for n in range(5)]

    def lines(urls: bool, *numbers: int) -> str:
        return "".join(record(f"https://example.org/{n}" if urls else None, texts[n]) for n in numbers)

    deployment.write("urls.jsonl", lines(True, 0, 1, 2))
    deployment.write("bare.jsonl", lines(False, 0, 1, 2))
    assert deployment.run().outcome == "published"
    deployment.write("urls.jsonl", lines(True, 1, 2, 3))
    deployment.write("bare.jsonl", lines(False, 2, 3))
    run = deployment.run()
    assert (run.outcome, run.stored_count) == ("published", 2)
    assert table_counts(deployment)["documents"] == 8
    assert table_counts(deployment)["document_revisions"] == 0


def test_a_copy_of_a_quarantined_document_goes_with_it(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    (deployment.inputs / "a.txt.meta.json").write_text('{"published": "2031-05-05"}')
    deployment.write("b.txt", REPORT)
    deployment.write("good.txt", SECOND)
    assert deployment.run().outcome == "published"
    assert table_counts(deployment)["documents"] == 1
    assert deployment.run().outcome == "nothing_new"
    deployment.write("c.txt", SECOND + "\nMore.")
    assert deployment.run().outcome == "published"
    assert table_counts(deployment)["documents"] == 2


def test_a_copy_takes_the_place_of_an_excluded_first(deployment: Deployment) -> None:
    from pipelines.warehouse.exclusions import exclude

    bad_day(deployment)
    deployment.write("flood.txt", REPORT)
    deployment.write("same.txt", REPORT)
    assert deployment.run().outcome == "held_back"
    ledger = deployment.ledger()
    for name in ("flood.txt", *(f"bad{n}.txt" for n in range(6))):
        exclude(ledger, str(deployment.inputs / name), who="t", why="spoilt")
    ledger.close()
    assert deployment.run().outcome == "published"
    assert deployment.one("SELECT split_part(source_uri, '/', -1) FROM main.documents") == "same.txt"


def test_a_rollback_brings_back_neither_older_text_nor_older_metadata(deployment: Deployment) -> None:
    deployment.write("a.jsonl", record("https://example.org/x", REPORT))
    deployment.write("b.jsonl", record("https://example.org/x", SECOND))
    deployment.write("c.txt", "A wall fell. Two people were hurt, police said.", outlet="Wrong")
    deployment.run()
    [(text,)] = deployment.rows("SELECT text FROM main.documents WHERE source_uri LIKE 'https%'")
    assert text == SECOND
    newest = contents(deployment)["documents"]
    deployment.write("c.txt", "A wall fell. Two people were hurt, police said.", outlet="Right")
    deployment.run()
    corrected = contents(deployment)
    ledger = deployment.ledger()
    rollback(deployment.settings.home, ledger, None, who="t", why="look")
    assert contents(deployment)["documents"] == newest
    ledger.close()
    assert deployment.run().outcome == "published"
    assert contents(deployment) == corrected


def test_odd_file_names_do_not_stop_a_run(deployment: Deployment) -> None:
    odd = os.fsencode(str(deployment.inputs)) + b"/caf\xe9.txt"
    with open(odd, "wb") as handle:  # noqa: PTH123
        handle.write(REPORT.encode())
    run = deployment.run()
    assert (run.outcome, run.stored_count) == ("published", 1)
    assert deployment.run().outcome == "nothing_new"


def test_a_raised_limit_reads_a_rejected_file_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.write("a.txt", REPORT)
    monkeypatch.setenv("DATELINE_MAX_BYTES", "50")
    assert deployment.run().rejected_count == 1
    monkeypatch.delenv("DATELINE_MAX_BYTES")
    assert deployment.run().stored_count == 1


def test_a_document_is_shown_at_a_place_that_still_holds_it(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    deployment.write("b.txt", REPORT)
    deployment.run()
    deployment.write("a.txt", SECOND)
    deployment.run()
    shown = deployment.rows(
        "SELECT source_label, source_uri LIKE '%/' || source_label FROM main.documents ORDER BY 1"
    )
    assert shown == [("a.txt", True), ("b.txt", True)]


def test_an_outlet_named_once_holds(deployment: Deployment) -> None:
    deployment.write("a.txt", REPORT)
    deployment.run(outlet="The Velden Courier")
    assert deployment.run().outcome == "nothing_new"
    assert deployment.one("SELECT source_label FROM main.documents") == "The Velden Courier"


def test_an_approved_rise_is_the_new_normal(deployment: Deployment) -> None:
    deployment.write("flood.txt", REPORT)
    deployment.run()
    bad_day(deployment)
    held = deployment.run()
    ledger = deployment.ledger()
    seqs, rules = held_back(ledger, held.run_id)
    approved = deployment.execute(Order(only=seqs, waived=rules, trigger="approval"))
    found = ledger.run(approved.run_id)
    assert found is not None
    assert (found.outcome, found.published_count) == ("published", 6)
    assert rollback(deployment.settings.home, ledger, None, who="t", why="look") != approved.run_id
    ledger.close()
    assert deployment.one("SELECT count(*) FROM main.documents") == 1
