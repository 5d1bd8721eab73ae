"""Resolution in the work file: what `pipelines.resolve` decides, written in one transaction.

It alone writes the cross-document ids, also into older rows. Known names are fetched by bucket, and counts
brought up to date, so a run costs what its new mentions cost. Rows bear the run of their document and lie by it:
where a query asks for those of a run, it names the run of the rows too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from pipelines.model import TABLES, IdRedirect, Ruling, to_arrow
from pipelines.resolve.companions import bearers_to_look_up
from pipelines.resolve.entities import needed_blocks, resolve_entities
from pipelines.resolve.mention_rows import MentionRow, Resolution
from pipelines.resolve.name_keys import ENTITY_TYPES, family_of
from pipelines.resolve.rereading import names_to_reread
from pipelines.resolve.speakers import SpeakerRow, resolve_speakers, speaker_blocks
from pipelines.warehouse.across import resolve_across
from pipelines.warehouse.companions import look_up_companions
from pipelines.warehouse.connection import Warehouse, transaction
from pipelines.warehouse.entity_counts import Counts, count_all
from pipelines.warehouse.entity_rows import ENTITY_COLUMNS
from pipelines.warehouse.known_names import and_more, look_up
from pipelines.warehouse.load import count_rows
from pipelines.warehouse.ruling_effects import Outcome, apply_rulings
from pipelines.warehouse.rulings import record_outcome, standing
from pipelines.warehouse.schema import qualified, quote_name
from pipelines.warehouse.session import Session


def resolve(session: Session, warehouse: Warehouse, tables: Sequence[str]) -> dict[str, int]:
    """Resolve the names of the run's documents, then apply what people ruled; returns rows of `tables`."""
    rulings = standing(session.ledger)
    with warehouse.connect() as connection:
        with transaction(connection):
            ruled = resolve_rows(connection, rulings, session.run_id)
        record_outcome(session.ledger, ruled)
        return {table: count_rows(connection, table) for table in tables}


def resolve_rows(connection: duckdb.DuckDBPyConnection, rulings: Sequence[Ruling], run_id: str) -> Outcome:
    """Resolve the documents of `run_id`, and what documents that are gone leave behind; apply rulings; count.

    The caller holds the transaction.
    """
    counts = Counts(connection, run_id, has_rulings=bool(rulings))
    mentions = _mentions(connection, run_id)
    entities, aliases = look_up(connection, needed_blocks(mentions))
    reread = names_to_reread(mentions, entities, aliases)
    older = _older_mentions(connection, run_id, reread)
    batch = [*mentions, *older]
    # What lies in a bucket that was looked up is at hand.
    if further := needed_blocks(older) - needed_blocks(mentions):
        entities, aliases = and_more(connection, entities, aliases, further)
    beside = look_up_companions(connection, batch, bearers_to_look_up(batch, entities, aliases))
    found = resolve_entities(batch, entities, aliases, run_id, reread, beside=beside)
    _write_entities(connection, found, run_id, counts)
    _redirect(connection, found.redirects, counts)
    _link_nominals(connection, run_id)
    _link_places(connection, run_id)
    _link_speakers(connection, run_id, mentions, found)
    counts.count()
    counts.drop_orphans()
    ruled = apply_rulings(connection, rulings, run_id)
    resolve_across(connection, run_id)
    # A statement or figure that is gone may have been the last to hold an entity.
    counts.drop_orphans()
    if not counts.is_part:
        count_all(connection)
    return ruled


def _mentions(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[MentionRow]:
    rows = connection.execute(
        """
        SELECT m.mention_id, m.document_id, d.ingest_date, m.start_char, m.label, m.surface, m.name,
               m.role_text, m.is_metonym
        FROM main.entity_mentions AS m JOIN main.documents AS d USING (document_id)
        WHERE d.run_id = $run_id AND m.run_id = $run_id AND m.mention_type = 'name'
        ORDER BY d.ingest_date, m.document_id, m.start_char
        """,
        {"run_id": run_id},
    ).fetchall()
    return [MentionRow(*row) for row in rows]


def _older_mentions(
    connection: duckdb.DuckDBPyConnection, run_id: str, names: Iterable[tuple[str, str]]
) -> list[MentionRow]:
    """The mentions of earlier runs by names of these families: what they mean is decided anew."""
    wanted = set(names)
    if not wanted:
        return []
    connection.register("reread", pa.table({"name": pa.array(sorted({n for _, n in wanted}), pa.string())}))
    rows = connection.execute(
        """
        SELECT m.mention_id, m.document_id, d.ingest_date, m.start_char, m.label, m.surface, m.name,
               m.role_text, m.is_metonym
        FROM main.entity_mentions AS m JOIN main.documents AS d USING (document_id)
        SEMI JOIN reread USING (name)
        WHERE d.run_id <> ? AND m.mention_type = 'name'
        ORDER BY d.ingest_date, m.document_id, m.start_char
        """,
        [run_id],
    ).fetchall()
    found = [MentionRow(*row) for row in rows]
    return [m for m in found if (family_of(ENTITY_TYPES[m.label]), m.name) in wanted]


def _write_entities(
    connection: duckdb.DuckDBPyConnection, found: Resolution, run_id: str, counts: Counts
) -> None:
    connection.register("changed_entities", to_arrow("entities", found.entities))
    connection.register("changed_aliases", to_arrow("entity_aliases", found.aliases))
    connection.execute(
        "DELETE FROM main.entities WHERE entity_id IN (SELECT entity_id FROM changed_entities)"
    )
    connection.execute(
        """DELETE FROM main.entity_aliases AS a USING changed_aliases AS c
           WHERE c.entity_id = a.entity_id AND c.alias = a.alias"""
    )
    # An entity that had joined another and is told apart again has its own id back.
    connection.execute(
        """DELETE FROM main.id_redirects
           WHERE table_name = 'entities' AND old_id IN (SELECT entity_id FROM changed_entities)"""
    )
    connection.execute("INSERT INTO main.entities BY NAME FROM changed_entities")
    connection.execute("INSERT INTO main.entity_aliases BY NAME FROM changed_aliases")
    links = found.mention_entity
    connection.register(
        "links",
        pa.table(
            {
                "mention_id": pa.array(links.keys(), pa.string()),
                "entity_id": pa.array([link.entity_id for link in links.values()], pa.string()),
                "literal_id": pa.array([link.literal_entity_id for link in links.values()], pa.string()),
                "is_metonym": pa.array([link.is_metonym for link in links.values()], pa.bool_()),
            }
        ),
    )
    _follow(connection, run_id)
    for changed in (
        "SELECT entity_id FROM changed_entities",
        "SELECT entity_id FROM changed_aliases",
        "SELECT unnest([old_id, new_id]) FROM moved_names",
    ):
        counts.note(changed)
    connection.execute(
        """
        UPDATE main.entity_mentions AS m
        SET entity_id = l.entity_id, literal_entity_id = l.literal_id, is_metonym = l.is_metonym
        FROM links AS l WHERE l.mention_id = m.mention_id
        """
    )
    _release(connection, found.released)


def _release(connection: duckdb.DuckDBPyConnection, released: Sequence[tuple[str, str]]) -> None:
    """Take from entities the names that were read again and went elsewhere.

    A surname that stands beside the full name in a document rests on that document, which need not have been
    read again: such a name stays.
    """
    if not released:
        return
    connection.register(
        "released_aliases",
        pa.table(
            {
                "entity_id": pa.array([entity_id for entity_id, _ in released], pa.string()),
                "alias": pa.array([alias for _, alias in released], pa.string()),
            }
        ),
    )
    connection.execute(
        """DELETE FROM main.entity_aliases AS a USING released_aliases AS r
           WHERE r.entity_id = a.entity_id AND r.alias = a.alias
             AND NOT EXISTS (FROM (FROM main.entity_mentions SEMI JOIN released_aliases USING (entity_id)) AS m
                             WHERE m.entity_id = a.entity_id AND a.alias IN (m.name, m.surface))"""
    )


def _follow(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Where an older mention comes to mean another entity, what hangs on its name in its document follows:
    pronouns, speakers, sources of numbers. One that meant nobody for sure has speakers of its name follow."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE moved_names AS
        SELECT DISTINCT m.document_id, m.name, m.entity_id AS old_id, l.entity_id AS new_id
        FROM links AS l JOIN main.entity_mentions AS m USING (mention_id)
        JOIN main.documents AS d ON d.document_id = m.document_id AND d.run_id <> ?
        WHERE m.entity_id IS DISTINCT FROM l.entity_id
        """,
        [run_id],
    )
    connection.execute(
        """UPDATE main.entity_mentions AS m SET entity_id = v.new_id FROM moved_names AS v
           WHERE m.mention_type <> 'name' AND v.document_id = m.document_id AND v.name = m.name
             AND v.old_id IS NOT DISTINCT FROM m.entity_id"""
    )
    connection.execute(
        """UPDATE main.quotes AS q SET speaker_entity_id = v.new_id FROM moved_names AS v
           WHERE v.document_id = q.document_id AND v.old_id IS NOT DISTINCT FROM q.speaker_entity_id
             AND (v.old_id IS NOT NULL OR q.speaker_name = v.name)"""
    )
    connection.execute(
        """UPDATE main.numeric_claims AS c SET source_entity_id = v.new_id FROM moved_names AS v
           WHERE (v.document_id, v.old_id) = (c.document_id, c.source_entity_id)"""
    )


def _link_nominals(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Point 'the ministry' and 'he' at the entity of the name that they stand for in their document."""
    connection.execute(
        """
        UPDATE main.entity_mentions AS m SET entity_id = n.entity_id
        FROM (SELECT m.document_id, m.name, any_value(coalesce(m.literal_entity_id, m.entity_id)) AS entity_id
              FROM main.entity_mentions AS m
              JOIN main.documents AS d ON d.document_id = m.document_id AND d.run_id = $run_id
              WHERE m.run_id = $run_id AND m.mention_type = 'name' AND m.name IS NOT NULL
              GROUP BY ALL HAVING count(DISTINCT coalesce(m.literal_entity_id, m.entity_id)) = 1
                              AND count(m.entity_id) = count(*)) AS n
        WHERE m.run_id = $run_id AND m.mention_type <> 'name'
          AND n.document_id = m.document_id AND n.name = m.name
        """,
        {"run_id": run_id},
    )


def _link_places(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """The entity of the place mention that a number's place is: of a metonym, the place itself."""
    connection.execute(
        """
        UPDATE main.numeric_claims AS c SET place_entity_id = f.entity_id
        FROM (
            SELECT c.claim_id, any_value(coalesce(m.literal_entity_id, m.entity_id)) AS entity_id
            FROM main.numeric_claims AS c
            JOIN main.documents AS d ON d.document_id = c.document_id AND d.run_id = $run_id
            LEFT JOIN (FROM main.entity_mentions WHERE run_id = $run_id) AS m
              ON m.document_id = c.document_id
              AND m.start_char = c.place_start_char AND m.end_char = c.place_end_char
            WHERE c.run_id = $run_id AND c.place_surface IS NOT NULL
            GROUP BY c.claim_id
        ) AS f WHERE c.run_id = $run_id AND f.claim_id = c.claim_id
        """,
        {"run_id": run_id},
    )


def _redirect(
    connection: duckdb.DuckDBPyConnection, redirects: Sequence[IdRedirect], counts: Counts
) -> None:
    """Point everything that held an id that joined another at the other."""
    if not redirects:
        return
    connection.register("joined", to_arrow("id_redirects", redirects))
    counts.note("SELECT new_id FROM joined")
    for table in ("entities", "entity_aliases"):
        connection.execute(f"DELETE FROM main.{table} WHERE entity_id IN (SELECT old_id FROM joined)")  # noqa: S608
    for spec, column in ENTITY_COLUMNS:
        name = quote_name(column)
        connection.execute(
            f"UPDATE {qualified(spec)} AS t SET {name} = j.new_id FROM joined AS j WHERE j.old_id = t.{name}"  # noqa: S608
        )
    connection.execute(
        """UPDATE main.id_redirects AS r SET new_id = j.new_id FROM joined AS j
           WHERE r.table_name = 'entities' AND r.new_id = j.old_id"""
    )
    connection.execute("INSERT INTO main.id_redirects BY NAME FROM joined")


def _link_speakers(
    connection: duckdb.DuckDBPyConnection, run_id: str, mentions: Sequence[MentionRow], found: Resolution
) -> None:
    """Tie the speakers of the run's quotes, and who gave its numbers, to entities.

    A number inside a quote is its speaker's; of another, the words that name the source decide.
    """
    rows = _speakers(connection, run_id)
    entities, aliases = look_up(connection, speaker_blocks(rows))
    linked = resolve_speakers(rows, mentions, found.mention_entity, entities, aliases, run_id)
    connection.register("founded_entities", to_arrow("entities", linked.entities))
    connection.register("founded_aliases", to_arrow("entity_aliases", linked.aliases))
    connection.execute("INSERT INTO main.entities BY NAME FROM founded_entities")
    connection.execute("INSERT INTO main.entity_aliases BY NAME FROM founded_aliases")
    ids = linked.entity_ids
    connection.register(
        "speakers",
        pa.table({"row_id": pa.array(ids, pa.string()), "entity_id": pa.array(ids.values(), pa.string())}),
    )
    connection.execute(
        """
        UPDATE main.quotes AS q SET speaker_entity_id = s.entity_id
        FROM speakers AS s WHERE q.run_id = $run_id AND s.row_id = q.quote_id
        """,
        {"run_id": run_id},
    )
    connection.execute(
        """
        UPDATE main.numeric_claims AS c SET source_entity_id = f.entity_id
        FROM (
            SELECT c.claim_id, coalesce(q.speaker_entity_id, s.entity_id) AS entity_id
            FROM main.numeric_claims AS c
            JOIN main.documents AS d ON d.document_id = c.document_id AND d.run_id = $run_id
            LEFT JOIN (FROM main.quotes WHERE run_id = $run_id AND NOT is_negated) AS q ON q.quote_id = c.quote_id
            LEFT JOIN speakers AS s ON s.row_id = c.claim_id
            WHERE c.run_id = $run_id AND c.source_surface IS NOT NULL
        ) AS f WHERE c.run_id = $run_id AND f.claim_id = c.claim_id
        """,
        {"run_id": run_id},
    )


def _speakers(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[SpeakerRow]:
    rows = connection.execute(
        """
        SELECT q.quote_id, q.document_id, d.ingest_date, q.speaker_name, q.speaker_start_char,
               q.speaker_end_char, q.speaker_surface, true
        FROM main.quotes AS q JOIN main.documents AS d USING (document_id)
        WHERE d.run_id = $run_id AND q.run_id = $run_id
        UNION ALL
        SELECT c.claim_id, c.document_id, d.ingest_date, NULL, c.source_start_char, c.source_end_char,
               c.source_surface, false
        FROM main.numeric_claims AS c JOIN main.documents AS d USING (document_id)
        WHERE d.run_id = $run_id AND c.run_id = $run_id AND c.source_surface IS NOT NULL
        """,
        {"run_id": run_id},
    ).fetchall()
    return [SpeakerRow(*row) for row in rows]
