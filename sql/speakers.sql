-- Who is quoted: one row a named speaker, over all documents. A quotation of several paragraphs counts
--   once; headlines and negated rows are left out. Quotes of the unnamed are counted in
--   marts.outlet_profile.
-- question: Who is quoted most, by how many sources, and in which role?
-- kept: the dashboard lists speakers, in an order of its own.
-- key: speaker_entity_id and speaker
-- columns:
--   speaker: The speaker's name.
--   quote_count: Quotations of this speaker.
--   direct_count: Of them, those all inside quotation marks.
--   mixed_count: Of them, reported clauses with words in marks.
--   indirect_count: Of them, reported without marks.
--   document_count: Documents that quote the speaker.
--   source_count: Sources that quote the speaker; a document without an outlet is a source of its own.
--   sources: Their names, in alphabetical order.
--   roles: Titles and roles the speaker is given, as written.
--   affiliations: Bodies the speaker speaks for, as written.
--   first_quoted_on: Earliest publication date of a document that quotes the speaker.
--   last_quoted_on: Latest such date.
--   speaker_entity_id: The speaker, as an entity; NULL where not resolved yet.
SELECT
  max(m.speaker) AS speaker,  -- 'Odd Lund' rather than 'ODD LUND'
  sum(m.quote_count)::BIGINT AS quote_count,
  sum(m.direct_count)::BIGINT AS direct_count,
  sum(m.mixed_count)::BIGINT AS mixed_count,
  sum(m.indirect_count)::BIGINT AS indirect_count,
  sum(m.document_count)::BIGINT AS document_count,  -- a document has one source
  count(m.source_label) AS source_count,
  list(m.source_label ORDER BY m.source_label) AS sources,
  list_sort(list_distinct(flatten(list(m.roles) FILTER (WHERE m.roles IS NOT NULL)))) AS roles,
  list_sort(list_distinct(flatten(list(m.affiliations) FILTER (WHERE m.affiliations IS NOT NULL))))
    AS affiliations,
  min(m.first_quoted_on) AS first_quoted_on,
  max(m.last_quoted_on) AS last_quoted_on,
  min(m.speaker_entity_id) AS speaker_entity_id
FROM marts.speaker_source_counts AS m
GROUP BY coalesce(m.speaker_entity_id, 'name:' || lower(m.speaker))
