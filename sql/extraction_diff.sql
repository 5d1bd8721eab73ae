-- What a new version of the extractor sees otherwise: one row a difference between two versions' rows over
--   the same text, written when documents are extracted again (a backfill over their days).
-- question: What did the last change of rules or model do to quotes, speakers and numbers?
-- columns:
--   old_version: Version of the extractor before.
--   new_version: Version of the extractor now.
--   table_name: quotes, numeric_claims, entity_mentions or scare_quotes.
--   change: added, removed, or changed.
--   field: The column that changed; (row) where the whole row came or went.
--   surface: The characters that the row points at.
--   old_value: The value before, as text.
--   new_value: The value now, as text.
--   difference_count: Differences of this kind (same versions, table, change and field) in all documents.
--   source_label: The outlet's name, else the file's name; NULL for a document that is no more.
--   title: The document's headline.
--   source_uri: Link to the source.
--   start_char: First character of the span in documents.text, 0-based.
--   end_char: One past its last character.
--   document_id: The document.
--   run_id: The run that extracted again.
SELECT
  x.old_version,
  x.new_version,
  x.table_name,
  x.change,
  x.field,
  x.surface,
  x.old_value,
  x.new_value,
  count(*) OVER (PARTITION BY x.old_version, x.new_version, x.table_name, x.change, x.field)
    AS difference_count,
  d.source_label,
  d.title,
  d.source_uri,
  x.start_char,
  x.end_char,
  x.document_id,
  x.run_id
FROM main.extraction_changes AS x
LEFT JOIN main.documents AS d ON d.document_id = x.document_id
