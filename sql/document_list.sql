-- What came in, without the texts: one row a document. marts.document_feed has the text and more.
-- question: Which reports came in, from whom, and on which story?
-- kept: the dashboard lists documents; in order of publication, its first pages read few blocks.
-- key: document_id
-- columns:
--   title: The headline; NULL where there is none.
--   source_label: The outlet's name, else the file's name.
--   published_on: Date of publication; NULL where unknown.
--   story: Label of the story the document belongs to.
--   word_count: Number of words.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   words: Headline and source in small letters, to be searched.
--   source_uri: Link to the source: its url, else the file's URI.
--   document_id: The document.
--   story_id: The story.
SELECT
  d.title,
  d.source_label,
  d.published_on,
  s.label AS story,
  d.word_count,
  d.duplicate_of_document_id IS NOT NULL AS is_duplicate,
  lower(concat_ws(' ', d.title, d.source_label)) AS words,
  d.source_uri,
  d.document_id,
  d.story_id
FROM main.documents AS d
LEFT JOIN main.stories AS s ON s.story_id = d.story_id
ORDER BY d.published_on DESC NULLS LAST
