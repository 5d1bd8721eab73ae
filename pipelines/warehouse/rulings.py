"""Rulings of a person on rows: made against the published release, kept in the ledger.

Belongs here: what may be ruled, and what a ruling remembers so that it can be bound again. Does not belong
here: what it does to rows (`ruling_effects`), and rulings on releases and sources (`release`, `exclusions`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.model import TABLES, Ruling, hash_key
from pipelines.settings import Home
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import current_release
from pipelines.warehouse.ruling_effects import (
    KINDS,
    REJECTED,
    Outcome,
    live_entity,
    noun_span,
    split_id,
)
from pipelines.warehouse.schema import qualified
from pipelines.warehouse.session import utc_now
from pipelines.warehouse.unruled import applied

BOUNDS = ("exact", "about", "at_least", "more_than", "at_most", "less_than")

# What a person writes for NULL.
NOBODY = "unknown"
NOTHING = "none"


class RulingError(ValueError):
    """A ruling that cannot be made: its row is not in the release, or it does not fit the row."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a person rules: the ledger to write to, the release looked at, who and why."""

    ledger: Ledger
    release: duckdb.DuckDBPyConnection
    who: str
    why: str

    def rule(self, kind: str, about: dict[str, Any], value: str | None) -> Ruling:
        """Write a ruling to the ledger."""
        now = utc_now()
        ruling = Ruling(
            ruling_id=hash_key("rulings", kind, about.get("row_key"), value, now.isoformat()),
            kind=kind,
            value=value,
            ruled_by=self.who,
            ruled_at=now,
            why=self.why,
            **about,
        )
        self.ledger.add("rulings", [ruling])
        return ruling

    def entity(self, entity_id: str) -> str:
        """The entity of an id, or the one that it joined."""
        found = live_entity(self.release, entity_id)
        if found is None:
            raise RulingError(f"no entity {entity_id} in the release (main.entities has their ids)")
        return found

    def about_entity(
        self, entity_id: str, column: str, condition: str = "1 = 1", *values: str
    ) -> dict[str, Any]:
        """What binds a ruling to an entity: its id and its first mention that meets the condition.

        An entity that a split made lives and dies with that ruling: no mention of it is remembered.
        """
        found = self.release.execute(
            f"""SELECT m.document_id, m.start_char, m.end_char, m.surface
                FROM main.entity_mentions AS m JOIN main.documents AS d USING (document_id)
                WHERE m.entity_id = ? AND {condition}
                ORDER BY d.ingest_date, m.document_id, m.start_char LIMIT 1""",  # noqa: S608
            [entity_id, *values],
        ).fetchone()
        about: dict[str, Any] = {"table_name": "entities", "row_key": entity_id, "field": column}
        splits = {split_id(r.ruling_id) for r in self.ledger.rows("rulings", "kind = 'split_entity'")}
        if found and entity_id not in splits:
            about |= dict(zip(("document_id", "start_char", "end_char", "surface"), found, strict=True))
        return about

    def about_row(self, table: str, row_key: str, column: str | None) -> dict[str, Any]:
        """What binds a ruling to an extracted row: its document, span and characters."""
        spec = TABLES[table]
        names = ("document_id", "start_char", "end_char", "surface")
        found = self.release.execute(
            f"SELECT {', '.join(names)} FROM {qualified(spec)} WHERE {spec.key[0]} = ?",  # noqa: S608
            [row_key],
        ).fetchone()
        if found is None:
            raise RulingError(f"no row {row_key} in main.{table} of the release")
        return {
            "table_name": table, "row_key": row_key, "field": column, **dict(zip(names, found, strict=True))
        }  # fmt: skip

    def has(self, query: str, *values: Any) -> bool:
        """Whether a query of the release finds anything."""
        return self.release.execute(query, list(values)).fetchone() is not None


def merge(desk: Desk, keep: str, other: str) -> Ruling:
    """Two entities are one: `other` joins `keep`."""
    first, second = desk.entity(keep), desk.entity(other)
    if first == second:
        raise RulingError(f"{keep} and {other} are one entity already")
    return desk.rule("merge_entities", desk.about_entity(second, "entity_id"), first)


def split(desk: Desk, entity_id: str, *, alias: str | None = None, document_id: str | None = None) -> Ruling:
    """A name of an entity, or its mentions in one document, are another entity."""
    if (alias is None) == (document_id is None):
        raise RulingError("say what leaves the entity: --alias NAME or --document DOCUMENT")
    found = desk.entity(entity_id)
    moves = "m.document_id = ?" if alias is None else "(m.surface = ? OR m.name IS NOT DISTINCT FROM ?)"
    values = [str(document_id)] if alias is None else [alias, alias]
    what = f"in document {document_id}" if alias is None else f"as “{alias}”"
    query = "SELECT 1 FROM main.entity_mentions AS m WHERE m.entity_id = ? AND "
    if not desk.has(query + moves, found, *values):
        raise RulingError(f"entity {found} is not mentioned {what}")
    if not desk.has(query + "NOT " + moves, found, *values):
        raise RulingError(f"entity {found} is mentioned only {what}: nothing would be left of it")
    column = "document_id" if alias is None else "alias"
    return desk.rule("split_entity", desk.about_entity(found, column, moves, *values), values[0])


def rename(desk: Desk, entity_id: str, name: str) -> Ruling:
    """An entity goes by another name."""
    if not name.strip():
        raise RulingError("a name has at least one letter")
    found = desk.entity(entity_id)
    return desk.rule("rename_entity", desk.about_entity(found, "name"), name.strip())


def correct_speaker(desk: Desk, quote_id: str, name: str) -> Ruling:
    """Somebody else said it; `unknown` where nobody knows who."""
    if not name.strip():
        raise RulingError(f"a speaker has a name; {NOBODY!r} where nobody knows it")
    value = None if name.strip().casefold() == NOBODY else name.strip()
    return desk.rule("correct_speaker", desk.about_row("quotes", quote_id, "speaker_name"), value)


def correct_claim(desk: Desk, claim_id: str, column: str, value: str) -> Ruling:
    """One column of a claim is something else; `none` for a unit, noun or category that there is not."""
    about = desk.about_row("numeric_claims", claim_id, column)
    setting = None if value == NOTHING and column in ("unit", "noun", "category") else value
    if setting is not None:
        _check_claim(desk, about, column, setting)
    return desk.rule("correct_claim", about, setting)


def _check_claim(desk: Desk, about: dict[str, Any], column: str, value: str) -> None:
    """Raise RulingError for a value that the column of a claim cannot have."""
    if column == "value":
        try:
            is_number = math.isfinite(float(value))
        except ValueError:
            is_number = False
        if not is_number:
            raise RulingError(f"value {value}: not a number (1200, 0.5)")
    elif column == "bound" and value not in BOUNDS:
        raise RulingError(f"bound {value}: not one of {', '.join(BOUNDS)}")
    elif column == "unit" and not desk.has("SELECT 1 FROM main.units WHERE unit = ?", value):
        raise RulingError(f"unit {value}: not in main.units ({NOTHING!r} for a count)")
    elif column == "category" and not desk.has(
        "SELECT 1 FROM main.claim_categories WHERE category = ?", value
    ):
        raise RulingError(f"category {value}: not in main.claim_categories")
    elif column == "noun":
        query = "SELECT text FROM main.documents WHERE document_id = ?"
        [(text,)] = desk.release.execute(query, [about["document_id"]]).fetchall()
        if not value.strip() or noun_span(text, value, about["end_char"]) is None:
            raise RulingError(f"noun “{value}”: these words do not stand in the document")


def reject_claim(desk: Desk, claim_id: str) -> Ruling:
    """A number that asserts nothing: its row leaves, and is kept in audit.quarantined_rows."""
    return desk.rule("reject_claim", desk.about_row("numeric_claims", claim_id, None), None)


def undo(ledger: Ledger, ruling_id: str, *, who: str, why: str) -> Ruling:
    """Take a ruling back, by a ruling, which is returned."""
    found = ledger.rows("rulings", "ruling_id = ?", [ruling_id])
    if not found:
        raise RulingError(f"no ruling {ruling_id} (marts.rulings_in_force and 'dateline status' list them)")
    ruling: Ruling = found[0]
    if ruling.kind not in KINDS:
        raise RulingError(f"ruling {ruling_id} is no correction of a row ({ruling.kind})")
    if ruling.status == "undone":
        raise RulingError(f"ruling {ruling_id} is undone already")
    with ledger.transaction():
        ledger.set_ruling_status(ruling_id, "undone")
        return ledger.rule("undo_ruling", ruling_id, who=who, why=why)


def standing(ledger: Ledger) -> list[Ruling]:
    """Rulings on rows that nobody has undone, orphaned ones too."""
    marks = ", ".join("?" * len(KINDS))
    return ledger.rows("rulings", f"kind IN ({marks}) AND status <> 'undone'", KINDS)


def orphaned(ledger: Ledger) -> list[Ruling]:
    """Rulings that fitted no row when they were last applied."""
    return [ruling for ruling in standing(ledger) if ruling.status == "orphaned"]


def waiting(home: Home, ledger: Ledger) -> int:
    """How many rulings, made or undone, the current release does not show yet; 0 before the first release."""
    if current_release(home) is None or not ledger.rows("rulings", _ANY_KIND, KINDS):
        return 0
    with open_release(home.database) as connection:
        carried = set(applied(connection))
    return len(carried ^ {ruling.ruling_id for ruling in standing(ledger)})


_ANY_KIND = f"kind IN ({', '.join('?' * len(KINDS))})"


def record_outcome(ledger: Ledger, outcome: Outcome) -> None:
    """Write to the ledger which rulings fitted, and the rows that left."""
    with ledger.transaction():
        for ruling_id, status in outcome.statuses.items():
            ledger.set_ruling_status(ruling_id, status)
        ledger.replace_quarantined(REJECTED, outcome.rejected)
