-- How each source words one statement: one row a wording, headlines and negated rows left out.
--   marts.statement_wordings has the sentences too, and what is known of the statement.
-- question: In which words does each source give this statement?
-- kept: one statement's wordings are looked up at a time; sorted by statement, few blocks are read.
-- key: statement_id
-- parts: main.statement_quotes
-- columns:
--   source_label: The source: the outlet's name, else the file's name.
--   published_on: Date of publication of the document.
--   wording: The words: the quote, or the part of it that belongs to the statement.
--   kind: direct, mixed or indirect.
--   cue: The words that introduce this wording.
--   speaker_surface: The words that name the speaker here.
--   source_uri: Link to the source.
--   start_char: First character of the wording in documents.text, 0-based.
--   end_char: One past its last character.
--   statement_id: The statement.
--   quote_id: The quote.
--   document_id: The document.
--   outlet_id: The outlet; NULL where unknown.
SELECT
  d.source_label,
  d.published_on,
  substr(q.surface, w.start_char - q.start_char + 1, w.end_char - w.start_char) AS wording,
  q.kind,
  q.cue,
  q.speaker_surface,
  d.source_uri,
  w.start_char,
  w.end_char,
  w.statement_id,
  w.quote_id,
  q.document_id,
  d.outlet_id
FROM main.statement_quotes AS w
INNER JOIN main.quotes AS q ON q.quote_id = w.quote_id
INNER JOIN main.documents AS d ON d.document_id = q.document_id
WHERE NOT q.is_headline AND NOT q.is_negated
ORDER BY w.statement_id
