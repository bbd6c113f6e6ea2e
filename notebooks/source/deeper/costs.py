# %% [markdown]
# # Deeper · What a hire costs
#
# "Signals are slow", people say. You can measure that. **What makes a hire slow, as the rota grows?**
#
# In about 5 minutes you:
#
# - measure five designs on a rota with nobody, with 3,000 and with 30,000 people;
# - find out which of them gets slower, and why.

# %% [markdown]
# ## Five designs
#
# Four of them are the wirings of [lesson 05](../05_side_by_side.ipynb): built-in signals, a `save()` override, a custom signal and
# a direct call. In all four the rule looks for a shift with room, and reads the `headcount` that each shift stores.
#
# The fifth is the design of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić, which is called *as published*
# here. A receiver of `post_save` looks for a shift with room.

# %%
predict("costs-1")

# %% [markdown]
# `hire_costs` fills a rota, hires people one by one, and measures the milliseconds of each hire. It takes some seconds.

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 30_000), rounds=15)
reveal("costs-1")
costs.round(1)

# %% tags=["varies"]
cost_plot(costs)

# %% [markdown]
# Go down each column. Your numbers are different. The first four columns stay about the same from top to bottom, and what differs there is
# chance: run the cell again, and another column is a little higher. The last column is many times higher at the bottom, in each run.
#
# On an empty rota the published design may even be the fastest, because it does less: it keeps no headcount, so it has one row less to
# write. And 30,000 people would fill 27 years, so no real rota is that large. Look at the direction, not at the numbers.
#
# ## Why
#
# This is, in short, how each design looks for room. `people` is counted by the query, and `headcount` is stored:
#
# ```python
# Shifts.objects.annotate(people=Count("employees_shift")).filter(people__lt=3)  # as published
# Shifts.objects.filter(headcount__lt=3)                                         # the other four
# ```
#
# The first query has to count the people of *all* shifts before it knows which has room, and at each hire there are more of them. The
# second reads numbers that are there already.
#
# ## What to keep
#
# **What makes a design slow is a query that reads more and more, not a signal.** Counting one shift is cheap. Counting all of them at each
# hire is not, because there are more and more of them. So if a query has to read all rows again and again, store its result, and update it
# whenever a row changes: [Counting a relation](counting.ipynb) shows how.
#
# Back to [lesson 05](../05_side_by_side.ipynb).
