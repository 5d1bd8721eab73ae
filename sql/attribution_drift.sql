-- One source attributes what another states as fact: one row a claim in an outlet's own voice whose number
--   another source gives for the same figure as somebody's words.
-- question: Which numbers are stated as fact by one source and only according to somebody by another?
-- columns:
--   value: The number.
--   label: A short label of the figure.
--   source_label: The source that states it as fact.
--   sentence: The sentence in which it does.
--   published_on: Date of publication of that document.
--   given_by: Who gave the number, according to the other sources.
--   attributed_by: The sources that attribute it.
--   attributed_sentence: One sentence in which it is attributed, the earliest published.
--   first_attributed_on: Earliest publication date of a document that attributes it.
--   attributed_claim_count: Claims that attribute it.
--   category: What the number is about.
--   story: Label of the story of the document.
--   source_uri: Link to the document that states it as fact.
--   claim_id: The claim that states it as fact.
--   figure_id: The figure.
--   document_id: Its document.
--   story_id: The story.
--   outlet_id: Its outlet.
WITH stated AS (
  SELECT s.claim_id, s.figure_id, s.value, coalesce(s.outlet_id, s.document_id) AS source_key
  FROM marts.claim_feed AS s
  WHERE s.figure_id IS NOT NULL AND s.is_own_voice
),

attributed AS (
  SELECT
    a.claim_id,
    a.figure_id,
    a.value,
    a.given_by,
    a.source_label,
    a.sentence,
    a.published_on,
    coalesce(a.outlet_id, a.document_id) AS source_key
  FROM marts.claim_feed AS a
  WHERE a.figure_id IS NOT NULL AND a.given_by IS NOT NULL
),

drifted AS (
  SELECT
    s.claim_id,
    list(DISTINCT a.given_by ORDER BY a.given_by) AS given_by,
    list(DISTINCT a.source_label ORDER BY a.source_label) AS attributed_by,
    first(a.sentence ORDER BY a.published_on NULLS LAST, a.claim_id) AS attributed_sentence,
    min(a.published_on) AS first_attributed_on,
    count(a.claim_id) AS attributed_claim_count
  FROM stated AS s
  INNER JOIN attributed AS a
    ON a.figure_id = s.figure_id AND a.value = s.value AND a.source_key <> s.source_key
  GROUP BY s.claim_id
)

SELECT
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
  c.story,
  c.source_uri,
  c.claim_id,
  c.figure_id,
  c.document_id,
  c.story_id,
  c.outlet_id
FROM drifted AS g
INNER JOIN marts.claim_feed AS c ON c.claim_id = g.claim_id
LEFT JOIN main.figures AS f ON f.figure_id = c.figure_id
