-- Every quantity that sources report: one row a figure. low to high is the range of what was reported, never
--   a confidence interval.
-- question: Which numbers were reported, by how many sources, and do they agree?
-- kept: the dashboard lists figures; in order of prominence, its first pages read few blocks.
-- key: figure_id
-- parts: main.figures, main.numeric_claims
-- columns:
--   label: A short label of the figure.
--   category: What the number is about.
--   unit: Unit of low, best and high; NULL for a count.
--   place: The place it is about.
--   low: Lowest reported value.
--   best: The value the method prefers; NULL where it prefers none.
--   high: Highest reported value.
--   agreement: single, agree, round_equal or conflict.
--   source_count: Sources; a document without an outlet is a source of its own.
--   independent_source_count: Sources, copy of one agency counted once.
--   claim_count: Claims.
--   sources: The sources' names.
--   as_of_on: The day, month or year it holds for.
--   as_of_on_precision: day, month or year.
--   first_published_on: Earliest publication date of a document that reports it.
--   last_published_on: Latest such date.
--   story: Label of its story.
--   method: How low, best and high were taken.
--   prominence: What the dashboard lists first is highest: the kind of agreement, conflicts highest, times a
--     million, and the sources.
--   words: Label, place, category and story in small letters, to be searched.
--   figure_id: The figure.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
WITH by_source AS (
  SELECT
    c.figure_id,
    min(d.source_label) AS source_label,
    min(d.published_on) AS first_published_on,
    max(d.published_on) AS last_published_on
  FROM main.numeric_claims AS c
  INNER JOIN main.documents AS d ON d.document_id = c.document_id
  WHERE c.figure_id IS NOT NULL
  GROUP BY c.figure_id, coalesce(d.outlet_id, d.document_id)
),

reported AS (
  SELECT
    b.figure_id,
    list_sort(list(b.source_label)) AS sources,
    min(b.first_published_on) AS first_published_on,
    max(b.last_published_on) AS last_published_on
  FROM by_source AS b
  GROUP BY b.figure_id
)

SELECT
  f.label,
  f.category,
  f.unit,
  place.name AS place,
  f.low,
  f.best,
  f.high,
  f.agreement,
  f.source_count,
  f.independent_source_count,
  f.claim_count,
  r.sources,
  f.as_of_on,
  f.as_of_on_precision,
  r.first_published_on,
  r.last_published_on,
  s.label AS story,
  f.method,
  1000000 * CASE f.agreement WHEN 'conflict' THEN 3 WHEN 'round_equal' THEN 2 WHEN 'agree' THEN 1 ELSE 0 END
    + coalesce(f.source_count, 0) AS prominence,
  lower(concat_ws(' ', f.label, place.name, f.category, s.label)) AS words,
  f.figure_id,
  f.story_id,
  f.place_entity_id
FROM main.figures AS f
LEFT JOIN reported AS r ON r.figure_id = f.figure_id
LEFT JOIN main.stories AS s ON s.story_id = f.story_id
LEFT JOIN main.entities AS place ON place.entity_id = f.place_entity_id
ORDER BY prominence DESC
