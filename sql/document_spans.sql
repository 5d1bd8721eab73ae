-- What was found where in a text: one row a quote, number, name, or stretch in marks that is nobody's quote.
--   Quotes in headlines and negated ones are left out. Ask for one document at a time.
-- question: What was found in this report, and at which words?
-- columns:
--   kind: quote, claim, name or scare_quote.
--   surface: The characters themselves.
--   label: Who is quoted (the name, else the words of the text), the number's noun, the entity's name, or the
--     reason why it is no quote. NULL where unknown.
--   detail: The kind of quote, the number's category, or the type of entity.
--   value: For a claim: the stated number.
--   bound: For a claim: exact, about, at_least, more_than, at_most, less_than or range.
--   unit: For a claim: its unit; NULL for a count.
--   confidence: How sure the rule is, from 0 to 1.
--   method: The rule that decided.
--   start_char: First character of the span in documents.text, 0-based.
--   end_char: One past its last character.
--   row_id: Key of the row in its table.
--   run_id: The run that loaded the document; asked for with the document, few blocks are read.
--   document_id: The document.
SELECT
  'quote' AS kind,
  q.surface,
  coalesce(e.name, q.speaker_name, q.speaker_surface) AS label,
  q.kind AS detail,
  NULL::DOUBLE AS value,
  NULL::VARCHAR AS bound,
  NULL::VARCHAR AS unit,
  q.confidence,
  q.method,
  q.start_char,
  q.end_char,
  q.quote_id AS row_id,
  q.run_id,
  q.document_id
FROM main.quotes AS q
LEFT JOIN main.entities AS e ON e.entity_id = q.speaker_entity_id
WHERE NOT q.is_headline AND NOT q.is_negated
UNION ALL
SELECT
  'claim' AS kind,
  c.surface,
  c.noun AS label,
  c.category AS detail,
  c.value,
  c.bound,
  c.unit,
  c.confidence,
  c.method,
  c.start_char,
  c.end_char,
  c.claim_id AS row_id,
  c.run_id,
  c.document_id
FROM main.numeric_claims AS c
UNION ALL
SELECT
  'name' AS kind,
  m.surface,
  coalesce(e.name, m.name) AS label,
  e.entity_type AS detail,
  NULL::DOUBLE AS value,
  NULL::VARCHAR AS bound,
  NULL::VARCHAR AS unit,
  m.confidence,
  m.method,
  m.start_char,
  m.end_char,
  m.mention_id AS row_id,
  m.run_id,
  m.document_id
FROM main.entity_mentions AS m
LEFT JOIN main.entities AS e ON e.entity_id = m.entity_id
WHERE m.mention_type = 'name'
UNION ALL
SELECT
  'scare_quote' AS kind,
  s.surface,
  s.reason AS label,
  NULL::VARCHAR AS detail,
  NULL::DOUBLE AS value,
  NULL::VARCHAR AS bound,
  NULL::VARCHAR AS unit,
  s.confidence,
  s.method,
  s.start_char,
  s.end_char,
  s.scare_quote_id AS row_id,
  s.run_id,
  s.document_id
FROM main.scare_quotes AS s
