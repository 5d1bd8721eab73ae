"""Dates of stories that tell a duration or an age, and the checks that `resolve.date_arithmetic` makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from duckdb import DuckDBPyConnection

from pipelines.ingest.dates import ResolvedDate, find_expressions, resolve_expression
from pipelines.model import FigureDateCheck
from pipelines.resolve.date_arithmetic import DateSpan, check_dates
from pipelines.resolve.figure_reading import ClaimRow
from pipelines.resolve.vectors import embed


# A day told without its year, so far from publication, may be of another year.
_SURE_DAYS = 200
_SURE = frozenset({"absolute", "nearest_year", "weekday", "last_named", "next_named"})


def dates_in(sentence: str, published_on: date | None) -> Iterator[tuple[int, int, ResolvedDate]]:
    """Dates of a sentence that say which day, month or year they mean, with their offsets in it.

    "Three weeks ago" is none: it is a claim that these are compared with.
    """
    for a, b in find_expressions(sentence):
        found = resolve_expression(sentence[a:b], published_on)
        if found is None or not (found.method in _SURE or sentence[a:b].lower() == "yesterday"):
            continue
        if found.method == "absolute" or (
            published_on is not None and abs((found.on - published_on).days) <= _SURE_DAYS
        ):
            yield a, b, found


@dataclass(slots=True)
class _Dated:
    """Dates of one story, and the days on which its documents were published."""

    spans: list[DateSpan] = field(default_factory=list)
    published: dict[str, date] = field(default_factory=dict)


def find_date_checks(
    connection: DuckDBPyConnection, rows: Mapping[str, Sequence[ClaimRow]], figure_of: Mapping[str, str]
) -> list[FigureDateCheck]:
    """The checks of all touched stories; `rows`: claims by story, `figure_of`: the figure of each claim.

    Reads sentences of the stories that tell a duration or an age and no others.
    """
    timed = [
        story for story, own in rows.items() if any(r.unit_dimension in ("duration", "age") for r in own)
    ]
    if not timed:
        return []
    stories, persons = _dated(connection, timed)
    return [
        check
        for story in timed
        for check in check_dates(
            rows[story], stories[story].spans, figure_of, stories[story].published, embed, persons
        )
    ]


def _dated(
    connection: DuckDBPyConnection, stories: Sequence[str]
) -> tuple[dict[str, _Dated], frozenset[str]]:
    """Dates in sentences of these stories, and who of those named is a person."""
    found: dict[str, _Dated] = defaultdict(_Dated)
    for story_id, document_id, published_on in connection.execute(
        """
        SELECT d.story_id, d.document_id, d.published_on FROM main.documents AS d
        SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS story_id) AS t ON t.story_id = d.story_id
        WHERE d.published_on IS NOT NULL
        """,
        [list(stories)],
    ).fetchall():
        found[story_id].published[document_id] = published_on
    # A constant pattern is compiled once, a parameter for every row.
    rows = connection.execute(
        """
        WITH told AS MATERIALIZED (
            SELECT d.story_id, d.document_id, d.published_on, s.sentence_id, s.start_char, s.surface
            FROM main.sentences AS s
            JOIN (SELECT story_id, document_id, published_on FROM main.documents
                  SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS story_id) USING (story_id)) AS d USING (document_id))
        FROM told AS s
        WHERE regexp_matches(s.surface, '\\b((1[89]|20)[0-9]{2}|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[Yy]esterday'
            || '|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\\b')
        ORDER BY story_id, document_id, start_char
        """,
        [list(stories)],
    ).fetchall()
    born = {row[3] for row in rows if "born" in row[5].lower()}
    people = _people(connection, stories, born)
    for story_id, document_id, published_on, sentence_id, start, surface in rows:
        for a, b, resolved in dates_in(surface, published_on):
            found[story_id].spans.append(
                DateSpan(
                    document_id, sentence_id, start + a, start + b, surface[a:b], resolved.on, resolved.precision,
                    surface, start, people.get(sentence_id, frozenset()),
                )
            )  # fmt: skip
    persons = frozenset(person for named in people.values() for person in named)
    return found, persons


def _people(
    connection: DuckDBPyConnection, stories: Sequence[str], sentences: Collection[str]
) -> dict[str, frozenset[str]]:
    """Who is named in each of these sentences; and of all claims' sentences, where any tells a birth."""
    if not sentences:
        return {}
    rows = connection.execute(
        """
        SELECT m.sentence_id, list(DISTINCT m.entity_id)
        FROM main.entity_mentions AS m
        JOIN main.entities AS e ON e.entity_id = m.entity_id AND e.entity_type = 'person'
        JOIN main.documents AS d ON d.document_id = m.document_id
        SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS story_id) AS t ON t.story_id = d.story_id
        WHERE m.sentence_id IS NOT NULL
        GROUP BY m.sentence_id
        """,
        [list(stories)],
    ).fetchall()
    return {sentence_id: frozenset(named) for sentence_id, named in rows}
