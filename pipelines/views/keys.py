"""What the rows of kept views hang on: the keys by which they are brought up to date.

Belongs here: which columns are compared, which keys a difference touches, which rows a key's rows rest on.
Does not belong here: any view's SQL, or how a view is brought up to date (`pipelines.views.upkeep`).

In the SQL below `main` is the release's or the work file's, as each says, and `upkeep` the database beside
them: `upkeep.changed` holds the keys whose rows differ, `upkeep.keys` the touched keys of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
        "speaker_surface", "speaker_start_char", "speaker_entity_id", "speaker_name", "speaker_role",
        "speaker_affiliation", "sentence_id", "statement_id",
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
    "outlets": ("name",),
    "units": ("unit", "dimension", "factor"),
}  # fmt: skip
# Columns that the others give, as said above.
GIVEN = frozenset({"claim_id", "quote_id", "mention_id", "sentence_id", "surface", "document_id"})

# What is compared by which key.
COMPARED = {
    "document_id": (
        "documents", "numeric_claims", "quotes", "entity_mentions", "segments", "sentences",
        "statement_assertions",
    ),
    "entity_id": ("entities",),
    "outlet_id": ("outlets",),
    "story_id": ("stories",),
    "figure_id": ("figures", "figure_claims"),
    "statement_id": ("statements", "statement_quotes", "statement_assertions"),
    "unit": ("units",),
}  # fmt: skip

# Documents that show something of a story or entity that differs, asked of both databases. They join those
# whose own rows differ, which stand alone in `upkeep.changed.own`.
SHOWING = """
    SELECT document_id FROM main.documents SEMI JOIN upkeep.changed.story_id USING (story_id)
    UNION SELECT q.document_id FROM main.quotes AS q
        SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = q.speaker_entity_id
    UNION SELECT c.document_id FROM main.numeric_claims AS c
        SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = c.source_entity_id
    UNION SELECT m.document_id FROM main.entity_mentions AS m
        SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = m.entity_id"""


@dataclass(frozen=True, slots=True)
class Key:
    """A kind of key. What a row of a view is looked up by is `of_row`, an expression over the row `t`.

    `touched`: the keys that something differs for, asked of both databases; a column `key`, then any others.
    `rests_on`: the documents that the rows of the touched keys rest on, asked of the work file; a column
    `document_id`, then any others. They stand in `upkeep.keys.needed`, and a view sees all rows of these
    documents. `rows`: by table, a semi join of its rows `t` that a view sees instead.
    """

    name: str
    of_row: str
    touched: str
    rests_on: str
    rows: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Where the touched keys are written down."""
        return f"upkeep.keys.{self.name}"


def _column(name: str, touched: str, rests_on: str) -> Key:
    """A key that is a column of the view."""
    return Key(name, f"t.{name}", touched, rests_on)


_COLUMNS = (
    _column(
        "document_id",
        "SELECT document_id AS key FROM upkeep.changed.document_id",
        "SELECT key AS document_id FROM upkeep.keys.document_id",
    ),
    _column(
        "figure_id",
        """SELECT figure_id AS key FROM upkeep.changed.figure_id
        UNION SELECT figure_id FROM main.figures SEMI JOIN upkeep.changed.story_id USING (story_id)
        UNION SELECT f.figure_id FROM main.figures AS f
            SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = f.place_entity_id
        UNION SELECT figure_id FROM main.numeric_claims
            SEMI JOIN upkeep.changed.document_id USING (document_id) WHERE figure_id IS NOT NULL
        UNION SELECT g.figure_id FROM main.figure_claims AS g SEMI JOIN (
            FROM main.numeric_claims SEMI JOIN upkeep.changed.document_id USING (document_id)
            ) USING (claim_id)""",
        """SELECT c.document_id FROM main.numeric_claims AS c
        SEMI JOIN upkeep.keys.figure_id AS k ON k.key = c.figure_id
        UNION SELECT c.document_id FROM main.numeric_claims AS c SEMI JOIN (
            SELECT g.claim_id FROM main.figure_claims AS g
            SEMI JOIN upkeep.keys.figure_id AS k ON k.key = g.figure_id) USING (claim_id)""",
    ),
    _column(
        "statement_id",
        """SELECT statement_id AS key FROM upkeep.changed.statement_id
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
        """SELECT a.document_id FROM main.statement_assertions AS a
        SEMI JOIN upkeep.keys.statement_id AS k ON k.key = a.statement_id
        UNION SELECT q.document_id FROM main.quotes AS q SEMI JOIN (
            SELECT w.quote_id FROM main.statement_quotes AS w
            SEMI JOIN upkeep.keys.statement_id AS k ON k.key = w.statement_id
            UNION SELECT t.representative_quote_id FROM main.statements AS t
            SEMI JOIN upkeep.keys.statement_id AS k ON k.key = t.statement_id) USING (quote_id)""",
    ),
    _column(
        "story_id",
        """SELECT story_id AS key FROM upkeep.changed.story_id
        UNION SELECT story_id FROM main.documents SEMI JOIN upkeep.changed.document_id USING (document_id)
            WHERE story_id IS NOT NULL
        UNION SELECT story_id FROM main.figures SEMI JOIN upkeep.changed.figure_id USING (figure_id)
            WHERE story_id IS NOT NULL
        UNION SELECT story_id FROM main.statements SEMI JOIN upkeep.changed.statement_id USING (statement_id)
            WHERE story_id IS NOT NULL
        UNION SELECT s.story_id FROM main.stories AS s
            SEMI JOIN upkeep.changed.entity_id AS e ON e.entity_id = s.place_entity_id""",
        """SELECT d.document_id FROM main.documents AS d
        SEMI JOIN upkeep.keys.story_id AS k ON k.key = d.story_id""",
    ),
)

# An entity on a day of publication: named in a document of that day, or quoted.
_ENTITY_DAY = Key(
    "entity_day",
    "concat_ws(' ', t.entity_id, t.published_on)",
    """SELECT concat_ws(' ', x.entity_id, d.published_on) AS key, x.entity_id, d.published_on FROM (
            SELECT document_id, entity_id FROM main.entity_mentions
            WHERE mention_type = 'name' AND (document_id IN (FROM upkeep.changed.own)
                OR entity_id IN (FROM upkeep.changed.entity_id))
            UNION SELECT document_id, speaker_entity_id FROM main.quotes
            WHERE document_id IN (FROM upkeep.changed.own)
                OR speaker_entity_id IN (FROM upkeep.changed.entity_id)
            ) AS x JOIN main.documents AS d USING (document_id)
        WHERE x.entity_id IS NOT NULL""",
    """SELECT x.document_id, x.entity_id FROM (
            SELECT m.document_id, m.entity_id FROM main.entity_mentions AS m
            SEMI JOIN upkeep.keys.entity_day AS k ON k.entity_id = m.entity_id WHERE m.mention_type = 'name'
            UNION SELECT q.document_id, q.speaker_entity_id FROM main.quotes AS q
            SEMI JOIN upkeep.keys.entity_day AS k ON k.entity_id = q.speaker_entity_id
            ) AS x JOIN main.documents AS d USING (document_id)
        SEMI JOIN upkeep.keys.entity_day AS k
            ON k.entity_id = x.entity_id AND k.published_on IS NOT DISTINCT FROM d.published_on""",
    {
        "entity_mentions": "upkeep.keys.needed AS k"
        " ON k.document_id = t.document_id AND k.entity_id = t.entity_id",
        "quotes": "upkeep.keys.needed AS k"
        " ON k.document_id = t.document_id AND k.entity_id = t.speaker_entity_id",
        "entities": "upkeep.keys.entity_day AS k ON k.entity_id = t.entity_id",
    },
)

# A speaker as a row of quotes tells: of a quotation whose paragraphs disagree, one of them.
_SPEAKER = "coalesce({0}.speaker_entity_id, 'name:' || lower({0}.{1}))"
_QUOTED = f"""
    FROM (SELECT q.document_id, q.quotation_id, q.speaker_entity_id, d.outlet_id,
        {_SPEAKER.format("q", "speaker_name")} AS speaker_key,
        coalesce(d.outlet_id, q.document_id) AS source_key
    FROM main.quotes AS q LEFT JOIN main.documents AS d ON d.document_id = q.document_id
    WHERE NOT q.is_headline AND NOT q.is_negated) AS x"""  # noqa: S608
# A speaker in a source, which is an outlet, or a document without one.
_SPEAKER_SOURCE = Key(
    "speaker_source",
    f"coalesce(t.outlet_id, t.document_id) || ' ' || {_SPEAKER.format('t', 'speaker')}",
    f"""SELECT x.source_key || ' ' || x.speaker_key AS key, x.source_key, x.speaker_key {_QUOTED}
        WHERE x.speaker_key IS NOT NULL AND (x.document_id IN (FROM upkeep.changed.own)
            OR x.speaker_entity_id IN (FROM upkeep.changed.entity_id)
            OR x.outlet_id IN (FROM upkeep.changed.outlet_id))""",
    f"""SELECT x.document_id, x.quotation_id {_QUOTED}
        SEMI JOIN upkeep.keys.speaker_source AS k
            ON k.speaker_key = x.speaker_key AND k.source_key = x.source_key""",
    {
        "quotes": "upkeep.keys.needed AS k"
        " ON k.document_id = t.document_id AND k.quotation_id = t.quotation_id",
        "entities": "upkeep.keys.speaker_source AS k ON k.speaker_key = t.entity_id",
    },
)
# A speaker in all sources, whose rows rest on those of `marts.speaker_source_counts` alone.
_SPEAKER_ANYWHERE = Key(
    "speaker",
    _SPEAKER.format("t", "speaker"),
    "SELECT speaker_key AS key FROM upkeep.keys.speaker_source",
    "SELECT document_id FROM main.documents WHERE false",
    {"speaker_source_counts": "upkeep.keys.speaker AS k ON k.key = " + _SPEAKER.format("t", "speaker")},
)

# What a view's head may name as its key: a column, or all the columns that tell a row's key.
KEYS: Mapping[str, Key] = {key.name: key for key in _COLUMNS} | {
    "entity_id and published_on": _ENTITY_DAY,
    "place_entity_id and published_on": replace(
        _ENTITY_DAY, of_row="concat_ws(' ', t.place_entity_id, t.published_on)"
    ),
    "speaker_entity_id and speaker": _SPEAKER_ANYWHERE,
    "speaker_entity_id and speaker and outlet_id and document_id": _SPEAKER_SOURCE,
}
