# %% [markdown]
# # 03 · save() overrides
#
# **One idea: the model can do it itself.** Saving an object calls its method `save()`. So you can write the rule
# into `save()`, and need no signal. This lesson shows how to do that well.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02 Built-in signals](02_built_in_signals.ipynb) |
# | Here | **03 save() overrides**, 30 minutes, and 15 for the tasks |
# | Next | [04 Custom signals](04_custom_signals.ipynb), then 05 to 07 |
# | Optional | [What needs no hook at all](deeper/no_hook.ipynb), [bulk, fixtures, migrations](deeper/bulk_fixtures_migrations_admin.ipynb) |
#
# To *override* a method is to write one of the same name in a subclass. Python then calls yours, and `super()` leads to the
# original.
#
# ## The same rule, in save()
#
# `EmployeesOverridingSave` is a proxy of `Employees`: a second class for the same table. Its `save()` does what the receivers
# of `Employees` do:
#
# ```python
# def save(self, *args, **kwargs):
#     if self._state.adding:  # a new person
#         with transaction.atomic():
#             scheduling.wipe_expired_shifts()
#             super().save(*args, **kwargs)
#             scheduling.assign(self)
#     else:
#         super().save(*args, **kwargs)
# ```
#
# `_state.adding` is True until the object is stored. So for a new person three steps follow, in one
# [transaction](../docs/glossary.md#transaction): wipe what has expired, store the person, assign a shift. An edit just
# saves. [The real
# one](../speedy/wirings.py) is a little longer.

# %%
fresh_database()
ADA, GRACE, ALAN = sample_roster()[:3]  # the fields of three people: a dict each
Employees.objects.create(**ADA)
predict("03-1")

# %%
with trace() as by_save:
    EmployeesOverridingSave.objects.create(**GRACE)
reveal("03-1")
by_save.tree(exclude=ShiftsEmployees)  # without the steps that save her seat

# %% [markdown]
# `save()` does the work, and nobody listens to the signals. `BEGIN` comes first: the whole hire is one transaction. Now
# Alan is hired by the receivers, as in lesson 00:

# %%
with trace() as by_signals:
    Employees.objects.create(**ALAN)
by_signals.tree(exclude=ShiftsEmployees)

# %% [markdown]
# Here the `INSERT` comes before `BEGIN`, so it is committed before the rule begins. Lesson 05 shows why that matters.
#
# ## The contract of save()
#
# Django calls your `save()`, and so does other people's code. They expect what the original does:
#
# 1. **Call `super()`.**
# 2. **Take all arguments, and pass them on.** Django uses them: `create()` calls `save(force_insert=True)`.
# 3. **Return what `super()` returns.** `delete()` returns how many rows were deleted. `save()` returns nothing.
# 4. **If your `save()` sets another field, add that field to `update_fields`.** With this argument of `save()` the caller
#    lists the only fields that Django writes.
#
# We break it, one clause at a time, each in a class of its own. All five classes below are proxies of `Shifts`. A shift
# pays a bonus of 50 for eight hours, and 10 more for each further hour.
#
# **Clause 1.** This `save()` does not call `super()`:

# %%
from classroom.scenes.contract import (
    ForgetsSuper,
    PaidByTheHour,
    PassesItOn,
    ReturnsNothing,
    TakesNoArguments,
)

display(show_code(ForgetsSuper.save))
predict("03-2")

# %%
lost = ForgetsSuper.objects.create(total_hours=10)
reveal("03-2")
print("pk:", lost.pk, "bonus:", lost.wage_bonus)

# %%
# Clause 2. This save() takes no arguments.
display(show_code(TakesNoArguments.save))
try:
    TakesNoArguments.objects.create(total_hours=10)
except TypeError as error:
    print("TypeError:", error)

# %%
# Clause 3. The first delete() returns what super() returns. The second returns nothing.
good = PaidByTheHour.objects.create(shift_date=date(2022, 11, 20))
poor = ReturnsNothing.objects.create(shift_date=date(2022, 11, 21))
display(show_code(PaidByTheHour.delete, ReturnsNothing.delete))
print(good.delete(), "and", poor.delete())

# %% [markdown]
# **Clause 4.** The next `save()` keeps clauses 1 to 3:

# %%
display(show_code(PassesItOn.save))
predict("03-3")

# %%
night = PassesItOn.objects.create(shift_date=date(2022, 11, 21))
night.total_hours = 10
night.save(update_fields=["total_hours"])
stored = Shifts.objects.get(pk=night.pk)
reveal("03-3")
print(f"In memory: {night.wage_bonus}. Stored: {stored.wage_bonus}.")

# %% [markdown]
# Django wrote the column that was named, and no other. `PaidByTheHour` keeps all four clauses:

# %%
show_code(PaidByTheHour.save)

# %% [markdown]
# If `total_hours` is in `update_fields`, it adds `wage_bonus`. If you save only other fields, it leaves the stored
# bonus alone. Why? Say this object was read with 8 hours, and then another program stores 10 hours and a bonus of
# 70. If we now save only the date, and write the bonus, too, we write 50 over the right 70.
#
# ### Your turn
#
# Repair this `delete()` of a model, so that it keeps clauses 1, 2 and 3 and still says goodbye. Leave `class
# Farewell:` as it is. The check combines it with a model, so `super().delete()` is Django's.


# %%
class Farewell:
    def delete(self):
        print(f"Goodbye, {self.first_name}.")


exercise("03-a").check(Farewell)

# %% [markdown]
# ## Many rows at once
#
# `save()` and `delete()` are methods of one object. A queryset has a `delete()`, too, for all of its rows. Two shifts
# are planned and then cancelled:

# %%
PaidByTheHour.objects.create(shift_date=date(2022, 11, 28))
PaidByTheHour.objects.create(shift_date=date(2022, 11, 29))
planned = PaidByTheHour.objects.filter(shift_date__gte=date(2022, 11, 28))
predict("03-4")

# %%
from django.db.models.signals import post_delete, pre_delete

with listening(pre_delete, post_delete) as heard:
    planned.delete()
reveal("03-4")
heard

# %% [markdown]
# Nothing printed "is cancelled", because the `delete()` of no shift was called. But a receiver hears of each row, and
# this is one reason to choose it. When a cascade deletes rows, their own `delete()` is not called either.
#
# From lesson 02 you know calls that send no signal: `bulk_create()` and `update()`. They do not call `save()` either.
#
# ### Your turn
#
# Write `set_hours(shifts, hours)`. It gets a queryset of `PaidByTheHour` and sets the hours of each shift. The stored bonus
# has to be right afterwards.


# %%
def set_hours(shifts, hours):
    """Set the hours of each of these shifts, and with them the bonus."""


exercise("03-b").check(set_hours)

# %% [markdown]
# ## What to keep
#
# The four clauses above are the contract. And this is the choice:
#
# | question | receivers of the model | `save()` and `delete()` of the model |
# |---|---|---|
# | you find the rule | in another file | in the model |
# | `bulk_create()`, `update()` | not called | not called |
# | `delete()` of a queryset | called | not called |
# | a fixture loads | called, with `raw=True` | not called |
#
# A value that can be computed from other columns of its row often needs neither: see
# [what needs no hook at all](deeper/no_hook.ipynb). Read on: [Django on overriding model
# methods](https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods).
#
# **Practise:** [exercises for 03](exercises/03_save_overrides.ipynb). **Next:** [04 Custom
# signals](04_custom_signals.ipynb): announce what *you* know.
