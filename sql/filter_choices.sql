-- What the filters of the dashboard offer: one row a name, at most 300 a filter; any other can be typed.
-- question: Which sources, stories, categories and speakers are there most of?
-- kept: every page of the dashboard asks for them, and finding them reads every document.
-- columns:
--   kind: source, story, category or speaker.
--   name: The name to filter by.
--   rank: Its place in the list, from 1: sources by documents, stories by sources, speakers by quotations,
--     categories by name.
WITH sources AS (
  SELECT d.source_label AS name, row_number() OVER (ORDER BY count(*) DESC, d.source_label) AS rank
  FROM marts.document_list AS d
  GROUP BY d.source_label
),

stories AS (
  SELECT
    s.label AS name,
    row_number() OVER (ORDER BY max(s.source_count) DESC, max(s.last_published_on) DESC NULLS LAST, s.label) AS rank
  FROM marts.story_overview AS s
  WHERE s.label IS NOT NULL
  GROUP BY s.label
),

categories AS (
  SELECT f.category AS name, row_number() OVER (ORDER BY f.category) AS rank
  FROM marts.figure_list AS f
  WHERE f.category IS NOT NULL
  GROUP BY f.category
),

speakers AS (
  SELECT p.speaker AS name, row_number() OVER (ORDER BY max(p.quote_count) DESC, p.speaker) AS rank
  FROM marts.speakers AS p
  WHERE p.speaker IS NOT NULL
  GROUP BY p.speaker
)

SELECT 'source' AS kind, s.name, s.rank FROM sources AS s WHERE s.rank <= 300
UNION ALL
SELECT 'story' AS kind, s.name, s.rank FROM stories AS s WHERE s.rank <= 300
UNION ALL
SELECT 'category' AS kind, c.name, c.rank FROM categories AS c WHERE c.rank <= 300
UNION ALL
SELECT 'speaker' AS kind, p.name, p.rank FROM speakers AS p WHERE p.rank <= 300
