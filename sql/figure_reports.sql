-- What each source says of one figure: one row a claim of it, parts of the whole and what somebody did not
--   say left out. marts.figure_comparison has the sentences too, and the range beside each.
-- question: Which number does each source give for this figure, and with which hedge?
-- kept: one figure's numbers are looked up at a time; sorted by figure, few blocks are read.
-- key: figure_id
-- parts: main.figure_claims
-- columns:
--   source_label: The source: the outlet's name, else the file's name.
--   published_on: Date of publication of the document.
--   value: The stated number; for a range or a vague amount the low end.
--   value_low: Low end of the interval, when stated or documented for a vague word; else NULL.
--   value_high: High end of that interval; else NULL.
--   bound: exact, about, at_least, more_than, at_most, less_than or range.
--   unit: Canonical unit of this number; NULL for a count.
--   unit_factor: How many of the dimension's base unit make one of this unit; NULL for a count and a temperature.
--   is_vague: Whether it is a vague word (dozens, several), which states no number.
--   surface: The number as written.
--   relation: same, or revises: it took the place of an earlier number.
--   given_by: Who gave the number; NULL for the outlet's own voice.
--   claim_id: Key of the claim.
--   figure_id: The figure.
--   document_id: The document.
SELECT
  d.source_label,
  d.published_on,
  c.value,
  c.value_low,
  c.value_high,
  c.bound,
  c.unit,
  u.factor AS unit_factor,
  c.is_vague,
  c.surface,
  g.relation,
  coalesce(
    giver.name,
    CASE
      WHEN c.source_surface IS NULL OR c.source_start_char = q.speaker_start_char
        THEN coalesce(speaker.name, q.speaker_name)
    END,
    c.source_surface,
    q.speaker_surface
  ) AS given_by,
  c.claim_id,
  g.figure_id,
  c.document_id
FROM main.figure_claims AS g
INNER JOIN main.numeric_claims AS c ON c.claim_id = g.claim_id
INNER JOIN main.documents AS d ON d.document_id = c.document_id
LEFT JOIN main.units AS u ON u.unit = c.unit AND u.dimension <> 'temperature'
LEFT JOIN main.quotes AS q ON q.quote_id = c.quote_id
LEFT JOIN main.entities AS speaker ON speaker.entity_id = q.speaker_entity_id
LEFT JOIN main.entities AS giver ON giver.entity_id = c.source_entity_id
WHERE g.relation <> 'part_of' AND q.is_negated IS NOT true
ORDER BY g.figure_id
