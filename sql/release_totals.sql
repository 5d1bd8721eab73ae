-- How much there is in the release: one row a kind of thing, where there is any.
-- question: How many documents, quotes and numbers does the release hold?
-- columns:
--   what: documents, stories, quotes, numbers, statements, figures, or conflicts (figures on which the sources
--     conflict). Quotes in headlines and negated ones are counted too.
--   row_count: How many.
SELECT 'documents' AS what, count(d.document_id) AS row_count FROM main.documents AS d HAVING count(*) > 0
UNION ALL
SELECT 'stories' AS what, count(s.story_id) AS row_count FROM main.stories AS s HAVING count(*) > 0
UNION ALL
SELECT 'quotes' AS what, count(q.quote_id) AS row_count FROM main.quotes AS q HAVING count(*) > 0
UNION ALL
SELECT 'numbers' AS what, count(c.claim_id) AS row_count FROM main.numeric_claims AS c HAVING count(*) > 0
UNION ALL
SELECT 'statements' AS what, count(t.statement_id) AS row_count FROM main.statements AS t HAVING count(*) > 0
UNION ALL
SELECT 'figures' AS what, count(f.figure_id) AS row_count FROM main.figures AS f HAVING count(*) > 0
UNION ALL
SELECT 'conflicts' AS what, count(f.figure_id) AS row_count FROM main.figures AS f
WHERE f.agreement = 'conflict'
HAVING count(*) > 0
