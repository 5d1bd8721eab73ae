-- Who had it first: one row a statement, figure or entity, with the first document that carries it by date
--   of publication, then time of publication, then the order in which Dateline saw them. Where
--   first_day_source_count is above 1, several sources had it on that day, and only known times tell them
--   apart.
-- question: Which source reported it first, and how many followed?
-- columns:
--   kind: statement, figure or entity.
--   label: The statement's representative words, the figure's label or the entity's name.
--   first_published_on: Date of publication of that document; NULL where no document has a date.
--   first_published_at: Its time of publication (UTC), where known.
--   source_label: Its source: the outlet's name, else the file's name.
--   outlet: Its outlet; NULL where unknown.
--   title: Its headline.
--   source_uri: Link to it.
--   first_day_source_count: Sources that had it on the same date.
--   source_count: Sources that have it at all; a document without an outlet is a source of its own.
--   document_count: Documents that have it.
--   last_published_on: Latest publication date of a document that has it.
--   document_id: The first document.
--   outlet_id: Its outlet.
--   statement_id: The statement; NULL for other kinds.
--   figure_id: The figure; NULL for other kinds.
--   entity_id: The entity; NULL for other kinds.
WITH appearances AS (
  SELECT DISTINCT 'statement' AS kind, q.statement_id AS thing_id, q.document_id
  FROM main.quotes AS q
  WHERE q.statement_id IS NOT NULL AND NOT q.is_headline AND NOT q.is_negated
  UNION ALL
  SELECT DISTINCT 'figure' AS kind, c.figure_id AS thing_id, c.document_id
  FROM main.numeric_claims AS c
  WHERE c.figure_id IS NOT NULL
  UNION ALL
  SELECT DISTINCT 'entity' AS kind, m.entity_id AS thing_id, m.document_id
  FROM main.entity_mentions AS m
  WHERE m.entity_id IS NOT NULL
),

ranked AS (
  SELECT
    a.kind,
    a.thing_id,
    d.document_id,
    d.outlet_id,
    d.source_label,
    d.title,
    d.source_uri,
    d.published_on,
    d.published_at,
    coalesce(d.outlet_id, d.document_id) AS source_key,
    row_number() OVER (
      PARTITION BY a.kind, a.thing_id
      ORDER BY d.published_on NULLS LAST, d.published_at NULLS LAST, d.first_seen_at, d.document_id
    ) AS place_in_order
  FROM appearances AS a
  INNER JOIN main.documents AS d ON d.document_id = a.document_id
),

summed AS (
  SELECT
    r.kind,
    r.thing_id,
    min(r.published_on) AS first_published_on,
    max(r.published_on) AS last_published_on,
    count(DISTINCT r.source_key) AS source_count,
    count(r.document_id) AS document_count
  FROM ranked AS r
  GROUP BY r.kind, r.thing_id
),

first_days AS (
  SELECT s.kind, s.thing_id, count(DISTINCT r.source_key) AS first_day_source_count
  FROM summed AS s
  INNER JOIN ranked AS r
    ON r.kind = s.kind
    AND r.thing_id = s.thing_id
    AND r.published_on IS NOT DISTINCT FROM s.first_published_on
  GROUP BY s.kind, s.thing_id
)

SELECT
  r.kind,
  coalesce(words.surface, f.label, e.name) AS label,
  s.first_published_on,
  r.published_at AS first_published_at,
  r.source_label,
  o.name AS outlet,
  r.title,
  r.source_uri,
  d.first_day_source_count,
  s.source_count,
  s.document_count,
  s.last_published_on,
  r.document_id,
  r.outlet_id,
  CASE WHEN r.kind = 'statement' THEN r.thing_id END AS statement_id,
  CASE WHEN r.kind = 'figure' THEN r.thing_id END AS figure_id,
  CASE WHEN r.kind = 'entity' THEN r.thing_id END AS entity_id
FROM ranked AS r
INNER JOIN summed AS s ON s.kind = r.kind AND s.thing_id = r.thing_id
INNER JOIN first_days AS d ON d.kind = r.kind AND d.thing_id = r.thing_id
LEFT JOIN main.outlets AS o ON o.outlet_id = r.outlet_id
-- one equality a join: a second condition on the left side alone makes DuckDB compare every pair
LEFT JOIN main.statements AS t ON t.statement_id = CASE WHEN r.kind = 'statement' THEN r.thing_id END
LEFT JOIN main.quotes AS words ON words.quote_id = t.representative_quote_id
LEFT JOIN main.figures AS f ON f.figure_id = CASE WHEN r.kind = 'figure' THEN r.thing_id END
LEFT JOIN main.entities AS e ON e.entity_id = CASE WHEN r.kind = 'entity' THEN r.thing_id END
WHERE r.place_in_order = 1
