-- Each source's number side by side: one row a claim that has a category, beside the range that all claims
--   of the same category, place, unit and direction report. A number whose place is unknown may be of any
--   place: it is compared by category alone, and counts into the group of every place. Numbers inside what
--   somebody did not say are left out. Where source_count is 1 there is nothing to compare yet.
-- question: Where do the sources give different numbers for the same thing?
-- columns:
--   category: What the number is about ('troops', 'killed').
--   place: The place it is about; NULL where unknown, and then compared with every place.
--   direction: up or down, for a change; NULL for an amount. Changes are compared with changes.
--   source_label: The source: the outlet's name, else the file's name.
--   value: The stated number; for a range or a vague amount the low end.
--   value_low: Low end of the interval, when stated or documented for a vague word; else NULL.
--   value_high: High end of that interval; else NULL.
--   bound: exact, about, at_least, more_than, at_most, less_than or range.
--   unit: Canonical unit; NULL for a count.
--   noun: What is counted or measured, as written.
--   given_by: Who gave the number; NULL for the outlet's own voice.
--   sentence: The sentence the number stands in.
--   published_on: Date of publication of the document.
--   as_of_on: The day, month or year the number holds for.
--   reported_low: Lowest number of the group. The range of what was reported, not a confidence interval.
--   reported_high: Highest number of the group.
--   source_count: Sources in the group; a document without an outlet is a source of its own.
--   claim_count: Claims in the group.
--   source_uri: Link to the source.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   story: Label of the story the document belongs to.
--   claim_id: Key of the claim.
--   figure_id: The figure this claim reports.
--   document_id: The document.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
--   outlet_id: The outlet.
WITH per_source AS (
  SELECT
    c.category,
    c.place_entity_id,
    c.unit,
    c.direction,
    coalesce(d.outlet_id, d.document_id) AS source,
    min(least(c.value, coalesce(c.value_low, c.value))) AS low,
    max(greatest(c.value, coalesce(c.value_high, c.value))) AS high,
    count(c.claim_id) AS claims
  FROM main.numeric_claims AS c
  LEFT JOIN main.documents AS d ON d.document_id = c.document_id
  LEFT JOIN main.quotes AS q ON q.quote_id = c.quote_id
  WHERE c.category IS NOT NULL AND NOT coalesce(q.is_negated, false)
  GROUP BY c.category, c.place_entity_id, c.unit, c.direction, source
),
unplaced_source AS (
  SELECT category, unit, direction, source, low, high, claims
  FROM per_source
  WHERE place_entity_id IS NULL
),
unplaced AS (
  SELECT
    category, unit, direction, min(low) AS low, max(high) AS high, count(source) AS sources, sum(claims) AS claims
  FROM unplaced_source
  GROUP BY category, unit, direction
),
placed AS (
  SELECT
    p.category,
    p.place_entity_id,
    p.unit,
    p.direction,
    min(p.low) AS low,
    max(p.high) AS high,
    count(p.source) AS sources,
    count(u.source) AS also_unplaced,
    sum(p.claims) AS claims
  FROM per_source AS p
  LEFT JOIN unplaced_source AS u
    ON u.category = p.category
    AND u.unit IS NOT DISTINCT FROM p.unit
    AND u.direction IS NOT DISTINCT FROM p.direction
    AND u.source = p.source
  WHERE p.place_entity_id IS NOT NULL
  GROUP BY p.category, p.place_entity_id, p.unit, p.direction
),
compared AS (
  SELECT
    p.category,
    p.place_entity_id,
    p.unit,
    p.direction,
    least(p.low, coalesce(u.low, p.low)) AS reported_low,
    greatest(p.high, coalesce(u.high, p.high)) AS reported_high,
    p.sources - p.also_unplaced + coalesce(u.sources, 0) AS source_count,
    CAST(p.claims + coalesce(u.claims, 0) AS BIGINT) AS claim_count
  FROM placed AS p
  LEFT JOIN unplaced AS u
    ON u.category = p.category
    AND u.unit IS NOT DISTINCT FROM p.unit
    AND u.direction IS NOT DISTINCT FROM p.direction
  UNION ALL
  SELECT
    category,
    NULL AS place_entity_id,
    unit,
    direction,
    min(low) AS reported_low,
    max(high) AS reported_high,
    count(DISTINCT source) AS source_count,
    CAST(sum(claims) AS BIGINT) AS claim_count
  FROM per_source
  GROUP BY category, unit, direction
)
SELECT
  f.category,
  f.place,
  f.direction,
  f.source_label,
  f.value,
  f.value_low,
  f.value_high,
  f.bound,
  f.unit,
  f.noun,
  f.given_by,
  f.sentence,
  f.published_on,
  f.as_of_on,
  g.reported_low,
  g.reported_high,
  g.source_count,
  g.claim_count,
  f.source_uri,
  f.is_duplicate,
  f.story,
  f.claim_id,
  f.figure_id,
  f.document_id,
  f.story_id,
  f.place_entity_id,
  f.outlet_id
FROM marts.claim_feed AS f
INNER JOIN compared AS g
  ON g.category = f.category
  AND g.place_entity_id IS NOT DISTINCT FROM f.place_entity_id
  AND g.unit IS NOT DISTINCT FROM f.unit
  AND g.direction IS NOT DISTINCT FROM f.direction
WHERE NOT f.is_negated
