"""What another version of the extractor found in the same text: noted while its rows replace the older ones."""

from __future__ import annotations

import duckdb

from pipelines.model import TABLES
from pipelines.warehouse.schema import qualified, quote_name
from pipelines.warehouse.session import Session

# Columns that extraction decides and that a reader of a comparison wants to see, by table.
COMPARED: dict[str, tuple[str, ...]] = {
    "quotes": (
        "kind", "cue", "cue_class", "is_negated", "is_headline", "speaker_surface", "speaker_name",
        "speaker_role", "said_on", "venue",
    ),
    "numeric_claims": (
        "value", "value_low", "value_high", "bound", "direction", "unit", "noun", "category", "stock_or_flow",
        "as_of_on", "source_surface", "relation",
    ),
    "entity_mentions": ("label", "mention_type", "name", "role_text"),
    "scare_quotes": ("reason",),
}  # fmt: skip

# What stands for the row itself where one version has it and the other has not.
WHOLE_ROW = "(row)"


def note_changes(connection: duckdb.DuckDBPyConnection, session: Session) -> None:
    """Compare the rows about to be loaded with those they replace, where the text is the same.

    Expects the tables `incoming_<table>` and `new_documents` to be registered. Writes extraction_changes.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE reread AS
        SELECT n.document_id, d.extractor_version AS old_version, n.extractor_version AS new_version
        FROM new_documents AS n JOIN main.documents AS d USING (document_id)
        WHERE d.text_sha256 = n.text_sha256 AND d.extractor_version <> n.extractor_version
        """
    )
    if not connection.execute("SELECT count(*) FROM reread").fetchall()[0][0]:
        return
    for table, columns in COMPARED.items():
        connection.execute(_query(table, columns), {"run_id": session.run_id, "table": table})


def _query(table: str, columns: tuple[str, ...]) -> str:
    """SQL built from the names above alone."""
    name = qualified(TABLES[table])
    pairs = ", ".join(
        f"{{'field': '{column}', 'old': {_old(table, column)}, 'new': CAST(n.{quote_name(column)} AS VARCHAR)}}"
        for column in columns
    )
    return f"""
        INSERT INTO main.extraction_changes BY NAME
        WITH both_rows AS (
            SELECT r.document_id, r.old_version, r.new_version,
                   coalesce(n.start_char, o.start_char) AS start_char,
                   coalesce(n.end_char, o.end_char) AS end_char,
                   coalesce(n.surface, o.surface) AS surface,
                   o.start_char IS NULL AS is_added, n.start_char IS NULL AS is_removed, [{pairs}] AS pairs
            FROM (SELECT * FROM {name} SEMI JOIN reread USING (document_id)) AS o
            FULL JOIN (SELECT * FROM incoming_{table} SEMI JOIN reread USING (document_id)) AS n
              ON n.document_id = o.document_id AND n.start_char = o.start_char AND n.end_char = o.end_char
            JOIN reread AS r ON r.document_id = coalesce(n.document_id, o.document_id)
        ),
        told AS (
            SELECT *, unnest(pairs) AS pair FROM both_rows WHERE NOT is_added AND NOT is_removed
        )
        SELECT $run_id AS run_id, $table AS table_name, document_id, start_char, end_char, surface,
               'changed' AS change, pair.field AS field, pair.old AS old_value, pair.new AS new_value,
               old_version, new_version
        FROM told WHERE pair.old IS DISTINCT FROM pair.new
        UNION ALL
        SELECT $run_id, $table, document_id, start_char, end_char, surface,
               CASE WHEN is_added THEN 'added' ELSE 'removed' END, '{WHOLE_ROW}', NULL, NULL,
               old_version, new_version
        FROM both_rows WHERE is_added OR is_removed
    """  # noqa: S608


def _old(table: str, column: str) -> str:
    """The older value as extraction left it: a speaker inferred across documents was unnamed there."""
    value = f"CAST(o.{quote_name(column)} AS VARCHAR)"
    if (table, column) == ("quotes", "speaker_name"):
        return f"CASE WHEN o.speaker_is_inferred THEN NULL ELSE {value} END"
    return value
