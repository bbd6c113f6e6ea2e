# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: no_hook
#
# This one belongs to [the lesson](../deeper/no_hook.ipynb). It takes about 8 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## no_hook-1 · Breaks
#
# *Write · about 8 minutes*
#
# A break is stored with a `person` (a name), a `day` and the hours in which it `begins` and `ends`:
#
# ```python
# class Break(models.Model):
#     person = models.CharField(max_length=100)
#     day = models.DateField()
#     begins = models.IntegerField()
#     ends = models.IntegerField()
# ```
#
# Its `save()` refused breaks that end before they begin, and a second break on a day. Then a script stored a month of them
# by `bulk_create()`.
#
# **Your task.** Write `rules`, the list of constraints for the `Meta` of `Break`. **A break ends after it begins**, not in the same hour. And **a
# person has one break a day**. Nothing else is refused. Define no model: the check does, and tries your rules by
# `bulk_create()`, `update()` and `create()`.

# %%
from django.db import models
from django.db.models import F, Q

rules = []

# %%
ex_no_hook_1 = exercise("no_hook-1")
ex_no_hook_1.check(rules)

# %%
# ex_no_hook_1.hint()
# ex_no_hook_1.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("no_hook")
