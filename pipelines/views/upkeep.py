"""Kept views brought up to date: of a view that names its key, only the rows of touched keys are made again.

A run starts from a copy of the last release, whose kept views say what its tables said. Both are compared
document by document (a sum of hashes of every column that such a view reads), so nothing rests on what a step
of the run says it changed. What differs touches keys; the rows of a key depend on a few documents. The view's
own SELECT then runs in a database beside the work file whose tables are those documents' rows.

Belongs here: which rows a key depends on. Does not belong here: any view's SQL.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.model import TABLES
from pipelines.views.catalog import SCHEMA, View
from pipelines.warehouse.connection import fetch
from pipelines.warehouse.schema import quote_name, quote_text

logger = logging.getLogger(__name__)

# What the databases are attached as: the release that the work file was copied from, and the one beside.
_BASE, _BESIDE = "upkeep_base", "upkeep"

# Where a touched key's rows rest on more than this share of all documents, the view is made whole: it is no
# dearer, and sorted as it should be.
MOST_DOCUMENTS = 0.2
# Rows added at the end of a table, as a share of it, before it is made whole again to be sorted.
_MOST_APPENDED = 0.25
# A macro in `marts` with that count by view.
APPENDED = "views_appended"

# What the views with a key read. Not compared are a row's own id and its words: its document and span give
# the one, and with the document's text the other (audited on every row).
READ = {
    "documents": (
        "outlet_id", "source_label", "title", "published_on", "source_uri", "story_id", "text_sha256",
        "duplicate_of_document_id", "word_count",
    ),
    "numeric_claims": (
        "start_char", "end_char", "value", "value_low", "value_high", "bound", "unit", "is_vague", "category",
        "source_surface", "source_start_char", "source_entity_id", "quote_id", "sentence_id", "figure_id",
    ),
    "quotes": (
        "start_char", "end_char", "quotation_id", "kind", "cue", "is_negated", "is_headline",
        "speaker_surface", "speaker_start_char", "speaker_entity_id", "speaker_name", "sentence_id",
        "statement_id",
    ),
    "entity_mentions": ("start_char", "end_char", "entity_id", "mention_type", "segment_no"),
    "segments": ("segment_no", "role"),
    "sentences": ("start_char", "end_char"),
    "statement_assertions": ("statement_id", "sentence_id", "evidence"),
    "figures": (
        "story_id", "label", "category", "unit", "place_entity_id", "as_of_on", "as_of_on_precision", "low",
        "best", "high", "claim_count", "source_count", "independent_source_count", "agreement", "method",
    ),
    "figure_claims": ("claim_id", "relation"),
    "statements": (
        "story_id", "speaker_entity_id", "speaker_name", "speaker_is_inferred", "said_on",
        "representative_quote_id", "wording_count", "independent_source_count",
    ),
    "statement_quotes": ("quote_id", "start_char", "end_char"),
    "stories": ("label", "event_on", "event_on_precision", "place_entity_id"),
    "entities": ("name", "entity_type", "country_code", "latitude", "longitude"),
    "units": ("unit", "dimension", "factor"),
}  # fmt: skip
# Columns that the others give, as said above.
GIVEN = frozenset({"claim_id", "quote_id", "mention_id", "sentence_id", "surface", "document_id"})

# What is compared by which key.
_COMPARED = {
    "document_id": (
        "documents", "numeric_claims", "quotes", "entity_mentions", "segments", "sentences",
        "statement_assertions",
    ),
    "entity_id": ("entities",),
    "story_id": ("stories",),
    "figure_id": ("figures", "figure_claims"),
    "statement_id": ("statements", "statement_quotes", "statement_assertions"),
    "unit": ("units",),
}  # fmt: skip

# Documents that show something of a story or entity that differs, asked of both databases.
_SHOWING = """
    SELECT document_id FROM main.documents SEMI JOIN upkeep.changed.story_id USING (story_id)
    UNION SELECT q.document_id FROM main.quotes AS q
        SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = q.speaker_entity_id
    UNION SELECT c.document_id FROM main.numeric_claims AS c
        SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = c.source_entity_id
    UNION SELECT m.document_id FROM main.entity_mentions AS m
        SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = m.entity_id"""

# The keys that something differs for, asked of both databases.
_TOUCHED = {
    "document_id": "SELECT document_id FROM upkeep.changed.document_id",
    "published_on": """
        SELECT published_on FROM main.documents SEMI JOIN upkeep.changed.document_id USING (document_id)""",
    "figure_id": """
        SELECT figure_id FROM upkeep.changed.figure_id
        UNION SELECT figure_id FROM main.figures SEMI JOIN upkeep.changed.story_id USING (story_id)
        UNION SELECT f.figure_id FROM main.figures AS f
            SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = f.place_entity_id
        UNION SELECT figure_id FROM main.numeric_claims
            SEMI JOIN upkeep.changed.document_id USING (document_id) WHERE figure_id IS NOT NULL
        UNION SELECT g.figure_id FROM main.figure_claims AS g SEMI JOIN (
            FROM main.numeric_claims SEMI JOIN upkeep.changed.document_id USING (document_id)
            ) USING (claim_id)""",
    "statement_id": """
        SELECT statement_id FROM upkeep.changed.statement_id
        UNION SELECT statement_id FROM main.statements SEMI JOIN upkeep.changed.story_id USING (story_id)
        UNION SELECT t.statement_id FROM main.statements AS t
            SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = t.speaker_entity_id
        UNION SELECT statement_id FROM main.statement_assertions
            SEMI JOIN upkeep.changed.document_id USING (document_id)
        UNION SELECT w.statement_id FROM main.statement_quotes AS w SEMI JOIN (
            FROM main.quotes SEMI JOIN upkeep.changed.document_id USING (document_id)) USING (quote_id)
        UNION SELECT t.statement_id FROM main.statements AS t SEMI JOIN (
            FROM main.quotes SEMI JOIN upkeep.changed.document_id USING (document_id)) AS q
            ON q.quote_id = t.representative_quote_id""",
    "story_id": """
        SELECT story_id FROM upkeep.changed.story_id
        UNION SELECT story_id FROM main.documents SEMI JOIN upkeep.changed.document_id USING (document_id)
            WHERE story_id IS NOT NULL
        UNION SELECT story_id FROM main.figures SEMI JOIN upkeep.changed.figure_id USING (figure_id)
            WHERE story_id IS NOT NULL
        UNION SELECT story_id FROM main.statements SEMI JOIN upkeep.changed.statement_id USING (statement_id)
            WHERE story_id IS NOT NULL
        UNION SELECT s.story_id FROM main.stories AS s
            SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = s.place_entity_id""",
}

# The documents that the rows of the touched keys rest on, asked of the work file.
_RESTS_ON = {
    "document_id": "SELECT key AS document_id FROM upkeep.keys.document_id",
    "published_on": """
        SELECT document_id FROM main.documents AS d
        SEMI JOIN upkeep.keys.published_on AS k ON k.key IS NOT DISTINCT FROM d.published_on""",
    "figure_id": """
        SELECT c.document_id FROM main.numeric_claims AS c
        SEMI JOIN upkeep.keys.figure_id AS k ON k.key = c.figure_id
        UNION SELECT c.document_id FROM main.numeric_claims AS c SEMI JOIN (
            SELECT g.claim_id FROM main.figure_claims AS g
            SEMI JOIN upkeep.keys.figure_id AS k ON k.key = g.figure_id) USING (claim_id)""",
    "statement_id": """
        SELECT a.document_id FROM main.statement_assertions AS a
        SEMI JOIN upkeep.keys.statement_id AS k ON k.key = a.statement_id
        UNION SELECT q.document_id FROM main.quotes AS q SEMI JOIN (
            SELECT w.quote_id FROM main.statement_quotes AS w
            SEMI JOIN upkeep.keys.statement_id AS k ON k.key = w.statement_id
            UNION SELECT t.representative_quote_id FROM main.statements AS t
            SEMI JOIN upkeep.keys.statement_id AS k ON k.key = t.statement_id) USING (quote_id)""",
    "story_id": """
        SELECT d.document_id FROM main.documents AS d
        SEMI JOIN upkeep.keys.story_id AS k ON k.key = d.story_id""",
}

KEYS = frozenset(_TOUCHED)


@dataclass(slots=True)
class Upkeep:
    """The databases at hand while the views of a work file are made."""

    connection: duckdb.DuckDBPyConnection
    work: str
    appended: dict[str, int]
    most_documents: float
    refreshed: list[str] = field(default_factory=list)
    """Views brought up to date, in order; the others are made whole."""
    _touched: set[str] = field(default_factory=set)

    def refresh(self, view: View) -> bool:
        """Bring a kept view up to date; False where it has to be made whole, and nothing was done."""
        if self.most_documents < 0 or not (self._can_be_sliced(view) and self._slice(view)):
            self.appended[view.name] = 0
            return False
        self._replace(view)
        self.refreshed.append(view.name)
        return True

    def _can_be_sliced(self, view: View) -> bool:
        read = [name.partition(".") for name in view.depends_on]
        return bool(view.key) and all(
            table in READ if schema == "main" else table in self.refreshed for schema, _, table in read
        )

    def _slice(self, view: View) -> bool:
        """Fill the tables beside with what the touched keys rest on; False where that is too much."""
        for key in view.key:
            self._touch(key)
        self._ask(
            self.work,
            "CREATE OR REPLACE TABLE upkeep.keys.needed AS "
            + " UNION ".join(f"({_RESTS_ON[key]})" for key in view.key),
        )
        needed, documents = self.connection.execute(
            f"SELECT (SELECT count(*) FROM upkeep.keys.needed), count(*) FROM {self.work}.main.documents"  # noqa: S608
        ).fetchall()[0]
        held = self.appended.get(view.name, 0)
        total = self._count(f"{self.work}.{view.qualified}")
        if needed > self.most_documents * documents or held > _MOST_APPENDED * total:
            return False
        for name in view.depends_on:
            self.connection.execute(f"CREATE OR REPLACE VIEW upkeep.{name} AS {self._rows(name, view.key)}")
        return True

    def _touch(self, key: str) -> None:
        """Write down the touched keys of a kind, once."""
        if key in self._touched:
            return
        self._touched.add(key)
        target = f"upkeep.keys.{key}"
        self._ask(_BASE, f"CREATE TABLE {target} AS SELECT {key} AS key FROM ({_TOUCHED[key]})")  # noqa: S608
        self._ask(self.work, f"INSERT INTO {target} {_TOUCHED[key]}")
        self.connection.execute(f"CREATE OR REPLACE TABLE {target} AS SELECT DISTINCT key FROM {target}")  # noqa: S608

    def _rows(self, name: str, keys: Sequence[str]) -> str:
        """The rows of a table that the touched keys rest on, and maybe more."""
        schema, _, table = name.partition(".")
        columns = TABLES[table].column_names if schema == "main" else ()
        everything = f"SELECT t.* FROM {self.work}.{name} AS t"  # noqa: S608
        if "document_id" in columns:
            return f"{everything} SEMI JOIN upkeep.keys.needed AS k ON k.document_id = t.document_id"
        own = [key for key in keys if key in columns or schema == SCHEMA]
        return f"{everything} WHERE {self._is_touched(own)}" if own else everything

    @staticmethod
    def _is_touched(keys: Sequence[str]) -> str:
        return " OR ".join(
            f"EXISTS (FROM upkeep.keys.{key} AS k WHERE k.key IS NOT DISTINCT FROM t.{key})" for key in keys
        )

    def _replace(self, view: View) -> None:
        """Take the rows of the touched keys out of the table, and put them in anew."""
        target = f"{self.work}.{view.qualified}"
        for key in view.key:
            self.connection.execute(
                f"DELETE FROM {target} AS t USING upkeep.keys.{key} AS k "  # noqa: S608
                f"WHERE k.key IS NOT DISTINCT FROM t.{key}"
            )
        before = self._count(target)
        self._ask(
            _BESIDE,
            f"INSERT INTO {target} SELECT t.* FROM ({view.sql}\n) AS t WHERE {self._is_touched(view.key)}",  # noqa: S608
        )
        self.appended[view.name] = self.appended.get(view.name, 0) + self._count(target) - before

    def _count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608

    def _ask(self, database: str, statement: str) -> None:
        """Run a statement whose tables are those of one of the databases."""
        self.connection.execute(f"USE {database}.main")
        try:
            fetch(self.connection, statement)
        finally:
            self.connection.execute(f"USE {self.work}.main")

    def compare(self) -> bool:
        """Write down what differs between release and work file; False where the units do."""
        for key, tables in _COMPARED.items():
            found = " UNION ".join(self._differing(key, table) for table in tables)
            fetch(self.connection, f"CREATE TABLE upkeep.changed.{key} AS {found}")
        for database in (_BASE, self.work):
            self._ask(database, f"INSERT INTO upkeep.changed.document_id {_SHOWING}")
        self.connection.execute(
            "CREATE OR REPLACE TABLE upkeep.changed.document_id AS "
            "SELECT DISTINCT document_id FROM upkeep.changed.document_id"
        )
        return self._count("upkeep.changed.unit") == 0

    def _differing(self, key: str, table: str) -> str:
        """The query for the keys whose rows of a table differ between the two."""
        columns = ", ".join(f"t.{column}" for column in READ[table])
        told = f"SELECT t.{key}, sum(hash({columns})) AS told"
        before, now = (
            f"({told} FROM {database}.main.{table} AS t GROUP BY t.{key})" for database in (_BASE, self.work)
        )
        return (
            f"SELECT {key} FROM {before} AS b FULL JOIN {now} AS n USING ({key}) "  # noqa: S608
            "WHERE b.told IS DISTINCT FROM n.told"
        )

    def remember(self) -> Iterator[str]:
        """The SQL that writes down how many rows stand at the end of each table."""
        counts = json.dumps(dict(sorted(self.appended.items())))
        yield f"CREATE OR REPLACE MACRO {SCHEMA}.{APPENDED}() AS {quote_text(counts)}"
        yield (
            f"COMMENT ON MACRO {SCHEMA}.{APPENDED} IS "
            "'Rows added to each kept view since it was last made whole, as JSON.'"
        )


@contextmanager
def upkeep(
    connection: duckdb.DuckDBPyConnection, base: Path | None, most_documents: float | None = None
) -> Iterator[Upkeep]:
    """What brings kept views up to date against `base`, the release that the open work file was copied from.

    Without a release, every view is made whole. `most_documents`: a share instead of `MOST_DOCUMENTS`.
    """
    [(work,)] = connection.execute("SELECT current_database()").fetchall()
    most = MOST_DOCUMENTS if most_documents is None else most_documents
    found = Upkeep(connection, quote_name(work), {}, most)
    if base is None:
        found.most_documents = -1.0
        yield found
        return
    connection.execute(f"ATTACH {quote_text(str(base))} AS {_BASE} (READ_ONLY)")
    try:
        connection.execute(f"ATTACH ':memory:' AS {_BESIDE}")
        for schema in ("changed", "keys", SCHEMA):
            connection.execute(f"CREATE SCHEMA {_BESIDE}.{schema}")
        found.appended = _appended(connection)
        if not _is_like(connection) or not found.compare():
            found.most_documents = -1.0
        yield found
        logger.info("kept views brought up to date: %s", ", ".join(found.refreshed) or "none")
    finally:
        connection.execute(f"USE {found.work}.main")
        connection.execute(f"DETACH DATABASE IF EXISTS {_BESIDE}")
        connection.execute(f"DETACH {_BASE}")


def _is_like(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the release has the columns that are compared: one from before an upgrade may lack some."""
    known = connection.execute(
        """SELECT table_name, column_name FROM duckdb_columns()
           WHERE database_name = ? AND schema_name = 'main'""",
        [_BASE],
    ).fetchall()
    return set(known) >= {(table, column) for table, columns in READ.items() for column in columns}


def _appended(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    try:
        [(told,)] = connection.execute(f"SELECT {SCHEMA}.{APPENDED}()").fetchall()
    except duckdb.CatalogException:
        return {}
    counts: dict[str, int] = json.loads(told)
    return counts
