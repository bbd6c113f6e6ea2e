# %% [markdown]
# # 03 · save() overrides
#
# **One idea: the model can do it itself.** Saving an object calls its method `save()`. So you can write the rule
# into `save()`, and need no signal. This lesson shows how to do that well, and what bypasses it.
#
# | the course | lessons |
# |---|---|
# | Behind you | [00](00_start_here.ipynb), [01](01_what_a_signal_is.ipynb), [02 Built-in signals](02_built_in_signals.ipynb) |
# | Here | **03 save() overrides**, 20 minutes |
# | Next | [04 Custom signals](04_custom_signals.ipynb), then 05 to 07 |
# | Optional | [What needs no hook at all](deeper/no_hook.ipynb), [bulk, fixtures, migrations](deeper/bulk_fixtures_migrations_admin.ipynb) |
#
# ## The same rule, in save()
#
# `EmployeesOverridingSave` is a proxy of `Employees`: a second class for the same table. It adds this method:

# %%
fresh_database()
ada, grace, alan = sample_roster()[:3]  # the data of three people
Employees.objects.create(**ada)
show_code(EmployeesOverridingSave.save)

# %% [markdown]
# Skip `using`: it names the database, and you have one. Start at the last `super().save()`, which stores the row. Before it,
# expired shifts are deleted. After it, the person gets a shift. `atomic()` puts the three steps into one
# [transaction](../docs/glossary.md#transaction). `joins()` is True for a new person; an edit only calls `super().save()`.
#
# Grace is hired with this class. Then Alan is hired with `Employees`.

# %%
predict("03-1")

# %%
with trace() as by_save:
    EmployeesOverridingSave.objects.create(**grace)
with trace() as by_signals:
    Employees.objects.create(**alan)
reveal("03-1")
by_save

# %%
by_signals

# %% [markdown]
# Both get a shift. In the first tree both signals of the person are sent, and nobody listens. `save()` does the work
# instead, and `BEGIN` comes first: the whole hire is one transaction. In the second tree the receivers do the work, and the
# person is stored before the transaction begins. The seat and its receivers are the same in both.
#
# ## The contract of save()
#
# Django and other people call your `save()`, not only you. They expect what the original does. Our example: a shift pays a
# bonus of 50 for eight hours, and 10 more for each further hour. These three classes are proxies of `Shifts`, and each one
# breaks the contract:

# %%
from classroom.scenes.contract import ForgetsSuper, ReturnsNothing, TakesNoArguments

display(show_code(ForgetsSuper, TakesNoArguments, ReturnsNothing))
predict("03-2")

# %%
lost = ForgetsSuper.objects.create(total_hours=10)
print("key:", lost.pk)
try:
    TakesNoArguments.objects.create(total_hours=10)
except TypeError as error:
    print(error)
print("deleted:", ReturnsNothing.objects.create(shift_date=date(2022, 11, 20)).delete())
reveal("03-2")

# %% [markdown]
# The contract has four clauses. You saw three.
#
# 1. **Call `super()`.** Without it nothing is stored, and there is no error.
# 2. **Take all arguments, and pass them on.** `create()` calls `save(force_insert=True)`. Others pass `update_fields`.
# 3. **Return what `super()` returns.** `delete()` gives back how many rows went.
#
# The next class keeps these three. It is saved with `update_fields`: a list of the fields that Django writes.

# %%
from classroom.scenes.contract import IgnoresUpdateFields

display(show_code(IgnoresUpdateFields.save))
predict("03-3")

# %%
night = IgnoresUpdateFields.objects.create(shift_date=date(2022, 11, 21))
night.total_hours = 10
night.save(update_fields=["total_hours"])
reveal("03-3")
print("in memory", night.wage_bonus, "stored", Shifts.objects.get(pk=night.pk).wage_bonus)

# %% [markdown]
# 4. **Respect `update_fields`.** `wage_bonus` is computed from `total_hours`, so `total_hours` is its *source*. If
#    `update_fields` names the source, add `wage_bonus`. If not, leave it out: your copy may be old.
#
# `AlwaysAddsItsField` adds it always. One program reads the shift: ten hours. Another program changes the row to twelve
# hours and a bonus of 90. The first program then saves only the date.

# %%
from classroom.scenes.contract import AlwaysAddsItsField, PaidByTheHour

show_code(AlwaysAddsItsField.save, PaidByTheHour)

# %%
for model in AlwaysAddsItsField, PaidByTheHour:
    old = model.objects.get(pk=night.pk)
    Shifts.objects.filter(pk=night.pk).update(total_hours=12, wage_bonus=90)
    old.save(update_fields=["shift_date"])
    print(model.__name__, "12 hours, a bonus of", Shifts.objects.get(pk=night.pk).wage_bonus)
    Shifts.objects.filter(pk=night.pk).update(total_hours=10)

# %% [markdown]
# `PaidByTheHour` keeps the whole contract, as long as `update_fields` is passed by name. (Django 6.0 takes it in no other way.)
# You can use its `save()` as a pattern.
#
# ### Your turn
#
# `Farewell` is a *mixin*: a class that a model inherits from, beside `models.Model`. Its `super()` is the model. Repair its
# `delete()`, so that it keeps clauses 1, 2 and 3 and still says goodbye.


# %%
class Farewell:
    def delete(self):
        print(f"Goodbye, {self.first_name}.")


exercise("03-a").check(Farewell)

# %% [markdown]
# ## Many rows at once
#
# An override runs when somebody calls it. Some calls work on many rows at once, for instance `bulk_create()`, `update()` and
# the `delete()` of a queryset.

# %%
predict("03-4")

# %%
with trace() as seen:
    PaidByTheHour.objects.bulk_create([PaidByTheHour(shift_date=date(2022, 11, 28))])
    late = PaidByTheHour.objects.filter(shift_date=date(2022, 11, 28))
    late.update(total_hours=12)
    print("bonus for twelve hours:", late.get().wage_bonus)
    late.delete()
reveal("03-4")
seen.filter(sender=PaidByTheHour)

# %% [markdown]
# No `save()` and no `delete()` was called, so the bonus was wrong. `delete()` of a queryset does send signals, and this is one
# reason to choose a receiver. Loading a fixture does not call your `save()` either. A cascade deletes other rows
# as well, and does not call their `delete()`.
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
# | the contract | if you break it |
# |---|---|
# | call `super().save()` | nothing is stored, without an error |
# | `*args, **kwargs` in, and on to `super()` | `create()` raises a TypeError |
# | return what `super()` returns | callers of `delete()` lose the count |
# | add a computed field to `update_fields` if its source is named | the column stays as it was |
# | do not add it otherwise | an old value overwrites a new one |
#
# | | receivers of the model | `save()` and `delete()` of the model |
# |---|---|---|
# | you find the rule | in another file | in the model |
# | the model | knows nothing of the rule | has to know the rule |
# | `bulk_create()`, `update()` | no signal | not called |
# | `delete()` of a queryset, a cascade in Python | delete signals are sent | `delete()` is not called |
# | a fixture loads | called, with `raw=True` | not called |
# | one transaction around the row and the rule | only if the caller opens one | you can open one |
#
# A value that follows from other columns of its row often needs neither: see
# [what needs no hook at all](deeper/no_hook.ipynb).
#
# **Practise:** [exercises for 03](exercises/03_save_overrides.ipynb). **Next:** [04 Custom
# signals](04_custom_signals.ipynb): announce what *you* know.
