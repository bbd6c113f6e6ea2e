# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 07
#
# This one belongs to [the lesson](../07_choosing.ipynb). It takes about 10 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 07-1 · Where does it go?
#
# *Judge · about 10 minutes*
#
# The last design meeting of the year. Seven wishes:
#
# | wish | what is wanted |
# |---|---|
# | `one night` | Nobody ever works two shifts that start on one night, whichever tool writes to the table. |
# | `contract` | Everybody who is hired gets a contract from the agency's server, without fail. It does no harm to ask the agency twice. |
# | `chat` | Everybody who is hired is greeted in the staff's chat. If that fails once a year, nobody minds. A greeting for somebody who was not hired after all would be embarrassing. |
# | `initials` | The initials of a person are made from the two names whenever the row is saved by `save()`. The model is ours. |
# | `package` | A package that is not ours stores invoices. Our statistics want to hear of each that is saved. |
# | `seat` | Our one hire function stores somebody, and then they get a shift. |
# | `import` | Once a year a command of ours stores five thousand people, and all of them get shifts. |
#
# **Your task.** Pick a place for each. Some wishes have two good answers, and either is right. Say why aloud before you check.

# %%
places = exercise("07-1").card()
places

# %%
ex_07_1 = exercise("07-1")
ex_07_1.check(places)

# %%
# ex_07_1.hint()
# ex_07_1.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("07")
