# %% [markdown]
# # Deeper · Counting a relation
#
# A *relation* connects the rows of two models, here people and shifts. Each shift of this project stores the number of its people, in the
# column `headcount`. But when a person takes or leaves a seat, only the seat is written, and no `save()` of the shift is called. **How does
# the stored number stay correct?**
#
# In about 20 minutes you:
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
# This project also stores the number, for two reasons. First, a [constraint](../../docs/glossary.md#constraint) cannot count rows. But it
# can refuse the value 4 in a column. Second, each hire looks for a shift with room, and without the column it would
# count the people of all shifts ([what that costs](costs.ipynb)).
#
# ## What Django sends
#
# People and shifts are [many-to-many](../../docs/glossary.md#many-to-many). Each pair is a row of `ShiftsEmployees`, a *seat*. The
# many-to-many field belongs to `Shifts`, so `shift.employees_shift` gives its people. From the other side `person.shifts` gives a
# person's shifts.
#
# Ada, Grace, Alan and Katherine have the keys 1 to 4. A new shift on Sunday gets the key 77, so that you know it again:

# %%
ada, grace, alan, katherine = Employees.objects.order_by("pk")
sunday = Shifts.objects.create(pk=77, shift_date=date(2022, 11, 20))

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
# So a receiver of `post_save` cannot count these seats. But `add()` sends another signal, `m2m_changed`, twice: before it writes
# (`action="pre_add"`) and after it (`"post_add"`). Its `sender` is the class of the pairs, `ShiftsEmployees`. Its `instance` is no pair:
# it is the object on which you called `add()`, here Sunday's shift. `pk_set` holds the keys of what is added, here the two people. (People who
# have a seat already are left out.)
#
# ## Three receivers
#
# This project counts in three receivers. They are shorter here than in [`shift_headcount.py`](../../speedy/signals/shift_headcount.py).
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
# `reverse` is True, so 77 is the key of the shift. A receiver that does not look at `reverse` would take it for the key of a person.
#
# So the first receiver looks at it. If `reverse` is True, each shift in `pk_set` gets 1 more. Otherwise the shift is the instance, and
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
# If you wrote the model of the through table, as here, `remove()` sends more than `add()`:
#
# | call | `m2m_changed` | signals of the seat's own model |
# |---|---|---|
# | `add()` | twice | none: it writes its rows in bulk |
# | `remove()` | twice (lines 1 and 3) | `pre_delete` (line 2) and `post_delete` |
#
# A receiver for each of these would count one removal twice, so choose one. We choose `pre_delete`, because `grace.delete()` sends it,
# too, in line 4. [The glossary](../../docs/glossary.md#m2m_changed) has `set()` and `clear()`.
#
# ### A seat is saved or deleted
#
# This is `uncount_seat`. `filter(shiftsemployees=instance.pk)` finds the shift that this seat has in the *database*:
#
# ```python
# @receiver([pre_save, pre_delete], sender=ShiftsEmployees)
# def uncount_seat(sender, instance, **kwargs):
#     if instance.pk:
#         stored_on = Shifts.objects.filter(shiftsemployees=instance.pk)
#         stored_on.update(headcount=F("headcount") - 1)
# ```
#
# This is `count_seat`. `shift_id` is the key of the shift that the seat has now:
#
# ```python
# @receiver(post_save, sender=ShiftsEmployees)
# def count_seat(sender, instance, **kwargs):
#     Shifts.objects.filter(pk=instance.shift_id).update(headcount=F("headcount") + 1)
# ```
#
# These are all three:
#
# | receiver | is called for | does |
# |---|---|---|
# | `count_seats_added` | `m2m_changed`, after an `add()` | + 1 for each new seat |
# | `uncount_seat` | `pre_save` and `pre_delete` of a seat | - 1 on its old shift |
# | `count_seat` | `post_save` of a seat | + 1 on its new shift |
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
# - **A seat that moves:** before the save `seat.shift` was already Sunday, and only the database knew Tuesday. After the save the old
#   shift is stored nowhere. That is why `uncount_seat` runs before a save, and asks the database.
# - **A new seat** has no key before its save, so `uncount_seat` does nothing.
# - **A seat that stays where it is:** if it is saved again, `uncount_seat` takes 1 off, and `count_seat` adds it again.

# %%
shift_table()

# %% [markdown]
# ## A fourth person
#
# Søren wants to work on Sunday, too. `sunday.employees_shift.add(soren)` would fail: a receiver would set `headcount` to 4, the constraint
# would raise an error, and all of it would be undone. But what if somebody stores his seat with `bulk_create()`?

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
# transaction. If somebody forgot, `manage.py check_headcounts --repair` corrects the numbers, and moves people from a shift that has too
# many.
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
# Inside `counted_by_triggers()` the triggers count, and our receivers do not. `bulk_create()` sends one INSERT with four seats on
# Saturday, an empty shift.

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
# your Python code sees it. So put it into a migration, where others find it, with
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
# **Practise:** [the exercises for this notebook](../exercises/counting.ipynb). Read on: [what a hire costs](costs.ipynb) without a
# stored count. Back to [lesson 07](../07_choosing.ipynb).
