"""Why a row says what it says: the row, its evidence, and the sentence in each source with the span marked.

For the command line and for the dashboard. Reads an open release and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from pipelines.model import TABLES

KINDS = ("figure", "statement", "quote", "claim")

# Hex digits of an id that must be given at least: fewer would fit several rows of any larger release.
SHORTEST_ID = 4

_TABLE = {
    "figure": "figures",
    "statement": "statements",
    "quote": "quotes",
    "claim": "numeric_claims",
}

# The spans behind a row: which row, where, how it was put there, and what it says in a word.
_SPANS = {
    "figure": """
        SELECT c.claim_id, c.document_id, c.start_char, c.end_char, f.relation, f.evidence,
               c.source_surface, c.method, c.confidence
        FROM main.figure_claims AS f
        LEFT JOIN (FROM main.numeric_claims{of_runs}) AS c USING (claim_id)
        WHERE f.figure_id = $id""",
    "statement": """
        SELECT q.quote_id, q.document_id, s.start_char, s.end_char, q.kind, s.evidence,
               q.speaker_surface, q.method, s.score
        FROM main.statement_quotes AS s LEFT JOIN (FROM main.quotes{of_runs}) AS q USING (quote_id)
        WHERE s.statement_id = $id""",
    "quote": """
        SELECT quote_id, document_id, start_char, end_char, kind, NULL, speaker_surface, method, confidence
        FROM main.quotes WHERE quote_id = $id""",
    "claim": """
        SELECT claim_id, document_id, start_char, end_char, bound, NULL, source_surface, method, confidence
        FROM main.numeric_claims WHERE claim_id = $id""",
}

# The runs that loaded a figure's or statement's documents, as far as the kept view sorted by it knows them.
_RUNS = {
    "figure": """
        SELECT DISTINCT d.run_id FROM marts.figure_reports AS r JOIN main.documents AS d USING (document_id)
        WHERE r.figure_id = $id""",
    "statement": """
        SELECT DISTINCT d.run_id
        FROM marts.statement_reports AS r JOIN main.documents AS d USING (document_id)
        WHERE r.statement_id = $id""",
}

# Few of many, so they are looked up by themselves and not in one large join; by row, so that of the texts,
# the largest column, only theirs are read.
_DOCUMENTS = """
    SELECT document_id, source_label, published_on, source_uri, duplicate_of_document_id IS NOT NULL,
           agencies, run_id, text
    FROM main.documents
    WHERE rowid IN (SELECT rowid FROM main.documents WHERE document_id IN (SELECT unnest($ids)))"""

# A document's rows bear the run that loaded it: a large table is read where that run wrote it.
_SENTENCES = """
    SELECT document_id, start_char, end_char FROM main.sentences
    WHERE document_id IN (SELECT unnest($ids)) AND {of_runs}"""


class ExplainError(ValueError):
    """A kind or id that fits no row, or several."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A span in a source, with the sentences it stands in."""

    row_id: str
    document_id: str
    source_label: str
    published_on: date | None
    source_uri: str
    sentence: str
    mark_start: int
    """First character of the span, counted from the start of `sentence`."""
    mark_end: int
    start_char: int
    """First character of the span in `documents.text`."""
    end_char: int
    relation: str | None
    evidence: str | None
    given_by: str | None
    method: str
    confidence: float | None
    is_duplicate: bool
    agencies: list[str]


@dataclass(slots=True)
class Explanation:
    """A row and what it rests on."""

    kind: str
    row_id: str
    redirected_from: str | None
    row: dict[str, Any]
    names: dict[str, str] = field(default_factory=dict)
    """Names of the entities and labels of the story that the row points at, by column."""
    passages: list[Passage] = field(default_factory=list)
    rulings: list[str] = field(default_factory=list)
    """What people ruled on the row, in words."""
    wider: tuple[str, str] | None = None
    """The figure or statement that a claim or quote belongs to: kind and id."""
    date_checks: list[str] = field(default_factory=list)
    """What dates say of the durations and ages of a figure, in words."""


def explain(connection: duckdb.DuckDBPyConnection, kind: str, row_id: str) -> Explanation:
    """The row of `kind` (of `KINDS`) with that id, or the only one whose id starts so.

    An id that joined another leads to the other. Raises ExplainError where no row fits, or several do.
    """
    if kind not in KINDS:
        raise ExplainError(f"{kind}: not one of {', '.join(KINDS)}")
    given = row_id.strip().casefold()
    found, before, row = given, None, _row(connection, kind, given)
    if row is None:
        found, before = _find(connection, kind, given)
        row = _row(connection, kind, found)
    if row is None:
        raise ExplainError(f"{found}: no such {kind}")
    wider = {"quote": "statement", "claim": "figure"}.get(kind)
    wider_id = row.get(f"{wider}_id")
    return Explanation(
        kind,
        found,
        before,
        row,
        _names(connection, row),
        _passages(connection, kind, found),
        _rulings(connection, [found]),
        (wider, wider_id) if wider and wider_id else None,
        _date_checks(connection, found) if kind == "figure" else [],
    )


def _find(connection: duckdb.DuckDBPyConnection, kind: str, given: str) -> tuple[str, str | None]:
    """The only id that starts so, or that of the row which the one given joined, and then the one given."""
    table, key = _TABLE[kind], f"{kind}_id"
    if len(given) < SHORTEST_ID:
        raise ExplainError(f"{given}: give at least {SHORTEST_ID} characters of the id")
    # Table and column come from the constants above, never from what was typed.
    query = f"SELECT {key} FROM main.{table} WHERE starts_with({key}, $id) ORDER BY 1 LIMIT 5"  # noqa: S608
    ids = [row[0] for row in connection.execute(query, {"id": given}).fetchall()]
    if len(ids) == 1:
        return ids[0], None
    if len(ids) > 1:
        raise ExplainError(f"{given}: fits several: {', '.join(ids)}")
    joined = connection.execute(
        "SELECT old_id, new_id FROM main.id_redirects WHERE table_name = ? AND starts_with(old_id, ?)",
        [table, given],
    ).fetchall()
    if len(joined) == 1:
        return joined[0][1], joined[0][0]
    raise ExplainError(f"{given}: no {kind} has this id; ids stand in main.{table} and in the views")


def _row(connection: duckdb.DuckDBPyConnection, kind: str, row_id: str) -> dict[str, Any] | None:
    table = _TABLE[kind]
    cursor = connection.execute(f"FROM main.{table} WHERE {kind}_id = ?", [row_id])
    columns = [column[0] for column in cursor.description or []]
    values = cursor.fetchone()
    return None if values is None else dict(zip(columns, values, strict=True))


def _names(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> dict[str, str]:
    entities = {column: value for column, value in row.items() if column.endswith("entity_id") and value}
    known = dict(
        connection.execute(
            "SELECT entity_id, name FROM main.entities WHERE entity_id IN (SELECT unnest(?))",
            [list(entities.values())],
        ).fetchall()
    )
    named = {column: known[value] for column, value in entities.items() if value in known}
    if row.get("story_id"):
        story = connection.execute(
            "SELECT label FROM main.stories WHERE story_id = ?", [row["story_id"]]
        ).fetchone()
        if story and story[0]:
            named["story_id"] = story[0]
    return named


def _passages(connection: duckdb.DuckDBPyConnection, kind: str, row_id: str) -> list[Passage]:
    spans = _spans(connection, kind, row_id)
    ids = sorted({span[1] for span in spans})
    documents = {row[0]: row[1:] for row in connection.execute(_DOCUMENTS, {"ids": ids}).fetchall()}
    spans = [span for span in spans if span[1] in documents]
    bounds = _bounds(connection, spans, {documents[document_id][5] for document_id in documents})
    found = []
    for span, (low, high) in zip(spans, bounds, strict=True):
        key, document_id, start, end, relation, evidence, given_by, method, confidence = span
        label, published_on, uri, is_duplicate, agencies, _, text = documents[document_id]
        found.append(
            Passage(
                row_id=key,
                document_id=document_id,
                start_char=start,
                end_char=end,
                relation=relation,
                evidence=evidence,
                given_by=given_by,
                method=method,
                confidence=confidence,
                source_label=label,
                published_on=published_on,
                source_uri=uri,
                mark_start=start - low,
                mark_end=end - low,
                sentence=text[low:high],
                is_duplicate=is_duplicate,
                agencies=agencies or [],
            )
        )
    return sorted(
        found,
        key=lambda p: (p.published_on or date.max, p.source_label, p.document_id, p.start_char, p.row_id),
    )


def _spans(connection: duckdb.DuckDBPyConnection, kind: str, row_id: str) -> list[tuple[Any, ...]]:
    """What a row rests on: looked for where its documents were loaded, and everywhere if some is missing."""
    runs = _runs(connection, kind, row_id)
    if runs:
        of_runs, named = _one_of("run_id", runs)
        found = connection.execute(
            _SPANS[kind].format(of_runs=f" WHERE {of_runs}"), {"id": row_id, **named}
        ).fetchall()
        if all(span[1] is not None for span in found):
            return found
    found = connection.execute(_SPANS[kind].format(of_runs=""), {"id": row_id}).fetchall()
    return [span for span in found if span[1] is not None]


def _runs(connection: duckdb.DuckDBPyConnection, kind: str, row_id: str) -> list[str]:
    if kind not in _RUNS:
        return []
    try:
        return sorted(run for (run,) in connection.execute(_RUNS[kind], {"id": row_id}).fetchall())
    except duckdb.CatalogException:
        # A release from before there was the view.
        return []


def _one_of(column: str, values: Collection[str]) -> tuple[str, dict[str, str]]:
    """A condition with a parameter for each value: of these DuckDB sees which blocks can hold them."""
    named = {f"{column}{at}": value for at, value in enumerate(sorted(values))}
    return f"{column} IN ({', '.join(f'${name}' for name in named)})", named


def _bounds(
    connection: duckdb.DuckDBPyConnection, spans: Sequence[tuple[Any, ...]], runs: Collection[str]
) -> list[tuple[int, int]]:
    """From where to where the sentences go that a span stands in; the span itself where there are none."""
    sentences: dict[str, list[tuple[int, int]]] = {}
    if spans:
        of_runs, named = _one_of("run_id", runs)
        query = _SENTENCES.format(of_runs=of_runs)
        ids = sorted({span[1] for span in spans})
        for document_id, start, end in connection.execute(query, {"ids": ids, **named}).fetchall():
            sentences.setdefault(document_id, []).append((start, end))
    found = []
    for _, document_id, start, end, *_ in spans:
        around = [(s, e) for s, e in sentences.get(document_id, ()) if s < end and e > start]
        found.append((min([start, *(s for s, _ in around)]), max([end, *(e for _, e in around)])))
    return found


def _date_checks(connection: duckdb.DuckDBPyConnection, figure_id: str) -> list[str]:
    """The checks of a figure against dates; none in a release from before there were any."""
    known = connection.execute("FROM duckdb_tables() WHERE table_name = 'figure_date_checks'").fetchone()
    if known is None:
        return []
    rows = connection.execute(
        """SELECT k.verdict, substr(d.text, k.start_char + 1, k.end_char - k.start_char), d.source_label,
                  k.evidence
           FROM main.figure_date_checks AS k JOIN main.documents AS d USING (document_id)
           WHERE k.figure_id = ? ORDER BY ALL""",
        [figure_id],
    ).fetchall()
    return [f"{verdict}: “{words}” ({label}); {evidence}" for verdict, words, label, evidence in rows]


def _rulings(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[str]:
    rows = connection.execute(
        """SELECT kind, field, value, ruled_by, ruled_at, why, status FROM audit.rulings
           WHERE list_contains(?, row_key) ORDER BY ruled_at""",
        [list(ids)],
    ).fetchall()
    return [
        f"{kind}{f' {field} = {value}' if field else ''}, by {who} on {at:%Y-%m-%d}: {why} ({status})"
        for kind, field, value, who, at, why, status in rows
    ]


def shown_columns(kind: str) -> list[str]:
    """The columns of a kind that a reader wants to see first to last: no offsets, no run."""
    hidden = ("_char", "_no", "run_id", "extractor_version", "quoted_spans", "sentence_id", "surface")
    return [c.name for c in TABLES[_TABLE[kind]].columns if not c.name.endswith(hidden)]


__all__ = ["KINDS", "ExplainError", "Explanation", "Passage", "explain", "shown_columns"]
