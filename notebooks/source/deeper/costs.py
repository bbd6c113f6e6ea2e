# %% [markdown]
# # Deeper · What a hire costs
#
# People say that signals are slow. You can measure it. **What makes a hire slow, as the rota grows?**
#
# In about 8 minutes you measure five designs on a small and on a long rota, and hire 300 people at once.
#
# ## Five designs
#
# Four of them are the *wirings* of [lesson 05](../05_side_by_side.ipynb), four ways to start the rule: built-in
# signals, a `save()` override, a custom signal and a direct call. In all four each shift stores its `headcount`, and
# the rule looks for one with room.
#
# The fifth is the design of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić, here called *as
# published*. Its receiver of `post_save` also looks for a shift with room, in simpler tables.

# %%
predict("costs-1")

# %% [markdown]
# `hire_costs` fills a rota, hires people one by one, and shows the typical time of one hire (the median), in milliseconds.

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 30_000), rounds=5)
reveal("costs-1")
costs.round(1)

# %% tags=["varies"]
cost_plot(costs)

# %% [markdown]
# Your numbers will differ, but the picture is the same: four designs stay level, and one grows. At 3,000 people, almost
# three years of shifts, nobody would notice. We took 30,000 to make it visible.
#
# (On an empty rota the published design is often the fastest: its tables are simpler.)
#
# ## Why
#
# In short, these two queries look for a shift with room:
#
# ```python
# Shifts.objects.filter(headcount__lt=3)                                         # the four wirings
# Shifts.objects.annotate(people=Count("employees_shift")).filter(people__lt=3)  # as published
# ```
#
# The second has to count all seats before it knows which shift has room. The first reads stored numbers. And because an
# [index](../../docs/glossary.md#index) of this project lists only the shifts with room, it does not even look at full shifts.
#
# ## Three hundred at once
#
# A hire function of your own can also take a list of people. Here are three. Each stores the list with one
# `bulk_create()`, and then starts the rule in its own way:
#
# - *custom signal* sends `employee_hired` for each person;
# - *a list in a signal* sends `group_hired` once;
# - *direct call* calls `assign_many()`.

# %%
predict("costs-2")

# %% tags=["varies"]
from classroom.scenes.groups import MANY_AT_ONCE

reveal("costs-2")
side_by_side("a batch of 300", MANY_AT_ONCE, rows=["left without a shift", "SQL statements"])

# %% [markdown]
# ## What to keep
#
# **A signal is not slow. Queries are:**
#
# - one query that reads more and more as the rota grows;
# - a round of queries for each person of a list.
#
# If you often search all rows by a count, store it, and keep it up to date: [Counting a
# relation](counting.ipynb) shows how.
#
# Back to [lesson 05](../05_side_by_side.ipynb).
