"""What rulings of a person do to rows, on every run, inside the transaction of resolution.

A ruling is bound anew each time: to the row with its exact span, else the one that overlaps it most in the
same document and table; where the text under the span is another now (a revision), to the one row with the
same characters. One that fits nothing is orphaned until it fits again.

Statements and figures are to be made after this, from ruled rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipelines.model import TABLES, Entity, EntityAlias, IdRedirect, QuarantinedRow, Ruling, hash_key
from pipelines.warehouse.entity_rows import ENTITY_COLUMNS, ORPHANS
from pipelines.warehouse.schema import qualified, quote_name
from pipelines.warehouse.unruled import Changes, applied, record_applied

METHOD = "ruling"

# Made anew after rulings for every story that they touch, so what these held before is not kept.
ACROSS = frozenset({"stories", "statements", "figures"})
REJECTED = "ruling"

# The words that the extractor took for a speaker's are of no use once a person has said who spoke.
_SPEAKER_WORDS = (
    "speaker_surface", "speaker_start_char", "speaker_end_char",
    "speaker_role", "speaker_role_start_char", "speaker_role_end_char",
    "speaker_affiliation", "speaker_affiliation_start_char", "speaker_affiliation_end_char",
)  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What came of the rulings: the status of each by id, and the rows that left with their reason."""

    statuses: dict[str, str] = field(default_factory=dict)
    rejected: list[QuarantinedRow] = field(default_factory=list)


def apply_rulings(connection: duckdb.DuckDBPyConnection, rulings: Sequence[Ruling], run_id: str) -> Outcome:
    """Apply the rulings that stand to unruled rows, oldest first. The caller holds the transaction."""
    outcome = Outcome()
    before = applied(connection)
    if not rulings and not before:
        return outcome
    since = {ruling.ruling_id: before.get(ruling.ruling_id, run_id) for ruling in rulings}
    bench = _Bench(connection, Changes(connection), since, outcome)
    for ruling in sorted(rulings, key=lambda r: (r.ruled_at, r.ruling_id)):
        fits = _EFFECTS[ruling.kind](bench, ruling)
        outcome.statuses[ruling.ruling_id] = "in_force" if fits else "orphaned"
    for table, condition in ORPHANS.items():
        bench.changes.delete(table, condition)
    record_applied(connection, since)
    return outcome


def split_id(ruling_id: str) -> str:
    """Id of the entity that a split makes: it lives as long as the ruling stands, whatever is found later."""
    return hash_key("entities", "ruling", ruling_id)


def live_entity(connection: duckdb.DuckDBPyConnection, entity_id: str | None) -> str | None:
    """The entity of this id, or the one that it joined; None where there is none."""
    found = connection.execute(
        """
        WITH RECURSIVE chain(id) AS (
            SELECT $id::VARCHAR
            UNION
            SELECT r.new_id FROM chain JOIN main.id_redirects AS r
              ON r.table_name = 'entities' AND r.old_id = chain.id)
        SELECT entity_id FROM main.entities JOIN chain ON chain.id = entity_id
        ORDER BY entity_id = $id DESC LIMIT 1
        """,
        {"id": entity_id},
    ).fetchone()
    return found[0] if found else None


def named_entity(connection: duckdb.DuckDBPyConnection, document_id: str, name: str) -> str | None:
    """The entity of a name: among those mentioned in the document, then among all; None where several."""
    for condition in (
        "entity_id IN (SELECT entity_id FROM main.entity_mentions WHERE document_id = $document_id)",
        "$document_id IS NOT NULL",
    ):
        found = connection.execute(
            f"""SELECT DISTINCT entity_id FROM (
                    SELECT entity_id, name FROM main.entities
                    UNION ALL SELECT entity_id, alias FROM main.entity_aliases WHERE method <> 'metonym')
                WHERE name = $name AND {condition}""",  # noqa: S608
            {"name": name, "document_id": document_id},
        ).fetchall()
        if len(found) == 1:
            return str(found[0][0])
    return None


def noun_span(text: str, noun: str, near: int) -> tuple[int, int] | None:
    """Where the words stand in the text, whole and nearest to `near`."""
    spans = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(noun)}(?!\w)", text)]
    return min(spans, key=lambda span: abs(span[0] - near), default=None)


@dataclass(slots=True)
class _Bench:
    connection: duckdb.DuckDBPyConnection
    changes: Changes
    since: Mapping[str, str]
    outcome: Outcome

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        return self.connection.execute(query, list(values)).fetchall()

    def bind(self, ruling: Ruling, table: str) -> str | None:
        """Key of the row of `table` that a ruling is about."""
        if ruling.document_id is None:
            return None
        key = quote_name(TABLES[table].key[0])
        found = self.connection.execute(
            f"""
            SELECT t.{key},
                   substr(d.text, $start + 1, $end - $start) = $surface AS is_same_text,
                   t.start_char < $end AND t.end_char > $start AS is_overlapping
            FROM {qualified(TABLES[table])} AS t JOIN main.documents AS d USING (document_id)
            WHERE t.document_id = $document_id
              AND CASE WHEN is_same_text THEN is_overlapping ELSE t.surface = $surface END
            QUALIFY is_same_text OR count(*) OVER () = 1
            ORDER BY (t.start_char = $start AND t.end_char = $end) DESC,
                     least(t.end_char, $end) - greatest(t.start_char, $start) DESC, t.start_char
            LIMIT 1
            """,  # noqa: S608
            {
                "document_id": ruling.document_id,
                "start": ruling.start_char,
                "end": ruling.end_char,
                "surface": ruling.surface,
            },
        ).fetchone()
        return found[0] if found else None

    def bind_entity(self, ruling: Ruling) -> str | None:
        """The entity a ruling is about: by its id, else by the mention the ruling names."""
        entity_id = live_entity(self.connection, ruling.row_key)
        if entity_id:
            return entity_id
        mention_id = self.bind(ruling, "entity_mentions")
        found = self.rows("SELECT entity_id FROM main.entity_mentions WHERE mention_id = ?", [mention_id])
        return found[0][0] if found else None


def _merge(bench: _Bench, ruling: Ruling) -> bool:
    keep, gone = live_entity(bench.connection, ruling.value), bench.bind_entity(ruling)
    if keep is None or gone is None:
        return False
    if keep == gone:
        return True
    run_id = bench.since[ruling.ruling_id]
    aliases = [
        EntityAlias(entity_id=keep, alias=alias, method=METHOD, block_keys=blocks, run_id=run_id)
        for alias, blocks in bench.rows(
            """SELECT alias, block_keys FROM main.entity_aliases WHERE entity_id = ?
               AND alias NOT IN (SELECT alias FROM main.entity_aliases WHERE entity_id = ?)""",
            [gone, keep],
        )
    ]
    bench.changes.update(
        "entities", {"parent_entity_id": None}, "entity_id = ? AND parent_entity_id = ?", [keep, gone]
    )
    bench.changes.delete("entities", "entity_id = ?", [gone])
    bench.changes.delete("entity_aliases", "entity_id = ?", [gone])
    bench.changes.insert("entity_aliases", aliases)
    for spec, column in ENTITY_COLUMNS:
        if spec.name in ACROSS:
            continue
        bench.changes.update(spec.name, {column: keep}, f"{quote_name(column)} = ?", [gone])
    bench.changes.update("id_redirects", {"new_id": keep}, "table_name = 'entities' AND new_id = ?", [gone])
    bench.changes.insert(
        "id_redirects", [IdRedirect(table_name="entities", old_id=gone, new_id=keep, since_run_id=run_id)]
    )
    return True


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What leaves an entity: `moves` is a condition on mentions, with its values; `alias` is a name."""

    old: str
    new: str
    moves: str
    values: list[str]
    alias: str | None
    run_id: str


def _split(bench: _Bench, ruling: Ruling) -> bool:
    old = bench.bind_entity(ruling)
    if old is None:
        return False
    run_id, value = bench.since[ruling.ruling_id], str(ruling.value)
    if ruling.field == "alias":
        moves, values = "(surface = ? OR name IS NOT DISTINCT FROM ?)", [value, value]
    else:
        moves, values = "document_id = ?", [value]
    alias = value if ruling.field == "alias" else None
    leaving = _Leaving(old, split_id(ruling.ruling_id), moves, values, alias, run_id)
    own = "FROM main.entity_mentions WHERE entity_id = ?"
    moved = bench.rows(
        f"""SELECT d.ingest_date, m.document_id, m.start_char, m.surface, coalesce(m.name, m.surface) AS name
            FROM (SELECT * {own} AND {moves} AND mention_type = 'name') AS m JOIN main.documents AS d USING (document_id)
            ORDER BY d.ingest_date, m.document_id, m.start_char""",  # noqa: S608
        [old, *values],
    )
    if not moved or not bench.rows(f"SELECT 1 {own} AND NOT {moves} LIMIT 1", [old, *values]):
        return False
    first = moved[0]
    [(entity_type,)] = bench.rows("SELECT entity_type FROM main.entities WHERE entity_id = ?", [old])
    _move_words(bench, leaving)
    for column in ("entity_id", "literal_entity_id"):
        bench.changes.update(
            "entity_mentions", {column: leaving.new}, f"{column} = ? AND {moves}", [old, *values]
        )
    _move_aliases(bench, leaving, {alias} if alias else {name for row in moved for name in row[3:]})
    entity = Entity(
        entity_id=leaving.new,
        name=alias or first[4],
        entity_type=entity_type,
        founding_ingest_date=first[0],
        founding_document_id=first[1],
        founding_start_char=first[2],
        run_id=run_id,
    )
    bench.changes.insert("entities", [entity])
    return True


# Mentions that leave, in the words which name a speaker or a source.
_NAMED_BY = """EXISTS (FROM main.entity_mentions AS m
    WHERE m.document_id = {table}.document_id AND m.entity_id = ? AND {moves}
      AND m.start_char < {table}.{words}_end_char AND m.end_char > {table}.{words}_start_char)"""


def _move_words(bench: _Bench, leaving: _Leaving) -> None:
    """Speakers and sources that were named by the mentions which leave an entity go with them."""
    old, values = leaving.old, leaving.values
    if leaving.alias is None:
        in_quote = in_claim = leaving.moves
        quote_values, claim_values = [*values], [*values]
    else:
        named = _NAMED_BY.format(table="quotes", words="speaker", moves=leaving.moves)
        in_quote = f"(speaker_name = ? OR {named})"
        quote_values = [leaving.alias, old, *values]
        named = _NAMED_BY.format(table="numeric_claims", words="source", moves=leaving.moves)
        of_quote = "quote_id IN (SELECT quote_id FROM main.quotes WHERE speaker_entity_id = ?)"
        in_claim = f"({named} OR {of_quote})"
        claim_values = [old, *values, leaving.new]
    bench.changes.update(
        "quotes",
        {"speaker_entity_id": leaving.new},
        f"speaker_entity_id = ? AND {in_quote}",
        [old, *quote_values],
    )
    bench.changes.update(
        "numeric_claims",
        {"source_entity_id": leaving.new},
        f"source_entity_id = ? AND {in_claim}",
        [old, *claim_values],
    )


def _move_aliases(bench: _Bench, leaving: _Leaving, names: set[str]) -> None:
    """Give the new entity its names; the old one loses those that none of its mentions bears any more."""
    old = leaving.old
    unborne = bench.rows(
        """SELECT alias FROM main.entity_aliases AS a WHERE entity_id = ?
           AND NOT EXISTS (FROM main.entity_mentions AS m
                           WHERE m.entity_id = a.entity_id AND (m.surface = a.alias OR m.name = a.alias))""",
        [old],
    )
    lost = names & {alias for (alias,) in unborne}
    for alias in sorted(lost):
        bench.changes.delete("entity_aliases", "entity_id = ? AND alias = ?", [old, alias])
    bench.changes.insert(
        "entity_aliases",
        [
            EntityAlias(entity_id=leaving.new, alias=name, method=METHOD, run_id=leaving.run_id)
            for name in sorted(names)
        ],
    )
    left = bench.rows("SELECT alias FROM main.entity_aliases WHERE entity_id = ?", [old])
    longest = min((alias for (alias,) in left), key=lambda alias: (-len(alias), alias), default=None)
    for alias in sorted(lost):
        if longest:
            bench.changes.update("entities", {"name": longest}, "entity_id = ? AND name = ?", [old, alias])


def _rename(bench: _Bench, ruling: Ruling) -> bool:
    entity_id = bench.bind_entity(ruling)
    if entity_id is None:
        return False
    bench.changes.update("entities", {"name": ruling.value}, "entity_id = ?", [entity_id])
    return True


def _speaker(bench: _Bench, ruling: Ruling) -> bool:
    quote_id = bench.bind(ruling, "quotes")
    if quote_id is None:
        return False
    [(document_id, before)] = bench.rows(
        "SELECT document_id, speaker_entity_id FROM main.quotes WHERE quote_id = ?", [quote_id]
    )
    speaker = named_entity(bench.connection, document_id, ruling.value) if ruling.value else None
    # The paragraphs of one quotation have one speaker.
    paragraphs = [
        row[0]
        for row in bench.rows(
            """SELECT quote_id FROM main.quotes WHERE document_id = ? AND (quote_id = ? OR quotation_id =
               (SELECT nullif(quotation_id, '') FROM main.quotes WHERE quote_id = ?))""",
            [document_id, quote_id, quote_id],
        )
    ]
    marks = ", ".join("?" * len(paragraphs))
    settings: dict[str, Any] = {"speaker_name": ruling.value, "speaker_entity_id": speaker, "method": METHOD}
    settings |= dict.fromkeys(_SPEAKER_WORDS)
    bench.changes.update("quotes", settings, f"quote_id IN ({marks})", paragraphs)
    bench.changes.update(
        "numeric_claims",
        {"source_entity_id": speaker},
        f"""quote_id IN ({marks}) AND source_surface IS NOT NULL
            AND source_entity_id IS NOT DISTINCT FROM ?""",
        [*paragraphs, before],
    )
    return True


def _claim(bench: _Bench, ruling: Ruling) -> bool:
    claim_id = bench.bind(ruling, "numeric_claims")
    settings = None if claim_id is None else _claim_settings(bench, ruling, claim_id)
    if settings is None:
        return False
    bench.changes.update("numeric_claims", {**settings, "method": METHOD}, "claim_id = ?", [claim_id])
    return True


def _claim_settings(bench: _Bench, ruling: Ruling, claim_id: str) -> dict[str, Any] | None:
    """The columns that a ruling on a claim sets; None where it does not fit the claim."""
    value = ruling.value
    if ruling.field == "value" and value is not None:
        # A stated number has no interval of its own: what was read as one was read wrongly.
        [(bound,)] = bench.rows("SELECT bound FROM main.numeric_claims WHERE claim_id = ?", [claim_id])
        cleared = {"value_low": None, "value_high": None, "is_vague": False}
        return {"value": float(value), **cleared, "bound": "exact" if bound == "range" else bound}
    if ruling.field == "unit":
        found = bench.rows("SELECT dimension FROM main.units WHERE unit = ?", [value])
        if value is not None and not found:
            return None
        return {"unit": value, "unit_dimension": found[0][0] if found else "count"}
    if ruling.field == "category":
        known = bench.rows("SELECT 1 FROM main.claim_categories WHERE category = ?", [value])
        return {"category": value} if known or value is None else None
    if ruling.field == "noun":
        span: tuple[int, int] | tuple[None, None] | None = (None, None)
        if value is not None:
            [(text, near)] = bench.rows(
                """SELECT d.text, c.end_char FROM main.numeric_claims AS c
                   JOIN main.documents AS d USING (document_id) WHERE c.claim_id = ?""",
                [claim_id],
            )
            span = noun_span(text, value, near)
        return None if span is None else dict(zip(_NOUN, (value, *span), strict=True))
    return {"bound": value}


_NOUN = ("noun", "noun_start_char", "noun_end_char")


def _reject(bench: _Bench, ruling: Ruling) -> bool:
    claim_id = bench.bind(ruling, "numeric_claims")
    if claim_id is None:
        return False
    [(document_id, row)] = bench.rows(
        "SELECT document_id, to_json(c)::VARCHAR FROM main.numeric_claims AS c WHERE claim_id = ?", [claim_id]
    )
    bench.outcome.rejected.append(
        QuarantinedRow(
            run_id=bench.since[ruling.ruling_id],
            table_name="numeric_claims",
            row_key=claim_id,
            document_id=document_id,
            expectation=REJECTED,
            severity="quarantine",
            reason=f"ruling {ruling.ruling_id} of {ruling.ruled_by}: {ruling.why}",
            row=row,
            quarantined_at=ruling.ruled_at,
        )
    )
    bench.changes.delete("numeric_claims", "claim_id = ?", [claim_id])
    bench.connection.execute("DELETE FROM main.figure_claims WHERE claim_id = ?", [claim_id])
    bench.changes.update(
        "numeric_claims", {"related_claim_id": None, "relation": None}, "related_claim_id = ?", [claim_id]
    )
    return True


_EFFECTS: dict[str, Callable[[_Bench, Ruling], bool]] = {
    "merge_entities": _merge,
    "split_entity": _split,
    "rename_entity": _rename,
    "correct_speaker": _speaker,
    "correct_claim": _claim,
    "reject_claim": _reject,
}

KINDS = tuple(_EFFECTS)
