# %% [markdown]
# # Who disagrees with whom, and about what?
#
# A worked analysis of a release. Open it in Jupyter (with jupytext) or VS Code, or run it as it is:
# `DATELINE_HOME=warehouse/sample python docs/notebooks/who_disagrees.py`.

# %%
from itertools import combinations

from pipelines.settings import load_settings
from pipelines.warehouse.connection import open_release

with open_release(load_settings().home.database) as release:
    told = release.execute("""
        SELECT label, source_label, value, bound, agreement, figure_id
        FROM marts.figure_comparison
        WHERE source_count > 1 AND NOT is_duplicate
        ORDER BY figure_id, source_label, claim_id
    """).df()
    quoted = release.execute("""
        SELECT speaker, count(DISTINCT source_label) AS sources, count(DISTINCT quotation_id) AS quotations
        FROM marts.quote_feed WHERE speaker IS NOT NULL AND NOT is_duplicate
        GROUP BY ALL ORDER BY sources DESC, quotations DESC, speaker LIMIT 5
    """).df()

# %% [markdown]
# ## Figures that several sources give
#
# `low` and `high` are what was reported, not bounds of an estimate.

# %%
spread = (
    told.groupby(["figure_id", "label", "agreement"], dropna=False)
    .agg(low=("value", "min"), high=("value", "max"), sources=("source_label", "nunique"))
    .reset_index()
)
spread["ratio"] = spread["high"] / spread["low"].where(spread["low"] > 0)
spread = spread.sort_values(["ratio", "sources"], ascending=False)
print(spread[["label", "low", "high", "sources", "agreement"]].to_string(index=False))

# %% [markdown]
# ## Pairs of sources: on how many shared figures do they give the same number?
#
# Few shared figures say little: read the sentences (`dateline explain figure ID`) before you say anything.

# %%
pairs: dict[tuple[str, str], list[bool]] = {}
for _, figure in told.groupby("figure_id"):
    given = figure.groupby("source_label")["value"].first()
    for one, other in combinations(sorted(given.index), 2):
        pairs.setdefault((one, other), []).append(bool(given[one] == given[other]))
for (one, other), same in sorted(pairs.items()):
    print(f"{one} and {other}: the same number for {sum(same)} of {len(same)} shared figures")

# %% [markdown]
# ## Who is heard by most sources

# %%
print(quoted.to_string(index=False))
