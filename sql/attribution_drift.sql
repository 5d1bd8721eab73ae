-- One source attributes what another states as fact. kind figure: one row a claim in an outlet's own voice
--   whose number another source gives for the same figure as somebody's words. kind statement: one row a
--   sentence in an outlet's own voice that says what other sources report as somebody's statement, where the
--   outlet itself names nobody who said it.
-- question: What is stated as fact by one source and only according to somebody by another?
-- kept: every number is compared with those of other sources.
-- key: figure_id, statement_id
-- columns:
--   kind: figure or statement.
--   value: The number; NULL for a statement.
--   label: A short label of the figure, or the statement's words shown first.
--   source_label: The source that states it as fact.
--   sentence: The sentence in which it does.
--   published_on: Date of publication of that document.
--   given_by: Who gave the number or made the statement, according to the other sources.
--   attributed_by: The sources that attribute it.
--   attributed_sentence: One sentence in which it is attributed, the earliest published.
--   first_attributed_on: Earliest publication date of a document that attributes it.
--   attributed_claim_count: Claims or wordings that attribute it.
--   category: What the number is about; NULL for a statement.
--   evidence: For a statement, why the sentence is taken to say it.
--   story: Label of the story of the document.
--   source_uri: Link to the document that states it as fact.
--   claim_id: The claim that states it as fact; NULL for a statement.
--   figure_id: The figure; NULL for a statement.
--   statement_id: The statement; NULL for a figure.
--   sentence_id: The sentence that states it as fact.
--   document_id: Its document.
--   story_id: The story.
--   outlet_id: Its outlet.
WITH numbers AS (
  -- keys alone first: names and sentences are fetched for the pairs that were found, from tables joined beside
  -- one another; marts.claim_feed and marts.quote_feed would be made whole
  SELECT
    c.claim_id,
    c.figure_id,
    c.value,
    coalesce(d.outlet_id, d.document_id) AS source_key,
    c.source_surface IS NULL AND c.source_entity_id IS NULL AND c.quote_id IS NULL AS is_own_voice
  FROM main.numeric_claims AS c
  INNER JOIN main.documents AS d ON d.document_id = c.document_id
  WHERE c.figure_id IS NOT NULL
),

pairs AS (
  SELECT s.claim_id, a.claim_id AS attributed_claim_id
  FROM numbers AS s
  INNER JOIN numbers AS a
    ON a.figure_id = s.figure_id AND a.value = s.value AND a.source_key <> s.source_key
  WHERE s.is_own_voice AND NOT a.is_own_voice
),

paired AS (
  SELECT p.claim_id FROM pairs AS p
  UNION
  SELECT p.attributed_claim_id AS claim_id FROM pairs AS p
),

told AS (
  SELECT
    c.claim_id,
    c.value,
    c.category,
    c.figure_id,
    c.sentence_id,
    c.document_id,
    coalesce(
      giver.name,
      CASE
        WHEN NOT q.is_negated AND (c.source_surface IS NULL OR c.source_start_char = q.speaker_start_char)
          THEN coalesce(speaker.name, q.speaker_name)
      END,
      c.source_surface,
      CASE WHEN NOT q.is_negated THEN q.speaker_surface END
    ) AS given_by,
    s.surface AS sentence,
    d.source_label,
    d.published_on,
    d.source_uri,
    d.story_id,
    d.outlet_id
  FROM paired AS p
  INNER JOIN main.numeric_claims AS c ON c.claim_id = p.claim_id
  INNER JOIN main.documents AS d ON d.document_id = c.document_id
  LEFT JOIN main.quotes AS q ON q.quote_id = c.quote_id
  LEFT JOIN main.sentences AS s ON s.sentence_id = c.sentence_id
  LEFT JOIN main.entities AS speaker ON speaker.entity_id = q.speaker_entity_id
  LEFT JOIN main.entities AS giver ON giver.entity_id = c.source_entity_id
),

drifted AS (
  SELECT
    p.claim_id,
    list(DISTINCT a.given_by ORDER BY a.given_by) AS given_by,
    list(DISTINCT a.source_label ORDER BY a.source_label) AS attributed_by,
    first(a.sentence ORDER BY a.published_on NULLS LAST, a.claim_id) AS attributed_sentence,
    min(a.published_on) AS first_attributed_on,
    count(a.claim_id) AS attributed_claim_count
  FROM pairs AS p
  INNER JOIN told AS a ON a.claim_id = p.attributed_claim_id
  WHERE a.given_by IS NOT NULL
  GROUP BY p.claim_id
),

asserted AS (
  SELECT a.statement_id, a.sentence_id, a.evidence, d.document_id, coalesce(d.outlet_id, d.document_id) AS source_key
  FROM main.statement_assertions AS a
  INNER JOIN main.documents AS d ON d.document_id = a.document_id
),

wordings AS (
  SELECT DISTINCT w.statement_id, w.quote_id
  FROM main.statement_quotes AS w
  SEMI JOIN asserted AS a ON a.statement_id = w.statement_id
),

worded AS (
  SELECT
    w.statement_id,
    q.quote_id,
    coalesce(speaker.name, q.speaker_name, q.speaker_surface) AS given_by,
    d.source_label,
    s.surface AS sentence,
    d.published_on,
    coalesce(d.outlet_id, d.document_id) AS source_key
  FROM wordings AS w
  INNER JOIN main.quotes AS q ON q.quote_id = w.quote_id
  INNER JOIN main.documents AS d ON d.document_id = q.document_id
  LEFT JOIN main.sentences AS s ON s.sentence_id = q.sentence_id
  LEFT JOIN main.entities AS speaker ON speaker.entity_id = q.speaker_entity_id
  WHERE NOT q.is_headline AND NOT q.is_negated
),

restated AS (
  SELECT
    a.statement_id,
    a.sentence_id,
    any_value(a.evidence) AS evidence,
    any_value(a.document_id) AS document_id,
    list(DISTINCT w.given_by ORDER BY w.given_by) FILTER (WHERE w.given_by IS NOT NULL) AS given_by,
    list(DISTINCT w.source_label ORDER BY w.source_label) AS attributed_by,
    first(w.sentence ORDER BY w.published_on NULLS LAST, w.quote_id) AS attributed_sentence,
    min(w.published_on) AS first_attributed_on,
    count(w.quote_id) AS attributed_claim_count
  FROM asserted AS a
  INNER JOIN worded AS w ON w.statement_id = a.statement_id
  GROUP BY a.statement_id, a.sentence_id, a.source_key
  HAVING NOT bool_or(w.source_key = a.source_key)
)

SELECT
  'figure' AS kind,
  c.value,
  f.label,
  c.source_label,
  c.sentence,
  c.published_on,
  g.given_by,
  g.attributed_by,
  g.attributed_sentence,
  g.first_attributed_on,
  g.attributed_claim_count,
  c.category,
  NULL::VARCHAR AS evidence,
  st.label AS story,
  c.source_uri,
  c.claim_id,
  c.figure_id,
  NULL::VARCHAR AS statement_id,
  c.sentence_id,
  c.document_id,
  c.story_id,
  c.outlet_id
FROM drifted AS g
INNER JOIN told AS c ON c.claim_id = g.claim_id
LEFT JOIN main.figures AS f ON f.figure_id = c.figure_id
LEFT JOIN main.stories AS st ON st.story_id = c.story_id
UNION ALL
SELECT
  'statement' AS kind,
  NULL::DOUBLE AS value,
  words.surface AS label,
  d.source_label,
  s.surface AS sentence,
  d.published_on,
  r.given_by,
  r.attributed_by,
  r.attributed_sentence,
  r.first_attributed_on,
  r.attributed_claim_count,
  NULL::VARCHAR AS category,
  r.evidence,
  st.label AS story,
  d.source_uri,
  NULL::VARCHAR AS claim_id,
  NULL::VARCHAR AS figure_id,
  r.statement_id,
  r.sentence_id,
  d.document_id,
  d.story_id,
  d.outlet_id
FROM restated AS r
INNER JOIN main.documents AS d ON d.document_id = r.document_id
INNER JOIN main.sentences AS s ON s.sentence_id = r.sentence_id
LEFT JOIN main.statements AS t ON t.statement_id = r.statement_id
LEFT JOIN main.quotes AS words ON words.quote_id = t.representative_quote_id
LEFT JOIN main.stories AS st ON st.story_id = d.story_id
