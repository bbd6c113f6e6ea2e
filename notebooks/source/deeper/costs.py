# %% [markdown]
# # Deeper · What a hire costs
#
# "Signals are slow", people say. You can measure that. **What makes a hire slow, as the rota grows?**
#
# You will, in about 10 minutes,
#
# - measure five designs on a rota with nobody, with 3,000 and with 30,000 people;
# - find out which of them gets slower, and why.

# %% [markdown]
# ## Five designs
#
# Four of them are the wirings of [lesson 05](../05_side_by_side.ipynb): built-in signals, a `save()` override, a custom signal and
# a direct call. In all four the rule reads the `headcount` that each shift stores.
#
# The fifth is the design of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić. It stores no headcount. At each hire
# its receiver counts the people of every shift.

# %%
predict("costs-1")

# %% [markdown]
# `hire_costs` fills a rota, hires people one by one, and measures the milliseconds of each hire. It takes some seconds.

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 30_000), rounds=10)
reveal("costs-1")
costs.round(1)

# %% tags=["varies"]
cost_plot(costs)

# %% [markdown]
# Go down each column. Your numbers are different, and small differences between the first four are chance. But only the last column
# climbs, because there is more and more to count. On an empty rota it may even be the fastest, because it has one row less to
# write: it keeps no headcount.
#
# 30,000 people fill 27 years of shifts. So look at the direction, not at the numbers.
#
# ## What to keep
#
# **What makes a design slow is a query that reads more and more, not a signal.** If a query has to read all rows at each change, store
# what it finds, and keep that true: [Counting a relation](counting.ipynb) shows how.
#
# Back to [lesson 05](../05_side_by_side.ipynb).
