"""Rows of stories: members with their evidence, label, place, day, counts, and dates for undated documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.extract import gazetteer
from pipelines.ingest.dates import find_expressions, resolve_expression
from pipelines.model import Story, StoryDocument, to_arrow
from pipelines.resolve.stories import StoryMember
from pipelines.resolve.story_summary import (
    PlaceUse,
    event_day,
    evidence,
    fits,
    label,
    story_date,
    story_place,
)
from pipelines.warehouse.story_features import (
    document_leads,
    fetch_window,
    holds_window,
    register_ids,
    weigh_terms,
    window_members,
)

# Titles weigh most for where a story plays, then leads.
_TITLE, _LEAD, _BODY = 3.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class _Head:
    """A document's title, outlet and original, as its row has them."""

    title: str | None
    outlet_id: str | None
    original_id: str | None
    own_on: date | None


def write_stories(
    connection: DuckDBPyConnection, stories: Mapping[str, Sequence[str]], run_id: str
) -> None:
    """Write the rows of these stories (id: their documents) and date their undated documents."""
    documents = [document for members in stories.values() for document in members]
    if not holds_window(connection, documents):
        fetch_window(connection, documents)
    register_ids(connection, "asked_documents", documents)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE grouped_documents AS
           FROM window_documents SEMI JOIN asked_documents USING (document_id)"""
    )
    weigh_terms(connection, "grouped_documents")
    members = {member.document_id: member for _, member in window_members(connection)}
    heads = _heads(connection)
    leads = document_leads(connection, documents)
    names = _term_names(connection)
    places = _places(connection, heads, leads)
    story_rows: list[Story] = []
    member_rows: list[StoryDocument] = []
    dates: dict[str, date | None] = {}
    for story_id, ids in stories.items():
        own = [members[i] for i in ids if heads[i].original_id not in ids] or [members[i] for i in ids]
        rows = _member_rows(story_id, ids, own, heads, names, run_id)
        scores = {row.document_id: row.score or 0.0 for row in rows}
        central = min(
            own,
            key=lambda m: (
                -scores[m.document_id],  # noqa: B023 (used at once)
                heads[m.document_id].title is None,
                m.own_on or date.max,
                m.document_id,
            ),
        )
        dated = [day for i in ids if (day := heads[i].own_on)]
        event = event_day(
            [_lead_days(leads.get(m.document_id, ("", 0))[0], m.own_on) for m in own], dated
        )
        member_rows += rows
        story_rows.append(
            Story(
                story_id=story_id,
                label=label(heads[central.document_id].title, leads.get(central.document_id, ("", 0))[0]),
                event_on=event[0] if event else None,
                event_on_precision="day" if event else None,
                event_on_method=event[1] if event else None,
                place_entity_id=story_place([use for m in own for use in places[m.document_id]]),
                document_count=len(ids),
                outlet_count=len({heads[i].outlet_id for i in ids} - {None}),
                run_id=run_id,
            )
        )
        taken = story_date(m.own_on for m in own if m.own_on)
        dates |= {i: taken for i in ids if heads[i].own_on is None}
    for table, made in (("stories", story_rows), ("story_documents", member_rows)):
        connection.register("made_rows", to_arrow(table, made))
        connection.execute(f"INSERT INTO main.{table} BY NAME FROM made_rows")
        connection.unregister("made_rows")
    _date_documents(connection, dates)


def _member_rows(
    story_id: str,
    ids: Sequence[str],
    own: Sequence[StoryMember],
    heads: Mapping[str, _Head],
    names: Mapping[str, str],
    run_id: str,
) -> list[StoryDocument]:
    found = fits(own)
    first = min((m.own_on for m in own if m.own_on), default=None)
    rows = []
    for document_id in ids:
        fit = found.get(document_id)
        if fit is None:
            score: float | None = 1.0
            why = f"copy of {heads[document_id].original_id}"
        else:
            day = heads[document_id].own_on
            score, why = fit.score, evidence(fit, names, (day - first).days if day and first else None)
        rows.append(
            StoryDocument(
                story_id=story_id, document_id=document_id, score=score, evidence=why, run_id=run_id
            )
        )
    return rows


def _heads(connection: DuckDBPyConnection) -> dict[str, _Head]:
    rows = connection.execute(
        """SELECT d.document_id, d.title, d.outlet_id, d.duplicate_of_document_id, f.own_on
           FROM main.documents AS d SEMI JOIN grouped_documents USING (document_id)
           JOIN main.document_features AS f USING (document_id)"""
    ).fetchall()
    return {row[0]: _Head(*row[1:]) for row in rows}


def _term_names(connection: DuckDBPyConnection) -> dict[str, str]:
    """Names of the terms of the documents asked for, as people write them."""
    rows = connection.execute(
        """
        WITH asked AS (
            SELECT DISTINCT term, CASE WHEN term[1] IN ('e', 't') THEN term[3:] END AS entity_id
            FROM window_terms SEMI JOIN grouped_documents USING (document_id)
            WHERE term[1] NOT IN ('w', 'r', 'k'))
        SELECT a.term, e.name FROM asked AS a LEFT JOIN main.entities AS e USING (entity_id)
        """
    ).fetchall()
    names = {}
    for term, name in rows:
        folded = term[2:]
        place = gazetteer.place_folded(folded) if term[0] in "cp" else None
        if name is None and term[0] in "et":
            continue
        names[term] = name or (place.name if place else folded.title())
    return names


def _places(
    connection: DuckDBPyConnection, heads: Mapping[str, _Head], leads: Mapping[str, tuple[str, int]]
) -> dict[str, list[PlaceUse]]:
    """The places that each document asked for names, weighed by where it names them."""
    rows = connection.execute(
        """
        SELECT m.document_id, e.entity_id, e.name, min(m.start_char), bool_or(g.role = 'title')
        FROM main.entity_mentions AS m SEMI JOIN grouped_documents USING (document_id)
        JOIN main.segments AS g USING (document_id, segment_no)
        JOIN main.entities AS e ON e.entity_id = m.entity_id
        WHERE e.entity_type = 'place' AND m.label IN ('GPE', 'LOC')
          AND g.role IN ('title', 'dek', 'body', 'list_item', 'heading')
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    found: dict[str, list[PlaceUse]] = defaultdict(list)
    for document_id, entity_id, name, start, is_titled in rows:
        in_title = is_titled or gazetteer.fold(name) in gazetteer.fold(heads[document_id].title or "")
        in_lead = start < leads.get(document_id, ("", 0))[1]
        weight = _TITLE if in_title else _LEAD if in_lead else _BODY
        found[document_id].append(PlaceUse(entity_id, name, weight))
    return found


def _lead_days(lead: str, published_on: date | None) -> list[date]:
    """The days that a lead names, relative ones counted from the document's own date."""
    found = (resolve_expression(lead[a:b], published_on) for a, b in find_expressions(lead))
    return [resolved.on for resolved in found if resolved and resolved.precision == "day"]


def _date_documents(connection: DuckDBPyConnection, dates: Mapping[str, date | None]) -> None:
    """Give documents without a date their story's, or take it back."""
    connection.register(
        "story_dates",
        pa.table(
            {
                "document_id": pa.array(dates.keys(), pa.string()),
                "taken": pa.array(dates.values(), pa.date32()),
            }
        ),
    )
    connection.execute(
        """
        UPDATE main.documents AS d
        SET published_on = s.taken,
            published_on_precision = CASE WHEN s.taken IS NOT NULL THEN 'day' END,
            published_on_method = CASE WHEN s.taken IS NOT NULL THEN 'story' END
        FROM story_dates AS s
        WHERE s.document_id = d.document_id
          AND (d.published_on IS NULL OR d.published_on_method = 'story')
          AND s.taken IS DISTINCT FROM d.published_on
        """
    )
    connection.unregister("story_dates")
