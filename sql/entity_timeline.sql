-- Who and what was in the news, day by day: one row an entity and day of publication. Mentions in
--   headlines, navigation and boilerplate are left out, and so are quotes in headlines and negated ones.
-- question: When did this person, place or body come into the news, and when did it drop out?
-- kept: every mention is counted, for every line over time; sorted by entity, few blocks are read.
-- key: entity_id and published_on
-- columns:
--   name: The entity's name.
--   entity_type: person, organization, place, facility, group, event, law or product.
--   published_on: The day of publication; NULL for documents without a date.
--   mention_count: Mentions on that day.
--   document_count: Documents that mention it on that day.
--   source_count: Their sources; a document without an outlet is a source of its own.
--   quote_count: Quotations of it on that day, as a speaker.
--   country_code: ISO 3166-1 alpha-2 code of its country, where known.
--   entity_id: The entity.
WITH left_out AS (
  -- counted in steps, each over fewer rows: counting different sources at once costs twice as much
  SELECT s.document_id, s.segment_no
  FROM main.segments AS s
  WHERE s.role IN ('title', 'navigation', 'boilerplate')
),

mentioned_in AS (
  SELECT m.entity_id, m.document_id, count(m.mention_id) AS mention_count
  FROM main.entity_mentions AS m
  ANTI JOIN left_out AS s ON s.document_id = m.document_id AND s.segment_no = m.segment_no
  WHERE m.entity_id IS NOT NULL AND m.mention_type = 'name'
  GROUP BY m.entity_id, m.document_id
),

mentioned_by AS (
  SELECT
    m.entity_id,
    d.published_on,
    d.outlet_id,
    sum(m.mention_count) AS mention_count,
    count(m.document_id) AS document_count
  FROM mentioned_in AS m
  INNER JOIN main.documents AS d ON d.document_id = m.document_id
  GROUP BY m.entity_id, d.published_on, d.outlet_id
),

mentioned AS (
  SELECT
    m.entity_id,
    m.published_on,
    sum(m.mention_count)::BIGINT AS mention_count,
    sum(m.document_count)::BIGINT AS document_count,
    sum(CASE WHEN m.outlet_id IS NULL THEN m.document_count ELSE 1 END)::BIGINT AS source_count
  FROM mentioned_by AS m
  GROUP BY m.entity_id, m.published_on
),

quotations AS (
  SELECT DISTINCT q.speaker_entity_id AS entity_id, q.document_id, q.quotation_id
  FROM main.quotes AS q
  WHERE q.speaker_entity_id IS NOT NULL AND NOT q.is_headline AND NOT q.is_negated
),

quoted AS (
  SELECT q.entity_id, d.published_on, count(q.quotation_id) AS quote_count
  FROM quotations AS q
  INNER JOIN main.documents AS d ON d.document_id = q.document_id
  GROUP BY q.entity_id, d.published_on
)

SELECT
  e.name,
  e.entity_type,
  coalesce(m.published_on, q.published_on) AS published_on,
  coalesce(m.mention_count, 0) AS mention_count,
  coalesce(m.document_count, 0) AS document_count,
  coalesce(m.source_count, 0) AS source_count,
  coalesce(q.quote_count, 0) AS quote_count,
  e.country_code,
  coalesce(m.entity_id, q.entity_id) AS entity_id
FROM mentioned AS m
FULL JOIN quoted AS q
  ON q.entity_id = m.entity_id AND q.published_on IS NOT DISTINCT FROM m.published_on
LEFT JOIN main.entities AS e ON e.entity_id = coalesce(m.entity_id, q.entity_id)
ORDER BY entity_id
