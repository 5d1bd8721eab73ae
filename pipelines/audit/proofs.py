"""Which documents are as they were when the rules over one document's rows held for them.

A rule over the history may have a part that joins rows of one document alone (`within`): what it found of
a document holds as long as these rows are as they were. After all rules have held, a sum over these rows is
kept for every document, in schema `proven` of the database itself; the next audit sums all rows again and
asks `within` of the documents whose sum is another. Nothing has to say what it changed, and a row that was
changed by mistake is found like any other.

That no two rows bear one key (`keys`) holds as long among rows that are as they were. A second row with a key
is in a document that changed, so the keys of these are looked for in all rows. Another version of DuckDB, of
the rules or of the tables proves all anew.
"""

from __future__ import annotations

import hashlib

import duckdb

from pipelines.audit.suites import Rule
from pipelines.model import TABLES, TableSpec

SCHEMA = "proven"

# The rows of so many unproven documents are copied once for all rules; of more, each rule reads its own.
_COPIED = 5_000

# Tables whose rows belong to one document.
OF_DOCUMENT = (
    "documents",
    "segments",
    "sentences",
    "entity_mentions",
    "quotes",
    "scare_quotes",
    "numeric_claims",
)

# What lies across documents changes in old rows with every run, and rules ask it of all rows.
ACROSS = frozenset(
    {
        "story_id",
        "outlet_id",
        "duplicate_of_document_id",
        "duplicate_similarity",
        "entity_id",
        "literal_entity_id",
        "is_metonym",
        "speaker_entity_id",
        "speaker_is_inferred",
        "source_entity_id",
        "place_entity_id",
        "statement_id",
        "figure_id",
    }
)


def find_unproven(connection: duckdb.DuckDBPyConnection, rules: list[Rule]) -> int | None:
    """Sum every document's rows; leaves the temporary table `unproven` (document_id) and returns its rows.

    The rows of these documents are left as `unproven_` and the name of their table. None where nothing is
    proven on the terms of today, or so little that all are best asked at once.
    """
    sums = " UNION ALL ".join(_sum(number, TABLES[name]) for number, name in enumerate(OF_DOCUMENT))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE document_sums AS
            SELECT document_id, sum(part) AS row_sum FROM ({sums}) GROUP BY document_id"""  # noqa: S608
    )
    if _kept_terms(connection) != _terms(connection, rules):
        return None
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE unproven AS
           SELECT s.document_id FROM document_sums AS s
           LEFT JOIN proven.documents AS p USING (document_id)
           WHERE p.row_sum IS DISTINCT FROM s.row_sum"""
    )
    of, all_of = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)  # noqa: S608
        for table in ("unproven", "document_sums")
    )
    if 2 * of[0] >= all_of[0]:
        return None
    for name in OF_DOCUMENT:
        rows = f"SELECT * FROM main.{name} SEMI JOIN temp.unproven USING (document_id)"  # noqa: S608
        if of[0] <= _COPIED:
            # Found by document first: the rest is read only where such rows lie.
            found = rows.replace("*", "rowid")
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE copied_{name} AS
                    FROM main.{name} WHERE rowid IN ({found})"""
            )
            rows = f"FROM temp.copied_{name}"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW unproven_{name} AS {rows}")
    return int(of[0])


def keep_proven(connection: duckdb.DuckDBPyConnection, rules: list[Rule]) -> None:
    """Keep the sums of `find_unproven`: the rules hold for every document as it is now."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute("CREATE OR REPLACE TABLE proven.documents AS FROM document_sums ORDER BY document_id")
    connection.execute("CREATE OR REPLACE TABLE proven.terms (terms VARCHAR)")
    connection.execute("INSERT INTO proven.terms VALUES (?)", [_terms(connection, rules)])
    for table, comment in (
        (
            "documents",
            "A sum over the rows of each document for which the rules within a document have held.",
        ),
        ("terms", "Version of DuckDB, of those rules and of the tables that the sums were made with."),
    ):
        connection.execute(f"COMMENT ON TABLE {SCHEMA}.{table} IS '{comment}'")


def forget_proven(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep nothing: a rule did not hold, though a person let it pass."""
    connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def narrowed(within: str) -> str:
    """The `within` part of a rule, of the documents in `unproven` alone: it sees no rows of others."""
    tables = ", ".join(f"{name} AS (FROM temp.unproven_{name})" for name in OF_DOCUMENT)
    return f"WITH {tables} {within}"


def narrowed_to_keys(keys: str, table: str) -> str:
    """The `keys` part of a rule, of all rows with the key of an unproven document, or without."""
    [key] = TABLES[table].key
    return f"""WITH {table} AS (
        SELECT {key} FROM main.{table} SEMI JOIN temp.unproven_{table} USING ({key})
        UNION ALL SELECT {key} FROM temp.unproven_{table} WHERE {key} IS NULL) {keys}"""  # noqa: S608


def _sum(number: int, spec: TableSpec) -> str:
    columns = ", ".join(f'"{name}"' for name in summed(spec))
    return (
        f"SELECT document_id, sum(hash({number}, {columns})) AS part "  # noqa: S608
        f"FROM main.{spec.name} GROUP BY document_id"
    )


def summed(spec: TableSpec) -> list[str]:
    """The columns of a table that a document's sum is made of."""
    return [name for name in spec.column_names if name not in ACROSS]


def _terms(connection: duckdb.DuckDBPyConnection, rules: list[Rule]) -> str:
    """What a sum and a rule mean: they hold between runs only as long as none of this changes."""
    made = hashlib.sha256()
    for rule in rules:
        if rule.within or rule.keys:
            made.update(f"{rule.name}\0{rule.within}\0{rule.keys}\0".encode())
    for name in OF_DOCUMENT:
        made.update(f"{name} {summed(TABLES[name])}\0".encode())
    version = connection.execute("SELECT version()").fetchone()
    return f"{version[0] if version else ''} {made.hexdigest()}"


def _kept_terms(connection: duckdb.DuckDBPyConnection) -> str | None:
    try:
        row = connection.execute(f"SELECT terms FROM {SCHEMA}.terms").fetchone()  # noqa: S608
    except duckdb.CatalogException:
        return None
    return str(row[0]) if row else None
