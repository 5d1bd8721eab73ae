-- What a source leaves out: one row a source of a story and a statement or figure of that story which other
--   sources report and this one does not. Headlines and negated quotes do not count as reporting.
-- question: What do the others report that this outlet does not tell its readers?
-- columns:
--   story: Label of the story.
--   source_label: The source that leaves it out: the outlet's name, else the file's name.
--   kind: statement or figure.
--   label: The statement's representative words, or the figure's label.
--   speaker: For a statement, who said it, by name.
--   reported_by: The sources of the story that report it.
--   reported_by_count: Their number.
--   source_count: Sources of the story.
--   story_id: The story.
--   outlet_id: The outlet that leaves it out; NULL where unknown.
--   document_id: For a source without an outlet, its document; else NULL.
--   statement_id: The statement; NULL for a figure.
--   figure_id: The figure; NULL for a statement.
WITH sources AS (
  SELECT
    d.story_id,
    coalesce(d.outlet_id, d.document_id) AS source_key,
    min(d.source_label) AS source_label,
    min(d.outlet_id) AS outlet_id,
    CASE WHEN min(d.outlet_id) IS NULL THEN min(d.document_id) END AS document_id
  FROM main.documents AS d
  WHERE d.story_id IS NOT NULL
  GROUP BY d.story_id, coalesce(d.outlet_id, d.document_id)
),

story_sizes AS (
  SELECT s.story_id, count(s.source_key) AS source_count
  FROM sources AS s
  GROUP BY s.story_id
),

reports AS (
  SELECT DISTINCT
    t.story_id,
    'statement' AS kind,
    t.statement_id AS thing_id,
    coalesce(d.outlet_id, d.document_id) AS source_key
  FROM main.quotes AS q
  INNER JOIN main.statements AS t ON t.statement_id = q.statement_id
  INNER JOIN main.documents AS d ON d.document_id = q.document_id AND d.story_id = t.story_id
  WHERE NOT q.is_headline AND NOT q.is_negated
  UNION ALL
  SELECT DISTINCT
    f.story_id,
    'figure' AS kind,
    f.figure_id AS thing_id,
    coalesce(d.outlet_id, d.document_id) AS source_key
  FROM main.numeric_claims AS c
  INNER JOIN main.figures AS f ON f.figure_id = c.figure_id
  INNER JOIN main.documents AS d ON d.document_id = c.document_id AND d.story_id = f.story_id
),

things AS (
  SELECT
    r.story_id,
    r.kind,
    r.thing_id,
    list(s.source_label ORDER BY s.source_label) AS reported_by,
    count(r.source_key) AS reported_by_count
  FROM reports AS r
  INNER JOIN sources AS s ON s.story_id = r.story_id AND s.source_key = r.source_key
  GROUP BY r.story_id, r.kind, r.thing_id
)

SELECT
  st.label AS story,
  s.source_label,
  g.kind,
  coalesce(words.surface, f.label) AS label,
  coalesce(speaker.name, t.speaker_name) AS speaker,
  g.reported_by,
  g.reported_by_count,
  z.source_count,
  s.story_id,
  s.outlet_id,
  s.document_id,
  t.statement_id,
  f.figure_id
FROM sources AS s
INNER JOIN story_sizes AS z ON z.story_id = s.story_id
INNER JOIN things AS g ON g.story_id = s.story_id
LEFT JOIN reports AS own
  ON own.story_id = g.story_id
  AND own.kind = g.kind
  AND own.thing_id = g.thing_id
  AND own.source_key = s.source_key
LEFT JOIN main.stories AS st ON st.story_id = s.story_id
-- one equality a join: a second condition on the left side alone makes DuckDB compare every pair
LEFT JOIN main.statements AS t ON t.statement_id = CASE WHEN g.kind = 'statement' THEN g.thing_id END
LEFT JOIN main.quotes AS words ON words.quote_id = t.representative_quote_id
LEFT JOIN main.entities AS speaker ON speaker.entity_id = t.speaker_entity_id
LEFT JOIN main.figures AS f ON f.figure_id = CASE WHEN g.kind = 'figure' THEN g.thing_id END
WHERE own.thing_id IS NULL
