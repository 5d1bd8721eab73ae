-- A number over time: one row a figure and day for which something was reported. low to high is the range
--   of what was reported, never a confidence interval.
-- question: How did the toll rise from day to day?
-- columns:
--   label: A short label of the figure.
--   category: What the number is about.
--   place: The place it is about.
--   as_of_on: The day.
--   best: Preferred value for that day.
--   low: Lowest value reported for that day.
--   high: Highest value reported for that day.
--   best_change: best less the best of the day before it in this figure; NULL for the first.
--   days_since_previous: Days since that day.
--   story: Label of its story.
--   figure_id: The figure.
--   story_id: The story.
--   place_entity_id: The place, as an entity.
SELECT
  f.label,
  f.category,
  place.name AS place,
  ob.as_of_on,
  ob.best,
  ob.low,
  ob.high,
  ob.best - lag(ob.best) OVER (PARTITION BY ob.figure_id ORDER BY ob.as_of_on) AS best_change,
  date_diff('day', lag(ob.as_of_on) OVER (PARTITION BY ob.figure_id ORDER BY ob.as_of_on), ob.as_of_on)
    AS days_since_previous,
  st.label AS story,
  ob.figure_id,
  f.story_id,
  f.place_entity_id
FROM main.figure_observations AS ob
LEFT JOIN main.figures AS f ON f.figure_id = ob.figure_id
LEFT JOIN main.stories AS st ON st.story_id = f.story_id
LEFT JOIN main.entities AS place ON place.entity_id = f.place_entity_id
