# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 02
#
# They belong to [the lesson](../02_built_in_signals.ipynb). All 2 take about 20 minutes. Change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 02-1 · Welcome, once
#
# *Repair · about 5 minutes*
#
# `welcome` is a receiver of `post_save` of `Employees`. It returns a greeting, which a screen in the hall
# shows. But Ada is greeted again whenever her address changes, and the morning on which a backup was
# loaded, all thirty people were welcomed at once.
#
# **Your task.** Repair `welcome`: it returns the greeting when somebody joins, and `None` when somebody is edited or while a
# fixture loads.

# %%
def welcome(sender, instance, **kwargs):
    return f"Welcome, {instance.first_name}!"

# %%
ex_02_1 = exercise("02-1")
ex_02_1.check(welcome)

# %%
# ex_02_1.hint()
# ex_02_1.solution()

# %% [markdown]
# ## 02-2 · The shift is cancelled
#
# *Write · about 15 minutes*
#
# A pipe has burst, and Monday's shift is cancelled: somebody deletes it in the admin. Its seats go with it, and Ada, Grace
# and Alan, who sat there, have no shift. Nobody notices, for nothing places them again.
#
# **Your task.** Write `connect()`. Once it was called, whoever sat on a shift that is deleted is placed again, on whatever shift the rule
# gives them: by receivers of Django's delete signals, so that it works for `monday.delete()` and for
# `Shifts.objects.filter(...).delete()` alike. Somebody who leaves for good (`ada.delete()`) is not placed. Replace no
# method of any model. Nobody else is placed, whether they have a shift or not. It must work with `DEBUG` off, too. For
# the placing there are `assign(person)` and `assign_many(people)`, as the project's own receivers use them.

# %%
from django.db.models.signals import post_delete, pre_delete


def connect():
    """Connect receivers of Django's delete signals."""

# %%
ex_02_2 = exercise("02-2")
ex_02_2.check(connect)

# %%
# ex_02_2.hint()
# ex_02_2.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("02")
