-- How much there is in the release: one row.
-- question: How many documents, quotes and numbers does the release hold?
-- columns:
--   document_count: Documents.
--   story_count: Stories.
--   quote_count: Quotes, headlines and negated ones included.
--   claim_count: Numeric claims.
--   statement_count: Statements.
--   figure_count: Figures.
--   conflict_count: Of them, those on which the sources conflict.
--   entity_count: Entities.
SELECT
  (SELECT count(d.document_id) FROM main.documents AS d) AS document_count,
  (SELECT count(s.story_id) FROM main.stories AS s) AS story_count,
  (SELECT count(q.quote_id) FROM main.quotes AS q) AS quote_count,
  (SELECT count(c.claim_id) FROM main.numeric_claims AS c) AS claim_count,
  (SELECT count(t.statement_id) FROM main.statements AS t) AS statement_count,
  (SELECT count(f.figure_id) FROM main.figures AS f) AS figure_count,
  (SELECT count(g.figure_id) FROM main.figures AS g WHERE g.agreement = 'conflict') AS conflict_count,
  (SELECT count(e.entity_id) FROM main.entities AS e) AS entity_count
