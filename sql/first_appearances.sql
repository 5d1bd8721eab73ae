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
WITH ordered AS (
  -- documents and sources by number: what follows compares numbers, and reads titles of the first ones alone
  SELECT
    d.document_id,
    d.published_on,
    dense_rank() OVER (ORDER BY coalesce(d.outlet_id, d.document_id)) AS source_no,
    row_number() OVER (
      ORDER BY d.published_on NULLS LAST, d.published_at NULLS LAST, d.first_seen_at, d.document_id
    ) AS document_no
  FROM main.documents AS d
),

appearances AS (
  SELECT DISTINCT 'statement' AS kind, q.statement_id AS thing_id, d.document_no, d.source_no, d.published_on
  FROM main.quotes AS q
  INNER JOIN ordered AS d ON d.document_id = q.document_id
  WHERE q.statement_id IS NOT NULL AND NOT q.is_headline AND NOT q.is_negated
  UNION ALL
  SELECT DISTINCT 'figure' AS kind, c.figure_id AS thing_id, d.document_no, d.source_no, d.published_on
  FROM main.numeric_claims AS c
  INNER JOIN ordered AS d ON d.document_id = c.document_id
  WHERE c.figure_id IS NOT NULL
  UNION ALL
  SELECT DISTINCT 'entity' AS kind, m.entity_id AS thing_id, d.document_no, d.source_no, d.published_on
  FROM main.entity_mentions AS m
  INNER JOIN ordered AS d ON d.document_id = m.document_id
  WHERE m.entity_id IS NOT NULL
),

by_source AS (
  SELECT
    a.kind,
    a.thing_id,
    min(a.document_no) AS document_no,
    coalesce(min(a.published_on), DATE 'infinity') AS first_on,
    max(a.published_on) AS last_on,
    count(a.document_no) AS document_count
  FROM appearances AS a
  GROUP BY a.kind, a.thing_id, a.source_no
),

by_day AS (
  SELECT
    s.kind,
    s.thing_id,
    s.first_on,
    min(s.document_no) AS document_no,
    max(s.last_on) AS last_on,
    sum(s.document_count) AS document_count,
    count(s.document_no) AS source_count
  FROM by_source AS s
  GROUP BY s.kind, s.thing_id, s.first_on
),

summed AS (
  SELECT
    b.kind,
    b.thing_id,
    min(b.document_no) AS document_no,
    max(b.last_on) AS last_published_on,
    sum(b.document_count)::BIGINT AS document_count,
    sum(b.source_count)::BIGINT AS source_count,
    arg_min(b.source_count, b.first_on) AS first_day_source_count
  FROM by_day AS b
  GROUP BY b.kind, b.thing_id
)

SELECT
  s.kind,
  coalesce(words.surface, f.label, e.name) AS label,
  d.published_on AS first_published_on,
  d.published_at AS first_published_at,
  d.source_label,
  o.name AS outlet,
  d.title,
  d.source_uri,
  s.first_day_source_count,
  s.source_count,
  s.document_count,
  s.last_published_on,
  d.document_id,
  d.outlet_id,
  CASE WHEN s.kind = 'statement' THEN s.thing_id END AS statement_id,
  CASE WHEN s.kind = 'figure' THEN s.thing_id END AS figure_id,
  CASE WHEN s.kind = 'entity' THEN s.thing_id END AS entity_id
FROM summed AS s
INNER JOIN ordered AS n ON n.document_no = s.document_no
INNER JOIN main.documents AS d ON d.document_id = n.document_id
LEFT JOIN main.outlets AS o ON o.outlet_id = d.outlet_id
-- one equality a join: a second condition on the left side alone makes DuckDB compare every pair
LEFT JOIN main.statements AS t ON t.statement_id = CASE WHEN s.kind = 'statement' THEN s.thing_id END
LEFT JOIN main.quotes AS words ON words.quote_id = t.representative_quote_id
LEFT JOIN main.figures AS f ON f.figure_id = CASE WHEN s.kind = 'figure' THEN s.thing_id END
LEFT JOIN main.entities AS e ON e.entity_id = CASE WHEN s.kind = 'entity' THEN s.thing_id END
