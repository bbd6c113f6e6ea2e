# %% [markdown]
# # Deeper · What a hire costs
#
# "Signals are slow", people say. You can measure that. **What makes a hire slow, as the rota grows?**
#
# In about 8 minutes you:
#
# - measure five designs on a rota with nobody, with 3,000 and with 30,000 people;
# - find out which of them gets slower, and why;
# - hire 300 people at once, in three ways.

# %% [markdown]
# ## Five designs
#
# Four of them are the wirings of [lesson 05](../05_side_by_side.ipynb): built-in signals, a `save()` override, a custom signal and
# a direct call. In all four the rule looks for a shift with room, and each shift stores its `headcount`.
#
# The fifth is the design of [Django 4.1: Controlling Events With
# Signals](https://dev.to/slavkus/django-41-controlling-events-with-signals-3194) by Ivan Slavko Matić, which is called *as published*
# here. Its receiver of `post_save` also looks for a shift with room, in tables that are simpler: a
# shift stores no `headcount`.

# %%
predict("costs-1")

# %% [markdown]
# `hire_costs` fills a rota, hires people one by one, and shows the usual time (the median) of one hire, in milliseconds.

# %% tags=["varies"]
costs = hire_costs(sizes=(0, 3_000, 30_000), rounds=8)
reveal("costs-1")
costs.round(1)

# %% tags=["varies"]
cost_plot(costs)

# %% [markdown]
# Your numbers will be different. Each column is a design, and each row a size of the rota. The first four columns stay almost the same
# from top to bottom. The last one is several times higher at the bottom. 3,000 people fill almost three years of shifts, and nobody would
# notice the difference there. We took 30,000, so that you can see the growth.
#
# Built-in signals may be a little slower than the call. They commit twice, the row and then the seat. The other three commit once. And with nobody on
# the rota, the published design is often the fastest: its tables are simpler.
#
# ## Why
#
# These are, in short, the two queries that look for a shift with room:
#
# ```python
# Shifts.objects.filter(headcount__lt=3)                                         # the four wirings
# Shifts.objects.annotate(people=Count("employees_shift")).filter(people__lt=3)  # as published
# ```
#
# The second one has to count all seats before it knows which shift has room. The first one reads stored numbers. And this project has an [index](../../docs/glossary.md#index) that lists only the shifts with room, so the full ones are not even read.
#
# ## Three hundred at once
#
# With a custom signal or a direct call you write the hire function yourself. So you can write one for a list of people. Here are three.
# Each stores the list with one `bulk_create()`. They differ in how they start the rule:
#
# - *custom signal* sends `employee_hired` for each person;
# - *a list in a signal* sends another signal, `group_hired`, once, with the whole list;
# - *direct call* calls `assign_many()`, with the whole list.

# %%
predict("costs-2")

# %% tags=["varies"]
from classroom.scenes.groups import MANY_AT_ONCE

reveal("costs-2")
side_by_side("a batch of 300", MANY_AT_ONCE, rows=["left without a shift", "SQL statements"])

# %% [markdown]
# A signal is not slow. A round of queries for each person is slow.
#
# ## What to keep
#
# **What makes a hire slow is its queries, not a signal:**
#
# - a query that reads more and more, as the rota grows;
# - a list of people, and a round of queries for each of them.
#
# If you often search all rows by a count, store it, and update it whenever it changes: [Counting a
# relation](counting.ipynb) shows how.
#
# Back to [lesson 05](../05_side_by_side.ipynb).
