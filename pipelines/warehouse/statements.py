"""Statements in the work file: what `pipelines.resolve.statements` finds in the stories a run touched.

Each such story's statements are made anew from its ruled quotes; ids stay with their quotes. Names that
unnamed speakers took are taken back first, so that they never rest on what is no longer there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.model import to_arrow
from pipelines.resolve.independence import SourceDocument, source_keys
from pipelines.resolve.name_keys import ENTITY_TYPES, government_of
from pipelines.resolve.speaker_match import Speaker
from pipelines.resolve.statement_rows import Found, QuoteRow, SentenceRow, StoryRows
from pipelines.resolve.statements import find_statements
from pipelines.resolve.things import thing
from pipelines.resolve.wordings import AmountInside, NameInside, Wording

# Stories whose rows are in memory together.
_STORIES_AT_ONCE = 256
# How far an amount said to be about a number may be from it.
_ABOUT = 0.03


def update_statements(connection: DuckDBPyConnection, run_id: str) -> None:
    """Make the statements of every story in `touched_stories` anew. The caller holds the transaction."""
    _touch_ruled(connection)
    _touch_shared(connection)
    _take_names_back(connection)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE statement_documents AS
        SELECT d.document_id, d.story_id, d.ingest_date, d.published_on, d.outlet_id
        FROM main.documents AS d SEMI JOIN touched_stories AS t ON t.story_id = d.story_id
        """
    )
    stories = [row[0] for row in connection.execute("FROM touched_stories ORDER BY story_id").fetchall()]
    found = Found()
    for start in range(0, len(stories), _STORIES_AT_ONCE):
        for story in _read(connection, stories[start : start + _STORIES_AT_ONCE]):
            _add(found, find_statements(story, run_id))
    _write(connection, found)


def _touch_ruled(connection: DuckDBPyConnection) -> None:
    """What people ruled on a quote changes its story's statements: once made, and again once taken back.

    Which quotes rulings had changed when statements were last made lies beside the rows as they were before.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS unruled")
    connection.execute("CREATE TABLE IF NOT EXISTS unruled._ruled_quotes (quote_id VARCHAR)")
    kept = connection.execute(
        """SELECT 1 FROM duckdb_tables() WHERE schema_name = 'unruled' AND table_name = 'quotes'
           AND database_name = current_database()"""
    ).fetchone()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE ruled_quotes AS "
        + ("SELECT quote_id FROM unruled.quotes" if kept else "FROM unruled._ruled_quotes LIMIT 0")
    )
    connection.execute(
        """
        INSERT INTO touched_stories
        SELECT DISTINCT d.story_id FROM main.quotes AS q JOIN main.documents AS d USING (document_id)
        WHERE q.quote_id IN (FROM ruled_quotes UNION FROM unruled._ruled_quotes) AND d.story_id IS NOT NULL
          AND d.story_id NOT IN (SELECT story_id FROM touched_stories)
        """
    )
    connection.execute("CREATE OR REPLACE TABLE unruled._ruled_quotes AS FROM ruled_quotes")


def _touch_shared(connection: DuckDBPyConnection) -> None:
    """Statements that have come to be two people's are made anew: who was only "Ruiz" got a full name in a
    report of another story, or one name was found to be another person's."""
    connection.execute(
        """
        INSERT INTO touched_stories
        SELECT DISTINCT s.story_id FROM main.statements AS s
        SEMI JOIN (SELECT q.statement_id FROM main.quotes AS q
                   JOIN main.entities AS e ON e.entity_id = q.speaker_entity_id
                   WHERE e.entity_type = 'person' AND q.statement_id IS NOT NULL AND contains(e.name, ' ')
                   GROUP BY q.statement_id HAVING min(e.entity_id) <> max(e.entity_id)) USING (statement_id)
        WHERE s.story_id IS NOT NULL AND s.story_id NOT IN (SELECT story_id FROM touched_stories)
        """
    )


def _take_names_back(connection: DuckDBPyConnection) -> None:
    """Unnamed speakers are unnamed again; what a person ruled stays."""
    connection.execute(
        """
        UPDATE main.quotes AS q
        SET speaker_is_inferred = false, speaker_evidence = NULL,
            speaker_name = CASE WHEN q.method = 'ruling' THEN q.speaker_name END,
            speaker_entity_id = CASE WHEN q.method = 'ruling' THEN q.speaker_entity_id END
        FROM main.documents AS d SEMI JOIN touched_stories AS t ON t.story_id = d.story_id
        WHERE q.document_id = d.document_id AND q.speaker_is_inferred
        """
    )


@dataclass(slots=True)
class _Inside:
    """Names and amounts of one document, by where they stand."""

    names: list[NameInside] = field(default_factory=list)
    amounts: list[AmountInside] = field(default_factory=list)

    def wording(self, start: int, end: int, text: str) -> Wording:
        return Wording(start, end, text, _within(self.names, start, end), _within(self.amounts, start, end))


def _within[Span: (NameInside, AmountInside)](spans: list[Span], start: int, end: int) -> tuple[Span, ...]:
    """Those that lie inside a stretch; `spans` are in text order."""
    first = bisect_left(spans, start, key=_START)
    last = bisect_left(spans, end, lo=first, key=_START)
    return tuple([span for span in spans[first:last] if span.end_char <= end])


_START = attrgetter("start_char")


def _read(connection: DuckDBPyConnection, stories: Sequence[str]) -> Iterator[StoryRows]:
    """The rows of some stories, a story at a time."""
    connection.register("some_stories", pa.table({"story_id": pa.array(stories, pa.string())}))
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE some_documents AS
           SELECT d.* FROM statement_documents AS d SEMI JOIN some_stories USING (story_id)"""
    )
    inside: dict[str, _Inside] = defaultdict(_Inside)
    for document_id, start, end, *named in _rows(connection, _NAMES):
        inside[document_id].names.append(_name(start, end, *named))
    for document_id, start, end, value, low, high, bound, unit in _rows(connection, _AMOUNTS):
        slack = _ABOUT * abs(value) if bound == "about" else 0.0
        amount = AmountInside(
            start, end, value - slack if low is None else low, value + slack if high is None else high, unit
        )
        inside[document_id].amounts.append(amount)
    sentences: dict[str, dict[str, list[SentenceRow]]] = defaultdict(lambda: defaultdict(list))
    for story_id, document_id, sentence_id, start, end, text in _rows(connection, _SENTENCES):
        sentence = SentenceRow(sentence_id, document_id, inside[document_id].wording(start, end, text))
        sentences[story_id][document_id].append(sentence)
    quotes: dict[str, list[QuoteRow]] = defaultdict(list)
    known: dict[str, dict[str, str]] = defaultdict(dict)
    sources = _sources(connection)
    for row in _dicts(connection, _QUOTES):
        story_id, statement_id = row["story_id"], row["statement_id"]
        quotes[story_id].append(_quote(row, inside[row["document_id"]], sources))
        if statement_id is not None:
            known[story_id][row["quote_id"]] = statement_id
    for story_id in stories:
        yield StoryRows(story_id, quotes[story_id], sentences[story_id], known[story_id])


_NAMES = """
    SELECT m.document_id, m.start_char, m.end_char, m.label, coalesce(e.name, m.name, m.surface),
           e.entity_type, m.entity_id, e.country_code, p.name
    FROM main.entity_mentions AS m SEMI JOIN some_documents USING (document_id)
    LEFT JOIN main.entities AS e ON e.entity_id = m.entity_id
    LEFT JOIN main.entities AS p ON p.entity_id = e.parent_entity_id
    WHERE m.mention_type = 'name' ORDER BY m.document_id, m.start_char
"""
_AMOUNTS = """
    SELECT c.document_id, c.start_char, c.end_char, c.value, c.value_low, c.value_high, c.bound, c.unit
    FROM main.numeric_claims AS c SEMI JOIN some_documents USING (document_id)
    ORDER BY c.document_id, c.start_char
"""
_SENTENCES = """
    SELECT d.story_id, s.document_id, s.sentence_id, s.start_char, s.end_char, s.surface
    FROM main.sentences AS s JOIN some_documents AS d USING (document_id)
    JOIN main.segments AS g ON g.document_id = s.document_id AND g.segment_no = s.segment_no
    WHERE g.role IN ('body', 'dek', 'list_item') ORDER BY d.story_id, s.document_id, s.start_char
"""
_QUOTES = """
    SELECT q.*, d.story_id, d.ingest_date, d.published_on, d.outlet_id, e.name AS entity_name,
           e.role AS entity_role,
           e.entity_type, e.country_code, e.parent_entity_id, p.name AS parent_name
    FROM main.quotes AS q JOIN some_documents AS d USING (document_id)
    LEFT JOIN main.entities AS e ON e.entity_id = q.speaker_entity_id
    LEFT JOIN main.entities AS p ON p.entity_id = e.parent_entity_id
    WHERE NOT q.is_headline AND NOT q.is_negated
    ORDER BY d.ingest_date, q.document_id, q.start_char, q.quote_id
"""


def _rows(connection: DuckDBPyConnection, query: str) -> list[Any]:
    return connection.execute(query).fetchall()


def _dicts(connection: DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def _name(  # noqa: PLR0917
    start: int, end: int, label: str, name: str, entity_type: str | None, entity_id: str | None,
    country_code: str | None, parent_name: str | None,
) -> NameInside:  # fmt: skip
    known_type = entity_type or ENTITY_TYPES.get(label, "other")
    kind, key = thing(name, known_type, entity_id, country_code, parent_name)
    return NameInside(start, end, key, kind)


def _quote(row: Mapping[str, Any], inside: _Inside, sources: Mapping[str, str]) -> QuoteRow:
    is_state = government_of(row["entity_name"] or "") or government_of(row["parent_name"] or "")
    return QuoteRow(
        quote_id=row["quote_id"],
        quotation_id=row["quotation_id"] or row["quote_id"],
        document_id=row["document_id"],
        ingest_date=row["ingest_date"],
        wording=inside.wording(row["start_char"], row["end_char"], row["surface"]),
        kind=row["kind"],
        cue=row["cue"],
        cue_start=row["cue_start_char"],
        speaker=Speaker(
            name=row["entity_name"] or row["speaker_name"],
            entity_id=row["speaker_entity_id"],
            entity_type=row["entity_type"],
            state=row["country_code"] if is_state else None,
            parent_id=row["parent_entity_id"],
            surfaces=_filled(row["speaker_surface"]),
            roles=_filled(row["speaker_role"]) or _filled(row["entity_role"]),
            affiliations=_filled(row["speaker_affiliation"]),
        ),
        said_on=row["said_on"],
        said_on_precision=row["said_on_precision"],
        published_on=row["published_on"],
        outlet_id=row["outlet_id"],
        source_key=sources[row["document_id"]],
        parent_quote_id=row["parent_quote_id"],
        is_ruled=row["method"] == "ruling",
    )


def _filled(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _sources(connection: DuckDBPyConnection) -> dict[str, str]:
    """Whose report each document is; the documents that they repeat are looked at too."""
    rows = connection.execute(
        """
        WITH RECURSIVE wanted(document_id) AS (
            SELECT document_id FROM some_documents
            UNION
            SELECT d.duplicate_of_document_id FROM wanted JOIN main.documents AS d USING (document_id)
            WHERE d.duplicate_of_document_id IS NOT NULL)
        SELECT d.document_id, d.outlet_id, d.agencies, d.duplicate_of_document_id
        FROM main.documents AS d SEMI JOIN wanted USING (document_id)
        """
    ).fetchall()
    return source_keys(
        SourceDocument(document_id, outlet_id, tuple(agencies or ()), duplicate_of)
        for document_id, outlet_id, agencies, duplicate_of in rows
    )


def _add(found: Found, more: Found) -> None:
    found.statements.extend(more.statements)
    found.wordings.extend(more.wordings)
    found.assertions.extend(more.assertions)
    found.named.extend(more.named)
    found.redirects.extend(more.redirects)
    found.statement_of.update(more.statement_of)


def _write(connection: DuckDBPyConnection, found: Found) -> None:
    """Replace the statements of the touched stories, and of the quotes that came to them from others."""
    connection.register("found_statements", to_arrow("statements", found.statements))
    connection.register("found_wordings", to_arrow("statement_quotes", found.wordings))
    connection.register("found_assertions", to_arrow("statement_assertions", found.assertions))
    connection.register("found_redirects", to_arrow("id_redirects", found.redirects))
    connection.register(
        "found_links",
        pa.table(
            {
                "quote_id": pa.array(found.statement_of.keys(), pa.string()),
                "statement_id": pa.array(found.statement_of.values(), pa.string()),
            }
        ),
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE old_statements AS
        SELECT s.statement_id FROM main.statements AS s SEMI JOIN touched_stories USING (story_id)
        UNION SELECT q.statement_id FROM main.quotes AS q SEMI JOIN statement_documents USING (document_id)
        WHERE q.statement_id IS NOT NULL
        """
    )
    for table in ("statements", "statement_quotes", "statement_assertions"):
        connection.execute(
            f"DELETE FROM main.{table} WHERE statement_id IN (SELECT statement_id FROM old_statements)"  # noqa: S608
        )
    connection.execute("INSERT INTO main.statements BY NAME FROM found_statements")
    connection.execute("INSERT INTO main.statement_quotes BY NAME FROM found_wordings")
    connection.execute("INSERT INTO main.statement_assertions BY NAME FROM found_assertions")
    _link(connection, found)
    _redirect(connection)


def _link(connection: DuckDBPyConnection, found: Found) -> None:
    """Tie the quotes to their statements, and give names to unnamed speakers."""
    connection.execute(
        """
        UPDATE main.quotes AS q SET statement_id = l.statement_id
        FROM (SELECT q.quote_id, l.statement_id FROM main.quotes AS q
              SEMI JOIN statement_documents USING (document_id)
              LEFT JOIN found_links AS l USING (quote_id)) AS l
        WHERE l.quote_id = q.quote_id AND l.statement_id IS DISTINCT FROM q.statement_id
        """
    )
    named = found.named
    connection.register(
        "named_speakers",
        pa.table(
            {
                "quote_id": pa.array([n.quote_id for n in named], pa.string()),
                "speaker_name": pa.array([n.speaker_name for n in named], pa.string()),
                "entity_id": pa.array([n.speaker_entity_id for n in named], pa.string()),
                "evidence": pa.array([n.evidence for n in named], pa.string()),
            }
        ),
    )
    connection.execute(
        """
        UPDATE main.quotes AS q
        SET speaker_name = n.speaker_name, speaker_entity_id = n.entity_id, speaker_is_inferred = true,
            speaker_evidence = n.evidence
        FROM named_speakers AS n WHERE n.quote_id = q.quote_id AND q.method <> 'ruling'
        """
    )


def _redirect(connection: DuckDBPyConnection) -> None:
    """Old ids lead to the statement that holds their quotes; those that lead nowhere any more go."""
    connection.execute(
        """
        DELETE FROM main.id_redirects WHERE table_name = 'statements' AND (
            old_id IN (SELECT statement_id FROM found_statements)
            OR old_id IN (SELECT old_id FROM found_redirects))
        """
    )
    connection.execute("INSERT INTO main.id_redirects BY NAME FROM found_redirects")
    connection.execute(
        """
        UPDATE main.id_redirects AS r SET new_id = j.new_id FROM found_redirects AS j
        WHERE r.table_name = 'statements' AND r.new_id = j.old_id
        """
    )
    connection.execute(
        """
        DELETE FROM main.id_redirects WHERE table_name = 'statements'
          AND new_id IN (SELECT statement_id FROM old_statements)
          AND new_id NOT IN (SELECT statement_id FROM main.statements)
        """
    )
