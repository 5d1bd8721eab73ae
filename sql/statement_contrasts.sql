-- What the sources of one statement do not tell alike: one row a statement, aspect and value, where two sources
--   give unlike values. Aspects: the venue (a press conference here, a press release there), the day, and whether
--   the speaker has a name. A source that says nothing of the aspect is in no row; copies count with their
--   original. Neither value is called the right one.
-- question: Where do the sources tell the same statement with another venue or day, or leave its speaker unnamed?
-- columns:
--   what: venue, day or speaker.
--   value: The value of these sources: the venue as first written, the day, the speaker's name or the words
--     that stand for the unnamed speaker.
--   source_labels: The sources that give it: outlets' names, else files' names.
--   source_count: Their number.
--   value_count: Values of this aspect that the sources of the statement give.
--   sentence: The sentence of the earliest of them that gives it.
--   first_published_on: Earliest publication date of these sources' documents.
--   statement: The words shown first for the statement.
--   speaker: Who said it, by name; NULL where no source names the speaker.
--   story: Label of the story.
--   statement_id: The statement.
--   story_id: The story.
--   speaker_entity_id: The speaker, as an entity.
WITH told AS (
  SELECT
    q.statement_id,
    q.quote_id,
    q.document_id,
    q.start_char,
    q.sentence_id,
    q.venue,
    CASE WHEN q.said_on_precision = 'day' THEN q.said_on END AS said_on,
    q.speaker_surface,
    coalesce(d.outlet_id, d.document_id) AS source_key,
    d.source_label,
    d.published_on,
    t.speaker_entity_id
  FROM main.quotes AS q
  INNER JOIN main.statements AS t ON t.statement_id = q.statement_id AND t.wording_count > 1
  INNER JOIN main.documents AS d ON d.document_id = q.document_id
  WHERE NOT q.is_headline AND NOT q.is_negated AND d.duplicate_of_document_id IS NULL
),

named AS (
  SELECT DISTINCT m.document_id, m.entity_id
  FROM main.entity_mentions AS m
  WHERE m.mention_type = 'name' AND m.entity_id IS NOT NULL
),

spoken AS (
  SELECT
    o.*,
    e.name,
    n.entity_id IS NOT NULL
      OR contains(lower(o.speaker_surface), lower(regexp_extract(e.name, '\S+$'))) AS is_named
  FROM told AS o
  INNER JOIN main.entities AS e ON e.entity_id = o.speaker_entity_id AND e.entity_type = 'person'
  LEFT JOIN named AS n ON n.document_id = o.document_id AND n.entity_id = o.speaker_entity_id
  WHERE o.speaker_surface IS NOT NULL
),

given AS (
  SELECT
    'venue' AS what,
    -- two words for one occasion are one
    CASE
      WHEN regexp_matches(o.venue, '\b(statement|release|communiqu[eé])$', 'i') THEN 'written statement'
      WHEN regexp_matches(o.venue, '\b((press|news) (conference|briefing)|briefing)$', 'i') THEN 'press conference'
      ELSE lower(regexp_replace(o.venue, '^(at|in|on|during|to)\s+((a|an|the|his|her|its|their)\s+)?', '', 'i'))
    END AS value_key,
    o.venue AS value,
    o.statement_id,
    o.source_key,
    o.source_label,
    o.published_on,
    o.document_id,
    o.start_char,
    o.sentence_id
  FROM told AS o
  WHERE o.venue IS NOT NULL
  UNION ALL
  SELECT
    'day' AS what,
    strftime(o.said_on, '%Y-%m-%d') AS value_key,
    strftime(o.said_on, '%Y-%m-%d') AS value,
    o.statement_id,
    o.source_key,
    o.source_label,
    o.published_on,
    o.document_id,
    o.start_char,
    o.sentence_id
  FROM told AS o
  WHERE o.said_on IS NOT NULL
  UNION ALL
  SELECT
    'speaker' AS what,
    CASE WHEN is_named THEN 'named' ELSE 'unnamed' END AS value_key,
    CASE WHEN is_named THEN o.name ELSE o.speaker_surface END AS value,
    o.statement_id,
    o.source_key,
    o.source_label,
    o.published_on,
    o.document_id,
    o.start_char,
    o.sentence_id
  FROM spoken AS o
),

first_of_source AS (
  SELECT g.*
  FROM given AS g
  QUALIFY row_number() OVER (
    PARTITION BY g.what, g.statement_id, g.source_key
    ORDER BY g.published_on NULLS LAST, g.document_id, g.start_char
  ) = 1
),

compared AS (
  SELECT
    f.what,
    f.statement_id,
    f.value_key,
    first(f.value ORDER BY f.published_on NULLS LAST, f.document_id, f.start_char) AS value,
    list(f.source_label ORDER BY f.source_label) AS source_labels,
    count(f.source_key) AS source_count,
    first(f.sentence_id ORDER BY f.published_on NULLS LAST, f.document_id, f.start_char) AS sentence_id,
    min(f.published_on) AS first_published_on,
    count(f.value_key) OVER (PARTITION BY f.what, f.statement_id) AS value_count
  FROM first_of_source AS f
  GROUP BY f.what, f.statement_id, f.value_key
)

SELECT
  c.what,
  c.value,
  c.source_labels,
  c.source_count,
  c.value_count,
  s.surface AS sentence,
  c.first_published_on,
  words.surface AS statement,
  coalesce(speaker.name, t.speaker_name) AS speaker,
  st.label AS story,
  c.statement_id,
  t.story_id,
  t.speaker_entity_id
FROM compared AS c
INNER JOIN main.statements AS t ON t.statement_id = c.statement_id
LEFT JOIN main.quotes AS words ON words.quote_id = t.representative_quote_id
LEFT JOIN main.sentences AS s ON s.sentence_id = c.sentence_id
LEFT JOIN main.entities AS speaker ON speaker.entity_id = t.speaker_entity_id
LEFT JOIN main.stories AS st ON st.story_id = t.story_id
WHERE c.value_count > 1
