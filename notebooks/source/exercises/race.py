# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for deeper: race
#
# They belong to [the lesson](../deeper/race.ipynb). All 2 take about 16 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## race-1 · Until it is full
#
# *Repair · about 8 minutes*
#
# Five people would like to work on the same shift. `seat_all` lets the database decide who is one too many. That is a good
# idea, because a count that was read may be out of date. But with a fourth person it raises, and nobody is seated at all.
# To see it:
#
# ```python
# shift = Shifts.objects.create()
# people = Employees.objects.bulk_create(Employees(**person) for person in sample_roster()[:5])
# seat_all(shift, people)
# ```
#
# **Your task.** Repair `seat_all(shift, people)`: it seats people in their order until the shift is full, and returns a list of the names
# (`str(person)`) of those who got no seat. It stays **one transaction**: if anything else goes wrong, that error comes
# out, and nobody of them is seated. And it still tries, and lets the database refuse.

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
ex_race_1 = exercise("race-1")
ex_race_1.check(seat_all)

# %%
# ex_race_1.hint()
# ex_race_1.solution()

# %% [markdown]
# ## race-2 · One bonus is lost
#
# *Repair · about 8 minutes*
#
# A night costs sleep, so two offices may raise the bonus of a shift. Yesterday each raised the same one by 10 in the same
# moment. It went from 50 to 60.
#
# **Your task.** Repair `raise_bonus(key, amount)`, so that no raise is lost. What others write into **other columns** of that row is not lost
# either. Choose one of the three ways of the lesson. An amount below zero that the constraint refuses is still
# refused: the `IntegrityError` comes out.
#
# The check lets another program write whenever PostgreSQL would let it: `select_for_update()` makes it wait until your
# transaction ends, also where your database is SQLite.

# %%
def raise_bonus(key, amount):
    shift = Shifts.objects.get(pk=key)
    shift.wage_bonus += amount
    shift.save()

# %%
ex_race_2 = exercise("race-2")
ex_race_2.check(raise_bonus)

# %%
# ex_race_2.hint()
# ex_race_2.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("race")
