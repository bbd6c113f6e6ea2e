# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 00
#
# They belong to [the lesson](../00_start_here.ipynb). All 3 take about 7 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 00-0 · A seat comes free
#
# *Put in order · about 2 minutes*
#
# Somebody leaves for good, and their seat on the rota comes free. You want to know how many people are left on that
# shift.
#
# **Your task.** The lines of `left_behind(person)` are out of order, and one of them does not belong. Put them in order: the person
# leaves, and the function returns how many are left on the shift that they worked on.

# %%
order = exercise("00-0").card()
order

# %%
ex_00_0 = exercise("00-0")
ex_00_0.check(order)

# %%
# ex_00_0.hint()
# ex_00_0.solution()

# %% [markdown]
# ## 00-1 · Two more
#
# *Predict · about 2 minutes*
#
# It is Monday, and the rota is empty. Seven people join, one after the other. Then Grace, the second of them, leaves
# for good: her row is deleted, and her seat goes with it. After that Kwame joins, and then Priya.
#
# **Your task.** On which day does each of the two work? Run the cell, and choose a day for each before you try it out.

# %%
works_on = exercise("00-1").card()
works_on

# %%
ex_00_1 = exercise("00-1")
ex_00_1.check(works_on)

# %%
# ex_00_1.hint()
# ex_00_1.solution()

# %% [markdown]
# ## 00-2 · Your first hire
#
# *Write · about 3 minutes*
#
# You run the office. People knock, give their names, and ask: when do I work? On paper a person is a dict of
# fields, as `sample_roster()` gives them.
#
# **Your task.** Write `hire(person)`: it stores the person as an `Employees` and returns the date of the shift that they were put
# on. You need not place anybody: the project's receiver does that.

# %%
def hire(person):
    """Store the person, and return the date of their shift."""

# %%
ex_00_2 = exercise("00-2")
ex_00_2.check(hire)

# %%
# ex_00_2.hint()
# ex_00_2.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("00")
