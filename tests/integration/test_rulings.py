"""Rulings of a person on rows, over several runs of one deployment.

The tests of this file follow one another: each starts from the release that the one before it left.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from test_pipeline import Deployment, contents
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.defs.runner import Order
from pipelines.model import Ruling, Run
from pipelines.warehouse import rulings
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import rollback
from pipelines.warehouse.rulings import Desk, RulingError
from pipelines.warehouse.unruled import applied

FLOOD = """Bridge closed after flood

The mayor of Velden, Ines Okoro, said on Thursday that 1,200 people had left their homes.

“We lost the old bridge,” Okoro told reporters. About 300 houses were damaged.
"""

RESCUE = """Rescuers reach cut-off valley

The interior ministry counted 40 boats in Velden. “The valley is open again,” spokesman Karel Brandt said.
"""

CONCERT = """Choir sings in the old hall

The singer Ines Okoro came to the town of Marrow with 25 musicians. “I love this hall,” said Carl Brandtner.
"""

OTHER = "Rain is expected in the north, and 12 roads are closed, the weather service said.\n"


class Town(Deployment):
    """A deployment with what tests of rulings ask of it."""

    baseline: dict[str, list[Any]]
    made: dict[str, Ruling]

    def rule(self, make: Any, *words: Any, **named: Any) -> Ruling:
        ledger = self.ledger()
        with open_release(self.settings.home.database) as release:
            ruling: Ruling = make(Desk(ledger, release, "tester", "a test"), *words, **named)
        ledger.close()
        return ruling

    def undo(self, *names: str) -> None:
        ledger = self.ledger()
        for name in names:
            rulings.undo(ledger, self.made[name].ruling_id, who="tester", why="wrong")
        ledger.close()

    def apply(self) -> Run:
        run = self.execute(Order(trigger="ruling"))
        assert run.outcome == "published", run.detail
        return run

    def entity(self, name: str) -> str:
        [(entity_id,)] = self.rows("SELECT entity_id FROM main.entities WHERE name = ?", [name])
        return str(entity_id)

    def key(self, table: str, surface: str) -> str:
        key = {"quotes": "quote_id", "numeric_claims": "claim_id"}[table]
        [(found,)] = self.rows(f"SELECT {key} FROM main.{table} WHERE surface LIKE ?", [f"{surface}%"])
        return str(found)

    def statuses(self) -> dict[str, str]:
        ledger: Ledger = self.ledger()
        known = {r.ruling_id: r.status for r in ledger.rows("rulings")}
        ledger.close()
        return {name: known[ruling.ruling_id] for name, ruling in self.made.items()}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("rulings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_HOME", str(folder / "home"))
        patch.setenv("DAGSTER_HOME", str(folder / "home" / "dagster"))
        town = Town(folder / "home", folder / "in")
        for name, text in (("flood", FLOOD), ("rescue", RESCUE), ("concert", CONCERT)):
            town.write(f"{name}.txt", text)
        assert town.run().outcome == "published"
        town.baseline = contents(town)
        town.made = {}
        yield town


def rule_all(town: Town) -> dict[str, Ruling]:
    """Rulings of every kind, on rows that do not meet."""
    [(concert,)] = town.rows("SELECT document_id FROM main.documents WHERE text LIKE 'Choir%'")
    okoro, brandt = town.entity("Ines Okoro"), town.entity("Karel Brandt")
    claim = {surface: town.key("numeric_claims", surface) for surface in ("1,200", "300", "40", "25")}
    return {
        "speaker": town.rule(rulings.correct_speaker, town.key("quotes", "The valley is"), "Ines Okoro"),
        "nobody": town.rule(rulings.correct_speaker, town.key("quotes", "I love"), "Unknown"),
        "merge": town.rule(rulings.merge, brandt, town.entity("Carl Brandtner")),
        "document": town.rule(rulings.split, okoro, document_id=concert),
        "alias": town.rule(rulings.split, okoro, alias="Okoro"),
        "rename": town.rule(rulings.rename, town.entity("Marrow"), "Marrow-on-Lys"),
        "value": town.rule(rulings.correct_claim, claim["1,200"], "value", "1250"),
        "noun": town.rule(rulings.correct_claim, claim["40"], "noun", "boats in Velden"),
        "unit": town.rule(rulings.correct_claim, claim["25"], "unit", "hour"),
        "reject": town.rule(rulings.reject_claim, claim["300"]),
    }


def test_a_run_without_new_input_applies_rulings_of_every_kind(town: Town) -> None:
    ids = {name: town.entity(name) for name in ("Ines Okoro", "Karel Brandt", "Carl Brandtner")}
    town.made = rule_all(town)
    run = town.run()
    assert (run.outcome, run.stored_count) == ("published", 0), run.detail
    assert set(town.statuses().values()) == {"in_force"}
    quotes = town.rows(
        """SELECT q.surface, q.speaker_name, q.speaker_surface, e.name, e.entity_id = ? FROM main.quotes AS q
           LEFT JOIN main.entities AS e ON e.entity_id = q.speaker_entity_id
           WHERE q.kind = 'direct' ORDER BY 1""",
        [ids["Ines Okoro"]],
    )
    assert quotes == [
        ("I love this hall,", None, None, None, None),
        ("The valley is open again,", "Ines Okoro", None, "Ines Okoro", True),
        ("We lost the old bridge,", "Ines Okoro", "Okoro", "Okoro", False),
    ]
    mentions = town.rows(
        """SELECT m.surface, m.entity_id = ?, e.name, e.mention_count FROM main.entity_mentions AS m
           JOIN main.entities AS e USING (entity_id) WHERE m.surface NOT LIKE 'Velden'
           ORDER BY m.surface, e.mention_count, 2""",
        [ids["Ines Okoro"]],
    )
    assert mentions == [
        ("Carl Brandtner", False, "Karel Brandt", 2),
        ("Ines Okoro", False, "Ines Okoro", 1),
        ("Ines Okoro", True, "Ines Okoro", 1),
        ("Karel Brandt", False, "Karel Brandt", 2),
        ("Marrow", False, "Marrow-on-Lys", 1),
        ("Okoro", False, "Okoro", 1),
    ]
    redirects = town.rows("SELECT old_id, new_id, since_run_id FROM main.id_redirects")
    assert redirects == [(ids["Carl Brandtner"], ids["Karel Brandt"], run.run_id)]
    claims = town.rows("SELECT value, unit, unit_dimension, noun FROM main.numeric_claims ORDER BY value")
    assert claims == [
        (25, "hour", "duration", "musicians"),
        (40, None, "count", "boats in Velden"),
        (1250, None, "count", "people"),
    ]
    [(row_key, reason)] = town.rows("SELECT row_key, reason FROM audit.quarantined_rows")
    assert (row_key, "a test" in reason) == (town.made["reject"].row_key, True)
    assert town.one("SELECT count(*) FROM marts.rulings_in_force") == len(town.made)
    assert town.run().outcome == "nothing_new"


def test_rulings_outlive_extraction_again_and_ids_that_joined_others(town: Town) -> None:
    before = contents(town)
    joined = town.made["merge"].row_key
    town.made["redirected"] = town.rule(rulings.rename, joined, "Karel Brandtner")
    assert town.made["redirected"].row_key == town.made["merge"].value
    assert town.run(reextract=True).outcome == "published"
    assert set(town.statuses().values()) == {"in_force"}
    assert town.entity("Karel Brandtner") == town.made["merge"].value
    after = contents(town)
    # Stories compare documents by the words that no entity's name holds, so a new name shows there too.
    renamed = {"entities", "document_features"}
    assert {k: v for k, v in after.items() if k not in renamed} == {
        k: v for k, v in before.items() if k not in renamed
    }
    assert len(town.rows("FROM audit.quarantined_rows")) == 1


def test_a_ruling_without_its_row_is_orphaned_and_comes_back(town: Town) -> None:
    before = contents(town)
    town.write("flood.txt", OTHER)
    assert town.run().outcome == "published"
    lost = {name for name, status in town.statuses().items() if status == "orphaned"}
    assert lost == {"document", "alias", "value", "reject"}
    shown = town.rows("SELECT ruling_id FROM marts.rulings_in_force WHERE status = 'orphaned'")
    assert {ruling_id for (ruling_id,) in shown} == {town.made[name].ruling_id for name in lost}
    assert CliRunner().invoke(app, ["status"]).output.count("orphaned") == len(lost)
    assert town.rows("FROM audit.quarantined_rows") == []
    town.write("flood.txt", FLOOD)
    assert town.run().outcome == "published"
    assert set(town.statuses().values()) == {"in_force"}
    ruled = ("entities", "entity_aliases", "entity_mentions", "quotes", "numeric_claims", "id_redirects")
    after = contents(town)
    assert {table: after[table] for table in ruled} == {table: before[table] for table in ruled}


def test_the_command_line_rules_and_says_what_applies_it(town: Town) -> None:
    claim_id = town.key("numeric_claims", "1,200")

    def correct(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["correct", *words, "--why", "a test"])
        assert result.exit_code == code, result.output
        return result.output

    out = correct("claim", claim_id, "--bound", "about")
    assert "the next run applies it" in out
    assert "rulings that the next run applies or takes back: 1" in CliRunner().invoke(app, ["status"]).output
    assert "ruling" in correct("undo", out.split()[1].rstrip(":"))
    entity = str(town.made["merge"].value)
    for words in (
        ("claim", claim_id),
        ("claim", claim_id, "--bound", "about", "--reject"),
        ("claim", claim_id, "--value", "many"),
        ("claim", claim_id, "--bound", "range"),
        ("claim", claim_id, "--unit", "cubit"),
        ("claim", claim_id, "--category", "nonsense"),
        ("claim", claim_id, "--noun", "words that are not there"),
        ("claim", "no-such-claim", "--reject"),
        ("speaker", "no-such-quote", "Ines Okoro"),
        ("entity", "merge", entity, entity),
        ("entity", "rename", "no-such-entity", "X"),
        ("entity", "split", entity),
        ("entity", "split", entity, "--alias", "Nobody Else"),
        ("undo", "no-such-ruling"),
    ):
        assert len(correct(*words, code=2).splitlines()) == 1, words


def test_what_is_undone_has_left_no_trace(town: Town) -> None:
    town.undo(*town.made)
    ledger = town.ledger()
    assert rulings.waiting(town.settings.home, ledger) == len(town.made)
    town.apply()
    assert rulings.waiting(town.settings.home, ledger) == 0
    with open_release(town.settings.home.database) as release:
        assert applied(release) == {}
    after = contents(town)
    for table in (
        "entities",
        "entity_aliases",
        "entity_mentions",
        "quotes",
        "numeric_claims",
        "id_redirects",
    ):
        assert after[table] == town.baseline[table], table
    assert set(town.statuses().values()) == {"undone"}
    assert town.rows("FROM marts.rulings_in_force") == []
    assert town.rows("FROM audit.quarantined_rows") == []
    with pytest.raises(RulingError, match="undone already"):
        rulings.undo(ledger, town.made["merge"].ruling_id, who="t", why="again")
    rollback(town.settings.home, ledger, None, who="t", why="look")
    assert rulings.waiting(town.settings.home, ledger) == len(town.made), "the older release carries them"
    ledger.close()
