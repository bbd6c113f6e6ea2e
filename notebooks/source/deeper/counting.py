# %% [markdown]
# # Deeper · Counting a relation
#
# A *relation* connects the rows of two models, here people and shifts. Each shift of this project stores the number of its people, in the
# column `headcount`. But when a person takes or leaves a seat, only the seat is written, and no `save()` of the shift is called. **How does
# the stored number stay correct?**
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
# This project also stores the number, for two reasons. First, a [constraint](../../docs/glossary.md#constraint) must refuse a fourth
# person, but it can only check columns, not count rows. Second, each hire looks for a shift with room, and without the column it would
# count the people of all shifts ([what that costs](costs.ipynb)).
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
# `sunday.employees_shift.add(ada, grace)` gives both of them a seat. It writes the two rows with one INSERT, as `bulk_create()` does.

# %%
predict("counting-1")

# %%
with trace() as seen:
    sunday.employees_shift.add(ada, grace)
reveal("counting-1")
seen.filter(sender=ShiftsEmployees)

# %% [markdown]
# So a receiver of `post_save` cannot count these seats. But before and after `add()` writes, it sends `m2m_changed`, the signal of
# many-to-many fields. `action` says which of the two it is, and `pk_set` holds the keys of the people.
#
# Now Alan takes a seat from his side:

# %%
from django.db.models.signals import m2m_changed, pre_delete

with listening(m2m_changed, sender=ShiftsEmployees) as heard:
    alan.shifts.add(sunday)
heard

# %% [markdown]
# `pk_set` holds the keys on the *other* side of the call. This call began with the person, so 20 is the key of the shift, and `reverse` is
# True. A receiver that does not look at `reverse` would think that 20 is the key of a person.
#
# Next, Grace loses her seat on Sunday, and then she is deleted. She has one more seat, on Monday:

# %%
with listening(m2m_changed, pre_delete, sender=ShiftsEmployees) as gone:
    sunday.employees_shift.remove(grace)
    grace.delete()
gone

# %% [markdown]
# `remove()` sent the first three signals. If you count at both `m2m_changed` and `pre_delete`, one removal is counted twice, so choose one
# of them. Here we choose `pre_delete`, because `grace.delete()` sends it, too: it is the last row. (What `set()` and `clear()` send is in
# the glossary under [m2m_changed](../../docs/glossary.md#m2m_changed).)
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
# The second receiver takes 1 off. A list connects it to two signals, so it runs before a seat is deleted and before a seat is saved. It
# asks the database which shift has this seat. A new seat has no key yet, so nothing is taken off.
#
# ```python
# @receiver([pre_save, pre_delete], sender=ShiftsEmployees)
# def uncount_seat(sender, instance, **kwargs):
#     if instance.pk:
#         stored_on = Shifts.objects.filter(shiftsemployees=instance.pk)
#         stored_on.update(headcount=F("headcount") - 1)
# ```
#
# The third receiver runs after each save of a seat, and adds 1. `shift_id` is the key of the shift that the seat has now:
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
# Before the save `seat.shift` was already Sunday, and only the database knew Tuesday. That is why `uncount_seat` asks it.

# %%
shift_table()

# %% [markdown]
# ## A fourth person
#
# Søren wants to work on Sunday, too. `sunday.employees_shift.add(soren)` would fail: a receiver would make the number 4, the constraint
# would raise an error, and all of it would be undone. But what if somebody stores his seat with `bulk_create()`? (He is hired without hooks,
# so that no receiver gives him a seat.)

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
# `NEW` is the row that was inserted, so its shift gets 1 more. Two more triggers are for a seat that is deleted and for one that is moved.
#
# While its block runs, `counted_by_triggers()` replaces our receivers by the triggers. Then one INSERT of `bulk_create()` tries to store
# four seats on Saturday's shift, which is empty:

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
# So now the constraint really stops a fourth person. But this has a price: a trigger is SQL for one kind of database, and nobody who reads
# your Python code sees it. So at least put it into a migration, with
# [`RunSQL`](https://docs.djangoproject.com/en/5.2/ref/migration-operations/#runsql).
#
# ## What to keep
#
# | who counts | misses |
# |---|---|
# | receivers of `m2m_changed` and of the seat's signals | `bulk_create()`, `update()` and raw SQL |
# | a [trigger](../../docs/glossary.md#trigger) | almost nothing |
# | a query, [`annotate(Count(…))`](https://docs.djangoproject.com/en/5.2/topics/db/aggregation/) | nothing |
#
# A query misses nothing, so store a count only if a constraint has to check it, or if you often search or sort many rows by it.
#
# **Practise:** [the exercises for this notebook](../exercises/counting.ipynb). Read on: [what a hire costs](costs.ipynb), if nobody
# stores a count. Back to [lesson 02](../02_built_in_signals.ipynb).
