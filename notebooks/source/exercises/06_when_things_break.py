# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 06
#
# This one belongs to [the lesson](../06_when_things_break.ipynb). It takes about 6 minutes. In a notebook, change the cell below a task, run it, answer on its card if it shows one, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 06-1 · A bell that breaks
#
# *Predict · about 6 minutes*
#
# The bell at the gate rings for every newcomer, and today it raises. Five ways to create Ada:
#
# ```python
# from contextlib import suppress
# from django.db import transaction
# from django.db.models.signals import post_save, pre_save
#
# class BellIsBroken(Exception):
#     pass
#
# def ring_the_bell(**kwargs):
#     raise BellIsBroken
#
# def create_ada():
#     EmployeesWithoutHooks.objects.create(**sample_roster()[0])
#
# def a():
#     with connected(pre_save, ring_the_bell):
#         create_ada()
#
# def b():
#     with connected(post_save, ring_the_bell):
#         create_ada()
#
# def c():
#     with connected(post_save, ring_the_bell):
#         with transaction.atomic():
#             create_ada()
#
# def d():
#     with connected(post_save, ring_the_bell):
#         with transaction.atomic():
#             with suppress(BellIsBroken):
#                 create_ada()
#
# def e():
#     with transaction.atomic():
#         create_ada()
#         transaction.on_commit(ring_the_bell)
# ```
#
# Each is called from a cell, outside any transaction, with an empty table.
#
# **Your task.** Say it before you run anything: is Ada in the table after each?

# %%
stored = exercise("06-1").card()
stored

# %%
ex_06_1 = exercise("06-1")
ex_06_1.check(stored)

# %%
# ex_06_1.hint()
# ex_06_1.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("06")
