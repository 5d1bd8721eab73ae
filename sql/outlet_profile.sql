-- What each source is like: one row a source, which is an outlet, or a document whose outlet is not known.
--   Quotations count once however many paragraphs they run over; headlines and negated rows are left out.
-- question: Which sources rely most on people they do not name, and which attribute their numbers?
-- columns:
--   source_label: The outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   country_code: ISO 3166-1 alpha-2 code of the outlet's country.
--   owner: Who owns the outlet.
--   document_count: Documents of the source.
--   duplicate_count: Of them, those that repeat the text of an earlier document.
--   word_count: Words in its documents.
--   first_published_on: Earliest publication date.
--   last_published_on: Latest publication date.
--   quote_count: Quotations.
--   direct_count: Of them, those all inside quotation marks.
--   mixed_count: Of them, reported clauses with words in marks.
--   indirect_count: Of them, reported without marks.
--   named_quote_count: Quotations whose speaker has a name.
--   unnamed_quote_count: Quotations whose speaker is written but has no name ('a senior adviser').
--   unattributed_quote_count: Quotations without any words for the speaker.
--   named_quote_share: named_quote_count of quote_count, from 0 to 1; NULL without quotes.
--   unnamed_quote_share: unnamed_quote_count of quote_count, from 0 to 1; NULL without quotes.
--   speaker_count: Different named speakers.
--   claim_count: Numeric claims.
--   attributed_claim_count: Of them, those with a source, or inside a quote.
--   attributed_claim_share: attributed_claim_count of claim_count, from 0 to 1; NULL without claims.
--   scare_quote_count: Marked stretches that are nobody's quote.
--   outlet_id: The outlet; NULL where unknown.
--   document_id: For a source without an outlet, its document; else NULL.
WITH quotations AS (
  SELECT
    q.document_id,
    q.quotation_id,
    arg_min(q.kind, q.start_char) AS kind,
    min(coalesce(q.speaker_entity_id, 'name:' || lower(q.speaker_name))) AS speaker_key,
    count(q.speaker_surface) > 0 AS has_surface
  FROM main.quotes AS q
  WHERE NOT q.is_headline AND NOT q.is_negated
  GROUP BY q.document_id, q.quotation_id
),

quoted AS (
  SELECT
    coalesce(d.outlet_id, q.document_id) AS source_key,
    count(q.quotation_id) AS quote_count,
    count(*) FILTER (WHERE q.kind = 'direct') AS direct_count,
    count(*) FILTER (WHERE q.kind = 'mixed') AS mixed_count,
    count(*) FILTER (WHERE q.kind = 'indirect') AS indirect_count,
    count(q.speaker_key) AS named_quote_count,
    count(*) FILTER (WHERE q.speaker_key IS NULL AND q.has_surface) AS unnamed_quote_count,
    count(*) FILTER (WHERE q.speaker_key IS NULL AND NOT q.has_surface) AS unattributed_quote_count,
    count(DISTINCT q.speaker_key) AS speaker_count
  FROM quotations AS q
  INNER JOIN main.documents AS d ON d.document_id = q.document_id
  GROUP BY coalesce(d.outlet_id, q.document_id)
),

claimed AS (
  SELECT
    coalesce(d.outlet_id, d.document_id) AS source_key,
    count(c.claim_id) AS claim_count,
    count(coalesce(c.source_surface, c.source_entity_id, c.quote_id)) AS attributed_claim_count
  FROM main.numeric_claims AS c
  INNER JOIN main.documents AS d ON d.document_id = c.document_id
  GROUP BY coalesce(d.outlet_id, d.document_id)
),

scared AS (
  SELECT coalesce(d.outlet_id, d.document_id) AS source_key, count(s.scare_quote_id) AS scare_quote_count
  FROM main.scare_quotes AS s
  INNER JOIN main.documents AS d ON d.document_id = s.document_id
  GROUP BY coalesce(d.outlet_id, d.document_id)
),

published AS (
  SELECT
    coalesce(d.outlet_id, d.document_id) AS source_key,
    min(d.source_label) AS source_label,
    min(d.outlet_id) AS outlet_id,
    CASE WHEN min(d.outlet_id) IS NULL THEN min(d.document_id) END AS document_id,
    count(d.document_id) AS document_count,
    count(d.duplicate_of_document_id) AS duplicate_count,
    sum(d.word_count)::BIGINT AS word_count,
    min(d.published_on) AS first_published_on,
    max(d.published_on) AS last_published_on
  FROM main.documents AS d
  GROUP BY coalesce(d.outlet_id, d.document_id)
)

SELECT
  coalesce(o.name, p.source_label) AS source_label,
  o.name AS outlet,
  o.country_code,
  o.owner,
  p.document_count,
  p.duplicate_count,
  p.word_count,
  p.first_published_on,
  p.last_published_on,
  coalesce(q.quote_count, 0) AS quote_count,
  coalesce(q.direct_count, 0) AS direct_count,
  coalesce(q.mixed_count, 0) AS mixed_count,
  coalesce(q.indirect_count, 0) AS indirect_count,
  coalesce(q.named_quote_count, 0) AS named_quote_count,
  coalesce(q.unnamed_quote_count, 0) AS unnamed_quote_count,
  coalesce(q.unattributed_quote_count, 0) AS unattributed_quote_count,
  q.named_quote_count / q.quote_count AS named_quote_share,
  q.unnamed_quote_count / q.quote_count AS unnamed_quote_share,
  coalesce(q.speaker_count, 0) AS speaker_count,
  coalesce(c.claim_count, 0) AS claim_count,
  coalesce(c.attributed_claim_count, 0) AS attributed_claim_count,
  c.attributed_claim_count / c.claim_count AS attributed_claim_share,
  coalesce(s.scare_quote_count, 0) AS scare_quote_count,
  p.outlet_id,
  p.document_id
FROM published AS p
LEFT JOIN main.outlets AS o ON o.outlet_id = p.outlet_id
LEFT JOIN quoted AS q ON q.source_key = p.source_key
LEFT JOIN claimed AS c ON c.source_key = p.source_key
LEFT JOIN scared AS s ON s.source_key = p.source_key
