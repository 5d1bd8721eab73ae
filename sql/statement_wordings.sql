-- One thing somebody said, in all its wordings: one row a wording, or part of a quote that is one.
--   Headlines and negated rows are left out.
-- question: How do the sources differ in the words they put in one person's mouth?
-- columns:
--   speaker: Who said it, by name; NULL where no source names the speaker.
--   wording: The words: the quote, or the part of it that belongs to the statement.
--   kind: direct, mixed or indirect.
--   is_representative: True for the wording shown first.
--   source_label: The outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   published_on: Date of publication of the document.
--   said_on: The day the statement was made.
--   cue: The words that introduce this wording.
--   speaker_surface: The words that name the speaker here.
--   speaker_is_inferred: True where no source of the statement names the speaker.
--   sentence: The sentence the quote starts in.
--   wording_count: Wordings of the statement.
--   outlet_count: Outlets that carry it.
--   independent_source_count: Sources that carry it, copy of one agency counted once.
--   score: How sure the link is, from 0 to 1.
--   evidence: Why they were put together.
--   story: Label of the story of the document.
--   source_uri: Link to the source.
--   start_char: First character of the wording in documents.text, 0-based.
--   end_char: One past its last character.
--   statement_id: The statement.
--   quote_id: The quote.
--   document_id: The document.
--   story_id: The story of the statement.
--   speaker_entity_id: The speaker, as an entity.
--   outlet_id: The outlet.
SELECT
  coalesce(speaker.name, t.speaker_name) AS speaker,
  substr(q.surface, w.start_char - q.start_char + 1, w.end_char - w.start_char) AS wording,
  q.kind,
  t.representative_quote_id = w.quote_id AS is_representative,
  d.source_label,
  o.name AS outlet,
  d.published_on,
  t.said_on,
  q.cue,
  q.speaker_surface,
  t.speaker_is_inferred,
  s.surface AS sentence,
  t.wording_count,
  t.outlet_count,
  t.independent_source_count,
  w.score,
  w.evidence,
  st.label AS story,
  d.source_uri,
  w.start_char,
  w.end_char,
  w.statement_id,
  w.quote_id,
  q.document_id,
  t.story_id,
  t.speaker_entity_id,
  d.outlet_id
-- not marts.quote_feed: of tables joined beside one another, only the wordings asked for are looked up
FROM main.statement_quotes AS w
INNER JOIN main.quotes AS q ON q.quote_id = w.quote_id
LEFT JOIN main.statements AS t ON t.statement_id = w.statement_id
LEFT JOIN main.entities AS speaker ON speaker.entity_id = t.speaker_entity_id
LEFT JOIN main.documents AS d ON d.document_id = q.document_id
LEFT JOIN main.outlets AS o ON o.outlet_id = d.outlet_id
LEFT JOIN main.stories AS st ON st.story_id = d.story_id
LEFT JOIN main.sentences AS s ON s.sentence_id = q.sentence_id
WHERE NOT q.is_headline AND NOT q.is_negated
