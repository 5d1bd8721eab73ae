-- What each source says of one figure: one row a claim of it, parts of the whole and what somebody did not
--   say left out. For a few figures at a time; marts.figure_comparison has all of them beside their range.
-- question: Which number does each source give for this figure, and with which hedge?
-- columns:
--   source_label: The source: the outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   published_on: Date of publication of the document.
--   value: The stated number; for a range or a vague amount the low end.
--   value_low: Low end of the interval, when stated or documented for a vague word; else NULL.
--   value_high: High end of that interval; else NULL.
--   bound: exact, about, at_least, more_than, at_most, less_than or range.
--   unit: Canonical unit of this number; NULL for a count.
--   surface: The number as written.
--   noun: What is counted or measured, as written.
--   relation: same, or revises: it took the place of an earlier number.
--   given_by: Who gave the number; NULL for the outlet's own voice.
--   sentence: The sentence the number stands in.
--   as_of_on: The time it holds for.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   source_uri: Link to the source.
--   claim_id: Key of the claim.
--   figure_id: The figure.
--   document_id: The document.
SELECT
  f.source_label,
  f.outlet,
  f.published_on,
  f.value,
  f.value_low,
  f.value_high,
  f.bound,
  f.unit,
  f.surface,
  f.noun,
  g.relation,
  f.given_by,
  f.sentence,
  f.as_of_on,
  f.is_duplicate,
  f.source_uri,
  f.claim_id,
  f.figure_id,
  f.document_id
FROM marts.claim_feed AS f
INNER JOIN main.figure_claims AS g ON g.figure_id = f.figure_id AND g.claim_id = f.claim_id
WHERE g.relation <> 'part_of' AND NOT f.is_negated
