-- What the audit found: one row a run and expectation, with the rows it looked at, the rows that failed,
--   and the rows held back for it. An expectation that only held rows back (parent_quarantined) has no
--   counts of its own, and evaluated_rows is NULL.
-- question: Which rules failed in the last run, on how many rows?
-- columns:
--   run_started_at: When the run started (UTC).
--   suite: The suite: the table's name, or 'dataset'.
--   expectation: The rule's name.
--   severity: warning (rows stay, flagged), quarantine (rows leave), blocking (release held).
--   success: True where nothing failed; NULL where the rule only held rows back.
--   evaluated_rows: Rows looked at.
--   unexpected_rows: Rows that failed.
--   unexpected_share: unexpected_rows of evaluated_rows, from 0 to 1; NULL where no row was looked at.
--   quarantined_row_count: Rows in audit.quarantined_rows for this rule and run.
--   detail: Observed value, or what was wrong.
--   is_approved: True where a person approved the failure.
--   validated_at: When it was evaluated (UTC).
--   run_id: The run.
WITH held AS (
  SELECT r.run_id, r.table_name, r.expectation, min(r.severity) AS severity, count(r.row_key) AS row_count
  FROM audit.quarantined_rows AS r
  GROUP BY r.run_id, r.table_name, r.expectation
)

SELECT
  run.started_at AS run_started_at,
  coalesce(v.suite, h.table_name) AS suite,
  coalesce(v.expectation, h.expectation) AS expectation,
  coalesce(v.severity, h.severity) AS severity,
  v.success,
  v.evaluated_rows,
  v.unexpected_rows,
  v.unexpected_rows / nullif(v.evaluated_rows, 0) AS unexpected_share,
  coalesce(h.row_count, 0) AS quarantined_row_count,
  v.detail,
  v.is_approved,
  v.validated_at,
  coalesce(v.run_id, h.run_id) AS run_id
FROM audit.validation_results AS v
FULL JOIN held AS h
  ON h.run_id = v.run_id AND h.table_name = v.suite AND h.expectation = v.expectation
LEFT JOIN audit.runs AS run ON run.run_id = coalesce(v.run_id, h.run_id)
