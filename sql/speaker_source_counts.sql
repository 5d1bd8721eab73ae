-- Who quotes whom, without shares: one row a named speaker and source, as in marts.speaker_outlet_matrix, which adds
--   the share of each in its source.
-- question: How often does each source quote this person?
-- kept: every quotation is counted, for every page on people; a share would change with each document of a source.
-- key: speaker_entity_id and speaker and outlet_id and document_id
-- columns:
--   speaker: The speaker's name.
--   source_label: The source: the outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   quote_count: Quotations of this speaker in this source.
--   direct_count: Of them, those all inside quotation marks.
--   mixed_count: Of them, reported clauses with words in marks.
--   indirect_count: Of them, reported without marks.
--   document_count: Documents of the source that quote the speaker.
--   roles: Titles and roles the source gives the speaker, as written.
--   affiliations: Bodies the speaker speaks for, as written.
--   first_quoted_on: Earliest publication date of such a document.
--   last_quoted_on: Latest such date.
--   speaker_entity_id: The speaker, as an entity; NULL where not resolved.
--   outlet_id: The outlet; NULL where unknown.
--   document_id: For a source without an outlet, its document; else NULL.
WITH quotations AS (
  -- one row a quotation, whose paragraphs agree on the speaker; the first paragraph gives its kind and role
  SELECT
    q.document_id,
    q.quotation_id,
    coalesce(min(q.speaker_entity_id), 'name:' || lower(arg_min(q.speaker_name, q.start_char))) AS speaker_key,
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
    coalesce(d.outlet_id, q.document_id) AS source_key,
    min(q.speaker_entity_id) AS speaker_entity_id,
    max(q.speaker_name) AS speaker_name,  -- 'Odd Lund' rather than 'ODD LUND'
    min(d.source_label) AS source_label,
    min(d.outlet_id) AS outlet_id,
    CASE WHEN min(d.outlet_id) IS NULL THEN min(q.document_id) END AS document_id,
    count(q.quotation_id) AS quote_count,
    count(*) FILTER (WHERE q.kind = 'direct') AS direct_count,
    count(*) FILTER (WHERE q.kind = 'mixed') AS mixed_count,
    count(*) FILTER (WHERE q.kind = 'indirect') AS indirect_count,
    count(DISTINCT q.document_id) AS document_count,
    list(DISTINCT q.speaker_role ORDER BY q.speaker_role) FILTER (WHERE q.speaker_role IS NOT NULL)
      AS roles,
    list(DISTINCT q.speaker_affiliation ORDER BY q.speaker_affiliation)
      FILTER (WHERE q.speaker_affiliation IS NOT NULL) AS affiliations,
    min(d.published_on) AS first_quoted_on,
    max(d.published_on) AS last_quoted_on
  FROM quotations AS q
  LEFT JOIN main.documents AS d ON d.document_id = q.document_id
  WHERE q.speaker_key IS NOT NULL
  GROUP BY q.speaker_key, coalesce(d.outlet_id, q.document_id)
)

SELECT
  coalesce(e.name, c.speaker_name) AS speaker,
  coalesce(o.name, c.source_label) AS source_label,
  o.name AS outlet,
  c.quote_count,
  c.direct_count,
  c.mixed_count,
  c.indirect_count,
  c.document_count,
  c.roles,
  c.affiliations,
  c.first_quoted_on,
  c.last_quoted_on,
  c.speaker_entity_id,
  c.outlet_id,
  c.document_id
FROM counted AS c
LEFT JOIN main.entities AS e ON e.entity_id = c.speaker_entity_id
LEFT JOIN main.outlets AS o ON o.outlet_id = c.outlet_id
