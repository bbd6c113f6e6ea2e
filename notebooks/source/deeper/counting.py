# %% [markdown]
# # Deeper · Counting a relation
#
# A *relation* connects the rows of two models, here people and shifts. How many people sit on each shift? A query can count them whenever
# you ask, and often this is enough. Four people are hired, and `annotate()` gives each shift one more value, the number of its people:

# %%
from django.db.models import Count

fresh_database()
roster = sample_roster()
for person in roster[:4]:
    Employees.objects.create(**person)
for shift in Shifts.objects.annotate(people=Count("employees_shift")):
    print(shift, "people:", shift.people)

# %% [markdown]
# This project also stores the number, in the column `headcount` of the shift, for two reasons. A
# [constraint](../../docs/glossary.md#constraint) can check a column, but not a query. And each hire looks for a shift with room, so
# without the column it would count the people of all shifts ([what that costs](costs.ipynb)).
#
# But nobody saves the shift when a person takes a seat or leaves it. **How does the stored number stay true?**
#
# You will, in about 25 minutes,
#
# - see what Django sends, and read three receivers that count;
# - find out what they cannot do, and let the database count.
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
# `sunday.employees_shift.add(ada, grace)` writes both seats with one INSERT.

# %%
predict("counting-1")

# %%
with trace() as seen:
    sunday.employees_shift.add(ada, grace)
reveal("counting-1")
seen.filter(sender=ShiftsEmployees)

# %% [markdown]
# `add()` stores the seats without calling their `save()`, so you cannot count them there. But it sends `m2m_changed`, the signal of
# many-to-many fields, before and after it writes the rows. `action` says which of the two it is. The instance is Sunday's shift, and
# `pk_set` holds the keys of the people who were added.
#
# You can also begin with the person:

# %%
from django.db.models.signals import m2m_changed, post_save, pre_delete

signals = m2m_changed, post_save, pre_delete
with listening(*signals, sender=ShiftsEmployees) as from_a_person:
    alan.shifts.add(sunday)
from_a_person

# %% [markdown]
# Now the instance is Alan, and `pk_set` holds the key of the *shift*. `reverse` is True, because the field belongs to `Shifts` and
# this `add()` was called from the other side. A receiver that does not look at `reverse` takes 20 for the key of a person.
#
# Then Ada is taken off the shift, she gets a seat without `add()`, and Grace is deleted:

# %%
with listening(*signals, sender=ShiftsEmployees) as others:
    sunday.employees_shift.remove(ada)
    ShiftsEmployees.objects.create(employee=ada, shift=sunday)
    grace.delete()
others

# %% [markdown]
# The first three lines come from `remove()`. It sends `m2m_changed` before and after, and between them `pre_delete` of the seat, because
# here the seat is a model of its own. So count at one of these signals, not at both.
#
# The other calls send no `m2m_changed`, because neither `add()` nor `remove()` was called. But a new seat sends `post_save`, and when a
# person leaves, each seat sends `pre_delete`. Grace had two seats, one on Monday and one on Sunday.
#
# Two methods are left. `set()` is a `remove()` and an `add()`. `clear()` sends the same signals as `remove()`, but with the actions
# `pre_clear` and `post_clear`, and its `pk_set` is None.
#
# ## Three receivers
#
# So this project counts in three receivers. They are a little shorter here than in
# [`shift_headcount.py`](../../speedy/signals/shift_headcount.py), where they also take a lock, and ignore fixtures.
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
# From a person's side each shift in `pk_set` gets 1 more. From the other side the instance is the shift, and gets 1 for each person. The
# receiver acts only on `post_add`, because a removal sends `pre_delete` for each seat, and the next receiver counts that. `F("headcount") + 1`
# lets the database add, so that no person is lost if two programs add at once ([the race](race.ipynb)).
#
# ```python
# @receiver([pre_save, pre_delete], sender=ShiftsEmployees)
# def uncount_seat(sender, instance, **kwargs):
#     if instance.pk:
#         stored_on = Shifts.objects.filter(shiftsemployees=instance.pk)
#         stored_on.update(headcount=F("headcount") - 1)
# ```
#
# A list connects the function to each signal in it, so this one runs before a seat is saved and before it is deleted. It takes 1 off a
# shift. Which shift? It asks the database where the seat is stored now, because `instance` may hold another shift already. A
# new seat is stored nowhere, so nothing is taken off.
#
# ```python
# @receiver(post_save, sender=ShiftsEmployees)
# def count_seat(sender, instance, **kwargs):
#     Shifts.objects.filter(pk=instance.shift_id).update(headcount=F("headcount") + 1)
# ```
#
# This one runs after a seat is saved. Now Katherine's seat moves from Tuesday to Sunday: its `shift` is changed, and it is saved.

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
# So both shifts are counted right. Tuesday is empty again, and Sunday is full:

# %%
shift_table()

# %% [markdown]
# ## A fourth person
#
# Søren wants to work on Sunday, too. The constraint allows a `headcount` of 3 at most. So `sunday.employees_shift.add(soren)` would raise
# an `IntegrityError`, because a receiver makes it 4, and the whole `add()` would be undone. But he gets his seat by `bulk_create()`:

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
# moved. `counted_by_triggers()` disconnects our receivers and creates the triggers, until its block ends. In this block `bulk_create()`
# stores four seats on Saturday's shift, which is empty:

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
# The trigger does not care who writes a row, or how, so now the constraint really stops a fourth person. But this has a price: a trigger is
# SQL for one kind of database, and nobody who reads your Python code sees it. So at least put it into a migration, with
# [`RunSQL`](https://docs.djangoproject.com/en/5.2/ref/migration-operations/#runsql).
#
# ## What to keep
#
# | who counts | misses |
# |---|---|
# | a `save()` of the seat | `add()`, everything in bulk, and every seat that goes |
# | receivers of `m2m_changed` and of the seat's signals | `bulk_create()`, `update()`, raw SQL, and a cascade in the database (Django 6.1) |
# | a trigger | next to nothing: TRUNCATE, which empties a table, and `INSERT OR REPLACE` on SQLite |
# | a query, [`annotate(Count(…))`](https://docs.djangoproject.com/en/5.2/topics/db/aggregation/) | nothing. So store a count only if a constraint has to check it, or if you often search or sort many rows by it |
#
# **Practise:** [the exercises for this notebook](../exercises/counting.ipynb). Read on: [what a hire costs](costs.ipynb), if nobody
# stores a count. Back to [lesson 02](../02_built_in_signals.ipynb).
