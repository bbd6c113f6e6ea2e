# %% [markdown]
# # 03 · save() overrides
#
# **One idea: the model can do it itself.** Saving an object calls its method `save()`. So `save()` can call the
# rule, and you need no signal.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02 Built-in signals](02_built_in_signals.ipynb) |
# | Here | **03 save() overrides**, 18 minutes, and 15 for the tasks |
# | Next | [04 Custom signals](04_custom_signals.ipynb), then 05 to 07 |
# | Optional | [What needs no hook at all](deeper/no_hook.ipynb), [bulk, fixtures, migrations](deeper/bulk_fixtures_migrations_admin.ipynb) |
#
# To *override* a method is to write one of the same name in a subclass. Python then calls yours, and `super()` leads to the
# original.
#
# ## The same rule, in save()
#
# In your own project, you write `save()` into the model itself. Here `EmployeesOverridingSave` is a proxy of `Employees`, so that
# both ways can be compared on one table. This is a short form of [its `save()`](../speedy/wirings.py):
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
# `_state.adding` is True until the object is stored for the first time. For an object from the database it is False. A new
# person needs three steps, all or none, so they are in one [transaction](../docs/glossary.md#transaction). This hires Grace:

# %%
fresh_database()
ADA, GRACE, ALAN = sample_roster()[:3]  # the fields of three people: a dict each
Employees.objects.create(**ADA)

with trace() as by_save:
    EmployeesOverridingSave.objects.create(**GRACE)
by_save.tree(exclude=ShiftsEmployees)  # without the steps that save her seat

# %% [markdown]
# The `super().save()` of the proxy still sends both signals, but no receiver is connected for this class. `BEGIN` comes first,
# so the whole hire is one transaction. In lesson 00, the `INSERT` came before `BEGIN`. Lesson 05 shows why that matters.
#
# ## What Django expects of your save()
#
# Here is another proxy of `Employees`. Its `save()` welcomes a person:

# %%
from classroom.scenes.contract import PaidByTheHour, PassesItOn, Welcoming

display(show_code(Welcoming.save))
predict("03-1")

# %%
alan = Welcoming.objects.create(**ALAN)
reveal("03-1")
print(f"pk: {alan.pk}. People stored: {Employees.objects.count()}.")

# %% [markdown]
# Django calls your `save()`, too, and expects it to behave like the original. We call this the *contract*:
#
# - **Call `super()`.** Otherwise nothing is stored.
# - **Take all arguments, and pass them on.** `create()` calls `save(force_insert=True)`, for example. With `def save(self):` you
#   get a `TypeError`.
# - **In `delete()`, return what `super().delete()` returns.** It says how many rows were deleted.
#
# ### Your turn
#
# This `delete()` breaks the contract. Repair it, so that it still says goodbye. The check turns `Farewell` into a
# model, so `super().delete()` works.


# %%
class Farewell:
    def delete(self):
        print(f"Goodbye, {self.first_name}.")


exercise("03-a").check(Farewell)

# %% [markdown]
# ## Saving only some fields
#
# The caller may say which fields to save: `save(update_fields=["age"])`. A shift pays a bonus of 50 for eight hours, and 10 more
# for each further hour. `PassesItOn` is a proxy of `Shifts`, with this `save()`:

# %%
display(show_code(PassesItOn.save))
predict("03-2")

# %%
night = PassesItOn.objects.create(shift_date=date(2022, 11, 21))
night.total_hours = 10
night.save(update_fields=["total_hours"])
stored = Shifts.objects.get(pk=night.pk)
reveal("03-2")
print(f"In memory: {night.wage_bonus}. Stored: {stored.wage_bonus}.")

# %% [markdown]
# So if the caller names the hours, the bonus has to be saved, too. (`update_fields` is None if the caller names no fields: then all
# are saved.) This model does it right:

# %%
show_code(PaidByTheHour.save, PaidByTheHour.delete)

# %% [markdown]
# You need the `if` only because this `save()` sets a field. If the caller saves only other fields, such as the date, the stored
# bonus is left alone.
#
# ## Many rows at once
#
# Two shifts of `PaidByTheHour` are planned, and both are cancelled with one call: `planned.delete()`. `planned` is a
# queryset.

# %%
PaidByTheHour.objects.create(shift_date=date(2022, 11, 28))
PaidByTheHour.objects.create(shift_date=date(2022, 11, 29))
planned = PaidByTheHour.objects.filter(shift_date__gte=date(2022, 11, 28))
predict("03-3")

# %%
from django.db.models.signals import pre_delete

with listening(pre_delete) as heard:
    planned.delete()
reveal("03-3")
heard

# %% [markdown]
# Nothing printed "is cancelled", because Django did not call the `delete()` method of the two shifts. A cascade does not call it
# either. But receivers of `pre_delete` and `post_delete` are called in both cases, and this is one reason to use a receiver.
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
# Keep the contract, and think of `update_fields`.
#
# | question | receivers of the model | `save()` and `delete()` of the model |
# |---|---|---|
# | Where is the code? | It is in another file. | It is in the model. |
# | Is the row new? | `created` is True: Django has just inserted it. | `_state.adding` is True until the object is stored for the first time. |
# | `bulk_create()`, `update()` | They call no receiver. | They call no `save()`. |
# | `delete()` of a queryset, a cascade | They call the receivers. | They do not call your `delete()`. |
# | a fixture | It calls receivers of `pre_save` and `post_save`, with `raw=True`. | It does not call your `save()`. |
#
# Read on: [Django on overriding model
# methods](https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods).
#
# **Practise:** [exercises for 03](exercises/03_save_overrides.ipynb). **Next:** [04 Custom
# signals](04_custom_signals.ipynb): announce what *you* know.
