-- What one person is quoted as saying: one row a quote, headlines and negated rows left out. marts.quote_feed
--   has the sentence, the story and more; this reads two tables and is fast in a warehouse of any size.
-- question: What is this person quoted as saying, by whom, and when?
-- columns:
--   surface: The quoted words.
--   kind: direct, mixed or indirect.
--   cue: The words that introduce the quote.
--   speaker_role: The speaker's role as the text gives it.
--   source_label: The outlet's name, else the file's name.
--   published_on: Date of publication of the document; NULL where unknown.
--   source_uri: Link to the source.
--   start_char: First character of the quote in documents.text, 0-based.
--   quote_id: The quote.
--   document_id: The document.
--   speaker_entity_id: The speaker.
SELECT
  q.surface,
  q.kind,
  q.cue,
  q.speaker_role,
  d.source_label,
  d.published_on,
  d.source_uri,
  q.start_char,
  q.quote_id,
  q.document_id,
  q.speaker_entity_id
FROM main.quotes AS q
INNER JOIN main.documents AS d ON d.document_id = q.document_id
WHERE q.speaker_entity_id IS NOT NULL AND NOT q.is_headline AND NOT q.is_negated
