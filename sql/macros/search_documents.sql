-- Documents with every one of the words in their title or text, in capitals or not. Accents must be as
--   written: taking them off every text would cost ten times as much as the search.
--   The columns of main.documents, after is_phrase.
-- question: Which reports mention the old bridge? FROM marts.search_documents('"old bridge"')
-- parameters:
--   words: What to look for. Words between double quotes must stand side by side, as given.
-- columns:
--   is_phrase: True where all the words stand side by side, in the order given.
WITH wanted AS (
  SELECT
    regexp_extract_all(lower(replace(words, '’', '''')), '"[^"]+"|[^\s"]+') AS terms,
    trim(replace(lower(replace(words, '’', '''')), '"', '')) AS phrase
),
feed AS (
  SELECT lower(replace(concat_ws(' ', f.title, f.text), '’', '''')) AS folded, f.* FROM main.documents AS f
)
SELECT contains(feed.folded, wanted.phrase) AS is_phrase, feed.* EXCLUDE (folded)
FROM feed, wanted
WHERE len(wanted.terms) > 0
  AND len([term FOR term IN wanted.terms IF NOT contains(feed.folded, trim(term, '"'))]) = 0
