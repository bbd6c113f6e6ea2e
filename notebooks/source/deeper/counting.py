# %% [markdown]
# # Deeper · Counting a relation
#
# Each shift stores the number of its people, in the column `headcount`. But when somebody takes or leaves a seat, only
# the seat is written. Nobody saves the shift. **How does
# the stored number stay correct?**
#
# In about 20 minutes you read three receivers that count, see what they miss, and let the database count instead.
#
# ## Why store a number?
#
# Often you can simply count when you ask. Here `annotate()` gives each shift one more value, the number of its people:

# %%
from django.db.models import Count

fresh_database()
roster = sample_roster()
for person in roster[:4]:
    Employees.objects.create(**person)
for shift in Shifts.objects.annotate(people=Count("employees_shift")):
    print(shift, "people:", shift.people)

# %% [markdown]
# This project also stores the number, for two reasons. First, a [constraint](../../docs/glossary.md#constraint) cannot
# count rows, but it can refuse a `headcount` of 4. Second, each hire looks for a shift with room. Without the column it
# would count the people of all shifts ([what that costs](costs.ipynb)).
#
# ## What Django sends
#
# People and shifts are [many-to-many](../../docs/glossary.md#many-to-many), and each pair is a row of
# `ShiftsEmployees`, a *seat*. `Shifts` has the field, so `shift.employees_shift` gives its people. From the other side,
# `person.shifts` gives the shifts of a person.
#
# Ada, Grace, Alan and Katherine have the keys 1 to 4. A new shift on Sunday gets the key 77, which is easy to see:

# %%
ada, grace, alan, katherine = Employees.objects.order_by("pk")
sunday = Shifts.objects.create(pk=77, shift_date=date(2022, 11, 20))

# %% [markdown]
# `sunday.employees_shift.add(ada, grace)` gives both of them a seat, with one INSERT.

# %%
predict("counting-1")

# %%
with trace() as seen:
    sunday.employees_shift.add(ada, grace)
reveal("counting-1")
seen.filter(sender=ShiftsEmployees)

# %% [markdown]
# So a receiver of `post_save` cannot count these seats. But `add()` sends another signal, `m2m_changed`, twice: before it writes
# (`action="pre_add"`) and after it (`"post_add"`). It carries:
#
# - `sender`: the class of the pairs, `ShiftsEmployees`;
# - `instance`: not a pair, but the object on which you called `add()`, here Sunday's shift;
# - `pk_set`: the keys of what is added, here of two people. (A person who has a seat already is left out.)
#
# ## Three receivers
#
# Three receivers count. They are shorter here than in [`shift_headcount.py`](../../speedy/signals/shift_headcount.py).
#
# ### From which side?
#
# An `add()` can be called from both sides:
#
# | call | `instance` | `pk_set` holds | `reverse` |
# |---|---|---|---|
# | `sunday.employees_shift.add(ada)` | the shift | people | False |
# | `alan.shifts.add(sunday)` | the person | shifts | True |
#
# `reverse` is False on the side that has the many-to-many field. Alan takes a seat from his side:

# %%
from django.db.models.signals import m2m_changed, pre_delete

with listening(m2m_changed, sender=ShiftsEmployees) as added:
    alan.shifts.add(sunday)
added

# %% [markdown]
# `reverse` is True, so 77 is the key of a shift, not of a person. The first receiver needs both cases. If `reverse` is
# True, each shift in `pk_set` gets 1 more. Otherwise the shift is the instance, and
# gets 1 more for each person in `pk_set`:
#
# ```python
# @receiver(m2m_changed, sender=ShiftsEmployees)
# def count_seats_added(sender, instance, action, reverse, pk_set, **kwargs):
#     if action == "post_add" and reverse:
#         Shifts.objects.filter(pk__in=pk_set).update(headcount=F("headcount") + 1)
#     elif action == "post_add":
#         Shifts.objects.filter(pk=instance.pk).update(headcount=F("headcount") + len(pk_set))
# ```
#
# `F("headcount") + 1` lets the database add, so that no addition is lost if two programs add at once ([the race](race.ipynb)).
#
# ### Somebody leaves a seat
#
# Grace loses her seat on Sunday. Then she is deleted, with her seat on Monday:

# %%
with listening(m2m_changed, pre_delete, sender=ShiftsEmployees) as gone:
    sunday.employees_shift.remove(grace)
    grace.delete()
gone

# %% [markdown]
# Lines 1 to 3 come from one `remove()`. It sends `m2m_changed` twice and, because we wrote the model of the seat, its delete
# signals as well. If you count at both, you count one removal twice. We count at `pre_delete`, because `grace.delete()`
# sends it, too (line 4), and sends no `m2m_changed`. [The glossary](../../docs/glossary.md#m2m_changed) has `set()` and `clear()`.
#
# ### A seat is saved or deleted
#
# Before a seat is saved or deleted, `uncount_seat` takes 1 off the shift that it has *in the database*.
# `filter(shiftsemployees=instance.pk)` goes from the shifts to their seats, and finds the one with this seat:
#
# ```python
# @receiver([pre_save, pre_delete], sender=ShiftsEmployees)
# def uncount_seat(sender, instance, **kwargs):
#     if instance.pk:
#         stored_on = Shifts.objects.filter(shiftsemployees=instance.pk)
#         stored_on.update(headcount=F("headcount") - 1)
# ```
#
# After the save, `count_seat` adds 1 to the shift that the seat has *now*. Its key is `shift_id`:
#
# ```python
# @receiver(post_save, sender=ShiftsEmployees)
# def count_seat(sender, instance, **kwargs):
#     Shifts.objects.filter(pk=instance.shift_id).update(headcount=F("headcount") + 1)
# ```
#
# Katherine's seat is on Tuesday. Now we change its `shift` to Sunday, and save it.

# %%
predict("counting-2")

# %%
seat = ShiftsEmployees.objects.get(employee=katherine)
seat.shift = sunday
with trace() as moved:
    seat.save()
reveal("counting-2")
moved.filter(sender=ShiftsEmployees)

# %% [markdown]
# That is why `uncount_seat` runs *before* a save: after it, Tuesday is stored nowhere. For a new seat, which has no key
# yet, it does nothing.

# %%
shift_table()

# %% [markdown]
# ## A fourth person
#
# Søren wants to work on Sunday, too. `sunday.employees_shift.add(soren)` would fail: a receiver would set `headcount`
# to 4, the constraint would refuse it, and everything would be undone. But what about `bulk_create()`?

# %%
predict("counting-3")

# %%
soren = EmployeesWithoutHooks.objects.create(**roster[4])  # the same table, without our receivers
ShiftsEmployees.objects.bulk_create([ShiftsEmployees(employee=soren, shift=sunday)])
sunday.refresh_from_db()
reveal("counting-3")
print("headcount:", sunday.headcount, "people:", sunday.employees_shift.count())

# %% [markdown]
# `update()` and raw SQL send no signal either, and in a [migration](bulk_fixtures_migrations_admin.ipynb) these receivers are not called. So code that writes seats in bulk has to change `headcount` itself, in the same
# transaction. (If somebody forgets, `manage.py check_headcounts --repair` corrects the numbers, and moves people from a
# shift that has too many.)
#
# ## A trigger
#
# A *trigger* is a piece of SQL that is stored in the database and belongs to a table. This one runs when a seat is inserted:

# %%
from classroom.experiments.triggers import counted_by_triggers, statements

print(statements()[0])

# %% [markdown]
# `NEW` is the row that was inserted, so its shift gets 1 more. Two more triggers are for a seat that is deleted and for one that is moved.
#
# Inside `counted_by_triggers()` the triggers count, and our receivers do not. `bulk_create()` sends one INSERT with
# four seats on Saturday, an empty shift.

# %%
predict("counting-4")

# %%
from django.db import IntegrityError, transaction

saturday = Shifts.objects.create(shift_date=date(2022, 11, 26))
seats = [ShiftsEmployees(employee=who, shift=saturday) for who in (ada, alan, katherine, soren)]
try:
    with counted_by_triggers(), transaction.atomic():
        ShiftsEmployees.objects.bulk_create(seats)
except IntegrityError as error:
    print(error)
reveal("counting-4")
print("people on Saturday:", saturday.employees_shift.count())

# %% [markdown]
# Now the constraint really stops a fourth person. The price: a trigger is SQL for one kind of database, and your Python
# code does not show it. So put it into a migration, with
# [`RunSQL`](https://docs.djangoproject.com/en/5.2/ref/migration-operations/#runsql).
#
# ## What to keep
#
# | who counts | misses |
# |---|---|
# | receivers of `m2m_changed` and of the seat's signals | `bulk_create()`, `update()`, raw SQL and migrations |
# | a [trigger](../../docs/glossary.md#trigger) | almost nothing |
# | a query, [`annotate(Count(…))`](https://docs.djangoproject.com/en/5.2/topics/db/aggregation/) | nothing |
#
# A query misses nothing, so store a count only if a constraint has to check it, or if you often search or sort many rows by it.
#
# **Practise:** [the exercises for this notebook](../exercises/counting.ipynb). Back to [lesson 07](../07_choosing.ipynb).
