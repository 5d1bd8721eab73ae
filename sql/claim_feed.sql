-- Every number the sources assert: one row a claim of main.numeric_claims, none left out. Leave out rows
--   with is_negated (the number stands in something somebody did not say) and, to count a text once however
--   often it was printed, rows with is_duplicate.
-- question: Which numbers of people killed were reported, by whom, and in which sentence?
-- columns:
--   value: The stated number; for a range or a vague amount the low end.
--   value_low: Low end of the interval, when stated or documented for a vague word; else NULL.
--   value_high: High end of that interval; else NULL.
--   bound: exact, about, at_least, more_than, at_most, less_than or range.
--   direction: up or down, for a change; NULL for an amount.
--   unit: Canonical unit (USD, percent, kilometre); NULL for a count.
--   noun: What is counted or measured, as written.
--   category: Category of claim_categories ('troops'); NULL where none fits.
--   place: The place it is about.
--   surface: The number as written.
--   sentence: The sentence the number stands in.
--   given_by: Who gave the number: the name where known, else the words of the text; NULL for the outlet's
--     own voice.
--   is_own_voice: True where the outlet states the number itself, in no quote and with no source.
--   speaker: Speaker of the quote the number stands in, by name; NULL outside quotes and for the unnamed.
--   source_label: The outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   published_on: Date of publication of the document; NULL where unknown.
--   as_of_on: The day, month or year the number holds for.
--   as_of_on_precision: day, month or year.
--   story: Label of the story the document belongs to.
--   title: The document's headline.
--   source_uri: Link to the source: its url, else the file's URI.
--   is_duplicate: True where the document repeats the text of an earlier one.
--   is_negated: True where the number stands in something somebody did not say.
--   is_vague: True for a vague amount ('dozens') with a documented interval.
--   stock_or_flow: stock, flow, or NULL where unknown.
--   unit_dimension: count, money, percent, duration …
--   relation: How the claim is joined to related_claim_id: from_to, part_of or restates.
--   flags: Names of the soft rules the claim fails.
--   confidence: How sure the rule is, from 0 to 1.
--   method: The rule that decided.
--   ingest_date: Day partition: UTC date of the run that first stored this revision.
--   start_char: First character of the number in documents.text, 0-based.
--   end_char: One past its last character.
--   claim_id: Key of the claim.
--   related_claim_id: The claim it is joined to.
--   figure_id: The figure this claim reports.
--   quote_id: The quote the number stands in.
--   sentence_id: The sentence.
--   document_id: The document.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
--   source_entity_id: Who gave the number, as an entity.
--   outlet_id: The outlet.
SELECT
  c.value,
  c.value_low,
  c.value_high,
  c.bound,
  c.direction,
  c.unit,
  c.noun,
  c.category,
  place.name AS place,
  c.surface,
  s.surface AS sentence,
  coalesce(
    giver.name,
    -- the words that give the number are often the quote's speaker, whose name is known there
    CASE
      WHEN NOT q.is_negated AND (c.source_surface IS NULL OR c.source_start_char = q.speaker_start_char)
        THEN coalesce(speaker.name, q.speaker_name)
    END,
    c.source_surface,
    CASE WHEN NOT q.is_negated THEN q.speaker_surface END
  ) AS given_by,
  c.source_surface IS NULL AND c.source_entity_id IS NULL AND c.quote_id IS NULL AS is_own_voice,
  CASE WHEN NOT q.is_negated THEN coalesce(speaker.name, q.speaker_name) END AS speaker,
  d.source_label,
  o.name AS outlet,
  d.published_on,
  c.as_of_on,
  c.as_of_on_precision,
  st.label AS story,
  d.title,
  d.source_uri,
  d.duplicate_of_document_id IS NOT NULL AS is_duplicate,
  coalesce(q.is_negated, false) AS is_negated,
  c.is_vague,
  c.stock_or_flow,
  c.unit_dimension,
  c.relation,
  c.flags,
  c.confidence,
  c.method,
  d.ingest_date,
  c.start_char,
  c.end_char,
  c.claim_id,
  c.related_claim_id,
  c.figure_id,
  c.quote_id,
  c.sentence_id,
  c.document_id,
  d.story_id,
  c.place_entity_id,
  c.source_entity_id,
  d.outlet_id
FROM main.numeric_claims AS c
LEFT JOIN main.documents AS d ON d.document_id = c.document_id
LEFT JOIN main.outlets AS o ON o.outlet_id = d.outlet_id
LEFT JOIN main.stories AS st ON st.story_id = d.story_id
LEFT JOIN main.sentences AS s ON s.sentence_id = c.sentence_id
LEFT JOIN main.quotes AS q ON q.quote_id = c.quote_id
LEFT JOIN main.entities AS speaker ON speaker.entity_id = q.speaker_entity_id
LEFT JOIN main.entities AS giver ON giver.entity_id = c.source_entity_id
LEFT JOIN main.entities AS place ON place.entity_id = c.place_entity_id
