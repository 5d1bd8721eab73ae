-- What people decided: one row a ruling that has not been undone. An orphaned ruling finds no row after
--   re-extraction and wants a second look.
-- question: Which corrections stand, who made them and why, and which have lost their row?
-- columns:
--   kind: approve_release, exclude_source, include_source, rollback, merge_entities, split_entity,
--     rename_entity, correct_speaker, correct_claim or reject_claim.
--   table_name: Table it is about.
--   field: Column it sets.
--   value: What it sets: a value (NULL: unknown), the entity that stays, a run, or a source.
--   surface: The characters it is about.
--   why: Why.
--   ruled_by: Who.
--   ruled_at: When (UTC).
--   status: in_force or orphaned.
--   source_label: Source of the document it is about.
--   title: Headline of that document.
--   source_uri: Link to it.
--   start_char: First character of the span it is about, 0-based.
--   end_char: One past its last character.
--   ruling_id: The ruling.
--   document_id: The document it is about.
SELECT
  r.kind,
  r.table_name,
  r.field,
  r.value,
  r.surface,
  r.why,
  r.ruled_by,
  r.ruled_at,
  r.status,
  d.source_label,
  d.title,
  d.source_uri,
  r.start_char,
  r.end_char,
  r.ruling_id,
  r.document_id
FROM audit.rulings AS r
LEFT JOIN main.documents AS d ON d.document_id = r.document_id
WHERE r.status <> 'undone' AND r.kind <> 'undo_ruling'
