-- Everything that was said, each thing once: one row a statement.
-- question: What was said, by whom, and how many sources carry it?
-- kept: the dashboard lists statements; in order of their sources, its first pages read few blocks.
-- key: statement_id
-- parts: main.statements, main.statement_assertions, marts.statement_reports
-- columns:
--   speaker: Who said it, by name; NULL where no source names the speaker.
--   wording: The wording shown first.
--   said_on: The day it was said.
--   wording_count: Wordings of the statement.
--   source_count: Sources that carry it; a document without an outlet is a source of its own.
--   independent_source_count: Sources that carry it, copy of one agency counted once.
--   asserted_count: Sentences that state as fact what it says, naming nobody.
--   sources: The sources' names.
--   first_published_on: Earliest publication date of a document that carries it.
--   last_published_on: Latest such date.
--   story: Label of its story.
--   speaker_is_inferred: True where no source of the statement names the speaker.
--   words: The wording and the speaker in small letters, to be searched.
--   statement_id: The statement.
--   story_id: The story.
--   speaker_entity_id: The speaker, as an entity.
WITH by_source AS (
  SELECT
    w.statement_id,
    min(w.source_label) AS source_label,
    min(w.published_on) AS first_published_on,
    max(w.published_on) AS last_published_on
  FROM marts.statement_reports AS w
  GROUP BY w.statement_id, coalesce(w.outlet_id, w.document_id)
),

carried AS (
  SELECT
    b.statement_id,
    count(b.source_label) AS source_count,
    list_sort(list(b.source_label)) AS sources,
    min(b.first_published_on) AS first_published_on,
    max(b.last_published_on) AS last_published_on
  FROM by_source AS b
  GROUP BY b.statement_id
),

asserted AS (
  SELECT a.statement_id, count(a.sentence_id) AS asserted_count
  FROM main.statement_assertions AS a
  GROUP BY a.statement_id
)

SELECT
  coalesce(speaker.name, t.speaker_name) AS speaker,
  words.surface AS wording,
  t.said_on,
  t.wording_count,
  c.source_count,
  t.independent_source_count,
  coalesce(a.asserted_count, 0) AS asserted_count,
  c.sources,
  c.first_published_on,
  c.last_published_on,
  s.label AS story,
  t.speaker_is_inferred,
  lower(concat_ws(' ', words.surface, coalesce(speaker.name, t.speaker_name))) AS words,
  t.statement_id,
  t.story_id,
  t.speaker_entity_id
FROM main.statements AS t
INNER JOIN carried AS c ON c.statement_id = t.statement_id
LEFT JOIN asserted AS a ON a.statement_id = t.statement_id
LEFT JOIN main.quotes AS words ON words.quote_id = t.representative_quote_id
LEFT JOIN main.stories AS s ON s.story_id = t.story_id
LEFT JOIN main.entities AS speaker ON speaker.entity_id = t.speaker_entity_id
ORDER BY c.source_count DESC, t.wording_count DESC
