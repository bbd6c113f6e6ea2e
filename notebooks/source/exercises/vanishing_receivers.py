# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: vanishing
#
# This one belongs to [the lesson](../deeper/vanishing_receivers.ipynb). It takes about 4 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## vanishing-1 · Await them
#
# *Repair · about 4 minutes*
#
# `tell` is called by an async view. It sends a signal of your own, and returns the answers of all receivers. Since a plug-in
# has connected an `async def`, it ends in a `RuntimeError`. As long as all receivers are plain, it works.
#
# **Your task.** Repair `tell(signal, soup)`. It stays a function that is awaited, and returns a list of the answers of all receivers, plain
# and async, in any order. The sender is `Shifts`, and `soup` is passed along. When one receiver raises, its error comes out.

# %%
async def tell(signal, soup):
    answers = signal.send(sender=Shifts, soup=soup)
    return [answer for _, answer in answers]

# %%
ex_vanishing_1 = exercise("vanishing-1")
ex_vanishing_1.check(tell)

# %%
# ex_vanishing_1.hint()
# ex_vanishing_1.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("vanishing")
