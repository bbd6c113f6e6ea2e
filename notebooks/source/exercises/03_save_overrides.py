# %% [markdown]
# <!--
# Generated from classroom/exercises/tasks/ by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # Exercises for lesson 03
#
# They belong to [the lesson](../03_save_overrides.ipynb). All 3 take about 33 minutes. In a notebook, change the cell below a task, run it, and run the check beneath it. Stuck? Take the `#` away before `hint()`, as often as you like.

# %%
fresh_database()

# %% [markdown]
# ## 03-1 · Tidy names
#
# *Repair · about 6 minutes*
#
# Names are typed in a hurry, with spaces around them. `TidyNames` should take these away before a person is stored. It
# is a plain class, and the first base of a model, `class Person(TidyNames, Employees)`. So its `super()` is the model. But
# `Person.objects.create(...)` raises a `TypeError`.
#
# **Your task.** Repair `TidyNames`. Every way of saving a `Person` works as it does for `Employees`: `create()`,
# `save(update_fields=[...])`, and every other argument that Django may pass. The first name that is stored has no spaces
# around it, and nothing else about it changes: `" Mary Ann "` becomes `"Mary Ann"`. A save that names other fields writes
# just these. Define no model: the check makes `Person` itself.

# %%
class TidyNames:
    def save(self):
        self.first_name = self.first_name.strip()
        super().save()

# %%
ex_03_1 = exercise("03-1")
ex_03_1.check(TidyNames)

# %%
# ex_03_1.hint()
# ex_03_1.solution()

# %% [markdown]
# ## 03-2 · Long nights pay more
#
# *Repair · about 12 minutes*
#
# A shift of more than ten hours pays a bonus of 75, any other pays 50. `LongNights` sets it whenever a shift is saved. It
# is the first base of a model, `class Night(LongNights, Shifts)`. But after `night.total_hours = 12` and
# `night.save(update_fields=["total_hours"])` the row says twelve hours, and a bonus of 50.
#
# **Your task.** Repair `LongNights`: **whenever** `total_hours` is written, the bonus that belongs to it is written with it. A save that
# names other fields only, such as `save(update_fields=["shift_date"])`, writes just these. A save without `update_fields`
# writes all fields that were loaded, as before. `update_fields` may be a list, a tuple or a set.

# %%
class LongNights:
    def save(self, *args, **kwargs):
        self.wage_bonus = 75 if self.total_hours > 10 else 50
        super().save(*args, **kwargs)

# %%
ex_03_2 = exercise("03-2")
ex_03_2.check(LongNights)

# %%
# ex_03_2.hint()
# ex_03_2.solution()

# %% [markdown]
# ## 03-3 · From the signal into save()
#
# *Write · about 15 minutes*
#
# The receiver `employee_created` places everybody who joins as an `Employees`. A colleague wants that reaction where
# people look first, in the model: `class Person(PlacedBySave, Employees)`. No receiver of the project hears of a `Person`,
# because its class is another one.
#
# **Your task.** Complete `PlacedBySave`: `save()` itself puts a person who joins on a shift, without any receiver. Somebody who was stored
# before is not placed again, even without a shift. A key that is given by hand decides nothing: `Person(pk=77, ...)` joins
# if nobody is stored under 77, and is an edit if somebody is. It is all or nothing: if no seat can be stored, the error
# comes out, and the person is not stored.

# %%
from django.db import transaction


class PlacedBySave:
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)

# %%
ex_03_3 = exercise("03-3")
ex_03_3.check(PlacedBySave)

# %%
# ex_03_3.hint()
# ex_03_3.solution()

# %% [markdown]
# Where you stand (`progress()` shows the whole course):

# %%
progress("03")
