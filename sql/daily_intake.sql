-- What came in, day by day: one row a day of arrival, day of publication and outlet.
-- question: How much came in on each day, and from whom?
-- kept: every document is counted, for every chart of what came in.
-- columns:
--   ingest_date: UTC date of the run that first stored the documents.
--   published_on: Date of publication; NULL where unknown.
--   outlet: The outlet; NULL where unknown.
--   document_count: Documents.
--   duplicate_count: Of them, those that repeat the text of an earlier one.
--   unread_count: Of them, those that were not searched: another language, or no prose.
--   undated_count: Of them, those without a date of publication.
--   word_count: Words in them.
--   outlet_id: The outlet.
SELECT
  d.ingest_date,
  d.published_on,
  max(o.name) AS outlet,
  count(d.document_id) AS document_count,
  count(d.duplicate_of_document_id) AS duplicate_count,
  count(*) FILTER (WHERE d.extraction_status <> 'done') AS unread_count,
  count(*) FILTER (WHERE d.published_on IS NULL) AS undated_count,
  sum(d.word_count)::BIGINT AS word_count,
  d.outlet_id
FROM main.documents AS d
LEFT JOIN main.outlets AS o ON o.outlet_id = d.outlet_id
GROUP BY d.ingest_date, d.published_on, d.outlet_id
