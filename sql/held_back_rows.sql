-- What the audit kept out of the tables, and why: one row a row and the rule it failed.
-- question: Which rows were held back in the last run, and for which reason?
-- columns:
--   run_started_at: When the run started (UTC).
--   table_name: The table it would be in.
--   expectation: The rule it failed; parent_quarantined; or ruling, where a person rejected it.
--   severity: Severity of that rule.
--   reason: Why the rule exists, in words.
--   surface: The characters it points at; NULL for rows without a span.
--   source_label: Its document's source; NULL where the document was held back too.
--   title: Its document's headline.
--   row: The row itself, as JSON.
--   quarantined_at: When (UTC).
--   row_key: Its key in that table.
--   document_id: Its document.
--   run_id: The run.
SELECT
  r.started_at AS run_started_at,
  q.table_name,
  q.expectation,
  q.severity,
  q.reason,
  q.row ->> '$.surface' AS surface,
  d.source_label,
  d.title,
  q.row,
  q.quarantined_at,
  q.row_key,
  q.document_id,
  q.run_id
FROM audit.quarantined_rows AS q
LEFT JOIN audit.runs AS r ON r.run_id = q.run_id
LEFT JOIN main.documents AS d ON d.document_id = q.document_id
