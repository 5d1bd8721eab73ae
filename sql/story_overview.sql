-- What there is on each event: one row a story.
-- question: Which stories are covered by most sources, and in which do the sources disagree?
-- kept: the dashboard lists stories, and every join of a large warehouse stands behind them.
-- key: story_id
-- columns:
--   label: A short label of the story.
--   event_on: The day of the event.
--   event_on_precision: day, month or year.
--   place: Where it happened.
--   document_count: Documents of the story.
--   source_count: Their sources; a document without an outlet is a source of its own.
--   sources: The sources' names.
--   first_published_on: Earliest publication date.
--   last_published_on: Latest publication date.
--   quote_count: Quotations in its documents, headlines and negated ones left out.
--   claim_count: Numeric claims in its documents.
--   statement_count: Statements of the story.
--   figure_count: Figures of the story.
--   conflict_count: Of them, those on which the sources conflict.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
WITH covered AS (
  SELECT
    d.story_id,
    count(d.document_id) AS document_count,
    count(DISTINCT coalesce(d.outlet_id, d.document_id)) AS source_count,
    list(DISTINCT d.source_label ORDER BY d.source_label) AS sources,
    min(d.published_on) AS first_published_on,
    max(d.published_on) AS last_published_on
  FROM main.documents AS d
  WHERE d.story_id IS NOT NULL
  GROUP BY d.story_id
),

quoted AS (
  SELECT d.story_id, count(DISTINCT q.quotation_id) AS quote_count
  FROM main.quotes AS q
  INNER JOIN main.documents AS d ON d.document_id = q.document_id
  WHERE d.story_id IS NOT NULL AND NOT q.is_headline AND NOT q.is_negated
  GROUP BY d.story_id
),

claimed AS (
  SELECT d.story_id, count(c.claim_id) AS claim_count
  FROM main.numeric_claims AS c
  INNER JOIN main.documents AS d ON d.document_id = c.document_id
  WHERE d.story_id IS NOT NULL
  GROUP BY d.story_id
),

stated AS (
  SELECT t.story_id, count(t.statement_id) AS statement_count
  FROM main.statements AS t
  GROUP BY t.story_id
),

figured AS (
  SELECT
    f.story_id,
    count(f.figure_id) AS figure_count,
    count(*) FILTER (WHERE f.agreement = 'conflict') AS conflict_count
  FROM main.figures AS f
  GROUP BY f.story_id
)

SELECT
  s.label,
  s.event_on,
  s.event_on_precision,
  place.name AS place,
  coalesce(d.document_count, 0) AS document_count,
  coalesce(d.source_count, 0) AS source_count,
  d.sources,
  d.first_published_on,
  d.last_published_on,
  coalesce(q.quote_count, 0) AS quote_count,
  coalesce(c.claim_count, 0) AS claim_count,
  coalesce(t.statement_count, 0) AS statement_count,
  coalesce(f.figure_count, 0) AS figure_count,
  coalesce(f.conflict_count, 0) AS conflict_count,
  s.story_id,
  s.place_entity_id
FROM main.stories AS s
LEFT JOIN covered AS d ON d.story_id = s.story_id
LEFT JOIN quoted AS q ON q.story_id = s.story_id
LEFT JOIN claimed AS c ON c.story_id = s.story_id
LEFT JOIN stated AS t ON t.story_id = s.story_id
LEFT JOIN figured AS f ON f.story_id = s.story_id
LEFT JOIN main.entities AS place ON place.entity_id = s.place_entity_id
