-- Numeric claims with every one of the words in their sentence, in capitals or not, with accents or without.
--   The columns of marts.claim_feed, after is_phrase.
-- question: Which numbers are given of evacuees? FROM marts.search_claims('evacuated')
-- parameters:
--   words: What to look for. Words between double quotes must stand side by side, as given.
-- columns:
--   is_phrase: True where all the words stand side by side, in the order given.
WITH wanted AS (
  SELECT
    regexp_extract_all(lower(strip_accents(replace(words, '’', ''''))), '"[^"]+"|[^\s"]+') AS terms,
    trim(replace(lower(strip_accents(replace(words, '’', ''''))), '"', '')) AS phrase
),
feed AS (
  SELECT lower(strip_accents(replace(coalesce(f.sentence, f.surface), '’', ''''))) AS folded, f.* FROM marts.claim_feed AS f
)
SELECT contains(feed.folded, wanted.phrase) AS is_phrase, feed.* EXCLUDE (folded)
FROM feed, wanted
WHERE len(wanted.terms) > 0
  AND len([term FOR term IN wanted.terms IF NOT contains(feed.folded, trim(term, '"'))]) = 0
