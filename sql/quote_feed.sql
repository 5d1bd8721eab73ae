-- What people are quoted as saying: one row a quote of main.quotes, headlines and negated rows ("did not
--   say when") left out. The paragraphs of one quotation share quotation_id.
-- question: What is a person quoted as saying, in which words, and where can I read it?
-- columns:
--   speaker: The speaker's name; NULL for unnamed and collective speakers.
--   surface: The words of the quote, outer quotation marks left out.
--   kind: direct (all inside marks), mixed (a reported clause with words in marks) or indirect (no marks).
--   cue: The words that introduce it ('said', 'according to').
--   speaker_surface: The words that name the speaker here; NULL where nobody is named.
--   speaker_role: The speaker's title or role as written.
--   speaker_affiliation: The body the speaker speaks for, as written.
--   speaker_is_inferred: True where the text names no speaker and another wording of the statement does.
--   reported_by: Speaker of the quote this one stands in (X reported that Y said), by name or as written.
--   sentence: The sentence the quote starts in.
--   source_label: The outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   published_on: Date of publication of the document; NULL where unknown.
--   said_on: The day it was said.
--   said_on_precision: day, month or year.
--   venue: Where or how it was said, as written.
--   story: Label of the story the document belongs to.
--   title: The document's headline.
--   source_uri: Link to the source: its url, else the file's URI.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   cue_class: speech, belief, intent, according_to or none.
--   confidence: How sure the rule is, from 0 to 1.
--   method: The rule that decided.
--   ingest_date: Day partition: UTC date of the run that first stored this revision.
--   start_char: First character of the quote in documents.text, 0-based.
--   end_char: One past its last character.
--   quote_id: Key of the quote.
--   quotation_id: Shared by the paragraphs of one quotation.
--   parent_quote_id: The quote this one stands in.
--   statement_id: The statement of which this is a wording.
--   sentence_id: The sentence.
--   document_id: The document.
--   story_id: The story.
--   speaker_entity_id: The speaker, as an entity.
--   outlet_id: The outlet.
SELECT
  coalesce(speaker.name, q.speaker_name) AS speaker,
  q.surface,
  q.kind,
  q.cue,
  q.speaker_surface,
  q.speaker_role,
  q.speaker_affiliation,
  q.speaker_is_inferred,
  coalesce(reporter.name, parent.speaker_name, parent.speaker_surface) AS reported_by,
  s.surface AS sentence,
  d.source_label,
  o.name AS outlet,
  d.published_on,
  q.said_on,
  q.said_on_precision,
  q.venue,
  st.label AS story,
  d.title,
  d.source_uri,
  d.duplicate_of_document_id IS NOT NULL AS is_duplicate,
  q.cue_class,
  q.confidence,
  q.method,
  d.ingest_date,
  q.start_char,
  q.end_char,
  q.quote_id,
  q.quotation_id,
  q.parent_quote_id,
  q.statement_id,
  q.sentence_id,
  q.document_id,
  d.story_id,
  q.speaker_entity_id,
  d.outlet_id
FROM main.quotes AS q
LEFT JOIN main.documents AS d ON d.document_id = q.document_id
LEFT JOIN main.outlets AS o ON o.outlet_id = d.outlet_id
LEFT JOIN main.stories AS st ON st.story_id = d.story_id
LEFT JOIN main.sentences AS s ON s.sentence_id = q.sentence_id
LEFT JOIN main.entities AS speaker ON speaker.entity_id = q.speaker_entity_id
LEFT JOIN main.quotes AS parent ON parent.quote_id = q.parent_quote_id
LEFT JOIN main.entities AS reporter ON reporter.entity_id = parent.speaker_entity_id
WHERE NOT q.is_headline AND NOT q.is_negated
