-- What could not be read: one row a run and input, with the reason.
-- question: Which inputs were turned away, and what was wrong with them?
-- columns:
--   run_started_at: When the run started (UTC).
--   source_uri: The input.
--   reason: empty, binary, too_long, undecodable, unreadable, bad_record … (audit.rejected_documents has all).
--   detail: More on it.
--   rejected_at: When (UTC).
--   run_id: The run.
SELECT
  r.started_at AS run_started_at,
  x.source_uri,
  x.reason,
  x.detail,
  x.rejected_at,
  x.run_id
FROM audit.rejected_documents AS x
LEFT JOIN audit.runs AS r ON r.run_id = x.run_id
