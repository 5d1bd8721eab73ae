-- How the runs went: one row a run, with what it read, stored and held back, and how long it took.
-- question: When did the last release come out, and was every input accounted for?
-- columns:
--   started_at: Start (UTC).
--   outcome: running, published, nothing_new, held_back, failed or interrupted.
--   trigger: What started it: command, schedule, sensor, backfill, approval, ruling, forget.
--   duration_seconds: From start to end; NULL while it runs.
--   read_count: Documents read.
--   stored_count: New documents and revisions.
--   unchanged_count: Documents known already.
--   duplicate_count: Bare texts known already, found at a further path.
--   rejected_count: Inputs that could not be read.
--   excluded_count: Inputs left out by a person.
--   unaccounted_count: read_count less the five counts before; anything but 0 is a fault.
--   quarantined_count: Rows held back by expectations.
--   expectation_count: Expectations evaluated.
--   failed_expectation_count: Of them, those that failed.
--   blocking_count: Of them, those that hold a release back and were not approved.
--   detail: Why it was held back or failed.
--   ingest_date: Day partition its new documents belong to.
--   finished_at: End (UTC).
--   extractor_version: Version of the extractor.
--   release_id: The release it published.
--   run_id: The run.
--   dagster_run_id: Dagster's id of the run.
WITH checked AS (
  SELECT
    v.run_id,
    count(v.expectation) AS expectation_count,
    count(*) FILTER (WHERE NOT v.success) AS failed_expectation_count,
    count(*) FILTER (WHERE NOT v.success AND v.severity = 'blocking' AND NOT v.is_approved) AS blocking_count
  FROM audit.validation_results AS v
  GROUP BY v.run_id
)

SELECT
  r.started_at,
  r.outcome,
  r.trigger,
  date_diff('millisecond', r.started_at, r.finished_at) / 1000 AS duration_seconds,
  r.read_count,
  r.stored_count,
  r.unchanged_count,
  r.duplicate_count,
  r.rejected_count,
  r.excluded_count,
  r.read_count - r.stored_count - r.unchanged_count - r.duplicate_count - r.rejected_count - r.excluded_count
    AS unaccounted_count,
  r.quarantined_count,
  coalesce(c.expectation_count, 0) AS expectation_count,
  coalesce(c.failed_expectation_count, 0) AS failed_expectation_count,
  coalesce(c.blocking_count, 0) AS blocking_count,
  r.detail,
  r.ingest_date,
  r.finished_at,
  r.extractor_version,
  r.release_id,
  r.run_id,
  r.dagster_run_id
FROM audit.runs AS r
LEFT JOIN checked AS c ON c.run_id = r.run_id
