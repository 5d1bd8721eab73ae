-- Who ran whose report: one row a document that repeats an earlier one, or that is a news agency's copy.
--   A document without a credit is an agency's copy all the same where another print of its text credits one.
-- question: Which outlets ran whose copy?
-- columns:
--   source_label: Who ran it: the outlet's name, else the file's name.
--   outlet: The outlet; NULL where unknown.
--   title: Its headline.
--   published_on: Date of publication.
--   agency: The agencies whose copy it is, joined by +; NULL where no print of the text credits one.
--   is_credited: True where this document itself credits an agency.
--   is_copy: True where it repeats an earlier document.
--   similarity: Share of word 5-grams that it and the document it repeats both hold; NULL for no copy.
--   original_source_label: Who ran the document that it repeats; NULL for no copy.
--   original_title: Headline of the document that it repeats.
--   original_published_on: Date of publication of the document that it repeats.
--   independent_source: Equal for documents that count as one source: agency:, outlet: or document:.
--   source_uri: Link to the source.
--   story: Label of the story the document belongs to.
--   document_id: The document.
--   original_document_id: The document that it repeats.
--   outlet_id: The outlet.
--   story_id: The story.
WITH printed AS (
  SELECT
    d.document_id,
    coalesce(d.duplicate_of_document_id, d.document_id) AS first_id,
    d.agencies
  FROM main.documents AS d
),

-- The credit of the document that is repeated goes before those of its copies.
credited AS (
  SELECT
    p.first_id,
    arg_min(
      array_to_string(list_sort(list_distinct(p.agencies)), '+'),
      CASE WHEN p.document_id = p.first_id THEN '' ELSE p.document_id END
    ) AS agency
  FROM printed AS p
  WHERE len(p.agencies) > 0
  GROUP BY p.first_id
)

SELECT
  d.source_label,
  o.name AS outlet,
  d.title,
  d.published_on,
  c.agency,
  len(d.agencies) > 0 AS is_credited,
  d.duplicate_of_document_id IS NOT NULL AS is_copy,
  d.duplicate_similarity AS similarity,
  first.source_label AS original_source_label,
  first.title AS original_title,
  first.published_on AS original_published_on,
  CASE
    WHEN c.agency IS NOT NULL THEN concat('agency:', c.agency)
    WHEN first.outlet_id IS NOT NULL THEN concat('outlet:', first.outlet_id)
    ELSE concat('document:', p.first_id)
  END AS independent_source,
  d.source_uri,
  s.label AS story,
  d.document_id,
  d.duplicate_of_document_id AS original_document_id,
  d.outlet_id,
  d.story_id
FROM printed AS p
INNER JOIN main.documents AS d ON d.document_id = p.document_id
LEFT JOIN main.documents AS first ON first.document_id = d.duplicate_of_document_id
LEFT JOIN credited AS c ON c.first_id = p.first_id
LEFT JOIN main.outlets AS o ON o.outlet_id = d.outlet_id
LEFT JOIN main.stories AS s ON s.story_id = d.story_id
WHERE d.duplicate_of_document_id IS NOT NULL OR c.agency IS NOT NULL
