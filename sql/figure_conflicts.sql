-- Where the sources contradict each other: one row a figure on which they conflict, with who stands at
--   either end. low to high is the range of what was reported, never a confidence interval.
-- question: Which numbers are disputed, how far apart are they, and who reports which end?
-- columns:
--   label: A short label of the figure.
--   category: What the number is about.
--   place: The place it is about.
--   low: Lowest reported value.
--   high: Highest reported value.
--   best: The value the method prefers; NULL where it prefers none.
--   spread: high less low.
--   lowest_sources: Sources of the lowest claim.
--   highest_sources: Sources of the highest claim.
--   source_count: Sources; a document without an outlet is a source of its own.
--   independent_source_count: Sources, copy of one agency counted once.
--   claim_count: Claims.
--   as_of_on: The day, month or year it holds for.
--   as_of_on_precision: day, month or year.
--   story: Label of its story.
--   method: How low, best and high were taken.
--   figure_id: The figure.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
WITH reported AS (
  SELECT
    c.figure_id,
    d.source_label,
    least(c.value, coalesce(c.value_low, c.value)) AS low,
    greatest(c.value, coalesce(c.value_high, c.value)) AS high
  FROM main.numeric_claims AS c
  INNER JOIN main.documents AS d ON d.document_id = c.document_id
  INNER JOIN main.figures AS f ON f.figure_id = c.figure_id AND f.agreement = 'conflict'
  LEFT JOIN main.figure_claims AS fc ON fc.figure_id = c.figure_id AND fc.claim_id = c.claim_id
  WHERE fc.relation IS DISTINCT FROM 'part_of'  -- a part is no reading of the whole
),

ends AS (
  SELECT r.figure_id, min(r.low) AS low, max(r.high) AS high
  FROM reported AS r
  GROUP BY r.figure_id
),

sided AS (
  SELECT
    r.figure_id,
    list(DISTINCT r.source_label ORDER BY r.source_label) FILTER (WHERE r.low = e.low) AS lowest_sources,
    list(DISTINCT r.source_label ORDER BY r.source_label) FILTER (WHERE r.high = e.high) AS highest_sources
  FROM reported AS r
  INNER JOIN ends AS e ON e.figure_id = r.figure_id
  GROUP BY r.figure_id
)

SELECT
  f.label,
  f.category,
  place.name AS place,
  f.low,
  f.high,
  f.best,
  f.high - f.low AS spread,
  s.lowest_sources,
  s.highest_sources,
  f.source_count,
  f.independent_source_count,
  f.claim_count,
  f.as_of_on,
  f.as_of_on_precision,
  st.label AS story,
  f.method,
  f.figure_id,
  f.story_id,
  f.place_entity_id
FROM main.figures AS f
LEFT JOIN sided AS s ON s.figure_id = f.figure_id
LEFT JOIN main.stories AS st ON st.story_id = f.story_id
LEFT JOIN main.entities AS place ON place.entity_id = f.place_entity_id
WHERE f.agreement = 'conflict'
