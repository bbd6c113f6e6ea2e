# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: bulk
#
# This one belongs to [the lesson](../deeper/bulk_fixtures_migrations_admin.ipynb). It takes about 10 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## bulk-1 · Thirty at once
#
# *Repair · about 10 minutes*
#
# A factory closes, and thirty people join on one day. A loop over `save()` took two hundred statements, so somebody wrote
# `hire_night_shift`. It is quick. But none of the thirty has a shift, and yesterday's shift is still on the rota.
#
# **Your task.** Repair `hire_night_shift(people)`: it takes a list of unsaved `Employees`, stores them and returns them, in one
# transaction. Afterwards everybody sits on a shift, the shifts before today are wiped, and every `headcount` is true, as
# after thirty hires. Who sits where does not matter. For thirty people it takes fewer than 60 SQL statements. (The
# rule is in `speedy.scheduling`.)

# %%
def hire_night_shift(people):
    return Employees.objects.bulk_create(people)

# %%
ex_bulk_1 = exercise("bulk-1")
ex_bulk_1.check(hire_night_shift)

# %%
# ex_bulk_1.hint()
# ex_bulk_1.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("bulk")
