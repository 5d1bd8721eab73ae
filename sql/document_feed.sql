-- What came in: one row a document, with its text.
-- question: Which reports came in, from whom, and what does this one say?
-- columns:
--   title: The headline; NULL where there is none.
--   source_label: The outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   byline: The author line as printed.
--   published_on: Date of publication; NULL where unknown.
--   published_on_precision: day, month or year.
--   story: Label of the story the document belongs to.
--   language: ISO 639-1 code of the language; NULL where not detected.
--   word_count: Number of words.
--   agencies: News agencies whose copy the text is.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   extraction_status: done, not_supported_language, or no_prose (nothing that reads as a sentence).
--   source_uri: Link to the source: its url, else the file's URI.
--   ingest_date: Day partition: UTC date of the run that first stored this revision.
--   text: The whole text that offsets count into.
--   run_id: The run that loaded this revision.
--   document_id: The document.
--   story_id: The story.
--   outlet_id: The outlet.
SELECT
  d.title,
  d.source_label,
  o.name AS outlet,
  d.byline,
  d.published_on,
  d.published_on_precision,
  s.label AS story,
  d.language,
  d.word_count,
  d.agencies,
  d.duplicate_of_document_id IS NOT NULL AS is_duplicate,
  d.extraction_status,
  d.source_uri,
  d.ingest_date,
  d.text,
  d.run_id,
  d.document_id,
  d.story_id,
  d.outlet_id
FROM main.documents AS d
LEFT JOIN main.outlets AS o ON o.outlet_id = d.outlet_id
LEFT JOIN main.stories AS s ON s.story_id = d.story_id
