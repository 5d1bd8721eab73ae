-- Each source's number side by side: one row a claim of a figure, beside what all claims of the figure report.
--   Parts of a whole ("3 of them children") and what somebody did not say are left out. Where source_count is
--   1 there is nothing to compare yet.
-- question: Where do the sources give different numbers for the same thing?
-- columns:
--   label: A short label of the figure.
--   category: What the number is about ('troops', 'killed').
--   place: The place the figure is about; NULL where unknown.
--   direction: up or down, for a change; NULL for an amount.
--   source_label: The source: the outlet's name, else the file's name.
--   value: The stated number; for a range or a vague amount the low end.
--   value_low: Low end of the interval, when stated or documented for a vague word; else NULL.
--   value_high: High end of that interval; else NULL.
--   bound: exact, about, at_least, more_than, at_most, less_than or range.
--   unit: Canonical unit of this number; NULL for a count.
--   noun: What is counted or measured, as written.
--   relation: same, or revises: it took the place of an earlier number.
--   given_by: Who gave the number; NULL for the outlet's own voice.
--   sentence: The sentence the number stands in.
--   published_on: Date of publication of the document.
--   as_of_on: The day, month or year the number holds for.
--   as_of_on_precision: day, month or year.
--   reported_low: Lowest number ever reported for the figure, in the figure's unit where it has several.
--   reported_high: Highest number ever reported for it. A range of reports, not a confidence interval.
--   best: The value the figure's method prefers, in the figure's unit; NULL where it prefers none.
--   agreement: single, agree, round_equal or conflict.
--   source_count: Sources of the figure; a document without an outlet is a source of its own.
--   claim_count: Claims of the figure.
--   source_uri: Link to the source.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   story: Label of the story the document belongs to.
--   claim_id: Key of the claim.
--   figure_id: The figure this claim reports.
--   document_id: The document.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
--   outlet_id: The outlet.
WITH told AS (
  SELECT
    c.claim_id,
    c.figure_id,
    g.relation,
    least(c.value, coalesce(c.value_low, c.value)) AS low,
    greatest(c.value, coalesce(c.value_high, c.value)) AS high,
    c.unit,
    coalesce(d.outlet_id, d.document_id) AS source_key
  FROM main.numeric_claims AS c
  INNER JOIN main.figure_claims AS g ON g.claim_id = c.claim_id AND g.figure_id = c.figure_id
  LEFT JOIN main.documents AS d ON d.document_id = c.document_id
  LEFT JOIN main.quotes AS q ON q.quote_id = c.quote_id
  WHERE g.relation <> 'part_of' AND q.is_negated IS NOT true
),

compared AS (
  SELECT
    t.figure_id,
    min(t.low) FILTER (WHERE t.unit IS NOT DISTINCT FROM n.unit) AS low,
    max(t.high) FILTER (WHERE t.unit IS NOT DISTINCT FROM n.unit) AS high,
    count(DISTINCT t.source_key) AS source_count,
    count(t.claim_id) AS claim_count
  FROM told AS t
  INNER JOIN main.figures AS n ON n.figure_id = t.figure_id
  GROUP BY t.figure_id
)

SELECT
  n.label,
  f.category,
  place.name AS place,
  f.direction,
  f.source_label,
  f.value,
  f.value_low,
  f.value_high,
  f.bound,
  f.unit,
  f.noun,
  t.relation,
  f.given_by,
  f.sentence,
  f.published_on,
  f.as_of_on,
  f.as_of_on_precision,
  least(g.low, n.low) AS reported_low,
  greatest(g.high, n.high) AS reported_high,
  n.best,
  n.agreement,
  g.source_count,
  g.claim_count,
  f.source_uri,
  f.is_duplicate,
  f.story,
  f.claim_id,
  t.figure_id,
  f.document_id,
  f.story_id,
  n.place_entity_id,
  f.outlet_id
FROM told AS t
INNER JOIN marts.claim_feed AS f ON f.claim_id = t.claim_id
INNER JOIN compared AS g ON g.figure_id = t.figure_id
INNER JOIN main.figures AS n ON n.figure_id = t.figure_id
LEFT JOIN main.entities AS place ON place.entity_id = n.place_entity_id
