# %% [markdown]
# # Deeper · Counting a relation
#
# A *relation* connects the rows of two models, here people and shifts. Each shift of this project stores the number of its people, in the
# column `headcount`. But nobody saves the shift when a person takes a seat or leaves it. **How does the stored number stay correct?**
#
# In about 25 minutes you:
#
# - see why a number is stored, and what Django sends when people take seats and leave them;
# - read three receivers that count;
# - find out what they cannot do, and let the database count.
#
# ## Why store a number?
#
# A query can count the people whenever you ask, and often this is enough. Four people are hired, and `annotate()` gives each shift one more
# value, the number of its people:

# %%
from django.db.models import Count

fresh_database()
roster = sample_roster()
for person in roster[:4]:
    Employees.objects.create(**person)
for shift in Shifts.objects.annotate(people=Count("employees_shift")):
    print(shift, "people:", shift.people)

# %% [markdown]
# This project also stores the number, for two reasons. A [constraint](../../docs/glossary.md#constraint) can check a column, but it cannot
# count rows. And each hire looks for a shift with room, so without the column it would count the people of all shifts ([what that
# costs](costs.ipynb)).
#
# ## What Django sends
#
# People and shifts are [many-to-many](../../docs/glossary.md#many-to-many). Each pair is a row of `ShiftsEmployees`, a *seat*. The
# many-to-many field belongs to `Shifts`: `shift.employees_shift` gives the people of a shift. From the other side `person.shifts` gives
# the shifts of a person.
#
# Ada, Grace, Alan and Katherine have the keys 1 to 4. A new shift on Sunday gets the key 20:

# %%
ada, grace, alan, katherine = Employees.objects.order_by("pk")
sunday = Shifts.objects.create(pk=20, shift_date=date(2022, 11, 20))

# %% [markdown]
# `sunday.employees_shift.add(ada, grace)` gives both of them a seat.

# %%
predict("counting-1")

# %%
with trace() as seen:
    sunday.employees_shift.add(ada, grace)
reveal("counting-1")
seen.filter(sender=ShiftsEmployees)

# %% [markdown]
# `add()` writes both seats with one INSERT and calls no `save()`, so you cannot count them there. But it sends `m2m_changed`, the signal of
# many-to-many fields, before and after it writes the rows. `action` says which of the two it is.
#
# Four other calls change seats, too. `heard` collects their signals:

# %%
from django.db.models.signals import m2m_changed, post_save, pre_delete

signals = m2m_changed, post_save, pre_delete
with listening(*signals, sender=ShiftsEmployees) as heard:
    alan.shifts.add(sunday)
    sunday.employees_shift.remove(ada)
    ShiftsEmployees.objects.create(employee=ada, shift=sunday)
    grace.delete()
print(len(heard), "signals:", *[it["signal"] for it in heard])

# %% [markdown]
# Here are all five calls in one table. (Show `heard` in a cell of your own to see each signal with its arguments.)
#
# | call | signals | instance | `pk_set` |
# |---|---|---|---|
# | `sunday.employees_shift.add(ada, grace)` | `m2m_changed` before and after | Sunday's shift | the keys of the two people |
# | `alan.shifts.add(sunday)` | `m2m_changed` before and after, with `reverse=True` | Alan | the key of the *shift* |
# | `sunday.employees_shift.remove(ada)` | `m2m_changed`, `pre_delete`, `m2m_changed` | Sunday's shift; for `pre_delete` the seat | Ada's key |
# | `ShiftsEmployees.objects.create(…)` | `post_save` | the seat | |
# | `grace.delete()` | `pre_delete`, twice: Grace had two seats | each seat | |
#
# `reverse` is True if you begin with the person, because the many-to-many field belongs to `Shifts`. A receiver that does not look at
# `reverse` takes Sunday's key, 20, for the key of a person.
#
# A removal sends both `m2m_changed` and `pre_delete`. So a receiver that counts at both counts twice: choose one. Here we choose `pre_delete`,
# because it is also sent when a person is deleted.
#
# Two methods of the field are left. `set()` is a `remove()` and an `add()`. `clear()` takes everybody off the shift. It sends the same
# signals as `remove()`, but with the actions `pre_clear` and `post_clear`, and its `pk_set` is None.
#
# ## Three receivers
#
# So this project counts in three receivers. They are a little shorter here than in
# [`shift_headcount.py`](../../speedy/signals/shift_headcount.py), where they also take a lock, and ignore fixtures.
#
# The first receiver counts an `add()`. If you begin with the person (`reverse` is True), each shift in `pk_set` gets 1 more. If you begin with
# the shift, the instance is this shift, and its headcount grows by the number of people in `pk_set`:
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
# `F("headcount") + 1` lets the database add, so that no person is lost if two programs add at once ([the race](race.ipynb)).
#
# The second receiver takes 1 off, before a seat is deleted and before a seat is saved. A list connects it to both signals. Why before a
# save? Because a saved seat may move to another shift. Then `instance.shift` is already the *new* shift, so the receiver asks the
# database for the old one: `filter(shiftsemployees=instance.pk)` finds the shift that has this seat. A new seat has no key yet, so
# nothing is taken off.
#
# ```python
# @receiver([pre_save, pre_delete], sender=ShiftsEmployees)
# def uncount_seat(sender, instance, **kwargs):
#     if instance.pk:
#         stored_on = Shifts.objects.filter(shiftsemployees=instance.pk)
#         stored_on.update(headcount=F("headcount") - 1)
# ```
#
# The third receiver runs after each save of a seat, and adds 1 to the shift that the seat has now:
#
# ```python
# @receiver(post_save, sender=ShiftsEmployees)
# def count_seat(sender, instance, **kwargs):
#     Shifts.objects.filter(pk=instance.shift_id).update(headcount=F("headcount") + 1)
# ```
#
# So if an old seat is saved without a change, `uncount_seat` takes 1 off, and `count_seat` adds it again. Now Katherine's seat moves from
# Tuesday to Sunday: we change its `shift`, and save it.

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
# Both shifts are counted correctly. Tuesday is empty again, and Sunday is full:

# %%
shift_table()

# %% [markdown]
# ## A fourth person
#
# Søren wants to work on Sunday, too. The constraint allows a `headcount` of 3 at most. So `sunday.employees_shift.add(soren)` would raise
# an `IntegrityError`, because a receiver makes the number 4, and the whole `add()` would be undone. Søren gets his seat by `bulk_create()`:

# %%
predict("counting-3")

# %%
soren = EmployeesWithoutHooks.objects.create(**roster[4])
ShiftsEmployees.objects.bulk_create([ShiftsEmployees(employee=soren, shift=sunday)])
sunday.refresh_from_db()
reveal("counting-3")
print("headcount:", sunday.headcount, "people:", sunday.employees_shift.count())

# %% [markdown]
# `update()` and raw SQL send no signal either. So code that writes seats in bulk has to change `headcount` itself, in the same
# transaction. If somebody forgot, the command `check_headcounts` of this project repairs the numbers.
#
# ## A trigger
#
# A *trigger* is a piece of SQL that is stored in the database and belongs to a table. This one runs when a seat is inserted:

# %%
from classroom.experiments.triggers import counted_by_triggers, statements

print(statements()[0])

# %% [markdown]
# `NEW` is the row that was inserted, so its shift gets 1 more. Two more triggers are for a seat that is deleted and for one that is
# moved. A trigger is a part of the statement that starts it, and a statement is done as a whole or not at all.
#
# `counted_by_triggers()` disconnects our receivers and creates the triggers, until its block ends. In this block one INSERT of
# `bulk_create()` tries to store four seats on Saturday's shift, which is empty:

# %%
predict("counting-4")

# %%
from django.db import IntegrityError, transaction

saturday = Shifts.objects.create(shift_date=date(2022, 11, 26))
seats = [ShiftsEmployees(employee=it, shift=saturday) for it in (ada, alan, katherine, soren)]
try:
    with counted_by_triggers(), transaction.atomic():
        ShiftsEmployees.objects.bulk_create(seats)
except IntegrityError as refusal:
    print(refusal)
reveal("counting-4")
print("people on Saturday:", saturday.employees_shift.count())

# %% [markdown]
# The trigger counts each row, and it makes no difference who writes the row. So now the constraint really stops a fourth person. But this has a price: a trigger is
# SQL for one kind of database, and nobody who reads your Python code sees it. So at least put it into a migration, with
# [`RunSQL`](https://docs.djangoproject.com/en/5.2/ref/migration-operations/#runsql).
#
# ## What to keep
#
# | who counts | misses |
# |---|---|
# | receivers of `m2m_changed` and of the seat's signals | `bulk_create()`, `update()` and raw SQL |
# | a [trigger](../../docs/glossary.md#trigger) | next to nothing |
# | a query, [`annotate(Count(…))`](https://docs.djangoproject.com/en/5.2/topics/db/aggregation/) | nothing |
#
# A query misses nothing, so store a count only if a constraint has to check it, or if you often search or sort many rows by it.
#
# **Practise:** [the exercises for this notebook](../exercises/counting.ipynb). Read on: [what a hire costs](costs.ipynb), if nobody
# stores a count. Back to [lesson 02](../02_built_in_signals.ipynb).
