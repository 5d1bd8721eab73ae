-- Who is quoted: one row a named speaker, over all documents. A quotation of several paragraphs counts once;
--   headlines and negated rows are left out. Quotes of the unnamed are counted in marts.outlet_profile.
-- question: Who is quoted most, by how many sources, and in which role?
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
WITH quotations AS (
  -- one row a quotation, whose paragraphs agree on the speaker; the first paragraph gives its kind and role
  SELECT
    q.document_id,
    q.quotation_id,
    min(coalesce(q.speaker_entity_id, 'name:' || lower(q.speaker_name))) AS speaker_key,
    min(q.speaker_entity_id) AS speaker_entity_id,
    arg_min(q.speaker_name, q.start_char) AS speaker_name,
    arg_min(q.speaker_role, q.start_char) AS speaker_role,
    arg_min(q.speaker_affiliation, q.start_char) AS speaker_affiliation,
    arg_min(q.kind, q.start_char) AS kind
  FROM main.quotes AS q
  WHERE NOT q.is_headline AND NOT q.is_negated
  GROUP BY q.document_id, q.quotation_id
),

counted AS (
  SELECT
    q.speaker_key,
    min(q.speaker_entity_id) AS speaker_entity_id,
    max(q.speaker_name) AS speaker_name,  -- 'Odd Lund' rather than 'ODD LUND'
    count(q.quotation_id) AS quote_count,
    count(*) FILTER (WHERE q.kind = 'direct') AS direct_count,
    count(*) FILTER (WHERE q.kind = 'mixed') AS mixed_count,
    count(*) FILTER (WHERE q.kind = 'indirect') AS indirect_count,
    count(DISTINCT q.document_id) AS document_count,
    count(DISTINCT coalesce(d.outlet_id, q.document_id)) AS source_count,
    list(DISTINCT d.source_label ORDER BY d.source_label) FILTER (WHERE d.source_label IS NOT NULL)
      AS sources,
    list(DISTINCT q.speaker_role ORDER BY q.speaker_role) FILTER (WHERE q.speaker_role IS NOT NULL)
      AS roles,
    list(DISTINCT q.speaker_affiliation ORDER BY q.speaker_affiliation)
      FILTER (WHERE q.speaker_affiliation IS NOT NULL) AS affiliations,
    min(d.published_on) AS first_quoted_on,
    max(d.published_on) AS last_quoted_on
  FROM quotations AS q
  LEFT JOIN main.documents AS d ON d.document_id = q.document_id
  WHERE q.speaker_key IS NOT NULL
  GROUP BY q.speaker_key
)

SELECT
  coalesce(e.name, c.speaker_name) AS speaker,
  c.quote_count,
  c.direct_count,
  c.mixed_count,
  c.indirect_count,
  c.document_count,
  c.source_count,
  c.sources,
  c.roles,
  c.affiliations,
  c.first_quoted_on,
  c.last_quoted_on,
  c.speaker_entity_id
FROM counted AS c
LEFT JOIN main.entities AS e ON e.entity_id = c.speaker_entity_id
