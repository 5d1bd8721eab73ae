-- Where the news happened, day by day: one row a place with known coordinates and day of publication.
--   Mentions in headlines, navigation and boilerplate are left out.
-- question: Which places were in the news on these days, and where do they lie?
-- kept: every mention is counted, for every map.
-- key: place_entity_id and published_on
-- columns:
--   place: The place's name.
--   country_code: ISO 3166-1 alpha-2 code of its country.
--   latitude: Degrees north (WGS 84).
--   longitude: Degrees east (WGS 84).
--   published_on: The day of publication; NULL for documents without a date.
--   mention_count: Mentions on that day.
--   document_count: Documents that mention it on that day.
--   place_entity_id: The place, as an entity.
SELECT
  max(e.name) AS place,
  max(e.country_code) AS country_code,
  max(e.latitude) AS latitude,
  max(e.longitude) AS longitude,
  d.published_on,
  count(m.mention_id) AS mention_count,
  count(DISTINCT m.document_id) AS document_count,
  m.entity_id AS place_entity_id
FROM main.entities AS e
INNER JOIN main.entity_mentions AS m ON m.entity_id = e.entity_id
INNER JOIN main.documents AS d ON d.document_id = m.document_id
LEFT JOIN main.segments AS s ON s.document_id = m.document_id AND s.segment_no = m.segment_no
WHERE e.latitude IS NOT NULL AND e.longitude IS NOT NULL AND m.mention_type = 'name'
  AND (s.role IS NULL OR s.role NOT IN ('title', 'navigation', 'boilerplate'))
GROUP BY m.entity_id, d.published_on
