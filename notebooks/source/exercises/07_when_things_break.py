# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 07
#
# They belong to [the lesson](../07_when_things_break.ipynb). All 2 take about 14 minutes. Change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 07-1 · A bell that breaks
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
# **Your task.** Before you run anything: is Ada in the table afterwards, `"yes"` or `"no"`, in each?

# %%
stored = {"a": ..., "b": ..., "c": ..., "d": ..., "e": ...}

# %%
ex_07_1 = exercise("07-1")
ex_07_1.check(stored)

# %%
# ex_07_1.hint()
# ex_07_1.solution()

# %% [markdown]
# ## 07-2 · Until it is full
#
# *Repair · about 8 minutes*
#
# Five people would like to work on the same shift. `seat_all` lets the database decide who is one too many, which is a good
# idea: no count that somebody read can be out of date. But with a fourth person it raises, and nobody is seated at all. To see it:
#
# ```python
# shift = Shifts.objects.create()
# people = Employees.objects.bulk_create(Employees(**person) for person in sample_roster()[:5])
# seat_all(shift, people)
# ```
#
# **Your task.** Mend `seat_all(shift, people)`: it seats people in their order until the shift is full, and returns the names (`str(person)`)
# of those for whom there was no seat. It stays **one transaction**: if anything else goes wrong, that error comes out, and
# nobody of them is seated. And it still tries, and lets the database refuse.

# %%
from django.db import IntegrityError, transaction


def seat_all(shift, people):
    left_over = []
    with transaction.atomic():
        for person in people:
            try:
                shift.employees_shift.add(person)
            except IntegrityError:
                left_over.append(str(person))
    return left_over

# %%
ex_07_2 = exercise("07-2")
ex_07_2.check(seat_all)

# %%
# ex_07_2.hint()
# ex_07_2.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("07")
