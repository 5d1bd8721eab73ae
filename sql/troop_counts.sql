-- How many troops, according to whom: one row a claim of category troops, with the number's interval as
--   reported. Numbers inside what somebody did not say are left out.
-- question: Which troop figures do the sources give, and who gave each of them?
-- columns:
--   value: The stated number; for a range or a vague amount the low end.
--   low: Low end of what was stated: value_low, else the value.
--   high: High end of what was stated: value_high, else the value. A stated range, not a confidence interval.
--   bound: exact, about, at_least, more_than, at_most, less_than or range.
--   direction: up or down, for a change; NULL for a strength.
--   noun: What is counted, as written ('peacekeepers').
--   place: The place it is about.
--   given_by: Who gave the number; NULL for the outlet's own voice.
--   source_label: The outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   published_on: Date of publication of the document.
--   as_of_on: The day, month or year the number holds for.
--   as_of_on_precision: day, month or year.
--   surface: The number as written.
--   sentence: The sentence the number stands in.
--   story: Label of the story the document belongs to.
--   title: The document's headline.
--   source_uri: Link to the source.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   flags: Names of the soft rules the claim fails.
--   confidence: How sure the rule is, from 0 to 1.
--   claim_id: Key of the claim.
--   figure_id: The figure this claim reports.
--   document_id: The document.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
--   outlet_id: The outlet.
SELECT
  c.value,
  coalesce(c.value_low, c.value) AS low,
  coalesce(c.value_high, c.value) AS high,
  c.bound,
  c.direction,
  c.noun,
  c.place,
  c.given_by,
  c.source_label,
  c.outlet,
  c.published_on,
  c.as_of_on,
  c.as_of_on_precision,
  c.surface,
  c.sentence,
  c.story,
  c.title,
  c.source_uri,
  c.is_duplicate,
  c.flags,
  c.confidence,
  c.claim_id,
  c.figure_id,
  c.document_id,
  c.story_id,
  c.place_entity_id,
  c.outlet_id
FROM marts.claim_feed AS c
WHERE c.category = 'troops' AND NOT c.is_negated
