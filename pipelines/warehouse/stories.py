"""Stories in the work file: new documents join, start or join together stories; ids stay.

A run costs what its new documents and the days around them cost, not what the warehouse holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.model import IdRedirect, hash_key, to_arrow
from pipelines.resolve.stories import LIKE_TERMS, Group, join_groups
from pipelines.warehouse.story_features import (
    fetch_window,
    forget_window,
    refresh_features,
    register_ids,
    weigh_terms,
    window_members,
)
from pipelines.warehouse.story_rows import write_stories

# New documents that are placed together; a long archive is read in stretches of time.
BATCH = 1000

# Groups that a new document is compared with in full, the likeliest by terms; a term in more documents of
# the window than this share (and this number) brings nobody together by itself.
_NEAREST = 30
_COMMON_SHARE = 0.02
_COMMON = 200


def update_stories(connection: DuckDBPyConnection, run_id: str) -> None:
    """Put every document that has none into a story, and bring the touched stories' rows up to date.

    Leaves the temporary table `touched_stories` (story_id): every story that gained, lost or changed a
    document or a row of one, and those that are no more.
    """
    refresh_features(connection, run_id)
    _follow_originals(connection)
    _place_all(connection, run_id)
    _place_copies(connection)
    connection.execute("DELETE FROM following")
    _place_all(connection, run_id)
    touched = connection.execute(
        """SELECT f.story_id, list(f.document_id ORDER BY f.document_id)
           FROM main.document_features AS f SEMI JOIN touched_stories USING (story_id)
           GROUP BY f.story_id ORDER BY min(f.own_on), f.story_id"""
    ).fetchall()
    _clear(connection)
    for stories in _chunks(touched):
        write_stories(connection, stories, run_id)
    forget_window(connection)


def _place_all(connection: DuckDBPyConnection, run_id: str) -> None:
    """Place every document that has no story and follows no original: by day, those without one last."""
    unplaced = connection.execute(
        """SELECT document_id FROM main.document_features
           WHERE story_id IS NULL AND document_id NOT IN (SELECT document_id FROM following)
           ORDER BY own_on IS NULL, own_on, seen_on, document_id"""
    ).fetchall()
    for batch in _batches([row[0] for row in unplaced], BATCH):
        _place(connection, batch, run_id)


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for at in range(0, len(ids), size):
        yield ids[at : at + size]


def _chunks(stories: Sequence[tuple[str, list[str]]]) -> Iterator[dict[str, list[str]]]:
    """Stories in bundles of about a batch of documents."""
    bundle: dict[str, list[str]] = {}
    count = 0
    for story_id, documents in stories:
        bundle[story_id] = documents
        count += len(documents)
        if count >= BATCH:
            yield bundle
            bundle, count = {}, 0
    if bundle:
        yield bundle


def _follow_originals(connection: DuckDBPyConnection) -> None:
    """Take copies out of what looks for a story; one whose original is known elsewhere leaves its own."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE following AS
        SELECT c.document_id, c.duplicate_of_document_id AS original_id
        FROM main.documents AS c
        JOIN main.document_features AS f USING (document_id)
        JOIN main.document_features AS o ON o.document_id = c.duplicate_of_document_id
        WHERE c.duplicate_of_document_id IS NOT NULL
          AND (f.story_id IS NULL OR o.story_id IS NULL OR f.story_id <> o.story_id)
        """
    )
    connection.execute(
        """INSERT INTO touched_stories
           SELECT DISTINCT story_id FROM main.document_features SEMI JOIN following USING (document_id)
           WHERE story_id IS NOT NULL"""
    )


def _place_copies(connection: DuckDBPyConnection) -> None:
    """Copies follow their originals; a copy of a copy follows in the next turn, until nothing moves."""
    while True:
        moved = connection.execute(
            """
            UPDATE main.document_features AS f SET story_id = o.story_id
            FROM following AS c JOIN main.document_features AS o ON o.document_id = c.original_id
            WHERE f.document_id = c.document_id AND o.story_id IS NOT NULL
              AND f.story_id IS DISTINCT FROM o.story_id
            """
        ).fetchone()
        if not moved or not moved[0]:
            break
    connection.execute(
        """INSERT INTO touched_stories
           SELECT DISTINCT story_id FROM main.document_features SEMI JOIN following USING (document_id)
           WHERE story_id IS NOT NULL"""
    )


def _place(connection: DuckDBPyConnection, batch: Sequence[str], run_id: str) -> None:
    fetch_window(connection, batch)
    weigh_terms(connection, "window_documents")
    register_ids(connection, "batch", batch)
    near = connection.execute(
        """
        WITH usable AS (
            SELECT * FROM window_terms
            WHERE used <= greatest($common, $share * (SELECT count(*) FROM window_documents))),
        alike AS (
            SELECT b.document_id, o.group_id, sum(b.weight * o.weight) AS likeness
            FROM (FROM usable SEMI JOIN batch USING (document_id)) AS b JOIN usable AS o USING (term)
            WHERE o.group_id <> b.group_id
            GROUP BY b.document_id, o.group_id, o.document_id
            HAVING likeness >= $least)
        SELECT document_id, group_id FROM alike GROUP BY document_id, group_id
        QUALIFY row_number() OVER (
            PARTITION BY document_id ORDER BY max(likeness) DESC, group_id) <= $nearest
        ORDER BY ALL
        """,
        {"common": _COMMON, "share": _COMMON_SHARE, "least": LIKE_TERMS / 2, "nearest": _NEAREST},
    ).fetchall()
    groups = _groups(connection, {*batch, *(group for _, group in near)})
    ends = join_groups(groups, near)
    _settle(connection, groups, ends, run_id)


def _groups(connection: DuckDBPyConnection, keys: set[str]) -> dict[str, Group]:
    """The groups of these keys with their documents in the window; dates are those of all documents."""
    register_ids(connection, "keys", sorted(keys))
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE grouped_documents AS
           SELECT w.* FROM window_documents AS w JOIN keys AS k ON k.document_id = w.group_id"""
    )
    groups: dict[str, Group] = {}
    for group_id, member in window_members(connection):
        is_story = group_id != member.document_id
        founded = (member.ingest_date, member.document_id)
        groups.setdefault(group_id, Group(group_id, is_story, founded)).add(member)
    spans = connection.execute(
        """SELECT f.story_id, min(f.own_on), max(f.own_on), min(f.seen_on), max(f.seen_on),
                  arg_min(f.document_id, (f.seen_on, f.document_id))
           FROM main.document_features AS f JOIN keys AS k ON k.document_id = f.story_id
           ANTI JOIN (FROM main.documents WHERE duplicate_of_document_id IS NOT NULL) AS c
             ON c.document_id = f.document_id
           GROUP BY f.story_id"""
    ).fetchall()
    for story_id, first, last, seen_first, seen_last, founder in spans:
        if story_id in groups:
            group = groups[story_id]
            group.founded = (seen_first, founder)
            group.first, group.last = first, last
            group.seen_first, group.seen_last = seen_first, seen_last
    return groups


def _settle(
    connection: DuckDBPyConnection, groups: Mapping[str, Group], ends: Mapping[str, str], run_id: str
) -> None:
    """Write which story each document of the batch is in, and which stories joined which."""
    founders = [end for end in set(ends.values()) if not groups[end].is_story]
    ids = _new_ids(connection, founders, run_id)
    moves = {key: ids.get(end, end) for key, end in ends.items()}
    connection.register(
        "moves",
        pa.table(
            {"key": pa.array(moves.keys(), pa.string()), "story_id": pa.array(moves.values(), pa.string())}
        ),
    )
    connection.execute(
        """
        UPDATE main.document_features AS f SET story_id = m.story_id FROM moves AS m
        WHERE m.key = coalesce(f.story_id, f.document_id) AND f.story_id IS DISTINCT FROM m.story_id
        """
    )
    arrived = {moves[key] for key, group in groups.items() if not group.is_story or key != moves[key]}
    gone = [key for key, group in groups.items() if group.is_story and key != moves[key]]
    register_ids(connection, "arrived", sorted({*arrived, *gone}))
    connection.execute("INSERT INTO touched_stories SELECT document_id FROM arrived")
    _redirect(
        connection,
        [
            IdRedirect(table_name="stories", old_id=key, new_id=moves[key], since_run_id=run_id)
            for key in sorted(gone)
        ],
    )
    connection.unregister("moves")


def _new_ids(connection: DuckDBPyConnection, founders: Sequence[str], run_id: str) -> dict[str, str]:
    """Ids of new stories by founding document. An id is never given twice: a document that left the story
    it founded founds the next one under another."""
    wanted = {founder: hash_key("stories", founder) for founder in sorted(founders)}
    register_ids(connection, "wanted", wanted.values())
    taken = connection.execute(
        """SELECT document_id FROM wanted WHERE document_id IN (
               SELECT story_id FROM main.document_features WHERE story_id IS NOT NULL
               UNION ALL SELECT old_id FROM main.id_redirects WHERE table_name = 'stories')"""
    ).fetchall()
    held = {row[0] for row in taken}
    return {
        founder: hash_key("stories", founder, run_id) if story_id in held else story_id
        for founder, story_id in wanted.items()
    }


def _redirect(connection: DuckDBPyConnection, redirects: Sequence[IdRedirect]) -> None:
    """Lead the ids of stories that joined others to these; every redirect leads straight to a story."""
    if not redirects:
        return
    connection.register("joined_stories", to_arrow("id_redirects", redirects))
    connection.execute(
        """UPDATE main.id_redirects AS r SET new_id = j.new_id FROM joined_stories AS j
           WHERE r.table_name = 'stories' AND r.new_id = j.old_id"""
    )
    connection.execute("INSERT INTO main.id_redirects BY NAME FROM joined_stories")
    connection.unregister("joined_stories")


def _clear(connection: DuckDBPyConnection) -> None:
    """Take out the rows of touched stories, which are written anew, and of those that nothing is in."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE touched_stories AS
        SELECT story_id FROM touched_stories
        UNION SELECT story_id FROM main.stories
        WHERE story_id NOT IN (SELECT story_id FROM main.document_features WHERE story_id IS NOT NULL)
        """
    )
    for table in ("story_documents", "stories"):
        connection.execute(f"DELETE FROM main.{table} WHERE story_id IN (FROM touched_stories)")  # noqa: S608
    connection.execute(
        """DELETE FROM main.id_redirects WHERE table_name = 'stories'
           AND new_id NOT IN (SELECT story_id FROM main.document_features WHERE story_id IS NOT NULL)"""
    )
    connection.execute(
        """
        UPDATE main.documents AS d SET story_id = f.story_id
        FROM (SELECT d.document_id, f.story_id FROM main.documents AS d
              LEFT JOIN main.document_features AS f USING (document_id)) AS f
        WHERE f.document_id = d.document_id AND d.story_id IS DISTINCT FROM f.story_id
        """
    )
