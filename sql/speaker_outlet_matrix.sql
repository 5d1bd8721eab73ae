-- Who quotes whom: one row a named speaker and source. A source is an outlet, or a document whose outlet is
--   not known. A quotation of several paragraphs counts once; headlines and negated rows are left out.
-- question: Which sources let this person speak, and which never do?
-- columns:
--   speaker: The speaker's name.
--   source_label: The source: the outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   quote_count: Quotations of this speaker in this source.
--   direct_count: Of them, those all inside quotation marks.
--   mixed_count: Of them, reported clauses with words in marks.
--   indirect_count: Of them, reported without marks.
--   speaker_share: quote_count of all the source's quotations with a named speaker, from 0 to 1.
--   document_count: Documents of the source that quote the speaker.
--   roles: Titles and roles the source gives the speaker, as written.
--   affiliations: Bodies the speaker speaks for, as written.
--   first_quoted_on: Earliest publication date of such a document.
--   last_quoted_on: Latest such date.
--   speaker_entity_id: The speaker, as an entity; NULL where not resolved.
--   outlet_id: The outlet; NULL where unknown.
--   document_id: For a source without an outlet, its document; else NULL.
WITH sources AS (
  SELECT coalesce(c.outlet_id, c.document_id) AS source_key, sum(c.quote_count) AS quote_count
  FROM marts.speaker_source_counts AS c
  GROUP BY coalesce(c.outlet_id, c.document_id)
)

SELECT
  c.speaker,
  c.source_label,
  c.outlet,
  c.quote_count,
  c.direct_count,
  c.mixed_count,
  c.indirect_count,
  c.quote_count / s.quote_count AS speaker_share,
  c.document_count,
  c.roles,
  c.affiliations,
  c.first_quoted_on,
  c.last_quoted_on,
  c.speaker_entity_id,
  c.outlet_id,
  c.document_id
FROM marts.speaker_source_counts AS c
INNER JOIN sources AS s ON s.source_key = coalesce(c.outlet_id, c.document_id)
